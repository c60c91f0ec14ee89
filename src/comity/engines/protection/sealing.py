"""Seals what the protection room stores: ChaCha20-Poly1305 under a key of the office, and keyed digests.

Basis: RFC 8439, RFC 2104
"""

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from comity.kernel.entropy import Entropy
from comity.kernel.errors import UntrustedError

KEY_SIZE = 32
_NONCE = 12


class KeyVault:
    """Fulfils ``Vault`` with one secret of 32 bytes.

    Args:
        secret: Kept by the office, sealed to its store key.
        entropy: Where nonces are drawn from.
    """

    def __init__(self, secret: bytes, *, entropy: Entropy) -> None:
        if len(secret) != KEY_SIZE:
            raise ValueError("a vault has a secret of 32 bytes")
        self._cipher = ChaCha20Poly1305(_derived(secret, b"seal"))
        self._blinding = _derived(secret, b"blind")
        self._entropy = entropy

    def seal(self, data: bytes, *, about: str) -> bytes:
        """Return data sealed, bound to what it is about."""
        nonce = self._entropy.bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, data, about.encode())

    def open(self, sealed: bytes, *, about: str) -> bytes:
        """Return what was sealed; raise UntrustedError ``protect.seal`` where it does not open."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], about.encode())
        except (InvalidTag, ValueError) as exc:
            raise UntrustedError(
                "protect.seal",
                "a sealed fingerprint does not open",
                hint="store and keys belong together: bring both back from one backup",
            ) from exc

    def blind(self, text: str) -> str:
        """Return a keyed digest of a text, 64 hexadecimal digits."""
        return hmac.new(self._blinding, text.encode(), hashlib.sha256).hexdigest()


def _derived(secret: bytes, use: bytes) -> bytes:
    return hmac.new(secret, b"comity protection " + use, hashlib.sha256).digest()
