"""Nobody speaks for the office but the office: by no file, no source, no peer and no door."""

import json
from dataclasses import replace
from typing import Any

import pytest

from comity.indicators import csvwire, mispevents, stixwire
from comity.indicators.claims import event_claims, object_claims, speaks_as
from comity.indicators.mispwire import read_event
from comity.indicators.ports import EVENTS, HELD, HELD_EVENTS, SHARED
from comity.indicators.sources import Answer, Asked, SourceKind
from comity.indicators.statements import Indicator
from comity.kernel.errors import ConflictError
from comity.node.eventing import EventDesk
from comity.node.receiving import ReceivingDesk
from tests.unit.indicators.making import T0, statement
from tests.unit.node.nodes import Side, pair
from tests.unit.node.test_indicators import TERMS, count, desk, seen, sharing
from tests.unit.node.test_pulling import Fake, added, served

OFFICE, STRANGER = "XAA/contact-point", "CERT Elsewhere"
OUR_IDENTITY = stixwire.identity_id(OFFICE)
NOBODY = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def side() -> Side:
    return pair()[0]


def forged(**changes: Any) -> Indicator:
    return statement(**{"author": OFFICE, "limits": None, **changes})


def bundle(value: dict[str, Any], **told: Any) -> dict[str, Any]:
    return {"type": "bundle", "id": f"bundle--{NOBODY}", "objects": [value | told]}


def event(*made: Indicator, **told: Any) -> dict[str, Any]:
    name = {"name": OFFICE, "uuid": OUR_IDENTITY.partition("--")[2]}
    bare = {"uuid": NOBODY, "info": "x", "Orgc": name}
    return bare | {"Attribute": [mispevents.attribute_of(one) for one in made]} | told


def claiming() -> dict[str, tuple[str, bytes]]:
    """Return files that speak for the office, each in another place of another form."""
    foreign, ours = stixwire.object_of(forged(author=STRANGER)), stixwire.object_of(forged())
    common = {"spec_version": "2.1", "created": "2026-01-01T00:00:00Z", "modified": "2026-01-01T00:00:00Z"}
    malware = {"type": "malware", "id": f"malware--{NOBODY}", "is_family": False, **common}
    uuid_only = {"name": STRANGER, "uuid": OUR_IDENTITY.partition("--")[2]}
    values = {
        "stix": bundle(ours),
        "stix by created_by_ref": bundle(foreign, created_by_ref=OUR_IDENTITY),
        "stix by author": bundle(ours, created_by_ref=stixwire.identity_id(STRANGER)),
        "stix, another object": bundle(malware, created_by_ref=OUR_IDENTITY),
        "stix, our identity told anew": bundle(stixwire.identity_of(OFFICE), contact_information="+1 555"),
        "misp": event(forged()),
        "misp by UUID": event(forged(author=STRANGER), Orgc=uuid_only),
        "misp by tag": event(forged(), Orgc={"name": STRANGER}),
        "misp of words": event(Attribute=[{"type": "text", "value": "we say so"}]),
    }
    files = {name: (name[:4], json.dumps(value).encode()) for name, value in values.items()}
    in_other_letters = forged(author=f" {OFFICE.lower()} ")
    files["csv"] = ("csv", csvwire.dump_csv([forged()]))
    files["csv in other letters"] = ("csv", csvwire.dump_csv([in_other_letters]))
    return files


def answered(events: list[Any], asked: Asked) -> Answer:
    page = json.loads(asked.body or b"{}").get("page", 1)
    return Answer(status=200, body=json.dumps({"response": events if page == 1 else []}).encode())


NAMES = sorted(claiming())


@pytest.mark.parametrize("name", NAMES)
def test_no_file_speaks_for_the_office(side: Side, name: str) -> None:
    form, data = claiming()[name]
    with pytest.raises(ConflictError) as caught:
        desk(side).import_(side.officer(), data, form=form)
    assert caught.value.code == "indicators.claim"
    assert (caught.value.where, "--supersede" in caught.value.hint) == ("file", True)
    assert not any(count(side, shelf) for shelf in ("statements", HELD, HELD_EVENTS))
    with side.place.store.snapshot() as tx:
        assert not any(one.action == "indicators.import" for one in tx.node.journal(side.desk))
    taken = desk(side).import_(side.head(), data, form=form, supersede="restored from our own archive")
    assert len(taken.added) + taken.held >= 1
    with side.place.store.snapshot() as tx:
        said = next(one for one in tx.node.journal(side.desk) if one.action == "indicators.import").about
    assert "in our name: restored from our own archive" in said


