"""Whatever bytes or JSON come in: an assessment in words, or MalformedError; never anything else."""

import copy
import json
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.kernel.errors import MalformedError
from comity.kernel.findings import Assessment, Severity
from comity.requests import service
from comity.requests.kinds import all_kinds
from comity.treaty import convention
from comity.wording import LANGUAGES, finding_text

DAY = date(2026, 11, 2)
KINDS = st.sampled_from([kind.code for kind in all_kinds()])
SIDES = st.sampled_from(["requesting", "requested"])
SCALARS = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=40)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def assessed(data: bytes, side: str) -> Assessment | None:
    try:
        return service.check(data, side=side, on=DAY)
    except MalformedError:
        return None


def spoken(assessment: Assessment) -> None:
    """Every finding can be said in every language, and cites a paragraph that exists."""
    for finding in assessment.findings:
        assert convention.exists(finding.basis), finding
        for language in LANGUAGES:
            assert finding_text(finding, language=language) != finding.code


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the path of every value inside a form."""
    inner: Any = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return [place for key, child in inner for place in [(*path, key), *places(child, (*path, key))]]


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=200), side=SIDES)
def test_any_bytes(data: bytes, side: str) -> None:
    assessed(data, side)


@settings(max_examples=200, deadline=None)
@given(content=st.dictionaries(st.text(max_size=12), JSON, max_size=6), kind=KINDS | SCALARS, side=SIDES)
def test_any_json_object(content: dict[str, Any], kind: Any, side: str) -> None:
    found = assessed(json.dumps({**content, "kind": kind}).encode(), side)
    if found is not None:
        assert not found.may_proceed
        spoken(found)


@settings(max_examples=400, deadline=None)
@given(data=st.data(), kind=KINDS, side=SIDES)
def test_the_example_with_anything_anywhere(data: st.DataObject, kind: str, side: str) -> None:
    form = service.example(kind)
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(form)))
        holder: Any = form
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = data.draw(JSON)
    found = assessed(json.dumps(form).encode(), side)
    if found is not None:
        spoken(found)
        blocked = [
            f.field for f in found.findings if f.code.startswith("field.") and f.severity is Severity.BLOCKS
        ]
        assert len(blocked) == len(set(blocked))
        assert not any(a != b and a.startswith(b + "/") for a in blocked for b in blocked)


@settings(max_examples=100, deadline=None)
@given(data=st.data(), kind=KINDS, side=SIDES)
def test_members_that_are_not_ours_change_no_judgement(data: st.DataObject, kind: str, side: str) -> None:
    form = service.example(kind)
    before = service.check(json.dumps(form).encode(), side=side, on=DAY)
    more = copy.deepcopy(form)
    more["x-" + data.draw(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8))] = (
        "any"
    )
    after = service.check(json.dumps(more).encode(), side=side, on=DAY)
    assert [f for f in after.findings if f.code != "field.unknown"] == list(before.findings)
