"""Every kind of request becomes an act that the cases take, as the table of acts says."""

import json
from datetime import date

import msgspec
import pytest

from comity.cases.approvals import PERSONS
from comity.cases.kinds import KINDS, REQUEST_KINDS, Request
from comity.node.assessing import RequestAssessor
from comity.node.drafting import request_act
from comity.requests import service
from comity.requests.examples import variants_of
from comity.requests.kinds import RequestKind, all_kinds
from comity.requests.wire import parse_form

ALL = pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.code)


def test_the_acts_that_carry_forms_are_those_of_the_kinds() -> None:
    assert {kind.act for kind in all_kinds()} == set(REQUEST_KINDS)
    mechanisms = [kind.mechanism for kind in all_kinds()]
    assert len(set(mechanisms)) == len(mechanisms)


@ALL
def test_persons_and_freezing_are_those_of_the_act(kind: RequestKind) -> None:
    assert kind.two_person == (PERSONS[kind.act] == 2)
    assert kind.coercive == KINDS[kind.act].coercive


@ALL
def test_every_example_becomes_an_act_with_a_skeleton_that_names_nobody(kind: RequestKind) -> None:
    for variant in range(1, variants_of(kind) + 1):
        form = service.example(kind.code, variant=variant)
        act, body, part = request_act(parse_form(json.dumps(form).encode()), case=None)
        assert act == kind.act
        skeleton = msgspec.convert(body["request"], Request)
        assert skeleton.mechanism == kind.mechanism
        assert skeleton.items == tuple(item["id"] for item in form["items"])
        assert json.loads(part.data) == form
        text = json.dumps(body)
        for personal in ("mailhaven", "Brandt", "Moreau", "Port Alta", "4471"):
            assert personal not in text


@ALL
def test_the_sending_side_assesses_the_act_by_the_rules_of_its_kind(kind: RequestKind) -> None:
    form = json.dumps(service.example(kind.code)).encode()
    _, body, part = request_act(parse_form(form), case=None)
    assessor = RequestAssessor()
    whole = assessor.assess(kind.act, body, {"form": part.data}, on=date(2026, 11, 2))
    assert whole == service.check(form, side="requesting", on=date(2026, 11, 2))
