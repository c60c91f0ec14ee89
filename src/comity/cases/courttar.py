"""The archive of a court file: which names it may hold, and how each member is read, bit by bit.

The form of a header is that of :mod:`comity.evidence.frames`. A reader rebuilds every header and looks at
every padding byte, so that nothing in the file goes unchecked.

Basis: PROTOCOL rule 22
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from comity.evidence.frames import BLOCK, entry_frame
from comity.kernel.digests import sha256
from comity.kernel.errors import UntrustedError

KIB, MIB = 1 << 10, 1 << 20
MOST_MEMBERS = 100_000
MOST_SIZE = 2**53 - 1
TAG_MANIFEST, MANIFEST = "tagmanifest-sha256.txt", "manifest-sha256.txt"
FIXED: dict[str, int] = {
    "README.txt": MIB,
    "SEAL": 64 * KIB,
    "bag-info.txt": 64 * KIB,
    "bagit.txt": KIB,
    "data/tool.json": 256 * KIB,
    "data/withheld.json": 16 * MIB,
    MANIFEST: 32 * MIB,
    TAG_MANIFEST: KIB,
    "verify.py": MIB,
}
_NAMED: tuple[tuple[re.Pattern[str], int], ...] = tuple(
    (re.compile(f"data/{pattern}", re.ASCII), most)
    for pattern, most in (
        (r"acts/[0-9a-f]{64}\.(?:json|pae)", 512 * KIB),
        (r"acts/[0-9a-f]{64}\.sig", 64),
        (r"keys/[0-9a-f]{64}\.pem", KIB),
        (r"parts/[0-9a-f]{64}/[a-z][a-z0-9-]{0,31}", 8 * MIB),
        (r"parts/[0-9a-f]{64}/[a-z][a-z0-9-]{0,31}\.salt", 16),
        (r"(?:receipts|proofs)/[0-9a-f]{64}\.json", MIB),
        (r"identity/[A-Z]{3}/(?:roots|entries)\.json", 16 * MIB),
        (r"deliveries/[0-9a-f]{64}/(?:(?:tag)?manifest-sha256|bagit|bag-info)\.txt", 32 * MIB),
        (r"deliveries/[0-9a-f]{64}/(?:exhibits|custody)\.jsonl", 128 * MIB),
        (r"deliveries/[0-9a-f]{64}/data/[0-9]{9}\.bin", MOST_SIZE),
        (r"custody/[0-9a-f]{64}\.json", 16 * MIB),
        (r"release\.json", 16 * MIB),
        (r"stamps/[0-9a-f]{64}\.tsr", 64 * KIB),
    )
)
_RECORDS = re.compile(rb"(?:[0-9]{2,3} path=([^\n\0]+)\n)?(?:[0-9]{2} size=([0-9]{10,16})\n)?\0*", re.DOTALL)
_OCTAL = re.compile(rb"([0-7]{11})\0")


class Reader(Protocol):
    """Random access to the bytes of a file; a file, a blob or bytes in memory behind one shape."""

    @property
    def size(self) -> int:
        """Length in bytes."""
        ...

    def read_at(self, offset: int, count: int) -> bytes:
        """Return ``count`` bytes from ``offset``, fewer at the end of the file."""
        ...


class BytesReader:
    """A reader over bytes in memory."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self._data)

    def read_at(self, offset: int, count: int) -> bytes:
        """Return ``count`` bytes from ``offset``, fewer at the end."""
        return self._data[offset : offset + count]


