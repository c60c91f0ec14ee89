"""One log of this node: appending, its head, signing, proving; all inside the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, NotFoundError, UntrustedError
from comity.kernel.signing import Signer
from comity.ledger.checkpoint import Checkpoint, cosigned_at, log_key, parse_checkpoint, sign_checkpoint
from comity.ledger.leaves import Leaf, StoredLeaf
from comity.ledger.merkle import NodeId, consistency, frontier, grow, inclusion, root
from comity.ledger.notes import NoteSignature, VerifierKey, parse_note
from comity.ledger.ports import LogStore
from comity.ledger.proofs import ConsistencyProof, InclusionProof, LoggedLeaf


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How many leaves a log has, and its root."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """A log by its origin, in one transaction. Cheap: make one where it is needed.

    Two appends that race are told apart by the store: one of them gets a ConflictError ``log.size``.
    """

    store: LogStore
    origin: str

    def append(self, leaves: Sequence[Leaf], *, at: Instant) -> int:
        """Append leaves and return the index of the first; durable when the transaction is.

        Raises:
            ConflictError: ``log.size`` when another transaction appended in between.
        """
        size = self.store.size(self.origin)
        edge = frontier(size, fetch=self._fetch)
        rows, _ = grow(edge, leaves=[leaf.hash for leaf in leaves])
        stored = [StoredLeaf(leaf=leaf, at=at) for leaf in leaves]
        self.store.append(self.origin, start=size, leaves=stored, nodes=rows)
        return size

    def head(self) -> Head:
        """Return size and root as they are now, signed or not."""
        size = self.store.size(self.origin)
        return Head(size=size, root=root(size, fetch=self._fetch))

    def sign_checkpoint(self, signer: Signer) -> bytes:
        """Return the signed checkpoint of the head, stored.

        The same head gives the same bytes, with the cosignatures gathered so far. The last signed
        head is recomputed first: a log never signs what does not continue it.

        Raises:
            ConflictError: ``log.lost_leaves``: fewer leaves than were signed before, as after a restore.
            UntrustedError: ``log.altered``: the leaves signed before are no longer the same.
        """
        now = self.head()
        last = self.store.checkpoint(self.origin)
        if last is not None:
            signed = parse_checkpoint(parse_note(last).text)
            self._require_prefix(signed, now)
            if signed.size == now.size and self._is_by(last, signer):
                return last
        head = Checkpoint(origin=self.origin, size=now.size, root=now.root)
        note = sign_checkpoint(head, signer=signer).encode()
        self.store.put_checkpoint(self.origin, now.size, note)
        return note

    def add_cosignature(self, line: NoteSignature, *, size: int, key: VerifierKey) -> bytes:
        """Add a witness's line to the stored checkpoint of that size and return the note.

        Raises:
            NotFoundError: ``log.checkpoint``: no head of that size was signed.
            UntrustedError: the line is not by the key, or does not hold.
        """
        held = self.store.checkpoint_at(self.origin, size)
        if held is None:
            raise NotFoundError("log.checkpoint", f"no signed head of size {size}")
        if (line.name, line.key_hash) != (key.name, key.hash):
            raise UntrustedError("note.unknown_key", f"the cosignature is not by {key.name}")
        note = parse_note(held).with_signature(line)
        cosigned_at(note, key=key)
        self.store.put_checkpoint(self.origin, size, note.encode())
        return note.encode()

    def prove_inclusion(self, index: int, *, size: int) -> InclusionProof:
        """Return the proof that leaf ``index`` is in the tree of the first ``size`` leaves.

        Raises:
            NotFoundError: ``log.leaf``: no such leaf in a tree of that size, or no such size yet.
        """
        if not 0 <= index < size or size > self.store.size(self.origin):
            raise NotFoundError("log.leaf", f"no leaf {index} in a tree of {size}")
        return InclusionProof(index=index, size=size, path=inclusion(index, size=size, fetch=self._fetch))

    def prove_consistency(self, old: int, *, new: int) -> ConsistencyProof:
        """Return the proof that the first ``old`` leaves are a prefix of the first ``new``.

        Raises:
            NotFoundError: ``log.size``: not ``0 < old <= new``, or the log is smaller than ``new``.
        """
        if not 0 < old <= new <= self.store.size(self.origin):
            raise NotFoundError("log.size", f"no consistency proof from size {old} to size {new}")
        return ConsistencyProof(old=old, new=new, path=consistency(old, new=new, fetch=self._fetch))

    def open_leaf(self, index: int, *, note: bytes) -> LoggedLeaf:
        """Return a leaf with its proof under one of this log's signed checkpoints.

        Raises:
            NotFoundError: ``log.leaf``: the leaf is not under that checkpoint.
        """
        size = parse_checkpoint(parse_note(note).text).size
        proof = self.prove_inclusion(index, size=size)
        return LoggedLeaf(leaf=self.store.leaf(self.origin, index).leaf, proof=proof, checkpoint=note)

    def _fetch(self, wanted: Sequence[NodeId]) -> Mapping[NodeId, bytes]:
        return self.store.nodes(self.origin, wanted)

    def _require_prefix(self, signed: Checkpoint, now: Head) -> None:
        if signed.size > now.size:
            raise ConflictError(
                "log.lost_leaves",
                f"the log has {now.size} leaves, and {signed.size} were signed before",
                hint="stop signing: the node was restored or cloned; look for the newer copy",
            )
        if root(signed.size, fetch=self._fetch) != signed.root:
            raise UntrustedError(
                "log.altered",
                f"the first {signed.size} leaves are not those that were signed before",
                hint="stop signing and run the audit of this log",
            )

    def _is_by(self, note: bytes, signer: Signer) -> bool:
        return bool(parse_note(note).lines_of(log_key(self.origin, public=signer.public)))
