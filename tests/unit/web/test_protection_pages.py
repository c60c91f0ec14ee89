"""Known images in pages and in the interface: hashes in, matches out, escaped, told where it is wrong."""

from __future__ import annotations

import pytest

from comity.node.hashviews import About, Grounds
from tests.unit.api.test_v1 import client
from tests.unit.web.test_reading_pages import require_sound
from tests.unit.web.world import DUTY, world

PDQ, NEAR = "0f" * 32, "0f" * 31 + "0e"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    here = world(tmp_path_factory.mktemp("lists")).asking
    desk, head = here.desks.hashes, here.office.head()
    grounds = Grounds(ground="Act <12>", licence="matching", onward=True)
    about = About(subject="child", source="Hotline <b>", category="child.abuse")
    desk.take_in(head, name="known", data=f"id,pdq\n<i>4711,{PDQ}".encode(), about=about, grounds=grounds)
    desk.share(head, name="known", to="platform", grounds=grounds)
    return here


def asked(browser, hashes):
    return browser.submit(browser.get("/protection"), "/protection/match", hashes=hashes)


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_lists_are_shown_and_hashes_compared_in_every_language(house, language):
    browser = house.browser(DUTY, language=language)
    page = browser.get("/protection")
    require_sound(page, language)
    assert (
        "Hotline <b>" in page.words and "Act <12>" in page.words and "<b>" not in page.text.split("<main")[1]
    )
    assert "platform" in page.words
    found = asked(browser, f"{NEAR}\n{'3c' * 32}")
    require_sound(found, language)
    assert "<i>4711" in found.words
    assert NEAR not in found.path  # the hash is in no address


def test_what_is_no_hash_is_told_at_its_field_and_kept(house):
    page = asked(house.browser(DUTY), "zebra")
    assert page.status == 200
    assert "protect.hash" in page.words and 'aria-invalid="true"' in page.text and "zebra" in page.text


def test_programs_compare_the_same(house):
    caller = client(house)
    assert caller.get("/protection/lists")[0]["name"] == "known"
    (answer,) = caller.post("/protection/matches", {"list": "known", "hashes": [NEAR]})
    assert [(one["on"], one["distance"], one["turn"]) for one in answer["matches"]] == [
        ("pdq", 1, "original")
    ]


def test_the_page_takes_no_picture(house):
    page = house.browser(DUTY).get("/protection").page
    assert [given for given in page.all("input") if given.get("type") == "file"] == []
    assert [form.get("enctype", "") for form in page.all("form")] == [""] * len(page.all("form"))


def test_nobody_is_shown_a_way_to_lists_that_are_closed_to_them(house):
    office = house.office
    house.desks.people.add_officer(
        office.head(), authority=office.desk, name="o.seer", roles=["overseer"], passphrase=None
    )
    assert 'href="/protection"' in house.browser(DUTY).get("/").text
    seer = house.browser("o.seer")
    assert 'href="/protection"' not in seer.get("/").text
    assert seer.get("/protection").status == 403
