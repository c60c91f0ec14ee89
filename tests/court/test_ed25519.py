"""One verdict on Ed25519 everywhere: Wycheproof and CCTV by the rule, in both verifiers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.kernel.entropy import SeededEntropy
from comity.kernel.signing import Ed25519Signer, is_signature
from tests.court.sample import verifier

# What the rule refuses beyond an equation that fails: https://c2sp.org/CCTV/ed25519 names these flags.
REFUSED = {"low_order_R", "low_order_A", "non_canonical_R", "non_canonical_A", "low_order_residue"}


def both(key: bytes, message: bytes, signature: bytes) -> bool:
    ours = is_signature(key, message, signature)
    assert verifier().is_signature(key, message, signature) is ours
    return ours


def test_wycheproof(shared: Path):
    groups = json.loads((shared / "data/sigs/wycheproof/ed25519_test.json").read_text())["testGroups"]
    judged = 0
    for group in groups:
        key = bytes.fromhex(group["publicKey"]["pk"])
        for test in group["tests"]:
            found = both(key, bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"]))
            assert found is (test["result"] == "valid"), test
            judged += 1
    assert judged >= 150


@pytest.mark.slow
def test_cctv(shared: Path):
    vectors = json.loads((shared / "data/sigs/cctv/ed25519vectors.json").read_text())
    taken = 0
    for vector in vectors:
        key, signature = bytes.fromhex(vector["key"]), bytes.fromhex(vector["sig"])
        found = both(key, vector["msg"].encode(), signature)
        assert found is (not set(vector["flags"] or ()) & REFUSED), vector
        taken += found
    assert len(vectors) > 900
    assert taken


def test_cctv_sample(shared: Path):
    vectors = json.loads((shared / "data/sigs/cctv/ed25519vectors.json").read_text())
    for vector in vectors[::17]:
        found = both(bytes.fromhex(vector["key"]), vector["msg"].encode(), bytes.fromhex(vector["sig"]))
        assert found is (not set(vector["flags"] or ()) & REFUSED), vector


def test_own_signatures_and_their_flips():
    signer = Ed25519Signer.generate(SeededEntropy("own"))
    message = b"DSSEv1 1 a 1 b"
    good = signer.sign(message)
    assert both(signer.public, message, good)
    assert not both(signer.public, message + b"x", good)
    for place in range(0, 64, 7):
        changed = bytearray(good)
        changed[place] ^= 1
        assert not both(signer.public, message, bytes(changed))
    for size in (0, 1, 32, 63, 65):
        assert not both(signer.public, message, (good + b"x")[:size])
        assert (
            not both((signer.public + b"x")[:size] if size < 33 else signer.public + b"x", message, good)
            or size == 32
        )


def test_s_not_reduced_is_refused():
    signer = Ed25519Signer.generate(SeededEntropy("malleable"))
    good = signer.sign(b"x")
    order = 2**252 + 27742317777372353535851937790883648493
    more = int.from_bytes(good[32:], "little") + order
    assert not both(signer.public, b"x", good[:32] + more.to_bytes(32, "little"))
