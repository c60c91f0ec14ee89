"""The one exact form of a time-stamp token: what no signature covers has no other way to be written.

A library that judges a token passes over what it does not need, and each passes over something else. A token
in this form leaves none of them a choice, so that all hear the same of the same bytes.

Basis: RFC 3161 section 2.4, RFC 5652 section 5
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from comity.kernel.errors import MalformedError
from comity.ledger.der import (
    INTEGER,
    NULL,
    OCTETS,
    OID,
    SEQUENCE,
    SET,
    TAGGED,
    TEXT,
    first_values,
    only_values,
    require_der,
    values,
)

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_TST_INFO = bytes.fromhex("2a864886f70d0109100104")
_RSA = bytes.fromhex("2a864886f70d010101")
_CERTIFICATE, _CERTIFICATE_V2 = (
    bytes.fromhex(oid) for oid in ("2a864886f70d010910020c", "2a864886f70d010910022f")
)
_SHA_1, _SHA_256 = "sha1", "sha256"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Method:
    """A digest by its name, and how signatures over it may be named."""

    name: str
    signatures: tuple[bytes, ...]


_METHODS: Mapping[bytes, _Method] = {
    bytes.fromhex(f"6086480165030402{last:02x}"): _Method(
        name=name,
        signatures=(
            _RSA,
            bytes.fromhex(f"2a864886f70d0101{rsa:02x}"),
            bytes.fromhex(f"2a8648ce3d0403{ecdsa:02x}"),
        ),
    )
    for name, last, rsa, ecdsa in ((_SHA_256, 1, 11, 2), ("sha384", 2, 12, 3), ("sha512", 3, 13, 4))
}
"""By number of the digest: NIST, PKCS #1 and ANSI X9.62 in this order of their last arcs."""


def signer_of(answer: bytes, *, named: Iterable[bytes] = ()) -> bytes:
    """Return the certificate, in DER, of who signed an answer in the one exact form.

    Whether that signature holds, and who trusts that certificate, is judged elsewhere.

    Args:
        answer: The whole answer of an authority.
        named: Certificates in DER that may be the signer's, where the token carries none.

    Raises:
        MalformedError: ``stamp.form``.

    Basis: RFC 3161 section 2.4.2, RFC 5652 section 5
    """
    try:
        require_der(answer)
        carried, signer = _signer(answer)
        version, name, by, attributes, how, _ = only_values(
            signer, INTEGER, SEQUENCE, SEQUENCE, TAGGED, SEQUENCE, OCTETS
        )
        mine = next((one for one in carried or named if _name_of(one) == name), None)
        method = _METHODS[_algorithm(by)]
        if version != b"\1" or mine is None or _algorithm(how) not in method.signatures:
            raise _malformed()
        _require_named(mine, attributes)
    except (MalformedError, KeyError, UnicodeDecodeError) as exc:
        raise _malformed() from exc
    return mine


def _signer(answer: bytes) -> tuple[tuple[bytes, ...], bytes]:
    """Return the certificates that an answer carries, and what it says of its only signer."""
    (whole,) = only_values(answer, SEQUENCE)
    status, token = only_values(whole, SEQUENCE, SEQUENCE)
    number, *texts = (one.content for one in values(status))
    told = only_values(status, INTEGER, SEQUENCE)[1:] if texts else ()
    for text in told:
        for one in values(text):
            only_values(one.whole, TEXT)[0].decode("utf-8")
    kind, inner = only_values(token, OID, TAGGED)
    (signed,) = only_values(inner, SEQUENCE)
    middle = (TAGGED,) if len(values(signed)) > 4 else ()
    version, digests, content, *carried, signers = only_values(signed, INTEGER, SET, SEQUENCE, *middle, SET)
    (digest,) = only_values(digests, SEQUENCE)
    about, wrapped = only_values(content, OID, TAGGED)
    (info,) = only_values(wrapped, OCTETS)
    require_der(info)
    (signer,) = only_values(signers, SEQUENCE)
    if (number, version, kind, about) != (b"\0", b"\3", _SIGNED_DATA, _TST_INFO):
        raise _malformed()
    if _algorithm(digest) != _algorithm(first_values(signer, INTEGER, SEQUENCE, SEQUENCE)[2]):
        raise _malformed()
    return tuple(one.whole for one in values(b"".join(carried))), signer


def _algorithm(content: bytes) -> bytes:
    """Return the number of an algorithm, whose parameters are absent or NULL."""
    number = first_values(content, OID)[0]
    if len(values(content)) > 1:
        only_values(content, OID, NULL)
    return number


def _name_of(certificate: bytes) -> bytes:
    """Return issuer and serial number of a certificate, as a signer is named by them."""
    (whole,) = only_values(certificate, SEQUENCE)
    (said, *_) = first_values(whole, SEQUENCE)
    first_values(said, TAGGED, INTEGER, SEQUENCE, SEQUENCE)
    _, number, _, issuer, *_ = values(said)
    return issuer.whole + number.whole


def _require_named(certificate: bytes, attributes: bytes) -> None:
    """Require that what is signed names the signer's certificate by its digest.

    Basis: RFC 5035 section 3, RFC 2634 section 5.4
    """
    kinds: dict[bytes, bytes] = {}
    for one in values(attributes):
        kind, held = only_values(one.content, OID, SET)
        if kinds.setdefault(kind, held) is not held:
            raise _malformed()
    names = {kind: kinds[kind] for kind in (_CERTIFICATE, _CERTIFICATE_V2) if kind in kinds}
    for kind, held in names.items():
        (listed,) = only_values(held, SEQUENCE)
        first = values(first_values(first_values(listed, SEQUENCE)[0], SEQUENCE)[0])
        digest = _SHA_1 if kind == _CERTIFICATE else _SHA_256
        if kind == _CERTIFICATE_V2 and first and first[0].tag == SEQUENCE:
            digest, first = _METHODS[_algorithm(first[0].content)].name, first[1:]
        told = first[0] if first else None
        if told is None or told.tag != OCTETS or told.content != hashlib.new(digest, certificate).digest():
            raise _malformed()
    if not names:
        raise _malformed()


def _malformed() -> MalformedError:
    return MalformedError("stamp.form", "not in the one form of a time-stamp token")
