"""What is marked red, or for its own organisation only, never reaches another node by a feed."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.evidence.limits import Onward
from comity.indicators import stixwire
from comity.indicators.marks import STIX_MARKS, Tlp, tlp_of_tag
from comity.indicators.statements import Indicator, Publication, named_uuid
from comity.kernel.clock import Instant
from comity.node.exchanging import feeder_of
from comity.node.feedbook import IN, batches_of, owner_of
from comity.node.indicators import IndicatorDesk, add_statements
from comity.node.sharing import SharingDesk
from tests.unit.indicators.making import LIMITS, T0, statement
from tests.unit.node.feeds import give, held, settle
from tests.unit.node.nodes import Side, pair

LABELS = ("scam", "tlp:red", "TLP:AMBER+STRICT", "tlp:unheard", "pap:red")
AUTHORS = ("XAA/contact-point", "XAC/contact-point", "XAB/contact-point")


@pytest.fixture(scope="module")
def world() -> tuple[Side, Side, list[int]]:
    one, other = pair()
    give(one, other, most_tlp=Tlp.AMBER_STRICT)
    return one, other, [0]


@st.composite
def stated(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "tlp": draw(st.sampled_from(list(Tlp))),
        "labels": tuple(draw(st.sets(st.sampled_from(LABELS), max_size=2))),
        "onward": draw(st.sampled_from([*Onward, Onward.ALLOWED])),
        "author": draw(st.sampled_from(AUTHORS)),
        "via": draw(st.sampled_from(["", "third", "peer"])),
        "bare": draw(st.sampled_from([False] * 5 + [True])),
        "published": draw(st.sampled_from([True] * 5 + [False])),
        "part": draw(st.sampled_from([None, None, None, Tlp.GREEN, Tlp.RED])),
        "later": draw(st.sampled_from(list(Tlp))),
    }


def made(one: dict[str, Any], number: int, other: Side) -> Indicator:
    value = f"v{number}.example"
    limits = None if one["bare"] else replace(LIMITS, onward=one["onward"])
    found = replace(
        statement(author=one["author"], labels=one["labels"], tlp=one["tlp"], limits=limits, value=value),
        id=f"indicator--{named_uuid(value)}",
        via={"": "", "third": f"XAC/contact-point {'c' * 64}", "peer": owner_of(other.end())}[one["via"]],
        published=Publication(at=T0, officer="a.diallo") if one["published"] else None,
    )
    if one["part"] is None:
        return found
    body = stixwire.object_of(found)
    body["granular_markings"] = [{"marking_ref": STIX_MARKS[one["part"]], "selectors": ["name"]}]
    return replace(found, original=msgspec.json.encode(body))


def mark(one: dict[str, Any], tlp: Tlp) -> Tlp:
    """Return the strictest mark, reckoned here in another way than the code does."""
    labels = [tlp_of_tag(label) for label in one["labels"]]
    return max([tlp, *(found for found in labels if found is not None), one["part"] or Tlp.CLEAR])


def may_leave(one: dict[str, Any], tlp: Tlp) -> bool:
    if not one["published"] or one["bare"] or mark(one, tlp) is Tlp.RED or one["via"] == "peer":
        return False
    own = one["author"] == AUTHORS[0] and not one["via"]
    passed = one["onward"] is Onward.ALLOWED and mark(one, tlp) < Tlp.AMBER_STRICT
    return one["author"] != AUTHORS[2] and (own or passed)


@given(st.lists(stated(), min_size=10, max_size=25))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_red_reaches_another_node(
    world: tuple[Side, Side, list[int]], found: list[dict[str, Any]]
) -> None:
    one, other, counted = world
    said: dict[str, tuple[dict[str, Any], Indicator]] = {}
    for each in found:
        counted[0] += 1
        indicator = made(each, counted[0], other)
        said[indicator.value] = (each, indicator)
    now = one.clock.now()
    with one.place.store.transaction() as tx:
        add_statements(tx, one.desk, [indicator for _, indicator in said.values()], at=now)
    settle(one, other)
    here = held(other)
    # XAA's own word in XAA's name through a third Party is refused at the other end, never here.
    assert {value for value in said if value in here} == {
        value for value, (each, _) in said.items() if may_leave(each, each["tlp"])
    }
    for value, (each, _) in said.items():
        if value in here:
            assert here[value].tlp == mark(each, each["tlp"])
    # Marks change later, some to red: what is held there is taken back, and the new version never comes.
    again = [
        indicator.again(at=Instant(now + 1000), tlp=each["later"], note="second", original=b"")
        for each, indicator in said.values()
    ]
    with one.place.store.transaction() as tx:
        add_statements(tx, one.desk, again, at=one.clock.now())
    settle(one, other)
    here = held(other)
    for value, (each, _) in said.items():
        plain = {**each, "part": None}
        if may_leave(plain, each["later"]):
            assert here[value].note == "second" and here[value].retracted is None
        elif value in here:
            assert here[value].note != "second" and here[value].retracted is not None
    with other.place.store.snapshot() as tx:
        assert all(not record.refused for _, record in batches_of(tx, other.desk, IN))


def test_an_event_for_its_own_organisation_never_leaves(world: tuple[Side, Side, list[int]]) -> None:
    one, other, _ = world
    actor = one.officer()
    for distribution in ("0", "4"):
        event = {
            "uuid": f"7b6f3c1e-5a0d-4d4c-9e0b-2f6a1c8d4e9{distribution}",
            "info": "own",
            "date": "2026-11-22",
            "distribution": distribution,
            "Tag": [{"name": "tlp:green"}],
            "Attribute": [
                {
                    "uuid": f"7b6f3c1e-5a0d-4d4c-9e0b-2f6a1c8d4f0{distribution}",
                    "type": "domain",
                    "category": "Network activity",
                    "value": f"own{distribution}.example",
                    "distribution": "5",
                }
            ],
        }
        desk = IndicatorDesk(place=one.place)
        taken = desk.import_(actor, msgspec.json.encode({"Event": event}), form="misp")
        with pytest.raises(Exception, match="never leaves"):
            SharingDesk(place=one.place).publish(actor, names=taken.added)
    assert feeder_of(one.place).turn(one.desk) == 0
    assert not [value for value in held(other) if value.startswith("own")]
