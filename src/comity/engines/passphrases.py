"""A passphrase in a file as the guard of the node key: a credential that the system unseals at each start.

    passphrase:/run/credentials/comity.service/keys

Wrapped: salt (16 bytes), nonce (12), ciphertext and tag of ChaCha20-Poly1305 under Argon2id of it.
"""

from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from comity.engines.keyfiles import stretched
from comity.kernel.entropy import Entropy
from comity.kernel.errors import DeniedError, MalformedError, NotFoundError

SCHEME = "passphrase"
_BOUND = b"comity node key v1"
_SALT, _NONCE = 16, 12
_SHORTEST = 12


class PassphraseGuard:
    """The guard over a file whose first line is the passphrase.

    Args:
        address: ``passphrase:FILE``.
        folder: Of the node; a relative path is below it.
        entropy: Where salts and nonces are drawn from.
    """

    def __init__(self, address: str, *, folder: Path, entropy: Entropy) -> None:
        scheme, _, path = address.partition(":")
        if scheme != SCHEME or not path:
            raise MalformedError(
                "key.guard_address",
                "this is no address of a file with a passphrase",
                hint="write it as passphrase:/path/of/the/file",
            )
        self._path = folder / path
        self._entropy = entropy

    def wrap(self, secret: bytes) -> bytes:
        """Return the secret wrapped; a short passphrase is refused (``key.guard_weak``)."""
        passphrase = self._passphrase()
        if len(passphrase) < _SHORTEST:
            raise MalformedError(
                "key.guard_weak",
                f"a passphrase of fewer than {_SHORTEST} bytes guards nothing",
                hint="head -c 32 /dev/urandom | base64 makes a good one",
                where=str(self._path),
            )
        drawn = self._entropy.bytes(_SALT + _NONCE)
        key = stretched(passphrase, drawn[:_SALT])
        return drawn + ChaCha20Poly1305(key).encrypt(drawn[_SALT:], secret, _BOUND)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Return what was wrapped; raise DeniedError ``key.guard_refused`` for another passphrase."""
        salt, nonce = wrapped[:_SALT], wrapped[_SALT : _SALT + _NONCE]
        key = stretched(self._passphrase(), salt)
        try:
            return ChaCha20Poly1305(key).decrypt(nonce, wrapped[_SALT + _NONCE :], _BOUND)
        except InvalidTag as exc:
            raise DeniedError(
                "key.guard_refused",
                "the passphrase does not open the keys of this node",
                hint="put the right one into the file, and start again",
                where=str(self._path),
            ) from exc

    def _passphrase(self) -> bytes:
        try:
            return self._path.read_bytes().partition(b"\n")[0].rstrip(b"\r")
        except OSError as exc:
            raise NotFoundError(
                "key.guard_secret",
                "the file with the passphrase of the keys cannot be read",
                hint="write it on the first line, readable for the node's user only",
                where=str(self._path),
            ) from exc
