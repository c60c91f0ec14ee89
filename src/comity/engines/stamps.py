"""Time-stamp tokens: asked for with asn1crypto, judged by rfc3161-client, both of the extra ``stamps``."""

from datetime import UTC
from types import ModuleType

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from comity.kernel.clock import Instant, require_instant
from comity.kernel.errors import MalformedError, UnavailableError, UntrustedError
from comity.ledger.stamps import MOST_TOKEN
from comity.ledger.tokenform import signer_of

_EXPIRED = ("certificate has expired", "certificate is not yet valid")
_SIGNATURE = "signature failure"


class TokenJudge:
    """Asks one authority's questions and judges its answers.

    Args:
        certificates: PEM: the authority's root, with intermediates and its own certificate as far as tokens
            do not carry them.
    """

    def __init__(self, certificates: bytes) -> None:
        try:
            found = x509.load_pem_x509_certificates(certificates)
        except ValueError as exc:
            raise MalformedError(
                "stamp.certificates",
                "the certificates of the time-stamp authority do not read",
                hint="name a PEM file with its root certificate",
            ) from exc
        self._roots = [one for one in found if one.issuer == one.subject]
        self._stamping = [one for one in found if one.issuer != one.subject and _stamps(one)]
        self._between = [one for one in found if one.issuer != one.subject and not _stamps(one)]
        if not self._roots:
            raise MalformedError(
                "stamp.certificates", "no root certificate of the time-stamp authority is there"
            )

    def question(self, digest: bytes, nonce: int) -> bytes:
        """Return the request for a stamp of a SHA-256 digest, in DER.

        Basis: RFC 3161 section 2.4.1
        """
        _library()
        from asn1crypto import tsp

        request = tsp.TimeStampReq(
            {
                "version": "v1",
                "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
                "nonce": nonce,
                "cert_req": True,
            }
        )
        made: bytes = request.dump()
        return made

    def judge(self, token: bytes, digest: bytes, *, nonce: int | None = None) -> Instant:
        """Return the time that a token states for a digest.

        Steps: 1 it reads as an answer; 2 the authority granted it; 3 it is in the one exact form; 4 its
        signature and the certificates up to a root held at that time; 5 it answers this question; 6 it is
        over this digest.

        Raises:
            MalformedError: ``stamp.form``.
            UntrustedError: ``stamp.refused``, ``stamp.signature``, ``stamp.expired``, ``stamp.certificate``,
                ``stamp.nonce``, ``stamp.digest``.
            UnavailableError: ``stamp.extra``.

        Basis: RFC 3161 section 2.4.2
        """
        library = _library()
        if len(token) > MOST_TOKEN:
            raise _malformed()
        try:
            answer = library.decode_timestamp_response(token)
        except ValueError as exc:
            raise _malformed() from exc
        if answer.status != library.PKIStatus.GRANTED.value:
            raise UntrustedError("stamp.refused", "the authority did not grant the time stamp")
        try:
            stated = answer.tst_info
            imprint, time = stated.message_imprint, stated.gen_time
        except ValueError as exc:
            raise _malformed() from exc
        signer = signer_of(token, named=[one.public_bytes(Encoding.DER) for one in self._stamping])
        try:
            verifier = library.VerifierBuilder(
                roots=list(self._roots),
                intermediates=list(self._between),
                tsa_certificate=x509.load_der_x509_certificate(signer),
            ).build()
            verifier.verify(answer, imprint.message)
        except (library.VerificationError, ValueError) as exc:
            raise _reason(str(exc)) from exc
        if nonce is not None and stated.nonce != nonce:
            raise UntrustedError("stamp.nonce", "the token answers another question")
        if imprint.hash_algorithm.dotted_string != library.verify.SHA256_OID or imprint.message != digest:
            raise UntrustedError("stamp.digest", "the token is over something else")
        return require_instant(int(time.astimezone(UTC).timestamp()) * 1_000_000 + time.microsecond)


def _reason(text: str) -> UntrustedError:
    if any(word in text for word in _EXPIRED):
        return UntrustedError(
            "stamp.expired", "a certificate of the authority was not valid at the stated time"
        )
    if _SIGNATURE in text:
        return UntrustedError("stamp.signature", "the signature of the token does not hold")
    return UntrustedError(
        "stamp.certificate", "the token does not lead to a certificate of the authority that is trusted here"
    )


def _malformed() -> MalformedError:
    return MalformedError("stamp.form", "not an answer of a time-stamp authority")


def _stamps(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in usage


def _library() -> ModuleType:
    """Return the library; raise UnavailableError ``stamp.extra`` without it."""
    try:
        import asn1crypto  # noqa: F401
        import rfc3161_client
    except ImportError as exc:
        raise UnavailableError(
            "stamp.extra",
            "time stamps need the extra 'stamps'",
            hint="pip install 'comity[stamps]'",
        ) from exc
    return rfc3161_client
