"""Indicators at their desk: kept from messages, published under warning lists, retracted, given by key."""

import json
from dataclasses import replace
from typing import Any

import pytest

from comity.evidence.limits import Onward
from comity.indicators import csvwire, mispevents, stixwire
from comity.indicators.kinds import Kind
from comity.indicators.marks import Tlp
from comity.indicators.observations import Observation, Spot
from comity.indicators.ports import EVENTS, SHARED, STATEMENTS, Wanted
from comity.indicators.warnings import built_in
from comity.kernel.clock import DAY, HOUR, Instant
from comity.kernel.errors import ComityError, ConflictError, DeniedError, MalformedError, NotFoundError
from comity.node.indicators import IndicatorDesk, Terms
from comity.node.receiving import ReceivingDesk
from comity.node.reportdesk import ReportDesk
from comity.node.sharing import SharingDesk
from comity.node.stated import cases_of
from tests.unit.indicators.making import T0, statement
from tests.unit.node.nodes import Side, pair

TERMS = Terms(tlp=Tlp.GREEN, purpose="fraud cases", basis=("40(1)",), case="c" * 64)


@pytest.fixture
def side() -> Side:
    return pair()[0]


def desk(side: Side) -> IndicatorDesk:
    return IndicatorDesk(place=side.place)


def sharing(side: Side) -> SharingDesk:
    return SharingDesk(place=side.place)


def seen(value: str = "evil.example", *, message: str = "a" * 64, kind: Kind = Kind.DOMAIN) -> Observation:
    spot = Spot(file="m.eml", digest=message, part="part 1 text/plain", offset=5, length=12)
    return Observation(kind=kind, value=value, where=spot, confidence=70)


def count(side: Side, shelf: str) -> int:
    with side.place.store.snapshot() as tx:
        return tx.sharing.count_shared(side.desk, shelf)


def test_what_messages_give_away_is_kept_once_with_every_place(side: Side) -> None:
    actor = side.officer()
    first = desk(side).keep(actor, [seen(), seen(), seen("+41446681800", kind=Kind.PHONE)], terms=TERMS)
    assert (len(first.added), first.renewed, first.same) == (2, (), 0)
    again = desk(side).keep(
        actor, [seen(message="b" * 64), seen("+41446681800", kind=Kind.PHONE)], terms=TERMS
    )
    assert (again.added, len(again.renewed), again.same) == ((), 1, 1)
    versions, sightings = desk(side).show(actor, name="evil.example")
    assert [len(one.sources) for one in versions] == [2, 1]
    assert versions[0].sources[0].case == "c" * 64
    assert sightings == ()
    assert [one.value for one in desk(side).list(actor, kind="phone-number").indicators] == ["+41446681800"]
    (joined,) = desk(side).campaigns(actor).campaigns
    assert joined.sources == ("a" * 64, "b" * 64)
    made = desk(side).sight(actor, name=versions[0].id, count=3)
    assert desk(side).show(actor, name="evil.example")[1] == (made,)
    pages = desk(side).list(actor, most=1)
    assert desk(side).list(actor, after=pages.after, most=5).after == 0


def test_a_value_of_many_messages_loses_none_and_grows_no_version_for_each(side: Side) -> None:
    actor, most = side.officer(), 260
    digests = [f"{number:064x}" for number in range(most)]
    for at in range(0, most, 13):
        case = replace(TERMS, case=f"{at % 2:064x}")
        seen_now = [seen(message=one) for one in digests[at : at + 13]]
        made = desk(side).keep(actor, [*seen_now, seen("gmail.com", message=digests[at])], terms=case)
        assert len(made.added) + len(made.renewed) == 2
    assert desk(side).keep(actor, [seen(message=digests[0])], terms=replace(TERMS, case="0" * 64)).same == 1
    (joined,) = desk(side).campaigns(actor).campaigns
    assert joined.sources == tuple(digests)
    assert [(one.value, one.count) for one in joined.reasons] == [("evil.example", most)]
    versions, _ = desk(side).show(actor, name="evil.example")
    assert [len(one.sources) for one in versions] == [20, 13]
    told = [one.digest for one in versions[0].sources]
    after = 0
    while True:
        page = desk(side).places(actor, name="evil.example", after=after, most=100)
        told += [one.digest for one in page.places]
        after = page.after
        if not after:
            break
    assert told == digests
    reports = ReportDesk(place=side.place)
    (view,) = reports.campaigns(actor).campaigns
    assert view.cases == ("0" * 64, "0" * 63 + "1")
    with side.place.store.snapshot() as tx:
        assert cases_of(tx, side.desk, versions[:1]) == set(view.cases)


