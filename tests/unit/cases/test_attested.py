"""What one side attests: taken as an act of the other, never signed by it, and gone once it is disputed."""

from __future__ import annotations

from typing import Any

import pytest

from comity.cases.acts import Act, parse_act
from comity.cases.attested import NEVER_ATTESTED, has_no_node, is_outside, outside, told
from comity.cases.duties import duties
from comity.cases.errors import NotPermittedError
from comity.cases.fold import fold
from comity.cases.kinds import KINDS, parse_body
from comity.cases.permitted import permissions, require_permitted
from comity.cases.state import CaseState
from comity.cases.threads import Thread as Dag
from comity.kernel.clock import DAY, Instant
from comity.kernel.errors import MalformedError
from comity.kernel.ids import AuthorityId
from comity.kernel.realms import Realm
from tests.builders import T0, Thread, make_pair, request_body
from tests.desks import PARTS

ABROAD = AuthorityId("XAC/central-authority")


class Case:
    """A case of ``b`` with ``a``, or with an authority that has no node."""

    def __init__(self, *, outside_node: bool = False) -> None:
        self.thread = Thread(make_pair())
        self.to = outside(ABROAD, Realm.PRACTICE) if outside_node else None

    def more(self) -> dict[str, Any]:
        return {} if self.to is None else {"to": self.to}

    def attest(self, kind: str, body: dict[str, Any], *, channel: str = "post", **said: Any) -> str:
        parts = dict.fromkeys(("statement", *PARTS.get(kind, ())), b"{}")
        whole = {"kind": kind, "body": body, "channel": channel, "at": T0, "checked": "callback"} | said
        return self.thread.act("b", "act.attest", whole, parts=parts, **self.more()).act.id

    def send(self, who: str, kind: str, body: dict[str, Any]) -> str:
        parts = dict.fromkeys(PARTS.get(kind, ()), b"{}")
        return self.thread.act(who, kind, body, parts=parts, **self.more()).act.id

    @property
    def acts(self) -> list[Act]:
        return [signed.act for signed in self.thread.acts]

    @property
    def state(self) -> CaseState:
        return fold(self.acts)

    def refuse(self, who: str, kind: str, body: dict[str, Any], parts: tuple[str, ...] = ()) -> str:
        names = parts or PARTS.get(kind, ())
        draft, _ = self.thread.draft(who, kind, body, parts=dict.fromkeys(names, b"{}"), **self.more())
        with pytest.raises(NotPermittedError) as caught:
            require_permitted(parse_act(draft.envelope()), self.state, Dag(self.acts), now=Instant(T0))
        return caught.value.code

    def owed(self) -> dict[str, str]:
        return {d.code: d.who.authority for d in duties(self.state, now=Instant(T0))}


def test_a_request_that_came_on_paper_is_one_of_the_other_side_with_all_its_clocks() -> None:
    case = Case()
    request = case.attest("data.request", request_body("44(1)", items=("1", "2")))
    (found,) = case.state.requests
    assert (found.id, found.by, found.to) == (request, case.thread.pair.a.address, case.thread.pair.b.address)
    assert found.attested and found.received_at == T0
    assert case.owed() == {"duty.decide": "XAB/contact-point"}
    about = {"request": request, "items": ["1", "2"]}
    case.send("b", "request.accept", about)
    decision = case.send("b", "transmission.decide", about)
    body = {
        "request": request,
        "items": [{"id": name, "result": "executed"} for name in ("1", "2")],
        "medium": "disk",
        "decision": decision,
    }
    handed = case.send("b", "evidence.hand", body)
    (found,) = case.state.requests
    assert found.is_final and [one.act for one in found.handed] == [handed]
    assert [one.delivery for one in found.accounts] == [handed, handed]
    assert case.owed() == {"duty.weigh": "XAA/contact-point"}
    assert [(one.status, one.channel, one.kind) for one in case.state.attested] == [
        ("standing", "post", "data.request")
    ]


