"""Every required field of both forms, blanked in every way: one blocking finding, with its paragraph."""

import copy
import itertools
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from comity.kernel.findings import Finding, Severity
from comity.requests import service
from comity.requests.examples import variants_of
from comity.requests.kinds import all_kinds, require_kind
from comity.treaty import convention

DAY = date(2026, 11, 2)
KINDS = tuple(kind.code for kind in all_kinds())
SIDES = ("requesting", "requested")
REMOVED = object()
NO_PERIOD = ("service", "appearance", "detained-transfer")
BLANKS: tuple[object, ...] = ("", "   ", "\u00a0\u200b\t", None, [], {})
WRONG: tuple[object, ...] = (12345678, ["x", ["y"]], {"x": "y"}, "\ue000 wrong", -1)


def blocking(form: dict[str, Any], side: str) -> list[Finding]:
    assessment = service.check(json.dumps(form).encode(), side=side, on=DAY)
    return [f for f in assessment.findings if f.severity is Severity.BLOCKS]


def says(condition: dict[str, Any], value: dict[str, Any]) -> bool:
    """Tell whether the condition of a schema holds for the members of an object."""
    ((name, wanted),) = condition["properties"].items()
    given = value.get(name)
    if "const" in wanted:
        return given is True
    said = given if isinstance(given, list) else [given]
    return any(one in wanted["anyOf"][0]["enum"] for one in said)


