"""Pages that tell an error: the reader's language first, the original smaller and marked as English."""

import pytest

from comity.web.words import plain
from comity.wording.catalogue import catalogue
from tests.unit.web.test_reading_pages import require_sound
from tests.unit.web.world import World, world


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world(tmp_path_factory.mktemp("problems"))


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_problem_speaks_the_language_of_its_reader(two: World, language: str) -> None:
    reply = two.asking.browser(language=language).get("/?mine=x")
    assert reply.status == 422
    words = catalogue(language)
    said, helps = words["error.page.after"], words["error_hint.page.after"]
    assert f'<p class="cap">{said}.</p>\n<p class="cap">{helps}.</p>' in reply.text
    original = "this names no place in a list; follow the link to the page."
    assert f'<p class="cap original" lang="en" dir="ltr">{original}</p>' in reply.text
    assert "page.after" in reply.words


def test_a_command_at_the_beginning_of_a_hint_keeps_its_letters(two: World) -> None:
    reply = two.asking.browser(language="fr").get("/drafts/" + "0" * 64)
    helps = catalogue("fr")["error_hint.draft.absent"]
    assert helps.startswith("«\u00a0comity")
    assert f'<p class="">{helps}.</p>' in reply.text


def test_an_english_problem_is_said_once(two: World) -> None:
    reply = two.asking.browser(language="en").get("/?mine=x")
    assert reply.text.count("this names no place in a list") == 1
    assert 'class="cap original"' not in reply.text
    assert '<p class="cap" lang="en" dir="ltr">follow the link to the page.</p>' in reply.text


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_form_that_does_not_read_is_told_on_its_own_page(two: World, language: str) -> None:
    browser = two.asking.browser(language=language)
    path = "/requests/preservation"
    form = [pair for pair in browser.get(path).page.form(path) if pair[0] != "file"]
    reply = browser.upload(path, [*form, ("action", "load")], [("file", "form.json", b"{x")])
    require_sound(reply, language)
    assert f'<p class="cap">{catalogue(language)["error.json.syntax"]}.</p>' in reply.text
    assert 'lang="en" dir="ltr">the bytes are not JSON.</p>' in reply.text


def test_text_from_outside_keeps_its_blanks_and_loses_what_turns_a_line() -> None:
    assert plain("huit\u00a0ans\u202f: oui\u3000\u202e\x00\u2066ab") == "huit\u00a0ans\u202f: oui\u3000ab"
