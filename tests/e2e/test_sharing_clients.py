"""The doors of receivers over HTTP, called by what others use: taxii2-client, PyMISP, stix2-validator."""

import contextlib
import json
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from comity.indicators.kinds import Kind
from comity.indicators.marks import Tlp
from comity.indicators.observations import Observation, Spot
from comity.indicators.ports import EVENTS, SHARED, STATEMENTS, Wanted
from comity.kernel.clock import DAY, SECOND
from comity.kernel.errors import ComityError
from comity.node.indicators import IndicatorDesk, Terms
from comity.node.receiving import forget_ended, root_name
from comity.node.sharing import SharingDesk
from tests.e2e.doors import Served, served
from tests.unit.node.nodes import node

__all__ = ["served"]
pytestmark = pytest.mark.network
SHARED_DATA = Path(os.environ.get("COMITY_SHARED", Path(__file__).parents[3] / "shared")) / "data"
WALLET = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
real_data = pytest.mark.skipif(
    not SHARED_DATA.is_dir(), reason="the public data sets are not here: set COMITY_SHARED"
)


def pages(collection: Any, **asked: Any) -> Iterator[dict[str, Any]]:
    """Yield envelopes as taxii2-client reads them, until there is no more."""
    while True:
        page = collection.get_objects(**asked)
        yield page
        if not page.get("more"):
            return
        asked = {**asked, "next": page["next"]}


def followed(collection: Any, written: threading.Event) -> list[dict[str, Any]]:
    """Return what a client reads that goes from page to page while others write, until both have ended."""
    seen: list[dict[str, Any]] = []
    after, here = "", 0  # the place of the page, and how many of its objects were read
    while True:
        ended = written.is_set()
        page = collection.get_objects(limit=150, **({"next": after} if after else {}))
        found = page.get("objects", [])
        seen += found[here:]
        if page.get("more"):
            after, here = page["next"], 0
        elif ended:
            return seen
        else:
            here = len(found)
            written.wait(0.05)


def since_then(collection: Any, written: threading.Event) -> list[dict[str, Any]]:
    """Return what a client reads that asks again and again for what was added after the last it saw."""
    seen: list[dict[str, Any]] = []
    since: dict[str, str] = {}
    while True:
        ended = written.is_set()
        found = collection.get_objects(limit=170, **since).get("objects", [])
        if found:
            listed = collection.get_manifest(limit=170, **since)["objects"][: len(found)]
            assert [one["id"] for one in listed] == [one["id"] for one in found]
            since = {"added_after": listed[-1]["date_added"]}
            seen += found
        elif ended:
            return seen
        else:
            written.wait(0.05)


@real_data
def test_attack_goes_in_and_comes_back_whole_while_another_writes(served: Served) -> None:
    objects = json.loads((SHARED_DATA / "stix/attack/ics-attack-18.1.json").read_bytes())["objects"]
    me, other, reader = served.taxii("attack"), served.taxii("beside"), served.taxii("reads", writes=False)
    assert (me.can_write, reader.can_write) == (True, False)
    added: list[dict[str, Any]] = []
    brought, written, both = threading.Event(), threading.Event(), threading.Barrier(4)

    def attack() -> None:
        both.wait(30)
        for start in range(0, len(objects), 150):
            status = me.add_objects({"objects": objects[start : start + 150]})
            assert (status.status, status.failure_count) == ("complete", 0)

    def beside() -> None:
        both.wait(30)
        while not brought.is_set() and len(added) < 500:
            name = f"x-mitre-collection--{len(added):08d}-0000-4000-8000-000000000000"
            one = {**objects[0], "id": name, "type": "x-mitre-collection", "x_odd": [1.50, {"b": None}]}
            assert other.add_objects({"objects": [one]}).success_count == 1
            added.append(one)

    def read(how: Callable[[Any, threading.Event], list[dict[str, Any]]]) -> list[dict[str, Any]]:
        collection = served.taxii(how.__name__.replace("_", "-"), writes=False)
        both.wait(30)
        return how(collection, written)

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read, followed), pool.submit(read, since_then)]
        writers = [pool.submit(attack), pool.submit(beside)]
        try:
            writers[0].result(120)
            brought.set()
            writers[1].result(120)
        finally:
            both.abort()
            brought.set()
            written.set()
        by_pages, by_time = (one.result(120) for one in readers)
    wanted = {one["id"]: one for one in (*objects, *added)}
    order = [one["id"] for one in by_pages]
    assert len(order) == len(set(order)) == len(wanted)
    assert {one["id"]: one for one in by_pages} == wanted
    assert by_time == by_pages
    whole = [one["id"] for page in pages(reader, limit=1000) for one in page["objects"]]
    assert whole == order
    mine = {one["id"] for one in objects}
    turns = sum((one in mine) != (other_one in mine) for one, other_one in pairwise(order))
    assert turns > 2, "the writers were not at work at the same time"
    (one,) = reader.get_object(objects[5]["id"])["objects"]
    assert one == objects[5]
    assert reader.object_versions(one["id"])["versions"] == [one["modified"]]
    me.delete_object(one["id"])
    assert one["id"] not in {each["id"] for page in pages(me, limit=1000) for each in page["objects"]}


