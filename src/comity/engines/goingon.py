"""Where an interrupted sealing goes on: what of its ciphertext stays, and what stood in the archive there."""

from collections.abc import Iterator
from dataclasses import dataclass

from comity.evidence.pieces import LEAF_SIZE, PIECE, PieceHasher
from comity.evidence.ports import BlobReader, HeldSealing
from comity.evidence.resuming import SealingMark
from comity.evidence.sealing import PORTION, SEALED_PORTION
from comity.kernel import agefile
from comity.kernel.ageheader import MOST_HEADER
from comity.kernel.errors import UntrustedError


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPoint:
    """The place in an archive from which it is made again.

    Attributes:
        marks: Those that count.
        header_length: Bytes of the header.
        at: Bytes of the archive that are sealed and stay.
        chunk: The chunk in which ``at`` lies.
        carry: The bytes of the archive from the beginning of that chunk to ``at``.
    """

    marks: tuple[SealingMark, ...]
    header_length: int
    at: int
    chunk: int
    carry: bytes

    @property
    def lines(self) -> tuple[bytes, ...]:
        """The lines of the exhibits that are sealed."""
        return tuple(line for mark in self.marks for line in mark.lines)

    @property
    def position(self) -> int:
        """Where the chunk begins in the file."""
        return self.header_length + agefile.NONCE_SIZE + self.chunk * agefile.SEALED_CHUNK


def start_point(held: HeldSealing) -> StartPoint:
    """Return where to go on.

    Where the machine was off, every chunk is opened once, and marks beyond the first that is not whole are
    dropped; otherwise only the chunk in which the sealed archive ends.
    """
    length = _header_length(held.cipher)
    marks = held.marks
    if marks and not held.certain:
        sound = sum(len(portion) for portion in plaintext(held, length, upto=marks[-1].at, strict=False))
        marks = tuple(mark for mark in marks if mark.at <= sound)
    while True:
        at = marks[-1].at if marks else 0
        chunk, rest = divmod(at, agefile.CHUNK)
        carry = _chunk(held, length, chunk)[:rest] if rest else b""
        there = held.cipher.size - length - agefile.NONCE_SIZE >= chunk * agefile.SEALED_CHUNK
        if len(carry) == rest and there:
            return StartPoint(marks=marks, header_length=length, at=at, chunk=chunk, carry=carry)
        marks = marks[:-1]


def hashed_up_to(held: HeldSealing, point: StartPoint) -> PieceHasher:
    """Return a hasher that has taken the payload up to the chunk of a point; old leaves are taken over."""
    end = agefile.NONCE_SIZE + point.chunk * agefile.SEALED_CHUNK
    leaves = b"".join(mark.leaves for mark in point.marks)[: end // PIECE * LEAF_SIZE]
    hasher = PieceHasher(leaves=leaves)
    buffer = memoryview(bytearray(PORTION))
    while hasher.length < end:
        count = held.cipher.read_into(
            buffer[: min(PORTION, end - hasher.length)], at=point.header_length + hasher.length
        )
        if not count:
            raise cut_off()
        hasher.update(buffer[:count])
    return hasher


def plaintext(held: HeldSealing, length: int, *, upto: int, strict: bool = True) -> Iterator[memoryview]:
    """Yield the archive up to an offset, from its ciphertext; each portion is valid until the next.

    Raises:
        UntrustedError: ``age.payload`` when a chunk does not open; without ``strict`` it ends there.
    """
    opener = _opener(held, 0)
    sealed, plain = memoryview(bytearray(SEALED_PORTION)), memoryview(bytearray(PORTION))
    position, done = length + agefile.NONCE_SIZE, 0
    while done < upto:
        needed = -(-(upto - done) // agefile.CHUNK) * agefile.SEALED_CHUNK
        count = held.cipher.read_into(sealed[: min(SEALED_PORTION, needed)], at=position)
        whole = count // agefile.SEALED_CHUNK * agefile.SEALED_CHUNK
        for start in range(0, whole, agefile.SEALED_CHUNK):
            end = start + agefile.SEALED_CHUNK
            room = plain[start // agefile.SEALED_CHUNK * agefile.CHUNK :][: agefile.CHUNK]
            try:
                opener.decrypt_into(sealed[start:end], room)
            except UntrustedError:
                if strict:
                    raise
                yield plain[: start // agefile.SEALED_CHUNK * agefile.CHUNK]
                return
        size = min(whole // agefile.SEALED_CHUNK * agefile.CHUNK, upto - done)
        yield plain[:size]
        done, position = done + size, position + whole
        if whole < SEALED_PORTION and done < upto:
            if strict:
                raise cut_off()
            return


def cut_off() -> UntrustedError:
    """Return the error for ciphertext that is shorter than its marks say."""
    return UntrustedError("age.payload", "the ciphertext of an interrupted sealing is cut off")


def _chunk(held: HeldSealing, length: int, number: int) -> bytes:
    sealed, plain = bytearray(agefile.SEALED_CHUNK), bytearray(agefile.CHUNK)
    at = length + agefile.NONCE_SIZE + number * agefile.SEALED_CHUNK
    count = held.cipher.read_into(memoryview(sealed), at=at)
    try:
        size = _opener(held, number).decrypt_into(memoryview(sealed)[:count], memoryview(plain))
    except UntrustedError:
        return b""
    return bytes(plain[:size])


def _opener(held: HeldSealing, chunks: int) -> agefile.Decryptor:
    file_key, nonce = held.secret[: agefile.FILE_KEY_SIZE], held.secret[agefile.FILE_KEY_SIZE :]
    return agefile.Decryptor(file_key=file_key, nonce=nonce, chunks=chunks)


def _header_length(cipher: BlobReader) -> int:
    front = bytearray(min(cipher.size, MOST_HEADER))
    return agefile.parse_header(bytes(front[: cipher.read_into(memoryview(front), at=0)])).size
