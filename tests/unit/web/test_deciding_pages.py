"""A whole case through the pages of both sides: decided, approved, sent, delivered, opened; no script."""

from __future__ import annotations

import io
import tarfile
import threading
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from comity.kernel.errors import DeniedError
from comity.requests.refusal import allowed_grounds
from comity.web.answering import AnswerForm
from tests.unit.web.browser import Reply
from tests.unit.web.test_reading_pages import ask, require_sound
from tests.unit.web.world import DUTY, HEAD, House, World, world

LANGUAGES = ("en", "fr", "ar")


@pytest.fixture
def two(tmp_path: Path) -> World:
    return world(tmp_path)


def finish(house: House, draft: Reply) -> Reply:
    """Decide every finding, approve with as many officers as it takes, and send the act."""
    assert draft.status == 200, draft.words
    path = draft.path
    browsers = [house.browser(DUTY), house.browser(HEAD)]
    for _ in range(40):
        page = browsers[0].get(path)
        actions = [form["action"] for form in page.page.forms]
        if f"{path}/decide" in actions:
            browsers[0].submit(page, f"{path}/decide", outcome="proceed", inner="looked at it")
        elif f"{path}/issue" in actions:
            return browsers[0].submit(page, f"{path}/issue")
        elif f"{path}/approve" in actions:
            browsers[0].submit(page, f"{path}/approve", reason="lawful", confirm="yes")
        else:
            browsers.reverse()
    raise AssertionError("the draft never became ready")


def answer(house: House, case: str, kind: str, **values: str | list[str]) -> Reply:
    browser = house.browser()
    path = f"/cases/{case}/answer/{kind}"
    assert path in browser.get(f"/cases/{case}").page.links(), kind
    form = browser.get(path)
    require_sound(form, "en")
    return finish(house, browser.submit(form, path, **values))


ORDER = {
    "order-authority": "Judge",
    "order-provision": "88b",
    "order-number": "7",
    "order-date": "2026-10-26",
    "order-limit": "90 days",
    "order-remedy": "complaint",
}


def test_a_preservation_is_answered_through_the_pages(two: World) -> None:
    request = ask(two)
    done = answer(two.asked, request.case, "request.accept", text="Gladly.")
    assert "accepted the request" in done.words
    answer(two.asked, request.case, "order.record", **ORDER)
    answer(two.asked, request.case, "preservation.effect")
    two.carry()
    answer(two.asking, request.case, "preservation.extend", until="2027-03-01")
    two.carry()
    answer(two.asked, request.case, "preservation.release")
    two.carry()
    answer(two.asking, request.case, "case.close", outcome="done")
    two.carry()
    page = two.asked.browser().get(f"/cases/{request.case}")
    assert "Altavia closed the case." in page.words
    assert "closed" in page.words
    assert not two.asked.faults
    assert not two.asking.faults


def test_questions_consultation_and_refusal(two: World) -> None:
    request = ask(two)
    answer(two.asked, request.case, "request.clarify", text="Which mailbox?", fields="/items/0/account")
    two.carry()
    answer(two.asking, request.case, "request.answer", text="The first.")
    two.carry()
    answer(two.asked, request.case, "case.consult", about="refusal", text="We may have to refuse.")
    two.carry()
    browser = two.asked.browser()
    form = browser.get(f"/cases/{request.case}/answer/request.refuse")
    offered = [given["value"] for given in form.page.all("option") if given["value"].startswith("R-")]
    assert offered == ["R-40.21b", "R-40.21c", "R-40.22", "R-42.5"]
    done = answer(two.asked, request.case, "request.refuse", ground="R-40.21b", text="Public order.")
    two.carry()
    assert "refused the request" in two.asking.browser().get(f"/cases/{request.case}").words
    assert "R-40.21b" not in done.words


def test_a_withdrawal_names_its_items(two: World) -> None:
    request = ask(two)
    done = answer(two.asking, request.case, "request.withdraw", item=["mailbox"], text="Solved.")
    assert "withdrew the request" in done.words


def _stored(two: World) -> str:
    import json

    from comity.requests.service import example

    office = two.asking.office
    form = json.dumps(example("stored-data")).encode()
    made = office.settle(office.cases.draft_request(office.officer(), form=form, to="XAB/contact-point"))
    two.carry()
    return made.case


