"""Procedure sheets: the form, the schema, what cannot be, which version holds."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

import comity.requests
from comity.cases.facts import FACTS, Answered, DomesticStep, Ended, Outcome, Person, parse_fact
from comity.kernel.errors import MalformedError
from comity.node.factexamples import EXAMPLES
from comity.requests.kinds import find_kind
from comity.requests.procedure import PROCEDURE_SEVERITIES
from comity.requests.sheets import SHIPPED, KeptSheet, Sheet, parse_sheet, sheet_on, shipped_sheet
from comity.treaty.convention import exists
from comity.wording import LANGUAGES
from comity.wording.catalogue import catalogue

DATA = Path(comity.requests.__file__).parent / "data" / "sheets"
ROOT = Path(__file__).resolve().parents[3]


def value() -> Any:
    kept = shipped_sheet("XAB")
    assert kept is not None
    return json.loads(kept.data)


def test_the_published_schema_is_the_one_that_is_read() -> None:
    published = json.loads((DATA / "sheet.schema.json").read_bytes())
    made = json.dumps(msgspec.json.schema(Sheet)).replace("\\\\A", "^").replace("\\\\Z", "$")
    assert published == {"$schema": published["$schema"], **json.loads(made)}


@pytest.mark.parametrize("party", SHIPPED)
def test_the_sheets_that_ship_hold_against_the_schema_and_speak_every_language(party: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    published = json.loads((DATA / "sheet.schema.json").read_bytes())
    jsonschema.Draft202012Validator.check_schema(published)
    kept = shipped_sheet(party)
    assert kept is not None
    jsonschema.validate(json.loads(kept.data), published)
    for measure in kept.sheet.measures:
        assert all(find_kind(kind) is not None for kind in measure.kinds)
        for step in measure.steps:
            assert set(step.office) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("path", "put", "where"),
    [
        (("colour",), "blue", "`colour`"),
        (("version",), 0, "version"),
        (("since",), "soon", "since"),
        (("measures", 0, "kinds"), ["marriage"], "/measures/0/kinds"),
        (("measures", 0, "kinds"), ["records"], "/measures/1/kinds"),
        (("measures", 1, "steps", 0, "decided_by"), "king", "decided_by"),
        (("measures", 1, "steps", 0, "step"), "order", "/measures/1/steps"),
        (("measures", 1, "steps", 0, "order"), {"most_days": 5}, "/measures/1/steps/0/order"),
        (("measures", 1, "steps", 1, "order"), {"most_days": 5, "renewals": 1}, "/measures/1/steps/1/order"),
        (("measures", 1, "steps", 3, "told"), [], "/measures/1/steps/3/remedies/0/who"),
        (("measures", 1, "steps", 0, "limit", "since"), "yesterday", "limit"),
        (("measures", 1, "steps", 3, "remedies", 0, "suspends"), "maybe", "suspends"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(
    path: tuple[str | int, ...], put: object, where: str
) -> None:
    changed = deepcopy(value())
    target = changed
    for name in path[:-1]:
        target = target[name]
    target[path[-1]] = put
    with pytest.raises(MalformedError) as caught:
        parse_sheet(json.dumps(changed).encode())
    assert caught.value.code == "sheet.form"
    assert where in f"{caught.value} {caught.value.where}"


def test_the_newest_version_that_has_begun_holds() -> None:
    def version(number: int, since: str) -> KeptSheet:
        return parse_sheet(json.dumps(value() | {"version": number, "since": since}).encode())

    kept = [version(2, "2027-01-01"), version(3, "2027-06-01"), version(4, "2027-03-01")]
    for day, number in (("2026-12-31", 1), ("2027-01-01", 2), ("2027-03-01", 4), ("2027-07-01", 4)):
        found = sheet_on(kept, "XAB", on=date.fromisoformat(day))
        assert found is not None
        assert found.sheet.version == number
    assert sheet_on(kept, "FRA", on=date(2027, 7, 1)) is None


@pytest.mark.parametrize("name", FACTS)
def test_the_example_of_each_fact_is_one(name: str) -> None:
    fact = parse_fact({"fact": name, "request": "a" * 64, "at": 1, **EXAMPLES[name], **_FILLED.get(name, {})})
    assert fact.__struct_config__.tag == name


# What the sheet, or the desk, fills in.
_FILLED = {"challenge.lodged": {"suspends": True, "provision": "article 24"}}


def test_everything_that_the_gate_at_home_says_has_words_a_paragraph_and_a_row() -> None:
    spec = (ROOT / "docs/spec/procedure.md").read_text("utf-8")
    rows = {
        line.split("|")[1].strip(" `"): line.split("|") for line in spec.splitlines() if line[:4] == "| `p"
    }
    for code, severity in PROCEDURE_SEVERITIES.items():
        assert rows[code][2].strip() == severity.value
        assert exists(rows[code][3].strip())
    for language in LANGUAGES:
        words = catalogue(language)
        needed = [*PROCEDURE_SEVERITIES, *(f"home.{name}" for name in FACTS)]
        families = {"home_step": DomesticStep, "person": Person, "provider_answer": Answered}
        families |= {"ruling": Outcome, "ended": Ended}
        needed += [f"{family}.{one.value}" for family, every in families.items() for one in every]
        assert [key for key in needed if key not in words] == []
    assert all(f"`{name}`" in spec for name in FACTS)
