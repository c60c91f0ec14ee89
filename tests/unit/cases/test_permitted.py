from typing import Any

import pytest

from comity.cases import crossing
from comity.cases.acts import parse_act
from comity.cases.crossing import Outcome
from comity.cases.errors import FrozenError, NotPermittedError
from comity.cases.fold import fold
from comity.cases.kinds import KINDS, REQUEST_KINDS
from comity.cases.permitted import permissions, require_permitted
from comity.cases.threads import Thread as Dag
from comity.kernel.clock import DAY, Instant
from comity.kernel.errors import ConflictError
from tests.builders import T0, Thread, make_pair, request_body
from tests.desks import PARTS, deliver_body


class Case:
    def __init__(self, kind: str = "data.request") -> None:
        self.thread = Thread(make_pair())
        mechanism = "42(1)" if kind == "preservation.request" else "44(1)"
        self.request = self.send("a", kind, request_body(mechanism, items=("1", "2")))

    def send(self, who: str, kind: str, body: dict[str, Any], **more: Any) -> str:
        parts = dict.fromkeys(PARTS.get(kind, ()), b"{}")
        return self.thread.act(who, kind, body, parts=parts, **more).act.id

    def about(self, *items: str, **more: Any) -> dict[str, Any]:
        return {"request": self.request, "items": list(items or ("1", "2"))} | more

    def effect(self) -> None:
        items = [{"id": "1", "state": "held"}, {"id": "2", "state": "held"}]
        self.send(
            "b", "preservation.effect", {"request": self.request, "items": items, "t0": T0, "expires": T0}
        )

    def why(self, who: str, now: int = T0) -> dict[str, str]:
        state = fold(signed.act for signed in self.thread.acts)
        side = self.thread.pair.side(who).address
        found = permissions(state, side, now=Instant(now))
        return {p.kind: p.why_not for p in found if p.request in (None, self.request)}

    def allowed(self, who: str, now: int = T0) -> set[str]:
        return {kind for kind, why in self.why(who, now).items() if not why}

    def refuse(self, who: str, kind: str, body: dict[str, Any], **more: Any) -> str:
        draft, _ = self.thread.draft(who, kind, body, parts=dict.fromkeys(PARTS.get(kind, ()), b"{}"), **more)
        acts = [signed.act for signed in self.thread.acts]
        with pytest.raises(ConflictError) as caught:
            require_permitted(parse_act(draft.envelope()), fold(acts), Dag(acts), now=T0)
        assert isinstance(caught.value, (NotPermittedError, FrozenError))
        return caught.value.code


OPENING = set(REQUEST_KINDS) | {"consultation.draft"}
BESIDE = OPENING | {"act.attest", "breach.notify"}


def test_what_each_side_may_do_with_a_fresh_request() -> None:
    case = Case()
    asking = {"request.withdraw", "case.consult", "status.ask", "assurance.give"}
    assert case.allowed("a") == BESIDE | asking
    assert case.allowed("b") == BESIDE | {
        "conditions.offer",
        "assurance.ask",
        "status.tell",
        "costs.propose",
        "execution.warn",
        "request.accept",
        "request.refuse",
        "request.postpone",
        "request.forward",
        "request.clarify",
        "case.consult",
        "original.confirm",
    }


def test_a_preservation_is_never_postponed_and_nothing_is_delivered_under_it() -> None:
    why = Case("preservation.request").why("b")
    assert {why[kind] for kind in ("request.postpone", "transmission.decide", "evidence.deliver")} == {
        "permitted.mechanism"
    }
    assert "permitted.mechanism" in Case().why("b")["preservation.effect"]


def test_what_is_offered_is_sent_once_its_terms_are_accepted() -> None:
    case = Case("information.offer")
    assert {"request.accept", "request.refuse"} <= case.allowed("b")
    assert {case.why("b")[kind] for kind in ("order.record", "evidence.deliver", "execution.report")} == {
        "permitted.mechanism"
    }
    assert case.refuse("a", "information.send", case.about("1")) == "permitted.no_item_ready"
    case.send("b", "request.accept", case.about("1"))
    assert case.refuse("a", "information.send", case.about("1", "2")) == "permitted.item_state"
    case.send("a", "information.send", case.about("1"))
    (request,) = fold(signed.act for signed in case.thread.acts).requests
    assert {item.id: item.state.value for item in request.items}["1"] == "executed"


def test_assistance_ends_item_by_item_by_a_report_or_another_authority() -> None:
    case = Case("assistance.request")
    case.send("b", "request.accept", case.about())
    report = {"request": case.request, "items": [{"id": "1", "result": "partly"}]}
    case.send("b", "execution.report", report)
    case.send("b", "request.forward", case.about("2") | {"authority": "XAB/bailiff"})
    (request,) = fold(signed.act for signed in case.thread.acts).requests
    assert {item.id: item.state.value for item in request.items} == {"1": "partly", "2": "forwarded"}
    assert request.is_final
    assert "execution.report" in case.allowed("b")  # what was done in part may be completed
    assert case.why("a")["information.send"] == "permitted.mechanism"


