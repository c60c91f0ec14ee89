"""Time stamps by an authority that nobody here controls: what is stamped and kept, when it is tried again.

A token says that a digest existed at a time. Two things are stamped: the bag root of a sealed package, which
is the SHA-256 of ``tagmanifest-sha256.txt``, and the text of a signed head of a log. Nothing waits for a
token: what has none is stamped later, and an authority that is silent is asked again after a while.

Basis: RFC 3161, PROTOCOL rule 14
"""

from dataclasses import dataclass

import msgspec

from comity.kernel.clock import HOUR, MINUTE, Instant, require_instant
from comity.kernel.digests import b64, sha256, unb64
from comity.kernel.errors import MalformedError
from comity.kernel.ijson import dump_ijson, parse_ijson

PACKAGE, HEAD = "package", "head"
KINDS = (PACKAGE, HEAD)
DIGEST_SIZE = 32
MOST_TOKEN = 64 << 10
VERSION = 1
_FIRST_WAIT, _LONGEST_WAIT = MINUTE, HOUR
_MOST_RECORD = 256 << 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Something to be stamped.

    Attributes:
        kind: One of ``KINDS``.
        name: Bag root of a package; for a head, origin and size of the log, parted by a space.
        digest: SHA-256 of what is stamped.
        text: What is stamped, where it is not kept elsewhere: the text of a head.
    """

    kind: str
    name: str
    digest: bytes
    text: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS or not self.name or len(self.digest) != DIGEST_SIZE:
            raise MalformedError("stamp.subject", "a time stamp is over a package or a head of a log")
        if self.text and sha256(self.text.encode("utf-8")) != self.digest:
            raise MalformedError("stamp.subject", "the digest is not that of the text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A token that is kept.

    Attributes:
        subject: What it is over.
        token: The whole answer of the authority, in DER.
        at: The time that it states.
    """

    subject: Subject
    token: bytes
    at: Instant

    def __post_init__(self) -> None:
        if not 0 < len(self.token) <= MOST_TOKEN:
            raise MalformedError("stamp.form", f"a token has 1 to {MOST_TOKEN} bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """How an authority fails to answer.

    Attributes:
        failures: In a row.
        since: When the first of them was.
        next_at: When it is asked again.
        problem: Code of the last one.
    """

    failures: int
    since: Instant
    next_at: Instant
    problem: str


class _Stamp(msgspec.Struct, kw_only=True):
    at: int
    digest: str
    kind: str
    name: str
    text: str
    token: str
    v: int


class _Silence(msgspec.Struct, kw_only=True):
    failures: int
    next_at: int
    problem: str
    since: int
    v: int


def after_failure(before: Silence | None, *, now: Instant, problem: str) -> Silence:
    """Return when to ask again: after a minute, doubled with each failure in a row, at most an hour."""
    failures = before.failures + 1 if before is not None else 1
    wait = min(_FIRST_WAIT << min(failures - 1, 16), _LONGEST_WAIT)
    since = before.since if before is not None else now
    return Silence(failures=failures, since=since, next_at=Instant(now + wait), problem=problem)


def dump_stamp(stamp: Stamp) -> bytes:
    """Return a stamp as JSON."""
    subject = stamp.subject
    return dump_ijson(
        _Stamp(
            v=VERSION,
            kind=subject.kind,
            name=subject.name,
            digest=subject.digest.hex(),
            text=subject.text,
            token=b64(stamp.token),
            at=stamp.at,
        )
    )


def parse_stamp(data: bytes) -> Stamp:
    """Return a stamp; raise MalformedError ``stamp.form`` for anything that is none."""
    try:
        found = msgspec.convert(parse_ijson(data, most_bytes=_MOST_RECORD), _Stamp, strict=True)
        subject = Subject(
            kind=found.kind, name=found.name, digest=bytes.fromhex(found.digest), text=found.text
        )
        return Stamp(subject=subject, token=unb64(found.token), at=require_instant(found.at))
    except (msgspec.ValidationError, ValueError, MalformedError) as exc:
        raise MalformedError("stamp.form", "a time stamp that is kept does not read") from exc


def dump_silence(silence: Silence | None) -> bytes:
    """Return the state of an authority as JSON; ``null`` where it answers."""
    if silence is None:
        return b"null"
    return dump_ijson(
        _Silence(
            v=VERSION,
            failures=silence.failures,
            since=silence.since,
            next_at=silence.next_at,
            problem=silence.problem,
        )
    )


def parse_silence(data: bytes | None) -> Silence | None:
    """Return the state of an authority; None where it answers, and for what does not read."""
    if data is None or data == b"null":
        return None
    try:
        found = msgspec.convert(parse_ijson(data), _Silence, strict=True)
        since, next_at = require_instant(found.since), require_instant(found.next_at)
    except (msgspec.ValidationError, MalformedError):
        return None
    return Silence(failures=found.failures, since=since, next_at=next_at, problem=found.problem)
