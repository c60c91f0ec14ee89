"""Real blocks, and tag packs as others read them."""

import bz2
import os
import shutil
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from comity.engines.tracing.primitives import LIBRARIES
from comity.kernel.clock import Instant
from comity.kernel.digests import sha256
from comity.tracing.blocks import parse_block, split_blocks
from comity.tracing.packs import pack_of, read_pack

CRYPTO = Path(os.environ.get("COMITY_SHARED", Path(__file__).parents[3] / "shared")) / "data" / "crypto"
pytestmark = pytest.mark.skipif(not CRYPTO.is_dir(), reason="no shared data on crypto-assets here")
BLOCKS = CRYPTO / "btcd/blockchain/testdata"
SUBSIDY = 25 * 10**8


def blocks(path):
    data = bz2.decompress(path.read_bytes())
    return [parse_block(raw, network=network, primitives=LIBRARIES) for network, raw in split_blocks(data)]


def number(data, at):
    """Read a variable number as btcd writes it, and where the next begins."""
    value = 0
    while True:
        value = value << 7 | data[at] & 0x7F
        at += 1
        if not data[at - 1] & 0x80:
            return value, at
        value += 1


def amount(packed):
    if packed == 0:
        return 0
    exponent, rest = (packed - 1) % 10, (packed - 1) // 10
    if exponent == 9:
        return (rest + 1) * 10**9
    return (rest // 9 * 10 + rest % 9 + 1) * 10**exponent


def values():
    """Return the amounts of the outputs that the block spends, by transaction and number."""
    data, at, found = bz2.decompress((BLOCKS / "277647.utxostore.bz2").read_bytes()), 0, {}
    while at < len(data):
        tx, index, size = data[at : at + 32], data[at + 32 : at + 36], data[at + 36 : at + 40]
        entry = data[at + 40 : at + 40 + int.from_bytes(size, "little")]
        _, after = number(entry, 0)
        packed, _ = number(entry, after)
        found[tx[::-1].hex(), int.from_bytes(index, "little")] = amount(packed)
        at += 40 + len(entry)
    return found


def test_the_fees_of_a_real_block_balance():
    (block,) = blocks(BLOCKS / "277647.dat.bz2")
    assert block.id == "0000000000000000054a714e580b16c583701712ab91060e92dbde6eb1e052a8"
    assert (block.height, len(block.transactions)) == (277647, 213)
    spent = values()
    made = {(one.id, n): output.value for one in block.transactions for n, output in enumerate(one.outputs)}
    fees = 0
    for one in block.transactions[1:]:
        inputs = tuple(
            replace(given, output=replace(one.outputs[0], value={**made, **spent}[given.tx, given.index]))
            for given in one.inputs
        )
        fee = replace(one, inputs=inputs).fee()
        assert fee is not None and fee >= 0
        fees += fee
    assert sum(output.value for output in block.transactions[0].outputs) == SUBSIDY + fees


def test_real_blocks_hang_together():
    chain = blocks(CRYPTO / "btcd/database/testdata/blocks1-256.bz2")
    assert len(chain) == 255
    for one, other in pairwise(chain):
        assert other.previous == one.id
    headers = (CRYPTO / "btcd/netsync/testdata/blockheaders-mainnet-1-11.txt").read_text().split()
    known = {sha256(sha256(bytes.fromhex(line)))[::-1].hex() for line in headers if len(line) == 160}
    assert not known or {one.id for one in chain[:11]} <= known


def test_the_first_payment_is_followed(tmp_path):
    pytest.importorskip("duckdb")
    pytest.importorskip("numba")
    from comity.engines.tracing.ledger import LedgerFolder
    from comity.tracing.intake import take_in
    from comity.tracing.questions import Question
    from comity.tracing.taint import Method
    from comity.tracing.trails import follow

    path = tmp_path / "blocks.dat"
    path.write_bytes(bz2.decompress((CRYPTO / "btcd/database/testdata/blocks1-256.bz2").read_bytes()))
    folder = LedgerFolder(tmp_path / "trace")
    with folder.open("XAA/desk", "btc", make=True) as ledger:
        ledger.begin(network="bitcoin", asset="", model="outputs")
        genesis = parse_block(bytes.fromhex(_genesis()), network="bitcoin", primitives=LIBRARIES)
        ledger.place(genesis.id, previous="", height=genesis.height)
        take_in(
            folder, ledger, str(path), primitives=LIBRARIES, network="", asset="", at=Instant(1), officer="a"
        )
        question = Question(
            method=Method.FIFO, seeds=("0437cd7f8525ceed2324359c2d0ba26006d92d856a9c20fa0241106ee5a597c9",)
        )
        trail = follow(ledger, question)
        assert trail.created == 50 * 10**8
        assert sum(one.taint for one in trail.holdings) == 50 * 10**8
        assert len(trail.holdings) > 1  # block 170: 10 of the 50 coins went to Hal Finney
        assert 10 * 10**8 in {one.taint for one in trail.holdings}


def _genesis():
    import json

    rows = json.loads((CRYPTO / "bitcoin-core-vectors/checkblock_valid.json").read_text())
    return next(row[4] for row in rows if len(row) == 5 and row[0] == "Genesis block")


def test_a_pack_that_was_exported_passes_the_tool_of_graphsense(tmp_path):
    yaml = pytest.importorskip("yaml")
    beside = Path(__file__).parents[2] / ".judges/bin/tagpack-tool"
    tool = str(beside) if beside.exists() else shutil.which("tagpack-tool")
    if tool is None:
        pytest.skip("tagpack-tool is neither in .judges (tools/judges) nor on the PATH")
    from comity.engines.tracing.shelf import write_file, written

    tags = []
    for name in ("demo", "lazarus", "electrum_phishing", "interpol-real_services"):
        told = yaml.safe_load((CRYPTO / f"tagpacks/packs/{name}.yaml").read_text())
        tags += read_pack(told, primitives=LIBRARIES).tags
    odd = {"category": "not of the taxonomy", "concepts": ["mixing", "novel"], "is_cluster_definer": True}
    odd |= {"address": "0x" + "ab" * 20, "currency": "USDT", "network": "ARB", "tag_type": "actor"}
    head = {"title": "T", "creator": "C", "label": "L", "source": "S", "confidence": "forensic"}
    (tag,) = read_pack({**head, "tags": [odd]}, primitives=LIBRARIES).tags
    assert (tag.network, tag.concepts, tag.definer, tag.kind) == ("arbitrum", "mixing novel", "yes", "actor")
    tags.append(tag)
    write_file(str(tmp_path / "pack.yaml"), written(pack_of(tags, title="Ours", creator="Unit XAA")))
    done = subprocess.run(
        [tool, "tagpack", "validate", "pack.yaml"], cwd=tmp_path, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0 and "PASSED" in done.stdout, done.stdout[-2000:]
