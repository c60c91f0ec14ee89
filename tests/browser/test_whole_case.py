"""The whole case through the pages of both sides, without script: one reads English, the other Arabic."""

from __future__ import annotations

import itertools
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chairs import Chair, Judge, click, seated, until
from tests.browser.conftest import Stage

pytestmark = [pytest.mark.slow, pytest.mark.network]

TODAY = datetime.now(UTC).date()
ORDER = {
    "authority": "Investigating Judge, Court of First Instance of Belmare",
    "provision": "Code of Criminal Procedure of Belmare, article 88b",
    "number": "GI-2026-0457",
    "date": TODAY.isoformat(),
    "limit": "90 days, renewable",
    "remedy": "Complaint to the Chamber of Indictment within 10 days of notice",
}
REASON = "practice: examined, nothing stands against it"


class Desk:
    """One side: a duty officer and a head, each in a browser of their own."""

    def __init__(self, duty: Chair, head: Chair) -> None:
        self.duty, self.head = duty, head

    def case(self, case: str) -> Chair:
        """Return the duty officer with the case open."""
        self.duty.open(f"/cases/{case}")
        return self.duty

    def settle(self) -> str:
        """Decide, approve and send the draft that the duty officer has before them; return its case."""
        duty, path = self.duty, self.duty.page.url.removeprefix(self.duty.address)
        duty.look("draft-open")
        turn, other = self.duty, self.head
        while not duty.page.locator(f"form[action='{path}/issue']").count():
            if turn.page.url != turn.address + path:
                turn.open(path)
            if turn.page.locator("textarea[name=inner]").count():
                turn.page.locator("textarea[name=inner]").first.fill(REASON)
                turn.press(f"form[action='{path}/decide'] >> nth=0 >> button[value=proceed]")
                continue
            turn.page.fill("#reason", REASON)
            turn.page.check("#confirm")
            turn.press(f"form[action='{path}/approve'] button")
            if not turn.page.locator(f"form[action='{path}/issue']").count():
                turn.look("draft-waiting")
            turn, other = other, turn
            duty.open(path)
        duty.look("draft-ready")
        duty.press(f"form[action='{path}/issue'] button")
        return duty.page.url.rpartition("/")[2]

    def answer(self, case: str, kind: str, *, text: str = "", **values: str) -> None:
        """Answer with an act of a kind, from the case's page to the sent act."""
        path = f"/cases/{case}/answer/{kind}"
        until(f"{kind} to be permitted", lambda: self.case(case).page.locator(f"a[href='{path}']").count())
        duty = self.duty
        duty.press(f"a[href='{path}']")
        duty.look(f"answer-{kind}")
        if text:
            duty.page.fill("#text", text)
        for name, value in values.items():
            duty.page.fill(f"[name='{name}']", value)
        duty.press(f"form[action='{path}'] button.main")
        self.settle()


@pytest.fixture
def judges(chromium: Any) -> Iterator[dict[str, Judge]]:
    """One judge for each language; every page is judged by all rules where it is first met."""
    english = Judge(chromium, "en")
    both = {"en": english, "ar": Judge(chromium, "ar", after=english)}
    yield both
    for judge in both.values():
        judge.close()
        assert judge.faults == [], "\n".join(judge.faults)


@pytest.fixture
def desks(chromium: Any, stage: Stage, judges: dict[str, Judge]) -> Iterator[tuple[Desk, Desk]]:
    """The officers of both sides: Altavia reads English, Belmare Arabic."""
    with ExitStack() as stack:
        made = []
        for office, address, judge in zip(stage.offices, stage.addresses, judges.values(), strict=True):
            chairs = []
            for name in (office.duty, office.head):
                chair = stack.enter_context(seated(chromium, judge, name=name, address=address))
                chair.open("/")
                assert chair.page.url.startswith(f"{address}/sign-in")
                chair.look("sign-in")
                chair.sign_in(name, stage.codes[name])
                chairs.append(chair)
            made.append(Desk(*chairs))
        yield made[0], made[1]
        for desk in made:
            for chair in (desk.duty, desk.head):
                chair.require_quiet()


