"""The desk for custody: the events of a package as this office holds them, and those that a person adds.

The chain begins in the sealed bag. An office learns of those first events by sealing or by opening; every
later one is kept beside the package, signed, from the bag root on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from comity.evidence.custody import CustodyEvent, CustodyStep
from comity.evidence.label import PackageLabel
from comity.evidence.listing import unpacked
from comity.evidence.records import PackageRecord
from comity.evidence.touches import (
    ENDS_RETENTION,
    Hold,
    Particulars,
    Touch,
    gone_by,
    holds_in_force,
    require_here,
    require_no_hold,
    require_not_destroyed,
)
from comity.evidence.wire import parse_custody
from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError
from comity.kernel.ids import ActId, AuthorityId, CaseId, OfficerName
from comity.node.access import Action, require_access
from comity.node.custodybook import CustodyBook, hand_act
from comity.node.packages import intent_name, package_of, package_terms
from comity.node.ports import Transaction
from comity.node.views import Actor
from comity.node.workplace import Workplace

BY_HAND = (
    CustodyStep.RECEIVED,
    CustodyStep.COPIED,
    CustodyStep.EXAMINED,
    CustodyStep.DISCLOSED,
    CustodyStep.RETURNED,
)
"""What a person may record; what the node itself does with a package it writes down by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyView:
    """One event of a chain of custody.

    Attributes:
        number: From 1; events in the bag first.
        signed: Whether this office signed it; those in the bag are covered by the bag root.
        more: What some events tell beside who, when and why.
        digest: SHA-256 of the signed payload; empty for an event in the bag.
    """

    number: int
    step: str
    at: Instant
    officer: OfficerName
    authority: AuthorityId
    role: str
    reason: str
    place: str
    tool: str
    signed: bool = False
    digest: str = ""
    more: Particulars = field(default_factory=Particulars)


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedView:
    """From which exhibits those of a package were made, and how."""

    operation: str
    redacted: bool
    parents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPackage:
    """A package of a case with its chain of custody.

    Attributes:
        delivery: The act that delivered it; None before.
        own: Whether it was sealed here.
        whole: Whether the events in the bag are known here; else opening it tells them.
        events: Oldest first.
        handling: Class of the package.
        retain_until: When it is returned or destroyed; None where the limits were erased.
        at_end: Which of the two; empty where it is not known.
        holds: Legal holds that stand; each is lifted by its number.
        gone: ``returned`` or ``destroyed``; empty while it is here.
        derived: How it was made from others; None for originals, and before it was opened.
    """

    bag_root: str
    delivery: ActId | None
    own: bool
    whole: bool
    events: tuple[CustodyView, ...]
    handling: str = ""
    retain_until: Instant | None = None
    at_end: str = ""
    holds: tuple[Hold, ...] = ()
    gone: str = ""
    derived: DerivedView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyDesk:
    """Chains of custody of the officer's authority.

    Basis: ISO/IEC 27037
    """

    place: Workplace
    tool: tuple[str, str] = field(default=("", ""))

    @property
    def book(self) -> CustodyBook:
        """Where events are written."""
        return CustodyBook(place=self.place, tool=self.tool)

    def packages(self, actor: Actor, *, case: str, purpose: str) -> tuple[HeldPackage, ...]:
        """Return the packages of a case with their chains. The reading is in the log first."""
        require_access(
            actor, Action.CASE_READ, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            self.place.journal.read(tx, actor, action="custody.read", about=case, purpose=purpose, at=now)
        with self.place.store.snapshot() as tx:
            found = tx.evidence.packages(actor.authority, CaseId(case))
            return tuple(self.held(tx, record) for record in found)

    def record(
        self,
        actor: Actor,
        *,
        case: str,
        bag_root: str,
        step: str,
        reason: str,
        where: str = "",
        at: Instant | None = None,
        to: str = "",
        operation: str = "",
        tool: tuple[str, str] = ("", ""),
    ) -> HeldPackage:
        """Add an event that happened outside the node, such as an examination, or a copy handed over.

        Args:
            actor: Who records; the event names this officer.
            case: Full id of the case.
            bag_root: Full root of the package.
            step: One of ``BY_HAND``.
            reason: Why, in words.
            where: Where, in words; empty where it does not matter.
            at: When it happened; now where none is given.
            to: Who has it now, of what was copied, disclosed or returned.
            operation: What was done, of an examination.
            tool: With which tool and version.

        Raises:
            NotFoundError: ``package.absent``.
            ConflictError: ``package.gone``: it was destroyed; ``package.returned``: it was given back, and
                has to be received first; ``custody.held``: returned under a legal hold.
            MalformedError: ``custody.step``, ``custody.reason``, ``custody.time``.
        """
        require_access(actor, Action.EVIDENCE_SEAL, realm=self.place.realm, owner=actor.authority)
        now = self.place.clock.now()
        known = {one.value: one for one in BY_HAND}
        if step not in known:
            raise MalformedError(
                "custody.step",
                f"{step[:40]!r} is no event that a person records",
                hint="events are " + ", ".join(known),
                where="step",
            )
        made = hand_act(actor, known[step], reason, at=now if at is None else at, where=where, tool=tool)
        more = _particulars(to=to.strip(), operation=operation.strip())
        with self.place.store.transaction() as tx:
            record = package_of(tx, actor.authority, case, bag_root)
            touches = self.book.touches(tx, record)
            (require_not_destroyed if made.step is CustodyStep.RECEIVED else require_here)(
                touches, where=bag_root
            )
            if made.step in ENDS_RETENTION:
                require_no_hold(touches, where=bag_root)
            if not _last(tx, record, touches) <= made.at <= now:
                raise MalformedError(
                    "custody.time", "an event lies between the one before and now", where="at"
                )
            self.book.add(tx, record, made, more=more)
            return self.held(tx, record)

    def hold(
        self, actor: Actor, *, case: str, bag_root: str, reason: str, lift: int | None = None
    ) -> HeldPackage:
        """Set a legal hold on a package, or lift one: by name, with a reason; a hold beats any retention.

        Args:
            actor: Who sets it; a head lifts it.
            case: Full id of the case.
            bag_root: Full root of the package.
            reason: Why, in words.
            lift: Number of the hold that is lifted; None to set one.

        Raises:
            DeniedError: ``access.role``.
            NotFoundError: ``package.absent``, ``hold.absent``.
            ConflictError: ``package.gone``.

        Basis: 36(2)
        """
        action = Action.EVIDENCE_HOLD if lift is None else Action.EVIDENCE_FREE
        require_access(actor, action, realm=self.place.realm, owner=actor.authority)
        now = self.place.clock.now()
        step = CustodyStep.HOLD_SET if lift is None else CustodyStep.HOLD_LIFTED
        with self.place.store.transaction() as tx:
            record = package_of(tx, actor.authority, case, bag_root)
            touches = self.book.touches(tx, record)
            require_not_destroyed(touches, where=bag_root)
            if tx.node.setting(intent_name(actor.authority, bag_root)):
                raise ConflictError(
                    "package.gone", "the destruction of this package has begun", where=bag_root
                )
            if lift is not None and lift not in [hold.number for hold in holds_in_force(touches)]:
                raise NotFoundError("hold.absent", "no such hold stands", where=str(lift))
            made = self.book.act(actor, step, reason, at=now)
            self.book.add(tx, record, made, more=Particulars(ends=lift or 0))
            return self.held(tx, record)

    def held(self, tx: Transaction, record: PackageRecord) -> HeldPackage:
        """Return a package as it is shown; whoever calls it has logged the reading."""
        lines = [kept.line for kept in tx.evidence.custody(record.authority, record.bag_root)]
        events = parse_custody(b"\n".join(lines) + b"\n")[0] if lines else ()
        touches = self.book.touches(tx, record)
        handling, limits = package_terms(tx, record.authority, record)
        label = unpacked(record.exhibits)[0] if record.exhibits else None
        gone = gone_by(touches)
        return HeldPackage(
            bag_root=record.bag_root,
            delivery=record.delivery,
            own=record.own,
            whole=bool(events),
            events=(
                *(_of_bag(number, event) for number, event in enumerate(events, start=1)),
                *(_later(number, touch) for number, touch in enumerate(touches, start=len(events) + 1)),
            ),
            handling=handling.value,
            retain_until=limits.retain_until if limits else None,
            at_end=limits.at_end.value if limits else "",
            holds=holds_in_force(touches),
            gone=gone.act.step.value if gone else "",
            derived=_derived(label),
        )


def _particulars(*, to: str, operation: str) -> Particulars:
    try:
        return Particulars(to=to, operation=operation)
    except ValueError as exc:
        raise MalformedError("custody.reason", str(exc), where="to") from exc


def _last(tx: Transaction, record: PackageRecord, touches: Sequence[Touch]) -> Instant:
    """Return when the newest event that is known happened; long ago where none is."""
    if touches:
        return touches[-1].act.at
    lines = [kept.line for kept in tx.evidence.custody(record.authority, record.bag_root)]
    return parse_custody(lines[-1] + b"\n")[0][-1].act.at if lines else Instant(0)


def _derived(label: PackageLabel | None) -> DerivedView | None:
    made = label.derived if label is not None else None
    if made is None:
        return None
    return DerivedView(
        operation=made.operation,
        redacted=made.redacted,
        parents=tuple(f"{one.bag_root}:{one.number} {one.sha256}" for one in made.parents),
    )


def _of_bag(number: int, event: CustodyEvent) -> CustodyView:
    act = event.act
    return CustodyView(
        number=number,
        step=act.step.value,
        at=act.at,
        officer=act.officer,
        authority=act.authority,
        role=act.role,
        reason=act.reason,
        place=act.place,
        tool=f"{act.tool} {act.tool_version}".strip(),
    )


def _later(number: int, touch: Touch) -> CustodyView:
    act = touch.act
    return CustodyView(
        number=number,
        step=act.step.value,
        at=act.at,
        officer=act.officer,
        authority=act.authority,
        role=act.role,
        reason=act.reason,
        place=act.place,
        tool=f"{act.tool} {act.tool_version}".strip(),
        signed=True,
        digest=touch.digest,
        more=touch.more,
    )
