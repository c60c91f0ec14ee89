"""Every single alteration of the rows of a log is found."""

import pytest

from comity.kernel.clock import Instant
from comity.kernel.entropy import SeededEntropy
from comity.kernel.signing import Ed25519Signer
from comity.ledger.audit import audit_log, audit_store
from comity.ledger.checkpoint import Checkpoint, log_key, sign_checkpoint
from comity.ledger.leaves import Leaf, draw_leaf
from comity.ledger.merkle import NodeRow, every_node
from comity.ledger.service import Log
from comity.storage.memory.logs import MemoryLogStore

ORIGIN = "comity/practice/XAA/contact-point/national"
ENTROPY = SeededEntropy("audit")
SIGNER = Ed25519Signer.generate(ENTROPY)
KEYS = [log_key(ORIGIN, public=SIGNER.public)]


class Rows:
    """The rows of a log of eleven leaves with three signed heads."""

    def __init__(self) -> None:
        self.store = MemoryLogStore()
        log = Log(store=self.store, origin=ORIGIN)
        log.sign_checkpoint(SIGNER)
        for count in (5, 6):
            log.append(
                [draw_leaf("act", digest=ENTROPY.bytes(32), entropy=ENTROPY) for _ in range(count)],
                at=Instant(1),
            )
            log.sign_checkpoint(SIGNER)
        self.leaves = [item.leaf for item in self.store.leaves(ORIGIN, 0, 11)]
        held = self.store.nodes(ORIGIN, list(every_node(11)))
        self.nodes: list[NodeRow] = [(level, index, found) for (level, index), found in held.items()]
        self.checkpoints = list(self.store.checkpoints(ORIGIN))

    def codes(self) -> set[str]:
        found = audit_log(
            ORIGIN, leaves=self.leaves, nodes=self.nodes, checkpoints=self.checkpoints, keys=KEYS
        )
        return {finding.code for finding in found}


def test_a_sound_log_has_no_findings() -> None:
    rows = Rows()
    assert rows.codes() == set()
    assert audit_store(rows.store, origin=ORIGIN, keys=KEYS) == ()
    assert audit_store(MemoryLogStore(), origin=ORIGIN, keys=KEYS) == ()


@pytest.mark.parametrize("at", range(11))
def test_an_altered_leaf_is_found(at: int) -> None:
    rows = Rows()
    rows.leaves[at] = Leaf(tag="act", nonce=rows.leaves[at].nonce, digest=bytes(32))
    found = rows.codes()
    assert "log.node_wrong" in found
    assert "log.checkpoint_root" in found


def test_a_leaf_altered_together_with_all_its_nodes_contradicts_the_signed_head() -> None:
    rows = Rows()
    rows.leaves[10] = Leaf(tag="act", nonce=bytes(32), digest=bytes(32))
    other = MemoryLogStore()
    Log(store=other, origin=ORIGIN).append(rows.leaves, at=Instant(1))
    held = other.nodes(ORIGIN, list(every_node(11)))
    rows.nodes = [(level, index, found) for (level, index), found in held.items()]
    assert rows.codes() == {"log.checkpoint_root"}


def test_every_altered_missing_doubled_or_surplus_node_is_found() -> None:
    count = len(Rows().nodes)
    for at in range(count):
        rows = Rows()
        level, index, found = rows.nodes[at]
        rows.nodes[at] = (level, index, bytes(32))
        assert rows.codes() == {"log.node_wrong"}
        del rows.nodes[at]
        assert rows.codes() == {"log.node_missing"}
        rows.nodes += [(level, index, found)] * 2
        assert rows.codes() == {"log.node_twice"}
    rows = Rows()
    rows.nodes.append((0, 11, bytes(32)))
    rows.nodes.append((9, 0, bytes(32)))
    assert rows.codes() == {"log.node_surplus"}


def test_a_log_cut_short_is_found() -> None:
    rows = Rows()
    rows.leaves.pop()
    assert rows.codes() == {"log.checkpoint_ahead", "log.node_surplus"}


def test_every_flipped_bit_of_a_signed_head_is_found() -> None:
    rows = Rows()
    size, note = rows.checkpoints[-1]
    for at in range(8 * len(note)):
        changed = bytearray(note)
        changed[at // 8] ^= 1 << (at % 8)
        rows.checkpoints[-1] = (size, bytes(changed))
        assert rows.codes(), at


def test_heads_that_are_forged_foreign_or_misfiled_are_found() -> None:
    rows = Rows()
    stranger = Ed25519Signer.generate(SeededEntropy("stranger"))
    forged = sign_checkpoint(Checkpoint(origin=ORIGIN, size=5, root=bytes(32)), signer=stranger)
    rows.checkpoints.append((5, forged.encode()))
    assert rows.codes() == {"log.checkpoint_unsound"}
    rows.checkpoints[-1] = (6, rows.checkpoints[1][1])
    assert rows.codes() == {"log.checkpoint_misfiled"}
    ahead = sign_checkpoint(Checkpoint(origin=ORIGIN, size=12, root=bytes(32)), signer=SIGNER)
    rows.checkpoints[-1] = (12, ahead.encode())
    assert rows.codes() == {"log.checkpoint_ahead"}


def test_a_store_that_lost_a_node_is_audited_all_the_same() -> None:
    rows = Rows()
    del rows.store._nodes[ORIGIN][(1, 2)]
    found = audit_store(rows.store, origin=ORIGIN, keys=KEYS)
    assert [(item.code, item.parameters) for item in found] == [
        ("log.node_missing", {"level": 1, "index": 2})
    ]
