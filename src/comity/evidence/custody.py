"""The chain of custody in the bag: one event a step, over the whole manifest, each naming the one before.

Words for the steps are those of digital-evidence practice; ``acquired`` and what precedes it are
claims of the sending authority, everything later is recorded by a node as it happens. What comes after the
sealing stands outside the bag: :mod:`comity.evidence.touches`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from comity.kernel.clock import Instant
from comity.kernel.digests import parse_digest
from comity.kernel.errors import UntrustedError
from comity.kernel.ids import AuthorityId, CaseId, OfficerName
from comity.kernel.lines import FIRST_PREVIOUS, line_digest
from comity.kernel.realms import Realm

MOST_TEXT = 2000


class CustodyStep(StrEnum):
    """What was done with the evidence.

    Basis: ISO/IEC 27037
    """

    IDENTIFIED = "identified"
    COLLECTED = "collected"
    ACQUIRED = "acquired"
    RECEIVED = "received"
    SEALED = "sealed"
    SENT = "sent"
    OPENED = "opened"
    COPIED = "copied"
    EXAMINED = "examined"
    DERIVED = "derived"
    REDACTED = "redacted"
    DISCLOSED = "disclosed"
    EXPORTED = "exported"
    RETURNED = "returned"
    DESTROYED = "destroyed"
    HOLD_SET = "hold-set"
    HOLD_LIFTED = "hold-lifted"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyAct:
    """Who did what, when, why, where and with which tool; not yet bound to a manifest.

    Attributes:
        step: What was done.
        at: When.
        officer: Pseudonym of the person.
        authority: Office the person acted for.
        role: In which role.
        reason: Why, in words.
        tool: Name of the tool; empty where none was used.
        tool_version: Its version.
        place: Where, in words; empty where it does not matter.
    """

    step: CustodyStep
    at: Instant
    officer: OfficerName
    authority: AuthorityId
    role: str
    reason: str
    tool: str = ""
    tool_version: str = ""
    place: str = ""

    def __post_init__(self) -> None:
        texts = (self.role, self.reason, self.tool, self.tool_version, self.place)
        if any(len(text) > MOST_TEXT for text in texts) or not self.role.strip() or not self.reason.strip():
            raise ValueError(f"a custody event names role and reason, in at most {MOST_TEXT} characters each")


@dataclass(frozen=True, slots=True, kw_only=True)
class Custodied:
    """What a chain of custody is about.

    Attributes:
        realm: Practice or live.
        case: Case the package belongs to; None for a loose bag.
        manifest: SHA-256 of ``manifest-sha256.txt``.
        exhibits: SHA-256 of ``exhibits.jsonl``, so handling and limits are bound too.
    """

    realm: Realm
    case: CaseId | None
    manifest: str
    exhibits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyEvent:
    """One link of the chain.

    Attributes:
        act: What was done.
        over: What it was done to.
        previous: SHA-256 of the line before, in hexadecimal; 64 zeros for the first.
    """

    act: CustodyAct
    over: Custodied
    previous: str

    def __post_init__(self) -> None:
        parse_digest(self.previous)


def require_chain(events: Sequence[CustodyEvent], lines: Sequence[bytes], over: Custodied) -> None:
    """Raise UntrustedError unless the events are one unbroken chain over this very package.

    Args:
        events: As parsed, in order.
        lines: The line each was parsed from, without its line feed.
        over: The package that they must be about.
    """
    previous = FIRST_PREVIOUS
    for number, (event, line) in enumerate(zip(events, lines, strict=True), start=1):
        if event.previous != previous:
            raise UntrustedError(
                "custody.chain", "the chain of custody is broken", where=f"custody.jsonl:{number}"
            )
        if event.over != over:
            raise UntrustedError(
                "custody.subject", "a custody event is about another package", where=f"custody.jsonl:{number}"
            )
        previous = line_digest(line)
