"""A takedown: where content is, who was told, what they answered; its state is the fold of its events.

Basis: 34(6), 14, 16
"""

from enum import StrEnum

import msgspec

from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, MalformedError
from comity.protection.categories import Subject
from comity.protection.fingerprints import Fingerprints
from comity.protection.hosts import Place
from comity.protection.terms import Term

MOST_EVENTS = 1000


class Step(StrEnum):
    """What happened."""

    NOTICE = "notice"
    REMOVED = "removed"
    REFUSED = "refused"
    APPEAL = "appeal"
    AGAIN = "again"
    WRONG = "wrong"
    RESTORED = "restored"
    UPHELD = "upheld"
    TOLD = "told"
    CLOSED = "closed"


class State(StrEnum):
    """Where a takedown stands."""

    OPEN = "open"
    NOTIFIED = "notified"
    REMOVED = "removed"
    REFUSED = "refused"
    APPEALED = "appealed"
    AGAIN = "again"
    DISPUTED = "disputed"
    RESTORED = "restored"
    CLOSED = "closed"


_NEXT = {
    State.OPEN: {Step.NOTICE: State.NOTIFIED, Step.REMOVED: State.REMOVED, Step.CLOSED: State.CLOSED},
    State.NOTIFIED: {
        Step.NOTICE: State.NOTIFIED,
        Step.REMOVED: State.REMOVED,
        Step.REFUSED: State.REFUSED,
        Step.CLOSED: State.CLOSED,
    },
    State.REMOVED: {Step.AGAIN: State.AGAIN, Step.WRONG: State.DISPUTED, Step.CLOSED: State.CLOSED},
    State.REFUSED: {
        Step.APPEAL: State.APPEALED,
        Step.NOTICE: State.NOTIFIED,
        Step.REMOVED: State.REMOVED,
        Step.CLOSED: State.CLOSED,
    },
    State.APPEALED: {
        Step.REMOVED: State.REMOVED,
        Step.REFUSED: State.REFUSED,
        Step.NOTICE: State.NOTIFIED,
        Step.CLOSED: State.CLOSED,
    },
    State.AGAIN: {Step.NOTICE: State.NOTIFIED, Step.REMOVED: State.REMOVED, Step.CLOSED: State.CLOSED},
    State.DISPUTED: {Step.RESTORED: State.RESTORED, Step.UPHELD: State.REMOVED},
    State.RESTORED: {Step.CLOSED: State.CLOSED},
    State.CLOSED: {Step.AGAIN: State.AGAIN, Step.WRONG: State.DISPUTED},
}
"""What may follow; that the victim was told may stand anywhere and changes nothing."""


def next_steps(state: State) -> tuple[str, ...]:
    """Return what may follow where a takedown stands."""
    return tuple(one.value for one in _NEXT[state])


REFUSALS = (
    "not-found",
    "not-identical",
    "not-covered",
    "incomplete",
    "consent-claimed",
    "public-interest",
    "no-authority",
    "silence",
    "other",
)
WRONGS = ("not-the-image", "consent", "no-child", "public-interest", "evidence", "false-claim", "other")
_REASONS = {Step.REFUSED: REFUSALS, Step.WRONG: WRONGS}


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened to a takedown.

    Attributes:
        step: What.
        at: When.
        by: The officer, or ``desk``.
        to: Code of the channel, of a notice or an appeal.
        reason: A code, of a refusal or of what was wrongly removed.
        words: In words.
        term: The term whose clock it starts; None where no law names one.
        due: When that clock ends.
        language: Of a notice.
        report: The report that showed it again.
    """

    step: Step
    at: Instant
    by: str
    to: str = ""
    reason: str = ""
    words: str = ""
    term: Term | None = None
    due: Instant | None = None
    language: str = ""
    report: int = 0


class Takedown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One takedown.

    Attributes:
        number: Its number.
        subject: Whom it protects.
        url: The web address; empty where only a host or an address is known.
        host: The host, or empty.
        address: The IP address that somebody supplied, or empty; nothing was resolved.
        service: The service, or empty.
        registrar: Number of the registrar, or empty.
        prints: Fingerprints by which it is known again.
        reports: Reports that speak of it.
        plea: Number of the case of who asked for help, or empty.
        victim: Whether the person who is shown asked for it, or somebody for them.
        opened: When.
        by: Who opened it.
        events: What happened, in order.
    """

    number: int
    subject: Subject
    url: str = ""
    host: str = ""
    address: str = ""
    service: str = ""
    registrar: str = ""
    prints: tuple[Fingerprints, ...] = ()
    reports: tuple[int, ...] = ()
    plea: str = ""
    victim: bool = False
    opened: Instant
    by: str
    events: tuple[Event, ...] = ()

    @property
    def state(self) -> State:
        """Where it stands: the fold of its events."""
        state = State.OPEN
        for event in self.events:
            state = _NEXT[state].get(event.step, state)
        return state

    @property
    def where(self) -> str:
        """The nearest that is known of where it is."""
        return self.url or self.host or self.address

    def clocks(self) -> tuple[Event, ...]:
        """Return the events whose clock still runs, or ran out unanswered."""
        if self.state not in (State.NOTIFIED, State.APPEALED, State.DISPUTED):
            return ()
        starts = {State.NOTIFIED: Step.NOTICE, State.APPEALED: Step.APPEAL, State.DISPUTED: Step.WRONG}
        step = starts[self.state]
        held: list[Event] = []
        for event in reversed(self.events):
            if event.step is step:
                held.append(event)
            elif event.step is not Step.TOLD:
                break
        return tuple(reversed(held))

    def after(self, event: Event) -> "Takedown":
        """Return the takedown with one more event.

        Raises:
            ConflictError: ``takedown.step``: it does not follow from where it stands; ``takedown.many``.
            MalformedError: ``takedown.reason``: a refusal or a wrong removal has a reason of the list.
        """
        if event.step is not Step.TOLD and event.step not in _NEXT[self.state]:
            raise ConflictError(
                "takedown.step",
                f"{event.step.value} does not follow: the takedown is {self.state.value}",
                hint="what may follow: " + ", ".join(sorted(one.value for one in _NEXT[self.state])),
                where=str(self.number),
            )
        reasons = _REASONS.get(event.step, ())
        if reasons and (event.reason not in reasons or (event.reason == "other" and not event.words)):
            raise MalformedError(
                "takedown.reason",
                f"{event.reason[:40]!r} is no reason",
                hint="one of: " + ", ".join(reasons) + "; other needs words",
                where="reason",
            )
        if len(self.events) >= MOST_EVENTS:
            raise ConflictError("takedown.many", "more happened than is kept of one takedown")
        return msgspec.structs.replace(self, events=(*self.events, event))

    def until_removed(self) -> int | None:
        """Return the microseconds from the first notice to the first removal after it; None without one."""
        start = next((one.at for one in self.events if one.step is Step.NOTICE), None)
        if start is None:
            return None
        end = next((one.at for one in self.events if one.step is Step.REMOVED and one.at >= start), None)
        return None if end is None else end - start


def opened(place: Place, **about: object) -> Takedown:
    """Return a takedown of a place that an officer or a bound receiver supplied."""
    return Takedown(url=place.url, host=place.host, address=place.address, **about)  # type: ignore[arg-type]
