"""Which basis: the page that tells, and composing a request on the best one or another."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.web.test_reading_pages import require_sound
from tests.unit.web.world import World, world


@pytest.fixture
def two(tmp_path: Path) -> World:
    return world(tmp_path)


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_page_names_every_instrument_in_every_language(two: World, language: str) -> None:
    browser = two.asking.browser(language=language)
    require_sound(browser.get("/requests/preservation/basis"), language)
    page = browser.get("/requests/preservation/basis?to=XAB&on=2026-11-02&class=B")
    require_sound(page, language)
    for place in ("42(1)", "42(3)", "42(6)"):
        assert place in page.words


def test_a_day_that_is_none_is_told(two: World) -> None:
    assert two.asking.browser().get("/requests/preservation/basis?to=XAB&on=tomorrow").status == 422


def test_a_new_form_rests_on_the_best_basis_and_links_to_the_reasons(two: World) -> None:
    page = two.asking.browser().get("/requests/stored-data")
    assert "/requests/stored-data/basis?to=XAB" in page.text
    assert 'value="44(1)"' in page.text
    assert 'value="rebase:reciprocity"' in page.text


def test_the_form_goes_to_another_instrument_with_every_field(two: World) -> None:
    browser, path = two.asking.browser(), "/requests/stored-data"
    filled = browser.submit(browser.get(path), path, action="example", to="XAB/central-authority")
    moved = browser.submit(filled, path, action="rebase:reciprocity", to="XAB/central-authority")
    assert moved.status == 200
    before, after = dict(filled.page.form(path)), dict(moved.page.form(path))
    assert before["/basis/0/instrument"] == "uncc"
    assert after["/basis/0/instrument"] == "reciprocity"
    kept = {name: value for name, value in before.items() if not name.startswith(("/basis", "rows:/basis"))}
    assert {name: after.get(name) for name in kept} == kept


def test_the_question_can_be_put_on_the_page(two: World) -> None:
    browser, path = two.asking.browser(), "/requests/preservation/basis"
    page = browser.submit(browser.get(path), path, to="XAB", on="2026-11-02")
    assert page.status == 200
    assert "42(1)" in page.words
