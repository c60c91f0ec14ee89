"""Destruction: two persons, holds, retention; keys and ciphertext go; a certificate that anyone can check."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from comity.cases.certificates import check_certificate
from comity.cases.verdicts import Trust, Verdict
from comity.engines.examining.indexes import FolderIndexes
from comity.kernel.clock import DAY
from comity.kernel.digests import b64, unb64
from comity.kernel.errors import ComityError, ConflictError, DeniedError, NotFoundError
from comity.kernel.ijson import dump_ijson
from comity.node.delivering import header_name
from comity.node.destroying import DestroyingDesk
from comity.node.examined import index_name
from comity.node.views import ActView
from tests.unit.node.nodes import exchange
from tests.unit.node.test_custodial import desk_of, held
from tests.unit.node.test_delivery import Carrier, Office, delivery_desk, sides
from tests.unit.node.test_releasing import delivered

__all__ = ["delivered", "sides"]
Given = tuple[Office, ActView, ActView]


def indexes_of(office: Office) -> FolderIndexes:
    return FolderIndexes(office.root / "examined")


def destroying(office: Office) -> DestroyingDesk:
    evidence = office.evidence
    return DestroyingDesk(
        place=office.place,
        blobs=evidence.blobs,
        pieces=evidence.pieces,
        files=evidence.files,
        tool=("comity", "test"),
        forget=lambda authority, root: indexes_of(office).cut(index_name(authority, root), 0),
    )


def approved(office: Office, case: str, root: str) -> str:
    """Propose the destruction, decide what is open, and let two approve it."""
    desk = destroying(office)
    made = desk.propose(office.officer(), case=case, bag_root=root, reason="retention ends")
    for finding in made.undecided:
        desk.releases.decide(office.officer(), release=made.release, finding=finding, inner="agreed with XAB")
    for actor in (office.officer(), office.head()):
        desk.releases.approve(actor, release=made.release, reason="nothing is owed")
    return made.release


def test_two_decide_then_keys_and_ciphertext_go_and_anyone_can_check_it(
    delivered: Given, sides: tuple[Office, Office], tmp_path: Path
) -> None:
    asking, request, act = delivered
    desk, root = destroying(asking), held(asking, request.case)[0].bag_root
    made = desk.propose(asking.officer(), case=request.case, bag_root=root, reason="retention ends")
    assert {one.code for one in made.assessment.to_decide} == {"destroy.retention", "destroy.case_runs"}
    where: dict[str, Any] = {"case": request.case, "bag_root": root}
    with pytest.raises(DeniedError) as early:
        desk.destroy(asking.head(), release=made.release, **where)
    assert early.value.code == "way_out.no_decision"
    release = approved(asking, request.case, root)
    name = asking.blobs.names()[0]
    index = index_name(asking.desk, root)
    indexes_of(asking).put(index, 1, b"sealed")
    shown = desk.destroy(asking.head(), release=release, **where)
    assert (shown.gone, shown.events[-1].step, shown.events[-1].more.decision) == (
        "destroyed",
        "destroyed",
        release,
    )
    assert name not in asking.blobs.names()
    assert indexes_of(asking).count(index) == 0, "what was found in it goes with it"
    again = desk.destroy(asking.head(), release=release, **where)
    assert again == shown, "a repetition changes nothing"
    for attempt in (
        lambda: asking.evidence.open(
            asking.head(), delivery=act.act, purpose="court", out=str(tmp_path / "out")
        ),
        lambda: asking.evidence.package(asking.head(), delivery=act.act, out=str(tmp_path / "copy")),
        lambda: desk_of(asking).record(asking.head(), step="copied", reason="x", **where),
        lambda: desk_of(asking).hold(asking.head(), reason="x", **where),
        lambda: desk.propose(asking.head(), reason="again", **where),
    ):
        with pytest.raises(ConflictError) as gone:
            attempt()
        assert gone.value.code == "package.gone"
    data = desk.certificate(asking.head(), purpose="oversight", **where)
    with asking.place.store.snapshot() as tx:
        trust = Trust(roots=frozenset({asking.place.root(tx)}))
    report = check_certificate(data, trust=trust)
    assert (report.verdict, report.good, report.approved_by) == (
        Verdict.PRACTICE,
        True,
        ("a.diallo", "first-officer"),
    )
    assert report.event is not None and report.event.over.bag_root == root
    assert not check_certificate(data).good and check_certificate(data, integrity_only=True).good
    out = tmp_path / "certificate.json"
    desk.write_certificate(asking.head(), purpose="oversight", out=str(out), **where)
    assert out.read_bytes() == data
    # what was destroyed does not come back by being delivered again
    carrier = delivery_desk(sides[1].place, sides[1].blobs, sides[1].pieces)
    carrier.send(sides[1].desk, act.act, Carrier(sides[1], asking))
    assert name not in asking.blobs.names()


def test_a_hold_stands_before_everything(delivered: Given) -> None:
    asking, request, _ = delivered
    desk, root = destroying(asking), held(asking, request.case)[0].bag_root
    where: dict[str, Any] = {"case": request.case, "bag_root": root}
    release = approved(asking, request.case, root)
    desk_of(asking).hold(asking.officer(), reason="an appeal", **where)
    asking.clock.advance(4 * 365 * DAY)
    with pytest.raises(ConflictError) as refused:
        desk.destroy(asking.head(), release=release, **where)
    assert refused.value.code == "custody.held"
    later = desk.propose(asking.officer(), reason="retention ended", **where)
    assert "destroy.held" in [one.code for one in later.assessment.findings]
    with pytest.raises(DeniedError) as blocked:
        desk.releases.approve(asking.head(), release=later.release, reason="no")
    assert blocked.value.code == "gate.blocked"
    assert held(asking, request.case)[0].gone == "" and asking.blobs.names()


def test_a_decision_carries_over_to_nothing_else(delivered: Given) -> None:
    asking, request, _ = delivered
    desk, root = destroying(asking), held(asking, request.case)[0].bag_root
    release = approved(asking, request.case, root)
    export = desk.releases.propose(asking.officer(), case=request.case, purpose="court")
    for finding in export.undecided:
        desk.releases.decide(asking.officer(), release=export.release, finding=finding, inner="yes")
    for actor in (asking.officer(), asking.head()):
        desk.releases.approve(actor, release=export.release, reason="yes")
    for other in (export.release, "0" * 64, ""):
        with pytest.raises(DeniedError) as refused:
            desk.destroy(asking.head(), case=request.case, bag_root=root, release=other)
        assert refused.value.code == "way_out.no_decision"
    with pytest.raises(NotFoundError):
        desk.destroy(asking.head(), case="0" * 64, bag_root=root, release=release)
    with pytest.raises(ConflictError) as absent:
        desk.certificate(asking.head(), case=request.case, bag_root=root, purpose="oversight")
    assert absent.value.code == "certificate.absent"
    assert asking.blobs.names()


def test_what_was_cut_off_is_finished_by_the_next_call(
    delivered: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking, request, _ = delivered
    desk, root = destroying(asking), held(asking, request.case)[0].bag_root
    where: dict[str, Any] = {"case": request.case, "bag_root": root}
    release = approved(asking, request.case, root)
    with monkeypatch.context() as patch:
        patch.setattr(DestroyingDesk, "_certified", _cut)
        with pytest.raises(ConnectionError):
            desk.destroy(asking.head(), release=release, **where)
    assert not asking.blobs.names()
    with pytest.raises(ConflictError):
        desk_of(asking).hold(asking.head(), reason="too late", **where)
    shown = desk.destroy(asking.head(), release="whatever is said now", **where)
    assert shown.gone == "destroyed" and shown.events[-1].more.decision == release


def _cut(*_: object) -> None:
    raise ConnectionError("cut")


def test_who_sealed_destroys_its_copy_and_the_header_for_the_peer(
    sides: tuple[Office, Office], delivered: Given
) -> None:
    _, request, act = delivered
    asked = sides[1]
    root = held(asked, request.case)[0].bag_root
    release = approved(asked, request.case, root)
    destroying(asked).destroy(asked.head(), case=request.case, bag_root=root, release=release)
    with asked.place.store.snapshot() as tx:
        assert tx.node.setting(header_name(asked.desk, act.act)) == b""  # type: ignore[arg-type]
        record = tx.evidence.package(asked.desk, root)
    assert record is not None and (record.exhibits, record.leaves, record.header_length) == (b"", b"", 0)
    assert not asked.blobs.names()
    exchange(sides[0], asked)


def _with(path: str, value: Callable[[Any], Any]) -> Callable[[Any], None]:
    *steps, last = path.split("/")

    def change(found: Any) -> None:
        for step in steps:
            found = found[int(step) if step.isdigit() else step]
        at: Any = int(last) if last.isdigit() else last
        found[at] = value(found[at])

    return change


def _said(**changes: object) -> Callable[[str], str]:
    return lambda text: b64(dump_ijson({**json.loads(unb64(text)), **changes}))


FORGERIES = {
    "another package": _with("event/payload", _said(bag="0" * 64)),
    "another reason": _with("event/payload", _said(reason="because")),
    "another step": _with("event/payload", _said(event="opened")),
    "another decision": _with("decision/payload", _said(subjects=["0" * 64])),
    "no decision": _with("decision/payload", _said(way="export")),
    "one approval": _with("approvals", lambda found: found[:1]),
    "one twice": _with("approvals", lambda found: [found[0], found[0]]),
    "no signature": _with("event/signatures", lambda _: []),
    "another version": _with("v", lambda _: 2),
    "another thing": _with("what", lambda _: "receipt"),
    "no root": _with("roots", lambda _: []),
    "no entry": _with("entries", lambda found: found[:0]),
    "not a list": _with("approvals", lambda _: "x"),
    "not an envelope": _with("event", lambda _: {}),
}


def test_a_forged_certificate_is_none(delivered: Given) -> None:
    asking, request, _ = delivered
    root = held(asking, request.case)[0].bag_root
    release = approved(asking, request.case, root)
    desk = destroying(asking)
    desk.destroy(asking.head(), case=request.case, bag_root=root, release=release)
    data = desk.certificate(asking.head(), case=request.case, bag_root=root, purpose="oversight")
    for name, change in FORGERIES.items():
        found = json.loads(data)
        change(found)
        report = check_certificate(json.dumps(found).encode(), integrity_only=True)
        assert (report.verdict, report.good) == (None, False), name
        assert report.reason, name
    for junk in (b"", b"{", b"{}", b"null", b"[]", b'{"v":1,"v":1}', data[:-40], b"\xff" * 20):
        assert check_certificate(junk, integrity_only=True).verdict is None
    with pytest.raises(ComityError):
        desk.certificate(asking.head(), case=request.case, bag_root=root, purpose="")
