"""STIX, MISP and CSV: statements go out and come back whole, and what is broken is refused whole."""

import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from comity.indicators import csvwire, mispevents, mispopen, mispwire, stixwire
from comity.indicators.kinds import Kind
from comity.indicators.marks import STIX_MARKS, Tlp
from comity.indicators.patterns import pattern_of, values_of
from comity.indicators.statements import (
    UNSAID,
    UNSHARED,
    WITHDRAWN,
    Indicator,
    Retraction,
    dump_indicator,
    parse_indicator,
    read_retraction,
)
from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError
from tests.unit.indicators.making import LIMITS, T0, VALUES, statement

ALL = tuple(statement(kind, tlp=Tlp(number % 4)) for number, kind in enumerate(Kind))
GONE = statement(
    Kind.URL,
    modified=Instant(T0 + 10**6),
    retracted=Retraction(at=Instant(T0 + 10**6), officer="me", reason="no"),
)


def by_stix(found: Indicator) -> Indicator:
    data = stixwire.dump_bundle([stixwire.object_of(found)])
    made = [
        each for one in stixwire.read_bundle(data) for each in stixwire.indicators_of(one, author="me", at=T0)
    ]
    assert len(made) == 1
    return replace(made[0], original=b"")


def by_misp(found: Indicator) -> Indicator:
    (event,) = mispevents.events_of([found], name="n", info="i", org="XAA/contact-point", at=T0)
    (made,) = mispwire.indicators_of(
        mispwire.read_event(json.loads(json.dumps({"Event": event})), at=T0), author="me", at=T0
    )
    return made


def by_csv(found: Indicator) -> Indicator:
    (made,) = csvwire.read_csv(csvwire.dump_csv([found]), author="me", at=T0)
    return made


@pytest.mark.parametrize("found", ALL, ids=lambda one: one.kind.value)
def test_every_form_carries_value_marks_and_limits(found: Indicator) -> None:
    assert by_stix(found) == by_misp(found) == by_csv(found) == found


def test_a_retraction_goes_through_every_form() -> None:
    for form in (by_stix, by_misp, by_csv):
        retracted = form(GONE).retracted
        assert retracted is not None
        assert retracted.reason == "no"


def test_what_came_from_outside_goes_on_as_it_came() -> None:
    value = {
        **stixwire.object_of(statement()),
        "kill_chain_phases": [{"kill_chain_name": "k", "phase_name": "p"}],
    }
    (made,) = stixwire.indicators_of(stixwire.read_object(value, where=""), author="me", at=T0)
    assert stixwire.object_of(made) == value
    gone = made.again(at=T0, retracted=Retraction(at=T0, officer="me", reason="no"))
    assert stixwire.object_of(gone)["revoked"] is True


def broken(**changes: Any) -> bytes:
    value = {**stixwire.object_of(statement()), **changes}
    value = {name: one for name, one in value.items() if one is not None}
    return msgspec.json.encode({"type": "bundle", "objects": [stixwire.object_of(GONE), value]})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b'{"type": "bundle", "objects": {}}',
        b'{"type": "report"}',
        b'{"type": "bundle", "type": "bundle"}',
        b'{"type": "bundle", "objects": [NaN]}',
        b'{"type": "bundle", "objects": [1]}',
        b"[" * 100,
        broken(id="indicator--x"),
        broken(id="malware--" + "0" * 8 + "-0000-4000-8000-" + "0" * 12),
        broken(spec_version="2.0"),
        broken(modified=None),
        broken(modified="2001-01-01T00:00:00Z"),
        broken(created="yesterday"),
        broken(valid_from=None),
        broken(valid_until="2001-01-01T00:00:00Z"),
        broken(pattern="[url:value = 'x'"),
        broken(pattern="url:value"),
        broken(pattern_type=None),
        broken(object_marking_refs="x"),
    ],
)
def test_a_broken_bundle_is_refused_whole(data: bytes) -> None:
    with pytest.raises(MalformedError):
        stixwire.read_bundle(data, where="bundle.json")


@pytest.mark.parametrize("extension", [{"purpose": "p"}, {"basis": "44(1)"}, [], {"pap": "odd"}])
def test_limits_and_marks_that_cannot_be_read_are_never_dropped(extension: object) -> None:
    value = {**stixwire.object_of(statement()), "extensions": {stixwire.EXTENSION: extension}}
    with pytest.raises(MalformedError):
        stixwire.indicators_of(stixwire.read_object(value, where=""), author="me", at=T0)


