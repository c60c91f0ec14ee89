import json
from datetime import date
from typing import Any

import pytest

from comity.kernel.ids import PartyCode
from comity.treaty.agreed import agreed
from comity.treaty.openings import Role
from comity.treaty.overlay import NO_OVERLAY, Effect, Overlay, parse_overlay
from comity.treaty.packs import PACKS, OffenceClass, practice_pack
from comity.treaty.resolving import Candidate, Reason, Resolution, Verdict, resolve

ON = date(2026, 11, 2)


def asked(
    pair: str = "FRA-USA", kind: str = "preservation", on: date = ON, scope: str = "B", **more: Any
) -> Resolution:
    one, other = pair.split("-")
    offence_class = OffenceClass(scope) if scope else None
    return resolve(PartyCode(one), PartyCode(other), kind=kind, on=on, offence_class=offence_class, **more)


def given(found: Resolution, instrument: str) -> Candidate:
    candidate = found.candidate(instrument)
    assert candidate is not None
    return candidate


def codes(one: Candidate) -> list[str]:
    return [reason.code for reason in one.reasons]


def overlay(**rows: Any) -> Overlay:
    return parse_overlay(json.dumps(rows).encode())


def test_today_a_preservation_between_parties_of_budapest_rests_on_budapest() -> None:
    found = asked()
    assert [(row.role, row.instrument, row.reference) for row in found.basis] == [
        (Role.OBLIGATION, "budapest", "29(1)"),
        (Role.PROCEDURE, "budapest", "29(2)"),
        (Role.GROUNDS, "budapest", "29(5)"),
    ]
    assert codes(given(found, "uncc")) == ["force.nowhere"]
    assert given(found, "uncc").reasons[0].parameters == {"count": 3, "needed": 40}


def test_every_instrument_is_answered_for_once() -> None:
    assert sorted(one.instrument for one in asked().candidates) == sorted(PACKS)


def test_who_is_not_in_budapest_rests_on_the_convention_against_organized_crime() -> None:
    found = asked("KEN-FRA")
    assert found.basis[0].instrument == "untoc"
    assert codes(given(found, "budapest")) == ["force.party"]
    needed = [
        r.parameters["statement"] for r in given(found, "untoc").reasons if r.code == "statement.needed"
    ]
    assert "statement.organized_group" in needed


def test_between_practice_parties_the_convention_is_in_force_and_nothing_else() -> None:
    found = asked("XAA-XAB")
    assert found.basis[0].reference == "42(1)"
    assert codes(given(found, "uncc"))[0] == "force.practice"
    assert [one.instrument for one in found.candidates if one.verdict is Verdict.OPENS] == ["uncc"]


@pytest.mark.parametrize(
    ("pair", "reason"), [("FRA-FRA", "party.same"), ("FRA-QQQ", "party.unknown"), ("XAA-FRA", "realm.mixed")]
)
def test_pairs_that_are_none_open_nothing(pair: str, reason: str) -> None:
    found = asked(pair)
    assert found.best is None
    assert found.basis == ()
    assert {code for one in found.candidates for code in codes(one)} == {reason}


def test_before_its_day_an_instrument_is_told_as_coming() -> None:
    found = given(asked("FRA-USA", on=date(2006, 12, 31)), "budapest")
    assert found.reasons == (
        Reason(code="force.not_yet", parameters={"party": "USA", "since": "2007-01-01"}),
    )
    assert given(asked("FRA-USA", on=date(2007, 1, 1)), "budapest").verdict is Verdict.OPENS


def test_forty_ratifications_bring_the_convention_into_force_ninety_days_later() -> None:
    names = ["FRA", "USA", *(f"{a}{b}Z" for a in "CDEFGHI" for b in "OPQRST")][:37]
    events = [{"party": name, "event": "ratification", "on": "2027-01-01"} for name in names]
    more = overlay(events={"uncc": events})
    before, after = date(2027, 3, 31), date(2027, 4, 1)
    assert codes(given(asked(on=before, overlay=more), "uncc"))[0] == "force.not_yet"
    assert given(asked(on=after, overlay=more), "uncc").verdict is Verdict.OPENS
    assert asked(on=after, overlay=more).basis[0].instrument == "budapest"
    assert (
        given(asked(on=after, overlay=overlay(events={"uncc": events[1:]})), "uncc").verdict is Verdict.CLOSED
    )


