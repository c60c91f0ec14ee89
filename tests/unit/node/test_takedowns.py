"""The desk of takedowns: followed from the notice to the end, without a look-up, a fetch or a message."""

import socket
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from comity.bootstrap.letters import print_notice
from comity.bootstrap.protection import hash_desk
from comity.kernel.clock import HOUR
from comity.kernel.errors import ComityError
from comity.node.reporting import ReportDesk
from comity.node.takedownbooks import BookDesk
from comity.node.takedowns import TakedownDesk, Where
from comity.node.views import Actor
from comity.wording.notices import SPOKEN
from tests.unit.node.nodes import node
from tests.unit.protection.files import NEAR, PDQ, iccam, tip
from tests.unit.protection.test_takedown import DELEGATED, TLDS

CHANNELS = b"""{"v":1,"channels":[{"code":"pictures","name":"Pictures","kind":"platform",
"match":["host:pictures.example"],"how":"form","address":"https://pictures.example/report","languages":["nl","fr"],
"subjects":["child","intimate"],"party":"NLD","source":"their page","dated":"2026-11-01"}]}"""
URL = "https://pictures.example/a/1.jpg"


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    def watched(*_given: object, **_named: object) -> None:
        raise AssertionError("the network was asked")

    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, watched)
    monkeypatch.setattr(socket.socket, "connect", watched)
    monkeypatch.setattr(socket.socket, "sendto", watched)
    side = node("XAA", 31)
    hashes = hash_desk(side.place)
    books = BookDesk(place=side.place, hashes=hashes)
    for data in (DELEGATED, TLDS):
        books.take_register(side.head(), data=data)
    books.take_channels(side.head(), data=CHANNELS)
    yield SimpleNamespace(
        side=side,
        head=side.head(),
        books=books,
        desk=TakedownDesk(place=side.place, hashes=hashes),
        reports=ReportDesk(place=side.place, hashes=hashes),
    )


def opened(house: SimpleNamespace, url: str = URL, **told: object) -> int:
    where = Where(place=url, address="193.0.0.9")
    told = {"subject": "intimate", "why": "asked", "victim": True, **told}
    return house.desk.open(house.head, where=where, **told)  # type: ignore[no-any-return]


def refused(code: str, call, *given, **told) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ComityError) as caught:
        call(*given, **told)
    assert caught.value.code == code


def test_a_takedown_is_told_to_the_right_one_with_a_clock_that_names_its_law(house: SimpleNamespace) -> None:
    number = opened(house)
    shown = house.desk.show(house.head, takedown=number, purpose="practice")
    assert (shown.findings[0].code, shown.findings[0].party) == ("address-given", "NLD")
    assert [(one.channel.code, one.on, one.sure) for one in shown.ways] == [("pictures", "host", True)]
    assert (shown.contacts, shown.state) == (("NLD",), "open")
    notice = house.desk.notice(house.head, takedown=number, to="pictures", term="us-take-it-down")
    assert notice.due == house.side.clock.now() + 48 * HOUR and "TAKE IT DOWN" in notice.citation
    house.side.clock.advance(49 * HOUR)
    (row,) = house.desk.listed(house.head, purpose="practice")
    assert row.clock.late and row.state == "notified"
    for step, told in (
        ("refused", {"reason": "not-identical"}),
        ("removed", {}),
        ("wrong", {"reason": "evidence", "words": "a report on an officer", "term": ""}),
        ("restored", {"words": "public interest weighs more"}),
        ("closed", {}),
    ):
        row = house.desk.answer(house.head, takedown=number, step=step, **told)
    events = house.desk.show(house.head, takedown=number, purpose="practice").events
    assert (row.state, len(events), events[3].reason) == ("closed", 6, "evidence")


def test_no_law_means_no_clock_and_a_term_starts_only_by_what_it_is_for(house: SimpleNamespace) -> None:
    number = opened(house, victim=False)
    notice = house.desk.notice
    refused("takedown.term_not", notice, house.head, takedown=number, to="pictures", term="us-take-it-down")
    refused("takedown.term_not", notice, house.head, takedown=number, to="pictures", term="gb-48")
    refused("takedown.term_not", notice, house.head, takedown=number, to="pictures", term="eu-dsa-complaint")
    refused("takedown.no_term", notice, house.head, takedown=number, to="pictures", term="zz")
    refused("takedown.no_channel", notice, house.head, takedown=number, to="zz")
    refused("takedown.no_notice", house.desk.letter, house.head, takedown=number, purpose="practice")
    assert notice(house.head, takedown=number, to="pictures").due is None
    (row,) = house.desk.listed(house.head, purpose="practice")
    assert (row.clock.due, row.clock.citation) == (None, "")
    made = notice(house.head, takedown=number, to="pictures", term="eu-dsa-notice")
    assert made.due is None and "2022/2065" in made.citation


