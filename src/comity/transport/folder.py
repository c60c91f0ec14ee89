"""The files of a carried folder, which anybody may have touched on the way.

call-000001.json      the body of a call          call-000001.sig     {"keyid", "sig"} over it
answer-<sha256>.json  the answer to that body     answer-<sha256>.sig
delivery-<act id>/    start with start.sig, 000000.piece …, and the receiver's status with status.sig

Names are matched, never trusted; links are not followed; sizes are judged before anything is read; every
file appears whole and durable, or not at all.
"""

import errno
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec

from comity.exchange.deliveries import MOST_STATUS
from comity.exchange.envelope import ANSWER_TYPE, CALL_TYPE, MOST_ANSWER, MOST_CALL
from comity.exchange.wire import convert
from comity.kernel.digests import b64, parse_digest, unb64
from comity.kernel.errors import MalformedError, NotFoundError, UnavailableError
from comity.kernel.ids import ActId, KeyId
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.signing import SIGNATURE_SIZE, Signer, key_id, pae

START_TYPE: Final = "application/vnd.comity.start.v1+json"
STATUS_TYPE: Final = "application/vnd.comity.status.v1+json"
MOST_SIGNATURE = 1024
MOST_FILES = 100_000

_CALL = re.compile(r"call-([0-9]{6,9})\.json", re.ASCII)
_DELIVERY = re.compile(r"delivery-([0-9a-f]{64})", re.ASCII)
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


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


