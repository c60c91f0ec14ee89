"""Pages to read: every one in three languages, with the right head, headers and access."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from comity.node.views import ActView
from comity.requests.service import example
from comity.web.answers import SECURITY
from comity.web.app import web_app
from comity.web.pages import PAGES
from tests.unit.web.browser import Browser, Reply
from tests.unit.web.world import DUTY, HEAD, World, world

LANGUAGES = ("en", "fr", "ar")
FORM = json.dumps(example("preservation")).encode()


@pytest.fixture
def two(tmp_path: Path) -> World:
    return world(tmp_path)


def ask(two: World) -> ActView:
    """Send a preservation request from the asking side to the asked."""
    office = two.asking.office
    made = office.settle(office.cases.draft_request(office.officer(), form=FORM, to="XAB/contact-point"))
    two.carry()
    return made


def require_sound(reply: Reply, language: str) -> None:
    """Check what every page has: head, one first heading, headers, no script, nothing from elsewhere."""
    assert reply.status == 200, reply.words
    page = reply.page
    root = page.all("html")[0]
    assert root == {"lang": language, "dir": "rtl" if language == "ar" else "ltr"}
    assert len(page.all("h1")) == 1
    assert "web." not in reply.words.replace("web.archive", "")
    assert not page.all("script")
    for name in SECURITY:
        assert reply.headers[name] == SECURITY[name]
    assert reply.headers["cache-control"] == "no-store"
    labels = {given.get("for") for given in page.all("label")}
    for tag in ("input", "select", "textarea"):
        for given in page.all(tag):
            if given.get("type") not in ("hidden", "checkbox", "radio", "submit"):
                assert given.get("id") in labels, given
    assert len(page.all("caption")) == len(page.all("table"))
    for tag, given in page.tags:
        assert not {name for name in given if name.startswith("on") or name == "style"}, tag
        for name in ("href", "src", "action"):
            assert given.get(name, "/").startswith(("/", "#")), given
    for form in page.forms:
        names = [name for name, _ in form["values"]]
        changes = form["method"] == "post" and form["action"] not in ("/sign-in", "/language")
        assert ("csrf" in names) is changes or form["action"] == "/language"
    identities = [given["id"] for _, given in page.tags if "id" in given]
    assert len(identities) == len(set(identities))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_to_read_is_sound_in_every_language(two: World, language: str) -> None:
    request = ask(two)
    require_sound(Browser(two.asking.app, language=language).get("/sign-in"), language)
    for house in (two.asking, two.asked):
        browser = house.browser(language=language)
        for path in (
            "/",
            "/cases",
            f"/cases/{request.case}",
            f"/acts/{request.act}/parts/form",
            "/logs",
            "/journal",
            "/peers",
            "/officers",
        ):
            require_sound(browser.get(path), language)
        audited = browser.submit(browser.get("/logs"), "/logs/audit")
        require_sound(audited, language)
        assert not house.faults


def test_the_case_is_told_in_plain_sentences_with_articles(two: World) -> None:
    request = ask(two)
    words = two.asked.browser().get(f"/cases/{request.case}").words
    assert "Altavia asked Belmare to preserve data." in words
    assert "42(1)" in words
    assert "decide on the request" in words
    arabic = two.asked.browser(language="ar").get(f"/cases/{request.case}").words
    assert "بيانات" in arabic
    french = two.asked.browser(language="fr").get(f"/cases/{request.case}").words
    assert "de conserver des données." in french


def test_ids_and_times_are_isolated_from_the_direction_of_the_page(two: World) -> None:
    request = ask(two)
    text = two.asked.browser(language="ar").get(f"/cases/{request.case}").text
    assert re.search(rf'<bdi dir="ltr" class="id" title="{request.case}">', text)
    bare = re.sub(r"<title>.*?</title>|<bdi dir=\"ltr\".*?</bdi>", "", text)
    assert request.case[:12] not in re.sub(r"<[^>]*>", "", bare)


def test_the_first_page_with_all_its_parts_is_small(two: World) -> None:
    ask(two)
    browser = two.asked.browser()
    first = browser.get("/")
    parts = [given["href"] for given in first.page.all("link")] + [g["src"] for g in first.page.all("img")]
    total = len(first.body) + sum(len(browser.get(path).body) for path in set(parts))
    assert total <= 150_000


def test_whoever_is_not_signed_in_sees_only_the_sign_in(two: World) -> None:
    request = ask(two)
    for page in PAGES:
        if not page.needs_session:
            continue
        path = re.sub(r"\{(\w+):str\}", request.act, page.path)
        reply = Browser(two.asking.app).send(page.method, path)
        assert (reply.status, reply.body) == (303, b""), path
        assert reply.headers["location"].startswith("/sign-in?next=%2F")


def test_every_read_is_in_the_journal_first(two: World) -> None:
    request = ask(two)
    browser = two.asked.browser()
    before = two.asked.toolbox.reading.journal(two.asked.office.officer())
    browser.get(f"/cases/{request.case}")
    browser.get(f"/acts/{request.act}/parts/form")
    after = two.asked.toolbox.reading.journal(two.asked.office.officer())
    new = after[: len(after) - len(before)]
    assert [(one.subject, one.purpose) for one in new] == [("read", "practice")] * 2
    assert {one.about for one in new} == {request.case, f"{request.act}/form"}


def test_the_purpose_of_the_session_is_shown_and_logged(two: World) -> None:
    request = ask(two)
    browser = two.asked.browser()
    browser.submit(browser.get("/"), "/purpose", purpose="oversight")
    browser.get(f"/cases/{request.case}")
    assert two.asked.toolbox.reading.journal(two.asked.office.officer())[0].purpose == "oversight"
    reply = browser.post("/purpose", [*browser.get("/").page.form("/purpose"), ("x", "y")])
    assert reply.status == 303
    refused = browser.post(
        "/purpose", {"csrf": dict(browser.get("/").page.form("/purpose"))["csrf"], "purpose": "curiosity"}
    )
    assert refused.status == 403


def test_the_language_of_the_person_comes_before_that_of_the_browser(two: World) -> None:
    browser = two.asking.browser(language="fr-CA, en;q=0.5")
    assert browser.get("/").page.all("html")[0]["lang"] == "fr"
    page = browser.submit(browser.get("/"), "/language", language="ar")
    assert page.page.all("html")[0] == {"lang": "ar", "dir": "rtl"}
    assert Browser(two.asking.app, language="pt, de").get("/sign-in").page.all("html")[0]["lang"] == "en"
    assert (
        Browser(two.asking.app, language="en;q=0.1, ar").get("/sign-in").page.all("html")[0]["lang"] == "ar"
    )


def test_a_form_of_another_session_or_site_is_refused(two: World) -> None:
    browser = two.asking.browser()
    assert browser.post("/logs/audit", {"csrf": "0" * 64}).status == 403
    assert browser.post("/logs/audit", {}).status == 403
    good = browser.get("/logs").page.form("/logs/audit")
    assert browser.post("/logs/audit", good).status == 200
    assert browser.post("/logs/audit", good, origin="https://evil.example").status == 403
    assert browser.post("/logs/audit", good, **{"sec-fetch-site": "cross-site"}).status == 403
    stranger = two.asking.browser(HEAD)
    assert stranger.post("/logs/audit", good).status == 403


def test_sign_in_is_throttled_and_tells_nothing_about_names(two: World) -> None:
    said = []
    for name in (DUTY, "nobody"):
        browser = Browser(two.asking.app)
        replies = [two.asking.sign_in(browser, name, secret="wrong") for _ in range(4)]
        assert [reply.status for reply in replies] == [403] * 4
        said.append([reply.words.replace(name, "") for reply in replies])
    assert said[0] == said[1]
    assert "Too many attempts" in said[0][3]
    assert "Too many attempts" not in said[0][2]


def test_the_session_cookie_cannot_be_read_or_sent_from_elsewhere(two: World) -> None:
    reply = two.asking.sign_in(Browser(two.asking.app), DUTY)
    assert len(reply.cookies) == 1
    assert reply.cookies[0].startswith("comity-xaa=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(reply.cookies[0].split("; "))
    browser = two.asking.browser()
    kept = dict(browser.cookies)
    browser.submit(browser.get("/"), "/sign-out")
    assert Browser(two.asking.app, cookies=kept).get("/").status == 303


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "x"])
def test_after_signing_in_nobody_is_led_elsewhere(two: World, wanted: str) -> None:
    reply = two.asking.sign_in(Browser(two.asking.app), DUTY, next=wanted)
    assert reply.headers["location"] == "/"


def test_errors_are_told_on_a_page_and_bugs_without_details(
    two: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = two.asking.browser()
    assert browser.get("/nowhere").status == 404
    missing = browser.get("/cases/" + "0" * 64)
    assert missing.status == 404
    assert "case.unknown" in missing.words
    assert browser.get("/assets/other.css").status == 404

    def broken(_self: object) -> None:
        raise RuntimeError("secret of a case")

    monkeypatch.setattr(type(two.asking.desks.logs), "list", broken)
    reply = browser.get("/logs")
    assert reply.status == 500
    assert "secret" not in reply.text
    assert len(two.asking.faults) == 1
    assert "secret" not in two.asking.faults[0]


def test_what_a_peer_wrote_is_escaped(two: World) -> None:
    form = example("preservation")
    form["facts"]["text"] = "<script>alert(1)</script>\u202e<b>"
    office = two.asking.office
    request = office.settle(
        office.cases.draft_request(office.officer(), form=json.dumps(form).encode(), to="XAB/contact-point")
    )
    two.carry()
    text = two.asked.browser().get(f"/acts/{request.act}/parts/form").text
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "\u202e" not in text


def test_proofs_and_checkpoints_can_be_saved(two: World) -> None:
    request = ask(two)
    browser = two.asking.browser()
    proof = browser.get(f"/acts/{request.act}/proof")
    assert json.loads(proof.body)["act"] == request.act
    assert proof.headers["content-disposition"].startswith("attachment")
    link = next(link for link in browser.get("/logs").page.links() if link.startswith("/logs/checkpoint"))
    assert b"/" in browser.get(link).body
    assert json.loads(browser.get("/peers/card").body)["v"] == 1


def test_pages_and_interface_share_an_address(two: World) -> None:
    from comity.bootstrap.pages import joined

    async def interface(_scope: object, _receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 418, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b""})  # type: ignore[operator]

    browser = Browser(joined({"/api/": interface}, otherwise=two.asking.app))
    assert browser.get("/api/v1/cases").status == 418
    assert browser.get("/sign-in").status == 200
    assert browser.get("/apiary").status == 404


def test_over_tls_the_cookies_are_bound_to_it(two: World) -> None:
    app = web_app(replace(two.asking.toolbox, secure=True))
    reply = two.asking.sign_in(Browser(app), DUTY)
    assert reply.cookies[0].startswith("__Host-comity-xaa=")
    assert reply.cookies[0].endswith("; Secure")
