"""One test per rule: the smallest change to the example that makes the rule speak."""

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from comity.kernel.findings import Assessment, Finding, Severity
from comity.requests import service
from comity.requests.assessment import assess, check_skeleton
from comity.requests.kinds import Side
from comity.requests.reading import read_form
from comity.treaty.packs import DualCriminality, Pack, practice_pack

DAY = date(2026, 11, 2)
BASIS = [{"role": "obligation", "instrument": "uncc", "reference": "42(1)"}]
OTHER_CRIME = {"title": "Theft", "provisions": ["Criminal Code, section 1"]}


def check(kind: str, side: str = "requesting", **changes: Any) -> Assessment:
    form = {**service.example(kind), **changes}
    form = {name: value for name, value in form.items() if value is not ...}
    return service.check(json.dumps(form).encode(), side=side, on=DAY)


def told(assessment: Assessment, code: str) -> list[Finding]:
    return [f for f in assessment.findings if f.code == code]


def one(assessment: Assessment, code: str) -> tuple[str, str, str]:
    (finding,) = told(assessment, code)
    return finding.severity.value, finding.basis, finding.field


def offence(months: int | None = None, **more: Any) -> dict[str, Any]:
    years, rest = divmod(months or 0, 12)
    return {**OTHER_CRIME, "maximum_penalty": {"years": years, "months": rest}, **more}


def with_pack(kind: str, side: Side, pack: Pack, **changes: Any) -> Assessment:
    form = {**service.example(kind), **changes}
    return assess(read_form(form), side=side, on=DAY, pack=pack)


class TestInstrument:
    def test_two_live_parties_have_no_known_instrument(self) -> None:
        authority = {"id": "KEN/central-authority", "name": "Office"}
        found = check("preservation", requesting_authority=authority, requested_party="FRA")
        assert one(found, "instrument.none") == ("blocks", "42(1)", "/basis")
        assert told(found, "instrument.none")[0].parameters == {"requesting": "KEN", "requested": "FRA"}
        assert not found.may_proceed

    def test_practice_and_live_never_mix(self) -> None:
        found = check("stored-data", requested_party="FRA")
        assert one(found, "realm.mixed") == ("blocks", "44(1)", "/requested_party")
        assert not told(found, "instrument.none")

    def test_nobody_asks_itself(self) -> None:
        assert one(check("preservation", requested_party="XAA"), "party.same")[0] == "blocks"

    def test_a_code_that_names_nobody_is_told(self) -> None:
        found = check("preservation", requested_party="QQQ")
        assert one(found, "party.unknown") == ("blocks", "42(1)", "/requested_party")
        authority = {"id": "QQQ/office", "name": "Office"}
        place = one(check("preservation", requesting_authority=authority), "party.unknown")[2]
        assert place == "/requesting_authority/id"

    def test_an_instrument_not_in_force_blocks(self) -> None:
        basis = [*BASIS, {"role": "procedure", "instrument": "budapest", "reference": "29"}]
        found = check("preservation", basis=basis)
        assert one(found, "instrument.not_in_force") == ("blocks", "42(1)", "/basis/1/instrument")

    def test_an_instrument_whose_rules_are_not_held_is_for_a_person(self) -> None:
        pack = dataclasses.replace(practice_pack(), instruments=("uncc", "bilateral"))
        basis = [{"role": "obligation", "instrument": "bilateral", "reference": "5"}]
        found = with_pack("preservation", Side.REQUESTING, pack, basis=basis)
        assert one(found, "instrument.other") == ("decide", "42(1)", "/basis/0/instrument")

    def test_the_obligation_must_rest_on_something(self) -> None:
        basis = [{"role": "procedure", "instrument": "uncc", "reference": "40(15)"}]
        assert one(check("stored-data", basis=basis), "instrument.no_obligation")[:2] == ("blocks", "44(2)")

    def test_a_duty_id_is_no_article(self) -> None:
        basis = [{"role": "obligation", "instrument": "uncc", "reference": "42.1"}]
        assert one(check("preservation", basis=basis), "instrument.reference")[2] == "/basis/0/reference"

    def test_a_reference_tells_of_no_person(self) -> None:
        basis = [{"role": "obligation", "instrument": "bilateral", "reference": "call a.b@example.org"}]
        assert one(check("preservation", basis=basis), "field.value")[2] == "/basis/0/reference"