def test_order_decision_and_delivery_follow_one_another() -> None:
    case = Case()
    case.send("b", "request.accept", case.about("1"))
    assert {"order.record", "transmission.decide"} <= case.allowed("b")
    assert case.refuse("b", "transmission.decide", case.about("1", "2")) == "permitted.item_state"
    assert "evidence.deliver" not in case.allowed("b")
    decision = case.send("b", "transmission.decide", case.about("1"))
    assert "evidence.deliver" in case.allowed("b")
    undecided = deliver_body(case.request, "1" * 64)
    assert case.refuse("b", "evidence.deliver", undecided) == "permitted.not_decided"
    wrong = deliver_body(case.request, decision, items=("2",))
    assert case.refuse("b", "evidence.deliver", wrong) == "permitted.item_state"
    case.send("b", "evidence.deliver", deliver_body(case.request, decision))
    assert case.why("b")["case.close"] == "permitted.still_open"
    case.send("b", "request.refuse", case.about("2", ground="R-40.21b", consulted=None))
    assert {"case.close", "request.withdraw"} <= case.allowed("a")
    case.send("a", "case.close", {"outcome": "done"})
    assert case.allowed("b") == {"case.consult", "act.attest", "breach.notify", "data.correct"}
    assert case.refuse("b", "request.clarify", {"request": case.request, "fields": []}) == "permitted.closed"
    assert case.refuse("a", "data.request", request_body("44(1)")) == "permitted.closed"


def test_a_running_preservation_is_extended_or_released_and_then_the_case_may_close() -> None:
    case = Case("preservation.request")
    assert case.why("b")["preservation.release"] == "permitted.not_preserved"
    case.send("b", "request.accept", case.about())
    case.effect()
    assert "preservation.extend" in case.allowed("a") & case.allowed("b")
    assert case.why("a", T0 + 61 * DAY)["preservation.extend"] == "permitted.not_preserved"
    assert "preservation.release" in case.allowed("b", T0 + 61 * DAY)
    assert case.why("a")["case.close"] == "permitted.still_open"
    (held,) = fold(signed.act for signed in case.thread.acts).requests
    assert held.preservation.kept_until == held.preservation.expires is not None
    case.send("b", "preservation.release", {"request": case.request})
    assert "case.close" in case.allowed("a")
    (released,) = fold(signed.act for signed in case.thread.acts).requests
    assert released.preservation.kept_until is None


def test_only_own_acts_of_some_kinds_are_recalled_and_only_once() -> None:
    case = Case()
    accept = case.send("b", "request.accept", case.about())
    assert case.refuse("a", "act.recall", {"act": accept}) == "permitted.not_recallable"
    assert case.refuse("a", "act.recall", {"act": case.request}) == "permitted.not_recallable"
    case.send("b", "act.recall", {"act": accept})
    assert case.refuse("b", "act.recall", {"act": accept}) == "permitted.recalled"
    assert "request.accept" in case.allowed("b")


def test_a_part_that_an_act_has_may_be_erased() -> None:
    case = Case()
    assert case.refuse("a", "part.erase", {"act": case.request, "part": "annex"}) == "permitted.no_part"
    case.send("a", "part.erase", {"act": case.request, "part": "form"})
    assert fold(s.act for s in case.thread.acts).erased == ((case.request, "form"),)


def test_answers_go_to_open_questions() -> None:
    case = Case()
    assert case.why("a")["request.answer"] == "permitted.not_asked"
    question = case.send("b", "request.clarify", {"request": case.request, "fields": ["/facts"]})
    body = {"request": case.request, "clarify": case.request}
    assert case.refuse("a", "request.answer", body) == "permitted.not_asked"
    case.send("a", "request.answer", {"request": case.request, "clarify": question})
    assert case.why("a")["request.answer"] == "permitted.not_asked"


def test_something_critical_and_unknown_stops_coercive_kinds_only() -> None:
    case = Case()
    case.send("b", "request.accept", case.about())
    case.send("a", "novelty.announce", {}, crit=("novelty",))
    why = case.why("b")
    assert {k for k, code in why.items() if code == "permitted.frozen"} == {
        *(kind for kind in OPENING if KINDS[kind].coercive),
        "order.record",
        "transmission.decide",
    }
    assert "request.refuse" in case.allowed("b")
    assert case.refuse("b", "transmission.decide", case.about()) == "case.needs_newer"


def test_an_unknown_kind_and_an_opening_act_that_asks_for_nothing_are_not_written() -> None:
    case = Case()
    assert case.refuse("a", "novelty.announce", {}) == "permitted.unknown_kind"
    fresh = Case()
    fresh.thread.acts.clear()
    fresh.thread.last.clear()
    body = {"request": "1" * 64, "about": "refusal"}
    assert fresh.refuse("a", "case.consult", body, nonce=bytes(16)) == "permitted.needs_request"


def test_the_crossing_table_reads_the_same_from_both_ends() -> None:
    turned = {Outcome.FIRST: Outcome.SECOND, Outcome.SECOND: Outcome.FIRST}
    for first, second, result in crossing.rows():
        assert crossing.outcome(first, second) is result
        assert crossing.outcome(second, first) is turned.get(result, result)
        assert first != second and result is not Outcome.BOTH
    assert crossing.outcome("request.clarify", "case.consult") is Outcome.BOTH
