"""The courier: the same calls, answers and pieces as over HTTPS, in a folder that a person carries.

call-000001.json      the body of a call          call-000001.sig     {"keyid", "sig"} over it
answer-<sha256>.json  the answer to that body     answer-<sha256>.sig
delivery-<act id>/start, 000000.piece …
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from comity.exchange.calls import Caller, Carriage
from comity.exchange.deliveries import (
    MOST_START,
    PIECE,
    DeliveryDesk,
    start_bytes,
)
from comity.exchange.envelope import ANSWER_TYPE, CALL_TYPE, MOST_ANSWER, MOST_CALL, End, parse_call
from comity.exchange.errors import not_for_you
from comity.exchange.ports import Delivery, Direction, ExchangeTransaction
from comity.exchange.service import ExchangeDesk
from comity.exchange.wire import convert
from comity.kernel.digests import b64, parse_digest, sha256, unb64
from comity.kernel.errors import ComityError, DeniedError, MalformedError, NotFoundError, UnavailableError
from comity.kernel.ids import ActId, AuthorityId, KeyId
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.signing import SIGNATURE_SIZE, Signer, is_signature, key_id, pae

_MOST_SIGNATURE = 1024

Tx = TypeVar("Tx", bound=ExchangeTransaction)


class _SignatureWire(msgspec.Struct, frozen=True, kw_only=True):
    keyid: str
    sig: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourierReport:
    """What an export or import did.

    Attributes:
        calls: Calls written, or received and answered.
        messages: Messages in them.
        answers: Answers to our own calls that were taken.
        deliveries: Deliveries written, or completed.
        failures: What could not be used, with the file's name in ``where``; the rest was done.
    """

    calls: int = 0
    messages: int = 0
    answers: int = 0
    deliveries: int = 0
    failures: tuple[ComityError, ...] = ()


class CourierFolder:
    """Reads and writes the files of one folder; every file appears whole and durable, or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put_call(self, body: bytes, *, signer: Signer) -> str:
        """Write a call under the next free number and return its name."""
        taken = [int(path.stem[5:]) for path in self._folder.glob("call-*.json") if path.stem[5:].isdecimal()]
        name = f"call-{max(taken, default=0) + 1:06d}"
        self._put_signed(name, body, payload_type=CALL_TYPE, signer=signer)
        return name

    def names(self) -> tuple[str, ...]:
        """Return the names of all calls, by number."""
        return tuple(path.stem for path in sorted(self._folder.glob("call-*.json")))

    def body(self, name: str) -> bytes:
        """Return the body of a call."""
        return self._read(f"{name}.json", MOST_CALL)

    def put_answer(self, call: str, answer: bytes, *, signer: Signer) -> None:
        """Write the answer to the call body with this SHA-256."""
        self._put_signed(f"answer-{call}", answer, payload_type=answer_type(call), signer=signer)

    def answer(self, call: str) -> bytes | None:
        """Return the answer to the call body with this SHA-256; None where there is none yet."""
        if not (self._folder / f"answer-{call}.json").exists():
            return None
        return self._read(f"answer-{call}.json", MOST_ANSWER)

    def signature(self, name: str) -> tuple[KeyId, bytes]:
        """Return key id and signature beside a file; raise MalformedError or NotFoundError."""
        wire = convert(
            parse_ijson(self._read(f"{name}.sig", _MOST_SIGNATURE), most_depth=2, where=name),
            _SignatureWire,
            where=name,
        )
        return KeyId(parse_digest(wire.keyid, where=name)), unb64(wire.sig, size=SIGNATURE_SIZE, where=name)

    def put_piece_file(self, act_id: ActId, name: str, data: bytes) -> None:
        """Write one file of a delivery."""
        folder = self._folder / f"delivery-{act_id}"
        folder.mkdir(exist_ok=True)
        self._put(f"delivery-{act_id}/{name}", data)

    def deliveries(self) -> tuple[ActId, ...]:
        """Return the act ids of all deliveries in the folder, sorted."""
        found = sorted(path.name.removeprefix("delivery-") for path in self._folder.glob("delivery-*"))
        return tuple(ActId(parse_digest(name, where=name)) for name in found)

    def piece_file(self, act_id: ActId, name: str, *, most: int) -> bytes | None:
        """Return one file of a delivery, None where it is not there."""
        if not (self._folder / f"delivery-{act_id}" / name).exists():
            return None
        return self._read(f"delivery-{act_id}/{name}", most)

    def _put_signed(self, name: str, data: bytes, *, payload_type: str, signer: Signer) -> None:
        signature = _SignatureWire(keyid=key_id(signer.public), sig=b64(signer.sign(pae(payload_type, data))))
        self._put(f"{name}.sig", dump_ijson(signature))
        self._put(f"{name}.json", data)

    def _put(self, name: str, data: bytes) -> None:
        target = self._folder / name
        part = target.with_name(f".{target.name}.part")
        try:
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
            _sync_folder(target.parent)
        except OSError as exc:
            raise UnavailableError(
                "courier.write", f"the folder takes no file: {exc.strerror}", where=name
            ) from exc

    def _read(self, name: str, most: int) -> bytes:
        path = self._folder / name
        try:
            if path.is_symlink() or not path.is_file():
                raise NotFoundError("courier.absent", "the file is not there", where=name)
            with path.open("rb") as file:
                data = file.read(most + 1)
        except OSError as exc:
            raise UnavailableError(
                "courier.read", f"the file cannot be read: {exc.strerror}", where=name
            ) from exc
        if len(data) > most:
            raise MalformedError("courier.size", f"a file has at most {most} bytes", where=name)
        return data


