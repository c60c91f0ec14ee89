"""A case between two nodes in memory: from the draft of a preservation to its effect, with its gate."""

import json
from dataclasses import replace

import pytest

from comity.kernel.errors import ComityError, ConflictError, DeniedError
from comity.node.views import DraftView
from comity.requests.service import example
from tests.unit.node.nodes import Side, exchange, pair

PRESERVATION = json.dumps(example("preservation")).encode()
STORED = json.dumps(example("stored-data")).encode()


@pytest.fixture
def sides() -> tuple[Side, Side]:
    return pair()


def test_a_preservation_from_draft_to_effect(sides: tuple[Side, Side]) -> None:
    asking, asked = sides
    draft = asking.cases.draft_request(asking.officer(), form=PRESERVATION, to="XAB/contact-point")
    assert draft.assessment.may_proceed
    assert draft.undecided
    request = asking.settle(draft)
    assert exchange(asking, asked) == 1

    case = request.case
    seen = asked.cases.show(asked.officer(), case=case, purpose="practice")
    assert [act.kind for act in seen.acts] == ["preservation.request"]
    assert {"request.accept", "request.refuse"} <= set(seen.permitted)

    accept = asked.cases.draft_act(asked.officer(), kind="request.accept", case=case, form=b"{}")
    asked.settle(accept)
    order = asked.cases.draft_act(
        asked.officer(),
        kind="order.record",
        case=case,
        form=json.dumps({"parts": {"order": {"authority": "Court", "number": "1"}}}).encode(),
    )
    asked.settle(order)
    effect = asked.cases.draft_act(asked.officer(), kind="preservation.effect", case=case, form=b"{}")
    asked.settle(effect)
    assert exchange(asking, asked) == 3

    view = asking.cases.show(asking.officer(), case=case, purpose="practice")
    assert [act.kind for act in view.acts] == [
        "preservation.request",
        "request.accept",
        "order.record",
        "preservation.effect",
    ]
    assert all(act.receipt_result == "stored" for act in view.acts)
    assert set(view.requests[0].items.values()) == {"held"}
    assert view.requests[0].preserved_until is not None
    theirs = asked.cases.show(asked.officer(), case=case, purpose="practice").requests[0]
    assert replace(theirs, permitted=()) == replace(view.requests[0], permitted=())
    assert "preservation.release" in theirs.permitted
    assert "request.withdraw" in view.requests[0].permitted


def test_nothing_leaves_undecided_or_unapproved(sides: tuple[Side, Side]) -> None:
    asking, asked = sides
    draft = asking.cases.draft_request(asking.officer(), form=PRESERVATION, to="XAB/contact-point")
    with pytest.raises(ConflictError, match="wait for a named officer"):
        asking.cases.approve(asking.officer(), act=draft.act, reason="in a hurry")
    with pytest.raises(ComityError):
        asking.cases.issue(asking.officer(), act=draft.act)
    assert exchange(asking, asked) == 0


def test_one_person_is_not_two(sides: tuple[Side, Side]) -> None:
    asking, asked = sides
    draft = asking.cases.draft_request(asking.officer(), form=STORED, to="XAB/contact-point")
    assert draft.persons_needed == 2
    for key in draft.undecided:
        draft = asking.cases.decide(
            asking.officer(), act=draft.act, finding=key, outcome="proceed", inner="looked at it"
        )
    draft = asking.cases.approve(asking.officer(), act=draft.act, reason="lawful")
    assert draft.roles_missing == ("head",)
    with pytest.raises(ComityError):
        asking.cases.issue(asking.officer(), act=draft.act)
    with pytest.raises(ConflictError, match="has approved this already"):
        asking.cases.approve(asking.officer(), act=draft.act, reason="again")
    assert exchange(asking, asked) == 0


def test_a_read_is_in_the_log_before_anything_is_shown(sides: tuple[Side, Side]) -> None:
    asking, _ = sides
    draft = asking.cases.draft_request(asking.officer(), form=PRESERVATION, to="XAB/contact-point")
    case = asking.settle(draft).case
    with pytest.raises(DeniedError, match="purpose"):
        asking.cases.show(asking.officer(), case=case, purpose="")
    asking.cases.show(asking.officer(), case=case, purpose="practice")
    with asking.place.store.snapshot() as tx:
        newest = tx.node.journal(asking.desk, newest=1)[0]
    assert (newest.action, newest.about, newest.purpose) == ("case.read", case, "practice")


