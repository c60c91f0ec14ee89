"""The fast lanes on two nodes: call-back, two persons, review, alarms that ring, and the hours of a hold."""

from __future__ import annotations

import json
from typing import Any

import pytest

from comity.cases.approvals import persons_needed
from comity.kernel.clock import HOUR, MINUTE, Instant
from comity.kernel.errors import ComityError
from comity.node.actexamples import act_example
from comity.node.attesting import Arrival, AttestingDesk
from comity.node.directory import DirectoryDesk
from comity.node.duty import DutyDesk
from comity.node.founding import FIRST_OFFICER
from comity.node.lanes import LaneDesk
from comity.node.people import PeopleDesk
from comity.node.views import Actor, ActView, DraftView
from comity.node.watching import Watch
from comity.requests.lanes import ASSETS, property_plan
from comity.requests.service import example
from comity.wording.lanes import event_text
from tests.unit.node.nodes import Side, exchange, pair

_FORM = "roster.form"
NUMBER = "+999 1 000 00 01"
SERVICE = json.dumps({"contacts": [{"name": "Duty desk", "telephone": NUMBER}]}).encode()
ROSTER = json.dumps(
    {
        "escalate": 5,
        "heartbeat": 60,
        "shifts": [
            {"officer": "a.diallo", "days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "to": "00:00"},
        ],
        "always": [str(FIRST_OFFICER)],
    }
).encode()


def sides() -> tuple[Side, Side]:
    """Two nodes that know each other; the first publishes a number."""
    one, other = pair()
    DirectoryDesk(place=one.place).publish(one.head(), authority=one.desk, service=SERVICE)
    card = one.peers.card()
    other.peers.add(other.head(), card=card, words=" ".join(other.peers.words(card)))
    PeopleDesk(place=other.place).add_officer(
        other.head(), authority=other.desk, name="o.seer", roles=["overseer"]
    )
    return one, other


def lanes(side: Side) -> LaneDesk:
    return LaneDesk(place=side.place)


def duty(side: Side) -> DutyDesk:
    return DutyDesk(place=side.place)


def asked(one: Side, other: Side, kind: str = "emergency") -> ActView:
    form = example(kind)
    form["requesting_authority"] = {**form["requesting_authority"], "id": one.desk}
    form["transmitted_by"] = one.desk
    act = one.settle(one.cases.draft_request(one.officer(), form=json.dumps(form).encode(), to=other.desk))
    exchange(one, other)
    return act


def ready(other: Side, request: ActView) -> None:
    """Take it on and record the order."""
    order = {"parts": {"order": {"authority": "Duty judge", "provision": "90", "remedy": "none"}}}
    for kind, form in (("request.accept", {}), ("order.record", order)):
        made = json.dumps(form).encode()
        other.settle(other.cases.draft_act(other.officer(), kind=kind, case=request.case, form=made))


def decision(other: Side, request: ActView):  # type: ignore[no-untyped-def]
    form = b'{"parts": {"decision": {"text": "a life is at risk", "language": "en"}}}'
    draft = other.cases.draft_act(other.officer(), kind="transmission.decide", case=request.case, form=form)
    for key in draft.undecided:
        draft = other.cases.decide(
            other.officer(), act=draft.act, finding=key, outcome="proceed", inner="looked at"
        )
    return draft


def code(call, *arguments, **named) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(ComityError) as caught:
        call(*arguments, **named)
    return caught.value.code


def test_no_emergency_disclosure_without_call_back_two_persons_and_a_review_that_follows() -> None:
    """Of every combination of call-back and approvals one alone lets the decision out, and owes a review."""
    for called in (None, "not-reached", "denied", "confirmed"):
        one, other = sides()
        request = asked(one, other)
        ready(other, request)
        waiting = other.cases.show(other.officer(), case=request.case, purpose="oversight")
        assert "transmission.decide" not in waiting.permitted
        assert ("transmission.decide", request.act, "call_back") in {
            (stop.kind, stop.request, stop.why) for stop in waiting.stopped
        }
        draft = decision(other, request)
        if called is not None:
            lanes(other).call(other.officer(), request=request.act, number=NUMBER, outcome=called)
        shown = other.cases.show(other.officer(), case=request.case, purpose="oversight")
        assert ("transmission.decide" in shown.permitted) is (called == "confirmed")
        for actor in (other.officer(), other.head()):
            assert code(other.cases.issue, other.officer(), act=draft.act) in {
                "gate.call_back",
                "approval.missing",
            }
            assert duty(other).board(other.officer()).tasks == ()
            if called == "confirmed":
                other.cases.approve(actor, act=draft.act, reason="needed")
            else:
                assert code(other.cases.approve, actor, act=draft.act, reason="needed") == "gate.call_back"
        if called == "confirmed":
            issued = other.cases.issue(other.officer(), act=draft.act)
            (review,) = duty(other).board(other.officer()).tasks
            assert (review.code, review.lane, review.is_open) == ("review", issued.act, True)
            assert review.due - other.clock.now() == 72 * HOUR
        else:
            assert code(other.cases.issue, other.officer(), act=draft.act) == "gate.call_back"
            assert duty(other).board(other.officer()).tasks == ()
    assert persons_needed("transmission.decide") == 2


def test_a_denial_after_the_decision_stops_what_would_go_from_hand_to_hand() -> None:
    one, other = sides()
    request = asked(one, other)
    ready(other, request)
    lanes(other).call(other.officer(), request=request.act, number=NUMBER, outcome="confirmed")
    other.settle(decision(other, request))
    other.clock.advance(MINUTE)
    lanes(other).call(other.officer(), request=request.act, number=NUMBER, outcome="denied")
    form = act_example("evidence.hand")
    form["body"].pop("items")  # all of them
    draft = other.cases.draft_act(
        other.officer(), kind="evidence.hand", case=request.case, form=json.dumps(form).encode()
    )
    assert code(other.cases.approve, other.officer(), act=draft.act, reason="needed") == "gate.call_back"
    assert code(other.cases.issue, other.officer(), act=draft.act) == "gate.call_back"


def test_a_request_that_is_no_emergency_needs_no_call() -> None:
    one, other = sides()
    request = asked(one, other, "stored-data")
    assert not lanes(other).needs_call(other.officer(), request=request.act)
    ready(other, request)
    draft = decision(other, request)
    assert other.settle(draft).kind == "transmission.decide"
    assert duty(other).board(other.officer()).tasks == ()


def test_a_later_denial_takes_a_confirmation_back_and_calls_go_both_ways() -> None:
    one, other = sides()
    request = asked(one, other)
    desk = lanes(other)
    assert desk.numbers(other.officer(), request=request.act) == (NUMBER,)
    assert code(desk.call, other.officer(), request=request.act, number="+1 2", outcome="confirmed") == (
        "callback.number"
    )
    assert code(desk.call, other.officer(), request=request.act, number=NUMBER, outcome="maybe") == (
        "callback.outcome"
    )
    for outcome, needed in (("confirmed", False), ("not-reached", False), ("denied", True)):
        other.clock.advance(MINUTE)
        made = desk.call(other.officer(), request=request.act, number=NUMBER, outcome=outcome)
        assert (made.officer, made.office) == ("a.diallo", one.desk)
        assert desk.needs_call(other.officer(), request=request.act) is needed
    assert [call.outcome for call in desk.calls(other.officer(), request=request.act)] == [
        "confirmed",
        "not-reached",
        "denied",
    ]
    # The requesting side calls too; the other side's entry names no number, so nothing can be recorded.
    assert lanes(one).numbers(one.officer(), request=request.act) == ()
    assert code(lanes(one).call, one.officer(), request=request.act, number=NUMBER, outcome="confirmed") == (
        "callback.number"
    )


def test_a_review_is_done_by_somebody_who_took_no_part() -> None:
    one, other = sides()
    request = asked(one, other)
    ready(other, request)
    lanes(other).call(other.officer(), request=request.act, number=NUMBER, outcome="confirmed")
    issued = other.settle(decision(other, request))
    desk, task = lanes(other), f"{issued.act}/review"
    for actor in (other.officer(), other.head()):
        assert (
            code(desk.review, actor, decision=issued.act, outcome="upheld", words="fine")
            == "review.same_person"
        )
    assert code(desk.done, other.officer(), task=task, words="fine") == "duty.review"
    seer: Actor = other.place.actor("o.seer")
    assert code(desk.review, seer, decision=issued.act, outcome="fine", words="x") == "review.outcome"
    assert code(desk.review, seer, decision=issued.act, outcome="upheld", words=" ") == "duty.words"
    done = desk.review(seer, decision=issued.act, outcome="upheld", words="the danger was real")
    assert (done.done_by, done.words) == ("o.seer", "upheld: the danger was real")
    assert code(desk.review, seer, decision=issued.act, outcome="upheld", words="x") == "duty.done"


def test_an_emergency_rings_until_it_is_taken_and_goes_round() -> None:
    one, other = sides()
    duty(other).set_roster(other.head(), roster=ROSTER)
    request = asked(one, other)
    other.lists.write_waiting(other.desk)
    watch, heard = Watch(place=other.place), []
    for _ in range(12):
        heard += [call.officer for call in watch.turn()]
        other.clock.advance(MINUTE)
    assert heard == ["a.diallo", str(FIRST_OFFICER), "a.diallo"]
    (alarm,) = [one for one in duty(other).board(other.officer()).alarms if one.code == "emergency"]
    assert alarm.about == request.act
    assert code(duty(other).acknowledge, other.officer(), alarm=alarm.id, words="") == "duty.words"
    duty(other).acknowledge(other.officer(), alarm=alarm.id[:8], words="calling back")
    assert code(duty(other).acknowledge, other.head(), alarm=alarm.id, words="me") == "duty.taken"
    other.clock.advance(HOUR)
    assert [call.alarm.code for call in watch.turn() if call.alarm.code == "emergency"] == []


def test_a_silent_peer_and_an_hour_that_has_passed_raise_an_alarm_and_a_drill_is_one() -> None:
    one, other = sides()
    asked(one, other)
    watch, desk = Watch(place=one.place), duty(one)
    assert watch.turn() == ()
    lanes(one).begin_property(one.officer(), name="invoice-77", asset="payment")
    drill = desk.drill(one.officer())
    assert {call.alarm.code for call in watch.turn()} == {"drill"}
    one.clock.advance(HOUR + MINUTE)
    found = {call.alarm.code for call in watch.turn()}
    assert found == {"drill", "heartbeat", "overdue"}
    (pulse,) = desk.board(one.officer()).pulses
    assert (pulse.party, pulse.silent) == ("XAB", True)
    assert desk.acknowledge(one.officer(), alarm=drill.id, words="heard").acknowledged_by == "a.diallo"
    one.clock.advance(HOUR)
    assert "drill" not in {call.alarm.code for call in watch.turn()}


def test_without_a_roster_everybody_who_may_approve_is_asked() -> None:
    _, other = sides()
    board = duty(other).board(other.officer())
    assert not board.has_roster
    assert set(board.order) == {"a.diallo", str(FIRST_OFFICER)}


def test_a_roster_is_kept_by_a_head_and_names_officers_of_the_office() -> None:
    _, other = sides()
    assert code(duty(other).set_roster, other.officer(), roster=ROSTER) == "access.role"
    for bad, expected in (
        (b'{"always": ["z.nobody"]}', "roster.officer"),
        (b'{"always": ["o.seer"]}', "roster.officer"),
        (b'{"escalate": 0}', "roster.form"),
        (b'{"pause": 1}', "roster.form"),
        (
            b'{"shifts": [{"officer": "a.diallo", "days": [8], "from": "08:00", "to": "09:00"}]}',
            "roster.form",
        ),
        (b"[", "json.syntax"),
    ):
        found = code(duty(other).set_roster, other.head(), roster=bad)
        assert found == expected or (expected.startswith("json") and found.startswith("json"))
    assert duty(other).set_roster(other.head(), roster=ROSTER).escalate == 5


def test_what_was_said_is_confirmed_in_writing_by_a_day() -> None:
    one, _ = sides()
    said = one.clock.now()
    usual = lanes(one).confirm_later(one.officer(), act="a" * 64, said_at=said)
    wanted = lanes(one).confirm_later(one.officer(), act="b" * 64, said_at=said, days=1)
    assert (usual.due - said, wanted.due - said) == (72 * HOUR, 24 * HOUR)
    done = lanes(one).done(one.officer(), task=wanted.id, words="sent")
    assert done.done_by == "a.diallo"
    assert [task.id for task in duty(one).board(one.officer()).tasks] == [usual.id, wanted.id]


@pytest.mark.parametrize("asset", ASSETS)
@pytest.mark.parametrize("hours", [0, 1, 5, 24, 72, 720])
def test_a_hold_is_planned_back_from_its_end(asset: str, hours: int) -> None:
    start = Instant(1_790_000_000_000_000)
    end = Instant(start + hours * HOUR)
    plan = property_plan("property-x", asset, start=start, hold_ends=end)
    assert len({task.code for task in plan}) == len(plan) == 7
    assert all(start <= task.due <= max(end, start) for task in plan)
    due = {task.code: task.due for task in plan}
    assert due["order"] <= due["request-sent"] <= due["request-received"] <= due["hold-extended-or-freezing"]
    if hours >= 72:
        assert end - due["request-received"] == 24 * HOUR
        assert due["fiu-hold"] == start + 2 * HOUR


def test_planning_anew_keeps_the_beginning_and_what_was_done() -> None:
    one, _ = sides()
    desk = lanes(one)
    first = desk.begin_property(one.officer(), name="w", asset="wallet")
    start = one.clock.now()
    desk.done(one.officer(), task="property-w/issuer-freeze", words="frozen")
    one.clock.advance(3 * HOUR)
    again = desk.begin_property(
        one.officer(), name="w", asset="wallet", hold_ends=Instant(start + 200 * HOUR)
    )
    assert {task.id for task in first} == {task.id for task in again}
    kept = {task.code: task for task in again}
    assert kept["issuer-freeze"].done_by == "a.diallo"
    assert kept["request-received"].due == start + 176 * HOUR
    assert code(desk.begin_property, one.officer(), name="w", asset="gold") == "lane.asset"
    for name in ("", "a b", "é", "x" * 41, "-a/b"):
        assert code(desk.begin_property, one.officer(), name=name, asset="wallet") == "lane.name"


def test_one_person_alone_in_an_emergency_is_marked_called_back_and_confirmed_by_a_second() -> None:
    one, other = sides()
    request = asked(one, other)
    ready(other, request)
    lanes(other).call(other.officer(), request=request.act, number=NUMBER, outcome="confirmed")
    form = b'{"parts": {"decision": {"text": "a life is at risk", "language": "en"}}}'

    def marked():  # type: ignore[no-untyped-def]
        return other.cases.draft_act(
            other.officer(), kind="transmission.decide", case=request.case, form=form, single="no-time"
        )

    assert code(marked) == "approval.single_policy"
    assert code(duty(other).allow_single, other.officer(), allowed=True) == "access.role"
    strangers = {"allowed": True, "confirmed_by": ["z.nobody"]}
    assert code(duty(other).allow_single, other.head(), **strangers) == "single.confirmed_by"
    assert duty(other).allow_single(other.head(), allowed=True) and duty(other).allows_single()
    card = other.peers.card()
    one.peers.add(one.head(), card=card, words=" ".join(one.peers.words(card)))
    draft = marked()
    assert (draft.persons_needed, draft.single) == (1, "no-time")
    for key in draft.undecided:
        other.cases.decide(other.officer(), act=draft.act, finding=key, outcome="proceed", inner="weighed")
    other.cases.approve(other.officer(), act=draft.act, reason="nobody answers, a child is in danger")
    assert code(other.cases.approve, other.head(), act=draft.act, reason="me too") == "approval.single_more"
    issued = other.cases.issue(other.officer(), act=draft.act)
    assert (issued.single, issued.approved_by) == ("no-time", ("a.diallo",))
    exchange(other, one)
    (owed,) = duty(one).board(one.officer()).tasks
    assert (owed.code, owed.lane) == ("call-back", request.act)
    assert 0 < owed.due - one.clock.now() <= HOUR
    assert one.cases.show(one.officer(), case=request.case, purpose="oversight").acts[-1].single == "no-time"
    (review,) = duty(other).board(other.officer()).tasks
    for name, expected in ((None, "review.same_person"), ("o.seer", "review.no_second")):
        actor = other.officer() if name is None else other.place.actor(name)
        words = {"decision": issued.act, "outcome": "upheld", "words": "it was so"}
        assert code(lanes(other).review, actor, **words) == expected
    done = lanes(other).review(
        other.head(), decision=issued.act, outcome="not-upheld", words="there was time"
    )
    assert (done.id, done.is_open) == (review.id, False)
    (told,) = [task for task in duty(other).owed(other.head()) if task.about == issued.act]
    assert (told.code, told.due - other.clock.now() <= 24 * HOUR) == ("recall-refused", True)
    form = {"body": {"act": issued.act}, "parts": {"reason": "a second person refused it"}}
    other.settle(draft_of(other, "act.recall", request.case, form))
    assert not [task for task in duty(other).owed(other.head()) if task.about == issued.act]


def test_a_call_that_reached_somebody_ends_the_call_that_is_owed() -> None:
    one, other = sides()
    duty(one).allow_single(one.head(), allowed=True)
    card = one.peers.card()
    other.peers.add(other.head(), card=card, words=" ".join(other.peers.words(card)))
    form = example("emergency")
    form["requesting_authority"] = {**form["requesting_authority"], "id": one.desk}
    form["transmitted_by"] = one.desk
    made = one.cases.draft_request(
        one.officer(), form=json.dumps(form).encode(), to=other.desk, single="nobody-reached"
    )
    request = one.settle(made)
    exchange(one, other)
    (owed,) = duty(other).board(other.officer()).tasks
    assert (owed.id, owed.is_open) == (f"{request.act}/call-back", True)
    for outcome, still in (("not-reached", True), ("confirmed", False)):
        lanes(other).call(other.officer(), request=request.act, number=NUMBER, outcome=outcome)
        assert duty(other).board(other.officer()).tasks[0].is_open is still
    assert [task.code for task in duty(one).board(one.officer()).tasks] == ["review"]
    lanes(one).review(one.officer(), decision=request.act, outcome="not-upheld", words="it could have waited")
    (told,) = [task for task in duty(one).owed(one.head()) if task.about == request.act]
    assert (told.code, told.basis) == ("tell-refused", "24(1)")
    body = {"what": "access", "at_author": True, "known_since": one.clock.now()}
    form = {"body": body, "parts": {"notice": "a second person refused what one approved alone"}}
    one.settle(draft_of(one, "breach.notify", request.case, form))
    assert not [task for task in duty(one).owed(one.head()) if task.about == request.act]


def draft_of(side: Side, kind: str, case: str, form: dict[str, Any]) -> DraftView:
    return side.cases.draft_act(side.officer(), kind=kind, case=case, form=json.dumps(form).encode())


def test_what_is_owed_is_told_with_owner_paragraph_and_arithmetic() -> None:
    one, other = sides()
    request = asked(one, other)
    lanes(one).begin_property(one.officer(), name="w", asset="wallet", case=request.case)
    for known, expected in (("0" * 64, "case.unknown"), ("x", "digest.form")):
        named = {"name": "v", "asset": "wallet", "case": known}
        assert code(lanes(one).begin_property, one.officer(), **named) == expected
    early = {"name": "v", "asset": "wallet", "hold_ends": Instant(0)}
    assert code(lanes(one).begin_property, one.officer(), **early) == "lane.hold"
    owed = duty(one).owed(one.officer())
    assert [task.code for task in owed][:2] == ["issuer-freeze", "fiu-hold"]
    assert {task.owner for task in owed} == {one.desk} and {task.about for task in owed} == {"property-w"}
    by_code = {task.code: task for task in owed}
    assert [step.code for step in by_code["order"].steps] == ["lane_end", "less_hours"]
    assert by_code["order"].steps[-1].at == by_code["order"].due and by_code["order"].basis == "50(2)"
    one.clock.advance(HOUR)
    assert [task.overdue for task in duty(one).owed(one.officer())][:2] == [True, False]
    again = lanes(one).begin_property(
        one.officer(), name="w", asset="wallet", hold_ends=Instant(one.clock.now() + HOUR)
    )
    short = {task.code: task for task in duty(one).owed(one.officer())}["order"]
    assert [step.code for step in short.steps] == ["lane_end", "less_hours", "lane_bound"]
    assert {task.case for task in again} == {request.case}
    one.clock.advance(2 * HOUR)
    Watch(place=one.place).turn()
    silent = next(task for task in duty(one).owed(one.officer()) if task.code == "heartbeat")
    assert (silent.about, silent.basis, silent.overdue) == ("XAB", "41(1)", True)
    lanes(one).done(one.officer(), task="property-w/order", words="there")
    told = one.cases.show(one.officer(), case=request.case, purpose="oversight").lane_events
    assert {event.code for event in told} == {"hold.owed", "hold.done"}
    for event in told:
        assert all(event_text(event, language=language) for language in ("en", "fr", "ar"))


def test_a_case_tells_its_call_its_review_and_what_was_said() -> None:
    one, other = sides()
    request = asked(one, other)
    ready(other, request)
    lanes(other).call(other.officer(), request=request.act, number=NUMBER, outcome="confirmed")
    issued = other.settle(decision(other, request))
    lanes(other).review(
        other.place.actor("o.seer"), decision=issued.act, outcome="upheld", words="the danger was real"
    )
    told = other.cases.show(other.officer(), case=request.case, purpose="oversight").lane_events
    assert [event.code for event in told] == ["call.confirmed", "review.owed", "review.upheld"]
    for language in ("en", "fr", "ar"):
        assert all("{" not in event_text(event, language=language) for event in told)
    assert one.cases.show(one.officer(), case=request.case, purpose="oversight").lane_events == ()


def test_what_is_registered_by_voice_owes_its_writing_until_it_is_there() -> None:
    _, other = sides()
    service = json.dumps({"urgent": {"channels": ["voice"], "confirm_days": 2}}).encode()
    DirectoryDesk(place=other.place).publish(other.head(), authority=other.desk, service=service)
    desk = AttestingDesk(place=other.place, cases=other.cases)
    form = json.dumps(example("stored-data")).encode()

    def register(channel: str, **more: str | None) -> ActView:
        arrival = Arrival(sender="XAC", channel=channel, statement="I took it down.", **more)  # type: ignore[arg-type]
        case = {"case": told.case} if more else {}
        return other.settle(desk.register(other.officer(), form=form, arrival=arrival, **case))  # type: ignore[arg-type]

    told = register("voice")
    (task,) = duty(other).board(other.officer()).tasks
    assert (task.id, task.due - task.since) == (f"{told.act}/confirm-in-writing", 48 * HOUR)
    written = register("post", confirms=told.act)
    (task,) = duty(other).board(other.officer()).tasks
    assert (task.is_open, task.done_by, task.words) == (False, other.desk, "post")
    events = other.cases.show(other.officer(), case=written.case, purpose="oversight").lane_events
    assert [event.code for event in events] == ["confirm.owed", "confirm.done"]
    assert code(lanes(other).confirm_later, other.officer(), act="x", said_at=Instant(1)) == "digest.form"
    late = {"act": told.act, "said_at": Instant(1), "days": 91}
    assert code(lanes(other).confirm_later, other.officer(), **late) == "duty.days"
