"""Where evidence meets the exchange: a package leaves in pieces, and comes in the same way.

A package is sealed to one's own key. When its delivery is issued, the header is written anew for the
addressee, once, and kept; the payload behind it never changes, so the signed roots hold for both.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from comity.cases.gate import WayOut, require_way_out
from comity.cases.kinds import DeliverBody, parse_body
from comity.cases.parts import open_parts
from comity.cases.wire import SignedAct
from comity.evidence.custody import CustodyAct, CustodyStep
from comity.evidence.pieceports import PieceStore
from comity.evidence.pieces import PIECE, PieceList, piece_count
from comity.evidence.ports import BlobReader, BlobStore
from comity.evidence.records import PackageRecord
from comity.evidence.touches import Particulars, require_here
from comity.exchange.deliveries import DeliveryDesk, Start
from comity.exchange.records import Alarm, Delivery, Direction
from comity.exchange.runs import PieceKeeper
from comity.kernel import agefile
from comity.kernel.ageheader import MOST_HEADER
from comity.kernel.agekeys import CLASSICAL
from comity.kernel.clock import SECOND
from comity.kernel.digests import sha256
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError
from comity.kernel.ids import ActId, AuthorityId, OfficerName
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.node.cosealed import require_shared
from comity.node.custodybook import CustodyBook
from comity.node.exchanging import Offices
from comity.node.halting import halts_of_act, require_not_halted
from comity.node.ports import Transaction
from comity.node.sealed import delivered_body, said_name
from comity.node.views import Actor
from comity.node.workplace import Workplace

DELIVER = "evidence.deliver"
NODE = OfficerName("node")
"""Stands in the custody where no person acted: the last piece of a package arrived."""
BAG_KNOWN = "delivery.bag_known"
"""Alarm: a delivery names the bag of a package that is held already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingPackages:
    """Fulfils the exchange's ``OutgoingPieces`` from the blobs."""

    place: Workplace
    blobs: BlobStore

    def start(self, delivery: Delivery) -> Start:
        """Return the header for the addressee, and the hashes of the pieces."""
        with self.place.store.snapshot() as tx:
            require_not_halted(tx, self.place, delivery.authority, delivery.act_id)
            header = tx.node.setting(header_name(delivery.authority, delivery.act_id))
            record = tx.evidence.delivered(delivery.authority, delivery.act_id)
        if not header or record is None:
            raise NotFoundError("delivery.absent", "the package of this delivery is not here")
        return Start(header=header, hashes=record.leaves)

    def pieces(self, delivery: Delivery, first: int, count: int) -> Iterator[bytes]:
        """Yield so many pieces of the payload, read afresh.

        Raises:
            ConflictError: ``delivery.halted``: a challenge was lodged since; what left before has left.
                It is asked before the first piece, and before each that comes a second later.
        """
        if not 0 <= first < first + count <= delivery.pieces:
            raise MalformedError("piece.index", f"piece {first} of {delivery.pieces} does not exist")
        # NOTE: the record lists all pieces, and to read it for each run would cost more than the run does.
        reader, asked = self.blobs.open(delivery.piece_root), None
        front, room = reader.size - delivery.payload_length, memoryview(bytearray(PIECE))
        try:
            for at in range(first * PIECE, (first + count) * PIECE, PIECE):
                if asked is None or self.place.clock.now() - asked >= SECOND:
                    asked = self.place.clock.now()
                    with self.place.store.snapshot() as tx:
                        require_not_halted(tx, self.place, delivery.authority, delivery.act_id)
                piece = room[: delivery.payload_length - at]
                if reader.read_into(piece, at=front + at) < len(piece):
                    raise NotFoundError("delivery.absent", "the package of this delivery is cut off")
                yield bytes(piece)
        finally:
            reader.close()

    def heard(self, delivery: Delivery) -> bytes | None:
        """Return the status that was kept last."""
        with self.place.store.snapshot() as tx:
            return tx.node.setting(heard_name(delivery.authority, delivery.act_id)) or None

    def keep_heard(self, delivery: Delivery, status: bytes) -> None:
        """Keep a status."""
        name = heard_name(delivery.authority, delivery.act_id)
        with self.place.store.transaction() as tx:
            if tx.node.setting(name) != status:
                tx.node.put_setting(name, status)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingPackages:
    """Fulfils the exchange's ``IncomingPieces`` with the evidence's piece store.

    The header that comes in is opened at once and written anew for the store key, since the keys that
    others seal to are destroyed after a while.

    Basis: PROTOCOL 19
    """

    place: Workplace
    pieces: PieceStore
    blobs: BlobStore

    def begin(self, delivery: Delivery, start: Start) -> None:
        """Make room for a delivery whose hashes belong to the signed root and whose header we can open."""
        listed = PieceList(payload_length=delivery.payload_length, leaves=start.hashes)
        listed.require_root(delivery.piece_root)
        if delivery.act_id in self.pieces.deliveries():
            return  # begun before: the same signed root, so the same list
        keys, ours, found = self.place.keys, delivery.authority, agefile.parse_header(start.header)
        while True:
            public = keys.store_identity(ours).public
            fresh = agefile.rewrapped_header(
                found, identities=keys.identities(ours), recipients=[public], entropy=self.place.entropy
            )
            # NOTE: the list is the signed one, so only a header that another process wrote can differ.
            with suppress(ConflictError):
                self.pieces.begin(delivery.act_id, header=fresh, pieces=listed)
            if (
                keys.store_identity(ours).public == public
            ):  # else a rotation that came between may have missed it
                return
            self.pieces.forget(delivery.act_id)

    def received(self, delivery: Delivery) -> tuple[int, ...] | None:
        """Return the numbers of the pieces that are durably here."""
        if delivery.act_id not in self.pieces.deliveries():
            return None
        found = self.pieces.received(delivery.act_id)
        return tuple(index for index in range(delivery.pieces) if found.has(index))

    def keeper(self, delivery: Delivery) -> PieceKeeper:
        """Return what keeps the pieces of one run."""
        return self.pieces.keeper(delivery.act_id)

    def assemble(self, delivery: Delivery) -> str:
        """Turn a complete delivery into a blob, which another office of the node may hold already."""
        if delivery.act_id not in self.pieces.deliveries():
            return delivery.piece_root
        header = self.pieces.header(delivery.act_id)
        # NOTE: before, since the header goes with the delivery; and after, where another process was faster.
        self._require_shared(delivery, header)
        name = self.pieces.assemble(delivery.act_id)
        self._require_shared(delivery, header)
        return name

    def _require_shared(self, delivery: Delivery, header: bytes) -> None:
        name, office = delivery.piece_root, delivery.authority
        if header and self.blobs.exists(name):
            with self.place.store.transaction() as tx:
                require_shared(tx, self.place, self.blobs, name, office=office, header=header)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """Keeps the record of a package that came in whole, and the first event of its custody here."""

    place: Workplace
    blobs: BlobStore
    pieces: PieceStore
    tool: tuple[str, str] = ("", "")

    def __call__(self, tx: Transaction, delivery: Delivery, name: str) -> None:
        """Write the record in the transaction that completes the delivery.

        A package that is held already stays what it is: no later delivery takes its place, nor that of its
        sealed file, whatever bag root it names. What came of such a one and is nobody's is destroyed again.

        Basis: DESIGN invariant 5
        """
        signed = tx.acts.get(delivery.authority, delivery.act_id)
        if signed is None or tx.evidence.delivered(delivery.authority, delivery.act_id) is not None:
            return
        body = delivered_body(tx, delivery.authority, delivery.act_id)
        known = tx.evidence.package(delivery.authority, body.bag_root)
        holders = tx.evidence.holders(name)
        if known is not None or any(one.bag_root != body.bag_root for one in holders):
            if not any(one.live for one in holders):
                self.blobs.shred(name, front=MOST_HEADER)  # destroyed here once: it does not come back
            self._tell(tx, delivery)
            return
        reader = self.blobs.open(name)
        try:
            header = _header_length(reader)
        finally:
            reader.close()
        record = PackageRecord(
            authority=delivery.authority,
            piece_root=name,
            bag_root=body.bag_root,
            payload_length=delivery.payload_length,
            leaves=self.pieces.pieces(delivery.act_id).leaves,
            header_length=header,
            case=signed.case,
            delivery=delivery.act_id,
            own=False,
            exhibits=b"",
            stored_at=self.place.clock.now(),
        )
        tx.evidence.put_package(record)
        for one in holders:
            if one.live and (other := tx.evidence.package(one.authority, one.bag_root)) is not None:
                tx.evidence.put_package(replace(other, header_length=header))
        book = CustodyBook(place=self.place, tool=self.tool)
        node = Actor(officer=NODE, authority=delivery.authority, roles=(NODE,), signer=None)
        made = book.act(node, CustodyStep.RECEIVED, "the last piece arrived", at=record.stored_at)
        book.add(tx, record, made)

    def _tell(self, tx: Transaction, delivery: Delivery) -> None:
        tx.exchange.alarm(
            Alarm(
                code=BAG_KNOWN,
                authority=delivery.authority,
                peer=delivery.peer,
                at=self.place.clock.now(),
                detail=b'{"act":"%s"}' % delivery.act_id.encode(),
            )
        )


