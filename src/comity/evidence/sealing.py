"""The ciphertext half of sealing: plaintext portions in, age payload and its pieces out, without IO."""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.evidence.custody import CustodyAct
from comity.evidence.label import PackageLabel
from comity.evidence.listing import ExhibitList
from comity.evidence.package import ClosedBag
from comity.evidence.pieces import PieceHasher, PieceList
from comity.kernel import agefile
from comity.kernel.entropy import Entropy

PORTION = 1 << 20
SEGMENT = 1 << 30
SEALED_PORTION = PORTION // agefile.CHUNK * agefile.SEALED_CHUNK
"""Room that one sealed portion needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealOrder:
    """What is to be sealed, for whom, and as what.

    Attributes:
        sources: Paths of files and folders, as the system's bytes; at least one.
        recipients: age recipients, all of one suite.
        label: What the package says about itself.
        acts: Custody up to now, oldest first; the last is the sealing itself.
        language: Main language of the exhibits as a BCP 47 tag, where it is known.
        leave_out: Whether links and special files are left out and recorded, rather than refused.
        segment: Bytes after which a stream of unknown length goes on as another exhibit.
    """

    sources: tuple[bytes, ...]
    recipients: tuple[bytes, ...]
    label: PackageLabel
    acts: tuple[CustodyAct, ...]
    language: str = ""
    leave_out: bool = False
    segment: int = SEGMENT

    def __post_init__(self) -> None:
        if not self.sources or not self.recipients or not self.acts or self.segment < 1:
            raise ValueError("sealing needs a source, a recipient and a custody event")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """How far a sealing is.

    Attributes:
        done: Bytes of sources that were read.
        total: Bytes of the sources when they were found; streams not counted.
        files: Exhibits that ended.
    """

    done: int
    total: int
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPackage:
    """A sealed package: everything that ``evidence.deliver`` signs and a transfer needs.

    Attributes:
        label: As sealed.
        bag: The closed bag inside.
        header_length: Bytes of the age header; the payload follows.
        pieces: Length, leaves and root of the payload.
    """

    label: PackageLabel
    bag: ClosedBag
    header_length: int
    pieces: PieceList

    @property
    def bag_root(self) -> str:
        """SHA-256 of the tag manifest, in hexadecimal."""
        return self.bag.bag_root

    @property
    def payload_length(self) -> int:
        """Bytes of the age payload, nonce included."""
        return self.pieces.payload_length

    @property
    def piece_root(self) -> str:
        """Merkle root over the pieces, in hexadecimal: the name under which the file is stored."""
        return self.pieces.root

    @property
    def exhibits(self) -> ExhibitList:
        """The exhibits by number."""
        return self.bag.exhibits


class PayloadWriter:
    """Encrypts portion after portion and keeps the leaves of the ciphertext.

    A new writer draws a new file key. One that goes on after an interruption takes the old one, and its
    caller compares what is sealed again with what was written: no counter ever serves two plaintexts.

    Attributes:
        secret: File key and nonce, 32 bytes; for whoever keeps them until the sealing has ended.
        front: Header and nonce.
    """

    __slots__ = ("_encryptor", "_hasher", "front", "header_length", "secret")

    def __init__(self, *, recipients: Sequence[bytes], entropy: Entropy) -> None:
        file_key, nonce = entropy.bytes(agefile.FILE_KEY_SIZE), entropy.bytes(agefile.NONCE_SIZE)
        header = agefile.header(file_key, recipients, entropy)
        self._encryptor = agefile.Encryptor(file_key=file_key, nonce=nonce)
        self._hasher = PieceHasher()
        self._hasher.update(memoryview(nonce))
        self.header_length = len(header)
        self.front = header + nonce
        self.secret = file_key + nonce

    def go_on(self, secret: bytes, *, header_length: int, chunks: int, hasher: PieceHasher) -> None:
        """Take the place of a writer that was interrupted.

        Args:
            secret: As it was.
            header_length: Bytes of the header that was written.
            chunks: Chunks that stay as they are.
            hasher: Has taken the payload up to there.
        """
        file_key, nonce = secret[: agefile.FILE_KEY_SIZE], secret[agefile.FILE_KEY_SIZE :]
        self._encryptor = agefile.Encryptor(file_key=file_key, nonce=nonce, chunks=chunks)
        self._hasher, self.header_length, self.secret = hasher, header_length, secret
        self.front = b""

    def leaves_from(self, number: int) -> bytes:
        """Return the leaves of the pieces that are whole, from that number on."""
        return self._hasher.complete_from(number)

    def seal_into(self, plain: memoryview, target: memoryview, *, last: bool) -> int:
        """Write the sealed portion to the front of ``target`` (SEALED_PORTION bytes); return its length."""
        size = self._encryptor.encrypt_into(plain, target, last=last)
        self._hasher.update(target[:size])
        return size

    def finish(self, *, label: PackageLabel, bag: ClosedBag) -> SealedPackage:
        """Return the package whose last portion has been sealed."""
        pieces = PieceList(payload_length=self._hasher.length, leaves=self._hasher.leaves())
        return SealedPackage(label=label, bag=bag, header_length=self.header_length, pieces=pieces)
