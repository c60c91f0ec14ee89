"""Proofs as values: that a leaf is in a log, and that a log only grew."""

from dataclasses import dataclass

from comity.kernel.errors import MalformedError, UntrustedError
from comity.ledger.checkpoint import LARGEST_SIZE, Checkpoint
from comity.ledger.leaves import Leaf
from comity.ledger.merkle import HASH_SIZE, MOST_LEVELS, verify_consistency, verify_inclusion


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionProof:
    """The path from a leaf to a root.

    Attributes:
        index: Place of the leaf, from 0.
        size: Size of the tree whose root is meant.
        path: Hashes from the leaf upwards.
    """

    index: int
    size: int
    path: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.index < self.size <= LARGEST_SIZE:
            raise MalformedError("proof.index", f"no leaf {self.index} in a tree of {self.size}")
        _require_path(self.path, MOST_LEVELS)

    def holds(self, leaf_hash: bytes, *, root: bytes) -> bool:
        """Tell whether the leaf stands at the index under the root.

        Basis: RFC 9162 section 2.1.3.2
        """
        return verify_inclusion(leaf_hash, index=self.index, size=self.size, proof=self.path, root=root)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsistencyProof:
    """The proof that the tree of ``old`` leaves is a prefix of the tree of ``new`` leaves."""

    old: int
    new: int
    path: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if not 0 < self.old <= self.new <= LARGEST_SIZE:
            raise MalformedError(
                "proof.sizes", f"no consistency proof from size {self.old} to size {self.new}"
            )
        _require_path(self.path, MOST_LEVELS + 1)

    def holds(self, *, old_root: bytes, new_root: bytes) -> bool:
        """Tell whether the proof leads from the one root to the other.

        Basis: RFC 9162 section 2.1.4.2
        """
        return verify_consistency(
            self.old, new=self.new, proof=self.path, old_root=old_root, new_root=new_root
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedLeaf:
    """A leaf opened for somebody entitled, its path, and the signed checkpoint it leads to.

    Attributes:
        leaf: Tag, nonce and digest.
        proof: Path to the root of the checkpoint.
        checkpoint: Bytes of the signed note, with whatever cosignatures it has.
    """

    leaf: Leaf
    proof: InclusionProof
    checkpoint: bytes

    def require_under(self, checkpoint: Checkpoint, *, where: str = "") -> None:
        """Raise UntrustedError unless the leaf is under the root of a checkpoint that is already verified."""
        if self.proof.size != checkpoint.size:
            raise UntrustedError(
                "proof.size",
                f"the proof is for size {self.proof.size}, the checkpoint for {checkpoint.size}",
                where=where,
            )
        if not self.proof.holds(self.leaf.hash, root=checkpoint.root):
            raise UntrustedError(
                "proof.inclusion", "the leaf is not under the root of the checkpoint", where=where
            )


def _require_path(path: tuple[bytes, ...], most: int) -> None:
    if len(path) > most or any(len(item) != HASH_SIZE for item in path):
        raise MalformedError("proof.path", f"a path is at most {most} hashes of {HASH_SIZE} bytes")