def test_marks_defined_beside_an_object_count() -> None:
    odd = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": "marking-definition--" + "0" * 8 + "-0000-4000-8000-" + "0" * 12,
        "created": "2020-01-01T00:00:00Z",
        "definition_type": "tlp",
        "definition": {"tlp": "purple"},
    }
    value = {**stixwire.object_of(statement()), "object_marking_refs": [odd["id"]]}
    found = stixwire.read_bundle(msgspec.json.encode({"type": "bundle", "objects": [value, odd]}))
    assert found[0].tlp is Tlp.RED


def test_an_object_that_names_an_unknown_definition_goes_no_further_than_amber() -> None:
    """However open the mark is that stands beside it."""
    gone = "marking-definition--" + "0" * 8 + "-0000-4000-8000-" + "1" * 12
    clear, red = STIX_MARKS[Tlp.CLEAR], STIX_MARKS[Tlp.RED]
    bases = [(clear,), (clear, gone), (gone,), (red, gone)]
    values = [{**stixwire.object_of(statement()), "object_marking_refs": list(one)} for one in bases]
    values.append(
        {
            **values[0],
            "granular_markings": [{"marking_ref": gone, "selectors": ["name"]}],
        }
    )
    found = stixwire.read_bundle(msgspec.json.encode({"type": "bundle", "objects": values}))
    assert [one.tlp for one in found] == [Tlp.CLEAR, Tlp.AMBER, Tlp.AMBER, Tlp.RED, Tlp.AMBER]


def test_patterns_of_one_value_are_read_and_others_are_left() -> None:
    for kind, value in VALUES.items():
        assert values_of(pattern_of(kind, value)) == ((kind, value),)
    assert values_of("[url:value = 'http://a.example/' OR domain-name:value = 'a.example']") == (
        (Kind.URL, "http://a.example/"),
        (Kind.DOMAIN, "a.example"),
    )
    for odd in (
        "[file:size > 5]",
        "[url:value = 'x' AND a:b = 'c']",
        "[url:value = 'no address']",
        "[a:b = 'c']",
    ):
        assert values_of(odd) == ()


EVENT: dict[str, Any] = {
    "uuid": "11111111-2222-4333-8444-555555555555",
    "info": "phishing",
    "date": "2026-11-01",
    "timestamp": "1793000000",
    "distribution": "3",
    "Orgc": {"name": "CERT", "uuid": "x"},
    "Tag": [{"name": "tlp:green"}],
    "Attribute": [
        {"uuid": "a1111111-2222-4333-8444-555555555555", "type": "btc", "value": VALUES[Kind.WALLET]},
        {"type": "filename|sha256", "value": "a.exe|" + "b" * 63 + "1", "to_ids": True},
        {"type": "comment", "value": "hello"},
        {"type": "domain", "value": "secret.example", "distribution": "0"},
        {"type": "domain", "value": "red.example", "Tag": [{"name": "tlp:red"}]},
    ],
    "Object": [{"name": "o", "Attribute": [{"type": "url", "value": "http://o.example/", "deleted": True}]}],
}


def test_an_event_of_others_is_read_with_its_strictest_marks() -> None:
    event = mispwire.read_event({"Event": json.loads(json.dumps(EVENT))}, at=T0)
    found = mispwire.indicators_of(event, author="me", at=T0)
    assert [(one.kind.value, one.tlp, bool(one.retracted)) for one in found] == [
        ("cryptocurrency-wallet", Tlp.GREEN, False),
        ("file", Tlp.GREEN, False),
        ("file", Tlp.GREEN, False),
        ("domain-name", Tlp.RED, False),
        ("domain-name", Tlp.RED, False),
        ("url", Tlp.GREEN, True),
    ]
    assert found[0].networks == ("bitcoin",)
    assert found[0].author == "CERT"
    assert len({one.id for one in found}) == len(found)
    assert [one.value for one in mispwire.rest_of(event)] == ["hello"]
    others = mispopen.for_others(event, most=Tlp.AMBER, at=T0, brought=True)
    assert others is not None
    assert [one["value"] for one in others["Attribute"]][-1] == "hello"
    assert "secret.example" not in json.dumps(others)
    assert mispopen.for_others(event, most=Tlp.CLEAR, at=T0, brought=True) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"info": ""},
        {"date": "soon"},
        {"uuid": "x"},
        {"distribution": "9"},
        {"timestamp": "soon"},
        {"Tag": "x"},
        {"Tag": [{}]},
        {"Attribute": {}},
        {"Attribute": [{"type": "url"}]},
        {"Attribute": [{"type": "url", "value": ["x"]}]},
        {"Attribute": [{"type": "url", "value": "x", "uuid": "?"}]},
        {"Object": [{"Attribute": ["x"]}]},
    ],
)
def test_a_broken_event_is_refused_whole(changes: dict[str, object]) -> None:
    with pytest.raises(MalformedError):
        mispwire.read_events({"Event": {**json.loads(json.dumps(EVENT)), **changes}}, at=T0)
    for odd in ([], {"response": []}, "x", None):
        with pytest.raises(MalformedError):
            mispwire.read_events(odd, at=T0)


