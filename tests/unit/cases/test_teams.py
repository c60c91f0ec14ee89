"""A joint team: who signed, whether it is in force, and that nothing is shared before."""

import json
from typing import Any

import pytest

from comity.cases import teamacts
from comity.cases.acts import parse_act
from comity.cases.agreements import Team
from comity.cases.duties import duties
from comity.cases.errors import NotPermittedError
from comity.cases.fold import fold
from comity.cases.permitted import require_permitted
from comity.cases.state import CaseState
from comity.cases.teampapers import agreement_body, agreement_bytes, carried_body, is_proven, require_papers
from comity.cases.threads import Thread as Dag
from comity.kernel.clock import DAY, Instant
from comity.kernel.errors import MalformedError
from comity.node.actexamples import act_example
from tests.builders import T0, FakeDirectory, Thread, make_pair, request_body
from tests.desks import PARTS, deliver_body
from tests.talking import NOTHING, OFFICES, talk_body

THIRD = "XAC/contact-point"


class Case:
    def __init__(self, mechanism: str = "48") -> None:
        self.thread = Thread(make_pair())
        kind = "cooperation.request" if mechanism == "48" else "data.request"
        self.request = self._send("a", kind, request_body(mechanism, items=("1",)))

    def _send(self, who: str, kind: str, body: dict[str, Any]) -> str:
        return self.thread.act(who, kind, body, parts=dict.fromkeys(PARTS.get(kind, ()), b"{}")).act.id

    def body(self, who: str, kind: str, more: dict[str, Any]) -> dict[str, Any]:
        me = self.thread.pair.side(who).address
        return talk_body(kind, self.state, me=me, request=self.request, now=self.thread.at) | more

    def say(self, who: str, kind: str, *, now: int = 0, **more: Any) -> str:
        """Send an act of the team, if it is permitted."""
        body = self.body(who, kind, more)
        draft, _ = self.thread.draft(who, kind, body, parts=dict.fromkeys(PARTS.get(kind, ()), b"{}"))
        acts = [signed.act for signed in self.thread.acts]
        at = Instant(now or self.thread.at)
        require_permitted(parse_act(draft.envelope()), fold(acts), Dag(acts), now=at)
        return self._send(who, kind, body)

    def force(self, who: str, kind: str, **more: Any) -> str:
        """Send an act as a node would that was changed to ask nobody."""
        return self._send(who, kind, self.body(who, kind, more))

    def refuse(self, who: str, kind: str, **more: Any) -> str:
        with pytest.raises(NotPermittedError) as caught:
            self.say(who, kind, **more)
        return caught.value.code

    @property
    def state(self) -> CaseState:
        return fold(signed.act for signed in self.thread.acts)

    @property
    def team(self) -> Team:
        return self.state.requests[0].teams[-1]

    @property
    def in_force(self) -> bool:
        return self.team.is_in_force(OFFICES)

    def void(self) -> dict[str, str]:
        return {str(one.act): one.code for one in self.state.irregular}


def test_it_is_in_force_when_both_have_signed_and_nothing_is_shared_before() -> None:
    case = Case()
    assert case.refuse("a", "team.share") == "permitted.team_not_in_force"
    case.say("a", "team.agree")
    assert (case.team.missing, case.in_force) == ((OFFICES[1],), False)
    owed = {d.code: d.who.authority for d in duties(case.state, now=Instant(T0))}
    assert owed["duty.sign_team"] == OFFICES[1]
    for who in ("a", "b"):
        assert case.refuse(who, "team.share") == "permitted.team_not_in_force"
    early = case.force("b", "team.share")
    assert case.void()[early] == "team.not_in_force"
    case.say("b", "team.sign")
    assert case.in_force and not case.team.missing
    assert "duty.sign_team" not in {d.code for d in duties(case.state, now=Instant(T0))}
    shared = case.say("a", "team.share")
    assert shared not in case.void() and case.void()[early] == "team.not_in_force"