def test_a_denunciation_ends_it() -> None:
    left = overlay(events={"budapest": [{"party": "USA", "event": "denunciation", "on": "2026-01-15"}]})
    assert given(asked(on=date(2026, 4, 30), overlay=left), "budapest").verdict is Verdict.OPENS
    gone = given(asked(on=date(2026, 5, 1), overlay=left), "budapest")
    assert gone.reasons == (Reason(code="force.ended", parameters={"party": "USA", "until": "2026-05-01"}),)


def test_the_protocol_needs_its_convention() -> None:
    joined = [
        {"party": name, "event": "ratification", "on": "2025-01-01"} for name in ("KEN", "FRA", "USA", "ESP")
    ]
    more = overlay(events={"budapest-2": joined})
    assert codes(given(asked("KEN-FRA", "stored-data", overlay=more), "budapest-2")) == ["force.needs"]
    assert asked("USA-FRA", "emergency", overlay=more).basis[0].instrument == "budapest-2"


def test_class_c_is_open_under_budapest_and_closed_under_the_others() -> None:
    found = asked(kind="stored-data", scope="C")
    assert given(found, "budapest").verdict is Verdict.OPENS
    assert "class.outside" in codes(given(found, "untoc"))
    practice = given(asked("XAA-XAB", "stored-data", scope="C"), "uncc")
    assert practice.verdict is Verdict.CLOSED


def test_a_class_that_is_not_told_stays_a_question() -> None:
    assert "class.unknown" in codes(given(asked(scope=""), "untoc"))
    assert "class.covered" in codes(given(asked(scope=""), "budapest"))
    assert "class.unknown" in codes(given(asked(kind="extradition", scope="A"), "budapest"))
    assert "class.outside" in codes(
        given(asked(kind="extradition", scope="A", months=60, article=16), "budapest")
    )


def test_what_an_instrument_does_not_have_it_does_not_open() -> None:
    found = given(asked(kind="confiscation"), "budapest")
    assert found.verdict is Verdict.CLOSED
    assert codes(found) == ["force.both", "article.none"]
    assert found.basis == ()


@pytest.mark.parametrize("effect", list(Effect))
def test_two_parties_apart_bring_a_lawyer_and_no_answer(effect: Effect) -> None:
    apart = overlay(
        overrides=[{"between": ["USA", "FRA"], "effect": effect.value, "note": "see the minister"}]
    )
    found = asked(overlay=apart)
    assert found.best is None
    assert found.basis == ()
    budapest = given(found, "budapest")
    assert budapest.verdict is Verdict.REVIEW
    assert codes(budapest)[-1] == f"pair.{effect.value}"
    assert budapest.basis[0].reference == "29(1)"


def test_an_override_of_one_instrument_leaves_the_others() -> None:
    row = {"between": ["USA", "FRA"], "instrument": "budapest", "effect": "objection"}
    found = asked(overlay=overlay(overrides=[row]))
    assert found.basis[0].instrument == "untoc"


def test_a_treaty_of_the_two_comes_first() -> None:
    treaty = {
        "between": ["USA", "FRA"],
        "title": "Treaty of 1998",
        "openings": [{"kinds": ["search"], "obligation": "1(1)", "procedure": "4", "grounds": "6"}],
    }
    found = asked(kind="search", overlay=overlay(treaties=[treaty]))
    assert found.candidates[0].title == "Treaty of 1998"
    assert [row.reference for row in found.basis] == ["1(1)", "4", "6"]
    assert "article.none" in codes(given(asked(overlay=overlay(treaties=[treaty])), "bilateral"))


