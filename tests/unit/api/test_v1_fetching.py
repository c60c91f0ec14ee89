"""Pulls and pushes begun by a program or on a page: pieces of work whose result counts what came."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.api.test_v1 import Client, client
from tests.unit.node.test_pulling import TERMS, indicator, seen, served
from tests.unit.web.browser import Reply
from tests.unit.web.world import HEAD, House, world

SOURCE = {"name": "cert", "kind": "taxii", "url": "https://t.example/api/", "secret": "s3cret-key"}
PULLS, PUSHES = "/indicators/sources/cert/pulls", "/indicators/sources/cert/pushes"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return world(tmp_path).asking


def done(caller: Client, begun: dict[str, Any]) -> dict[str, Any]:
    found = begun
    while found["state"] == "running":
        found = caller.get(f"/works/{begun['work']}")
    return found


def test_a_pull_and_a_push_are_work_whose_result_counts_what_came(house: House) -> None:
    head = client(house, HEAD)
    head.post("/indicators/sources", SOURCE)
    failed = done(head, head.post(PULLS))
    assert (failed["state"], failed["problem"]["code"]) == ("failed", "sources.unreachable")
    house.reach = served({"": {"objects": [indicator(1), indicator(2), {"type": "indicator"}]}})
    begun = head.call("POST", PULLS)
    assert begun.status == 202
    pulled = done(head, head.value(begun))
    assert (pulled["kind"], pulled["about"], pulled["state"]) == ("indicators.pull", "cert", "ready")
    assert (pulled["result"]["added"], pulled["result"]["refusals"]) == (2, 1)
    assert house.reach.secrets == [b"s3cret-key"]
    values = {one["value"]: one["id"] for one in head.get("/indicators")["indicators"]}
    assert set(values) == {"e1.example", "e2.example"}
    actor = house.office.head()
    house.desks.indicators.keep(actor, [seen("ours.example")], terms=TERMS)
    (own,) = (one["id"] for one in head.get("/indicators?value=ours.example")["indicators"])
    pushed = done(head, head.post(PUSHES, {"names": [own]}))
    assert (pushed["state"], pushed["result"].get("ids")) == ("ready", [own]), pushed["problem"]
    assert pushed["result"]["taken"] >= 1
    assert "s3cret-key" not in str(head.get("/works"))


def test_what_is_not_there_or_not_allowed_begins_nothing(house: House) -> None:
    head, duty = client(house, HEAD), client(house)
    assert head.call("POST", PULLS).status == 404
    assert head.call("POST", PUSHES, {"names": ["x"]}).status == 404
    head.post("/indicators/sources", SOURCE)
    assert duty.call("POST", PUSHES, {"names": "x"}).status in (400, 422)
    absent = done(head, head.post(PUSHES, {"names": ["indicator--00000000-0000-4000-8000-000000000000"]}))
    assert absent["problem"]["code"] == "indicators.absent"
    assert [one["kind"] for one in head.get("/works")] == ["indicators.push"]


def test_on_the_page_a_server_is_fetched_from_and_given_to(house: House) -> None:
    head = house.browser(HEAD)
    place = "/indicators/exchange"
    page = head.get(place)
    assert "Give to a server" not in page.words
    token = page.page.form("/indicators/import")[0]
    source = [token, *SOURCE.items(), ("what", "add")]
    assert head.post("/indicators/sources", source).status == 303
    house.reach = served({"": {"objects": [indicator(1), {"type": "indicator"}]}})
    shown = head.get(place)
    assert "Give to a server" in shown.words
    told = finished(head, head.submit(shown, "/indicators/pull"))
    assert "1 added" in told.words and "1 refused" in told.words and "indicators.form" in told.words
    empty = head.post("/indicators/push", [token, ("name", "cert"), ("names", " ")])
    assert empty.status == 422 and "indicators.form" in empty.words
    for language in ("fr", "ar"):
        other = house.browser(HEAD, language=language)
        assert other.get(told.path).status == 200 and other.get(place).status == 200


def finished(browser: Any, reply: Reply) -> Reply:
    while "under way" in reply.words:
        reply = browser.get(reply.path)
    return reply
