"""The conversation about a request: who owes which answer, until when, and what an answer changes."""

from typing import Any

import pytest

from comity.cases.acts import parse_act
from comity.cases.duties import duties
from comity.cases.errors import NotPermittedError
from comity.cases.fold import fold
from comity.cases.kinds import KINDS
from comity.cases.owed import TARGETS
from comity.cases.permitted import permissions, require_permitted
from comity.cases.state import CaseState, RequestState
from comity.cases.talks import ANSWERS, TALKS
from comity.cases.threads import Thread as Dag
from comity.kernel.clock import DAY, Instant
from tests.builders import T0, Thread, make_pair, request_body
from tests.desks import PARTS, deliver_body
from tests.talking import talk_body


class Case:
    def __init__(self, kind: str = "data.request") -> None:
        self.thread = Thread(make_pair())
        mechanism = {"preservation.request": "42(1)", "information.offer": "40(4)"}.get(kind, "44(1)")
        self.request = self.send("a", kind, request_body(mechanism, items=("1", "2")))

    def send(self, who: str, kind: str, body: dict[str, Any], **more: Any) -> str:
        parts = dict.fromkeys(PARTS.get(kind, ()), b"{}")
        return self.thread.act(who, kind, body, parts=parts, **more).act.id

    def say(self, who: str, kind: str, **more: Any) -> str:
        """Send an act of the conversation that fits, if it is permitted."""
        me = self.thread.pair.side(who).address
        body = talk_body(kind, self.state, me=me, request=self.request, now=self.thread.at) | more
        draft, _ = self.thread.draft(who, kind, body, parts=dict.fromkeys(PARTS.get(kind, ()), b"{}"))
        acts = [signed.act for signed in self.thread.acts]
        require_permitted(parse_act(draft.envelope()), fold(acts), Dag(acts), now=Instant(T0))
        return self.send(who, kind, body)

    def refuse(self, who: str, kind: str, **more: Any) -> str:
        with pytest.raises(NotPermittedError) as caught:
            self.say(who, kind, **more)
        return caught.value.code

    @property
    def state(self) -> CaseState:
        return fold(signed.act for signed in self.thread.acts)

    @property
    def found(self) -> RequestState:
        return self.state.requests[0]

    def about(self, *items: str, **more: Any) -> dict[str, Any]:
        return {"request": self.request, "items": list(items or ("1", "2"))} | more

    def owed(self) -> dict[str, str]:
        """Return every duty with the letter of who owes it."""
        ends = {"XAA/contact-point": "a", "XAB/contact-point": "b"}
        return {d.code: ends[d.who.authority] for d in duties(self.state, now=Instant(T0))}

    def deliver(self, *items: str, **more: Any) -> str:
        self.send("b", "request.accept", self.about())
        decision = self.send("b", "transmission.decide", self.about())
        return self.send(
            "b", "evidence.deliver", deliver_body(self.request, decision, items=items or ("1", "2")) | more
        )

    def allowed(self, who: str) -> set[str]:
        side = self.thread.pair.side(who).address
        return {p.kind for p in permissions(self.state, side, now=Instant(T0)) if p.is_allowed}


@pytest.mark.parametrize(
    ("who", "asks", "code", "owner", "answer"),
    [
        ("b", "conditions.offer", "duty.answer_conditions", "a", "conditions.accept"),
        ("b", "conditions.offer", "duty.answer_conditions", "a", "conditions.decline"),
        ("b", "assurance.ask", "duty.answer_assurance", "a", "assurance.give"),
        ("b", "assurance.ask", "duty.answer_assurance", "a", "assurance.decline"),
        ("a", "status.ask", "duty.tell_status", "b", "status.tell"),
        ("b", "costs.propose", "duty.answer_costs", "a", "costs.agree"),
        ("b", "costs.propose", "duty.answer_costs", "a", "costs.decline"),
        ("b", "execution.warn", "duty.decide_warning", "a", "execution.proceed"),
        ("a", "breach.notify", "duty.answer_breach", "a", "breach.answer"),
    ],
)
def test_what_is_asked_is_owed_until_its_owner_answers(
    who: str, asks: str, code: str, owner: str, answer: str
) -> None:
    case = Case()
    assert answer == "assurance.give" or answer == "status.tell" or answer not in case.allowed(owner)
    asked = case.say(who, asks)
    assert case.owed()[code] == owner
    assert answer in case.allowed(owner)
    wrong = "b" if owner == "a" else "a"
    assert case.refuse(wrong, answer) in ("permitted.other_side", "permitted.not_asked")
    answered = case.say(owner, answer)
    assert code not in case.owed()
    talk = next(one for one in case.found.talks if one.act == asked)
    assert (talk.kind, talk.answer, talk.answered_by) == (asks, answered, answer)


