"""Pages on evidence: looked at, examined, searched, stamped, known; in every language, readings logged."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from comity.engines.sealings import FolderSealing
from comity.kernel.errors import UnavailableError
from comity.node.courtviews import ShownChain, ShownToken
from comity.node.people import PeopleDesk
from comity.node.stamping import StampingDesk
from comity.node.views import ActView, VerifyReport
from comity.web.app import web_app
from tests.unit.engines.examining.imaging import fat, partitioned, sevenz
from tests.unit.engines.examining.making import COIN
from tests.unit.node.test_delivery import _asked, _deliver
from tests.unit.node.test_stamping import Authority
from tests.unit.web.browser import Browser, Reply
from tests.unit.web.test_reading_pages import require_sound
from tests.unit.web.world import HEAD, House, World, world

LANGUAGES = ("en", "fr", "ar")
HOSTILE = "\u202egpj.exe"


class Stage:
    """Two offices, one of which was delivered a package with a disk, an archive and a hostile name."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.two: World = world(root)
        asking, asked = self.two.asking.office, self.two.asked.office
        made = {
            "seized.dd": partitioned(fat({"A.TXT": b"pay " + COIN.encode(), "B": b"x"}, gone={"GONE": b"1"})),
            "box.7z": sevenz({"in/mail.txt": b"to z@example.org"}),
            HOSTILE: b"<script>alert(1)</script> e@example.net",
        }
        for name, data in made.items():
            (root / name).write_bytes(data)
        self.request: ActView = _asked(asking, asked)
        self.delivered: ActView = _deliver(asked, self.request, [root / name for name in made])
        self.two.carry()
        self.two.carry_delivery(self.delivered.act)
        self.two.carry()
        self.root_of = str(self.delivered.body["bag_root"])
        self.case = str(self.request.case)
        for house in (self.two.asking, self.two.asked):
            judge = Authority(house.office)
            desk = StampingDesk(place=house.office.place, judge=judge, ask=judge.ask)
            house.stamp_with(desk)
            desk.stamp_due()
            house.app = web_app(house.toolbox)

    def sealed(self) -> bytes:
        """Return the sealed file of the delivery, as the receiving office keeps it."""
        out = self.root / "kept.age"
        office = self.two.asking.office
        if not out.exists():
            office.evidence.package(office.officer(), delivery=self.delivered.act, out=str(out))
        return out.read_bytes()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("evidence"))


def finished() -> None:
    for thread in threading.enumerate():
        if thread.name == "work":
            thread.join(timeout=60)


def logged(house: House) -> list[tuple[str, str]]:
    entries = house.toolbox.reading.journal(house.office.officer())
    return [(one.action, one.about) for one in entries]


