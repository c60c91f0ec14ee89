"""A letter over the interface: made from the part of an act, read for a purpose."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.wording import WRITTEN
from tests.unit.api.test_v1 import FORM, client, finish
from tests.unit.web.world import World, world


@pytest.fixture
def two(tmp_path: Path) -> World:
    return world(tmp_path)


def test_the_request_of_an_act_is_given_as_a_letter(two: World) -> None:
    asking = client(two.asking)
    request = finish(two.asking, asking.post("/requests?to=XAB/contact-point", json.loads(FORM)))
    two.carry()
    asked = client(two.asked)
    path = f"/acts/{request['act']}/letter"
    for language in WRITTEN:
        reply = asked.call("GET", f"{path}?language={language}&style=tcy-29-30&format=docx&purpose=oversight")
        assert reply.status == 200, reply.text
        assert reply.headers["content-type"] == "application/octet-stream"
        assert reply.body.startswith(b"PK")
    journal = two.asked.toolbox.reading.journal(two.asked.office.officer())
    assert journal[0].purpose == "oversight"
    refused = asked.call("GET", f"{path}?style=tcy-31&format=odt")
    assert (refused.status, json.loads(refused.body)["code"]) == (409, "letter.style_kind")
    assert json.loads(asked.call("GET", f"{path}?format=exe").body)["code"] == "letter.suffix"
    assert json.loads(asked.call("GET", f"{path}?language=tlh&format=odt").body)["code"] == "letter.language"
