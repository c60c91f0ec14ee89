import inspect
import re
import sys
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from comity.cases.acts import parse_act
from comity.cases.calendars import Calendar, KeptCalendars
from comity.cases.dates import CLOCKS, ORIGINAL, RETENTION, GivenDate, dated
from comity.cases.duties import FIRST_ALARM, TARGETS, Duty, House, all_duties, duties
from comity.cases.fold import fold
from comity.cases.kinds import KINDS, parse_body
from comity.cases.lapsing import preserving
from comity.cases.permitted import permissions
from comity.cases.ports import ReceiptRecord
from comity.cases.state import CaseState
from comity.kernel.clock import DAY, HOUR, Instant, start_of, to_date
from comity.kernel.errors import MalformedError
from comity.kernel.ids import ActId
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
    duty, ends = case.open()["duty.follow_up"], T0 + 60 * DAY
    assert duty.alarms_to == ends and duty.who.authority == "XAA/contact-point"
    assert not duty.alarms(Instant(T0 + 30 * DAY - 1)) and duty.alarms(Instant(ends - FIRST_ALARM))
    assert [duty.rung(Instant(ends - left)) for left in (31 * DAY, 30 * DAY, 5 * DAY, 2 * HOUR)] == [
        None,
        30 * DAY,
        7 * DAY,
        2 * HOUR,
    ]
    lapsed = case.open(ends + 1)
    assert set(lapsed) == {"duty.lapsed", "duty.release"}
    assert lapsed["duty.lapsed"].is_overdue(Instant(ends + 1))


def test_the_next_request_is_planned_back_and_what_is_late_takes_the_place_of_the_plan() -> None:
    case = Case()
    case.effect()
    ends, plan = T0 + 60 * DAY, case.open()["duty.follow_up"]
    assert ends - 3 * DAY < plan.due < ends - DAY and plan.until == plan.due and plan.is_target
    assert [step.code for step in plan.steps] == ["effected", "plus_days", "less_working_days"]
    late = case.open(plan.due + 1)
    assert "duty.follow_up" not in late and late["duty.follow_up_late"].due == ends
    assert late["duty.follow_up_late"].is_target is False


def test_working_days_of_both_states_are_planned_with() -> None:
    case = Case()
    case.effect()
    end = to_date(Instant(T0 + 60 * DAY))
    off = {end: "feast", end - timedelta(days=1): "eve", end - timedelta(days=4): "day of the constitution"}
    held = {"XAB": Calendar(party="XAB", holidays=off), "XAA": Calendar(party="XAA", holidays=off)}
    state = fold([signed.act for signed in case.thread.acts], case.receipts)
    house = House(calendars=KeptCalendars(held=held))
    duty = next(d for d in duties(state, now=Instant(T0), house=house) if d.code == "duty.follow_up")
    assert [step.code for step in duty.steps] == [
        "effected",
        "plus_days",
        "holiday_last",
        "less_working_days",
    ]
    assert to_date(duty.due) == end - timedelta(days=5)


def test_the_other_side_is_told_before_the_data_are_released() -> None:
    case = Case()
    case.effect()
    told = T0 + 60 * DAY - TARGETS.warning
    assert "duty.tell_before_release" not in case.open(told)
    assert case.open(told + 1)["duty.tell_before_release"].who.authority == "XAB/contact-point"
    case.thread.at = told
    case.send("b", "case.consult", {"request": case.request, "about": "conditions"}, "text")
    assert "duty.tell_before_release" not in case.open(told + 1)


def test_what_lapsed_is_owed_until_its_own_side_says_so() -> None:
    case = Case()
    case.effect()
    case.send("b", "case.close", {"outcome": "done"})
    assert set(case.open(T0 + 61 * DAY)) == {"duty.lapsed"}
    case.send("a", "case.close", {"outcome": "done"})
    assert case.open(T0 + 61 * DAY) == {}


def test_a_withdrawal_leaves_the_release_and_no_lapse() -> None:
    case = Case()
    case.effect()
    case.send("a", "request.withdraw", case.about())
    assert set(case.open(T0 + 61 * DAY)) == {"duty.release"}


def test_a_question_stops_the_clock_of_an_answer_and_not_that_of_a_preservation() -> None:
    case = Case("data.request")
    before = case.open()["duty.decide"].due
    asked = case.thread.at
    question = case.send("b", "request.clarify", {"request": case.request, "fields": ["/facts"]}, "question")
    assert case.open()["duty.decide"].due == before + TARGETS.clarify
    case.thread.at = asked + 5 * DAY
    case.send("a", "request.answer", {"request": case.request, "clarify": question}, "answer")
    found = case.open()["duty.decide"]
    assert before + 4 * DAY < found.due < before + 6 * DAY and found.steps[-1].code == "stood_question"
    swift = Case()
    swift.send("b", "request.clarify", {"request": swift.request, "fields": ["/facts"]}, "question")
    assert swift.open()["duty.decide"].due == T0 + TARGETS.preserve


