"""The gate at home: what a procedure sheet and the facts recorded so far say to the next step.

Steps are taken by acts (take-on, order, transmission) or recorded as facts (service). A finding names the
step with its provision; what blocks here is a ruling that refused, and whatever halts a delivery.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from comity.cases.calendars import Calendar
from comity.cases.facts import (
    Answered,
    AnswerFact,
    Decider,
    DomesticStep,
    Fact,
    HeardFact,
    Outcome,
    Person,
    ServedFact,
    Suspends,
    ToldFact,
)
from comity.cases.procedure import CARRIES_OUT, Halt, Proceedings, meets
from comity.kernel.clock import DAY, Instant, format_instant
from comity.kernel.findings import Finding, Severity
from comity.requests.sheets import KeptSheet, SheetStep

_BLOCKS, _DECIDE, _NOTE = Severity.BLOCKS, Severity.DECIDE, Severity.NOTE
PROCEDURE_SEVERITIES: Mapping[str, Severity] = MappingProxyType(
    {
        "procedure.challenged": _NOTE,
        "procedure.lift_claim": _BLOCKS,
        "procedure.lift_not_possible": _DECIDE,
        "procedure.lift_unanswered": _DECIDE,
        "procedure.lift_unheard": _BLOCKS,
        "procedure.no_sheet": _NOTE,
        "procedure.not_heard": _DECIDE,
        "procedure.not_served": _DECIDE,
        "procedure.not_told": _DECIDE,
        "procedure.order_long": _DECIDE,
        "procedure.provider_objects": _DECIDE,
        "procedure.remedy_open": _BLOCKS,
        "procedure.remedy_runs": _NOTE,
        "procedure.result_differs": _DECIDE,
        "procedure.ruling_missing": _DECIDE,
        "procedure.ruling_partly": _DECIDE,
        "procedure.ruling_refused": _BLOCKS,
        "procedure.step": _NOTE,
        "procedure.suspended": _BLOCKS,
        "procedure.suspended_later": _DECIDE,
        "procedure.upheld": _BLOCKS,
        "procedure.user_told": _DECIDE,
    }
)
"""Every finding of this module and of ``lifting`` with its weight; they are about a case, not a form."""

STEP_OF_ACT: Mapping[str, DomesticStep] = MappingProxyType(
    {
        "request.accept": DomesticStep.TAKE_ON,
        "order.record": DomesticStep.ORDER,
        "transmission.decide": DomesticStep.TRANSMISSION,
    }
)
"""The step at home that an act stands for."""

_OBJECTS = frozenset({Answered.FOREIGN_LAW, Answered.PRIVILEGE, Answered.CHALLENGE})
EFFECTS = {"executed": "held", "partly": "partly", "no_data": "not_held"}
"""What an answer of the provider comes to under a preservation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtHome:
    """What is known at home of one request when a step is judged.

    Attributes:
        kind: Kind of the request.
        sheet: The sheet of the requested Party on that day; None where there is none.
        proceedings: The facts recorded so far.
        items: All items of the request.
        now: The instant of the assessment.
        calendar: Of the requested Party.
        secret_until: The end of secrecy that the request asks for.
        hearings: Our consultations about lifting a measure, each with whether it was answered.
        claims: Assets of the request that a third party claims, with no ruling on it yet.
    """

    kind: str
    sheet: KeptSheet | None
    proceedings: Proceedings
    items: tuple[str, ...]
    now: Instant
    calendar: Calendar
    secret_until: Instant | None = None
    hearings: Mapping[str, bool] = field(default_factory=dict)
    claims: tuple[str, ...] = ()

    def step(self, step: DomesticStep) -> SheetStep | None:
        """Return a step as the sheet has it, or None."""
        measure = self.sheet.sheet.measure(self.kind) if self.sheet is not None else None
        return measure.step(step) if measure is not None else None

    def halts(self, items: Sequence[str]) -> tuple[Halt, ...]:
        """Return what halts these items now."""
        return self.proceedings.halts(items, now=self.now, calendar=self.calendar)