class TestScope:
    def test_four_years_are_serious_and_less_is_not(self) -> None:
        assert check("preservation", offences=[offence(48)]).may_proceed
        found = check("preservation", offences=[offence(47)])
        assert one(found, "scope.none") == ("blocks", "35(1)(c)", "/offences")

    def test_life_is_serious(self) -> None:
        penalty = {"years": 0, "life": True}
        assert check("preservation", offences=[{**OTHER_CRIME, "maximum_penalty": penalty}]).may_proceed

    def test_a_convention_offence_needs_no_penalty_threshold(self) -> None:
        offences = [offence(6, convention_article=16)]
        assert check("preservation", offences=offences).may_proceed
        found = check("preservation", "requested", offences=offences)
        assert one(found, "scope.claimed") == ("decide", "35(1)(b)", "/offences/0/convention_article")

    def test_article_four_is_no_convention_offence(self) -> None:
        found = check("preservation", offences=[offence(6, convention_article=4)])
        assert one(found, "field.value")[2] == "/offences/0/convention_article"

    def test_an_offence_outside_among_others_is_for_a_person(self) -> None:
        found = check("preservation", offences=[offence(60), offence(12)])
        assert one(found, "scope.part") == ("decide", "35(1)(c)", "/offences/1")
        assert found.may_proceed

    def test_preservation_asks_nothing_of_the_other_sides_penalty(self) -> None:
        found = check("preservation", "requested", offences=[offence(60)])
        assert not [f for f in found.findings if f.code.startswith("scope.")]

    def test_stored_data_look_at_both_penalties_of_a_serious_crime(self) -> None:
        known = {"criminal_in_requested": "yes"}
        found = check("stored-data", offences=[offence(60, criminal_in_requested="unknown")])
        assert one(found, "scope.other_side_unknown")[:2] == ("decide", "2(h)")
        found = check("stored-data", offences=[offence(60, **known)])
        assert not [f for f in found.findings if f.code == "scope.other_side_unknown"]
        found = check("stored-data", offences=[offence(60, **known, penalty_requested={"years": 3})])
        assert one(found, "scope.other_side_below")[:2] == ("decide", "2(h)")
        found = check("stored-data", offences=[offence(60, **known, penalty_requested={"years": 4})])
        assert not [f for f in found.findings if f.code.startswith("scope.")]


class TestCriminality:
    @pytest.mark.parametrize(
        ("answer", "code", "basis"),
        [("unknown", "dual_criminality.unknown", "40(8)"), ("no", "dual_criminality.absent", "40(8)")],
    )
    @pytest.mark.parametrize("side", ["requesting", "requested"])
    def test_what_is_unclear_is_for_a_person(self, answer: str, code: str, basis: str, side: str) -> None:
        offences = [offence(60, convention_article=7, criminal_in_requested=answer)]
        found = check("stored-data", side, offences=offences)
        assert one(found, code) == ("decide", basis, "/offences/0/criminal_in_requested")
        assert found.may_proceed

    def test_the_other_sides_claim_is_no_more_than_that(self) -> None:
        assert len(told(check("stored-data", "requested"), "dual_criminality.claimed")) == 2
        assert not told(check("stored-data", "requesting"), "dual_criminality.claimed")

    def test_where_it_is_required_its_absence_blocks(self) -> None:
        pack = practice_pack()
        mechanism = dataclasses.replace(
            pack.mechanisms["stored-data"], dual_criminality=DualCriminality.REQUIRED
        )
        pack = dataclasses.replace(pack, mechanisms={"stored-data": mechanism})
        offences = [offence(60, convention_article=7, criminal_in_requested="no")]
        found = with_pack("stored-data", Side.REQUESTED, pack, offences=offences)
        assert one(found, "dual_criminality.required")[:2] == ("blocks", "35(3)")

    def test_the_law_of_the_requested_state_may_extradite_without_it(self) -> None:
        offences = [offence(60, convention_article=7, criminal_in_requested="no")]
        found = check("extradition", "requested", offences=offences)
        assert one(found, "dual_criminality.waivable")[:2] == ("decide", "37(2)")
        assert not told(found, "dual_criminality.required")

    @pytest.mark.parametrize("side", ["requesting", "requested"])
    @pytest.mark.parametrize("stated", [{}, {"criminal_in_requested": "no"}, {"dual_criminality": "absent"}])
    def test_never_for_preservation(self, side: str, stated: Mapping[str, str]) -> None:
        found = check("preservation", side, offences=[offence(60, **stated)])
        codes = {f.code for f in found.findings if "dual_criminality" in f.code}
        assert codes == ({"dual_criminality.forbidden"} if stated else set())
        assert all(f.severity is Severity.NOTE for f in told(found, "dual_criminality.forbidden"))
        assert not told(found, "field.unknown")
        assert found.may_proceed

    def test_a_reservation_reaches_serious_crimes_only(self) -> None:
        found = check("preservation", requested_party="XAC", offences=[offence(60)])
        assert one(found, "reservation.applies") == ("decide", "42(5)", "/offences/0")
        found = check("preservation", requested_party="XAC", offences=[offence(60, convention_article=7)])
        assert not told(found, "reservation.applies")
        assert not told(check("preservation", offences=[offence(60)]), "reservation.applies")

    def test_a_partys_own_reservation_counts_on_its_own_side_only(self) -> None:
        form = {**service.example("preservation"), "offences": [offence(60)]}
        data = json.dumps(form).encode()
        own = frozenset({"42(5)"})
        asked = service.check(data, side="requested", on=DAY, own_reservations=own)
        asking = service.check(data, side="requesting", on=DAY, own_reservations=own)
        assert told(asked, "reservation.applies")
        assert not told(asking, "reservation.applies")


