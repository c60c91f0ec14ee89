"""The vectors of docs/spec/ledger.md: what the code writes, and what a plain reading of the text gives."""

import base64
import hashlib
import json
import runpy
from pathlib import Path
from typing import Any

import pytest

from comity.ledger import wire
from comity.ledger.checkpoint import cosigned_at, open_checkpoint
from comity.ledger.notes import parse_note, parse_verifier_key

ROOT = Path(__file__).parents[2]
FILES = ROOT / "tests" / "vectors" / "ledger"


def read(name: str) -> Any:
    return json.loads((FILES / name).read_text())


def test_the_vectors_are_made_again_byte_for_byte() -> None:
    made = runpy.run_path(str(ROOT / "tools" / "vectors" / "ledger.py"))["vectors"]()
    assert {path.name: path.read_bytes() for path in FILES.glob("*.json")} == made


def test_leaf_hashes_by_the_text() -> None:
    for item in read("leaves.json"):
        entry = item["tag"].encode() + base64.b64decode(item["nonce"]) + bytes.fromhex(item["digest"])
        assert entry.hex() == item["entry"]
        assert hashlib.sha256(b"\x00" + entry).hexdigest() == item["hash"]


def plain_root(hashes: list[bytes]) -> bytes:
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256(b"").digest()
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + plain_root(hashes[:split]) + plain_root(hashes[split:])).digest()


def test_roots_by_the_text_and_proofs_under_them() -> None:
    tree = read("tree.json")
    hashes = [bytes.fromhex(item) for item in tree["leaf_hashes"]]
    roots = [bytes.fromhex(item) for item in tree["roots"]]
    assert [plain_root(hashes[:size]) for size in range(len(roots))] == roots
    for value in tree["inclusion"]:
        proof = wire.parse_inclusion(value)
        assert proof.holds(hashes[proof.index], root=roots[proof.size])
    for value in tree["consistency"]:
        step = wire.parse_consistency(value)
        assert step.holds(old_root=roots[step.old], new_root=roots[step.new])


@pytest.mark.parametrize("which", [0, 1, 2])
def test_checkpoints_open_under_the_keys_beside_them(which: int) -> None:
    item = read("checkpoints.json")[which]
    key = parse_verifier_key(item["log_vkey"])
    signed = open_checkpoint(item["signed"].encode(), key=key)
    cosigned = open_checkpoint(item["cosigned"].encode(), key=key)
    assert signed.checkpoint == cosigned.checkpoint
    witness = parse_verifier_key(item["witness_vkey"])
    assert cosigned_at(parse_note(item["cosigned"].encode()), key=witness) == item["cosigned_at"]
    wire.parse_logged_leaf(item["opened"]).require_under(cosigned.checkpoint)
