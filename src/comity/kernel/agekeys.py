"""Keys of age files: what a file key is wrapped to, and what unwraps it, in the two suites that are spoken.

    age-x25519           recipients of 32 bytes, ``age1…``: every stock ``age`` opens the file
    age-mlkem768x25519   recipients of 1,216 bytes, ``age1pq1…``: ML-KEM-768 beside X25519, so that what is
                         recorded today stays closed to whoever builds a quantum computer later

A recipient is its bytes, and its length tells its suite. One file never has recipients of both: its
strength would be that of the weaker. X25519 ephemerals come from the entropy port; hybrid encapsulation
draws inside the library and takes no randomness from outside.

Basis: C2SP age v1, PROTOCOL rule 19
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from comity.kernel import ageheader
from comity.kernel.ageheader import Stanza
from comity.kernel.bech32 import encode_bech32, parse_bech32
from comity.kernel.entropy import Entropy
from comity.kernel.errors import MalformedError

CLASSICAL = "age-x25519"
HYBRID = "age-mlkem768x25519"
SUITES = (CLASSICAL, HYBRID)
KEY_SIZE = 32
HYBRID_SIZE = 1216
"""Bytes of a hybrid recipient: an ML-KEM-768 encapsulation key, then an X25519 public key."""

X25519_STANZA, HYBRID_STANZA = "X25519", "mlkem768x25519"
STOCK_COPY = "comity-stock-copy"
"""Kind of the stanza, without arguments and body, that marks a copy made for stock tools."""

_MOST_CLASSICAL = ageheader.MOST_STANZAS
_MOST_HYBRID = 40  # as many as a header of 64 KiB holds
_MLKEM_SIZE, _ENCAPSULATED, _BODY = 1184, 1120, 32
_ZERO_NONCE = bytes(12)
_X25519_INFO = b"age-encryption.org/v1/X25519"
_HYBRID_INFO = b"age-encryption.org/mlkem768x25519"
# A node seals to a few keys over and over: those of its peers. They are public.
_KEYS_KEPT = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """How a suite writes its recipients and identities."""

    recipient: str
    identity: str
    size: int


_FORMS = {
    CLASSICAL: _Form(recipient="age", identity="age-secret-key-", size=KEY_SIZE),
    HYBRID: _Form(recipient="age1pq", identity="age-secret-key-pq-", size=HYBRID_SIZE),
}


class Identity:
    """One private key that can open files; it never shows itself in ``repr``.

    Attributes:
        suite: One of ``SUITES``.
        public: The recipient that belongs to it.

    Basis: C2SP age v1
    """

    __slots__ = ("_hybrid", "_private", "_x25519", "public", "suite")

    def __init__(self, private: bytes, *, suite: str = CLASSICAL) -> None:
        if len(private) != KEY_SIZE:
            raise MalformedError("age.identity", f"an identity is 32 bytes, found {len(private)}")
        self.suite = suite
        self._private = private
        self._hybrid: MLKEM768X25519PrivateKey | None = None
        if suite == CLASSICAL:
            self._x25519 = X25519PrivateKey.from_private_bytes(private)
            self.public = self._x25519.public_key().public_bytes_raw()
            return
        drawn = hashlib.shake_256(private).digest(96)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(drawn[:64])
        self._x25519 = X25519PrivateKey.from_private_bytes(drawn[64:])
        self._hybrid = MLKEM768X25519PrivateKey(mlkem, self._x25519)
        self.public = mlkem.public_key().public_bytes_raw() + self._x25519.public_key().public_bytes_raw()

    @classmethod
    def generate(cls, entropy: Entropy, *, suite: str = CLASSICAL) -> "Identity":
        """Return a new identity drawn from the entropy port."""
        return cls(entropy.bytes(KEY_SIZE), suite=suite)

    def private(self) -> bytes:
        """Return the 32 private bytes, for a key store to keep."""
        return self._private

    @property
    def text(self) -> str:
        """The ``AGE-SECRET-KEY-1…`` or ``AGE-SECRET-KEY-PQ-1…`` line that age tools read; secret."""
        return encode_bech32(_FORMS[self.suite].identity, self._private).upper()

    def file_key(self, stanza: Stanza) -> bytes | None:
        """Return the file key that a stanza holds for this identity, or None where it holds none.

        Raises:
            MalformedError: ``age.header`` for a stanza of this identity's kind that is not well formed.
        """
        if self._hybrid is None:
            return _open_x25519(stanza, self._x25519, self.public) if stanza.kind == X25519_STANZA else None
        if stanza.kind != HYBRID_STANZA:
            return None
        return _open_hybrid(stanza, self._hybrid, self._x25519)


def suite_of(recipients: Sequence[bytes]) -> str:
    """Return the one suite of recipients that may share a file.

    Raises:
        MalformedError: ``age.recipients`` for none or too many, ``age.recipients_mixed`` for hybrid keys
            beside classical ones, ``age.recipient`` for a length that is of no suite.

    Basis: C2SP age v1
    """
    suites = {_suite_of(public) for public in recipients}
    if len(suites) > 1:
        raise MalformedError(
            "age.recipients_mixed",
            "hybrid recipients and classical ones do not share a file",
            hint="seal one file to the age1pq1… keys and another to the age1… keys",
        )
    suite = next(iter(suites), CLASSICAL)
    most = _MOST_HYBRID if suite == HYBRID else _MOST_CLASSICAL
    if not 1 <= len(recipients) <= most:
        raise MalformedError("age.recipients", f"a file has 1 to {most} recipients")
    return suite


def recipient_text(public: bytes) -> str:
    """Return the ``age1…`` or ``age1pq1…`` text of a recipient."""
    return encode_bech32(_FORMS[_suite_of(public)].recipient, public)


def parse_recipient(text: str, *, where: str = "") -> bytes:
    """Return the recipient of ``age1…`` or ``age1pq1…`` text; raise MalformedError for any other text."""
    prefix, public = parse_bech32(text, where=where)
    for form in _FORMS.values():
        if prefix == form.recipient and len(public) == form.size and text == text.lower():
            return public
    raise MalformedError(
        "age.recipient", "not an age recipient", hint="it begins with age1 or age1pq1", where=where
    )


def parse_identity(text: str, *, where: str = "") -> Identity:
    """Return the identity of one line of a key file; raise MalformedError for any other text."""
    prefix, private = parse_bech32(text, where=where)
    for suite, form in _FORMS.items():
        if prefix == form.identity and len(private) == KEY_SIZE and text == text.upper():
            return Identity(private, suite=suite)
    raise MalformedError(
        "age.identity",
        "not an age identity",
        hint="it begins with AGE-SECRET-KEY-1 or AGE-SECRET-KEY-PQ-1",
        where=where,
    )


def wrap(file_key: bytes, public: bytes, entropy: Entropy) -> Stanza:
    """Return the stanza that gives the file key to one recipient.

    Raises:
        MalformedError: ``age.recipient`` for bytes that are no usable key.

    Basis: C2SP age v1, RFC 9180
    """
    if _suite_of(public) == HYBRID:
        sealed = _hybrid_suite().encrypt(file_key, _hybrid_public(public), _HYBRID_INFO)
        share, body = sealed[:_ENCAPSULATED], sealed[_ENCAPSULATED:]
        return Stanza(kind=HYBRID_STANZA, arguments=(ageheader.bare_b64(share),), body=body)
    ephemeral = X25519PrivateKey.from_private_bytes(entropy.bytes(KEY_SIZE))
    share = ephemeral.public_key().public_bytes_raw()
    try:
        shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError as exc:
        raise MalformedError("age.recipient", "the recipient is not a usable X25519 public key") from exc
    key = ageheader.derive(shared, salt=share + public, info=_X25519_INFO)
    body = ChaCha20Poly1305(key).encrypt(_ZERO_NONCE, file_key, None)
    return Stanza(kind=X25519_STANZA, arguments=(ageheader.bare_b64(share),), body=body)


def is_usable(public: bytes) -> bool:
    """Tell whether bytes are a hybrid recipient that can be sealed to."""
    try:
        _hybrid_public(public)
    except MalformedError:
        return False
    return True


def _suite_of(public: bytes) -> str:
    for suite, form in _FORMS.items():
        if len(public) == form.size:
            return suite
    raise MalformedError("age.recipient", f"a recipient of {len(public)} bytes is of no suite")


@lru_cache(maxsize=1)
def _hybrid_suite() -> Suite:
    return Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


@lru_cache(maxsize=_KEYS_KEPT)
def _hybrid_public(public: bytes) -> MLKEM768X25519PublicKey:
    try:
        mlkem = MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_SIZE])
        x25519 = X25519PublicKey.from_public_bytes(public[_MLKEM_SIZE:])
        return MLKEM768X25519PublicKey(mlkem, x25519)
    except ValueError as exc:
        raise MalformedError("age.recipient", "the recipient is not a usable hybrid public key") from exc


def _share(stanza: Stanza, size: int) -> bytes:
    """Return the one argument of a stanza; raise MalformedError unless it and the body have their sizes."""
    if len(stanza.arguments) != 1 or len(stanza.body) != _BODY:
        raise ageheader.malformed(f"a stanza {stanza.kind} has one share and 32 bytes of body")
    share = ageheader.parse_bare_b64(stanza.arguments[0].encode("ascii"))
    if len(share) != size:
        raise ageheader.malformed(f"the share of a stanza {stanza.kind} is {size} bytes")
    return share


def _open_x25519(stanza: Stanza, key: X25519PrivateKey, public: bytes) -> bytes | None:
    share = _share(stanza, KEY_SIZE)
    shared = _exchanged(key, share)
    wrapping = ageheader.derive(shared, salt=share + public, info=_X25519_INFO)
    try:
        return ChaCha20Poly1305(wrapping).decrypt(_ZERO_NONCE, stanza.body, None)
    except InvalidTag:
        return None


def _open_hybrid(stanza: Stanza, key: MLKEM768X25519PrivateKey, x25519: X25519PrivateKey) -> bytes | None:
    share = _share(stanza, _ENCAPSULATED)
    try:
        return _hybrid_suite().decrypt(share + stanza.body, key, _HYBRID_INFO)
    except InvalidTag:
        _exchanged(x25519, share[-KEY_SIZE:])  # a share of low order is told from one for somebody else
        return None


def _exchanged(key: X25519PrivateKey, share: bytes) -> bytes:
    try:
        return key.exchange(X25519PublicKey.from_public_bytes(share))
    except ValueError as exc:
        raise ageheader.malformed("an X25519 share of low order") from exc