def test_what_was_taken_down_is_known_again_by_bytes_likeness_and_place(
    house: SimpleNamespace,
) -> None:
    number = opened(house, hashes=[f"pdq:{PDQ}:100", "ab" * 16])
    house.desk.notice(house.head, takedown=number, to="pictures")

    def state() -> str:
        return house.desk.listed(house.head, purpose="practice")[0].state  # type: ignore[no-any-return]

    def removed() -> None:
        house.desk.answer(house.head, takedown=number, step="removed")

    def take(data: bytes) -> tuple[int, ...]:
        return house.reports.take_in(house.head, data=data, source="s").takedowns  # type: ignore[no-any-return]

    assert take(iccam("1")) == (number,) and state() == "notified"
    removed()
    for data in (
        tip(2, md5="ab" * 16, pdq="3c" * 32),
        tip(3, md5="77" * 16, pdq=NEAR),
        iccam("4", Url=URL + "/"),
    ):
        assert take(data) == (number,) and state() == "again"
        removed()
    assert take(tip(5, md5="78" * 16, pdq="")) == ()
    shown = house.desk.show(house.head, takedown=number, purpose="practice")
    assert len(shown.reports) == 4 and [one.by for one in shown.events if one.step == "again"] == ["desk"] * 3


def test_a_notice_is_written_in_every_language_without_perceptual_fingerprints(
    house: SimpleNamespace,
) -> None:
    number = opened(house, hashes=[f"pdq:{PDQ}:100", "ab" * 16])
    notice = house.desk.notice(house.head, takedown=number, to="pictures", words="the third picture")
    texts = {language: print_notice(notice, suffix=".txt", language=language).decode() for language in SPOKEN}
    for text in texts.values():
        assert URL in text and "ab" * 16 in text and PDQ not in text and "letter." not in text
        assert "the third picture" in text
    assert len(set(texts.values())) == len(SPOKEN)
    assert print_notice(notice, suffix=".txt", language="").decode() == texts["fr"]  # nl is not written here
    assert print_notice(notice, suffix=".docx", language="ar")[:2] == b"PK"
    refused("notice.suffix", print_notice, notice, suffix=".exe", language="")
    refused("letter.language", print_notice, notice, suffix=".txt", language="xx")


def test_figures_hide_small_cells(house: SimpleNamespace) -> None:
    for at in range(6):
        number = opened(house, f"https://pictures.example/{at}")
        house.desk.notice(house.head, takedown=number, to="pictures")
        house.side.clock.advance(2 * HOUR)
        house.desk.answer(house.head, takedown=number, step="removed")
    number = house.desk.open(house.head, where=Where(place="few.example"), subject="child", why="x")
    house.desk.notice(house.head, takedown=number, to="pictures")
    found = {(one.by, one.name): one for one in house.books.figures(house.head)}
    assert found["state", "?"].notices is None and found["state", "NLD"].notices is None
    assert ("host", "few.example") not in found
    for at in range(5):
        number = house.desk.open(house.head, where=Where(place=f"{at}.few.example"), subject="child", why="x")
        house.desk.notice(house.head, takedown=number, to="pictures")
    found = {(one.by, one.name): one for one in house.books.figures(house.head)}
    known = found["state", "NLD"]
    assert (known.notices, known.removed, known.median_hours) == (6, 6, 2)


def test_who_may_not_is_refused_and_reads_are_in_the_log(house: SimpleNamespace) -> None:
    number = opened(house)
    duty = Actor(officer=house.head.officer, authority=house.head.authority, roles=("duty-officer",))
    officer = Actor(officer=house.head.officer, authority=house.head.authority, roles=("officer",))
    refused("access.role", house.desk.show, duty, takedown=number, purpose="practice")
    refused("access.role", house.desk.answer, duty, takedown=number, step="closed")
    refused("access.role", house.books.take_channels, officer, data=CHANNELS)
    refused("access.purpose", house.desk.listed, officer, purpose="")
    refused("takedown.subject", opened, house, subject="adult")
    refused("takedown.place", opened, house, url="not a place")
    refused("guard.why", opened, house, why="")
    refused("guard.absent", house.desk.show, officer, takedown=99, purpose="practice")
    house.desk.show(officer, takedown=number, purpose="practice")
    with house.side.place.store.snapshot() as tx:
        (noted, *_) = tx.node.journal(house.head.authority)
        held = tx.guarded.kept(house.head.authority, "takedown", str(number))
    assert (noted.action, noted.about) == ("takedown.read", f"takedown {number}")
    assert held is not None and b"pictures.example" not in held.sealed
