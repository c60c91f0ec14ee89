"""What anybody must be able to do: by keyboard alone, over a slow line, in a chosen language."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.chairs import Judge, seated
from tests.browser.conftest import Stage

pytestmark = [pytest.mark.slow, pytest.mark.network]

MOST_FIELDS = 12
MOST_BYTES = 150_000
TYPED = {
    "/requesting_authority/name": "Altavia 24/7 Contact Point",
    "/offences/0/title": "Fraud by a false log-in page",
    "/offences/0/provisions": "Penal Code, section 263",
    "/offences/0/maximum_penalty/years": "5",
    "/facts/text": "Customers of a bank typed their passwords into a false page.",
    "/items/0/account": "collect@mailhaven.example",
    "/items/0/custodian": "Mailhaven Hosting, Belmare",
    "/relation/text": "The false page sent every password to this mailbox.",
    "/necessity/text": "The holder can empty the mailbox at any time.",
}
"""What a duty officer types; beside it one tick (kinds of data) and one choice (data will be asked for)."""


def focused(page: Any) -> str:
    """Return the name of what has the focus; for a tick or a button with its value."""
    found: str = page.evaluate(
        "(one => !one ? '' : ['checkbox', 'submit'].includes(one.type) && one.name"
        " ? one.name + '=' + one.value : one.name || one.id)(document.activeElement)"
    )
    return found


def test_a_preservation_request_is_written_by_keyboard_alone(chromium: Any, stage: Stage) -> None:
    office = stage.offices[0]
    judge = Judge(chromium, "en")
    with seated(chromium, judge, name=office.duty, address=stage.addresses[0]) as chair:
        chair.open("/sign-in?next=/requests/preservation")
        chair.sign_in(office.duty, stage.codes[office.duty])
        page, filled = chair.page, 0
        page.keyboard.press("Tab")
        assert page.locator("a.skip").evaluate("one => one === document.activeElement")
        page.keyboard.press("Enter")
        for _ in range(200):
            page.keyboard.press("Tab")
            name = focused(page)
            if name in TYPED:
                page.keyboard.type(TYPED[name])
            elif name == "/items/0/data=subscriber":
                page.keyboard.press("Space")
            elif name == "/intends_request":
                page.keyboard.type("y")
            elif name == "action=draft":
                break
            else:
                continue
            filled += 1
        assert filled == len(TYPED) + 2 <= MOST_FIELDS
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "/drafts/" in page.url, chair.text()
        for key in ("Tab",) * 200:
            page.keyboard.press(key)
            if "Drop" in page.evaluate("document.activeElement.textContent"):
                break
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert urlsplit(page.url).path == "/"
        chair.require_quiet()
    judge.close()


@pytest.mark.parametrize("path", ["/sign-in", "/"])
def test_the_first_page_is_light_with_all_its_parts(chromium: Any, stage: Stage, path: str) -> None:
    office = stage.offices[0]
    judge = Judge(chromium, "ar")
    with seated(chromium, judge, name=office.duty, address=stage.addresses[0]) as chair:
        if path == "/":
            chair.open("/sign-in")
            chair.sign_in(office.duty, stage.codes[office.duty])
        chair.open(path)
        named = chair.page.locator("link[href], [src]").evaluate_all(
            "all => all.map(one => one.href || one.src)"
        )
        bodies = {url: chair.page.context.request.get(url).body() for url in {chair.page.url, *named}}
        styles = [body for url, body in bodies.items() if url.endswith(".css")]
        assert styles
        assert not [
            body for body in styles if b"url(" in body or b"@import" in body
        ]  # they name no further part
        assert 1_000 < sum(map(len, bodies.values())) <= MOST_BYTES
    judge.close()


def test_a_language_is_chosen_on_any_page_and_kept(chromium: Any, stage: Stage) -> None:
    judge = Judge(chromium, "fr")
    with seated(chromium, judge, name="nobody", address=stage.addresses[1]) as chair:
        chair.open("/sign-in")
        assert chair.page.get_attribute("html", "lang") == "fr"
        chair.press("button[name=language][value=ar]")
        for path in ("/sign-in", "/sign-in?next=/cases"):
            chair.open(path)
            assert chair.page.get_attribute("html", "lang") == "ar"
            assert chair.page.evaluate("getComputedStyle(document.body).direction") == "rtl"
        chair.require_quiet()
    judge.close()


def test_a_wrong_secret_is_told_on_the_page(chromium: Any, stage: Stage) -> None:
    judge = Judge(chromium, "fr")
    with seated(chromium, judge, name="nobody", address=stage.addresses[1]) as chair:
        chair.open("/sign-in")
        chair.page.fill("#name", "nobody.here")
        chair.page.fill("#secret", "not-the-code")
        chair.page.click("form[action='/sign-in'] button")
        chair.page.locator("[role=alert]").wait_for()
        chair.look("sign-in-refused")
        assert judge.faults == []
    judge.close()
