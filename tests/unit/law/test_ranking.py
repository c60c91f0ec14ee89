import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.errors import NotFoundError
from comity.law.marks import Marker, passages_of
from comity.law.matters import matter_of, matters
from comity.law.ranking import Candidate, rank
from comity.law.vocabulary import vocabulary
from comity.law.wire import dump_marks, read_marks
from tests.unit.law.laws import code, provision


def candidates(provisions, language="en"):
    marker = Marker(vocabulary(language))
    return [
        Candidate(marks=marker.marks(one), instrument=one.instrument, section=one.section, text=one.text)
        for one in provisions
    ]


def found(provisions, article, most=5):
    return [provisions[one.index].section for one in rank(candidates(provisions), article, most=most)]


@pytest.mark.parametrize(("article", "section"), [(7, "80"), (9, "81"), (19, "5")])
def test_the_right_section_comes_first(article, section):
    assert found(code(), article)[0] == section


def test_what_says_nothing_of_the_matter_is_left_out():
    assert "1" not in found(code(), 9)
    assert found([provision(text="Ships pay harbour dues.")], 9) == []


def test_an_ancillary_section_stands_behind_the_rule_it_is_about():
    order = found(code(), 7)
    assert order.index("80") < order.index("82") if "82" in order else True
    assert order[0] == "80"


def test_the_passage_that_matters_is_marked():
    text = (
        "Ships pay dues.\n" * 40 + "Whoever unlawfully intercepts private communications commits an offence."
    )
    sections = [provision("1", text)]
    best = rank(candidates(sections), 8, most=1)[0]
    assert "intercepts private communications" in text[best.passage.start : best.passage.end]


@pytest.mark.parametrize("article", [0, 1, 69, 400])
def test_articles_without_a_matter_are_told(article):
    with pytest.raises(NotFoundError) as caught:
        rank([], article, most=5)
    assert caught.value.code == "law.article"


def test_matters_name_no_country():
    for article in matters():
        assert matter_of(article).weights


@given(st.text(max_size=2_000))
def test_passages_cover_the_text_without_gaps(text):
    spans = list(passages_of(text))
    assert spans[0][0] == 0
    assert spans[-1][1] == len(text)
    assert all(before[1] == after[0] for before, after in itertools.pairwise(spans))


@given(st.lists(st.text(alphabet="data computer access fraud;.\n ", max_size=300), max_size=6))
def test_marks_are_kept_as_they_are_and_ranking_is_the_same_again(texts):
    marked = candidates([provision(str(n), text) for n, text in enumerate(texts)])
    again = [
        Candidate(
            marks=read_marks(dump_marks(one.marks)), instrument="CRIMES", section=one.section, text=one.text
        )
        for one in marked
    ]
    for article in (7, 11, 13, 19):
        assert rank(marked, article, most=9) == rank(again, article, most=9)


@pytest.mark.parametrize(("country", "right", "share"), [("KEN", 0.96, 0.93), ("EST", 0.88, 0.75)])
def test_real_laws_are_ranked_well(shared, country, right, share):
    """Two of seven States here, for time; ``python -m benchmarks.law`` measures all and tells each figure."""
    from benchmarks.law import measured

    hit, recall, _ = measured(shared, country, country_language(shared, country))
    assert hit >= right
    assert recall >= share


def country_language(shared, country):
    return json.loads((shared / "law" / "truth" / f"{country}.json").read_text())["language"][:2]