class CourierFolder:
    """Reads and writes the files of one folder.

    Every method raises UnavailableError ``courier.disk`` when the disk fails, NotFoundError
    ``courier.absent`` for what is no plain file there, and MalformedError for what is too large.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

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
        return self._read(f"{name}.json", most=MOST_CALL)

    def put_answer(self, call: str, answer: bytes, *, signer: Signer) -> None:
        """Write the answer to the call body with this SHA-256."""
        self._put_signed(f"answer-{call}", answer, payload_type=answer_type(call), signer=signer)

    def answer(self, call: str) -> bytes | None:
        """Return the answer to the call body with this SHA-256; None where there is none yet."""
        return self._read_if_there(f"answer-{call}.json", most=MOST_ANSWER)

    def signature(self, name: str) -> tuple[KeyId, bytes]:
        """Return key id and signature beside a file."""
        data = self._read(f"{name}.sig", most=MOST_SIGNATURE)
        wire = convert(parse_ijson(data, most_depth=2, where=name), _SignatureWire, where=name)
        return KeyId(parse_digest(wire.keyid, where=name)), unb64(wire.sig, size=SIGNATURE_SIZE, where=name)

    def deliveries(self) -> tuple[ActId, ...]:
        """Return the act ids of all deliveries in the folder, sorted."""
        found = sorted(match[1] for match in self._matching(_DELIVERY))
        return tuple(ActId(name) for name in found[:MOST_FILES])

    def put_delivery_file(self, act_id: ActId, name: str, data: bytes) -> None:
        """Write one file of a delivery; one of the same size that is there already stays."""
        folder = self._made(act_id)
        with self._opened(folder) as handle, _disk(name):
            try:
                known = os.stat(name, dir_fd=handle, follow_symlinks=False)
            except FileNotFoundError:
                known = None
        if known is None or not stat.S_ISREG(known.st_mode) or known.st_size != len(data):
            self._put(name, data, folder=folder)

    def delivery_file(self, act_id: ActId, name: str, *, most: int) -> bytes | None:
        """Return one file of a delivery, None where it is not there."""
        return self._read_if_there(name, most=most, folder=_of(act_id))

    def put_start(self, act_id: ActId, start: bytes, *, signer: Signer) -> None:
        """Write header and hashes of a delivery, signed by who sends it, over what is there."""
        folder, kind = self._made(act_id), start_type(act_id)
        self._put_signature("start", start, payload_type=kind, signer=signer, folder=folder)
        self._put("start", start, folder=folder)

    def put_status(self, act_id: ActId, status: bytes, *, signer: Signer) -> None:
        """Write how far a delivery is on the receiving side."""
        self._put_signed(
            "status", status, payload_type=status_type(act_id), signer=signer, folder=_of(act_id)
        )

    def status(self, act_id: ActId) -> tuple[bytes, KeyId, bytes] | None:
        """Return the status of a delivery with key id and signature; None where there is none."""
        data = self._read_if_there("status.json", most=MOST_STATUS, folder=_of(act_id))
        if data is None:
            return None
        key, signature = self.signature(f"{_of(act_id)}/status")
        return data, key, signature

    def _made(self, act_id: ActId) -> str:
        folder = _of(act_id)
        with self._opened() as handle, _disk(folder), suppress(FileExistsError):
            os.mkdir(folder, 0o755, dir_fd=handle)
        return folder

    def _matching(self, form: re.Pattern[str]) -> Iterator[re.Match[str]]:
        with self._opened() as handle, _disk(str(self._folder)):
            names = os.listdir(handle)  # noqa: PTH208 - of the folder that was opened, whatever its path is now
        return (match for name in names if (match := form.fullmatch(name)))

    def _put_signed(
        self, name: str, data: bytes, *, payload_type: str, signer: Signer, folder: str = ""
    ) -> None:
        self._put_signature(name, data, payload_type=payload_type, signer=signer, folder=folder)
        self._put(f"{name}.json", data, folder=folder)

    def _put_signature(
        self, name: str, data: bytes, *, payload_type: str, signer: Signer, folder: str
    ) -> None:
        signature = _SignatureWire(keyid=key_id(signer.public), sig=b64(signer.sign(pae(payload_type, data))))
        self._put(f"{name}.sig", dump_ijson(signature), folder=folder)

    def _put(self, name: str, data: bytes, *, folder: str = "") -> None:
        aside = f".{secrets.token_hex(8)}.part"
        with self._opened(folder) as handle, _disk(name):
            made = os.open(aside, _WRITE, 0o644, dir_fd=handle)
            try:
                with os.fdopen(made, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(made)
                os.rename(aside, name, src_dir_fd=handle, dst_dir_fd=handle)
            except OSError:
                with suppress(FileNotFoundError):
                    os.unlink(aside, dir_fd=handle)
                raise
            os.fsync(handle)

    def _read_if_there(self, name: str, *, most: int, folder: str = "") -> bytes | None:
        try:
            return self._read(name, most=most, folder=folder)
        except NotFoundError:
            return None

    def _read(self, name: str, *, most: int, folder: str = "") -> bytes:
        if "/" in name:
            folder, _, name = name.rpartition("/")
        with self._opened(folder) as handle, _disk(name):
            found = os.open(name, _READ, dir_fd=handle)
            with os.fdopen(found, "rb") as file:
                facts = os.fstat(found)
                if not stat.S_ISREG(facts.st_mode):
                    raise NotFoundError("courier.absent", "it is no plain file", where=name)
                data = b"" if facts.st_size > most else file.read(most + 1)
            if facts.st_size > most or len(data) > most:
                raise MalformedError("courier.size", f"a file has at most {most} bytes", where=name)
            return data

    @contextmanager
    def _opened(self, folder: str = "") -> Iterator[int]:
        """Open the folder, or one folder right below it, which must not be a link."""
        with _disk(folder or str(self._folder)):
            root = os.open(self._folder, _FOLDER)
        try:
            if not folder:
                yield root
                return
            with _disk(folder):
                below = os.open(folder, _FOLDER | os.O_NOFOLLOW, dir_fd=root)
            try:
                yield below
            finally:
                os.close(below)
        finally:
            os.close(root)


@contextmanager
def _disk(name: str) -> Iterator[None]:
    """Turn what a disk reports into errors of the families."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as exc:
        raise NotFoundError("courier.absent", "the file is not there", where=name) from exc
    except OSError as exc:
        if exc.errno in (errno.ELOOP, errno.ENXIO):
            raise NotFoundError("courier.absent", "it is no plain file", where=name) from exc
        raise UnavailableError(
            "courier.disk", f"the disk did not do it: {os.strerror(exc.errno or 0)}", where=name
        ) from exc


def _of(act_id: ActId) -> str:
    return f"delivery-{act_id}"
