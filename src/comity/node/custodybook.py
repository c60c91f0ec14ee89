"""The book of custody: the one place where an event of a package is signed, chained, kept and logged."""

from dataclasses import dataclass, field

from comity.evidence.custody import CustodyAct, CustodyStep
from comity.evidence.records import PackageRecord, TouchRecord
from comity.evidence.touches import ENDS_RETENTION, NO_PARTICULARS, Particulars, Touch, Touched
from comity.evidence.touchwire import read_touch, read_touches, touch_statement
from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError
from comity.kernel.ids import AuthorityId
from comity.node.ports import Transaction
from comity.node.views import Actor
from comity.node.workplace import Workplace


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyBook:
    """Events of packages after their sealing.

    Attributes:
        tool: Name and version of this software, for what the node does itself.

    Basis: ISO/IEC 27037; PROTOCOL 17
    """

    place: Workplace
    tool: tuple[str, str] = field(default=("", ""))

    def act(
        self, actor: Actor, step: CustodyStep, reason: str, *, at: Instant, where: str = ""
    ) -> CustodyAct:
        """Return what an officer does now with this software.

        Raises:
            MalformedError: ``custody.reason``.
        """
        return hand_act(actor, step, reason, at=at, where=where, tool=self.tool)

    def add(
        self, tx: Transaction, record: PackageRecord, act: CustodyAct, *, more: Particulars = NO_PARTICULARS
    ) -> Touch:
        """Add an event: signed by the authority, in the chain, and a decision in the national log.

        The log names package and digest of the event, so none is changed or left out unseen.

        Raises:
            UntrustedError: ``custody.chain``: the chain that is kept does not hold.
        """
        known = self.touches(tx, record)
        previous = known[-1].digest if known else record.bag_root
        statement = touch_statement(act, self._over(record), previous=previous, more=more)
        signed = statement.signed_by(self.place.keys.signer(f"{record.authority}/act"))
        made = read_touch(signed)
        tx.evidence.add_touch(
            TouchRecord(
                authority=record.authority,
                bag_root=record.bag_root,
                number=len(known) + 1,
                statement=signed.json,
            )
        )
        if act.step in ENDS_RETENTION and record.case is not None:
            tx.acts.case_changed(record.authority, record.case)
        actor = Actor(officer=act.officer, authority=record.authority, roles=(act.role,), signer=None)
        about = f"{record.bag_root}/{made.digest}"
        now = self.place.clock.now()
        self.place.journal.decision(tx, actor, action=f"custody.{act.step.value}", about=about, at=now)
        return made

    def touches(self, tx: Transaction, record: PackageRecord) -> tuple[Touch, ...]:
        """Return the events of a package, proved to be one chain."""
        return touches_of(tx, record.authority, self._over(record))

    def _over(self, record: PackageRecord) -> Touched:
        return Touched(realm=self.place.realm, case=record.case, bag_root=record.bag_root)


def touches_of(tx: Transaction, authority: AuthorityId, over: Touched) -> tuple[Touch, ...]:
    """Return what an office keeps of the events of a package, proved to be one chain."""
    return read_touches([one.statement for one in tx.evidence.touches(authority, over.bag_root)], over)


def hand_act(
    actor: Actor,
    step: CustodyStep,
    reason: str,
    *,
    at: Instant,
    where: str = "",
    tool: tuple[str, str] = ("", ""),
) -> CustodyAct:
    """Return what an officer did, or raise MalformedError ``custody.reason``."""
    try:
        return CustodyAct(
            step=step,
            at=at,
            officer=actor.officer,
            authority=actor.authority,
            role=actor.roles[0],
            reason=reason.strip(),
            tool=tool[0].strip(),
            tool_version=tool[1].strip(),
            place=where.strip(),
        )
    except ValueError as exc:
        raise MalformedError("custody.reason", str(exc), where="reason") from exc
