"""Composing a request: the form of every kind, assessed without losing what was typed, loaded, drafted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.requests.forms import form_of
from comity.requests.kinds import all_kinds, require_kind
from comity.requests.service import example
from comity.web.bodies import Form
from comity.web.formfields import Control, controls, posted
from comity.wording import label
from tests.unit.web.test_deciding_pages import finish
from tests.unit.web.test_reading_pages import require_sound
from tests.unit.web.world import World, world

LANGUAGES = ("en", "fr", "ar")


@pytest.fixture
def two(tmp_path: Path) -> World:
    return world(tmp_path)


def values_of(shown: tuple[Control, ...]) -> dict[str, tuple[str, ...]]:
    """Return what a browser would post for controls."""
    found: dict[str, tuple[str, ...]] = {}
    for one in shown:
        if one.shape == "rows":
            found[f"rows:{one.pointer}"] = (str(len(one.inner)),)
        if one.inner:
            found |= values_of(one.inner)
        elif one.shape == "ticks":
            found[one.pointer] = one.ticked
        elif one.shape != "rows":
            found[one.pointer] = (one.value,)
    return found


@pytest.mark.parametrize("kind", [kind.code for kind in all_kinds()])
def test_a_form_survives_the_way_through_the_page(kind: str) -> None:
    fields = form_of(require_kind(kind))
    given = {name: value for name, value in example(kind).items() if name not in ("kind", "version")}
    assert posted(fields, Form(fields=values_of(controls(fields, given)))) == given


def test_what_does_not_fit_is_kept_as_it_was_typed() -> None:
    fields = form_of(all_kinds()[0])
    given = {"request_expected": "soon", "offences": [{"maximum_penalty": {"years": "many"}}], "items": 7}
    made = posted(fields, Form(fields=values_of(controls(fields, given))))
    assert made == {"request_expected": "soon", "offences": [{"maximum_penalty": {"years": "many"}}]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_of_every_kind_is_sound_in_every_language(two: World, language: str) -> None:
    browser = two.asking.browser(language=language)
    require_sound(browser.get("/requests"), language)
    for kind in all_kinds():
        path = f"/requests/{kind.code}"
        empty = browser.get(path)
        require_sound(empty, language)
        for one in form_of(kind):
            assert one.basis in empty.words, (kind.code, one.name)
            assert label(f"group.{one.group}", language=language) in empty.words, (kind.code, one.name)


def test_an_empty_form_is_told_field_by_field(two: World) -> None:
    browser = two.asking.browser()
    for code in ("preservation", "stored-data", "statements", "confiscation", "joint-team"):
        path = f"/requests/{code}"
        checked = browser.submit(browser.get(path), path, action="check")
        require_sound(checked, "en")
        assert checked.page.all("input")
        assert 'aria-invalid="true"' in checked.text


def test_the_example_of_every_kind_goes_through_the_page_and_may_be_sent(two: World) -> None:
    browser = two.asking.browser()
    for kind in all_kinds():
        path = f"/requests/{kind.code}"
        filled = browser.submit(browser.get(path), path, action="example", to="XAB/contact-point")
        checked = browser.submit(filled, path, action="check")
        assert "Nothing stops it." in checked.words, kind.code


def test_from_the_example_to_a_request_that_is_sent(two: World) -> None:
    browser = two.asking.browser()
    path = "/requests/preservation"
    filled = browser.submit(browser.get(path), path, action="example", to="XAB/contact-point")
    checked = browser.submit(filled, path, action="check")
    assert "Nothing stops it." in checked.words
    draft = browser.submit(checked, path, action="draft")
    assert draft.path.startswith("/drafts/")
    require_sound(draft, "en")
    assert "collect@mailhaven.example" in draft.words
    sent = finish(two.asking, draft)
    assert "Altavia asked Belmare to preserve data." in sent.words
    two.carry()
    assert "Altavia asked" in two.asked.browser().get(sent.path).words
    more = next(link for link in browser.get(sent.path).page.links() if link.startswith("/requests?case="))
    kinds = browser.get(more)
    stored = next(link for link in kinds.page.links() if "stored-data?case=" in link)
    form = browser.submit(browser.get(stored), "/requests/stored-data", action="example")
    second = browser.submit(form, "/requests/stored-data", action="draft")
    assert second.path.startswith("/drafts/"), second.words
    assert sent.path in second.page.links()


def test_rows_come_and_go_and_nothing_is_lost(two: World) -> None:
    browser = two.asking.browser()
    path = "/requests/preservation"
    filled = browser.submit(browser.get(path), path, action="example")
    more = browser.submit(filled, path, action="add:/items", **{"/necessity/text": "typed & <kept>"})
    assert ("rows:/items", "3") in more.page.form(path)
    assert ("/necessity/text", "typed & <kept>") in [
        (name, value.strip()) for name, value in more.page.form(path)
    ]
    named = browser.submit(more, path, action="check", **{"/items/2/account": "third@mail.example"})
    fewer = browser.submit(named, path, action="remove:/items/0")
    values = dict(fewer.page.form(path))
    assert values["rows:/items"] == "2"
    assert values["/items/1/account"] == "third@mail.example"


def test_a_form_that_cannot_go_is_told_at_its_field_and_kept(two: World) -> None:
    browser = two.asking.browser()
    path = "/requests/preservation"
    filled = browser.submit(browser.get(path), path, action="example")
    refused = browser.submit(
        filled, path, action="draft", **{"/request_expected": "soon", "/issued_by/name": "Prosecutor X"}
    )
    assert refused.status == 422
    assert "Prosecutor X" in refused.text
    assert 'value="soon"' in refused.text
    assert "#f-request_expected" in refused.page.links()


def test_an_uploaded_form_is_loaded_whole_and_unknown_members_survive(two: World) -> None:
    browser = two.asking.browser()
    path = "/requests/preservation"
    given = {**example("preservation"), "national_reference": {"file": "7/26"}}
    form = browser.get(path).page.form(path)
    loaded = browser.upload(
        path, [*form, ("action", "load")], [("file", "form.json", json.dumps(given).encode())]
    )
    require_sound(loaded, "en")
    assert "national_reference" in loaded.words
    draft = browser.submit(loaded, path, action="draft", to="XAB/contact-point")
    act = draft.path.removeprefix("/drafts/")
    content = two.asking.toolbox.reading.draft(two.asking.office.officer(), act=act, purpose="practice")
    sent = json.loads(content.parts["form"])
    assert sent["national_reference"] == {"file": "7/26"}
    for item in (*sent["items"], *given["items"]):
        item["data"] = sorted(item["data"])  # boxes are ticked in the order of the form
    assert sent == given


@pytest.mark.parametrize("data", [b"", b"not json", b"[]", b'{"kind": "stored-data"}', b'{"kind": 1}'])
def test_a_file_that_is_no_form_is_told_and_nothing_is_lost(two: World, data: bytes) -> None:
    browser = two.asking.browser()
    path = "/requests/preservation"
    form = [("/issued_by/name", "Prosecutor X"), *browser.get(path).page.form(path), ("action", "load")]
    reply = browser.upload(path, form, [("file", "form.json", data)])
    assert reply.status == 200
    assert 'class="alert"' in reply.text
    assert "Prosecutor X" in reply.text


def test_an_unknown_kind_is_not_found(two: World) -> None:
    assert two.asking.browser().get("/requests/marriage").status == 404
