"""The form of an act shows the step of the procedure sheet that it stands for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.web.test_deciding_pages import answer
from tests.unit.web.test_reading_pages import ask, require_sound
from tests.unit.web.world import World, world


@pytest.fixture
def two(tmp_path: Path) -> World:
    return world(tmp_path)


def test_the_sheets_step_stands_on_the_form_of_the_act(two: World) -> None:
    request = ask(two)
    browser = two.asked.browser()
    page = browser.get(f"/cases/{request.case}/answer/request.accept")
    assert "Code of Criminal Procedure, article 60-1" in page.words
    assert "24 hours from: receipt of the request" in page.words
    answer(two.asked, request.case, "request.accept")
    page = browser.get(f"/cases/{request.case}/answer/order.record")
    require_sound(page, "en")
    assert "Code of Criminal Procedure, article 60-2" in page.words
    assert "24/7 contact point" in page.words
    other = browser.get(f"/cases/{request.case}/answer/case.consult")
    assert "article 60-2" not in other.words