def check_act(kind: str, body: Mapping[str, Any], home: AtHome) -> Iterator[Finding]:
    """Yield what the sheet and the facts say to an act of the requested side.

    Args:
        kind: Kind of the act.
        body: Its skeleton.
        home: What is known at home.

    Basis: 24(2), 40(17)
    """
    items = _items(body)
    step = STEP_OF_ACT.get(kind)
    if step is not None:
        yield from _at_step(step, items, home)
    if kind == "order.record":
        yield from _order_length(body, home)
    if kind == "transmission.decide":
        yield from _before_transmission(items, home)
    if kind in CARRIES_OUT:
        yield from _halted(items, home)
        yield from _untold(items, home)
    if kind in CARRIES_OUT or kind == "preservation.effect":
        yield from _results(kind, body, home)


def check_fact(fact: Fact, home: AtHome) -> Iterator[Finding]:
    """Yield what stands against recording a fact: the gate at service, where no act leaves.

    Basis: 24(2)
    """
    if not isinstance(fact, ServedFact):
        return
    yield from _at_step(DomesticStep.SERVICE, fact.items, home)
    order = home.step(DomesticStep.ORDER)
    if order is not None:
        yield from _ruled(order, fact.items, home)
    yield from _halted(fact.items, home)


def _at_step(step: DomesticStep, items: Sequence[str], home: AtHome) -> Iterator[Finding]:
    row = home.step(step)
    if row is None:
        if step is not DomesticStep.SERVICE:
            yield found("procedure.no_sheet", basis="40(17)", step=step.value)
        return
    yield found(
        "procedure.step",
        basis="40(17)",
        step=step.value,
        office=row.office_in(),
        decided_by=row.decided_by.value,
        provision=row.provision,
    )
    if step is not DomesticStep.SERVICE:
        yield from _ruled(row, items, home)
    for who in row.heard:
        if not _was(HeardFact, step, who, items, home):
            yield found(
                "procedure.not_heard",
                basis="24(2)",
                step=row.step.value,
                provision=row.provision,
                who=who.value,
            )


def _ruled(step: SheetStep, items: Sequence[str], home: AtHome) -> Iterator[Finding]:
    """Yield what the rulings on a step say, item by item; an officer's own step needs none."""
    rulings = {item: home.proceedings.ruling(step.step, item) for item in items or home.items}
    refused = [item for item, one in rulings.items() if one is not None and one.outcome is Outcome.REFUSED]
    missing = [item for item, one in rulings.items() if one is None]
    if refused:
        reference = next(one.reference for one in rulings.values() if one and one.outcome is Outcome.REFUSED)
        yield found(
            "procedure.ruling_refused",
            basis="24(2)",
            step=step.step.value,
            provision=step.provision,
            items=", ".join(refused),
            reference=reference,
        )
    if missing and step.decided_by is not Decider.OFFICER:
        yield found(
            "procedure.ruling_missing",
            basis="24(2)",
            step=step.step.value,
            provision=step.provision,
            items=", ".join(missing),
            decided_by=step.decided_by.value,
        )
    if any(one is not None and one.outcome is Outcome.PARTLY for one in rulings.values()):
        yield found("procedure.ruling_partly", basis="24(2)", step=step.step.value, provision=step.provision)


def _order_length(body: Mapping[str, Any], home: AtHome) -> Iterator[Finding]:
    step = home.step(DomesticStep.ORDER)
    start, until = body.get("from"), body.get("until")
    if step is None or step.order is None or not isinstance(start, int):
        return
    if not isinstance(until, int) or until - start > step.order.most_days * DAY:
        yield found(
            "procedure.order_long",
            basis="24(2)",
            step=step.step.value,
            provision=step.provision,
            days=step.order.most_days,
        )


def _before_transmission(items: Sequence[str], home: AtHome) -> Iterator[Finding]:
    service = home.step(DomesticStep.SERVICE)
    unserved = [item for item in items or home.items if home.proceedings.served((item,)) is None]
    if service is not None and unserved:
        yield found(
            "procedure.not_served",
            basis="24(2)",
            step=service.step.value,
            provision=service.provision,
            items=", ".join(unserved),
        )
    for halt in home.halts(items):
        if halt.why == "upheld":
            yield _halt_finding(halt)
        else:
            yield found(
                "procedure.suspended_later",
                basis="24(2)",
                step=halt.step.value,
                who=halt.who.value,
                provision=halt.provision,
                number=halt.number,
            )
    yield from _beside(items, home)
    for answer in home.proceedings.facts(AnswerFact, items):
        if answer.answer in _OBJECTS:
            yield found(
                "procedure.provider_objects",
                basis="24(2)",
                answer=answer.answer.value,
                reference=answer.reference or "-",
            )
        if answer.answer is Answered.USER_TOLD and (home.secret_until or 0) > answer.at:
            yield found("procedure.user_told", basis="40(20)", at=format_instant(Instant(answer.at)))


