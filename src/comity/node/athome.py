"""What is known at home of a request when a step is judged, and the times that follow from it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from comity.cases.attested import told
from comity.cases.desk import HeldCase
from comity.cases.facts import DomesticStep, Line, Outcome
from comity.cases.kinds import RequestBody, parse_body
from comity.cases.ports import RequestMatter
from comity.cases.procedure import Proceedings, case_lines, proceedings_of
from comity.cases.reckoning import Period
from comity.cases.state import ItemState, RequestState
from comity.cases.terms import CHALLENGE, REMEDY, HomeTerm
from comity.cases.wire import parse_signed_act
from comity.kernel.clock import Instant, to_date
from comity.kernel.ids import AuthorityId, party_of
from comity.node.assetbooks import claimed_in
from comity.node.ports import Transaction
from comity.node.sheets import sheet_of
from comity.node.workplace import Workplace
from comity.requests.kinds import kind_of_mechanism
from comity.requests.procedure import AtHome
from comity.requests.sheets import Limit

_OPEN_IN = {
    DomesticStep.TAKE_ON: (ItemState.ASKED,),
    DomesticStep.ORDER: (ItemState.ACCEPTED,),
    DomesticStep.SERVICE: (ItemState.ORDERED,),
    DomesticStep.TRANSMISSION: (ItemState.ACCEPTED, ItemState.ORDERED),
}
"""In which states of its items a step is still to be taken."""

_ACTS = {"accepted": "request.accept", "ordered": "order.record", "decided": "transmission.decide"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Reads what is known at home of the requests that an office received, in one transaction."""

    place: Workplace = field(repr=False)
    tx: Transaction = field(repr=False)
    authority: AuthorityId

    def of(self, request: RequestMatter) -> AtHome | None:
        """Return what is known at home of a request; None on the side that asks."""
        record = self.tx.acts.get(self.authority, request.act_id)
        act = told(parse_signed_act(record.signed).act).act if record is not None else None
        if record is None or act is None or act.to.authority != self.authority:
            return None
        body = parse_body(act)
        if not isinstance(body, RequestBody):
            return None
        asked, party, now = body.request, party_of(self.authority), self.place.clock.now()
        kind = kind_of_mechanism(asked.mechanism)
        until = asked.confidential_until
        return AtHome(
            kind="" if kind is None else kind.code,
            sheet=sheet_of(self.tx, party, on=to_date(now)),
            proceedings=proceedings_of(case_lines(self.tx, self.authority, record.case), str(request.act_id)),
            items=asked.items,
            now=now,
            calendar=self.place.calendars.of(party),
            secret_until=None if until is None else Instant(until),
            hearings={str(act): answered for act, answered in request.hearings.items()},
            claims=claimed_in(self.tx, self.authority, str(request.act_id)),
        )


def home_terms(tx: Transaction, authority: AuthorityId, held: HeldCase) -> Iterator[HomeTerm]:
    """Yield the times at home of a case: nothing on the side that asks.

    Basis: 24(2), 40(17)
    """
    received = [one for one in held.state.requests if one.to.authority == authority]
    lines: tuple[Line, ...] = (
        case_lines(tx, authority, held.state.case) if received and held.state.case else ()
    )
    for request in received:
        found = proceedings_of(lines, request.id)
        yield from _steps(tx, held, request, found)
        for period in found.remedies:
            if not period.is_used:
                yield HomeTerm(
                    request=request.id,
                    code=REMEDY,
                    fact=f"domestic_{period.fact}",
                    at=period.started,
                    period=Period(count=period.terms.count, unit=period.terms.unit),
                    provision=period.terms.provision,
                    items=period.items,
                    ends=True,
                )
        for challenge in found.challenges:
            if challenge.is_running:
                yield HomeTerm(
                    request=request.id,
                    code=CHALLENGE,
                    fact="domestic_challenged",
                    at=challenge.lodged_at,
                    period=None,
                    provision=challenge.provision,
                    items=challenge.items,
                )


def _steps(tx: Transaction, held: HeldCase, request: RequestState, found: Proceedings) -> Iterator[HomeTerm]:
    kind = kind_of_mechanism(request.mechanism)
    day = to_date(request.received_at or request.asked_at)
    kept = sheet_of(tx, party_of(request.to.authority), on=day)
    measure = kept.sheet.measure(kind.code) if kept is not None and kind is not None else None
    for step in measure.steps if measure is not None else ():
        waiting = tuple(
            item
            for item in request.item_ids(*_OPEN_IN[step.step])
            if step.step is not DomesticStep.SERVICE or found.served((item,)) is None
        )
        at = _since(step.limit, held, request, found) if step.limit is not None and waiting else None
        if step.limit is not None and at is not None:
            yield HomeTerm(
                request=request.id,
                code=f"home_{step.step.value}",
                fact="received" if step.limit.since == "received" else f"domestic_{step.limit.since}",
                at=at,
                period=Period(count=step.limit.count, unit=step.limit.unit),
                provision=step.provision,
                items=waiting,
                basis="40(17)",
            )


def _since(limit: Limit, held: HeldCase, request: RequestState, found: Proceedings) -> Instant | None:
    """Return when the fact was that a limit counts from; None before it was."""
    if limit.since == "received":
        return request.received_at
    if limit.since == "served":
        served = found.served()
        return None if served is None else Instant(served.at)
    if limit.since == "ruled":
        ruling = found.ruling(DomesticStep.ORDER)
        granted = ruling is not None and ruling.outcome is not Outcome.REFUSED
        return Instant(ruling.at) if ruling is not None and granted else None
    wanted = _ACTS[limit.since]
    of_kind = [
        act.at for act in held.thread.order if act.kind == wanted and act.body.get("request") == request.id
    ]
    return of_kind[-1] if of_kind else None
