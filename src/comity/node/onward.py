"""The desk for passing on: what one State gave leaves for a third only with its consent, and by a release.

The consent names items, recipient and purpose. It is read when the release is proposed, judged, approved and
used; the chain of custody and the national log tell of it.
"""

from dataclasses import dataclass, field

from comity.cases.gate import WayOut
from comity.cases.parts import open_parts
from comity.cases.releases import Release
from comity.evidence.custody import CustodyStep
from comity.kernel.errors import DeniedError, MalformedError, NotFoundError
from comity.kernel.ids import ActId, parse_party
from comity.node.access import Action, require_access
from comity.node.exhibits import EvidenceDesk
from comity.node.ports import Transaction
from comity.node.releasing import PARTY_CODE, ReleaseDesk, ReleaseView
from comity.node.seams import case_reader
from comity.node.terms import consent_onward
from comity.node.views import Actor
from comity.node.workplace import Workplace

DELIVERY, INFORMATION = "evidence.deliver", "information.send"
_PART = "information"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnwardView:
    """What was passed on.

    Attributes:
        release: The release behind it.
        act: By which it came.
        recipient: Code of the Party that gets it.
        consent: The act by which the giving State agreed.
        out: Folder or file that was written.
    """

    release: ActId
    act: ActId
    recipient: str
    consent: ActId
    out: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnwardDesk:
    """Onward transfer of what came under a case of the officer's authority.

    Basis: 36(3); PROTOCOL 11
    """

    place: Workplace
    evidence: EvidenceDesk = field(repr=False)
    releases: ReleaseDesk

    def propose(self, actor: Actor, *, act: str, recipient: str, use: str, purpose: str) -> ReleaseView:
        """Propose that a delivery, or information that was sent, go to a third State.

        Args:
            actor: Who proposes.
            act: Full id of the act by which it came.
            recipient: Code of the Party; to another case is to the Party of that case.
            use: For what that Party is to have it, in the words of the consent.
            purpose: Of this officer's own reading.

        Raises:
            DeniedError: ``onward.no_consent``: no consent covers item, recipient and purpose.
            MalformedError: ``onward.what``: by this act nothing came.
            NotFoundError: ``act.unknown``.

        Basis: 36(3)
        """
        require_access(
            actor, Action.CASE_EXPORT, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )
        party, came = parse_party(recipient), ActId(act)
        with self.place.store.transaction() as tx:
            self._consent(tx, actor, came, recipient=party, use=use)
            record = tx.acts.get(actor.authority, came)
            if record is None:
                raise NotFoundError("act.unknown", "no such act", where=act[:64])
            made = self.releases.releases(tx, actor).propose(
                tx,
                WayOut.ONWARD,
                case=record.case,
                subjects=[came, party],
                purpose=use,
                officer=actor.officer,
            )
            now = self.place.clock.now()
            self.place.journal.decision(tx, actor, action="onward.propose", about=made.id, at=now)
        return self.releases.show(actor, release=made.id, purpose=purpose)

    def hand(
        self, actor: Actor, *, release: str, out: str, purpose: str, information: str = ""
    ) -> OnwardView:
        """Write what a decided release lets go to a third State; the consent is read again.

        A package is verified and written with its exhibits into a new folder, information into a new file.
        The national log tells of it before anything is written, and the chain of custody after.

        Args:
            actor: Who hands it over.
            release: Full id of the decided release.
            out: Folder or file that is yet to be made.
            purpose: Of this officer's own reading.
            information: The file for information, where that is not to be called as ``out`` is.

        Raises:
            DeniedError: ``onward.no_consent``, ``way_out.no_decision``.
            ConflictError: ``open.exists``.
            NotFoundError: ``release.unknown``.

        Basis: 36(3); PROTOCOL 11 and 18
        """
        require_access(
            actor, Action.CASE_EXPORT, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            held = self.releases.releases(tx, actor).get(tx, ActId(release))
            came, recipient = _subjects(held)
            consent = self._consent(tx, actor, came, recipient=recipient, use=held.purpose)
            self.releases.releases(tx, actor).require_way_out(
                tx,
                WayOut.ONWARD,
                case=held.case,
                decided_by=held.id,
                subjects=[came, recipient],
                purpose=held.purpose,
            )
            about = f"{came} to={recipient} consent={consent} release={held.id}"
            self.place.journal.decision(tx, actor, action="onward.hand", about=about, at=now)
            record = tx.evidence.delivered(actor.authority, came)
        out = (information or out) if record is None else out
        view = OnwardView(release=held.id, act=came, recipient=recipient, consent=consent, out=out)
        if record is None:
            self._write(actor, came, out=out)
            return view
        desk = self.evidence
        desk.custody.record(
            actor,
            case=held.case,
            bag_root=record.bag_root,
            step=CustodyStep.DISCLOSED.value,
            reason=f"{held.purpose} (consent {consent})",
            where=recipient,
        )
        with desk.files.scratch() as folder:
            bag = desk.checked_bag(actor, record, purpose=held.purpose, folder=folder)
            desk.vault.restore(bag, folder=folder, to=out)
        return view

    def _consent(self, tx: Transaction, actor: Actor, act: ActId, *, recipient: str, use: str) -> ActId:
        """Return the consent that covers it; raise DeniedError ``onward.no_consent``. Basis: 36(3)"""
        record = tx.acts.get(actor.authority, act)
        if record is None:
            raise NotFoundError("act.unknown", "no such act", where=act[:64])
        if record.own or record.kind not in (DELIVERY, INFORMATION):
            raise MalformedError("onward.what", "by this act nothing came that could be passed on", where=act)
        state = case_reader(tx, actor.authority, directory=self.place.directory).state(tx, record.case)
        found = consent_onward(
            tx,
            actor.authority,
            state,
            act,
            recipient=recipient,
            purpose=use,
            now=self.place.clock.now(),
        )
        if not found:
            raise DeniedError(
                "onward.no_consent",
                f"no consent of the State that gave it covers these items, {recipient} and this purpose",
                hint="ask with consent.ask, use onward, naming the recipient and the purpose",
                where=act,
            )
        return ActId(found)

    def _write(self, actor: Actor, act: ActId, *, out: str) -> None:
        with self.place.store.snapshot() as tx:
            parts = open_parts(tx.acts.parts(actor.authority, act))
        data = next((part.data for part in parts if part.name == _PART), None)
        if data is None:
            raise NotFoundError("part.absent", f"the act has no readable part {_PART!r}", where=act)
        writer = self.evidence.files.writer(out)
        try:
            writer.write(data)
            writer.commit(act)
        finally:
            writer.abort()


def _subjects(held: Release) -> tuple[ActId, str]:
    """Return what a release lets go, and to whom; raise MalformedError ``onward.release`` for another one."""
    if held.way is not WayOut.ONWARD:
        raise MalformedError("onward.release", "this release is for another way out", where=held.id)
    recipient = next(subject for subject in held.subjects if len(subject) == PARTY_CODE)
    return ActId(next(subject for subject in held.subjects if subject != recipient)), recipient
