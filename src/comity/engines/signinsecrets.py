"""Hashes of sign-in codes: Argon2id with the parameters that wrap the keys.

Basis: RFC 9106
"""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_TIME_COST = 3
_MEMORY_KIB = 64 * 1024
_LANES = 4


class Argon2Secrets:
    """Fulfils the node's ``SecretHasher``: about as much work for a guess as for a passphrase of a key."""

    def __init__(self, *, time_cost: int = _TIME_COST, memory_kib: int = _MEMORY_KIB) -> None:
        self._hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=_LANES)

    def hashed(self, secret: bytes) -> bytes:
        """Return a salted hash of a secret, as text that names its parameters."""
        return self._hasher.hash(secret).encode("ascii")

    def holds(self, secret: bytes, kept: bytes) -> bool:
        """Tell whether a hash was made from the secret; never for a hash that does not read."""
        try:
            return self._hasher.verify(kept.decode("ascii"), secret)
        except (VerificationError, InvalidHashError):
            return False
