"""Routing: which office of a Party a request goes to, and why, step by step.

Every step looks at the offices that the one before left. The first four must be passed: an office that does
not take a kind, an instrument or a territory, or is of another type, is never proposed. The others choose
among those who are left, and leave all of them where none fits.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId
from comity.kernel.packaged import packaged_bytes
from comity.requests.published import OfficePage, PartyPage, Zones

DATA = "data/routing.json"
_ANY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Which types of office take some kinds, the best first.

    Attributes:
        urgent: The order when it is urgent.
        around_the_clock: Whether such a request is always treated as urgent.
        basis: Paragraph that the row serves.
    """

    kinds: tuple[str, ...]
    types: tuple[str, ...]
    urgent: tuple[str, ...]
    around_the_clock: bool
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be routed.

    Attributes:
        kind: Code of the request kind.
        instrument: Code of the instrument relied on.
        at: When; None where hours do not matter.
        territory: Code of the territory concerned; empty where none is named.
        language: Language of the request; empty where it is open.
        urgent: Whether it is urgent.
    """

    kind: str
    instrument: str
    at: Instant | None = None
    territory: str = ""
    language: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the choice: a code (``route.<code>`` in the catalogues), its values, and who is left."""

    code: str
    left: tuple[str, ...]
    parameters: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The choice.

    Attributes:
        authority: The office; None where no office takes such a request.
        steps: How it was come to.
        office: What the directory says of the office.
        is_open: Whether somebody is there at the instant asked about.
    """

    authority: AuthorityId | None
    steps: tuple[Step, ...]
    office: OfficePage | None = None
    is_open: bool = True


@cache
def rows() -> tuple[Row, ...]:
    """Return which types of office take which kinds."""
    return tuple(
        Row(
            kinds=tuple(row["kinds"]),
            types=tuple(row["types"]),
            urgent=tuple(row.get("urgent", row["types"])),
            around_the_clock=row["around_the_clock"],
            basis=row["basis"],
        )
        for row in json.loads(packaged_bytes("comity.requests", DATA))["rows"]
    )


@cache
def office_types() -> tuple[str, ...]:
    """Return the types of office that routing knows."""
    return tuple(json.loads(packaged_bytes("comity.requests", DATA))["types"])


def row_of(kind: str) -> Row:
    """Return the row of a kind; the last one takes all that have none of their own."""
    return next(row for row in rows() if kind in row.kinds or _ANY in row.kinds)


def route(page: PartyPage, wanted: Wanted, *, zones: Zones, only: str = "") -> Route:
    """Return the office that takes a request.

    Args:
        page: What the Party says of itself.
        wanted: What is to be routed.
        zones: Knows the time zones.
        only: Look at this office alone, to learn whether it takes such a request at all.

    Basis: 40(12), 41(1), 42(1)
    """
    row = row_of(wanted.kind)
    search = _Search(wanted=wanted, row=row, urgent=wanted.urgent or row.around_the_clock, zones=zones)
    left = tuple(one for one in page.offices if only in ("", one.id))
    steps = [Step(code="offices", left=_ids(left), parameters={"count": len(left)})]
    for must in (search.takes_kind, search.takes_instrument, search.takes_territory, search.is_of_type):
        left, step = must(left)
        steps.append(step)
        if not left:
            return Route(authority=None, steps=tuple(steps))
    for may in search.preferences():
        left, step = may(left)
        steps.append(step)
    chosen = left[0]
    steps.append(Step(code="chosen", left=(chosen.id,), parameters={"authority": chosen.id}))
    return Route(
        authority=AuthorityId(chosen.id), steps=tuple(steps), office=chosen, is_open=search.is_there(chosen)
    )


_Narrowed = tuple[tuple[OfficePage, ...], Step]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    wanted: Wanted
    row: Row
    urgent: bool
    zones: Zones

    @property
    def types(self) -> tuple[str, ...]:
        return self.row.urgent if self.urgent else self.row.types

    def takes_kind(self, left: tuple[OfficePage, ...]) -> _Narrowed:
        kept = tuple(
            one
            for one in left
            if one.service is None or not one.service.kinds or self.wanted.kind in one.service.kinds
        )
        return kept, self._step("kind", kept, kind=f"kind.{self.wanted.kind}")

    def takes_instrument(self, left: tuple[OfficePage, ...]) -> _Narrowed:
        code = self.wanted.instrument
        kept = tuple(
            one
            for one in left
            if one.service is None or not one.service.instruments or code in one.service.instruments
        )
        return kept, self._step("instrument", kept, instrument=code)

    def takes_territory(self, left: tuple[OfficePage, ...]) -> _Narrowed:
        wanted = self.wanted.territory
        whole = tuple(one for one in left if one.service is None or not one.service.territories)
        if not wanted:
            return whole or left, self._step("territory_open", whole or left)
        own = tuple(one for one in left if one.service is not None and wanted in one.service.territories)
        return own or whole, self._step("territory", own or whole, territory=wanted)

    def is_of_type(self, left: tuple[OfficePage, ...]) -> _Narrowed:
        kept = tuple(one for one in left if self._names_kind(one) or set(self.types) & set(one.types))
        return kept, self._step("type", kept, basis=self.row.basis)

    def preferences(self) -> tuple[Callable[[tuple[OfficePage, ...]], _Narrowed], ...]:
        """Return the steps that choose among those who take it: whoever is there first where it is urgent."""
        if self.urgent:
            return self.by_hour, self.by_rank, self.by_language
        return self.by_rank, self.by_language, self.by_hour

    def by_rank(self, left: tuple[OfficePage, ...]) -> _Narrowed:
        best = min(self._rank(one) for one in left)
        kept = tuple(one for one in left if self._rank(one) == best)
        name = "named" if best < 0 else f"office_type.{self.types[best]}"
        return kept, self._step("rank_named" if best < 0 else "rank", kept, type=name)

    def by_language(self, left: tuple[OfficePage, ...]) -> _Narrowed:
        if not self.wanted.language:
            return left, self._step("language_open", left)
        kept = tuple(one for one in left if self._takes_language(one))
        code = "language" if kept else "language_none"
        return kept or left, self._step(code, kept or left, language=self.wanted.language)

    def by_hour(self, left: tuple[OfficePage, ...]) -> _Narrowed:
        at = self.wanted.at
        if at is None:
            return left, self._step("hour_open", left)
        there = tuple(one for one in left if self.is_there(one))
        code = "hour" if there else "hour_none"
        return there if there and self.urgent else left, self._step(
            code, there if there and self.urgent else left, at=at, count=len(there)
        )

    def is_there(self, one: OfficePage) -> bool:
        """Tell whether somebody is at an office at the instant asked about."""
        at = self.wanted.at
        return at is None or one.service is None or one.service.is_open(at, zones=self.zones)

    def _names_kind(self, one: OfficePage) -> bool:
        return one.service is not None and self.wanted.kind in one.service.kinds

    def _rank(self, one: OfficePage) -> int:
        """Return the place of an office in the order of types; -1 where it names the kind itself."""
        if self._names_kind(one):
            return -1
        return next(at for at, name in enumerate(self.types) if name in one.types)

    def _takes_language(self, one: OfficePage) -> bool:
        service = one.service
        if service is None or not service.languages:
            return True
        urgent = service.urgent.languages if service.urgent and self.urgent else ()
        primary = self.wanted.language.partition("-")[0]
        return primary in {tongue.partition("-")[0] for tongue in (*service.languages, *urgent)}

    def _step(self, code: str, left: tuple[OfficePage, ...], **parameters: str | int) -> Step:
        return Step(code=code, left=_ids(left), parameters=parameters)


def _ids(offices: tuple[OfficePage, ...]) -> tuple[str, ...]:
    return tuple(one.id for one in offices)
