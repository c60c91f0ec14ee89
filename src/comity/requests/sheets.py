"""Procedure sheets: for a Party and a measure the steps at home, with office, time and remedy.

A sheet is data of the node. It is written by the office that knows its own law, in versions with a first
day; it is no legal text. Reading it is strict: a name that is not known is refused, so that a typing error
is seen.
"""

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Annotated

import msgspec

from comity.cases.facts import Decider, DomesticStep, Person, Suspends, Words
from comity.cases.reckoning import Unit
from comity.kernel.digests import sha256
from comity.kernel.errors import MalformedError
from comity.kernel.ids import PartyCode, is_practice, parse_party
from comity.kernel.ijson import parse_ijson
from comity.kernel.packaged import packaged_bytes
from comity.requests.kinds import find_kind
from comity.treaty.openings import Row
from comity.treaty.standing import PartyText

MOST_BYTES = 1024 * 1024
SHIPPED = ("XAA", "XAB")
"""Practice Parties whose sheets ship with the software."""

FACTS = ("received", "accepted", "ordered", "ruled", "served", "decided")
"""What a time limit may run from."""

_ORDER = tuple(DomesticStep)
_LANGUAGE = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")]


class Limit(Row, frozen=True, kw_only=True):
    """How long a step may take, and from which fact that counts."""

    count: Annotated[int, msgspec.Meta(ge=1, le=3650)]
    unit: Unit
    since: Annotated[str, msgspec.Meta(pattern=f"^({'|'.join(FACTS)})$")]


class Remedy(Row, frozen=True, kw_only=True):
    """Who may challenge a step, within which time of being told, and what it suspends. Basis: 24(2)"""

    who: Person
    provision: Words
    count: Annotated[int, msgspec.Meta(ge=1, le=3650)]
    unit: Unit
    suspends: Suspends


class OrderTerms(Row, frozen=True, kw_only=True):
    """How long a domestic order runs, how often it is renewed, and for how long."""

    most_days: Annotated[int, msgspec.Meta(ge=1, le=3650)]
    renewals: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    renewal_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = 0


