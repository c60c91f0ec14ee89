"""The Convention to read and cite, who is bound, and findings that link to their paragraph."""

from __future__ import annotations

import pytest

from comity.web.worldmap import drawn_codes
from tests.unit.web.test_reading_pages import require_sound
from tests.unit.web.world import World, world


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world(tmp_path_factory.mktemp("treaty"))


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_every_page_of_the_convention_is_sound_in_every_language(two: World, language: str) -> None:
    browser = two.asking.browser(language=language)
    for path in ("/treaty", "/treaty/2", "/treaty/40", "/treaty/7", "/treaty/status", "/treaty/parties/QAT"):
        require_sound(browser.get(path), language)


def test_the_anchors_are_those_of_the_addresses(two: World) -> None:
    page = two.asking.browser().get("/treaty/42").page
    identities = {given["id"] for _, given in page.tags if "id" in given}
    assert {"1", "3", "3-a", "3-b", "4", "9"} <= identities
    assert "h" in {given.get("id") for _, given in two.asking.browser().get("/treaty/2").page.tags}


def test_every_link_between_articles_has_its_anchor(two: World) -> None:
    browser, pages = two.asking.browser(), {}
    for number in (35, 40, 42, 43, 44):
        for given in browser.get(f"/treaty/{number}").page.all("a"):
            path, _, mark = given["href"].partition("#")
            if not path.startswith("/treaty/") or not path[8:].isdigit():
                continue
            if path not in pages:
                pages[path] = {one.get("id") for _, one in browser.get(path).page.tags}
            assert not mark or mark in pages[path], given["href"]


def test_what_is_not_there_is_not_found(two: World) -> None:
    browser = two.asking.browser()
    assert [browser.get(f"/treaty/{place}").status for place in ("69", "0", "x", "parties/ZZZ")] == [404] * 4


def test_a_search_finds_titles_and_paragraphs(two: World) -> None:
    browser = two.asking.browser(language="fr")
    found = browser.submit(browser.get("/treaty"), "/treaty", q="accès illicite")
    assert "/treaty/7" in [given["href"] for given in found.page.all("a")]
    assert "/treaty/42#4" in browser.get("/treaty?q=dual+criminality").text


def test_the_status_shows_map_progress_and_a_what_if(two: World) -> None:
    browser, path = two.asking.browser(), "/treaty/status"
    page = browser.get(path)
    assert 'class="deposited"' in page.text
    assert "3 of 40 instruments" in page.words
    assert len(page.text) < 120_000
    asked = browser.submit(page, path, deposit="KEN=2027-03-01, EUE=2027-04-01")
    assert "4 of 40 instruments" in asked.words
    past = browser.get(f"{path}?on=2025-10-24")
    assert "0 of 40" in past.words
    assert browser.get(f"{path}?deposit=KEN").status == 422
    assert browser.get(f"{path}?on=soon").status == 422


def test_a_party_has_its_statements_and_what_is_open(two: World) -> None:
    page = two.asking.browser().get("/treaty/parties/AZE")
    for words in ("63(3)", "State Security Service", "reservation that the text foresees"):
        assert words in page.words


def test_a_finding_links_to_its_paragraph(two: World) -> None:
    page = two.asking.browser().get("/requests/preservation")
    assert any(given.get("href", "").startswith("/treaty/42") for given in page.page.all("a"))


def test_the_map_has_most_states() -> None:
    assert len(drawn_codes()) > 165
    assert {"QAT", "VNM", "AZE", "FRA", "KEN"} <= drawn_codes()
