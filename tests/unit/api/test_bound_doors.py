"""The door of bound receivers for takedowns: their own key, what they were given, and nothing else."""

from __future__ import annotations

import json

import pytest

from comity.api import hashdoors
from comity.node.hashviews import Grounds
from comity.node.takedownbooks import BookDesk
from comity.node.takedowns import TakedownDesk, Where
from tests.unit.api.test_hash_doors import GROUNDS, World, digest
from tests.unit.node.test_takedowns import CHANNELS

PATH = "/receivers/v1/takedowns"
URL = "https://pictures.example/a"


@pytest.fixture
def world(monkeypatch):
    return World(monkeypatch)


def call(world, method="GET", path=PATH, body=None, *, key=None):
    headers = {"authorization": f"Bearer {world.keys['ours'] if key is None else key}"}
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    answer = world.raw(method, path, body=data, headers=headers)
    return answer.status_code, answer.json() if answer.content else None


def test_a_receiver_supplies_a_place_for_what_it_was_given_and_answers(world):
    status, made = call(world, "POST", body={"place": URL, "address": "193.0.0.9", "hashes": [digest(1)]})
    assert (status, made["state"], made["place"]) == (200, "open", URL)
    again = call(world, "POST", body={"place": URL, "address": "193.0.0.9", "hashes": [digest(1)]})
    assert again == (200, made)  # told twice, it is one
    desk = TakedownDesk(place=world.side.place, hashes=world.desk)
    view = desk.show(world.head, takedown=made["takedown"], purpose="practice")
    assert (view.url, view.address, view.prints, view.subject) == (URL, "193.0.0.9", 1, "intimate")
    assert view.by == "receiver.platform: supplied"
    status, held = call(world, "POST", f"{PATH}/1/answers", {"step": "removed", "words": "within the hour"})
    assert (status, held["state"]) == (200, "removed")
    assert call(world, "POST", f"{PATH}/1/answers", {"step": "refused", "reason": "silence"})[0] == 409
    assert call(world)[1] == [held]
    with world.side.place.store.snapshot() as tx:
        lines = [(one.officer, one.action) for one in tx.node.journal(world.side.desk)[:3]]
    assert lines[::2] == [("receiver.platform", "takedown.removed"), ("receiver.platform", "takedown.open")]
    assert world.faults == []


def test_a_notice_to_its_channel_may_be_answered_and_nobody_elses(world):
    desk = TakedownDesk(place=world.side.place, hashes=world.desk)
    BookDesk(place=world.side.place, hashes=world.desk).take_channels(
        world.head, data=CHANNELS.replace(b'"code":"pictures"', b'"code":"platform"')
    )
    number = desk.open(world.head, where=Where(place=URL), subject="intimate", why="asked")
    assert call(world) == (200, [])
    assert call(world, "POST", f"{PATH}/{number}/answers", {"step": "removed"})[0] == 404
    desk.notice(world.head, takedown=number, to="platform")
    assert [one["takedown"] for one in call(world)[1]] == [number]
    other = world.desk.share(world.head, name="ours", to="other", grounds=GROUNDS).key
    assert call(world, "POST", f"{PATH}/{number}/answers", {"step": "removed"}, key=other)[0] == 404
    assert call(world, key=other) == (200, [])
    status, told = call(world, "POST", f"{PATH}/{number}/answers", {"step": "refused", "reason": "not-found"})
    assert (status, told["state"]) == (200, "refused")


def test_what_is_not_its_own_is_refused_and_nothing_is_kept(world, monkeypatch):
    good = {"place": URL, "hashes": [digest(1)]}
    for key in ("", "platform.wrong", "nobody.x"):
        assert call(world, "POST", body=good, key=key)[0] == 401
    for body, wanted in (
        ({"place": URL, "hashes": [digest(99)]}, 404),  # it was never given this
        ({"place": URL, "entries": ["1/e1"]}, 404),  # that is of another list
        ({"place": URL}, 422),
        ({"place": "not a place", "hashes": [digest(1)]}, 422),
        ({**good, "address": "x"}, 422),
        ({**good, "extra": 1}, 422),
        ({**good, "hashes": [digest(1)] * 51}, 422),
        (b"{", 422),
        (b"\xff", 422),
        (b" " * (65 << 10), 422),
    ):
        assert call(world, "POST", body=body)[0] == wanted, body
    for step in ("notice", "closed", "told", "wrong", ""):
        assert call(world, "POST", f"{PATH}/1/answers", {"step": step})[0] == 422
    world.mark("ours", 1, "withdrawn")
    assert call(world, "POST", body=good)[0] == 404
    assert call(world) == (200, [])
    key = world.desk.share(
        world.head, name="known", to="hotline", grounds=Grounds(ground="Act", licence="x", onward=False)
    ).key
    assert call(world, "POST", body={"place": URL, "entries": ["1/e1"]}, key=key)[0] == 200
    monkeypatch.setattr(hashdoors, "A_MINUTE", 0)
    assert (
        call(world, key=world.desk.share(world.head, name="ours", to="late", grounds=GROUNDS).key)[0] == 429
    )
    assert world.faults == []
