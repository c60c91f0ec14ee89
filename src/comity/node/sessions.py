"""What the store keeps of signed-in officers: digests of tokens, never a token, a few sessions each."""

import hmac
from dataclasses import dataclass

import msgspec

from comity.kernel.clock import HOUR, MINUTE, Instant
from comity.kernel.digests import sha256
from comity.kernel.errors import MalformedError
from comity.kernel.ids import OfficerName, parse_officer
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.node.ports import Transaction

IDLE = 15 * MINUTE
LONGEST = 8 * HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in officer.

    Attributes:
        officer: Who; the session acts for nobody else.
        digest: SHA-256 of the token, as hexadecimal digits.
        csrf: Value that every form of this session carries; it follows from the token.
        purpose: Why case material is read during this session.
        began: When the officer signed in.
        until: When it ends, unless it is used before.
        language: What the officer chose for the pages; empty for none.
    """

    officer: OfficerName
    digest: str
    csrf: str
    purpose: str
    began: Instant
    until: Instant
    language: str = ""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One session as it is stored."""

    digest: str
    began: int
    seen: int
    purpose: str


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored about one officer."""

    code: str = ""
    failures: int = 0
    wait_until: int = 0
    sessions: tuple[Kept, ...] = ()


def digest_of(token: str) -> str:
    """Return the SHA-256 under which a token is known."""
    return sha256(b"session\0" + token.encode("utf-8", "replace")).hex()


def officer_of(token: str) -> OfficerName | None:
    """Return the officer that a token names; None for what is no token."""
    name, mark, _ = token[:256].partition("~")
    try:
        return parse_officer(name) if mark else None
    except MalformedError:
        return None


def session_of(officer: OfficerName, token: str, kept: Kept, *, language: str = "") -> Session:
    """Return a session as the faces see it."""
    return Session(
        officer=officer,
        digest=kept.digest,
        csrf=sha256(b"csrf\0" + token.encode("utf-8", "replace")).hex(),
        purpose=kept.purpose,
        began=Instant(kept.began),
        until=Instant(min(kept.seen + IDLE, kept.began + LONGEST)),
        language=language,
    )


def is_running(kept: Kept, now: Instant) -> bool:
    """Tell whether a session has neither idled nor lasted too long."""
    return kept.began <= now < min(kept.seen + IDLE, kept.began + LONGEST)


def running(record: Record, digest: str, now: Instant) -> Kept | None:
    """Return the running session with this digest, or None."""
    found = [kept for kept in record.sessions if hmac.compare_digest(kept.digest, digest)]
    return found[0] if found and is_running(found[0], now) else None


def record_of(tx: Transaction, officer: OfficerName) -> Record:
    """Return what is kept about an officer; nothing yet is an empty record."""
    kept = tx.node.setting(f"signin/{officer}")
    return Record() if kept is None else msgspec.convert(parse_ijson(kept, where="signin"), Record)


def keep_record(tx: Transaction, officer: OfficerName, record: Record) -> None:
    """Keep the record of an officer."""
    tx.node.put_setting(f"signin/{officer}", dump_ijson(msgspec.to_builtins(record)))