def test_campaigns_are_told_by_pages_and_the_reading_is_in_the_log(side: Side) -> None:
    actor, reports = side.officer(), ReportDesk(place=side.place)
    for number in range(5):
        pair_of = [seen(f"e{number}.example", message=f"{number}{at}" * 32) for at in range(2)]
        desk(side).keep(actor, pair_of, terms=TERMS)
    whole = [one.campaign.id for one in reports.campaigns(actor).campaigns]
    told, after = list[str](), ""
    for _ in range(3):
        page = reports.campaigns(actor, after=after, most=2)
        told, after = told + [one.campaign.id for one in page.campaigns], page.after
        assert page.count == 5
    assert (told, after) == (whole, "")
    (one,) = reports.campaigns(actor, name=whole[3]).campaigns
    assert one.campaign.id == whole[3]
    for asked in ({"name": "campaign--none"}, {"after": "campaign--none"}):
        with pytest.raises(NotFoundError):
            reports.campaigns(actor, **asked)
    with side.place.store.snapshot() as tx:
        entries = [one.action for one in tx.node.journal(side.desk)]
    assert entries.count("indicators.campaigns") == 7


def test_those_who_act_are_learnt_apart_from_families_of_programs(side: Side) -> None:
    refs, head = desk(side).references, side.head()

    def galaxy(sort: str, name: str) -> bytes:
        value = {"value": name, "uuid": "u", "meta": {"synonyms": ["Silent Heron"]}}
        return json.dumps({"name": sort, "type": sort, "version": 1, "values": [value]}).encode()

    for sort, kind in (
        ("threat-actor", "actors"),
        ("mitre-intrusion-set", "actors"),
        ("ransomware", "families"),
    ):
        view = refs.take(head, galaxy(sort, f"of {sort}"), where="g.json")
        assert (view.kind, view.entries) == (kind, 1)
    family, acting = refs.families(head).named("silent heron"), refs.actors(head).named("SILENT-HERON")
    assert family is not None
    assert acting is not None
    assert (family.name, acting.name) == ("of ransomware", "of threat-actor")
    assert [(one.kind, one.name) for one in refs.lists(head) if one.at is not None] == [
        ("actors", "mitre-intrusion-set"),
        ("actors", "threat-actor"),
        ("families", "ransomware"),
    ]


def test_a_file_that_replaces_a_statement_by_name_loses_none_of_its_messages(side: Side) -> None:
    actor = side.officer()
    desk(side).keep(actor, [seen(), seen(message="b" * 64)], terms=TERMS)
    (held,) = desk(side).list(actor).indicators
    data = csvwire.dump_csv([replace(held, modified=Instant(held.modified + 10**6), confidence=5)])
    desk(side).import_(side.head(), data, form="csv", supersede="their lab corrected it")
    (joined,) = desk(side).campaigns(actor).campaigns
    assert joined.sources[:2] == ("a" * 64, "b" * 64)


def test_a_list_that_is_learnt_later_tells_what_it_knows_of_the_published(side: Side) -> None:
    """And of nothing else: not what is only held, was taken back, or was published against a list."""
    actor, out, references = side.officer(), sharing(side), desk(side).references
    names = ["shop.example", "gone.example", "other.example", "paypal.com"]
    desk(side).keep(actor, [seen(one) for one in (*names, "held.example")], terms=TERMS)
    out.publish(actor, names=names, override="agreed with the payment service")
    out.retract(actor, name="gone.example", reason="wrong")
    listed = ["shop.example", "gone.example", "held.example", "paypal.com"]
    data = json.dumps({"name": "shops", "type": "hostname", "list": listed}).encode()
    learnt = references.take(side.head(), data, where="list.json")
    assert (learnt.known, [one.value for one in learnt.known_first]) == (1, ["shop.example"])
    assert desk(side).list(actor, value="shop.example").indicators[0].id == learnt.known_first[0].id
    empty = json.dumps({"name": "none", "type": "hostname", "list": ["else.example"]}).encode()
    assert references.take(side.head(), empty, where="list.json").known == 0


