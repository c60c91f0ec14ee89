"""The TAXII door, called as an application: keys, marks, pages that join, what is brought, and bad calls."""

import asyncio
import base64
import json
from typing import Any

import pytest

from comity.api.sharing.taxii import MEDIA, Answer, KeptPages, TaxiiDoor
from comity.evidence.limits import Limits, Onward
from comity.indicators import stixwire
from comity.indicators.kinds import Kind
from comity.indicators.marks import STIX_MARKS, Tlp
from comity.indicators.observations import Observation, Spot
from comity.kernel.clock import DAY, Instant
from comity.node.indicators import IndicatorDesk, Terms
from comity.node.receiving import ReceivingDesk, collection_id, root_name
from comity.node.sharing import SharingDesk
from tests.unit.indicators.making import T0, statement
from tests.unit.node.nodes import Side, pair


class Client:
    """A receiver of one office."""

    def __init__(self, door: TaxiiDoor, side: Side, key: str) -> None:
        self.door, self.key = door, key
        self.root = f"/taxii2/{root_name(side.desk)}/"
        self.objects = f"{self.root}collections/{collection_id(side.desk)}/objects/"

    def call(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, Any, dict[str, str]]:
        sent: list[Any] = []
        path, _, query = path.partition("?")
        told = {"authorization": f"Bearer {self.key}", "accept": MEDIA, "host": "node.example", **headers}
        scope = {
            "type": "http",
            "method": method,
            "scheme": "http",
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in told.items()],
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(self.door(scope, receive, send))
        found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], json.loads(sent[1]["body"] or b"null"), found

    def get(self, path: str) -> Any:
        status, value, _ = self.call("GET", path)
        assert status == 200, value
        return value

    def push(self, *objects: Any) -> Any:
        body = json.dumps({"objects": objects}).encode()
        status, value, _ = self.call("POST", self.objects, body, content_type=MEDIA)
        assert status == 202, value
        return value

    def ids(self, query: str = "") -> list[str]:
        return [one["id"] for one in self.get(f"{self.objects}?{query}").get("objects", [])]


@pytest.fixture(scope="module")
def side() -> Side:
    return pair()[0]


@pytest.fixture(scope="module")
def door(side: Side) -> TaxiiDoor:
    return TaxiiDoor(desk=ReceivingDesk(place=side.place), report=lambda line: pytest.fail(line))


_NAMES = iter(range(1000))


def client(door: TaxiiDoor, side: Side, *, tlp: Tlp = Tlp.AMBER, writes: bool = True) -> Client:
    name = f"receiver-{next(_NAMES)}"
    key = SharingDesk(place=side.place).add_key(side.head(), name=name, most_tlp=tlp, writes=writes)
    return Client(door, side, key)


def thing(number: int, *, tlp: Tlp | None = None, **changes: Any) -> dict[str, Any]:
    value = stixwire.identity_of(f"thing {number} {tlp}")
    if tlp is not None:
        value["object_marking_refs"] = [STIX_MARKS[tlp]]
    return {**value, **changes}


def test_a_client_finds_its_way_from_the_door(door: TaxiiDoor, side: Side) -> None:
    me = client(door, side, writes=False)
    found = me.get("/taxii2/")
    assert found["api_roots"] == [found["default"]] == [f"http://node.example{me.root}"]
    assert me.get(me.root)["versions"] == [MEDIA]
    (collection,) = me.get(f"{me.root}collections/")["collections"]
    assert me.get(f"{me.root}collections/{collection['id']}/") == collection
    assert (collection["can_read"], collection["can_write"]) == (True, False)
    status, value, _ = me.call("POST", me.objects, b'{"objects": []}', content_type=MEDIA)
    assert (status, value["error_code"]) == (403, "sharing.read_only")


@pytest.mark.parametrize("told", ["", "Bearer x", "Basic x", "Basic !", "x", "Bearer "])
def test_nobody_without_a_key_learns_anything(door: TaxiiDoor, side: Side, told: str) -> None:
    me = client(door, side)
    answers = set()
    for method, path in (
        ("GET", "/taxii2/"),
        ("GET", me.root),
        ("GET", f"{me.root}collections/"),
        ("GET", me.objects),
        ("GET", "/taxii2/elsewhere/collections/x/objects/"),
        ("GET", f"{me.root}status/x/"),
        ("POST", me.objects),
        ("DELETE", f"{me.objects}identity--x/"),
    ):
        status, value, headers = me.call(method, path, b"{}", authorization=told, content_type=MEDIA)
        answers.add((status, json.dumps(value), headers["www-authenticate"]))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 401


