"""The one exact form of a time-stamp token, and DER: each way of being spelt otherwise is refused."""

import pytest

from comity.kernel.errors import MalformedError
from comity.ledger.der import MOST_DEPTH, first_values, only_values, require_der, values
from comity.ledger.tokenform import signer_of
from comity.ledger.tokens import stated_time
from tests.court.authority import ODD, authority

AT = 18 * 10**14
OVER = bytes(32)
BAD_DER = (
    b"\x30", b"\x30\x80\0\0", b"\x30\x81\x01\x00", b"\x30\x82\x00\x80" + bytes(128), b"\x30\x85\0\0\0\0\0",
    b"\x30\x02\x05", b"\x1f\x01\x00", b"\x10\x00", b"\x11\x00", b"\x24\x00", b"\x05\x01\x00", b"\x41\x00",
    b"\xc1\x00", b"\x30\x02\x10\x00", b"\xa0\x02\x05\x01", b"\x02\x01\x00\x00",
)  # fmt: skip


@pytest.mark.parametrize("data", BAD_DER, ids=bytes.hex)
def test_what_der_would_spell_otherwise_is_refused(data: bytes):
    with pytest.raises(MalformedError) as caught:
        require_der(data)
    assert caught.value.code == "der.form"


def test_values_are_told_with_tag_and_content():
    data = b"\x30\x03\x02\x01\x07" + b"\x04\x81\x80" + bytes(128)
    require_der(data)
    told = [(one.tag, len(one.content), len(one.whole)) for one in values(data)]
    assert told == [(48, 3, 5), (4, 128, 131)]
    assert only_values(first_values(data, 0x30)[0], 0x02) == (b"\x07",)
    for tags in ((0x30,), (0x04, 0x30), (0x30, 0x04, 0x04)):
        with pytest.raises(MalformedError):
            only_values(data, *tags)
    assert values(b"") == ()


def test_what_is_too_deep_is_refused_before_it_is_read():
    nested = b""
    for _ in range(MOST_DEPTH + 2):
        nested = b"\x30" + bytes([len(nested)]) + nested
    with pytest.raises(MalformedError):
        require_der(nested)
    require_der(nested[4:])


@pytest.mark.parametrize("odd", ODD)
def test_each_way_of_being_odd_is_told(odd: str):
    token = authority("A").stamp(OVER, AT, odd=odd)
    assert stated_time(token, OVER) == AT + 999_999
    signer = signer_of(authority("A").stamp(OVER, AT))
    if ODD[odd]:
        assert signer_of(token, named=[signer_of(authority("B").stamp(OVER, AT)), signer]) == signer
    if not ODD[odd] or odd == "no certificate":
        with pytest.raises(MalformedError) as caught:
            signer_of(token)
        assert caught.value.code == "stamp.form"


def test_what_is_cut_or_lengthened_has_another_form():
    token = authority("A").stamp(OVER, AT)
    for wrong in (b"", token[:-1], token + b"\0", token + b"\x05\0", token[:200] + token[201:], bytes(64)):
        with pytest.raises(MalformedError) as caught:
            signer_of(wrong)
        assert caught.value.code == "stamp.form"