def test_lists_that_ship_are_shown_beside_those_taken_in(side: Side) -> None:
    shipped = desk(side).references.lists(side.officer())
    assert {"banks and payment services", "well-known sites"} < {one.name for one in shipped}
    assert {(one.kind, one.at) for one in shipped} == {("warning", None)}
    desk(side).references.take(side.head(), b"paypal.com\n", where="brands.txt")
    assert len(desk(side).references.lists(side.officer())) == len(shipped) + 1
    desk(side).keep(side.officer(), [seen("shop.example")], terms=TERMS)
    made = sharing(side).publish(side.officer(), names=["shop.example"])
    assert made.lists == len(shipped)


def test_nothing_is_published_without_limits_or_against_its_mark_or_a_warning_list(side: Side) -> None:
    actor, out = side.officer(), sharing(side)
    data = json.dumps({"name": "banks", "type": "hostname", "version": 1, "list": ["bank.example"]}).encode()
    view = desk(side).references.take(side.head(), data, where="list.json")
    assert (view.kind, view.entries) == ("warning", 1)
    desk(side).keep(actor, [seen("www.bank.example")], terms=TERMS)
    desk(side).keep(actor, [seen("bare.example")], terms=Terms())
    desk(side).keep(actor, [seen("red.example")], terms=Terms(tlp=Tlp.RED, purpose="p", basis=("40(1)",)))
    desk(side).keep(actor, [seen("evil.example"), seen("tax.go.ke")], terms=TERMS)
    for name, code in (
        ("www.bank.example", "indicators.warned"),
        ("tax.go.ke", "indicators.warned"),
        ("bare.example", "indicators.no_limits"),
        ("red.example", "indicators.red"),
        ("none.example", "indicators.absent"),
    ):
        with pytest.raises(ComityError) as caught:
            out.publish(actor, names=["evil.example", name])
        assert caught.value.code == code
    assert count(side, SHARED) == count(side, EVENTS) == 0
    made = out.export(actor, form="csv")
    assert (made.count, made.kept_back) == (2, 3)
    assert b"evil.example" in made.data and b"bank.example" not in made.data and b"go.ke" not in made.data
    with pytest.raises(ConflictError, match="banks"):
        out.export(actor, form="stix", names=["evil.example", "www.bank.example"])
    published = out.publish(actor, names=["evil.example", "www.bank.example"], override="their old site")
    assert b"www.bank.example" in out.export(actor, form="csv", names=["www.bank.example"]).data
    assert (len(published.ids), published.lists) == (2, 1 + len(built_in()))
    assert published.overridden == ("www.bank.example (banks)",)
    newest = desk(side).show(actor, name="www.bank.example")[0][0]
    assert newest.published is not None
    assert (newest.published.officer, newest.published.override) == ("a.diallo", "their old site")
    side.clock.advance(400 * 86_400 * 10**6)
    with pytest.raises(ConflictError, match="ended"):
        out.publish(actor, names=["evil.example"])


def given(side: Side, shelf: str) -> list[dict[str, Any]]:
    with side.place.store.snapshot() as tx:
        return [json.loads(one.body) for one in tx.sharing.shared(side.desk, shelf, Wanted())]


def test_a_retraction_reaches_what_receivers_read(side: Side) -> None:
    actor, out = side.officer(), sharing(side)
    desk(side).keep(actor, [seen(), seen("other.example")], terms=TERMS)
    out.publish(actor, names=["evil.example", "other.example"])
    side.clock.advance(10**6)
    gone = out.retract(actor, name="evil.example", reason="the victim's own")
    (told,) = [one for one in given(side, SHARED) if one["id"] == gone.id]
    assert told["revoked"] is True
    assert told["extensions"][stixwire.EXTENSION]["reason"] == "the victim's own"
    (event,) = given(side, EVENTS)
    assert {one["value"]: one["deleted"] for one in event["Attribute"]} == {
        "evil.example": True,
        "other.example": False,
    }
    for call in (
        lambda: out.retract(actor, name="evil.example", reason="again"),
        lambda: out.publish(actor, names=["evil.example"]),
    ):
        with pytest.raises(ConflictError) as caught:
            call()
        assert caught.value.code == "indicators.retracted"
    with pytest.raises(MalformedError):
        out.retract(actor, name="other.example", reason=" ")


