"""The door that MISP's clients call: events come back whole, searches are exact, others see what they may."""

import asyncio
import json
from typing import Any

import pytest

from comity.api.sharing.misp import MispDoor
from comity.indicators.kinds import Kind
from comity.indicators.marks import Tlp
from comity.indicators.observations import Observation, Spot
from comity.node.indicators import IndicatorDesk, Terms
from comity.node.sharing import SharingDesk
from tests.unit.indicators.making import VALUES
from tests.unit.node.nodes import Side, pair

WALLET = VALUES[Kind.WALLET]


class Client:
    """A receiver."""

    def __init__(self, side: Side, door: MispDoor, name: str, **changes: Any) -> None:
        self.door = door
        self.key = SharingDesk(place=side.place).add_key(
            side.head(), name=name, **{"writes": True, **changes}
        )

    def call(self, method: str, path: str, value: Any = None) -> tuple[int, Any]:
        sent: list[Any] = []
        scope = {
            "type": "http",
            "method": method,
            "scheme": "http",
            "path": f"/misp/{path}",
            "query_string": b"",
            "headers": [(b"authorization", self.key.encode()), (b"host", b"node.example")],
        }
        body = value if isinstance(value, bytes) else json.dumps(value).encode()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(self.door(scope, receive, send))
        return sent[0]["status"], json.loads(sent[1]["body"])

    def add(self, **changes: Any) -> dict[str, Any]:
        status, value = self.call(
            "POST", "events/add", {"Event": {"info": "an event", "distribution": "1", **changes}}
        )
        assert status == 200, value
        found: dict[str, Any] = value["Event"]
        return found

    def find(self, **asked: Any) -> list[str]:
        status, value = self.call("POST", "attributes/restSearch", {"returnFormat": "json", **asked})
        assert status == 200, value
        return [one["value"] for one in value["response"]["Attribute"]]


@pytest.fixture
def side() -> Side:
    return pair()[0]


@pytest.fixture
def door(side: Side) -> MispDoor:
    return MispDoor(place=side.place, report=lambda line: pytest.fail(line))


@pytest.fixture
def me(side: Side, door: MispDoor) -> Client:
    return Client(side, door, "me")


@pytest.fixture
def other(side: Side, door: MispDoor) -> Client:
    return Client(side, door, "other", writes=False)


def wallet(value: str, **changes: Any) -> dict[str, Any]:
    return {"type": "btc", "category": "Financial fraud", "value": value, **changes}


def test_a_client_introduces_itself(me: Client, other: Client, side: Side, door: MispDoor) -> None:
    assert me.call("GET", "servers/getVersion")[1]["version"]
    assert me.call("GET", "servers/getPyMISPVersion.json")[0] == 200
    user = other.call("GET", "users/view/me")[1]
    assert (user["Organisation"]["name"], user["Role"]["perm_add"]) == ("other", False)
    stranger = Client(side, door, "stranger")
    SharingDesk(place=side.place).revoke_key(side.head(), name="stranger")
    for method, path in (("GET", "servers/getVersion"), ("POST", "events/add"), ("GET", "events/view/1")):
        status, value = stranger.call(method, path, {})
        assert (status, value["name"]) == (403, "sharing.key")


def test_events_come_back_whole_and_searches_find_exactly(me: Client, other: Client) -> None:
    inside = {"name": "file", "Attribute": [{"type": "filename|md5", "value": "a.exe|" + "a1" * 16}]}
    listed = [wallet("A", to_ids=True), wallet("B", x_odd=[1]), {"type": "comment", "value": "A"}]
    made = me.add(Attribute=listed, Object=[inside], x_kept={"a": 1})
    for name in (made["id"], made["uuid"]):
        for reader in (me, other):
            status, value = reader.call("GET", f"events/view/{name}")
            assert status == 200
            event = value["Event"]
            assert event["x_kept"] == {"a": 1}
            assert [
                {key: one[key] for key in given}
                for given, one in zip(listed, event["Attribute"], strict=True)
            ] == listed
            assert event["Object"][0]["Attribute"][0]["value"] == inside["Attribute"][0]["value"]
    assert me.find(type="btc") == other.find(type=["btc", "xmr"]) == ["A", "B"]
    assert me.find(type="btc", value="A") == me.find(type={"OR": ["btc"]}, to_ids=1) == ["A"]
    assert me.find(value="a1" * 16) == [inside["Attribute"][0]["value"]]
    assert me.find(uuid=made["Attribute"][1]["uuid"]) == ["B"]
    assert me.find(eventid=made["id"], category="Financial fraud", limit=1, page=2) == ["B"]
    assert me.find(eventid="999") == me.find(type="xmr") == []
    (found,) = me.call("POST", "events/restSearch", {"type": "comment"})[1]["response"]
    assert found["Event"]["uuid"] == made["uuid"]
    assert [one["uuid"] for one in other.call("POST", "events/index", {})[1]] == [made["uuid"]]
    assert me.call("POST", f"events/publish/{made['id']}", {})[1]["saved"] is True


