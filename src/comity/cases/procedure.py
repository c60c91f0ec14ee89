"""What the domestic facts of a request come to: which rulings stand, who was heard, what halts a delivery."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from comity.cases.calendars import Calendar
from comity.cases.facts import (
    KEPT,
    Answered,
    AnswerFact,
    DomesticStep,
    Ended,
    EndedFact,
    Fact,
    Line,
    LodgedFact,
    Outcome,
    Person,
    RemedyTerms,
    RulingFact,
    ServedFact,
    StruckFact,
    Suspends,
    SuspensionFact,
    ToldFact,
    WaivedFact,
    parse_line,
)
from comity.cases.ports import CaseTransaction
from comity.cases.reckoning import Period, Reckoning, Roll
from comity.kernel.clock import Instant
from comity.kernel.ids import ActId, AuthorityId, CaseId

_F = TypeVar("_F", bound=Fact)
_FELL = frozenset({Ended.UPHELD, Ended.PARTLY})
CARRIES_OUT = frozenset({"evidence.deliver", "evidence.hand", "execution.report"})
"""Kinds of acts by which what a measure brought leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """A challenge against a step.

    Attributes:
        number: Of the line that recorded it.
        items: The items concerned; none for all.
        suspends: Whether it suspends, as it stands now.
        outcome: How it ended; None while it runs.
        ended: The number of the line that ended it; 0 while it runs.
    """

    number: int
    request: ActId
    step: DomesticStep
    who: Person
    reference: str
    provision: str
    lodged_at: Instant
    items: tuple[str, ...]
    suspends: bool
    outcome: Ended | None = None
    ended: int = 0

    @property
    def is_running(self) -> bool:
        """Tell whether it is not decided yet."""
        return self.outcome is None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRemedy:
    """A period in which somebody may challenge a step.

    Attributes:
        fact: ``told`` or ``served``: what it runs from.
        is_used: Whether it was given up, or a challenge took its place.
    """

    number: int
    request: ActId
    step: DomesticStep
    who: Person
    fact: str
    started: Instant
    terms: RemedyTerms
    items: tuple[str, ...]
    is_used: bool

    def reckoned(self, calendar: Calendar) -> Reckoning:
        """Return its end, counted by the days of the State, on a working day there."""
        period = Period(count=self.terms.count, unit=self.terms.unit)
        begun = Reckoning.since(f"domestic_{self.fact}", self.started, provision=self.terms.provision)
        return begun.plus(period, calendar).rolled(Roll.NEXT, calendar)


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """Why nothing may leave for some items.

    Attributes:
        why: ``challenge``, ``remedy`` or ``upheld``.
        number: Of the line that it comes from.
        since: From when.
        until: When it ends by itself; None where only a further fact ends it.
    """

    why: str
    number: int
    request: ActId
    step: DomesticStep
    who: Person
    provision: str
    since: Instant
    until: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proceedings:
    """The domestic facts of one request, in the order in which they were recorded, without those struck."""

    request: ActId
    lines: tuple[Line, ...] = ()
    challenges: tuple[Challenge, ...] = ()
    remedies: tuple[OpenRemedy, ...] = ()

    def facts(self, kind: type[_F], items: Sequence[str] = ()) -> tuple[_F, ...]:
        """Return the facts of a kind that concern one of the items; none named means any."""
        return tuple(
            line.fact for line in self.lines if isinstance(line.fact, kind) and meets(line.fact.items, items)
        )

    def ruling(self, step: DomesticStep, item: str = "") -> RulingFact | None:
        """Return the last ruling on a step, for an item."""
        of_step = [one for one in self.facts(RulingFact, (item,) if item else ()) if one.step is step]
        return of_step[-1] if of_step else None

    def served(self, items: Sequence[str] = ()) -> ServedFact | None:
        """Return the last service of the order."""
        found = self.facts(ServedFact, items)
        return found[-1] if found else None

    def answers(self, item: str) -> tuple[AnswerFact, ...]:
        """Return what the provider answered about an item."""
        return self.facts(AnswerFact, (item,))

    def result(self, item: str) -> str:
        """Return what became of an item by the provider's last answer: a result code, or empty.

        Basis: 40(17)
        """
        found = [_RESULTS[one.answer] for one in self.answers(item) if one.answer in _RESULTS]
        return found[-1] if found else ""

    def halts(self, items: Sequence[str], *, now: Instant, calendar: Calendar) -> tuple[Halt, ...]:
        """Return why nothing may leave for these items; for any of the request where none is named.

        Basis: 24(2)
        """
        return tuple(self._halts(items, now, calendar))

    def _halts(self, items: Sequence[str], now: Instant, calendar: Calendar) -> Iterator[Halt]:
        for one in self.challenges:
            if not meets(one.items, items):
                continue
            if one.is_running and one.suspends:
                yield _halt("challenge", one, one.provision, one.lodged_at)
            elif one.outcome in _FELL and not self._is_made_again(one, items):
                yield _halt("upheld", one, one.provision, one.lodged_at)
        for period in self.remedies:
            if period.is_used or period.terms.suspends is not Suspends.PERIOD:
                continue
            until = period.reckoned(calendar).at
            if meets(period.items, items) and now <= until:
                yield _halt("remedy", period, period.terms.provision, period.started, until)

    def _is_made_again(self, fallen: Challenge, items: Sequence[str]) -> bool:
        """Tell whether a step that fell was decided anew since, for every item that it concerns here."""
        since = [
            line.fact
            for line in self.lines
            if line.number > fallen.ended
            and isinstance(line.fact, RulingFact)
            and line.fact.step is fallen.step
            and line.fact.outcome is not Outcome.REFUSED
        ]
        if any(not one.items for one in since):
            return True
        covered = {item for one in since for item in one.items}
        wanted = set(items) if not fallen.items else set(fallen.items) & set(items or fallen.items)
        return bool(wanted) and wanted <= covered


