from dataclasses import dataclass, field, replace

import pytest

from comity.exchange.deliveries import (
    PIECE,
    DeliveryDesk,
    Start,
    Status,
    parse_start,
    parse_status,
    start_bytes,
    status_bytes,
)
from comity.exchange.directory import Directory
from comity.exchange.inbox import Quotas
from comity.exchange.ports import Delivery, Direction
from comity.kernel.clock import FixedClock, Instant
from comity.kernel.digests import sha256
from comity.kernel.errors import ConflictError, DeniedError, MalformedError, UnavailableError, UntrustedError
from comity.kernel.ids import ActId
from tests.simulator.memory import SimStore
from tests.simulator.parties import T0, make_party, pin_party

A, B, C = make_party("XAA"), make_party("XAB"), make_party("XAC")
ACT = ActId("3" * 64)
PAYLOAD = bytes(range(256)) * (4096 * 2) + b"the end"
PIECES = [PAYLOAD[at : at + PIECE] for at in range(0, len(PAYLOAD), PIECE)]
START = Start(header=b"age header", hashes=b"".join(sha256(piece) for piece in PIECES))


@dataclass
class Pieces:
    """Incoming and outgoing pieces in dictionaries; the hashes are plain SHA-256 here."""

    begun: dict = field(default_factory=dict)
    kept: dict = field(default_factory=dict)
    known: dict = field(default_factory=dict)

    def begin(self, delivery, start):
        if sha256(start.hashes).hex() != delivery.piece_root:
            raise UntrustedError("piece.root", "other hashes")
        if self.begun.setdefault(delivery.act_id, start) != start:
            raise ConflictError("delivery.differs", "begun with another header")

    def received(self, delivery):
        if delivery.act_id not in self.begun:
            return None
        return tuple(sorted(self.kept.get(delivery.act_id, {})))

    def keeper(self, delivery):
        if delivery.act_id not in self.begun:
            raise ConflictError("delivery.not_started", "header and hashes come before the pieces")
        return Keeper(self, delivery)

    def assemble(self, delivery):
        kept = self.kept[delivery.act_id]
        assert b"".join(kept[index] for index in range(delivery.pieces)) == PAYLOAD
        return delivery.piece_root

    def start(self, delivery):
        return START

    def pieces(self, delivery, first, count):
        yield from PIECES[first : first + count]

    def heard(self, delivery):
        return self.known.get(delivery.act_id)

    def keep_heard(self, delivery, status):
        self.known[delivery.act_id] = status


@dataclass
class Keeper:
    """Keeps the pieces of one run in the dictionaries."""

    pieces: Pieces
    of: Delivery
    put_now: dict = field(default_factory=dict)

    def put(self, index, data):
        hashes = self.pieces.begun[self.of.act_id].hashes
        if sha256(data) != hashes[32 * index : 32 * index + 32]:
            raise UntrustedError("piece.digest", "another piece")
        self.put_now[index] = data

    def settle(self):
        kept = self.pieces.kept.setdefault(self.of.act_id, {})
        kept.update(self.put_now)
        return len(kept) == self.of.pieces

    def close(self):
        self.put_now = {}


def delivery(direction: Direction, **changes) -> Delivery:
    ours, theirs = (A, B) if direction is Direction.OUT else (B, A)
    made = Delivery(
        act_id=ACT,
        authority=ours.office.authority,
        peer=theirs.fingerprint,
        counterpart=theirs.office.authority,
        direction=direction,
        payload_length=len(PAYLOAD),
        piece_root=sha256(START.hashes).hex(),
        pieces=len(PIECES),
        announced_at=T0,
    )
    return replace(made, **changes)


def desk(party, known: Delivery | None, *, quotas: Quotas | None = None):
    store, arrived = SimStore(), []
    pin_party(store.state.exchange, A)
    pin_party(store.state.exchange, B)
    if known is not None:
        store.state.exchange.put_delivery(known)
    pieces = Pieces()
    made = DeliveryDesk(
        store=store,
        directory=Directory(),
        offices=lambda: (party.office,),
        incoming=pieces,
        outgoing=pieces,
        arrived=lambda tx, done, name: arrived.append((done.act_id, name)),
        clock=FixedClock(T0),
        quotas=quotas or Quotas(),
    )
    return made, store, arrived


class Line:
    """Carries the steps to another desk, and breaks after a number of pieces."""

    def __init__(self, there, *, breaks_after: int = 1_000):
        self.there, self.left, self.pieces, self.runs = there, breaks_after, [], []

    def status(self, to, act_id):
        assert to.endpoint == "https://127.0.0.1:8443"
        return self.there.status(to.office.end, act_id)

    def put_start(self, to, act_id, body):
        self.there.take_start(to.office.end, act_id, body)

    def put_pieces(self, to, act_id, run):
        taking = self.there.taking(to.office.end, act_id, run.first, run.size)
        self.runs.append(run.count)
        try:
            for index, data in enumerate(run.pieces(), start=run.first):
                if not self.left:
                    raise UnavailableError("peer.unreachable", "the line broke")
                self.left -= 1
                self.pieces.append(index)
                taking.take(data)
        finally:
            taking.end()


