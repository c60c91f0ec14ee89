"""Scenarios: what is done when, and what the clocks make of it."""

import json
import random
from typing import Any

import pytest

from comity.cases.alarms import alarm_times
from comity.cases.kinds import KINDS
from comity.kernel.clock import DAY, HOUR, format_instant, from_datetime
from comity.kernel.clock import Instant as At
from comity.kernel.errors import MalformedError
from comity.requests.rehearsal import SPOKEN
from comity.requests.simulation import OUTCOMES, Deadline, Run, simulate

BASE: dict[str, Any] = {"version": 1, "until": "2028-01-01", "requesting": "XAA", "requested": "XAB"}
P1 = {"at": "2027-03-01T09:00:00Z", "do": "preservation.request", "name": "p1"}
E1 = {"at": "2027-03-03T10:00:00Z", "do": "preservation.effect", "request": "p1"}


def no_zones(name: str) -> tuple[tuple[At, int], ...]:
    raise MalformedError("zone.unknown", f"no zone {name}")


def run(*facts: dict[str, Any], **more: Any) -> Run:
    return simulate(json.dumps(BASE | {"facts": facts} | more).encode(), zones=no_zones)


def only(found: Run, code: str) -> Deadline:
    (one,) = [deadline for deadline in found.deadlines if deadline.code == code]
    return one


def told(found: Run) -> dict[str, str]:
    return {one.code: one.outcome for one in found.deadlines}


def test_a_preservation_that_nobody_follows_up_lapses_loudly() -> None:
    found = run(P1, E1)
    assert told(found) == {
        "duty.decide": "late",
        "duty.follow_up": "replaced",
        "duty.tell_before_release": "replaced",
        "duty.follow_up_late": "replaced",
        "duty.lapsed": "overdue",
        "duty.release": "overdue",
    }
    lapsed = only(found, "duty.lapsed")
    assert format_instant(lapsed.due) == "2027-05-02T10:00:00Z" and lapsed.owner == "XAA"
    assert lapsed.opened == lapsed.due + 1 and lapsed.ended is None
    rung = (*only(found, "duty.follow_up").alarms, *only(found, "duty.follow_up_late").alarms)
    assert rung == alarm_times(lapsed.due) and len(rung) == 29
    assert found.unowned == ()


def test_a_request_in_time_ends_the_plan_and_holds_the_data() -> None:
    data = {"at": "2027-04-20", "do": "data.request", "name": "d1", "preservation": "p1"}
    found = run(P1, E1, data)
    assert told(found)["duty.follow_up"] == "done" and "duty.lapsed" not in told(found)
    assert only(found, "duty.follow_up").ended == from_day("2027-04-20")
    sent_late = data | {"at": "2027-05-01T10:00:00Z", "received": "2027-05-03T10:00:00Z"}
    late = run(P1, E1, sent_late)
    assert told(late)["duty.lapsed"] == "overdue", "what counts is receipt, not sending"
    assert "duty.lapsed" not in told(run(P1, E1, sent_late | {"received": "2027-05-02T10:00:00Z"}))


def from_day(text: str) -> int:
    from datetime import datetime

    return from_datetime(datetime.fromisoformat(f"{text}T00:00:00+00:00"))


def test_a_lapse_ends_only_when_its_owner_says_so() -> None:
    closing = {"do": "case.close", "request": "p1"}
    theirs = closing | {"at": "2027-06-01", "by": "requested"}
    ours = closing | {"at": "2027-07-01", "by": "requesting"}
    assert only(run(P1, E1, theirs), "duty.lapsed").ended is None
    ended = only(run(P1, E1, theirs, ours), "duty.lapsed")
    assert (ended.ended, ended.outcome) == (from_day("2027-07-01"), "late") and ended.is_lapse


def test_an_extension_moves_the_end_and_the_arithmetic_says_so() -> None:
    asked = {"at": "2027-04-01", "do": "preservation.extend", "request": "p1", "until": "2027-09-01"}
    found = run(P1, E1, asked | {"by": "requesting"}, asked | {"by": "requested", "at": "2027-04-02"})
    assert told(found)["duty.answer_extension"] == "done"
    lapsed = only(found, "duty.lapsed")
    assert [step.code for step in lapsed.steps] == ["effected", "plus_days", "granted"]
    assert lapsed.due == from_day("2027-09-01")


