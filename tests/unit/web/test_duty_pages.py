"""The page of duty: alarms are taken there, calls recorded, and it is sound in every language."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.node.directory import DirectoryDesk
from comity.node.duty import DutyDesk
from comity.node.lanes import LaneDesk
from comity.node.lanetasks import keep_task, tasks_of
from comity.node.people import PeopleDesk
from comity.requests.lanes import review_of
from comity.requests.service import example
from tests.unit.node.test_lanes import code
from tests.unit.web.browser import Reply
from tests.unit.web.test_reading_pages import LANGUAGES, require_sound
from tests.unit.web.world import HEAD, World, world

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


def ids(reply: Reply) -> list[dict[str, str]]:
    return [given for _, given in reply.page.tags if given.get("aria-invalid") == "true"]


def test_what_the_lanes_ask_is_done_at_the_page(two: World) -> None:
    office, browser = two.asked.office, two.asked.browser()
    desk, case = LaneDesk(place=office.place), emergency(two)
    page = browser.get("/duty")
    bad = browser.submit(page, "/duty/property", name="a b", asset="wallet", case=case[:12])
    assert (bad.status, ids(bad)[0]["name"]) == (422, "name")
    assert "lane.name" in bad.text and case[:12] in bad.text
    late = {"name": "w", "asset": "wallet", "hold_ends": "2001-01-01T00:00"}
    assert ids(browser.submit(page, "/duty/property", **late))[0]["name"] == "hold_ends"
    nowhere = browser.submit(page, "/duty/property", name="w", asset="wallet", case="zz")
    assert ids(nowhere)[0]["name"] == "case"
    page = browser.submit(page, "/duty/property", name="w", asset="wallet", case=case[:12])
    assert "property-w/issuer-freeze" in page.text and "property-w/bank-recall" not in page.text
    assert "/requests/property-freezing" in page.page.links()
    mute = browser.submit(page, "/duty/done", task="property-w/fiu-hold", words=" ")
    assert (mute.status, [one["id"] for one in ids(mute)]) == (422, ["done-property-w/fiu-hold"])
    page = browser.submit(page, "/duty/done", task="property-w/fiu-hold", words="<b>held</b>")
    assert "<b>held</b>" not in page.text and "property-w/fiu-hold" not in page.text
    again = browser.submit(page, "/duty/done", task="property-w/fiu-hold", words="held")
    assert (again.status, "duty.done" in again.text) == (409, True)
    page = browser.submit(page, "/duty/property/end", name="w", words="given back")
    assert "/duty/property/end" not in page.text
    with office.place.store.snapshot() as tx:
        tasks = [one for one in tasks_of(tx, office.desk) if one.lane == "property-w"]
    assert {one.words for one in tasks} == {"<b>held</b>", "given back"}
    assert code(desk.end_property, office.officer(), name="w", words="x") == "duty.done"
    assert code(desk.end_property, office.officer(), name="v", words="x") == "duty.no_task"
    for name, value in (("days", "0"), ("said_at", "soon"), ("act", "00")):
        given = {"act": case, "days": "2", "said_at": "2026-11-20T10:00", name: value}
        assert ids(browser.submit(page, "/duty/confirm", **given))[0]["name"] == name
    page = browser.submit(page, "/duty/confirm", act=case, said_at="", days="2")
    assert f"/register?case={case}&confirms={case}" in page.page.links()
    page = browser.submit(page, "/duty/done", task=f"{case}/confirm-in-writing", words="letter 7 came")
    assert "letter 7 came" in page.text
    assert not two.asked.faults


def test_a_review_is_decided_at_the_page_with_its_reason(two: World) -> None:
    office = two.asked.office
    with office.place.store.transaction() as tx:
        keep_task(tx, office.desk, review_of("1" * 64, decided_at=office.place.clock.now()))
    browser = two.asked.browser(seer(two))
    page = browser.get("/duty")
    offered = {one["action"] for one in page.page.forms}
    assert "/duty/review" in offered
    assert not offered & {"/duty/done", "/duty/property", "/duty/roster", "/duty/single", "/duty/drill"}
    mute = browser.submit(page, "/duty/review", outcome="not-upheld", words="")
    assert (mute.status, ids(mute)[0]["name"]) == (422, "words")
    assert '<option value="not-upheld" selected' in mute.text
    page = browser.submit(page, "/duty/review", outcome="upheld", words="the danger was real")
    assert "upheld: the danger was real" in page.text and "/duty/review" not in page.text
    assert browser.submit(mute, "/duty/review", words="again").status == 409


def seer(two: World) -> str:
    office = two.asked.office
    PeopleDesk(place=office.place).add_officer(
        office.head(), authority=office.desk, name="o.seer", roles=["overseer"], passphrase=None
    )
    return "o.seer"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_head_changes_the_roster_and_the_switch(two: World, language: str) -> None:
    office, browser = two.asked.office, two.asked.browser(HEAD, language=language)
    page = browser.get("/duty")
    require_sound(page, language)
    shift = {"officer-0": "a.diallo", "days-0": ["1", "5"], "from-0": "20:00", "to-0": "08:00"}
    wrong = (
        ({"zone": "x" * 65}, "zone"),
        ({"escalate": "99"}, "escalate"),
        ({"always": "nobody.here"}, "always"),
        ({"officer-1": "a.diallo", "from-1": "08:00", "to-1": "09:00"}, "days-1"),
        ({**shift, "to-0": "25:00"}, "to-0"),
        ({**shift, "deputies-0": "A B"}, "deputies-0"),
    )
    for given, at in wrong:
        told = browser.submit(page, "/duty/roster", **given)
        assert told.status == 422 and f'id="fault-roster-{at}"' in told.text, at
        assert all(str(value) in told.text for value in given.values() if isinstance(value, str))
    page = browser.submit(
        page, "/duty/roster", **shift, **{"deputies-0": f"{HEAD}", "zone": "Africa/Nairobi"}
    )
    kept = DutyDesk(place=office.place).board(office.head()).roster
    (one,) = kept.shifts
    assert (kept.zone, one.days, one.begins, one.deputies) == ("Africa/Nairobi", (1, 5), "20:00", (HEAD,))
    page = browser.submit(page, "/duty/roster", **{"remove-0": "yes", "always": f"a.diallo، {HEAD}"})
    kept = DutyDesk(place=office.place).board(office.head()).roster
    assert (kept.shifts, kept.always) == ((), ("a.diallo", HEAD))
    strange = browser.submit(page, "/duty/single", confirmed_by="x.y")
    assert (strange.status, ids(strange)[0]["name"]) == (403, "confirmed_by")
    page = browser.submit(page, "/duty/single", confirmed_by="a.diallo")
    assert DutyDesk(place=office.place).allows_single()
    browser.submit(page, "/duty/single")
    assert not DutyDesk(place=office.place).allows_single()
    assert "/duty/roster" not in two.asked.browser().get("/duty").text
    assert not two.asked.faults
