"""What became of a package after its bag was closed: signed events, each naming the digest of the one before.

The first names the bag root, so a package has a chain before anybody has opened it. Each office that holds a
package keeps a chain of its own; its authority signs every event, one for a step, over the whole package.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.evidence.custody import MOST_TEXT, CustodyAct, CustodyStep
from comity.kernel.clock import Instant
from comity.kernel.digests import parse_digest, sha256
from comity.kernel.errors import ConflictError, UntrustedError
from comity.kernel.ids import CaseId, OfficerName
from comity.kernel.realms import Realm
from comity.kernel.signing import Envelope

CUSTODY = "custody"
"""Class of the payload type."""

ENDS_RETENTION = frozenset({CustodyStep.RETURNED, CustodyStep.DESTROYED})
MOST_TOUCHES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What some events tell beside who, when and why; empty where it does not apply.

    Attributes:
        operation: What was done to make a derived or redacted exhibit, or what examining it was.
        exhibits: Numbers of the exhibits concerned; empty for all.
        child: Root of the bag that was made from it.
        to: Who has it now, of what was sent, copied, disclosed or returned; in words.
        ends: Number of the event that set the hold which is lifted.
        decision: Id of the release that two officers approved.
        digest: SHA-256 of the file that left.
    """

    operation: str = ""
    exhibits: tuple[int, ...] = ()
    child: str = ""
    to: str = ""
    ends: int = 0
    decision: str = ""
    digest: str = ""

    def __post_init__(self) -> None:
        if any(len(text) > MOST_TEXT for text in (self.operation, self.to)) or self.ends < 0:
            raise ValueError(f"particulars are texts of at most {MOST_TEXT} characters")
        if any(number < 1 for number in self.exhibits) or list(self.exhibits) != sorted(set(self.exhibits)):
            raise ValueError("exhibits are named by number, each once and in order")
        for digest in (self.child, self.decision, self.digest):
            if digest:
                parse_digest(digest)


NO_PARTICULARS = Particulars()


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """Which package events are about.

    Attributes:
        realm: Practice or live.
        case: Case the package belongs to; None for a loose bag.
        bag_root: The package.
    """

    realm: Realm
    case: CaseId | None
    bag_root: str

    def __post_init__(self) -> None:
        parse_digest(self.bag_root)


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """One event.

    Attributes:
        act: Who did what, when, why, where, with which tool.
        over: The package.
        previous: The bag root for the first event, else the SHA-256 of the payload before.
        more: What some events tell beside that.
        signed: The signed statement it was read from.
    """

    act: CustodyAct
    over: Touched
    previous: str
    more: Particulars
    signed: Envelope

    @property
    def digest(self) -> str:
        """What the next event names as previous."""
        return sha256(self.signed.payload).hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A legal hold: while it stands nothing is returned or destroyed, whatever the retention says.

    Attributes:
        number: Number of the event that set it.
        officer: Who set it.
        at: When.
        reason: Why.
    """

    number: int
    officer: OfficerName
    at: Instant
    reason: str


def require_touches(touches: Sequence[Touch], over: Touched) -> None:
    """Raise UntrustedError unless the events are one unbroken chain over this very package."""
    previous = over.bag_root
    for number, touch in enumerate(touches, start=1):
        where = f"event {number}"
        if touch.over != over:
            raise UntrustedError("custody.subject", "a custody event is about another package", where=where)
        if touch.previous != previous:
            raise UntrustedError("custody.chain", "the chain of custody is broken", where=where)
        previous = touch.digest


def holds_in_force(touches: Sequence[Touch]) -> tuple[Hold, ...]:
    """Return the legal holds that were set and not lifted, in order."""
    lifted = {touch.more.ends for touch in touches if touch.act.step is CustodyStep.HOLD_LIFTED}
    return tuple(
        Hold(number=number, officer=touch.act.officer, at=touch.act.at, reason=touch.act.reason)
        for number, touch in enumerate(touches, start=1)
        if touch.act.step is CustodyStep.HOLD_SET and number not in lifted
    )


def gone_by(touches: Sequence[Touch]) -> Touch | None:
    """Return the event by which a package left this office, or None while it is here.

    What was returned is gone until it is received again; what was destroyed is gone for good.
    """
    gone: Touch | None = None
    for touch in touches:
        if gone is not None and gone.act.step is CustodyStep.DESTROYED:
            break
        if touch.act.step in ENDS_RETENTION:
            gone = touch
        elif touch.act.step is CustodyStep.RECEIVED:
            gone = None
    return gone


def require_no_hold(touches: Sequence[Touch], *, where: str = "") -> None:
    """Raise ConflictError ``custody.held`` while a legal hold stands."""
    held = holds_in_force(touches)
    if held:
        raise ConflictError(
            "custody.held",
            f"{held[0].officer} set a legal hold, which stands before any retention",
            hint="a head lifts it with a reason: comity evidence hold --lift NUMBER",
            where=where,
        )


def require_here(touches: Sequence[Touch], *, where: str = "") -> None:
    """Raise ConflictError for a package that is no longer this office's to use.

    Raises:
        ConflictError: ``package.gone``: it was destroyed; ``package.returned``: it was given back.
    """
    require_not_destroyed(touches, where=where)
    if gone_by(touches) is not None:
        raise ConflictError(
            "package.returned",
            "this package was given back, and nothing is done with it here any more",
            hint="record that it was received again, or have it destroyed",
            where=where,
        )


def require_not_destroyed(touches: Sequence[Touch], *, where: str = "") -> None:
    """Raise ConflictError ``package.gone`` for a package that was destroyed here."""
    gone = gone_by(touches)
    if gone is not None and gone.act.step is CustodyStep.DESTROYED:
        raise ConflictError(
            "package.gone",
            "this package was destroyed; its certificate says when, why and by whom",
            hint="write the certificate with 'comity evidence certificate'",
            where=where,
        )