def test_dates_of_forms_run_as_clocks() -> None:
    fact = {"at": "2027-01-01", "do": "assistance.request", "name": "x", "mechanism": "37"}
    dates = [{"clock": "custody", "day": "2027-02-10", "basis": "37(10)"}]
    found = [d for d in run(fact | {"dates": dates}).deadlines if d.code == "duty.custody"]
    assert [(d.owner, d.basis, d.outcome) for d in found] == [
        ("XAA", "37(10)", "overdue"),
        ("XAB", "37(10)", "overdue"),
    ]
    assert found[0].alarms == alarm_times(At(from_day("2027-02-11") - 1))


def test_a_term_is_reckoned_by_the_calendar_of_its_party() -> None:
    calendars = {"XAB": {"weekend": [6, 7], "holidays": {"2027-05-31": "founding day"}}}
    term = {
        "name": "appeal",
        "fact": "judgment served",
        "start": "2027-03-03T10:00:00Z",
        "count": 88,
        "unit": "calendar_days",
        "party": "XAB",
        "owner": "requesting",
        "basis": "24(2)",
    }
    found = only(run(calendars=calendars, terms=[term]), "duty.term")
    assert [step.code for step in found.steps] == ["fact", "plus_calendar_days", "weekend_next"]
    assert format_instant(found.due) == "2027-06-01T23:59:59.999999Z" and found.outcome == "overdue"
    done = only(run(calendars=calendars, terms=[term | {"done": "2027-05-20"}]), "duty.term")
    assert (done.outcome, done.alarms) == ("done", (done.due - 30 * DAY, done.due - 14 * DAY))
    still = term | {"suspended": [{"since": "2027-03-10", "until": "2027-03-12", "name": "strike"}]}
    assert only(run(calendars=calendars, terms=[still]), "duty.term").steps[2].code == "stood_other"


FACTS: dict[str, dict[str, Any]] = {
    "request.refuse": {"request": "d"},
    "request.postpone": {"request": "d", "until": "2027-08-01"},
    "request.accept": {"request": "d"},
    "request.clarify": {"request": "d", "name": "q"},
    "request.answer": {"request": "d", "question": "q"},
    "request.withdraw": {"request": "d"},
    "case.consult": {"request": "d", "by": "requested"},
    "order.record": {"request": "d", "until": "2027-08-01"},
    "transmission.decide": {"request": "d", "name": "t"},
    "evidence.deliver": {"request": "d", "decision": "t"},
    "execution.report": {"request": "d", "result": "partly"},
    "preservation.effect": {"request": "p"},
    "preservation.extend": {"request": "p", "until": "2027-12-01", "by": "requested"},
    "preservation.release": {"request": "p"},
    "information.send": {"request": "i"},
    "case.close": {"by": "requesting"},
}
REQUESTS = {
    "p": "preservation.request",
    "d": "data.request",
    "a": "assistance.request",
    "c": "cooperation.request",
    "o": "police.request",
    "i": "information.offer",
}


