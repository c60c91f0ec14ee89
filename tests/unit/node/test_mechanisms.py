"""Mechanisms beyond preservation and stored data, between two nodes: reported, offered, forwarded."""

import json
from typing import Any

import pytest

from comity.kernel.errors import ComityError
from comity.node.views import ActView
from comity.requests.kinds import RequestKind, all_kinds
from comity.requests.refusal import REFUSE, allowed_grounds
from comity.requests.service import example
from tests.unit.node.nodes import Side, exchange, pair


@pytest.fixture
def sides() -> tuple[Side, Side]:
    return pair()


def asked_for(asking: Side, kind: str, *, variant: int = 1) -> ActView:
    form = json.dumps(example(kind, variant=variant)).encode()
    draft = asking.cases.draft_request(asking.officer(), form=form, to="XAB/contact-point")
    assert draft.assessment.may_proceed
    return asking.settle(draft)


def does(side: Side, kind: str, case: str, **form: Any) -> ActView:
    draft = side.cases.draft_act(side.officer(), kind=kind, case=case, form=json.dumps(form).encode())
    return side.settle(draft)


def items(side: Side, case: str) -> dict[str, str]:
    (request,) = side.cases.show(side.officer(), case=case, purpose="practice").requests
    return dict(request.items)


def test_a_served_document_is_reported_without_a_package(sides: tuple[Side, Side]) -> None:
    asking, asked = sides
    case = asked_for(asking, "service").case
    exchange(asking, asked)
    does(asked, "request.accept", case)
    draft = asked.cases.draft_act(
        asked.officer(),
        kind="execution.report",
        case=case,
        form=json.dumps({"parts": {"report": {"text": "Served on 12 November", "language": "en"}}}).encode(),
    )
    asked_of_person = {f.code for f in draft.assessment.to_decide}
    assert {"personal_data.review", "proportionality.review", "domestic_law.review"} <= asked_of_person
    asked.settle(draft)
    exchange(asking, asked)
    assert items(asking, case) == items(asked, case) == {"summons": "executed"}


def test_information_is_sent_once_its_terms_are_accepted(sides: tuple[Side, Side]) -> None:
    asking, asked = sides
    case = asked_for(asking, "spontaneous-information").case
    exchange(asking, asked)
    information = {"information": {"text": "Eleven accounts at banks of Belmare", "language": "en"}}
    with pytest.raises(ComityError) as caught:
        does(asking, "information.send", case, parts=information)
    assert caught.value.code.startswith("permitted.")
    does(asked, "request.accept", case)
    exchange(asking, asked)
    does(asking, "information.send", case, parts=information)
    exchange(asking, asked)
    assert items(asked, case) == {"victims": "executed"}


def test_an_enquiry_that_came_to_the_wrong_office_is_forwarded(sides: tuple[Side, Side]) -> None:
    asking, asked = sides
    case = asked_for(asking, "police-cooperation").case
    exchange(asking, asked)
    does(asked, "request.forward", case, body={"items": ["methods"], "authority": "XAB/cyber-unit"})
    exchange(asking, asked)
    assert items(asking, case) == {"person": "asked", "methods": "forwarded"}


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.code)
def test_every_kind_travels_and_is_refused_on_a_ground_of_its_own_set(
    sides: tuple[Side, Side], kind: RequestKind
) -> None:
    asking, asked = sides
    case = asked_for(asking, kind.code).case
    assert exchange(asking, asked) == 1
    grounds = [g for g in allowed_grounds(kind.code) if g.effect == REFUSE]
    ground = next(g for g in grounds if not g.consult and not g.reservation)
    reason = {"reason": {"text": "See the ground", "language": "en"}}
    foreign = "R-48" if kind.grounds != "team" else "R-38"
    draft = asked.cases.draft_act(
        asked.officer(),
        kind="request.refuse",
        case=case,
        form=json.dumps({"body": {"ground": foreign}, "parts": reason}).encode(),
    )
    assert {f.code for f in draft.assessment.findings if f.severity.value == "blocks"} == {
        "refusal.not_allowed"
    }
    asked.cases.drop(asked.officer(), act=draft.act)
    does(asked, "request.refuse", case, body={"ground": ground.code}, parts=reason)
    exchange(asking, asked)
    assert set(items(asking, case).values()) == {"refused"}
