"""The state of a case: what follows from its acts and receipts, and from nothing else.

Every tuple is in a stable order, so two states are equal exactly when they say the same.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from comity.cases.agreements import Team
from comity.cases.ports import Address
from comity.cases.talking import Attested, Consultation, Talk, Unconveyed
from comity.cases.threads import Fork
from comity.kernel.clock import DAY, Instant
from comity.kernel.ids import ActId, CaseId

LEAST_PRESERVATION = 60 * DAY
"""How long preservation for another State lasts at least. Basis: 42(8)"""


class ItemState(StrEnum):
    """How far one item of a request has come."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    POSTPONED = "postponed"
    REFUSED = "refused"
    ORDERED = "ordered"
    HELD = "held"
    PARTLY_HELD = "partly_held"
    NOT_HELD = "not_held"
    DECIDED = "decided"
    EXECUTED = "executed"
    PARTLY = "partly"
    NO_DATA = "no_data"
    WITHDRAWN = "withdrawn"
    FORWARDED = "forwarded"


FINAL = frozenset(
    {
        ItemState.REFUSED,
        ItemState.NOT_HELD,
        ItemState.EXECUTED,
        ItemState.PARTLY,
        ItemState.NO_DATA,
        ItemState.WITHDRAWN,
        ItemState.FORWARDED,
    }
)
"""States after which nothing more is owed on an item."""

_EARLIEST_FIRST = tuple(ItemState)


class PreservationState(StrEnum):
    """How data stand under a preservation request; expiry depends on the time asked about."""

    NONE = "none"
    EFFECTED = "effected"
    NOT_HELD = "not_held"
    HELD = "held"
    DECIDED = "decided"
    RELEASED = "released"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preservation:
    """The clock of article 42.

    Attributes:
        t0: When the first item was preserved.
        expires: When the first held item lapses, unless held for a data request.
        asked_until: The end that the requesting side asked for and that is not granted yet.
        held_by: The data request that was received before expiry.
        counted_from: When the item that lapses first was preserved.
        named: The end that the act which preserved it names.
        granted: The latest end that was granted since.

    Basis: 42(8)
    """

    state: PreservationState = PreservationState.NONE
    t0: Instant | None = None
    expires: Instant | None = None
    asked_until: Instant | None = None
    held_by: ActId | None = None
    counted_from: Instant | None = None
    named: Instant | None = None
    granted: Instant | None = None

    @property
    def kept_until(self) -> Instant | None:
        """Until when data are preserved; None where none are, or none any more."""
        return None if self.state is PreservationState.RELEASED else self.expires

    def state_at(self, now: Instant) -> PreservationState:
        """Return the state at a time: what is merely effected is expired after its end."""
        if self.state is PreservationState.EFFECTED and self.expires is not None and now > self.expires:
            return PreservationState.EXPIRED
        return self.state


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a request and its state."""

    id: str
    state: ItemState


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A refusal or postponement that holds for at least one item: its ground, and until when."""

    act: ActId
    kind: str
    items: tuple[str, ...]
    ground: str
    until: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A domestic order that the requested side recorded."""

    act: ActId
    items: tuple[str, ...]
    start: Instant
    until: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision to transmit items."""

    act: ActId
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A delivery of evidence: which items, under which decision, bound by which bag root."""

    act: ActId
    items: tuple[Item, ...]
    decision: ActId
    bag_root: str
    recalled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """Evidence that went from hand to hand: which items, on what, under which decision if one is known."""

    act: ActId
    items: tuple[Item, ...]
    medium: str
    decision: ActId | None
    recalled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """How one item of a request stands, and what it came to.

    Attributes:
        act: What brought it there; None while it is merely asked.
        ground: Of a refusal or postponement; empty otherwise.
        order: The last domestic order that stands for it.
        delivery: The last delivery that stands for it, of a package or from hand to hand.
        forwarded_to: The authority of the same State that it went to; empty otherwise.
    """

    id: str
    state: ItemState
    act: ActId | None = None
    ground: str = ""
    order: ActId | None = None
    delivery: ActId | None = None
    forwarded_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """What a late withdrawal or a recalled delivery leaves to be done.

    Attributes:
        what: ``return`` (return or destroy what was delivered), ``release`` (end the preservation) or
            ``lift`` (end a domestic order).
        execution: The act that was already recorded.
        cause: The withdrawal or recall.
        since: When its author says the cause was written; a target may run from it.
        owner: Who has to do it.
        answer: The act that says it was done; None while it is owed.

    Basis: PROTOCOL rule 5
    """

    what: str
    request: ActId
    items: tuple[str, ...]
    execution: ActId
    cause: ActId
    since: Instant
    owner: Address
    answer: ActId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of the requested side, when it was asked, and when it was answered, if it was.

    Basis: 40(16)
    """

    act: ActId
    asked_at: Instant
    answered_at: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifting:
    """A measure that was lifted: by which act, for which items, and who was heard before. Basis: 50(8)"""

    act: ActId
    items: tuple[str, ...]
    at: Instant
    ground: str
    hearing: ActId | None
    unheard: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestState:
    """One request of a case.

    Attributes:
        instrument: The instrument that it relies on, which closes or opens the grounds of refusal.
        received_at: When the requested side's receipt says it was stored; None before.
        preserves: For a data request, the preservation request that it follows.
        consultations: Consultations about it, by either side.
        clarifications: Open questions of the requested side.
        closed: Whether it was closed by itself.
        closed_by: Who closed it by itself.
        questions: What the requested side asked about it, by time.
        consulted_at: When the requested side last consulted the other about it.
        talks: What the sides asked each other about it, by time.
        accounts: Every item, with what it came to.
        handed: Evidence that went from hand to hand.
        unnotified: What was received and points away from guilt, without a notice to the other side yet,
            and when that was said.
        attested: Whether the request itself is attested by the side that received it.
        undoings: What withdrawals and recalls that came too late leave to be done.
        teams: Agreements on a joint team, in causal order.
        originals: What the requested side says came: ``paper``, ``qualified``, and when.
        liftings: Measures on property that were lifted.
    """

    id: ActId
    kind: str
    mechanism: str
    instrument: str
    by: Address
    to: Address
    urgent: bool
    confidential_until: Instant | None
    asked_at: Instant
    received_at: Instant | None
    preserves: ActId | None
    items: tuple[Item, ...]
    rulings: tuple[Ruling, ...]
    consultations: tuple[ActId, ...]
    clarifications: tuple[ActId, ...]
    orders: tuple[Order, ...]
    decisions: tuple[Decided, ...]
    deliveries: tuple[Delivery, ...]
    preservation: Preservation
    closed: bool
    closed_by: tuple[Address, ...] = ()
    questions: tuple[Question, ...] = ()
    consulted_at: Instant | None = None
    talks: tuple[Talk, ...] = ()
    accounts: tuple[Account, ...] = ()
    handed: tuple[Handed, ...] = ()
    unnotified: tuple[tuple[ActId, Instant], ...] = ()
    attested: bool = False
    undoings: tuple[Undoing, ...] = ()
    teams: tuple[Team, ...] = ()
    originals: tuple[tuple[str, Instant], ...] = ()
    liftings: tuple[Lifting, ...] = ()

    @property
    def status(self) -> ItemState:
        """The state of the item that is least far."""
        return min((item.state for item in self.items), key=_EARLIEST_FIRST.index)

    @property
    def is_final(self) -> bool:
        """Tell whether nothing more is owed on any item."""
        return all(item.state in FINAL for item in self.items)

    def open_talks(self, *kinds: str) -> tuple[Talk, ...]:
        """Return what of some kinds waits for an answer; of every kind where none is named."""
        return tuple(one for one in self.talks if one.is_open and (not kinds or one.kind in kinds))

    @property
    def warned(self) -> frozenset[str]:
        """The items that the requesting side was warned about and has not decided. Basis: 40(20), 42(7)"""
        return frozenset(item for talk in self.open_talks("execution.warn") for item in talk.items)

    def accepted_conditions(self, items: Collection[str]) -> tuple[Talk, ...]:
        """Return the conditions that were accepted for some of the items. Basis: 40(28)"""
        return tuple(
            one
            for one in self.talks
            if one.answered_by == "conditions.accept" and not set(items).isdisjoint(one.items)
        )

    def item_ids(self, *states: ItemState) -> tuple[str, ...]:
        """Return the ids of the items in one of the states."""
        return tuple(item.id for item in self.items if item.state in states)


