"""Lists at the command line: pages, the place where the next begins, and what may be missing."""

import pytest

from comity.cases.reckoning import Step
from comity.kernel.clock import Instant
from comity.node.laneviews import TaskView
from comity.node.views import Page
from tests.unit.cli.fakes import CASE, CASE_VIEW, comity


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_what_is_due_is_told_with_case_time_owner_and_paragraph(language):
    ran = comity("due", "--lang", language)
    assert (ran.code, ran.err) == (0, "")
    assert CASE[:8] in ran.out
    assert CASE_VIEW.duties[0].owner in ran.out
    (made,) = [given for name, given in ran.calls.made if name == "due"]
    assert made == {"purpose": "practice", "after": "", "theirs": False}


def test_what_the_others_owe_is_asked_for_by_name():
    ran = comity("due", "--others", "--after", "7.place.1", "--json")
    (made,) = [given for name, given in ran.calls.made if name == "due"]
    assert (made["theirs"], made["after"]) == (True, "7.place.1")
    assert ran.value["duties"][0]["case"] == CASE
    assert (ran.value["next"], ran.value["waiting"]) == ("", 0)


@pytest.mark.parametrize(
    ("words", "answer", "items"),
    [
        (("due",), "due", CASE_VIEW.duties),
        (("case", "list"), "cases", (CASE_VIEW,)),
        (("act", "list"), "cases", (CASE_VIEW,)),
        (("request", "list"), "requests", CASE_VIEW.requests),
    ],
)
def test_a_list_names_its_next_page_and_what_may_be_missing(words, answer, items):
    page = Page(items=items, next="9.next", waiting=12)
    ran = comity(*words, answers={answer: page})
    assert f"comity {' '.join(words)} --after 9.next" in ran.out
    assert "12" in ran.out
    value = comity(*words, "--after", "8.here", "--json", answers={answer: page}).value
    assert (value["next"], value["waiting"]) == ("9.next", 12)
    last = comity(*words).out
    assert "--after" not in last


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_tasks_of_the_lanes_come_first_with_their_arithmetic(language):
    at = Instant(1_795_600_000_000_000)
    steps = (Step(code="lane_end", at=at), Step(code="less_hours", at=at, given=(("count", 48),)))
    task = TaskView(
        task="property-x/order",
        about="property-x",
        code="order",
        owner="XAA/contact-point",
        due=at,
        basis="50(2)",
        overdue=True,
        steps=steps,
    )
    ran = comity("due", "--lang", language, answers={"owed": (task,)})
    assert ran.out.index("property-x") < ran.out.index(CASE[:8])
    assert "50(2)" in ran.out and "XAA/contact-point" in ran.out and "reckon." not in ran.out
    value = comity("due", "--json", answers={"owed": (task,)}).value
    assert (value["tasks"][0]["code"], value["tasks"][0]["overdue"]) == ("order", True)
    assert value["tasks"][0]["arithmetic"][1]["code"] == "less_hours"
    assert comity("due", "--others", "--json", answers={"owed": (task,)}).value["tasks"] == []


def test_a_list_without_lines_says_so():
    assert comity("due", "--lang", "en", answers={"due": Page(items=(), next="", waiting=0)}).out == (
        "nothing here\n"
    )
