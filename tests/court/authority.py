"""A time-stamp authority of the tests: a root, a signer, and answers that state whatever time is asked."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as ax509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from comity.engines.stamps import TokenJudge
from comity.kernel.digests import sha256
from comity.kernel.errors import ComityError

_ADDED = {"type": "1.2.3.4", "values": [core.Integer(3)]}
ODD = {
    "": True,
    "a text": True,
    "no certificate": True,  # where the reader names it
    "nobody named": False,
    "another named": False,
    "old version": False,
    "another method": False,
    "something added": False,
}
"""Ways in which an answer may be odd, and whether it still is in the one exact form."""
FROM, UNTIL = datetime(2024, 1, 1, tzinfo=UTC), datetime(2044, 1, 1, tzinfo=UTC)


class Authority:
    """Its certificates are good from ``FROM`` to ``UNTIL``."""

    def __init__(self, name: str = "Authority") -> None:
        self._root_key, self._key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        root = _certificate(f"{name} root", self._root_key, f"{name} root", self._root_key, root=True)
        self._signer = _certificate(name, self._key, f"{name} root", self._root_key, root=False)
        self.root = root.public_bytes(serialization.Encoding.PEM)
        self.chain = self.root + self._signer.public_bytes(serialization.Encoding.PEM)

    def stamp(self, digest: bytes, at: int, *, status: str = "granted", odd: str = "") -> bytes:
        """Return an answer that states a time, in microseconds, for a digest; odd in a way of ``ODD``."""
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at // 1_000_000)
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": "1.2.3.4",
                "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
                "serial_number": at,
                "gen_time": moment,
            }
        ).dump()
        signer = ax509.Certificate.load(self._signer.public_bytes(serialization.Encoding.DER))
        identifier = tsp.SigningCertificateV2(
            {
                "certs": [{"cert_hash": bytes(32) if odd == "another named" else sha256(signer.dump())}]
            }  # the default algorithm of the digest is SHA-256
        )
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "message_digest", "values": [sha256(info)]},
                *[{"type": "signing_certificate_v2", "values": [identifier]}] * (odd != "nobody named"),
            ]
        )
        signature = self._key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
        content = cms.SignedData(
            {
                "version": "v1" if odd == "old version" else "v3",
                "digest_algorithms": [{"algorithm": "sha256"}],
                "encap_content_info": {
                    "content_type": "tst_info",
                    "content": core.ParsableOctetString(info).retag({"explicit": 0}),
                },
                "certificates": [] if odd == "no certificate" else [signer],
                "signer_infos": [
                    {
                        "version": "v1",
                        "sid": cms.IssuerAndSerialNumber(
                            {"issuer": signer.issuer, "serial_number": signer.serial_number}
                        ),
                        "digest_algorithm": {"algorithm": "sha256"},
                        "signed_attrs": attributes,
                        "signature_algorithm": algos.SignedDigestAlgorithm(
                            {"algorithm": "sha1_ecdsa" if odd == "another method" else "sha256_ecdsa"}
                        ),
                        "signature": signature,
                        **({"unsigned_attrs": [_ADDED]} if odd == "something added" else {}),
                    }
                ],
            }
        )
        answer = tsp.TimeStampResp(
            {
                "status": {"status": status, **({"status_string": ["é"]} if odd == "a text" else {})},
                "time_stamp_token": {"content_type": "signed_data", "content": content},
            }
        )
        made: bytes = answer.dump()
        return made


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    root: bool,
) -> x509.Certificate:
    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    made = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FROM)
        .not_valid_after(UNTIL)
        .add_extension(x509.BasicConstraints(ca=root, path_length=None), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if not root:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        made = made.add_extension(usage, critical=True)
    return made.sign(issuer_key, hashes.SHA256())


@cache
def authority(name: str) -> Authority:
    """Return an authority, the same one for each name."""
    return Authority(name)


@cache
def certificates(name: str) -> str:
    """Return the path of a file with its root certificate; of "NAME chain", with its own one too."""
    folder = tempfile.TemporaryDirectory()
    _KEPT.append(folder)
    path = Path(folder.name) / "authority.pem"
    path.write_bytes(_known(name))
    return str(path)


def _known(name: str) -> bytes:
    known = authority(name.removesuffix(" chain"))
    return known.chain if name.endswith(" chain") else known.root


_KEPT: list[tempfile.TemporaryDirectory[str]] = []


def judge_of(name: str) -> Callable[[bytes, bytes], bool]:
    """Return the product's judge of tokens under the certificate of an authority."""
    judge = TokenJudge(_known(name))

    def holds(token: bytes, digest: bytes) -> bool:
        try:
            judge.judge(token, digest)
        except ComityError:
            return False
        return True

    return holds