@pytest.fixture
def reader(chromium: Any, stage: Stage, judges: dict[str, Judge]) -> Iterator[Chair]:
    """A chair for Altavia's head, who will read Arabic."""
    with seated(chromium, judges["ar"], name=stage.offices[0].head, address=stage.addresses[0]) as chair:
        yield chair
        chair.require_quiet()


def test_the_whole_case(
    desks: tuple[Desk, Desk], reader: Chair, stage: Stage, exhibits: tuple[Path, ...], tmp_path: Path
) -> None:
    asking, asked = desks
    case, preservation = preserve(asking, asked)
    request = hand_over(asking, asked, case, preservation)
    deliver(asked, case, request, exhibits)
    delivery = receive(asking, case, exhibits, tmp_path)
    look_inside(asking, case, delivery)
    keep(asking, stage, case, delivery, tmp_path)
    asked.answer(case, "preservation.release")
    asking.answer(case, "case.close")
    to_court(asking, case, tmp_path)
    look_around(asking, asked, case)
    look_back(asking, asked, tmp_path)
    read_again(reader, stage, case, delivery)


def preserve(asking: Desk, asked: Desk) -> tuple[str, str]:
    """Compose and send a preservation request; accept it, record the order, hold the data."""
    duty = asking.duty
    duty.look("due-first")
    duty.press("nav a[href='/requests']")
    duty.look("kinds")
    duty.press("a[href='/requests/preservation']")
    duty.look("compose-empty")
    duty.press(".sticky button[value=check]")
    duty.look("compose-faults")
    assert duty.page.locator("[aria-invalid=true]").count()
    duty.press("button[name=action][value=example]")
    duty.press(".sticky button[value=check]")
    duty.look("compose-assessed")
    duty.press(".sticky button[value=draft]")
    case = asking.settle()

    duty = asked.duty
    until("the request", lambda: (duty.open("/"), duty.page.locator(f"a[href='/cases/{case}']").count())[1])
    duty.look("due")
    duty.press(f"a[href='/cases/{case}'] >> nth=0")
    duty.look("case-asked")
    duty.press("a[href$='/parts/form'] >> nth=0")
    duty.look("part-form")
    asked.answer(case, "request.accept", text="Gladly.")
    asked.answer(case, "order.record", **{f"order-{name}": value for name, value in ORDER.items()})
    asked.answer(case, "preservation.effect")
    return case, case


def hand_over(asking: Desk, asked: Desk, case: str, preservation: str) -> str:
    """Ask for the preserved data, with two persons; accept and record the order."""
    duty = asking.duty
    more = f"a[href='/requests?case={case}']"
    until("the receipt", lambda: asking.case(case).page.locator(more).count())
    duty.press(more)
    duty.press("a[href^='/requests/stored-data']")
    duty.press("button[name=action][value=example]")
    duty.page.fill("[name='/preservation_reference']", preservation)
    duty.press(".sticky button[value=check]")
    duty.look("compose-data")
    duty.press(".sticky button[value=draft]")
    asking.settle()
    asked.answer(case, "request.accept")
    asked.answer(case, "order.record", **{f"order-{name}": value for name, value in ORDER.items()})
    return ""


def deliver(asked: Desk, case: str, request: str, exhibits: tuple[Path, ...]) -> None:
    """Seal files, decide with two persons that they leave, deliver."""
    asked.answer(case, "transmission.decide", text="The data answer the request.")
    duty = asked.case(case)
    duty.press(f"a[href='/cases/{case}/seal']")
    duty.look("seal")
    duty.page.set_input_files("#files", [str(path) for path in exhibits])
    duty.press(f"form[action='/cases/{case}/seal'] button")
    duty.look("sealed")
    duty.press("a[href*='evidence.deliver']")
    duty.look("answer-deliver")
    duty.press("form[action$='/answer/evidence.deliver'] button.main")
    asked.settle()


