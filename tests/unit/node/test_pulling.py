"""Servers of others at their desk: pulled page by page, kept as their word, given what may leave."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from comity.indicators.kinds import Kind
from comity.indicators.marks import STIX_MARKS, Tlp
from comity.indicators.sources import Answer, Asked, SourceKind, SourceRecord
from comity.indicators.stixwire import EXTENSION
from comity.kernel.clock import Instant
from comity.kernel.errors import ComityError
from comity.node.indicators import IndicatorDesk, Terms
from comity.node.pulling import SourceDesk
from comity.node.sharing import SharingDesk
from comity.node.sourcebook import rewrap_sources
from tests.unit.node.nodes import Side, pair
from tests.unit.node.test_indicators import TERMS, seen

AT = "2026-01-01T00:00:00.000Z"


@pytest.fixture
def side() -> Side:
    return pair()[0]


def indicator(number: int, **told: Any) -> dict[str, Any]:
    usual = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--00000000-0000-4000-8000-{number:012}",
        "created": AT,
        "modified": AT,
        "pattern": f"[domain-name:value = 'e{number}.example']",
        "pattern_type": "stix",
        "valid_from": AT,
    }
    return usual | told


def event(number: int, **told: Any) -> dict[str, Any]:
    attribute = {
        "uuid": f"10000000-0000-4000-8000-{number:012}",
        "type": "domain",
        "value": f"m{number}.example",
    }
    usual = {
        "uuid": f"20000000-0000-4000-8000-{number:012}",
        "info": "x",
        "timestamp": str(1_700_000_000 + number),
    }
    return {"Event": usual | {"Attribute": [attribute]} | told}


class Fake:
    """Answers by a function, and remembers what was asked and with which secret."""

    def __init__(self, answer: Callable[[Asked], Answer]) -> None:
        self.answer, self.asked, self.secrets = answer, list[Asked](), list[bytes]()

    @contextmanager
    def __call__(self, _source: SourceRecord, secret: bytes) -> Iterator["Fake"]:
        self.secrets.append(secret)
        yield self

    def ask(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        return self.answer(asked)


def served(pages: dict[str, Any], *, writes: bool = True) -> Fake:
    """A TAXII server with one collection, whose pages are found by ``next``; what is new is in ``a``."""

    def answer(asked: Asked) -> Answer:
        value: Any = {"title": "root"}
        last = ""
        if asked.path.endswith("/collections/"):
            value = {"collections": [{"id": "c1", "can_read": True, "can_write": writes}]}
        elif asked.body is not None:
            count = len(json.loads(asked.body)["objects"])
            return Answer(status=202, body=json.dumps({"success_count": count}).encode())
        elif asked.path.endswith("/objects/"):
            query = dict(asked.query)
            key = query.get("next", "a" if "added_after" in query and "a" in pages else "")
            value, last = pages[key], f"2026-02-0{len(key) + 1}T00:00:00.000000Z"
        return Answer(
            status=200,
            body=value if isinstance(value, bytes) else json.dumps(value).encode(),
            last_added=last,
        )

    return Fake(answer)


def added(side: Side, kind: SourceKind = SourceKind.TAXII, *, name: str = "cert") -> SourceDesk:
    desk = SourceDesk(place=side.place)
    record = SourceRecord(name=name, kind=kind, url="https://t.example/api/", made_at=Instant(0))
    desk.add(side.head(), record, secret=b"s3cret")
    return desk


def code(call: Any, *args: Any, **told: Any) -> str:
    with pytest.raises(ComityError) as caught:
        call(*args, **told)
    return caught.value.code


def values(side: Side) -> dict[str, Any]:
    return {one.value: one for one in IndicatorDesk(place=side.place).list(side.officer()).indicators}


def test_a_cut_pull_goes_on_where_it_stopped_and_the_next_asks_for_what_is_new(side: Side) -> None:
    desk, actor = added(side), side.officer()
    pages: dict[str, Any] = {
        "": {"more": True, "next": "a", "objects": [indicator(1), indicator(2)]},
        "a": b'{"objects": [',
    }
    fake = served(pages)
    with pytest.raises(ComityError) as caught:
        desk.pull(actor, name="cert", reach=fake)
    assert (caught.value.code, caught.value.where) == ("json.syntax", "page 2")
    assert set(values(side)) == {"e1.example", "e2.example"}
    assert desk.list(actor)[0].state.next == "a"
    pages["a"] = {"objects": [indicator(3), {"type": "indicator"}, indicator(4, spec_version="2.0")]}
    made = desk.pull(actor, name="cert", reach=fake)
    resumed = dict(fake.asked[-1].query)
    assert "next" not in resumed and resumed["added_after"] == "2026-01-31T23:59:59.999999Z"
    assert (made.pages, made.added, made.refusals) == (1, 1, 2)
    assert made.refused[0] == ("#1", "indicators.form")
    state = desk.list(actor)[0].state
    assert (state.since, state.next, state.begun) == ("2026-02-02T00:00:00.000000Z", "", 0)
    desk.pull(actor, name="cert", reach=served({"": {}}))
    again = served({"": {}})
    desk.pull(actor, name="cert", reach=again)
    assert dict(again.asked[-1].query)["added_after"] == "2026-02-02T00:00:00.000000Z"
    assert fake.secrets == [b"s3cret", b"s3cret"]
    assert values(side)["e3.example"].via == "source cert"
    assert values(side)["e3.example"].tlp is Tlp.AMBER


def test_a_server_that_gives_the_same_page_again_and_again_is_left(side: Side) -> None:
    desk, page = added(side), {"more": True, "next": "a", "objects": [indicator(1)]}
    fake = served({"": page, "a": page})
    assert code(desk.pull, side.officer(), name="cert", reach=fake) == "sources.answer"
    assert len(fake.asked) < 6


def test_a_word_that_stays_the_same_while_pages_differ_is_followed(side: Side) -> None:
    """As medallion does: the word is used up at each call."""
    desk, given = added(side), iter(range(1, 4))

    def answer(asked: Asked) -> Answer:
        value: Any = {"title": "root"}
        if asked.path.endswith("/collections/"):
            value = {"collections": [{"id": "c1", "can_read": True}]}
        elif asked.path.endswith("/objects/"):
            number = next(given)
            value = {"more": number < 3, "next": "w", "objects": [indicator(number)]}
        return Answer(status=200, body=json.dumps(value).encode(), last_added="")

    assert desk.pull(side.officer(), name="cert", reach=Fake(answer)).added == 3


@pytest.mark.parametrize(
    "page",
    [b"[]", b"{", {"objects": {}}, {"more": True, "objects": [1]}, {"more": True, "next": "", "objects": [1]},
     b'{"objects":' + b"[" * 100 + b"]" * 100 + b"}"],
)  # fmt: skip
def test_nothing_of_a_broken_page_is_kept(side: Side, page: Any) -> None:
    desk = added(side)
    assert code(desk.pull, side.officer(), name="cert", reach=served({"": page})) in (
        "sources.answer",
        "json.syntax",
        "json.depth",
    )
    assert desk.list(side.officer())[0].state.begun == 0


def test_a_source_changes_nothing_of_ours_or_of_another_and_says_nothing_in_our_name(side: Side) -> None:
    actor = side.officer()
    IndicatorDesk(place=side.place).keep(actor, [seen("ours.example")], terms=TERMS)
    ours = values(side)["ours.example"]
    one, other = added(side), added(side, name="other")
    later = "2026-03-01T00:00:00.000Z"
    forged = {EXTENSION: {"extension_type": "property-extension", "author": str(side.desk)}}
    objects = [
        indicator(1) | {"id": ours.id, "modified": later, "revoked": True},
        indicator(2, extensions=forged),
        indicator(3),
    ]
    made = one.pull(actor, name="cert", reach=served({"": {"objects": objects}}))
    assert [found for _, found in made.refused] == ["sources.own", "sources.own"]
    revoked = indicator(3, modified=later, revoked=True)
    made = other.pull(actor, name="other", reach=served({"": {"objects": [revoked, indicator(3)]}}))
    assert (made.refused, made.same) == (((revoked["id"], "sources.other"),), 1)
    assert values(side)["ours.example"] == ours
    assert values(side)["e3.example"].retracted is None
    made = one.pull(actor, name="cert", reach=served({"": {"objects": [revoked]}}))
    assert made.renewed == 1
    assert values(side)["e3.example"].retracted is not None


def test_marks_of_what_is_pulled_hold_on_every_way_out(side: Side) -> None:
    actor, desk = side.officer(), added(side)
    strict, note_id = STIX_MARKS[Tlp.AMBER_STRICT], "00000000-0000-4000-8000-000000000001"
    note = {
        "type": "note",
        "spec_version": "2.1",
        "created": AT,
        "modified": AT,
        "content": "x",
        "object_refs": ["a"],
    }
    objects = [
        note | {"id": f"note--{note_id}", "object_marking_refs": [strict]},
        note
        | {"id": f"note--{note_id[:-1]}2", "object_marking_refs": [STIX_MARKS[Tlp.CLEAR]]},
        indicator(1, object_marking_refs=[STIX_MARKS[Tlp.CLEAR], f"marking-definition--{note_id}"]),
        indicator(2, object_marking_refs=[strict]),
        indicator(3, object_marking_refs=[STIX_MARKS[Tlp.RED]]),
    ]  # fmt: skip
    made = desk.pull(actor, name="cert", reach=served({"": {"objects": objects}}))
    assert (made.added, made.held) == (3, 2)
    assert values(side)["e1.example"].tlp is Tlp.AMBER
    left = SharingDesk(place=side.place).export(actor, form="stix").data.decode()
    assert "000000000002" in left
    assert f"note--{note_id}" not in left
    assert "e2.example" not in left
    assert "e3.example" not in left


def test_a_mark_of_a_part_counts_as_the_source_defined_it_earlier(side: Side) -> None:
    actor, desk = side.officer(), added(side)
    red = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": "marking-definition--00000000-0000-4000-8000-000000000009",
        "created": AT,
        "definition_type": "tlp",
        "definition": {"tlp": "red"},
    }
    desk.pull(actor, name="cert", reach=served({"": {"objects": [red]}}))
    part = {"marking_ref": red["id"], "selectors": ["pattern"]}
    of_part = indicator(1, object_marking_refs=[STIX_MARKS[Tlp.CLEAR]], granular_markings=[part])
    desk.pull(actor, name="cert", reach=served({"": {"objects": [of_part]}}))
    assert values(side)["e1.example"].tlp is Tlp.RED


def test_misp_is_read_by_pages_until_one_is_empty(side: Side) -> None:
    desk, actor = added(side, SourceKind.MISP), side.officer()
    pages = [[event(1), event(2, info="")], [event(3)], []]

    def answer(asked: Asked) -> Answer:
        assert asked.body is not None
        return Answer(
            status=200, body=json.dumps({"response": pages[json.loads(asked.body)["page"] - 1]}).encode()
        )

    fake = Fake(answer)
    made = desk.pull(actor, name="cert", reach=fake)
    assert (made.pages, made.added, made.held, made.refused) == (3, 2, 2, (("#1", "indicators.form"),))
    desk.pull(actor, name="cert", reach=fake)
    assert fake.asked[-1].body is not None
    assert json.loads(fake.asked[-1].body)["timestamp"] == "1700000003"
    assert desk.pull(actor, name="cert", reach=fake).same == 2


def test_what_is_pushed_passes_the_gate_of_publication(side: Side) -> None:
    desk, actor, kept = added(side), side.officer(), IndicatorDesk(place=side.place)
    kept.keep(actor, [seen("a.example")], terms=TERMS)
    kept.keep(
        actor, [seen("strict.example")], terms=Terms(tlp=Tlp.AMBER_STRICT, purpose="x", basis=("40(1)",))
    )
    kept.keep(actor, [seen("+41446681800", kind=Kind.PHONE)], terms=Terms())
    fake = served({})
    assert (
        code(desk.push, actor, name="cert", names=["a.example", "strict.example"], reach=fake)
        == "sources.mark"
    )
    assert code(desk.push, actor, name="cert", names=["+41446681800"], reach=fake) == "indicators.no_limits"
    listed = json.dumps({"name": "banks", "type": "hostname", "version": 1, "list": ["a.example"]}).encode()
    kept.references.take(side.head(), listed, where="list.json")
    assert code(desk.push, actor, name="cert", names=["a.example"], reach=fake) == "indicators.warned"
    assert fake.asked == []
    shut = served({}, writes=False)
    told = {"name": "cert", "names": ["a.example"], "override": "agreed"}
    assert code(desk.push, actor, reach=shut, **told) == "sources.read_only"
    made = desk.push(actor, reach=fake, **told)
    assert made.taken == len(json.loads(fake.asked[-1].body or b"")["objects"]) > 1
    name = values(side)["a.example"].id
    SharingDesk(place=side.place).retract(actor, name=name, reason="wrong")
    desk.push(actor, reach=fake, **told)
    sent = json.loads(fake.asked[-1].body or b"")["objects"]
    assert [one["revoked"] for one in sent if one["id"] == name] == [True]
    misp = added(side, SourceKind.MISP, name="m")
    assert code(misp.push, actor, name="m", names=["a.example"], reach=fake) == "sources.kind"


def test_heads_make_sources_known_and_a_secret_is_nowhere_in_clear(side: Side) -> None:
    desk, record = SourceDesk(place=side.place), SourceRecord(
        name="cert", kind=SourceKind.TAXII, url="https://t.example/", made_at=Instant(0)
    )  # fmt: skip
    assert code(desk.add, side.officer(), record).startswith("access.")
    assert code(desk.add, side.head(), record, secret=b"two words") == "sources.secret"
    made = desk.add(side.head(), record, secret=b"s3cret")
    assert b"s3cret" not in made.record.secret
    assert "s3cret" not in repr(made)
    assert code(desk.add, side.head(), record) == "sources.taken"
    rewrap_sources(side.place, side.desk)
    fake = served({"": {}})
    desk.pull(side.officer(), name="cert", reach=fake)
    assert fake.secrets == [b"s3cret"]
    assert desk.remove(side.head(), name="cert").record.secret == b""
    assert desk.list(side.officer()) == ()
    assert code(desk.pull, side.officer(), name="cert", reach=fake) == "sources.absent"
