"""Deliveries: packages too large for a message, moved in pieces of 1 MiB that are judged one by one.

Pieces that follow one another travel together, in a run (``runs``).
Pieces are taken only for a delivery that a signed act announced, from the authority that signed it, and
within its quota. A transfer goes on from what the receiver says it has; every step may be repeated.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Generic, Literal, Protocol, TypeVar

import msgspec

from comity.exchange.calls import Destination
from comity.exchange.directory import Directory
from comity.exchange.envelope import End
from comity.exchange.errors import not_for_you
from comity.exchange.inbox import Quotas
from comity.exchange.office import Office
from comity.exchange.ports import Delivery, Direction, ExchangeTransaction
from comity.exchange.protocol import destination
from comity.exchange.runs import MOST_TOGETHER, PIECE, PieceKeeper, Run, Taking, require_run
from comity.exchange.wire import convert, dump_struct
from comity.kernel.clock import Clock
from comity.kernel.digests import b64, unb64
from comity.kernel.errors import ConflictError, MalformedError
from comity.kernel.ids import ActId, AuthorityId
from comity.kernel.ijson import parse_ijson

MOST_HEADER = 64 * 1024
MOST_START = 64 * 1024 * 1024
MOST_STATUS = 4 * 1024 * 1024

Tx = TypeVar("Tx", bound=ExchangeTransaction)
Tx_co = TypeVar("Tx_co", covariant=True)


class _StartWire(msgspec.Struct, frozen=True, kw_only=True):
    v: Literal[1] = 1
    header: str
    hashes: str


class _StatusWire(msgspec.Struct, frozen=True, kw_only=True):
    v: Literal[1] = 1
    started: bool
    have: str
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What comes before the pieces: the age header, and 32 bytes of leaf hash for each piece."""

    header: bytes = field(repr=False)
    hashes: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How far a delivery is on the receiving side.

    Attributes:
        have: Numbers of the pieces that are durably there, ascending; all of them once ``done``.
    """

    started: bool
    have: tuple[int, ...]
    done: bool


class IncomingPieces(Protocol):
    """Keeps the pieces of deliveries until they are complete; shaped as the evidence's store."""

    def begin(self, delivery: Delivery, start: Start) -> None:
        """Make room; a repetition changes nothing.

        Raises:
            UntrustedError: the hashes are not those of the signed Merkle root.
            ConflictError: the delivery was begun with another header or list.
        """
        ...

    def received(self, delivery: Delivery) -> tuple[int, ...] | None:
        """Return the numbers of the pieces that are durably here; None when it was not begun."""
        ...

    def keeper(self, delivery: Delivery) -> PieceKeeper:
        """Return what keeps the pieces of one run; repetitions change nothing.

        Raises:
            ConflictError: ``delivery.not_started``: it was not begun.
        """
        ...

    def assemble(self, delivery: Delivery) -> str:
        """Turn a complete delivery into a stored package and return its name; may be repeated."""
        ...


class OutgoingPieces(Protocol):
    """Reads the package that is sent."""

    def start(self, delivery: Delivery) -> Start:
        """Return header and hashes."""
        ...

    def pieces(self, delivery: Delivery, first: int, count: int) -> Iterator[bytes]:
        """Yield so many pieces, from that number on."""
        ...

    def heard(self, delivery: Delivery) -> bytes | None:
        """Return the status that the receiver is known to have, as bytes; None where it was never heard."""
        ...

    def keep_heard(self, delivery: Delivery, status: bytes) -> None:
        """Keep a status of the receiver in the place of the one before."""
        ...


class PieceTransport(Protocol):
    """Carries the steps of one delivery; errors as those of ``service.Transport``."""

    def status(self, to: Destination, act_id: ActId) -> bytes:
        """Return the status of the delivery over there, untrusted bytes."""
        ...

    def put_start(self, to: Destination, act_id: ActId, body: bytes) -> None:
        """Hand over header and hashes."""
        ...

    def put_pieces(self, to: Destination, act_id: ActId, run: Run) -> None:
        """Hand over the pieces of a run."""
        ...


class TransactionalStore(Protocol[Tx_co]):
    """A store with transactions."""

    def transaction(self) -> AbstractContextManager[Tx_co]:
        """Return a write transaction."""
        ...

    def snapshot(self) -> AbstractContextManager[Tx_co]:
        """Return a consistent view for reading."""
        ...


def start_bytes(start: Start) -> bytes:
    """Return header and hashes as they travel."""
    return dump_struct(_StartWire(header=b64(start.header), hashes=b64(start.hashes)))


