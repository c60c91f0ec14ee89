"""The self-issued certificate."""

import ipaddress
import ssl
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from comity.kernel.clock import Instant, to_datetime
from comity.kernel.errors import MalformedError
from comity.transport.certificate import make_certificate

NOW = Instant(1_793_000_000_000_123)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "node.example", "xn--nde-hna.example", "a"])
def test_it_names_the_host_and_lasts_five_years(host):
    made = make_certificate(host, now=NOW)
    certificate = x509.load_der_x509_certificate(made.certificate_der)
    assert certificate == x509.load_pem_x509_certificate(made.certificate_pem)
    (name,) = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert name.value == (ipaddress.ip_address(host) if host[0] in "1:" else host)
    assert certificate.not_valid_before_utc < to_datetime(NOW)
    assert certificate.not_valid_after_utc > to_datetime(NOW) + timedelta(days=3 * 366)


def test_it_vouches_for_no_other_certificate():
    made = make_certificate("127.0.0.1", now=NOW)
    certificate = x509.load_der_x509_certificate(made.certificate_der)
    extensions = certificate.extensions
    assert not extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert not extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    certificate.verify_directly_issued_by(certificate)


def test_its_key_is_its_own_and_new_each_time():
    first, second = (make_certificate("127.0.0.1", now=NOW) for _ in range(2))
    key = load_pem_private_key(first.key_pem, password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert key.public_key() == x509.load_der_x509_certificate(first.certificate_der).public_key()
    assert first.key_pem != second.key_pem
    assert "PRIVATE" not in repr(first)


def test_a_server_takes_both_files(tmp_path):
    made = make_certificate("127.0.0.1", now=NOW)
    (tmp_path / "c").write_bytes(made.certificate_pem)
    (tmp_path / "k").write_bytes(made.key_pem)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tmp_path / "c", tmp_path / "k")


@pytest.mark.parametrize("host", ["", "a b", "-a.example", "a..b", "x" * 64, "a/b", "é.example", "a." * 200])
def test_what_is_no_host_is_refused(host):
    with pytest.raises(MalformedError) as caught:
        make_certificate(host, now=NOW)
    assert caught.value.code == "certificate.host"
