"""The page of restitution: entries are recorded there, and each reader sees what is theirs."""

from __future__ import annotations

import json

import pytest

from comity.node.freezing import BankWord
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


def test_claims_ruled_on_in_a_freeze_are_taken_over_on_the_page(house):
    here, path = house
    office, case = here.office, path.split("/")[2]
    desk, actor = here.desks.freezing, office.head()
    told = BankWord(account="77", bank="Bank", amount="50", currency="EUR", reference="R")
    desk.open_bank(actor, name="held-1", told=told, words="seized")
    desk.asking.tie_to(actor, name="held-1", request=case[:12], item="", purpose="practice")
    desk.record(
        actor, name="held-1", fact={"fact": "claim", "who": "Ms <b>R.", "ground": "g", "amount": "20"}
    )
    ruling = {"fact": "ruling", "claim": 3, "outcome": "partly", "court": "Court", "reference": "K1"}
    head = here.browser(HEAD)
    assert "Ms <b>R." not in head.get(path).words  # no court has ruled yet
    desk.record(actor, name="held-1", fact=ruling | {"digest": "0" * 64})
    for language in LANGUAGES:
        page = here.browser(HEAD, language=language).get(path)
        require_sound(page, language)
        assert "Ms <b>R." in page.words
    head = here.browser(HEAD)
    wrong = head.submit(head.get(path), f"{path}/claims", **{"awarded-3": "5,1"})
    assert wrong.status == 422 and 'value="5,1"' in wrong.text
    done = head.submit(head.get(path), f"{path}/claims", **{"awarded-3": "5.10"})
    assert done.status == 200 and "held-1-3" in done.words and "5.10 EUR" in done.words
    assert "Ms <b>R." not in done.words  # each once; who it is stands in the book of the asset alone
    waiting = here.desks.restitution.claims_waiting(actor, case=case, purpose="practice")
    assert waiting == ()
    assert here.desks.restitution.claims_waiting(office.officer(), case=case, purpose="practice") == ()
