"""A peer that lies about its packages: what one delivery says never touches what another one brought."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from comity.evidence.records import PackageRecord
from comity.kernel.errors import ConflictError
from comity.kernel.ids import CaseId
from comity.node import delivering
from comity.node.court import CourtDesk
from comity.node.custodybook import CustodyBook
from comity.node.views import ActView
from tests.unit.node.nodes import exchange
from tests.unit.node.test_custodial import desk_of, held
from tests.unit.node.test_delivery import Carrier, Office, _asked, _deliver, delivery_desk, sides
from tests.unit.node.test_destroying import approved, destroying
from tests.unit.node.test_releasing import delivered

__all__ = ["delivered", "sides"]
Given = tuple[Office, ActView, ActView]


def records(office: Office, case: str) -> list[PackageRecord]:
    with office.place.store.snapshot() as tx:
        return list(tx.evidence.packages(office.desk, CaseId(case)))


def carry(sides: tuple[Office, Office], act: ActView) -> None:
    asking, asked = sides
    exchange(asking, asked)
    delivery_desk(asked.place, asked.blobs, asked.pieces).send(asked.desk, act.act, Carrier(asked, asking))
    exchange(asking, asked)


def announced(sides: tuple[Office, Office], told: str, *, of: PackageRecord) -> None:
    """Let a sender whose books lie announce one bag root with the sealed file of another, in a new case."""
    asked, request = sides[1], _asked(*sides)
    with asked.place.store.transaction() as tx:
        known = tx.evidence.package(asked.desk, told)
        assert known is not None
        tx.evidence.put_package(replace(of, bag_root=told, case=CaseId(request.case), delivery=None))
    asked.act("transmission.decide", request.case, {"parts": {"decision": "granted"}})
    with pytest.MonkeyPatch.context() as patch:  # its own chain of custody would stop it
        patch.setattr(CustodyBook, "touches", lambda *_: ())
        patch.setattr(delivering, "_write_sent", lambda *_: None)
        form = asked.evidence.deliver_form(asked.officer(), case=request.case, bag_root=told)
        draft = asked.cases.draft_act(asked.officer(), kind="evidence.deliver", case=request.case, form=form)
        act = asked.settle(draft)
    carry(sides, act)


def second(sides: tuple[Office, Office], source: Path) -> ActView:
    source.write_bytes(b"what is under a legal hold")
    act = _deliver(sides[1], _asked(*sides), [source])
    carry(sides, act)
    return act


def opens(office: Office, act: ActView, out: Path) -> bool:
    office.evidence.open(office.head(), delivery=act.act, purpose="court", out=str(out))
    return True


def test_a_destroyed_package_that_is_announced_again_takes_no_other_one_with_it(
    delivered: Given, sides: tuple[Office, Office], tmp_path: Path
) -> None:
    asking, request, first = delivered
    other = second(sides, tmp_path / "b")
    gone, kept = first.body["bag_root"], other.body["bag_root"]
    where: dict[str, Any] = {"case": other.case, "bag_root": kept}
    desk_of(asking).hold(asking.officer(), reason="an appeal", **where)
    release = approved(asking, request.case, gone)
    destroying(asking).destroy(asking.head(), case=request.case, bag_root=gone, release=release)
    of = next(one for one in records(sides[1], other.case) if one.bag_root == kept)
    announced(sides, gone, of=of)
    assert asking.blobs.exists(of.piece_root)
    assert opens(asking, other, tmp_path / "out")


def test_a_sealed_file_that_is_held_is_never_held_under_a_second_bag_root(
    delivered: Given, sides: tuple[Office, Office], tmp_path: Path
) -> None:
    asking, request, first = delivered
    source = tmp_path / "b"
    source.write_bytes(b"b")
    sealed = sides[1].evidence.seal(
        sides[1].officer(), sources=[str(source)], case=request.case, request=request.act
    )
    of = next(one for one in records(sides[1], request.case) if one.bag_root == first.body["bag_root"])
    announced(sides, sealed.bag_root, of=of)
    with asking.place.store.snapshot() as tx:
        assert tx.evidence.package(asking.desk, sealed.bag_root) is None
        assert "delivery.bag_known" in {alarm.code for alarm in tx.exchange.alarms()}
    assert opens(asking, first, tmp_path / "out")
    # where an older node did keep it under two, neither is destroyed with the other
    with asking.place.store.transaction() as tx:
        (kept,) = tx.evidence.packages(asking.desk, CaseId(request.case))
        tx.evidence.put_package(replace(kept, bag_root="ab" * 32, delivery=None, own=True))
    root = first.body["bag_root"]
    release = approved(asking, request.case, root)
    with pytest.raises(ConflictError) as caught:
        destroying(asking).destroy(asking.head(), case=request.case, bag_root=root, release=release)
    assert caught.value.code == "destroy.shared" and asking.blobs.exists(kept.piece_root)


def test_what_was_given_back_is_no_longer_used_until_it_comes_again(delivered: Given, tmp_path: Path) -> None:
    asking, request, act = delivered
    (package,) = held(asking, request.case)
    where: dict[str, Any] = {"case": request.case, "bag_root": package.bag_root}
    desk_of(asking).record(asking.head(), step="returned", reason="retention ends", to="XAB", **where)
    for attempt in (
        lambda: opens(asking, act, tmp_path / "o"),
        lambda: asking.evidence.package(asking.head(), delivery=act.act, out=str(tmp_path / "copy")),
        lambda: desk_of(asking).record(asking.head(), step="copied", reason="x", **where),
        lambda: desk_of(asking).record(asking.head(), step="returned", reason="again", **where),
    ):
        with pytest.raises(ConflictError) as caught:
            attempt()
        assert caught.value.code == "package.returned"
    assert not (tmp_path / "o").exists() and not (tmp_path / "copy").exists()
    desk_of(asking).record(asking.head(), step="received", reason="the court asks for it again", **where)
    assert held(asking, request.case)[0].gone == ""
    assert opens(asking, act, tmp_path / "out")
    # given back again and then destroyed here, it has its certificate, and stops no court file
    desk_of(asking).record(asking.head(), step="returned", reason="retention ends", to="XAB", **where)
    release = approved(asking, request.case, package.bag_root)
    shown = destroying(asking).destroy(asking.head(), release=release, **where)
    assert shown.gone == "destroyed"
    assert destroying(asking).destroy(asking.head(), release=release, **where) == shown
    assert destroying(asking).certificate(asking.head(), purpose="oversight", **where)
    with pytest.raises(ConflictError) as over:
        desk_of(asking).record(asking.head(), step="received", reason="again", **where)
    assert over.value.code == "package.gone"
    evidence = asking.evidence
    court = CourtDesk(place=asking.place, evidence=evidence, files=evidence.files, tool=("comity", "test"))
    made = court.export(asking.head(), case=request.case, purpose="court", out=str(tmp_path / "court.tar"))
    assert made.exhibits == () and made.withheld == (act.act,)
