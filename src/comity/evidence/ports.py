"""What evidence needs from outside: an engine that reads and writes, stores of blobs and pieces, records.

Blobs are named by 64 hexadecimal digits, the Merkle root of the ciphertext; every store checks a name first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from comity.evidence.exhibits import Exhibit
from comity.evidence.inspection import Inspection
from comity.evidence.opening import Expected, OpenedBag
from comity.evidence.originals import Restored
from comity.evidence.records import CustodyRecord, Holder, PackageRecord, TouchRecord
from comity.evidence.resuming import SealingMark, SealingPlan
from comity.evidence.sealing import SealedPackage, Sealing, SealOrder
from comity.kernel.agefile import Identity
from comity.kernel.clock import Instant
from comity.kernel.entropy import Entropy
from comity.kernel.ids import ActId, AuthorityId, CaseId


class BlobWriter(Protocol):
    """A blob in the making; nothing of it can be seen before :meth:`commit`."""

    def write(self, data: bytes | memoryview) -> None:
        """Append bytes."""
        ...

    def commit(self, name: str) -> None:
        """Make the blob durable under a name, unless there is one; MalformedError ``blobs.unsealed``."""
        ...

    def abort(self) -> None:
        """Drop what was written; harmless after :meth:`commit`."""
        ...


class BlobReader(Protocol):
    """A blob that is being read."""

    @property
    def size(self) -> int:
        """Bytes of the blob."""
        ...

    def read_into(self, target: memoryview, *, at: int) -> int:
        """Fill ``target`` with the bytes from offset ``at`` on; return how many, fewer only at the end."""
        ...

    def close(self) -> None:
        """Let go of the blob."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSealing:
    """What an interrupted sealing left.

    Attributes:
        secret: File key and nonce, 32 bytes.
        marks: In order.
        cipher: The ciphertext as it is on disk: header, nonce, and as many chunks as were written.
        certain: Whether all that was written is surely there: the machine was not off in between.
    """

    secret: bytes = field(repr=False)
    marks: tuple[SealingMark, ...]
    cipher: BlobReader
    certain: bool


class KeptSealing(BlobWriter, Protocol):
    """A blob in the making that survives a crash: :meth:`abort` leaves everything to go on from."""

    @property
    def plan(self) -> SealingPlan:
        """What was ordered."""
        ...

    def held(self) -> HeldSealing | None:
        """Return what is there to go on from; None where nothing was written yet."""
        ...

    def keep(self, secret: bytes) -> None:
        """Begin new ciphertext beside what there is, and keep its secret; the old goes with the next mark."""
        ...

    def mark(self, mark: SealingMark) -> None:
        """Note how far the ciphertext reaches that was written."""
        ...


class SealingRoom(Protocol):
    """Sealings that are under way or were interrupted."""

    def begin(self, plan: SealingPlan, *, identity: Identity) -> KeptSealing:
        """Make room for a sealing, whose secret is sealed to the identity."""
        ...

    def unfinished(self) -> tuple[SealingPlan, ...]:
        """Return the plans of those that no process works on, the oldest first."""
        ...

    def ordered(self) -> tuple[Instant, ...]:
        """Return when those were ordered that are under way or interrupted, whoever works on them."""
        ...

    def resume(self, name: str, *, identities: Sequence[Identity]) -> KeptSealing:
        """Return an interrupted sealing, whose secret one of the identities opens.

        Raises:
            NotFoundError: ``seal.none_unfinished``.
            ConflictError: ``seal.running``: another process is at it.
        """
        ...

    def drop(self, name: str) -> None:
        """Remove a sealing with its ciphertext and its secret."""
        ...


class BlobStore(Protocol):
    """Immutable blobs by name."""

    def create(self) -> BlobWriter:
        """Return a writer for a new blob."""
        ...

    def open(self, name: str) -> BlobReader:
        """Return a reader; raise NotFoundError ``blob.absent``."""
        ...

    def exists(self, name: str) -> bool:
        """Tell whether a blob of that name is here."""
        ...

    def delete(self, name: str) -> bool:
        """Remove a blob durably; return False when there was none."""
        ...

    def shred(self, name: str, *, front: int) -> bool:
        """Overwrite so many bytes at the front, durably, then remove the blob; False when there was none."""
        ...

    def put_header(self, name: str, header: bytes) -> None:
        """Put another age header in front of a payload that stays; the one before is overwritten.

        Raises:
            NotFoundError: ``blob.absent``.
            MalformedError: ``blobs.unsealed``: it is no age header.
        """
        ...

    def names(self) -> tuple[str, ...]:
        """Return the names of all blobs, sorted."""
        ...


