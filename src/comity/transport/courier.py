"""The courier: the same calls, answers and pieces as over HTTPS, in a folder that a person carries.

Exports change nothing on the node, and imports may be repeated. What comes in a folder counts for what its
signature and the signed roots say, and for nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from comity.exchange.calls import Caller, CallToMake, Carriage
from comity.exchange.deliveries import MOST_START, PIECE, DeliveryDesk, parse_status, start_bytes
from comity.exchange.envelope import CALL_TYPE, End, parse_call
from comity.exchange.errors import not_for_you
from comity.exchange.ports import Delivery, Direction, ExchangeTransaction
from comity.exchange.service import ExchangeDesk
from comity.kernel.digests import sha256
from comity.kernel.errors import ComityError, DeniedError, NotFoundError
from comity.kernel.ids import ActId, AuthorityId, KeyId
from comity.kernel.signing import is_signature, key_id, pae
from comity.transport.folder import CourierFolder, answer_type, start_type, status_type

MOST_FAILURES = 100

Tx = TypeVar("Tx", bound=ExchangeTransaction)


@dataclass(frozen=True, slots=True, kw_only=True)
class CourierReport:
    """What an export or import did.

    Attributes:
        calls: Calls written, or received and answered.
        messages: Messages in them.
        answers: Answers to our own calls that were taken.
        deliveries: Deliveries written, completed, or known to be complete over there.
        failures: What could not be used, with the file's name in ``where``, a hundred at most; the rest
            was done.
    """

    calls: int = 0
    messages: int = 0
    answers: int = 0
    deliveries: int = 0
    failures: tuple[ComityError, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Tally:
    calls: int = 0
    messages: int = 0
    answers: int = 0
    deliveries: int = 0
    failures: list[ComityError] = field(default_factory=list)

    def attempt(self, name: str, step: Callable[[], None]) -> bool:
        """Do one step; note its failure, so that the others are done too."""
        try:
            step()
        except ComityError as exc:
            exc.where = name
            if len(self.failures) < MOST_FAILURES:
                self.failures.append(exc)
            return False
        return True

    def report(self) -> CourierReport:
        return CourierReport(
            calls=self.calls,
            messages=self.messages,
            answers=self.answers,
            deliveries=self.deliveries,
            failures=tuple(self.failures),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier(Generic[Tx]):
    """Exports what waits, and imports what was carried here."""

    desk: ExchangeDesk[Tx]
    deliveries: DeliveryDesk[Tx]

    def export(self, authority: AuthorityId, peer: End, folder: Path) -> CourierReport:
        """Write every message that waits for a peer, or one empty call where none does, and open deliveries.

        Messages that lie in the folder already, in a call of ours without an answer, are not written again.
        """
        target, tally, carried = CourierFolder(folder), _Tally(), 0
        waiting, empty = self._unanswered(target, authority, peer)
        while True:
            call = self.desk.prepare(
                authority, peer, even_if_empty=carried == 0 and not empty and not waiting, carried=carried
            )
            if call is None:
                break
            if not call.message_ids or not waiting.issuperset(call.sealed):
                target.put_call(call.body, signer=call.office.transport)
                tally.calls += 1
                tally.messages += len(call.message_ids)
            if not call.message_ids:
                break
            carried += len(call.message_ids)
        for delivery in self._open(authority, peer):
            name = f"delivery-{delivery.act_id}"
            tally.deliveries += tally.attempt(name, partial(self._put, target, delivery))
        return tally.report()

    def import_(self, folder: Path) -> CourierReport:
        """Receive calls of peers and write their answers, take answers to our own, take deliveries."""
        source, tally = CourierFolder(folder), _Tally()
        for name in source.names():
            tally.attempt(name, partial(self._take_call, source, name, tally))
        for act_id in source.deliveries():
            name = f"delivery-{act_id}"
            tally.attempt(name, partial(self._take_delivery, source, act_id, tally))
        return tally.report()

    def _take_call(self, source: CourierFolder, name: str, tally: _Tally) -> None:
        key, signature = source.signature(name)
        own = self._own(key)
        known = self.desk.caller_key(key) if own is None else None
        public = own or (known[1] if known is not None else None)
        if public is None:
            raise not_for_you()
        body = source.body(name)
        if not is_signature(public, pae(CALL_TYPE, body), signature):
            raise not_for_you()
        if known is None:
            tally.answers += self._take_answer(source, body)
        else:
            tally.messages += self._receive(source, known[0], body)
            tally.calls += 1

    def _receive(self, source: CourierFolder, sender: End, body: bytes) -> int:
        call = parse_call(body)
        answer = self.desk.receive(Caller(end=sender, nonce=call.nonce, carriage=Carriage.COURIER), body)
        office = self.desk.office(call.to.authority)
        source.put_answer(sha256(body).hex(), answer, signer=office.transport)
        return len(call.messages)

    def _take_answer(self, source: CourierFolder, body: bytes) -> bool:
        name = sha256(body).hex()
        answer = source.answer(name)
        if answer is None:
            return False
        call = self.desk.recalled(body)
        if call.message_ids and tuple(call.message_ids) == call.sealed:
            return False  # every message in it is settled: the answer was taken before
        self._require_signed_by(call.peer, source.signature(f"answer-{name}"), pae(answer_type(name), answer))
        self.desk.answered(call, answer)
        return True

    def _unanswered(
        self, target: CourierFolder, authority: AuthorityId, peer: End
    ) -> tuple[frozenset[str], bool]:
        """Return what lies in the folder in calls of ours to the peer that nobody answered yet.

        That is the SHA-256 of each message, and whether there is an empty call.
        """
        sealed: set[str] = set()
        empty = False
        for name in target.names():
            call = self._own_call(target, name)
            if call is None or call.peer != peer or call.office.authority != authority:
                continue
            if target.answer(call.name) is None:
                sealed.update(call.sealed)
                empty = empty or not call.sealed
        return frozenset(sealed), empty

    def _own_call(self, target: CourierFolder, name: str) -> CallToMake | None:
        try:
            key, signature = target.signature(name)
            public = self._own(key)
            if public is None:
                return None
            body = target.body(name)
            return self.desk.recalled(body) if is_signature(public, pae(CALL_TYPE, body), signature) else None
        except ComityError:
            return None  # a file that cannot be read is no call that waits

    def _own(self, key: KeyId) -> bytes | None:
        publics = (office.transport.public for office in self.desk.offices())
        return next((public for public in publics if key_id(public) == key), None)

    def _require_signed_by(self, peer: End, found: tuple[KeyId, bytes], message: bytes) -> None:
        known = self.desk.caller_key(found[0])
        if known is None or known[0] != peer or not is_signature(known[1], message, found[1]):
            raise DeniedError("courier.unsigned", f"it is not signed by {peer.authority}")

    def _open(self, authority: AuthorityId, peer: End) -> list[Delivery]:
        with self.desk.store.snapshot() as tx:
            found = tx.exchange.open_deliveries(authority, direction=Direction.OUT)
        return [d for d in found if End(authority=d.counterpart, root=d.peer) == peer]

    def _put(self, target: CourierFolder, delivery: Delivery) -> None:
        start = start_bytes(self.deliveries.outgoing.start(delivery))
        target.put_start(delivery.act_id, start, signer=self.desk.office(delivery.authority).transport)
        for index in range(delivery.pieces):
            piece = self.deliveries.outgoing.piece(delivery, index)
            target.put_delivery_file(delivery.act_id, _piece(index), piece)

    def _take_delivery(self, source: CourierFolder, act_id: ActId, tally: _Tally) -> None:
        """Take the pieces of a delivery that a signed act announced, or the status of one of ours."""
        sent = self._known(act_id, Direction.OUT)
        if sent is not None:
            tally.deliveries += self._take_status(source, sent)
        delivery = self._known(act_id, Direction.IN)
        if delivery is None:
            return
        if delivery.done_at is None:
            tally.deliveries += self._take_pieces(source, delivery, tally)
        sender = End(authority=delivery.counterpart, root=delivery.peer)
        status = self.deliveries.status(sender, act_id)
        source.put_status(act_id, status, signer=self.desk.office(delivery.authority).transport)

    def _take_pieces(self, source: CourierFolder, delivery: Delivery, tally: _Tally) -> bool:
        act_id, name = delivery.act_id, f"delivery-{delivery.act_id}"
        sender = End(authority=delivery.counterpart, root=delivery.peer)

        def begin() -> None:
            start = source.delivery_file(act_id, "start", most=MOST_START)
            if start is None:
                raise NotFoundError("courier.absent", "the start of the delivery is not there")
            # NOTE: the act signs the pieces, not the age header: only the sender says which it is.
            self._require_signed_by(sender, source.signature(f"{name}/start"), pae(start_type(act_id), start))
            self.deliveries.take_start(sender, act_id, start)

        def take(index: int) -> None:
            piece = source.delivery_file(act_id, _piece(index), most=PIECE)
            if piece is not None:
                self.deliveries.take_piece(sender, act_id, index, piece)

        have = self.deliveries.incoming.received(delivery)
        if have is None and not tally.attempt(f"{name}/start", begin):
            return False
        for index in sorted(set(range(delivery.pieces)) - set(have or ())):
            tally.attempt(f"{name}/{_piece(index)}", partial(take, index))
        after = self._known(act_id, Direction.IN)
        return after is not None and after.done_at is not None

    def _take_status(self, source: CourierFolder, delivery: Delivery) -> bool:
        found = source.status(delivery.act_id)
        if found is None or delivery.done_at is not None:
            return False
        data, key, signature = found
        peer = End(authority=delivery.counterpart, root=delivery.peer)
        self._require_signed_by(peer, (key, signature), pae(status_type(delivery.act_id), data))
        if not parse_status(data, pieces=delivery.pieces).done:
            return False
        with self.desk.store.transaction() as tx:
            tx.exchange.put_delivery(replace(delivery, done_at=self.desk.clock.now()))
        return True

    def _known(self, act_id: ActId, direction: Direction) -> Delivery | None:
        offices = self.desk.offices()
        with self.desk.store.snapshot() as tx:
            found = (tx.exchange.delivery(o.authority, act_id, direction=direction) for o in offices)
            return next((delivery for delivery in found if delivery is not None), None)


def _piece(index: int) -> str:
    return f"{index:06d}.piece"