_RESULTS = {
    Answered.COMPLIED: "executed",
    Answered.PARTLY: "partly",
    Answered.NO_DATA: "no_data",
    Answered.OTHER_ENTITY: "no_data",
}


def meets(said: Sequence[str], wanted: Sequence[str]) -> bool:
    """Tell whether what is said of some items concerns some others; none named means all."""
    return not said or not wanted or not set(said).isdisjoint(wanted)


def proceedings_of(lines: Iterable[Line], request: str) -> Proceedings:
    """Return what the lines of a case come to for one of its requests."""
    every = tuple(lines)
    struck = {line.fact.line for line in every if isinstance(line.fact, StruckFact)}
    standing = tuple(
        line
        for line in every
        if line.fact.request == request
        and not isinstance(line.fact, StruckFact)
        and (line.number not in struck or isinstance(line.fact, KEPT))
    )
    challenges = tuple(_challenge(line, standing) for line in standing if isinstance(line.fact, LodgedFact))
    return Proceedings(
        request=ActId(request),
        lines=standing,
        challenges=challenges,
        remedies=tuple(_remedies(standing, challenges)),
    )


def case_lines(tx: CaseTransaction, authority: AuthorityId, case: CaseId) -> tuple[Line, ...]:
    """Return the lines of a case, by number."""
    return tuple(parse_line(record.line) for record in tx.acts.facts(authority, case))


def halts_of_case(
    tx: CaseTransaction,
    authority: AuthorityId,
    case: CaseId,
    *,
    now: Instant,
    calendar: Calendar,
    request: str = "",
    items: Sequence[str] = (),
) -> tuple[Halt, ...]:
    """Return why nothing may leave a case, or for one of its requests and some of its items.

    Basis: 24(2)
    """
    lines = case_lines(tx, authority, case)
    requests = (request,) if request else tuple(dict.fromkeys(str(line.fact.request) for line in lines))
    return tuple(
        halt
        for one in requests
        for halt in proceedings_of(lines, one).halts(items, now=now, calendar=calendar)
    )


def _challenge(lodged: Line, lines: Sequence[Line]) -> Challenge:
    fact = lodged.fact
    assert isinstance(fact, LodgedFact)
    suspends, outcome, ended = fact.suspends, None, 0
    for line in lines:
        said = line.fact
        if isinstance(said, SuspensionFact) and said.challenge == lodged.number:
            suspends = said.suspends
        elif isinstance(said, EndedFact) and said.challenge == lodged.number:
            outcome, ended = said.outcome, line.number
    return Challenge(
        number=lodged.number,
        request=ActId(fact.request),
        step=fact.step,
        who=fact.who,
        reference=fact.reference,
        provision=fact.provision,
        lodged_at=Instant(fact.at),
        items=fact.items,
        suspends=suspends,
        outcome=outcome,
        ended=ended,
    )


def _remedies(lines: Sequence[Line], challenges: Sequence[Challenge]) -> Iterator[OpenRemedy]:
    for line in lines:
        fact = line.fact
        if not isinstance(fact, (ToldFact, ServedFact)) or fact.remedy is None:
            continue
        step = fact.step if isinstance(fact, ToldFact) else DomesticStep.SERVICE
        who = fact.who if isinstance(fact, ToldFact) else Person.PROVIDER
        gone = any(
            isinstance(other.fact, WaivedFact)
            and other.number > line.number
            and (other.fact.step, other.fact.who) == (step, who)
            for other in lines
        )
        taken = any((one.step, one.who) == (step, who) and one.number > line.number for one in challenges)
        yield OpenRemedy(
            number=line.number,
            request=ActId(fact.request),
            step=step,
            who=who,
            fact="told" if isinstance(fact, ToldFact) else "served",
            started=Instant(fact.at),
            terms=fact.remedy,
            items=fact.items,
            is_used=gone or taken,
        )


def _halt(
    why: str, of: Challenge | OpenRemedy, provision: str, since: Instant, until: Instant | None = None
) -> Halt:
    return Halt(
        why=why,
        number=of.number,
        request=of.request,
        step=of.step,
        who=of.who,
        provision=provision,
        since=since,
        until=until,
    )
