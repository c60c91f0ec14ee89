"""The libraries behind addresses and accounts: PyCryptodome, base58 and, for IBANs, stdnum."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from comity.kernel.errors import UnavailableError
from comity.tracing.addresses.ports import BITCOIN_LETTERS


class Libraries:
    """Fulfils ``Primitives``; nothing is loaded before it is needed."""

    def keccak256(self, data: bytes) -> bytes:
        """Return the Keccak-256 digest."""
        digest: bytes = _library("Crypto.Hash.keccak").new(digest_bits=256, data=data).digest()
        return digest

    def ripemd160(self, data: bytes) -> bytes:
        """Return the RIPEMD-160 digest."""
        digest: bytes = _library("Crypto.Hash.RIPEMD160").new(data).digest()
        return digest

    def is_on_curve(self, data: bytes) -> bool:
        """Tell whether 32 bytes are a point of Ed25519."""
        try:
            _library("Crypto.Signature.eddsa").import_public_key(data)
        except ValueError:
            return False
        return True

    def from_base58(self, text: str, *, letters: str = BITCOIN_LETTERS) -> bytes:
        """Return the bytes that a text of these letters stands for."""
        data: bytes = _library("base58").b58decode(text, alphabet=letters.encode())
        return data

    def to_base58(self, data: bytes, *, letters: str = BITCOIN_LETTERS) -> str:
        """Return the text of some bytes in these letters."""
        text: bytes = _library("base58").b58encode(data, alphabet=letters.encode())
        return text.decode()

    def is_iban(self, text: str) -> bool:
        """Tell whether capitals and digits are an IBAN of its country; this library is in the core."""
        valid: bool = import_module("stdnum.iban").is_valid(text)
        return valid


LIBRARIES = Libraries()
"""They hold nothing, so one is enough."""


@cache
def _library(name: str) -> Any:
    """Return a library; raise UnavailableError ``address.extra``."""
    try:
        return import_module(name)
    except ImportError as exc:
        needed = "pycryptodome" if name.startswith("Crypto") else name
        raise UnavailableError(
            "address.extra",
            f"addresses of this form need {needed}",
            hint="install it with: pip install 'comity[trace]'",
        ) from exc
