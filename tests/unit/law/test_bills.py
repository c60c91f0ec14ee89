"""A bill beside the law in force: what it does, with passages marked, and what that does to the gaps."""

from dataclasses import replace
from datetime import date

import pytest

from comity.kernel.errors import NotFoundError
from comity.law.billeffects import effects_of, touched_by
from comity.law.bills import read_bill
from comity.law.billviews import bill_view, shortened
from comity.law.changes import Change, Mark, marked
from comity.law.gaps import Filled, Line
from comity.law.ports import Kept
from comity.law.profiles import Coverage, Implements, Meeting
from comity.law.profilewire import read_profile
from comity.law.provisions import Dated
from tests.unit.law.laws import code, provision
from tests.unit.law.test_profiles import form

ROWS = [
    {
        "article": 7,
        "implements": "full",
        "sureness": "high",
        "provisions": [{"instrument": "CRIMES", "section": "80", "rank": "primary", "most_months": 24}],
        "elements": {"access": "met", "ict_system": "met", "without_right": "met", "intent": "unknown"},
    },
    {
        "article": 9,
        "implements": "full",
        "sureness": "high",
        "provisions": [{"instrument": "CRIMES", "section": "81", "rank": "primary", "most_months": 60}],
        "elements": {"interference": "met", "data": "met", "without_right": "met", "intent": "met"},
    },
    {
        "article": 15,
        "implements": "none",
        "sureness": "high",
        "provisions": [],
        "elements": {"contact": "missing"},
    },
]
EXCESS = [{"instrument": "CRIMES", "section": "120", "right": "expression"}]
PROFILE = read_profile(form(articles=ROWS, instruments={"CRIMES": "Code"}, excess=EXCESS))
GROOM = (
    "A person who through a computer system communicates with a child in order to groom the child for a "
    "sexual offence commits an offence and is liable to imprisonment for ten years."
)


class Library:
    """The law in force, as a library gives it."""

    def __init__(self, provisions):
        self._kept = [
            Kept(number=n, dated=Dated(provision=one, ordinal=n, since=date(2026, 1, 1)), digest=one.digest())
            for n, one in enumerate(provisions)
        ]

    def standing(self, country=""):
        return iter(self._kept)

    def languages(self, country):
        return ("en",) if self._kept else ()


def section(number):
    return next(one for one in code() if one.section == number)


def bill(*provisions, is_whole=False):
    return read_bill("XAA", Library(code()).standing(), provisions, is_whole=is_whole)


def changed(*provisions, profile=PROFILE, after=None, **more):
    found = touched_by(bill(*provisions, **more), profile)
    return {one.article: one for one in effects_of(found, before=profile, after=after)}


def test_added_changed_repealed_and_the_same_are_told_apart():
    found = bill(
        replace(section("80"), text=section("80").text.replace("two years", "five years")),
        section("81"),
        replace(section("82"), text="Repealed."),
        replace(section("120"), text=""),
        provision("82A", GROOM, heading="Grooming"),
        provision("999", ""),
    )
    assert [(one.change.value, one.provision.section) for one in found.changes] == [
        ("changed", "80"),
        ("repealed", "82"),
        ("repealed", "120"),
        ("added", "82A"),
    ]
    assert found.same == 1
    assert [one.section for one in found.law] == ["1", "5", "80", "81", "82A"]


@pytest.mark.parametrize(
    "text", ["(Repealed)", "[aufgehoben]", "Abrogé.", "Derogado", "утратила силу", "ملغاة", "废止"]
)
def test_a_text_that_only_says_so_repeals(text):
    assert [one.change for one in bill(replace(section("82"), text=text)).changes] == [Change.REPEALED]


def test_what_a_whole_instrument_no_longer_holds_is_repealed_and_a_part_repeals_nothing():
    rest = [one for one in code() if one.section != "81"]
    assert [one.provision.section for one in bill(*rest, is_whole=True).changes] == ["81"]
    assert bill(*rest).changes == ()
    assert bill().changes == ()


