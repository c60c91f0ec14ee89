"""Deliveries in a carried folder: what the receiver lacks goes out, what is lacking here comes in.

A delivery may be finished partly by wire and partly on disks, in any order: each side goes by what the other
has, as last heard, and a piece that comes twice changes nothing. A status that the receiver wrote into the
folder settles it: what the receiver has need not lie there, and what it did not take was no good.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from comity.exchange.deliveries import DeliveryDesk, parse_status, start_bytes
from comity.exchange.envelope import End
from comity.exchange.ports import Delivery, ExchangeTransaction
from comity.exchange.runs import PIECE
from comity.exchange.service import ExchangeDesk
from comity.kernel.errors import ComityError, DeniedError, NotFoundError, UnavailableError
from comity.kernel.ids import ActId, KeyId
from comity.kernel.signing import is_signature, pae
from comity.transport.folder import CourierFolder, DeliveryFolder, piece_name, start_type, status_type

TELL_EVERY = 64

Tx = TypeVar("Tx", bound=ExchangeTransaction)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """What an export or import did for one delivery; numbers of pieces.

    Attributes:
        outward: Whether the delivery is ours.
        pieces: All of it.
        moved: Written into the folder now, or taken from it now.
        there: What needed no moving: it lay in the folder already (out), or was here already (in).
        over: What the receiver has, as last heard (out); what is here afterwards (in).
        bad: Files that were not what the delivery names.
        lacking: What is neither over there nor in the folder (out), or not here yet (in).
        done: Whether all of it is known to be with the receiver.
    """

    act_id: ActId
    outward: bool
    pieces: int
    moved: int = 0
    there: int = 0
    over: int = 0
    bad: int = 0
    lacking: int = 0
    done: bool = False


Progress = Callable[[Shipment], None]


def silent(_shipment: Shipment) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipping(Generic[Tx]):
    """Moves the pieces of deliveries into a folder and out of it.

    Attributes:
        note: Takes what could not be used; the rest is done.
        progress: Told now and then how far the delivery in hand is.
    """

    desk: ExchangeDesk[Tx]
    deliveries: DeliveryDesk[Tx]
    note: Callable[[str, ComityError], None] = field(repr=False)
    progress: Progress = field(default=silent, repr=False)

    def put(self, target: CourierFolder, delivery: Delivery) -> Shipment:
        """Write the start and the pieces that the receiver lacks and that do not lie there already."""
        folder = target.delivery(delivery.act_id)
        self._settle(folder, delivery)
        start = start_bytes(self.deliveries.outgoing.start(delivery))
        folder.put_start(start, signer=self.desk.office(delivery.authority).transport)
        lacking = self.deliveries.lacking(delivery)
        told = Shipment(
            act_id=delivery.act_id,
            outward=True,
            pieces=delivery.pieces,
            over=delivery.pieces - len(lacking),
            lacking=len(lacking),
        )
        marks = folder.pieces(delivery.pieces)
        try:
            for index in lacking:
                if marks[index] and folder.has_piece(index, size=_size_of(delivery, index)):
                    told = replace(told, there=told.there + 1, lacking=told.lacking - 1)
                    continue
                for piece in self.deliveries.outgoing.pieces(delivery, index, 1):
                    folder.put_piece(index, piece)
                told = replace(told, moved=told.moved + 1, lacking=told.lacking - 1)
                self._tell(told)
        except ComityError as exc:
            self.note(folder.name, exc)
        folder.settle()
        self.progress(told)
        return told

    def take(self, source: CourierFolder, delivery: Delivery) -> Shipment:
        """Take the pieces that are lacking here and lie there."""
        folder = source.delivery(delivery.act_id)
        have = self.deliveries.incoming.received(delivery)
        if have is None:
            self._begin(folder, delivery)
        held, marks = frozenset(have or ()), folder.pieces(delivery.pieces)
        told = Shipment(
            act_id=delivery.act_id,
            outward=False,
            pieces=delivery.pieces,
            over=len(held),
            there=len(held),
            lacking=delivery.pieces - len(held),
        )
        for index in range(delivery.pieces):
            if not marks[index] or index in held:
                continue
            try:
                good = self._take_piece(folder, delivery, index)
            except (UnavailableError, DeniedError) as exc:
                self.note(f"{folder.name}/{piece_name(index)}", exc)
                break
            if good:
                told = replace(told, moved=told.moved + 1, over=told.over + 1, lacking=told.lacking - 1)
            else:
                told = replace(told, bad=told.bad + 1)
            self._tell(told)
        self.progress(told)
        return told

    def answer(self, source: CourierFolder, delivery: Delivery) -> bool:
        """Write how far a delivery is here, for the way back, and tell whether it is complete."""
        status = self.deliveries.status(_sender(delivery), delivery.act_id)
        signer = self.desk.office(delivery.authority).transport
        source.delivery(delivery.act_id).put_status(status, signer=signer)
        return parse_status(status, pieces=delivery.pieces).done

    def hear(self, source: CourierFolder, delivery: Delivery) -> Shipment | None:
        """Take what the receiver of one of our deliveries wrote; None where it wrote nothing, or is done.

        Raises:
            DeniedError: ``courier.unsigned``: the receiver did not sign it.
            MalformedError: it is no status of this delivery.
        """
        folder = source.delivery(delivery.act_id)
        data = folder.status()
        if data is None or delivery.done_at is not None:
            return None
        message = pae(status_type(delivery.act_id), data)
        self.require_signed_by(_sender(delivery), folder.signature("status"), message)
        status = self.deliveries.hear(delivery, data)
        over = len(status.have)
        return Shipment(
            act_id=delivery.act_id,
            outward=True,
            pieces=delivery.pieces,
            over=over,
            lacking=delivery.pieces - over,
            done=status.done,
        )

    def require_signed_by(self, peer: End, found: tuple[KeyId, bytes], message: bytes) -> None:
        """Raise DeniedError ``courier.unsigned`` unless a transport key of the peer signed the message."""
        known = self.desk.caller_key(found[0])
        if known is None or known[0] != peer or not is_signature(known[1], message, found[1]):
            raise DeniedError("courier.unsigned", f"it is not signed by {peer.authority}")

    def _settle(self, folder: DeliveryFolder, delivery: Delivery) -> None:
        """Go by what the receiver wrote into the folder, and clear the folder for what it lacks."""
        data = folder.status()
        if data is None:
            return
        try:
            message = pae(status_type(delivery.act_id), data)
            self.require_signed_by(_sender(delivery), folder.signature("status"), message)
            self.deliveries.hear(delivery, data)
        except ComityError as exc:
            self.note(f"{folder.name}/status", exc)
        else:
            folder.clear(delivery.pieces)

    def _begin(self, folder: DeliveryFolder, delivery: Delivery) -> None:
        start = folder.start()
        if start is None:
            raise NotFoundError(
                "courier.no_start",
                "the pieces of the delivery are there, but not its start",
                hint="have the sender write the folder once more, or let the start come by wire",
            )
        # NOTE: the act signs the pieces, not the age header: only the sender says which it is.
        message = pae(start_type(delivery.act_id), start)
        self.require_signed_by(_sender(delivery), folder.signature("start"), message)
        self.deliveries.take_start(_sender(delivery), delivery.act_id, start)

    def _take_piece(self, folder: DeliveryFolder, delivery: Delivery, index: int) -> bool:
        """Take one piece and tell whether it was good; what fails on our own side is raised."""
        try:
            piece = folder.piece(index)
        except ComityError as exc:
            self.note(f"{folder.name}/{piece_name(index)}", exc)
            return False
        if piece is None:
            return False
        try:
            self.deliveries.take_piece(_sender(delivery), delivery.act_id, index, piece)
        except (UnavailableError, DeniedError):
            raise
        except ComityError as exc:
            self.note(f"{folder.name}/{piece_name(index)}", exc)
            return False
        return True

    def _tell(self, shipment: Shipment) -> None:
        if shipment.moved % TELL_EVERY == 0:
            self.progress(shipment)


def _sender(delivery: Delivery) -> End:
    """Return the other side of a delivery."""
    return End(authority=delivery.counterpart, root=delivery.peer)


def _size_of(delivery: Delivery, index: int) -> int:
    return min(PIECE, delivery.payload_length - index * PIECE)
