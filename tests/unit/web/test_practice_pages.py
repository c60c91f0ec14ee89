"""Guided cases in a browser, and the word that stands on every page of a practice node."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from comity.bootstrap.folders import present
from comity.bootstrap.nodes import init_node
from comity.bootstrap.opening import opened
from comity.bootstrap.pages import web_toolbox
from comity.node.founding import FIRST_OFFICER
from comity.node.practicecases import guided_cases
from comity.web.app import web_app
from comity.web.pages import PAGES
from tests.unit.web.browser import Browser
from tests.unit.web.test_reading_pages import LANGUAGES, require_sound

FAULTS: list[str] = []


@contextmanager
def pages(folder: Path, *, party: str, secret: bytes | None = None) -> Iterator[Browser]:
    """Yield a browser in which the first officer of a new node has signed in."""
    init_node(
        str(folder),
        party=party,
        name="Altavia",
        practice=secret is None,
        host="127.0.0.1",
        exchange_port=None,
        passphrase=secret,
    )
    with opened(str(folder)) as (_, _config, place), present(folder) as presence:
        toolbox = web_toolbox(folder, place, presence, secure=False, report=FAULTS.append)
        browser = Browser(web_app(toolbox))
        words = (secret or b"").decode()
        if secret is None:
            words = toolbox.signin.new_code(toolbox.desks.actor(None), name=FIRST_OFFICER)
        purpose = "practice" if secret is None else "investigation"
        signed_in = {"name": FIRST_OFFICER, "secret": words, "purpose": purpose, "next": "/"}
        assert browser.post("/sign-in", signed_in).status == 303
        yield browser


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with pages(tmp_path_factory.mktemp("practice") / "xaa", party="XAA") as made:
        yield made


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_are_sound_in_every_language(browser: Browser, language: str) -> None:
    browser.submit(browser.get("/settings"), "/settings", language=language)
    require_sound(browser.get("/practice"), language)
    for guided in guided_cases():
        require_sound(browser.get(f"/practice/{guided.name}"), language)
    browser.submit(browser.get("/settings"), "/settings", language="en")
    assert not FAULTS


def test_a_case_is_begun_and_the_step_leads_to_its_page(browser: Browser) -> None:
    assert 'href="/practice"' in browser.get("/").text
    page = browser.submit(browser.get("/practice/red-flag"), "/practice/red-flag/start")
    assert page.path == "/practice/red-flag"
    (link,) = re.findall(r'href="(/cases/[0-9a-f]{64}/answer/case\.consult)"', page.text)
    assert browser.get(link).status == 200
    assert page.text.count('aria-current="step"') == 1
    assert "p.colleague" in page.text
    require_sound(page, "en")
    again = browser.submit(page, "/practice/red-flag/next")
    assert again.text.count('aria-current="step"') == 1
    assert link in again.text
    assert not FAULTS


def test_every_page_of_a_practice_node_says_so(browser: Browser) -> None:
    plain = [page.path for page in PAGES if page.method == "GET" and "{" not in page.path]
    told = 0
    for path in (*plain, "/nowhere"):
        reply = browser.get(path)
        if reply.headers.get("content-type", "").startswith("text/html"):
            assert '<p class="practice">' in reply.text, path
            told += 1
    assert told > 15


def test_a_live_node_has_no_guided_case_and_no_way_to_one(tmp_path: Path) -> None:
    with pages(tmp_path / "n", party="KEN", secret=b"correct horse") as browser:
        shown = browser.get("/settings")
        assert 'class="practice"' not in shown.text
        assert 'href="/practice' not in shown.text
        assert browser.get("/practice").status == 403
        assert "practice.live" in browser.get("/practice/mended").text
        token = dict(shown.page.form("/settings"))["csrf"]
        for path in ("/practice/mended/start", "/practice/mended/next"):
            assert browser.post(path, {"csrf": token}).status == 403
    assert not FAULTS