def test_keys_come_as_clients_send_them_and_end_when_they_are_revoked(door: TaxiiDoor, side: Side) -> None:
    desk = SharingDesk(place=side.place)
    key = desk.add_key(side.head(), name="ended")
    me = Client(door, side, key)
    basic = base64.b64encode(f"user:{key}".encode()).decode()
    for told in (key, f"Bearer {key}", f"Token {key}", f"Basic {basic}"):
        assert me.call("GET", me.objects, authorization=told)[0] == 200
    desk.revoke_key(side.head(), name="ended")
    assert me.call("GET", me.objects)[0] == 401


def test_pages_join_by_number_and_by_time_while_others_write(door: TaxiiDoor, side: Side) -> None:
    me, other = client(door, side), client(door, side)
    before = set(me.ids("limit=1000"))
    status = me.push(*(thing(number) for number in range(30)))
    assert (status["success_count"], status["failure_count"], status["status"]) == (30, 0, "complete")
    assert me.get(f"{me.root}status/{status['id']}/") == status
    assert other.call("GET", f"{me.root}status/{status['id']}/")[0] == 404
    seen, after, turn = [], "", 0
    while True:
        page = me.get(f"{me.objects}?limit=7{after}")
        seen += [one["id"] for one in page["objects"]]
        if not page["more"]:
            break
        turn += 1
        other.push(thing(100 + turn))
        after = f"&next={page['next']}"
    whole = me.ids("limit=1000")
    assert seen == whole
    assert len(set(whole) - before) == 30 + turn
    _, first, headers = me.call("GET", f"{me.objects}?limit=9")
    rest = me.ids(f"limit=1000&added_after={headers['x-taxii-date-added-last']}")
    assert [one["id"] for one in first["objects"]] + rest == whole
    assert me.get(f"{me.objects}?added_after=2300-01-01T00:00:00Z") == {}


def test_what_is_given_is_what_came_and_versions_and_types_choose(door: TaxiiDoor, side: Side) -> None:
    me = client(door, side)
    first = thing(200, x_odd={"b": 1.5, "a": [None]})
    later = {**first, "modified": "2026-02-01T00:00:00.5Z", "name": "new"}
    me.push(first, later, first)
    name = first["id"]
    one = f"{me.objects}{name}/"
    assert me.get(one)["objects"] == [later]
    assert me.get(f"{one}?match[version]=all")["objects"] == [first, later]
    assert me.get(f"{one}?match[version]=first")["objects"] == [first]
    assert me.get(f"{one}?match[version]={first['modified']}")["objects"] == [first]
    assert me.get(f"{one}versions/")["versions"] == [
        "2026-01-01T00:00:00.000Z",
        "2026-02-01T00:00:00.500Z",
    ]
    assert me.ids(f"match[id]={name}") == [name]
    assert me.ids("match[type]=malware") == []
    assert me.ids("match[spec_version]=2.0") == []
    manifest = me.get(f"{me.objects.removesuffix('objects/')}manifest/?match[id]={name}")
    assert [one["version"] for one in manifest["objects"]] == ["2026-02-01T00:00:00.500Z"]


def test_red_and_bound_objects_are_their_bringers_only(door: TaxiiDoor, side: Side) -> None:
    me, other, near = client(door, side), client(door, side), client(door, side, tlp=Tlp.GREEN)
    bound = statement(
        author="XAB/contact-point",
        limits=Limits(basis=("40(1)",), purpose="p", onward=Onward.CONSENT, retain_until=Instant(T0 + DAY)),
    )
    mine = [thing(300, tlp=Tlp.RED), thing(301, tlp=Tlp.AMBER_STRICT), thing(302, tlp=Tlp.GREEN)]
    mine += [thing(303), stixwire.object_of(bound)]
    me.push(*mine)
    names = [one["id"] for one in mine]
    for receiver, seen in ((me, names), (other, [names[2], names[3]]), (near, [names[2]])):
        assert [one for one in receiver.ids("limit=1000") if one in names] == seen
        for name in set(names) - set(seen):
            for path in (f"{name}/", f"{name}/versions/"):
                assert receiver.call("GET", receiver.objects + path)[0] == 404
            assert receiver.ids(f"match[id]={name}&match[version]=all") == []
            assert receiver.call("DELETE", f"{receiver.objects}{name}/")[0] == 404
    assert me.call("DELETE", f"{me.objects}{names[2]}/")[0] == 200
    assert names[2] not in me.ids("limit=1000")