def delivery_desk(place: Workplace, blobs: BlobStore, pieces: PieceStore) -> DeliveryDesk[Transaction]:
    """Return the deliveries of the node that stands on this workplace."""
    return DeliveryDesk(
        store=place.store,
        directory=place.directory,
        offices=Offices(place=place),
        incoming=IncomingPackages(place=place, pieces=pieces, blobs=blobs),
        outgoing=OutgoingPackages(place=place, blobs=blobs),
        arrived=Arrivals(place=place, blobs=blobs, pieces=pieces),
        clock=place.clock,
    )


def start_delivery(tx: Transaction, place: Workplace, blobs: BlobStore, signed: SignedAct) -> None:
    """Begin the transfer that an issued ``evidence.deliver`` announces, in the transaction of its issue.

    Raises:
        DeniedError: ``way_out.no_decision``: no closed gate stands behind the act.
        ConflictError: ``package.differs``: the act says something else of the package than was sealed;
            ``package.delivered``: another act delivered it.
        NotFoundError: ``package.absent``: no package with these roots was sealed here for this case.

    Basis: PROTOCOL 11, 19
    """
    act = signed.act
    if act.kind != DELIVER:
        return
    body = parse_body(act)
    if not isinstance(body, DeliverBody):
        raise ValueError("a delivery that was issued has its body")
    ours = act.sender.authority
    gate = tx.acts.gate(ours, act.id)
    stops = halts_of_act(tx, place, ours, act.id)
    require_way_out(WayOut.SEAL, realm=place.realm, case=act.case, gate=gate, halts=stops)
    record = tx.evidence.package(ours, body.bag_root)
    if record is None or record.piece_root != body.piece_root or record.case != act.case or not record.own:
        raise NotFoundError(
            "package.absent",
            "no package with this bag root was sealed here for this case",
            hint="seal it with 'comity evidence seal --case CASE' first",
            where="/body/bag_root",
        )
    if record.delivery not in (None, act.id):
        raise ConflictError(
            "package.delivered",
            "this package was delivered by another act already",
            hint="seal the exhibits again for another delivery",
            where="/body/bag_root",
        )
    book = CustodyBook(place=place)
    require_here(book.touches(tx, record), where="/body/bag_root")
    _require_as_sealed(tx, signed, body, record)
    fresh = _header_for(tx, place, blobs, signed=signed, record=record)
    tx.node.put_setting(header_name(ours, act.id), fresh)
    tx.evidence.put_package(replace(record, delivery=act.id))
    _write_sent(tx, book, signed, record)
    tx.exchange.put_delivery(
        Delivery(
            act_id=act.id,
            authority=ours,
            peer=act.to.root,
            counterpart=act.to.authority,
            direction=Direction.OUT,
            payload_length=record.payload_length,
            piece_root=record.piece_root,
            pieces=body.pieces,
            announced_at=place.clock.now(),
            name=record.piece_root,
        )
    )


