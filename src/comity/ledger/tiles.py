"""Tiles: paths and contents of the static form of a log, for overseers and witnesses.

Pure functions; nothing here serves or writes. Tiles never go to peers: what concerns another peer
would show in them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from comity.kernel.errors import MalformedError
from comity.ledger.merkle import HASH_SIZE, Fetch, NodeId, joined

TILE_HEIGHT = 8
TILE_WIDTH = 256
MOST_TILE_LEVEL = 63 // TILE_HEIGHT
_PATH = re.compile(
    r"tile/(0|[1-9]|[1-5][0-9]|6[0-3]|entries)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One tile of hashes, or with ``level`` None one bundle of entries.

    Attributes:
        level: Tile level, 0 to 63: node level divided by 8; None for entries.
        index: Place within the level.
        width: Hashes or entries in it, 1 to 256.
    """

    level: int | None
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        if self.index < 0 or not 1 <= self.width <= TILE_WIDTH or not 0 <= (self.level or 0) <= 63:
            raise MalformedError("tile.place", "no tile has that level, index or width")

    @property
    def path(self) -> str:
        """The path under the prefix of the log.

        Basis: C2SP tlog-tiles
        """
        digits = f"{self.index:d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        place = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        level = "entries" if self.level is None else str(self.level)
        return f"tile/{level}/{place}" + ("" if self.width == TILE_WIDTH else f".p/{self.width}")

    @property
    def nodes(self) -> tuple[NodeId, ...]:
        """The nodes whose hashes the tile holds, left to right; none for a bundle of entries."""
        if self.level is None:
            return ()
        first = self.index * TILE_WIDTH
        return tuple((self.level * TILE_HEIGHT, first + at) for at in range(self.width))


def parse_tile_path(path: str) -> Tile:
    """Return the tile of a path; raise MalformedError for a path that no tile has.

    Basis: C2SP tlog-tiles
    """
    match = _PATH.fullmatch(path)
    if match is not None:
        level = None if match[1] == "entries" else int(match[1])
        width = int(match[3] or TILE_WIDTH)
        if width <= TILE_WIDTH:
            tile = Tile(level=level, index=int(match[2].replace("x", "").replace("/", "")), width=width)
            if tile.path == path:
                return tile
    raise MalformedError("tile.path", f"{path[:80]!r} is not the path of a tile")


def tiles_of(size: int) -> Iterator[Tile]:
    """Yield the tiles of hashes of a tree of that size, and the bundles of its entries.

    Basis: C2SP tlog-tiles
    """
    for level in (None, *range(MOST_TILE_LEVEL + 1)):
        count = size >> (TILE_HEIGHT * (level or 0))
        if not count:
            return
        full, rest = divmod(count, TILE_WIDTH)
        for index in range(full):
            yield Tile(level=level, index=index)
        if rest:
            yield Tile(level=level, index=full, width=rest)


def tile_bytes(tile: Tile, *, fetch: Fetch) -> bytes:
    """Return the content of a tile of hashes."""
    held = fetch(tile.nodes)
    return b"".join(held[node] for node in tile.nodes)


def parse_tile(data: bytes, *, width: int) -> tuple[bytes, ...]:
    """Return the hashes in the content of a tile; raise MalformedError when it is not ``width`` hashes."""
    if len(data) != width * HASH_SIZE:
        raise MalformedError(
            "tile.size", f"a tile of width {width} has {width * HASH_SIZE} bytes, not {len(data)}"
        )
    return tuple(data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE))


def tile_holding(node: NodeId, *, size: int) -> Tile:
    """Return the tile from which a node of a tree of that size is had."""
    level, index = node
    tile_level, above = divmod(level, TILE_HEIGHT)
    first = index << above
    place = first // TILE_WIDTH
    width = min(TILE_WIDTH, (size >> (TILE_HEIGHT * tile_level)) - place * TILE_WIDTH)
    if (index + 1) << level > size:
        raise ValueError(f"no complete subtree {node} in a tree of {size}")
    return Tile(level=tile_level, index=place, width=width)


def node_in_tile(node: NodeId, *, hashes: Sequence[bytes]) -> bytes:
    """Return the hash of a node from the hashes of the tile that holds it."""
    level, index = node
    above = level % TILE_HEIGHT
    first = (index << above) % TILE_WIDTH
    row = list(hashes[first : first + (1 << above)])
    while len(row) > 1:
        row = [joined(row[at : at + 2]) for at in range(0, len(row), 2)]
    return row[0]


def bundle_bytes(entries: Iterable[bytes]) -> bytes:
    """Return entries as a bundle, each behind its length in two bytes.

    Basis: C2SP tlog-tiles
    """
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def parse_bundle(data: bytes, *, width: int) -> tuple[bytes, ...]:
    """Return the entries of a bundle; raise MalformedError unless there are exactly ``width``."""
    entries: list[bytes] = []
    at = 0
    while at < len(data) and len(entries) < width:
        length = int.from_bytes(data[at : at + 2], "big")
        entry = data[at + 2 : at + 2 + length]
        if len(data) < at + 2 + length:
            raise MalformedError("tile.bundle", "an entry ends before its length says")
        entries.append(entry)
        at += 2 + length
    if at != len(data) or len(entries) != width:
        raise MalformedError("tile.bundle", f"not a bundle of {width} entries")
    return tuple(entries)
