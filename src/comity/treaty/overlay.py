"""The operator's own data beside the packs: who joined or left, bilateral treaties, own law, and pairs apart.

One file of a node, ``basis.json``. It adds to the packs and corrects them; it never changes what an
instrument says. Reading it is strict: a name that we do not know is refused, so that a typing error is seen.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec

from comity.kernel.errors import MalformedError
from comity.kernel.ids import PartyCode, is_practice
from comity.kernel.ijson import parse_ijson
from comity.treaty.library import InstrumentCode, Periods, find_pack
from comity.treaty.openings import KindCode, Opening, Place, Row, Text
from comity.treaty.standing import Event, PartyText

MOST_BYTES = 4 * 1024 * 1024
Pair = Annotated[tuple[PartyText, PartyText], msgspec.Meta(description="two different Parties")]


class Effect(StrEnum):
    """Why two Parties are treated apart. Each brings a legal review and decides nothing by itself."""

    OBJECTION = "objection"
    NON_RECOGNITION = "non_recognition"
    NO_RELATIONS = "no_relations"
    SUSPENSION = "suspension"
    SANCTIONS = "sanctions"


class _Dated(Row, frozen=True, kw_only=True):
    """What holds between two Parties from a day until, and without, another."""

    between: Pair
    since: date | None = None
    until: date | None = None

    def holds(self, one: PartyCode, other: PartyCode, on: date) -> bool:
        """Tell whether it is about these two Parties on this day."""
        begun = self.since is None or self.since <= on
        return begun and {one, other} == set(self.between) and (self.until is None or on < self.until)


class PairOverride(_Dated, frozen=True, kw_only=True):
    """Two Parties apart.

    Attributes:
        instrument: The instrument concerned; empty for all.
        effect: Why.
        note: The operator's words on it.
    """

    instrument: str = ""
    effect: Effect
    note: str = ""


class BilateralTreaty(_Dated, frozen=True, kw_only=True):
    """A treaty between two Parties, filled in by the operator.

    Attributes:
        title: Its name.
        source: Where its text stands.
        openings: What it opens, with its articles.
        clocks: Periods that it sets.
    """

    title: Text
    source: str = ""
    openings: Annotated[tuple[Opening, ...], msgspec.Meta(min_length=1)]
    clocks: Periods = Periods()

    def opening(self, kind: str) -> Opening | None:
        """Return what it opens for a kind of request, or None."""
        return next((one for one in self.openings if kind in one.kinds), None)


class OwnLaw(Row, frozen=True, kw_only=True):
    """What the law of a State allows without a treaty.

    Attributes:
        party: The State that is asked.
        kinds: Kinds of request that its law allows; empty for all.
        reference: Provision, as a number such as ``12(1)``.
        law: Name of the law.
        source: Where its text stands.
    """

    party: PartyText
    kinds: tuple[KindCode, ...] = ()
    reference: Place
    law: Text
    source: str = ""


class Circumstance(StrEnum):
    """What a State's own law may make it refuse, by the words of the assessment."""

    ASYLUM = "asylum"
    DEATH_PENALTY = "death_penalty"
    EARLIER_JUDGMENT = "earlier_judgment"
    EXPRESSION = "expression"
    FAIR_TRIAL = "fair_trial"
    IMMUNITY = "immunity"
    IN_ABSENCE = "in_absence"
    MINORS = "minors"
    NO_DUAL_CRIMINALITY = "no_dual_criminality"
    OWN_NATIONAL = "own_national"
    PERSECUTION = "persecution"
    PRIVILEGED = "privileged"
    SECURITY = "security"
    TORTURE = "torture"


class MustRefuse(Row, frozen=True, kw_only=True):
    """A refusal that the law of a State makes a duty.

    Attributes:
        party: The State that is asked.
        circumstance: What it must refuse.
        kinds: Kinds of request concerned; empty for all.
        reference: Provision, as a number such as ``12(1)``.
        law: Name of the law.
        source: Where its text stands.

    Basis: 37(8), 40(21)
    """

    party: PartyText
    circumstance: Circumstance
    kinds: tuple[KindCode, ...] = ()
    reference: Place
    law: Text
    source: str = ""


