"""The page of restitution: entries are recorded there, and each reader sees what is theirs."""

from __future__ import annotations

import json

import pytest

from comity.requests.service import example
from comity.restitution.forms import FORMS
from tests.unit.web.test_reading_pages import LANGUAGES, require_sound
from tests.unit.web.world import HEAD, world


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    here = world(tmp_path_factory.mktemp("restitution")).asking
    office = here.office
    form = json.dumps(example("confiscation")).encode()
    made = office.settle(office.cases.draft_request(office.officer(), form=form, to="XAB/contact-point"))
    return here, f"/cases/{made.case}/restitution"


def fill(browser, path, entry, **values):
    return browser.submit(browser.get(f"{path}?entry={entry}"), path, **values)


def test_a_ledger_is_kept_in_pages_and_shown_in_every_language(house):
    here, path = house
    head = here.browser(HEAD)
    require_sound(head.get(path), "en")
    fill(
        head,
        path,
        "asset.open",
        asset="A1",
        unit="EUR",
        description="<b>account",
        state="frozen",
        custodian="Bank",
    )
    fill(head, path, "money.in", amount="12.50", source="sale", reference="1")
    fill(
        head, path, "claim.lodge", claim="C1", who="V-1", kind="victim", unit="EUR", amount="20", basis="loss"
    )
    for language in LANGUAGES:
        browser = here.browser(HEAD, language=language)
        for reader in ("", "?for=victim&who=V-1", "?for=state"):
            page = browser.get(path + reader)
            require_sound(page, language)
            assert "<b>account" in page.words
            assert ("12.50 EUR" in page.words) is ("victim" not in reader)
            assert ("C1" in page.words) is ("state" not in reader)
            (link,) = [one for one in page.page.links() if "/restitution/statement?" in one]
            assert reader.lstrip("?") in link
    paper = head.get(link)
    assert (paper.status, paper.body[:5], paper.headers["content-type"]) == (200, b"%PDF-", "application/pdf")


def test_what_is_wrong_is_told_at_the_form_and_what_was_typed_stays(house):
    here, path = house
    head = here.browser(HEAD)
    wrong = fill(head, path, "money.in", amount="12,50", source="my source", reference="1")
    assert wrong.status == 422
    assert "is no amount" in wrong.words and "my source" in wrong.text
    assert len(FORMS["money.convert"]) == 12
    require_sound(head.get(f"{path}?entry=money.convert"), "en")