def test_a_general_clause_comes_after_an_article_of_its_own() -> None:
    treaty = {
        "between": ["USA", "FRA"],
        "title": "Treaty of 1998",
        "openings": [{"kinds": ["preservation"], "obligation": "1(1)", "general": True}],
    }
    order = [one.instrument for one in asked(overlay=overlay(treaties=[treaty])).candidates]
    assert order[:2] == ["budapest", "bilateral"]


def test_without_a_treaty_the_law_of_the_requested_state_decides() -> None:
    assert codes(given(asked("KEN-QAT"), "reciprocity"))[0] == "law.unknown"
    law = overlay(laws=[{"party": "QAT", "law": "Act 17", "reference": "12(1)", "kinds": ["preservation"]}])
    found = asked("KEN-QAT", scope="C", overlay=law)
    assert found.basis[0].reference == "12(1)"
    assert found.candidates[0].law == "Act 17"
    assert given(asked("QAT-KEN", overlay=law), "reciprocity").verdict is Verdict.REVIEW
    assert given(asked("KEN-QAT", "records", overlay=law), "reciprocity").verdict is Verdict.REVIEW


def test_a_reservation_closes_or_touches() -> None:
    row = {"party": "USA", "event": "reservation", "on": "2020-01-01", "provision": "29(4)"}
    assert "reservation.touches" in codes(
        given(asked(overlay=overlay(events={"budapest": [row]})), "budapest")
    )
    closing = {**row, "closes": ["preservation"]}
    closed = given(asked(overlay=overlay(events={"budapest": [closing]})), "budapest")
    assert closed.verdict is Verdict.CLOSED
    assert "reservation.touches" in codes(given(asked("XAA-XAC"), "uncc"))


def test_a_reason_that_nobody_wrote_down_is_refused() -> None:
    with pytest.raises(ValueError, match="no reason"):
        Reason(code="because")


class TestAgreed:
    def test_the_convention_between_practice_parties_is_the_built_in_pack(self) -> None:
        pack = agreed(PartyCode("XAA"), PartyCode("XAB"), kind="search", instrument="uncc", on=ON)
        assert pack is not None
        assert pack.mechanisms == practice_pack().mechanisms
        assert pack.instruments == ("uncc", "reciprocity")

    def test_nothing_is_agreed_under_what_does_not_bind(self) -> None:
        for instrument in ("uncc", "bilateral", "uncac", "budapest-2"):
            assert (
                agreed(PartyCode("FRA"), PartyCode("USA"), kind="search", instrument=instrument, on=ON)
                is None
            )

    def test_budapest_gives_its_mechanism_and_clocks(self) -> None:
        pack = agreed(PartyCode("FRA"), PartyCode("USA"), kind="preservation", instrument="budapest", on=ON)
        assert pack is not None
        assert pack.instrument == "budapest"
        assert set(pack.instruments) == {"budapest", "untoc", "reciprocity"}
        assert set(pack.mechanisms) == {"preservation"}
        assert pack.clocks.preservation_least == 60
        assert pack.languages_of(PartyCode("USA")) == ()

    def test_an_instrument_without_the_mechanism_still_binds(self) -> None:
        pack = agreed(PartyCode("FRA"), PartyCode("USA"), kind="confiscation", instrument="budapest", on=ON)
        assert pack is not None
        assert pack.mechanisms == {}

    def test_the_overlay_brings_languages_reservations_and_what_sets_apart(self) -> None:
        more = overlay(
            languages=[{"party": "USA", "languages": ["en"]}],
            events={
                "budapest": [
                    {"party": "USA", "event": "reservation", "on": "2020-01-01", "provision": "29(4)"}
                ]
            },
            overrides=[{"between": ["USA", "FRA"], "effect": "sanctions"}],
        )
        pack = agreed(
            PartyCode("FRA"),
            PartyCode("USA"),
            kind="preservation",
            instrument="budapest",
            on=ON,
            overlay=more,
        )
        assert pack is not None
        assert pack.languages_of(PartyCode("USA")) == ("en",)
        assert pack.reservations_of(PartyCode("USA")) == {"29(4)"}
        assert pack.apart == ("pair.sanctions",)

    def test_no_overlay_says_nothing(self) -> None:
        assert NO_OVERLAY.treaties == ()
