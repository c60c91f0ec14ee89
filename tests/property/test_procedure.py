"""In whatever order facts come, nothing passes any way out while a suspensive challenge runs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.cases.calendars import NO_CALENDARS
from comity.cases.errors import GateClosedError
from comity.cases.facts import (
    Line,
    parse_fact,
    parse_line,
)
from comity.cases.gate import WayOut, require_way_out
from comity.cases.ports import GateRecord
from comity.cases.procedure import proceedings_of
from comity.kernel.clock import DAY, Instant
from comity.kernel.ids import ActId, AuthorityId, CaseId, OfficerName, PartyCode
from comity.kernel.lines import FIRST_PREVIOUS, line_bytes, line_digest
from comity.kernel.realms import Realm

REQUEST, CASE, D = "a" * 64, CaseId("c" * 64), "d" * 64
NOW = Instant(1_800_000_000_000_000)
CALENDAR = NO_CALENDARS.of(PartyCode("XAB"))
ITEMS = ("1", "2")
SOME = st.sampled_from([(), ("1",), ("2",), ITEMS])
STEPS = st.sampled_from(["order", "service", "transmission"])
WHO = st.sampled_from(["user", "provider"])

lodged = st.builds(
    lambda items, step, who, suspends: {
        "fact": "challenge.lodged",
        "items": items,
        "step": step,
        "who": who,
        "reference": "A",
        "suspends": suspends,
        "provision": "article 24",
    },
    SOME,
    STEPS,
    WHO,
    st.booleans(),
)
ended = st.builds(
    lambda which, outcome: {
        "fact": "challenge.decided",
        "challenge": which,
        "outcome": outcome,
        "reference": "B",
        "digest": D,
    },
    st.integers(1, 8),
    st.sampled_from(["dismissed", "inadmissible", "withdrawn", "upheld", "partly"]),
)
moved = st.builds(
    lambda which, suspends: {
        "fact": "challenge.suspension",
        "challenge": which,
        "suspends": suspends,
        "reference": "C",
        "digest": D,
    },
    st.integers(1, 8),
    st.booleans(),
)
ruled = st.builds(
    lambda items, step, outcome: {
        "fact": "ruling",
        "items": items,
        "step": step,
        "outcome": outcome,
        "decided_by": "judge",
        "office": "T",
        "reference": "R",
        "digest": D,
    },
    SOME,
    STEPS,
    st.sampled_from(["granted", "partly", "refused"]),
)
told = st.builds(
    lambda items, who, suspends, days: {
        "fact": "told",
        "items": items,
        "step": "transmission",
        "who": who,
        "at": NOW - days * DAY,
        "remedy": {"provision": "article 24", "suspends": suspends, "count": 10, "unit": "days"},
    },
    SOME,
    WHO,
    st.sampled_from(["no", "challenge", "period"]),
    st.integers(0, 20),
)
struck = st.builds(lambda line: {"fact": "struck", "line": line, "reason": "x"}, st.integers(1, 8))
waived = st.builds(
    lambda who: {"fact": "remedy.waived", "step": "transmission", "who": who, "reference": "W"}, WHO
)
histories = st.lists(st.one_of(lodged, ended, moved, ruled, told, struck, waived), max_size=12)


def lines_of(history: list[dict[str, Any]]) -> list[Line]:
    """Record what a desk would take: what ends a challenge names one that runs."""
    made: list[Line] = []
    previous = FIRST_PREVIOUS
    for row in history:
        fact = parse_fact({"at": NOW - DAY, **row, "request": REQUEST})
        running = {one.number for one in proceedings_of(made, REQUEST).challenges if one.is_running}
        if row["fact"] in ("challenge.decided", "challenge.suspension") and row["challenge"] not in running:
            continue
        line = Line(
            v=1,
            number=len(made) + 1,
            previous=previous,
            authority=AuthorityId("XAB/court"),
            officer=OfficerName("a.diallo"),
            recorded_at=NOW,
            sheet=None,
            decided={},
            fact=fact,
        )
        data = line_bytes(line)
        assert parse_line(data) == line
        previous = line_digest(data)
        made.append(line)
    return made


def suspended(history: list[Line], item: str) -> bool:
    """Tell by a plain walk whether a suspensive challenge about an item runs."""
    running: dict[int, bool] = {}
    for line in history:
        fact: Any = line.fact
        match line.fact.__class__.__name__:
            case "LodgedFact" if not fact.items or item in fact.items:
                running[line.number] = fact.suspends
            case "SuspensionFact" if fact.challenge in running:
                running[fact.challenge] = fact.suspends
            case "EndedFact":
                running.pop(fact.challenge, None)
    return any(running.values())


@settings(max_examples=150, deadline=None)
@given(histories, st.sampled_from(list(WayOut)))
def test_no_order_of_facts_lets_anything_out_while_a_suspensive_challenge_runs(
    history: list[dict[str, Any]], way: WayOut
) -> None:
    lines = lines_of(history)
    for length in range(len(lines) + 1):
        found = proceedings_of(lines[:length], REQUEST)
        by_act = way in (WayOut.ISSUE, WayOut.COURIER, WayOut.SEAL)
        kind = "evidence.deliver" if by_act else f"release.{way.value}"
        gate = GateRecord(
            authority=AuthorityId("XAB/court"),
            case=CASE,
            act_id=ActId(D),
            kind=kind,
            rules="r",
            findings=(),
            approvers=(),
            at=NOW,
        )
        for items in (("1",), ("2",), ITEMS, ()):
            stops = found.halts(items, now=NOW, calendar=CALENDAR)
            runs = any(suspended(lines[:length], item) for item in items or ITEMS)
            if runs:
                assert "challenge" in {one.why for one in stops}
                with pytest.raises(GateClosedError):
                    require_way_out(way, realm=Realm.PRACTICE, case=CASE, gate=gate, halts=stops)
            else:
                assert "challenge" not in {one.why for one in stops}
            if not stops:
                assert require_way_out(way, realm=Realm.LIVE, case=CASE, gate=gate, halts=stops).is_released


@settings(max_examples=60, deadline=None)
@given(histories)
def test_what_fell_stays_shut_until_it_is_ruled_on_anew(history: list[dict[str, Any]]) -> None:
    lines = lines_of(history)
    found = proceedings_of(lines, REQUEST)
    shut = {one.number for one in found.halts((), now=NOW, calendar=CALENDAR) if one.why == "upheld"}
    for one in found.challenges:
        if one.outcome not in ("upheld", "partly"):
            assert one.number not in shut
            continue
        later = [
            line.fact
            for line in lines[one.ended :]
            if line.fact.__class__.__name__ == "RulingFact"
            and line in found.lines
            and line.fact.step == one.step  # type: ignore[union-attr]
            and line.fact.outcome != "refused"  # type: ignore[union-attr]
        ]
        if not later:
            assert one.number in shut
        if any(not fact.items for fact in later):
            assert one.number not in shut


@settings(max_examples=60, deadline=None)
@given(histories)
def test_a_period_that_suspends_shuts_until_its_end_and_not_after(history: list[dict[str, Any]]) -> None:
    found = proceedings_of(lines_of(history), REQUEST)
    for one in found.remedies:
        end = one.reckoned(CALENDAR).at
        for at, shut in ((end, True), (Instant(end + 1), False)):
            stops = {h.number for h in found.halts((), now=at, calendar=CALENDAR) if h.why == "remedy"}
            assert (one.number in stops) is (shut and not one.is_used and one.terms.suspends == "period")
