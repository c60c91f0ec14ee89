"""National law in pages and in the interface: read by every officer, escaped, told where it is wrong."""

from __future__ import annotations

from datetime import date

import pytest

from comity.bootstrap.library import open_corpus
from comity.law.provisions import Provision
from tests.unit.api.test_v1 import client
from tests.unit.web.test_reading_pages import require_sound
from tests.unit.web.world import DUTY, HEAD, world

TEXT = "Whoever alters computer data without authority commits an offence.\n<script>alert(1)</script>"


def law(section, text, **more):
    return Provision(
        country="XAA", language="en", instrument="C", section=section, text=text, title="Code <b>", **more
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    here = world(tmp_path_factory.mktemp("law")).asking
    with open_corpus(str(here.office.root), make=True) as corpus:
        corpus.take_in(
            [law("9", TEXT, heading="Data interference"), law("10", "Ships pay dues.")],
            country="XAA",
            on=date(2026, 1, 1),
        )
    return here


@pytest.fixture
def browser(house):
    return house.browser(DUTY)


def test_what_may_serve_an_article_is_shown_with_its_passage(browser):
    page = browser.get("/law?country=XAA&article=9")
    assert page.status == 200
    assert "XAA/C/9" in page.words
    assert "Data interference" in page.words
    assert "<script>alert" not in page.text
    assert "/law/XAA/C/9" in " ".join(page.page.links())


def test_a_provision_is_shown_with_its_versions(browser):
    page = browser.get("/law/XAA/C/9")
    assert page.status == 200
    assert "Whoever alters computer data" in page.words
    assert "2026-01-01" in page.words
    assert "<script>alert" not in page.text
    assert browser.get("/law/XAA/C/77").status == 404


def test_words_are_searched(browser, house):
    with open_corpus(str(house.office.root)) as corpus:
        corpus.prepare("XAA", today=date(2026, 11, 1))
    assert "Ships pay" in browser.get("/law?text=ships").words
    assert "Nothing was found" in browser.get("/law?text=zebra").words


def test_programs_read_the_same(house):
    caller = client(house)
    assert caller.get("/law")[0]["provisions"] == 2
    found = caller.get("/law/find?country=XAA&article=9")
    assert (found[0]["provision"]["reference"], found[0]["provision"]["text"]) == ("XAA/C/9", "")
    assert caller.get("/law/provisions/XAA/C/9")[0]["text"] == TEXT
    for path, status in (
        ("/law/find?country=XAA&article=69", 404),
        ("/law/find?country=XAA&article=9&most=0", 422),
        ("/law/find?country=XAA&article=9&on=x", 422),
        ("/law/provisions/XAA/C/77", 404),
        ("/law/search?text=", 422),
    ):
        assert caller.call("GET", path).status == status


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_pages_are_sound_in_every_language(house, language):
    browser = house.browser(DUTY, language=language)
    for path in (
        *("/law", "/law?country=XAA&article=9", "/law/XAA/C/9", "/law/profiles", "/law/table", "/law/dual"),
        "/law/dual?first=DEU&second=KEN&article=9",
    ):
        require_sound(browser.get(path), language)


@pytest.mark.parametrize(
    "query",
    [
        "country=XAB&article=9",
        "country=XAA&article=1",
        "country=XAA&article=x",
        "country=XAA&article=" + "9" * 5000,
        "country=kenya&article=9",
        "country=XAA&article=9&on=yesterday",
        "text=" + "x" * 500,
    ],
)
def test_what_is_wrong_is_told_on_the_page(browser, query):
    page = browser.get(f"/law?{query}")
    assert page.status == 200
    assert "XAA/C/9" not in page.words


def test_an_empty_library_says_how_to_fill_it(tmp_path):
    page = world(tmp_path).asked.browser(DUTY).get("/law")
    assert page.status == 200
    assert "comity law import" in page.words


def test_a_named_officer_says_it_two_approve_it_and_it_is_stated(tmp_path):
    house = world(tmp_path).asking
    with open_corpus(str(house.office.root), make=True) as corpus:
        corpus.take_in([law("9", TEXT, heading="Data interference")], country="XAA", on=date(2026, 1, 1))
    duty, head = house.browser(DUTY), house.browser(HEAD)
    page = duty.get("/law?country=XAA&article=9")
    told = {"country": "XAA", "article": "9", "reference": "XAA/C/9", "reason": "alters data"}
    done = duty.submit(page, "/law/reviews", verdict="confirmed", months="60", **told)
    assert (done.status, "alters data" in duty.get("/law?country=XAA&article=9").words) == (200, True)
    wrong = duty.submit(page, "/law/reviews", verdict="confirmed", **{**told, "reference": "XAA/C/77"})
    assert wrong.status == 404
    assert duty.submit(page, "/law/reviews", verdict="praised", **told).status == 422
    profiles = head.get("/law/profiles")
    assert head.submit(profiles, "/law/profiles/make", holds_from="").status == 200
    for browser in (head, duty):
        shown = browser.get("/law/profiles")
        assert browser.submit(shown, "/law/profiles/approve", reason="ours", confirm="yes").status == 200
    assert head.submit(head.get("/law/profiles"), "/law/profiles/publish").status == 200
    stated = duty.get("/law/profiles")
    assert "in force" in stated.words
    assert b"statement" in duty.get("/law/profiles/XAA").body
    dual = duty.get("/law/dual")
    asked = {"first": "DEU", "second": "KEN", "on": "", "act": "alter", "object": "data"}
    answer = duty.submit(dual, "/law/dual/conduct", without_right="yes", consent="", victim_age="", **asked)
    assert (answer.status, "unclear" in answer.words) == (200, True)
    assert duty.submit(dual, "/law/dual/conduct", **{**asked, "second": "DEU"}).status == 200
    assert head.submit(head.get("/law/profiles"), "/law/profiles/withdraw").status == 200
    assert head.submit(head.get("/law/profiles"), "/law/profiles/drop").status == 200
    assert "/law/profiles/make" not in {form["action"] for form in stated.page.forms}
