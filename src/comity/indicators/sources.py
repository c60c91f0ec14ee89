"""Servers of others from which indicators are fetched, and what one asks them.

Basis: docs/spec/sharing.md
"""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import msgspec

from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError

MOST_SECRET = 4096
NEVER_READ = Instant(0)
MOST_PAGE_BYTES = 32 << 20
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?", re.ASCII)
_URL = re.compile(
    r"(https?)://([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::([0-9]{1,5}))?((?:/[A-Za-z0-9._~-]{1,200})*/?)",
    re.ASCII,
)
_COLLECTION = re.compile(r"[A-Za-z0-9._~-]{1,200}", re.ASCII)
_USER = re.compile(r"[!-9;-~]{1,200}", re.ASCII)


class SourceKind(StrEnum):
    """What a server speaks."""

    TAXII = "taxii"
    MISP = "misp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The parts of an address.

    Attributes:
        path: Begins and ends with a stroke.
    """

    scheme: str
    host: str
    port: int
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """A server of another organisation.

    Attributes:
        name: How the office calls it; unique.
        url: Of its TAXII discovery or API root, or of its MISP.
        collection: Id of the collection of TAXII; empty where the server has one only.
        user: Name that goes with the secret; empty where the secret goes alone.
        secret: Sealed to the office's store key; empty where none is sent.
        certificates: PEM text of who vouches for it; empty for the system's.
        allow_private: Whether it may stand at an address that is not public, and plain on this machine.
        made_at: When.
        removed_at: Since when it is no longer used; None while it is.
    """

    name: str
    kind: SourceKind
    url: str
    collection: str = ""
    user: str = ""
    secret: bytes = field(default=b"", repr=False)
    certificates: str = ""
    allow_private: bool = False
    made_at: Instant
    removed_at: Instant | None = None

    @property
    def address(self) -> Address:
        """The parts of its address."""
        return address_of(self.url, allow_private=self.allow_private)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How far a source was read.

    Attributes:
        since: Everything that came before this was read: a time as TAXII writes it, or seconds for MISP.
        next: Where a pull that was cut off goes on: a word of the server's, or the number of a page.
        top: The latest time that the pull under way has met.
        begun: When the pull under way began; 0 for none.
        at: When the last pull ended; 0 for never.
        failed_at: When the last one failed that did, with the code ``fault``; 0 for never.
        pushed: Ids of statements that it was given.
    """

    since: str = ""
    next: str = ""
    top: str = ""
    begun: Instant = NEVER_READ
    at: Instant = NEVER_READ
    failed_at: Instant = NEVER_READ
    fault: str = ""
    pushed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question to a server.

    Attributes:
        path: Absolute.
        query: Pairs, unquoted.
        body: What is sent; None for a question without.
        media: Type of the body, and of the answer that is taken.
        status: Statuses that are an answer.
    """

    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    media: str
    status: tuple[int, ...] = (200,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered; untrusted.

    Attributes:
        last_added: The header ``X-TAXII-Date-Added-Last``; empty where it is missing.
    """

    status: int
    body: bytes
    last_added: str = ""


class Line(Protocol):
    """An open way to one source."""

    def ask(self, asked: Asked) -> Answer:
        """Return the answer; a ComityError with a code ``sources.…`` where there is none to use."""
        ...


Reach = Callable[[SourceRecord, bytes], AbstractContextManager[Line]]
"""Opens the way to a source, with its secret in clear."""


def address_of(url: str, *, allow_private: bool) -> Address:
    """Return the parts of an address.

    Raises:
        MalformedError: ``sources.url``: no address of a server, one with a name or secret in it, or plain
            HTTP that nobody allowed.
    """
    match = _URL.fullmatch(url)
    port = int(match[3] or (443 if match[1] == "https" else 80)) if match else 0
    if match is None or not 0 < port < 65536 or "/.." in match[4] or "/./" in match[4]:
        raise _bad_url("this is no address of a server")
    if match[1] == "http" and not allow_private:
        raise _bad_url("plain HTTP is not used")
    path = match[4] if match[4].endswith("/") else match[4] + "/"
    return Address(scheme=match[1], host=match[2].strip("[]").lower(), port=port, path=path)


def require_source(one: SourceRecord) -> None:
    """Raise MalformedError ``sources.name``, ``sources.url``, ``sources.form`` for what cannot be."""
    if not _NAME.fullmatch(one.name):
        raise MalformedError(
            "sources.name",
            f"{one.name[:60]!r} is no name of a source",
            hint="lower-case letters, digits, hyphens and dots, e.g. cert.xab",
        )
    address_of(one.url, allow_private=one.allow_private)
    wrong = (
        one.collection and (one.kind is SourceKind.MISP or not _COLLECTION.fullmatch(one.collection))
    ) or (one.user and not _USER.fullmatch(one.user))
    if wrong:
        raise MalformedError(
            "sources.form",
            "a source of TAXII has the id of a collection, a user a plain name",
            hint="leave out --collection or --user",
        )


def dump_source(one: SourceRecord) -> bytes:
    """Return a source as it is kept."""
    return msgspec.json.encode(one)


def parse_source(data: bytes) -> SourceRecord:
    """Return the source of bytes that :func:`dump_source` wrote."""
    return msgspec.json.decode(data, type=SourceRecord)


def dump_state(one: SourceState) -> bytes:
    """Return how far a source was read, as it is kept."""
    return msgspec.json.encode(one)


def parse_state(data: bytes | None) -> SourceState:
    """Return the state of bytes that :func:`dump_state` wrote; that of a source never read for None."""
    return SourceState() if data is None else msgspec.json.decode(data, type=SourceState)


def _bad_url(why: str) -> MalformedError:
    return MalformedError(
        "sources.url",
        why,
        hint="write https://HOST/PATH/ without name and password; "
        "http is for this machine with --allow-private",
    )
