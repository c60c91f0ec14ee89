import copy
import functools
import json
from collections.abc import Iterator
from typing import Any

import pytest

from comity.kernel.errors import NotFoundError
from comity.requests import service
from comity.requests.kinds import all_kinds, require_kind
from comity.treaty import convention

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is a judge of the tests only")
KINDS = tuple(kind.code for kind in all_kinds())


def properties(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, inner in schema.get("properties", {}).items():
        yield name, inner
        yield from properties(inner)
    if "items" in schema:
        yield from properties(schema["items"])


@functools.cache
def validator(kind: str) -> Any:
    schema = json.loads(json.dumps(service.schema(kind)))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_is_valid_under_the_schema(kind: str) -> None:
    validator(kind).validate(service.example(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_names_one_paragraph_that_exists(kind: str) -> None:
    schema = service.schema(kind)
    top = {"kind", "version"}
    for name, field in properties(
        {**schema, "properties": {k: v for k, v in schema["properties"].items() if k not in top}}
    ):
        assert isinstance(field["x-basis"], str), name
        assert convention.exists(field["x-basis"]), name
        assert field.get("x-basis-mark", "serves") == "serves"
    assert all("x-basis" not in schema["properties"][name] for name in top)


@pytest.mark.parametrize("kind", KINDS)
def test_the_marks_of_listed_fields_lie_in_the_article_that_lists_them(kind: str) -> None:
    beside = ("40(15)(", "40(13)", "40(20)", "40(26)")
    listings = {"preservation": ("42(3)(",), "traffic-realtime": ("45(3)(", *beside)}
    allowed = listings.get(kind, ("40(", f"{require_kind(kind).article}("))
    for name, field in properties(service.schema(kind)):
        if "x-basis" in field and "x-basis-mark" not in field:
            assert field["x-basis"].startswith(allowed), name


@pytest.mark.parametrize("kind", KINDS)
def test_schema_and_check_agree_on_what_is_missing(kind: str) -> None:
    judge = validator(kind)
    for name in service.schema(kind)["required"]:
        form = copy.deepcopy(service.example(kind))
        del form[name]
        assert not judge.is_valid(form), name


@pytest.mark.parametrize("kind", KINDS)
def test_secrecy_without_an_end_is_not_valid(kind: str) -> None:
    form = service.example(kind)
    if "confidentiality" not in service.schema(kind)["properties"]:
        assert "terms" in form, "what is only told has terms instead"
        return
    reason = {"text": "Evidence would go", "language": "en"}
    form["confidentiality"] = {"wanted": True, "reason": reason, "until": "2026-12-24"}
    assert validator(kind).is_valid(form)
    del form["confidentiality"]["until"]
    assert not validator(kind).is_valid(form)
    form["confidentiality"] = {"wanted": False}
    assert validator(kind).is_valid(form)


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_of_spaces_is_not_valid(kind: str) -> None:
    form = service.example(kind)
    form["requesting_authority"]["name"] = "   "
    assert not validator(kind).is_valid(form)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_personal_may_stand_in_the_skeleton(kind: str) -> None:
    allowed = {
        "id",
        "requested_party",
        "language",
        "basis",
        "role",
        "instrument",
        "reference",
        "until",
        "vulnerable",
    }
    for name, field in properties(service.schema(kind)):
        if field.get("x-place") == "skeleton":
            assert name in allowed, name


def test_an_unknown_kind_has_no_schema_and_no_example() -> None:
    for use in (service.schema, service.example):
        with pytest.raises(NotFoundError) as caught:
            use("marriage")
        assert caught.value.code == "request.kind"