def test_an_extension_asked_is_to_be_answered_and_a_grant_moves_the_end() -> None:
    case = Case()
    case.effect()
    case.send("a", "preservation.extend", {"request": case.request, "until": T0 + 100 * DAY})
    assert case.open()["duty.answer_extension"].due == T0 + 60 * DAY
    case.send("b", "preservation.extend", {"request": case.request, "until": T0 + 100 * DAY})
    found = case.open()
    assert "duty.answer_extension" not in found and found["duty.follow_up"].alarms_to == T0 + 100 * DAY


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
    assert all(d.due == T0 + 20 * DAY and d.alarms_to == d.due for d in found)


def test_a_data_request_goes_from_decision_to_delivery_and_nothing_is_left() -> None:
    case = Case("data.request")
    case.send("b", "request.accept", case.about())
    assert set(case.open()) == {"duty.decide_transmission"}
    decision = case.send("b", "transmission.decide", case.about(), "decision")
    assert set(case.open()) == {"duty.deliver"}
    delivery = case.send("b", "evidence.deliver", deliver_body(case.request, decision), "limits")
    assert set(case.open()) == {"duty.weigh"}
    weighed = {"request": case.request, "received": delivery, "points_away": "no"}
    case.send("a", "exculpation.answer", weighed)
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
    duty = case.open()["duty.settle"]
    assert duty.due == case.thread.acts[-1].act.at + TARGETS.settle and duty.is_target


def test_every_basis_is_a_paragraph_of_the_convention() -> None:
    rooms = (duties, dated, preserving)
    text = "".join(inspect.getsource(sys.modules[room.__module__]) for room in rooms)
    named = set(re.findall(r'"(\d+\([^"]+)"', text)) | {kind.basis for kind in KINDS.values()}
    assert len(named) > 8
    assert {basis for basis in named if not exists(basis)} == set()


def day_of(case: Case, clock: str, on: date, **more: Any) -> list[Duty]:
    state = fold([signed.act for signed in case.thread.acts], case.receipts)
    act = state.requests[0].id
    given = GivenDate(act=act, clock=clock, day=on, basis="40(26)", label="field.x", **more)
    found = duties(state, now=Instant(T0), dates=[given])
    return [duty for duty in found if duty.code == f"duty.{clock}"]


@pytest.mark.parametrize(
    ("clock", "owners"),
    [("hearing", "B"), ("limitation", "AB"), ("custody", "AB"), ("measure", "A"), ("agreement", "AB")],
)
def test_a_date_of_the_form_is_owed_by_the_end_of_its_day(clock: str, owners: str) -> None:
    assert clock in CLOCKS
    found = day_of(Case("data.request"), clock, date(2027, 5, 1))
    assert {duty.who.authority[2] for duty in found} == set(owners)
    assert all(duty.due == start_of(date(2027, 5, 2)) - 1 == duty.alarms_to for duty in found)
    assert found[0].steps[0].parameters["day"] == "2027-05-01"


def test_a_hearing_is_over_with_the_work_and_custody_with_the_closing_only() -> None:
    case = Case("data.request")
    refusal = {"request": case.request, "items": ["1"], "ground": "R-40.21b", "consulted": None}
    case.send("b", "request.refuse", refusal, "reason")
    assert day_of(case, "hearing", date(2027, 5, 1)) == []
    assert len(day_of(case, "custody", date(2027, 5, 1))) == 2
    case.send("a", "case.close", {"outcome": "refused"})
    assert day_of(case, "custody", date(2027, 5, 1)) == []


def test_a_paper_original_is_owed_so_many_days_after_receipt_as_long_as_items_are_open() -> None:
    case = Case("data.request")
    state = fold([signed.act for signed in case.thread.acts], case.receipts)
    request = state.requests[0]
    given = GivenDate(act=request.id, clock=ORIGINAL, days=18, basis="40(13)", label="duty.original")
    (duty,) = (one for one in duties(state, now=Instant(T0), dates=[given]) if one.code == "duty.original")
    assert duty.who == request.by
    assert request.received_at is not None
    assert duty.due == start_of(to_date(request.received_at) + timedelta(days=19)) - 1
    assert duty.steps[0].code == "received"
    refusal = {"request": case.request, "items": ["1"], "ground": "R-40.21b", "consulted": None}
    case.send("b", "request.refuse", refusal, "reason")
    state = fold([signed.act for signed in case.thread.acts], case.receipts)
    assert "duty.original" not in {duty.code for duty in duties(state, now=Instant(T0), dates=[given])}