def real_events() -> list[tuple[str, dict[str, Any]]]:
    """Return real events, as their authors published them, for everybody who has a key."""
    found = sorted((SHARED_DATA / "misp/eset-misp-events").rglob("*.json"))
    found += [SHARED_DATA / "misp/PyMISP/misp_event.json"]
    made = []
    for path in found:
        value = json.loads(path.read_bytes())
        listed = value.get("response", [value])
        made += [(path.name, {**one.get("Event", one), "distribution": "1"}) for one in listed]
    return made


def attributes(event: Any) -> list[tuple[str, str, str, bool]]:
    listed = [*event.attributes, *(one for thing in event.objects for one in thing.attributes)]
    return sorted((one.uuid, one.type, str(one.value), bool(one.to_ids)) for one in listed)


@real_data
def test_pymisp_adds_real_events_and_reads_every_attribute_back(served: Served) -> None:
    from pymisp import MISPEvent

    me, other = served.misp("police"), served.misp("bank", writes=False)
    wallets, count = set(), 0
    for name, raw in real_events():
        own = ("0", "4")
        hidden = {one["uuid"] for one in raw["Attribute"] if str(one.get("distribution")) in own}
        event = MISPEvent()
        event.load({"Event": raw})
        made = me.add_event(event, pythonify=True)
        assert not isinstance(made, dict), (name, made)
        back = me.get_event(made.uuid, pythonify=True)
        assert attributes(back) == attributes(event), name
        wallets |= {value for _, kind, value, _ in attributes(event) if kind == "btc"}
        count += len(attributes(event))
        theirs = attributes(other.get_event(made.id, pythonify=True))
        assert theirs == [one for one in attributes(event) if one[0] not in hidden], name
    assert count > 300
    found = me.search(controller="attributes", type_attribute="btc", pythonify=True)
    assert {one.value for one in found} == wallets
    assert wallets
    assert "errors" in me.add_event(event)
    assert "errors" in other.add_event(MISPEvent())


def test_pymisp_changes_single_things_tags_and_tells_what_it_saw(served: Served) -> None:
    from pymisp import MISPAttribute, MISPEvent, MISPObject

    me, other = served.misp("finder"), served.misp("looker")
    event = MISPEvent()
    event.info, event.distribution = "A shop that sends nothing", 1
    event.add_attribute("domain", "shop.example", to_ids=True)
    event.add_tag("tlp:green")
    event = me.add_event(event, pythonify=True)
    attribute = MISPAttribute()
    attribute.from_dict(type="btc", category="Financial fraud", value=WALLET)
    wallet = me.add_attribute(event, attribute, pythonify=True)
    assert (wallet.value, int(wallet.event_id)) == (WALLET, int(event.id))
    assert "errors" in me.add_attribute(event, attribute)
    assert "errors" in other.update_attribute(wallet)
    assert other.get_attribute(wallet.uuid, pythonify=True).value == WALLET
    first = me.get_event(event.id, pythonify=True).attributes[0]
    wallet.comment = "asked for in the chat"
    assert me.update_attribute(wallet, pythonify=True).comment == "asked for in the chat"
    thing = MISPObject("file", standalone=False)
    thing.add_attribute("filename", value="invoice.exe")
    thing.add_attribute("sha256", value="a1" * 32)
    kept = me.add_object(event, thing, pythonify=True)
    assert {one.value for one in kept.attributes} == {"invoice.exe", "a1" * 32}
    assert me.tag(first.uuid, 'admiralty-scale:source-reliability="b"')["saved"]
    assert [one.value for one in other.search("attributes", tags=["admiralty-scale%"], pythonify=True)] == [
        "shop.example"
    ]
    assert me.untag(first.uuid, 'admiralty-scale:source-reliability="b"')["saved"]
    assert other.search("attributes", tags=["admiralty-scale%"], pythonify=True) == []
    sighting = other.add_sighting({"value": WALLET, "source": "help desk"}, pythonify=True)
    assert other.add_sighting({"type": "1"}, first, pythonify=True).type == "1"
    (seen,) = me.sightings(wallet, pythonify=True)
    assert (seen.uuid, seen.source) == (sighting.uuid, "")
    assert len(me.search_sightings(context="event", context_id=event.id, publish_timestamp="1d")) == 2
    assert "errors" in me.delete_sighting(sighting)
    assert other.delete_sighting(sighting)["saved"]
    assert me.sightings(wallet, pythonify=True) == []
    me.delete_attribute(wallet)
    assert WALLET not in [one.value for one in other.search("attributes", eventid=event.id, pythonify=True)]
    (gone,) = other.search("attributes", eventid=event.id, deleted=1, pythonify=True)
    assert (gone.uuid, gone.deleted) == (wallet.uuid, True)
    me.delete_attribute(first, hard=True)
    assert "errors" in other.get_attribute(first.uuid)
    assert other.get_attribute(wallet.id, pythonify=True).uuid == wallet.uuid
    me.delete_object(kept)
    assert other.search("attributes", eventid=event.id, pythonify=True) == []
    assert me.delete_event(event)["success"]


