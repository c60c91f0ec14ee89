"""The TLS certificate that a node issues to itself; peers trust it because the signed directory lists it."""

import ipaddress
from dataclasses import dataclass, field
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from comity.kernel.clock import Instant, to_datetime
from comity.kernel.errors import MalformedError

LIFETIME = timedelta(days=5 * 365)
BACKDATED = timedelta(days=1)
MOST_HOST = 253


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsIdentity:
    """A certificate and its private key.

    Attributes:
        certificate_der: DER, as the Party entry publishes it.
        certificate_pem: The same, for the server's file.
        key_pem: PKCS #8, not encrypted; whoever stores it gives the file mode 0600.
    """

    certificate_der: bytes = field(repr=False)
    certificate_pem: bytes = field(repr=False)
    key_pem: bytes = field(repr=False)


def make_certificate(host: str, *, now: Instant) -> TlsIdentity:
    """Return a new ECDSA P-256 key and a certificate for a host name or address, valid for five years.

    It is no authority: it signs nothing but itself. It counts from the day before ``now``, as clocks of two
    States differ. The key comes from the operating system's generator.

    Raises:
        MalformedError: ``certificate.host``: the host is neither a name nor an address.

    Basis: RFC 5280; PROTOCOL rule 13
    """
    name = _subject_name(host)
    key = ec.generate_private_key(ec.SECP256R1())
    issued = to_datetime(now).replace(microsecond=0)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Comity node")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(issued - BACKDATED)
        .not_valid_after(issued + LIFETIME)
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_signs_handshakes(), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return TlsIdentity(
        certificate_der=certificate.public_bytes(Encoding.DER),
        certificate_pem=certificate.public_bytes(Encoding.PEM),
        key_pem=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )


def _signs_handshakes() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _subject_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        pass
    labels = host.split(".")
    if not 0 < len(host) <= MOST_HOST or not all(_is_label(label) for label in labels):
        raise MalformedError(
            "certificate.host",
            f"{host[:80]!r} is neither a host name nor an address",
            hint="name the host that peers call, such as node.example or 192.0.2.7",
        )
    return x509.DNSName(host)


def _is_label(label: str) -> bool:
    plain = label.replace("-", "a")
    return 0 < len(label) <= 63 and plain.isascii() and plain.isalnum() and label.strip("-") == label