def test_what_the_office_said_comes_back_in_every_form_and_changes_nothing(side: Side) -> None:
    actor = side.officer()
    desk(side).keep(actor, [seen(), seen("two.example")], terms=TERMS)
    for form in ("csv", "misp", "stix"):
        made = sharing(side).export(actor, form=form)
        taken = desk(side).import_(actor, made.data, form=form)
        assert (taken.added, taken.renewed, taken.same) == ((), (), 2)
    assert count(side, HELD_EVENTS) == 0
    (mine, _) = desk(side).list(actor).indicators
    more = event(mine, forged(value="three.example"))
    with pytest.raises(ConflictError, match="never made"):
        desk(side).import_(actor, json.dumps(more).encode(), form="misp")
    other_value = event(replace(mine, value="bank.example"))
    with pytest.raises(ConflictError) as caught:
        desk(side).import_(actor, json.dumps(other_value).encode(), form="misp")
    assert caught.value.code == "indicators.claim"


def test_a_file_without_an_author_is_the_office_s_own_list(side: Side) -> None:
    desk(side).import_(side.officer(), b"type,value\ndomain-name,evil.example\n", form="csv")
    assert [one.author for one in desk(side).list(side.officer()).indicators] == [str(side.desk)]


@pytest.mark.parametrize("name", [one for one in NAMES if not one.startswith("csv")])
def test_no_source_speaks_for_the_office(side: Side, name: str) -> None:
    form, data = claiming()[name]
    value = json.loads(data)
    kind = SourceKind.TAXII if form == "stix" else SourceKind.MISP
    if kind is SourceKind.TAXII:
        room = served({"": {"objects": value["objects"]}})
    else:
        room = Fake(lambda asked: answered([{"Event": value}], asked))
    made = added(side, kind).pull(side.officer(), name="cert", reach=room)
    assert {code for _, code in made.refused} == {"sources.own"}
    assert made.added == 0
    if name != "misp by tag":  # the event is the stranger's own, and what it says of us is not taken
        assert made.held == 0


@pytest.mark.parametrize("name", [one for one in NAMES if not one.startswith("csv")])
def test_no_receiver_speaks_for_the_office(side: Side, name: str) -> None:
    form, data = claiming()[name]
    key = sharing(side).add_key(side.head(), name="cert.xab", writes=True)
    if form == "stix":
        told = ReceivingDesk(place=side.place).push(key, data)
        assert [one["message"] for one in told["failures"]] == [
            "the office of this node never made what bears its name"
        ]
    else:
        with pytest.raises(ConflictError) as caught:
            EventDesk(place=side.place).add(key, data)
        assert caught.value.code == "sharing.claim"
    assert count(side, EVENTS) == 0 == count(side, SHARED)


def test_a_receiver_changes_no_event_of_its_own_into_one_of_the_office(side: Side) -> None:
    key = sharing(side).add_key(side.head(), name="cert.xab", writes=True)
    doors = EventDesk(place=side.place)
    made = doors.add(key, json.dumps(event(forged(author=STRANGER), Orgc={"name": STRANGER})).encode())
    with pytest.raises(ConflictError, match="never made"):
        doors.edit(key, made["uuid"], json.dumps({"Orgc": {"name": OFFICE}}).encode())
    (mine,) = desk(side).keep(side.officer(), [seen()], terms=TERMS).added
    sharing(side).publish(side.officer(), names=[mine])
    ours = desk(side).list(side.officer()).indicators[0]
    copied = mispevents.attribute_of(replace(ours, value="bank.example"))
    with pytest.raises(ConflictError, match=mine):
        doors.edit(key, made["uuid"], json.dumps({"Attribute": [copied]}).encode())
    assert doors.edit(key, made["uuid"], json.dumps({"Attribute": [mispevents.attribute_of(ours)]}).encode())


def test_the_name_of_an_office_is_known_in_any_letters() -> None:
    office = OFFICE
    for told in (office, "xaa/Contact-Point ", "\uff38AA/contact-point", OUR_IDENTITY):
        assert speaks_as(told, office)
    for told in ("", "XAB/contact-point", "XAA/contact-point 2", None):
        assert not speaks_as(told, office)
    plain = stixwire.read_object(stixwire.identity_of(office), where="x")
    assert not object_claims(plain, office)
    named = stixwire.read_object(stixwire.identity_of(office) | {"name": "Other"}, where="x")
    assert object_claims(named, office)
    assert not event_claims(read_event({"info": "x", "Orgc": "XAA"}, at=T0), office)