def test_no_evidence_is_handed_over_under_a_team_that_is_not_in_force() -> None:
    case = Case()
    case._send("b", "request.accept", {"request": case.request, "items": ["1"]})
    decision = case._send("b", "transmission.decide", {"request": case.request, "items": ["1"]})
    early = case._send("b", "evidence.deliver", deliver_body(case.request, decision))
    assert case.void()[early] == "team.not_in_force"
    case.say("b", "team.agree")
    case.say("a", "team.sign")
    late = case._send("b", "evidence.deliver", deliver_body(case.request, decision))
    assert late not in case.void()


def test_it_works_on_its_own_days_only() -> None:
    case = Case()
    case.say("a", "team.agree")
    case.say("b", "team.sign")
    assert case.refuse("a", "team.share", now=case.team.until) == "permitted.team_not_in_force"
    assert case.refuse("a", "team.share", now=case.team.start - 1) == "permitted.team_not_in_force"


def test_a_change_needs_all_again_and_the_old_one_stands_until_then() -> None:
    case = Case()
    first = case.say("a", "team.agree")
    case.say("b", "team.sign")
    assert case.refuse("b", "team.agree", agreement="8" * 64) == "permitted.team_replaces"
    second = case.say("b", "team.agree", agreement="8" * 64, replaces=first)
    case.say("a", "team.share", team=first)
    assert case.refuse("a", "team.share", team=second) == "permitted.team_not_in_force"
    case.say("a", "team.sign", team=second)
    old, new = case.state.requests[0].teams
    assert (old.replaced_by, new.is_in_force(OFFICES)) == (second, True)
    assert case.refuse("a", "team.share", team=first) == "permitted.team_not_in_force"
    case.say("a", "team.share", team=second)


def test_a_party_can_leave_and_one_can_decline() -> None:
    case = Case()
    case.say("a", "team.agree")
    assert case.refuse("b", "team.leave") == "permitted.team_not_signed"
    case.say("b", "team.decline")
    assert not case.in_force
    case.say("b", "team.agree")
    case.say("a", "team.sign")
    case.say("a", "team.leave")
    assert case.team.left == (OFFICES[0],) and not case.in_force
    for who in ("a", "b"):
        assert case.refuse(who, "team.share") == "permitted.team_not_in_force"


def test_a_third_party_signs_in_a_case_of_its_own_and_its_act_is_carried_over() -> None:
    case = Case()
    case.say("a", "team.agree", parties=[*OFFICES, THIRD])
    case.say("b", "team.sign")
    assert case.team.missing == (THIRD,) and not case.in_force
    assert case.refuse("a", "team.carry", authority=OFFICES[1]) == "permitted.team_no_third"
    assert case.refuse("a", "team.carry", agreement="8" * 64) == "permitted.team_other_agreement"
    case.say("a", "team.carry")
    assert case.in_force
    assert [(one.authority, one.carried) for one in case.team.signatures][-1] == (THIRD, True)
    case.say("b", "team.carry", what="left")
    assert case.team.left == (THIRD,) and case.in_force  # the other two go on


@pytest.mark.parametrize(
    "more",
    [
        {"parties": [OFFICES[0], THIRD]},
        {"leader": THIRD},
        {"parties": [*OFFICES, OFFICES[0]]},
        {"until": 0},
    ],
)
def test_an_agreement_names_both_sides_its_leader_and_its_days(more: dict[str, Any]) -> None:
    assert Case().refuse("a", "team.agree", **more) == "permitted.team_parties"


def test_what_is_no_team_of_this_case_is_refused() -> None:
    case = Case()
    case.say("a", "team.agree")
    assert case.refuse("b", "team.sign", agreement="8" * 64) == "permitted.team_other_agreement"
    assert case.refuse("b", "team.sign", team=NOTHING) in ("permitted.not_asked", "permitted.team_unknown")
    assert Case("44(1)").refuse("a", "team.agree") == "permitted.mechanism"
    other = Case("44(1)")
    void = other.force("a", "team.agree")
    assert other.void()[void] == "kind.mechanism"


def agreement(**more: Any) -> bytes:
    value: dict[str, Any] = act_example("team.agree")["parts"]["agreement"]
    return agreement_bytes(value | more)


