"""Freezing and restitution by REST: a tie, a claim that is taken over, a statement, forms, figures."""

from __future__ import annotations

import json

import pytest

from comity.requests.service import example
from tests.unit.api.test_v1 import client
from tests.unit.web.world import HEAD, world


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return world(tmp_path_factory.mktemp("rest")).asking


def test_claims_go_from_the_freeze_into_the_ledger_and_out_as_a_statement(house):
    office, head = house.office, client(house, HEAD)
    form = json.dumps(example("confiscation")).encode()
    case = str(
        office.settle(office.cases.draft_request(office.officer(), form=form, to="XAB/contact-point")).case
    )
    ledger = f"/cases/{case}/restitution"
    bank = {"account": "77", "bank": "B", "amount": "50", "currency": "EUR", "reference": "R"}
    head.post("/freezes", {"name": "held-1", "words": "seized", "bank": bank})
    missing = head.call("POST", "/freezes/held-1/ties", {"request": case[:12], "item": "none"})
    assert (missing.status, json.loads(missing.body)["code"]) == (404, "freeze.no_item")
    assert head.post("/freezes/held-1/ties", {"request": case[:12]})["requests"] == [case]
    lines = "/freezes/held-1/lines"
    head.post(lines, {"fact": {"fact": "claim", "who": "Ms R.", "ground": "g", "amount": "20"}})
    ruling = {"fact": "ruling", "claim": 3, "outcome": "partly", "court": "C", "reference": "K"}
    head.post(lines, {"fact": ruling | {"digest": "0" * 64}})
    figures = head.get("/freezing/figures")
    assert (figures["assets"], figures["asked"], figures["worth"][0]["found"]) == (1, 1, None)
    forms = {one["entry"]: one["asks"] for one in head.get("/restitution/entries")}
    assert {"name": "unit", "answer": "text", "needed": True, "choices": []} in forms["asset.open"]
    opened = {"asset": "A1", "unit": "EUR", "description": "d", "state": "frozen", "custodian": "B"}
    head.post(ledger, {"entry": "asset.open", "values": opened})
    (book,) = head.get(f"{ledger}/claims")
    assert (book["book"], book["claims"][0]["number"]) == ("held-1", 3)
    silent = head.call("POST", f"{ledger}/claims", {"freeze": "held-1"})
    assert json.loads(silent.body)["code"] == "restitution.awarded"
    taken = head.post(f"{ledger}/claims", {"freeze": "held-1", "awarded": [{"line": 3, "amount": "5.10"}]})
    assert [(one["claim"], one["proven"]["shown"]) for one in taken["claims"]] == [("held-1-3", "5.10 EUR")]
    assert head.get(f"{ledger}/claims") == []
    paper = head.call("GET", f"{ledger}/statement?language=fr")
    assert (paper.status, paper.body[:5]) == (200, b"%PDF-")
    assert head.call("GET", f"{ledger}/statement?language=xx").status == 422