def test_files_come_in_whole_or_not_at_all(side: Side) -> None:
    actor = side.officer()
    good = stixwire.object_of(statement(author="CERT"))
    data = stixwire.dump_bundle([good])
    first = desk(side).import_(actor, data, form="stix")
    assert (len(first.added), first.held) == (1, 4)
    assert desk(side).import_(actor, data, form="stix").same == 1
    later = {**good, "modified": "2026-12-01T00:00:00.000Z", "revoked": True}
    assert len(desk(side).import_(actor, stixwire.dump_bundle([later]), form="stix").renewed) == 1
    before = (count(side, STATEMENTS), len(side.place.store.__dict__))
    with side.place.store.snapshot() as tx:
        leaves = len(tx.node.journal(side.desk))
    other = {**stixwire.object_of(statement(Kind.URL)), "modified": "never"}
    for form, bad in (
        (
            "stix",
            json.dumps({"type": "bundle", "objects": [stixwire.object_of(statement(Kind.EMAIL)), other]}),
        ),
        (
            "misp",
            '{"Event": {"info": "x", "Attribute": [{"type": "url", "value": "http://a.example/"}, {}]}}',
        ),
        ("csv", "type,value\nurl,http://a.example/\nurl,x"),
        ("odd", "{}"),
    ):
        with pytest.raises(MalformedError):
            desk(side).import_(actor, bad.encode(), form=form)
    refused = MalformedError("indicators.form", "no pattern")

    def judge(_pattern: str) -> None:
        raise refused

    with pytest.raises(MalformedError, match="no pattern"):
        desk(side).import_(
            actor, stixwire.dump_bundle([stixwire.object_of(statement(Kind.URL))]), form="stix", judge=judge
        )
    with side.place.store.snapshot() as tx:
        assert len(tx.node.journal(side.desk)) == leaves
    assert (count(side, STATEMENTS), len(side.place.store.__dict__)) == before


def test_a_file_replaces_nobody_elses_word_unless_an_officer_does_by_name(side: Side) -> None:
    actor = side.officer()
    (name,) = desk(side).keep(actor, [seen("evil.example")], terms=TERMS).added
    sharing(side).publish(actor, names=[name])
    (ours,) = desk(side).list(actor).indicators
    after = Instant(ours.modified + HOUR)
    theirs = replace(ours, confidence=1, tlp=Tlp.CLEAR, modified=after, published=None)
    forged = stixwire.dump_bundle([stixwire.object_of(theirs)])
    tool = {"type": "tool", "spec_version": "2.1", "id": "tool--0f3b4a4c-5d8e-4f7a-8b9c-0d1e2f3a4b5c"}
    tool |= {"created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z", "name": "t"}
    desk(side).import_(actor, stixwire.dump_bundle([tool]), form="stix")
    renamed = {**tool, "modified": "2027-01-01T00:00:00.000Z", "created_by_ref": "identity--" + name[11:]}
    csv = csvwire.dump_csv([replace(theirs, author="CERT")])
    for form, data in (("stix", forged), ("stix", stixwire.dump_bundle([renamed])), ("csv", csv)):
        with pytest.raises(ConflictError) as caught:
            desk(side).import_(actor, data, form=form)
        assert caught.value.code == "indicators.supersede"
    assert desk(side).list(actor).indicators == (ours,)
    taken = desk(side).import_(actor, forged, form="stix", supersede="our copy was damaged")
    assert taken.renewed == (name,)
    (now,) = desk(side).list(actor).indicators
    assert (now.confidence, now.published, now.author) == (1, ours.published, str(side.desk))
    with side.place.store.snapshot() as tx:
        said = next(one for one in tx.node.journal(side.desk) if one.action == "indicators.import").about
        (given,) = tx.sharing.shared(side.desk, SHARED, Wanted(ids=(name,)))
    assert said.endswith("1 replaced: our copy was damaged")
    assert b'"confidence":1' in given.body


def test_no_receiver_takes_the_place_of_what_was_not_published_yet(side: Side) -> None:
    actor = side.officer()
    (name,) = desk(side).keep(actor, [seen("evil.example")], terms=TERMS).added
    key = sharing(side).add_key(side.head(), name="cert.xab", writes=True)
    (ours,) = desk(side).list(actor).indicators
    later = replace(ours, modified=Instant(ours.modified + HOUR), author="CERT")
    said = ReceivingDesk(place=side.place).push(key, stixwire.dump_bundle([stixwire.object_of(later)]))
    assert name in {one["id"] for one in said["failures"]}
    sharing(side).publish(actor, names=[name])
    with side.place.store.snapshot() as tx:
        (given,) = tx.sharing.shared(side.desk, SHARED, Wanted(ids=(name,)))
    assert given.owner == ""


