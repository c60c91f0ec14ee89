from dataclasses import replace
from datetime import UTC, datetime

import pytest

from comity.engines.zones import zone_offsets
from comity.exchange.entry_wire import entry_statement, parse_entry
from comity.exchange.services import Service, parse_service, require_service
from comity.kernel.clock import Instant, from_datetime
from comity.kernel.errors import MalformedError
from tests.simulator.parties import make_party

PARTY = make_party("XAA")


def service(**members: object) -> Service:
    return parse_service(members, where="here")


def at(text: str) -> Instant:
    return from_datetime(datetime.fromisoformat(text).astimezone(UTC))


WEEKDAYS = {"zone": "Europe/Paris", "hours": [{"days": [1, 2, 3, 4, 5], "opens": 540, "closes": 1020}]}


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        ("2026-11-02T07:59:59Z", False),
        ("2026-11-02T08:00:00Z", True),
        ("2026-11-02T15:59:59Z", True),
        ("2026-11-02T16:00:00Z", False),
        ("2026-07-01T07:00:00Z", True),
        ("2026-11-01T12:00:00Z", False),
    ],
)
def test_hours_are_those_of_the_zone_summer_and_winter(when: str, is_open: bool):
    assert service(**WEEKDAYS).is_open(at(when), zones=zone_offsets) is is_open


def test_an_office_without_hours_is_always_open():
    assert service().is_open(at("2026-11-01T03:00:00Z"), zones=zone_offsets)
    contact = {"name": "duty desk", "telephone": "+254 20 000 000"}
    assert service(contacts=[contact]).contacts[0].is_open(at("2026-11-01T03:00:00Z"), zones=zone_offsets)


def test_the_first_form_that_is_about_a_kind_counts():
    made = service(forms=[{"kinds": ["extradition"], "apostille": True}, {"signature": "qualified"}])
    assert made.form_for("extradition", "uncc").apostille
    assert made.form_for("records", "uncc").signature == "qualified"
    assert service(forms=[{"instruments": ["untoc"], "seal": True}]).form_for("records", "uncc") is None


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"channels": ["pigeon"]}, "service.channel"),
        ({"urgent": {"channels": ["pigeon"]}}, "service.channel"),
        ({"forms": [{"signature": "wax"}]}, "service.signature"),
        ({"hours": [{"days": [1], "opens": 600, "closes": 600}]}, "service.hours"),
        ({"zone": "Mars/Olympus"}, "zone.unknown"),
        ({"contacts": [{"name": "desk", "zone": "Mars/Olympus"}]}, "zone.unknown"),
    ],
)
def test_what_this_version_does_not_know_is_not_published(members: dict[str, object], code: str):
    with pytest.raises(MalformedError) as refused:
        require_service(service(**members), zones=zone_offsets, where="here")
    assert refused.value.code == code


@pytest.mark.parametrize(
    "members",
    [
        {"hours": [{"days": [8], "opens": 0, "closes": 1}]},
        {"contacts": [{"name": ""}]},
        {"languages": ["English"]},
        {"kinds": "records"},
    ],
)
def test_what_is_no_service_is_told(members: dict[str, object]):
    with pytest.raises(MalformedError) as refused:
        service(**members)
    assert refused.value.code == "service.form"


def test_an_entry_carries_what_its_offices_do():
    (office,) = PARTY.entry.authorities
    entry = replace(PARTY.entry, authorities=(replace(office, service=service(**WEEKDAYS)),))
    assert parse_entry(entry_statement(entry)) == entry
    assert b'"service"' not in entry_statement(PARTY.entry).payload
