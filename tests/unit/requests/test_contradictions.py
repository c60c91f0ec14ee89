"""Fields that say the opposite of each other, days that cannot be meant, and answers that are missing."""

import json
from datetime import date
from typing import Any

import pytest

from comity.requests import service

ON = date(2026, 11, 22)


def codes(kind: str, changes: dict[str, Any]) -> set[tuple[str, str]]:
    form = service.example(kind, on=ON)
    for pointer, value in changes.items():
        *way, last = pointer.split("/")[1:]
        place: Any = form
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place.setdefault(step, {})
        place[last] = value
    found = service.check(json.dumps(form).encode(), side="requesting", on=ON)
    return {(one.code, one.field) for one in found.findings}


def words(text: str) -> dict[str, str]:
    return {"text": text, "language": "en"}


@pytest.mark.parametrize(
    ("kind", "changes", "code", "field"),
    [
        (
            "stored-data",
            {"/offences/0/provisions": ["Section 9: fine"]},
            "fields.contradict",
            "/offences/0/provisions",
        ),
        (
            "stored-data",
            {"/offences/0/provisions": ["art. 9, 2 ans"]},
            "fields.contradict",
            "/offences/0/provisions",
        ),
        (
            "sentenced-transfer",
            {"/items/0/release_on": "2027-01-03"},
            "fields.contradict",
            "/items/0/release_on",
        ),
        ("return-sharing", {"/items/0/share": 70}, "fields.contradict", "/items/1/share"),
        (
            "objects-sites",
            {"/items/0/examination": words("Switch it on.")},
            "fields.contradict",
            "/items/0/examination",
        ),
        (
            "stored-data",
            {"/facts": words("He was at it in 2017 and 2018 all the time.")},
            "period.apart",
            "/period",
        ),
        (
            "joint-team",
            {"/duration": {"from": "2024-01-01", "to": "2024-12-31"}},
            "date.misplaced",
            "/duration/to",
        ),
        ("sentenced-transfer", {"/items/0/born": "2030-01-01"}, "date.misplaced", "/items/0/born"),
        ("detained-transfer", {"/items/0/return_by": "2028-01-01"}, "dates.spacing", "/items/0/return_by"),
        ("appearance", {"/assistance": words("Handcuff her.")}, "mechanism.force", "/assistance"),
        ("records", {"/assistance": words("Extradite him, too.")}, "mechanism.other", "/assistance"),
        (
            "stored-data",
            {"/facts": words("The suspect was born in 2011.")},
            "person.minor_unsaid",
            "/facts/text",
        ),
        (
            "stored-data",
            {"/circumstances": {"asylum": "yes", "details": words("He asked in May.")}},
            "caution.asylum",
            "/circumstances/asylum",
        ),
        (
            "stored-data",
            {"/circumstances": {"asylum": "unknown"}},
            "circumstances.unknown",
            "/circumstances/asylum",
        ),
    ],
)
def test_what_cannot_both_be_true_is_found(kind: str, changes: dict[str, Any], code: str, field: str) -> None:
    assert (code, field) in codes(kind, changes)
    assert (code, field) not in codes(kind, {})


@pytest.mark.parametrize(
    ("kind", "changes", "code"),
    [
        (
            "stored-data",
            {"/offences/0/provisions": ["Section 9: up to 5 years or a fine"]},
            "fields.contradict",
        ),
        ("objects-sites", {"/items/0/examination": words("Do not switch it on.")}, "fields.contradict"),
        (
            "stored-data",
            {"/facts": words("He was convicted in 2012. He did it again this autumn.")},
            "period.apart",
        ),
        ("stored-data", {"/facts": words("The law of 2019 forbids what he did.")}, "period.apart"),
        ("stored-data", {"/facts": words("The suspect was born in 1980.")}, "person.minor_unsaid"),
    ],
)
def test_what_agrees_is_left(kind: str, changes: dict[str, Any], code: str) -> None:
    assert code not in {one for one, _ in codes(kind, changes)}
