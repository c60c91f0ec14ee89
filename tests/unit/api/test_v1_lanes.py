"""Duty and the fast lanes, through the interface: the same desks as the command and the page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.api.test_v1 import client
from tests.unit.web.test_duty_pages import NUMBER, emergency
from tests.unit.web.world import World, world


@pytest.fixture
def two(tmp_path: Path) -> World:
    return world(tmp_path)


def test_an_officer_on_duty_goes_through_the_interface(two: World) -> None:
    request, caller = emergency(two), client(two.asked)
    assert caller.get("/duty")["has_roster"] is False
    alarm = caller.post("/duty/drills", None)
    taken = caller.post(f"/duty/alarms/{alarm['id']}/acknowledgement", {"words": "heard"})
    assert taken["acknowledged_by"] == "a.diallo"
    seen = caller.get(f"/requests/{request}/calls")
    assert (seen["numbers"], seen["calls"], seen["needed"]) == ([NUMBER], [], True)
    made = caller.post(f"/requests/{request}/calls", {"number": NUMBER, "outcome": "confirmed"})
    assert (made["officer"], made["office"]) == ("a.diallo", two.asking.office.desk)
    assert caller.get(f"/requests/{request}/calls")["needed"] is False
    forged = caller.call("POST", f"/requests/{request}/calls", {"number": "+1", "outcome": "confirmed"})
    assert (forged.status, json.loads(forged.body)["code"]) == (403, "callback.number")
    caller.post("/duty/properties", {"name": "x", "asset": "payment", "case": request})
    first = caller.get("/duty/tasks")[0]
    assert (first["code"], first["owner"], first["basis"]) == ("bank-recall", two.asked.office.desk, "47(1)")
    assert [step["code"] for step in first["steps"]] == ["lane_start", "plus_hours"]
    done = caller.post("/duty/tasks/done", {"task": first["task"], "words": "the bank has it"})
    assert done["done_by"] == "a.diallo"
    told = [event["code"] for event in caller.get(f"/cases/{request}")["lane_events"]]
    assert "call.confirmed" in told and "hold.done" in told
    ended = caller.post("/duty/properties/x/end", {"words": "the money is back"})
    assert len(ended) == 6 and {one["words"] for one in ended} == {"the money is back"}
    said = {"said_at": 1_790_000_000_000_000, "days": 2}
    assert caller.post(f"/acts/{request}/confirmation", said)["code"] == "confirm-in-writing"
    unknown = caller.call("POST", "/acts/nothing/review", {"outcome": "upheld", "words": "x"})
    assert (unknown.status, json.loads(unknown.body)["code"]) == (422, "digest.form")


def test_a_head_keeps_roster_and_policy(two: World) -> None:
    caller = client(two.asked, str(two.asked.office.head().officer))
    kept = caller.call("PUT", "/duty/roster", {"roster": {"always": ["a.diallo"]}})
    assert (kept.status, json.loads(kept.body)["always"]) == (200, ["a.diallo"])
    for allowed in (True, False):
        reply = caller.call("PUT", "/duty/single", {"allowed": allowed})
        assert json.loads(reply.body) == {"allowed": allowed}
    form = caller.call("POST", "/requests?to=XAA/contact-point&single=hurry", {"kind": "emergency"})
    assert form.status == 422


def test_a_head_limits_the_line_through_the_interface_and_the_page(two: World) -> None:
    caller = client(two.asked, str(two.asked.office.head().officer))
    wish = {
        "rate": 65536,
        "hours": [{"begins": "00:00", "ends": "00:00", "rate": 0}],
        "zone": "UTC",
        "low": True,
    }
    kept = caller.call("PUT", "/line", wish)
    assert (kept.status, json.loads(kept.body)) == (200, {"v": 1, **wish})
    slow = caller.call("PUT", "/line", {"rate": 100})
    assert (slow.status, json.loads(slow.body)["code"]) == (422, "line.rate")
    browser = two.asked.browser(str(two.asked.office.head().officer))
    done = browser.submit(browser.get("/settings"), "/settings/line", rate="512")
    assert done.status == 200
    assert caller.get("/line") == {"v": 1, **wish, "rate": 512 * 1024, "low": True}
    token = dict(browser.get("/settings").page.form("/settings/line"))["csrf"]
    assert browser.post("/settings/line", {"csrf": token, "rate": "fast"}).status == 422
