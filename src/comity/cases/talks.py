"""Who owes which answer: what one side asked or told about a request, and what answered it.

A row says which kinds answer an act, which member of their skeleton names it, and on which side its owner is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import msgspec

from comity.cases import conversation
from comity.cases.ports import Address
from comity.cases.rulings import Rulings, Step
from comity.cases.skeletons import Sender
from comity.cases.state import Undoing
from comity.cases.talking import Consultation, Talk
from comity.cases.teamacts import SHARE
from comity.cases.threads import Thread
from comity.kernel.clock import Instant
from comity.kernel.ids import ActId

RECEIVED = ("evidence.deliver", "evidence.hand", "information.send", SHARE)
"""Acts by which evidence or information comes; each is asked whether any of it points away from guilt."""

WARN, BREACH = "execution.warn", "breach.notify"
WEIGH = "duty.weigh"


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkRow:
    """How one kind of act is answered.

    Attributes:
        opens: The kind that waits for an answer.
        answers: The kinds that answer it; where a fork leaves several, the more cautious one stands first.
        names: The member of their skeleton that names it.
        duty: Code of the duty to answer.
        basis: The paragraph of the duty.
        swift: Whether the shorter target of the house holds.
        lasts: Whether it waits even when the request is settled or closed.
    """

    opens: str
    answers: tuple[str, ...]
    names: str
    duty: str
    basis: str
    swift: bool = False
    lasts: bool = False


def _row(opens: str, answers: str, names: str, duty: str, basis: str, **how: bool) -> TalkRow:
    return TalkRow(opens=opens, answers=tuple(answers.split()), names=names, duty=duty, basis=basis, **how)


_ROWS = (
    _row("case.consult", "consult.answer", "consult", "duty.answer_consultation", "40(28)"),
    _row(
        "conditions.offer",
        "conditions.decline conditions.accept",
        "offer",
        "duty.answer_conditions",
        "40(28)",
    ),
    _row("consent.ask", "consent.decline consent.give", "ask", "duty.answer_consent", "40(19)", lasts=True),
    _row("assurance.ask", "assurance.decline assurance.give", "ask", "duty.answer_assurance", "40(28)"),
    _row("status.ask", "status.tell", "ask", "duty.tell_status", "40(26)", swift=True),
    _row("costs.propose", "costs.decline costs.agree", "proposal", "duty.answer_costs", "40(30)"),
    _row(WARN, "execution.proceed", "warning", "duty.decide_warning", "40(20)", swift=True),
    _row("data.correct", "correction.answer", "correction", "duty.apply_correction", "36(2)", lasts=True),
    _row("team.agree", "team.decline team.sign", "team", "duty.sign_team", "48"),
    _row(BREACH, "breach.answer", "breach", "duty.answer_breach", "36(2)", swift=True, lasts=True),
    *(_row(kind, "exculpation.answer", "received", WEIGH, "40(19)", lasts=True) for kind in RECEIVED),
)
TALKS: Mapping[str, TalkRow] = MappingProxyType({row.opens: row for row in _ROWS})
"""Every kind that waits for an answer."""

ANSWERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        answer: tuple(row.opens for row in _ROWS if answer in row.answers)
        for answer in sorted({answer for row in _ROWS for answer in row.answers})
    }
)
"""For every kind that answers, the kinds that it answers."""

UNASKED = frozenset({"assurance.give", "status.tell"})
"""Answers that may be given before anybody asks."""

_WEIGHED = frozenset({"yes", "no"})


def sides(sender: Sender, *, by: Address, to: Address, offered: bool) -> tuple[Address, ...]:
    """Return who may send a kind about a request.

    Args:
        sender: Of the row of the kind.
        by: Who asked, or offered.
        to: The other side.
        offered: Whether something is offered, not asked: then who wrote first gives.
    """
    giving, taking = (by, to) if offered else (to, by)
    found = {
        Sender.REQUESTING: (by,),
        Sender.REQUESTED: (to,),
        Sender.GIVING: (giving,),
        Sender.TAKING: (taking,),
    }
    return found.get(sender, (by, to))


def talks(thread: Thread, rulings: Rulings) -> tuple[Talk, ...]:
    """Return what the two sides asked and told each other about one request, by time and id.

    An answer counts that descends from what it names and comes from its owner. What was recalled asks
    nothing.
    """
    answering = tuple(rulings.of_kind(*ANSWERS))
    withdrawn = {item: step for step in rulings.of_kind("request.withdraw") for item in step.items}
    found = []
    for step in rulings.steps:
        row = TALKS.get(step.kind)
        if row is None or rulings.is_recalled(step.id):
            continue
        if _is_about_items(step) and not any(rulings.stands(step, item) for item in step.items):
            continue
        owner = _owner(step)
        given = [one for one in answering if _is_answer(thread, row, step, one, owner)]
        away = () if row.lasts else [withdrawn[item] for item in sorted(step.items) if item in withdrawn]
        found.append(_talk(step, owner, _last(thread, row, given), away=away))
    return tuple(sorted(found, key=lambda talk: (talk.asked_at, talk.act)))


def _is_about_items(step: Step) -> bool:
    """Tell whether an act gives something for items; what is shared in a team is not told by items."""
    return step.kind in RECEIVED and step.kind != SHARE


def _owner(step: Step) -> Address:
    """Return who owes the answer: the other side, except for a breach at the author's own."""
    if isinstance(step.body, conversation.BreachBody) and step.body.at_author:
        return step.act.sender
    return step.act.to


