"""Custody taken out: CASE/UCO that the reference validator takes, and a strict bag; no exhibit with it."""

from __future__ import annotations

import importlib.util
import io
import json
import tarfile
import warnings
from dataclasses import replace
from pathlib import Path

import bagit  # type: ignore[import-untyped]
import pytest

from comity.evidence.touchwire import parse_touch
from comity.kernel.errors import DeniedError
from comity.kernel.realms import Realm
from comity.node.telling import TellingDesk
from comity.node.views import ActView
from tests.unit.node.test_custodial import desk_of, held
from tests.unit.node.test_delivery import Office, sides
from tests.unit.node.test_releasing import delivered

__all__ = ["delivered", "sides"]
Given = tuple[Office, ActView, ActView]


def telling(office: Office) -> TellingDesk:
    return TellingDesk(place=office.place, custody=office.evidence.custody, files=office.evidence.files)


@pytest.fixture
def told_case(delivered: Given, tmp_path: Path) -> Given:
    """A case with a package that was opened, examined and held."""
    asking, request, act = delivered
    asking.evidence.open(asking.head(), delivery=act.act, purpose="court", out=str(tmp_path / "out"))
    root = held(asking, request.case)[0].bag_root
    desk_of(asking).record(
        asking.officer(),
        case=request.case,
        bag_root=root,
        step="examined",
        reason="بحث عن الحسابات",
        where="Room 4",
        operation="searched",
        tool=("grep", "3.8"),
    )
    desk_of(asking).hold(asking.head(), case=request.case, bag_root=root, reason="an appeal")
    return asking, request, act


def test_the_reference_validator_takes_it_with_every_warning_on(told_case: Given, tmp_path: Path) -> None:
    asking, request, _ = told_case
    told = telling(asking).tell(asking.head(), case=request.case, purpose="court")
    value = json.loads(told.json_ld)
    kinds = [node["@type"] for node in value["@graph"]]
    assert kinds.count("case-investigation:InvestigativeAction") == 5
    assert kinds.count("uco-observable:File") == 1
    ids = [node["@id"] for node in value["@graph"]]
    assert len(set(ids)) == len(ids)
    again = telling(asking).tell(asking.head(), case=request.case, purpose="court")
    assert again.json_ld == told.json_ld, "the same chain gives the same bytes"
    if importlib.util.find_spec("case_utils") is None:
        pytest.skip("no case-utils here, the judge of CASE/UCO: pip install case-utils")
    path = tmp_path / "custody.jsonld"
    path.write_bytes(told.json_ld)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the judge's own libraries; its findings are another thing
        from case_utils.case_validate import validate

        result = validate(str(path))
    assert result.conforms, result.text


def test_the_bag_is_strict_and_its_events_are_checked_without_us(told_case: Given, tmp_path: Path) -> None:
    asking, request, _ = told_case
    desk = telling(asking)
    told = desk.tell(asking.head(), case=request.case, purpose="court")
    out = tmp_path / "custody.tar"
    digest = desk.write(told.bag, out=str(out))
    assert len(digest) == 64 and out.read_bytes() == told.bag
    with tarfile.open(fileobj=io.BytesIO(told.bag)) as tar:
        names = tar.getnames()
        tar.extractall(tmp_path / "bag", filter="data")
    assert names == sorted(names)
    bagit.Bag(str(tmp_path / "bag")).validate()
    (package,) = held(asking, request.case)
    folder = tmp_path / "bag/data/packages" / package.bag_root
    key = asking.place.keys.signer(f"{asking.desk}/act").public
    events = [parse_touch(line) for line in (folder / "events.jsonl").read_bytes().splitlines()]
    assert [one.act.step.value for one in events] == ["received", "opened", "examined", "hold-set"]
    assert all(one.signed.is_signed_by(key) for one in events)
    assert (folder / "bag.jsonl").read_bytes().count(b"\n") == 1
    assert not [name for name in names if name.endswith(".bin")]


def test_it_passes_the_gate_and_the_reading_is_logged(told_case: Given) -> None:
    asking, request, _ = told_case
    for who, purpose in ((asking.head(), ""), (asking.head(), "curiosity"), (_duty(asking), "court")):
        with pytest.raises(DeniedError):
            telling(asking).tell(who, case=request.case, purpose=purpose)
    telling(asking).tell(asking.head(), case=request.case, purpose="court")
    with asking.place.store.snapshot() as tx:
        newest = tx.node.journal(asking.desk, newest=1)[0]
    assert (newest.action, newest.about, newest.purpose) == ("custody.export", request.case, "court")
    with pytest.raises(DeniedError) as refused:
        telling(asking).tell(asking.head(), case=request.case, purpose="court", release="0" * 64)
    assert refused.value.code == "way_out.no_decision"
    live = TellingDesk(
        place=replace(asking.place, realm=Realm.LIVE),
        custody=asking.evidence.custody,
        files=asking.evidence.files,
    )
    with pytest.raises(DeniedError) as shut:
        live.tell(asking.head(), case=request.case, purpose="court")
    assert shut.value.code == "way_out.no_decision"


def _duty(office: Office):  # type: ignore[no-untyped-def]
    return replace(office.officer(), roles=("duty-officer",))
