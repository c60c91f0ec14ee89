"""Disclosure to the defence: all, or all less a list that two approved; disclosed and listed are all."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from comity.cases.courttar import BytesReader
from comity.cases.verdicts import Trust, Verdict, verify_court_file
from comity.kernel.digests import sha256
from comity.kernel.errors import ConflictError, DeniedError, MalformedError
from comity.kernel.ids import CaseId
from comity.ledger.notes import parse_note
from comity.ledger.origins import peer_log_origin
from comity.ledger.stamps import HEAD, PACKAGE, Stamp, Subject, dump_stamp
from comity.node.court import CourtDesk
from comity.node.custodymarks import custody_marks
from comity.node.deriving import Work
from comity.node.disclosing import NOT_DELIVERED, DisclosingDesk
from comity.node.founding import own_root
from comity.node.releasing import ReleaseView
from comity.node.seams import address_of
from comity.node.views import ActView
from tests.court.authority import authority
from tests.court.sample import judge
from tests.unit.node.test_custodial import deriving, held
from tests.unit.node.test_delivery import Office, sides
from tests.unit.node.test_destroying import approved as destruction_approved
from tests.unit.node.test_destroying import destroying
from tests.unit.node.test_releasing import delivered

__all__ = ["delivered", "sides"]
Given = tuple[Office, ActView, ActView]


def disclosing(office: Office) -> DisclosingDesk:
    evidence = office.evidence
    court = CourtDesk(place=office.place, evidence=evidence, files=evidence.files, tool=("comity", "test"))
    return DisclosingDesk(place=office.place, court=court)


def approved(office: Office, made: ReleaseView) -> str:
    releases = disclosing(office).court.releases
    for finding in made.undecided:
        releases.decide(office.officer(), release=made.release, finding=finding, inner="the same trial")
    for actor in (office.officer(), office.head()):
        releases.approve(actor, release=made.release, reason="the defence is entitled to it")
    return made.release


def members(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as tar:
        return {one.name: tar.extractfile(one).read() for one in tar}  # type: ignore[union-attr]


def test_disclosed_and_listed_are_everything_and_both_verifiers_say_so(
    delivered: Given, tmp_path: Path
) -> None:
    asking, request, act = delivered
    desk = disclosing(asking)
    asking.evidence.open(asking.head(), delivery=act.act, purpose="court", out=str(tmp_path / "out"))
    extract = tmp_path / "extract.txt"
    extract.write_bytes(b"1\n")
    root = held(asking, request.case)[0].bag_root
    work = Work(parents=(root,), operation="counted", decisions={"limits.purpose": "the same case"})
    given: dict[str, Any] = {"case": request.case, "purpose": "disclosure"}
    own = deriving(asking).derive(
        asking.head(), case=request.case, sources=[str(extract)], work=work, purpose="investigation"
    )
    made = desk.propose(asking.officer(), withhold=[f"{request.act}/form=names a source"], **given)
    assert (made.way, made.purpose) == ("disclosure", "disclosure")
    assert {(one.of, one.part, one.ground, one.decided_by) for one in made.withheld} == {
        (request.act, "form", "names a source", "a.diallo"),
        (own.bag_root, None, NOT_DELIVERED, "a.diallo"),
    }
    out = tmp_path / "disclosure.tar"
    with pytest.raises(DeniedError):
        desk.disclose(asking.head(), out=str(out), release=made.release, **given)
    release = approved(asking, made)
    view = desk.disclose(asking.head(), out=str(out), release=release, to="counsel", **given)
    assert view.withheld == (f"{request.act}/form",)
    data = out.read_bytes()
    assert judge(data, integrity_only=True).verdict is Verdict.PRACTICE
    with asking.place.store.snapshot() as tx:
        roots = frozenset(pin.fingerprint for pin in tx.exchange.pins())
    assert verify_court_file(BytesReader(data), trust=Trust(roots=roots)).good
    inside = members(out)
    listed = json.loads(inside["data/withheld.json"])
    assert [
        (x["act"], x["part"], x["ground"], x["decided_by"], x["decision"]) for x in listed["withheld"]
    ] == [(request.act, "form", "names a source", "a.diallo", release)]
    assert [(x["bag"], x["exhibits"], x["ground"]) for x in listed["packages"]] == [
        (own.bag_root, 1, NOT_DELIVERED)
    ]
    assert b"Comity-Way: disclosure" in inside["bag-info.txt"]
    assert f"data/deliveries/{act.act}/data/000000001.bin" in inside
    with asking.place.store.snapshot() as tx:
        me = address_of(tx, asking.desk)
        marks = custody_marks(tx, me, CaseId(request.case))
    steps = [one.step for one in marks if one.bag_root == root]
    assert steps[:1] == ["sealed"] and {"received", "opened", "derived"} <= set(steps)
    assert ("disclosed", "counsel") in {(one.step, one.to) for one in marks}
    assert [one.at for one in marks] == sorted(one.at for one in marks)
    assert asking.cases.show(asking.head(), case=request.case, purpose="oversight").custody == marks
    last = next(one for one in held(asking, request.case) if one.bag_root == root).events[-1]
    assert (last.step, last.more.to, last.more.decision, last.more.digest) == (
        "disclosed",
        "counsel",
        release,
        view.sha256,
    )


def test_exactly_what_was_approved_leaves_and_only_while_nothing_changed(
    delivered: Given, tmp_path: Path
) -> None:
    asking, request, act = delivered
    desk = disclosing(asking)
    given: dict[str, Any] = {"case": request.case, "purpose": "disclosure"}
    release = approved(asking, desk.propose(asking.officer(), **given))
    export = desk.court.releases.propose(asking.officer(), **given)
    decided = approved(asking, export)
    out = str(tmp_path / "out.tar")
    for other in (decided, "0" * 64, ""):
        with pytest.raises(DeniedError) as refused:
            desk.disclose(asking.head(), out=out, release=other, **given)
        assert refused.value.code == "way_out.no_decision"
    with pytest.raises(DeniedError) as elsewhere:
        desk.disclose(asking.head(), case=request.case, purpose="court", out=out, release=release)
    assert elsewhere.value.code == "way_out.other_purpose"
    with pytest.raises(DeniedError):
        desk.court.export(asking.head(), out=out, release=release, **given)
    root = held(asking, request.case)[0].bag_root
    destroying(asking).destroy(
        asking.head(),
        case=request.case,
        bag_root=root,
        release=destruction_approved(asking, request.case, root),
    )
    with pytest.raises(ConflictError) as changed:
        desk.disclose(asking.head(), out=out, release=release, **given)
    assert changed.value.code == "disclosure.changed"
    assert not Path(out).exists()
    anew = desk.propose(asking.officer(), **given)
    (gone,) = anew.withheld
    assert (gone.of, gone.part) == (act.act, None) and gone.ground.startswith("destroyed; event of custody ")
    view = desk.disclose(asking.head(), out=out, release=approved(asking, anew), **given)
    assert (view.exhibits, view.withheld) == ((), (act.act,))
    report = judge(Path(out).read_bytes(), integrity_only=True)
    assert report.verdict is Verdict.PRACTICE
    assert [(x.bag, x.last) for x in report.custody] == [(root, "destroyed")], (
        "the certificate is in the file"
    )
    # a court file tells the destruction by itself, too
    court = desk.court.export(asking.head(), out=str(tmp_path / "court.tar"), **given)
    assert court.withheld == (act.act,)


def test_one_exhibit_is_withheld_and_the_rest_of_its_delivery_is_disclosed_with_its_time_stamps(
    delivered: Given, tmp_path: Path
) -> None:
    asking, request, act = delivered
    desk = disclosing(asking)
    given: dict[str, Any] = {"case": request.case, "purpose": "disclosure"}
    root = held(asking, request.case)[0].bag_root
    with asking.place.store.transaction() as tx:
        peer = next(one for one in tx.exchange.pins() if one.fingerprint != own_root(tx))
        origin = peer_log_origin(asking.place.realm, authority=asking.desk, peer_root=peer.fingerprint)
        size, note = tx.logs.checkpoints(origin)[-1]
        text = parse_note(note).text
        for kind, name, digest in (
            (PACKAGE, root, bytes.fromhex(root)),
            (HEAD, f"{origin} {size}", sha256(text.encode())),
        ):
            at = asking.place.clock.now()
            token = authority("A").stamp(digest, at)
            stamp = Stamp(subject=Subject(kind=kind, name=name, digest=digest), token=token, at=at)
            tx.node.put_setting(f"stamp/{asking.desk}/{kind}/{name}", dump_stamp(stamp))
    made = desk.propose(asking.officer(), withhold=[f"{act.act}/1=an informant"], **given)
    assert [(one.of, one.part, one.exhibit) for one in made.withheld] == [(act.act, None, 1)]
    out = tmp_path / "one.tar"
    view = desk.disclose(asking.head(), out=str(out), release=approved(asking, made), **given)
    assert view.withheld == (f"{act.act}/1",)
    assert 1 not in [exhibit.number for exhibit in view.exhibits]
    inside = members(out)
    assert f"data/deliveries/{act.act}/data/000000001.bin" not in inside
    assert f"data/deliveries/{act.act}/exhibits.jsonl" in inside
    report = judge(out.read_bytes(), integrity_only=True, stamps_of="A")
    assert (report.verdict, report.released) == (Verdict.PRACTICE, made.release)
    assert report.withheld == ((act.act, None, 1),)
    assert len(report.stamps) == 2 and all(stamp.holds for stamp in report.stamps)
    for number in (0, 99):
        with pytest.raises(MalformedError) as refused:
            asked = desk.propose(asking.officer(), withhold=[f"{act.act}/{number}=x"], **given)
            desk.disclose(asking.head(), out="no", release=approved(asking, asked), **given)
        assert refused.value.code == "court.withhold"


def test_what_is_withheld_has_a_ground_and_is_of_the_case(delivered: Given) -> None:
    asking, request, act = delivered
    desk = disclosing(asking)
    for wrong in ("form", f"{request.act}/form", f"{request.act}/form= ", f"{request.act}/nothing=x"):
        with pytest.raises(MalformedError) as refused:
            desk.propose(asking.officer(), case=request.case, purpose="disclosure", withhold=[wrong])
        assert refused.value.code == "court.withhold"
    for long in ("x" * 201,):
        with pytest.raises(MalformedError):
            desk.propose(
                asking.officer(), case=request.case, purpose="disclosure", withhold=[f"{act.act}={long}"]
            )
    with pytest.raises(DeniedError):
        desk.propose(asking.officer(), case=request.case, purpose="")
