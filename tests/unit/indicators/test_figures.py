"""Figures on scams: counted, timed from report to publication, small cells of victims hidden."""

import dataclasses

from comity.indicators.figures import figures_of
from comity.indicators.kinds import Kind
from comity.indicators.observations import Observation, Spot
from comity.indicators.reports import (
    Channel,
    Contents,
    Criticality,
    Report,
    Sector,
    State,
    Victim,
    dump_kept,
    parse_contents,
    parse_report,
    values_of,
)
from comity.indicators.statements import Publication, Source
from comity.kernel.clock import HOUR, Instant
from tests.unit.indicators.making import T0, statement


def report(number: int, sector: Sector, *, state: State = State.TAKEN, digest: str = "") -> Report:
    return Report(
        id=f"report--{number}",
        channel=Channel.PUBLIC,
        state=state,
        received_at=Instant(T0 - 2 * HOUR),
        changed_at=T0,
        victim=Victim(sector=sector, criticality=Criticality.CRITICAL),
        digests=(digest,) if digest else (),
    )


def test_figures_count_and_time_from_the_first_report() -> None:
    published = Publication(at=Instant(T0 + HOUR), officer="a.diallo")
    first = dataclasses.replace(
        statement(Kind.DOMAIN),
        sources=(Source(digest="d" * 64),),
        created=T0,
        published=published,
        family="Odd",
    )
    reports = [report(number, Sector.HEALTH) for number in range(5)]
    reports += [report(7, Sector.ENERGY, digest="d" * 64), report(8, Sector.WATER, state=State.DISMISSED)]
    made = figures_of([first], reports, [])
    assert made.median_seconds == made.slow_seconds == 3 * 3600
    assert (made.published, made.retracted) == (1, 0)
    assert [(one.name, one.count) for one in made.families] == [("Odd", 1)]
    assert [(one.name, one.count) for one in made.months] == [("2026-10", 1)]
    assert {one.name: one.count for one in made.sectors} == {"health": None, "energy": None}
    assert [(one.name, one.count) for one in made.reports] == [("taken", 6), ("dismissed", 1)]
    assert figures_of([], [], []).median_seconds is None


def test_reports_are_kept_as_they_are() -> None:
    one = report(1, Sector.FOOD)
    assert parse_report(dump_kept(one)) == one
    spot = Spot(file="m.eml", digest="a" * 64)
    places = tuple(
        Observation(kind=Kind.URL, value="http://a.example/", where=spot, confidence=sure)
        for sure in (50, 85)
    )
    sent_on = Observation(
        kind=Kind.EMAIL, value="a@b.example", where=spot, confidence=10, remarks=("forwarded_by",)
    )
    contents = Contents(words="x", observations=(*places, sent_on))
    assert parse_contents(dump_kept(contents)) == contents
    (value,) = values_of(one, contents)
    assert (value.places, value.first.confidence, value.verdict) == (2, 85, None)
