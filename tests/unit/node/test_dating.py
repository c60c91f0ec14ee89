"""Dates in parts become duties: of forms on both sides, and the end of retention until it is recorded."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from comity.cases.calendars import Calendar, KeptCalendars
from comity.evidence.wire import parse_limits
from comity.kernel.clock import DAY, Instant, start_of, to_date
from comity.node.custodial import CustodyDesk
from comity.node.delivering import delivery_desk
from comity.node.directory import DirectoryDesk
from comity.node.views import DutyView
from comity.requests.service import example
from tests.unit.node.nodes import Side, exchange, pair
from tests.unit.node.test_delivery import Carrier, Office, _asked, _deliver

PRACTICE = "practice"


def owed(side: Side, code: str) -> list[DutyView]:
    """Return what lists say of one code, both pages, and that the case page says the same."""
    found = [
        duty
        for theirs in (False, True)
        for duty in side.lists.due(side.officer(), purpose=PRACTICE, theirs=theirs).items
        if duty.code == code
    ]
    for duty in found:
        shown = side.cases.show(side.officer(), case=duty.case, purpose=PRACTICE).duties
        assert duty in shown
    return found


def test_a_hearing_in_a_form_is_on_the_lists_of_both_sides() -> None:
    asking, asked = pair()
    form = example("appearance")
    case = asking.settle(
        asking.cases.draft_request(asking.officer(), form=json.dumps(form).encode(), to="XAB/contact-point")
    ).case
    exchange(asking, asked)
    hearing = date.fromisoformat(form["items"][0]["hearing_on"])
    for side in (asking, asked):
        duties = [duty for duty in owed(side, "duty.hearing") if duty.case == case]
        assert {(duty.owner, duty.due) for duty in duties} == {
            ("XAB/contact-point", start_of(hearing + timedelta(days=1)) - 1)
        }
        assert duties[0].steps[0].parameters["label"] == "field.items.hearing_on"


@pytest.mark.parametrize(
    ("wanted", "days"),
    [({"original_days": 18}, 18), ({"signature": "qualified"}, 30), ({"signature": "paper"}, 30)],
)
def test_an_original_that_the_office_asks_for_is_on_the_lists_of_both_sides(
    wanted: dict[str, object], days: int
) -> None:
    asking, asked = pair()
    service = json.dumps({"forms": [wanted]}).encode()
    DirectoryDesk(place=asked.place).publish(asked.head(), authority=asked.desk, service=service)
    asking.peers.add(asking.head(), card=asked.peers.card(), words=None)
    form = json.dumps(example("preservation")).encode()
    made = asking.settle(asking.cases.draft_request(asking.officer(), form=form, to="XAB/contact-point"))
    assert owed(asking, "duty.original") == [], "nothing counts before the receipt"
    exchange(asking, asked)
    received = to_date(Instant(asked.clock.now()))
    for side in (asking, asked):
        (duty,) = owed(side, "duty.original")
        assert (duty.case, duty.owner) == (made.case, "XAA/contact-point")
        assert duty.due == start_of(received + timedelta(days=days + 1)) - 1


def test_an_alarm_is_a_matter_of_the_hour_and_of_nothing_that_has_to_run() -> None:
    asking, asked = pair()
    form = example("appearance")
    draft = asking.cases.draft_request(
        asking.officer(), form=json.dumps(form).encode(), to="XAB/contact-point"
    )
    asking.settle(draft)
    exchange(asking, asked)
    (duty,) = owed(asked, "duty.hearing")
    end = duty.due or 0
    seen = []
    for left in (31 * DAY, 30 * DAY, 13 * DAY, DAY, DAY // 24, -DAY):
        asked.clock.at = end - left
        (duty,) = owed(asked, "duty.hearing")
        seen.append(duty.alarm)
    assert seen == [None, 30 * DAY, 14 * DAY, DAY, DAY // 24, 0]


def test_an_erased_form_gives_no_dates() -> None:
    asking, asked = pair()
    form = json.dumps(example("appearance")).encode()
    act = asking.settle(asking.cases.draft_request(asking.officer(), form=form, to="XAB/contact-point"))
    exchange(asking, asked)
    assert owed(asking, "duty.hearing")
    erase = {"body": {"act": act.act, "part": "form"}, "parts": {"reason": "a copy was wrong"}}
    draft = asking.cases.draft_act(
        asking.officer(), kind="part.erase", case=act.case, form=json.dumps(erase).encode()
    )
    asking.settle(draft)
    assert owed(asking, "duty.hearing") == []
    assert owed(asked, "duty.hearing"), "the other side keeps its own copy"


def test_calendars_that_say_something_else_have_the_lists_written_anew() -> None:
    asking, asked = pair()
    form = json.dumps(example("appearance")).encode()
    asking.settle(asking.cases.draft_request(asking.officer(), form=form, to="XAB/contact-point"))
    exchange(asking, asked)
    (plain,) = owed(asked, "duty.decide")
    day = to_date(Instant(plain.due or 0))
    calendar = Calendar(party="XAB", holidays={day: "founding day"})
    kept = KeptCalendars(held={"XAB": calendar}, digest="one")
    other = Side(place=replace(asked.place, calendars=kept), clock=asked.clock)
    (moved,) = owed(other, "duty.decide")
    assert moved.due == start_of(day + timedelta(days=2)) - 1
    assert moved.steps[-1].code == "holiday_next"
    assert owed(asked, "duty.decide") == [plain]


@pytest.fixture
def offices(tmp_path: Path) -> tuple[Office, Office]:
    one, other = pair()
    return (
        Office(place=one.place, clock=one.clock, root=tmp_path / "xaa"),
        Office(place=other.place, clock=other.clock, root=tmp_path / "xab"),
    )


def test_evidence_is_owed_back_until_its_return_is_in_the_chain_of_custody(
    offices: tuple[Office, Office], tmp_path: Path
) -> None:
    asking, asked = offices
    source = tmp_path / "mailbox.mbox"
    source.write_bytes(b"mail")
    delivered = _deliver(asked, _asked(asking, asked), [source])
    exchange(asking, asked)
    desk = delivery_desk(asked.place, asked.blobs, asked.pieces)
    desk.send(asked.desk, delivered.act, Carrier(asked, asking))
    with asking.place.store.snapshot() as tx:
        part = next(one for one in tx.acts.parts(asking.desk, delivered.act) if one.name == "limits")
    until = parse_limits(json.loads(part.data or b"")).retain_until
    out = str(tmp_path / "opened")
    asking.evidence.open(asking.head(), delivery=delivered.act, purpose=PRACTICE, out=out)
    asking.act("case.close", delivered.case, {"body": {"outcome": "done"}})
    assert owed(asking, "duty.retention") == []
    asking.clock.at = until - 30 * DAY
    (duty,) = owed(asking, "duty.retention")
    assert (duty.due, duty.owner, duty.basis, duty.about) == (until, asking.desk, "36(2)", delivered.act)
    assert owed(asked, "duty.retention") == [], "who sent it owes nothing"
    bag_root = str(delivered.body["bag_root"])
    custody = CustodyDesk(place=asking.place)
    for step, left in (("copied", 1), ("returned", 0)):
        custody.record(
            asking.head(), case=delivered.case, bag_root=bag_root, step=step, reason="retention ends"
        )
        assert len(owed(asking, "duty.retention")) == left
