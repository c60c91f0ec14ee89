"""Entry into force reckoned: how many instruments count, from which day, and who is bound from when.

A deposit that is known only as an interval gives an interval: both ends are reckoned by the same rule, which
is sound because a later deposit never makes anybody bound earlier. What is supposed is treated like what is
known, so a what-if says what the same deposit would do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from comity.kernel.errors import MalformedError
from comity.kernel.ids import PartyCode, is_practice
from comity.treaty.openings import Confidence
from comity.treaty.parties import is_known
from comity.treaty.standing import (
    ORGANIZATIONS,
    Entry,
    Event,
    EventKind,
    consents,
    in_force_since,
    spans,
    standing_consents,
)

SUPPOSED = "supposed"
"""The source of an event that somebody supposes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day, or the two between which it lies."""

    earliest: date
    latest: date

    def __post_init__(self) -> None:
        if self.earliest > self.latest:
            raise ValueError("an interval that ends before it begins")

    @property
    def exact(self) -> date | None:
        """Return the day where it is known."""
        return self.latest if self.earliest == self.latest else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Depositor:
    """A Party that deposited an instrument of consent.

    Attributes:
        party: Who.
        event: Ratification, acceptance, approval, accession or succession.
        deposited: When.
        counted: Whether it counts towards the number needed; a regional organization's does not.
        supposed: Whether it is part of a what-if.
        mark: Confirmed or recalled.
        source: Where it was read; empty for the source of the pack.
        bound_from: From when it is bound; None as long as no day follows.
        bound_until: The first day on which it is no longer bound; None for no end known.

    Basis: 65(1), 65(2), 67(1)
    """

    party: PartyCode
    event: EventKind
    deposited: Day
    counted: bool
    supposed: bool
    mark: Confidence
    source: str
    bound_from: Day | None
    bound_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Force:
    """Whether an instrument is in force, and what is missing.

    Attributes:
        on: The day that was asked about.
        in_force: Whether it is in force on that day; where the day is an interval, once it is over.
        counted: Instruments that surely count.
        counted_at_most: Instruments that count if each came as early as it can have come.
        needed: How many the instrument asks for.
        since: The first day in force; None before the number is reached.
        depositors: Who deposited, by the last possible day of the deposit.

    Basis: 65(1), 65(2)
    """

    on: date
    in_force: bool
    counted: int
    counted_at_most: int
    needed: int
    since: Day | None
    depositors: tuple[Depositor, ...]


def suppose(party: PartyCode, on: date, *, until: date | None = None) -> Event:
    """Return the event of a deposit that somebody supposes, on a day or up to another one.

    Raises:
        MalformedError: ``treaty.party``: no State, no organization, or a practice Party.
    """
    if not is_known(party) or is_practice(party):
        raise MalformedError(
            "treaty.party",
            f"{party} names no State that can deposit an instrument",
            hint="use a code of ISO 3166-1 with three letters, or EUE",
        )
    last = on if until is None else until
    return Event(
        party=party,
        event=EventKind.RATIFICATION,
        on=last,
        latest=last != on,
        earliest=on if last != on else None,
        source=SUPPOSED,
    )


def force(
    entry: Entry,
    events: Iterable[Event],
    *,
    on: date,
    as_at: date | None = None,
    supposed: Sequence[Event] = (),
) -> Force:
    """Return how an instrument stands on a day.

    Args:
        entry: Its rule.
        events: What is known.
        on: The day asked about.
        as_at: Leave aside what came after this day; None looks at all that is known or supposed.
        supposed: Deposits of a what-if; each takes the place of what is known of that Party's deposit.

    Raises:
        MalformedError: ``treaty.twice``: two deposits are supposed for one Party.

    Basis: 65(1), 65(2)
    """
    told = _with(tuple(events), supposed)
    early = tuple(_early(one) for one in told)
    if as_at is not None:
        told = tuple(one for one in told if one.on <= as_at)
        early = tuple(one for one in early if one.on <= as_at)
    since = _between(in_force_since(entry, early), in_force_since(entry, told))
    return Force(
        on=on,
        in_force=since is not None and since.latest <= on,
        counted=len(consents(told)),
        counted_at_most=len(consents(early)),
        needed=entry.threshold,
        since=since,
        depositors=_depositors(entry, told),
    )


def _with(known: tuple[Event, ...], supposed: Sequence[Event]) -> tuple[Event, ...]:
    parties = [one.party for one in supposed]
    if len(set(parties)) != len(parties):
        twice = next(one for one in parties if parties.count(one) > 1)
        raise MalformedError("treaty.twice", f"two deposits are supposed for {twice}", hint="name one")
    replaced = set(standing_consents(known))
    kept = (one for one in known if one not in replaced or one.party not in parties)
    return (*kept, *supposed)


def _early(one: Event) -> Event:
    """Return the event on the first day that it can have been."""
    if one.earliest is None:
        return one
    return msgspec.structs.replace(one, on=one.earliest, latest=False, earliest=None)


def _between(earliest: date | None, latest: date | None) -> Day | None:
    """Return the interval; None where only its early end is reached, since it may never be."""
    if latest is None:
        return None
    return Day(earliest=latest if earliest is None else earliest, latest=latest)


def _depositors(entry: Entry, told: tuple[Event, ...]) -> tuple[Depositor, ...]:
    early = tuple(_early(one) for one in told)
    last: dict[str, Event] = {}
    for one in sorted(standing_consents(told), key=lambda e: e.on):
        last[one.party] = one
    found = (_depositor(entry, one, told=told, early=early) for one in last.values())
    return tuple(sorted(found, key=lambda one: (one.deposited.latest, one.party)))


def _depositor(entry: Entry, one: Event, *, told: tuple[Event, ...], early: tuple[Event, ...]) -> Depositor:
    party = PartyCode(one.party)
    late, soon = spans(entry, told, party=party), spans(entry, early, party=party)
    first = None
    if late:
        first = Day(earliest=soon[-1].since if soon else late[-1].since, latest=late[-1].since)
    return Depositor(
        party=party,
        event=one.event,
        deposited=Day(earliest=one.first, latest=one.on),
        counted=party not in ORGANIZATIONS,
        supposed=one.source == SUPPOSED,
        mark=one.mark,
        source=one.source,
        bound_from=first,
        bound_until=late[-1].until if late else None,
    )
