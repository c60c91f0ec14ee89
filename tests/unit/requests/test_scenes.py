"""Scenes: concepts that stand together raise a flag, and those that make them harmless do not."""

import pytest

from comity.requests.scenes import Scene, scenes, staged


@pytest.mark.parametrize(
    ("flag", "text"),
    [
        ("expression", "The columnist is wanted."),
        ("expression", "Le rappeur est poursuivi pour une chanson."),
        ("persecution", "She leads a congregation."),
        ("torture", "In the cell he was kept awake for days."),
        ("remote_access", "Nuestros agentes han entrado en el servidor."),
        ("asylum", "Она просила убежища."),
        ("fair_trial", "法院在没有律师的情况下宣判。"),
        ("informant", "الشاهد المحمي ذكر اسمه."),
    ],
)
def test_what_stands_together_is_raised(flag: str, text: str) -> None:
    assert flag in set(staged(text))


@pytest.mark.parametrize(
    "text",
    [
        "A fake columnist is wanted.",
        "The victim, a congregation, was defrauded.",
        "The weather was fine.",
        "",
    ],
)
def test_what_is_harmless_is_left(text: str) -> None:
    assert not set(staged(text))


def test_a_scene_looks_two_sentences_far_and_no_further() -> None:
    assert "expression" in set(staged("She is a columnist. She is wanted."))
    assert "expression" not in set(staged("She is a columnist. It rains. She is wanted."))


def test_how_data_are_kept_is_not_searched_and_a_crowd_only_where_something_is_asked() -> None:
    assert not set(staged("The columnist is wanted.", pointer="/data_protection/text"))
    assert "bulk" in set(staged("All users of the forum", pointer="/items/0/description/text"))
    assert "bulk" not in set(staged("All users of the forum", pointer="/facts/text"))


def test_a_scene_of_no_concept_is_refused() -> None:
    with pytest.raises(ValueError, match="names no concept"):
        Scene(flag="x", needs=frozenset({"unheard of"}), span=1, unless=frozenset(), at=())
    assert len(scenes()) > 40