def test_every_kind_that_a_scenario_speaks_can_be_a_fact() -> None:
    facts = [{"at": "2027-01-01", "do": kind, "name": name} for name, kind in REQUESTS.items()]
    for name, more in FACTS.items():
        facts.append({"at": "2027-01-05", "do": name} | more)
    known = set(FACTS) | set(REQUESTS.values())
    assert set(SPOKEN) & known == known & set(KINDS) and known <= set(SPOKEN)
    found = run(*facts)
    assert found.unowned == () and {one.outcome for one in found.deadlines} <= set(OUTCOMES)


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"version": 2}, "scenario.form"),
        ({"requested": "XAA"}, "scenario.form"),
        ({"until": "soon"}, "scenario.form"),
        ({"until": "2300-01-01"}, "scenario.form"),
        ({"until": "2027-01-01T00:00:00"}, "scenario.form"),
        ({"else": 1}, "scenario.form"),
        ({"facts": [{"at": "2027-01-01", "do": "data.request"}]}, "scenario.form"),
        ({"facts": [{"at": "2027-01-01", "do": "moon.rise", "name": "x"}]}, "scenario.form"),
        ({"facts": [P1, E1 | {"request": "p2"}]}, "scenario.form"),
        ({"facts": [P1, E1 | {"by": "requesting"}]}, "scenario.form"),
        ({"facts": [P1, E1 | {"result": "gone"}]}, "scenario.form"),
        ({"facts": [P1, {"at": "2027-04-01", "do": "case.consult", "request": "p1"}]}, "scenario.form"),
        ({"facts": [P1 | {"dates": [{"clock": "moon", "day": "2027-01-01"}]}]}, "scenario.form"),
        ({"facts": [E1]}, "scenario.form"),
        ({"requesting": "FRA", "facts": [P1]}, "act.realm"),
        ({"calendars": {"XAB": {"weekend": [9]}}}, "calendar.form"),
        ({"calendars": {"XAB": {"holidays": {"2027-13-01": "x"}}}}, "calendar.form"),
        ({"calendars": {"XAB": {"zone": "Moon/Sea"}}}, "zone.unknown"),
    ],
)
def test_what_is_no_scenario_is_malformed(wrong: dict[str, Any], what: str) -> None:
    with pytest.raises(MalformedError) as told_:
        simulate(json.dumps(BASE | wrong).encode(), zones=no_zones)
    assert told_.value.code == what


def test_bytes_that_are_no_json_are_malformed() -> None:
    with pytest.raises(MalformedError):
        simulate(b"{", zones=no_zones)


def a_year(seed: int, count: int) -> list[dict[str, Any]]:
    """Return a year of preservations: followed up in time, late or never; extended, released, given up."""
    rng, facts = random.Random(seed), []
    begin = from_day("2027-01-01")
    for number in range(count):
        case, at = f"c{number}", begin + rng.randrange(300 * DAY)
        effected = at + rng.randrange(1, 72) * HOUR

        def fact(at: int, do: str, *, case: str = case, **more: Any) -> None:
            facts.append({"at": format_instant(At(at)), "do": do, "case": case} | more)

        fact(at, "preservation.request", name="p", urgent=rng.random() < 0.2)
        if rng.random() < 0.05:
            fact(effected, "request.refuse", request="p")
            continue
        if rng.random() < 0.03:
            continue  # the other side never answers
        fact(effected, "preservation.effect", request="p", until=format_instant(At(effected + 90 * DAY)))
        end = effected + 90 * DAY
        fate = rng.randrange(6)
        if fate == 1:
            fact(end - 10 * DAY, "preservation.extend", by="requesting", request="p", until=later(end))
            fact(end - 5 * DAY, "preservation.extend", by="requested", request="p", until=later(end))
        elif fate == 2:
            sent = end - rng.randrange(1, 20) * DAY
            fact(
                sent, "data.request", name="d", preservation="p", received=format_instant(At(sent + 2 * DAY))
            )
            fact(sent + 9 * DAY, "request.accept", request="d")
        elif fate == 3:
            fact(end - 30 * DAY, "request.withdraw", request="p")
        elif fate == 4:
            fact(end + 3 * DAY, "preservation.release", request="p")
        elif fate == 5:
            fact(end + 9 * DAY, "case.close", by="requesting", request="p", outcome="withdrawn")
    return facts


def later(end: int) -> str:
    return format_instant(At(end + 60 * DAY))