class TestItems:
    def test_two_items_of_one_name_block(self) -> None:
        item = service.example("preservation")["items"][0]
        found = check("preservation", items=[item, {**item}, {**item}])
        assert [(f.severity.value, f.field) for f in told(found, "items.duplicate")] == [
            ("blocks", "/items/1/id"),
            ("blocks", "/items/2/id"),
        ]

    @pytest.mark.parametrize("name", ["Mail Box", "a@b.example", "-", "a_b", "x" * 33, "é"])
    def test_a_name_that_could_tell_of_a_person_is_refused(self, name: str) -> None:
        item = {**service.example("preservation")["items"][0], "id": name}
        assert one(check("preservation", items=[item]), "field.value")[2] == "/items/0/id"

    def test_an_item_that_points_nowhere_is_for_a_person(self) -> None:
        item = {"id": "a", "data": ["traffic"], "description": {"text": "all log-ins", "language": "en"}}
        found = check("stored-data", items=[item])
        assert one(found, "items.unidentified") == ("decide", "40(15)(e)", "/items/0")

    def test_content_is_noted(self) -> None:
        assert one(check("preservation"), "items.content") == ("note", "24(2)", "/items/0/data")


class TestPeriods:
    @pytest.mark.parametrize(("kind", "basis"), [("preservation", "24(2)"), ("stored-data", "40(15)(f)")])
    def test_a_period_that_ends_before_it_begins_blocks(self, kind: str, basis: str) -> None:
        items = service.example(kind)["items"]
        items[0]["period"] = {"from": "2026-10-02", "to": "2026-10-01"}
        assert one(check(kind, items=items), "period.order") == ("blocks", basis, "/items/0/period")

    def test_one_day_is_a_period(self) -> None:
        found = check("stored-data", period={"from": "2026-10-01", "to": "2026-10-01"})
        assert {f.code for f in found.findings if f.code.startswith("period.")} == {"period.outside"}

    def test_more_than_a_year_is_for_a_person(self) -> None:
        found = check("stored-data", period={"from": "2024-01-01", "to": "2026-10-01"})
        assert one(found, "period.long") == ("decide", "24(2)", "/period")

    def test_data_to_come_are_no_stored_data(self) -> None:
        found = check("stored-data", period={"from": "2026-10-01", "to": "2026-11-03"})
        assert one(found, "period.future") == ("decide", "45(1)", "/period/to")

    def test_an_item_without_a_period_is_noted_unless_the_request_has_one(self) -> None:
        items = [
            {k: v for k, v in i.items() if k != "period"} for i in service.example("stored-data")["items"]
        ]
        assert not told(check("stored-data", items=items), "period.open")
        assert len(told(check("stored-data", items=items, period=...), "period.open")) == 2


