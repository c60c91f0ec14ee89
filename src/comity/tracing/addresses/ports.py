"""What judging addresses and accounts needs from outside: digests, a curve, an encoding, forms of IBANs."""

from typing import Protocol

BITCOIN_LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
XRP_LETTERS = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"


class Primitives(Protocol):
    """Libraries behind addresses. Each raises UnavailableError ``address.extra`` where its own is missing."""

    def keccak256(self, data: bytes) -> bytes:
        """Return the Keccak-256 digest, as Ethereum and Monero use it."""
        ...

    def ripemd160(self, data: bytes) -> bytes:
        """Return the RIPEMD-160 digest."""
        ...

    def is_on_curve(self, data: bytes) -> bool:
        """Tell whether 32 bytes are a point of Ed25519, so that a key may belong to them. Basis: RFC 8032"""
        ...

    def from_base58(self, text: str, *, letters: str = BITCOIN_LETTERS) -> bytes:
        """Return the bytes that a text of these letters stands for."""
        ...

    def to_base58(self, data: bytes, *, letters: str = BITCOIN_LETTERS) -> str:
        """Return the text of some bytes in these letters."""
        ...

    def is_iban(self, text: str) -> bool:
        """Tell whether capitals and digits are an IBAN: check digits, and length and form of its country.

        Basis: ISO 13616
        """
        ...
