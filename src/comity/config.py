"""The only reader of the environment, and of a node's configuration file.

``node.json`` stands in the node's folder and holds what is no secret and no row: which Party, which
realm, where to listen. Unknown names in it are refused, so that a typing error is seen.
"""

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from comity.kernel.errors import MalformedError, NotFoundError
from comity.kernel.ids import parse_party
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.realms import Realm

FILE_NAME = "node.json"
USUAL_PORT = 8400
LEAST_TRACE = 256
"""Of the pages, where nobody configured another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What the process environment says; nothing else of it is ever looked at.

    Attributes:
        node: ``COMITY_NODE``, the node's folder.
        officer: ``COMITY_OFFICER``, who acts.
        language: ``COMITY_LANG``, else the language of ``LC_ALL`` or ``LANG``; empty when neither tells.
    """

    node: str = ""
    officer: str = ""
    language: str = ""


def read_environment(environ: Mapping[str, str]) -> Environment:
    """Return what the given environment says."""
    language = environ.get("COMITY_LANG", "")
    if not language:
        locale = environ.get("LC_ALL") or environ.get("LANG") or ""
        language = locale.partition(".")[0].partition("_")[0].lower()
    return Environment(
        node=environ.get("COMITY_NODE", ""),
        officer=environ.get("COMITY_OFFICER", ""),
        language="" if language in {"c", "posix"} else language,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelterConfig:
    """What the page of a shelter tells its visitors.

    Attributes:
        hotline: Who helps children and young people, with the number to call, as it is shown.
        hotline_address: Where its own page is; empty for none.
        contact: How somebody reaches a person of the shelter.
        law: By language, what the law of this State says of pictures of people under 18; a general word
            where it is silent.
        leave: Where the button that leaves at once leads; an empty page unless told.
    """

    hotline: str
    hotline_address: str = ""
    contact: str = ""
    law: Mapping[str, str] = field(default_factory=dict)
    leave: str = ""

    def __post_init__(self) -> None:
        """Refuse nonsense at birth."""
        if not self.hotline.strip():
            raise MalformedError(
                "shelter.hotline",
                "a shelter names the hotline to which it hands children over",
                hint="say who and which number with --hotline TEXT",
                where="/shelter/hotline",
            )
        for name in ("hotline_address", "leave"):
            address = getattr(self, name)
            if address and not address.startswith("https://"):
                raise MalformedError(
                    "shelter.address", f"{address[:80]!r} is no https address", where=f"/shelter/{name}"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeConfig:
    """The configuration of one node.

    Attributes:
        version: Of this file's form.
        party: The Party that the node serves.
        realm: ``live`` or ``practice``.
        host: Address to listen on; the loopback unless told.
        port: Port of the pages and the interface.
        exchange_port: Port of the exchange.
        pages_host: Address on which the pages listen; the loopback unless told.
        pages_certificate: PEM file of the pages' certificate, and ``pages_key`` that of its private key.
        behind_proxy: Whether a proxy in front of the pages speaks TLS.
        endpoint: Address that peers call, as it stands in the Party entry.
        alarm_command: A local command with its arguments, run at each ring of an alarm; empty for none.
        store: Address of a schema on a PostgreSQL server, without a password; empty for a file in the folder.
        blobs: Address of an object store for the payloads of packages, without a key; empty for none.
        blobs_stay: Whether payloads stay on the node's disk although an object store is named.
        stamp_url: Address of a time-stamp authority (RFC 3161); empty for none.
        stamp_certificates: PEM file with its root certificate, relative to the node's folder.
        trace_memory: MiB of memory that a ledger of transactions may take; what is more goes to disk.
        shelter: Of a shelter, what its page tells; None for every other node.
    """

    version: int = 1
    party: str
    realm: Realm
    host: str = "127.0.0.1"
    port: int = USUAL_PORT
    exchange_port: int = 8443
    pages_host: str = ""
    pages_certificate: str = ""
    pages_key: str = ""
    behind_proxy: bool = False
    endpoint: str = ""
    alarm_command: tuple[str, ...] = ()
    store: str = ""
    blobs: str = ""
    blobs_stay: bool = False
    stamp_url: str = ""
    stamp_certificates: str = ""
    trace_memory: int = 2048
    shelter: ShelterConfig | None = None

    def __post_init__(self) -> None:
        """Refuse nonsense at birth."""
        parse_party(self.party, where="/party")
        for name, port in (("port", self.port), ("exchange_port", self.exchange_port)):
            if not 0 < port < 65536:
                raise MalformedError("config.port", f"{port} is not a port", where=f"/{name}")
        if not LEAST_TRACE <= self.trace_memory <= 1 << 20:
            raise MalformedError(
                "config.memory",
                f"a ledger may take {LEAST_TRACE} to {1 << 20} MiB",
                where="/trace_memory",
            )
        if bool(self.stamp_url) != bool(self.stamp_certificates):
            raise MalformedError(
                "config.stamp",
                "a time-stamp authority is an address and its certificates",
                hint="give both stamp_url and stamp_certificates, or neither",
                where="/stamp_url",
            )


def read_config(folder: Path) -> NodeConfig:
    """Return the configuration of the node in a folder.

    Raises:
        NotFoundError: ``node.absent``: no node is kept there.
        MalformedError: ``config.form``: the file is not what it should be.
    """
    path = folder / FILE_NAME
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as exc:
        raise NotFoundError(
            "node.absent",
            f"there is no node in {str(folder)!r}",
            hint="make one with 'comity init DIR --party CODE --name TEXT', or name it with --node DIR",
            where=str(folder),
        ) from exc
    value = parse_ijson(data, where=str(path))
    names = {field.name for field in dataclasses.fields(NodeConfig)}
    if not isinstance(value, dict) or not set(value) <= names:
        strange = sorted(set(value) - names) if isinstance(value, dict) else []
        raise _unread(path, f"it holds {strange[0]!r}, which is no setting" if strange else "it is no object")
    return _convert(value, path)


def _convert(value: object, path: Path) -> NodeConfig:
    import msgspec  # here, so that commands without a node start without it

    try:
        return msgspec.convert(value, NodeConfig)
    except msgspec.ValidationError as exc:
        raise _unread(path, str(exc)) from exc


def _unread(path: Path, why: str) -> MalformedError:
    return MalformedError(
        "config.form",
        f"the configuration does not read: {why}",
        hint="see docs/guide/operator.md",
        where=str(path),
    )


def write_config(folder: Path, config: NodeConfig) -> None:
    """Write the configuration of a new node."""
    (folder / FILE_NAME).write_bytes(dump_ijson(dataclasses.asdict(config)) + b"\n")


def change_config(folder: Path, **changes: object) -> NodeConfig:
    """Change settings of a node that is there, durably, all or none; return what holds now.

    Raises:
        as ``read_config``.
    """
    config = dataclasses.replace(read_config(folder), **changes)  # type: ignore[arg-type]
    draft = folder / f"{FILE_NAME}.new"
    with draft.open("wb") as file:
        file.write(dump_ijson(dataclasses.asdict(config)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / FILE_NAME)
    return config