def test_evidence_is_sealed_delivered_opened_and_taken_to_court(two: World) -> None:
    case = _stored(two)
    answer(two.asked, case, "request.accept")
    answer(two.asked, case, "transmission.decide", text="Granted.")
    browser = two.asked.browser()
    path = f"/cases/{case}/seal"
    form = browser.get(path)
    require_sound(form, "en")
    mailbox = bytes(range(256)) * 9_000
    names = ("mailbox.mbox", "../../بريد.log", "mailbox.mbox")
    files = [("files", name, data) for name, data in zip(names, (mailbox, b"x", b"other"), strict=True)]
    sealed = browser.upload(path, form.page.form(path), files)
    assert sealed.status == 200, sealed.words
    require_sound(sealed, "en")
    assert "Exhibits: 3" in sealed.words
    link = next(link for link in sealed.page.links() if "evidence.deliver" in link)
    delivering = browser.get(link)
    require_sound(delivering, "en")
    done = finish(two.asked, browser.submit(delivering, link.partition("?")[0]))
    assert "delivered evidence" in done.words
    two.carry()
    shown = two.asked.desks.evidence.deliveries(two.asked.office.officer(), case=case, purpose="practice")[0]
    two.carry_delivery(shown.act)
    two.carry()

    head = two.asking.browser(HEAD)
    opening = head.get(f"/deliveries/{shown.act}")
    require_sound(opening, "en")
    opened = head.submit(opening, f"/deliveries/{shown.act}")
    assert opened.headers["content-type"] == "application/x-tar"
    assert opened.headers["content-disposition"].startswith("attachment")
    with tarfile.open(fileobj=io.BytesIO(opened.body)) as tar:
        found = {info.name: tar.extractfile(info).read() for info in tar}  # type: ignore[union-attr]
    assert sorted(map(len, found.values())) == [1, 5, len(mailbox)]
    assert mailbox in found.values()
    assert not any(name.startswith(("/", "..")) for name in found)
    assert not list((two.asking.office.root / "room").iterdir())
    assert not list((two.asked.office.root / "room").iterdir())

    begun = head.submit(opening, f"/deliveries/{shown.act}/examine")
    for thread in threading.enumerate():
        if thread.name == "work":
            thread.join(timeout=60)
    assert begun.status == 200 and "examination" in begun.words
    for language in ("fr", "ar"):
        require_sound(two.asking.browser(HEAD, language=language).get(f"/cases/{case}/examine"), language)
    page = head.get(f"/cases/{case}/examine")
    found_there = head.submit(page, f"/cases/{case}/examine", text="mailbox")
    require_sound(found_there, "en")
    assert "mailbox.mbox" in found_there.words
    assert "Nothing was found" in head.submit(page, f"/cases/{case}/examine", text="<nowhere>").words
    court = head.get(f"/cases/{case}/court")
    require_sound(court, "en")
    file = head.submit(court, f"/cases/{case}/court/export")
    assert file.headers["content-type"] == "application/x-tar", file.words
    with tarfile.open(fileobj=io.BytesIO(file.body)) as tar:
        assert any(name.endswith("verify.py") for name in tar.getnames())
    proposed = head.submit(court, f"/cases/{case}/court/propose")
    require_sound(proposed, "en")
    assert "is worded otherwise than the one the evidence was given for" in proposed.words
    assert not [one for one in proposed.page.forms if one["action"].endswith("/court/approve")]
    while any(one["action"].endswith("/court/decide") for one in proposed.page.forms):
        proposed = head.submit(proposed, f"/cases/{case}/court/decide", inner="the trial it was asked for")
    release = dict(proposed.page.form(f"/cases/{case}/court/approve"))["release"]
    assert len(release) == 64
    waiting = head.get("/releases")
    require_sound(waiting, "en")
    assert "No release is open" not in waiting.words
    assert "missing: head" in waiting.words
    for browser in (head, two.asking.browser(DUTY)):
        form = browser.get(f"/cases/{case}/court?release={release}")
        approved = browser.submit(form, f"/cases/{case}/court/approve", reason="asked for", confirm="yes")
        assert approved.status == 200, approved.words
    assert "Two officers have approved" in approved.words
    assert "No release is open" in head.get("/releases").words
    assert not two.asking.faults
    assert not two.asked.faults