class CourtFaultError(UntrustedError):
    """The first thing in a court file that does not hold; becomes part of a report, never of a traceback."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__("court.fault", reason, where=path)
        self.path = path
        self.reason = reason


class UnsoundError(Exception):
    """Bytes that are not what they should be; the step that reads them says which bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file in the archive: where its content begins, how long it is, and its SHA-256 in hexadecimal.

    An exhibit that is withheld from a bag that is here stands among the members with size -1.
    """

    path: str
    offset: int
    size: int
    sha256: str

    @property
    def end(self) -> int:
        """Where the next header begins."""
        return self.offset + self.size + -self.size % BLOCK


def require(holds: object, path: str, reason: str) -> None:
    """Raise CourtFaultError unless the condition holds."""
    if not holds:
        raise CourtFaultError(path, reason)


def most_size(path: str) -> int:
    """Return how large a member of this name may be; -1 where no court file has one of this name."""
    if path in FIXED:
        return FIXED[path]
    return next((most for pattern, most in _NAMED if pattern.fullmatch(path)), -1)


def read_member(reader: Reader, offset: int, *, last: str, count: int) -> Member | None:
    """Return the member whose header begins at ``offset``, checked and hashed; None at the end blocks.

    Args:
        reader: The archive.
        offset: Where the member before ends; 0 for the first.
        last: Path of the member before; empty for the first.
        count: How many members came before.

    Raises:
        CourtFaultError: the header, a padding byte or the end is not the canonical one.
    """
    here = f"byte {offset}"
    block = reader.read_at(offset, BLOCK)
    if len(block) == BLOCK and not any(block):
        exact = reader.read_at(offset, 2 * BLOCK + 1) == bytes(2 * BLOCK)
        require(exact, here, "the end is not exactly two blocks of zeros")
        return None
    if block[156:157] == b"x":
        block = reader.read_at(offset, 3 * BLOCK)
    require(len(block) in (BLOCK, 3 * BLOCK), here, "the archive is cut short")
    path, size = _claimed(block)
    most = most_size(path)
    require(most >= 0, here, "a name that no court file holds")
    require(block == entry_frame(path, size), path, "its header is not the canonical one")
    require(path > last, path, "names are not in order, or one stands twice")
    require(size <= most and count < MOST_MEMBERS, path, "more than a court file may hold")
    start = offset + len(block)
    require(start + size <= reader.size, path, "the archive is cut short")
    state = hashlib.sha256()
    for chunk in chunks_of(reader, start, size):
        require(chunk, path, "the archive is cut short")
        state.update(chunk)
    padding = bytes(-size % BLOCK)
    zeros = reader.read_at(start + size, len(padding)) == padding
    require(zeros, path, "the padding is not zeros, or cut short")
    return Member(path=path, offset=start, size=size, sha256=state.hexdigest())


def scan(reader: Reader) -> dict[str, Member]:
    """Return every member by path, in order, with the whole archive read once.

    Raises:
        CourtFaultError: as :func:`read_member`, or names out of order, twice, too many or missing.
    """
    members: dict[str, Member] = {}
    offset, last = 0, ""
    while (member := read_member(reader, offset, last=last, count=len(members))) is not None:
        members[member.path] = member
        offset, last = member.end, member.path
    for path in FIXED:
        require(path in members, path, "a file that every court file has is missing")
    return members


def chunks_of(reader: Reader, offset: int, size: int) -> Iterator[bytes]:
    """Yield a range of a file in pieces of at most 1 MiB; an empty piece where the file ends early."""
    stop = offset + size
    while offset < stop:
        chunk = reader.read_at(offset, min(MIB, stop - offset))
        yield chunk
        if not chunk:
            return
        offset += len(chunk)


def read_whole(reader: Reader, member: Member) -> bytes:
    """Return the content of a member that is no exhibit, held against the digest of the scan."""
    data = reader.read_at(member.offset, member.size)
    require(sha256(data).hex() == member.sha256, member.path, "the file changed while it was read")
    return data


def _claimed(block: bytes) -> tuple[str, int]:
    records = _RECORDS.fullmatch(block[BLOCK : 2 * BLOCK])
    name, long_size = records.groups() if records else (None, None)
    path = (name or block[-BLOCK : -BLOCK + 100].rstrip(b"\0")).decode("latin-1")
    octal = _OCTAL.fullmatch(block[-388:-376])
    if long_size:
        return path, int(long_size)
    return path, int(octal[1], 8) if octal else 0
