"""What is marked for its bringer alone reaches no other receiver, by no route of the doors."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.api.sharing.answers import Answer, Call
from comity.api.sharing.misp import MispDoor
from comity.api.sharing.taxii import KeptPages, TaxiiDoor, told
from comity.indicators.marks import STIX_MARKS, Tlp
from comity.indicators.statements import named_uuid
from comity.indicators.stixwire import EXTENSION, identity_of
from comity.kernel.errors import ComityError
from comity.node.receiving import ReceivingDesk, collection_id, root_name
from comity.node.sharing import SharingDesk
from tests.unit.node.nodes import Side, pair

BOUND = ['comity:purpose="p"', 'comity:basis="40(1)"', 'comity:retain-until="2100-01-01T00:00:00Z"']
REASONS: dict[str, dict[str, Any]] = {
    "open": {},
    "community": {"distribution": "1"},
    "own": {"distribution": "0"},
    "own number": {"distribution": 0},
    "group": {"distribution": "4"},
    "red": {"Tag": [{"name": "tlp:red"}]},
    "Red": {"Tag": [{"name": "TLP:RED"}]},
    "odd": {"Tag": [{"name": "tlp:purple"}]},
    "strict": {"Tag": [{"name": "tlp:amber+strict"}]},
    "bound": {"Tag": [{"name": one} for one in BOUND]},
    "over": {"Tag": [{"name": one} for one in (*BOUND[:2], 'comity:retain-until="2020-01-01T00:00:00Z"')]},
}
OPEN = ("open", "community")
reasons = st.sampled_from(sorted(REASONS))
numbers = itertools.count(1)


class Doors:
    """Both doors of one office, called without a server."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.taxii = TaxiiDoor(desk=ReceivingDesk(place=side.place), report=pytest.fail, kept=KeptPages())
        self.misp = MispDoor(place=side.place, report=pytest.fail)
        self.root = (root_name(side.desk), "collections", collection_id(side.desk))
        self.me, self.other = self.key("me"), self.key("other")

    def key(self, name: str, *, tlp: Tlp = Tlp.AMBER) -> str:
        return SharingDesk(place=self.side.place).add_key(
            self.side.head(), name=name, most_tlp=tlp, writes=True
        )

    def call(self, door: str, method: str, key: str, *path: str, body: Any = None, **query: str) -> bytes:
        asked = Call(
            method=method,
            path=path,
            query=query,
            headers={b"authorization": key.encode()},
            origin="http://node.example",
        )
        data = json.dumps(body).encode() if body is not None else b""
        try:
            if door == "misp":
                return self.misp.answered(asked, data).body
            act = {"GET": lambda: self.taxii.read(asked), "DELETE": lambda: self.taxii.removed(asked)}
            found: Answer = act[method]() if method in act else self.taxii.written(asked, data)
            return found.body
        except ComityError as error:
            return told(error).body

    def push(self, objects: list[dict[str, Any]]) -> None:
        answer = json.loads(
            self.call("taxii", "POST", self.me, *self.root, "objects", body={"objects": objects})
        )
        assert answer["success_count"] == len(objects), answer

    def stix(self, key: str, ids: list[str]) -> Iterator[bytes]:
        """Yield what every route of TAXII gives to a key."""
        every = {"match[version]": "all"}
        for query in ({}, every, {"added_after": "2000-01-01T00:00:00Z"}, {"match[id]": ",".join(ids)}):
            for last in ("objects", "manifest"):
                yield self.call("taxii", "GET", key, *self.root, last, limit="1000", **query)
        for name in ids:
            yield self.call("taxii", "GET", key, *self.root, "objects", name).replace(name.encode(), b"", 1)
            yield self.call("taxii", "GET", key, *self.root, "objects", name, "versions")

    def everything(self, key: str, words: list[str], uuids: list[str]) -> Iterator[bytes]:
        """Yield what every route gives to a key, when it asks for everything and for what it may not see."""
        for path in (("events", "index"), ("sightings", "index"), ("events", "restSearch")):
            yield self.call("misp", "POST", key, *path, body={})
        for path in (("events", "restSearch"), ("attributes", "restSearch"), ("sightings", "restSearch")):
            yield self.call("misp", "POST", key, *path, body={})
            if path[0] != "sightings":
                for asked in (
                    {"value": "%"},
                    {"deleted": [0, 1]},
                    {"tags": "%"},
                    {"value": words},
                    {"uuid": uuids},
                ):
                    yield self.call("misp", "POST", key, *path, body=asked)
        for uuid in uuids:
            for path in (("events", "view", uuid), ("attributes", "view", uuid)):
                yield self.call("misp", "GET", key, *path)
            yield self.call("misp", "POST", key, "events", "edit", uuid, body={})
            yield self.call("misp", "POST", key, "sightings", "add", uuid, body={})
            for context in ("event", "attribute"):
                yield self.call(
                    "misp", "POST", key, "sightings", "listSightings", body={"context": context, "id": uuid}
                )
            yield self.call("misp", "POST", key, "attributes", "restore", uuid)
            yield self.call("misp", "POST", key, "tags", "attachTagToObject", body={"uuid": uuid, "tag": "t"})