def test_evidence_handed_over_by_a_node_needs_a_decision_and_attested_evidence_none() -> None:
    case = Case()
    case.send("a", "data.request", request_body("44(1)"))
    request = case.acts[0].id
    done = {"request": request, "items": [{"id": "1", "result": "executed"}], "medium": "paper"}
    bare = case.send("b", "evidence.hand", done)
    assert [(one.act, one.code) for one in case.state.irregular] == [(bare, "decision.missing")]
    parts = {"statement": b"{}", "description": b"{}"}
    whole = {"kind": "evidence.hand", "body": done, "channel": "post", "at": T0, "checked": "sealed"}
    came = case.thread.act("a", "act.attest", whole, parts=parts).act.id
    (found,) = case.state.requests
    assert found.status.value == "executed" and found.handed[0].act == came
    assert {d.code: d.who.authority for d in duties(case.state, now=Instant(T0))} == {
        "duty.weigh": "XAA/contact-point"
    }


def test_who_is_said_to_have_done_it_disputes_and_it_never_was() -> None:
    case = Case()
    case.send("a", "data.request", request_body("44(1)"))
    request = case.acts[0].id
    word = case.attest("request.withdraw", {"request": request, "items": ["1"]}, channel="voice")
    assert case.state.requests[0].status.value == "withdrawn"
    assert "duty.obtain_confirmation" in case.owed()
    assert case.refuse("b", "attest.dispute", {"attestation": word}) == "permitted.no_attestation"
    case.send("a", "attest.dispute", {"attestation": word})
    state = case.state
    assert state.requests[0].status.value == "asked" and not state.attested[0].has_effect
    assert [(one.act, one.code) for one in state.irregular] == [(word, "attested.disputed")]
    assert "duty.obtain_confirmation" not in case.owed()
    assert case.refuse("a", "attest.confirm", {"attestation": word}) == "permitted.no_attestation"


@pytest.mark.parametrize("how", ["author", "writing"])
def test_what_was_said_is_confirmed_by_its_author_or_in_writing(how: str) -> None:
    case = Case()
    case.send("a", "data.request", request_body("44(1)"))
    body = {"request": case.acts[0].id}
    word = case.attest("status.ask", body, channel="voice")
    assert case.owed()["duty.obtain_confirmation"] == "XAB/contact-point"
    if how == "author":
        case.send("a", "attest.confirm", {"attestation": word})
    else:
        case.attest("status.ask", body, confirms=word)
    assert "duty.obtain_confirmation" not in case.owed()
    assert case.state.attested[0].status == "confirmed"
    assert len(case.state.requests[0].open_talks("status.ask")) == 1  # once, however often it came


def test_voice_confirms_nothing_and_another_kind_neither() -> None:
    case = Case()
    case.send("a", "data.request", request_body("44(1)"))
    request = case.acts[0].id
    word = case.attest("status.ask", {"request": request}, channel="voice")
    case.attest("status.ask", {"request": request}, channel="voice", confirms=word)
    case.attest("request.withdraw", {"request": request, "items": ["1"]}, confirms=word)
    assert case.state.attested[0].status == "standing"
    assert {one.code for one in case.state.irregular} == {"attested.confirms"}
    assert case.state.requests[0].status.value == "asked"


def test_who_attested_in_error_takes_it_back() -> None:
    case = Case()
    request = case.attest("data.request", request_body("44(1)"))
    case.send("b", "act.recall", {"act": request})
    assert case.state.requests == () and request in case.state.recalled
    assert case.state.attested[0].status == "recalled"


def test_nobody_attests_own_acts_or_what_only_a_node_does() -> None:
    case = Case()
    case.send("a", "data.request", request_body("44(1)"))
    request = case.acts[0].id
    own = {"kind": "request.accept", "body": {"request": request, "items": ["1"]}, "channel": "post"}
    said = own | {"at": T0, "checked": "callback"}
    draft, _ = case.thread.draft("a", "act.attest", said, parts={"statement": b"{}"})
    require_permitted(parse_act(draft.envelope()), case.state, Dag(case.acts), now=Instant(T0))
    assert case.refuse("b", "act.attest", said) == "permitted.other_side"  # it would be a's own accept
    for kind in sorted(NEVER_ATTESTED):
        draft, _ = case.thread.draft("a", "act.attest", said | {"kind": kind}, parts={"statement": b"{}"})
        with pytest.raises(MalformedError) as caught:
            parse_body(parse_act(draft.envelope()))
        assert caught.value.code == "body.attested_kind"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "novelty.announce"}, "body.attested_kind"),
        ({"at": T0 + DAY}, "body.attested_at"),
        ({"channel": "smoke"}, "body.form"),
        ({"checked": "surely"}, "body.form"),
        ({"reference": "Mr Smith: urgent!"}, "body.form"),
        ({"body": {"request": "x"}}, "body.form"),
        ({"kind": "request.clarify", "body": {"request": "1" * 64, "fields": []}}, "body.part_missing"),
    ],
)
def test_an_attestation_that_does_not_fit_is_refused(change: dict[str, Any], code: str) -> None:
    case = Case()
    case.send("a", "data.request", request_body("44(1)"))
    body = {"request": case.acts[0].id}
    said = {"kind": "status.ask", "body": body, "channel": "post", "at": T0, "checked": "callback"}
    draft, _ = case.thread.draft("b", "act.attest", said | change, parts={"statement": b"{}"})
    with pytest.raises(MalformedError) as caught:
        parse_body(parse_act(draft.envelope()))
    assert caught.value.code == code


