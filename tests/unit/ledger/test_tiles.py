"""Tiles, judged by a log that another implementation wrote."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from comity.kernel.errors import ComityError, MalformedError
from comity.ledger import merkle
from comity.ledger.checkpoint import open_checkpoint
from comity.ledger.notes import parse_verifier_key
from comity.ledger.tiles import (
    Tile,
    bundle_bytes,
    node_in_tile,
    parse_bundle,
    parse_tile,
    parse_tile_path,
    tile_bytes,
    tile_holding,
    tiles_of,
)

SHARED = Path(os.environ.get("COMITY_SHARED", Path(__file__).parents[3].parent / "shared"))
LOG = SHARED / "data" / "tlog" / "tessera-log"
KEY = parse_verifier_key("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")


def need_log() -> None:
    if not LOG.is_dir():
        pytest.skip("COMITY_SHARED names no folder with a log of another implementation")


def checked(size: int, checkpoint: bytes, tile: bytes, entries: bytes) -> bool:
    """Read a log of fewer than 256 leaves from its three files."""
    head = open_checkpoint(checkpoint, key=KEY).checkpoint
    hashes = parse_tile(tile, width=size)
    bundle = parse_bundle(entries, width=size)
    rows, edge = merkle.grow(merkle.Frontier(), leaves=[merkle.leaf_hash(entry) for entry in bundle])
    own = [found for level, _, found in rows if level == 0]
    return (head.size, head.root) == (size, edge.root) and list(hashes) == own


def test_a_log_of_another_implementation_reads_at_every_size() -> None:
    need_log()
    for size in range(1, 16):
        hashes, entries = Tile(level=0, index=0, width=size), Tile(level=None, index=0, width=size)
        files = [(LOG / name).read_bytes() for name in (f"checkpoint.{size}", hashes.path, entries.path)]
        assert checked(size, *files)


def test_every_flipped_bit_of_a_tile_bundle_or_checkpoint_is_found() -> None:
    need_log()
    files = [(LOG / name).read_bytes() for name in ("checkpoint.7", "tile/0/000.p/7", "tile/entries/000.p/7")]
    assert checked(7, *files)
    for which, data in enumerate(files):
        for at in range(8 * len(data)):
            changed = bytearray(data)
            changed[at // 8] ^= 1 << (at % 8)
            trial = [*files[:which], bytes(changed), *files[which + 1 :]]
            try:
                assert not checked(7, *trial)
            except ComityError:
                continue


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(level=0, index=0), "tile/0/000"),
        (Tile(level=0, index=1234067), "tile/0/x001/x234/067"),
        (Tile(level=1, index=999, width=17), "tile/1/999.p/17"),
        (Tile(level=63, index=1000, width=255), "tile/63/x001/000.p/255"),
        (Tile(level=None, index=5), "tile/entries/005"),
    ],
)
def test_paths_are_those_of_the_specification(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert parse_tile_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/0/x000/001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/300",
        "tile/0/000.p/07",
        "/tile/0/000",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/0/../000",
    ],
)
def test_no_other_path_names_a_tile(path: str) -> None:
    with pytest.raises(MalformedError):
        parse_tile_path(path)


def test_tiles_of_seventy_thousand_are_those_of_the_specification() -> None:
    tiles = [tile for tile in tiles_of(70_000) if tile.level is not None]
    full = [tile.level for tile in tiles if tile.width == 256]
    assert (full.count(0), full.count(1), full.count(2)) == (273, 1, 0)
    assert [(tile.level, tile.width) for tile in tiles if tile.width < 256] == [(0, 112), (1, 17), (2, 1)]
    assert [tile for tile in tiles_of(256) if tile.level == 1] == [Tile(level=1, index=0, width=1)]
    assert list(tiles_of(0)) == []


def test_every_node_is_had_from_a_tile() -> None:
    size = 600
    rows, edge = merkle.grow(merkle.Frontier(), leaves=[merkle.leaf_hash(b"%d" % at) for at in range(size)])
    held = {(level, index): found for level, index, found in rows}
    stored = {
        tile.path: tile_bytes(tile, fetch=lambda wanted: {node: held[node] for node in wanted})
        for tile in tiles_of(size)
        if tile.level is not None
    }

    def fetch(wanted: Sequence[merkle.NodeId]) -> Mapping[merkle.NodeId, bytes]:
        found = {}
        for node in wanted:
            tile = tile_holding(node, size=size)
            found[node] = node_in_tile(node, hashes=parse_tile(stored[tile.path], width=tile.width))
        return found

    assert fetch(list(held)) == held
    assert merkle.root(size, fetch=fetch) == edge.root
    with pytest.raises(ValueError, match="no complete subtree"):
        tile_holding((3, 75), size=size)


def test_bundles_read_back_and_cut_ones_do_not() -> None:
    entries = (b"", b"one", b"x" * 300)
    data = bundle_bytes(entries)
    assert parse_bundle(data, width=3) == entries
    for bad in (data[:-1], data + b"\x00", data[:1], b""):
        with pytest.raises(MalformedError):
            parse_bundle(bad, width=3)
    with pytest.raises(MalformedError):
        parse_bundle(data, width=2)
    with pytest.raises(MalformedError):
        parse_tile(b"x" * 33, width=1)