def test_passages_are_marked_word_by_word_and_join_to_both_texts():
    before, after = "One rule. Liable to two years. Last.", "One rule. Liable to at most five years. Last."
    found = marked(before, after)
    removed = "".join(one.text for one in found if one.mark is Mark.REMOVED)
    assert removed.strip() == "two"
    assert "".join(one.text for one in found if one.mark is not Mark.ADDED) == before
    assert "".join(one.text for one in found if one.mark is not Mark.REMOVED) == after
    long = "word " * 4000
    assert {one.mark for one in marked(long, long.replace("word", "other"))} == {Mark.ADDED, Mark.REMOVED}
    short = shortened(marked("x " * 900 + "a. b", "x " * 900 + "a. c"))
    assert sum(len(one.text) for one in short) < 400


def test_a_higher_penalty_crosses_the_line_and_the_article_stays_covered():
    effect = changed(replace(section("80"), text=section("80").text.replace("two years", "five years")))[7]
    assert (effect.before, effect.after, effect.why) == (Filled.COVERED, Filled.COVERED, "changed")
    assert effect.penalty == (Line.BELOW, Line.REACHED)
    assert [one.months for one in effect.most] == [24, 60]
    assert effect.provisions == ("XAA/CRIMES/80",)


def test_when_all_that_carried_an_article_is_repealed_it_is_missing_unless_something_new_came():
    effect = changed(replace(section("81"), text=""))[9]
    assert (effect.after, effect.why) == (Filled.MISSING, "repealed")
    assert {one.after for one in effect.elements} == {Filled.MISSING}
    again = provision("81A", section("81").text, heading="Data interference")
    effect = changed(replace(section("81"), text=""), again)[9]
    assert effect.after is Filled.UNKNOWN
    assert effect.provisions == ("XAA/CRIMES/81", "XAA/CRIMES/81A")


def test_an_element_whose_words_go_is_unknown_and_never_missing():
    text = section("80").text.replace("without authority ", "")
    effect = changed(replace(section("80"), text=text, heading="Access"))[7]
    assert [(one.element.name, one.after, one.why) for one in effect.elements] == [
        ("without_right", Filled.UNKNOWN, "words_gone")
    ]
    assert effect.after is Filled.UNKNOWN


def test_a_new_text_may_serve_what_was_missing_and_claims_nothing():
    effect = changed(provision("82A", GROOM, heading="Grooming of children"))[15]
    assert (effect.before, effect.after, effect.why) == (Filled.MISSING, Filled.UNKNOWN, "came")
    assert {one.why for one in effect.elements} == {"words_came"}
    assert "contact" in {one.element.name for one in effect.elements}
    assert effect.most[1].months == 120


def test_with_a_profile_of_the_law_as_it_shall_stand_both_are_computed():
    row = replace(PROFILE.rows[7], elements={"access": Meeting(coverage=Coverage.MISSING)})
    after = replace(PROFILE, rows={**PROFILE.rows, 7: row})
    found = changed(section("80"), after=after)
    assert set(found) == {7}
    assert (found[7].before, found[7].after, found[7].why) == (Filled.COVERED, Filled.PARTLY, "profile")
    gone = replace(PROFILE.rows[9], implements=Implements.NONE, provisions=())
    assert (
        changed(section("80"), after=replace(after, rows={**PROFILE.rows, 9: gone}))[9].after
        is Filled.MISSING
    )


def test_the_view_tells_penalties_articles_and_what_reached_too_far():
    view = bill_view(
        Library(code()),
        "XAA",
        [replace(section("120"), text=""), replace(section("80"), text=section("80").text + " Or a fine.")],
        profile=PROFILE,
    )
    assert view.counts == {"added": 0, "changed": 1, "repealed": 1, "same": 0}
    harbours, access = view.changes
    assert (harbours.change, harbours.excess, harbours.serves) == ("repealed", "expression", ())
    assert (access.serves, access.before.first.months) == ((7,), 24)
    assert bill_view(Library(code()), "XAA", [provision("82A", GROOM)], profile=None).changes[0].serves == ()
    with pytest.raises(NotFoundError) as caught:
        bill_view(Library([]), "XAA", [], profile=None)
    assert caught.value.code == "law.country"
