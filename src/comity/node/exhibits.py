"""The desk for evidence: seal, hand over for delivery, open what was delivered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from comity.cases.gate import WayOut, require_way_out
from comity.evidence.custody import CustodyStep
from comity.evidence.handling import Handling, Step
from comity.evidence.inspection import Inspection
from comity.evidence.limits import Use
from comity.evidence.listing import packed
from comity.evidence.opening import Expected, OpenedBag
from comity.evidence.pieceports import PieceStore
from comity.evidence.pieces import piece_count
from comity.evidence.ports import BlobStore, SealingRoom
from comity.evidence.records import PackageRecord
from comity.evidence.sealing import SEGMENT, Sealing
from comity.evidence.service import Reader, Vault
from comity.evidence.touches import require_here
from comity.evidence.wire import limits_value
from comity.exchange.records import Direction
from comity.kernel.agekeys import CLASSICAL
from comity.kernel.digests import sha256
from comity.kernel.errors import ConflictError, NotFoundError, UntrustedError
from comity.kernel.ids import ActId, AuthorityId, CaseId
from comity.kernel.ijson import dump_ijson
from comity.node.access import Action, require_access
from comity.node.copies import Copier, header_digest
from comity.node.custodial import CustodyDesk
from comity.node.custodybook import CustodyBook
from comity.node.halting import halts
from comity.node.packages import keep_lines, said_of
from comity.node.ports import EvidenceFiles, Transaction
from comity.node.sealed import delivered_body, exhibit_views
from comity.node.sealing import SealingDesk, SealingWish, note_copy
from comity.node.seams import address_of, case_reader
from comity.node.viewing import Viewer
from comity.node.views import Actor, DeliveryView, OpenedView, SealView
from comity.node.workplace import Workplace


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceDesk:
    """Sealed packages of the officer's authority.

    Attributes:
        tool: Name and version of this software, for the custody events.
    """

    place: Workplace
    vault: Vault = field(repr=False)
    blobs: BlobStore = field(repr=False)
    pieces: PieceStore = field(repr=False)
    files: EvidenceFiles = field(repr=False)
    sealings: SealingRoom = field(repr=False)
    tool: tuple[str, str]

    def seal(
        self,
        actor: Actor,
        *,
        sources: Sequence[str],
        case: str,
        request: str,
        handling: str = Handling.ORDINARY.value,
        limits: Mapping[str, Any] | None = None,
        out: str | None = None,
        to: Sequence[str] = (),
        segment: int = SEGMENT,
        tell: Callable[[Sealing], None] | None = None,
    ) -> SealView:
        """Seal files and folders for a request, to this office's own key: nothing leaves by sealing.

        Args:
            actor: Who seals.
            sources: Paths; ``-`` for standard input.
            case: Full id of the case.
            request: Full id of the request that the package answers.
            handling: One of :class:`comity.evidence.handling.Handling`.
            limits: Members of the limits that differ from what follows from the request.
            out: Also write the sealed file there.
            to: Whom the file ``out`` is sealed to: peers, or keys ``age1…`` or ``age1pq1…``; none for this
                office itself. For ``age1…`` it is a copy for stock tools, under a file key of its own.
                On a live node the transmission has to be decided first.
            segment: Bytes of one exhibit of a stream.
            tell: Called now and then with how far it is.

        Basis: PROTOCOL 11, 21, 25
        """
        return self.sealing.seal(
            actor,
            SealingWish(
                sources=tuple(sources),
                case=case,
                request=request,
                handling=handling,
                limits=limits or {},
                out=out or "",
                to=tuple(to),
                segment=segment,
            ),
            tell=tell,
        )

    @property
    def sealing(self) -> SealingDesk:
        """The desk that seals, and goes on where sealing was interrupted."""
        return SealingDesk(
            place=self.place,
            vault=self.vault,
            sealings=self.sealings,
            copier=self._copier(),
            book=self.book,
        )

    @property
    def custody(self) -> CustodyDesk:
        """The desk for chains of custody."""
        return CustodyDesk(place=self.place, tool=self.tool)

    @property
    def book(self) -> CustodyBook:
        """Where events of custody are written."""
        return CustodyBook(place=self.place, tool=self.tool)

    def deliver_form(self, actor: Actor, *, case: str, bag_root: str) -> bytes:
        """Return the form of the act ``evidence.deliver`` for a package that was sealed for this case."""
        require_access(actor, Action.ACT_DRAFT, realm=self.place.realm, owner=actor.authority)
        with self.place.store.snapshot() as tx:
            record = self._own_package(tx, actor.authority, CaseId(case), bag_root)
            said = said_of(tx, actor.authority, record.bag_root)
        limits = dump_ijson(said["limits"])
        return dump_ijson(
            {
                "body": {
                    "bag_root": record.bag_root,
                    "payload_length": record.payload_length,
                    "piece_root": record.piece_root,
                    "pieces": piece_count(record.payload_length),
                    "suite": said.get("suite", CLASSICAL),
                    "handling": said["handling"],
                    "limits_digest": sha256(limits).hex(),
                },
                "parts": {"limits": said["limits"]},
            }
        )

    def open(self, actor: Actor, *, delivery: str, purpose: str, out: str) -> OpenedView:
        """Verify every byte of a delivery and write its exhibits, by original name, into a new folder.

        The reading is in the log first, and the event of custody is kept before a byte is where the officer
        wants it; what does not hold leaves nothing behind.

        Raises:
            NotFoundError: ``delivery.absent``: it is not here, or not yet whole.
            ConflictError: ``open.exists``.
            UntrustedError, DeniedError: the package does not hold, or its limits forbid the use.

        Basis: PROTOCOL 18, 24, 25
        """
        require_access(
            actor, Action.EVIDENCE_OPEN, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )
        self.files.require_new(out)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            record = self._delivered(tx, actor.authority, ActId(delivery))
            self.place.journal.read(
                tx, actor, action=Action.EVIDENCE_OPEN.value, about=delivery, purpose=purpose, at=now
            )
        with self.files.scratch() as folder:
            bag = self.checked_bag(actor, record, purpose=purpose, folder=folder)
            with self.place.store.transaction() as tx:
                require_here(self.book.touches(tx, record), where=delivery)
                keep_lines(tx, actor.authority, bag.bag_root, bag.custody_lines)
                self.book.add(tx, record, self.book.act(actor, CustodyStep.OPENED, purpose, at=now))
                opened = replace(record, exhibits=packed(bag.label, bag.exhibits))
                tx.evidence.put_package(opened)
            self.vault.restore(bag, folder=folder, to=out)
        return OpenedView(
            delivery=ActId(delivery), folder=out, bag_root=bag.bag_root, exhibits=exhibit_views(bag.exhibits)
        )

    def inspect(self, actor: Actor, *, path: str, purpose: str) -> Inspection:
        """Return what a sealed file is, and what is inside where a key of the officer's authority opens it.

        The reading is in the log before anything of the inside is read.

        Raises:
            NotFoundError: ``file.absent``.
            MalformedError: ``age.header``, ``package.form``.
            DeniedError: ``evidence.use_refused``, ``handling.child_abuse_refused``.

        Basis: PROTOCOL 18, 25
        """
        self.require_inspection(actor, purpose=purpose)
        now = self.place.clock.now()
        use = Use(step=Step.OPEN, purpose=purpose, at=now)
        source = self.files.reader(path)
        try:
            with self.place.store.transaction() as tx:
                self.place.journal.read(
                    tx, actor, action="evidence.inspect", about=header_digest(source), purpose=purpose, at=now
                )
            return self.vault.inspect(
                source,
                identities=self.place.openers(actor.authority),
                reader=Reader(roles=frozenset(actor.roles), use=use),
            )
        finally:
            source.close()

    def require_inspection(self, actor: Actor, *, purpose: str) -> None:
        """Raise DeniedError unless the officer may look into sealed files for this purpose."""
        require_access(
            actor, Action.EVIDENCE_OPEN, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )

    def deliveries(self, actor: Actor, *, case: str, purpose: str) -> tuple[DeliveryView, ...]:
        """Return the deliveries of a case and how far they came. The reading is in the log first."""
        require_access(
            actor, Action.CASE_READ, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            self.place.journal.read(tx, actor, action="evidence.list", about=case, purpose=purpose, at=now)
        with self.place.store.snapshot() as tx:
            reader = case_reader(tx, actor.authority, directory=self.place.directory)
            me = address_of(tx, actor.authority)
            viewer = Viewer(me=me, reader=reader, clock=self.place.clock, house=self.place.house)
            state = reader.state(tx, CaseId(case))
            made = [delivery for request in state.requests for delivery in request.deliveries]
            return self.counted([viewer.delivery(tx, CaseId(case), one) for one in made])

    def counted(self, shown: Sequence[DeliveryView]) -> tuple[DeliveryView, ...]:
        """Return deliveries of a case that was read, with the pieces that came so far counted."""
        return tuple(self._counted(view) for view in shown)

    def package(self, actor: Actor, *, delivery: str, out: str, identity_out: str | None = None) -> str:
        """Write the sealed file of a delivery: as it is kept, or as a copy for stock tools.

        Args:
            actor: Who writes it.
            delivery: Full id of the delivering act.
            out: File to write.
            identity_out: On practice nodes only: write a new age identity there, and seal the copy to it.

        Raises:
            DeniedError: ``way_out.no_decision``: a live node seals to no bare key.

        Basis: PROTOCOL 11
        """
        require_access(actor, Action.EVIDENCE_SEAL, realm=self.place.realm, owner=actor.authority)
        with self.place.store.snapshot() as tx:
            record = self._delivered(tx, actor.authority, ActId(delivery))
        if identity_out is None:
            with self.place.store.transaction() as tx:
                note_copy(self.book, tx, actor, record, "the sealed file as it is kept")
            self._copier().copy(actor.authority, record.piece_root, out=out)
            return out
        with self.place.store.transaction() as tx:
            stops = () if record.case is None else halts(tx, self.place, actor.authority, record.case)
            require_way_out(WayOut.SEAL, realm=self.place.realm, case=None, gate=None, halts=stops)
            note_copy(self.book, tx, actor, record, "a copy for stock tools, under a key of its own")
            now, about = self.place.clock.now(), delivery
            self.place.journal.decision(tx, actor, action="evidence.package", about=about, at=now)
        self._copier().with_identity(actor.authority, record.piece_root, out=out, identity_out=identity_out)
        return out

    def checked_bag(self, actor: Actor, record: PackageRecord, *, purpose: str, folder: str) -> OpenedBag:
        """Open a package into a new folder that its caller removes, with the limits checked for opening."""
        reader = self.blobs.open(record.piece_root)
        try:
            bag = self.vault.open(
                reader,
                identities=self.place.openers(actor.authority),
                expected=Expected(
                    realm=self.place.realm, bag_root=record.bag_root, piece_root=record.piece_root
                ),
                folder=folder,
                reader=Reader(
                    roles=frozenset(actor.roles),
                    use=Use(step=Step.OPEN, purpose=purpose, at=self.place.clock.now()),
                ),
            )
        finally:
            reader.close()
        self._require_as_signed(actor.authority, record, bag)
        return bag

    def _require_as_signed(self, authority: AuthorityId, record: PackageRecord, bag: OpenedBag) -> None:
        """Raise unless the package says of itself what the act said that announced it."""
        if record.delivery is None:
            return
        with self.place.store.snapshot() as tx:
            body = delivered_body(tx, authority, record.delivery)
        limits = sha256(dump_ijson(limits_value(bag.label.limits))).hex()
        if (body.handling, body.limits_digest) != (bag.label.handling.value, limits):
            raise UntrustedError(
                "package.limits",
                "handling or limits in the package are not those of the act that delivered it",
                hint="ask the sending authority which of the two it means",
                where=record.delivery,
            )

    def _counted(self, view: DeliveryView) -> DeliveryView:
        if view.pieces_here or view.act not in self.pieces.deliveries():
            return view
        return replace(view, pieces_here=self.pieces.received(view.act).received)

    def _copier(self) -> Copier:
        return Copier(place=self.place, blobs=self.blobs, files=self.files)

    def _own_package(
        self, tx: Transaction, authority: AuthorityId, case: CaseId, prefix: str
    ) -> PackageRecord:
        found = [r for r in tx.evidence.packages(authority, case) if r.own and r.bag_root.startswith(prefix)]
        if len(found) == 1:
            require_here(self.book.touches(tx, found[0]), where=found[0].bag_root)
            return found[0]
        if found:
            raise ConflictError("id.ambiguous", f"{len(found)} packages begin with {prefix}")
        raise NotFoundError(
            "package.absent",
            "no package with this bag root was sealed here for this case",
            hint="seal it with 'comity evidence seal --case CASE'",
            where=prefix[:64],
        )

    def _delivered(self, tx: Transaction, authority: AuthorityId, delivery: ActId) -> PackageRecord:
        record = tx.evidence.delivered(authority, delivery)
        if record is not None:
            require_here(self.book.touches(tx, record), where=delivery)
            return record
        coming = tx.exchange.delivery(authority, delivery, direction=Direction.IN)
        raise NotFoundError(
            "delivery.absent",
            "its pieces are still on their way" if coming is not None else "no such delivery is here",
            hint="'comity evidence list --case CASE' shows how far it came" if coming is not None else "",
            where=delivery,
        )
