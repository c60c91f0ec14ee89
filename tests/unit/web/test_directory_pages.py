"""The directory in pages, over the interface and on the command line: the same answers of the same desk."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from comity.cli.main import run
from comity.cli.toolbox import Toolbox
from comity.config import Environment
from tests.unit.api.test_v1 import Client, client
from tests.unit.web.test_reading_pages import require_sound
from tests.unit.web.world import DUTY, HEAD, House, World, world

SERVICE = {
    "languages": ["fr", "en"],
    "zone": "UTC",
    "hours": [{"days": [1, 2], "opens": 540, "closes": 1020}],
    "contacts": [{"name": "Duty <desk>", "telephone": "+33 1 00 00 00 00", "languages": ["fr"]}],
    "forms": [{"signature": "paper", "original_days": 18, "seal": True, "apostille": True}],
    "channels": ["node", "diplomatic"],
    "kinds": ["preservation", "records"],
    "territories": ["XAB-9"],
    "lawful_holder": {"provision": "Criminal Code, section 184b"},
}
MANDATE = {
    "id": "assistance",
    "authority": "XAB/contact-point",
    "powers": ["issue", "transmit", "sign"],
    "provision": "Code of Criminal Procedure, article 694",
    "since": "2026-01-01",
    "until": "2027-01-01",
    "kinds": ["records"],
}


@pytest.fixture
def two(tmp_path: Path) -> World:
    made = world(tmp_path)
    head, desk = made.asked.office.head(), made.asked.desks.directory
    desk.publish(head, authority="XAB/contact-point", service=json.dumps(SERVICE).encode())
    desk.grant(head, mandate=json.dumps(MANDATE).encode())
    asking = made.asking.office
    asking.peers.add(asking.head(), card=made.asked.office.peers.card(), words=None)
    return made


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_pages_speak_every_language(two: World, language: str) -> None:
    browser = two.asking.browser(language=language)
    for path in ("/directory", "/directory/XAB", "/directory/XAA", "/directory/route"):
        require_sound(browser.get(path), language)
    page = browser.get("/directory/XAB")
    assert "Duty <desk>" in page.words
    assert "article 694" in page.words
    found = browser.get("/directory/route?to=XAB&kind=records&on=2026-11-07T10:00&territory=xab-9")
    require_sound(found, language)
    assert "XAB/contact-point" in found.words


def test_a_party_that_nobody_knows_is_told(two: World) -> None:
    assert two.asking.browser().get("/directory/XAC").status == 404


def test_a_new_form_goes_to_the_office_that_takes_it_and_its_wishes_are_told(two: World) -> None:
    place = two.asked.office.place
    place.founder.add_authority(authority="XAB/justice", name="Justice", roles=["central-authority"])
    asking = two.asking.office
    asking.peers.add(asking.head(), card=two.asked.office.peers.card(), words=None)
    browser, path = two.asking.browser(), "/requests/statements"
    page = browser.get(path)
    assert dict(page.page.form(path))["to"] == "XAB/justice"
    wrong = browser.submit(page, path, action="check", to="XAB/contact-point")
    assert "XAB/justice" in wrong.words.partition("XAB/contact-point")[2]


def called(house: House, *argv: str) -> tuple[int, Any]:
    @contextmanager
    def open_node(_directory: str, *, unlock: object) -> Iterator[Any]:
        yield house.desks

    class Box:
        pass

    box = Box()
    box.open_node = open_node  # type: ignore[attr-defined]
    out = io.StringIO()
    code = run(
        [*argv, "--json"],
        cast("Toolbox", box),
        surroundings=Environment(language="en"),
        stdin=io.StringIO(),
        stdout=out,
        stderr=io.StringIO(),
    )
    return code, json.loads(out.getvalue() or "null")


def test_the_command_tells_the_office_and_every_step(two: World) -> None:
    asked = ("--from", "XAA", "--to", "XAB", "--kind", "records", "--on", "2026-11-07T10:00:00Z")
    code, value = called(two.asking, "directory", "route", *asked, "--territory", "XAB-9")
    assert code == 0
    assert (value["authority"], value["is_open"], value["instrument"]) == ("XAB/contact-point", False, "uncc")
    assert value["form"]["signature"] == "paper"
    assert value["why"][0]["step"] == "offices"
    assert all(step["message"] and step["left"] for step in value["why"])
    assert called(two.asking, "directory", "route", *asked, "--territory", "XAB-1")[1]["authority"] is None
    assert (
        called(two.asking, "directory", "route", "--from", "XAA", "--to", "XAC", "--kind", "records")[0] == 5
    )
    assert (
        called(two.asking, "directory", "route", "--from", "XAA", "--to", "XAB", "--kind", "marriage")[0] == 2
    )


def test_the_commands_show_and_check(two: World) -> None:
    code, value = called(two.asking, "directory", "show", "XAB")
    (party,) = value["parties"]
    assert (code, party["freshness"], party["mandates"][0]["id"]) == (0, "fresh", "assistance")
    assert party["offices"][0]["service"]["languages"] == ["fr", "en"]
    codes = {one["code"] for one in called(two.asking, "directory", "check")[1]["findings"]}
    assert {"directory.no_service", "directory.no_mandates"} <= codes
    assert called(two.asking, "mandate", "list") == (0, {"mandates": None})


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_a_head_grants_delegates_and_ends_mandates_on_a_page(two: World, language: str) -> None:
    browser, desk = two.asking.browser(HEAD, language=language), two.asking.desks.directory
    page = browser.get("/mandates")
    require_sound(page, language)
    wanted = {"id": "assistance", "power": ["issue", "sign"], "kind": ["records"], "holder": [DUTY]}
    days = {"since": "2026-01-01", "provision": "Code of Criminal Procedure, article 694"}
    page = browser.submit(page, "/mandates/grant", **wanted, **days)
    require_sound(page, language)
    assert "article 694" in page.words
    (made,) = desk.mandates() or ()
    assert (made.powers, made.kinds, made.holders, made.until) == (
        ("issue", "sign"),
        ("records",),
        (DUTY,),
        None,
    )
    page = browser.submit(page, "/mandates/assistance/deputy", officer=DUTY, since="2026-12-01")
    (made,) = desk.mandates() or ()
    assert [one.officer for one in made.deputies] == [DUTY]
    page = browser.submit(page, "/mandates/assistance/end", until="2026-01-02")
    (made,) = desk.mandates() or ()
    assert str(made.until) == "2026-01-02" and "/mandates/assistance/end" not in str(page.body)
    two.asking.office.place.founder.add_authority(authority="XAA/justice", name="J", roles=["court"])
    page = browser.get("/mandates")
    delegated = {"id": "deputed", "authority": "XAA/justice", "power": "issue", "delegated_by": "assistance"}
    browser.submit(page, "/mandates/grant", **delegated, **days)
    assert [one.delegated_by for one in desk.mandates() or ()] == ["", "assistance"]


def test_who_is_no_head_sees_mandates_and_changes_none(two: World) -> None:
    browser = two.asking.browser()
    page = browser.get("/mandates")
    assert page.status == 200 and "/mandates/grant" not in str(page.body)


def test_mandates_are_kept_by_command(two: World, tmp_path: Path) -> None:
    file = tmp_path / "mandate.json"
    file.write_text(json.dumps({**MANDATE, "authority": "XAA/contact-point"}))
    asking = two.asking
    assert called(asking, "mandate", "grant", str(file), "--as", "a.diallo")[0] == 4
    as_head = ("--as", HEAD)
    code, value = called(asking, "mandate", "grant", str(file), *as_head)
    assert (code, value["id"]) == (0, "assistance")
    called(asking, "mandate", "deputy", "assistance", "a.diallo", "--since", "2026-12-01", *as_head)
    code, value = called(asking, "mandate", "end", "assistance", "--until", "2026-12-24", *as_head)
    assert (value["until"], value["deputies"][0]["officer"]) == ("2026-12-24", "a.diallo")
    assert called(asking, "mandate", "end", "assistance", "--until", "soon", *as_head)[0] == 2
    office = tmp_path / "service.json"
    office.write_text(json.dumps(SERVICE))
    code, value = called(asking, "directory", "publish", str(office), *as_head)
    assert (code, value["authority"]) == (0, "XAA/contact-point")


def test_the_interface_gives_the_same(two: World) -> None:
    mine: Client = client(two.asking)
    assert [one["party"] for one in mine.get("/directory")] == ["XAA", "XAB"]
    assert mine.get("/directory/parties/XAB")["mandates"][0]["provision"] == MANDATE["provision"]
    assert mine.get("/directory/check?party=XAA")["findings"]
    asked = "/directory/route?requesting=XAA&requested=XAB&kind=records&territory=XAB-9"
    assert mine.get(f"{asked}&on=2026-11-02T10:00:00Z")["authority"] == "XAB/contact-point"
    assert mine.call("GET", f"{asked}&on=2026-11-02T10:00:00").status == 422
    wish = {"mandate": {**MANDATE, "authority": "XAA/contact-point"}, "confirmed_by": ["a.diallo"]}
    assert mine.call("POST", "/directory/mandates", wish).status == 403
    head = client(two.asking, HEAD)
    assert head.post("/directory/mandates", wish)["id"] == "assistance"
    service = {"authority": "XAA/contact-point", "service": SERVICE}
    assert head.post("/directory/services", service)["languages"] == ["fr", "en"]
    assert mine.get("/directory/parties/XAA")["mandates"][0]["kinds"] == ["records"]