def test_searches_by_time_org_and_page_find_what_changed(served: Served) -> None:
    from pymisp import MISPEvent

    me, other = served.misp("clock"), served.misp("reader", writes=False)
    made = []
    for day in (1, 2, 3):
        event = MISPEvent()
        event.info, event.date, event.distribution = f"day {day}", f"2026-03-0{day}", 1
        event.add_attribute("domain", f"day{day}.example")
        made.append(me.add_event(event, pythonify=True))
        served.side.clock.advance(DAY)
    now = served.side.clock.now() // SECOND

    def infos(**asked: Any) -> list[str]:
        return [one.info for one in other.search(eventinfo="day %", pythonify=True, **asked)]

    assert infos() == ["day 1", "day 2", "day 3"]
    assert infos(date_from="2026-03-02") == ["day 2", "day 3"]
    assert infos(date_to="2026-03-01") == ["day 1"]
    assert infos(publish_timestamp=now - 2 * 86_400 + 1) == ["day 3"]
    assert infos(publish_timestamp=(now - 3 * 86_400, now - 2 * 86_400)) == ["day 1", "day 2"]
    assert infos(limit=2, page=2) == ["day 3"]
    assert infos(org="clock") == infos()
    assert infos(org="!clock") == []
    served.side.clock.advance(DAY)
    made[0].info = "day 1 again"
    me.update_event(made[0])
    assert infos(timestamp=now) == ["day 1 again"]
    listed = other.search_index(eventinfo="day %", minimal=True)
    assert {one["uuid"] for one in listed} == {one.uuid for one in made}
    assert all(
        set(one) <= {"id", "uuid", "timestamp", "published", "publish_timestamp", "orgc_id"} for one in listed
    )
    paged = [other.search_index(eventinfo="day %", limit=2, page=page, pythonify=True) for page in (1, 2, 3)]
    assert [len(page) for page in paged] == [2, 1, 0]
    assert {one.uuid for page in paged for one in page} == {one.uuid for one in made}
    assert [one.info for one in other.search_index(org="!clock", pythonify=True)] == []
    (whole,) = other.search(eventid=made[1].id, return_format="json", pythonify=True)
    assert [one.value for one in whole.attributes] == ["day2.example"]
    (bare,) = other.search(eventid=made[1].id, metadata=True, pythonify=True)
    assert bare.attributes == []
    values = [other.search("attributes", limit=2, page=page, pythonify=True) for page in (1, 2)]
    assert [len(page) for page in values] == [2, 1]
    assert {one.value for page in values for one in page} == {f"day{day}.example" for day in (1, 2, 3)}
    for odd in ({"return_format": "csv"}, {"return_format": "stix2"}, {"enforce_warninglist": True}):
        assert "sharing.query" in str(other.search(**odd)), odd
    assert other.search("objects")["errors"][0] == 404


def test_what_is_for_its_bringer_alone_leaves_by_no_route(served: Served) -> None:
    from pymisp import MISPEvent

    me, other = served.misp("keeps", tlp=Tlp.AMBER), served.misp("asks")
    collection = served.taxii("reads", writes=False)
    hidden: list[str] = []
    for number, (distribution, mark) in enumerate(
        [(0, "tlp:green"), (4, "tlp:green"), (1, "tlp:red"), (1, "tlp:purple"), (1, "")]
    ):
        event = MISPEvent()
        event.info, event.distribution = f"secretplan {number}", distribution
        event.add_attribute("domain", f"secretplan{number}.example", comment="secretplan")
        inner = event.add_attribute("btc", WALLET, comment="secretplan", category="Financial fraud")
        if mark:
            event.add_tag(mark)
        else:
            event.info = "open"
            event.attributes[0].distribution = inner.distribution = 0
        made = me.add_event(event, pythonify=True)
        hidden += [made.uuid, *(one.uuid for one in made.attributes)] if mark else []
        assert len(me.get_event(made.uuid, pythonify=True).attributes) == 2
    assert len(me.search("attributes", type_attribute="btc", pythonify=True)) == 5
    given: list[Any] = [
        other.search(pythonify=False),
        other.search(value="secretplan%"),
        other.search("attributes"),
        other.search("attributes", type_attribute="btc"),
        other.search_index(),
        other.search_sightings(context="event", publish_timestamp="9d"),
        *(other.get_event(uuid) for uuid in hidden),
        *(other.get_attribute(uuid) for uuid in hidden),
        *pages(collection, limit=1000, **{"match[version]": "all"}),
        collection.get_manifest(limit=1000),
    ]
    assert "secretplan" not in json.dumps(given)
    assert WALLET not in json.dumps(given)
    desk = SharingDesk(place=served.side.place)
    for form in ("stix", "misp", "csv"):
        with contextlib.suppress(ComityError):
            assert b"secretplan" not in desk.export(served.side.officer(), form=form).data
    with served.side.place.store.snapshot() as tx:
        for shelf in (STATEMENTS, SHARED):  # what feeds, alerts and TAXII are made of
            rows = tx.sharing.shared(served.side.desk, shelf, Wanted(every=True))
            assert not any(b"secretplan" in row.body or WALLET.encode() in row.body for row in rows)