def signed(kind: str, body: dict[str, Any], part: str, data: bytes) -> Any:
    thread = Thread(make_pair())
    asked = thread.act("a", "cooperation.request", request_body("48"), parts={"form": b"{}"})
    return thread.act("a", kind, {"request": asked.act.id} | body, parts={part: data}), thread.pair


def test_the_skeleton_says_what_the_agreement_says() -> None:
    data = agreement()
    body = agreement_body(data)
    assert body["until"] - body["from"] == 91 * DAY
    made, _ = signed("team.agree", body, "agreement", data)
    require_papers(made.act, {"agreement": data})
    with pytest.raises(MalformedError) as caught:
        require_papers(made.act, {"agreement": agreement(leader="XAB/central-authority")})
    assert caught.value.code == "team.agreement"
    for name in ("liability", "information", "powers", "members", "purpose", "leader"):
        with pytest.raises(MalformedError, match="agreement"):
            agreement(**{name: None})


def test_a_carried_signature_is_proven_by_pinned_keys_alone() -> None:
    data = agreement()
    made, pair = signed("team.agree", agreement_body(data), "agreement", data)
    said = carried_body(made)
    assert said["what"] == "signed" and said["act"] == made.act.id
    carry, _ = signed("team.carry", {"team": NOTHING} | said, "signature", made.stored)
    require_papers(carry.act, {"signature": made.stored})
    assert is_proven(made.stored, directory=pair.directory, at=Instant(T0))
    assert not is_proven(made.stored, directory=FakeDirectory(), at=Instant(T0))
    value = json.loads(made.stored)
    value["approvals"] = value["approvals"][:1]
    assert not is_proven(json.dumps(value).encode(), directory=pair.directory, at=Instant(T0))
    value["act"]["signatures"][0]["sig"] = "A" * 86 + "=="
    assert not is_proven(json.dumps(value).encode(), directory=pair.directory, at=Instant(T0))


@pytest.mark.parametrize("change", [{"authority": THIRD}, {"what": "left"}, {"act": NOTHING}])
def test_what_is_carried_is_what_the_skeleton_says(change: dict[str, str]) -> None:
    data = agreement()
    made, _ = signed("team.agree", agreement_body(data), "agreement", data)
    carry, _ = signed("team.carry", {"team": NOTHING} | carried_body(made) | change, "signature", made.stored)
    with pytest.raises(MalformedError) as caught:
        require_papers(carry.act, {"signature": made.stored})
    assert caught.value.code == "team.carried"


def test_only_signatures_and_leaving_are_carried() -> None:
    thread = Thread(make_pair())
    asked = thread.act("a", "cooperation.request", request_body("48"), parts={"form": b"{}"})
    with pytest.raises(MalformedError):
        carried_body(asked)
    assert {teamacts.SHARE, "evidence.deliver", "evidence.hand"} == teamacts.SHARING


def test_who_receives_what_a_team_shares_answers_by_name_whether_it_points_away_from_guilt() -> None:
    case = Case()
    case.say("a", "team.agree")
    case.say("b", "team.sign")
    for giver, taker, office in (("a", "b", OFFICES[1]), ("b", "a", OFFICES[0])):
        shared = case.say(giver, "team.share")
        weigh = [d for d in duties(case.state, now=Instant(T0)) if d.code == "duty.weigh"]
        assert [(d.who.authority, d.act) for d in weigh] == [(office, shared)]
        assert case.refuse(giver, "exculpation.answer", received=shared) == "permitted.not_asked"
        case.force(giver, "exculpation.answer", received=shared, points_away="yes")
        assert not case.state.requests[0].unnotified
        case.say(taker, "exculpation.answer", received=shared, points_away="unclear")
        assert "duty.weigh" in {d.code for d in duties(case.state, now=Instant(T0))}
        case.say(taker, "exculpation.answer", received=shared, points_away="yes")
        owed = {d.code: d for d in duties(case.state, now=Instant(T0))}
        assert "duty.weigh" not in owed and owed["duty.notify_exculpation"].who.authority == office
        assert case.refuse(giver, "exculpation.notify", received=shared) == "permitted.nothing_received"
        case.say(taker, "exculpation.notify", received=shared)
        assert "duty.notify_exculpation" not in {d.code for d in duties(case.state, now=Instant(T0))}
