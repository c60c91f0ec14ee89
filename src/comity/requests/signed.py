"""What the signatures show that an authority put on a document under its own law."""

from dataclasses import dataclass
from enum import StrEnum


class SignedVerdict(StrEnum):
    """What the signatures of a document are worth to whoever asked.

    Attributes:
        UNSIGNED: There is none.
        BROKEN: One does not hold, or the document was changed after it was signed.
        UNKNOWN: All hold, and one leads to no certificate that is trusted here.
        TRUSTED: All hold and lead to a certificate that is trusted here.
    """

    UNSIGNED = "unsigned"
    BROKEN = "broken"
    UNKNOWN = "unknown"
    TRUSTED = "trusted"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFound:
    """One signature.

    Attributes:
        signer: Subject of the certificate, as it says.
        at: When its maker says it was made, ISO 8601; empty where it does not say.
        intact: Whether it fits the bytes that it covers.
        whole: Whether nothing was added or changed after it, other than what it allows.
        trusted: Whether its certificate leads to one that is trusted here.
    """

    signer: str
    at: str
    intact: bool
    whole: bool
    trusted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedDocument:
    """A signed document.

    Attributes:
        digest: SHA-256 of its bytes in hex.
        signatures: Its signatures in the order in which they were made.
    """

    digest: str
    signatures: tuple[SignatureFound, ...]

    @property
    def verdict(self) -> SignedVerdict:
        """Return what the signatures are worth together. Basis: ETSI EN 319 102-1"""
        if not self.signatures:
            return SignedVerdict.UNSIGNED
        if not all(one.intact and one.whole for one in self.signatures):
            return SignedVerdict.BROKEN
        return SignedVerdict.TRUSTED if all(s.trusted for s in self.signatures) else SignedVerdict.UNKNOWN
