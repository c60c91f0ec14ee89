import inspect
import re
import sys
from dataclasses import replace
from typing import Any

import pytest

from comity.cases.duties import FIRST_ALARM, TARGETS, Duty, duties
from comity.cases.fold import fold
from comity.cases.kinds import KINDS
from comity.cases.ports import ReceiptRecord
from comity.kernel.clock import DAY, HOUR, Instant
from comity.treaty.convention import exists
from tests.builders import T0, Thread, make_pair, request_body
from tests.desks import deliver_body


class Case:
    def __init__(self, kind: str = "preservation.request", **more: Any) -> None:
        self.thread = Thread(make_pair())
        self.receipts: list[ReceiptRecord] = []
        mechanism = "42(1)" if kind == "preservation.request" else "44(1)"
        self.request = self.send("a", kind, request_body(mechanism, **more), "form")

    def send(self, who: str, kind: str, body: dict[str, Any], *parts: str) -> str:
        signed = self.thread.act(who, kind, body, parts=dict.fromkeys(parts, b"{}"))
        if kind.endswith(".request"):
            self.receipts.append(self.thread.receipt(signed, at=signed.act.at))
        return signed.act.id

    def about(self, **more: Any) -> dict[str, Any]:
        return {"request": self.request, "items": ["1"]} | more

    def open(self, now: int = T0) -> dict[str, Duty]:
        state = fold([signed.act for signed in self.thread.acts], self.receipts)
        found = duties(state, now=Instant(now))
        assert len({(d.code, d.who, d.act, d.items) for d in found}) == len(found)
        return {duty.code: duty for duty in found}

    def effect(self, expires: int = T0 + 60 * DAY) -> None:
        items = [{"id": "1", "state": "held"}]
        body = {"request": self.request, "items": items, "t0": T0, "expires": expires}
        self.send("b", "preservation.effect", body)


def test_a_request_waits_for_a_decision_and_sooner_when_urgent() -> None:
    duty = Case().open()["duty.decide"]
    assert (duty.due, duty.who.authority, duty.is_target, duty.basis) == (
        T0 + TARGETS.preserve,
        "XAB/contact-point",
        True,
        "42(4)",
    )
    assert Case(urgent=True).open()["duty.decide"].due == T0 + 4 * HOUR
    assert Case("data.request").open()["duty.decide"].due == T0 + 30 * DAY


def test_an_accepted_preservation_is_to_be_effected() -> None:
    case = Case()
    case.send("b", "request.accept", case.about())
    found = case.open()
    assert set(found) == {"duty.effect"} and found["duty.effect"].items == ("1",)


def test_preservation_lapses_on_day_sixty_and_the_first_alarm_comes_thirty_days_before() -> None:
    case = Case()
    case.effect(expires=T0 + DAY)
    duty = case.open()["duty.follow_up"]
    assert duty.due == T0 + 60 * DAY and duty.who.authority == "XAA/contact-point"
    assert not duty.is_target and not duty.alarms(Instant(T0 + 30 * DAY - 1))
    assert duty.alarms(Instant(T0 + 60 * DAY - FIRST_ALARM))
    lapsed = case.open(T0 + 60 * DAY + 1)
    assert set(lapsed) == {"duty.lapsed", "duty.release"}
    assert lapsed["duty.lapsed"].is_overdue(Instant(T0 + 60 * DAY + 1))


def test_an_extension_asked_is_to_be_answered_and_a_grant_moves_the_end() -> None:
    case = Case()
    case.effect()
    case.send("a", "preservation.extend", {"request": case.request, "until": T0 + 100 * DAY})
    assert case.open()["duty.answer_extension"].due == T0 + 60 * DAY
    case.send("b", "preservation.extend", {"request": case.request, "until": T0 + 100 * DAY})
    found = case.open()
    assert "duty.answer_extension" not in found and found["duty.follow_up"].due == T0 + 100 * DAY