def _write_sent(tx: Transaction, book: CustodyBook, signed: SignedAct, record: PackageRecord) -> None:
    """Add the event of sending, by the officer who approved the delivery last."""
    act, sender = signed.act, signed.approvals[-1]
    sent = CustodyAct(
        step=CustodyStep.SENT,
        at=book.place.clock.now(),
        officer=sender.officer,
        authority=record.authority,
        role=sender.role,
        reason=f"delivery {act.id}",
    )
    book.add(tx, record, sent, more=Particulars(to=act.to.authority))


def _header_for(
    tx: Transaction, place: Workplace, blobs: BlobStore, *, signed: SignedAct, record: PackageRecord
) -> bytes:
    """Return the header of a kept package, written anew for the addressee of its delivery."""
    act = signed.act
    party = place.directory.party(tx.exchange, act.to.root)
    recipients = party.age_recipients(act.to.authority, at=place.clock.now())
    reader = blobs.open(record.piece_root)
    try:
        header = bytearray(min(reader.size, MOST_HEADER))
        count = reader.read_into(memoryview(header), at=0)
    finally:
        reader.close()
    return agefile.rewrapped_header(
        agefile.parse_header(bytes(header[:count])),
        identities=place.openers(act.sender.authority),
        recipients=recipients,
        entropy=place.entropy,
    )


def _require_as_sealed(tx: Transaction, signed: SignedAct, body: DeliverBody, record: PackageRecord) -> None:
    """Raise unless the act says of the package what was sealed: length, pieces, suite, handling, limits."""
    ours = signed.act.sender.authority
    kept = tx.node.setting(said_name(ours, record.bag_root))
    said = parse_ijson(kept) if kept is not None else {}
    limits = sha256(dump_ijson(said.get("limits"))).hex()
    part = next((p.data for p in open_parts(tx.acts.parts(ours, signed.act.id)) if p.name == "limits"), b"")
    told = (body.payload_length, body.pieces, body.suite, body.handling, body.limits_digest)
    suite = said.get("suite", CLASSICAL)
    held = (record.payload_length, piece_count(record.payload_length), suite, said.get("handling"), limits)
    if told != held or sha256(part).hex() != limits:
        raise ConflictError(
            "package.differs",
            "the act says something else of the package than was sealed",
            hint="draft it from the form that 'comity evidence send' writes",
            where="/body",
        )


def _header_length(reader: BlobReader) -> int:
    front = bytearray(min(reader.size, MOST_HEADER))
    count = reader.read_into(memoryview(front), at=0)
    return agefile.parse_header(bytes(front[:count])).size


def header_name(authority: AuthorityId, act_id: ActId) -> str:
    """Return the name under which the header for the addressee of a delivery is kept."""
    return f"delivery-header/{authority}/{act_id}"


def heard_name(authority: AuthorityId, act_id: ActId) -> str:
    """Return the name under which it is kept which pieces of a delivery the receiver has, as last heard."""
    return f"delivery-heard/{authority}/{act_id}"
