"""Signed notes: text with signature lines, byte for byte as they came.

The parser takes exactly one spelling of a note, so encoding a parsed note gives the same bytes back.
"""

import re
from dataclasses import dataclass
from enum import IntEnum

from comity.kernel.digests import b64, sha256, unb64
from comity.kernel.errors import MalformedError, UntrustedError
from comity.kernel.signing import Signer, is_signature, is_sound_point

MOST_NOTE_BYTES = 128 * 1024
MOST_NOTE_SIGNATURES = 16
_DASH = "\N{EM DASH} "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_KEY_HASH = re.compile(r"[0-9a-f]{8}", re.ASCII)
_NAME = re.compile(r"[^\s+\x00-\x20]+")


class SignatureKind(IntEnum):
    """The signature types of this protocol.

    Basis: C2SP signed-note
    """

    ED25519 = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """A public key with the name and the kind of signature it is trusted for.

    Attributes:
        name: Key name; no space, no plus sign.
        kind: What its signatures are.
        public: 32 bytes of an Ed25519 key that is not of small order.
    """

    name: str
    kind: SignatureKind
    public: bytes

    def __post_init__(self) -> None:
        _require_name(self.name)
        if not is_sound_point(self.public):
            raise MalformedError("vkey.key", "not the 32 bytes of a sound Ed25519 public key")

    @property
    def hash(self) -> bytes:
        """The four bytes that, with the name, say which key a signature line is by."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public)[:4]

    @property
    def text(self) -> str:
        """The text form, ``name+hash+base64``.

        Basis: C2SP signed-note
        """
        return f"{self.name}+{self.hash.hex()}+{b64(bytes([self.kind]) + self.public)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSignature:
    """One signature line: key name, four bytes of key hash, and the signature."""

    name: str
    key_hash: bytes
    signature: bytes

    def __post_init__(self) -> None:
        _require_name(self.name)
        if len(self.key_hash) != 4 or not self.signature:
            raise MalformedError("note.signature", "a signature has four bytes of key hash in front")

    @property
    def line(self) -> str:
        """The line as it stands in a note, with its newline."""
        return f"{_DASH}{self.name} {b64(self.key_hash + self.signature)}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text that ends in a newline, and the signature lines under it."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def __post_init__(self) -> None:
        if not self.text.endswith("\n") or _CONTROL.search(self.text):
            raise MalformedError("note.text", "the text must end in a newline and hold no control characters")
        if not 1 <= len(self.signatures) <= MOST_NOTE_SIGNATURES:
            raise MalformedError("note.signatures", f"a note has 1 to {MOST_NOTE_SIGNATURES} signatures")

    def encode(self) -> bytes:
        """Return the bytes of the note."""
        return (self.text + "\n" + "".join(s.line for s in self.signatures)).encode()

    def with_signature(self, signature: NoteSignature) -> "Note":
        """Return the note with one more line; the same note when that very line is there already."""
        if signature in self.signatures:
            return self
        return Note(text=self.text, signatures=(*self.signatures, signature))

    def lines_of(self, key: VerifierKey) -> tuple[NoteSignature, ...]:
        """Return the lines that claim to be by the key: same name and same key hash."""
        return tuple(s for s in self.signatures if s.name == key.name and s.key_hash == key.hash)


def parse_note(data: bytes, *, where: str = "") -> Note:
    """Return the note in the bytes.

    Raises:
        MalformedError: with a code that begins with ``note.``.

    Basis: C2SP signed-note
    """
    if len(data) > MOST_NOTE_BYTES:
        raise MalformedError("note.size", f"a note has at most {MOST_NOTE_BYTES} bytes", where=where)
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise MalformedError("note.encoding", "the bytes are not UTF-8", where=where) from exc
    text, blank, block = whole.rpartition("\n\n")
    if not blank or not block.endswith("\n"):
        raise MalformedError(
            "note.form", "no blank line before signatures, or no newline at the end", where=where
        )
    lines = block.split("\n")[:-1]
    if len(lines) > MOST_NOTE_SIGNATURES:
        raise MalformedError(
            "note.signatures", f"a note has 1 to {MOST_NOTE_SIGNATURES} signatures", where=where
        )
    signatures = tuple(parse_signature_line(line + "\n", where=where) for line in lines)
    return Note(text=text + "\n", signatures=signatures)


def parse_signature_line(line: str, *, where: str = "") -> NoteSignature:
    """Return one signature line, newline included; raise MalformedError for anything else."""
    name, space, rest = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not rest.endswith("\n"):
        raise MalformedError("note.line", "not a signature line", where=where)
    blob = unb64(rest[:-1], where=where)
    return NoteSignature(name=name, key_hash=blob[:4], signature=blob[4:])


def parse_verifier_key(text: str, *, where: str = "") -> VerifierKey:
    """Return the key of a text form; raise MalformedError unless name, hash and key agree.

    Basis: C2SP signed-note
    """
    pieces = text.split("+", 2)
    if len(pieces) != 3 or not _KEY_HASH.fullmatch(pieces[1]):
        raise MalformedError("vkey.form", "not a verifier key", hint="write name+hash+base64", where=where)
    blob = unb64(pieces[2], where=where)
    if blob[:1] not in {bytes([kind]) for kind in SignatureKind}:
        raise MalformedError("vkey.kind", "not a kind of signature that this protocol uses", where=where)
    key = VerifierKey(name=pieces[0], kind=SignatureKind(blob[0]), public=blob[1:])
    if key.hash.hex() != pieces[1]:
        raise MalformedError("vkey.hash", f"the key hash is {key.hash.hex()}, not {pieces[1]}", where=where)
    return key


def sign_note(text: str, *, name: str, signer: Signer) -> NoteSignature:
    """Return a plain Ed25519 signature line over the text, newline at its end included.

    Basis: C2SP signed-note
    """
    key = VerifierKey(name=name, kind=SignatureKind.ED25519, public=signer.public)
    return NoteSignature(name=name, key_hash=key.hash, signature=signer.sign(text.encode()))


def require_signed(note: Note, *, key: VerifierKey, where: str = "") -> None:
    """Raise UntrustedError unless there is a plain signature by the key and none by it that fails.

    Basis: C2SP signed-note
    """
    if key.kind is not SignatureKind.ED25519:
        raise ValueError("a cosignature key signs no plain note")
    lines = note.lines_of(key)
    if not lines:
        raise UntrustedError("note.unsigned", f"no signature by {key.name} ({key.hash.hex()})", where=where)
    message = note.text.encode()
    if not all(is_signature(key.public, message, line.signature) for line in lines):
        raise UntrustedError("note.bad_signature", f"a signature by {key.name} does not hold", where=where)


def _require_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise MalformedError("note.name", f"{name[:40]!r} is not a key name", hint="no spaces, no plus sign")
