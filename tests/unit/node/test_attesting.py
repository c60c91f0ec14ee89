"""What comes by letter or by voice is registered by name, and the case works like any other."""

from __future__ import annotations

import io
import json
import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from comity.cases.attested import CHANNELS
from comity.cases.courttar import BytesReader
from comity.cases.kinds import KINDS, OPENING_KINDS
from comity.cases.verdicts import verify_court_file
from comity.kernel.clock import Instant
from comity.kernel.errors import ComityError, ConflictError, MalformedError, NotFoundError
from comity.node.actexamples import act_example
from comity.node.attesting import Arrival, AttestingDesk
from comity.node.drafting import parse_act_form
from comity.node.views import ActView, CaseView, DraftView
from comity.requests.service import example
from tests.unit.node.nodes import Side, exchange, pair
from tests.unit.node.test_court import _court
from tests.unit.node.test_delivery import Office

STORED = json.dumps(example("stored-data")).encode()
VERIFIER = Path(__file__).parents[3] / "src/comity/cases/data/verify.py"


@pytest.fixture
def sides() -> tuple[Side, Side]:
    return pair()


def arrival(sender: str = "XAC", channel: str = "post", **more: Any) -> Arrival:
    return Arrival(**({"sender": sender, "channel": channel, "statement": "I opened the letter."} | more))


def register(side: Side, form: bytes, *, case: str | None = None, **how: Any) -> DraftView:
    desk = AttestingDesk(place=side.place, cases=side.cases)
    return desk.register(side.officer(), form=form, arrival=arrival(**how), case=case)


def draft(side: Side, kind: str, case: str, form: Mapping[str, Any] | None = None) -> DraftView:
    data = json.dumps(form or {}).encode()
    return side.cases.draft_act(side.officer(), kind=kind, case=case, form=data)


def act(side: Side, kind: str, case: str, form: Mapping[str, Any] | None = None) -> ActView:
    return side.settle(draft(side, kind, case, form))


def show(side: Side, case: str) -> CaseView:
    return side.cases.show(side.officer(), case=case, purpose="practice")


def owed(side: Side, case: str) -> dict[str, str]:
    return {duty.code: duty.owner for duty in show(side, case).duties}


WORDS = {"text": "as agreed", "language": "en"}


def test_a_case_with_a_state_that_has_no_node_goes_from_letter_to_disk(sides: tuple[Side, Side]) -> None:
    _, asked = sides
    came = asked.settle(register(asked, STORED, reference="NV 12/2026", checked="sealed", scan="5" * 64))
    case = came.case
    view = show(asked, case)
    assert view.participants == ("XAB/contact-point", "XAC/central-authority")
    (request,) = view.requests
    assert (request.by, request.to, request.attested) == ("XAC/central-authority", "XAB/contact-point", True)
    assert came.approved_by == ("first-officer",) and came.sender == "XAB/contact-point"
    seen = view.acts[0].attested
    assert seen is not None
    assert (seen.kind, seen.of, seen.channel, seen.status) == (
        "data.request",
        "XAC/central-authority",
        "post",
        "standing",
    )
    accept = draft(asked, "request.accept", case)
    assert accept.undecided  # the form is assessed like one that a node sent
    asked.settle(accept)
    assert owed(asked, case)["duty.convey"] == "XAB/contact-point"
    act(asked, "act.convey", case, {"body": {"channel": "diplomatic"}})
    assert "duty.convey" not in owed(asked, case)
    act(asked, "transmission.decide", case, {"parts": {"decision": WORDS}})
    assert "evidence.deliver" not in show(asked, case).permitted
    act(asked, "evidence.hand", case, {"body": {"medium": "disk"}, "parts": {"description": WORDS}})
    (request,) = show(asked, case).requests
    assert {one.state for one in request.accounts} == {"executed"}
    withdrawal = json.dumps({"act": "request.withdraw", "body": {}, "parts": {}}).encode()
    asked.settle(register(asked, withdrawal, case=case, channel="mail"))
    assert owed(asked, case)["duty.return"] == "XAC/central-authority"


