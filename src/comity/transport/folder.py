"""What lies in a carried folder, and under which names.

call-000001.json      the body of a call          call-000001.sig     {"keyid", "sig"} over it
answer-<sha256>.json  the answer to that body     answer-<sha256>.sig
delivery-<act id>/    start with start.sig, 000000.piece …, and the receiver's status with status.sig
"""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from comity.exchange.deliveries import MOST_START, MOST_STATUS
from comity.exchange.envelope import ANSWER_TYPE, CALL_TYPE, MOST_ANSWER, MOST_CALL
from comity.exchange.runs import PIECE
from comity.exchange.wire import convert
from comity.kernel.digests import b64, parse_digest, unb64
from comity.kernel.errors import NotFoundError
from comity.kernel.ids import ActId, KeyId
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.signing import SIGNATURE_SIZE, Signer, key_id, pae
from comity.transport.disk import Disk

START_TYPE: Final = "application/vnd.comity.start.v1+json"
STATUS_TYPE: Final = "application/vnd.comity.status.v1+json"
MOST_SIGNATURE = 1024
MOST_FILES = 100_000

_CALL = re.compile(r"call-([0-9]{6,9})\.json", re.ASCII)
_DELIVERY = re.compile(r"delivery-([0-9a-f]{64})", re.ASCII)
_PIECE = re.compile(r"([0-9]{6,7})\.piece", re.ASCII)


class _SignatureWire(msgspec.Struct, frozen=True, kw_only=True):
    keyid: str
    sig: str


def answer_type(call: str) -> str:
    """Return the payload type that an answer in a folder is signed under; it names the call."""
    return f"{ANSWER_TYPE};call={call}"


def start_type(act_id: ActId) -> str:
    """Return the payload type that a start in a folder is signed under; it names the delivery."""
    return f"{START_TYPE};delivery={act_id}"


def status_type(act_id: ActId) -> str:
    """Return the payload type that a status in a folder is signed under; it names the delivery."""
    return f"{STATUS_TYPE};delivery={act_id}"


def piece_name(index: int) -> str:
    """Return the name of the file of a piece."""
    return f"{index:06d}.piece"