class TestSecrecyAndTime:
    def test_secrecy_for_more_than_a_year_is_for_a_person(self) -> None:
        secrecy = service.example("preservation")["confidentiality"]
        for until, expected in (("2027-11-03", []), ("2027-11-04", ["decide"])):
            found = check("preservation", confidentiality={**secrecy, "until": until})
            assert [f.severity.value for f in told(found, "confidentiality.long")] == expected

    def test_secrecy_that_is_over_is_for_a_person(self) -> None:
        secrecy = {**service.example("stored-data")["confidentiality"], "until": "2026-11-01"}
        found = check("stored-data", confidentiality=secrecy)
        assert one(found, "confidentiality.past") == ("decide", "40(20)", "/confidentiality/until")

    def test_asking_for_no_secrecy_is_noted_on_the_side_that_asks(self) -> None:
        assert one(check("preservation", confidentiality=...), "confidentiality.absent")[:2] == (
            "note",
            "42(3)(g)",
        )
        assert not told(check("preservation", "requested", confidentiality=...), "confidentiality.absent")

    def test_a_deadline_in_the_past_is_for_a_person(self) -> None:
        urgency = {**service.example("preservation")["urgency"], "wanted_by": "2026-11-01"}
        assert one(check("preservation", urgency=urgency), "urgency.past")[:2] == ("decide", "40(26)")

    def test_an_emergency_is_called_back_by_the_side_that_is_asked(self) -> None:
        urgency = {**service.example("preservation")["urgency"], "emergency": True}
        assert one(check("preservation", "requested", urgency=urgency), "urgency.emergency")[:2] == (
            "decide",
            "2(o)",
        )
        assert not told(check("preservation", urgency=urgency), "urgency.emergency")

    def test_preservation_without_the_intention_to_ask_blocks(self) -> None:
        found = check("preservation", intends_request=False)
        assert one(found, "intention.absent") == ("blocks", "42(3)(f)", "/intends_request")

    def test_a_request_planned_after_sixty_days_is_for_a_person(self) -> None:
        for day, expected in (("2027-01-01", 0), ("2027-01-02", 1)):
            assert len(told(check("preservation", request_expected=day), "intention.late")) == expected


class TestLanguages:
    def test_a_request_in_a_language_that_is_not_taken_is_for_a_person(self) -> None:
        found = check("preservation", language="pt")
        assert one(found, "language.not_accepted") == ("decide", "40(13)", "/language")

    def test_a_regional_variant_is_taken(self) -> None:
        assert not told(check("preservation", language="en-GB"), "language.not_accepted")

    def test_a_translation_heals_a_text(self) -> None:
        text = {"text": "Os factos", "language": "pt"}
        healed = {**text, "translation": {"text": "The facts", "language": "en", "by": "Translator"}}
        assert one(check("stored-data", facts=text), "language.text_not_accepted")[2] == "/facts"
        assert not told(check("stored-data", facts=healed), "language.text_not_accepted")

    def test_texts_inside_items_are_read_too(self) -> None:
        items = service.example("preservation")["items"]
        items[1]["description"] = {"text": "Registos", "language": "pt"}
        found = check("preservation", items=items)
        assert one(found, "language.text_not_accepted")[2] == "/items/1/description"

    def test_another_party_takes_other_languages(self) -> None:
        places = {
            f.field for f in told(check("preservation", requested_party="XAC"), "language.text_not_accepted")
        }
        assert "/necessity" in places
        assert "/facts" not in places  # it has a French translation


class TestSafeguards:
    @pytest.mark.parametrize("kind", ["preservation", "stored-data"])
    def test_the_side_that_is_asked_decides_on_sovereignty_and_persecution(self, kind: str) -> None:
        found = {f.code: (f.severity.value, f.basis) for f in check(kind, "requested").findings}
        assert found["sovereignty.review"] == ("decide", "40(21)(b)")
        assert found["persecution.review"] == ("decide", "40(22)")
        assert found["domestic_law.review"] == ("decide", "40(21)(c)")
        assert found["rights.review"] == ("decide", "6(2)")

    def test_personal_data_are_decided_where_they_are_handed_over(self) -> None:
        assert one(check("stored-data", "requested"), "personal_data.review")[:2] == ("decide", "36(1)")
        assert not told(check("preservation", "requested"), "personal_data.review")

    def test_the_side_that_asks_learns_the_closed_list(self) -> None:
        (finding,) = told(check("preservation"), "grounds.expected")
        assert finding.parameters["grounds"] == "R-40.21b, R-40.21c, R-40.22"
        (finding,) = told(check("preservation", requested_party="XAC"), "grounds.expected")
        assert finding.parameters["grounds"] == "R-40.21b, R-40.21c, R-40.22, R-42.5"

    def test_the_side_that_is_asked_is_told_what_is_never_a_ground(self) -> None:
        found = {
            f.parameters["ground"] for f in told(check("preservation", "requested"), "grounds.forbidden")
        }
        assert found == {"X-40.23", "X-40.24", "X-42.4"}

    def test_use_beyond_the_proceedings_is_for_a_person(self) -> None:
        undertakings = {"use_limited": False, "onward_only_authorized": False}
        found = check("stored-data", undertakings=undertakings)
        assert one(found, "use.not_limited")[:2] == ("decide", "40(19)")
        assert one(found, "use.onward")[:2] == ("decide", "36(3)")
        assert one(check("stored-data"), "use.limited")[:2] == ("note", "40(19)")

    def test_data_that_nobody_preserved_may_be_gone(self) -> None:
        found = check("stored-data", preservation_reference=...)
        assert one(found, "preservation.missing")[:2] == ("note", "44(1)")


