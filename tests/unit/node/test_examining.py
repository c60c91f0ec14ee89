"""Examinations at a node: sealed, resumed, searched; access, handling and limits as for opening."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pytest

from comity.engines.examining.host import SandboxedExaminer
from comity.engines.examining.indexes import FolderIndexes, FolderKnownFiles
from comity.engines.examining.survey import FolderSurveyor
from comity.evidence.examination import Bounds, Found, Item, Mark, Member, Remark, Row, Tools
from comity.evidence.handling import Handling
from comity.evidence.triage import Query
from comity.kernel.digests import sha256
from comity.kernel.errors import DeniedError, MalformedError, NotFoundError
from comity.node.delivering import delivery_desk
from comity.node.examined import index_name
from comity.node.examining import ExaminationDesk
from comity.node.views import ActView
from tests.unit.engines.examining.making import COIN, IBAN, tarred, zipped
from tests.unit.node.nodes import exchange, pair
from tests.unit.node.test_delivery import Carrier, Office, _asked, _deliver


@dataclass
class Counting:
    """The real engine, which stops like Ctrl-C after so many rows; counts what it was asked to go on with."""

    engine: SandboxedExaminer
    stop_after: int = -1

    def examine(
        self, folder: str, items: Sequence[Item], *, bounds: Bounds, after: Mapping[int, Mark]
    ) -> Iterator[Tools | Row | int]:
        self.after = dict(after)
        self.rows: list[Row] = []
        for one in self.engine.examine(folder, items, bounds=bounds, after=after):
            if not isinstance(one, Tools | int):
                if len(self.rows) == self.stop_after:
                    raise KeyboardInterrupt
                self.rows.append(one)
            yield one


@dataclass
class World:
    """An office to which evidence was delivered."""

    asking: Office
    asked: Office
    request: ActView
    delivered: ActView
    root: Path

    @cached_property
    def examiner(self) -> Counting:
        return Counting(SandboxedExaminer(self.root / "private"))

    @cached_property
    def desk(self) -> ExaminationDesk:
        return ExaminationDesk(
            place=self.asking.place,
            evidence=self.asking.evidence,
            examiner=self.examiner,
            indexes=FolderIndexes(self.root / "examined"),
            lists=FolderKnownFiles(self.root / "known"),
            surveyor=FolderSurveyor(),
        )

    def examine(self) -> object:
        return self.desk.examine(self.asking.head(), delivery=self.delivered.act, purpose="practice")

    def search(self, *, after: str = "", most: int = 50, **asked: object):
        return self.desk.search(
            self.asking.head(),
            case=self.request.case,
            purpose="practice",
            query=Query(**asked),  # type: ignore[arg-type]
            after=after,
            most=most,
        )

    def journal(self) -> list[tuple[str, str]]:
        with self.asking.place.store.snapshot() as tx:
            return [(one.action, one.about) for one in tx.node.journal(self.asking.desk, newest=10)]


CONTENTS = {
    "mail.tar": tarred({f"{n}.txt": f"write to {n}@example.org".encode() for n in range(6)}),
    "accounts.zip": zipped({"a.csv": IBAN.encode(), "wallet": b"to " + COIN.encode()}),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    root = tmp_path_factory.mktemp("examining")
    one, other = pair()
    asking = Office(place=one.place, clock=one.clock, root=root / "xaa")
    asked = Office(place=other.place, clock=other.clock, root=root / "xab")
    for name, data in CONTENTS.items():
        (root / name).write_bytes(data)
    request = _asked(asking, asked)
    delivered = _deliver(asked, request, [root / name for name in CONTENTS])
    exchange(asking, asked)
    delivery_desk(asked.place, asked.blobs, asked.pieces).send(
        asked.desk, delivered.act, Carrier(asked, asking)
    )
    return World(asking=asking, asked=asked, request=request, delivered=delivered, root=root)


def test_an_interrupted_examination_goes_on_where_it_stopped(world: World):
    world.examiner.stop_after = 9
    with pytest.raises(KeyboardInterrupt):
        world.examine()
    (kept,) = world.desk.reports(world.asking.head(), case=world.request.case, purpose="practice")
    assert not kept.complete and 0 < kept.members < 9
    assert world.search().unfinished == (kept.bag_root,)
    before = {(m.row.exhibit, m.row.number) for m in (hit.match for hit in world.search().hits)}

    world.examiner.stop_after = -1
    made = world.examine()
    again = {(row.exhibit, row.number) for row in world.examiner.rows if isinstance(row, Member)}
    assert world.examiner.after and again and not again & before
    assert made.complete and made.members == 2 + 6 + 2 and made.kinds == {"email": 6, "iban": 1, "bitcoin": 1}
    assert made.tools["libmagic"] and made.confined[0] == "limits"
    assert not list((world.asking.root / "room").iterdir()) and not list((world.root / "private").iterdir())

    chain = world.asking.evidence.custody.packages(
        world.asking.head(), case=world.request.case, purpose="practice"
    )[0].events
    assert [event.step for event in chain][-2:] == ["examined", "examined"]
    assert chain[-1].tool == "comity test" and chain[-1].more.operation == "intake examination"

    world.examiner.rows.clear()
    assert world.examine() == made and not world.examiner.rows  # a complete one is told again


def test_every_finding_leads_back_to_its_bytes(world: World):
    world.examine()
    (hit,) = world.search(kind="bitcoin").hits
    row = hit.match.row
    assert isinstance(row, Found) and hit.match.member.path == ("accounts.zip", "wallet")
    assert hit.delivery == world.delivered.act
    assert (b"to " + COIN.encode())[row.offset : row.offset + row.length].decode() == row.value == COIN
    assert world.journal()[0] == ("evidence.search", f"{world.request.case} kind=bitcoin")


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"text": "WALLET"}, {"wallet"}),
        ({"text": "3@example"}, {"3.txt"}),
        ({"media_type": "application/"}, {"mail.tar", "accounts.zip"}),
        ({"digest": sha256(b"write to 4@example.org").hex()[:20]}, {"4.txt"}),
        ({"exhibit": 2, "media_type": "text/"}, {"a.csv", "wallet"}),
        ({"known": "known"}, set()),
        ({"text": "nothing of the kind"}, set()),
    ],
)
def test_searches_by_name_type_digest_and_identifier(world: World, asked: dict[str, object], names: set[str]):
    world.examine()
    assert {hit.match.member.name for hit in world.search(**asked).hits} == names


def test_pages_follow_one_another_without_gap_or_repetition(world: World):
    world.examine()
    whole = world.search(most=200).hits
    after, got = "", []
    while True:
        page = world.search(after=after, most=3)
        got += page.hits
        after = page.after
        if not after:
            break
    assert tuple(got) == whole and len(whole) == 18
    for wrong in ("x", f"{'0' * 64}.1.1", f"{whole[0].bag_root}.x.1"):
        with pytest.raises(MalformedError) as caught:
            world.search(after=wrong)
        assert caught.value.code == "examine.after"


def test_known_files_are_matched_by_their_sha256(world: World):
    world.examine()
    known = world.desk.known
    source = world.root / "own.txt"
    source.write_text(sha256(b"write to 2@example.org").hex() + "  two\n")
    head = world.asking.head()
    with pytest.raises(MalformedError):
        known.put(head, name="../x", path=str(source), source="own", dated="2026-01-01")
    with pytest.raises(MalformedError):
        known.put(head, name="own", path=str(source), source="own", dated="1 May")
    made = known.put(head, name="own", path=str(source), source="the office", dated="2026-01-01")
    assert known.lists_here(head) == (made,) and made.count == 1
    (hit,) = world.search(known="own").hits
    assert (hit.match.member.name, hit.match.known) == ("2.txt", ("own",))
    assert len(world.search(known="unknown").hits) == 9
    known.drop(head, name="own")
    assert known.lists_here(head) == () and world.search(known="own").hits == ()
    with pytest.raises(NotFoundError):
        known.drop(head, name="own")


def test_an_index_is_sealed_at_rest_and_nothing_of_it_is_plaintext(world: World):
    world.examine()
    kept = [path for path in (world.root / "examined").rglob("*") if path.is_file()]
    assert any(path.suffix == ".age" for path in kept)
    for path in kept:
        data = path.read_bytes()
        assert b"example.org" not in data and b"wallet" not in data and COIN.encode() not in data
        assert not data or data.startswith(b"age-encryption.org/v1\n")
    assert {path.parent.name for path in kept if path.suffix == ".age"} == {
        index_name(world.asking.desk, world.delivered.body["bag_root"])
    }


def test_who_may_not_open_may_neither_examine_nor_search(world: World):
    world.examine()
    duty = replace(world.asking.head(), roles=("duty-officer",))
    case, act = world.request.case, world.delivered.act
    with pytest.raises(DeniedError):
        world.desk.examine(duty, delivery=act, purpose="practice")
    with pytest.raises(DeniedError):
        world.desk.search(duty, case=case, purpose="practice", query=Query())
    with pytest.raises(DeniedError):
        world.desk.search(world.asking.head(), case=case, purpose="", query=Query())
    clock = world.asking.clock
    now = clock.now()
    try:
        clock.at = now + 4 * 365 * 86_400 * 1_000_000  # the retention ended
        page = world.search()
    finally:
        clock.at = now
    assert page.hits == () and page.refused and not page.searched


@pytest.mark.parametrize(
    "handling", [Handling.INTIMATE, Handling.PRIVILEGED, Handling.CLASSIFIED, Handling.CHILD_ABUSE]
)
def test_what_may_not_be_indexed_is_not_examined(world: World, handling: Handling):
    with pytest.raises(DeniedError):
        world.desk.survey(world.asking.head(), folder=str(world.root), handling=handling.value)


def test_a_folder_is_examined_and_nothing_is_kept(world: World, tmp_path: Path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "l").symlink_to("/etc/passwd")
    (tmp_path / "in" / "a").write_bytes(b"")
    found = world.desk.survey(world.asking.head(), folder=str(tmp_path / "in"), handling="ordinary")
    assert found.counts.members == 2 and found.counts.notes == {"link": 1, "empty": 1}
    assert [row.code for row in found.rows if isinstance(row, Remark)] == ["link", "empty"]
    assert world.journal()[0][0] == "evidence.survey"
    with pytest.raises(NotFoundError):
        world.desk.survey(world.asking.head(), folder=str(tmp_path / "absent"), handling="ordinary")
    with pytest.raises(MalformedError):
        world.desk.survey(world.asking.head(), folder=str(tmp_path), handling="x")