def test_every_duty_of_a_talk_has_an_owner_a_time_and_its_arithmetic() -> None:
    case = Case()
    for who, kind in (("a", "status.ask"), ("b", "costs.propose"), ("b", "conditions.offer")):
        case.say(who, kind)
    case.send("a", "case.consult", {"request": case.request, "about": "costs"})
    found = {d.code: d for d in duties(case.state, now=Instant(T0))}
    status = found["duty.tell_status"]
    asked = case.found.open_talks("status.ask")[0]
    assert status.due == asked.asked_at + TARGETS.settle and status.basis == "40(26)"
    assert status.steps[0].code == "talked"
    assert found["duty.answer_consultation"].due == case.thread.acts[-1].act.at + TARGETS.clarify
    assert {"duty.answer_costs", "duty.answer_conditions"} <= set(found)


def test_a_withdrawal_ends_the_talk_but_not_what_lasts() -> None:
    case = Case()
    case.say("b", "costs.propose", items=["1", "2"])
    breach = case.say("a", "breach.notify", at_author=False)
    case.send("a", "request.withdraw", case.about(why="no_longer_needed"))
    assert {d for d in case.owed() if d.startswith("duty.answer")} == {"duty.answer_breach"}
    costs = next(one for one in case.found.talks if one.kind == "costs.propose")
    assert costs.answered_by == "request.withdraw"
    assert [one.act for one in case.found.open_talks()] == [breach]


def test_nothing_is_executed_while_the_other_side_decides_about_a_warning() -> None:
    case = Case()
    case.send("b", "request.accept", case.about())
    case.say("b", "execution.warn", items=["1"])
    found = {p.kind: p for p in permissions(case.state, case.thread.pair.b.address, now=Instant(T0))}
    assert found["order.record"].items == ("2",)
    case.say("b", "execution.warn", items=["2"])
    assert "order.record" not in case.allowed("b")
    with pytest.raises(NotPermittedError) as caught:
        draft, _ = case.thread.draft("b", "transmission.decide", case.about("1"), parts={"decision": b"{}"})
        acts = [signed.act for signed in case.thread.acts]
        require_permitted(parse_act(draft.envelope()), case.state, Dag(acts), now=Instant(T0))
    assert caught.value.code == "permitted.warned"
    case.say("a", "execution.proceed")
    case.say("a", "execution.proceed")
    assert "order.record" in case.allowed("b")


def test_a_warning_under_preservation_rests_on_its_own_paragraph() -> None:
    case = Case("preservation.request")
    case.say("b", "execution.warn")
    (duty,) = [d for d in duties(case.state, now=Instant(T0)) if d.code == "duty.decide_warning"]
    assert duty.basis == "42(7)"


def test_a_delivery_names_the_conditions_that_were_accepted() -> None:
    case = Case()
    offer = case.say("b", "conditions.offer", items=["1"])
    case.say("a", "conditions.accept")
    case.send("b", "request.accept", case.about())
    decision = case.send("b", "transmission.decide", case.about())
    bare = deliver_body(case.request, decision)
    acts = [signed.act for signed in case.thread.acts]

    def fault(body: dict[str, Any]) -> str:
        draft, _ = case.thread.draft("b", "evidence.deliver", body, parts={"limits": b"{}"})
        try:
            require_permitted(parse_act(draft.envelope()), case.state, Dag(acts), now=Instant(T0))
        except NotPermittedError as exc:
            return exc.code
        return ""

    assert fault(bare) == "permitted.conditions_missing"
    assert fault(bare | {"conditions": [offer]}) == ""
    assert fault(deliver_body(case.request, decision, items=("2",))) == ""


def test_who_declines_and_accepts_in_a_fork_has_declined() -> None:
    case = Case()
    case.say("b", "conditions.offer")
    offer = case.found.talks[0].act
    last = case.thread.last["a"]
    body = {"request": case.request, "offer": offer}
    case.send("a", "conditions.accept", body)
    case.thread.last["a"] = last
    case.thread.knows["a"].discard(case.thread.acts[-1].act.id)
    case.send("a", "conditions.decline", body)
    assert case.state.forks
    assert case.found.talks[0].answered_by == "conditions.decline"


def test_each_receipt_of_evidence_is_weighed_by_name_and_a_yes_asks_for_a_notice() -> None:
    case = Case()
    delivery = case.deliver()
    assert case.owed()["duty.weigh"] == "a"
    assert case.refuse("b", "exculpation.answer") == "permitted.other_side"
    case.say("a", "exculpation.answer", points_away="unclear")
    assert case.owed()["duty.weigh"] == "a"
    case.say("a", "exculpation.answer", points_away="yes")
    owed = case.owed()
    assert "duty.weigh" not in owed and owed["duty.notify_exculpation"] == "a"
    assert case.found.unnotified[0][0] == delivery
    case.say("a", "exculpation.notify")
    assert "duty.notify_exculpation" not in case.owed()


