"""Packs: what is in force between two Parties, as data.

One pack is built in: it puts the Convention in force between practice Parties (rule 16 of the protocol).
Between live Parties ``agreed`` makes one from the instrument that a request relies on. Practice and live
Parties never share one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from comity.kernel.ids import PartyCode, is_practice
from comity.kernel.packaged import packaged_bytes
from comity.kernel.realms import Realm
from comity.treaty.parties import practice_party

DATA = "data/packs/practice.json"
PACKS = ("uncc", "budapest", "budapest-2", "untoc", "bilateral", "reciprocity")
"""Instruments with a pack, each in a file of its own."""
RECIPROCITY = "reciprocity"


class OffenceClass(StrEnum):
    """Scope class of an offence: established under the Convention, other serious crime, or neither.

    Basis: 35(1), 2(h)
    """

    CONVENTION = "A"
    SERIOUS = "B"
    OTHER = "C"


class DualCriminality(StrEnum):
    """Whether a mechanism may be made to depend on the conduct being criminal in both States.

    Basis: 35(3), 40(8), 42(4)
    """

    NEVER = "never"
    OPTIONAL = "optional"
    REQUIRED = "required"


class PenaltySide(StrEnum):
    """Whose law is asked for the four years of a serious crime. Basis: 2(h)"""

    REQUESTING = "requesting"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanism:
    """What two Parties agreed on one mechanism.

    Attributes:
        kind: Code of the request kind.
        article: Where the instrument opens it.
        classes: Scope classes that are covered.
        dual_criminality: Whether it may be asked.
        penalty_side: Whose penalty counts.
        least_months: Shortest maximum penalty for every class; 0 for none.
        offences: Articles of the Convention whose offences count as class A here; empty for all.
        requires: What the instrument wants said beyond the form: statement and place.
        grounds: Where the grounds of refusal stand, for an instrument other than the Convention.
        waiver: The place that lets the law of the requested Party do without dual criminality.
    """

    kind: str
    article: str
    classes: frozenset[OffenceClass]
    dual_criminality: DualCriminality
    penalty_side: PenaltySide
    least_months: int = 0
    offences: frozenset[int] = frozenset()
    requires: tuple[tuple[str, str], ...] = ()
    grounds: str = ""
    waiver: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """Periods in whole days.

    Attributes:
        preservation_least: Shortest preservation for another State.
        order_most: Longest domestic order before it must be renewed.
        first_alarm: How long before an expiry the first alarm rings.
        secrecy_review: Secrecy for longer than this is for a person to decide.

    Basis: 42(8), 25(2)
    """

    preservation_least: int
    order_most: int
    first_alarm: int
    secrecy_review: int

    def __post_init__(self) -> None:
        if min(self.preservation_least, self.order_most, self.first_alarm, self.secrecy_review) < 1:
            raise ValueError("a clock of less than one day")
        if self.first_alarm >= self.preservation_least:
            raise ValueError("the first alarm would ring before the preservation began")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRefusal:
    """A refusal that the law of the requested Party makes a duty, where the treaty leaves it open.

    Attributes:
        circumstance: What must be refused, e.g. ``death_penalty``.
        kinds: Kinds of request concerned; empty for all.
        law: Name of the law.
        reference: Its provision.
    """

    circumstance: str
    kinds: tuple[str, ...]
    law: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What is in force between Parties of one realm.

    Attributes:
        name: Short name of the pack.
        version: Raised with every change of its data.
        realm: Practice or live.
        instruments: Codes of the instruments in force.
        mechanisms: Agreed mechanisms by request kind.
        clocks: Periods that run.
        reservations: Reservations by Party, as references such as ``42(5)``.
        instrument: The instrument whose rules these are; the Convention is ``uncc``.
        apart: What sets the two Parties apart under it, as codes such as ``pair.objection``.
        languages: Languages of Parties, where the operator's data names them.
        must_refuse: What the requested Party's own law makes it refuse, where the operator's data says so.
    """

    name: str
    version: int
    realm: Realm
    instruments: tuple[str, ...]
    mechanisms: Mapping[str, Mechanism]
    clocks: Clocks
    reservations: Mapping[str, frozenset[str]]
    instrument: str = "uncc"
    apart: tuple[str, ...] = ()
    languages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    must_refuse: tuple[OwnRefusal, ...] = ()

    def languages_of(self, party: PartyCode) -> tuple[str, ...]:
        """Return the languages in which the Party takes requests; none when not known. Basis: 40(13)"""
        if party in self.languages:
            return self.languages[party]
        return practice_party(party).languages if is_practice(party) else ()

    def reservations_of(self, party: PartyCode) -> frozenset[str]:
        """Return the reservations of the Party. Basis: 42(5)"""
        return self.reservations.get(party, frozenset())


def pack_file(instrument: str) -> str:
    """Return the packaged file of an instrument's pack."""
    return f"data/packs/{instrument}.json"


def pack_between(one: PartyCode, other: PartyCode) -> Pack | None:
    """Return the pack in force between two Parties; None when none is known."""
    if is_practice(one) and is_practice(other):
        return practice_pack()
    return None


@cache
def practice_pack() -> Pack:
    """Return the built-in pack between practice Parties."""
    row = json.loads(packaged_bytes("comity.treaty", DATA))
    clocks = row["clocks"]
    return Pack(
        name=row["name"],
        version=row["version"],
        realm=Realm(row["realm"]),
        instruments=tuple(row["instruments"]),
        mechanisms={
            kind: Mechanism(
                kind=kind,
                article=m["article"],
                classes=frozenset(OffenceClass(c) for c in m["classes"]),
                dual_criminality=DualCriminality(m["dual_criminality"]),
                penalty_side=PenaltySide(m["penalty_side"]),
                waiver=m.get("waiver", ""),
            )
            for kind, m in row["mechanisms"].items()
        },
        clocks=Clocks(
            preservation_least=clocks["preservation_least_days"],
            order_most=clocks["order_most_days"],
            first_alarm=clocks["first_alarm_days"],
            secrecy_review=clocks["secrecy_review_days"],
        ),
        reservations={party: frozenset(refs) for party, refs in row["reservations"].items()},
    )
