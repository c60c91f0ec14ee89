"""Domestic facts of a case: what a court, a provider or a person at home did, as this side alone records it.

A fact is no act: it is never sent, and the fold knows nothing of it. Each stands on a line of its own beside
the case, names the officer who recorded it, and holds the digest of the line before.
"""

from enum import StrEnum
from typing import Annotated, Any

import msgspec

from comity.cases.reckoning import Unit
from comity.cases.skeletons import Id, Item, Time
from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError
from comity.kernel.ids import AuthorityId, OfficerName
from comity.kernel.ijson import parse_ijson
from comity.kernel.lines import place_of

MOST_LINE = 64 * 1024

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
Some = Annotated[str, msgspec.Meta(max_length=400)]
Number = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class DomesticStep(StrEnum):
    """The four steps at home at which the gate stands. Basis: 24(2)"""

    TAKE_ON = "take_on"
    ORDER = "order"
    SERVICE = "service"
    TRANSMISSION = "transmission"


class Person(StrEnum):
    """Who is heard or told, or challenges."""

    PROVIDER = "provider"
    USER = "user"
    THIRD_PARTY = "third_party"
    PROSECUTOR = "prosecutor"
    DEFENCE = "defence"
    PRIVACY_OFFICE = "privacy_office"


class Decider(StrEnum):
    """Who decides a step."""

    OFFICER = "officer"
    PROSECUTOR = "prosecutor"
    JUDGE = "judge"
    COURT = "court"
    MINISTER = "minister"


class Outcome(StrEnum):
    """How a ruling went."""

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"


class Ended(StrEnum):
    """How a challenge ended."""

    DISMISSED = "dismissed"
    INADMISSIBLE = "inadmissible"
    WITHDRAWN = "withdrawn"
    UPHELD = "upheld"
    PARTLY = "partly"


class Answered(StrEnum):
    """What a provider answered."""

    COMPLIED = "complied"
    PARTLY = "partly"
    NO_DATA = "no_data"
    OTHER_ENTITY = "other_entity"
    FOREIGN_LAW = "foreign_law"
    PRIVILEGE = "privilege"
    CHALLENGE = "challenge"
    COST = "cost"
    USER_TOLD = "user_told"


class Suspends(StrEnum):
    """What a remedy suspends: nothing, from when it is used, or from the start of its period. Basis: 24(2)"""

    NO = "no"
    CHALLENGE = "challenge"
    PERIOD = "period"


class RemedyTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A remedy as the sheet had it when the fact was recorded; later sheets do not change it."""

    provision: Words
    suspends: Suspends
    count: Annotated[int, msgspec.Meta(ge=1, le=3650)]
    unit: Unit


class Fact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="fact"):
    """What every fact says.

    Attributes:
        request: The request concerned.
        items: The items concerned; none for all of them.
        at: When it happened.
    """

    request: Id
    items: Annotated[tuple[Item, ...], msgspec.Meta(max_length=256)] = ()
    at: Time


class RulingFact(Fact, frozen=True, kw_only=True, tag="ruling"):
    """A ruling of a judge, a prosecutor or a minister: its reference, and the digest of the document."""

    step: DomesticStep
    outcome: Outcome
    decided_by: Decider
    office: Words
    reference: Words
    digest: Id
    until: Time | None = None


class ServedFact(Fact, frozen=True, kw_only=True, tag="served"):
    """The order was served on the provider."""

    reference: Some = ""
    remedy: RemedyTerms | None = None


class HeardFact(Fact, frozen=True, kw_only=True, tag="heard"):
    """Somebody was heard before a step."""

    step: DomesticStep
    who: Person


class ToldFact(Fact, frozen=True, kw_only=True, tag="told"):
    """Somebody was told of a step; where a remedy is open to that person, its period runs from here."""

    step: DomesticStep
    who: Person
    remedy: RemedyTerms | None = None


class LodgedFact(Fact, frozen=True, kw_only=True, tag="challenge.lodged"):
    """A step was challenged.

    Attributes:
        suspends: Whether nothing leaves until it is decided.
        provision: What makes it so.
    """

    step: DomesticStep
    who: Person
    reference: Words
    digest: Id | None = None
    suspends: bool
    provision: Words


class SuspensionFact(Fact, frozen=True, kw_only=True, tag="challenge.suspension"):
    """A court gave or took the suspensive effect of a challenge."""

    challenge: Number
    suspends: bool
    reference: Words
    digest: Id


class EndedFact(Fact, frozen=True, kw_only=True, tag="challenge.decided"):
    """A challenge was decided or withdrawn."""

    challenge: Number
    outcome: Ended
    reference: Words
    digest: Id


class WaivedFact(Fact, frozen=True, kw_only=True, tag="remedy.waived"):
    """Somebody gave up the remedy whose period runs."""

    step: DomesticStep
    who: Person
    reference: Words


class AnswerFact(Fact, frozen=True, kw_only=True, tag="answer"):
    """What the provider answered.

    Attributes:
        entity: Which other entity holds the data, for ``other_entity``.
        amount: Decimal number, for ``cost``.
        currency: ISO 4217, for ``cost``.
    """

    answer: Answered
    reference: Some = ""
    entity: Some = ""
    amount: Annotated[str, msgspec.Meta(pattern=r"\A([1-9][0-9]{0,17}|0)(\.[0-9]{1,18})?\Z")] | None = None
    currency: Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{3}\Z")] | None = None

    def __post_init__(self) -> None:
        if (self.answer is Answered.COST) != (self.amount is not None and self.currency is not None):
            raise ValueError("a cost has an amount and a currency, and nothing else has")
        if (self.answer is Answered.OTHER_ENTITY) != bool(self.entity.strip()):
            raise ValueError("another entity is named where the answer is other_entity, and only there")


class StruckFact(Fact, frozen=True, kw_only=True, tag="struck"):
    """A line was recorded in error. Challenges and what ended them are never struck."""

    line: Number
    reason: Words


AnyFact = (
    RulingFact
    | ServedFact
    | HeardFact
    | ToldFact
    | LodgedFact
    | SuspensionFact
    | EndedFact
    | WaivedFact
    | AnswerFact
    | StruckFact
)
FACTS: dict[str, type[Fact]] = {
    str(one.__struct_config__.tag): one
    for one in (
        RulingFact,
        ServedFact,
        HeardFact,
        ToldFact,
        LodgedFact,
        SuspensionFact,
        EndedFact,
        WaivedFact,
        AnswerFact,
        StruckFact,
    )
}
"""Every fact by its name."""

KEPT = (LodgedFact, SuspensionFact, EndedFact, StruckFact)
"""What is never struck."""


class SheetRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By which sheet a fact was recorded."""

    party: str
    version: int
    digest: Id


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of the record of a case.

    Attributes:
        v: 1.
        number: From 1, without a gap.
        previous: Digest of the line before.
        recorded_at: When it was written down.
        sheet: The sheet in force then; None where there was none.
        decided: Codes of findings that the officer decided, each with the reason.
    """

    v: int
    number: Number
    previous: Id
    authority: AuthorityId
    officer: OfficerName
    recorded_at: Instant
    sheet: SheetRef | None
    decided: dict[str, str]
    fact: AnyFact


def parse_line(data: bytes) -> Line:
    """Return a kept line; raise MalformedError ``fact.line_form``."""
    try:
        return msgspec.convert(parse_ijson(data, most_bytes=MOST_LINE, where="the line"), Line)
    except msgspec.ValidationError as exc:
        raise MalformedError("fact.line_form", "a line has not its form", where=str(exc)) from exc


def parse_fact(value: Any) -> AnyFact:
    """Return a fact that was handed in; raise MalformedError ``fact.form`` and where it is wrong."""
    name = value.get("fact") if isinstance(value, dict) else None
    if name not in FACTS:
        raise MalformedError(
            "fact.kind",
            f"{str(name)[:40]!r} is no fact that is recorded",
            hint="facts are " + ", ".join(FACTS),
            where="/fact",
        )
    try:
        found: AnyFact = msgspec.convert(value, AnyFact)
    except msgspec.ValidationError as exc:
        raise MalformedError(
            "fact.form",
            f"this is no fact of the kind {name}: {exc}",
            hint="'comity procedure example FACT' prints one",
            where=place_of(exc),
        ) from exc
    return found
