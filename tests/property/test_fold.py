"""Whatever order acts and receipts arrive in, a case has one state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.cases import attested, conversation, teamacts
from comity.cases.acts import Act, ActDraft, PartRef, parse_act
from comity.cases.attested import ATTEST
from comity.cases.crossing import EXECUTIONS
from comity.cases.fold import fold, unfit_under
from comity.cases.kinds import KINDS, REQUEST_KINDS
from comity.cases.ports import Address, ReceiptRecord
from comity.cases.state import FINAL, CaseState, ItemState, PreservationState, RequestState
from comity.cases.talks import ANSWERS, RECEIVED, TALKS, sides
from comity.cases.threads import Thread
from comity.kernel.clock import DAY, SECOND, Instant
from comity.kernel.entropy import SeededEntropy
from comity.kernel.ids import ActId, CaseId
from comity.kernel.realms import Realm
from tests.builders import T0, make_pair, request_body
from tests.desks import PARTS, deliver_body
from tests.talking import team_body

PAIR = make_pair()
SIDES = (PAIR.a.address, PAIR.b.address)
ITEMS = ("1", "2", "3")
NAMES = (*sorted(KINDS), "novelty.announce")
TALKED = {row.name for row in (*conversation.ROWS, *attested.ROWS, *teamacts.ROWS)}
TOLD = tuple(sorted(set(KINDS) - attested.NEVER_ATTESTED - {"consultation.draft"}))


@dataclass
class History:
    """Two authors who write, learn, fork, overlook and name things that nobody understands."""

    acts: list[Act] = field(default_factory=list)
    receipts: list[ReceiptRecord] = field(default_factory=list)
    known: dict[Address, set[str]] = field(default_factory=lambda: {side: set() for side in SIDES})
    chain: dict[Address, list[Act]] = field(default_factory=lambda: {side: [] for side in SIDES})
    entropy: SeededEntropy = field(default_factory=lambda: SeededEntropy("history"))

    def write(self, who: int, kind: str, pick: int, *, how: str = "") -> None:
        fork, blind, crit = how == "fork", how == "blind", how == "crit"
        me, other = SIDES[who], SIDES[1 - who]
        if not self.acts and (who or kind not in REQUEST_KINDS):
            return
        if self.acts and not self.known[me]:
            return
        chain = self.chain[me]
        base = chain[: len(chain) - 1] if fork and len(chain) > 1 else chain
        last = base[-1] if base else None
        known = self.known[me] - {act.id for act in chain[len(base) :]}
        seen = self._heads(known, last) if not blind or last is None else ()
        body = self._body(kind, pick, me)
        names = (*PARTS.get(kind, ()), *(PARTS.get(str(body.get("kind")), ()) if kind == ATTEST else ()))
        draft = ActDraft(
            realm=Realm.PRACTICE,
            kind=kind,
            case=CaseId(self.acts[0].id) if self.acts else None,
            sender=me,
            to=other,
            seq=last.seq + 1 if last else 1,
            prev_own=last.id if last else None,
            seen=seen,
            at=Instant(T0 + len(self.acts) * SECOND),
            body=body,
            parts=tuple(PartRef(name=n, media="application/json", digest="4" * 64) for n in names),
            nonce=None if self.acts else self.entropy.bytes(16),
            crit=("kind",) if crit else (),
        )
        act = parse_act(draft.envelope())
        if act.id in {known_act.id for known_act in self.acts}:
            return
        self.acts.append(act)
        self.chain[me] = [*base, act]
        self.known[me].add(act.id)

    def learn(self, who: int) -> None:
        """Let one side store the oldest act of the other that it lacks, and sign a receipt."""
        me = SIDES[who]
        for act in self.acts:
            if act.sender != me and act.id not in self.known[me] and act.parents <= self.known[me]:
                self.known[me].add(act.id)
                self.receipts.append(self._receipt(act, me))
                return

    def _heads(self, known: set[str], last: Act | None) -> tuple[ActId, ...]:
        held = [act for act in self.acts if act.id in known]
        covered = {parent for act in held for parent in act.parents}
        return tuple(sorted(a.id for a in held if a.id not in covered and (last is None or a.id != last.id)))[
            :16
        ]

    def _receipt(self, act: Act, me: Address) -> ReceiptRecord:
        return ReceiptRecord(
            authority=SIDES[0].authority,
            case=act.case,
            act_id=act.id,
            act_seq=act.seq,
            signer=me,
            at=Instant(T0 + len(self.acts) * SECOND),
            your_last_seq=act.seq,
            own_last_seq=max((mine.seq for mine in self.chain[me]), default=0),
            pending=None,
            result="stored",
            code="",
            receipt=b"",
        )

    def _requests(self, kind: str, me: Address, *, lenient: bool) -> list[Act]:
        """Return the requests that a kind may be about; all of them where the writer errs."""
        found = [act for act in self.acts if act.kind in REQUEST_KINDS]
        if lenient or kind not in KINDS or kind in REQUEST_KINDS:
            return found
        row = KINDS[kind].sender
        return [
            a
            for a in found
            if me in sides(row, by=a.sender, to=a.to, offered=a.kind == "information.offer")
            and kind not in unfit_under(a.kind)
        ] or found

    def _body(self, kind: str, pick: int, me: Address) -> Mapping[str, Any]:
        requests = [act.id for act in self._requests(kind, me, lenient=pick % 5 == 0)]
        request = requests[pick % len(requests)] if requests else "0" * 64
        items = [item for place, item in enumerate(ITEMS) if pick >> place & 1] or ["1"]
        anything = self.acts[pick % len(self.acts)].id if self.acts else "0" * 64
        decisions = [
            a.id for a in self.acts if a.kind == "transmission.decide" and a.body["request"] == request
        ]
        decision = decisions[pick % len(decisions)] if decisions else "5" * 64
        now = T0 + len(self.acts) * SECOND
        about = {"request": request, "items": items}
        if kind == ATTEST:
            return self._attested(pick, me)
        if kind in TALKED:
            return self._talk(kind, pick, request, items)
        return {
            "preservation.request": request_body(items=ITEMS),
            "data.request": request_body("44(1)", items=ITEMS, preservation=request if requests else None),
            "assistance.request": request_body(
                "40(3)(c)", items=ITEMS, preservation=request if requests and pick % 2 else None
            ),
            "cooperation.request": request_body("48", items=ITEMS),
            "police.request": request_body("47(1)", items=ITEMS),
            "information.offer": request_body("40(4)", items=ITEMS),
            "request.forward": about | {"authority": "XAB/other-office"},
            "execution.report": {
                "request": request,
                "items": [{"id": i, "result": ("executed", "partly", "no_data")[pick % 3]} for i in items],
            },
            "request.refuse": about | {"ground": "R-40.21b", "consulted": None},
            "request.postpone": about | {"ground": "P-40.27", "until": now + DAY},
            "request.clarify": {"request": request, "fields": ["/items/0"]},
            "request.answer": {"request": request, "clarify": anything},
            "case.consult": {"request": request, "about": "refusal"},
            "order.record": about | {"from": now, "until": now + 90 * DAY},
            "preservation.effect": {
                "request": request,
                "items": [{"id": i, "state": ("held", "partly", "not_held")[pick % 3]} for i in items],
                "t0": now,
                "expires": now + pick * DAY,
            },
            "preservation.extend": {"request": request, "until": now + 60 * DAY + pick * DAY},
            "preservation.release": {"request": request},
            "evidence.deliver": deliver_body(request, decision, items=items),
            "evidence.hand": {
                "request": request,
                "items": [{"id": i, "result": "executed"} for i in items],
                "medium": "disk",
                "decision": decision if pick % 3 else None,
            },
            "act.recall": {"act": anything},
            "case.close": {"outcome": "done"} | ({"request": request} if pick % 2 else {}),
            "part.erase": {"act": anything, "part": "form"},
        }.get(kind, about)

    def _talk(self, kind: str, pick: int, request: str, items: list[str]) -> Mapping[str, Any]:
        """Return the skeleton of an act of the conversation: what it answers is anything of its kind."""

        def some(*kinds: str) -> str:
            named = [a.id for a in self.acts if (a.body.get("kind") or a.kind) in kinds or not kinds]
            return named[pick % len(named)] if named else "6" * 64

        row = next((r for r in TALKS.values() if kind in r.answers), None)
        asked = {} if row is None else {row.names: some(*(ANSWERS[kind] if pick % 7 else ()))}
        about = {"request": request, "items": items}
        more: dict[str, Any] = {
            "conditions.offer": about | {"conditions": ["use_limited"]},
            "consent.ask": about | {"use": ("other_purpose", "onward")[pick % 2]},
            "assurance.ask": about | {"assurances": ["speciality"]},
            "assurance.give": about | {"assurances": ["no_torture"]} | (asked if pick % 2 else {}),
            "status.tell": {"request": request} | (asked if pick % 2 else {}),
            "costs.propose": about | {"amount": "12.50", "currency": "XXX", "bears": "shared"},
            "execution.warn": about | {"risk": "confidentiality"},
            "exculpation.answer": {"points_away": ("yes", "no", "unclear")[pick % 3]},
            "exculpation.notify": {"received": some(*RECEIVED), "before": True},
            "recall.answer": {"execution": some(*EXECUTIONS), "result": ("destroyed", "kept")[pick % 2]},
            "data.correct": about | {"received": some(*RECEIVED)},
            "correction.answer": {"result": "applied"},
            "breach.notify": {"what": "loss", "at_author": bool(pick % 2), "known_since": T0},
            "consultation.draft": {"draft": {"mechanism": "44(1)", "instrument": "uncc"}},
            "draft.answer": {"consultation": some("consultation.draft"), "fields": []},
            "act.convey": {"act": some(), "step": "arrived", "channel": "post", "at": T0},
            "original.confirm": {"form": ("paper", "qualified")[pick % 2], "at": T0},
            "measure.lift": about | {"ground": "other", "hearing": some("case.consult")},
            "attest.confirm": {"attestation": some()},
            "attest.dispute": {"attestation": some()},
        }.get(kind, {})
        if kind in teamacts.KINDS_OF_TEAM:
            teams = [a.id for a in self.acts if a.kind == teamacts.AGREE]
            more = team_body(kind, None, now=T0) | ({"team": teams[pick % len(teams)]} if teams else {})
            if kind == teamacts.AGREE:
                more.pop("team", None)
        bare = kind in (
            "consultation.draft",
            "draft.answer",
            "act.convey",
            "attest.confirm",
            "attest.dispute",
        )
        return more if bare else {"request": request} | asked | more

    def _attested(self, pick: int, me: Address) -> Mapping[str, Any]:
        """Return an attestation of what the other side did: mostly what it may do."""
        other = SIDES[1] if me == SIDES[0] else SIDES[0]
        told = TOLD[pick % len(TOLD)]
        first = [a.id for a in self.acts if a.kind == ATTEST and a.sender == me]
        return {
            "kind": told,
            "body": self._body(told, pick // 2, other),
            "channel": ("voice", "post")[pick % 2],
            "at": T0,
            "checked": "callback",
            "confirms": first[pick % len(first)] if first and pick % 5 == 0 else None,
        }


STEP = st.tuples(
    st.sampled_from(["write"] * 5 + ["learn"] * 4 + ["fork", "blind", "crit"]),
    st.integers(0, 1),
    st.sampled_from(NAMES),
    st.integers(0, 63),
)
HONEST = st.tuples(
    st.sampled_from(["write", "write", "learn"]),
    st.integers(0, 1),
    st.sampled_from(NAMES),
    st.integers(0, 63),
)


Steps = list[tuple[str, int, str, int]]


def play(steps: Steps) -> History:
    history = History()
    history.write(0, "preservation.request" if len(steps) % 2 else "data.request", 0)
    for what, who, kind, pick in steps:
        if what == "learn":
            history.learn(who)
        else:
            history.write(who, kind, pick, how=what)
    return history


def require_consistent(state: CaseState) -> None:
    for request in state.requests:
        assert len({item.id for item in request.items}) == len(request.items)
        delivered = {item.id for d in request.deliveries if not d.recalled for item in d.items}
        delivered |= {item.id for d in request.handed if not d.recalled for item in d.items}
        done = set(request.item_ids(ItemState.EXECUTED, ItemState.PARTLY, ItemState.NO_DATA))
        assert delivered <= done  # the rest was reported or sent, not delivered
        refused = {
            item for ruling in request.rulings for item in ruling.items if ruling.kind == "request.refuse"
        }
        assert refused == set(request.item_ids(ItemState.REFUSED))
        for undoing in state.undoings:
            if undoing.request == request.id and undoing.what == "return":
                assert not set(undoing.items) & set(request.item_ids(ItemState.WITHDRAWN)) or any(
                    d.recalled for d in (*request.deliveries, *request.handed)
                )
        kept = request.preservation
        if kept.state is PreservationState.EFFECTED:
            assert kept.t0 is not None and kept.expires is not None and kept.expires >= kept.t0 + 60 * DAY
        assert request.is_final == all(item.state in FINAL for item in request.items)
        require_accounted(state, request)
    assert set(state.heads).isdisjoint(state.orphans)
    void = {one.act for one in state.attested if not one.has_effect}
    assert not void & {request.id for request in state.requests}
    assert not void & {talk.act for request in state.requests for talk in request.talks}


def require_accounted(state: CaseState, request: RequestState) -> None:
    """What each item came to agrees with its state, and every open talk has an owner among the two."""
    assert [(one.id, one.state) for one in request.accounts] == [(i.id, i.state) for i in request.items]
    for one in request.accounts:
        assert (one.act is None) == (one.state is ItemState.ASKED)
        assert bool(one.ground) == (one.state in (ItemState.REFUSED, ItemState.POSTPONED))
        assert bool(one.forwarded_to) == (one.state is ItemState.FORWARDED)
    for talk in request.talks:
        assert talk.owner in state.participants and talk.is_open == (talk.answer is None)
        if talk.answer is not None and talk.answered_by != "request.withdraw":
            assert talk.answered_by in TALKS[talk.kind].answers
    assert all(one.owner in (request.by, request.to) for one in request.undoings)


@settings(max_examples=150, deadline=None)
@given(steps=st.lists(STEP, max_size=30), data=st.data())
def test_any_arrival_order_gives_the_same_state(steps: Steps, data: st.DataObject) -> None:
    history = play(steps)
    state = fold(history.acts, history.receipts)
    twice = history.acts + history.acts[:3]
    assert fold(data.draw(st.permutations(twice)), data.draw(st.permutations(history.receipts))) == state
    assert fold(history.acts[::-1], history.receipts[::-1]) == state
    assert Thread(data.draw(st.permutations(history.acts))).order == Thread(history.acts).order
    require_consistent(state)


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(STEP, max_size=25), data=st.data())
def test_every_part_of_a_history_folds_to_a_consistent_state(steps: Steps, data: st.DataObject) -> None:
    history = play(steps)
    for end in range(len(history.acts) + 1):
        require_consistent(fold(history.acts[:end], history.receipts))
    some = data.draw(st.lists(st.sampled_from(history.acts), unique_by=lambda act: act.id))
    state = fold(some, history.receipts)
    require_consistent(state)
    held = {act.id for act in some}
    assert {act.id for act in Thread(some).order} | set(state.orphans) == held
    assert held.isdisjoint(state.missing)


@settings(max_examples=100, deadline=None)
@given(steps=st.lists(HONEST, max_size=30))
def test_who_writes_honestly_is_never_doubted(steps: Steps) -> None:
    history = play(steps)
    state = fold(history.acts, history.receipts)
    assert not state.forks and not state.ignoring and not state.orphans


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(HONEST, max_size=25), pick=st.integers(0, 63))
def test_an_unknown_critical_act_freezes_and_changes_nothing_else(steps: Steps, pick: int) -> None:
    history = play(steps)
    before = fold(history.acts, history.receipts)
    history.write(0, "novelty.announce", pick, how="crit")
    after = fold(history.acts, history.receipts)
    assert (
        after.unknown_critical == after.unknown_kinds[-len(after.unknown_critical) :]
        or after.unknown_critical
    )
    assert after.is_frozen and after.requests == before.requests


def test_a_crossing_withdrawal_becomes_a_duty_where_execution_is_recorded() -> None:
    history = play([])
    request = history.acts[0].id
    history.learn(1)
    history.write(1, "request.accept", 7)
    history.write(1, "transmission.decide", 7)
    history.write(1, "evidence.deliver", 1)
    history.write(0, "request.withdraw", 7)
    state = fold(history.acts, history.receipts)
    found = state.request(request)
    assert found is not None
    assert [item.state for item in found.items] == [
        ItemState.EXECUTED,
        ItemState.WITHDRAWN,
        ItemState.WITHDRAWN,
    ]
    assert [(u.what, u.items) for u in state.undoings] == [("return", ("1",))]


def test_a_delivery_that_had_seen_the_withdrawal_has_no_effect() -> None:
    history = play([])
    history.learn(1)
    history.write(1, "transmission.decide", 7)
    history.write(0, "request.withdraw", 7)
    history.learn(1)
    history.write(1, "evidence.deliver", 7)
    state = fold(history.acts, history.receipts)
    assert state.requests[0].status is ItemState.WITHDRAWN and not state.undoings
    assert [(i.act, i.code) for i in state.irregular] == [(history.acts[-1].id, "request.withdrawn")]


def test_an_act_that_overlooks_what_was_receipted_has_no_effect_and_freezes() -> None:
    history = play([])
    history.learn(1)
    history.write(1, "request.accept", 7)
    history.write(0, "request.withdraw", 7)
    history.learn(1)
    history.write(1, "request.refuse", 7, how="blind")
    state = fold(history.acts, history.receipts)
    assert state.ignoring == (history.acts[-1].id,) and state.is_frozen
    without = [replace(r, own_last_seq=2) for r in history.receipts]
    assert not fold(history.acts, without).ignoring
    excused = [replace(r, pending=history.acts[-1].id) for r in history.receipts]
    assert not fold(history.acts, excused).ignoring


@pytest.mark.parametrize(
    ("first", "second", "holds"),
    [
        ("request.accept", "request.refuse", "refused"),
        ("request.refuse", "transmission.decide", "refused"),
        ("request.accept", "request.postpone", "postponed"),
        ("request.accept", "order.record", "ordered"),
        ("order.record", "transmission.decide", "decided"),
    ],
)
def test_of_a_forked_word_the_more_telling_one_holds(first: str, second: str, holds: str) -> None:
    for pair in ((first, second), (second, first)):
        history = play([])
        history.learn(1)
        history.write(1, "case.consult", 7)
        history.write(1, pair[0], 7)
        history.write(1, pair[1], 7, how="fork")
        state = fold(history.acts, history.receipts)
        assert len(state.forks) == 1
        assert {item.state.value for item in state.requests[0].items} == {holds}


def test_another_fold_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version 2"):
        fold([], fold_version=2)