def test_offered_information_is_weighed_by_who_receives_it() -> None:
    case = Case("information.offer")
    case.send("b", "request.accept", case.about())
    case.send("a", "information.send", case.about())
    assert case.owed()["duty.weigh"] == "b"
    case.say("b", "exculpation.answer", points_away="yes")
    assert case.owed()["duty.notify_exculpation"] == "b"
    case.say("b", "consent.ask")
    assert case.owed()["duty.answer_consent"] == "a"  # who offers gives


def test_consent_is_asked_about_what_came_and_lasts_after_the_case_was_closed() -> None:
    case = Case()
    assert case.refuse("a", "consent.ask") == "permitted.nothing_received"
    case.deliver()
    case.send("a", "case.close", {"outcome": "done"})
    case.say("a", "consent.ask", items=["1", "2"], use="onward")
    case.say("b", "consent.give", until=T0 + 9 * DAY)
    talk = next(one for one in case.found.talks if one.kind == "consent.ask")
    assert (talk.answered_by, talk.until, talk.codes) == ("consent.give", T0 + 9 * DAY, ("onward",))


def test_what_is_to_be_undone_is_owed_until_its_owner_says_it_was() -> None:
    case = Case()
    delivery = case.deliver()
    case.send("b", "act.recall", {"act": delivery})
    assert case.owed()["duty.return"] == "a"
    assert case.refuse("b", "recall.answer", execution=delivery) == "permitted.not_asked"
    case.say("a", "recall.answer", result="kept")
    assert case.owed()["duty.return"] == "a"
    done = case.say("a", "recall.answer", result="destroyed")
    assert "duty.return" not in case.owed()
    assert [one.answer for one in case.state.undoings] == [done]


def test_a_correction_is_applied_by_who_got_the_data() -> None:
    case = Case()
    assert case.refuse("b", "data.correct") == "permitted.nothing_received"
    case.deliver()
    case.say("b", "data.correct")
    assert case.owed()["duty.apply_correction"] == "a"
    case.say("a", "correction.answer")
    assert "duty.apply_correction" not in case.owed()


def test_a_draft_is_talked_about_and_never_owes_more_than_an_answer() -> None:
    thread = Thread(make_pair())
    body = {"draft": {"mechanism": "44(1)", "instrument": "uncc"}}
    draft = thread.act("a", "consultation.draft", body, parts={"form": b"{}"}).act.id
    state = fold(signed.act for signed in thread.acts)
    assert state.requests == () and [one.mechanism for one in state.consultations] == ["44(1)"]
    (duty,) = duties(state, now=Instant(T0))
    assert (duty.code, duty.who.authority, duty.basis) == (
        "duty.answer_draft",
        "XAB/contact-point",
        "41(3)(a)",
    )
    later = Instant(T0 + 4000 * DAY)
    assert {d.code for d in duties(state, now=later)} == {"duty.answer_draft"}
    thread.act("b", "draft.answer", {"consultation": draft, "fields": ["/facts"]}, parts={"answer": b"{}"})
    state = fold(signed.act for signed in thread.acts)
    assert duties(state, now=later) == () and state.consultations[0].answer is not None


def test_every_item_has_its_account() -> None:
    case = Case()
    case.send("b", "request.accept", case.about())
    order = case.send("b", "order.record", case.about("1", **{"from": T0, "until": None}))
    decision = case.send("b", "transmission.decide", case.about("1"))
    delivery = case.send("b", "evidence.deliver", deliver_body(case.request, decision, result="partly"))
    refusal = case.send("b", "request.refuse", case.about("2", ground="R-40.21b", consulted=None))
    first, second = case.found.accounts
    assert (first.state.value, first.act, first.order, first.delivery) == (
        "partly",
        delivery,
        order,
        delivery,
    )
    assert (second.state.value, second.act, second.ground) == ("refused", refusal, "R-40.21b")
    case.send("b", "request.forward", case.about("2") | {"authority": "XAB/court"})
    assert case.found.accounts[1].forwarded_to == "XAB/court"


def test_a_request_is_forwarded_inside_its_own_state_only() -> None:
    case = Case()
    draft, _ = case.thread.draft("b", "request.forward", case.about() | {"authority": "XAA/court"})
    acts = [signed.act for signed in case.thread.acts]
    with pytest.raises(NotPermittedError, match="may not be sent") as caught:
        require_permitted(parse_act(draft.envelope()), case.state, Dag(acts), now=Instant(T0))
    assert caught.value.code == "permitted.other_party"


def test_every_row_of_the_talks_is_of_known_kinds_with_members_that_exist() -> None:
    for row in TALKS.values():
        assert row.opens in KINDS
        for answer in row.answers:
            assert row.names in KINDS[answer].body.__struct_fields__
            assert row.opens in ANSWERS[answer]
