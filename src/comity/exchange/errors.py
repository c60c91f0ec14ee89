"""Errors of the exchange: the families of the kernel with codes of their own."""

from comity.kernel.errors import DeniedError, UntrustedError


def not_for_you() -> DeniedError:
    """Return the one answer that everybody gets who is not entitled to another."""
    return DeniedError(
        "exchange.denied",
        "this call is not accepted",
        hint="compare the twelve words with the other side, and check clock, realm and addressee",
    )


def untrusted(code: str, message: str, *, where: str = "", hint: str = "") -> UntrustedError:
    """Return an UntrustedError of the identity or exchange rules."""
    return UntrustedError(code, message, where=where, hint=hint)