def test_tags_of_ours_that_cannot_be_read_are_refused() -> None:
    for tag in ("comity:basis=44", "comity:purpose", 'comity:purpose="x"'):
        event = {
            **EVENT,
            "Attribute": [{"type": "url", "value": "http://a.example/", "Tag": [{"name": tag}]}],
        }
        with pytest.raises(MalformedError):
            mispwire.indicators_of(
                mispwire.read_event(json.loads(json.dumps(event)), at=T0), author="me", at=T0
            )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "value\nx",
        "type,value,odd\nurl,http://a.example/,1",
        "type,value\nurl",
        "type,value\nodd,x",
        "type,value\nurl,x",
        "type,value,confidence\nurl,http://a.example/,high",
        "type,value,confidence\nurl,http://a.example/,200",
        "type,value,tlp\nurl,http://a.example/,purple",
        "type,value,purpose\nurl,http://a.example/,p",
        'type,value\nurl,"http://a.example/',
    ],
)
def test_a_broken_table_is_refused_whole(text: str) -> None:
    with pytest.raises(MalformedError):
        csvwire.read_csv(text.encode(), author="me", at=T0, where="t.csv")


def test_a_table_needs_two_columns_only_and_no_cell_is_a_formula() -> None:
    (made,) = csvwire.read_csv(b"\xef\xbb\xbftype,value\nurl,HTTP://A.example/\n", author="me", at=T0)
    assert (made.value, made.confidence, made.tlp, made.limits) == ("http://a.example/", 50, Tlp.AMBER, None)
    data = csvwire.dump_csv([statement(Kind.PHONE, note="=1+1")]).decode()
    assert "'+41446681800" in data
    assert "'=1+1" in data
    with pytest.raises(MalformedError):
        csvwire.read_csv(b"\xff", author="me", at=T0)


def test_nonsense_is_refused_at_birth() -> None:
    for changes in (
        {"confidence": 101},
        {"value": ""},
        {"modified": Instant(T0 - 1)},
        {"valid_until": T0},
        {"labels": ("x",) * 201},
    ):
        with pytest.raises(ValueError, match=r"."):
            statement(**changes)
    assert statement(limits=LIMITS).limits is LIMITS


@pytest.mark.parametrize(
    ("kept", "code", "reason", "office"),
    [
        ("withdrawn from use: many false alarms", WITHDRAWN, "many false alarms", ""),
        ("no longer shared by XAB/contact-point", UNSHARED, "", "XAB/contact-point"),
        ("no longer shared", UNSHARED, "", ""),
    ],
)
def test_a_reason_that_was_kept_before_there_were_codes_is_read_as_one(
    kept: str, code: str, reason: str, office: str
) -> None:
    raw = json.loads(dump_indicator(statement()))
    raw["retracted"] = {"at": raw["modified"], "officer": "", "reason": kept}
    found = parse_indicator(json.dumps(raw).encode()).retracted
    assert found is not None and (found.code, found.reason, found.office) == (code, reason, office)
    assert found.told == {"reason_code": UNSHARED}
    assert parse_indicator(dump_indicator(parse_indicator(json.dumps(raw).encode()))).retracted == found


def test_words_of_a_retraction_go_with_their_language_and_codes_that_nobody_knows_are_left() -> None:
    one = replace(
        statement(),
        retracted=Retraction(at=T0, officer="XAA/a", reason="fausse alerte", language="fr"),
    )
    assert one.retracted is not None
    told = stixwire.object_of(one)["extensions"].popitem()[1]
    assert (told["reason"], told["reason_language"]) == ("fausse alerte", "fr")
    again = read_retraction(told, at=T0, officer="XAA/a")
    assert again == one.retracted
    for odd in ({"reason_code": "x"}, {"reason_code": WITHDRAWN}, {"reason_language": "fr"}, {}):
        assert read_retraction(odd, at=T0, officer="o").code == UNSAID
    assert read_retraction({"reason": "x", "reason_language": "<b>"}, at=T0, officer="o").language == ""
    with pytest.raises(ValueError, match="known code"):
        Retraction(at=T0, officer="o", reason="x", code="other")
    (line,) = csvwire.read_csv(csvwire.dump_csv([one]), author="XAA/a", at=T0)
    assert line.retracted is not None and line.retracted.language == "fr"