def parse_start(data: bytes, *, pieces: int) -> Start:
    """Return header and hashes of a delivery of so many pieces; raise MalformedError for anything else."""
    wire = convert(
        parse_ijson(data, most_bytes=MOST_START, most_depth=2, where="start"), _StartWire, where="start"
    )
    start = Start(header=unb64(wire.header, where="/header"), hashes=unb64(wire.hashes, where="/hashes"))
    if not 0 < len(start.header) <= MOST_HEADER or len(start.hashes) != 32 * pieces:
        raise MalformedError("delivery.start", "header or hashes do not fit the delivery", where="start")
    return start


def status_bytes(status: Status, *, pieces: int) -> bytes:
    """Return a status as it travels: one bit a piece, the first piece the highest bit of the first byte."""
    marks = bytearray(-(-pieces // 8))
    for index in status.have:
        marks[index // 8] |= 0x80 >> index % 8
    return dump_struct(_StatusWire(started=status.started, have=b64(bytes(marks)), done=status.done))


def parse_status(data: bytes, *, pieces: int) -> Status:
    """Return the status of a delivery of so many pieces; raise MalformedError for anything else."""
    wire = convert(
        parse_ijson(data, most_bytes=MOST_STATUS, most_depth=2, where="status"), _StatusWire, where="status"
    )
    marks = unb64(wire.have, size=-(-pieces // 8), where="/have")
    have = tuple(index for index in range(pieces) if marks[index // 8] & 0x80 >> index % 8)
    return Status(started=wire.started, have=have, done=wire.done)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDesk(Generic[Tx]):
    """Use cases of deliveries, both ways.

    Attributes:
        arrived: Called in the transaction that completes an incoming delivery, with the package's name.
    """

    store: TransactionalStore[Tx]
    directory: Directory
    offices: Callable[[], Sequence[Office]]
    incoming: IncomingPieces
    outgoing: OutgoingPieces
    arrived: Callable[[Tx, Delivery, str], None]
    clock: Clock
    quotas: Quotas = field(default_factory=Quotas)

    def status(self, caller: End, act_id: ActId) -> bytes:
        """Return how far a delivery of the caller is; raise DeniedError if none is known of it."""
        delivery = self._known(caller, act_id)
        return status_bytes(self._status(delivery), pieces=delivery.pieces)

    def take_start(self, caller: End, act_id: ActId, body: bytes) -> None:
        """Take header and hashes.

        Raises:
            DeniedError: not a known delivery of the caller, or beyond its quota.
            UntrustedError, ConflictError: as :meth:`IncomingPieces.begin`.
        """
        delivery = self._known(caller, act_id)
        if delivery.done_at is None:
            self.incoming.begin(delivery, parse_start(body, pieces=delivery.pieces))

    def take_piece(self, caller: End, act_id: ActId, index: int, data: bytes) -> None:
        """Take one piece; the last one completes the delivery. Errors as :meth:`taking` and a piece's."""
        if len(data) > PIECE:
            raise MalformedError("delivery.piece", f"piece {index} is longer than a piece")
        taking = self.taking(caller, act_id, index, len(data))
        try:
            taking.take(data)
        finally:
            taking.end()

    def taking(self, caller: End, act_id: ActId, first: int, size: int) -> Taking:
        """Return what takes a run of so many bytes; its end keeps what came, and may complete the delivery.

        Raises:
            DeniedError: not a known delivery of the caller, or beyond its quota.
            MalformedError: no such pieces, or more than 16 MiB.
            ConflictError: ``delivery.not_started``.
        """
        delivery = self._known(caller, act_id)
        require_run(first, size, pieces=delivery.pieces)
        keeper = self.incoming.keeper(delivery) if delivery.done_at is None else None
        return Taking(keeper, first=first, complete=lambda: self._complete(delivery))

    def send(
        self,
        authority: AuthorityId,
        act_id: ActId,
        transport: PieceTransport,
        *,
        most: int | None = None,
        together: int = MOST_TOGETHER,
    ) -> int:
        """Move the pieces the receiver lacks and return how many were moved; go on after any break.

        Args:
            authority: Our office, which announced the delivery.
            act_id: The act that announced it.
            transport: Carries the steps.
            most: Pieces to move at most, so that others come to their turn; None for all.
            together: Pieces of one run at most.

        Raises:
            NotFoundError, UnavailableError, UntrustedError, DeniedError: as the transport says.
            ConflictError: ``delivery.unknown`` when no such delivery is under way.
        """
        office = next(found for found in self.offices() if found.authority == authority)
        with self.store.snapshot() as tx:
            delivery = tx.exchange.delivery(authority, act_id, direction=Direction.OUT)
            if delivery is None:
                raise ConflictError("delivery.unknown", f"no delivery {act_id[:16]} is under way")
            peer = End(authority=delivery.counterpart, root=delivery.peer)
            party = self.directory.party(tx.exchange, peer.root)
        to = destination(party, office, peer, now=self.clock.now())
        status = parse_status(transport.status(to, act_id), pieces=delivery.pieces)
        if not status.started and not status.done:
            transport.put_start(to, act_id, start_bytes(self.outgoing.start(delivery)))
        missing = _missing(status, delivery)
        now = missing if most is None else missing[:most]
        moved = 0
        try:
            for run in self._runs(delivery, now, most=together):
                transport.put_pieces(to, act_id, run)
                moved += run.count
        finally:
            self._keep_heard(delivery, replace(status, started=True, have=(*status.have, *now[:moved])))
        if moved < len(missing):
            return moved
        if not status.done and not parse_status(transport.status(to, act_id), pieces=delivery.pieces).done:
            raise ConflictError("delivery.unfinished", "the receiver does not call the delivery complete")
        self._end(delivery)
        return moved

    def _runs(self, delivery: Delivery, indices: Sequence[int], *, most: int) -> Iterator[Run]:
        at = 0
        while at < len(indices):
            first, count = indices[at], 1
            while count < most and at + count < len(indices) and indices[at + count] == first + count:
                count += 1
            size = min(count * PIECE, delivery.payload_length - first * PIECE)
            yield Run(first=first, size=size, pieces=partial(self.outgoing.pieces, delivery, first, count))
            at += count

    def hear(self, delivery: Delivery, data: bytes) -> Status:
        """Take a status that the receiver of one of our deliveries signed; it may be an old one.

        What it says is kept in the place of what was heard before, and ends the delivery where it says so.

        Raises:
            MalformedError: it is no status of this delivery.
        """
        status = parse_status(data, pieces=delivery.pieces)
        if delivery.done_at is None:
            self._keep_heard(delivery, status)
            if status.done:
                self._end(delivery)
        return status

    def lacking(self, delivery: Delivery) -> tuple[int, ...]:
        """Return the pieces that the receiver lacked when last heard, ascending; all where it never was."""
        known = self.outgoing.heard(delivery)
        if known is None:
            return tuple(range(delivery.pieces))
        return tuple(_missing(parse_status(known, pieces=delivery.pieces), delivery))

    def _keep_heard(self, delivery: Delivery, status: Status) -> None:
        self.outgoing.keep_heard(delivery, status_bytes(status, pieces=delivery.pieces))

    def _end(self, delivery: Delivery) -> None:
        with self.store.transaction() as tx:
            tx.exchange.put_delivery(replace(delivery, done_at=self.clock.now()))

    def _known(self, caller: End, act_id: ActId) -> Delivery:
        offices = self.offices()
        with self.store.snapshot() as tx:
            for office in offices:
                delivery = tx.exchange.delivery(office.authority, act_id, direction=Direction.IN)
                if delivery is None or (delivery.peer, delivery.counterpart) != (
                    caller.root,
                    caller.authority,
                ):
                    continue
                if delivery.done_at is None and not self._is_within_quota(tx, delivery):
                    raise not_for_you()
                return delivery
        raise not_for_you()

    def _is_within_quota(self, tx: Tx, delivery: Delivery) -> bool:
        under_way = tx.exchange.open_deliveries(delivery.authority, direction=Direction.IN)
        of_peer = [found.act_id for found in under_way if found.peer == delivery.peer]
        first = of_peer[: self.quotas.open_deliveries]
        return delivery.act_id in first and delivery.payload_length <= self.quotas.delivery_bytes

    def _status(self, delivery: Delivery) -> Status:
        if delivery.done_at is not None:
            return Status(started=True, have=tuple(range(delivery.pieces)), done=True)
        have = self.incoming.received(delivery)
        if have is not None and len(have) == delivery.pieces:
            self._complete(delivery)
            return Status(started=True, have=have, done=True)
        return Status(started=have is not None, have=have or (), done=False)

    def _complete(self, delivery: Delivery) -> None:
        name = self.incoming.assemble(delivery)
        with self.store.transaction() as tx:
            held = tx.exchange.delivery(delivery.authority, delivery.act_id, direction=Direction.IN)
            if held is not None and held.done_at is None:
                tx.exchange.put_delivery(replace(held, name=name, done_at=self.clock.now()))
                self.arrived(tx, held, name)


def _missing(status: Status, delivery: Delivery) -> Sequence[int]:
    if status.done:
        return ()
    have = frozenset(status.have)
    return [index for index in range(delivery.pieces) if index not in have]
