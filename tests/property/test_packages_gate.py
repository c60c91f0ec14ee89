"""A random walk over everything that takes a package out or ends it: nobody finds a way round the gate."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from comity.evidence.handling import Handling
from comity.evidence.listing import listed, packed, unpacked
from comity.kernel.errors import ComityError, DeniedError
from comity.node.deriving import Work
from comity.node.views import Actor
from tests.unit.node.nodes import exchange
from tests.unit.node.test_custodial import deriving, desk_of, held
from tests.unit.node.test_delivery import Carrier, Office, _asked, _deliver, delivery_desk, sides
from tests.unit.node.test_destroying import destroying
from tests.unit.node.test_disclosing import disclosing
from tests.unit.node.test_telling import telling

__all__ = ["sides"]
WAYS = ("export", "disclosure", "destruction")
STEPS = 70


@dataclass
class Proposal:
    """What the walk knows of a release: who approved it, and whether every finding was decided."""

    way: str
    release: str
    acts: int
    open: set[str]
    approved: set[str] = field(default_factory=set)

    @property
    def closed(self) -> bool:
        return {"a.diallo", "first-officer"} <= self.approved


@dataclass
class Walk:
    """One office with a package, and what may happen to it by the model."""

    office: Office
    case: str
    act: str
    root: str
    folder: Path
    draw: random.Random
    releases: list[Proposal] = field(default_factory=list)
    holds: set[int] = field(default_factory=set)
    gone: bool = False
    made: int = 0
    taken: list[str] = field(default_factory=list)

    def who(self) -> Actor:
        return self.draw.choice([self.office.officer(), self.office.head()])

    def new(self) -> str:
        self.made += 1
        return str(self.folder / f"out-{self.made}")

    def propose(self) -> None:
        way, desk = self.draw.choice(WAYS), disclosing(self.office)
        self.office.clock.advance(1_000_000)  # the same words at the same time are the same release
        if way == "destruction":
            if self.gone:
                return
            view = destroying(self.office).propose(
                self.who(), case=self.case, bag_root=self.root, reason="court"
            )
        elif way == "disclosure":
            view = desk.propose(self.who(), case=self.case, purpose="court")
        else:
            view = desk.court.releases.propose(self.who(), case=self.case, purpose="court")
        self.releases.append(
            Proposal(way=way, release=view.release, acts=view.acts, open=set(view.undecided))
        )

    def decide(self) -> None:
        for one in self.releases[-2:]:
            for finding in sorted(one.open):
                try:
                    disclosing(self.office).court.releases.decide(
                        self.who(), release=one.release, finding=finding, inner="weighed"
                    )
                except ComityError:
                    continue  # what was found has changed since
                one.open.discard(finding)

    def approve(self) -> None:
        if not self.releases:
            return
        one, who = self.draw.choice([*self.releases, *[self.releases[-1]] * 6]), self.who()
        try:
            view = disclosing(self.office).court.releases.approve(who, release=one.release, reason="yes")
        except ComityError as refused:
            assert refused.code in ("gate.undecided", "gate.blocked", "approval.twice"), refused
            return
        assert not (one.way == "destruction" and self.holds), "approved under a hold"
        one.approved.add(who.officer)
        assert view.closed is one.closed

    def hold(self) -> None:
        if self.gone:
            return
        desk = desk_of(self.office)
        if self.holds and self.draw.random() < 0.9:
            number = self.draw.choice(sorted(self.holds))
            who = self.who()
            try:
                desk.hold(who, case=self.case, bag_root=self.root, reason="over", lift=number)
            except DeniedError:
                assert "head" not in who.roles
                return
            self.holds.discard(number)
        else:
            shown = desk.hold(self.who(), case=self.case, bag_root=self.root, reason="appeal")
            self.holds = {one.number for one in shown.holds}

    def attempt(self) -> None:
        way = self.draw.choice(("export", "disclosure", "destruction", "custody"))
        known = [one.release for one in self.releases]
        release = self.draw.choice(["", "0" * 64, *known])
        closed = [one for one in self.releases if one.closed]
        if closed and self.draw.random() < 0.6:
            chosen = self.draw.choice(closed)
            way, release = chosen.way, chosen.release
        passed = self._tried(way, release)
        decided = any(x.release == release and x.closed and x.way == way for x in self.releases)
        if way in ("destruction", "disclosure"):
            assert not passed or decided, f"{way} without its decision"
        if way == "destruction" and passed:
            assert not self.holds, "destroyed under a hold"
            self.gone = True
        if way in ("export", "custody") and passed and release:
            exports = {x.release for x in self.releases if x.closed and x.way == "export"}
            assert release in exports, "out by the decision of another way"
        if passed:
            self.taken.append(way)

    def _tried(self, way: str, release: str) -> bool:
        who, out = self.who(), self.new()
        given: dict[str, Any] = {"case": self.case, "purpose": "court"}
        disclosed = disclosing(self.office)
        doors: dict[str, Callable[[], object]] = {
            "export": lambda: disclosed.court.export(who, out=out, release=release or None, **given),
            "disclosure": lambda: disclosed.disclose(who, out=out, release=release, **given),
            "destruction": lambda: destroying(self.office).destroy(
                who, case=self.case, bag_root=self.root, release=release
            ),
            "custody": lambda: telling(self.office).tell(who, release=release or None, **given),
        }
        if way == "destruction" and self.gone:
            return False
        try:
            doors[way]()
        except ComityError:
            assert not Path(out).exists(), f"{way} was refused and left a file"
            return False
        return True


def _walk(sides: tuple[Office, Office], folder: Path, seed: int) -> Walk:
    asking, asked = sides
    request = _asked(asking, asked)
    source = folder / "mailbox.mbox"
    source.write_bytes(b"from: a\n")
    act = _deliver(asked, request, [source])
    exchange(asking, asked)
    delivery_desk(asked.place, asked.blobs, asked.pieces).send(asked.desk, act.act, Carrier(asked, asking))
    exchange(asking, asked)
    root = held(asking, request.case)[0].bag_root
    return Walk(
        office=asking,
        case=request.case,
        act=act.act,
        root=root,
        folder=folder,
        draw=random.Random(seed),
    )


@pytest.mark.parametrize(
    ("seed", "reached"), [(12, {"export", "custody", "disclosure"}), (22, {"destruction"})]
)
def test_nobody_finds_a_way_round_the_gate(
    sides: tuple[Office, Office], tmp_path: Path, seed: int, reached: set[str]
) -> None:
    walk = _walk(sides, tmp_path, seed)
    steps = [walk.propose, *[walk.decide] * 2, *[walk.approve] * 4, walk.hold, *[walk.attempt] * 4]
    for _ in range(STEPS):
        walk.draw.choice(steps)()
    events = [one.step for one in held(walk.office, walk.case)[0].events]
    assert events.count("disclosed") == walk.taken.count("disclosure")
    assert events.count("exported") == walk.taken.count("export")
    assert events.count("destroyed") == int(walk.gone)
    assert reached <= set(walk.taken), "a walk that nothing passes shows nothing"


def test_child_abuse_material_has_no_way_out_even_where_a_store_says_otherwise(
    sides: tuple[Office, Office], tmp_path: Path
) -> None:
    walk = _walk(sides, tmp_path, 0)
    office, case = walk.office, walk.case
    office.evidence.open(office.head(), delivery=walk.act, purpose="court", out=walk.new())
    with office.place.store.transaction() as tx:
        record = tx.evidence.package(office.desk, walk.root)
        assert record is not None
        label, exhibits = unpacked(record.exhibits)
        bad = [msgspec.structs.replace(one, handling=Handling.CHILD_ABUSE) for one in exhibits]
        forged = packed(replace(label, handling=Handling.CHILD_ABUSE), listed(bad))
        tx.evidence.put_package(replace(record, exhibits=forged))
    everything = replace(office.head(), roles=(*office.head().roles, "lawful-holder", "victim-material"))
    decided = {"limits.purpose": "x", "handling.decide": "x", "handling.clearance": "x"}
    for redacted, handling in ((False, ""), (True, "ordinary"), (True, "child-abuse"), (False, "classified")):
        work = Work(
            parents=(walk.root,), operation="x", redacted=redacted, handling=handling, decisions=decided
        )
        with pytest.raises(DeniedError):
            deriving(office).derive(
                everything,
                case=case,
                sources=[str(tmp_path / "mailbox.mbox")],
                work=work,
                purpose="investigation",
            )
    told = telling(office).tell(everything, case=case, purpose="court")
    assert b"mailbox" not in told.json_ld and b"mailbox" not in told.bag
    with pytest.raises(DeniedError):
        sides[1].evidence.seal(
            sides[1].officer(),
            sources=[str(tmp_path / "mailbox.mbox")],
            case=case,
            request=case,
            handling="child-abuse",
        )
