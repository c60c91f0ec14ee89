"""Which instruments open a mechanism between two Parties on a day, and why.

Pure: the same data give the same answer. It advises; whether an article carries a request is for a person.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from comity.kernel.ids import PartyCode, is_practice
from comity.treaty.library import (
    BILATERAL,
    Bond,
    Channel,
    InstrumentPack,
    Periods,
    Provenance,
    library,
)
from comity.treaty.openings import Coverage, Opening, Role
from comity.treaty.overlay import NO_OVERLAY, BilateralTreaty, Overlay
from comity.treaty.packs import OffenceClass, practice_pack
from comity.treaty.parties import is_known
from comity.treaty.standing import consents, in_force_since, reservations, spans

_NOTHING: Mapping[str, str | int] = MappingProxyType({})


class Verdict(StrEnum):
    """Whether a mechanism is open: yes, only after a lawyer looked, or no."""

    OPENS = "opens"
    REVIEW = "review"
    CLOSED = "closed"


_RANK = tuple(Verdict)
REASONS: Mapping[str, Verdict] = MappingProxyType(
    {
        "party.same": Verdict.CLOSED,
        "party.unknown": Verdict.CLOSED,
        "realm.mixed": Verdict.CLOSED,
        "force.practice": Verdict.OPENS,
        "force.both": Verdict.OPENS,
        "force.treaty": Verdict.OPENS,
        "force.law": Verdict.OPENS,
        "force.nowhere": Verdict.CLOSED,
        "force.party": Verdict.CLOSED,
        "force.not_yet": Verdict.CLOSED,
        "force.ended": Verdict.CLOSED,
        "force.needs": Verdict.CLOSED,
        "force.no_treaty": Verdict.CLOSED,
        "article.opens": Verdict.OPENS,
        "article.none": Verdict.CLOSED,
        "article.review": Verdict.REVIEW,
        "law.unknown": Verdict.REVIEW,
        "class.covered": Verdict.OPENS,
        "class.outside": Verdict.CLOSED,
        "class.unknown": Verdict.OPENS,
        "reservation.closes": Verdict.CLOSED,
        "reservation.touches": Verdict.OPENS,
        "statement.needed": Verdict.OPENS,
        "source.recalled": Verdict.OPENS,
        "pair.objection": Verdict.REVIEW,
        "pair.non_recognition": Verdict.REVIEW,
        "pair.no_relations": Verdict.REVIEW,
        "pair.suspension": Verdict.REVIEW,
        "pair.sanctions": Verdict.REVIEW,
    }
)
"""Every reason with what it does to the verdict: the gravest reason decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason; its sentence is ``why.<code>`` of the catalogue."""

    code: str
    parameters: Mapping[str, str | int] = field(default_factory=lambda: _NOTHING)

    def __post_init__(self) -> None:
        if self.code not in REASONS:
            raise ValueError(f"{self.code} is no reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisRow:
    """One line of a request's legal basis. Basis: 40(15)"""

    role: Role
    instrument: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What one instrument gives for the mechanism asked.

    Attributes:
        instrument: Its code.
        title: Its name in English; that of the treaty for a bilateral one.
        verdict: Open, for a lawyer, or closed.
        reasons: Why, in the order of the tests.
        basis: What a request would state; empty where it is closed.
        opening: What it opens; None where it has no article.
        channels: Channels that it names for the mechanism.
        clocks: Periods that run under it.
        source: Where the data comes from.
        law: The law and provision, where nothing but law binds; empty otherwise.
    """

    instrument: str
    title: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    basis: tuple[BasisRow, ...]
    opening: Opening | None
    channels: tuple[Channel, ...]
    clocks: Periods
    source: Provenance
    law: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The answer to: on what may this Party rest such a request to that one, on this day?

    Attributes:
        requesting: The Party that asks.
        requested: The Party that is asked.
        kind: Code of the request kind.
        on: The day.
        offence_class: Scope class of the offence; None when not told.
        candidates: Every instrument, the best first.
    """

    requesting: PartyCode
    requested: PartyCode
    kind: str
    on: date
    offence_class: OffenceClass | None
    candidates: tuple[Candidate, ...]

    @property
    def best(self) -> Candidate | None:
        """Return the strongest instrument that opens the mechanism; None where none does without review."""
        first = self.candidates[0]
        return first if first.verdict is Verdict.OPENS else None

    @property
    def basis(self) -> tuple[BasisRow, ...]:
        """Return the basis that is proposed; empty where nothing opens without review."""
        return self.best.basis if self.best is not None else ()

    def candidate(self, instrument: str) -> Candidate | None:
        """Return what one instrument gives; None for one without a pack."""
        return next((one for one in self.candidates if one.instrument == instrument), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    requesting: PartyCode
    requested: PartyCode
    kind: str
    on: date
    offence_class: OffenceClass | None
    months: int | None
    article: int | None
    overlay: Overlay


def resolve(
    requesting: PartyCode,
    requested: PartyCode,
    *,
    kind: str,
    on: date,
    offence_class: OffenceClass | None = None,
    months: int | None = None,
    article: int | None = None,
    overlay: Overlay = NO_OVERLAY,
) -> Resolution:
    """Return which instruments open a mechanism between two Parties on a day, and why.

    Order: what opens before what needs a lawyer before what is closed; then what opens without further terms;
    then an article of its own before a general clause; then the strength of the instrument.

    Args:
        requesting: The Party that asks.
        requested: The Party that is asked.
        kind: Code of the request kind.
        on: The day.
        offence_class: Scope class of the offence, where it is known.
        months: Its longest deprivation of liberty, where it is known.
        article: The article of the Convention that establishes it, where one does.
        overlay: The operator's own data.

    Basis: 35(1), 40(6), 40(7), 65(1)
    """
    asked = _Question(
        requesting=requesting,
        requested=requested,
        kind=kind,
        on=on,
        offence_class=offence_class,
        months=months,
        article=article,
        overlay=overlay,
    )
    found = [(_candidate(asked, pack), pack.strength) for pack in library()]
    found.sort(key=lambda row: (_RANK.index(row[0].verdict), _terms(row[0]), _is_general(row[0]), row[1]))
    return Resolution(
        requesting=requesting,
        requested=requested,
        kind=kind,
        on=on,
        offence_class=offence_class,
        candidates=tuple(one for one, _ in found),
    )


def _terms(one: Candidate) -> int:
    """Return how many terms are open: a class test not passed yet, and statements that are still needed."""
    codes = {reason.code for reason in one.reasons}
    return len(codes & {"class.unknown", "statement.needed"})


def _is_general(one: Candidate) -> bool:
    return one.opening is None or one.opening.general


def _candidate(asked: _Question, pack: InstrumentPack) -> Candidate:
    treaty = _treaty(asked, pack)
    opening = treaty.opening(asked.kind) if treaty is not None else pack.opening(asked.kind)
    own = asked.overlay.law_of(asked.requested, asked.kind) if pack.bond is Bond.LAW else None
    reasons = list(_force(asked, pack, treaty))
    if _verdict(reasons) is not Verdict.CLOSED:
        reasons += _mechanism(asked, pack, opening)
    if _verdict(reasons) is not Verdict.CLOSED:
        reasons += _pair(asked, pack)
    verdict = _verdict(reasons)
    basis: tuple[BasisRow, ...] = ()
    if opening is not None and verdict is not Verdict.CLOSED:
        places = opening.places() if own is None else ((Role.OBLIGATION, own.reference),)
        basis = tuple(
            BasisRow(role=role, instrument=pack.instrument, reference=place) for role, place in places
        )
    return Candidate(
        instrument=pack.instrument,
        title=pack.title if treaty is None else treaty.title,
        verdict=verdict,
        reasons=tuple(reasons),
        basis=basis,
        opening=opening,
        channels=pack.channels_of(asked.kind),
        clocks=pack.clocks if treaty is None else treaty.clocks,
        source=pack.source,
        law="" if own is None else own.law,
    )


def _verdict(reasons: list[Reason]) -> Verdict:
    return max((REASONS[one.code] for one in reasons), key=_RANK.index, default=Verdict.OPENS)


def _treaty(asked: _Question, pack: InstrumentPack) -> BilateralTreaty | None:
    if pack.instrument != BILATERAL:
        return None
    return asked.overlay.treaty_between(asked.requesting, asked.requested, asked.on, asked.kind)


def _force(asked: _Question, pack: InstrumentPack, treaty: BilateralTreaty | None) -> Iterator[Reason]:
    """Yield whether the instrument binds the two Parties on the day."""
    one, other = asked.requesting, asked.requested
    if one == other:
        yield Reason(code="party.same", parameters={"party": one})
        return
    for party in (one, other):
        if not is_known(party):
            yield Reason(code="party.unknown", parameters={"party": party})
            return
    if is_practice(one) != is_practice(other):
        yield Reason(code="realm.mixed")
    elif pack.bond is Bond.LAW:
        own = asked.overlay.law_of(other, asked.kind)
        if own is None:
            yield Reason(code="law.unknown", parameters={"party": other})
        else:
            place = {"party": other, "law": own.law, "article": own.reference}
            yield Reason(code="force.law", parameters=place)
    elif pack.bond is Bond.TREATY:
        if treaty is None:
            yield Reason(code="force.no_treaty", parameters={"requesting": one, "requested": other})
        else:
            yield Reason(code="force.treaty", parameters={"title": treaty.title})
    elif pack.practice and is_practice(one):
        yield Reason(code="force.practice")
    else:
        yield from _events(asked, pack)


def _events(asked: _Question, pack: InstrumentPack) -> Iterator[Reason]:
    events = asked.overlay.events_of(pack.instrument)
    start = in_force_since(pack.entry, events)
    if start is None:
        count, needed = len(consents(events)), pack.entry.threshold
        yield Reason(code="force.nowhere", parameters={"count": count, "needed": needed})
        return
    latest = start
    for party in (asked.requesting, asked.requested):
        bound = spans(pack.entry, events, party=party)
        now = next((span for span in bound if span.holds(asked.on)), None)
        if now is not None:
            latest = max(latest, now.since)
            continue
        coming = next((span.since for span in bound if span.since > asked.on), None)
        ended = [span.until for span in bound if span.until is not None and span.until <= asked.on]
        if coming is not None:
            yield Reason(code="force.not_yet", parameters={"party": party, "since": coming.isoformat()})
        elif ended:
            yield Reason(code="force.ended", parameters={"party": party, "until": max(ended).isoformat()})
        else:
            yield Reason(code="force.party", parameters={"party": party})
        return
    if pack.needs and not _also(asked, pack.needs):
        yield Reason(code="force.needs", parameters={"instrument": pack.needs})
        return
    yield Reason(code="force.both", parameters={"since": latest.isoformat()})


def _also(asked: _Question, instrument: str) -> bool:
    """Tell whether both Parties are bound by another instrument too."""
    pack = next(one for one in library() if one.instrument == instrument)
    return any(reason.code == "force.both" for reason in _events(asked, pack))


def _mechanism(asked: _Question, pack: InstrumentPack, opening: Opening | None) -> Iterator[Reason]:
    """Yield whether the instrument has the mechanism, for such an offence, and on what terms."""
    if opening is None:
        yield Reason(code="article.none", parameters={"kind": asked.kind})
        return
    if opening.obligation:
        yield Reason(code="article.opens", parameters={"article": opening.obligation})
    if opening.review:
        yield Reason(code="article.review", parameters={"article": opening.obligation})
    yield from _class(asked, opening)
    yield from _reservations(asked, pack, opening)
    for needed in opening.requires:
        label = f"statement.{needed.statement}"
        yield Reason(code="statement.needed", parameters={"statement": label, "article": needed.article})
    if pack.bond is Bond.EVENTS and pack.source.mark.value == "recalled":
        yield Reason(code="source.recalled", parameters={"check": pack.source.check})


def _class(asked: _Question, opening: Opening) -> Iterator[Reason]:
    classes = ", ".join(one.value for one in opening.classes)
    months = opening.least_months
    terms: dict[str, str | int] = {"classes": classes, "months": months}
    match opening.covers(asked.offence_class, months=asked.months, article=asked.article):
        case Coverage.YES:
            yield Reason(code="class.covered", parameters=terms)
        case Coverage.NO:
            yield Reason(code="class.outside", parameters=terms)
        case Coverage.UNKNOWN:
            yield Reason(code="class.unknown", parameters=terms)


def _reservations(asked: _Question, pack: InstrumentPack, opening: Opening) -> Iterator[Reason]:
    places = {place.partition("(")[0] for _, place in opening.places() if place}
    known = asked.overlay.events_of(pack.instrument)
    for party in (asked.requesting, asked.requested):
        for one in reservations(known, party=party, on=asked.on):
            about = {"party": party, "article": one.provision}
            if asked.kind in one.closes:
                yield Reason(code="reservation.closes", parameters=about)
            elif one.provision.partition("(")[0] in places:
                yield Reason(code="reservation.touches", parameters=about)
        if pack.practice and is_practice(party):
            for place in sorted(practice_pack().reservations_of(party)):
                if place.partition("(")[0] in places:
                    yield Reason(code="reservation.touches", parameters={"party": party, "article": place})


def _pair(asked: _Question, pack: InstrumentPack) -> Iterator[Reason]:
    for row in asked.overlay.effects(asked.requesting, asked.requested, asked.on, pack.instrument):
        yield Reason(code=f"pair.{row.effect.value}", parameters={"note": row.note})
