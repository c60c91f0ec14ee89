"""The domestic side of a case: the gate at service, what halts a delivery on every way out, clocks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from comity.cases.errors import GateClosedError, UndecidedError
from comity.cases.facts import FACTS
from comity.cases.gate import WayOut, require_way_out
from comity.exchange.records import Direction
from comity.kernel.clock import DAY
from comity.kernel.errors import ConflictError, DeniedError, MalformedError, NotFoundError
from comity.kernel.ids import CaseId
from comity.kernel.lines import line_bytes, line_digest
from comity.node.carrying import CourierDesk
from comity.node.halting import halts
from comity.node.proceeding import ProcedureDesk, ProcedureView
from comity.node.releasing import ReleaseDesk
from comity.node.sheets import SheetsDesk
from comity.node.shipments import CourierView
from comity.node.views import DraftView
from comity.requests.service import example
from comity.requests.sheets import shipped_sheet
from tests.unit.node.nodes import exchange
from tests.unit.node.test_delivery import Carrier, Office, delivery_desk, sides

__all__ = ["sides"]
DIGEST = "d" * 64
RULING = {
    "fact": "ruling",
    "step": "order",
    "outcome": "granted",
    "decided_by": "judge",
    "office": "Tribunal",
    "reference": "12/27",
    "digest": DIGEST,
}
CHALLENGE = {"fact": "challenge.lodged", "step": "transmission", "who": "user", "reference": "A 4/27"}
CHAMBER = {**RULING, "step": "transmission", "decided_by": "court"}


def desk(office: Office) -> ProcedureDesk:
    return ProcedureDesk(place=office.place)


def record(office: Office, case: str, fact: dict[str, Any], **reasons: str) -> ProcedureView:
    given = {name.replace("__", "."): text for name, text in reasons.items()}
    return desk(office).record(office.officer(), case=case, form=json.dumps(fact).encode(), reasons=given)


def begun(sides: tuple[Office, Office]) -> tuple[Office, Office, str, str]:
    """Bring a request for stored data to the other side."""
    asking, asked = sides
    form = json.dumps(example("stored-data")).encode()
    request = asking.settle(asking.cases.draft_request(asking.officer(), form=form, to="XAB/contact-point"))
    exchange(asking, asked)
    return asking, asked, str(request.case), str(request.act)


def draft(office: Office, kind: str, case: str, form: object) -> DraftView:
    return office.cases.draft_act(office.officer(), kind=kind, case=case, form=json.dumps(form).encode())


def decided(office: Office, case: str, request: str, folder: Path) -> tuple[dict[str, Any], str]:
    """Take it on, decide to transmit, seal; return the form of the delivery that is left, and the bag."""
    office.act("request.accept", case)
    office.act("order.record", case, {"parts": {"order": {"authority": "Court"}}})
    record(office, case, CHAMBER)
    office.act("transmission.decide", case, {"parts": {"decision": "granted"}})
    file = folder / "mail.mbox"
    file.write_bytes(b"From a@example.org\n" * 100)
    sealed = office.evidence.seal(office.officer(), sources=[str(file)], case=case, request=request)
    form = office.evidence.deliver_form(office.officer(), case=case, bag_root=sealed.bag_root)
    return json.loads(form), sealed.bag_root


def test_each_step_shows_the_sheet_and_asks_for_what_it_wants(sides: tuple[Office, Office]) -> None:
    _, asked, case, _ = begun(sides)
    asked.act("request.accept", case)
    order = draft(asked, "order.record", case, {"parts": {"order": {"authority": "Court"}}})
    found = {one.code: one for one in order.assessment.findings}
    assert found["procedure.step"].parameters["provision"] == "Code of Criminal Procedure, article 706"
    assert found["procedure.ruling_missing"].basis == "24(2)"
    assert found["procedure.not_heard"].parameters["who"] == "prosecutor"
    assert "procedure.order_long" in found  # an order without an end
    asked.cases.drop(asked.officer(), act=order.act)
    record(asked, case, RULING)
    record(asked, case, {"fact": "heard", "step": "order", "who": "prosecutor"})
    form = {"body": {"until": "2026-11-10"}, "parts": {"order": {"authority": "Court"}}}
    order = draft(asked, "order.record", case, form)
    codes = {one.code for one in order.assessment.findings}
    assert "procedure.step" in codes
    assert not codes & {"procedure.ruling_missing", "procedure.not_heard", "procedure.order_long"}


def test_what_a_judge_refused_blocks(sides: tuple[Office, Office]) -> None:
    _, asked, case, _ = begun(sides)
    asked.act("request.accept", case)
    record(asked, case, {**RULING, "outcome": "refused"})
    order = draft(asked, "order.record", case, {"parts": {"order": {"authority": "Court"}}})
    assert not order.assessment.may_proceed
    asked.cases.drop(asked.officer(), act=order.act)
    record(asked, case, RULING)  # a later ruling takes its place
    order = draft(asked, "order.record", case, {"parts": {"order": {"authority": "Court"}}})
    assert order.assessment.may_proceed


def test_service_has_a_gate_of_its_own(sides: tuple[Office, Office]) -> None:
    _, asked, case, _ = begun(sides)
    with pytest.raises(UndecidedError, match=r"procedure\.ruling_missing"):
        record(asked, case, {"fact": "served"})
    view = record(asked, case, {"fact": "served"}, procedure__ruling_missing="the judge ruled by telephone")
    assert view.lines[0].decided == {"procedure.ruling_missing": "the judge ruled by telephone"}
    assert view.requests[0].remedies[0].terms.provision == "Code of Criminal Procedure, article 710"
    record(asked, case, {**RULING, "outcome": "refused"})
    with pytest.raises(GateClosedError) as caught:
        record(asked, case, {"fact": "served"})
    assert caught.value.code == "procedure.blocked"
    assert "article 706" in str(caught.value)


def test_a_suspensive_challenge_stops_the_delivery_on_every_way_out(
    sides: tuple[Office, Office], tmp_path: Path
) -> None:
    _, asked, case, request = begun(sides)
    form, _ = decided(asked, case, request, tmp_path)
    ready = draft(asked, "evidence.deliver", case, form)
    record(asked, case, CHALLENGE)
    # the draft that was ready does not go out, and says on which provision
    view = asked.cases.draft(asked.officer(), act=ready.act, purpose="practice")
    blocked = next(one for one in view.assessment.findings if one.code == "procedure.suspended")
    assert blocked.parameters["provision"] == "Mutual Assistance Act, article 24"
    with pytest.raises(DeniedError, match=r"procedure\.suspended"):
        asked.settle(view)
    asked.cases.drop(asked.officer(), act=ready.act)
    with pytest.raises(GateClosedError) as sealed:
        asked.evidence.seal(
            asked.officer(),
            sources=[str(tmp_path / "mail.mbox")],
            case=case,
            request=request,
            out=str(tmp_path / "out.age"),
            to=["XAA"],
        )
    assert sealed.value.code == "way_out.halted"
    shown = asked.cases.show(asked.officer(), case=case, purpose="oversight")
    assert "evidence.deliver" not in shown.permitted
    assert {stop.why for stop in shown.stopped if stop.kind == "evidence.deliver"} == {"halted"}
    with asked.place.store.snapshot() as tx:
        stops = halts(tx, asked.place, asked.desk, CaseId(case))
    for way in WayOut:
        with pytest.raises(GateClosedError):
            require_way_out(way, realm=asked.place.realm, case=CaseId(case), gate=None, halts=stops)
    releases = ReleaseDesk(place=asked.place)
    with asked.place.store.transaction() as tx, pytest.raises(GateClosedError, match="suspensive"):
        releases.releases(tx, asked.officer()).require_way_out(
            tx, WayOut.EXPORT, case=CaseId(case), decided_by=None
        )
    # and goes out once it was decided
    line = desk(asked).show(asked.officer(), case=case, purpose="practice").requests[0].challenges[0].number
    ended = {"fact": "challenge.decided", "challenge": line, "outcome": "dismissed", "reference": "9/27"}
    record(asked, case, {**ended, "digest": DIGEST})
    assert asked.act("evidence.deliver", case, form).kind == "evidence.deliver"


def test_pieces_and_the_disk_wait_while_a_challenge_runs(
    sides: tuple[Office, Office], tmp_path: Path
) -> None:
    asking, asked, case, request = begun(sides)
    form, _ = decided(asked, case, request, tmp_path)
    delivery = asked.act("evidence.deliver", case, form)

    class NoDisk:
        def export(self, *_: object, **__: object) -> CourierView:
            return CourierView(calls=1, messages=1)

    courier = CourierDesk(place=asked.place, carrier=NoDisk())  # type: ignore[arg-type]
    assert courier.export(asked.officer(), folder="disk").calls == 1
    record(asked, case, CHALLENGE)
    with pytest.raises(GateClosedError):
        courier.export(asked.officer(), folder="disk")
    exchange(asked, asking)
    desk_out = delivery_desk(asked.place, asked.blobs, asked.pieces)
    with pytest.raises(ConflictError) as caught:
        desk_out.send(asked.desk, delivery.act, Carrier(asked, asking))
    assert caught.value.code == "delivery.halted"
    with asked.place.store.snapshot() as tx:
        found = tx.exchange.delivery(asked.desk, delivery.act, direction=Direction.OUT)
    assert found is not None
    with pytest.raises(ConflictError):
        next(desk_out.outgoing.pieces(found, 0, 1))
    record(
        asked,
        case,
        {
            "fact": "challenge.suspension",
            "challenge": 2,
            "suspends": False,
            "reference": "7/27",
            "digest": DIGEST,
        },
    )
    assert desk_out.send(asked.desk, delivery.act, Carrier(asked, asking)) == 1


def test_a_challenge_that_suspends_nothing_is_a_note(sides: tuple[Office, Office], tmp_path: Path) -> None:
    _, asked, case, request = begun(sides)
    form, _ = decided(asked, case, request, tmp_path)
    third = {**CHALLENGE, "who": "third_party", "suspends": False, "provision": "Code, article 800"}
    record(asked, case, third)
    view = draft(asked, "evidence.deliver", case, form)
    assert "procedure.challenged" in {one.code for one in view.assessment.findings}
    assert asked.settle(view).kind == "evidence.deliver"


def test_what_a_provider_answered_becomes_the_result_and_what_differs_is_for_a_person(
    sides: tuple[Office, Office], tmp_path: Path
) -> None:
    _, asked, case, request = begun(sides)
    form, _ = decided(asked, case, request, tmp_path)
    item = next(iter(desk(asked).show(asked.officer(), case=case, purpose="practice").requests[0].items))
    record(asked, case, {"fact": "answer", "answer": "partly", "items": [item], "reference": "P-1"})
    view = draft(asked, "evidence.deliver", case, form)
    assert "procedure.result_differs" not in {one.code for one in view.assessment.findings}
    issued = asked.settle(view)
    assert {row["id"]: row["result"] for row in issued.body["items"]}[item] == "partly"  # type: ignore[index, attr-defined]


def test_answers_that_object_or_told_the_user_are_for_a_person(sides: tuple[Office, Office]) -> None:
    _, asked, case, _ = begun(sides)
    asked.act("request.accept", case)
    record(asked, case, {"fact": "answer", "answer": "privilege"})
    record(asked, case, {"fact": "answer", "answer": "cost", "amount": "120.50", "currency": "EUR"})
    record(asked, case, {"fact": "answer", "answer": "user_told"})
    view = draft(asked, "transmission.decide", case, {"parts": {"decision": "granted"}})
    found = [one.code for one in view.assessment.to_decide]
    assert {"procedure.provider_objects", "procedure.user_told", "procedure.not_served"} <= set(found)


def test_times_at_home_are_duties_with_their_arithmetic(sides: tuple[Office, Office], tmp_path: Path) -> None:
    _, asked, case, request = begun(sides)

    def due() -> dict[str, tuple[str, ...]]:
        view = asked.cases.show(asked.officer(), case=case, purpose="practice")
        return {one.code: tuple(step.code for step in one.steps) for one in view.duties}

    assert due()["duty.home_take_on"] == ("received", "plus_working_days")
    decided(asked, case, request, tmp_path)
    told = record(asked, case, {"fact": "told", "step": "transmission", "who": "user"})
    assert due()["duty.remedy_period"] == ("domestic_told", "plus_calendar_days")
    assert told.requests[0].remedies[0].terms.count == 10
    record(asked, case, CHALLENGE)
    assert "duty.remedy_period" not in due()
    assert due()["duty.challenge_pending"][0] == "domestic_challenged"
    page = asked.lists.due(asked.officer(), purpose="practice")
    assert "duty.challenge_pending" in {one.code for one in page.items}
    asked.clock.advance(400 * DAY)
    assert "duty.challenge_pending" in due()  # nothing ends it but its decision


def test_the_requesting_side_keeps_no_facts(sides: tuple[Office, Office]) -> None:
    asking, _, case, _ = begun(sides)
    with pytest.raises(NotFoundError) as caught:
        record(asking, case, RULING)
    assert caught.value.code == "fact.request"
    assert desk(asking).show(asking.officer(), case=case, purpose="practice").requests == ()


def test_facts_are_numbered_chained_and_named(sides: tuple[Office, Office]) -> None:
    _, asked, case, _ = begun(sides)
    record(asked, case, RULING)
    view = record(asked, case, {"fact": "heard", "step": "order", "who": "prosecutor"})
    first, second = view.lines
    assert second.previous == line_digest(line_bytes(first))
    assert (first.officer, first.number, second.number) == ("a.diallo", 1, 2)
    kept = shipped_sheet("XAB")
    assert kept is not None
    assert first.sheet is not None
    assert first.sheet.digest == kept.digest
    with asked.place.store.snapshot() as tx:
        entries = tx.node.journal(asked.desk)
    about = f"{case}/2/{line_digest(line_bytes(second))}"
    assert about in {one.about for one in entries if one.action == "procedure.record"}


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        ({"fact": "wedding"}, "fact.kind"),
        ({**RULING, "digest": "short"}, "fact.form"),
        ({**RULING, "colour": "blue"}, "fact.form"),
        ({**RULING, "at": "2099-01-01"}, "fact.time"),
        ({**RULING, "at": "soon"}, "fact.time"),
        ({**RULING, "items": ["nowhere"]}, "fact.item"),
        ({**CHALLENGE, "suspends": False}, "fact.suspends"),
        ({**CHALLENGE, "who": "defence"}, "fact.form"),  # no provision, and the sheet names none
        (
            {
                "fact": "challenge.decided",
                "challenge": 9,
                "outcome": "upheld",
                "reference": "1",
                "digest": DIGEST,
            },
            "fact.challenge",
        ),
        (
            {"fact": "remedy.waived", "step": "transmission", "who": "user", "reference": "1"},
            "fact.no_remedy",
        ),
        ({"fact": "struck", "line": 4, "reason": "twice"}, "fact.line"),
        ({"fact": "answer", "answer": "cost"}, "fact.form"),
    ],
)
def test_facts_that_cannot_be_are_refused(
    sides: tuple[Office, Office], fact: dict[str, Any], code: str
) -> None:
    _, asked, case, _ = begun(sides)
    with pytest.raises((MalformedError, NotFoundError, ConflictError)) as caught:
        record(asked, case, fact)
    assert caught.value.code == code
    assert desk(asked).show(asked.officer(), case=case, purpose="practice").lines == ()


def test_a_line_in_error_is_struck_and_a_challenge_never_is(sides: tuple[Office, Office]) -> None:
    _, asked, case, _ = begun(sides)
    record(asked, case, {**RULING, "outcome": "refused"})
    view = record(asked, case, {"fact": "struck", "line": 1, "reason": "of another case"})
    assert view.struck == frozenset({1})
    record(asked, case, RULING)
    record(asked, case, CHALLENGE)
    with pytest.raises(ConflictError) as caught:
        record(asked, case, {"fact": "struck", "line": 4, "reason": "away with it"})
    assert caught.value.code == "fact.kept"


def test_a_registrar_records_but_opens_no_gate(sides: tuple[Office, Office]) -> None:
    _, asked, case, _ = begun(sides)
    registrar = asked.officer()
    object.__setattr__(registrar, "roles", ("registrar",))
    desk(asked).record(registrar, case=case, form=json.dumps(CHALLENGE).encode())
    ended = {
        "fact": "challenge.decided",
        "challenge": 1,
        "outcome": "dismissed",
        "reference": "9",
        "digest": DIGEST,
    }
    with pytest.raises(DeniedError) as caught:
        desk(asked).record(registrar, case=case, form=json.dumps(ended).encode())
    assert caught.value.code == "access.role"


def test_sheets_are_versions_and_the_newest_that_has_begun_holds(sides: tuple[Office, Office]) -> None:
    _, asked, case, _ = begun(sides)
    sheets = SheetsDesk(place=asked.place)
    ships = sheets.show("XAB")
    assert ships.ships
    changed = json.loads(ships.data) | {"version": 2, "since": "2027-06-01"}
    data = json.dumps(changed).encode()
    with pytest.raises(DeniedError):
        sheets.set(asked.officer(), data=data)
    assert sheets.set(asked.head(), data=data).sheet.version == 2
    assert sheets.show("XAB").sheet.version == 1
    asked.clock.advance(300 * DAY)
    assert sheets.show("XAB").sheet.version == 2
    assert len(sheets.list()) == 3
    with pytest.raises(ConflictError) as again:
        sheets.set(asked.head(), data=data)
    assert again.value.code == "sheet.version"
    with pytest.raises(ConflictError) as other:
        sheets.check(json.dumps(changed | {"party": "FRA"}).encode())
    assert other.value.code == "sheet.realm"
    with pytest.raises(NotFoundError):
        sheets.show("XAC")
    with asked.place.store.snapshot() as tx:
        assert [mark.case for mark in tx.acts.waiting_cases(asked.desk, most=5)] == [case]


def test_every_fact_has_a_name() -> None:
    assert len(FACTS) == 10