def required(schema: dict[str, Any], value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield pointer and paragraph of every field of the example that its parent requires."""
    if schema["type"] == "array":
        for at, element in enumerate(value):
            yield f"{pointer}/{at}", schema["items"]["x-basis"]
            yield from required(schema["items"], element, f"{pointer}/{at}")
    elif schema["type"] == "object":
        needed = set(schema.get("required", ()))
        for rule in schema.get("allOf", ()):
            if any(says(condition, value) for condition in rule["if"]["anyOf"]):
                needed |= set(rule["then"]["required"])
        for name, inner in schema["properties"].items():
            if name in value and name not in ("kind", "version"):
                if name in needed:
                    yield f"{pointer}/{name}", inner["x-basis"]
                yield from required(inner, value[name], f"{pointer}/{name}")


def changed(form: dict[str, Any], pointer: str, value: object) -> dict[str, Any]:
    changed_form = copy.deepcopy(form)
    *path, last = pointer.split("/")[1:]
    holder: Any = changed_form
    for token in path:
        holder = holder[int(token)] if isinstance(holder, list) else holder[token]
    if isinstance(holder, list):
        holder[int(last)] = None if value is REMOVED else value
    elif value is REMOVED:
        del holder[last]
    else:
        holder[last] = value
    return changed_form


def fields(kind: str, variant: int) -> list[tuple[str, str]]:
    """Return pointer and paragraph of every required field of a variant of the example."""
    return list(required(service.schema(kind), service.example(kind, variant=variant)))


VARIANTS = [(kind, variant) for kind in KINDS for variant in range(1, variants_of(require_kind(kind)) + 1)]


def test_enough_fields_are_walked() -> None:
    assert sum(len(fields(*each)) for each in VARIANTS) > 2000
    assert {kind for kind, _ in VARIANTS} == set(KINDS)


@pytest.mark.parametrize(("kind", "variant"), VARIANTS)
def test_a_required_field_that_says_nothing_is_one_blocking_finding(kind: str, variant: int) -> None:
    form, blanks = service.example(kind, variant=variant), itertools.cycle(BLANKS)
    for pointer, basis in fields(kind, variant):
        # Every field removed, and blank in one of the ways to say nothing, in turn.
        for side, blank in (("requesting", next(blanks)), ("requested", REMOVED)):
            found = blocking(changed(form, pointer, blank), side)
            told = [(one.code, one.field, one.basis) for one in found]
            assert told == [("field.missing", pointer, basis)], (side, blank)


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_of_the_wrong_make_is_one_blocking_finding(kind: str) -> None:
    form, turns = service.example(kind), itertools.cycle(itertools.combinations(WRONG, 2))
    for pointer, basis in fields(kind, 1):
        for wrong in next(turns):
            found = blocking(changed(form, pointer, wrong), "requesting")
            if not found:  # the value happens to be good text here
                assert isinstance(wrong, str), pointer
                continue
            places = {one.field for one in found}
            assert all(place == pointer or place.startswith(pointer + "/") for place in places), (
                pointer,
                wrong,
                places,
            )
            if not isinstance(wrong, dict | list):
                assert [(one.field, one.basis) for one in found] == [(pointer, basis)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("side", SIDES)
def test_the_example_may_proceed(kind: str, side: str) -> None:
    for variant in range(1, variants_of(require_kind(kind)) + 1):
        for on in (DAY, date(2024, 2, 29), date(2031, 1, 1)):
            form = service.example(kind, on=on, variant=variant)
            assert service.check(json.dumps(form).encode(), side=side, on=on).may_proceed
    for on in (DAY, date(2024, 2, 29), date(2031, 1, 1)):
        assessment = service.check(json.dumps(service.example(kind)).encode(), side=side, on=on)
        assert assessment.may_proceed
        assert assessment.to_decide  # no computer decides on rights


@pytest.mark.parametrize("kind", KINDS[:2])
@pytest.mark.parametrize("value", ["", "  ", None, REMOVED, "marriage", 7, ["preservation"], {"a": 1}])
def test_a_form_of_no_known_kind_has_one_finding(kind: str, value: object) -> None:
    found = blocking(changed(service.example(kind), "/kind", value), "requesting")
    assert [f.field for f in found] == ["/kind"]


@pytest.mark.parametrize("value", ["", None, REMOVED, 2, True, "1"])
def test_another_version_blocks(value: object) -> None:
    found = blocking(changed(service.example("preservation"), "/version", value), "requested")
    assert [f.field for f in found] == ["/version"]


def test_an_empty_form_names_every_top_level_field_once() -> None:
    found = blocking({"kind": "preservation"}, "requesting")
    names = [f.field for f in found]
    assert len(names) == len(set(names))
    assert {"/requesting_authority", "/facts", "/items", "/necessity", "/intends_request"} <= set(names)
    assert all(name.count("/") == 1 for name in names)  # a missing parent silences its children


@pytest.mark.parametrize("kind", KINDS)
def test_every_paragraph_cited_exists(kind: str) -> None:
    for side in SIDES:
        assessment = service.check(json.dumps(service.example(kind)).encode(), side=side, on=DAY)
        for finding in assessment.findings:
            assert convention.exists(finding.basis), finding
    for _, basis in required(service.schema(kind), service.example(kind)):
        assert convention.exists(basis)


LISTS = {"42(3)": "abcdefg", "40(15)": "abcdefg", "45(3)": "abcdef"}


@pytest.mark.parametrize("kind", [k.code for k in all_kinds() if k.fields_from in LISTS])
def test_every_letter_of_the_list_of_fields_has_its_field(kind: str) -> None:
    paragraph = require_kind(kind).fields_from
    letters = set(LISTS[paragraph])
    if kind in NO_PERIOD:
        letters.remove("f")  # "where applicable"
    text = json.dumps(service.schema(kind))
    for letter in letters:
        assert f'"x-basis": "{paragraph}({letter})"' in text


def test_secrecy_without_an_end_blocks() -> None:
    form = service.example("preservation")
    form["confidentiality"] = {"wanted": True, "reason": {"text": "Evidence would go", "language": "en"}}
    found = blocking(form, "requesting")
    assert [(f.code, f.field, f.basis) for f in found] == [
        ("field.missing", "/confidentiality/until", "42(3)(g)")
    ]


def test_secrecy_that_nobody_wants_needs_no_end() -> None:
    form = service.example("stored-data")
    form["confidentiality"] = {"wanted": False}
    assert blocking(form, "requesting") == []


def test_an_unknown_member_survives_with_a_note() -> None:
    form = service.example("preservation")
    form["colour/~"] = "blue"
    form["items"][0]["acount"] = "typing error"
    assessment = service.check(json.dumps(form).encode(), side="requesting", on=DAY)
    notes = [(f.field, f.severity) for f in assessment.findings if f.code == "field.unknown"]
    assert notes == [("/colour~1~0", Severity.NOTE), ("/items/0/acount", Severity.NOTE)]


def test_text_beyond_its_length_blocks() -> None:
    form = service.example("preservation")
    form["facts"]["text"] = "x" * 60_001
    form["items"] = [{**form["items"][0], "id": f"item-{at}"} for at in range(201)]
    assert {(f.code, f.field) for f in blocking(form, "requesting")} == {
        ("field.too_long", "/facts/text"),
        ("field.too_long", "/items"),
    }
