"""One sealing from first byte to last: two threads, one archive, and marks from which it can go on.

This thread reads each source into a portion of 1 MiB, in place behind its archive header, and takes the
SHA-256 of it; the other encrypts the portion, hashes the ciphertext into its pieces and writes, unless the
portion holds many small files (``lanes``). Memory does not grow with the size of the sources.

Going on after an interruption, the exhibit in progress is read again and sealed again in memory; where that
gives the ciphertext that is on disk, the ciphertext stays. Where it does not, the source has changed since:
then what was sealed before is sealed anew from its own ciphertext under a new file key, so that no counter
serves two plaintexts.

Basis: PROTOCOL rule 21
"""

import dataclasses
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from comity.engines.goingon import StartPoint, hashed_up_to, plaintext, start_point
from comity.engines.lanes import Lanes
from comity.engines.reading import SourceReader
from comity.engines.sources import SourceFile, walk
from comity.evidence.exhibits import STREAM, Exhibit
from comity.evidence.lines import dump_exhibit
from comity.evidence.listing import ExhibitList
from comity.evidence.package import BagWriter, ClosedBag
from comity.evidence.pieces import LEAF_SIZE
from comity.evidence.ports import BlobReader, BlobWriter, HeldSealing, KeptSealing
from comity.evidence.resuming import SealingMark
from comity.evidence.sealing import SEALED_PORTION, PayloadWriter, SealedPackage, Sealing, SealOrder
from comity.kernel import agefile
from comity.kernel.agekeys import suite_of
from comity.kernel.entropy import Entropy


class _DiffersError(Exception):
    """What was sealed again is not what is on disk."""


@dataclasses.dataclass(kw_only=True)
class SealingRun:
    """The means of one sealing.

    Attributes:
        order: What is sealed.
        to: Takes the ciphertext.
        kept: The same, where it survives a crash.
        spool: Folder for segments of a stream; None for the system's own.
        stream: File descriptor that ``-`` stands for.
        tell: Takes the progress.
        total: Bytes of the sources that are still to be read.
    """

    order: SealOrder
    to: BlobWriter
    kept: KeptSealing | None
    entropy: Entropy
    spool: Path | None
    stream: int
    tell: Callable[[Sealing], None] | None
    total: int = dataclasses.field(default=0, init=False)

    def run(self) -> SealedPackage:
        """Seal everything, or what is left of it, and commit the file."""
        held = self.kept.held() if self.kept is not None else None
        found = walk(self.order.sources, leave_out=self.order.leave_out)
        label = dataclasses.replace(self.order.label, left_out=found.left_out)
        self.order = dataclasses.replace(self.order, label=label)
        self.total = found.total
        if held is None:
            return self._begin(found.files)
        try:
            point = start_point(held)
            before = ExhibitList(point.lines)
            self.total -= sum(item.size for item in before)
            if point.marks == held.marks:
                try:
                    return self._go_on(held, point, before, _left(found.files, before))
                except _DiffersError:
                    point = start_point(held)
            archive = plaintext(held, point.header_length, upto=point.at)
            left = _left(found.files, before)
            return self._begin(left, archive=archive, marks=point.marks, before=before)
        finally:
            held.cipher.close()

    def _begin(
        self,
        files: Iterable[SourceFile],
        *,
        archive: Iterable[memoryview] = (),
        marks: Sequence[SealingMark] = (),
        before: Sequence[Exhibit] = (),
    ) -> SealedPackage:
        """Seal under a new file key; ``archive`` is what was sealed before."""
        payload = PayloadWriter(recipients=self.order.recipients, entropy=self.entropy)
        if self.kept is not None:
            self.kept.keep(payload.secret)
        self.to.write(payload.front)
        run = _Pass(self, payload, start=0, overlap=None, position=0)
        run.pending.extend((mark.at, mark.lines) for mark in marks)
        return run.seal(files, archive=archive, before=before)

    def _go_on(
        self, held: HeldSealing, point: StartPoint, before: Sequence[Exhibit], files: Iterable[SourceFile]
    ) -> SealedPackage:
        hasher = hashed_up_to(held, point)
        payload = PayloadWriter(recipients=self.order.recipients, entropy=self.entropy)
        payload.go_on(held.secret, header_length=point.header_length, chunks=point.chunk, hasher=hasher)
        start = point.chunk * agefile.CHUNK
        run = _Pass(self, payload, start=start, overlap=held.cipher, position=point.position)
        run.leaves = sum(len(mark.leaves) for mark in held.marks) // LEAF_SIZE
        return run.seal(files, archive=[memoryview(point.carry)], before=before)


