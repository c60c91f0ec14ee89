"""Guided cases at the command line: what is next in plain words, and what to type."""

import dataclasses

import pytest

from comity.kernel.errors import DeniedError
from tests.unit.cli.fakes import CASE, PRACTICE, comity


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize("verb", ["start", "next", "check"])
def test_the_step_whose_turn_it_is_comes_with_what_to_type(verb, language):
    ran = comity("practice", verb, "mended", "--lang", language)
    assert (ran.code, ran.err) == (0, "")
    assert "comity request answer REQUEST --text TEXT --reason TEXT" in ran.out
    assert "comity practice next mended" in ran.out
    assert "practice/files/mended" in ran.out
    assert "p.colleague" in ran.out
    assert (ran.out.count("[x]"), ran.out.count("[>]"), ran.out.count("[ ]")) == (2, 1, 0)
    assert "{" not in ran.out
    assert "practice.mended" not in ran.out
    (made,) = [given for name, given in ran.calls.made if name.startswith("practice_")]
    assert made == {"name": "mended"}


def test_a_program_reads_the_same():
    value = comity("practice", "check", "mended", "--json").value
    assert (value["name"], value["case"], value["begun"], value["done"]) == ("mended", CASE, True, False)
    assert [(step["id"], step["own"], step["done"], step["now"]) for step in value["steps"]] == [
        ("mend", True, True, False),
        ("asked-back", False, True, False),
        ("answer", True, False, True),
    ]
    assert [one["begun"] for one in comity("practice", "list", "--json").value["cases"]] == [True, False]


def test_what_is_done_and_what_was_not_begun_says_so():
    done = tuple(dataclasses.replace(step, done=True, now=False) for step in PRACTICE.steps)
    whole = dataclasses.replace(PRACTICE, done=True, steps=done, colleague="")
    ran = comity("practice", "next", "mended", "--lang", "en", answers={"practice_next": whole})
    assert "Done" in ran.out
    assert "p.colleague" not in ran.out
    fresh = dataclasses.replace(PRACTICE, begun=False, colleague="")
    ran = comity("practice", "check", "mended", "--lang", "en", answers={"practice_show": fresh})
    assert "comity practice start mended" in ran.out


def test_a_live_node_refuses_and_says_where_to_practise():
    refusal = DeniedError("practice.live", "this node is live", hint="make a practice node")
    for verb in ("start", "next", "check"):
        answers = {f"practice_{name}": refusal for name in ("start", "next", "show")}
        ran = comity("practice", verb, "mended", "--json", answers=answers)
        assert (ran.code, ran.problem["code"]) == (4, "practice.live")
