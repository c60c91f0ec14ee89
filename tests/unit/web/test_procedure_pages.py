"""The page of the procedure at home: facts are recorded there, and what they halt says why."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from comity.cases.facts import FACTS
from comity.node.factexamples import EXAMPLES
from comity.node.views import ActView
from comity.requests.service import example
from tests.unit.web.browser import Browser, Reply
from tests.unit.web.test_reading_pages import LANGUAGES, require_sound
from tests.unit.web.world import World, world

DIGEST = "d" * 64
ARTICLE = "Mutual Assistance Act, article 24"


@pytest.fixture
def two(tmp_path: Path) -> World:
    return world(tmp_path)


def asked_for(two: World) -> tuple[ActView, str]:
    """Bring a request for stored data to the other side; return it, and the page of its procedure there."""
    office = two.asking.office
    form = json.dumps(example("stored-data")).encode()
    made = office.settle(office.cases.draft_request(office.officer(), form=form, to="XAB/contact-point"))
    two.carry()
    return made, f"/cases/{made.case}/procedure"


def fill(browser: Browser, path: str, request: str, fact: str, **values: str) -> Reply:
    form = browser.get(f"{path}?request={request}&fact={fact}")
    return browser.submit(form, path, **values)


def challenged(browser: Browser, path: str, request: str) -> Reply:
    return fill(
        browser, path, request, "challenge.lodged", step="transmission", who="user", reference="A 4/27"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_and_every_form_are_sound_in_every_language(two: World, language: str) -> None:
    request, path = asked_for(two)
    desk, officer = two.asked.desks.procedure, two.asked.office.officer()
    for name in ("ruling", "told", "challenge.lodged", "answer"):
        form = json.dumps({"fact": name, **EXAMPLES[name]}).encode()
        desk.record(officer, case=request.case, form=form)
    browser = two.asked.browser(language=language)
    page = browser.get(path)
    require_sound(page, language)
    assert path in browser.get(f"/cases/{request.case}").page.links()
    assert ARTICLE in page.words
    assert not re.search(r"home\.|home_|[{}]", page.words)
    links = [link for link in page.page.links() if link.startswith(f"{path}?")]
    assert len(links) == len(FACTS)
    for link in links:
        require_sound(browser.get(link.partition("#")[0]), language)
    asking = two.asking.browser(language=language)
    require_sound(asking.get(path), language)
    assert path not in asking.get(f"/cases/{request.case}").page.links()
    assert not two.asked.faults


def test_a_suspensive_challenge_halts_and_its_end_frees(two: World, tmp_path: Path) -> None:
    request, path = asked_for(two)
    office, browser = two.asked.office, two.asked.browser()
    assert "Nothing at home halts a delivery" in browser.get(path).words
    office.act("request.accept", request.case)
    office.act("order.record", request.case, {"parts": {"order": {"authority": "Court"}}})
    ruling = {"step": "transmission", "decided_by": "court", "office": "Chamber", "reference": "12/27"}
    ruled = fill(browser, path, request.act, "ruling", outcome="granted", digest=DIGEST, **ruling)
    assert "court: granted, on transmission (12/27)" in ruled.words
    office.act("transmission.decide", request.case, {"parts": {"decision": "granted"}})
    file = tmp_path / "mail.mbox"
    file.write_bytes(b"From a@example.org\n")
    sealed = office.evidence.seal(
        office.officer(), sources=[str(file)], case=request.case, request=request.act
    )
    form = office.evidence.deliver_form(office.officer(), case=request.case, bag_root=sealed.bag_root)
    draft = office.cases.draft_act(office.officer(), kind="evidence.deliver", case=request.case, form=form)
    told = challenged(browser, path, request.act)
    require_sound(told, "en")
    assert f"a suspensive challenge runs ({ARTICLE}, line 2)" in told.words
    assert "see how the challenge stands" in told.words
    assert "challenged on" in told.words  # the arithmetic of its time
    stopped = browser.get(f"/drafts/{draft.act}").words
    assert "nothing leaves until it is decided" in stopped
    assert ARTICLE in stopped
    ended = {"challenge": "2", "outcome": "dismissed", "reference": "9/27", "digest": DIGEST}
    done = fill(browser, path, request.act, "challenge.decided", **ended)
    assert "The challenge of line 2 ended: dismissed" in done.words
    assert "Nothing at home halts a delivery" in done.words
    assert "nothing leaves until it is decided" not in browser.get(f"/drafts/{draft.act}").words


def test_what_is_open_at_service_is_decided_by_name(two: World) -> None:
    request, path = asked_for(two)
    browser = two.asked.browser()
    asked = fill(browser, path, request.act, "served", reference="P 7/27", items=[])
    require_sound(asked, "en")
    assert "No ruling is recorded for" in asked.words
    assert ("reference", "P 7/27") in asked.page.form(path)
    reason = "the judge ruled <b>by telephone</b>"
    done = browser.submit(asked, path, **{"reason:procedure.ruling_missing": reason})
    assert "The order was served on the provider" in done.words
    assert reason in done.words
    assert ("b", {}) not in done.page.tags
    line = two.asked.desks.procedure.show(
        two.asked.office.officer(), case=request.case, purpose="practice"
    ).lines[0]
    assert line.decided == {"procedure.ruling_missing": reason}


def test_nonsense_is_told_and_nothing_is_kept(two: World) -> None:
    request, path = asked_for(two)
    browser = two.asked.browser()
    struck = fill(browser, path, request.act, "struck", line="7", reason="twice")
    assert (struck.status, "fact.line" in struck.words) == (404, True)
    heard = fill(browser, path, request.act, "heard", step="order", who="prosecutor", at="2099-01-01T10:00")
    assert (heard.status, "fact.time" in heard.words) == (422, True)
    assert browser.get(f"{path}?request={request.act}&fact=wedding").page.forms[-1]["action"] != path
    assert "Nothing is recorded yet" in browser.get(path).words
    assert not two.asked.faults
