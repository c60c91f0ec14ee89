"""What is owed in a conversation: answers, notices, confirmation in writing, letters that have to leave."""

from collections.abc import Iterator

from comity.cases.attested import VOICE
from comity.cases.kinds import OFFER
from comity.cases.owed import Duty, House, owed
from comity.cases.ports import Address
from comity.cases.state import CaseState, RequestState
from comity.cases.talking import STANDING
from comity.cases.talks import TALKS, WARN
from comity.kernel.clock import DAY, Instant
from comity.kernel.ids import ActId


def conversing(state: CaseState, request: RequestState, house: House) -> Iterator[Duty]:
    """Yield what is owed in the conversation about one request.

    What asks for a decision is over once the request is; what concerns evidence that is held lasts.

    Basis: 40(19), 40(20), 40(26), 40(28), 36(2)
    """
    over = state.closed or request.closed or request.is_final
    for talk in request.open_talks():
        row = TALKS[talk.kind]
        if over and not row.lasts:
            continue
        span = house.targets.settle if row.swift else house.targets.clarify
        warned = talk.kind == WARN and request.kind == "preservation.request"
        yield owed(
            row.duty,
            request,
            talk.owner,
            house.target("talked", talk.asked_at, span, who=talk.owner),
            before=span // 2,
            basis="42(7)" if warned else row.basis,
            act=talk.act,
            items=talk.items,
            is_target=True,
        )
    takers = {talk.act: talk.owner for talk in request.talks}
    for act, said_at in request.unnotified:
        who = takers.get(act, request.to if request.kind == OFFER else request.by)
        span = house.targets.settle
        yield owed(
            "duty.notify_exculpation",
            request,
            who,
            house.target("weighed", said_at, span, who=who),
            before=span,
            basis="40(19)",
            act=act,
            is_target=True,
        )


def beside(state: CaseState, house: House) -> Iterator[Duty]:
    """Yield what is owed beside any request: answers to drafts, confirmations, letters.

    Basis: 40(12), 40(13), 41(3)(a)
    """
    if not state.closed:
        for draft in state.consultations:
            if draft.answer is None:
                span = house.targets.clarify
                yield _duty(
                    "duty.answer_draft",
                    draft.act,
                    draft.to,
                    at=draft.asked_at,
                    span=span,
                    basis="41(3)(a)",
                    house=house,
                )
    for one in state.attested:
        if one.channel == VOICE and one.status == STANDING and one.confirms is None:
            span = house.targets.settle
            yield _duty(
                "duty.obtain_confirmation", one.act, one.by, at=one.at, span=span, basis="40(13)", house=house
            )
    for act in state.unconveyed:
        span = house.targets.transmit * DAY
        yield _duty("duty.convey", act.act, act.by, at=act.at, span=span, basis="40(12)", house=house)


def _duty(code: str, act: ActId, who: Address, *, at: Instant, span: int, basis: str, house: House) -> Duty:
    reckoned = house.target(_FACTS[code], at, span, who=who)
    return Duty(
        code=code,
        who=who,
        request=None,
        act=act,
        items=(),
        due=reckoned.at,
        alarm_from=Instant(max(0, reckoned.at - span // 2)),
        is_target=True,
        basis=basis,
        steps=reckoned.steps,
    )


_FACTS = {
    "duty.answer_draft": "talked",
    "duty.obtain_confirmation": "attested",
    "duty.convey": "issued",
}
