"""Time-stamp tokens: those of others, those of a local authority, and each way of being wrong."""

import hashlib
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from hypothesis import given
from hypothesis import strategies as st

from comity.engines.stamps import TokenJudge
from comity.kernel.errors import MalformedError, UntrustedError

_SHARED = Path(os.environ.get("COMITY_SHARED", Path(__file__).parents[4] / "shared"))
DATA = _SHARED / "data" / "timestamp" / "rfc3161-client"
OURS, LOCAL = DATA / "sigstage", DATA / "test_tsa"
HELLO = hashlib.sha256(b"hello").digest()
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared time stamps are not here")
needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed here")


def code_of(judge: TokenJudge, token: bytes, digest: bytes = HELLO, nonce: int | None = None) -> str:
    with pytest.raises((UntrustedError, MalformedError)) as caught:
        judge.judge(token, digest, nonce=nonce)
    return caught.value.code


@needs_data
def test_a_token_of_somebody_else_holds_with_or_without_its_certificate():
    judge = TokenJudge((OURS / "ts_chain.pem").read_bytes())
    assert judge.judge((OURS / "response-sha256.tsr").read_bytes(), HELLO) == 1_746_791_935_000_000
    bare = (OURS / "response-no-embedded-cert.tsr").read_bytes()
    with pytest.raises(UntrustedError) as caught:
        judge.judge(bare, bytes(32))
    assert caught.value.code == "stamp.digest"


@needs_data
def test_each_way_of_being_wrong_has_its_own_reason():
    judge = TokenJudge((OURS / "ts_chain.pem").read_bytes())
    good = (OURS / "response-sha256.tsr").read_bytes()
    assert code_of(judge, good, bytes(32)) == "stamp.digest"
    assert code_of(judge, good, nonce=7) == "stamp.nonce"
    assert code_of(judge, (OURS / "response-invalid-signature.tsr").read_bytes()) == "stamp.signature"
    assert code_of(judge, (OURS / "response-sha512.tsr").read_bytes()) == "stamp.digest"
    assert code_of(judge, good[:-40]) == "stamp.form"
    assert code_of(judge, b"") == "stamp.form"
    stranger = TokenJudge((LOCAL / "ts_chain.pem").read_bytes())
    assert code_of(stranger, good) == "stamp.certificate"
    assert code_of(stranger, (LOCAL / "other_response.tsr").read_bytes()) == "stamp.certificate"


@needs_data
def test_no_altered_token_holds():
    judge = TokenJudge((OURS / "ts_chain.pem").read_bytes())
    good = (OURS / "response-sha256.tsr").read_bytes()
    for at in range(0, len(good), 29):
        bad = bytearray(good)
        bad[at] ^= 1
        assert code_of(judge, bytes(bad)).startswith("stamp.")


@needs_data
def test_a_status_that_nobody_knows_is_no_grant():
    """The number of the status is outside of what is signed: whoever answers chooses it."""
    judge = TokenJudge((OURS / "ts_chain.pem").read_bytes())
    good = (OURS / "response-sha256.tsr").read_bytes()
    for status in range(1, 256):  # from 128 on, a number below 0
        told = "stamp.refused" if status < 128 else "stamp.form"
        assert code_of(judge, good[:8] + bytes([status]) + good[9:]) == told


@needs_data
@given(st.binary(max_size=300))
def test_whatever_comes_is_told_as_no_answer(data: bytes):
    assert code_of(TokenJudge((OURS / "ts_chain.pem").read_bytes()), data).startswith("stamp.")


def test_certificates_without_a_root_are_refused():
    for data in (b"", b"no certificate"):
        with pytest.raises(MalformedError) as caught:
            TokenJudge(data)
        assert caught.value.code == "stamp.certificates"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a local authority of stock openssl: a root, and a key for time stamps."""
    folder = tmp_path_factory.mktemp("tsa")

    def run(*command: str) -> None:
        subprocess.run(["openssl", *command], cwd=folder, check=True, capture_output=True)

    (folder / "ext").write_text(
        "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"
    )
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(
        "[tsa]\ndefault_tsa = own\n[own]\nserial = serial\nsigner_cert = tsa.pem\nsigner_key = tsa.key\n"
        "signer_digest = sha256\ndefault_policy = 1.2.3.4\ndigests = sha256\nordering = yes\n"
        "ess_cert_id_alg = sha256\n"
    )
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    run("req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Root", "-days", "30")
    run("req", "-new", *curve, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Stamps")
    ca = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30", "-extfile", "ext")
    run("x509", "-req", "-in", "tsa.csr", *ca, "-out", "tsa.pem")
    return folder


@needs_openssl
def test_a_local_authority_answers_our_question_and_openssl_agrees(authority: Path):
    judge = TokenJudge((authority / "ca.pem").read_bytes())
    (authority / "q.tsq").write_bytes(judge.question(HELLO, 77))
    reply = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "q.tsq", "-out", "a.tsr"]
    subprocess.run(reply, cwd=authority, check=True, capture_output=True)
    token = (authority / "a.tsr").read_bytes()
    assert judge.judge(token, HELLO, nonce=77) == judge.judge(token, HELLO)
    assert code_of(judge, token, nonce=78) == "stamp.nonce"
    check = ["openssl", "ts", "-verify", "-digest", HELLO.hex(), "-in", "a.tsr", "-CAfile", "ca.pem"]
    assert subprocess.run(check, cwd=authority, capture_output=True).returncode == 0
    # An authority that does not take the digest says so in an answer without a token.
    config = (authority / "tsa.cnf").read_text()
    (authority / "tsa.cnf").write_text(config.replace("digests = sha256", "digests = sha512"))
    subprocess.run(reply, cwd=authority, check=False, capture_output=True)
    assert code_of(judge, (authority / "a.tsr").read_bytes()) == "stamp.refused"
    (authority / "tsa.cnf").write_text(config)


@needs_openssl
def test_a_certificate_that_was_over_when_it_stamped_is_told(authority: Path, tmp_path: Path):
    shutil.copytree(authority, tmp_path / "old")
    folder = tmp_path / "old"
    root = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    signer = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), password=None)
    made = x509.load_pem_x509_certificate((folder / "tsa.pem").read_bytes())
    builder = x509.CertificateBuilder(
        issuer_name=root.subject,
        subject_name=made.subject,
        public_key=made.public_key(),
        serial_number=7,
        not_valid_before=datetime(2020, 1, 1, tzinfo=UTC),
        not_valid_after=datetime(2021, 1, 1, tzinfo=UTC),
    )
    for extension in made.extensions:
        builder = builder.add_extension(extension.value, critical=extension.critical)
    over = builder.sign(signer, hashes.SHA256())
    (folder / "tsa.pem").write_bytes(over.public_bytes(serialization.Encoding.PEM))
    judge = TokenJudge((folder / "ca.pem").read_bytes())
    (folder / "q.tsq").write_bytes(judge.question(HELLO, 1))
    reply = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "q.tsq", "-out", "o.tsr"]
    subprocess.run(reply, cwd=folder, check=True, capture_output=True)
    assert code_of(judge, (folder / "o.tsr").read_bytes()) == "stamp.expired"
