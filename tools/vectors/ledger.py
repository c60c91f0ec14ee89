"""Write the test vectors of docs/spec/ledger.md.

Run from the root of the repository: ``python tools/vectors/ledger.py``. The vectors depend on nothing but the
seeds below; ``tests/vectors/test_ledger.py`` makes them again and compares every byte.
"""

import json
from pathlib import Path
from typing import Any

from comity.kernel.clock import SECOND, Instant
from comity.kernel.digests import b64
from comity.kernel.entropy import SeededEntropy
from comity.kernel.ids import AuthorityId, Fingerprint
from comity.kernel.realms import Realm
from comity.kernel.signing import Ed25519Signer
from comity.ledger import wire
from comity.ledger.checkpoint import cosign, log_key, witness_key
from comity.ledger.leaves import Leaf, draw_leaf
from comity.ledger.notes import parse_note
from comity.ledger.origins import national_log_origin, peer_log_origin, witness_name
from comity.ledger.service import Log
from comity.storage.memory.logs import MemoryLogStore

OUT = Path(__file__).parents[2] / "tests" / "vectors" / "ledger"
AT = Instant(1_790_000_000 * SECOND)
DESK = AuthorityId("XAA/contact-point")
PEER_ROOT = Fingerprint("0123456789abcdef" * 4)
SIZES = (1, 2, 3, 7, 8, 11)


def leaves() -> list[Leaf]:
    """Return eleven leaves."""
    entropy = SeededEntropy("ledger vectors: leaves")
    tags = ("act", "act.received", "case.read", "z" * 32)
    return [draw_leaf(tags[at % 4], digest=entropy.bytes(32), entropy=entropy) for at in range(11)]


def signers() -> tuple[Ed25519Signer, Ed25519Signer]:
    """Return the signer of the log and that of its witness."""
    entropy = SeededEntropy("ledger vectors: keys")
    return Ed25519Signer.generate(entropy), Ed25519Signer.generate(entropy)


def leaf_vectors() -> list[dict[str, Any]]:
    """Return leaves with their entries and hashes."""
    return [wire.leaf_value(leaf) | {"entry": leaf.entry.hex(), "hash": leaf.hash.hex()} for leaf in leaves()]


def tree_vectors() -> dict[str, Any]:
    """Return roots, all inclusion proofs and all consistency proofs of small trees."""
    log = Log(store=MemoryLogStore(), origin="tree")
    roots = [log.head().root.hex()]
    for leaf in leaves():
        log.append([leaf], at=AT)
        roots.append(log.head().root.hex())
    inclusion = [log.prove_inclusion(index, size=size) for size in SIZES for index in range(size)]
    consistency = [log.prove_consistency(old, new=new) for new in SIZES for old in range(1, new + 1)]
    return {
        "leaf_hashes": [leaf.hash.hex() for leaf in leaves()],
        "roots": roots,
        "inclusion": [wire.inclusion_value(proof) for proof in inclusion],
        "consistency": [wire.consistency_value(proof) for proof in consistency],
    }


def checkpoint_vectors() -> list[dict[str, Any]]:
    """Return signed checkpoints, their cosignatures, and an opened leaf under each."""
    signer, witness = signers()
    found: list[dict[str, Any]] = []
    for origin in (
        peer_log_origin(Realm.PRACTICE, authority=DESK, peer_root=PEER_ROOT),
        peer_log_origin(Realm.PRACTICE, authority=DESK, peer_root=PEER_ROOT, incarnation=2),
        national_log_origin(Realm.PRACTICE, authority=DESK),
    ):
        log = Log(store=MemoryLogStore(), origin=origin)
        log.append(leaves(), at=AT)
        note = log.sign_checkpoint(signer)
        name = witness_name(Realm.PRACTICE, authority=AuthorityId("XAB/contact-point"))
        key = witness_key(name, public=witness.public)
        line = cosign(parse_note(note), name=name, signer=witness, at=AT)
        cosigned = log.add_cosignature(line, size=11, key=key)
        found.append(
            {
                "origin": origin,
                "log_private": b64(signer.private()),
                "log_vkey": log_key(origin, public=signer.public).text,
                "witness_private": b64(witness.private()),
                "witness_vkey": key.text,
                "cosigned_at": AT,
                "signed": note.decode(),
                "cosigned": cosigned.decode(),
                "opened": wire.logged_leaf_value(log.open_leaf(6, note=cosigned)),
            }
        )
    return found


def vectors() -> dict[str, bytes]:
    """Return the content of every vector file by name."""
    made = {
        "leaves.json": leaf_vectors(),
        "tree.json": tree_vectors(),
        "checkpoints.json": checkpoint_vectors(),
    }
    return {
        name: (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()
        for name, value in made.items()
    }


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    for file, content in vectors().items():
        (OUT / file).write_bytes(content)
