from datetime import UTC, datetime
from io import BytesIO

import pytest

pytest.importorskip("pyhanko", reason="the extra letters is not installed")

from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from comity.engines.letters.pdf import pdf_of
from comity.engines.letters.signed import check_signed
from comity.kernel.digests import sha256
from comity.kernel.errors import MalformedError
from comity.requests.signed import SignedVerdict
from tests.unit.engines.letters.papers import DAY, letter, said


class Judge:
    """An authority with a key and a certificate of its own."""

    def __init__(self, name: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
            .add_extension(
                x509.KeyUsage(
                    digital_signature=True,
                    content_commitment=True,
                    key_encipherment=False,
                    data_encipherment=False,
                    key_agreement=False,
                    key_cert_sign=False,
                    crl_sign=False,
                    encipher_only=False,
                    decipher_only=False,
                ),
                critical=True,
            )
            .sign(self.key, hashes.SHA256())
        )

    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def sign(self, document: bytes) -> bytes:
        secret = self.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        signer = signers.SimpleSigner(
            signing_cert=asn1.Certificate.load(self.der()),
            signing_key=keys.PrivateKeyInfo.load(secret),
            cert_registry=SimpleCertificateStore(),
        )
        meta = signers.PdfSignatureMetadata(
            field_name="Judge", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256"
        )
        out = BytesIO()
        signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(document)), meta, signer=signer, output=out)
        return out.getvalue()


@pytest.fixture(scope="module")
def paper() -> bytes:
    pytest.importorskip("typst", reason="the extra letters is not installed")
    made = letter("preservation", "order")
    return pdf_of(made, said(made, "en"), on=DAY)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge("Judge of Port Alta")


@pytest.mark.parametrize("form", ["pem", "der"])
def test_a_signature_that_leads_to_a_trusted_certificate_is_trusted(paper, judge, form):
    signed = judge.sign(paper)
    found = check_signed(signed, trust=[getattr(judge, form)()])
    assert found.verdict is SignedVerdict.TRUSTED
    assert found.digest == sha256(signed).hex()
    (one,) = found.signatures
    assert "Judge of Port Alta" in one.signer
    assert one.at
    assert one.intact
    assert one.whole


def test_a_signature_of_somebody_else_is_unknown(paper, judge):
    signed = judge.sign(paper)
    assert check_signed(signed, trust=[]).verdict is SignedVerdict.UNKNOWN
    assert check_signed(signed, trust=[Judge("Somebody").pem()]).verdict is SignedVerdict.UNKNOWN


def test_one_changed_byte_breaks_it(paper, judge):
    signed = bytearray(judge.sign(paper))
    place = signed.index(b"/Title") + 12
    signed[place] ^= 1
    assert check_signed(bytes(signed), trust=[judge.pem()]).verdict is SignedVerdict.BROKEN


def test_what_is_added_after_a_signature_is_seen(paper, judge):
    from pyhanko.pdf_utils.generic import NameObject, TextStringObject, pdf_name

    writer = IncrementalPdfFileWriter(BytesIO(judge.sign(paper)))
    writer.root[pdf_name("/Lang")] = TextStringObject("fr")
    writer.root[pdf_name("/PageLayout")] = NameObject("/OneColumn")
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    assert check_signed(out.getvalue(), trust=[judge.pem()]).verdict is SignedVerdict.BROKEN


def test_a_document_without_signature_is_unsigned(paper):
    assert check_signed(paper, trust=[]).verdict is SignedVerdict.UNSIGNED


@pytest.mark.parametrize("data", [b"", b"no pdf", b"%PDF-1.7\n"])
def test_what_is_no_pdf_is_refused(data):
    with pytest.raises(MalformedError) as told:
        check_signed(data, trust=[])
    assert told.value.code == "signed.document"


@pytest.mark.parametrize(
    "data", [b"", b"nonsense", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_what_is_no_certificate_is_refused(paper, data):
    with pytest.raises(MalformedError) as told:
        check_signed(paper, trust=[data])
    assert told.value.code == "signed.certificate"
