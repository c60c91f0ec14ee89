"""The desk for destruction: two persons decide, the wrapped file keys go first, a certificate is signed.

Evidence is kept as ciphertext; the one key of each package stands in the header of its sealed file, wrapped.
Destroying overwrites and removes every header that this node holds, then the ciphertext. What was intended
is durable before anything is overwritten, so a step that was cut off is finished by asking for it again.

Basis: 36(2); PROTOCOL 11, 27
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from comity.cases.certificates import certificate
from comity.cases.gate import WayOut
from comity.evidence.custody import CustodyStep
from comity.evidence.pieceports import PieceStore
from comity.evidence.ports import BlobStore
from comity.evidence.records import PackageRecord
from comity.evidence.touches import Particulars, gone_by, require_no_hold, require_not_destroyed
from comity.kernel.errors import ConflictError, MalformedError
from comity.kernel.ids import ActId, AuthorityId, CaseId
from comity.node.access import Action, require_access
from comity.node.custodial import CustodyDesk, HeldPackage
from comity.node.delivering import header_name
from comity.node.packages import intent_name, package_of
from comity.node.ports import EvidenceFiles, Transaction
from comity.node.releasing import ReleaseDesk, ReleaseView
from comity.node.views import Actor
from comity.node.workplace import Workplace

MOST_REASON = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class DestroyingDesk:
    """Destruction of packages of the officer's authority.

    Attributes:
        tool: Name and version of this software, which the certificate tells.
        forget: Removes what was made from a package to be searched, by authority and bag root.

    Basis: 36(2)
    """

    place: Workplace
    blobs: BlobStore = field(repr=False)
    pieces: PieceStore = field(repr=False)
    files: EvidenceFiles = field(repr=False)
    tool: tuple[str, str]
    forget: Callable[[AuthorityId, str], None] = field(repr=False)

    @property
    def custody(self) -> CustodyDesk:
        """The chains of custody."""
        return CustodyDesk(place=self.place, tool=self.tool)

    @property
    def releases(self) -> ReleaseDesk:
        """The desk where two officers decide."""
        return ReleaseDesk(place=self.place)

    def propose(self, actor: Actor, *, case: str, bag_root: str, reason: str) -> ReleaseView:
        """Propose that a package be destroyed; two officers, a head among them, decide and approve it.

        Args:
            actor: Who proposes.
            case: Full id of the case.
            bag_root: Full root of the package.
            reason: Why, in words; it is what is approved.

        Raises:
            NotFoundError: ``package.absent``.
            ConflictError: ``package.gone``: it is destroyed already.
            MalformedError: ``custody.reason``.
        """
        require_access(actor, Action.EVIDENCE_DESTROY, realm=self.place.realm, owner=actor.authority)
        why = _reason(reason)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            record = package_of(tx, actor.authority, case, bag_root)
            require_not_destroyed(self.custody.book.touches(tx, record), where=bag_root)
            made = self.releases.releases(tx, actor).propose(
                tx,
                WayOut.DESTRUCTION,
                case=CaseId(case),
                subjects=[bag_root],
                purpose=why,
                officer=actor.officer,
            )
            self.place.journal.decision(tx, actor, action="release.propose", about=made.id, at=now)
            return self.releases.view(tx, actor, made)

    def destroy(self, actor: Actor, *, case: str, bag_root: str, release: str) -> HeldPackage:
        """Destroy a package: its wrapped keys are overwritten, its sealed file is removed; nothing undoes it.

        A repetition finishes what was cut off, and changes nothing where it was done.

        Args:
            actor: Who does it; the certificate names this officer beside those who approved.
            case: Full id of the case.
            bag_root: Full root of the package.
            release: The closed release that decided it.

        Raises:
            DeniedError: ``way_out.no_decision``, ``way_out.other_subject``, ``way_out.halted``.
            ConflictError: ``custody.held``: a legal hold was set since; ``case.frozen``;
                ``destroy.shared``: another office of this node holds the same sealed file.

        Basis: 36(2); PROTOCOL 11, 25, 27
        """
        require_access(actor, Action.EVIDENCE_DESTROY, realm=self.place.realm, owner=actor.authority)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            record = package_of(tx, actor.authority, case, bag_root)
            done = gone_by(self.custody.book.touches(tx, record))
            if done is not None and done.act.step is CustodyStep.DESTROYED:
                return self.custody.held(tx, record)
            begun = tx.node.setting(intent_name(actor.authority, bag_root))
            if begun is None:
                self._pass(tx, actor, record, release)
                tx.node.put_setting(intent_name(actor.authority, bag_root), release.encode("ascii"))
                self.place.journal.decision(tx, actor, action="evidence.destroy", about=bag_root, at=now)
            else:
                release = begun.decode("ascii")  # what was begun was decided
        self.blobs.shred(record.piece_root, front=record.header_length)
        if record.delivery is not None:
            self.pieces.forget(record.delivery)
        self.forget(actor.authority, bag_root)
        return self._certified(actor, record, release)

    def certificate(self, actor: Actor, *, case: str, bag_root: str, purpose: str) -> bytes:
        """Return the certificate of a destruction, which anyone who trusts the Party's root can check.

        Raises:
            ConflictError: ``certificate.absent``: it was not destroyed here.

        Basis: 36(2)
        """
        require_access(
            actor, Action.CASE_READ, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            self.place.journal.read(
                tx, actor, action="certificate.read", about=bag_root, purpose=purpose, at=now
            )
        with self.place.store.snapshot() as tx:
            record = package_of(tx, actor.authority, case, bag_root)
            event = gone_by(self.custody.book.touches(tx, record))
            if event is None or event.act.step is not CustodyStep.DESTROYED:
                raise ConflictError(
                    "certificate.absent", "this package was not destroyed here", where=bag_root
                )
            held = self.releases.releases(tx, actor).get(tx, ActId(event.more.decision))
            root = self.place.root(tx)
            return certificate(
                event.signed,
                decision=held.envelope,
                approvals=held.approvals,
                roots=tx.exchange.roots(root),
                entries=tx.exchange.entries(root),
            )

    def write_certificate(self, actor: Actor, *, case: str, bag_root: str, purpose: str, out: str) -> None:
        """Write a certificate to a new file; see :meth:`certificate`."""
        data = self.certificate(actor, case=case, bag_root=bag_root, purpose=purpose)
        writer = self.files.writer(out)
        try:
            writer.write(data)
            writer.commit("")
        finally:
            writer.abort()

    def _pass(self, tx: Transaction, actor: Actor, record: PackageRecord, release: str) -> None:
        """Pass the gate, with the hold looked at again: it may have been set after the approval."""
        require_no_hold(self.custody.book.touches(tx, record), where=record.bag_root)
        self.releases.releases(tx, actor).require_way_out(
            tx,
            WayOut.DESTRUCTION,
            case=record.case,
            decided_by=ActId(release),
            subjects=[record.bag_root],
        )
        mine = (record.authority, record.bag_root)
        others = [
            one
            for one in tx.evidence.holders(record.piece_root)
            if one.live and (one.authority, one.bag_root) != mine
        ]
        if others:
            raise ConflictError(
                "destroy.shared",
                f"{others[0].authority} holds the same sealed file on this node",
                hint="let that office destroy it first",
                where=record.bag_root,
            )

    def _certified(self, actor: Actor, record: PackageRecord, release: str) -> HeldPackage:
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            kept = package_of(tx, actor.authority, record.case or "", record.bag_root)
            if not kept.header_length:  # another process was quicker
                return self.custody.held(tx, kept)
            release_of = self.releases.releases(tx, actor).get(tx, ActId(release))
            made = self.custody.book.act(actor, CustodyStep.DESTROYED, release_of.purpose, at=now)
            operation = (
                f"wrapped file keys overwritten ({record.header_length} bytes), "
                f"ciphertext removed ({record.payload_length} bytes)"
            )
            more = Particulars(operation=operation, decision=release_of.id)
            self.custody.book.add(tx, record, made, more=more)
            tx.evidence.erase_package(actor.authority, record.bag_root)
            if record.delivery is not None:
                _erase_header(tx, actor.authority, record.delivery)
            kept = package_of(tx, actor.authority, record.case or "", record.bag_root)
            return self.custody.held(tx, kept)


def _erase_header(tx: Transaction, authority: AuthorityId, delivery: ActId) -> None:
    """Take away the header that was written for the addressee."""
    if tx.node.setting(header_name(authority, delivery)) is not None:
        tx.node.put_setting(header_name(authority, delivery), b"")


def _reason(text: str) -> str:
    why = text.strip()
    if not 1 <= len(why) <= MOST_REASON:
        raise MalformedError(
            "custody.reason", f"a destruction has a reason of 1 to {MOST_REASON} characters", where="reason"
        )
    return why
