"""Strict JSON under attack: what a stranger sends costs no more than reading it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.errors import MalformedError
from comity.kernel.ijson import parse_ijson, require_depth


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


@given(st.text(alphabet='[]{}",:\\a1', max_size=60))
def test_a_quick_look_at_the_depth_never_passes_what_is_deeper(text: str) -> None:
    # Whatever the quick look makes of escapes, JSON that nests deeper than allowed is refused as such.
    try:
        value = json.loads(text)
    except ValueError:
        return
    deep = _depth(value)
    for most in range(4):
        if deep > most:
            with pytest.raises(MalformedError, match="nested deeper"):
                require_depth(text.encode(), most_depth=most)
        else:
            require_depth(text.encode(), most_depth=most)


def test_escapes_do_not_hide_brackets() -> None:
    for text in (r'["\"",[[[]]]]', r'["\\",[[[]]]]', r'["\\\"[",[[[]]]]', r'["a\\\\",[[[]]]]'):
        require_depth(text.encode(), most_depth=4)
        with pytest.raises(MalformedError):
            require_depth(text.encode(), most_depth=3)


def _depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0
