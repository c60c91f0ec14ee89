"""Pages of an office: recall and erasure, custody, officers, keys, the disk, settings, alarms."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from comity.exchange.entries import OF_SHELTERS
from comity.exchange.records import Alarm
from comity.kernel.clock import DAY
from comity.kernel.errors import UnavailableError
from comity.kernel.realms import Realm
from comity.node.access import ALLOWED, Action, Role
from comity.node.desks import Desks
from comity.node.people import PeopleDesk
from comity.web.app import web_app
from tests.unit.web.browser import Browser, Reply
from tests.unit.web.test_deciding_pages import _stored, answer, finish
from tests.unit.web.test_reading_pages import FORM, LANGUAGES, ask, require_sound
from tests.unit.web.world import DUTY, HEAD, HELD, House, World, world


@pytest.fixture
def two(tmp_path: Path) -> World:
    return world(tmp_path)


def ready(browser: Browser, reply: Reply) -> Reply:
    """Wait for the thread that does the work, then load its page again."""
    for thread in threading.enumerate():
        if thread.name == "work":
            thread.join(timeout=60)
    return browser.get(reply.path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_an_office_are_sound_in_every_language(two: World, language: str) -> None:
    request = ask(two)
    head = two.asking.browser(HEAD, language=language)
    for path in (
        "/releases",
        "/alarms",
        "/courier",
        "/officers",
        "/officers/add",
        f"/officers/{DUTY}",
        "/keys",
        "/upkeep",
        "/settings",
        f"/cases/{request.case}/custody",
        f"/cases/{request.case}/court",
        f"/acts/{request.act}/onward",
        f"/cases/{request.case}/acts/{request.act}/parts/form/erase",
    ):
        require_sound(head.get(path), language)
    assert not two.asking.faults


def test_an_act_is_recalled_with_a_reason(two: World) -> None:
    request = ask(two)
    accepted = answer(two.asked, request.case, "request.accept")
    browser = two.asked.browser()
    link = next(link for link in accepted.page.links() if link.endswith("/recall"))
    page = browser.get(link)
    require_sound(page, "en")
    assert "accepted" in page.words
    done = finish(two.asked, browser.submit(page, link, reason="sent for another case"))
    assert "Belmare recalled an act." in done.words
    assert not [link for link in done.page.links() if link.endswith("/recall")]
    assert browser.get(link).status == 409
    two.carry()
    assert "Belmare recalled an act." in two.asking.browser().get(f"/cases/{request.case}").words
    theirs = f"/cases/{request.case}/acts/{request.act}/recall"
    assert browser.get(theirs).status == 409
    assert browser.get(f"/cases/{request.case}/acts/{'0' * 64}/recall").status == 404


def test_a_part_is_erased_here_by_two_officers_and_stays_with_the_other_side(two: World) -> None:
    request = ask(two)
    browser = two.asked.browser()
    read = browser.get(f"/acts/{request.act}/parts/form?case={request.case}")
    link = next(link for link in read.page.links() if link.endswith("/erase"))
    page = browser.get(link)
    require_sound(page, "en")
    done = finish(two.asked, browser.submit(page, link))
    assert "Belmare erased a part of an act." in done.words
    assert "erased here" in done.words
    assert browser.get(f"/acts/{request.act}/parts/form").status == 404
    assert browser.get(link).status == 404
    two.carry()
    assert two.asking.browser().get(f"/acts/{request.act}/parts/form").status == 200


def test_custody_is_shown_from_the_first_event_and_goes_on_by_hand(two: World) -> None:
    request = ask(two)
    office = two.asked.office
    source = office.root / "mail.mbox"
    source.write_bytes(b"from: a\n")
    assert "No package belongs" in two.asked.browser().get(f"/cases/{request.case}/custody").words
    case = _stored(two)
    sealed = office.evidence.seal(office.officer(), sources=[str(source)], case=case, request=case)
    browser = two.asked.browser()
    page = browser.get(f"/cases/{case}/custody")
    require_sound(page, "en")
    assert "sealed" in page.words
    assert "stand in the sealed package" not in page.words
    path = f"/cases/{case}/custody"
    added = browser.submit(page, path, step="copied", reason="copy for the <expert>", where="Room 4")
    require_sound(added, "en")
    assert "copy for the <expert>" in added.words
    assert "<expert>" not in added.text
    refused = browser.submit(added, path, step="copied", reason="later", at="2200-01-01T00:00")
    assert (refused.status, "custody.time" in refused.words) == (422, True)
    assert browser.submit(added, path, step="opened", reason="x").status == 422
    with office.place.store.snapshot() as tx:
        assert len(tx.evidence.custody(office.desk, sealed.bag_root)) == 1
        assert len(tx.evidence.touches(office.desk, sealed.bag_root)) == 1


def test_a_package_is_worked_on_held_and_destroyed_in_the_browser(two: World) -> None:
    case, office = _stored(two), two.asked.office
    source = office.root / "mail.mbox"
    source.write_bytes(b"from: a\n")
    root = office.evidence.seal(office.officer(), sources=[str(source)], case=case, request=case).bag_root
    duty, head = two.asked.browser(), two.asked.browser(HEAD)
    path = f"/cases/{case}/custody"
    form = head.get(f"/cases/{case}/derive?package={root}")
    require_sound(form, "en")
    said = {"numbers": "1", "kind": "excerpt", "operation": "counted <lines>", "tool": "wc 9.4"}
    said["decide limits.purpose"] = "the same case"
    values = [(n, said.get(n, v)) for n, v in form.page.form(f"/cases/{case}/derive")]
    made = head.upload(f"/cases/{case}/derive", values, [("files", "counts.txt", b"1\n")])
    shown = head.get(path)
    told = "Excerpt: counted <lines>" in shown.words
    assert (made.status, told, "<lines>" in shown.text) == (303, True, False)
    head.submit(shown, f"{path}/hold", bag_root=root, reason="an <appeal>")
    held = head.get(path)
    require_sound(held, "en")
    assert "an <appeal>" in held.words
    assert head.submit(held, f"{path}/hold", bag_root=root, lift="x", reason="over").status == 404
    assert duty.submit(duty.get(path), f"{path}", bag_root=root, step="destroyed", reason="x").status == 422
    blocked = head.submit(held, f"{path}/destroy", bag_root=root, reason="retention ended")
    require_sound(blocked, "en")
    assert "legal hold" in blocked.words
    head.submit(head.get(path), f"{path}/hold", bag_root=root, lift="2", reason="dismissed")
    asked = head.submit(head.get(path), f"{path}/destroy", bag_root=root, reason="retention ended")
    assert "destruction" in asked.words


def test_a_head_enrols_changes_and_revokes_officers(two: World) -> None:
    head = two.asking.browser(HEAD)
    form = head.get("/officers/add")
    listed = head.submit(form, "/officers/add", name="n.silva", role=["officer", "registrar"])
    assert "n.silva" in listed.words
    page = head.get("/officers/n.silva")
    held = [value for name, value in page.page.form("/officers/n.silva/roles") if name == "role"]
    assert held == ["officer", "registrar"]
    changed = head.submit(page, "/officers/n.silva/roles", role=["head"])
    assert "n.silva XAA/contact-point head" in changed.words
    coded = head.submit(head.get("/officers/n.silva"), "/officers/n.silva/code")
    require_sound(coded, "en")
    code = next(t for t in coded.page.texts if len(t) == 19 and t.count("-") == 3)
    newcomer = Browser(two.asking.app)
    assert two.asking.sign_in(newcomer, "n.silva", secret=code).status == 303
    unsure = head.submit(head.get("/officers/n.silva"), "/officers/n.silva/revoke")
    assert unsure.status == 422
    gone = head.submit(head.get("/officers/n.silva"), "/officers/n.silva/revoke", confirm="yes")
    assert "n.silva" not in gone.words
    assert newcomer.get("/").status == 303
    assert head.get("/officers/n.silva").status == 404
    lost = head.submit(head.get(f"/officers/{HEAD}"), f"/officers/{HEAD}/roles", role=["officer"])
    assert (lost.status, "officer.last_head" in lost.words) == (409, True)
    entries = two.asking.toolbox.reading.journal(two.asking.office.head())
    assert {"officer.add", "officer.roles", "officer.revoke"} <= {entry.action for entry in entries}


def test_whoever_is_no_head_changes_no_office(two: World) -> None:
    duty = two.asking.browser()
    assert not [link for link in duty.get("/officers").page.links() if link.startswith("/officers/")]
    assert not [one for one in duty.get("/keys").page.forms if one["action"].startswith("/keys/")]
    token = dict(duty.get("/keys").page.form("/sign-out"))["csrf"]
    for path, values in (
        ("/officers/add", {"name": "x.y", "authority": "XAA/contact-point", "role": "head"}),
        (f"/officers/{HEAD}/roles", {"role": "officer"}),
        (f"/officers/{HEAD}/revoke", {"confirm": "yes"}),
        (f"/officers/{HEAD}/code", {}),
        ("/keys/renew", {}),
        ("/keys/rotate", {"authority": "XAA/contact-point"}),
    ):
        refused = duty.post(path, {"csrf": token, **values})
        assert (refused.status, "access.role" in refused.words) == (403, True), path


def test_how_keys_and_packages_are_kept_is_shown_to_a_head_and_never_changed_there(
    two: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, head = two.asking, two.asking.browser(HEAD)
    assert "/upkeep" in head.get("/keys").page.links()
    shown = head.get("/upkeep")
    assert "passphrase:/run/keys" in shown.words and "XAA/contact-point" in shown.words
    assert "whoever reads the disk can use them" in shown.words
    assert [one["action"] for one in shown.page.forms if "upkeep" in one["action"]] == ["/upkeep/check"]
    assert "there is nothing to ask" in head.submit(shown, "/upkeep/check").words

    def silent() -> bool:
        raise UnavailableError("blobs.unreachable", "the object store does not answer")

    monkeypatch.setattr(house, "store", silent)
    monkeypatch.setattr(house, "held", replace(HELD, opens=False, fault="key.guard_absent", store_keys=()))
    told = two.asking.browser(HEAD, language="ar")
    faulty = told.submit(told.get("/upkeep"), "/upkeep/check")
    require_sound(faulty, "ar")
    assert "blobs.unreachable" in faulty.words and "key.guard_absent" in faulty.words
    duty = house.browser()
    assert "/upkeep" not in duty.get("/keys").page.links()
    assert (duty.get("/upkeep").status, house.faults) == (403, [])


def test_keys_are_renewed_and_rotated_and_no_secret_is_shown(two: World) -> None:
    head = two.asking.browser(HEAD)
    before = head.get("/keys")
    early = head.submit(before, "/keys/rotate")
    assert "not a month old yet" in early.words
    renewed = head.submit(before, "/keys/renew")
    assert "published for another term" in renewed.words
    two.asking.office.clock.advance(31 * DAY)
    head = two.asking.browser(HEAD)
    rotated = head.submit(head.get("/keys"), "/keys/rotate")
    require_sound(rotated, "en")
    assert "A new age key was published." in rotated.words
    assert "AGE-SECRET-KEY" not in rotated.text


def test_on_a_live_node_the_entry_key_asks_for_its_passphrase(
    two: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes | None] = []

    def rotate(_self: object, _actor: object, *, authority: str, entry_passphrase: bytes | None) -> bool:
        seen.append(entry_passphrase)
        return True

    house: House = two.asking
    browser = house.browser(HEAD)
    monkeypatch.setattr(PeopleDesk, "rotate", rotate)
    held = house.desks
    live = Desks(
        place=held.place,
        info=replace(held.info, realm=Realm.LIVE),
        unlock=held.unlock,
        makers=held.makers,
    )
    browser.app = web_app(replace(house.toolbox, desks=live))
    page = browser.get("/keys")
    assert page.text.count('name="entry_passphrase"') == 2
    browser.submit(page, "/keys/rotate", entry_passphrase="open sesame")
    assert seen == [b"open sesame"]


def test_a_disk_goes_out_and_its_answers_come_back(two: World) -> None:
    office = two.asking.office
    made = office.settle(office.cases.draft_request(office.officer(), form=FORM, to="XAB/contact-point"))
    here, there = two.asking.browser(), two.asked.browser()
    begun = here.submit(here.get("/courier"), "/courier/export", peer="XAB")
    out = ready(here, begun)
    require_sound(out, "en")
    disk = here.get(next(link for link in out.page.links() if "/files/" in link))
    assert disk.headers["content-length"] == str(len(disk.body))
    assert disk.headers["content-disposition"].endswith("disk.tar")

    def take(browser: Browser, archive: bytes) -> Reply:
        form = browser.get("/courier").page.form("/courier/import")
        return ready(
            browser,
            browser.follow(browser.upload("/courier/import", form, [("file", "disk.tar", archive)])),
        )

    taken = take(there, disk.body)
    require_sound(taken, "en")
    assert "Messages 1" in taken.words
    assert two.asked.desks.cases.show(two.asked.office.officer(), case=made.case, purpose="practice").acts
    answers = there.get(next(link for link in taken.page.links() if "/files/" in link))
    back = take(here, answers.body)
    assert "Answers to us 1" in back.words
    shown = two.asking.desks.cases.show(office.officer(), case=made.case, purpose="practice")
    assert shown.acts[0].receipt_result == "stored"
    bad = take(there, b"no archive")
    require_sound(bad, "en")
    assert "disk.form" in bad.words
    dropped = there.submit(bad, f"{bad.path}/drop")
    assert (dropped.status, there.get(bad.path).status) == (200, 404)
    assert here.get(taken.path).status == 404
    assert not two.asking.faults
    assert not two.asked.faults


def test_the_language_follows_the_officer_into_every_browser(two: World) -> None:
    first = two.asking.browser(language="en")
    kept = first.submit(first.get("/settings"), "/settings", language="ar")
    assert kept.page.all("html")[0] == {"lang": "ar", "dir": "rtl"}
    second = two.asking.browser(language="fr")
    assert second.get("/").page.all("html")[0] == {"lang": "ar", "dir": "rtl"}
    assert two.asking.browser(HEAD, language="fr").get("/").page.all("html")[0]["lang"] == "fr"
    freed = second.submit(second.get("/settings"), "/settings", language="")
    assert freed.page.all("html")[0] == {"lang": "fr", "dir": "ltr"}
    second.submit(freed, "/language", language="en")
    assert two.asking.browser(language="fr").get("/").page.all("html")[0]["lang"] == "en"
    token = dict(freed.page.form("/settings"))["csrf"]
    assert second.post("/settings", {"csrf": token, "language": "xx"}).status == 422


def test_alarms_are_told_with_their_party(two: World) -> None:
    browser, office = two.asking.browser(), two.asking.office
    assert "No alarm was raised." in browser.get("/alarms").words
    with office.place.store.transaction() as tx:
        peer = next(pin.fingerprint for pin in tx.exchange.pins() if not pin.ours)
        alarm = Alarm(code="peer.silent", authority=office.desk, peer=peer, at=office.clock.now())
        tx.exchange.alarm(alarm)
    page = browser.get("/alarms")
    require_sound(page, "en")
    assert "Belmare" in page.words
    assert "the peer has not answered for a day" in page.words


@pytest.mark.parametrize("role", [role for role in Role if role.value not in OF_SHELTERS])
def test_drafts_and_logs_ask_the_table_of_access(two: World, role: Role) -> None:
    ask(two)
    house = two.asking
    PeopleDesk(place=house.office.place).add_officer(
        house.office.head(), authority=house.office.desk, name=f"the.{role.value}", roles=[role.value]
    )
    browser = house.browser(f"the.{role.value}")
    assert browser.get("/logs").status == (200 if Action.LOG_READ in ALLOWED[role] else 403)
    assert browser.get("/drafts/" + "0" * 64).status == (404 if Action.CASE_READ in ALLOWED[role] else 403)