def test_nobody_replaces_what_another_shares(door: TaxiiDoor, side: Side) -> None:
    desk, out = IndicatorDesk(place=side.place), SharingDesk(place=side.place)
    spot = Spot(file="m", digest="a" * 64)
    seen = Observation(kind=Kind.DOMAIN, value="published.example", where=spot, confidence=70)
    desk.keep(side.officer(), [seen], terms=Terms(tlp=Tlp.GREEN, purpose="p", basis=("40(1)",)))
    (name,) = out.publish(side.officer(), names=["published.example"]).ids
    me = client(door, side)
    (given,) = me.get(f"{me.objects}{name}/")["objects"]
    status = me.push({**given, "modified": "2099-01-01T00:00:00.000Z", "revoked": True})
    assert (status["success_count"], status["failures"][0]["id"]) == (0, name)
    assert me.push(given)["success_count"] == 1
    assert me.get(f"{me.objects}{name}/")["objects"] == [given]
    side.clock.advance(10**6)
    out.retract(side.officer(), name=name, reason="wrong")
    assert me.get(f"{me.objects}{name}/")["objects"][0]["revoked"] is True


def test_broken_objects_are_told_and_leave_no_row(door: TaxiiDoor, side: Side) -> None:
    me = client(door, side)
    before = me.ids("limit=1000")
    good = thing(400)
    status = me.push(
        good, {"type": "indicator"}, 5, {**thing(401), "modified": "soon"}, {**thing(402), "type": "x"}
    )
    assert (status["success_count"], status["failure_count"], status["total_count"]) == (1, 4, 5)
    assert me.ids("limit=1000") == [*before, good["id"]]


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("POST", "", b"{", {}, 422),
        ("POST", "", b"[]", {}, 422),
        ("POST", "", b'{"objects": {}}', {}, 422),
        ("POST", "", b"{}", {"content_type": "application/json"}, 415),
        ("GET", "", b"", {"accept": "application/json"}, 406),
        ("GET", "?limit=0", b"", {}, 400),
        ("GET", "?limit=x", b"", {}, 400),
        ("GET", "?" + "a=1&" * 51, b"", {}, 400),
        ("GET", "?next=-1", b"", {}, 400),
        ("GET", "?next=99999999999999999999", b"", {}, 400),
        ("GET", "?added_after=yesterday", b"", {}, 400),
        ("GET", "?match[version]=soon", b"", {}, 400),
        ("GET", "identity--x/", b"", {}, 404),
        ("GET", "identity--x/versions/", b"", {}, 404),
        ("GET", "a/b/c/", b"", {}, 404),
        ("POST", "x/", b"{}", {}, 404),
        ("DELETE", "", b"", {}, 404),
        ("PUT", "", b"", {}, 405),
    ],
)
def test_bad_calls_are_told(
    door: TaxiiDoor, side: Side, method: str, path: str, body: bytes, headers: dict[str, str], status: int
) -> None:
    me = client(door, side)
    found, value, _ = me.call(method, me.objects + path, body, **{"content_type": MEDIA, **headers})
    assert found == status, value
    assert set(value) == {"title", "description", "error_code", "http_status"}


def test_kept_pages_make_room_and_end_with_a_change() -> None:
    kept = KeptPages(most=10)
    page = Answer(status=200, body=b"123456", media=MEDIA)
    kept.put("a", 1, page)
    kept.put("a", 1, page)
    assert kept.get("a", 1) is page
    assert kept.get("a", 2) is None
    kept.put("b", 1, page)
    assert (kept.get("a", 1), kept.get("b", 1)) == (None, page)
    kept.put("c", 1, Answer(status=200, body=b"x" * 11, media=MEDIA))
    assert kept.get("c", 1) is None
