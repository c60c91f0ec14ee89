"""The sealing pump: sources are read once, hashed and encrypted on reused buffers, and opened again.

Sealing is a run of its own (``sealingrun``), and so is reading back (``unsealing``). Memory does not grow
with the size of the package.

Basis: PROTOCOL rules 21, 24
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from comity.engines.inspecting import inspect
from comity.engines.quarantine import Quarantine
from comity.engines.restore import restore_originals
from comity.engines.sealingrun import SealingRun
from comity.engines.unsealing import Unsealing
from comity.evidence.exhibits import Exhibit, display_text
from comity.evidence.inspection import Inspection
from comity.evidence.opening import BagReader, Expected, OpenedBag
from comity.evidence.originals import Restored
from comity.evidence.pieces import PieceHasher, PieceList
from comity.evidence.ports import BlobReader, BlobWriter, KeptSealing
from comity.evidence.sealing import SealedPackage, Sealing, SealOrder
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
    pieces = PieceHasher()
    pieces.update(memoryview(nonce))
    start = header.size + agefile.NONCE_SIZE
    for portion in Unsealing(source, opener, pieces, at=start).portions(reader):
        reader.feed(portion)
    _require_root(pieces, expected)
    return reader.finish(expected)


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