def test_only_a_request_or_a_draft_that_came_opens_a_case() -> None:
    case = Case()
    said = {"kind": "status.ask", "body": {"request": "1" * 64}, "channel": "post", "at": T0}
    draft, _ = case.thread.draft(
        "b", "act.attest", said | {"checked": "callback"}, parts={"statement": b"{}"}
    )
    with pytest.raises(MalformedError, match="opens no case"):
        parse_body(parse_act(draft.envelope()))


def test_an_authority_without_a_node_is_asked_by_letter_and_its_clock_runs_from_the_arrival() -> None:
    case = Case(outside_node=True)
    request = case.send("b", "data.request", request_body("44(1)"))
    assert has_no_node(case.acts[0].to) and is_outside(case.acts[0].to, Realm.PRACTICE)
    assert not is_outside(case.acts[0].to, Realm.LIVE)
    assert case.owed()["duty.convey"] == "XAB/contact-point"
    assert case.state.requests[0].received_at is None
    sent = {"act": request, "step": "sent", "channel": "diplomatic", "at": T0, "reference": "NV 12/2026"}
    case.send("b", "act.convey", sent)
    assert "duty.convey" not in case.owed() and case.state.requests[0].received_at is None
    case.send("b", "act.convey", sent | {"step": "arrived", "at": T0 + DAY})
    assert case.state.requests[0].received_at == T0 + DAY
    (decide,) = [d for d in duties(case.state, now=Instant(T0)) if d.code == "duty.decide"]
    assert decide.who.authority == ABROAD and decide.steps[0].code == "received"
    case.attest("request.accept", {"request": request, "items": ["1"]})
    assert case.state.requests[0].status.value == "accepted"
    assert case.refuse("b", "act.convey", sent | {"act": "1" * 64}) == "permitted.not_own"


def test_a_package_needs_a_node_at_the_other_end() -> None:
    case = Case(outside_node=True)
    request = case.attest("data.request", request_body("44(1)"))
    about = {"request": request, "items": ["1"]}
    case.send("b", "request.accept", about)
    case.send("b", "transmission.decide", about)
    side = case.thread.pair.b.address
    found = {p.kind: p.why_not for p in permissions(case.state, side, now=Instant(T0))}
    assert found["evidence.deliver"] == "permitted.no_node" and found["evidence.hand"] == ""


def test_between_two_nodes_nothing_is_carried_and_an_arrival_moves_no_clock() -> None:
    case = Case()
    request = case.send("a", "data.request", request_body("44(1)"))
    said = {"act": request, "step": "arrived", "channel": "post", "at": T0}
    assert case.refuse("a", "act.convey", said) == "permitted.has_node"
    case.send("a", "act.convey", said)
    assert case.state.requests[0].received_at is None and not case.state.unconveyed


def test_what_is_told_keeps_id_and_case_and_changes_hands() -> None:
    case = Case()
    case.attest("data.request", request_body("44(1)"), reference="2026/17", scan="5" * 64)
    act = case.acts[0]
    what = told(act)
    assert (what.act.id, what.act.sender, what.act.to) == (act.id, act.to, act.sender)
    assert what.attestation is not None
    assert (what.attestation.by, what.attestation.reference) == (act.sender, "2026/17")
    assert told(what.act).attestation is None
    assert set(PARTS) <= set(KINDS)