def test_evidence_is_returned_or_destroyed_also_when_the_case_is_closed() -> None:
    case = Case("data.request")
    decision = case.send("b", "transmission.decide", case.about(), "decision")
    delivery = case.send("b", "evidence.deliver", deliver_body(case.request, decision), "limits")
    case.send("a", "case.close", {"outcome": "done"})
    weighed = {"request": case.request, "received": delivery, "points_away": "no"}
    case.send("a", "exculpation.answer", weighed)
    state = fold([signed.act for signed in case.thread.acts], case.receipts)
    end = Instant(T0 + 900 * DAY)
    given = GivenDate(act=ActId(delivery), clock=RETENTION, at=end, basis="36(2)", label="end.destroy")
    assert duties(state, now=Instant(end - 31 * DAY), dates=[given]) == ()
    (duty,) = duties(state, now=Instant(end - FIRST_ALARM), dates=[given])
    assert (duty.code, duty.due, duty.who.authority, duty.items) == (
        "duty.retention",
        end,
        "XAA/contact-point",
        ("1",),
    )
    assert duties(state, now=Instant(end + 400 * DAY), dates=[given]) == (duty,)


def test_a_date_is_a_day_or_an_instant_of_a_known_clock() -> None:
    for wrong in ({}, {"day": date(2027, 1, 1), "at": Instant(1)}, {"at": Instant(1), "clock": "moon"}):
        with pytest.raises(ValueError, match=r"clock|day"):
            GivenDate(**{"act": "1" * 64, "clock": "custody", "basis": "37", "label": "x", **wrong})


HOUSES = (
    House(),
    House(
        calendars=KeptCalendars(
            held={
                party: Calendar(party=party, offsets=((Instant(0), east),), weekend=frozenset({5, 6, 7}))
                for party, east in (("XAA", 50_000), ("XAB", -50_000))
            }
        )
    ),
)


@pytest.mark.parametrize("house", HOUSES)
@pytest.mark.parametrize("at", [0, 1, 2**53 - 1])  # what I-JSON takes
def test_what_a_peer_writes_at_the_ends_of_time_breaks_no_list(house: House, at: int) -> None:
    case = Case(confidential_until=at)
    items = [{"id": "1", "state": "held"}]
    case.send("b", "order.record", case.about(**{"from": 0, "until": at}), "order")
    body = {"request": case.request, "items": items, "t0": at, "expires": at}
    case.send("b", "preservation.effect", body)
    case.send("a", "preservation.extend", {"request": case.request, "until": at})
    case.send("b", "preservation.extend", {"request": case.request, "until": at})
    state = fold([signed.act for signed in case.thread.acts], case.receipts)
    for day in (date.min, date(1970, 1, 1), date(9999, 12, 30), date.max):
        given = [
            GivenDate(act=state.requests[0].id, clock=clock, day=day, basis="37(10)", label="x")
            for clock in CLOCKS
        ]
        for duty in all_duties(state, house=house, dates=given):
            for step in duty.steps:
                assert to_date(step.at).year >= 1970 and duty.alarm_plan()


def test_a_paper_original_is_owed_until_the_requested_side_says_that_it_came() -> None:
    """Its form and day stand in the act; of each form the earliest counts, and each is recorded once."""
    case = Case("data.request")

    def state() -> CaseState:
        return fold([signed.act for signed in case.thread.acts], case.receipts)

    request = state().requests[0]
    given = GivenDate(act=request.id, clock=ORIGINAL, days=18, basis="40(13)", label="duty.original")

    def owed() -> set[str]:
        return {duty.code for duty in duties(state(), now=Instant(T0), dates=[given])}

    assert "duty.original" in owed()
    body = {"request": case.request, "form": "paper", "at": case.thread.at}
    case.send("a", "original.confirm", body)  # its sender cannot say that it came
    assert "duty.original" in owed()
    case.send("b", "original.confirm", body)
    assert "duty.original" not in owed()
    case.send("b", "original.confirm", body | {"form": "qualified", "at": case.thread.at})
    assert [form for form, _ in state().requests[0].originals] == ["paper", "qualified"]
    why = {one.kind: one.why_not for one in permissions(state(), case.thread.pair.b.address, now=Instant(T0))}
    assert why["original.confirm"] == "permitted.original_here"
    early = {"request": case.request, "form": "paper", "at": case.thread.at + DAY}
    with pytest.raises(MalformedError, match="it came after"):
        parse_body(parse_act(case.thread.draft("b", "original.confirm", early)[0].envelope()))
