"""Lists of the interface: pages with a link to the next, and how many cases are not read anew yet."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from comity.node import listing
from tests.unit.api.test_v1 import ROOT, Client, client
from tests.unit.node.test_listing import write_cases
from tests.unit.web.world import World, world


@pytest.fixture
def two(tmp_path: Path) -> World:
    return world(tmp_path)


def followed(caller: Client, path: str) -> tuple[list[Any], int]:
    """Return the lines of all pages and how many pages there were."""
    found: list[Any] = []
    pages = 0
    while path:
        reply = caller.call("GET", path)
        assert reply.status == 200, reply.text
        found += json.loads(reply.body)
        pages += 1
        link = re.fullmatch(rf'<{ROOT}(/[^>]+)>; rel="next"', reply.headers.get("link", ""))
        path = link.group(1) if link else ""
        assert bool(link) == ("link" in reply.headers)
    return found, pages


def test_lists_are_followed_by_their_links(two: World) -> None:
    known = write_cases(two.asking.office, two.asked.office, 7)
    caller = client(two.asking)
    cases, pages = followed(caller, "/cases?limit=3")
    assert ([one["case"] for one in cases], pages) == (known, 3)
    assert {one["acts"] for one in cases} == {1}
    assert {one["requests"][0]["status"] for one in cases} == {"asked"}
    requests, pages = followed(caller, "/requests?limit=4")
    assert ([one["act"] for one in requests], pages) == (known, 2)
    owed, pages = followed(caller, "/duties?owner=theirs&limit=5")
    assert ({one["case"] for one in owed}, pages) == (set(known), 3)
    assert [one["due"] for one in owed] == sorted(one["due"] for one in owed)
    assert {one["owner"] for one in owed} == {"XAB/contact-point"}
    mine, _ = followed(caller, "/duties")
    assert {one["owner"] for one in mine} <= {"XAA/contact-point"}
    assert len(followed(caller, "/cases")[0]) == 7


def test_a_list_tells_how_many_cases_are_not_read_anew_yet(
    two: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "READ_CASES", 2)
    write_cases(two.asking.office, two.asked.office, 3)
    caller = client(two.asking)
    seen = [caller.call("GET", "/cases").headers["comity-waiting"] for _ in range(2)]
    assert seen == ["1", "0"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/cases?after=x", "page.after"),
        ("/duties?after=1.2.3", "page.after"),
        ("/cases?limit=0", "page.size"),
        ("/requests?limit=501", "page.size"),
        ("/duties?owner=ours", "duty.owner"),
    ],
)
def test_what_names_no_page_is_a_problem(two: World, path: str, code: str) -> None:
    reply = client(two.asking).call("GET", path)
    assert (reply.status, json.loads(reply.body)["code"]) == (422, code)


def test_every_list_is_a_reading_with_a_purpose(two: World) -> None:
    caller = client(two.asking)
    for path in ("/cases", "/requests", "/duties"):
        reply = caller.call("GET", f"{path}?purpose=curiosity")
        assert (reply.status, json.loads(reply.body)["code"]) == (403, "access.purpose")
        caller.get(f"{path}?purpose=oversight")
    with two.asking.office.place.store.snapshot() as tx:
        entries = tx.node.journal(two.asking.office.desk)
    assert [e.purpose for e in entries if e.action == "case.list"] == ["oversight"] * 3
