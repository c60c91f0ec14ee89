"""Letters at the command line: what is handed on, and what is answered."""

import pytest

from comity.requests.signed import SignatureFound, SignedDocument
from tests.unit.cli.fakes import comity

FORM = b'{"kind":"preservation"}'


@pytest.fixture
def form(tmp_path):
    path = tmp_path / "form.json"
    path.write_bytes(FORM)
    return path


def test_a_letter_is_written_where_it_is_told(form, tmp_path):
    out, order = tmp_path / "letter.PDF", tmp_path / "order.pdf"
    order.write_bytes(b"signed")
    line = ("letter", str(form), "--lang", "zh,en", "--style", "unodc", "-o", str(out), "--on", "2026-11-02")
    ran = comity(*line, "--enclose", str(order), "--reference", "PA-7/26", "--act", "4be1c09a", "--json")
    assert ran.code == 0
    assert out.read_bytes() == b"%PDF-"
    assert ran.value == {
        "letter": str(out),
        "form_sha256": "ab" * 32,
        "withheld": ["/facts"],
        "untranslated": {},
    }
    ((name, given),) = ran.calls.made
    assert name == "make_letter"
    assert (given["form"], given["suffix"], given["languages"]) == (FORM, ".pdf", "zh,en")
    assert (given["style"], given["act"], given["on"].isoformat()) == ("unodc", "4be1c09a", "2026-11-02")
    (enclosure,) = given["enclosures"]
    assert (enclosure.name, enclosure.data, enclosure.reference) == ("order.pdf", b"signed", "PA-7/26")


def test_the_language_of_a_letter_is_not_the_language_of_the_answer(form, tmp_path):
    ran = comity("letter", str(form), "--lang", "fr", "-o", str(tmp_path / "l.odt"))
    assert ran.code == 0
    assert "written to" in ran.out
    assert ran.calls.made[0][1]["style"] == "plain"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--act", "4BE1"), "usage.act"),
        (("--reference", "lonely"), "usage.reference"),
        (("--on", "2 November"), "usage.date"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_written(form, tmp_path, more, code):
    out = tmp_path / "l.pdf"
    ran = comity("letter", str(form), "-o", str(out), *more, "--json")
    assert ran.problem["code"] == code
    assert not out.exists()
    assert not ran.calls.made


def test_a_letter_never_overwrites(form, tmp_path):
    out = tmp_path / "l.pdf"
    out.write_bytes(b"mine")
    assert comity("letter", str(form), "-o", str(out), "--json").problem["code"] == "file.exists"
    assert out.read_bytes() == b"mine"


def test_only_a_trusted_signature_ends_well(form, tmp_path):
    certificate = tmp_path / "ministry.pem"
    certificate.write_bytes(b"pem")
    ran = comity("letter", "check", str(form), "--trust", str(certificate), "--json")
    assert (ran.code, ran.value["verdict"]) == (7, "unsigned")
    assert ran.calls.made[0][1]["trust"] == [b"pem"]
    assert ran.value["sha256"] == "cd" * 32


def test_a_trusted_signature_is_told_with_its_signer(form):
    one = SignatureFound(signer="CN=Judge", at="2026-11-02", intact=True, whole=True, trusted=True)
    answers = {"check_signed": SignedDocument(digest="cd" * 32, signatures=(one,))}
    ran = comity("letter", "check", str(form), answers=answers)
    assert ran.code == 0
    assert "TRUSTED" in ran.out
    assert "CN=Judge" in ran.out
