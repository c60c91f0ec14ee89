"""Checkpoints: the signed head of a log, and the timestamped cosignatures of its witnesses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from comity.kernel.clock import SECOND, Instant, require_instant
from comity.kernel.digests import b64, unb64
from comity.kernel.errors import MalformedError, UntrustedError
from comity.kernel.signing import SIGNATURE_SIZE, Signer, is_signature
from comity.ledger.merkle import EMPTY_ROOT, HASH_SIZE
from comity.ledger.notes import (
    Note,
    NoteSignature,
    SignatureKind,
    VerifierKey,
    parse_note,
    require_signed,
    sign_note,
)

LARGEST_SIZE = 2**53 - 1
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The head of a log: name, number of leaves, root, and lines that say no more about the tree.

    Attributes:
        origin: Name of the log.
        size: Number of leaves, at most 2^53 - 1.
        root: Root of the tree; of size 0 only the SHA-256 of nothing.
        extensions: Lines after the third; logs of this protocol write none.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not all(self._lines()) or any("\n" in line for line in self._lines()):
            raise MalformedError("checkpoint.line", "an origin or extension is one line that is not empty")
        if not 0 <= self.size <= LARGEST_SIZE:
            raise MalformedError("checkpoint.size", f"{self.size} is no size of a log")
        if len(self.root) != HASH_SIZE or (self.size == 0 and self.root != EMPTY_ROOT):
            raise MalformedError("checkpoint.root", "not the root of a tree of that size")

    def _lines(self) -> tuple[str, ...]:
        return (self.origin, *self.extensions)

    @property
    def text(self) -> str:
        """The note text.

        Basis: C2SP tlog-checkpoint
        """
        lines = (self.origin, str(self.size), b64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def parse_checkpoint(text: str, *, where: str = "") -> Checkpoint:
    """Return the checkpoint in the text of a note; raise MalformedError for any other text.

    Basis: C2SP tlog-checkpoint
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1]:
        raise MalformedError("checkpoint.form", "a checkpoint has at least three lines", where=where)
    origin, size, root, *extensions = lines[:-1]
    if not _SIZE.fullmatch(size):
        raise MalformedError("checkpoint.size", f"{size[:20]!r} is no size of a log", where=where)
    return Checkpoint(
        origin=origin,
        size=int(size),
        root=unb64(root, size=HASH_SIZE, where=where),
        extensions=tuple(extensions),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCheckpoint:
    """A checkpoint and the note it stands in, the signature of the log verified."""

    checkpoint: Checkpoint
    note: Note


def log_key(origin: str, *, public: bytes) -> VerifierKey:
    """Return the key that signs the heads of a log: its name is the origin."""
    return VerifierKey(name=origin, kind=SignatureKind.ED25519, public=public)


def witness_key(name: str, *, public: bytes) -> VerifierKey:
    """Return the key of a witness."""
    return VerifierKey(name=name, kind=SignatureKind.COSIGNATURE, public=public)


def sign_checkpoint(checkpoint: Checkpoint, *, signer: Signer) -> Note:
    """Return the note of a checkpoint, signed by its log."""
    line = sign_note(checkpoint.text, name=checkpoint.origin, signer=signer)
    return Note(text=checkpoint.text, signatures=(line,))


def open_checkpoint(data: bytes, *, key: VerifierKey, where: str = "") -> SignedCheckpoint:
    """Return the signed checkpoint in the bytes.

    Args:
        data: Untrusted bytes.
        key: The key that is trusted for the log; its name is the origin that is expected.
        where: What the bytes are, for the error.

    Raises:
        MalformedError: not a note, or its text is no checkpoint.
        UntrustedError: of another log, not signed by the key, or a signature by the key fails.

    Basis: C2SP tlog-checkpoint
    """
    note = parse_note(data, where=where)
    checkpoint = parse_checkpoint(note.text, where=where)
    if checkpoint.origin != key.name:
        raise UntrustedError(
            "checkpoint.origin", f"a head of {checkpoint.origin[:120]}, not of {key.name}", where=where
        )
    require_signed(note, key=key, where=where)
    return SignedCheckpoint(checkpoint=checkpoint, note=note)


def open_with_any(data: bytes, *, keys: Sequence[VerifierKey], where: str = "") -> SignedCheckpoint:
    """Return the signed checkpoint in the bytes, signed by one of the keys or more, and by none wrongly.

    Raises:
        MalformedError: not a note, or its text is no checkpoint.
        UntrustedError: as :func:`open_checkpoint`; ``note.unknown_key`` when no key is given.
    """
    if not keys:
        raise UntrustedError("note.unknown_key", "no key is trusted for this log", where=where)
    note = parse_note(data, where=where)
    claimed = [key for key in keys if note.lines_of(key)]
    opened = [open_checkpoint(data, key=key, where=where) for key in claimed or keys]
    return opened[0]


def cosign(note: Note, *, name: str, signer: Signer, at: Instant) -> NoteSignature:
    """Return the timestamped cosignature of a witness over the text of a checkpoint.

    The caller has persisted the head as the largest it has seen before anybody gets this line.

    Basis: C2SP tlog-cosignature
    """
    parse_checkpoint(note.text)
    seconds = at // SECOND
    key = witness_key(name, public=signer.public)
    made = signer.sign(_cosigned(note.text, seconds))
    return NoteSignature(name=name, key_hash=key.hash, signature=seconds.to_bytes(8, "big") + made)


def cosigned_at(note: Note, *, key: VerifierKey, where: str = "") -> Instant | None:
    """Return when the witness first co-signed the note, in whole seconds; None when it did not.

    Raises:
        UntrustedError: a line that claims to be by the witness does not hold.

    Basis: C2SP tlog-cosignature
    """
    if key.kind is not SignatureKind.COSIGNATURE:
        raise ValueError("a plain note key makes no cosignature")
    times: list[Instant] = []
    for line in note.lines_of(key):
        seconds = int.from_bytes(line.signature[:8], "big")
        message = _cosigned(note.text, seconds)
        made = line.signature[8:]
        if len(made) != SIGNATURE_SIZE or not is_signature(key.public, message, made):
            raise UntrustedError(
                "note.bad_cosignature", f"a cosignature by {key.name} does not hold", where=where
            )
        times.append(require_instant(seconds * SECOND, where=where))
    return min(times) if times else None


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()