@dataclass(frozen=True, slots=True, kw_only=True)
class Irregularity:
    """An act, or what it says of one item, that has no effect on the state, and why."""

    act: ActId
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseState:
    """Everything that follows from the acts and receipts of one case.

    Attributes:
        ignoring: Acts that overlook what their author had receipted; they have no effect.
        suspect: Acts whose key was not valid, or was revoked, when they were first seen.
        unknown_critical: Acts that name something critical which this software does not understand.
        unknown_kinds: Acts of kinds that are only kept.
        orphans: Acts that are held but hang on ``missing`` ones.
        heads: Acts that nothing descends from.
        refused: Acts that their addressee answered with a refusing receipt, each with its code.
        closed_by: Who closed the whole case.
        doubted_at: When the first of the acts that freeze the case was written, as its author says.
        consultations: Drafts that the sides talk about.
        attested: What one side attests of the other.
        unconveyed: Acts to an authority without a node that are still to be carried there.
    """

    fold_version: int
    case: CaseId | None
    participants: tuple[Address, ...]
    requests: tuple[RequestState, ...]
    undoings: tuple[Undoing, ...]
    closed: bool
    forks: tuple[Fork, ...]
    ignoring: tuple[ActId, ...]
    suspect: tuple[ActId, ...]
    unknown_critical: tuple[ActId, ...]
    unknown_kinds: tuple[ActId, ...]
    irregular: tuple[Irregularity, ...]
    recalled: tuple[ActId, ...]
    erased: tuple[tuple[ActId, str], ...]
    orphans: tuple[ActId, ...]
    missing: tuple[ActId, ...]
    heads: tuple[ActId, ...]
    last_seqs: tuple[tuple[Address, int], ...]
    refused: tuple[tuple[ActId, str], ...]
    closed_by: tuple[Address, ...] = ()
    doubted_at: Instant | None = None
    consultations: tuple[Consultation, ...] = ()
    attested: tuple[Attested, ...] = ()
    unconveyed: tuple[Unconveyed, ...] = ()

    @property
    def is_frozen(self) -> bool:
        """Tell whether coercive steps wait for people: fork, doubt, or something critical not understood."""
        return bool(self.forks or self.ignoring or self.suspect or self.unknown_critical)

    def request(self, request_id: str) -> RequestState | None:
        """Return one request, or None."""
        return next((found for found in self.requests if found.id == request_id), None)

    def last_seq(self, author: Address) -> int:
        """Return the highest ``seq`` of an author; 0 for none."""
        return dict(self.last_seqs).get(author, 0)
