"""Fingerprints of pictures and videos: PDQ, MD5, SHA-1, SHA-256; distance, quality, and turned pictures.

A PDQ hash is 256 bits; two hashes of one picture that was shrunk or saved anew differ in few of them, those
of two pictures in about 128. A picture with little in it (one colour, a gradient) has a hash that says
nothing: its quality, 0 to 100, tells. Below 50 nothing is ever matched.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

import msgspec

from comity.kernel.errors import MalformedError

RADIUS = 31
"""Hashes that differ in so many bits, or fewer, match."""
MATCHABLE = 50
"""Least quality of a hash that is matched at all."""
BITS = 256
_EVEN = range(64, 193)
"""How many of its 256 bits are set in a hash whose quality is not known, so that it may be matched.

Half of them are, by construction; a picture of one colour sets none or all.
"""
_SIZES = {"pdq": 32, "md5": 16, "sha1": 20, "sha256": 32}
_HEX = re.compile(r"(?:[0-9a-f]{2})+", re.ASCII)


class Turn(StrEnum):
    """How a picture was turned or mirrored before it was hashed."""

    ORIGINAL = "original"
    ROTATE_90 = "rotate-90"
    ROTATE_180 = "rotate-180"
    ROTATE_270 = "rotate-270"
    FLIP_X = "flip-x"
    FLIP_Y = "flip-y"
    FLIP_PLUS = "flip-plus"
    FLIP_MINUS = "flip-minus"


TURNS = tuple(Turn)


class Fingerprints(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="lower"):
    """What is known of one picture or video.

    Attributes:
        pdq: 32 bytes; empty where there is none.
        quality: Of the PDQ hash, 0 to 100; None where nobody told.
        md5: 16 bytes, or empty.
        sha1: 20 bytes, or empty.
        sha256: 32 bytes, or empty.
    """

    pdq: bytes = b""
    quality: int | None = None
    md5: bytes = b""
    sha1: bytes = b""
    sha256: bytes = b""

    def __post_init__(self) -> None:
        """Refuse nonsense at birth."""
        for name, size in _SIZES.items():
            if len(getattr(self, name)) not in (0, size):
                raise ValueError(f"{name} has {size} bytes")
        if self.quality is not None and not 0 <= self.quality <= 100:
            raise ValueError("a quality is 0 to 100")

    @property
    def matchable(self) -> bool:
        """Whether the PDQ hash may be matched."""
        return bool(self.pdq) and is_matchable(self.pdq, self.quality)

    @property
    def exact(self) -> tuple[tuple[str, bytes], ...]:
        """The digests that match only the same bytes, by name."""
        found = (("md5", self.md5), ("sha1", self.sha1), ("sha256", self.sha256))
        return tuple((name, value) for name, value in found if value)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known."""
        return not self.pdq and not self.exact


def prints_of(values: Mapping[str, bytes], *, quality: int | None = None) -> Fingerprints:
    """Return fingerprints from bytes by name: ``pdq``, ``md5``, ``sha1``, ``sha256``."""
    return Fingerprints(
        pdq=values.get("pdq", b""),
        quality=quality,
        md5=values.get("md5", b""),
        sha1=values.get("sha1", b""),
        sha256=values.get("sha256", b""),
    )


class Hashed(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one file that was hashed; nothing of its content is in here.

    Attributes:
        file: As it was named.
        prints: Its fingerprints; only digests where it is no picture that could be decoded.
        turned: The PDQ hash of each turn, in the order of ``TURNS``; empty where there is none.
        note: Why there is no PDQ hash, or what was done with the picture: a code, or empty.
    """

    file: str
    prints: Fingerprints
    turned: tuple[bytes, ...] = ()
    note: str = ""


def is_matchable(pdq: bytes, quality: int | None) -> bool:
    """Tell whether a hash may be matched: quality 50 or more, or unknown and not plainly empty."""
    if quality is not None:
        return quality >= MATCHABLE
    return int.from_bytes(pdq, "big").bit_count() in _EVEN


def distance(one: bytes, other: bytes) -> int:
    """Return in how many bits two hashes of the same length differ."""
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


def parse_print(name: str, text: str, *, where: str = "") -> bytes:
    """Return the bytes of a fingerprint written in hexadecimal digits, of either case.

    Raises:
        MalformedError: ``protect.hash``: other signs, or another length.
    """
    size, lower = _SIZES[name], text.strip().lower()
    if len(lower) != 2 * size or not _HEX.fullmatch(lower):
        raise MalformedError(
            "protect.hash",
            f"{text[:80]!r} is no {name} fingerprint",
            hint=f"{name} is {2 * size} hexadecimal digits",
            where=where,
        )
    return bytes.fromhex(lower)


def turned_hash(pdq: bytes) -> tuple[bytes, ...]:
    """Return what the hash of a turned picture is about, in the order of ``TURNS``, from a hash alone.

    Turning a picture transposes the coefficients behind the bits or changes the sign of every second one; so
    bits change places or are turned over. That is exact but for coefficients near the median: two or three
    bits. Where the picture is at hand, the decoder tells exactly.

    Basis: docs/spec/protection.md
    """
    bits = int.from_bytes(pdq, "big")
    grid = [[bits >> (16 * row + column) & 1 for column in range(16)] for row in range(16)]
    turns = (
        (False, False, False),
        (True, True, False),
        (False, True, True),
        (True, False, True),
        (False, True, False),
        (False, False, True),
        (True, False, False),
        (True, True, True),
    )
    return tuple(_turned(grid, *one) for one in turns)


def _turned(grid: list[list[int]], transpose: bool, rows: bool, columns: bool) -> bytes:
    """Return a grid of coefficients' bits transposed, then with every second row or column turned over.

    The first coefficient kept is the second of the transform, so the even places here are the odd ones there.
    """
    value = 0
    for row in range(16):
        for column in range(16):
            bit = grid[column][row] if transpose else grid[row][column]
            bit ^= (rows and row % 2 == 0) ^ (columns and column % 2 == 0)
            value |= bit << (16 * row + column)
    return value.to_bytes(32, "big")
