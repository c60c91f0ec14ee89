"""Procedure at home over the interface: a fact is recorded, what it halts is told, sheets are read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from comity.node.factexamples import EXAMPLES
from tests.unit.api.test_v1 import ROOT, client
from tests.unit.web.test_reading_pages import ask
from tests.unit.web.world import World, world


@pytest.fixture
def two(tmp_path: Path) -> World:
    return world(tmp_path)


def fact(name: str, **changes: Any) -> dict[str, Any]:
    return {"fact": name, **EXAMPLES[name], **changes}


def test_a_challenge_is_recorded_and_told(two: World) -> None:
    request = ask(two)
    asked, path = client(two.asked), f"/cases/{request.case}/procedure"
    assert asked.get(path)["lines"] == []
    lodged = fact("challenge.lodged", suspends=True, provision="Act, article 24")
    made = asked.call("POST", path, {"form": lodged})
    assert made.status == 201, made.text
    found = asked.get(f"{path}?purpose=oversight")
    assert found == json.loads(made.body)
    (home,) = found["requests"]
    assert (home["request"], home["kind"], home["sheet"]["party"]) == (request.act, "preservation", "XAB")
    assert home["steps"][0]["step"] == "take_on"
    assert [(one["why"], one["provision"], one["number"]) for one in home["halts"]] == [
        ("challenge", "Act, article 24", 1)
    ]
    assert (found["lines"][0]["officer"], found["lines"][0]["fact"]["fact"]) == (
        "a.diallo",
        "challenge.lodged",
    )
    assert two.asked.toolbox.reading.journal(two.asked.office.officer())[0].purpose == "oversight"
    ended = fact("challenge.decided")
    assert asked.call("POST", path, {"form": ended}).status == 201
    assert asked.get(path)["requests"][0]["halts"] == []
    assert not two.asked.faults


def test_what_is_open_wants_a_reason_and_nonsense_is_refused(two: World) -> None:
    request = ask(two)
    asked, path = client(two.asked), f"/cases/{request.case}/procedure"
    refusals = {
        "fact.kind": {"form": {"fact": "wedding"}},
        "fact.form": {"form": fact("ruling", digest="short")},
        "fact.line": {"form": fact("struck", line=7)},
    }
    for code, body in refusals.items():
        assert json.loads(asked.call("POST", path, body).body)["code"] == code
    assert asked.call("POST", path, {"fact": "served"}).status == 400
    partly = fact("ruling", outcome="partly")
    assert asked.call("POST", path, {"form": partly}).status == 201
    open_still = asked.call("POST", path, {"form": fact("served")})
    assert (open_still.status, json.loads(open_still.body)["code"]) == (409, "procedure.undecided")
    reason = {"procedure.ruling_partly": "this is the part that was granted"}
    made = asked.post(path, {"form": fact("served"), "reasons": reason})
    assert made["lines"][1]["decided"] == reason
    asking = client(two.asking)
    assert asking.get(path)["requests"] == []
    refused = asking.call("POST", path, {"form": fact("heard")})
    assert (refused.status, json.loads(refused.body)["code"]) == (404, "fact.request")


def test_sheets_are_listed_and_read_for_a_day(two: World) -> None:
    caller = client(two.asking)
    assert [(one["sheet"]["party"], one["ships"]) for one in caller.get("/sheets")] == [
        ("XAA", True),
        ("XAB", True),
    ]
    found = caller.get("/sheets/XAB?on=2027-01-01")
    assert found in caller.get("/sheets")
    assert len(found["digest"]) == 64
    for query, code in (("XAC", "sheet.absent"), ("x", "party.code")):
        assert json.loads(caller.call("GET", f"/sheets/{query}").body)["code"] == code
    assert caller.call("GET", "/sheets/XAB?on=soon").status == 400
    described = json.loads(caller.browser.get(f"{ROOT}/openapi.json").body)
    assert "FactWish" in described["components"]["schemas"]
