import json
from datetime import date
from typing import Any

import pytest

from comity.kernel.errors import MalformedError
from comity.kernel.ids import PartyCode
from comity.treaty.overlay import NO_OVERLAY, Effect, parse_overlay

KEN, FRA, USA = PartyCode("KEN"), PartyCode("FRA"), PartyCode("USA")
TREATY: dict[str, Any] = {
    "between": ["KEN", "FRA"],
    "since": "2020-05-01",
    "until": "2030-05-01",
    "title": "Treaty on mutual assistance",
    "openings": [{"kinds": ["records"], "obligation": "1(1)", "procedure": "5", "grounds": "4"}],
}


def overlay(**rows: Any) -> bytes:
    return json.dumps({"format": 1, **rows}).encode()


def test_nothing_is_an_overlay() -> None:
    assert parse_overlay(b"{}") == NO_OVERLAY
    assert NO_OVERLAY.languages_of(KEN) == ()


def test_a_treaty_holds_between_its_two_parties_in_its_time() -> None:
    found = parse_overlay(overlay(treaties=[TREATY]))
    assert found.treaty_between(FRA, KEN, date(2020, 5, 1), "records") is not None
    assert found.treaty_between(FRA, KEN, date(2020, 4, 30), "records") is None
    assert found.treaty_between(FRA, KEN, date(2030, 5, 1), "records") is None
    assert found.treaty_between(FRA, USA, date(2025, 1, 1), "records") is None


def test_of_two_treaties_the_one_with_the_mechanism_is_taken() -> None:
    other = {**TREATY, "title": "Extradition treaty", "openings": [{"kinds": ["extradition"]}]}
    found = parse_overlay(overlay(treaties=[TREATY, other]))
    taken = found.treaty_between(KEN, FRA, date(2025, 1, 1), "extradition")
    assert taken is not None
    assert taken.title == "Extradition treaty"
    assert found.treaty_between(KEN, FRA, date(2025, 1, 1), "search") is not None


def test_an_override_is_about_one_instrument_or_all() -> None:
    rows = [
        {"between": ["KEN", "FRA"], "instrument": "untoc", "effect": "objection"},
        {"between": ["FRA", "KEN"], "effect": "no_relations", "since": "2026-01-01"},
    ]
    found = parse_overlay(overlay(overrides=rows))
    day = date(2026, 6, 1)
    assert [row.effect for row in found.effects(KEN, FRA, day, "untoc")] == [
        Effect.OBJECTION,
        Effect.NO_RELATIONS,
    ]
    assert [row.effect for row in found.effects(KEN, FRA, day, "budapest")] == [Effect.NO_RELATIONS]
    assert [row.effect for row in found.effects(KEN, FRA, date(2025, 6, 1), "budapest")] == []


def test_events_are_added_to_the_pack_or_replace_it() -> None:
    event = {"party": "KEN", "event": "accession", "on": "2026-03-02", "mark": "confirmed"}
    added = parse_overlay(overlay(events={"budapest": [event]}))
    assert len(added.events_of("budapest")) == len(NO_OVERLAY.events_of("budapest")) + 1
    alone = parse_overlay(overlay(events={"budapest": [event]}, replaces=["budapest"]))
    assert [one.party for one in alone.events_of("budapest")] == ["KEN"]


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"{",
        overlay(format=2),
        overlay(colour="blue"),
        overlay(events={"budapestt": []}),
        overlay(replaces=["hague"]),
        overlay(events={"untoc": [{"party": "KEN", "event": "joined", "on": "2026-01-01"}]}),
        overlay(events={"untoc": [{"party": "Kenya", "event": "accession", "on": "2026-01-01"}]}),
        overlay(events={"untoc": [{"party": "KEN", "event": "accession", "on": "2026-02-30"}]}),
        overlay(treaties=[{**TREATY, "between": ["KEN", "KEN"]}]),
        overlay(treaties=[{**TREATY, "between": ["KEN", "XAA"]}]),
        overlay(treaties=[{**TREATY, "between": ["KEN"]}]),
        overlay(treaties=[{**TREATY, "until": "2020-05-01"}]),
        overlay(treaties=[{**TREATY, "openings": []}]),
        overlay(treaties=[{**TREATY, "openings": [{"kinds": ["records"], "obligation": "art. 1"}]}]),
        overlay(overrides=[{"between": ["KEN", "FRA"], "effect": "grudge"}]),
        overlay(laws=[{"party": "KEN", "law": "Act"}]),
    ],
)
def test_what_is_no_overlay_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_overlay(data, where="basis.json")


def test_the_refusal_says_which_name_is_not_known_and_where() -> None:
    with pytest.raises(MalformedError) as caught:
        parse_overlay(overlay(overides=[]), where="basis.json")
    assert caught.value.code == "overlay.form"
    assert "overides" in str(caught.value)
    assert caught.value.where == "basis.json"


def test_what_own_law_makes_a_state_refuse_is_for_its_kinds_or_all() -> None:
    rows = [
        {"party": "KEN", "circumstance": "death_penalty", "reference": "12(1)", "law": "Extradition Act"},
        {
            "party": "KEN",
            "circumstance": "own_national",
            "kinds": ["extradition"],
            "reference": "4",
            "law": "Extradition Act",
        },
    ]
    found = parse_overlay(overlay(must_refuse=rows))
    assert [row.circumstance for row in found.refusals_of(KEN, "search")] == ["death_penalty"]
    assert len(found.refusals_of(KEN, "extradition")) == 2
    assert found.refusals_of(FRA, "extradition") == ()


def test_a_circumstance_that_nobody_knows_is_refused() -> None:
    row = {"party": "KEN", "circumstance": "bad_weather", "reference": "1", "law": "Act"}
    with pytest.raises(MalformedError):
        parse_overlay(overlay(must_refuse=[row]))
