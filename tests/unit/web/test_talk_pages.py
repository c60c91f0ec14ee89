"""The conversation and the registering of letters through the pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.cases.attested import CHANNELS, CHECKS
from comity.cases.conversation import ROWS
from comity.cases.kinds import KINDS
from comity.kernel.clock import to_date
from comity.web.registrations import PLAIN
from comity.web.talkforms import FIELDS, MANY, OWN_PAGES
from comity.wording.catalogue import catalogue
from comity.wording.speech import label
from tests.unit.web.test_deciding_pages import LANGUAGES, answer, finish
from tests.unit.web.test_reading_pages import ask, require_sound
from tests.unit.web.world import World, world


@pytest.fixture
def two(tmp_path: Path) -> World:
    return world(tmp_path)


def test_conditions_are_offered_and_accepted_through_the_pages(two: World) -> None:
    request = ask(two)
    offered = answer(
        two.asked,
        request.case,
        "conditions.offer",
        conditions=["use_limited", "no_onward"],
        text="Only here.",
    )
    assert "would help under conditions" in offered.words
    assert "use only for these proceedings" in offered.words
    two.carry()
    page = two.asking.browser().get(f"/cases/{request.case}")
    require_sound(page, "en")
    assert "accept or decline the conditions" in page.words and "waits for" in page.words
    answer(two.asking, request.case, "conditions.accept", text="Agreed.")
    two.carry()
    done = two.asked.browser().get(f"/cases/{request.case}")
    assert "accepted the conditions and is bound by them" in done.words


def test_the_arrival_of_a_paper_original_is_confirmed_through_the_page(two: World) -> None:
    request = ask(two)
    browser, path = two.asked.browser(), f"/cases/{request.case}/answer/original.confirm"
    form = browser.get(path)
    require_sound(form, "en")
    refused = browser.submit(form, path, form="paper", at="", reference="RR 1")
    assert refused.status == 422
    today = to_date(two.asked.office.place.clock.now()).isoformat()
    answer(two.asked, request.case, "original.confirm", form="paper", at=today, reference="RR 1")
    two.carry()
    told = two.asking.browser().get(f"/cases/{request.case}")
    require_sound(told, "en")
    assert "recorded that the original came" in told.words


def test_a_letter_is_registered_in_the_browser_and_marked_wherever_it_is_shown(two: World) -> None:
    request = ask(two)
    browser = two.asked.browser()
    form = browser.get(f"/register?case={request.case}")
    require_sound(form, "en")
    path = "/register"
    draft = browser.submit(
        form,
        path,
        channel="voice",
        checked="callback",
        statement="Called, and called back.",
        kind="status.ask",
        reference="Call 7",
    )
    case = finish(two.asked, draft)
    require_sound(case, "en")
    assert "asked how far the request is" in case.words
    assert "attested by one side only" in case.words and "called back on a known number" in case.words
    assert "get what was said confirmed in writing" in case.words
    refused = browser.submit(form, path, statement="nothing chosen")
    assert refused.status == 422 and "register.nothing" in refused.words
    two.carry()
    theirs = two.asking.browser().get(f"/cases/{request.case}")
    assert "attested by one side only" in theirs.words
    answer(two.asking, request.case, "attest.dispute", text="It was not us.")
    assert "disputed, without effect" in two.asking.browser().get(f"/cases/{request.case}").words


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_to_register_is_sound_in_every_language(two: World, language: str) -> None:
    browser = two.asked.browser(language=language)
    require_sound(browser.get("/register"), language)


def test_a_request_leaves_as_a_draft_to_talk_about_or_as_what_a_letter_says(two: World) -> None:
    browser = two.asking.browser()
    page = browser.get("/requests/preservation")
    require_sound(page, "en")
    shown = browser.submit(page, "/requests/preservation", action="example")
    talk = browser.submit(shown, "/requests/preservation", action="draft", consult="yes")
    assert "draft to talk about" in talk.words
    shown = browser.submit(page, "/requests/preservation", action="example")
    came = browser.submit(
        shown,
        "/requests/preservation",
        action="register",
        sender="XAC",
        channel="post",
        checked="sealed",
        statement="I opened it.",
    )
    assert came.status == 200 and "registered: came outside any node" in came.words


def test_every_word_of_the_conversation_is_in_the_catalogue() -> None:
    known = catalogue("en")
    for name in KINDS:
        assert f"act.{name}" in known and f"web.timeline.{name}" in known, name
    for name in {row.name for row in ROWS} - OWN_PAGES:
        assert f"web.do.{name}" in known
    codes = {code for fields in FIELDS.values() for one in fields for code in one.options}
    for code in codes | set(CHANNELS) | set(CHECKS):
        assert label(f"talk.{code}", language="en") != f"talk.{code}", code
    for fields in FIELDS.values():
        assert all(f"web.talk.{one.name}" in known for one in fields)
    parts = {part for row in KINDS.values() for part in (*row.needs, *row.may)}
    assert {part for part in parts if f"web.part.{part}" not in known} == set()


def test_the_fields_of_a_page_are_members_of_the_skeleton_with_the_codes_it_takes() -> None:
    for kind, fields in FIELDS.items():
        assert {one.name for one in fields} <= set(KINDS[kind].body.__struct_fields__), kind
        assert all(one.options for one in fields if one.shape == MANY)
    assert "status.ask" in PLAIN and "evidence.deliver" not in PLAIN