def test_a_delivery_that_is_not_here_is_told(two: World) -> None:
    browser = two.asking.browser(DUTY)
    page = browser.get("/deliveries/" + "0" * 64)
    assert browser.submit(page, "/deliveries/" + "0" * 64).status == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_drafts_and_forms_are_sound_in_every_language(two: World, language: str) -> None:
    request = ask(two)
    browser = two.asked.browser(language=language)
    case = browser.get(f"/cases/{request.case}")
    forms = [link for link in case.page.links() if "/answer/" in link]
    assert len(forms) == 12
    for path in (*forms, f"/cases/{request.case}/court", "/verify", "/peers/add"):
        require_sound(browser.get(path), language)
    path = f"/cases/{request.case}/answer/request.accept"
    require_sound(browser.submit(browser.get(path), path), language)


def test_stopping_drops_the_draft(two: World) -> None:
    request = ask(two)
    browser = two.asked.browser()
    path = f"/cases/{request.case}/answer/request.accept"
    draft = browser.submit(browser.get(path), path)
    done = browser.submit(draft, f"{draft.path}/decide", outcome="stop", inner="unlawful here")
    assert done.path == "/"
    assert browser.get(draft.path).status == 404


def test_a_draft_can_be_dropped(two: World) -> None:
    request = ask(two)
    browser = two.asked.browser()
    path = f"/cases/{request.case}/answer/request.accept"
    draft = browser.submit(browser.get(path), path)
    browser.submit(draft, f"{draft.path}/drop")
    assert browser.get(draft.path).status == 404


def test_an_approval_needs_the_box_ticked_and_one_person_counts_once(two: World) -> None:
    request = ask(two)
    browser = two.asked.browser()
    path = f"/cases/{request.case}/answer/request.accept"
    draft = browser.submit(browser.get(path), path)
    for _ in range(9):
        page = browser.get(draft.path)
        if f"{draft.path}/decide" not in [form["action"] for form in page.page.forms]:
            break
        browser.submit(page, f"{draft.path}/decide", outcome="proceed", inner="fine")
    page = browser.get(draft.path)
    unticked = browser.submit(page, f"{draft.path}/approve", reason="lawful")
    assert unticked.status == 422
    assert "approval.confirm" in unticked.words


def test_a_wrapped_key_asks_for_its_passphrase_each_time(two: World, monkeypatch: pytest.MonkeyPatch) -> None:
    request = ask(two)
    browser = two.asked.browser()
    path = f"/cases/{request.case}/answer/request.accept"
    draft = browser.submit(browser.get(path), path)
    for _ in range(9):
        page = browser.get(draft.path)
        if f"{draft.path}/decide" not in [form["action"] for form in page.page.forms]:
            break
        browser.submit(page, f"{draft.path}/decide", outcome="proceed", inner="fine")
    keys = two.asked.office.place.keys
    real = keys.signer

    def wrapped(name: str, *, passphrase: bytes | None = None) -> object:
        if name.startswith("officer/") and passphrase != b"open sesame":
            raise DeniedError("key.locked", "the passphrase does not open the key")
        return real(name)

    monkeypatch.setattr(keys, "signer", wrapped)
    monkeypatch.setattr(keys, "is_locked", lambda name: name.startswith("officer/"))
    page = browser.get(draft.path)
    given = [g for g in page.page.all("input") if g.get("name") == "passphrase"]
    assert given[0]["type"] == "password"
    wrong = browser.submit(page, f"{draft.path}/approve", reason="lawful", passphrase="wrong")
    assert (wrong.status, "key.locked" in wrong.words) == (403, True)
    right = browser.submit(page, f"{draft.path}/approve", reason="lawful", passphrase="open sesame")
    assert right.status == 200, right.words
    assert "sesame" not in right.text
    for _ in range(3):
        browser.submit(page, f"{draft.path}/approve", reason="lawful", passphrase="wrong")
    waits = browser.submit(page, f"{draft.path}/approve", reason="lawful", passphrase="open sesame")
    assert "signin.wait" in waits.words


def test_an_upload_is_judged_and_removed(two: World) -> None:
    browser = two.asking.browser()
    form = browser.get("/verify").page.form("/verify")
    reply = browser.upload("/verify", form, [("file", "court.tar", b"tar" * 400_000)])
    require_sound(reply, "en")
    assert "PRACTICE" in reply.words
    assert two.asking.judged == [b"tar" * 400_000]
    assert not list((two.asking.office.root / "room").iterdir())
    assert browser.upload("/verify", form, []).status == 422


