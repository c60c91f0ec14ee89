from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from comity.cases.calendars import Calendar
from comity.engines.zones import zone_offsets
from comity.kernel.clock import from_datetime
from comity.kernel.errors import MalformedError

NAMES = ("Europe/Paris", "America/New_York", "Africa/Casablanca", "Asia/Kolkata", "Australia/Lord_Howe")


@pytest.mark.parametrize("name", NAMES)
def test_the_offsets_of_a_zone_are_those_of_its_data_at_every_sixth_hour(name: str) -> None:
    calendar, zone = Calendar(party="XAA", offsets=zone_offsets(name)), ZoneInfo(name)
    at = datetime(2020, 1, 1, tzinfo=UTC)
    while at < datetime(2045, 1, 1, tzinfo=UTC):
        wanted = at.astimezone(zone).utcoffset()
        assert wanted is not None
        assert calendar.offset_at(from_datetime(at)) == wanted.total_seconds(), at
        at += timedelta(hours=6)


def test_clocks_are_set_at_the_second() -> None:
    turn = from_datetime(datetime(2027, 3, 28, 1, tzinfo=UTC))
    assert (turn, 7200) in zone_offsets("Europe/Paris")


@pytest.mark.parametrize("name", ["Nowhere/Atlantis", "../../etc/passwd", "", "\0"])
def test_a_zone_that_is_not_known_is_told(name: str) -> None:
    with pytest.raises(MalformedError) as told:
        zone_offsets(name)
    assert told.value.code == "zone.unknown"
