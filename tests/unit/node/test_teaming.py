"""Joint teams over the real exchange: two nodes, and three whose signatures are carried."""

import json
from typing import Any

import pytest

from comity.kernel.errors import ComityError
from comity.node.talkviews import TeamView
from comity.node.views import ActView
from comity.requests.service import example
from tests.unit.node.nodes import Side, exchange, node, pair

WORDS = {"information": {"text": "The server was imaged", "language": "en"}}
PARTIES = ("XAA/contact-point", "XAB/contact-point")


def team_case(asking: Side, *others: str, party: str = "XAB") -> str:
    form: dict[str, Any] = example("joint-team")
    offices = ["XAA/contact-point", *others]
    form |= {
        "requested_party": party,
        "leader": "XAA/contact-point",
        "team_parties": [{"party": one[:3], "authority": one} for one in offices],
    }
    to = f"{party}/contact-point"
    draft = asking.cases.draft_request(asking.officer(), form=json.dumps(form).encode(), to=to)
    return asking.settle(draft).case


def does(side: Side, kind: str, case: str, **form: Any) -> ActView:
    draft = side.cases.draft_act(side.officer(), kind=kind, case=case, form=json.dumps(form).encode())
    return side.settle(draft)


def refused(side: Side, kind: str, case: str, **form: Any) -> str:
    with pytest.raises(ComityError) as caught:
        does(side, kind, case, **form)
    return caught.value.code


def team(side: Side, case: str) -> TeamView:
    (request,) = side.cases.show(side.officer(), case=case, purpose="practice").requests
    return request.teams[-1]


def in_the_term(*sides: Side) -> None:
    """Move the clocks to the days of the team, which begin two weeks after the example's."""
    for side in sides:
        side.clock.advance(30 * 86_400_000_000)


def test_two_parties_sign_one_agreement_and_then_share() -> None:
    a, b = pair()
    case = team_case(a, "XAB/contact-point")
    exchange(a, b)
    assert refused(a, "team.share", case, parts=WORDS) == "permitted.team_not_in_force"
    does(a, "team.agree", case)
    exchange(a, b)
    assert (team(b, case).in_force, team(b, case).missing) == (False, (PARTIES[1],))
    does(b, "team.sign", case)
    exchange(a, b)
    in_the_term(a, b)
    does(b, "team.share", case, parts=WORDS)
    exchange(a, b)
    for side in (a, b):
        found = team(side, case)
        assert found.in_force and [one.authority for one in found.signatures] == list(PARTIES)
        assert all(one.proven for one in found.signatures)
    shared = a.cases.show(a.officer(), case=case, purpose="practice").acts[-1]
    assert a.cases.part(a.officer(), act=shared.act, name="information", purpose="practice")
    does(a, "team.leave", case)
    exchange(a, b)
    assert not team(b, case).in_force
    assert refused(b, "team.share", case, parts=WORDS) == "permitted.team_not_in_force"


def pinned(*sides: Side) -> None:
    for here in sides:
        for there in sides:
            if here is not there:
                words = " ".join(there.peers.words(here.peers.card()))
                here.peers.add(here.head(), card=there.peers.card(), words=words)


def test_with_three_the_agreement_lies_in_each_case_and_signatures_are_carried() -> None:
    a, b, c = (node(party, 0) for party in ("XAA", "XAB", "XAC"))
    pinned(a, b)
    pinned(a, c)
    ab = team_case(a, "XAB/contact-point", "XAC/contact-point")
    ac = team_case(a, "XAB/contact-point", "XAC/contact-point", party="XAC")
    for other, case in ((b, ab), (c, ac)):
        exchange(a, other)
        does(a, "team.agree", case)
        exchange(a, other)
    assert team(a, ab).agreement == team(a, ac).agreement == team(c, ac).agreement
    does(b, "team.sign", ab)
    exchange(a, b)
    signed = does(c, "team.sign", ac)
    exchange(a, c)
    in_the_term(a, b, c)
    assert refused(a, "team.share", ab, parts=WORDS) == "permitted.team_not_in_force"
    does(a, "team.carry", ab, body={"act": signed.act})
    exchange(a, b)
    assert team(a, ab).in_force and team(b, ab).in_force
    third = team(b, ab).signatures[-1]
    assert (third.authority, third.carried, third.proven) == ("XAC/contact-point", True, False)
    does(a, "team.share", ab, parts=WORDS)  # this office holds the act of the third itself
    exchange(a, b)
    assert refused(b, "team.share", ab, parts=WORDS) == "gate.team_unproven"
    assert team(a, ab).signatures[-1].proven
    assert c.cases.show(c.officer(), case=ac, purpose="practice").acts[-1].kind == "team.sign"


def test_liability_is_said_or_the_agreement_is_not_made() -> None:
    a, b = pair()
    form = example("joint-team")
    del form["liability"]
    draft = a.cases.draft_request(a.officer(), form=json.dumps(form).encode(), to="XAB/contact-point")
    case = a.settle(draft).case
    exchange(a, b)
    assert refused(a, "team.agree", case) == "request.incomplete"
    words = {"liability": {"text": "Each State answers for its own officers.", "language": "en"}}
    assert refused(a, "team.agree", case, parts=words) == "permitted.team_parties"  # other offices sign it
