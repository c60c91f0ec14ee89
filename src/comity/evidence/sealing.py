"""The ciphertext half of sealing: plaintext portions in, age payload and its pieces out, without IO."""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.evidence.custody import CustodyAct
from comity.evidence.exhibits import Exhibit
from comity.evidence.label import PackageLabel
from comity.evidence.package import ClosedBag
from comity.evidence.pieces import PieceHasher, PieceList
from comity.kernel import agefile
from comity.kernel.entropy import Entropy

PORTION = 1 << 20
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
        changing: Whether sources may change while they are read; what did is marked.
        leave_out: Whether links and special files are left out and recorded, rather than refused.
    """

    sources: tuple[bytes, ...]
    recipients: tuple[bytes, ...]
    label: PackageLabel
    acts: tuple[CustodyAct, ...]
    language: str = ""
    changing: bool = False
    leave_out: bool = False

    def __post_init__(self) -> None:
        if not self.sources or not self.recipients or not self.acts:
            raise ValueError("sealing needs a source, a recipient and a custody event")


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
    def exhibits(self) -> tuple[Exhibit, ...]:
        """The exhibits by number."""
        return self.bag.exhibits


class PayloadWriter:
    """Encrypts portion after portion and keeps the leaves of the ciphertext.

    A new writer draws a new file key: ciphertext is never made twice under one counter.
    """

    __slots__ = ("_encryptor", "_hasher", "front", "header_length")

    def __init__(self, *, recipients: Sequence[bytes], entropy: Entropy) -> None:
        file_key, nonce = entropy.bytes(agefile.FILE_KEY_SIZE), entropy.bytes(agefile.NONCE_SIZE)
        header = agefile.header(file_key, recipients, entropy)
        self._encryptor = agefile.Encryptor(file_key=file_key, nonce=nonce)
        self._hasher = PieceHasher()
        self._hasher.update(memoryview(nonce))
        self.header_length = len(header)
        self.front = header + nonce

    def seal_into(self, plain: memoryview, target: memoryview, *, last: bool) -> int:
        """Write the sealed portion to the front of ``target`` (SEALED_PORTION bytes); return its length."""
        size = self._encryptor.encrypt_into(plain, target, last=last)
        self._hasher.update(target[:size])
        return size

    def finish(self, *, label: PackageLabel, bag: ClosedBag) -> SealedPackage:
        """Return the package whose last portion has been sealed."""
        pieces = PieceList(payload_length=self._hasher.length, leaves=self._hasher.leaves())
        return SealedPackage(label=label, bag=bag, header_length=self.header_length, pieces=pieces)
