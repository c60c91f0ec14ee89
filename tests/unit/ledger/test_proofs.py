from typing import Any

import pytest

from comity.kernel.clock import Instant
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import MalformedError, UntrustedError
from comity.kernel.signing import Ed25519Signer
from comity.ledger import wire
from comity.ledger.checkpoint import log_key, open_checkpoint
from comity.ledger.leaves import draw_leaf
from comity.ledger.proofs import ConsistencyProof, InclusionProof
from comity.ledger.service import Log
from comity.storage.memory.logs import MemoryLogStore

ENTROPY = SeededEntropy("proofs")
SIGNER = Ed25519Signer.generate(ENTROPY)
ORIGIN = "comity/practice/XAA/contact-point/national"
LOG = Log(store=MemoryLogStore(), origin=ORIGIN)
LOG.append([draw_leaf("act", digest=bytes([at] * 32), entropy=ENTROPY) for at in range(11)], at=Instant(1))
NOTE = LOG.sign_checkpoint(SIGNER)
OPENED = LOG.open_leaf(6, note=NOTE)
HEAD = open_checkpoint(NOTE, key=log_key(ORIGIN, public=SIGNER.public)).checkpoint


def test_an_opened_leaf_stands_under_its_checkpoint() -> None:
    OPENED.require_under(HEAD)
    again = wire.parse_logged_leaf(wire.logged_leaf_value(OPENED))
    assert again == OPENED
    again.require_under(HEAD)


def test_a_leaf_under_another_checkpoint_is_untrusted() -> None:
    other = Log(store=MemoryLogStore(), origin=ORIGIN)
    other.append([draw_leaf("act", digest=bytes(32), entropy=ENTROPY) for _ in range(11)], at=Instant(1))
    note = other.sign_checkpoint(SIGNER)
    head = open_checkpoint(note, key=log_key(ORIGIN, public=SIGNER.public)).checkpoint
    with pytest.raises(UntrustedError) as caught:
        OPENED.require_under(head)
    assert caught.value.code == "proof.inclusion"
    other.append([draw_leaf("act", digest=bytes(32), entropy=ENTROPY)], at=Instant(2))
    larger = open_checkpoint(other.sign_checkpoint(SIGNER), key=log_key(ORIGIN, public=SIGNER.public))
    with pytest.raises(UntrustedError) as caught:
        OPENED.require_under(larger.checkpoint)
    assert caught.value.code == "proof.size"


def test_json_of_proofs_reads_back() -> None:
    proof = LOG.prove_consistency(5, new=11)
    assert wire.parse_consistency(wire.consistency_value(proof)) == proof
    assert wire.parse_inclusion(wire.inclusion_value(OPENED.proof)) == OPENED.proof


@pytest.mark.parametrize(
    "change",
    [
        {"index": True},
        {"index": -1},
        {"index": 11},
        {"index": "6"},
        {"size": 2**53},
        {"path": ["00"]},
        {"path": ["00" * 32] * 65},
        {"path": None},
        {"path": [7]},
        {"more": 1},
    ],
)
def test_other_json_is_no_inclusion_proof(change: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        wire.parse_inclusion(wire.inclusion_value(OPENED.proof) | change)


@pytest.mark.parametrize(
    "change", [{"old": 0}, {"old": 12}, {"old": True}, {"new": 1}, {"path": ["z" * 64]}, {"x": 1}]
)
def test_other_json_is_no_consistency_proof(change: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        wire.parse_consistency(wire.consistency_value(LOG.prove_consistency(5, new=11)) | change)


@pytest.mark.parametrize(
    "change", [{"checkpoint": "x"}, {"checkpoint": "\ud800"}, {"leaf": None}, {"proof": []}]
)
def test_other_json_is_no_opened_leaf(change: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        wire.parse_logged_leaf(wire.logged_leaf_value(OPENED) | change)


def test_nonsense_is_refused_at_birth() -> None:
    with pytest.raises(MalformedError):
        InclusionProof(index=0, size=0, path=())
    with pytest.raises(MalformedError):
        InclusionProof(index=0, size=1, path=(b"short",))
    with pytest.raises(MalformedError):
        ConsistencyProof(old=3, new=2, path=())
