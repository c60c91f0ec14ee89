"""A request becomes a letter in the pages: asked for in three languages, made in six, logged before."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from tests.unit.web.test_reading_pages import LANGUAGES, ask, require_sound
from tests.unit.web.world import World, world


@pytest.fixture
def two(tmp_path: Path) -> World:
    return world(tmp_path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_a_letter_is_sound_and_linked_from_the_form(two: World, language: str) -> None:
    request = ask(two)
    browser = two.asked.browser(language=language)
    form = browser.get(f"/acts/{request.act}/parts/form")
    assert f"/acts/{request.act}/letter" in [given.get("href") for given in form.page.all("a")]
    page = browser.get(f"/acts/{request.act}/letter")
    require_sound(page, language)
    options = [given.get("value") for given in page.page.all("option")]
    assert {"zh", "ru", "es", "tcy-29-30", "order", "plain", "docx"} <= set(options)
    assert "unodc" not in options


def test_a_letter_is_given_to_keep_and_its_reading_is_in_the_journal_first(two: World) -> None:
    request = ask(two)
    browser = two.asked.browser()
    path = f"/acts/{request.act}/letter"
    page = browser.get(path)
    before = two.asked.toolbox.reading.journal(two.asked.office.officer())
    reply = browser.submit(page, path, language="ru", second="ar", style="tcy-29-30", format="odt")
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/vnd.oasis.opendocument.text"
    assert f"letter-{request.act[:12]}.odt" in reply.headers["content-disposition"]
    with zipfile.ZipFile(BytesIO(reply.body)) as archive:
        words = archive.read("content.xml").decode()
        foot = archive.read("styles.xml").decode()
    assert "Запрос об оперативном обеспечении сохранности" in words
    assert "طلب التعجيل" in words
    assert request.act in foot
    after = two.asked.toolbox.reading.journal(two.asked.office.officer())
    assert len(after) == len(before) + 1


def test_a_style_that_does_not_fit_is_told_with_those_that_do(two: World) -> None:
    request = ask(two)
    browser = two.asked.browser()
    path = f"/acts/{request.act}/letter"
    reply = browser.submit(browser.get(path), path, style="tcy-31", format="docx")
    assert reply.status == 409
    assert "plain, tcy-29-30, order" in reply.words
    assert browser.submit(browser.get(path), path, format="exe").status == 422
