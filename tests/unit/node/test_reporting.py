"""The desks of reports and looks: known files need no look, one serves a cluster, nobody looks too often."""

from collections.abc import Iterator
from hashlib import sha256

import pytest

from comity.bootstrap.protection import hash_desk
from comity.kernel.clock import DAY, HOUR, MINUTE, Instant
from comity.kernel.errors import ComityError
from comity.node.hashviews import About, Grounds
from comity.node.looking import LookDesk
from comity.node.reporting import ReportDesk
from comity.node.views import Actor
from comity.protection.looking import Limits, bar_of, barred
from tests.unit.node.nodes import AT, Side, node
from tests.unit.protection.files import FAR, MARKER, NEAR, PDQ, PICTURE, iccam, tip

OTHER = sha256(b"another picture").hexdigest()


class House:
    def __init__(self) -> None:
        self.side: Side = node("XAA", 21)
        self.hashes = hash_desk(self.side.place)
        self.reports = ReportDesk(place=self.side.place, hashes=self.hashes)
        self.looks = LookDesk(place=self.side.place, hashes=self.hashes)

    @property
    def head(self) -> Actor:
        return self.side.head()

    def take(self, data: bytes, source: str = "NCMEC"):  # type: ignore[no-untyped-def]
        return self.reports.take_in(self.head, data=data, source=source)

    def look(self, cluster: int, actor: Actor | None = None, **told: bool):  # type: ignore[no-untyped-def]
        return self.looks.look(actor or self.head, cluster=cluster, why="new", purpose="practice", **told)


@pytest.fixture
def house() -> Iterator[House]:
    yield House()


def refused(code: str, call, *given, **told) -> ComityError:  # type: ignore[no-untyped-def]
    with pytest.raises(ComityError) as caught:
        call(*given, **told)
    assert caught.value.code == code
    return caught.value


def test_known_files_need_no_look_and_alike_ones_share_one(house: House) -> None:
    house.hashes.take_in(
        house.head,
        name="known",
        data=f"id,pdq,md5\n1,{FAR},{'cd' * 16}".encode(),
        about=About(source="hotline", category="child.abuse"),
        grounds=Grounds(ground="Act 12", licence="none", onward=False),
    )
    first = house.take(tip(1, md5="11" * 16, pdq=PDQ))
    assert (first.known, first.clusters, first.joined) == (0, 1, 0)
    assert house.take(iccam(MD5="cd" * 16)).known == 1
    second = house.take(tip(2, md5="22" * 16, pdq=NEAR))
    assert (second.clusters, second.joined) == (0, 1)
    third = house.take(tip(3, md5="22" * 16, pdq=OTHER))  # the same bytes as a member
    assert (third.clusters, third.joined) == (0, 1)
    assert house.take(tip(4, md5="44" * 16, pdq=OTHER)).clusters == 1
    found = house.looks.clusters(house.head, purpose="practice")
    assert [(one.number, one.files, one.reports) for one in found] == [(1, 3, (1, 3, 4)), (2, 1, (5,))]
    made = house.look(1)
    assert (made.report, made.file, made.serves) == (1, "f1", 3)
    refused("look.open", house.look, 1)
    house.looks.judge(house.head, look=made.look, category="child.abuse")
    refused("look.seen", house.look, 1)
    refused("look.ended", house.looks.judge, house.head, look=made.look, category="none")
    row = next(one for one in house.reports.queue(house.head, purpose="practice") if one.lead == 1)
    assert (row.known, row.looked, row.new) == (0, 3, 1)
    again = house.take(tip(9, md5="99" * 16, pdq=PDQ))
    assert (again.joined, again.clusters) == (1, 0)
    shown = house.reports.show(house.head, report=again.reports[0], purpose="practice")
    assert [one.state for one in shown.files] == ["looked"]


def test_two_alike_files_that_come_together_are_one_cluster(house: House) -> None:
    more = (
        "<fileDetails><fileId>f2</fileId>"
        f'<originalFileHash hashType="PDQ">{NEAR}</originalFileHash></fileDetails>'
    )
    taken = house.take(tip(1, more=more))
    assert (taken.files, taken.clusters, taken.joined) == (2, 1, 1)


def test_a_cluster_is_not_chained(house: House) -> None:
    def bits(count: int) -> str:
        return f"{int(PDQ, 16) ^ ((1 << count) - 1):064x}"

    for at, pdq in enumerate((PDQ, bits(30), bits(60)), start=1):
        house.take(tip(at, md5=f"{at:02x}" * 16, pdq=pdq))
    found = house.looks.clusters(house.head, purpose="practice")
    assert sorted((one.number, one.files) for one in found) == [(1, 2), (2, 1)]


def test_the_same_file_again_is_told_and_not_kept_twice(house: House) -> None:
    first = house.take(tip(1))
    assert house.take(tip(1)).same == first.reports
    changed = house.take(tip(1, user="another"))
    (row,) = house.reports.queue(house.head, purpose="practice")
    assert row.reports == (1, *changed.reports)
    assert "id" in {one.on for one in row.ties}


