"""Gaps, bills, law and the depositary's page taken in, and the deposit kit: in pages and for programs."""

from __future__ import annotations

import json
import threading
from datetime import date
from pathlib import Path

import pytest

from comity.bootstrap.library import open_corpus
from comity.law.provisions import Provision
from comity.node.people import PeopleDesk
from tests.unit.api.test_v1 import client
from tests.unit.api.test_v1_working import ready, upload
from tests.unit.web.test_reading_pages import require_sound
from tests.unit.web.world import HEAD, world

TEXT = "Whoever alters computer data without authority is liable to imprisonment not exceeding two years."
XML = (Path(__file__).parents[2] / "vectors/treaty/status.en.xml").read_bytes()
LINE = {"country": "XAA", "language": "en", "instrument": "C", "section": "9", "heading": "Data interference"}


def line(text=TEXT, **more):
    return json.dumps({**LINE, "text": text, **more}).encode()


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    here = world(tmp_path_factory.mktemp("lawmaking")).asking
    with open_corpus(str(here.office.root), make=True) as corpus:
        corpus.take_in(
            [Provision(country="XAA", language="en", instrument="C", section="9", text=TEXT)],
            country="XAA",
            on=date(2026, 1, 1),
        )
    return here


@pytest.fixture
def head(house):
    return house.browser(HEAD)


def brought(browser, path, data, name="bill.jsonl", **fields):
    page = browser.get(path)
    values = [(n, v) for n, v in page.page.form(path) if n not in fields] + list(fields.items())
    return browser.upload(path, values, [("file", name, data)])


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_pages_are_sound_in_every_language(house, language):
    browser = house.browser(HEAD, language=language)
    for path in ("/law/gaps", "/law/gaps?country=KEN", "/law/gaps?country=XAA", "/law/bill", "/law/import"):
        require_sound(browser.get(path), language)
    for path in ("/treaty/import", "/treaty/kit", "/treaty/kit?party=TUV", "/law", "/treaty/status"):
        require_sound(browser.get(path), language)
    require_sound(brought(browser, "/law/bill", line(TEXT.replace("two", "five")), country="XAA"), language)
    require_sound(brought(browser, "/law/import", line("It changed."), country="XAA", on=""), language)
    require_sound(brought(browser, "/treaty/import", XML, name="status.xml"), language)


def test_gaps_are_shown_with_links_and_saved_in_every_form(head):
    page = head.get("/law/gaps?country=KEN")
    assert "No lawyer has signed it" in page.words
    assert {"/treaty/7#1", "/law/KEN/CMCA/14", "/treaty/6#2"} <= set(page.page.links())
    for form, begins in (
        ("pdf", b"%PDF"),
        ("xlsx", b"PK"),
        ("json", b"{"),
        ("notes", b"PK"),
        ("notes-pdf", b"%PDF"),
    ):
        file = head.get(f"/law/gaps/file?country=KEN&form={form}")
        assert (file.status, file.body[: len(begins)]) == (200, begins)
        assert "attachment" in file.headers["content-disposition"]
    assert head.get("/law/gaps/file?country=KEN&form=doc").status == 422
    assert head.get("/law/gaps?country=kenya").status == 422


def test_a_bill_is_compared_and_nothing_of_it_is_kept(house, head):
    page = brought(head, "/law/bill", line(TEXT.replace("two", "five")), country="XAA")
    assert page.status == 200
    assert page.page.all("ins") and page.page.all("del")
    assert "2 years" in page.words and "5 years" in page.words
    with open_corpus(str(house.office.root)) as corpus:
        assert len(corpus.library.versions("XAA/C/9")) == 1
    wrong = brought(head, "/law/bill", b"no law", country="XAA")
    assert wrong.status == 422 and "law.line" not in wrong.words
    assert brought(head, "/law/bill", b"<x/>", name="a.xml", country="XAA").status == 422


def waited(browser, reply):
    """Follow a piece of work when the thread that does it has ended."""
    for thread in threading.enumerate():
        if thread.name == "work":
            thread.join(timeout=60)
    return browser.get(reply.headers["location"])


