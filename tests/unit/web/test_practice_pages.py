"""Guided cases in a browser, and the word that stands on every page of a practice node."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from comity.kernel.realms import Realm
from comity.node.practicecases import guided_cases
from comity.web.app import web_app
from comity.web.pages import PAGES
from tests.unit.web.browser import Browser
from tests.unit.web.test_reading_pages import LANGUAGES, require_sound
from tests.unit.web.world import HEAD, House, World, world


@pytest.fixture
def two(tmp_path: Path) -> World:
    return world(tmp_path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_are_sound_in_every_language(two: World, language: str) -> None:
    browser = two.asking.browser(HEAD, language=language)
    require_sound(browser.get("/practice"), language)
    for guided in guided_cases():
        require_sound(browser.get(f"/practice/{guided.name}"), language)
    assert not two.asking.faults


def test_a_case_is_begun_and_the_step_leads_to_its_page(two: World) -> None:
    browser = two.asked.browser(HEAD)
    assert 'href="/practice"' in browser.get("/").text
    reply = browser.submit(browser.get("/practice/red-flag"), "/practice/red-flag/start")
    assert reply.status == 303, reply.words
    page = browser.get("/practice/red-flag")
    (link,) = re.findall(r'href="(/cases/[0-9a-f]{64}/answer/case\.consult)"', page.text)
    assert browser.get(link).status == 200
    assert page.text.count('aria-current="step"') == 1
    require_sound(page, "en")
    again = browser.submit(page, "/practice/red-flag/next")
    assert again.status == 303
    assert browser.get("/practice/red-flag").text.count('aria-current="step"') == 1


def live(house: House) -> Browser:
    """Return the browser of a head on the same node as if it were live."""
    info = replace(house.desks.info, realm=Realm.LIVE)
    place = replace(house.desks.place, realm=Realm.LIVE)
    house.toolbox = replace(house.toolbox, desks=replace(house.desks, info=info, place=place, ground=None))
    browser = house.browser(HEAD)
    browser.app = web_app(house.toolbox)
    return browser


def test_every_page_of_a_practice_node_says_so_and_a_live_node_has_no_guided_case(two: World) -> None:
    browser = two.asking.browser(HEAD)
    plain = [page.path for page in PAGES if page.method == "GET" and "{" not in page.path]
    for path in ("/sign-in", *plain, "/nowhere"):
        reply = browser.get(path)
        if reply.headers.get("content-type", "").startswith("text/html"):
            assert '<p class="practice">' in reply.text, path
    other = live(two.asking)
    shown = other.get("/settings")
    assert 'class="practice"' not in shown.text
    assert "/practice" not in shown.text
    assert other.get("/practice").status == 403
    assert "practice.live" in other.get("/practice/mended").text
    token = dict(shown.page.form("/settings"))["csrf"]
    for path in ("/practice/mended/start", "/practice/mended/next"):
        assert other.post(path, {"csrf": token}).status == 403
