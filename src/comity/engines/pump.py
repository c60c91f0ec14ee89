"""The sealing pump: sources are read once, hashed in one thread and encrypted in another, on reused buffers.

Sealing is a run of its own (``sealingrun``). Opening runs the other way: one thread reads, hashes pieces and
decrypts, the other takes the archive apart. Memory does not grow with the size of the package.

Basis: PROTOCOL rules 21, 24
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from comity.engines.inspecting import inspect
from comity.engines.lanes import Lanes
from comity.engines.quarantine import Quarantine
from comity.engines.restore import restore_originals
from comity.engines.sealingrun import SealingRun
from comity.evidence.exhibits import Exhibit, display_text
from comity.evidence.inspection import Inspection
from comity.evidence.opening import BagReader, Expected, OpenedBag
from comity.evidence.originals import Restored
from comity.evidence.pieces import PieceHasher, PieceList
from comity.evidence.ports import BlobReader, BlobWriter, KeptSealing
from comity.evidence.sealing import SEALED_PORTION, SealedPackage, Sealing, SealOrder
from comity.kernel import agefile
from comity.kernel.ageheader import MOST_HEADER
from comity.kernel.entropy import Entropy
from comity.kernel.errors import UnavailableError


class Pump:
    """Seals sources into a blob and opens a blob into a folder.

    Args:
        spool: Folder for the segments of a stream; the system's folder for temporary files when None.
        stream: The file descriptor that the source ``-`` stands for.
    """

    def __init__(self, *, spool: Path | None = None, stream: int = 0) -> None:
        self._spool = spool
        self._stream = stream

    def seal(
        self,
        order: SealOrder,
        *,
        to: BlobWriter,
        entropy: Entropy,
        kept: KeptSealing | None = None,
        tell: Callable[[Sealing], None] | None = None,
    ) -> SealedPackage:
        """Seal the sources and commit the file under its Merkle root; the errors are those of the port."""
        run = SealingRun(
            order=order,
            to=to,
            kept=kept,
            entropy=entropy,
            spool=self._spool,
            stream=self._stream,
            tell=tell,
        )
        with _io("seal.io", "the sources could not be read or the package not written"):
            try:
                return run.run()
            finally:
                to.abort()

    def open(
        self,
        source: BlobReader,
        *,
        identities: Sequence[agefile.Identity],
        expected: Expected,
        folder: str,
        admit: Callable[[OpenedBag], None],
    ) -> OpenedBag:
        """Open a package into a new folder, by way of quarantine; the errors are those of the port."""
        with (
            _io("open.io", "the package could not be read or the folder not written"),
            Quarantine(folder) as quarantine,
        ):
            bag = _read_bag(source, identities, expected, BagReader(quarantine))
            admit(bag)
            quarantine.release()
        return bag

    def check(
        self, source: BlobReader, *, identities: Sequence[agefile.Identity], expected: Expected
    ) -> OpenedBag:
        """Check every byte of a package and write none of it; the errors are those of the port."""
        with _io("open.io", "the package could not be read"):
            return _read_bag(source, identities, expected, BagReader(None))

    def inspect(self, source: BlobReader, *, identities: Sequence[agefile.Identity]) -> Inspection:
        """Return what a sealed file says of itself; the errors are those of the port."""
        with _io("open.io", "the package could not be read"):
            return inspect(source, identities=identities)

    def restore(self, bag: str, exhibits: Sequence[Exhibit], *, to: str) -> tuple[Restored, ...]:
        """Write opened exhibits under their original names; the errors are those of the port."""
        return restore_originals(Path(bag), exhibits, to=Path(to))


def _read_bag(
    source: BlobReader, identities: Sequence[agefile.Identity], expected: Expected, reader: BagReader
) -> OpenedBag:
    front = bytearray(min(source.size, MOST_HEADER + agefile.NONCE_SIZE))
    del front[source.read_into(memoryview(front), at=0) :]
    header = agefile.parse_header(bytes(front))
    nonce = agefile.require_nonce(bytes(front[header.size :]))
    opener = agefile.Decryptor(file_key=agefile.unwrap(header, identities), nonce=nonce)
    lanes, pieces = Lanes(), PieceHasher()
    pieces.update(memoryview(nonce))
    with ThreadPoolExecutor(max_workers=1) as pool:
        start = header.size + agefile.NONCE_SIZE
        opening = pool.submit(_open_portions, lanes, opener, pieces, source, start)
        _drain(lanes, reader)
        opening.result()
    _require_root(pieces, expected)
    return reader.finish(expected)


def _open_portions(
    lanes: Lanes, opener: agefile.Decryptor, pieces: PieceHasher, source: BlobReader, at: int
) -> None:
    sealed = memoryview(bytearray(SEALED_PORTION))
    try:
        while count := source.read_into(sealed, at=at):
            room = lanes.room()
            if room is None:
                return
            pieces.update(sealed[:count])
            lanes.advance(opener.decrypt_into(sealed[:count], room))
            at += count
        opener.finish()
        lanes.hand_over(last=True)
    finally:
        lanes.give_up()


def _drain(lanes: Lanes, reader: BagReader) -> None:
    try:
        for portion, _ in lanes.portions():
            reader.feed(portion)
    finally:
        lanes.leave()


def _require_root(pieces: PieceHasher, expected: Expected) -> None:
    if expected.piece_root is not None:
        found = PieceList(payload_length=pieces.length, leaves=pieces.leaves())
        found.require_root(expected.piece_root)


@contextmanager
def _io(code: str, message: str) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        where = display_text(os.fsencode(exc.filename)) if exc.filename else ""
        raise UnavailableError(code, f"{message}: {exc.strerror}", where=where) from exc
