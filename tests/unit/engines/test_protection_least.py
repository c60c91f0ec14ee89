"""No byte of an image is left: not on the disk of a node, not in the memory of the process that asked.

The picture is full of a marker, before and after decoding. The process that asks looks through its own memory
for the marker; so that it does not find its own question, it knows the marker only turned over, bit by bit.
"""

import hashlib
import struct
import subprocess
import sys
from pathlib import Path

import pytest

MARKER = hashlib.sha256(b"planted").digest()[:24]

ASKING = """
import sys
from pathlib import Path
from comity.bootstrap import toolbox
from comity.node.hashviews import About
from comity.protection.matching import Question
picture, node, turned = sys.argv[1], sys.argv[2], bytes.fromhex(sys.argv[3])
TABLE = bytes(255 - value for value in range(256))

def held():
    count = 0
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", buffering=0) as memory:
        for line in maps.read().splitlines():
            place, rights = line.split()[:2]
            start, end = (int(part, 16) for part in place.split("-"))
            if rights.startswith("rw") and "[v" not in line:
                memory.seek(start)
                for at in range(start, end, 1 << 24):
                    try:
                        count += memory.read(min(1 << 24, end - at)).translate(TABLE).count(turned)
                    except OSError:
                        break
    return count

box = toolbox()
(made,) = box.hash_files([picture])
assert made.prints.pdq and made.prints.quality == 100, made.note
box.init_node(node, party="XAA", name="A", practice=True, exchange_port=None, passphrase=None)
with box.open_node(node, unlock=lambda _: None) as desks:
    actor = desks.actor(None)
    line = f"pdq,md5\\n{made.prints.pdq.hex()},{made.prints.md5.hex()}".encode()
    desks.hashes.take_in(actor, name="known", data=line, about=About(source="x"))
    question = Question(name="asked", prints=made.prints, turned=made.turned)
    (answer,) = desks.hashes.match(actor, name="known", questions=[question])
    assert answer.matches
before = held()
kept = Path(picture).read_bytes()  # the control: once it is read, it is found
print(before, held(), len(kept))
"""


def picture():
    """A picture without compression, each of its rows the marker at another brightness of blocks."""
    width = height = 192
    rows = bytearray()
    for row in range(height):
        for column in range(width):
            light = 255 * ((row // 24 * 5 + column // 24 * 3 + (row // 24) * (column // 24)) % 7 > 2)
            rows += MARKER[column % 8 * 3 : column % 8 * 3 + 3] if row % 3 == 0 else bytes([light] * 3)
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(rows), 2835, 2835, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + len(rows), 0, 0, 54) + head + bytes(rows)


@pytest.mark.slow
def test_no_byte_of_an_image_is_left(tmp_path):
    seen, room, node = tmp_path / "seen.bmp", tmp_path / "tmp", tmp_path / "node"
    room.mkdir()
    seen.write_bytes(picture())
    turned = bytes(255 - value for value in MARKER).hex()
    src = Path(__file__).resolve().parents[3] / "src"
    ran = subprocess.run(
        [sys.executable, "-c", ASKING, str(seen), str(node), turned],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={"PYTHONPATH": str(src), "TMPDIR": str(room), "HOME": str(room), "LC_ALL": "C.UTF-8"},
        cwd=room,
    )
    assert ran.returncode == 0, ran.stderr
    before, control, _size = map(int, ran.stdout.split())
    assert control > 500, "the search finds what is there"
    assert before == 0
    assert MARKER not in (ran.stdout + ran.stderr).encode()
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path != seen]
    left = [path for path in kept if MARKER in path.read_bytes()]
    assert left == []
    assert [path for path in room.rglob("*") if path.is_file()] == []
