"""Assets in pages: begun, shown in three languages, recorded, and put into a request."""

from __future__ import annotations

import pytest

from comity.node.assetbooks import add_line
from comity.node.freezelane import owe_weighing
from comity.tracing.assets import parse_fact
from tests.unit.web.test_reading_pages import require_sound
from tests.unit.web.world import DUTY, world

KEY = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
BANK = {
    "name": "invoice-77",
    "iban": "DE89370400440532013000",
    "bank": "Bank <b>of</b> Belmare",
    "amount": "9800.05",
    "currency": "EUR",
    "reference": "MT103",
    "words": "a forged invoice was paid",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return world(tmp_path_factory.mktemp("assets")).asking


def test_an_asset_from_its_first_line_to_the_request(house):
    browser = house.browser(DUTY)
    wrong = browser.submit(
        browser.get("/freezes"), "/freezes/bank", **BANK | {"iban": "DE00370400440532013000"}
    )
    assert wrong.status == 422 and "freeze.iban" in wrong.words and "9800.05" in wrong.text
    alone = browser.submit(browser.get("/freezes"), "/freezes/traced", name="x", addresses="bc1", words="tag")
    assert "freeze.tag_alone" in alone.words
    made = browser.submit(browser.get("/freezes"), "/freezes/bank", **BANK)
    assert (made.status, made.path) == (200, "/freezes/invoice-77")
    for language in ("en", "fr", "ar"):
        page = house.browser(DUTY, language=language).get("/freezes/invoice-77?fact=claim")
        require_sound(page, language)
        assert "9800.05 EUR" in page.words and "Bank <b>of</b> Belmare" in page.words
        require_sound(house.browser(DUTY, language=language).get("/freezes"), language)
        # every label of a member has its words
        assert "freeze.field." not in page.words
    browser = house.browser(DUTY)  # signing in elsewhere ended the first session
    claim = browser.get("/freezes/invoice-77?fact=claim")
    told = browser.submit(claim, "/freezes/invoice-77/line", who="Ms R.", ground=f"her key is {KEY}")
    assert "freeze.secret" in told.words
    kept = browser.submit(claim, "/freezes/invoice-77/line", who="Ms R.", ground="bought it in good faith")
    assert kept.status == 200 and "bought it in good faith" in kept.words
    frozen = browser.get("/freezes/invoice-77?fact=frozen")
    browser.submit(frozen, "/freezes/invoice-77/line", amount="9800.05", by="Court", reference="C 1")
    released = browser.get("/freezes/invoice-77?fact=released")
    stopped = browser.submit(released, "/freezes/invoice-77/line", amount="1", to="holder", reference="P")
    assert stopped.status == 403 and "freeze.claim_open" in stopped.words
    form = browser.get("/requests/property-freezing?freeze=invoice-77")
    assert "DE89370400440532013000" in form.text and 'name="freeze" value="invoice-77"' in form.text


def test_a_retracted_tag_stands_at_the_top_until_a_person_weighed_it(house):
    browser = house.browser(DUTY)
    browser.submit(browser.get("/freezes"), "/freezes/bank", **BANK | {"name": "weigh-1"})
    office = house.office
    fact = {"fact": "untagged", "at": 1, "tags": ["Shop <b> (forensic, x)"], "keys": ["0" * 64]}
    with office.place.store.transaction() as tx:
        line = parse_fact(fact | {"why": "they moved", "by": "Unit XAB"})
        now = office.place.clock.now()
        made = add_line(tx, office.desk, "weigh-1", line, officer="a.b", now=now)
        owe_weighing(tx, office.desk, "weigh-1", made.number, at=now)
    for language in ("en", "fr", "ar"):
        page = house.browser(DUTY, language=language).get("/freezes/weigh-1?fact=weighed&set-line=2")
        require_sound(page, language)
        assert "Shop <b> (forensic, x)" in page.words and "they moved" in page.words
        assert "freeze.field." not in page.words
    browser = house.browser(DUTY)
    owed = browser.get("/duty")
    task = owed.text.partition(f'id="task-freeze-weigh-1/{made.number}/tag-retracted"')[2].partition("</li>")[
        0
    ]
    assert 'href="/freezes/weigh-1"' in task and "<form" not in task  # a tick alone does not end it
    page = browser.get("/freezes/weigh-1?fact=weighed&set-line=2")
    assert 'name="line" type="number" min="0" dir="ltr" value="2"' in page.text
    assert "a tag was retracted" in browser.get("/freezes").words
    told = browser.submit(page, "/freezes/weigh-1/line", line="2", outcome="stands", words="the bank holds")
    assert told.status == 200 and "the bank holds" in told.words
    assert "a tag was retracted" not in browser.get("/freezes").words


def test_figures_hide_what_is_few_and_a_tie_names_a_request(house):
    for language in ("en", "fr", "ar"):
        page = house.browser(DUTY, language=language).get("/freezing/figures")
        require_sound(page, language)
        assert "account EUR" in page.words and "9800" not in page.words
    browser = house.browser(DUTY)
    wrong = browser.submit(browser.get("/freezes/weigh-1"), "/freezes/weigh-1/tie", request="0" * 64)
    assert wrong.status == 404