def _is_answer(thread: Thread, row: TalkRow, asked: Step, given: Step, owner: Address) -> bool:
    if given.kind not in row.answers or given.act.sender != owner:
        return False
    if isinstance(given.body, conversation.WeighBody) and given.body.points_away not in _WEIGHED:
        return False
    return getattr(given.body, row.names, None) == asked.id and thread.descends(given.id, asked.id)


def _talk(step: Step, owner: Address, last: Step | None, *, away: Sequence[Step]) -> Talk:
    """Return what was asked, and its answer: given, or that all of it was withdrawn."""
    kind, answer, until = ("", None, None) if last is None else (last.kind, last.id, _until(last))
    if last is None and away and len(away) == len(step.items):
        kind, answer = away[0].kind, away[0].id
    return Talk(
        act=step.id,
        kind=step.kind,
        by=step.act.sender,
        owner=owner,
        items=tuple(sorted(step.items)),
        codes=_codes(step.body),
        asked_at=step.act.at,
        answer=answer,
        answered_by=kind,
        until=until,
    )


def _last(thread: Thread, row: TalkRow, given: Sequence[Step]) -> Step | None:
    """Return the answer that no other of them had seen; of several, the more cautious one."""
    ends = [one for one in given if not any(thread.descends(other.id, one.id) for other in given)]
    return min(ends, key=lambda one: (row.answers.index(one.kind), one.id), default=None)


def _until(step: Step) -> Instant | None:
    if isinstance(step.body, conversation.ConsentGiveBody) and step.body.until is not None:
        return Instant(step.body.until)
    return None


def _codes(body: msgspec.Struct) -> tuple[str, ...]:
    for name in ("conditions", "assurances"):
        if isinstance(codes := getattr(body, name, None), tuple) and codes and len(codes[0]) < 64:
            return codes
    found = (getattr(body, name, None) for name in ("use", "risk", "what", "about", "bears"))
    return tuple(code for code in found if isinstance(code, str))


def unnotified(rulings: Rulings) -> tuple[tuple[ActId, Instant], ...]:
    """Return what was received and points away from guilt, without a notice yet, and when that was said.

    Who gave something answers for nothing that the other side received.

    Basis: 40(19)
    """
    by = {step.id: step.act.sender for step in rulings.steps}
    told = {s.body.received for s in rulings.steps if isinstance(s.body, conversation.ExculpationBody)}
    found: dict[ActId, Instant] = {}
    for step in rulings.of_kind("exculpation.answer"):
        body = step.body
        if (
            isinstance(body, conversation.WeighBody)
            and body.points_away == "yes"
            and body.received not in told
            and by.get(ActId(body.received)) != step.act.sender
        ):
            name = ActId(body.received)
            found[name] = min(step.act.at, found.get(name, step.act.at))
    return tuple(sorted(found.items()))


def undone(thread: Thread, rulings: Rulings, found: Iterable[Undoing]) -> tuple[Undoing, ...]:
    """Return what is to be undone, each with the act of its owner that says it was done.

    Basis: 40(26)
    """
    said = [
        (step, step.body)
        for step in rulings.of_kind("recall.answer")
        if isinstance(step.body, conversation.UndoneBody) and step.body.result != "kept"
    ]
    made = []
    for undoing in found:
        answers = [
            step.id
            for step, body in said
            if body.execution == undoing.execution
            and step.act.sender == undoing.owner
            and thread.descends(step.id, undoing.cause)
        ]
        made.append(replace(undoing, answer=min(answers, default=None)))
    return tuple(made)


def consultations(
    thread: Thread, steps: Iterable[Step], recalls: Mapping[str, ActId]
) -> tuple[Consultation, ...]:
    """Return the drafts that the sides talk about, by time and id.

    Basis: 41(3)(a)
    """
    standing = [step for step in steps if step.id not in recalls]
    answers = [(s, s.body) for s in standing if isinstance(s.body, conversation.DraftAnswerBody)]
    found = []
    for step in standing:
        if not isinstance(step.body, conversation.DraftBody):
            continue
        given = [
            answer.id
            for answer, body in answers
            if body.consultation == step.id
            and answer.act.sender == step.act.to
            and thread.descends(answer.id, step.id)
        ]
        found.append(
            Consultation(
                act=step.id,
                by=step.act.sender,
                to=step.act.to,
                mechanism=step.body.draft.mechanism,
                asked_at=step.act.at,
                answer=min(given, default=None),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.asked_at, one.act)))