def test_law_is_taken_in_by_a_named_officer_after_a_look(house, head):
    page = brought(
        head, "/law/import", line("Whoever alters it is fined.", section="10"), country="XAA", on="2026-06-01"
    )
    assert page.status == 200
    assert "New: 1. Changed: 0. Ended: 1." in page.words
    with open_corpus(str(house.office.root)) as corpus:
        assert corpus.library.versions("XAA/C/10") == ()
    done = waited(head, head.post("/law/import/take", page.page.form("/law/import/take")))
    assert "New: 1. Changed: 0. Ended: 1." in done.words
    with open_corpus(str(house.office.root)) as corpus:
        assert corpus.library.versions("XAA/C/9")[0].dated.until == date(2026, 6, 1)
    assert "law.import" in house.browser(HEAD).get("/journal").text
    late = brought(head, "/law/import", line(), country="XAA", on="2099-01-01")
    assert late.status == 409
    early = brought(head, "/law/import", line(), country="XAA", on="2025-01-01")
    assert early.status == 409


def test_who_may_not_take_law_in_is_refused_and_sees_no_door(house):
    office = house.office
    people = PeopleDesk(place=office.place)
    people.add_officer(office.head(), authority=office.desk, name="o.seer", roles=["overseer"])
    duty = house.browser("o.seer")
    assert "/law/import" not in duty.get("/law").page.links()
    assert "/treaty/import" not in duty.get("/treaty/status").page.links()
    assert [duty.get(path).status for path in ("/law/import", "/treaty/import")] == [403, 403]
    assert duty.get("/law/gaps?country=KEN").status == duty.get("/treaty/kit?party=TUV").status == 200


def test_the_depositarys_page_is_looked_at_and_then_taken_in(house, head):
    page = brought(head, "/treaty/import", XML, name="status.xml")
    assert "What would change" in page.words
    assert not (house.office.root / "status.json").exists()
    form = page.page.form("/treaty/import/take")
    other = [(n, "00" * 32 if n == "sha256" else v) for n, v in form]
    assert head.post("/treaty/import/take", other).status == 409
    done = head.post("/treaty/import/take", form)
    assert "Taken in" in done.words
    assert (house.office.root / "status.json").exists()
    assert "treaty.import" in head.get("/journal").text
    wrong = brought(head, "/treaty/import", b"<a", name="status.xml")
    assert wrong.status == 422


def test_the_kit_of_a_state_is_planned_and_its_documents_saved(head):
    page = head.get("/treaty/kit?party=TUV")
    assert "last day: 31 December 2026" in page.words
    own = next(one for one in page.page.forms if one["action"] == "/treaty/kit" and one["method"] == "post")
    form = [*own["values"], ("choose", "63(3)"), ("paper", "choices")]
    form = [(n, "Attorney General" if n == "tell:40(12)" else v) for n, v in form]
    for suffix, begins in (("docx", b"PK"), ("pdf", b"%PDF")):
        values = [(n, suffix if n == "form" else v) for n, v in form]
        file = head.post("/treaty/kit", values)
        assert (file.status, file.body[: len(begins)]) == (200, begins)
    assert "TUV-3-choices.docx" in head.post("/treaty/kit", form).headers["content-disposition"]
    assert head.post("/treaty/kit", [(n, "x" if n == "paper" else v) for n, v in form]).status == 404
    assert head.get("/treaty/kit?party=QAT").status == 409
    assert head.get("/treaty/kit?party=TUV&by=wish").status == 422


def test_programs_do_the_same(house):
    caller = client(house, officer=HEAD)
    view = caller.get("/law/gaps?country=KEN")
    assert view["weights"]["weak"] == 2
    assert caller.call("GET", "/law/gaps/file?country=KEN&form=xlsx").status == 200

    bill = caller.post(
        "/law/bill", {"country": "XAA", "uploads": [upload(caller, "law.jsonl", line("New.", section="77"))]}
    )
    assert bill["counts"]["added"] == 1
    wish = {
        "country": "XAA",
        "uploads": [upload(caller, "law.jsonl", line("New.", section="78"))],
        "partial": True,
    }
    assert caller.post("/law/looks", wish)["added"] == 1
    assert ready(caller, caller.post("/law/imports", wish))["result"]["added"] == 1
    assert caller.get("/law/provisions/XAA/C/78")[0]["text"] == "New."
    page = upload(caller, "status.xml", XML)
    looked = caller.post("/treaty/imports", {"upload": page})
    assert (looked["applied"], len(looked["sha256"])) == (False, 64)
    taken = caller.post("/treaty/imports", {"upload": page, "apply": True, "sha256": looked["sha256"]})
    assert taken["applied"]
    assert caller.get("/treaty/kit?party=TUV")["party"] == "TUV"
    asked = {"party": "TUV", "paper": "plan", "form": "pdf", "languages": "ar,en"}
    assert caller.call("POST", "/treaty/kit/papers", asked).status == 200
