"""Lines name the one before; a fault in a form is told with its place."""

import hashlib

import msgspec
import pytest

from comity.kernel.lines import FIRST_PREVIOUS, line_bytes, line_digest, place_of


class Inner(msgspec.Struct):
    number: int


class Outer(msgspec.Struct):
    previous: str
    inner: list[Inner]


def test_a_line_is_kept_as_canonical_bytes_and_named_by_their_digest() -> None:
    data = line_bytes(Outer(previous=FIRST_PREVIOUS, inner=[Inner(number=1)]))
    assert data == b'{"inner":[{"number":1}],"previous":"' + b"0" * 64 + b'"}'
    assert line_digest(data) == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"previous": 1, "inner": []}, "/previous"),
        ({"previous": "", "inner": [{"number": 1}, {"number": "x"}]}, "/inner/1/number"),
        ([], "/"),
    ],
)
def test_a_fault_is_told_with_its_place(value: object, place: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(value, Outer)
    assert place_of(caught.value) == place