class Tongues(Row, frozen=True, kw_only=True):
    """The languages in which a State takes requests. Basis: 40(13)"""

    party: PartyText
    languages: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class Overlay(Row, frozen=True, kw_only=True):
    """An operator's overlay.

    Attributes:
        format: Of the data; this is 1.
        events: Events by instrument, added to those of its pack.
        replaces: Instruments whose events in the pack are left aside, since the overlay has the whole list.
        treaties: Bilateral treaties.
        laws: What States' own law allows.
        overrides: Pairs apart.
        languages: Languages of States.
        must_refuse: What States' own law makes them refuse.
    """

    format: Annotated[int, msgspec.Meta(ge=1, le=1)] = 1
    events: dict[InstrumentCode, tuple[Event, ...]] = msgspec.field(default_factory=dict)
    replaces: tuple[InstrumentCode, ...] = ()
    treaties: tuple[BilateralTreaty, ...] = ()
    laws: tuple[OwnLaw, ...] = ()
    overrides: tuple[PairOverride, ...] = ()
    languages: tuple[Tongues, ...] = ()
    must_refuse: tuple[MustRefuse, ...] = ()

    def events_of(self, instrument: str) -> tuple[Event, ...]:
        """Return the events of an instrument, those of its pack first."""
        pack = find_pack(instrument)
        own = () if pack is None or instrument in self.replaces else pack.events
        return (*own, *self.events.get(instrument, ()))

    def treaty_between(self, one: PartyCode, other: PartyCode, on: date, kind: str) -> BilateralTreaty | None:
        """Return the treaty between two Parties on a day, one that opens the kind before any other."""
        standing = [row for row in self.treaties if row.holds(one, other, on)]
        return next((row for row in standing if row.opening(kind)), standing[0] if standing else None)

    def law_of(self, party: PartyCode, kind: str) -> OwnLaw | None:
        """Return what the law of a State allows for a kind of request, or None."""
        own = (row for row in self.laws if row.party == party)
        return next((row for row in own if not row.kinds or kind in row.kinds), None)

    def effects(
        self, one: PartyCode, other: PartyCode, on: date, instrument: str
    ) -> tuple[PairOverride, ...]:
        """Return what sets two Parties apart under an instrument on a day."""
        standing = (row for row in self.overrides if row.holds(one, other, on))
        return tuple(row for row in standing if row.instrument in ("", instrument))

    def languages_of(self, party: PartyCode) -> tuple[str, ...]:
        """Return the languages in which a State takes requests; none when not known. Basis: 40(13)"""
        return next((row.languages for row in self.languages if row.party == party), ())

    def refusals_of(self, party: PartyCode, kind: str) -> tuple[MustRefuse, ...]:
        """Return what the law of a State makes it refuse for a kind of request. Basis: 37(8), 40(21)"""
        own = (row for row in self.must_refuse if row.party == party)
        return tuple(row for row in own if not row.kinds or kind in row.kinds)


NO_OVERLAY = Overlay()


def parse_overlay(data: bytes, *, where: str = "") -> Overlay:
    """Return the overlay that the bytes hold.

    Args:
        data: I-JSON of at most 4 MiB.
        where: Name of the file, for the error.

    Raises:
        MalformedError: ``overlay.form``: not the form of an overlay, or it says what cannot be.
    """
    value = parse_ijson(data, most_bytes=MOST_BYTES, where=where)
    try:
        found = msgspec.convert(value, Overlay)
    except msgspec.ValidationError as exc:
        raise _refused(str(exc), where) from exc
    for code in (*found.events, *found.replaces, *(row.instrument for row in found.overrides)):
        if code and find_pack(code) is None:
            raise _refused(f"{code[:40]!r} is no instrument with a pack", where)
    for row in (*found.treaties, *found.overrides):
        one, other = row.between
        if one == other:
            raise _refused(f"{one} stands with itself", where)
        if is_practice(PartyCode(one)) != is_practice(PartyCode(other)):
            raise _refused(f"{one} and {other} are of different realms", where)
        if row.since is not None and row.until is not None and row.until <= row.since:
            raise _refused(f"what is between {one} and {other} ends before it begins", where)
    return found


def _refused(why: str, where: str) -> MalformedError:
    return MalformedError(
        "overlay.form",
        f"the operator's data on instruments does not read: {why}",
        hint="see docs/spec/packs.md",
        where=where,
    )
