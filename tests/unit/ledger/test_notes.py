"""The note format, with the examples of its specification as judge."""

import os
import re
from pathlib import Path

import pytest

from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import ComityError, MalformedError, UntrustedError
from comity.kernel.signing import Ed25519Signer
from comity.ledger.notes import (
    Note,
    NoteSignature,
    SignatureKind,
    VerifierKey,
    parse_note,
    parse_signature_line,
    parse_verifier_key,
    require_signed,
    sign_note,
)

SIGNER = Ed25519Signer.generate(SeededEntropy("notes"))
KEY = VerifierKey(name="desk.example/a", kind=SignatureKind.ED25519, public=SIGNER.public)
TEXT = "one\n\ntwo: ü\n"
NOTE = Note(text=TEXT, signatures=(sign_note(TEXT, name=KEY.name, signer=SIGNER),))
SHARED = Path(os.environ.get("COMITY_SHARED", Path(__file__).parents[3].parent / "shared"))
SPECIFICATION = SHARED / "data" / "tlog" / "c2sp-specs" / "signed-note.md"


def test_encoding_what_was_parsed_gives_the_same_bytes() -> None:
    data = NOTE.encode()
    assert parse_note(data) == NOTE
    assert parse_note(data).encode() == data
    require_signed(parse_note(data), key=KEY)


def test_the_example_of_the_specification_verifies() -> None:
    if not SPECIFICATION.is_file():
        pytest.skip("COMITY_SHARED names no folder with the C2SP specifications")
    page = SPECIFICATION.read_text()
    vkey = re.search(r"^    (example\.com/foo\+\S+)$", page, re.MULTILINE)
    note = re.search(r"```\n(This is an example message\.\n\n— .*?\n)```", page, re.DOTALL)
    assert vkey is not None
    assert note is not None
    key = parse_verifier_key(vkey[1])
    assert key.text == vkey[1]
    require_signed(parse_note(note[1].encode()), key=key)


def test_every_flipped_bit_is_refused_or_unsigned() -> None:
    data = NOTE.encode()
    for at in range(len(data) * 8):
        changed = bytearray(data)
        changed[at // 8] ^= 1 << (at % 8)
        with pytest.raises(ComityError):
            require_signed(parse_note(bytes(changed)), key=KEY)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\n\xe2\x80\x94 a AAAAAAA=",
        b"text\n\n\xe2\x80\x94 a AAAAAAA=\r\n",
        b"te\x00xt\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"te\txt\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"text\xff\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"text\n\n- a AAAAAAA=\n",
        b"text\n\n\xe2\x80\x94  AAAAAAA=\n",
        b"text\n\n\xe2\x80\x94 a+b AAAAAAA=\n",
        b"text\n\n\xe2\x80\x94 a\xc2\xa0b AAAAAAA=\n",
        b"text\n\n\xe2\x80\x94 a AAAA\n",
        b"text\n\n\xe2\x80\x94 a AAAAAA==\n",
        b"text\n\n\xe2\x80\x94 a AAAAAAB=\n",
        b"text\n\n\xe2\x80\x94 a AAAAAAA= \n",
        b"text\n\n" + b"\xe2\x80\x94 a AAAAAAA=\n" * 17,
        b"x" * 200_000,
    ],
)
def test_anything_but_the_one_spelling_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_note(data)


def test_sixteen_signatures_are_taken() -> None:
    assert len(parse_note(b"text\n\n" + b"\xe2\x80\x94 a AAAAAAA=\n" * 16).signatures) == 16


def test_unknown_keys_are_ignored_and_a_known_one_must_hold() -> None:
    stranger = Ed25519Signer.generate(SeededEntropy("stranger"))
    foreign = sign_note(TEXT, name=KEY.name, signer=stranger)
    require_signed(NOTE.with_signature(foreign), key=KEY)
    with pytest.raises(UntrustedError) as caught:
        require_signed(Note(text=TEXT, signatures=(foreign,)), key=KEY)
    assert caught.value.code == "note.unsigned"
    forged = NoteSignature(name=KEY.name, key_hash=KEY.hash, signature=foreign.signature)
    with pytest.raises(UntrustedError) as caught:
        require_signed(NOTE.with_signature(forged), key=KEY)
    assert caught.value.code == "note.bad_signature"


def test_the_same_line_is_not_added_twice() -> None:
    assert NOTE.with_signature(NOTE.signatures[0]) is NOTE


def test_a_verifier_key_reads_back_and_each_part_is_checked() -> None:
    assert parse_verifier_key(KEY.text) == KEY
    name, digits, blob = KEY.text.split("+", 2)
    for bad in (
        "",
        name,
        f"{name}+{digits}",
        f"{name}x+{digits}+{blob}",
        f"{name}+{digits.upper()}x+{blob}",
        f"{name}+00000000+{blob}",
        f"{name}+{digits}+{blob[:-4]}",
        f"{name}+{digits}+Ag{blob[2:]}",
        f" {name}+{digits}+{blob}",
    ):
        with pytest.raises(MalformedError):
            parse_verifier_key(bad)


def test_a_key_of_small_order_is_no_key() -> None:
    with pytest.raises(MalformedError):
        VerifierKey(name="a", kind=SignatureKind.ED25519, public=(1).to_bytes(32, "little"))


def test_the_kind_changes_the_key_hash() -> None:
    other = VerifierKey(name=KEY.name, kind=SignatureKind.COSIGNATURE, public=KEY.public)
    assert other.hash != KEY.hash
    with pytest.raises(ValueError, match="cosignature"):
        require_signed(NOTE, key=other)


def test_a_signature_line_stands_alone() -> None:
    line = NOTE.signatures[0].line
    assert parse_signature_line(line) == NOTE.signatures[0]
    for bad in (line[:-1], line[1:], line + line, line.replace(" ", "  ", 1)):
        with pytest.raises(MalformedError):
            parse_signature_line(bad)
