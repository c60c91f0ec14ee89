from dataclasses import replace
from datetime import date

import pytest

from comity.exchange.entries import Revocation
from comity.exchange.entry_wire import entry_statement, parse_entry
from comity.exchange.mandates import Deputy, Mandate, mandates_for, parse_mandates, require_mandates
from comity.exchange.terms import Power
from comity.kernel.errors import MalformedError
from comity.kernel.ids import AuthorityId, OfficerName
from comity.kernel.ijson import dump_ijson, parse_ijson
from tests.simulator.parties import T0, make_party

PARTY = make_party("XAA")
OFFICE = PARTY.office.authority
MINISTRY = AuthorityId("XAA/ministry")
OFFICES = {OFFICE: (OfficerName("a.diallo"), OfficerName("h.osei")), MINISTRY: ()}
DAY = date(2026, 11, 2)


def mandate(**changes: object) -> Mandate:
    made = Mandate(
        id="m1",
        authority=OFFICE,
        powers=("issue", "transmit"),
        provision="Act on Mutual Assistance, section 4",
        since=date(2026, 1, 1),
    )
    return Mandate(**{name: getattr(made, name) for name in made.__struct_fields__} | changes)


def found(*mandates: Mandate, power: Power = Power.ISSUE, on: date = DAY, kind: str = "preservation"):
    held = mandates_for(mandates, OFFICE, power, kind=kind, instrument="uncc", on=on)
    return [one.id for one in held]


def test_a_mandate_holds_for_its_powers_kinds_instruments_and_days():
    assert found(mandate()) == ["m1"]
    assert found(mandate(), power=Power.SIGN) == []
    assert found(mandate(kinds=("extradition",))) == []
    assert found(mandate(instruments=("budapest",))) == []
    assert found(mandate(), on=date(2025, 12, 31)) == []
    assert found(mandate(until=DAY)) == []
    assert found(mandate(until=date(2026, 11, 3))) == ["m1"]
    assert found(mandate(authority=MINISTRY)) == []


def test_a_delegated_mandate_reaches_as_far_as_every_mandate_above_it():
    above = mandate(id="above", authority=MINISTRY)
    below = mandate(delegated_by="above")
    assert found(above, below) == ["m1"]
    assert found(replaced(above, until=DAY), below) == []
    assert found(replaced(above, kinds=("records",)), below) == []
    assert found(replaced(above, powers=("transmit",)), below) == []
    assert found(below) == []


def replaced(one: Mandate, **changes: object) -> Mandate:
    return Mandate(**{name: getattr(one, name) for name in one.__struct_fields__} | changes)


def test_deputies_sign_on_their_days_beside_the_holders():
    deputy = Deputy(officer="a.diallo", since=DAY, until=date(2026, 11, 9))
    one = mandate(holders=("h.osei",), deputies=(deputy,))
    assert one.signers(DAY) == ("h.osei", "a.diallo")
    assert one.signers(date(2026, 11, 1)) == ("h.osei",)
    assert one.signers(date(2026, 11, 9)) == ("h.osei",)
    assert mandate().signers(DAY) == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"authority": "XAA/nobody"}, "mandate.office"),
        ({"powers": ("pardon",)}, "mandate.power"),
        ({"until": date(2026, 1, 1)}, "mandate.days"),
        ({"holders": ("a.stranger",)}, "mandate.officer"),
        ({"deputies": (Deputy(officer="h.osei", since=DAY, until=DAY),)}, "mandate.days"),
        ({"delegated_by": "m1"}, "mandate.delegation"),
        ({"delegated_by": "m9"}, "mandate.delegation"),
    ],
)
def test_what_does_not_hold_together_is_not_published(changes: dict[str, object], code: str):
    with pytest.raises(MalformedError) as refused:
        require_mandates((mandate(**changes),), offices=OFFICES)
    assert refused.value.code == code


def test_two_mandates_of_one_name_and_circles_are_refused():
    with pytest.raises(MalformedError, match="one name"):
        require_mandates((mandate(), mandate()), offices=OFFICES)
    circle = (
        mandate(id="one", delegated_by="other"),
        mandate(id="other", authority=MINISTRY, delegated_by="one"),
    )
    with pytest.raises(MalformedError) as refused:
        require_mandates(circle, offices=OFFICES)
    assert refused.value.code == "mandate.delegation"
    require_mandates((mandate(id="one", authority=MINISTRY), mandate(delegated_by="one")), offices=OFFICES)


def test_what_is_no_mandate_is_told():
    with pytest.raises(MalformedError) as refused:
        parse_mandates([{"id": "m1"}], where="here")
    assert (refused.value.code, refused.value.where) == ("mandate.form", "here")


def test_an_entry_carries_its_mandates_and_an_older_one_none():
    entry = replace(PARTY.entry, mandates=(mandate(),))
    assert parse_entry(entry_statement(entry)) == entry
    assert b'"mandates"' not in entry_statement(PARTY.entry).payload
    assert parse_entry(entry_statement(PARTY.entry)).mandates is None
    assert parse_entry(entry_statement(replace(PARTY.entry, mandates=()))).mandates == ()


def test_a_later_version_of_the_member_is_passed_over():
    statement = entry_statement(replace(PARTY.entry, mandates=(mandate(),)))
    value = parse_ijson(statement.payload)
    value["mandates"] = {"v": 2, "list": "of another make"}
    newer = replace(statement, payload=dump_ijson(value))
    assert parse_entry(newer).mandates is None


@pytest.mark.parametrize("given", [None, 7, [], {"v": 1}, {"v": 1, "list": [{}]}, {"v": True, "list": []}])
def test_a_member_that_cannot_be_read_keeps_no_revocation_from_being_believed(given: object):
    revoked = (Revocation(key=PARTY.entry.authorities[0].keys[0].id, at=T0, invalid_since=T0),)
    statement = entry_statement(replace(PARTY.entry, mandates=(mandate(),), revoked=revoked))
    value = parse_ijson(statement.payload)
    value["mandates"] = given
    value["authorities"][0]["service"] = {"v": 1, "hours": "never"}
    read = parse_entry(replace(statement, payload=dump_ijson(value)))
    assert (read.mandates, read.authorities[0].service, read.revoked) == (None, None, revoked)
