"""Pages of lists: what is due and the cases, page by page, and the note about cases not read anew yet."""

from pathlib import Path

import pytest

from comity.node import listing
from tests.unit.node.test_listing import write_cases
from tests.unit.web.test_reading_pages import ask, require_sound
from tests.unit.web.world import World, world


@pytest.fixture
def two(tmp_path: Path) -> World:
    return world(tmp_path)


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_lists_are_followed_page_by_page(two: World, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE", 3)
    monkeypatch.setattr(listing.ListsDesk.cases, "__kwdefaults__", {"after": "", "most": 3, "newest": False})
    known = set(write_cases(two.asking.office, two.asked.office, 7))
    browser = two.asking.browser(language=language)
    for start, found_in in (("/", "due"), ("/cases", "cases")):
        path, seen, pages = start, [], 0
        while path:
            reply = browser.get(path)
            require_sound(reply, language)
            links = [given for given in reply.page.all("a") if given.get("rel") == "next"]
            wanted = [one["href"] for one in links if found_in == "cases" or "theirs=" in one["href"]]
            seen += [
                given["href"].removeprefix("/cases/")
                for given in reply.page.all("a")
                if given.get("href", "").startswith("/cases/")
            ]
            pages += 1
            assert len(wanted) <= 1
            path = wanted[0].partition("#")[0] if wanted else ""
        assert set(seen) == known
        assert pages == (3 if found_in == "cases" else 5)
    assert len(seen) == len(known)


def test_a_page_says_how_many_cases_are_not_read_anew_yet(
    two: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "READ_CASES", 2)
    write_cases(two.asking.office, two.asked.office, 5)
    browser = two.asking.browser(language="en")
    for path, left in (("/", "3"), ("/cases", "1"), ("/", "")):
        reply = browser.get(path)
        require_sound(reply, "en")
        assert (f"not read anew yet: {left}." in reply.words) is bool(left)
        assert ("read anew" in reply.words) is bool(left)


def test_a_place_that_is_none_is_told_on_a_page(two: World) -> None:
    browser = two.asking.browser()
    for path in ("/?mine=x", "/?theirs=1.2.3", "/?drafts=zz", "/cases?after=-1"):
        reply = browser.get(path)
        assert reply.status == 422
        assert "page.after" in reply.text


def test_a_case_that_is_only_a_draft_leads_to_the_draft(two: World) -> None:
    office = two.asking.office
    issued = ask(two)
    from tests.unit.web.test_reading_pages import FORM

    draft = office.cases.draft_request(office.officer(), form=FORM, to="XAB/contact-point")
    reply = two.asking.browser().get("/cases")
    links = {given.get("href") for given in reply.page.all("a")}
    assert {f"/drafts/{draft.act}", f"/cases/{issued.case}"} <= links
    assert f"/cases/{draft.case}" not in links
