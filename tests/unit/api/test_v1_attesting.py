"""What came outside any node, through the interface."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.requests.service import example
from tests.unit.api.test_v1 import client, finish
from tests.unit.web.world import World, world


@pytest.fixture
def two(tmp_path: Path) -> World:
    return world(tmp_path)


def test_a_letter_is_registered_and_the_case_goes_on_by_the_forms_of_acts(two: World) -> None:
    caller = client(two.asked)
    wish = {
        "form": example("stored-data"),
        "sender": "XAC",
        "channel": "post",
        "statement": "I opened it myself.",
        "reference": "NV 12/2026",
    }
    draft = caller.post("/registrations", wish)
    assert (draft["kind"], draft["persons_needed"]) == ("act.attest", 1)
    act = finish(two.asked, draft)
    case = caller.get(f"/cases/{act['case']}")
    assert case["acts"][0]["attested"]["channel"] == "post"
    assert case["requests"][0]["attested"] and case["requests"][0]["by"] == "XAC/central-authority"
    form = caller.get("/act-kinds/execution.warn/example")
    form["body"]["items"] = list(case["requests"][0]["items"])[:1]
    finish(two.asked, caller.post(f"/cases/{act['case']}/acts?kind=execution.warn", form))
    talks = caller.get(f"/cases/{act['case']}")["requests"][0]["talks"]
    assert [(one["kind"], one["owner"], one["codes"]) for one in talks] == [
        ("execution.warn", "XAC/central-authority", ["confidentiality"])
    ]
    again = {"form": {"act": "execution.proceed"}, "sender": "XAC", "channel": "voice", "case": act["case"]}
    finish(two.asked, caller.post("/registrations", again | {"statement": "They called."}))
    found = caller.get(f"/cases/{act['case']}")
    assert found["requests"][0]["talks"][0]["answered_by"] == "execution.proceed"
    assert "duty.obtain_confirmation" in {duty["code"] for duty in found["duties"]}


def test_what_no_attestation_can_say_is_a_problem(two: World) -> None:
    caller = client(two.asked)
    wish = {"form": {"act": "status.ask"}, "sender": "XAC", "channel": "smoke", "statement": "x"}
    reply = caller.call("POST", "/registrations", wish)
    assert (reply.status, json.loads(reply.body)["code"]) == (422, "register.channel")
    assert caller.call("GET", "/act-kinds/nothing/example").status == 404


def test_a_draft_to_talk_about_and_a_letter_are_asked_for_in_the_query(two: World) -> None:
    caller = client(two.asking)
    form = example("stored-data")
    talk = caller.post("/requests?to=XAB/contact-point&consult=true", form)
    assert talk["kind"] == "consultation.draft"
    letter = caller.post("/requests?to=XAC/justice&outside=true", form)
    assert letter["kind"] == "data.request"