class TestSkeleton:
    def differs(self, **claims: Any) -> set[str]:
        form = service.example("preservation")
        said: dict[str, Any] = {
            "offence_class": "A",
            "items": ["mailbox", "log-ins"],
            "confidential_until": date.fromisoformat(form["confidentiality"]["until"]),
            **claims,
        }
        found = check_skeleton(read_form(form), **said)
        assert {f.code for f in found.findings} <= {"skeleton.differs"}
        assert found.may_proceed is not bool(found.findings)
        return {f.field for f in found.findings}

    def test_a_skeleton_that_says_what_the_form_says_is_silent(self) -> None:
        assert self.differs() == set()

    def test_a_skeleton_that_says_something_else_blocks(self) -> None:
        assert self.differs(offence_class="B") == {"/class"}
        assert self.differs(items=["mailbox"]) == {"/items"}
        assert self.differs(items=["log-ins", "mailbox"]) == {"/items"}
        assert self.differs(confidential_until=None) == {"/confidentiality/until"}

    def test_a_form_at_fault_is_told_elsewhere(self) -> None:
        reading = read_form({"kind": "preservation"})
        assert check_skeleton(reading, offence_class="A", items=(), confidential_until=None).findings == ()


class TestEdges:
    """The value on the line and the one beyond it."""

    def speaks(self, code: str, kind: str = "stored-data", side: str = "requesting", **changes: Any) -> bool:
        return bool(told(check(kind, side, **changes), code))

    def test_four_years_claimed_as_a_convention_offence_are_serious_anyway(self) -> None:
        for months, expected in ((47, True), (48, False)):
            offences = [offence(months, convention_article=7)]
            assert self.speaks("scope.claimed", "preservation", "requested", offences=offences) is expected

    def test_a_year_and_a_day(self) -> None:
        for end, expected in (("2026-01-01", False), ("2026-01-02", True)):  # 366 and 367 days
            assert self.speaks("period.long", period={"from": "2025-01-01", "to": end}) is expected

    def test_the_day_of_the_assessment_is_not_to_come(self) -> None:
        for end, expected in (("2026-11-02", False), ("2026-11-03", True)):
            assert self.speaks("period.future", period={"from": "2026-10-01", "to": end}) is expected

    def test_secrecy_and_deadline_of_today_are_not_over(self) -> None:
        secrecy = service.example("stored-data")["confidentiality"]
        urgency = service.example("stored-data")["urgency"]
        for day, expected in (("2026-11-02", False), ("2026-11-01", True)):
            assert self.speaks("confidentiality.past", confidentiality={**secrecy, "until": day}) is expected
            assert self.speaks("urgency.past", urgency={**urgency, "wanted_by": day}) is expected

    def test_text_as_long_as_is_taken(self) -> None:
        for length, expected in ((1000, False), (1001, True)):
            assert self.speaks("field.too_long", preservation_reference="x" * length) is expected

    def test_as_many_elements_as_are_taken(self) -> None:
        provision = {**service.example("preservation")["offences"][0]}
        for count, expected in ((32, False), (33, True)):
            offences = [{**provision, "provisions": ["x"] * count}]
            assert self.speaks("field.too_long", "preservation", offences=offences) is expected

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("language", "EN", "field.value"),
            ("language", ["en"], "field.type"),
            ("requested_party", "xab", "field.value"),
            ("request_expected", "2026-02-30", "field.value"),
            ("request_expected", "20261102", "field.value"),
            ("request_expected", 20261102, "field.type"),
            ("intends_request", "yes", "field.type"),
            ("items", {"id": "mailbox"}, "field.type"),
            ("urgency", "now", "field.type"),
        ],
    )
    def test_a_value_that_is_not_taken(self, field: str, value: object, code: str) -> None:
        assert one(check("preservation", **{field: value}), code)[2] == f"/{field}"

    def test_what_both_sides_are_told_of_proportion_and_data(self) -> None:
        assert one(check("preservation"), "proportionality.review") == ("decide", "24(1)", "/items")
        assert one(check("preservation", "requested"), "proportionality.review") == (
            "decide",
            "24(4)",
            "/items",
        )
        assert one(check("stored-data"), "personal_data.received")[:2] == ("note", "36(2)")
        (others,) = told(check("stored-data", "requested"), "grounds.others")
        assert "R-40.21d" in str(others.parameters["grounds"])
        assert one(check("preservation", version=2), "version.unknown") == ("blocks", "42(3)", "/version")
