"""Custody after the sealing: every touch signed, chained and logged; holds; what was made from exhibits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from comity.evidence.custody import CustodyStep
from comity.evidence.listing import unpacked
from comity.evidence.records import TouchRecord
from comity.evidence.touches import Touched
from comity.evidence.touchwire import touch_statement
from comity.kernel.errors import ConflictError, DeniedError, MalformedError, NotFoundError, UntrustedError
from comity.kernel.ids import CaseId
from comity.kernel.realms import Realm
from comity.node.custodial import CustodyDesk, HeldPackage
from comity.node.custodybook import touches_of
from comity.node.deriving import DerivingDesk, Work
from comity.node.views import Actor, ActView
from tests.unit.node.test_delivery import Office, sides
from tests.unit.node.test_releasing import delivered

__all__ = ["delivered", "sides"]
Given = tuple[Office, ActView, ActView]


def desk_of(office: Office) -> CustodyDesk:
    return office.evidence.custody


def deriving(office: Office) -> DerivingDesk:
    evidence = office.evidence
    return DerivingDesk(
        place=office.place, vault=evidence.vault, blobs=evidence.blobs, tool=("comity", "test")
    )


def held(office: Office, case: str) -> list[HeldPackage]:
    return list(desk_of(office).packages(office.head(), case=case, purpose="practice"))


def cleared(actor: Actor) -> Actor:
    return replace(actor, roles=(*actor.roles, "victim-material"))


def test_every_touch_is_signed_chained_and_logged(delivered: Given, tmp_path: Path) -> None:
    asking, request, act = delivered
    (package,) = held(asking, request.case)
    root = package.bag_root
    assert [(one.step, one.officer, one.role) for one in package.events] == [("received", "node", "node")]
    assert not package.whole, "the events in the bag are told by opening"
    asking.evidence.open(asking.head(), delivery=act.act, purpose="court", out=str(tmp_path / "out"))
    desk_of(asking).record(
        asking.officer(),
        case=request.case,
        bag_root=root,
        step="examined",
        reason="keyword search",
        where="Room 4",
        operation="searched for account numbers",
        tool=("grep", "3.8"),
    )
    (package,) = held(asking, request.case)
    assert [one.step for one in package.events] == ["sealed", "received", "opened", "examined"]
    last = package.events[-1]
    assert (last.tool, last.place, last.more.operation) == (
        "grep 3.8",
        "Room 4",
        "searched for account numbers",
    )
    over = Touched(realm=Realm.PRACTICE, case=CaseId(request.case), bag_root=root)
    key = asking.place.keys.signer(f"{asking.desk}/act").public
    with asking.place.store.snapshot() as tx:
        touches = touches_of(tx, asking.desk, over)
        logged = [one.about for one in tx.node.journal(asking.desk) if one.action.startswith("custody.")]
    assert all(touch.signed.is_signed_by(key) for touch in touches)
    assert {f"{root}/{touch.digest}" for touch in touches} <= set(logged)
    assert [one.digest for one in package.events[1:]] == [touch.digest for touch in touches]


def test_sealing_and_sending_are_in_the_chain_of_who_sealed(
    sides: tuple[Office, Office], delivered: Given
) -> None:
    _, request, act = delivered
    (package,) = held(sides[1], request.case)
    assert [(one.step, one.signed) for one in package.events] == [("sealed", False), ("sent", True)]
    assert package.events[1].more.to == "XAA/contact-point"
    assert package.events[1].reason == f"delivery {act.act}"
    assert package.own and package.whole and package.at_end == "destroy"


def test_a_chain_that_was_meddled_with_is_never_continued(delivered: Given) -> None:
    asking, request, _ = delivered
    (package,) = held(asking, request.case)
    signer = asking.place.keys.signer(f"{asking.desk}/act")
    over = Touched(realm=Realm.PRACTICE, case=CaseId(request.case), bag_root=package.bag_root)
    made = asking.evidence.book.act(asking.head(), CustodyStep.OPENED, "quietly", at=asking.clock.now())
    false = touch_statement(made, over, previous="0" * 64).signed_by(signer)
    with asking.place.store.transaction() as tx:
        record = TouchRecord(authority=asking.desk, bag_root=package.bag_root, number=2, statement=false.json)
        tx.evidence.add_touch(record)
    with pytest.raises(UntrustedError) as caught:
        held(asking, request.case)
    assert caught.value.code == "custody.chain"


def test_a_hold_is_set_and_lifted_by_name_and_stands_before_the_return(delivered: Given) -> None:
    asking, request, _ = delivered
    desk, (package,) = desk_of(asking), held(asking, request.case)
    where = {"case": request.case, "bag_root": package.bag_root}
    with pytest.raises(MalformedError):
        desk.hold(asking.officer(), reason=" ", **where)
    shown = desk.hold(asking.officer(), reason="an appeal was lodged", **where)
    (hold,) = shown.holds
    assert (hold.number, hold.officer, hold.reason) == (2, "a.diallo", "an appeal was lodged")
    with pytest.raises(ConflictError) as caught:
        desk.record(asking.head(), step="returned", reason="retention ends", to="XAB", **where)
    assert caught.value.code == "custody.held"
    with pytest.raises(DeniedError) as refused:
        desk.hold(asking.officer(), reason="over", lift=2, **where)
    assert refused.value.code == "access.role"
    for absent in (1, 7, 0):
        with pytest.raises(NotFoundError) as missing:
            desk.hold(asking.head(), reason="over", lift=absent, **where)
        assert missing.value.code == "hold.absent"
    assert desk.hold(asking.head(), reason="the appeal was dismissed", lift=2, **where).holds == ()
    with pytest.raises(NotFoundError):
        desk.hold(asking.head(), reason="again", lift=2, **where)
    back = desk.record(asking.head(), step="returned", reason="retention ends", to="XAB", **where)
    assert (back.gone, back.events[-1].more.to) == ("returned", "XAB")


def test_a_person_records_what_happened_outside_and_nothing_else(delivered: Given) -> None:
    asking, request, _ = delivered
    desk, (package,) = desk_of(asking), held(asking, request.case)
    where = {"case": request.case, "bag_root": package.bag_root, "reason": "x"}
    for step in ("destroyed", "sealed", "opened", "hold-set", "derived", "", "\x00"):
        with pytest.raises(MalformedError) as caught:
            desk.record(asking.head(), step=step, **where)
        assert caught.value.code == "custody.step"
    before, late = package.events[0].at - 1, asking.clock.now() + 1
    for at in (before, late):
        with pytest.raises(MalformedError) as wrong:
            desk.record(asking.head(), step="copied", at=at, **where)
        assert wrong.value.code == "custody.time"
    for more in ({"to": "x" * 2001}, {"operation": "x" * 2001}, {"tool": ("x" * 2001, "")}):
        with pytest.raises(MalformedError):
            desk.record(asking.head(), step="copied", **where, **more)
    with pytest.raises(NotFoundError):
        desk.record(asking.head(), case="0" * 64, bag_root=package.bag_root, step="copied", reason="x")


def test_what_is_made_from_exhibits_names_them_and_leaves_them_alone(
    delivered: Given, tmp_path: Path
) -> None:
    asking, request, act = delivered
    made = tmp_path / "accounts.csv"
    made.write_bytes(b"account,count\n")
    (package,) = held(asking, request.case)
    root = package.bag_root
    given = {"case": request.case, "sources": [str(made)], "purpose": "investigation"}
    work = Work(parents=(f"{root}:1",), operation="counted accounts", tool=("awk", "5.2"))
    desk = deriving(asking)
    with pytest.raises(ConflictError) as early:
        desk.derive(asking.officer(), work=work, **given)
    assert early.value.code == "derive.unopened"
    asking.evidence.open(asking.head(), delivery=act.act, purpose="court", out=str(tmp_path / "out"))
    with pytest.raises(ConflictError) as waiting:
        desk.derive(asking.officer(), work=work, **given)
    assert (waiting.value.code, waiting.value.where) == ("derive.undecided", "limits.purpose")
    work = replace(work, decisions={"limits.purpose": "the same investigation"})
    sealed = desk.derive(asking.officer(), work=work, **given)
    with asking.place.store.snapshot() as tx:
        new = tx.evidence.package(asking.desk, sealed.bag_root)
        old = tx.evidence.package(asking.desk, root)
        assert new is not None and old is not None
        decided = tx.acts.decisions(asking.desk, sealed.bag_root)  # type: ignore[arg-type]
    label, _ = unpacked(new.exhibits)
    parents = unpacked(old.exhibits)
    assert label.derived is not None
    (parent,) = label.derived.parents
    assert (parent.bag_root, parent.number, parent.sha256) == (root, 1, parents[1][0].sha256)
    assert (label.derived.operation, label.derived.tool, label.derived.redacted) == (
        "counted accounts",
        "awk",
        False,
    )
    assert (label.limits, label.handling) == (parents[0].limits, parents[0].handling)
    assert [(one.officer, one.inner) for one in decided] == [("a.diallo", "the same investigation")]
    original, derived = held(asking, request.case)
    assert (original.events[-1].step, original.events[-1].more.child) == ("derived", sealed.bag_root)
    assert [one.step for one in derived.events] == ["derived", "sealed"]
    assert derived.derived is not None and derived.derived.parents == (f"{root}:1 {parent.sha256}",)


def test_less_care_is_taken_of_what_was_redacted_only_and_by_name(
    delivered: Given, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking, request, act = delivered
    made = tmp_path / "redacted.txt"
    made.write_bytes(b"-")
    asking.evidence.open(asking.head(), delivery=act.act, purpose="court", out=str(tmp_path / "out"))
    root, desk = held(asking, request.case)[0].bag_root, deriving(asking)
    reason = {"limits.purpose": "the same case"}
    given = {"case": request.case, "sources": [str(made)], "purpose": "investigation"}

    def work(**more: object) -> Work:
        return Work(**{"parents": (root,), "operation": "names removed", "decisions": reason} | more)  # type: ignore[arg-type]

    strict = desk.derive(asking.officer(), work=work(handling="intimate"), **given).bag_root
    assert next(one for one in held(asking, request.case) if one.bag_root == strict).handling == "intimate"
    with pytest.raises(DeniedError) as uncleared:
        desk.derive(asking.officer(), work=work(parents=(strict,), redacted=True), **given)
    assert uncleared.value.code == "evidence.use_refused"
    who = cleared(asking.officer())
    with pytest.raises(MalformedError) as lower:
        desk.derive(who, work=work(parents=(strict,), handling="ordinary"), **given)
    assert lower.value.code == "derive.handling"
    redacted = work(parents=(strict,), handling="ordinary", redacted=True)
    with pytest.raises(ConflictError) as waiting:
        desk.derive(who, work=redacted, **given)
    assert waiting.value.where == "handling.decide"
    decided = replace(redacted, decisions={**reason, "handling.decide": "no face is left"})
    plain = desk.derive(who, work=decided, **given)
    shown = next(one for one in held(asking, request.case) if one.bag_root == plain.bag_root)
    assert shown.handling == "ordinary" and shown.derived is not None and shown.derived.redacted
    assert [one.step for one in shown.events] == ["redacted", "sealed"]
    with pytest.raises(DeniedError) as refused:
        desk.derive(who, work=work(handling="child-abuse"), **given)
    assert refused.value.code == "handling.child_abuse_refused"
    for wrong in (
        {"handling": "secret"},
        {"operation": " "},
        {"parents": ()},
        {"parents": (root, f"{root}:1")},
    ):
        with pytest.raises(MalformedError):
            desk.derive(who, work=work(**wrong), **given)
    for absent in (f"{root}:2", f"{root}:x", "0" * 64):
        with pytest.raises(NotFoundError):
            desk.derive(who, work=work(parents=(absent,)), **given)
