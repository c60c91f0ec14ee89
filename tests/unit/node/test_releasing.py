"""Releases: what approvers are shown, what has to be decided first, and the list of what waits for whom."""

from pathlib import Path

import pytest

from comity.kernel.clock import DAY
from comity.kernel.errors import ConflictError, DeniedError, MalformedError, NotFoundError
from comity.kernel.findings import Severity
from comity.node.court import CourtDesk
from comity.node.releasing import ReleaseDesk
from comity.node.views import ActView
from tests.unit.node.nodes import exchange
from tests.unit.node.test_delivery import Carrier, Office, _asked, _deliver, delivery_desk, sides

__all__ = ["sides"]


@pytest.fixture
def delivered(sides: tuple[Office, Office], tmp_path: Path) -> tuple[Office, ActView, ActView]:
    """The asking office with a delivery that came in whole, its request and the delivering act."""
    asking, asked = sides
    request = _asked(asking, asked)
    source = tmp_path / "mailbox.mbox"
    source.write_bytes(b"from: a\n")
    act = _deliver(asked, request, [source])
    exchange(asking, asked)
    delivery_desk(asked.place, asked.blobs, asked.pieces).send(asked.desk, act.act, Carrier(asked, asking))
    exchange(asking, asked)
    return asking, request, act


def _desk(office: Office) -> ReleaseDesk:
    return ReleaseDesk(place=office.place)


def test_approvers_are_shown_what_the_limits_say_and_decide_it_first(
    delivered: tuple[Office, ActView, ActView],
) -> None:
    asking, request, act = delivered
    desk = _desk(asking)
    made = desk.propose(asking.officer(), case=request.case, purpose="court")
    assert {finding.code for finding in made.assessment.to_decide} == {
        "limits.purpose",
        "limits.confidential",
    }
    assert {finding.field for finding in made.assessment.findings} == {f"/acts/{act.act}"}
    assert len(made.undecided) == 2
    assert (made.purpose, made.acts, made.roles_missing) == ("court", 4, ("head", "officer"))
    with pytest.raises(ConflictError) as refused:
        desk.approve(asking.officer(), release=made.release, reason="asked for")
    assert refused.value.code == "gate.undecided"
    for finding in made.undecided:
        view = desk.decide(asking.officer(), release=made.release, finding=finding, inner="the same trial")
    assert view.undecided == ()
    desk.approve(asking.officer(), release=made.release, reason="asked for")
    shown = desk.show(asking.head(), release=made.release, purpose="oversight")
    assert (shown.approved_by, shown.roles_missing, shown.closed) == (("a.diallo",), ("head",), False)
    assert desk.approve(asking.head(), release=made.release, reason="asked for").closed


def test_what_may_no_longer_be_kept_is_shown_and_the_export_refuses_it(
    delivered: tuple[Office, ActView, ActView], tmp_path: Path
) -> None:
    asking, request, act = delivered
    asking.clock.advance(4 * 365 * DAY)
    made = _desk(asking).propose(asking.head(), case=request.case, purpose="court")
    ended = next(one for one in made.assessment.findings if one.code == "limits.retention_ended")
    assert ended.severity is Severity.DECIDE
    evidence = asking.evidence
    court = CourtDesk(place=asking.place, evidence=evidence, files=evidence.files, tool=("comity", "test"))
    with pytest.raises(DeniedError) as refused:
        court.export(asking.head(), case=request.case, purpose="court", out=str(tmp_path / "court.tar"))
    assert refused.value.code == "evidence.use_refused"
    kept = court.export(
        asking.head(),
        case=request.case,
        purpose="court",
        out=str(tmp_path / "without.tar"),
        withhold=[f"{act.act}=retention ended"],
    )
    assert kept.exhibits == ()


def test_limits_that_were_erased_are_decided_too(delivered: tuple[Office, ActView, ActView]) -> None:
    asking, request, act = delivered
    with asking.place.store.transaction() as tx:
        assert tx.acts.erase_part(asking.desk, act.act, "limits")
    made = _desk(asking).propose(asking.head(), case=request.case, purpose="court")
    assert [finding.code for finding in made.assessment.to_decide] == ["limits.erased"]


def test_releases_are_listed_newest_first_and_the_reading_is_logged(
    delivered: tuple[Office, ActView, ActView],
) -> None:
    asking, request, _ = delivered
    desk = _desk(asking)
    older = desk.propose(asking.officer(), case=request.case, purpose="court")
    asking.clock.advance(DAY)
    newer = desk.propose(asking.officer(), case=request.case, purpose="disclosure")
    found = desk.list(asking.head(), purpose="oversight")
    assert [one.release for one in found] == [newer.release, older.release]
    assert desk.list(asking.head(), case="0" * 64, purpose="oversight") == ()
    with asking.place.store.snapshot() as tx:
        last = tx.node.journal(asking.desk)[0]
    assert (last.action, last.about, last.purpose) == ("release.read", "0" * 64, "oversight")


def test_nothing_is_read_without_a_purpose_and_nothing_approved_without_a_reason(
    delivered: tuple[Office, ActView, ActView],
) -> None:
    asking, request, _ = delivered
    desk = _desk(asking)
    made = desk.propose(asking.officer(), case=request.case, purpose="court")
    for reading in (
        lambda: desk.list(asking.head(), purpose=""),
        lambda: desk.show(asking.head(), release=made.release, purpose="curiosity"),
        lambda: desk.propose(asking.head(), case=request.case, purpose=""),
    ):
        with pytest.raises(DeniedError, match="purpose"):
            reading()
    with pytest.raises(MalformedError):
        desk.approve(asking.head(), release=made.release, reason=" ")
    with pytest.raises(NotFoundError):
        desk.show(asking.head(), release="0" * 64, purpose="court")