def _halted(items: Sequence[str], home: AtHome) -> Iterator[Finding]:
    for halt in home.halts(items):
        yield _halt_finding(halt)
    yield from _beside(items, home)


def _beside(items: Sequence[str], home: AtHome) -> Iterator[Finding]:
    """Yield what runs and suspends nothing."""
    for one in home.proceedings.challenges:
        if one.is_running and not one.suspends and meets(one.items, items):
            yield found(
                "procedure.challenged",
                basis="24(2)",
                step=one.step.value,
                who=one.who.value,
                provision=one.provision,
                number=one.number,
            )
    for period in home.proceedings.remedies:
        runs = home.now <= period.reckoned(home.calendar).at and not period.is_used
        if runs and period.terms.suspends is not Suspends.PERIOD and meets(period.items, items):
            yield found(
                "procedure.remedy_runs",
                basis="24(2)",
                step=period.step.value,
                who=period.who.value,
                provision=period.terms.provision,
                until=format_instant(period.reckoned(home.calendar).at),
            )


def _untold(items: Sequence[str], home: AtHome) -> Iterator[Finding]:
    step = home.step(DomesticStep.TRANSMISSION)
    for who in step.told if step is not None else ():
        if step is not None and not _was(ToldFact, DomesticStep.TRANSMISSION, who, items, home):
            yield found(
                "procedure.not_told",
                basis="24(2)",
                step=step.step.value,
                provision=step.provision,
                who=who.value,
            )


def _results(kind: str, body: Mapping[str, Any], home: AtHome) -> Iterator[Finding]:
    """Yield where an act says something else of an item than the provider did."""
    member = "state" if kind == "preservation.effect" else "result"
    for at, row in enumerate(body.get("items", ())):
        answered = home.proceedings.result(str(row.get("id", "")))
        wanted = EFFECTS[answered] if member == "state" and answered else answered
        if wanted and row.get(member) != wanted:
            yield found(
                "procedure.result_differs",
                basis="40(17)",
                field=f"/items/{at}/{member}",
                item=str(row.get("id", "")),
                said=str(row.get(member)),
                answered=wanted,
            )


def _was(
    kind: type[HeardFact] | type[ToldFact],
    step: DomesticStep,
    who: Person,
    items: Sequence[str],
    home: AtHome,
) -> bool:
    return any(one.step is step and one.who is who for one in home.proceedings.facts(kind, items))


def _halt_finding(halt: Halt) -> Finding:
    step, who, provision, number = halt.step.value, halt.who.value, halt.provision, halt.number
    if halt.why == "challenge":
        since = format_instant(halt.since)
        return found(
            "procedure.suspended",
            basis="24(2)",
            step=step,
            who=who,
            provision=provision,
            number=number,
            since=since,
        )
    if halt.until is None:
        return found(
            "procedure.upheld", basis="24(2)", step=step, who=who, provision=provision, number=number
        )
    until = format_instant(halt.until)
    return found("procedure.remedy_open", basis="24(2)", step=step, who=who, provision=provision, until=until)


def found(code: str, *, basis: str, field: str = "", **parameters: str | int) -> Finding:
    """Return a finding with the weight that its code always has.

    Raises:
        KeyError: a code that is not in the list: a bug.
    """
    return Finding(
        code=code,
        severity=PROCEDURE_SEVERITIES[code],
        basis=basis,
        field=field,
        parameters=MappingProxyType(parameters),
    )


def _items(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the items of a skeleton, which names them alone or with what became of them."""
    return tuple(str(one.get("id")) if isinstance(one, dict) else str(one) for one in body.get("items", ()))