def uploaded(browser: Browser, path: str, data: bytes, **values: str) -> Reply:
    form = [(name, values.get(name, value)) for name, value in browser.get(path).page.form(path)]
    return browser.upload(path, form, [("file", "a.bin", data)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sealed_file_is_looked_at_and_the_reading_is_logged(stage: Stage, language: str) -> None:
    house = stage.two.asking
    browser = house.browser(HEAD, language=language)
    require_sound(browser.get("/inspect"), language)
    before = len(logged(house))
    shown = uploaded(browser, "/inspect", stage.sealed())
    require_sound(shown, language)
    assert stage.root_of in shown.words and "seized.dd" in shown.words
    assert "\u202e" not in shown.text and "\\u{202e}gpj.exe" in shown.words
    assert f"/cases/{stage.case}" in shown.page.links()
    assert "evidence.inspect" in [action for action, _ in logged(house)[: len(logged(house)) - before]]
    assert not list((house.office.root / "room").iterdir())


def test_a_file_for_somebody_else_or_cut_off_says_so(stage: Stage) -> None:
    other = stage.two.asked.browser(HEAD)
    shown = uploaded(other, "/inspect", stage.sealed())
    assert shown.status == 200 and "No key of this office opens it" in shown.words
    assert "seized.dd" not in shown.words
    head = stage.two.asking.browser(HEAD)
    cut = uploaded(head, "/inspect", stage.sealed()[:-70_000][: 5_000 + 66_000])
    assert cut.status in (200, 422) and "seized.dd" not in cut.words
    assert uploaded(head, "/inspect", b"no sealed file").status == 422
    path = "/inspect"
    assert head.upload(path, head.get(path).page.form(path), []).status == 422


def test_who_may_not_open_evidence_may_not_look_into_it(stage: Stage) -> None:
    house = stage.two.asking
    people = PeopleDesk(place=house.office.place)
    people.add_officer(house.office.head(), authority=house.office.desk, name="o.seer", roles=["overseer"])
    browser = house.browser("o.seer")
    refused = uploaded(browser, "/inspect", stage.sealed())
    assert refused.status == 403 and "access.role" in refused.words
    assert "seized.dd" not in refused.words


@pytest.fixture(scope="module")
def examined(stage: Stage) -> Stage:
    head = stage.two.asking.browser(HEAD)
    page = head.get(f"/cases/{stage.case}/custody")
    begun = head.submit(page, f"/cases/{stage.case}/custody/examine")
    finished()
    done = head.get(begun.path)
    assert "ready" in done.words, done.words
    assert f"/cases/{stage.case}/examine" in done.page.links() and "/courier" not in done.page.links()
    return stage


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_examined_is_found_with_its_place(examined: Stage, language: str) -> None:
    browser = examined.two.asking.browser(HEAD, language=language)
    path = f"/cases/{examined.case}/examine"
    page = browser.get(path)
    require_sound(page, language)
    found = browser.submit(page, path, kind="bitcoin")
    require_sound(found, language)
    assert COIN in found.text and "A.TXT" in found.words and "partition 1" in found.words
    mails = browser.submit(page, path, text="example.net", kind="email")
    assert "e@example.net" in mails.words and "\\u{202e}gpj.exe" in mails.words
    assert "\u202e" not in mails.text and "<script>" not in mails.text


def test_a_search_by_date_exhibit_and_remark(examined: Stage) -> None:
    head = examined.two.asking.browser(HEAD)
    path = f"/cases/{examined.case}/examine"
    page = head.get(path)
    dated = head.submit(page, path, since="2025-02-11", until="2025-02-11")
    assert "A.TXT" in dated.words and "mail.txt" not in dated.words
    assert "A.TXT" not in head.submit(page, path, until="2025-02-10").words
    assert "mail.txt" in head.submit(page, path, exhibit="2").words
    assert "mail.txt" not in head.submit(page, path, exhibit="1").words
    assert "_ONE" in head.submit(page, path, note="deleted").words
    wrong = head.post(path, [*page.page.form(path), ("since", "soon")])
    assert wrong.status in (200, 422)
    again = head.submit(page, path, since="2025-02-11", text="nowhere")
    assert dict(again.page.form(path))["since"] == "2025-02-11"


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_of_known_files_come_and_go(examined: Stage, language: str) -> None:
    house = examined.two.asking
    browser = house.browser(HEAD, language=language)
    require_sound(browser.get("/known-files"), language)
    path = f"/cases/{examined.case}/examine"
    members = browser.submit(browser.get(path), path, text="A.TXT")
    digest = re.search(r'class="id" title="([0-9a-f]{64})">[0-9a-f]{12}</bdi></td>', members.text)
    assert digest is not None
    lines = f"{digest[1]}  A.TXT\n".encode()
    name = f"own-{language}"
    made = uploaded(browser, "/known-files", lines, name=name, source="NSRL <b>", dated="2026-01-02")
    listed = browser.follow(made)
    require_sound(listed, language)
    assert name in listed.words and "NSRL <b>" in listed.words
    known = browser.submit(browser.get(path), path, known=name)
    assert "A.TXT" in known.words and f'<span class="tag">{name}</span>' in known.text
    assert "A.TXT" not in browser.submit(browser.get(path), path, known="unknown", text="A.TXT").page.texts
    dropped = browser.submit(listed, "/known-files/drop")
    assert name not in dropped.words
    assert {("evidence.known", name), ("evidence.known.drop", name)} <= set(logged(house))


def test_a_list_without_a_file_or_a_name_is_refused(stage: Stage) -> None:
    head = stage.two.asking.browser(HEAD)
    assert uploaded(head, "/known-files", b"none", name="x", source="y", dated="2026-01-02").status == 422
    assert (
        uploaded(head, "/known-files", b"a" * 64, name="../x", source="y", dated="2026-01-02").status == 422
    )
    form = head.get("/known-files").page.form("/known-files")
    assert head.upload("/known-files", form, []).status == 422


@pytest.mark.parametrize("language", LANGUAGES)
def test_time_stamps_are_shown_and_handed_over(stage: Stage, language: str) -> None:
    browser = stage.two.asking.browser(HEAD, language=language)
    page = browser.get("/stamps")
    require_sound(page, language)
    assert stage.root_of in page.words
    links = [link for link in page.page.links() if link.startswith("/stamps/token")]
    token = browser.get(next(link for link in links if stage.root_of in link))
    assert token.headers["content-type"] == "application/timestamp-reply"
    assert token.body[:32].hex() == stage.root_of
    head = next(link for link in page.page.links() if link.startswith("/stamps/head"))
    assert "comity" in browser.get(head).text
    assert browser.get("/stamps/token?name=none").status == 404


def test_without_an_authority_the_page_says_so(stage: Stage) -> None:
    house = stage.two.asked
    kept = house.desks.stamps
    house.stamp_with(StampingDesk(place=house.office.place, judge=None, ask=lambda _: b""))
    try:
        assert "No time-stamp authority is configured" in house.browser(HEAD).get("/stamps").words
    finally:
        house.stamp_with(kept)


def interrupted(stage: Stage, source: Path) -> str:
    """Return the name of a sealing that a full disk interrupted."""

    def full(_self: FolderSealing, _data: bytes | memoryview) -> None:
        raise UnavailableError("blob.io", "no space is left")

    office = stage.two.asked.office
    with pytest.MonkeyPatch.context() as patch, pytest.raises(UnavailableError):
        patch.setattr(FolderSealing, "write", full)
        office.evidence.seal(
            office.officer(), sources=[str(source)], case=stage.case, request=stage.request.act
        )
    (one,) = office.evidence.sealing.unfinished(office.officer())
    return one.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_interrupted_sealing_is_gone_on_with_or_thrown_away(stage: Stage, language: str) -> None:
    source = stage.root / f"{language}.bin"
    source.write_bytes(bytes(3 << 20))
    house = stage.two.asked
    browser = house.browser(language=language)
    path = f"/cases/{stage.case}/seal"
    name = interrupted(stage, source)
    page = browser.get(path)
    require_sound(page, language)
    assert f"{language}.bin" in page.words
    begun = browser.submit(page, f"/sealings/{name}/resume")
    finished()
    done = browser.get(begun.path)
    require_sound(done, language)
    assert f"/cases/{stage.case}/custody" in done.page.links(), done.words
    name = interrupted(stage, source)
    after = browser.submit(browser.get(path), f"/sealings/{name}/drop")
    assert f"{language}.bin" not in after.words
    assert (
        browser.post(f"/sealings/{name}/drop", dict(page.page.form(f"/cases/{stage.case}/seal"))).status
        == 404
    )


def test_a_sealing_whose_files_are_gone_says_so(stage: Stage) -> None:
    source = stage.root / "short-lived.bin"
    source.write_bytes(bytes(3 << 20))
    name = interrupted(stage, source)
    source.unlink()
    browser = stage.two.asked.browser()
    path = f"/cases/{stage.case}/seal"
    begun = browser.submit(browser.get(path), f"/sealings/{name}/resume")
    finished()
    told = browser.get(begun.path)
    assert "failed" in told.words and "seal.absent" in told.words and "short-lived.bin" in told.words
    assert name not in browser.get(path).text, "nothing was sealed yet: nothing to go on with"


PATHS: tuple[tuple[str, Callable[[Stage], str]], ...] = (
    ("/known-files", lambda _: "/known-files"),
    ("/stamps", lambda _: "/stamps"),
    ("custody", lambda stage: f"/cases/{stage.case}/custody"),
)


def test_child_abuse_material_has_no_way_into_a_page(stage: Stage) -> None:
    asked, case = stage.two.asked.browser(HEAD), stage.case
    path = f"/cases/{case}/seal"
    form = [(n, v) for n, v in asked.get(path).page.form(path) if n != "handling"]
    refused = asked.upload(path, [*form, ("handling", "child-abuse")], [("files", "a.jpg", b"x")])
    assert refused.status == 403 and "handling.child_abuse_refused" in refused.words
    derive = f"/cases/{case}/derive"
    form = [
        (n, v) for n, v in asked.get(derive).page.form(derive) if n not in ("handling", "parent", "operation")
    ]
    values = [("handling", "child-abuse"), ("parent", stage.root_of), ("operation", "cut")]
    refused = asked.upload(derive, [*form, *values], [("files", "a.jpg", b"x")])
    assert refused.status == 403 and "handling.child_abuse_refused" in refused.words
    for _, place in PATHS:
        assert "child-abuse" not in asked.get(place(stage)).text
    for shown in (asked.get(path), asked.get(derive)):
        assert "child-abuse" not in [given.get("value") for given in shown.page.all("option")]
    assert not list((stage.two.asked.office.root / "room").iterdir())


def test_what_is_withheld_is_chosen_beside_each_part(stage: Stage) -> None:
    head = stage.two.asking.browser(HEAD)
    path, act = f"/cases/{stage.case}/court", str(stage.delivered.act)
    chosen = {
        f"ground:{stage.case}/form": "names of victims",
        f"numbers:{act}": "1, 3",
        f"their:{act}": "letters to counsel",
        "withhold": "",
    }
    proposed = head.submit(head.get(path), f"{path}/disclosure", **chosen)
    require_sound(proposed, "en")
    assert "names of victims" in proposed.words
    assert [number for number in ("exhibit 1:", "exhibit 2:", "exhibit 3:") if number in proposed.words] == [
        "exhibit 1:",
        "exhibit 3:",
    ]
    wrong = {f"numbers:{act}": "9", f"their:{act}": "x"}
    refused = head.submit(head.get(path), f"{path}/disclosure", **wrong)
    assert refused.status == 422 and "court.withhold" in refused.words


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_verdict_tells_what_is_withheld_and_what_became_of_packages(stage: Stage, language: str) -> None:
    house, before = stage.two.asking, stage.two.asking.verdict
    house.verdict = VerifyReport(
        verdict="PRACTICE",
        exit_code=0,
        withheld=(f"{stage.case}/form",),
        packages=("ab" * 32,),
        custody=(ShownChain(bag_root="cd" * 32, events=4, last="destroyed"),),
        stamps=(
            ShownToken(digest="ef" * 32, at=house.office.clock.now(), holds=True),
            ShownToken(digest="ee" * 32, at=house.office.clock.now(), holds=False),
        ),
        released="9" * 64,
    )
    try:
        told = uploaded(house.browser(HEAD, language=language), "/verify", b"file")
    finally:
        house.verdict = before
    require_sound(told, language)
    for part in (f"{stage.case}/form", "ab" * 32, "cd" * 6, "ef" * 6, "ee" * 6, "9" * 12):
        assert part in told.words, part