def test_the_grounds_offered_are_those_of_the_instrument(two: World) -> None:
    request = ask(two)
    office = two.asked.office
    asked = office.cases.show(office.officer(), case=request.case, purpose="practice").requests[0]
    assert asked.instrument == "uncc"
    for instrument in ("uncc", "untoc", "reciprocity"):
        form = AnswerForm.of("request.refuse", replace(asked, instrument=instrument))
        lawful = allowed_grounds("preservation", instrument=instrument)
        assert form.grounds == tuple(ground for ground in lawful if ground.effect == "refuse")
        assert form.grounds


def test_an_upload_is_refused_unread_without_the_token_and_when_too_large(two: World) -> None:
    browser = two.asking.browser()
    form = browser.get("/verify").page.form("/verify")
    assert browser.upload("/verify", [], [("file", "a", b"x")]).status == 403
    large = browser.upload("/verify", form, [("file", "a", b"x" * (9 << 20))])
    assert large.status == 422
    assert "form.size" in large.words
    assert two.asking.judged == []
    assert not list((two.asking.office.root / "room").iterdir())


def test_another_party_is_trusted_after_its_words_were_compared(two: World, tmp_path: Path) -> None:
    from tests.unit.node.nodes import node

    third = node("XAC", 7)
    browser = two.asking.browser(HEAD)
    form = browser.get("/peers/add").page.form("/peers/words")
    shown = browser.upload("/peers/words", form, [("card", "card.json", third.peers.card())])
    require_sound(shown, "en")
    words = " ".join(two.asking.desks.peers.words(third.peers.card()))
    assert words in shown.words
    wrong = browser.submit(shown, "/peers/add", words="abandon " * 12)
    assert wrong.status == 403
    done = browser.submit(shown, "/peers/add", words=words, confirmed_by=DUTY)
    assert done.path == "/peers"
    assert "XAC" in done.words
    duty = two.asking.browser(DUTY)
    assert (
        duty.submit(
            duty.upload(
                "/peers/words",
                duty.get("/peers/add").page.form("/peers/words"),
                [("card", "c", third.peers.card())],
            ),
            "/peers/add",
            words=words,
        ).status
        == 403
    )


def test_a_signed_document_travels_with_a_request_and_is_saved_never_shown(two: World) -> None:
    browser, path = two.asking.browser(), "/requests/preservation"
    filled = browser.submit(browser.get(path), path, action="example", to="XAB/contact-point")
    values = [*filled.page.form(path), ("action", "draft")]
    paper = b"%PDF-1.7\n<script>alert(1)</script>\n%%EOF\n"
    empty = browser.upload(path, values, [("document", "order.pdf", b"")])
    assert (empty.status, "document.kind" in empty.words) == (422, True)
    draft = browser.follow(browser.upload(path, values, [("document", "order.pdf", paper)]))
    require_sound(draft, "en")
    assert "A document goes with this act" in draft.words
    assert "<script>" not in draft.text
    sent = finish(two.asking, draft)
    two.carry()
    case = sent.path.rpartition("/")[2]
    theirs = two.asked.browser()
    page = theirs.get(f"/acts/{case}/parts/document?case={case}")
    require_sound(page, "en")
    assert sha256(paper).hexdigest() in page.words.replace(" ", "")
    saved = theirs.get(f"/acts/{case}/document")
    assert saved.body == paper
    assert saved.headers["content-disposition"].startswith("attachment")
    assert saved.headers["content-type"] == "application/octet-stream"
    entries = two.asked.toolbox.reading.journal(two.asked.office.head())
    assert [one.action for one in entries if one.about == f"{case}/document"] == ["case.read"] * 2
    accept = answer(two.asked, case, "request.accept")
    assert accept.status == 200
    assert theirs.get(f"/acts/{'0' * 64}/document").status == 404


def test_an_order_goes_with_the_paper_that_the_judge_signed(two: World) -> None:
    request = ask(two)
    answer(two.asked, request.case, "request.accept")
    browser, path = two.asked.browser(), f"/cases/{request.case}/answer/order.record"
    form = browser.get(path)
    require_sound(form, "en")
    given = {name: f"order {name}" for name, _ in form.page.form(path) if name.startswith("order-")}
    given["order-date"] = "2026-11-02"
    values = [(name, given.get(name, value)) for name, value in form.page.form(path)]
    draft = browser.follow(browser.upload(path, values, [("document", "scan.png", b"\x89PNG\r\n\x1a\n0")]))
    done = finish(two.asked, draft)
    assert [link for link in done.page.links() if link.split("?")[0].endswith("/parts/document")]
