"""Leaving as a court file: approved by two, and exactly what they approved."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from comity.kernel.errors import ConflictError
from comity.node.court import CourtDesk
from comity.node.workplace import Workplace
from comity.requests.service import example
from tests.unit.node.nodes import Side, exchange, pair
from tests.unit.node.test_delivery import Office

FORM = json.dumps(example("preservation")).encode()


class Interrupted:
    """A store that lets something happen just before its second write transaction."""

    def __init__(self, store: Any, meanwhile: Callable[[], None]) -> None:
        self._store, self._meanwhile, self._writes = store, meanwhile, 0

    def transaction(self) -> AbstractContextManager[Any]:
        self._writes += 1
        if self._writes == 2:
            self._meanwhile()
        return self._store.transaction()

    def snapshot(self) -> AbstractContextManager[Any]:
        return self._store.snapshot()


def _court(office: Office, place: Workplace | None = None) -> CourtDesk:
    evidence = office.evidence
    return CourtDesk(
        place=place or office.place, evidence=evidence, files=evidence.files, tool=("comity", "test")
    )


@pytest.fixture
def case(tmp_path: Path) -> tuple[Office, Side, str]:
    one, other = pair()
    asking = Office(place=one.place, clock=one.clock, root=tmp_path)
    act = asking.settle(asking.cases.draft_request(asking.officer(), form=FORM, to="XAB/contact-point"))
    exchange(asking, other)
    return asking, other, act.case


def test_every_approver_is_named_and_two_close_it(case: tuple[Office, Side, str]) -> None:
    asking, _, name = case
    court = _court(asking).releases
    release = court.propose(asking.officer(), case=name, purpose="practice").release
    first = court.approve(asking.officer(), release=release, reason="the court asked")
    assert (first.approved_by, first.closed) == (("a.diallo",), False)
    second = court.approve(asking.head(), release=release, reason="the court asked")
    assert (second.approved_by, second.closed) == (("a.diallo", "first-officer"), True)


def test_what_came_in_after_the_gate_does_not_leave(case: tuple[Office, Side, str], tmp_path: Path) -> None:
    asking, other, name = case

    def meanwhile() -> None:
        draft = other.cases.draft_act(other.officer(), kind="request.accept", case=name, form=b"{}")
        other.settle(draft)
        assert exchange(asking, other) == 1

    place = dataclasses.replace(asking.place, store=Interrupted(asking.place.store, meanwhile))
    out = tmp_path / "court.tar"
    with pytest.raises(ConflictError, match="came in"):
        _court(asking, place).export(asking.head(), case=name, purpose="practice", out=str(out))
    assert not out.exists()
    _court(asking).export(asking.head(), case=name, purpose="practice", out=str(out))
    assert out.stat().st_size > 0