class CourierFolder:
    """Reads and writes the files of one folder; the errors are those of the disk."""

    def __init__(self, folder: Path) -> None:
        self._disk = Disk(root=folder)

    def held(self) -> AbstractContextManager[None]:
        """Hold the folder for a block; raise ConflictError ``courier.busy`` while another process has it."""
        return self._disk.held()

    def names(self) -> tuple[str, ...]:
        """Return the names of all calls, by number."""
        found = {int(match[1]): match[0][:-5] for match in self._matching(_CALL)}
        return tuple(found[number] for number in sorted(found)[:MOST_FILES])

    def put_call(self, body: bytes, *, signer: Signer) -> str:
        """Write a call under the next free number and return its name."""
        taken = [int(match[1]) for match in self._matching(_CALL)]
        name = f"call-{max(taken, default=0) + 1:06d}"
        self._put_signed(name, body, payload_type=CALL_TYPE, signer=signer)
        return name

    def body(self, name: str) -> bytes:
        """Return the body of a call."""
        return self._disk.read(f"{name}.json", most=MOST_CALL)

    def put_answer(self, call: str, answer: bytes, *, signer: Signer) -> None:
        """Write the answer to the call body with this SHA-256."""
        self._put_signed(f"answer-{call}", answer, payload_type=answer_type(call), signer=signer)

    def answer(self, call: str) -> bytes | None:
        """Return the answer to the call body with this SHA-256; None where there is none yet."""
        return self._disk.read_if_there(f"answer-{call}.json", most=MOST_ANSWER)

    def signature(self, name: str) -> tuple[KeyId, bytes]:
        """Return key id and signature beside a call or an answer."""
        return _signature(self._disk, name)

    def deliveries(self) -> tuple[ActId, ...]:
        """Return the act ids of all deliveries in the folder, sorted."""
        found = sorted(match[1] for match in self._matching(_DELIVERY))
        return tuple(ActId(name) for name in found[:MOST_FILES])

    def delivery(self, act_id: ActId) -> "DeliveryFolder":
        """Return the folder of a delivery, which need not be there."""
        return DeliveryFolder(disk=self._disk, act_id=act_id)

    def sweep(self) -> None:
        """Remove what a process that was stopped left half written; for whoever holds the folder."""
        self._disk.sweep()
        for match in list(self._matching(_DELIVERY)):
            with suppress(NotFoundError):
                self._disk.sweep(match[0])

    def _matching(self, form: re.Pattern[str]) -> Iterator[re.Match[str]]:
        return (match for name in self._disk.names() if (match := form.fullmatch(name)))

    def _put_signed(self, name: str, data: bytes, *, payload_type: str, signer: Signer) -> None:
        _put_signature(self._disk, name, data, payload_type=payload_type, signer=signer, folder="")
        self._disk.put(f"{name}.json", data)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFolder:
    """The files of one delivery; the errors are those of the disk."""

    disk: Disk
    act_id: ActId

    @property
    def name(self) -> str:
        """The name of the folder."""
        return f"delivery-{self.act_id}"

    def start(self) -> bytes | None:
        """Return header and hashes, None where they are not there."""
        return self.disk.read_if_there("start", most=MOST_START, folder=self.name)

    def put_start(self, start: bytes, *, signer: Signer) -> None:
        """Write header and hashes, signed by who sends them, over what is there."""
        self.disk.make(self.name)
        kind = start_type(self.act_id)
        _put_signature(self.disk, "start", start, payload_type=kind, signer=signer, folder=self.name)
        self.disk.put("start", start, folder=self.name)

    def status(self) -> bytes | None:
        """Return how far the receiver said to be, None where it said nothing."""
        return self.disk.read_if_there("status.json", most=MOST_STATUS, folder=self.name)

    def put_status(self, status: bytes, *, signer: Signer) -> None:
        """Write how far a delivery is on the receiving side."""
        kind = status_type(self.act_id)
        _put_signature(self.disk, "status", status, payload_type=kind, signer=signer, folder=self.name)
        self.disk.put("status.json", status, folder=self.name)

    def signature(self, name: str) -> tuple[KeyId, bytes]:
        """Return key id and signature beside a start or a status."""
        return _signature(self.disk, name, folder=self.name)

    def pieces(self, count: int) -> bytearray:
        """Return one byte for each piece of so many: 1 where a file of its name is here."""
        marks = bytearray(count)
        with suppress(NotFoundError):
            for name in self.disk.names(self.name):
                match = _PIECE.fullmatch(name)
                if match and int(match[1]) < count and piece_name(int(match[1])) == name:
                    marks[int(match[1])] = 1
        return marks

    def has_piece(self, index: int, *, size: int) -> bool:
        """Tell whether a piece is here by its name and size; none appears before it is whole."""
        return self.disk.has(piece_name(index), folder=self.name, size=size)

    def piece(self, index: int) -> bytes | None:
        """Return one piece as it is here, None where it is not."""
        return self.disk.read_if_there(piece_name(index), most=PIECE, folder=self.name)

    def put_piece(self, index: int, data: bytes) -> None:
        """Write one piece; its name is durable only after :meth:`settle`."""
        self.disk.put(piece_name(index), data, folder=self.name, settle=False)

    def settle(self) -> None:
        """Make the names of the pieces durable."""
        self.disk.settle(self.name)

    def clear(self, count: int) -> None:
        """Remove all pieces of so many, and then the status that the receiver wrote to them."""
        there = self.pieces(count)
        for index in range(count):
            if there[index]:
                self.disk.remove(piece_name(index), folder=self.name)
        for name in ("status.json", "status.sig"):
            self.disk.remove(name, folder=self.name)
        self.settle()


def _put_signature(
    disk: Disk, name: str, data: bytes, *, payload_type: str, signer: Signer, folder: str
) -> None:
    signature = _SignatureWire(keyid=key_id(signer.public), sig=b64(signer.sign(pae(payload_type, data))))
    disk.put(f"{name}.sig", dump_ijson(signature), folder=folder)


def _signature(disk: Disk, name: str, *, folder: str = "") -> tuple[KeyId, bytes]:
    data = disk.read(f"{name}.sig", most=MOST_SIGNATURE, folder=folder)
    wire = convert(parse_ijson(data, most_depth=2, where=name), _SignatureWire, where=name)
    return KeyId(parse_digest(wire.keyid, where=name)), unb64(wire.sig, size=SIGNATURE_SIZE, where=name)