def answer_type(call: str) -> str:
    """Return the payload type that an answer in a folder is signed under; it names the call."""
    return f"{ANSWER_TYPE};call={call}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier(Generic[Tx]):
    """Exports what waits, imports what was carried here; an import may be repeated."""

    desk: ExchangeDesk[Tx]
    deliveries: DeliveryDesk[Tx]

    def export(self, authority: AuthorityId, peer: End, folder: Path) -> CourierReport:
        """Write every queued message to a peer, or one empty call where none waits, and open deliveries."""
        target, calls, carried = CourierFolder(folder), 0, 0
        while True:
            call = self.desk.prepare(authority, peer, even_if_empty=calls == 0, carried=carried)
            if call is None:
                break
            target.put_call(call.body, signer=call.office.transport)
            calls += 1
            carried += len(call.message_ids)
        return CourierReport(
            calls=calls, messages=carried, deliveries=self._export_deliveries(authority, peer, target)
        )

    def import_(self, folder: Path) -> CourierReport:
        """Receive calls of peers and write their answers, take answers to our own, take deliveries."""
        source = CourierFolder(folder)
        calls = messages = answers = 0
        failures: list[ComityError] = []
        for name in source.names():
            try:
                body = source.body(name)
                if self._is_ours(source, name, body):
                    answers += self._take_answer(source, body)
                else:
                    messages += self._receive(source, name, body)
                    calls += 1
            except ComityError as exc:
                exc.where = exc.where or name
                failures.append(exc)
        done, failed = self._import_deliveries(source)
        return CourierReport(
            calls=calls,
            messages=messages,
            answers=answers,
            deliveries=done,
            failures=(*failures, *failed),
        )

    def _receive(self, source: CourierFolder, name: str, body: bytes) -> int:
        key, signature = source.signature(name)
        known = self.desk.caller_key(key)
        if known is None or not is_signature(known[1], pae(CALL_TYPE, body), signature):
            raise not_for_you()
        call = parse_call(body)
        caller = Caller(end=known[0], nonce=call.nonce, carriage=Carriage.COURIER)
        answer = self.desk.receive(caller, body)
        office = self.desk.office(call.to.authority)
        source.put_answer(sha256(body).hex(), answer, signer=office.transport)
        return len(call.messages)

    def _is_ours(self, source: CourierFolder, name: str, body: bytes) -> bool:
        key, signature = source.signature(name)
        for office in self.desk.offices():
            if key_id(office.transport.public) == key:
                if not is_signature(office.transport.public, pae(CALL_TYPE, body), signature):
                    raise not_for_you()
                return True
        return False

    def _take_answer(self, source: CourierFolder, body: bytes) -> int:
        name = sha256(body).hex()
        answer = source.answer(name)
        if answer is None:
            return 0
        call = self.desk.recalled(body)
        key, signature = source.signature(f"answer-{name}")
        known = self.desk.caller_key(key)
        sound = known is not None and is_signature(known[1], pae(answer_type(name), answer), signature)
        if known is None or known[0] != call.peer or not sound:
            raise DeniedError("courier.answer", "the answer is not signed by the peer that was called")
        self.desk.answered(call, answer)
        return 1

    def _export_deliveries(self, authority: AuthorityId, peer: End, target: CourierFolder) -> int:
        found = self._open(authority, peer)
        for delivery in found:
            start = start_bytes(self.deliveries.outgoing.start(delivery))
            target.put_piece_file(delivery.act_id, "start", start)
            for index in range(delivery.pieces):
                piece = self.deliveries.outgoing.piece(delivery, index)
                target.put_piece_file(delivery.act_id, f"{index:06d}.piece", piece)
        return len(found)

    def _open(self, authority: AuthorityId, peer: End) -> list[Delivery]:
        with self.desk.store.snapshot() as tx:
            found = tx.exchange.open_deliveries(authority, direction=Direction.OUT)
        return [d for d in found if End(authority=d.counterpart, root=d.peer) == peer]

    def _import_deliveries(self, source: CourierFolder) -> tuple[int, list[ComityError]]:
        """Take the deliveries that a signed act announced; their bytes are judged by the signed root."""
        done, failures = 0, []
        for act_id in source.deliveries():
            try:
                done += self._import_delivery(source, act_id)
            except ComityError as exc:
                exc.where = exc.where or f"delivery-{act_id}"
                failures.append(exc)
        return done, failures

    def _import_delivery(self, source: CourierFolder, act_id: ActId) -> int:
        delivery = self._expected(act_id)
        if delivery is None or delivery.done_at is not None:
            return 0
        sender = End(authority=delivery.counterpart, root=delivery.peer)
        start = source.piece_file(act_id, "start", most=MOST_START)
        if start is not None:
            self.deliveries.take_start(sender, act_id, start)
        for index in range(delivery.pieces):
            piece = source.piece_file(act_id, f"{index:06d}.piece", most=PIECE)
            if piece is not None:
                self.deliveries.take_piece(sender, act_id, index, piece)
        after = self._expected(act_id)
        return int(after is not None and after.done_at is not None)

    def _expected(self, act_id: ActId) -> Delivery | None:
        offices = self.desk.offices()
        with self.desk.store.snapshot() as tx:
            found = (
                tx.exchange.delivery(office.authority, act_id, direction=Direction.IN) for office in offices
            )
            return next((delivery for delivery in found if delivery is not None), None)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
