"""Dual criminality: what is not known stays unclear, and no law is said to reach what it does not."""

import json
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from comity.kernel.errors import MalformedError, NotFoundError
from comity.law.conduct import read_conduct
from comity.law.dual import Answer, compare
from comity.law.profiles import Confirmation, Coverage, Implements, Meeting, Status
from comity.law.shelf import DRAFTS, draft_of

DAY = date(2026, 11, 22)
SHARED = Path(os.environ.get("COMITY_SHARED", Path(__file__).parents[3] / ".." / "shared")) / "law"
ACCESS = {
    "act": "access",
    "object": "ict_system",
    "intent": ["intentional", "obtain_data"],
    "means": ["security_measure", "connected_system"],
    "without_right": True,
}
IMAGE = {
    "act": "publish",
    "object": "intimate_image",
    "intent": "intentional",
    "means": "ict_means",
    "result": "serious_harm",
    "without_right": True,
    "consent": False,
    "victim_age": 30,
}
CHAT = {
    "act": "groom",
    "intent": ["intentional", "sexual_offence"],
    "means": ["ict_means", "further_act"],
    "victim_age": 12,
}


def conduct(form, **changes):
    told = {name: value for name, value in {**form, **changes}.items() if value != "absent"}
    return read_conduct(json.dumps(told).encode(), where="form")


def between(first, second, **asked):
    return compare((first, draft_of(first)), (second, draft_of(second)), **{"on": DAY, **asked})


def test_the_drafts_agree_with_the_table_and_never_say_met_where_it_does_not():
    path = SHARED / "dual_criminality.json"
    if not path.is_file():
        pytest.skip("the table of dual criminality is not here")
    agreed = wanted = 0
    for row in json.loads(path.read_text()):
        found = between(row["state_a"], row["state_b"], article=row["un_article"]).answer
        if row["dual_criminality"] == "yes":
            wanted += 1
            agreed += found is Answer.MET
        else:
            assert found is not Answer.MET, row
    assert wanted > 200
    assert agreed / wanted >= 0.9


@pytest.mark.parametrize("first", DRAFTS)
def test_described_access_is_a_crime_everywhere_and_an_error_or_a_right_is_not(first):
    other = "KEN" if first != "KEN" else "DEU"
    assert between(first, other, conduct=conduct(ACCESS)).answer is Answer.MET
    assert between(first, other, conduct=conduct(ACCESS, without_right=False)).answer is Answer.NOT_MET
    assert between(first, other, conduct=conduct(ACCESS, without_right=None)).answer is Answer.UNCLEAR
    assert between(first, other, conduct=conduct(ACCESS, intent="negligent")).answer is not Answer.MET
    assert between(first, other, conduct=conduct(ACCESS, act="attempt")).answer is not Answer.MET


@pytest.mark.parametrize(
    ("pair", "changes", "answer"),
    [
        (("DEU", "KEN"), {"means": "absent"}, "unclear"),
        (("DEU", "KEN"), {"means": "absent", "not": ["security_measure"]}, "not_met"),
        (("CAN", "FRA"), {"means": "absent", "not": ["security_measure"]}, "met"),
    ],
)
def test_a_condition_of_one_law_counts_when_it_is_told_and_is_open_when_it_is_not(pair, changes, answer):
    found = between(*pair, conduct=conduct(ACCESS, **changes))
    assert found.answer == answer
    assert [one.article for one in found.articles] == [7]


def test_threats_synthetic_images_and_unknown_ages_stay_unclear():
    assert between("FRA", "CAN", conduct=conduct(IMAGE)).answer is Answer.MET
    for changes in (
        {"act": "threaten"},
        {"object": ["intimate_image", "synthetic"]},
        {"consent": None},
        {"victim_age": 17},
        {"act": ["publish", "attempt"]},
    ):
        assert between("FRA", "CAN", conduct=conduct(IMAGE, **changes)).answer is Answer.UNCLEAR, changes
    assert between("FRA", "CAN", conduct=conduct(IMAGE, consent=True)).answer is Answer.NOT_MET
    synthetic = between("FRA", "CAN", conduct=conduct(IMAGE, object=["intimate_image", "synthetic"]))
    assert synthetic.by_country["FRA"].answer is Answer.MET
    assert synthetic.by_country["CAN"].facts == ("synthetic",)


@pytest.mark.parametrize(("age", "germany"), [(13, "met"), (14, "not_met"), (None, "unclear")])
def test_the_age_of_protection_differs(age, germany):
    found = between("FRA", "DEU", conduct=conduct(CHAT, victim_age=age, articles=[15]))
    assert found.by_country["DEU"].answer == germany