@pytest.fixture(scope="module")
def doors() -> Doors:
    return Doors(pair()[0])


@settings(max_examples=30, deadline=None)
@given(outer=reasons, inner=st.lists(reasons, min_size=8, max_size=8))
def test_what_of_an_event_is_its_bringers_reaches_no_other(
    doors: Doors, outer: str, inner: list[str]
) -> None:
    turn = next(numbers)
    words = [f"word-{turn}-{at}" for at in range(9)]
    uuids = [named_uuid(one) for one in words]
    spare = named_uuid(f"spare {turn}")

    def thing(at: int, **changes: Any) -> dict[str, Any]:
        return {"uuid": uuids[at], "comment": words[at], **changes, **REASONS[inner[at]]}

    event = {
        "uuid": uuids[8],
        "info": words[8],
        **REASONS[outer],
        "Attribute": [
            thing(0, type="domain", value=words[0]),
            thing(1, type="btc", value=words[1]),
            {
                "uuid": spare,
                "type": "text",
                "value": "spare",
                "Sighting": [thing(2)],
                "ShadowAttribute": [thing(3)],
            },
        ],
        "Object": [
            thing(4, name="file", Attribute=[{"type": "md5", "value": words[4]}]),
            thing(5, name=words[5]),
        ],
        "EventReport": [thing(6, content=words[6])],
        "Galaxy": [{"uuid": spare, "GalaxyCluster": [thing(7, value=words[7])]}],
    }
    doors.call("misp", "POST", doors.me, "events", "add", body=event)
    doors.call("misp", "POST", doors.me, "sightings", "add", uuids[0], body={"source": words[0]})
    seen = b"\n".join(doors.everything(doors.other, words, [*uuids, spare]))
    mine = doors.call("misp", "GET", doors.me, "events", "view", uuids[8])
    mine += doors.call("misp", "POST", doors.me, "sightings", "index", body={})
    doors.call("misp", "POST", doors.me, "events", "delete", uuids[8])
    shown = {at for at in range(9) if f'"{words[at]}"'.encode() in seen}
    assert all(f'"{word}"'.encode() in mine for word in words)
    is_open = outer in OPEN
    meant = {at for at in (0, 1, 4, 5, 6, 7) if is_open and inner[at] in OPEN} | ({8} if is_open else set())
    unjudged = {4, 5, 6, 7}  # things without a meaning for tags of ours: hidden, never shown against a mark
    assert shown - unjudged == meant - unjudged
    assert all(is_open and inner[at] in (*OPEN, "bound", "over") for at in shown & unjudged)
    assert meant & unjudged <= shown


@settings(max_examples=30, deadline=None)
@given(marks=st.lists(st.sampled_from([None, *Tlp]), min_size=4, max_size=4), kind=st.integers(0, 3))
def test_what_of_stix_is_its_bringers_reaches_no_other(
    doors: Doors, marks: list[Tlp | None], kind: int
) -> None:
    turn = next(numbers)
    words = [f"stix-{turn}-{at}" for at in range(4)]
    objects = []
    for word, mark in zip(words, marks, strict=True):
        one = {**identity_of(word), "description": word}
        own = f"marking-definition--{named_uuid(f'own {word}')}"
        if mark is not None:
            level = STIX_MARKS[mark]
            if kind == 1:
                one["granular_markings"] = [{"selectors": ["description"], "marking_ref": level}]
            elif kind == 2:
                definition = {**identity_of(word), "type": "marking-definition", "id": own, "name": ""}
                definition |= {"definition_type": "tlp", "definition": {"tlp": mark.label}}
                doors.push([definition])
                one["object_marking_refs"] = [own]
            else:
                one["object_marking_refs"] = [level]
        if kind == 3:
            one["extensions"] = {
                EXTENSION: {
                    "extension_type": "property-extension",
                    "purpose": "p",
                    "basis": ["40(1)"],
                    "onward": "consent",
                    "retain_until": "2100-01-01T00:00:00Z",
                }
            }
        objects.append(one)
    doors.push(objects)
    ids = [one["id"] for one in objects]
    seen = b"".join(doors.stix(doors.other, ids))
    mine = doors.call("taxii", "GET", doors.me, *doors.root, "objects", **{"match[id]": ",".join(ids)})
    for name in ids:
        doors.call("taxii", "DELETE", doors.me, *doors.root, "objects", name)
    for word, name, mark in zip(words, ids, marks, strict=True):
        is_open = kind != 3 and (mark or Tlp.AMBER) <= Tlp.AMBER
        assert (f'"{word}"'.encode() in seen) == is_open
        assert (f'"{name}"'.encode() in seen) == is_open
        assert f'"{word}"'.encode() in mine