def test_a_data_request_received_in_time_holds_the_data() -> None:
    case = Case()
    case.effect()
    data = case.send("a", "data.request", request_body("44(1)", preservation=case.request), "form")
    assert "duty.follow_up" not in case.open() and "duty.follow_up" not in case.open(T0 + 61 * DAY)
    late = case.receipts.pop()
    assert "duty.follow_up" in case.open()
    case.receipts.append(late)
    refusal = {"request": data, "items": ["1"], "ground": "R-40.21b", "consulted": None}
    case.send("b", "request.refuse", refusal, "reason")
    assert case.open()["duty.release"].basis == "42(8)"
    case.send("b", "preservation.release", {"request": case.request})
    assert case.open() == {}


def test_a_data_request_received_too_late_holds_nothing() -> None:
    case = Case()
    case.effect()
    case.send("a", "data.request", request_body("44(1)", preservation=case.request), "form")
    for at, held in ((T0 + 60 * DAY, True), (T0 + 60 * DAY + 1, False)):
        case.receipts[-1] = replace(case.receipts[-1], at=Instant(at))
        assert ("duty.lapsed" not in case.open(T0 + 61 * DAY)) is held


def test_a_domestic_order_that_runs_out_first_is_to_be_renewed() -> None:
    case = Case()
    case.send("b", "order.record", case.about(**{"from": T0, "until": T0 + 40 * DAY}), "order")
    case.effect()
    duty = case.open()["duty.renew_order"]
    assert (duty.due, duty.basis, duty.who.authority) == (T0 + 40 * DAY, "25(2)", "XAB/contact-point")
    case.send("b", "order.record", case.about(**{"from": T0, "until": T0 + 90 * DAY}), "order")
    assert "duty.renew_order" not in case.open()


def test_secrecy_ends_and_both_sides_are_told_before() -> None:
    case = Case(confidential_until=T0 + 20 * DAY)
    state = fold([signed.act for signed in case.thread.acts], case.receipts)
    found = [d for d in duties(state, now=T0) if d.code == "duty.confidentiality_ends"]
    assert {d.who.authority for d in found} == {"XAA/contact-point", "XAB/contact-point"}
    assert all(d.due == T0 + 20 * DAY and d.alarm_from == T0 + 6 * DAY for d in found)


def test_a_data_request_goes_from_decision_to_delivery_and_nothing_is_left() -> None:
    case = Case("data.request")
    case.send("b", "request.accept", case.about())
    assert set(case.open()) == {"duty.decide_transmission"}
    decision = case.send("b", "transmission.decide", case.about(), "decision")
    assert set(case.open()) == {"duty.deliver"}
    case.send("b", "evidence.deliver", deliver_body(case.request, decision), "limits")
    assert case.open() == {}
    withdrawal = case.send("a", "request.withdraw", case.about())
    duty = case.open()["duty.return"]
    assert duty.who.authority == "XAA/contact-point" and duty.act != withdrawal
    case.send("a", "case.close", {"outcome": "withdrawn"})
    assert case.open() == {}


def test_a_question_is_to_be_answered_and_a_postponement_to_be_resumed() -> None:
    case = Case("data.request")
    question = case.send("b", "request.clarify", {"request": case.request, "fields": ["/facts"]}, "question")
    duty = case.open()["duty.answer"]
    assert (duty.act, duty.who.authority, duty.basis) == (question, "XAA/contact-point", "40(16)")
    case.send("a", "request.answer", {"request": case.request, "clarify": question}, "answer")
    assert "duty.answer" not in case.open()
    body = case.about(ground="P-40.27", until=T0 + 9 * DAY)
    case.send("b", "request.postpone", body, "reason")
    duty = case.open()["duty.resume"]
    assert (duty.due, duty.is_target, duty.basis) == (T0 + 9 * DAY, False, "40(27)")


@pytest.mark.parametrize("name", ["kind", "future"])
def test_what_is_critical_and_not_understood_is_for_people_on_both_sides(name: str) -> None:
    case = Case()
    case.thread.act("a", "novelty.announce", {}, crit=(name,))
    assert case.open()["duty.settle"].due is None


def test_every_basis_is_a_paragraph_of_the_convention() -> None:
    text = inspect.getsource(sys.modules[duties.__module__])
    named = set(re.findall(r'"(\d+\([^"]+)"', text)) | {kind.basis for kind in KINDS.values()}
    assert len(named) > 8
    assert {basis for basis in named if not exists(basis)} == set()