@pytest.mark.slow
def test_in_a_year_of_a_thousand_preservations_none_lapses_silently() -> None:
    facts = a_year(7, 1000)
    found = run(*facts, until="2029-01-01")
    assert found.unowned == ()
    of_case: dict[str, list[Deadline]] = {}
    for one in found.deadlines:
        of_case.setdefault(one.case, []).append(one)
    lapsed = 0
    for case in {fact["case"] for fact in facts}:
        owed = of_case[case]
        assert all(one.owner in ("XAA", "XAB") and one.due and one.basis and one.steps for one in owed)
        for end in (one for one in owed if one.code == "duty.lapsed"):
            lapsed += 1
            before = [one for one in owed if one.code.startswith("duty.follow_up") and one.owner == "XAA"]
            rung = {at for one in before for at in one.alarms}
            # NOTE: an alarm is due only from the time on at which the preservation was known here.
            known = min(one.opened for one in before)
            assert rung >= {at for at in alarm_times(end.due) if at >= known}, case
            assert end.opened == end.due + 1, "the duty takes over at the very end, without a gap"
    assert 300 < lapsed < 800


D1 = {"at": "2027-03-01", "do": "data.request", "name": "d1"}


def test_a_conversation_is_owed_until_its_answer() -> None:
    offer = {"at": "2027-03-02", "do": "conditions.offer", "name": "c1", "request": "d1"}
    offer |= {"body": {"conditions": ["use_limited"]}}
    found = run(D1, offer)
    waiting = only(found, "duty.answer_conditions")
    assert (waiting.owner, waiting.basis, waiting.outcome) == ("XAA", "40(28)", "overdue")
    taken = {"at": "2027-03-05", "do": "conditions.accept", "request": "d1", "answers": "c1"}
    assert only(run(D1, offer, taken), "duty.answer_conditions").outcome == "done"
    ask = {"at": "2027-03-02", "do": "consent.ask", "name": "u1", "request": "d1", "body": {"use": "onward"}}
    give = {"at": "2027-05-05", "do": "consent.give", "request": "d1", "answers": "u1"}
    late = only(run(D1, ask, give | {"body": {"until": "2027-12-01"}}), "duty.answer_consent")
    assert (late.owner, late.outcome) == ("XAB", "late")
    with pytest.raises(MalformedError, match="no member 'price'"):
        run(D1, ask | {"body": {"use": "onward", "price": 1}})


def test_a_paper_original_is_owed_until_it_came() -> None:
    asked = D1 | {"original_days": 18}
    waiting = only(run(asked), "duty.original")
    assert (waiting.owner, waiting.basis, waiting.outcome) == ("XAA", "40(13)", "overdue")
    assert [step.code for step in waiting.steps][:2] == ["received", "plus_calendar_days"]
    came = {"at": "2027-03-10", "do": "original.confirm", "request": "d1"}
    assert only(run(asked, came), "duty.original").outcome == "done"
    assert only(run(asked, came | {"at": "2027-04-10"}), "duty.original").outcome == "late"


def test_the_lanes_run_by_the_hour() -> None:
    lane = {"name": "w", "lane": "wallet", "at": "2027-03-01T09:00:00Z", "owner": "requesting"}
    found = run(lanes=[lane | {"done": {"issuer-freeze": "2027-03-01T09:30:00Z", "fiu-hold": "2027-03-02"}}])
    outcomes = told(found)
    assert (outcomes["lane.issuer-freeze"], outcomes["lane.fiu-hold"]) == ("done", "late")
    assert outcomes["lane.order"] == "overdue" and only(found, "lane.order").owner == "XAA"
    assert [step.code for step in only(found, "lane.order").steps] == ["lane_end", "less_hours"]
    rest = [
        {"name": "r", "lane": "review", "at": "2027-03-01", "owner": "requested"},
        {"name": "c", "lane": "call-back", "at": "2027-03-01", "owner": "requested"},
        {"name": "v", "lane": "voice", "at": "2027-03-01", "owner": "requested", "days": 2},
    ]
    hours = {
        one.code: (one.due - one.opened) // HOUR
        for one in run(lanes=rest, until="2027-03-01T00:30:00Z").deadlines
    }
    assert hours == {"lane.review": 72, "lane.call-back": 1, "lane.confirm-in-writing": 48}
    for wrong in ({"done": {"nothing": "2027-03-02"}}, {"hold_ends": "2027-02-01"}, {"lane": "gold"}):
        with pytest.raises(MalformedError):
            run(lanes=[lane | wrong])