def test_no_export_holds_what_is_red_or_may_not_go_on_and_none_loses_anything(side: Side) -> None:
    actor, out = side.officer(), sharing(side)
    desk(side).keep(actor, [seen("open.example")], terms=TERMS)
    desk(side).keep(actor, [seen("red.example")], terms=Terms(tlp=Tlp.RED))
    foreign = statement(Kind.URL, author="CERT")
    desk(side).import_(actor, stixwire.dump_bundle([stixwire.object_of(foreign)]), form="stix")
    for form in ("stix", "misp", "csv"):
        if form != "stix":
            with pytest.raises(ConflictError) as caught:
                out.export(actor, form=form)
            assert caught.value.code == "indicators.loss"
            assert "identity" in caught.value.message
        made = out.export(actor, form=form, kind="domain-name")
        assert (made.count, made.kept_back) == (1, 1)
        assert b"open.example" in made.data
        assert b"red.example" not in made.data
        assert b"c" * 64 not in made.data
    whole = out.export(actor, form="stix")
    assert b"open.example" in whole.data
    assert b"evil.example" not in whole.data
    with pytest.raises(DeniedError):
        out.export(actor, form="csv", names=["red.example"])
    with pytest.raises(NotFoundError):
        out.export(actor, form="csv", names=["none.example"])
    with pytest.raises(MalformedError):
        out.export(actor, form="odd", kind="domain-name")
    with pytest.raises(ConflictError) as caught:
        out.publish(actor, names=[foreign.id])
    assert caught.value.code == "indicators.onward"
    side.clock.advance(4000 * DAY)  # the end of retention closes this way too
    for form in ("stix", "misp", "csv"):
        assert out.export(actor, form=form, kind="domain-name").kept_back == 2


def test_an_event_of_misp_comes_in_and_goes_out_as_stix(side: Side) -> None:
    wallet = statement(Kind.WALLET, limits=None, author="CERT")
    event = mispevents.event_of([wallet], uuid=wallet.id[11:], info="i", org="CERT", at=T0)
    event["Attribute"].append({"type": "comment", "value": "hello"})
    taken = desk(side).import_(side.officer(), json.dumps({"Event": event}).encode(), form="misp")
    assert (len(taken.added), taken.held) == (1, 1)
    assert count(side, EVENTS) == 0
    objects = json.loads(sharing(side).export(side.officer(), form="stix").data)["objects"]
    by_type = {one["type"]: one for one in objects}
    assert by_type["grouping"]["object_refs"] == [by_type["indicator"]["id"]] == [wallet.id]
    assert (by_type["note"]["abstract"], by_type["note"]["content"]) == ("comment", "hello")
    assert len({one["id"] for one in objects}) == len(objects)
    for form in ("misp", "csv"):
        with pytest.raises(ConflictError) as caught:
            sharing(side).export(side.officer(), form=form)
        assert caught.value.code == "indicators.loss"


def test_keys_are_made_once_and_revoked(side: Side) -> None:
    head, out = side.head(), sharing(side)
    key = out.add_key(head, name="cert.xab", most_tlp=Tlp.GREEN, writes=True)
    assert len(key) == 40
    with pytest.raises(ConflictError):
        out.add_key(head, name="cert.xab")
    assert [(one.name, one.writes) for one in out.keys(side.officer())] == [("cert.xab", True)]
    out.revoke_key(head, name="cert.xab")
    assert out.add_key(head, name="cert.xab") != key
    for call in (
        lambda: out.add_key(head, name="x", most_tlp=Tlp.RED),
        lambda: out.add_key(head, name="Not A Name"),
        lambda: out.revoke_key(head, name="nobody"),
        lambda: out.add_key(side.officer(), name="y"),
    ):
        with pytest.raises(ComityError):
            call()


def test_terms_and_lists_that_make_no_sense_are_refused(side: Side) -> None:
    with pytest.raises(MalformedError):
        desk(side).keep(side.officer(), [seen()], terms=Terms(purpose="p"))
    for bad in (b"", b"# nothing", b"\xff", b'{"name": "x"}', b"{"):
        with pytest.raises(MalformedError):
            desk(side).references.take(side.head(), bad, where="x")
    references = desk(side).references
    references.take(side.head(), b"PayPal.com\n", where="/a/brands.txt")
    references.take(side.head(), b"paypal.com\nbank.example\n", where="/b/brands.txt")
    assert references.brands(side.officer()) == ("bank.example", "paypal.com")
    brands = [one for one in references.lists(side.officer()) if one.at is not None]
    assert [(one.kind, one.name, one.entries) for one in brands] == [("brands", "brands.txt", 2)]
    assert Terms(onward=Onward.NEVER).limits(at=T0) is None