class PackageEngine(Protocol):
    """Native or threaded work behind a port: reads sources once, writes packages, opens them."""

    def seal(
        self,
        order: SealOrder,
        *,
        to: BlobWriter,
        entropy: Entropy,
        kept: KeptSealing | None = None,
        tell: Callable[[Sealing], None] | None = None,
    ) -> SealedPackage:
        """Seal the sources and commit the file under its Merkle root. Each source is read once.

        A source that changes while it is read is sealed as it was read, and its exhibit says so.

        Args:
            order: What is sealed, for whom, as what.
            to: Where the ciphertext goes.
            entropy: Where keys are drawn from.
            kept: The same writer, where it survives a crash; what it holds already is gone on from.
            tell: Called now and then with how far it is.

        Raises:
            MalformedError: ``seal.not_regular`` for links and special files, ``seal.nothing`` for no file,
                ``seal.two_streams``.
            NotFoundError: ``seal.absent`` for a source that does not exist.
            UnavailableError: ``seal.io`` when reading or writing fails.
        """
        ...

    def open(
        self,
        source: BlobReader,
        *,
        identities: Sequence[Identity],
        expected: Expected,
        folder: str,
        admit: Callable[[OpenedBag], None],
    ) -> OpenedBag:
        """Open a package into a new folder, which exists only when everything held.

        Args:
            source: The sealed file.
            identities: Keys to try.
            expected: What is known beforehand.
            folder: Path of the folder to make.
            admit: Raises when the checked bag may not be opened; called before the folder appears.

        Raises:
            ConflictError: ``open.exists`` when the folder is there already.
            UntrustedError, MalformedError, DeniedError: as ``BagReader.finish`` and the age format.
            UnavailableError: ``open.io`` when reading or writing fails.
        """
        ...

    def check(self, source: BlobReader, *, identities: Sequence[Identity], expected: Expected) -> OpenedBag:
        """Check every byte of a package as :meth:`open` does, and write nothing of it; errors as there."""
        ...

    def inspect(self, source: BlobReader, *, identities: Sequence[Identity]) -> Inspection:
        """Return what a sealed file says of itself, and what is inside where an identity opens it.

        Raises:
            MalformedError: ``age.header``, ``package.form``.
            UntrustedError: ``age.header_mac``, ``age.payload``.
            DeniedError: ``handling.child_abuse_refused``.
            UnavailableError: ``open.io`` when reading fails.
        """
        ...

    def restore(self, bag: str, exhibits: Sequence[Exhibit], *, to: str) -> tuple[Restored, ...]:
        """Write the exhibits of an opened bag under their original names into a new folder.

        Args:
            bag: Folder of the opened bag.
            exhibits: As they were opened.
            to: Folder to make.

        Raises:
            ConflictError: ``open.exists`` when the folder is there already.
            UntrustedError: ``package.digest`` when a file no longer is what was checked.
            UnavailableError: ``open.io`` when reading or writing fails.
        """
        ...


class ExhibitStore(Protocol):
    """Records of packages and custody, inside the caller's transaction; each authority sees its own only."""

    def put_package(self, record: PackageRecord) -> None:
        """Store a record, replacing an older one of the same authority and bag root."""
        ...

    def package(self, authority: AuthorityId, bag_root: str) -> PackageRecord | None:
        """Return the record of a package, or None."""
        ...

    def delivered(self, authority: AuthorityId, delivery: ActId) -> PackageRecord | None:
        """Return the record of the package of a delivery, or None."""
        ...

    def packages(self, authority: AuthorityId, case: CaseId | None = None) -> tuple[PackageRecord, ...]:
        """Return the records of a case, or all of them, by time and bag root."""
        ...

    def holders(self, piece_root: str) -> tuple[Holder, ...]:
        """Return which offices of the node have a record of a sealed file, by office and bag root."""
        ...

    def named(self, authority: AuthorityId, prefix: str, *, most: int = 2) -> tuple[str, ...]:
        """Return bag roots that begin with these hexadecimal digits, sorted, so many at most."""
        ...

    def add_custody(self, record: CustodyRecord) -> None:
        """Append a custody line; raise ConflictError ``custody.number`` unless its number is the next."""
        ...

    def custody(self, authority: AuthorityId, bag_root: str) -> tuple[CustodyRecord, ...]:
        """Return the custody lines of a package by number."""
        ...

    def erase_package(self, authority: AuthorityId, bag_root: str) -> bool:
        """Destroy what is kept of its exhibits and pieces, in the file too; return False without a row.

        Roots, case, delivery and custody stay; ``exhibits`` and ``leaves`` are empty then, and
        ``header_length`` is 0.
        """
        ...

    def add_touch(self, record: TouchRecord) -> None:
        """Append an event; raise ConflictError ``custody.number`` unless its number is the next."""
        ...

    def touches(self, authority: AuthorityId, bag_root: str) -> tuple[TouchRecord, ...]:
        """Return the events of a package by number."""
        ...