def test_our_request_to_a_state_without_a_node_passes_the_gate_and_leaves_as_a_letter(
    sides: tuple[Side, Side],
) -> None:
    asking, other = sides
    with pytest.raises(NotFoundError, match="no peer"):
        asking.cases.draft_request(asking.officer(), form=STORED, to="XAC/justice")
    view = asking.cases.draft_request(asking.officer(), form=STORED, to="XAC/justice", outside=True)
    assert view.undecided and view.persons_needed == 2
    sent = asking.settle(view)
    assert exchange(asking, other) == 0 and sent.receipt_result == ""
    at = Instant(asking.clock.now())
    body = {"step": "arrived", "channel": "courier", "at": at, "act": sent.act}
    act(asking, "act.convey", sent.case, {"body": body})
    decide = next(one for one in show(asking, sent.case).duties if one.code == "duty.decide")
    assert decide.owner == "XAC/justice" and decide.steps[0].code == "received"
    answer = {"act": "request.accept", "parts": {"note": "yes"}}
    asking.settle(register(asking, json.dumps(answer).encode(), case=sent.case, sender="XAC/justice"))
    assert show(asking, sent.case).requests[0].status == "accepted"


def test_who_has_a_node_is_not_asked_by_letter_as_if_it_had_none(sides: tuple[Side, Side]) -> None:
    asking, _ = sides
    with pytest.raises(ConflictError, match="has a node"):
        asking.cases.draft_request(asking.officer(), form=STORED, to="XAB/contact-point", outside=True)


def test_one_case_half_by_voice_is_seen_and_answered_by_both(sides: tuple[Side, Side]) -> None:
    asking, asked = sides
    sent = asking.settle(asking.cases.draft_request(asking.officer(), form=STORED, to="XAB/contact-point"))
    case = sent.case
    exchange(asking, asked)
    said = json.dumps({"act": "request.withdraw", "body": {"why": "no_longer_needed"}}).encode()
    word = asked.settle(register(asked, said, case=case, sender="XAA", channel="voice", checked="callback"))
    assert owed(asked, case)["duty.obtain_confirmation"] == "XAB/contact-point"
    exchange(asking, asked)
    theirs = show(asking, case)
    assert theirs.requests[0].status == "withdrawn" and "attest.confirm" in theirs.permitted
    assert theirs.acts[-1].attested is not None and theirs.acts[-1].sender == "XAB/contact-point"
    act(asking, "attest.confirm", case)
    exchange(asking, asked)
    assert "duty.obtain_confirmation" not in owed(asked, case)
    found = {one.act: one.attested for one in show(asked, case).acts}[word.act]
    assert found is not None and found.status == "confirmed"


def test_what_came_incomplete_is_registered_all_the_same_and_found_when_it_is_taken_on(
    sides: tuple[Side, Side],
) -> None:
    _, asked = sides
    form = example("stored-data")
    for name in ("purpose", "items", "basis", "offences"):
        form.pop(name)
    case = asked.settle(register(asked, json.dumps(form).encode())).case
    blocked = draft(asked, "request.accept", case)
    assert not blocked.assessment.may_proceed
    missing = {one.field for one in blocked.assessment.findings if one.code == "field.missing"}
    assert {"/purpose", "/items", "/basis", "/offences"} <= missing
    asked.cases.drop(asked.officer(), act=blocked.act)
    question = {"body": {"fields": sorted(missing)[:4]}, "parts": {"question": WORDS}}
    act(asked, "request.clarify", case, question)
    assert "duty.answer" in owed(asked, case)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"channel": "smoke"}, "register.channel"),
        ({"checked": "surely"}, "register.checked"),
        ({"statement": " "}, "register.statement"),
        ({"scan": "no digest"}, "digest.form"),
        ({"sender": "XAB"}, "register.own"),
        ({"sender": "FRA"}, "realm.mixed"),
        ({"at": Instant(2_000_000_000_000_000)}, "body.attested_at"),
        ({"reference": "Mr Smith!"}, "body.form"),
    ],
)
def test_what_no_attestation_can_say_is_refused(
    sides: tuple[Side, Side], how: dict[str, Any], code: str
) -> None:
    with pytest.raises(ComityError) as caught:
        register(sides[1], STORED, **how)
    assert caught.value.code == code


def test_what_opens_no_case_needs_one_and_a_case_has_two_sides(sides: tuple[Side, Side]) -> None:
    _, asked = sides
    note = json.dumps({"act": "status.ask"}).encode()
    with pytest.raises(MalformedError) as caught:
        register(asked, note)
    assert caught.value.code == "register.opens"
    case = asked.settle(register(asked, STORED)).case
    with pytest.raises(ConflictError) as other:
        register(asked, note, case=case, sender="XAD")
    assert other.value.code == "register.participant"
    asked.settle(register(asked, note, case=case))
    assert "duty.tell_status" in owed(asked, case)
    with pytest.raises(ComityError) as unfit:
        register(asked, json.dumps({"act": "status.tell", "body": {}}).encode(), case=case)
    assert unfit.value.code in ("body.part_missing", "permitted.other_side")


