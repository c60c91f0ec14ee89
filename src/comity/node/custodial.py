"""The desk for custody: the events of a package as this office holds them, and one that a person adds.

The chain begins in the sealed bag. An office learns of those first events by sealing or by opening, and keeps
every later one beside the package, each naming the digest of the one before.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.evidence.custody import FIRST_PREVIOUS, CustodyAct, CustodyEvent, CustodyStep, line_digest
from comity.evidence.ports import CustodyRecord, PackageRecord
from comity.evidence.wire import dump_custody, parse_custody
from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError
from comity.kernel.ids import ActId, AuthorityId, CaseId, OfficerName
from comity.node.access import Action, require_access
from comity.node.dating import ENDS_RETENTION
from comity.node.ports import Transaction
from comity.node.views import Actor
from comity.node.workplace import Workplace

BY_HAND = (
    CustodyStep.RECEIVED,
    CustodyStep.COPIED,
    CustodyStep.DISCLOSED,
    CustodyStep.RETURNED,
    CustodyStep.DESTROYED,
)
"""What a person may record; the node records sealing, opening and export by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyView:
    """One event of a chain of custody."""

    number: int
    step: str
    at: Instant
    officer: OfficerName
    authority: AuthorityId
    role: str
    reason: str
    place: str
    tool: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPackage:
    """A package of a case with its chain of custody.

    Attributes:
        delivery: The act that delivered it; None before.
        own: Whether it was sealed here.
        whole: Whether the chain is known from its first event on; else opening it tells.
        events: Oldest first.
    """

    bag_root: str
    delivery: ActId | None
    own: bool
    whole: bool
    events: tuple[CustodyView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyDesk:
    """Chains of custody of the officer's authority.

    Basis: ISO/IEC 27037
    """

    place: Workplace

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
            return tuple(_held(tx, actor.authority, record) for record in found)

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
    ) -> HeldPackage:
        """Add an event that happened outside the node, such as a copy handed over or the return.

        Args:
            actor: Who records; the event names this officer.
            case: Full id of the case.
            bag_root: Full root of the package.
            step: One of ``BY_HAND``.
            reason: Why, in words.
            where: Where, in words; empty where it does not matter.
            at: When it happened; now where none is given.

        Raises:
            NotFoundError: ``package.absent``.
            ConflictError: ``custody.unopened``: the chain that it would continue is not known here yet.
            MalformedError: ``custody.step``, ``custody.reason``, ``custody.time``.
        """
        require_access(actor, Action.EVIDENCE_SEAL, realm=self.place.realm, owner=actor.authority)
        now = self.place.clock.now()
        act = _act(actor, step=step, reason=reason, where=where, at=now if at is None else at)
        with self.place.store.transaction() as tx:
            record = tx.evidence.package(actor.authority, bag_root)
            if record is None or record.case != case:
                raise NotFoundError("package.absent", "the case has no such package", where=bag_root[:64])
            kept = tx.evidence.custody(actor.authority, bag_root)
            if not kept:
                raise ConflictError(
                    "custody.unopened",
                    "the chain of this package is not known here before it was opened",
                    hint="open the delivery first",
                    where=bag_root,
                )
            events, _ = parse_custody(b"\n".join(one.line for one in kept) + b"\n")
            if not events[-1].act.at <= act.at <= now:
                raise MalformedError(
                    "custody.time", "an event lies between the one before and now", where="at"
                )
            line = dump_custody([act], events[-1].over, previous=line_digest(kept[-1].line)).rstrip(b"\n")
            keep_lines(tx, actor.authority, bag_root, [line], after=len(kept))
            if act.step in ENDS_RETENTION:
                tx.acts.case_changed(actor.authority, record.case)
            self.place.journal.decision(tx, actor, action="custody.record", about=bag_root, at=now)
            return _held(tx, actor.authority, record)


def keep_lines(
    tx: Transaction, authority: AuthorityId, bag_root: str, lines: Sequence[bytes], *, after: int
) -> None:
    """Keep lines of custody behind those that are kept already, so many of them."""
    for number, line in enumerate(lines, start=after + 1):
        tx.evidence.add_custody(
            CustodyRecord(authority=authority, bag_root=bag_root, number=number, line=line)
        )


def _act(actor: Actor, *, step: str, reason: str, where: str, at: Instant) -> CustodyAct:
    known = {one.value: one for one in BY_HAND}
    if step not in known:
        raise MalformedError(
            "custody.step",
            f"{step[:40]!r} is no event that a person records",
            hint="events are " + ", ".join(known),
            where="step",
        )
    try:
        return CustodyAct(
            step=known[step],
            at=at,
            officer=actor.officer,
            authority=actor.authority,
            role=actor.roles[0],
            reason=reason.strip(),
            place=where.strip(),
        )
    except ValueError as exc:
        raise MalformedError("custody.reason", str(exc), where="reason") from exc


def _held(tx: Transaction, authority: AuthorityId, record: PackageRecord) -> HeldPackage:
    lines = [kept.line for kept in tx.evidence.custody(authority, record.bag_root)]
    events = parse_custody(b"\n".join(lines) + b"\n")[0] if lines else ()
    return HeldPackage(
        bag_root=record.bag_root,
        delivery=record.delivery,
        own=record.own,
        whole=bool(events) and events[0].previous == FIRST_PREVIOUS,
        events=tuple(_view(number, event) for number, event in enumerate(events, start=1)),
    )


def _view(number: int, event: CustodyEvent) -> CustodyView:
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