class _Pass:
    """One pass over the sources, from some place in the archive to its end."""

    def __init__(
        self,
        run: SealingRun,
        payload: PayloadWriter,
        *,
        start: int,
        overlap: BlobReader | None,
        position: int,
    ) -> None:
        self._run = run
        self._payload = payload
        self._start, self._overlap, self._position = start, overlap, position
        self._sealed = start
        self._target = memoryview(bytearray(SEALED_PORTION))
        self._stored = self._target if overlap is None else memoryview(bytearray(SEALED_PORTION))
        self.pending: deque[tuple[int, tuple[bytes, ...]]] = deque()
        """Exhibits that ended: where in the archive, and their lines; taken once they are sealed."""
        self.leaves = 0

    def seal(
        self, files: Iterable[SourceFile], *, archive: Iterable[memoryview], before: Sequence[Exhibit]
    ) -> SealedPackage:
        """Put ``archive`` in front, then the files, and commit."""
        order = self._run.order
        bag = BagWriter(order.label, language=order.language, suite=suite_of(order.recipients))
        for exhibit in before:
            bag.take(exhibit, dump_exhibit(exhibit))
        # NOTE: not kept in self, so that buffers go when the pass has ended and not when a cycle is found.
        lanes = Lanes(self._seal_portion)
        with ThreadPoolExecutor(max_workers=1) as pool:
            sealing = pool.submit(self._seal_portions, lanes)
            closed = self._fill(lanes, bag, files, archive)
            sealing.result()
        assert closed is not None
        package = self._payload.finish(label=order.label, bag=closed)
        self._run.to.commit(package.piece_root)
        return package

    def _fill(
        self,
        lanes: Lanes,
        bag: BagWriter,
        files: Iterable[SourceFile],
        archive: Iterable[memoryview],
    ) -> ClosedBag | None:
        """Read everything into the lanes; return None when the sealing thread has left with its own error."""
        run = self._run
        reader = SourceReader(lanes, bag, total=max(0, run.total), tell=run.tell, ended=self._ended)
        reader.at = self._start
        try:
            for portion in archive:
                if not reader.write(portion):
                    return None
            for file in files:
                if not self._read(reader, file):
                    return None
            tail, closed = bag.close(run.order.acts)
            if not all(map(lanes.write, tail)):
                return None
            lanes.hand_over(last=True)
            return closed
        finally:
            lanes.give_up()

    def _read(self, reader: SourceReader, file: SourceFile) -> bool:
        run = self._run
        if not file.is_stream:
            return reader.file(file)
        return reader.stream(
            run.stream, file.name, segment=run.order.segment, folder=run.spool, entropy=run.entropy
        )

    def _ended(self, at: int, line: bytes) -> None:
        if self._run.kept is not None:
            self.pending.append((at, (line,)))

    def _seal_portions(self, lanes: Lanes) -> None:
        try:
            for plain, last in lanes.portions():
                self._seal_portion(plain, last)
        finally:
            lanes.leave()

    def _seal_portion(self, plain: memoryview, last: bool) -> None:
        size = self._payload.seal_into(plain, self._target, last=last)
        made = self._target[:size]
        self._run.to.write(made[self._there(made) :])
        self._sealed += len(plain)
        self._mark(self._sealed)

    def _there(self, made: memoryview) -> int:
        """Return how much of what was sealed is on disk already; raise unless that is the same."""
        if self._overlap is None:
            return 0
        count = self._overlap.read_into(self._stored[: len(made)], at=self._position)
        if self._stored[:count] != made[:count]:
            raise _DiffersError
        self._position += count
        if count < len(made):
            self._overlap = None
        return count

    def _mark(self, sealed: int) -> None:
        kept, lines, at = self._run.kept, list[bytes](), 0
        while kept is not None and self.pending and self.pending[0][0] <= sealed:
            at, found = self.pending.popleft()
            lines.extend(found)
        if kept is not None and lines:
            leaves = self._payload.leaves_from(self.leaves)
            self.leaves += len(leaves) // LEAF_SIZE
            kept.mark(SealingMark(at=at, lines=tuple(lines), leaves=leaves))


def _left(files: Iterable[SourceFile], before: Sequence[Exhibit]) -> Iterator[SourceFile]:
    """Yield the files that are not sealed yet; a stream that was interrupted cannot be read again."""
    done = Counter((item.folder, item.name) for item in before if _not_of_stream(item))
    for file in files:
        if file.is_stream:
            continue
        if done[file.folder, file.name]:
            done[file.folder, file.name] -= 1
        else:
            yield file


def _not_of_stream(item: Exhibit) -> bool:
    return item.part is None or item.part.kind != STREAM