def test_a_draft_to_talk_about_may_be_incomplete_and_opens_nothing_but_talk(
    sides: tuple[Side, Side],
) -> None:
    asking, asked = sides
    form = example("stored-data")
    form.pop("purpose")
    view = asking.cases.draft_request(
        asking.officer(), form=json.dumps(form).encode(), to="XAB/contact-point", consult=True
    )
    assert view.kind == "consultation.draft" and view.assessment.may_proceed
    case = asking.settle(view).case
    exchange(asking, asked)
    theirs = show(asked, case)
    assert theirs.requests == () and owed(asked, case) == {"duty.answer_draft": "XAB/contact-point"}
    assert "draft.answer" in theirs.permitted and "request.accept" not in theirs.permitted
    act(asked, "draft.answer", case, {"parts": {"answer": WORDS}})
    exchange(asking, asked)
    assert owed(asking, case) == {}


def test_there_is_a_form_for_every_kind_that_a_person_writes() -> None:
    for kind in sorted(set(KINDS) - OPENING_KINDS - {"act.attest", "evidence.deliver"}):
        form = act_example(kind)
        known = set(KINDS[kind].body.__struct_fields__) | {"from"}
        assert set(form["body"]) <= known, kind
        assert set(form["parts"]) <= {*KINDS[kind].needs, *KINDS[kind].may}
        parse_act_form(json.dumps(form).encode())
    for kind in ("data.request", "act.attest", "nothing"):
        with pytest.raises(NotFoundError):
            act_example(kind)


def test_a_conversation_runs_on_the_forms_of_its_examples(sides: tuple[Side, Side]) -> None:
    asking, asked = sides
    sent = asking.settle(asking.cases.draft_request(asking.officer(), form=STORED, to="XAB/contact-point"))
    case = sent.case
    exchange(asking, asked)
    steps = [
        (asked, "conditions.offer"),
        (asking, "conditions.accept"),
        (asked, "assurance.ask"),
        (asking, "assurance.give"),
        (asking, "status.ask"),
        (asked, "status.tell"),
        (asked, "costs.propose"),
        (asking, "costs.agree"),
        (asked, "execution.warn"),
        (asking, "execution.proceed"),
        (asking, "case.consult"),
        (asked, "consult.answer"),
        (asked, "breach.notify"),
        (asked, "breach.answer"),
    ]
    items = list(show(asking, case).requests[0].items)
    for side, kind in steps:
        form = act_example(kind)
        if "items" in form["body"]:
            form["body"]["items"] = items[:1]
        act(side, kind, case, form)
        exchange(asking, asked)
    talks = show(asking, case).requests[0].talks
    assert talks and all(one.answered_by for one in talks)
    assert show(asked, case).requests[0].talks == talks


def test_the_court_file_of_a_case_on_paper_says_what_one_side_alone_attests(tmp_path: Path) -> None:
    _, other = pair()
    asked = Office(place=other.place, clock=other.clock, root=tmp_path)
    came = asked.settle(register(asked, STORED))
    case = came.case
    act(asked, "request.accept", case)
    out = tmp_path / "court.tar"
    _court(asked).export(asked.head(), case=case, purpose="practice", out=str(out))
    report = runpy.run_path(str(VERIFIER))["verify"](io.BytesIO(out.read_bytes()))
    assert report["verdict"] == "PRACTICE", report["fault"]
    assert report["attested"] == [{"act": came.act, "kind": "data.request", "channel": "post"}]
    own = verify_court_file(BytesReader(out.read_bytes())).value()
    assert own == report
    assert len(report["roots"]) == 1  # the other side has none


def test_every_channel_is_one_of_the_document() -> None:
    text = (Path(__file__).parents[3] / "docs/spec/acts.md").read_text("utf-8")
    assert all(f"`{channel}`" in text for channel in CHANNELS)


def test_who_attests_a_request_and_how_it_came_is_told_for_its_letter(sides: tuple[Side, Side]) -> None:
    here, _ = sides
    draft = register(here, json.dumps(example("stored-data")).encode(), channel="portal")
    made = here.settle(draft)
    desk = AttestingDesk(place=here.place, cases=here.cases)
    found = desk.origin(here.officer(), act=made.act, purpose="practice")
    assert found is not None and found.channel == "portal"
    assert found.by == ", ".join((here.desk, str(here.head().officer)))  # who approved attests
    assert (
        desk.origin(here.officer(), act=act(here, "request.accept", made.case).act, purpose="practice")
        is None
    )
