"""Any folder, sealed and opened, comes out byte for byte under its original names."""

import os
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.engines.restore import restore_originals
from comity.evidence.exhibits import is_component
from comity.evidence.opening import Expected
from comity.kernel.realms import Realm
from tests.packing import open_from, seal_to

NAMES = st.binary(min_size=1, max_size=12).filter(is_component)
EDGES = st.sampled_from([0, 1, 511, 512, 513, 65_535, 65_536, 65_537])
CONTENTS = st.binary(max_size=40) | EDGES.map(lambda size: b"e" * size)
TREES = st.dictionaries(st.tuples(NAMES, NAMES) | st.tuples(NAMES), CONTENTS, min_size=1, max_size=8)


def write(folder: bytes, tree: dict[tuple[bytes, ...], bytes]) -> dict[bytes, bytes]:
    """Write what can stand side by side, and return it by path."""
    written: dict[bytes, bytes] = {}
    for parts, content in sorted(tree.items(), key=lambda item: -len(item[0])):
        path = b"/".join(parts)
        target = Path(os.fsdecode(folder + b"/" + path))
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            written[path] = content
    return written


@settings(max_examples=40)
@given(TREES)
def test_any_folder_comes_back(tree: dict[tuple[bytes, ...], bytes]) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        written = write(os.fsencode(root / "in"), tree)
        sealed = seal_to(root / "sealed", root / "in")
        expected = Expected(realm=Realm.PRACTICE, bag_root=sealed.bag_root, piece_root=sealed.piece_root)
        opened = open_from(root / "sealed", root / "opened", expected=expected)
        restored = restore_originals(root / "opened", opened.exhibits, to=root / "original")
        front = os.fsencode(root / "original") + b"/"
        found = {
            item.path.removeprefix(b"in/"): Path(os.fsdecode(front + item.path)).read_bytes()
            for item in restored
        }
        assert found == written