@real_data
def test_every_export_of_a_real_event_passes_the_validator() -> None:
    from stix2validator import ValidationOptions, validate_parsed_json

    options = ValidationOptions(version="2.1")
    most = 99 if os.environ.get("COMITY_EVERY_OBJECT") else 4
    for name, raw in sorted(real_events(), key=lambda one: len(json.dumps(one)))[:most]:
        side = node("XAC", 0)
        IndicatorDesk(place=side.place).import_(
            side.officer(), json.dumps({"Event": raw}).encode(), form="misp"
        )
        made = SharingDesk(place=side.place).export(side.officer(), form="stix")
        bundle = json.loads(made.data)
        assert len(bundle["objects"]) >= made.count > 0
        bundle["objects"] = some_of_each(bundle["objects"])
        result = validate_parsed_json(bundle, options)
        assert result.is_valid, (name, [str(one) for one in result.errors][:5])


def some_of_each(objects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the first objects of each form: judging all takes ten seconds and finds no other errors."""
    most = 1 << 30 if os.environ.get("COMITY_EVERY_OBJECT") else 2
    found: dict[object, list[dict[str, Any]]] = {}
    for one in objects:
        form = (one["type"], str(one.get("pattern")).partition("=")[0], *sorted(one))
        found.setdefault(form, []).append(one)
    return [one for listed in found.values() for one in listed[:most]]


@pytest.mark.parametrize(
    "fault", [{"info": ""}, {"date": "soon"}, {"Attribute": [{"type": "url"}]}, {"uuid": "x"}]
)
def test_a_broken_event_leaves_no_row_and_no_leaf(served: Served, fault: dict[str, Any]) -> None:
    me = served.misp(f"broken-{next(iter(fault)).lower()}")
    before = served.stands_at(EVENTS)
    answer = me._check_json_response(me._prepare_request("POST", "events/add", data={"info": "x", **fault}))
    assert answer["errors"][0] == 422
    assert served.stands_at(EVENTS) == before
    with contextlib.suppress(ComityError):
        IndicatorDesk(place=served.side.place).import_(
            served.side.officer(), json.dumps({"Event": {"info": "x", **fault}}).encode(), form="misp"
        )
    assert served.stands_at(EVENTS) == before


def test_what_was_to_be_kept_until_now_is_given_no_more(served: Served) -> None:
    side = served.side
    reader, looker = served.taxii("until", writes=False), served.misp("until.misp", writes=False)
    spot = Spot(file="m", digest="b" * 64)
    seen = Observation(kind=Kind.DOMAIN, value="short.example", where=spot, confidence=70)
    until = side.clock.now() + 5 * DAY
    IndicatorDesk(place=side.place).keep(
        side.officer(),
        [seen],
        terms=Terms(tlp=Tlp.GREEN, purpose="p", basis=("40(1)",), retain_until=until),
    )
    (name,) = SharingDesk(place=side.place).publish(side.officer(), names=["short.example"]).ids
    assert reader.get_object(name)["objects"][0]["id"] == name
    assert [one["value"] for one in looker.search("attributes", value="short.example")["Attribute"]] == [
        "short.example"
    ]
    side.clock.advance(5 * DAY)
    for asked in ({}, {"match[id]": name}, {"match[version]": "all"}):
        assert name not in {one["id"] for page in pages(reader, **asked) for one in page.get("objects", [])}
    assert looker.search("attributes", value="short.example")["Attribute"] == []
    assert looker.search(eventinfo="1 indicators of%", metadata=True) == []
    with side.place.store.transaction() as tx:
        assert forget_ended(tx, side.desk, at=side.clock.now()) == 2
        assert forget_ended(tx, side.desk, at=side.clock.now()) == 0
    assert root_name(side.desk) in reader.url