def receive(asking: Desk, case: str, exhibits: tuple[Path, ...], tmp_path: Path) -> str:
    """Open the delivery: every byte comes out as it went in."""
    link = "a[href^='/deliveries/']"
    head = asking.head
    until("the pieces", lambda: (head.open(f"/cases/{case}"), head.page.locator(link).count())[1])
    head.look("case-delivered")
    head.press(link)
    head.look("delivery")
    path = head.page.url.removeprefix(head.address)
    saved = download(head, f"form[action='{path}'] button", tmp_path / "exhibits.tar")
    with tarfile.open(saved) as tar:
        found = {info.name: tar.extractfile(info).read() for info in tar}  # type: ignore[union-attr]
    assert found == {path.name: path.read_bytes() for path in exhibits}
    return path.rpartition("/")[2]


def look_inside(asking: Desk, case: str, delivery: str) -> None:
    """Examine the delivery, and find an account on the disk by partition, file and byte."""
    head, path = asking.head, f"/cases/{case}/examine"
    head.press(f"form[action='/deliveries/{delivery}/examine'] button")
    until("the report", lambda: (head.page.reload(), head.page.locator(f"main a[href='{path}']").count())[1])
    head.look("examination")
    head.press(f"main a[href='{path}']")
    head.look("examined")
    head.page.select_option("#kind", "iban")
    head.press(f"form[action='{path}'] button.main")
    head.look("examine-found")
    assert "DE89370400440532013000" in head.text() and "NOTES.TXT" in head.text()
    head.press("main a[href='/known-files']")
    head.look("known-files")


def keep(asking: Desk, stage: Stage, case: str, delivery: str, tmp_path: Path) -> None:
    """Write down what happened outside, look at the sealed file, and propose what the defence gets."""
    head, office = asking.head, stage.offices[0]
    head.open(f"/cases/{case}/custody")
    click(head.page.locator("#record-1 > summary"))
    head.page.fill("#reason-1", "copy for the expert")
    head.page.select_option("#step-1", "copied")
    head.press(f"form[action='/cases/{case}/custody'] button")
    click(head.page.locator("#holding-1 > summary"))
    head.page.fill("#hold-1", "an appeal was lodged")
    head.press("#holding-1 button")
    head.look("custody")
    head.press("a[href*='/derive?package=']")
    head.look("derive")
    sealed = tmp_path / "package.age"
    office.desks.evidence.package(office.officer(office.head), delivery=delivery, out=str(sealed))
    head.open("/inspect")
    head.page.set_input_files("#file", str(sealed))
    head.press("form[action='/inspect'] button.main")
    head.look("inspected")
    assert "seized phone.dd" in head.text()
    head.open("/stamps")
    head.look("stamps")
    head.open(f"/cases/{case}/court")
    click(head.page.locator("form[action$='/court/disclosure'] summary"))
    head.page.fill(f"form[action$='/court/disclosure'] [name='ground:{delivery}']", "letters to counsel")
    head.press("form[action$='/court/disclosure'] button")
    head.look("disclosure")


def to_court(asking: Desk, case: str, tmp_path: Path) -> None:
    """Propose, approve by two, export; and see the verifier's verdict on the file."""
    duty, head = asking.duty, asking.head
    head.open(f"/cases/{case}")
    head.look("case-closed")
    head.press(f"a[href='/cases/{case}/court']")
    head.look("court")
    head.press("form[action$='/court/propose'] button")
    head.look("court-proposed")
    proposed = head.page.url.removeprefix(head.address)
    while head.page.locator("textarea[name=inner]").count():
        head.page.locator("textarea[name=inner]").first.fill(REASON)
        head.press("form[action$='/court/decide'] >> nth=0 >> button")
    for chair in (duty, head):
        chair.open(proposed)
        chair.page.fill("#reason", REASON)
        chair.page.check("#confirm")
        chair.press("form[action$='/court/approve'] button")
    head.look("court-approved")
    saved = download(head, "form[action$='/court/export'] button", tmp_path / "court.tar")
    head.open("/verify")
    head.look("verify")
    head.page.set_input_files("#file", str(saved))
    head.press("form[action='/verify'] button")
    head.look("verified")
    assert "PRACTICE" in head.text()


