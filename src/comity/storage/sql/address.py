"""Where a store is: the path of a file, or the address of a schema on a PostgreSQL server."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from comity.kernel.errors import MalformedError

SCHEMES = ("postgresql", "postgres")
DEFAULT_SCHEMA = "comity"
_SCHEMA = re.compile(r"(?!pg_|information_schema)[a-z][a-z0-9_]{0,62}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAddress:
    """A schema on a server.

    Attributes:
        dsn: What the driver connects to; it holds no password.
        schema: The schema that is this store and nothing else.
    """

    dsn: str
    schema: str


def is_server(address: str | Path) -> bool:
    """Tell whether an address is one of a server, and not the path of a file."""
    return isinstance(address, str) and address.partition("://")[0] in SCHEMES and "://" in address


def parse_server(address: str) -> ServerAddress:
    """Return the parts of ``postgresql://USER@HOST:PORT/DATABASE?schema=NAME``.

    The schema is ``comity`` unless told. Other parameters go to the driver as they are (``sslmode``,
    ``sslrootcert``, ``host`` for the folder of a Unix socket, ``passfile`` …).

    Raises:
        MalformedError: ``store.address``: no such address, or one with a password or with options.
    """
    try:
        parts = urlsplit(address)
        given = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        password = parts.password
    except ValueError as exc:
        raise _refused("the address of the store does not read") from exc
    if parts.scheme not in SCHEMES or parts.fragment:
        raise _refused("the address of the store is none of PostgreSQL")
    names = {name for name, _ in given}
    if password is not None or names & {"password", "sslpassword"}:
        raise MalformedError(
            "store.address",
            "the address of the store holds a password",
            hint="put the password into ~/.pgpass (mode 0600), or name such a file in PGPASSFILE",
        )
    if "options" in names or len(names) < len(given):
        raise _refused("the address of the store sets options of its own, or one parameter twice")
    schema = dict(given).get("schema", DEFAULT_SCHEMA)
    if not _SCHEMA.fullmatch(schema):
        raise _refused("the schema of the store is no name of lower-case letters, digits and underscores")
    others = urlencode([pair for pair in given if pair[0] != "schema"])
    dsn = f"{parts.scheme}://{parts.netloc}{parts.path}" + (f"?{others}" if others else "")
    return ServerAddress(dsn=dsn, schema=schema)


def _refused(why: str) -> MalformedError:
    return MalformedError(
        "store.address", why, hint="write it as postgresql://USER@HOST:PORT/DATABASE?schema=NAME"
    )
