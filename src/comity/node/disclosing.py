"""The desk for disclosure: the defence gets everything, or everything less a list that two officers approved.

A disclosure package is a court file of the way ``disclosure``. What it leaves out stands in the release
statement, each with its ground and the person who decided it: exactly that list is what two officers
approve. Disclosed and listed are all: of acts, parts and delivered bags both verifiers check it; packages
that no act delivered are listed.

Basis: PROTOCOL 11, 22, 25
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from comity.cases.courtcontents import HeldBack, WithheldItem
from comity.cases.gate import WayOut, Withholding
from comity.cases.releases import Release
from comity.evidence.handling import Step
from comity.evidence.listing import unpacked
from comity.evidence.records import PackageRecord
from comity.evidence.touches import gone_by
from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, MalformedError
from comity.kernel.ids import ActId, CaseId
from comity.node.access import Action, require_access
from comity.node.court import CourtDesk, Leaving
from comity.node.ports import Transaction
from comity.node.releasing import ReleaseView
from comity.node.seams import case_reader
from comity.node.views import Actor, CourtView
from comity.node.workplace import Workplace

WAY = "disclosure"
NOT_DELIVERED = "delivered by no act; open to inspection at the authority that holds it"
MOST_GROUND = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosingDesk:
    """Disclosures of the officer's authority.

    Basis: PROTOCOL 11, 22
    """

    place: Workplace
    court: CourtDesk = field(repr=False)

    def propose(self, actor: Actor, *, case: str, purpose: str, withhold: Sequence[str] = ()) -> ReleaseView:
        """Propose that a case be disclosed, with the list of what is not; two officers approve exactly that.

        What was erased or destroyed, has not come, is secret, or may not be disclosed by its handling is on
        the list by itself; so is each package that no act delivered.

        Args:
            actor: Who proposes, and decides what is withheld.
            case: Full id of the case.
            purpose: Why; it is what is approved.
            withhold: ``ACT`` for a delivered bag, ``ACT/3`` for its third exhibit, ``ACT/part`` for a part,
                ``BAG`` for a package that no act delivered, each with ``=ground`` behind it.

        Raises:
            DeniedError: ``access.role``, ``access.purpose``.
            MalformedError: ``court.withhold``.
            NotFoundError: ``case.unknown``.
        """
        self._require(actor, purpose)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            grounds = _grounds(withhold)
            others = self._others(tx, actor, case)
            asked = tuple(text for text in withhold if text.partition("=")[0] not in others)
            order = self._order(tx, actor, case, purpose, withhold=asked, at=now)
            reader = case_reader(tx, actor.authority, directory=self.place.directory)
            thread, state = reader.read(tx, order.case)
            signed = [reader.signed(tx, act.id) for act in thread.order]
            items = self.court.withheld(tx, order, state, signed)
            held = [
                *(
                    Withholding(
                        of=x.act_id,
                        part=x.part,
                        exhibit=x.exhibit,
                        ground=x.ground,
                        decided_by=x.decided_by,
                    )
                    for x in items
                ),
                *(
                    Withholding(
                        of=root, part=None, ground=grounds.get(root, ground), decided_by=actor.officer
                    )
                    for root, (ground, _) in others.items()
                ),
            ]
            made = self.court.releases.releases(tx, actor).propose(
                tx,
                WayOut.DISCLOSURE,
                case=order.case,
                subjects=sorted(order.acts),
                purpose=purpose,
                officer=actor.officer,
                withheld=held,
            )
            self.place.journal.decision(tx, actor, action="release.propose", about=made.id, at=now)
            return self.court.releases.view(tx, actor, made)

    def disclose(
        self, actor: Actor, *, case: str, purpose: str, out: str, release: str, to: str = ""
    ) -> CourtView:
        """Write the disclosure package that two officers approved.

        Args:
            actor: Who writes it.
            case: Full id of the case.
            purpose: The purpose that was approved.
            out: File to write.
            release: The closed release.
            to: Who gets it, in words; it is in the custody of every package.

        Raises:
            DeniedError: ``way_out.no_decision``, ``way_out.other_subject``, ``way_out.other_purpose``;
                handling or limits forbid it.
            ConflictError: ``disclosure.changed``: something came in since, or may leave no more.
        """
        self._require(actor, purpose)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            order = self._order(tx, actor, case, purpose, withhold=(), at=now)
            releases, decision = self.court.releases.releases(tx, actor), ActId(release)
            releases.require_way_out(
                tx,
                WayOut.DISCLOSURE,
                case=order.case,
                decided_by=decision,
                subjects=sorted(order.acts),
                purpose=purpose,
            )
            held = releases.get(tx, decision)
            self._require_as_approved(tx, order, held)
            others = self._others(tx, actor, case)
            self.place.journal.read(
                tx, actor, action="evidence.disclose", about=case, purpose=purpose, at=now
            )
        return self.court.write(
            Leaving(
                actor=actor,
                case=order.case,
                acts=order.acts,
                purpose=purpose,
                at=now,
                decision=held.id,
                step=Step.DISCLOSE,
                to=to.strip(),
                fixed=_fixed(held, others),
                others=_listed(held, others),
                way=WAY,
            ),
            out,
        )

    def _require(self, actor: Actor, purpose: str) -> None:
        require_access(
            actor, Action.CASE_EXPORT, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )

    def _order(
        self,
        tx: Transaction,
        actor: Actor,
        case: str,
        purpose: str,
        *,
        withhold: Sequence[str],
        at: Instant,
    ) -> Leaving:
        acts = [record.act_id for record in tx.acts.of_case(actor.authority, CaseId(case))]
        return Leaving(
            actor=actor,
            case=CaseId(case),
            acts=frozenset(acts),
            purpose=purpose,
            withhold=tuple(withhold),
            at=at,
            step=Step.DISCLOSE,
            way=WAY,
        )

    def _others(self, tx: Transaction, actor: Actor, case: str) -> dict[str, tuple[str, int]]:
        """Return the packages that no act delivered, with a ground and how many exhibits each has."""
        found = {}
        for record in tx.evidence.packages(actor.authority, CaseId(case)):
            if record.delivery is None:
                found[record.bag_root] = (self._ground(tx, record), _exhibits(record))
        return found

    def _ground(self, tx: Transaction, record: PackageRecord) -> str:
        gone = gone_by(self.court.evidence.book.touches(tx, record))
        return NOT_DELIVERED if gone is None else f"{gone.act.step.value}; event of custody {gone.digest}"

    def _require_as_approved(self, tx: Transaction, order: Leaving, held: Release) -> None:
        """Raise unless what must be withheld now is on the approved list, and nothing came in since."""
        reader = case_reader(tx, order.actor.authority, directory=self.place.directory)
        thread, state = reader.read(tx, order.case)
        signed = [reader.signed(tx, act.id) for act in thread.order]
        must = {
            (item.act_id, item.part, item.exhibit) for item in self.court.withheld(tx, order, state, signed)
        }
        must |= {(root, None, None) for root in self._others(tx, order.actor, order.case)}
        listed = {(item.of, item.part, item.exhibit) for item in held.withheld}
        if not must <= listed or order.acts != held.subjects:
            raise ConflictError(
                "disclosure.changed",
                "since it was approved something came in, or may not leave any more",
                hint="propose the disclosure anew",
                where=held.id,
            )


def _grounds(withhold: Sequence[str]) -> dict[str, str]:
    """Return the grounds that were given, by what they are for."""
    found = {}
    for text in withhold:
        named, _, ground = text.partition("=")
        if not 1 <= len(ground.strip()) <= MOST_GROUND:
            raise MalformedError(
                "court.withhold",
                f"{text[:80]!r} names nothing of the case with a ground",
                hint="write ACT/part=ground, ACT/3=ground for exhibit 3, ACT=ground or BAG=ground",
                where="--withhold",
            )
        found[named] = ground.strip()
    return found


def _exhibits(record: PackageRecord) -> int:
    return len(unpacked(record.exhibits)[1]) if record.exhibits else 0


def _fixed(held: Release, others: dict[str, tuple[str, int]]) -> tuple[WithheldItem, ...]:
    return tuple(
        WithheldItem(
            act_id=one.of,
            part=one.part,
            exhibit=one.exhibit,
            ground=one.ground,
            decided_by=one.decided_by,
            at=held.at,
            decision=held.id,
        )
        for one in held.withheld
        if one.of not in others
    )


def _listed(held: Release, others: dict[str, tuple[str, int]]) -> tuple[HeldBack, ...]:
    return tuple(
        HeldBack(
            bag_root=one.of,
            exhibits=others[one.of][1],
            ground=one.ground,
            decided_by=one.decided_by,
            decision=held.id,
            at=held.at,
        )
        for one in held.withheld
        if one.of in others
    )
