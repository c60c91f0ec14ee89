import json
from datetime import date

from comity.requests import service
from comity.requests.dates import clock_dates
from comity.requests.wire import parse_form


def clocks(kind: str, variant: int = 1) -> list[tuple[str, str, date]]:
    form = json.dumps(service.example(kind, variant=variant)).encode()
    return [(one.clock, one.pointer, one.day) for one in clock_dates(parse_form(form))]


def test_dates_are_found_at_every_level_of_the_form() -> None:
    assert clocks("detained-transfer") == [
        ("hearing", "/items/0/hearing_on", date(2027, 1, 1)),
        ("custody", "/items/0/return_by", date(2027, 1, 16)),
    ]
    assert [row[:2] for row in clocks("joint-team")] == [("agreement", "/duration/to")]
    assert [row[:2] for row in clocks("extradition", 2)] == [("custody", "/custody_ends")]
    assert clocks("stored-data") == []


def test_a_date_that_does_not_hold_moves_nothing() -> None:
    form = service.example("detained-transfer")
    form["items"][0]["hearing_on"] = "soon"
    found = clock_dates(parse_form(json.dumps(form).encode()))
    assert [one.clock for one in found] == ["custody"]
    assert clock_dates(parse_form(b'{"kind": "marriage"}')) == ()
