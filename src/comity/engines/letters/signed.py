"""Signatures in a PDF (PAdES), judged by pyHanko against certificates that the caller trusts.

Nothing is fetched: revocation is judged by what lies inside the document, and the current moment is the
time of judgement unless the signature carries a time-stamp that is trusted.
"""

import logging
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from comity.kernel.digests import sha256
from comity.kernel.errors import MalformedError, UnavailableError
from comity.requests.signed import SignatureFound, SignedDocument


def check_signed(data: bytes, *, trust: Sequence[bytes]) -> SignedDocument:
    """Return what the signatures of a PDF show.

    Args:
        data: The PDF.
        trust: Certificates that are trusted as they stand, PEM or DER.

    Raises:
        MalformedError: ``signed.document`` for what is no PDF, ``signed.certificate`` for what is none.
        UnavailableError: ``letters.extra`` without pyHanko.

    Basis: ETSI EN 319 142-1
    """
    _require_extra()
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko_certvalidator import ValidationContext

    roots = [_certificate(one) for one in trust]
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        signatures = PdfFileReader(BytesIO(data)).embedded_regular_signatures
        found = [
            _judged(one, ValidationContext(trust_roots=roots, allow_fetching=False)) for one in signatures
        ]
    except (PdfError, ValueError) as exc:
        raise MalformedError("signed.document", "the file cannot be read as a PDF with signatures") from exc
    return SignedDocument(digest=sha256(data).hex(), signatures=tuple(found))


def _judged(one: Any, context: Any) -> SignatureFound:
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.settings import KeyUsageConstraints

    usage = KeyUsageConstraints(
        key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False
    )
    signer = one.signer_cert.subject.human_friendly if one.signer_cert is not None else ""
    try:
        status = validate_pdf_signature(one, context, ts_validation_context=context, key_usage_settings=usage)
    except (SignatureValidationError, SigningError):
        return SignatureFound(signer=signer, at="", intact=False, whole=False, trusted=False)
    at = status.signer_reported_dt
    level = status.modification_level
    return SignatureFound(
        signer=signer,
        at=at.isoformat() if at is not None else "",
        intact=status.intact and status.valid,
        whole=level is not None and level is not ModificationLevel.OTHER and bool(status.docmdp_ok),
        trusted=status.trusted,
    )


def _certificate(data: bytes) -> Any:
    from asn1crypto import pem, x509

    try:
        der = pem.unarmor(data)[2] if pem.detect(data) else data
        made = x509.Certificate.load(der)
        made.native  # noqa: B018  parses all of it, so that a fault shows here
    except (ValueError, TypeError) as exc:
        raise MalformedError(
            "signed.certificate", "a trusted certificate is neither PEM nor DER", hint="give one per file"
        ) from exc
    return made


def _require_extra() -> None:
    try:
        import pyhanko.sign.validation  # noqa: F401  only whether it is there
    except ImportError as exc:
        raise UnavailableError(
            "letters.extra",
            "checking signed documents needs the extra letters, which is not installed",
            hint="pip install 'comity[letters]'",
        ) from exc