class SheetStep(Row, frozen=True, kw_only=True):
    """One step at home.

    Attributes:
        step: Which of the four.
        office: Name of the office by language.
        decided_by: Who decides it there.
        provision: The provision it rests on.
        limit: How long it may take; None where the law sets no time.
        heard: Who is heard before it.
        told: Who is told of it.
        remedies: Who may challenge it.
        order: Of the order only: its length and renewal.
    """

    step: DomesticStep
    office: Annotated[dict[_LANGUAGE, Words], msgspec.Meta(min_length=1, max_length=12)]
    decided_by: Decider
    provision: Words
    limit: Limit | None = None
    heard: tuple[Person, ...] = ()
    told: tuple[Person, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    order: OrderTerms | None = None

    def office_in(self, language: str = "en") -> str:
        """Return the name of the office in a language, else in English, else in the first there is."""
        return self.office.get(language) or self.office.get("en") or next(iter(self.office.values()))

    def remedy_of(self, who: Person) -> Remedy | None:
        """Return the remedy of somebody, or None."""
        return next((one for one in self.remedies if one.who is who), None)


class Measure(Row, frozen=True, kw_only=True):
    """The steps for some kinds of request, in their order."""

    kinds: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    steps: Annotated[tuple[SheetStep, ...], msgspec.Meta(min_length=1, max_length=4)]

    def step(self, step: DomesticStep) -> SheetStep | None:
        """Return one of the steps, or None where this measure has no such step."""
        return next((one for one in self.steps if one.step is step), None)


class Source(Row, frozen=True, kw_only=True):
    """How far a sheet can be trusted: its mark, what it was checked against, and when."""

    mark: Annotated[str, msgspec.Meta(pattern="^(practice|confirmed|recalled)$")]
    check: Words
    as_of: date


class Sheet(Row, frozen=True, kw_only=True):
    """A sheet of one Party.

    Attributes:
        format: Of the data; this is 1.
        version: Raised with every change.
        since: The first day on which it holds; the version before holds until then.
    """

    format: Annotated[int, msgspec.Meta(ge=1, le=1)]
    party: PartyText
    version: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    since: date
    source: Source
    measures: Annotated[tuple[Measure, ...], msgspec.Meta(min_length=1)]

    def measure(self, kind: str) -> Measure | None:
        """Return the steps for a kind of request, or None."""
        return next((one for one in self.measures if kind in one.kinds), None)


class KeptSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet with the bytes that were handed in.

    Attributes:
        ships: Whether it came with the software.
    """

    sheet: Sheet
    data: bytes
    ships: bool = False

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the bytes as 64 hexadecimal digits."""
        return sha256(self.data).hex()


def parse_sheet(data: bytes, *, where: str = "") -> KeptSheet:
    """Return the sheet that the bytes hold.

    Args:
        data: I-JSON of at most 1 MiB.
        where: Name of the file, for the error.

    Raises:
        MalformedError: ``sheet.form``, with the place of what is wrong.
    """
    value = parse_ijson(data, most_bytes=MOST_BYTES, where=where)
    try:
        sheet = msgspec.convert(value, Sheet)
    except msgspec.ValidationError as exc:
        raise _refused(str(exc), where) from exc
    parse_party(sheet.party, where=f"{where}/party")
    seen: dict[str, int] = {}
    for at, measure in enumerate(sheet.measures):
        for kind in measure.kinds:
            if find_kind(kind) is None:
                raise _refused(f"{kind[:40]!r} is no kind of request", f"/measures/{at}/kinds")
            if kind in seen:
                raise _refused(f"{kind} stands in two measures", f"/measures/{at}/kinds")
            seen[kind] = at
        _require_steps(measure, f"/measures/{at}/steps")
    return KeptSheet(sheet=sheet, data=data)


def _require_steps(measure: Measure, where: str) -> None:
    places = [_ORDER.index(one.step) for one in measure.steps]
    if places != sorted(set(places)):
        raise _refused("steps stand once each, in the order " + ", ".join(_ORDER), where)
    for at, one in enumerate(measure.steps):
        place = f"{where}/{at}"
        if one.order is not None and one.step is not DomesticStep.ORDER:
            raise _refused("only the step order has a length", f"{place}/order")
        if one.order is not None and bool(one.order.renewals) != bool(one.order.renewal_days):
            raise _refused("an order that is renewed says how often and for how long", f"{place}/order")
        for number, remedy in enumerate(one.remedies):
            told = remedy.who in one.told or (
                remedy.who is Person.PROVIDER and one.step is DomesticStep.SERVICE
            )
            if not told:
                raise _refused(
                    f"a remedy runs from when {remedy.who.value} is told: list that person under told",
                    f"{place}/remedies/{number}/who",
                )


def _refused(why: str, where: str) -> MalformedError:
    return MalformedError(
        "sheet.form",
        f"the procedure sheet does not read: {why}",
        hint="'comity sheet example' prints one; its schema is sheet.schema.json in docs/spec/procedure.md",
        where=where,
    )


@cache
def shipped_sheet(party: str) -> KeptSheet | None:
    """Return the sheet that ships for a practice Party, or None."""
    if party not in SHIPPED:
        return None
    data = packaged_bytes("comity.requests", f"data/sheets/{party}.json")
    return msgspec.structs.replace(parse_sheet(data, where=party), ships=True)


def sheet_on(kept: Iterable[KeptSheet], party: str, *, on: date) -> KeptSheet | None:
    """Return the sheet of a Party that holds on a day: the newest version that has begun.

    Where the node keeps none that has begun, it is the one that ships for a practice Party, else None.
    """
    begun = [one for one in kept if one.sheet.party == party and one.sheet.since <= on]
    if begun:
        return max(begun, key=lambda one: one.sheet.version)
    return shipped_sheet(party) if is_practice(PartyCode(party)) else None
