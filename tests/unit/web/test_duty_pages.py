"""The page of duty: alarms are taken there, calls recorded, and it is sound in every language."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.node.directory import DirectoryDesk
from comity.node.duty import DutyDesk
from comity.node.lanes import LaneDesk
from comity.requests.service import example
from tests.unit.web.test_reading_pages import LANGUAGES, require_sound
from tests.unit.web.world import World, world

NUMBER = "+999 1 000 00 01"


@pytest.fixture
def two(tmp_path: Path) -> World:
    return world(tmp_path)


def emergency(two: World) -> str:
    """Let the asking side publish a number and ask for emergency disclosure; return the request."""
    one, other = two.asking.office, two.asked.office
    service = json.dumps({"contacts": [{"name": "Duty desk", "telephone": NUMBER}]}).encode()
    DirectoryDesk(place=one.place).publish(one.head(), authority=one.desk, service=service)
    card = one.peers.card()
    other.peers.add(other.head(), card=card, words=" ".join(other.peers.words(card)))
    form = example("emergency")
    act = one.settle(one.cases.draft_request(one.officer(), form=json.dumps(form).encode(), to=other.desk))
    two.carry()
    return act.act


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_sound_in_every_language(two: World, language: str) -> None:
    request = emergency(two)
    browser = two.asked.browser(language=language)
    LaneDesk(place=two.asked.office.place).begin_property(
        two.asked.office.officer(), name="x", asset="payment"
    )
    require_sound(browser.get("/duty"), language)
    require_sound(browser.get(f"/duty?request={request}"), language)
    assert not two.asked.faults


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_timeline_and_the_start_page_tell_of_the_lanes(two: World, language: str) -> None:
    request = emergency(two)
    office = two.asked.office
    desk = LaneDesk(place=office.place)
    desk.call(office.officer(), request=request, number=NUMBER, outcome="confirmed", reached="desk")
    desk.begin_property(office.officer(), name="x", asset="payment", case=request)
    browser = two.asked.browser(language=language)
    page = browser.get(f"/cases/{request}")
    require_sound(page, language)
    assert page.text.count("a.diallo") >= 1 and "lane_event" not in page.text
    start = browser.get("/")
    require_sound(start, language)
    assert "property-x" in start.text and "47(1)" in start.text
    assert not two.asked.faults


def test_the_choice_of_one_person_alone_is_shown_in_an_emergency_where_it_is_allowed(two: World) -> None:
    office = two.asking.office
    browser = two.asking.browser()
    assert 'name="single"' not in browser.get("/requests/emergency").text
    DutyDesk(place=office.place).allow_single(office.head(), allowed=True)
    page = browser.get("/requests/emergency")
    assert 'name="single"' in page.text
    assert 'name="single"' not in browser.get("/requests/stored-data").text
    form = example("emergency")
    draft = office.cases.draft_request(
        office.officer(), form=json.dumps(form).encode(), to=two.asked.office.desk, single="no-time"
    )
    for language in LANGUAGES:
        shown = two.asking.browser(language=language).get(f"/drafts/{draft.act}")
        require_sound(shown, language)
        assert "single" not in shown.text


def test_a_call_is_recorded_and_a_drill_is_taken(two: World) -> None:
    request = emergency(two)
    browser = two.asked.browser()
    page = browser.get(f"/duty?request={request}")
    assert NUMBER in page.text
    told = browser.submit(page, "/duty/call", number=NUMBER, outcome="confirmed", reached="duty desk")
    assert "duty desk" in told.text
    (call,) = LaneDesk(place=two.asked.office.place).calls(two.asked.office.officer(), request=request)
    assert (call.outcome, call.number, call.officer) == ("confirmed", NUMBER, "a.diallo")
    rings = browser.submit(browser.get("/duty"), "/duty/drill")
    taken = browser.submit(rings, "/duty/take", words="heard <b>it</b>")
    assert "taken by" in taken.text
    assert "<b>it</b>" not in taken.text
    assert "/duty/take" not in taken.text
    forged = browser.submit(page, "/duty/call", number="+1 234", outcome="confirmed")
    assert forged.status == 403
    assert "callback.number" in forged.text
