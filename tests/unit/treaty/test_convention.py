import json
import os
from pathlib import Path

import pytest

from comity.kernel.errors import MalformedError, NotFoundError
from comity.treaty import convention
from comity.treaty.articles import is_reference, reference_of_duty
from comity.treaty.convention import Mark

SHARED = Path(os.environ.get("COMITY_SHARED", Path(__file__).parents[3].parent / "shared"))


def test_every_article_is_there_once_and_in_order() -> None:
    assert [article.number for article in convention.articles()] == list(range(1, 69))


@pytest.mark.parametrize(
    "ref", ["42(3)(a)", "42(3)(g)", "40(15)(f)", "40(21)(d)", "2(h)", "2(e)(ii)", "36(1)(a)(ii)", "48"]
)
def test_a_known_place_exists(ref: str) -> None:
    assert convention.exists(ref)
    assert convention.paragraphs(ref)


@pytest.mark.parametrize("ref", ["42(3)(h)", "42(10)", "40(15)(h)", "69", "40.21(b)", "48(1)", ""])
def test_an_unknown_place_does_not_exist(ref: str) -> None:
    assert not convention.exists(ref)


def test_asking_for_an_unknown_place_says_so() -> None:
    with pytest.raises(NotFoundError):
        convention.paragraphs("42(3)(h)")
    with pytest.raises(MalformedError):
        convention.paragraphs("42.3")
    with pytest.raises(NotFoundError):
        convention.article(69)


def test_a_listed_letter_is_answered_by_its_paragraph() -> None:
    assert convention.paragraphs("42(3)(a)") == convention.paragraphs("42(3)")


@pytest.mark.parametrize(
    ("ref", "mark"),
    [
        ("2(h)", Mark.CONFIRMED),
        ("40(22)", Mark.CONFIRMED),
        ("42(3)(a)", Mark.RECALLED),
        ("40(21)(a)", Mark.RECALLED),  # confirmed for ground (b) by a weak source only
        ("40(19)", Mark.RECALLED),  # one of its two rules is recalled
    ],
)
def test_a_mark_is_no_better_than_its_weakest_rule(ref: str, mark: Mark) -> None:
    assert convention.mark(ref) is mark


def test_every_paragraph_names_known_sources_and_a_known_ground() -> None:
    known = {source.key for source in convention.sources()}
    for article in convention.articles():
        for rule in article.paragraphs:
            assert is_reference(rule.ref)
            assert set(rule.sources) <= known
            assert rule.ground in convention.grounds()


def test_every_figure_and_declaration_stands_at_a_known_place() -> None:
    for figure in convention.figures():
        for ref in figure.ref.split("/"):
            assert convention.exists(ref), figure
    for declaration in convention.declarations():
        assert convention.exists(declaration.ref), declaration


def test_the_periods_that_the_rules_use_are_figures_of_the_convention() -> None:
    values = {(figure.ref, figure.value, figure.unit) for figure in convention.figures()}
    assert {("42(8)", "60", "days"), ("25(2)", "90", "days"), ("2(h)", "4", "years")} <= values


def test_article_four_establishes_no_offence() -> None:
    assert convention.convention_offences() == (7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19)


@pytest.mark.skipif(not (SHARED / "convention").is_dir(), reason="the fact base is not beside the repository")
def test_our_data_hold_every_duty_of_the_fact_base() -> None:
    facts = json.loads((SHARED / "convention/convention.json").read_bytes())
    ours = {
        (rule.ref, rule.summary, rule.force, rule.actor, rule.mark is Mark.CONFIRMED)
        for article in convention.articles()
        for rule in article.paragraphs
    }
    duties = [duty for article in facts["articles"] for duty in article["duties"]]
    theirs = {
        (str(reference_of_duty(d["id"])), d["text"], d["force"], d["actor"], d["confirmed"]) for d in duties
    }
    assert len(duties) == 348
    assert ours == theirs