def test_what_is_not_for_others_reaches_them_by_no_way(me: Client, other: Client) -> None:
    hidden = [
        me.add(distribution="0", Attribute=[wallet("H0")]),
        me.add(distribution="4", Attribute=[wallet("H4")]),
        me.add(Tag=[{"name": "tlp:red"}], Attribute=[wallet("HR")]),
        me.add(Tag=[{"name": "tlp:amber+strict"}], Attribute=[wallet("HS")]),
        me.add(Tag=[{"name": "tlp:odd"}], Attribute=[wallet("HO")]),
    ]
    tags = [
        {"name": f"comity:{name}"}
        for name in ('purpose="p"', 'basis="40(1)"', 'retain-until="2100-01-01T00:00:00Z"')
    ]
    hidden.append(me.add(Tag=tags, Attribute=[wallet("HB")]))
    mixed = me.add(
        Attribute=[wallet("M0", distribution="0"), wallet("MR", Tag=[{"name": "tlp:red"}]), wallet("MO")],
        Object=[{"name": "o", "distribution": "0", "Attribute": [wallet("MH")]}],
    )
    seen = json.dumps(
        [
            other.call("POST", "events/restSearch", {}),
            other.call("POST", "attributes/restSearch", {"deleted": 1}),
            other.call("POST", "events/index", {}),
            other.call("GET", f"events/view/{mixed['id']}"),
            [other.find(value=value) for value in ("H0", "H4", "HR", "HS", "HO", "HB", "M0", "MR", "MH")],
            [other.find(uuid=one["Attribute"][0]["uuid"]) for one in hidden],
        ]
    )
    for value in ("H0", "H4", "HR", "HS", "HO", "HB", "M0", "MR", "MH"):
        assert f'"{value}"' not in seen
        assert me.find(value=value) == [value]
    assert '"MO"' in seen
    for event in hidden:
        for method, path in (("GET", "events/view"), ("POST", "events/publish"), ("HEAD", "events/view")):
            assert other.call(method, f"{path}/{event['id']}")[0] == 404
        assert event["uuid"] not in seen


def test_only_who_brought_an_event_changes_it(me: Client, other: Client, side: Side, door: MispDoor) -> None:
    made = me.add(Attribute=[wallet("C")])
    writer = Client(side, door, "writer")
    assert other.call("POST", "events/add", {"info": "x"})[0] == 403
    for path in (f"events/edit/{made['id']}", f"events/delete/{made['id']}"):
        assert writer.call("POST", path, {"info": "mine now"})[0] == 404
    side.clock.advance(2 * 10**6)
    status, value = me.call(
        "POST", f"events/edit/{made['uuid']}", {"Event": {"info": "new", "uuid": "ignored"}}
    )
    assert (status, value["Event"]["info"], value["Event"]["id"]) == (200, "new", made["id"])
    assert other.call("GET", f"events/view/{made['id']}")[1]["Event"]["info"] == "new"
    assert me.call("POST", "events/add", {"info": "x", "uuid": made["uuid"]})[0] == 403
    assert me.call("DELETE", f"events/delete/{made['id']}")[0] == 200
    assert me.call("GET", f"events/view/{made['id']}")[0] == 404


@pytest.mark.parametrize(
    ("path", "value", "status"),
    [
        ("events/add", b"{", 422),
        ("events/add", {"info": ""}, 422),
        ("events/add", {"info": "x", "Attribute": [wallet("LOST"), {"type": "url"}]}, 422),
        ("events/add", {"info": "x", "Attribute": [{"type": "url", "value": "x", "uuid": "?"}]}, 422),
        ("events/edit/1", [], 422),
        ("attributes/restSearch", [], 422),
        ("attributes/restSearch", {"last": "soon"}, 422),
        ("attributes/restSearch", {"value": "a&&b"}, 422),
        ("attributes/restSearch", {"type": {"XOR": ["btc"]}}, 422),
        ("attributes/restSearch", {"quickFilter": "x"}, 422),
        ("events/index", {"threatlevel": [1]}, 422),
        ("events/index", {"page": "\u00b2"}, 422),
        ("events/view/none", {}, 404),
        ("odd/call", {}, 404),
    ],
)
def test_broken_calls_are_told_and_keep_nothing(me: Client, path: str, value: Any, status: int) -> None:
    if path.startswith("events/edit"):
        path = f"events/edit/{me.add()['id']}"
    assert me.call("POST", path, value)[0] == status
    assert me.find(value="LOST") == []


def test_what_the_office_publishes_is_found_and_its_retraction_too(
    me: Client, other: Client, side: Side
) -> None:
    spot = Spot(file="m", digest="a" * 64)
    seen = Observation(kind=Kind.WALLET, value=WALLET, where=spot, confidence=90, networks=("bitcoin",))
    IndicatorDesk(place=side.place).keep(
        side.officer(), [seen], terms=Terms(tlp=Tlp.GREEN, purpose="p", basis=("40(1)",))
    )
    out = SharingDesk(place=side.place)
    out.publish(side.officer(), names=[WALLET])
    assert other.find(type="btc", value=WALLET) == [WALLET]
    out.retract(side.officer(), name=WALLET, reason="wrong")
    assert other.find(type="btc", value=WALLET) == []
    assert other.find(value=WALLET, deleted=True) == [WALLET]
    (event,) = other.call("POST", "events/restSearch", {"value": WALLET, "deleted": 1})[1]["response"]
    status, value = other.call("GET", f"events/view/{event['Event']['id']}")
    assert (status, value["Event"]["Attribute"][0]["deleted"]) == (200, True)
    assert me.call("POST", f"events/delete/{event['Event']['id']}", {})[0] == 404
