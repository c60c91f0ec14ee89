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
from comity.exchange.deliveries import DeliveryDesk
from comity.exchange.envelope import CALL_TYPE, End, parse_call
from comity.exchange.errors import not_for_you
from comity.exchange.ports import Delivery, Direction, ExchangeTransaction
from comity.exchange.service import ExchangeDesk
from comity.kernel.digests import sha256
from comity.kernel.errors import ComityError, NotFoundError
from comity.kernel.ids import ActId, AuthorityId, KeyId
from comity.kernel.signing import is_signature, key_id, pae
from comity.transport.folder import CourierFolder, answer_type
from comity.transport.shipping import Progress, Shipment, Shipping, silent

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
        shipments: What became of each delivery in the folder, in the order in which they were done.
        failures: What could not be used, with the file's name in ``where``, a hundred at most; the rest
            was done.
    """

    calls: int = 0
    messages: int = 0
    answers: int = 0
    deliveries: int = 0
    shipments: tuple[Shipment, ...] = ()
    failures: tuple[ComityError, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Tally:
    calls: int = 0
    messages: int = 0
    answers: int = 0
    deliveries: int = 0
    shipments: list[Shipment] = field(default_factory=list)
    failures: list[ComityError] = field(default_factory=list)

    def add(self, shipment: Shipment, *, counts: bool) -> None:
        """Note what became of a delivery."""
        self.shipments.append(shipment)
        self.deliveries += counts

    def failed(self, name: str, failure: ComityError) -> None:
        """Note what could not be used."""
        failure.where = name
        if len(self.failures) < MOST_FAILURES:
            self.failures.append(failure)

    def attempt(self, name: str, step: Callable[[], None]) -> bool:
        """Do one step; note its failure, so that the others are done too."""
        try:
            step()
        except ComityError as exc:
            self.failed(name, exc)
            return False
        return True

    def report(self) -> CourierReport:
        return CourierReport(
            calls=self.calls,
            messages=self.messages,
            answers=self.answers,
            deliveries=self.deliveries,
            shipments=tuple(self.shipments),
            failures=tuple(self.failures),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier(Generic[Tx]):
    """Exports what waits, and imports what was carried here."""

    desk: ExchangeDesk[Tx]
    deliveries: DeliveryDesk[Tx]
    progress: Progress = field(default=silent, repr=False)

    def export(self, authority: AuthorityId, peer: End, folder: Path) -> CourierReport:
        """Write every message that waits for a peer, or one empty call where none does, and open deliveries.

        Messages that lie in the folder already, in a call of ours without an answer, are not written again.
        """
        target, tally = CourierFolder(folder), _Tally()
        with target.held():
            target.sweep()
            self._put_calls(target, tally, authority, peer)
            for delivery in self._open(authority, peer):
                put = partial(self._put_delivery, target, delivery, tally)
                tally.attempt(f"delivery-{delivery.act_id}", put)
        return tally.report()

    def _put_delivery(self, target: CourierFolder, delivery: Delivery, tally: _Tally) -> None:
        tally.add(self._shipping(tally).put(target, delivery), counts=True)

    def _put_calls(self, target: CourierFolder, tally: _Tally, authority: AuthorityId, peer: End) -> None:
        carried = 0
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

    def import_(self, folder: Path) -> CourierReport:
        """Receive calls of peers and write their answers, take answers to our own, take deliveries."""
        source, tally = CourierFolder(folder), _Tally()
        with source.held():
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
            tally.answers += self._take_answer(source, body, tally)
        else:
            tally.messages += self._receive(source, known[0], body)
            tally.calls += 1

    def _receive(self, source: CourierFolder, sender: End, body: bytes) -> int:
        call = parse_call(body)
        answer = self.desk.receive(Caller(end=sender, nonce=call.nonce, carriage=Carriage.COURIER), body)
        office = self.desk.office(call.to.authority)
        source.put_answer(sha256(body).hex(), answer, signer=office.transport)
        return len(call.messages)

    def _take_answer(self, source: CourierFolder, body: bytes, tally: _Tally) -> bool:
        name = sha256(body).hex()
        answer = source.answer(name)
        if answer is None:
            return False
        call = self.desk.recalled(body)
        if call.message_ids and tuple(call.message_ids) == call.sealed:
            return False  # every message in it is settled: the answer was taken before
        found = source.signature(f"answer-{name}")
        self._shipping(tally).require_signed_by(call.peer, found, pae(answer_type(name), answer))
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

    def _open(self, authority: AuthorityId, peer: End) -> list[Delivery]:
        with self.desk.store.snapshot() as tx:
            found = tx.exchange.open_deliveries(authority, direction=Direction.OUT)
        ours = [d for d in found if End(authority=d.counterpart, root=d.peer) == peer]
        return sorted(ours, key=lambda delivery: (delivery.payload_length, delivery.act_id))

    def _take_delivery(self, source: CourierFolder, act_id: ActId, tally: _Tally) -> None:
        """Take the pieces of a delivery that a signed act announced, or the status of one of ours."""
        shipping = self._shipping(tally)
        sent, delivery = self._known(act_id, Direction.OUT), self._known(act_id, Direction.IN)
        if sent is not None:
            heard = shipping.hear(source, sent)
            if heard is not None:
                tally.add(heard, counts=heard.done)
        elif delivery is None:
            raise NotFoundError(
                "courier.unannounced",
                "no act that is held here announced this delivery",
                hint="take in the calls of the same disk, or ask the sender whom the disk is for",
            )
        if delivery is None:
            return
        if delivery.done_at is not None:
            shipping.answer(source, delivery)
            tally.add(_all_here(delivery), counts=False)
            return
        told = shipping.take(source, delivery)
        done = shipping.answer(source, delivery)
        tally.add(replace(told, done=done), counts=done)

    def _shipping(self, tally: _Tally) -> Shipping[Tx]:
        return Shipping(desk=self.desk, deliveries=self.deliveries, note=tally.failed, progress=self.progress)

    def _known(self, act_id: ActId, direction: Direction) -> Delivery | None:
        offices = self.desk.offices()
        with self.desk.store.snapshot() as tx:
            found = (tx.exchange.delivery(o.authority, act_id, direction=direction) for o in offices)
            return next((delivery for delivery in found if delivery is not None), None)


def _all_here(delivery: Delivery) -> Shipment:
    return Shipment(
        act_id=delivery.act_id,
        outward=False,
        pieces=delivery.pieces,
        there=delivery.pieces,
        over=delivery.pieces,
        done=True,
    )
