"""What is lacking, line by line: weights, places, options, safeguards, help for others, excess."""

from dataclasses import replace

import msgspec
import pytest

from comity.law.elements import asked
from comity.law.gaps import gaps_of
from comity.law.gapviews import gaps_view
from comity.law.lacks import CODES, Weight, evidence_without_offence, lacks_of
from comity.law.profiles import Coverage, Implements, Meeting, Safeguards
from comity.law.shelf import DRAFTS, draft_of
from comity.treaty.convention import exists
from comity.wording.catalogue import LANGUAGES, catalogue
from comity.wording.lawlines import add_said, found_said


def told(profile):
    return lacks_of(profile, gaps_of(profile))


def codes(profile, article):
    return {(one.code, one.subject) for one in told(profile).by_article[article]}


def with_row(profile, number, **changes):
    return replace(profile, rows={**profile.rows, number: replace(profile.rows[number], **changes)})


def test_every_element_and_every_option_names_a_place_that_the_convention_has():
    for number, one in asked().items():
        for element in one.elements:
            assert exists(element.basis), (number, element.name)
            assert element.basis.startswith(str(number))
        assert set(one.leaves) == one.may_ask | one.may_leave_out, number
        assert all(exists(place) for place in one.leaves.values())


@pytest.mark.parametrize("country", DRAFTS)
def test_every_line_cites_the_convention_and_a_gap_in_what_serves_an_article_the_national_section(country):
    for line in told(draft_of(country)).all:
        assert line.code in CODES
        assert exists(line.basis)
        assert all(exists(place) for place in line.leaves)
        if not line.code.startswith("article"):
            assert line.provisions and all(one.startswith(f"{country}/") for one in line.provisions)


def test_what_is_missing_is_a_gap_what_is_left_open_none_and_what_nobody_read_unknown():
    germany = draft_of("DEU")
    assert ("element.absent", "preservation") in codes(germany, 25)
    assert ("element.option", "access") in codes(germany, 7)
    assert {("element.reserved", "handling"), ("element.reserved", "item")} <= codes(germany, 11)
    assert codes(germany, 36) == {("article.unknown", "")}
    weights = {one.code: one.weight for one in told(germany).all}
    assert weights["element.absent"] is Weight.GAP
    assert weights["element.reserved"] is weights["element.option"] is Weight.OPEN
    assert weights["penalty.below"] is Weight.WEAK
    assert weights["article.unknown"] is Weight.UNKNOWN
    reserved = [one for one in told(germany).by_article[11] if one.code == "element.reserved"]
    assert {one.leaves for one in reserved} == {("11(3)",)}


def test_a_condition_beyond_what_is_left_open_says_which():
    narrowed = Meeting(coverage=Coverage.NARROWED, only_if=("gain", "security_measure"))
    profile = with_row(draft_of("KEN"), 7, elements={**draft_of("KEN").rows[7].elements, "access": narrowed})
    lines = {one.code: one for one in told(profile).by_article[7]}
    assert lines["element.narrowed"].facts == ("gain",)
    assert lines["element.option"].facts == ("security_measure",)
    assert (lines["element.narrowed"].basis, lines["element.option"].leaves) == ("7(1)", ("7(2)",))


@pytest.mark.parametrize(
    ("orders", "review", "expected"),
    [
        (("police",), "later", "safeguard.alone"),
        (("minister",), "none", "safeguard.alone"),
        (("police",), "prior", None),
        (("judge", "police"), "later", None),
        ((), "prior", "safeguard.unknown"),
    ],
)
def test_who_orders_is_weighed_with_who_reviews(orders, review, expected):
    guards = Safeguards(orders=orders, review=review, grounds="yes", limits="yes", remedy="yes")
    found = {
        one.code
        for one in told(with_row(draft_of("KEN"), 28, safeguards=guards)).by_article[28]
        if one.subject == "orders"
    }
    assert found == ({expected} if expected else set())


def test_preservation_may_be_ordered_by_the_police_and_a_review_that_is_missing_is_a_gap():
    assert not {one for one in codes(draft_of("KEN"), 25) if one[1] == "orders"}
    assert ("safeguard.missing", "review") in codes(draft_of("USA"), 25)


def test_it_says_whether_evidence_can_be_given_for_an_offence_that_the_state_does_not_have():
    kenya = draft_of("KEN")
    without = with_row(kenya, 16, implements=Implements.NONE, provisions=())
    assert ("evidence.unknown", "help_without_own_offence") in codes(without, 16)
    germany = draft_of("DEU")
    assert [one.value for one in evidence_without_offence(gaps_of(germany))] == ["partly", "unknown"]
    helped = with_row(
        germany,
        40,
        elements={
            **germany.rows[40].elements,
            "help_without_own_offence": Meeting(coverage=Coverage.MET),
        },
    )
    assert ("evidence.helped", "help_without_own_offence") in codes(helped, 11)
    assert ("evidence.unhelped", "help_without_own_offence") in codes(germany, 11)
    assert evidence_without_offence(gaps_of(None))[0].value == "unknown"


def test_too_far_cites_article_six_and_what_security_research_is_owed():
    (line,) = told(draft_of("DEU")).excess
    assert (line.article, line.basis, line.leaves, line.provisions) == (
        6,
        "6(2)",
        ("11(2)",),
        ("DEU/StGB/202c",),
    )
    assert line.weight is Weight.EXCESS


def test_without_a_profile_nothing_is_claimed():
    assert {one.code for one in told(None).all} == {"article.unknown"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_is_said_in_every_language_of_pages(language):
    view = gaps_view("DEU", draft_of("DEU"), gaps_of(draft_of("DEU")), {})
    for code in CODES:
        assert {f"law.lack.{code}", f"law.add.{code}"} <= set(catalogue(language))
    for one in view.articles:
        for line in one.lines:
            for said in (
                found_said(line, language=language),
                add_said(line, language=language, elements=tuple(e.element for e in one.elements)),
            ):
                assert said and "law." not in said and "{" not in said


def test_the_value_is_json_with_permalinks():
    view = gaps_view("KEN", draft_of("KEN"), gaps_of(draft_of("KEN")), {})
    value = msgspec.json.decode(msgspec.json.encode(view))
    seven = next(one for one in value["articles"] if one["article"] == 7)
    assert seven["elements"][0] == {
        "element": "access",
        "role": "conduct",
        "optional": False,
        "basis": "7(1)",
        "address": "/treaty/7#1",
        "result": "covered",
        "allowed": ["security_measure"],
        "beyond": [],
        "provisions": ["KEN/CMCA/14"],
        "note": "A protection must be infringed.",
    }
    assert seven["provisions"][0]["address"] == "/law/KEN/CMCA/14"
    assert {one["code"]: one["address"] for one in seven["lines"]} == {
        "element.option": "/treaty/7#1",
        "penalty.below": "/treaty/2#h",
    }