def read_again(reader: Chair, stage: Stage, case: str, delivery: str) -> None:
    """What the asking side alone has, in the language that reads the other way."""
    office = stage.offices[0]
    reader.open("/")
    head = office.officer(office.head)
    reader.sign_in(office.head, office.desks.signin.new_code(head, name=office.head))
    for name, path in (
        ("kinds", "requests"),
        ("compose-empty", "requests/preservation"),
        ("case-closed", f"cases/{case}"),
        ("delivery", f"deliveries/{delivery}"),
        ("examined", f"cases/{case}/examine"),
        ("examine-found", f"cases/{case}/examine?kind=iban"),
        ("custody", f"cases/{case}/custody"),
        ("court", f"cases/{case}/court"),
        *((path, path) for path in ("known-files", "inspect", "stamps", "verify")),
    ):
        reader.open(f"/{path}")
        reader.look(name)
    reader.open("/requests/preservation")
    reader.press(".sticky button[value=check]")
    reader.look("compose-faults")
    reader.press("button[name=action][value=example]")
    reader.press(".sticky button[value=check]")
    reader.look("compose-assessed")


def look_around(asking: Desk, asked: Desk, case: str) -> None:
    """The pages of an office beside its cases, in both languages, and those of an act that was sent."""
    head, duty = asking.head, asked.duty
    for desk, path in itertools.product(
        (asking, asked),
        (
            "releases",
            "alarms",
            "courier",
            "officers/add",
            "officers/",
            "keys",
            "settings",
            "duty",
            "register",
            "directory",
            "directory/route",
            "directory/XAB",
            "practice",
            "practice/life-at-risk",
            "law/gaps?country=KEN",
            "law/import",
            "treaty/7",
            "treaty/status",
            "treaty/import",
            "treaty/kit?party=TUV",
            "requests/preservation/basis",
            f"cases/{case}/acts/{case}/parts/form/erase",
            f"acts/{case}/letter",
        ),
    ):
        desk.head.open(f"/{path}{desk.duty.name if path == 'officers/' else ''}")
        desk.head.look(path.partition("?")[0].replace("/", "-").replace(case, "case"))
    duty.open(f"/cases/{case}/procedure")
    duty.look("procedure")
    duty.open(f"/cases/{case}")
    duty.press("a[href$='/recall'] >> nth=0")
    duty.look("recall")
    head.open("/courier")
    head.press("form[action='/courier/export'] button")
    until("the disk", lambda: (head.page.reload(), head.page.locator("a[href*='/files/']").count())[1])
    head.look("work")


def look_back(asking: Desk, asked: Desk, tmp_path: Path) -> None:
    """Lists, logs, Parties, officers; and a page that is not there."""
    for duty in (asked.duty, asking.duty):
        for path in ("cases", "journal", "logs", "peers", "officers"):
            duty.press(f"nav a[href='/{path}']")
            duty.look(path)
    duty.open("/logs")
    duty.press("form[action='/logs/audit'] button")
    duty.look("audited")
    assert duty.page.locator("div.good").count()
    asked.duty.open("/peers")
    card = download(asked.duty, "a[href='/peers/card']", tmp_path / "card.json")
    duty.open("/peers/add")
    duty.look("peer-add")
    duty.page.set_input_files("#card", str(card))
    duty.press("form[action='/peers/words'] button")
    duty.look("peer-words")
    assert len(duty.page.inner_text(".twelve").split()) == 12
    duty.page.goto(f"{duty.address}/cases/{'0' * 64}")
    duty.look("problem")
    assert "404" in duty.heard.pop()  # the browser says so itself
    duty.press("form[action='/sign-out'] button")
    assert "/sign-in" in duty.page.url


def download(chair: Chair, selector: str, target: Path) -> Path:
    """Press what saves a file, and keep the file."""
    with chair.page.expect_download() as coming:
        click(chair.page.locator(selector))
    coming.value.save_as(target)
    return target