def test_what_a_partial_law_leaves_out_is_not_met_once_a_person_confirms_it():
    draft = draft_of("DEU")
    signed = replace(
        draft,
        status=Status.CONFIRMED,
        version=1,
        confirmation=Confirmation(person="A. Jurist", office="counsel", authority="Ministry", on=DAY),
    )
    tool = {
        "act": "sell",
        "object": "program",
        "intent": ["intentional", "offence_use"],
        "without_right": True,
    }
    for form, answer in (
        (tool, "met"),
        ({**tool, "act": "possess"}, "not_met"),
        ({**tool, "object": "device"}, "not_met"),
    ):
        assert between("DEU", "FRA", conduct=conduct(form)).by_country["DEU"].answer is Answer.UNCLEAR
        found = compare(("DEU", signed), ("FRA", draft_of("FRA")), on=DAY, conduct=conduct(form))
        assert found.by_country["DEU"].answer == answer
        assert not found.is_certain


def test_nothing_is_known_without_a_profile_before_its_day_or_where_law_was_not_read():
    for found, reason in (
        (compare(("FRA", draft_of("FRA")), ("XAA", None), on=DAY, article=7), "profile.absent"),
        (between("KEN", "FRA", article=7, on=date(2019, 1, 1)), "profile.later"),
        (between("FRA", "KEN", article=15), "row.incomplete"),
        (between("FRA", "USA", article=12), "row.partial"),
        (between("FRA", "CAN", conduct=conduct({"act": "finance"})), "conduct.no_article"),
    ):
        assert found.answer is Answer.UNCLEAR
        assert found.offence_class is None
        assert reason in {one.reason for one in found.by_country.values()}


def test_an_element_that_somebody_spoke_of_is_shown_where_nobody_spoke_of_the_article():
    draft = draft_of("KEN")
    row = replace(
        draft.rows[7], implements=Implements.UNKNOWN, elements={"access": Meeting(coverage=Coverage.MET)}
    )
    known = replace(draft, rows={**draft.rows, 7: row})
    found = compare(("KEN", known), ("FRA", draft_of("FRA")), on=DAY, article=7)
    told = found.articles[0].sides[0]
    assert found.answer is told.said.answer is Answer.UNCLEAR
    assert told.elements["access"].answer is Answer.MET
    assert {one.answer for name, one in told.elements.items() if name != "access"} == {Answer.UNCLEAR}


def test_a_law_that_has_nothing_or_lacks_an_element_does_not_reach_the_conduct():
    draft = draft_of("FRA")
    row = draft.rows[7]
    none = replace(row, implements=Implements.NONE, provisions=(), elements={})
    lacking = replace(row, elements={**row.elements, "access": Meeting(coverage=Coverage.MISSING)})
    for changed in (none, lacking):
        profile = replace(draft, rows={**draft.rows, 7: changed})
        found = compare(("FRA", profile), ("CAN", draft_of("CAN")), on=DAY, conduct=conduct(ACCESS))
        assert found.answer is Answer.NOT_MET
    profile = replace(draft, rows={**draft.rows, 7: lacking})
    assert compare(("FRA", profile), ("CAN", draft_of("CAN")), on=DAY, article=7).answer is Answer.UNCLEAR


def test_only_offences_are_compared():
    for article in (6, 18, 69):
        with pytest.raises(NotFoundError) as caught:
            between("FRA", "CAN", article=article)
        assert caught.value.code == "law.offence"
    with pytest.raises(ValueError, match="either"):
        between("FRA", "CAN")


@pytest.mark.parametrize(
    ("form", "where", "hint"),
    [
        ([], "form", "members"),
        ({}, "form#/act", "access"),
        ({"act": "acces"}, "form#/act/0", "access"),
        ({"act": 7}, "form#/act", "access"),
        ({"act": "access", "victim": 12}, "form#/victim", "victim_age"),
        ({"act": "access", "victim_age": 131}, "form#/victim_age", "130"),
        ({"act": "access", "victim_age": True}, "form#/victim_age", "130"),
        ({"act": "access", "consent": "no"}, "form#/consent", "null"),
        ({"act": "access", "not": ["access"]}, "form#/not", "one of the two"),
        ({"act": "access", "not": ["consent"]}, "form#/not/0", "one of"),
        ({"act": "access", "articles": [18]}, "form#/articles", "7 to 17"),
        ({"act": "access", "note": 1}, "form#/note", "4000"),
    ],
)
def test_a_wrong_form_is_refused_with_its_place_and_what_may_stand_there(form, where, hint):
    with pytest.raises(MalformedError) as caught:
        read_conduct(json.dumps(form).encode(), where="form")
    assert (caught.value.code, caught.value.where) == ("law.conduct", where)
    assert hint in caught.value.hint
