"""Signatures: Ed25519 with one verdict everywhere, over the DSSE pre-authentication encoding.

The rule for Ed25519 (stated in ``docs/spec/acts.md``, repeated in ``verify.py``): canonical ``A`` and
``R``, ``S < L``, small-order ``A`` and ``R`` refused before the library is called, and the
cofactorless equation, which is what OpenSSL computes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from comity.kernel.digests import b64, sha256, unb64
from comity.kernel.entropy import Entropy
from comity.kernel.errors import MalformedError, UntrustedError
from comity.kernel.ids import KeyId
from comity.kernel.ijson import dump_ijson

ALGORITHM = "ed25519"
SIGNATURE_SIZE = 64
MOST_SIGNATURES = 16

# A node meets a few keys over and over: those of its own offices and of its peers. Nothing secret is kept.
_KEYS_KEPT = 1024

_FIELD = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_SIGN_BIT = 1 << 255
# The y coordinates of the eight points whose order divides 8 (RFC 8032 section 5.1; both signs of x).
_SMALL_ORDER = frozenset(
    {
        0,
        1,
        _FIELD - 1,
        int.from_bytes(
            bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"
        ),
        int.from_bytes(
            bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
        ),
    }
)


class Signer(Protocol):
    """Holds one private key; a file, a device or a service behind one shape."""

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature of the message."""
        ...


class Ed25519Signer:
    """A signer over a private key in memory."""

    def __init__(self, private: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(private)
        self._public = self._key.public_key().public_bytes_raw()

    @classmethod
    def generate(cls, entropy: Entropy) -> "Ed25519Signer":
        """Return a signer over a new key drawn from the entropy port."""
        return cls(entropy.bytes(32))

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return self._public

    def private(self) -> bytes:
        """Return the 32 private bytes, for a key store to keep."""
        return self._key.private_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of the message."""
        return self._key.sign(message)


@lru_cache(maxsize=_KEYS_KEPT)
def key_id(public: bytes) -> KeyId:
    """Return the name of a public key: the SHA-256 of its raw bytes, in hexadecimal."""
    return KeyId(sha256(public).hex())


def is_sound_point(encoded: bytes) -> bool:
    """Tell whether 32 bytes are a canonical encoding that is not of small order (curve membership aside)."""
    y = int.from_bytes(encoded, "little") & (_SIGN_BIT - 1)
    return len(encoded) == 32 and y < _FIELD and y not in _SMALL_ORDER


def is_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether ``signature`` is a valid Ed25519 signature by the rule of this module.

    Basis: RFC 8032
    """
    key = _sound_key(public)
    if key is None or len(signature) != SIGNATURE_SIZE or not is_sound_point(signature[:32]):
        return False
    if int.from_bytes(signature[32:], "little") >= _ORDER:
        return False
    try:
        key.verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=_KEYS_KEPT)
def _sound_key(public: bytes) -> Ed25519PublicKey | None:
    """Return a public key that the rule takes, ready to verify with; None for any other bytes."""
    if not is_sound_point(public):
        return None
    try:
        return Ed25519PublicKey.from_public_bytes(public)
    except ValueError:
        return None


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return the DSSE pre-authentication encoding, the only bytes that are ever signed."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature and the name of the key it claims."""

    key_id: KeyId
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A DSSE envelope: payload bytes as they came, their type, and a side set of signatures."""

    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...] = ()
    _id: str = field(default="", init=False, repr=False, compare=False)
    _json: bytes = field(default=b"", init=False, repr=False, compare=False)
    _held: tuple[bytes, ...] = field(default=(), init=False, repr=False, compare=False)

    @property
    def pae(self) -> bytes:
        """The bytes that every signature covers."""
        return pae(self.payload_type, self.payload)

    @property
    def id(self) -> str:
        """SHA-256 of the pre-authentication encoding: derived, and computed once."""
        if not self._id:
            object.__setattr__(self, "_id", sha256(self.pae).hex())
        return self._id

    @property
    def json(self) -> bytes:
        """The DSSE JSON form as we write it: derived, and written once."""
        if not self._json:
            object.__setattr__(self, "_json", dump_ijson(envelope_value(self)))
        return self._json

    def signed_by(self, signer: Signer) -> "Envelope":
        """Return the envelope with one more signature, made now over the same bytes."""
        made = Signature(key_id=key_id(signer.public), signature=signer.sign(self.pae))
        return Envelope(
            payload_type=self.payload_type, payload=self.payload, signatures=(*self.signatures, made)
        )

    def is_signed_by(self, public: bytes) -> bool:
        """Tell whether a signature that names this key verifies under it; what held once is remembered."""
        if public in self._held:
            return True
        name = key_id(public)
        found = [s.signature for s in self.signatures if s.key_id == name]
        if not found:
            return False
        message = self.pae
        holds = any(is_signature(public, message, signature) for signature in found)
        if holds:
            object.__setattr__(self, "_held", (*self._held, public))
        return holds

    def require_signed_by(self, public: bytes, *, where: str = "") -> None:
        """Raise UntrustedError unless :meth:`is_signed_by`."""
        if not self.is_signed_by(public):
            raise UntrustedError(
                "signature.missing", f"no valid signature by key {key_id(public)[:16]}", where=where
            )


Claim = tuple[Envelope, bytes]
"""A statement, and a public key that may have signed it."""
Checker = Callable[[Sequence[Claim]], None]
"""Looks at many signatures ahead, several at once where it can, so that asking about each is quick."""


def check_when_asked(claims: Sequence[Claim]) -> None:
    """Look at nothing ahead."""


def envelope_value(envelope: Envelope) -> dict[str, Any]:
    """Return the DSSE JSON form: ``payloadType``, ``payload``, ``signatures`` of ``keyid`` and ``sig``."""
    return {
        "payloadType": envelope.payload_type,
        "payload": b64(envelope.payload),
        "signatures": [{"keyid": s.key_id, "sig": b64(s.signature)} for s in envelope.signatures],
    }


def parse_envelope(value: Any, *, where: str = "") -> Envelope:
    """Return the envelope in a parsed JSON value; raise MalformedError for any other shape."""
    match value:
        case {"payloadType": str(kind), "payload": str(payload), "signatures": list(found)} if (
            len(value) == 3
        ):
            if len(found) > MOST_SIGNATURES:
                raise MalformedError("envelope.signatures", "too many signatures", where=where)
            return Envelope(
                payload_type=kind,
                payload=unb64(payload, where=where),
                signatures=tuple(_parse_signature(item, where) for item in found),
            )
        case _:
            raise MalformedError("envelope.form", "not a DSSE envelope", where=where)


def _parse_signature(value: Any, where: str) -> Signature:
    match value:
        case {"keyid": str(name), "sig": str(sig)} if len(value) == 2:
            return Signature(key_id=KeyId(name), signature=unb64(sig, size=SIGNATURE_SIZE, where=where))
        case _:
            raise MalformedError("envelope.signature", "not a DSSE signature", where=where)