def test_a_delivery_goes_over_in_pieces_and_is_done_on_both_sides():
    there, received, arrived = desk(B, delivery(Direction.IN))
    here, sent, _ = desk(A, delivery(Direction.OUT))
    assert here.send(A.office.authority, ACT, Line(there)) == 3
    assert arrived == [(ACT, sha256(START.hashes).hex())]
    for store, ours, way in ((received, B, Direction.IN), (sent, A, Direction.OUT)):
        done = store.state.exchange.delivery(ours.office.authority, ACT, direction=way)
        assert done.done_at == T0


def test_a_broken_transfer_goes_on_where_it_stopped():
    there, _, arrived = desk(B, delivery(Direction.IN))
    here, _, _ = desk(A, delivery(Direction.OUT))
    first = Line(there, breaks_after=2)
    with pytest.raises(UnavailableError):
        here.send(A.office.authority, ACT, first)
    second = Line(there)
    assert here.send(A.office.authority, ACT, second) == 1
    assert (first.pieces, second.pieces) == ([0, 1], [2])
    assert here.send(A.office.authority, ACT, Line(there)) == 0
    assert len(arrived) == 1


def test_a_crash_between_the_last_piece_and_its_record_is_mended_by_the_next_question():
    there, store, arrived = desk(B, delivery(Direction.IN))
    there.take_start(A.office.end, ACT, start_bytes(START))
    for index in (0, 1):
        there.take_piece(A.office.end, ACT, index, PIECES[index])
    keeper = there.incoming.keeper(delivery(Direction.IN))
    keeper.put(2, PIECES[2])
    assert keeper.settle()
    assert arrived == []
    assert parse_status(there.status(A.office.end, ACT), pieces=3).done
    assert len(arrived) == 1
    assert store.state.exchange.open_deliveries(B.office.authority, direction=Direction.IN) == ()


@pytest.mark.parametrize("caller", [B, C])
def test_only_the_announcing_authority_is_heard(caller):
    there, _, _ = desk(B, delivery(Direction.IN))
    for step in (
        lambda: there.status(caller.office.end, ACT),
        lambda: there.take_start(caller.office.end, ACT, start_bytes(START)),
        lambda: there.take_piece(caller.office.end, ACT, 0, PIECES[0]),
    ):
        with pytest.raises(DeniedError) as caught:
            step()
        assert caught.value.code == "exchange.denied"


def test_an_unannounced_delivery_gets_the_same_answer():
    there, _, _ = desk(B, None)
    with pytest.raises(DeniedError) as caught:
        there.status(A.office.end, ACT)
    assert caught.value.code == "exchange.denied"


@pytest.mark.parametrize("quotas", [Quotas(open_deliveries=0), Quotas(delivery_bytes=10)])
def test_nothing_is_taken_beyond_the_quota(quotas):
    there, _, _ = desk(B, delivery(Direction.IN), quotas=quotas)
    with pytest.raises(DeniedError):
        there.take_start(A.office.end, ACT, start_bytes(START))


def test_a_piece_is_judged_by_itself():
    there, _, _ = desk(B, delivery(Direction.IN))
    with pytest.raises(ConflictError):
        there.take_piece(A.office.end, ACT, 0, PIECES[0])
    there.take_start(A.office.end, ACT, start_bytes(START))
    with pytest.raises(UntrustedError):
        there.take_piece(A.office.end, ACT, 0, PIECES[2])
    for index, data in ((3, b"x"), (-1, b"x"), (0, b""), (0, bytes(PIECE + 1))):
        with pytest.raises(MalformedError):
            there.take_piece(A.office.end, ACT, index, data)


def test_hashes_that_were_not_signed_are_refused():
    there, _, _ = desk(B, delivery(Direction.IN))
    with pytest.raises(UntrustedError):
        there.take_start(A.office.end, ACT, start_bytes(replace(START, hashes=bytes(96))))


def test_start_and_status_come_back_as_they_were():
    assert parse_start(start_bytes(START), pieces=3) == START
    for have in ((), (0, 8), tuple(range(9))):
        status = Status(started=True, have=have, done=False)
        assert parse_status(status_bytes(status, pieces=9), pieces=9) == status
    with pytest.raises(MalformedError):
        parse_start(start_bytes(START), pieces=4)
    with pytest.raises(MalformedError):
        parse_status(status_bytes(Status(started=True, have=(), done=False), pieces=9), pieces=17)


def test_a_delivery_that_is_done_takes_nothing_more():
    done = delivery(Direction.IN, done_at=Instant(T0))
    there, _, arrived = desk(B, done)
    there.take_piece(A.office.end, ACT, 0, bytes(PIECE))
    assert parse_status(there.status(A.office.end, ACT), pieces=3).have == (0, 1, 2)
    assert arrived == []
