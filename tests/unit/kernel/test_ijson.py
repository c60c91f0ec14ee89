"""Strict JSON under attack: what a stranger sends costs no more than reading it."""

import pytest

from comity.kernel.errors import MalformedError
from comity.kernel.ijson import parse_ijson


def test_a_name_that_stands_twice_at_the_end_of_a_huge_object_is_found_in_one_pass() -> None:
    # Comparing every name with every other would take minutes here.
    names = [f"{number:x}" for number in range(100_000)]
    object_ = "{" + ",".join(f'"{name}":1' for name in [*names, names[-1]]) + "}"
    with pytest.raises(MalformedError) as caught:
        parse_ijson(object_.encode(), most_bytes=1 << 21)
    assert caught.value.code == "json.duplicate"
    assert repr(names[-1]) in caught.value.message


def test_names_are_compared_as_values_and_not_as_they_are_spelt() -> None:
    with pytest.raises(MalformedError) as caught:
        parse_ijson(b'{"a":1,"\\u0061":2}')
    assert caught.value.code == "json.duplicate"


def test_the_same_name_in_two_objects_is_no_duplicate() -> None:
    assert parse_ijson(b'[{"a":1},{"a":2}]') == [{"a": 1}, {"a": 2}]
