"""The file of a scenario: facts with their times, calendars, and other terms. See ``docs/spec/clocks.md``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

import msgspec

from comity.cases.almanac import Zones, parse_calendar
from comity.cases.calendars import KeptCalendars
from comity.cases.dates import CLOCKS
from comity.cases.reckoning import Roll, Unit
from comity.kernel.clock import Instant, from_datetime, require_instant
from comity.kernel.errors import MalformedError
from comity.kernel.ijson import parse_ijson

MOST_BYTES = 16 * 1024 * 1024
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Party = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{3}\Z")]
Side = Annotated[str, msgspec.Meta(pattern=r"\A(requesting|requested)\Z")]
Time = Annotated[str, msgspec.Meta(min_length=10, max_length=40)]
_LATEST = datetime.fromisoformat("2200-01-01T00:00:00+00:00")


class Date(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A date that the form of a request gives."""

    clock: Name
    day: date
    basis: Name = "40(26)"
    label: Name = ""


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One fact: an act of a case, when it was written and when it was received."""

    at: Time
    do: Name
    case: Name = "case"
    name: str = ""
    by: str = ""
    received: Time | msgspec.UnsetType | None = msgspec.UNSET
    request: str = ""
    items: Annotated[tuple[Name, ...], msgspec.Meta(max_length=256)] = ("1",)
    mechanism: str = ""
    urgent: bool = False
    confidential_until: Time | None = None
    preservation: str = ""
    dates: Annotated[tuple[Date, ...], msgspec.Meta(max_length=256)] = ()
    t0: Time | None = None
    start: Time | None = msgspec.field(default=None, name="from")
    until: Time | None = None
    result: str = ""
    question: str = ""
    decision: str = ""
    outcome: str = "done"
    answers: str = ""
    body: dict[Name, Any] = {}
    original_days: Annotated[int, msgspec.Meta(ge=1, le=365)] | None = None


class Lane(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fast lane: a hold on property, a review, a call-back, or what was said by voice.

    Attributes:
        at: When it begins: the report, the decision, the receipt, the words.
        hold_ends: Of a lane for property; 72 hours after ``at`` where it is not given.
        days: Within how many days the writing of what was said is wanted.
        done: When each step was done, by its code.
    """

    name: Name
    lane: Annotated[str, msgspec.Meta(pattern=r"\A(payment|wallet|review|call-back|voice)\Z")]
    at: Time
    owner: Side
    hold_ends: Time | None = None
    days: Annotated[int, msgspec.Meta(ge=1, le=90)] | None = None
    done: dict[Name, Time] = {}


class Stood(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A time in which a term does not run."""

    since: Time
    until: Time
    name: Name


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A deadline of another source: so many units after a fact, by the days of a Party."""

    name: Name
    fact: Name
    start: Time
    count: int
    unit: Unit
    party: Party
    owner: Side
    basis: Name
    roll: Roll = Roll.NEXT
    recesses: bool = False
    suspended: Annotated[tuple[Stood, ...], msgspec.Meta(max_length=256)] = ()
    done: Time | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: Annotated[int, msgspec.Meta(ge=1, le=1)]
    until: Time
    requesting: Party
    requested: Party
    calendars: dict[Party, Any] = {}
    facts: Annotated[tuple[Fact, ...], msgspec.Meta(max_length=20_000)] = ()
    terms: Annotated[tuple[Term, ...], msgspec.Meta(max_length=2_000)] = ()
    lanes: Annotated[tuple[Lane, ...], msgspec.Meta(max_length=2_000)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A scenario as it was read.

    Attributes:
        until: How far the clock is run.
        cases: The facts of each case, in the order of their times.
    """

    until: Instant
    requesting: str
    requested: str
    calendars: KeptCalendars
    cases: Mapping[str, tuple[Fact, ...]]
    terms: tuple[Term, ...]
    lanes: tuple[Lane, ...]


def parse_scenario(data: bytes, *, zones: Zones) -> Scenario:
    """Return the scenario in a file.

    Args:
        data: I-JSON of at most 16 MiB.
        zones: Knows the zones that its calendars name.

    Raises:
        MalformedError: ``json.*``; ``scenario.form``; ``calendar.form``; ``zone.unknown``; ``time.range``.
    """
    value = parse_ijson(data, most_bytes=MOST_BYTES, where="the scenario")
    try:
        file = msgspec.convert(value, _File)
    except msgspec.ValidationError as exc:
        raise unfit(str(exc)) from exc
    if file.requesting == file.requested:
        raise unfit("the two Parties are the same")
    wrong = next((one.clock for fact in file.facts for one in fact.dates if one.clock not in CLOCKS), None)
    if wrong is not None:
        raise unfit(f"no clock {wrong[:40]!r}; clocks are {', '.join(CLOCKS)}")
    held = {
        party: parse_calendar(one, party=party, zones=zones, where=f"/calendars/{party}")
        for party, one in file.calendars.items()
    }
    cases: dict[str, list[Fact]] = {}
    for fact in file.facts:
        cases.setdefault(fact.case, []).append(fact)
    return Scenario(
        until=moment(file.until, "/until"),
        requesting=file.requesting,
        requested=file.requested,
        calendars=KeptCalendars(held=held),
        cases={
            name: tuple(sorted(facts, key=lambda fact: moment(fact.at, "/facts/at")))
            for name, facts in cases.items()
        },
        terms=file.terms,
        lanes=file.lanes,
    )


def moment(text: str, where: str) -> Instant:
    """Return a time of the file: ``2027-03-01``, its first instant in UTC, or RFC 3339 with an offset.

    Raises:
        MalformedError: ``scenario.form``: no such time, or one after the year 2199.

    Basis: RFC 3339
    """
    try:
        if len(text) == len("2027-03-01"):
            text = f"{text}T00:00:00+00:00"
        found = datetime.fromisoformat(text)
        if found > _LATEST:
            raise ValueError("a time after the year 2199")
        return require_instant(from_datetime(found))
    except (ValueError, TypeError) as exc:
        raise unfit(f"{text[:40]!r} is no time", where=where) from exc


def unfit(what: str, *, where: str = "") -> MalformedError:
    """Return the error of a file that is no scenario."""
    return MalformedError(
        "scenario.form",
        f"this is no scenario: {what}",
        hint="see docs/spec/clocks.md for the members of a scenario",
        where=where,
    )