def test_looks_are_limited_rotated_and_recorded_and_the_desk_names_who_else_may(house: House) -> None:
    for at in range(1, 8):
        house.take(tip(at, md5=f"{at:02x}" * 16, pdq=f"{at * 37 % 251:02x}" * 32 if at % 2 else ""))
    other = house.side.officer()
    house.looks.set_limits(house.head, Limits(day=3, run=2, pause=10, spread=3))
    for cluster in (1, 2):
        house.look(cluster)
    fault = refused("look.limit", house.look, 3)
    assert (fault.where, "a.diallo" in str(fault)) == ("run", True)
    house.side.clock.advance(11 * MINUTE)
    house.look(3)
    house.side.clock.advance(11 * MINUTE)
    assert refused("look.limit", house.look, 4).where == "day"
    house.look(4, other)
    house.side.clock.advance(DAY + HOUR)
    house.looks.set_limits(house.head, Limits(spread=2))
    assert "a.diallo" in str(refused("look.turn", house.look, 5))
    house.looks.set_limits(house.head, Limits(spread=2, away=("a.diallo",)))
    house.look(5)
    people = {one.officer: one for one in house.looks.people(house.head)}
    assert (people["a.diallo"].bar, people["a.diallo"].all, people[str(house.head.officer)].all) == (
        "away",
        1,
        4,
    )
    assert len(house.looks.people(other)) == 1
    with house.side.place.store.snapshot() as tx:
        noted = [one for one in tx.node.journal(house.head.authority) if one.action == "look.take"]
    assert len(noted) == 5 and noted[0].about == "cluster 5 look 5" and noted[0].purpose == "practice"


def test_a_pause_and_a_free_day_are_kept() -> None:
    now, limits = Instant(AT), Limits()
    tight = [Instant(now - at * MINUTE) for at in range(1, 6)]
    assert barred(tight, limits, now) is not None and barred(tight[1:], limits, now) is None
    assert barred(tight, limits, Instant(now + 20 * MINUTE)) is None
    days = [Instant(now - at * DAY) for at in range(1, 5)]
    bar = barred(days, limits, now)
    assert bar is not None and (bar.limit, bar.until) == ("days", (now // DAY + 1) * DAY)
    assert bar_of("a", {"a": days[1:], "b": []}, limits, now) is None


def test_who_may_not_read_is_refused_and_every_read_is_in_the_log(house: House) -> None:
    house.take(tip(1))
    refused("access.purpose", house.reports.queue, house.head, purpose="")
    seer = Actor(officer=house.head.officer, authority=house.head.authority, roles=("overseer",))
    for call, told in (
        (house.reports.queue, {"purpose": "practice"}),
        (house.reports.show, {"report": 1, "purpose": "practice"}),
        (house.looks.clusters, {"purpose": "practice"}),
        (house.reports.say, {"report": 1, "sign": "life", "why": "x"}),
    ):
        refused("access.role", call, seer, **told)
    house.reports.show(house.head, report=1, purpose="practice")
    with house.side.place.store.snapshot() as tx:
        (noted, *_) = tx.node.journal(house.head.authority)
    assert (noted.action, noted.about, noted.purpose) == ("report.read", "report 1", "practice")


def test_an_officers_word_moves_a_report_and_closes_it(house: House) -> None:
    house.take(iccam())
    assert house.reports.queue(house.head, purpose="practice")[0].level == 3
    house.reports.say(house.head, report=1, sign="access", why="teaches at a school")
    (row,) = house.reports.queue(house.head, purpose="practice")
    assert (row.level, row.reasons[0].by) == (1, str(house.head.officer))
    refused("report.sign", house.reports.say, house.head, report=1, sign="nonsense", why="x")
    refused("guard.why", house.reports.say, house.head, report=1, sign="life", why=" ")
    house.reports.tie(house.head, report=1, tie="nationality", party="XAB", who="victim", sure=True)
    shown = house.reports.show(house.head, report=1, purpose="practice")
    assert (shown.claims[0].party, shown.claims[0].sure, shown.claims[0].reference) == (
        "XAB",
        "stated",
        "22(2)(a)",
    )
    refused(
        "report.tie", house.reports.tie, house.head, report=1, tie="nationality", party="zz", who="victim"
    )
    house.reports.say(house.head, report=1, sign="closed", why="done")
    assert house.reports.queue(house.head, purpose="practice") == ()
    house.reports.erase(house.head, report=1, why="retention")
    refused("guard.absent", house.reports.show, house.head, report=1, purpose="practice")


def test_no_byte_of_a_picture_is_anywhere_in_the_store(house: House) -> None:
    house.take(tip(1, more=f"<additionalInfo>{PICTURE}</additionalInfo><fileData>{PICTURE}</fileData>"))
    house.look(1)
    held = repr([vars(one) for one in house.side.place.store._stores.values()])  # type: ignore[attr-defined]
    assert MARKER.decode() not in held and PICTURE[60:100] not in held
    assert "Someone@mail" not in held and "u-77" not in held  # sealed at rest
