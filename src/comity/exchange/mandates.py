"""Mandates: which office of a Party may issue, transmit or sign, for what, on which provision, and when.

They stand in the signed Party entry, so that the other side can hold a request against them. What a kind
of request or an instrument is, this room does not know: both are codes.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

import msgspec

from comity.exchange.terms import Power
from comity.kernel.errors import MalformedError
from comity.kernel.ids import AuthorityId, OfficerName

MOST_MANDATES = 256
LONGEST_CHAIN = 4

_Name = Annotated[str, msgspec.Meta(pattern=r"\A[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=64)]
_Code = Annotated[str, msgspec.Meta(pattern=r"\A[a-z0-9]+([.-][a-z0-9]+)*\Z", max_length=64)]
_Office = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{3}/[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=64)]
_Officer = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Codes = Annotated[tuple[_Code, ...], msgspec.Meta(max_length=64)]


class Deputy(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who acts in the place of those who hold a mandate, and when; ``until`` is the first day without."""

    officer: _Officer
    since: date
    until: date | None = None

    def acts_on(self, on: date) -> bool:
        """Tell whether it is one of the days."""
        return self.since <= on and (self.until is None or on < self.until)


class Mandate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One mandate.

    Attributes:
        id: Its name within the Party entry.
        authority: The office that holds it.
        powers: ``issue``, ``transmit`` and ``sign``, or some of them.
        provision: The rule of national law that gives it, in the words of that State.
        since: The first day.
        until: The first day on which it no longer holds; None while no end is known.
        kinds: Codes of the request kinds; empty for all.
        instruments: Codes of the instruments; empty for all.
        delegated_by: The mandate of another office from which it comes; empty for none.
        holders: Officers who exercise ``sign``; empty for every officer of the office.
        deputies: Who acts in their place.

    Basis: 40(12), 42(1)
    """

    id: _Name
    authority: _Office
    powers: Annotated[tuple[_Name, ...], msgspec.Meta(min_length=1, max_length=8)]
    provision: Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
    since: date
    until: date | None = None
    kinds: _Codes = ()
    instruments: _Codes = ()
    delegated_by: str = ""
    holders: Annotated[tuple[_Officer, ...], msgspec.Meta(max_length=64)] = ()
    deputies: Annotated[tuple[Deputy, ...], msgspec.Meta(max_length=64)] = ()

    def holds(self, power: str, *, kind: str, instrument: str, on: date) -> bool:
        """Tell whether it gives a power for a kind under an instrument on a day, delegation left aside."""
        return (
            power in self.powers
            and self.since <= on
            and (self.until is None or on < self.until)
            and (not self.kinds or kind in self.kinds)
            and (not self.instruments or instrument in self.instruments)
        )

    def signers(self, on: date) -> tuple[str, ...]:
        """Return who may sign on a day; empty where every officer of the office may."""
        if not self.holders:
            return ()
        return (*self.holders, *(one.officer for one in self.deputies if one.acts_on(on)))


def mandates_for(
    mandates: Sequence[Mandate], authority: str, power: str, *, kind: str, instrument: str, on: date
) -> tuple[Mandate, ...]:
    """Return the mandates on which an office may do something on a day, those delegated to it included.

    A delegated mandate holds on days on which every mandate above it gives the same power for the same kind
    under the same instrument.
    """
    named = {one.id: one for one in mandates}
    return tuple(
        one
        for one in mandates
        if one.authority == authority and _stands(one, named, power, kind=kind, instrument=instrument, on=on)
    )


def parse_mandates(value: object, *, where: str) -> tuple[Mandate, ...]:
    """Return mandates from a parsed JSON list.

    Raises:
        MalformedError: ``mandate.form``.
    """
    try:
        found = msgspec.convert(value, tuple[Mandate, ...], strict=True)
        if len(found) > MOST_MANDATES:
            raise msgspec.ValidationError(f"more than {MOST_MANDATES} mandates")
        return found
    except msgspec.ValidationError as exc:
        raise MalformedError(
            "mandate.form",
            f"this is no mandate: {exc}",
            hint="docs/spec/directory.md lists the members of a mandate",
            where=where,
        ) from exc


def require_mandates(
    mandates: Sequence[Mandate], *, offices: Mapping[AuthorityId, Sequence[OfficerName]]
) -> None:
    """Hold the mandates of an entry against its offices and officers.

    Raises:
        MalformedError: ``mandate.twice``, ``mandate.office``, ``mandate.power``, ``mandate.days``,
            ``mandate.officer`` or ``mandate.delegation``.
    """
    named = {one.id: one for one in mandates}
    if len(named) != len(mandates):
        raise MalformedError("mandate.twice", "two mandates of the entry have one name")
    for one in mandates:
        officers = offices.get(AuthorityId(one.authority))
        if officers is None:
            raise MalformedError(
                "mandate.office", f"{one.authority} is no authority of the entry", where=one.id
            )
        if set(one.powers) - {power.value for power in Power}:
            raise MalformedError("mandate.power", "a power is issue, transmit or sign", where=one.id)
        if any(end is not None and end <= start for start, end in _windows(one)):
            raise MalformedError("mandate.days", "a mandate ends before it begins", where=one.id)
        people = {*one.holders, *(deputy.officer for deputy in one.deputies)}
        if strange := sorted(people - set(officers)):
            raise MalformedError(
                "mandate.officer", f"{strange[0][:64]!r} is no officer of {one.authority}", where=one.id
            )
        if one.delegated_by and _chain(one, named) is None:
            raise MalformedError(
                "mandate.delegation",
                "a delegated mandate names a mandate of another office, in at most "
                f"{LONGEST_CHAIN} steps and without a circle",
                where=one.id,
            )


def _windows(one: Mandate) -> tuple[tuple[date, date | None], ...]:
    return ((one.since, one.until), *((deputy.since, deputy.until) for deputy in one.deputies))


def _chain(one: Mandate, named: Mapping[str, Mandate]) -> tuple[Mandate, ...] | None:
    """Return the mandates above one, the nearest first; None where the chain does not hold together."""
    above: list[Mandate] = []
    while one.delegated_by:
        source = named.get(one.delegated_by)
        if source is None or source.authority == one.authority or len(above) >= LONGEST_CHAIN:
            return None
        above.append(source)
        one = source
    return tuple(above)


def _stands(
    one: Mandate, named: Mapping[str, Mandate], power: str, *, kind: str, instrument: str, on: date
) -> bool:
    chain = _chain(one, named)
    return chain is not None and all(
        link.holds(power, kind=kind, instrument=instrument, on=on) for link in (one, *chain)
    )
