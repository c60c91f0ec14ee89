"""The lines of the register: what lists show of a case, derived by the fold and thrown away at will.

No line is ever an input of the gate, of an act or of anything signed; those fold the case afresh.
"""

from dataclasses import dataclass
from typing import Self

from comity.cases.reckoning import Step
from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError
from comity.kernel.ids import ActId, AuthorityId, CaseId

_LATEST = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A case whose lines wait to be written anew.

    Attributes:
        number: Grows with every change of the case; lines are kept only if it is still the same.
    """

    authority: AuthorityId
    case: CaseId
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """One request of a case: its mechanism, who asked whom, and how far its items have come."""

    act: ActId
    mechanism: str
    by: AuthorityId
    to: AuthorityId
    status: str
    items: tuple[tuple[str, str], ...]
    preserved_until: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """What the list of cases shows of one.

    Attributes:
        fold_version: By which rules it was derived.
        acts: How many acts were folded; 0 for a case that is only a draft yet.
        receipts: How many receipts were folded.
        draft: The pending act of the office in the case, or None.
    """

    authority: AuthorityId
    case: CaseId
    fold_version: str
    acts: int
    receipts: int
    opened_at: Instant
    participants: tuple[AuthorityId, ...]
    closed: bool
    frozen: bool
    requests: tuple[RequestLine, ...]
    draft: ActId | None

    @property
    def key(self) -> "CaseKey":
        """Its place in the list."""
        return CaseKey(opened_at=self.opened_at, case=self.case)


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLine:
    """One duty of a case, with the span of time in which it is open: right at any hour, without a fold.

    Attributes:
        number: Its place among the duties of the case.
        theirs: Whether another authority owes it.
        due: By when; None where nothing fixes a time.
        after: It arises when this instant has passed; None where it is open from the start.
        until: It is over when this instant has passed; None where only an act ends it.
        alarms_to: The time that its ladder of alarms leads to; None where there is none.
        steps: How ``due`` was come to.
    """

    authority: AuthorityId
    case: CaseId
    number: int
    theirs: bool
    code: str
    about: ActId
    owner: AuthorityId
    due: Instant | None
    after: Instant | None
    until: Instant | None
    basis: str
    alarms_to: Instant | None = None
    steps: tuple[Step, ...] = ()

    def is_open(self, now: Instant) -> bool:
        """Tell whether it is open at a time."""
        begun = self.after is None or self.after < now
        return begun and (self.until is None or now <= self.until)

    @property
    def key(self) -> "DutyKey":
        """Its place in the list: by time, and what has no time comes last."""
        due = Instant(_LATEST) if self.due is None else self.due
        return DutyKey(due=due, case=self.case, number=self.number)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class CaseKey:
    """A place in the list of cases, after which a page begins."""

    opened_at: Instant
    case: CaseId

    def __str__(self) -> str:
        return f"{self.opened_at}.{self.case}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the place that a page named, None for the start; raise MalformedError ``page.after``."""
        if not text:
            return None
        at, _, case = text.partition(".")
        return cls(opened_at=_instant(at), case=_case(case))


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DutyKey:
    """A place in the list of duties, after which a page begins."""

    due: Instant
    case: CaseId
    number: int

    def __str__(self) -> str:
        return f"{self.due}.{self.case}.{self.number}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the place that a page named, None for the start; raise MalformedError ``page.after``."""
        if not text:
            return None
        due, _, rest = text.partition(".")
        case, _, number = rest.partition(".")
        return cls(due=_instant(due), case=_case(case), number=int(_instant(number)))


def _instant(text: str) -> Instant:
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= _LATEST):
        raise _no_place()
    return Instant(int(text))


def _case(text: str) -> CaseId:
    if len(text) != 64 or set(text) - set("0123456789abcdef"):
        raise _no_place()
    return CaseId(text)


def _no_place() -> MalformedError:
    return MalformedError("page.after", "this names no place in a list", hint="follow the link to the page")