def test_a_refusal_needs_a_ground_of_the_closed_list_and_a_consultation(sides: tuple[Side, Side]) -> None:
    asking, asked = sides
    request = asking.settle(asking.cases.draft_request(asking.officer(), form=STORED, to="XAB/contact-point"))
    exchange(asking, asked)
    reason = {"reason": {"text": "Our essential interests", "language": "en"}}

    def refusal(ground: str, **more: str) -> list[str]:
        form = json.dumps({"body": {"ground": ground, **more}, "parts": reason}).encode()
        draft = asked.cases.draft_act(asked.officer(), kind="request.refuse", case=request.case, form=form)
        asked.cases.drop(asked.officer(), act=draft.act)
        return [f.code for f in draft.assessment.findings if f.severity == "blocks"]

    assert refusal("R-42.5") == ["refusal.not_allowed"]
    assert refusal("R-40.21b") == ["refusal.no_consultation"]
    consult = asked.cases.draft_act(
        asked.officer(),
        kind="case.consult",
        case=request.case,
        form=json.dumps({"body": {"about": "refusal"}, "parts": {"text": "May we narrow it?"}}).encode(),
    )
    asked.settle(consult)
    assert refusal("R-40.21b") == []
    assert refusal("R-40.21b", consulted=request.act) == ["refusal.no_consultation"]
    assert refusal("R-40.21b", consulted="0" * 64) == ["refusal.no_consultation"]


def test_a_postponement_follows_a_consultation(sides: tuple[Side, Side]) -> None:
    asking, asked = sides
    request = asking.settle(asking.cases.draft_request(asking.officer(), form=STORED, to="XAB/contact-point"))
    exchange(asking, asked)
    form = json.dumps({"body": {"ground": "P-40.27"}, "parts": {"reason": "A trial is under way"}}).encode()
    draft = asked.cases.draft_act(asked.officer(), kind="request.postpone", case=request.case, form=form)
    assert [f.code for f in draft.assessment.findings] == ["refusal.no_consultation"]
    asked.cases.drop(asked.officer(), act=draft.act)
    asked.settle(
        asked.cases.draft_act(
            asked.officer(),
            kind="case.consult",
            case=request.case,
            form=json.dumps({"body": {"about": "postponement"}, "parts": {"text": "In March?"}}).encode(),
        )
    )
    draft = asked.cases.draft_act(asked.officer(), kind="request.postpone", case=request.case, form=form)
    assert asked.settle(draft).kind == "request.postpone"


def _open_questions(draft: DraftView) -> list[str]:
    codes = (key.partition("@")[0] for key in draft.undecided)
    return sorted(code for code in codes if not code.startswith("procedure."))


@pytest.mark.parametrize(
    ("form", "step", "asked_there"),
    [
        (PRESERVATION, "preservation.effect", []),
        (STORED, "transmission.decide", ["personal_data.review"]),
    ],
)
def test_no_question_is_skipped_by_recording_no_order(
    sides: tuple[Side, Side], form: bytes, step: str, asked_there: list[str]
) -> None:
    asking, asked = sides
    request = asking.settle(asking.cases.draft_request(asking.officer(), form=form, to="XAB/contact-point"))
    exchange(asking, asked)

    def draft(kind: str, parts: object = None) -> DraftView:
        handed_in = json.dumps({"parts": parts or {}}).encode()
        return asked.cases.draft_act(asked.officer(), kind=kind, case=request.case, form=handed_in)

    asked.settle(draft("request.accept"))
    of_the_order = ["domestic_law.review", "proportionality.review"]
    parts = {"decision": "granted"} if step == "transmission.decide" else None
    hasty = draft(step, parts)
    assert _open_questions(hasty) == sorted(asked_there + of_the_order)
    asked.cases.drop(asked.officer(), act=hasty.act)
    order = draft("order.record", {"order": {"authority": "Court"}})
    assert _open_questions(order) == of_the_order
    asked.settle(order)
    assert _open_questions(draft(step, parts)) == asked_there


def test_what_holds_nothing_asks_nothing(sides: tuple[Side, Side]) -> None:
    asking, asked = sides
    draft = asking.cases.draft_request(asking.officer(), form=PRESERVATION, to="XAB/contact-point")
    request = asking.settle(draft)
    exchange(asking, asked)
    asked.settle(asked.cases.draft_act(asked.officer(), kind="request.accept", case=request.case, form=b"{}"))
    item = next(
        iter(asked.cases.show(asked.officer(), case=request.case, purpose="practice").requests[0].items)
    )
    form = json.dumps({"body": {"items": [{"id": item, "state": "not_held"}]}}).encode()
    effect = asked.cases.draft_act(asked.officer(), kind="preservation.effect", case=request.case, form=form)
    assert effect.undecided == ()


def test_ids_may_be_shortened_but_not_too_much(sides: tuple[Side, Side]) -> None:
    asking, _ = sides
    act = asking.settle(
        asking.cases.draft_request(asking.officer(), form=PRESERVATION, to="XAB/contact-point")
    ).act
    assert asking.cases.resolve(act[:8]) == act
    with pytest.raises(ComityError, match="too short"):
        asking.cases.resolve(act[:7])
    with pytest.raises(ComityError, match="nothing here"):
        asking.cases.resolve("0" * 12)
