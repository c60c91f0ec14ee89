"""Reports and takedowns in pages: reasons and clocks are told, escaped, in every language; no picture."""

from __future__ import annotations

import pytest

from tests.unit.node.test_takedowns import CHANNELS, URL
from tests.unit.protection.files import MARKER, PICTURE, iccam, tip
from tests.unit.protection.test_takedown import DELEGATED, TLDS
from tests.unit.web.test_reading_pages import require_sound
from tests.unit.web.world import DUTY, world


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    here = world(tmp_path_factory.mktemp("guard")).asking
    head, desks = here.office.head(), here.desks
    for data in (DELEGATED, TLDS):
        desks.takedown_books.take_register(head, data=data)
    desks.takedown_books.take_channels(head, data=CHANNELS)
    more = f"<additionalInfo>He wrote &lt;b&gt;soon&lt;/b&gt; {PICTURE}</additionalInfo>"
    for data in (tip(4711, more=more), tip(4712), iccam(Memo="<i>seen</i>")):
        desks.reports.take_in(head, data=data, source="Hotline <b>")
    return here


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_reports_stand_with_every_reason_and_escaped(house, language):
    browser = house.browser(DUTY, language=language)
    page = browser.get("/protection/reports")
    require_sound(page, language)
    assert "Hotline <b>" in page.words and "<b>" not in page.text.split("<main")[1]
    shown = browser.get("/protection/reports/1")
    require_sound(shown, language)
    assert "He wrote <b>soon</b>" in shown.words and "22(1)(a)" in shown.text
    for run in (MARKER.decode(), PICTURE[60:100], "<img"):
        assert run not in shown.text.split("<main")[1]


def test_an_officers_word_is_kept_and_a_wrong_one_is_told(house):
    browser = house.browser(DUTY)
    page = browser.get("/protection/reports/3")
    told = browser.submit(page, "/protection/reports/3/say", sign="life", why=" ")
    assert told.status == 200 and "guard.why" in told.words
    browser.submit(page, "/protection/reports/3/say", sign="access", why="teaches <here>")
    assert "teaches <here>" in browser.get("/protection/reports/3").words


@pytest.mark.parametrize(
    "path", ["/protection/reports/99", "/protection/reports/x", "/protection/takedowns/99"]
)
def test_what_is_not_there_is_told(house, path):
    assert house.browser(DUTY).get(path).status in (404, 422)


def test_a_takedown_is_followed_in_pages_with_its_clock(house):
    browser = house.browser(DUTY)
    page = browser.get("/protection/takedowns")
    wrong = browser.submit(page, "/protection/takedowns", place="no place", subject="child", why="x")
    assert "takedown.place" in wrong.words and "no place" in wrong.text
    given = {"place": URL, "address": "193.0.0.9", "subject": "intimate", "victim": "yes", "why": "asked"}
    browser.submit(page, "/protection/takedowns", **given)
    shown = browser.get("/protection/takedowns/1")
    assert "ripencc 2026-11-20" in shown.words and "Pictures" in shown.words
    browser.submit(shown, "/protection/takedowns/1/notice", to="pictures", term="us-take-it-down", words="")
    for language in ("en", "fr", "ar"):
        after = house.browser(DUTY, language=language).get("/protection/takedowns/1")
        require_sound(after, language)
        assert "TAKE IT DOWN" in after.words
        require_sound(house.browser(DUTY, language=language).get("/protection/takedowns"), language)
    browser = house.browser(DUTY)  # who signs in anew is signed out elsewhere
    after = browser.get("/protection/takedowns/1")
    told = browser.submit(after, "/protection/takedowns/1/answer", step="refused", reason="", words="")
    assert "takedown.reason" in told.words
    browser.submit(after, "/protection/takedowns/1/answer", step="removed", words="")
    assert "removed" in browser.get("/protection/takedowns").words
