"""One person alone approves in an emergency, where the Party entry allows it, and the act says so."""

from __future__ import annotations

import pytest

from comity.cases.acts import SINGLE_REASONS, ActDraft
from comity.cases.approvals import EMERGENCY_KINDS, PERSONS
from comity.cases.kinds import KINDS
from comity.cases.single import completes_row
from comity.exchange.ports import Accepted, Peer, Refused
from comity.kernel.errors import ComityError, MalformedError
from comity.kernel.ids import CaseId
from tests.builders import Thread, request_body
from tests.desks import Office, World, make_world, take

CALM, HOT = "44(1)", "41(3)(e)"


def asked(world: World, mechanism: str) -> str:
    return world.a.send("assistance.request", request_body(mechanism)).act.id


def allow(world: World, *names: str) -> None:
    world.pair.directory.single.update(world.office(name).side.address.root for name in names)


def draft(office: Office, kind: str, body: dict[str, object], *, case: str | None, single: str) -> CaseId:
    return office.draft(kind, body, case=case, single=single)


def code(call, *arguments: object, **named: object) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(ComityError) as caught:
        call(*arguments, **named)
    return caught.value.code


def test_the_kinds_that_one_person_may_approve_are_kinds_that_two_approve() -> None:
    assert all(PERSONS[kind] == 2 for kind in EMERGENCY_KINDS)
    assert completes_row(["officer", "head"], kind="transmission.decide")
    assert not completes_row(["officer", "officer"], kind="transmission.decide")
    assert not completes_row(["head"], kind="transmission.decide")


def test_one_person_sends_a_marked_emergency_request_and_it_is_taken() -> None:
    world = make_world()
    allow(world, "a")
    case = draft(world.a, "assistance.request", request_body(HOT), case=None, single="nobody-reached")
    world.a.approve(case, "a.diallo")
    assert code(world.a.approve, case, "c.laurent") == "approval.single_more"
    world.clock.advance(1_000_000)
    signed = world.a.desk.issue(world.a.tx, case)
    assert (signed.act.single, len(signed.approvals)) == ("nobody-reached", 1)
    assert isinstance(world.carry(world.a, world.a.dispatch.queued.pop()), Accepted)


@pytest.mark.parametrize("allowed", [False, True])
@pytest.mark.parametrize("mechanism", [CALM, HOT])
def test_the_mark_is_refused_at_home_without_policy_or_emergency(allowed: bool, mechanism: str) -> None:
    world = make_world()
    request = asked(world, mechanism)
    world.settle()
    if allowed:
        allow(world, "b")
    body = {"request": request, "items": ["1"]}
    world.b.send("request.accept", body, case=request)
    if allowed and mechanism == HOT:
        case = draft(world.b, "transmission.decide", body, case=request, single="no-time")
        world.b.approve(case, "a.diallo")
        world.pair.directory.single.clear()  # the head takes the policy back before it is signed
        assert code(world.b.desk.issue, world.b.tx, case) == "approval.single_policy"
        allow(world, "b")
        world.clock.advance(1_000_000)
        assert world.b.desk.issue(world.b.tx, case).act.single == "no-time"
        return
    found = code(draft, world.b, "transmission.decide", body, case=request, single="no-time")
    assert found == ("approval.single_calm" if allowed else "approval.single_policy")


def test_a_code_and_no_free_text_stands_in_the_act() -> None:
    world = make_world()
    allow(world, "a")
    body = request_body(HOT)
    assert code(draft, world.a, "assistance.request", body, case=None, single="hurry") == "act.single"
    thread = Thread(world.pair)
    made, _ = thread.draft("a", "assistance.request", body, single="no-time")
    assert isinstance(made, ActDraft) and b'"single":"no-time"' in made.envelope().payload
    plain, _ = thread.draft("a", "assistance.request", body)
    assert b"single" not in plain.envelope().payload
    with pytest.raises(MalformedError):
        thread.draft("a", "assistance.request", body, single="x")[0].envelope()
    assert len(set(SINGLE_REASONS)) == 3


def patched(thread: Thread, kind: str, body: dict[str, object], *, officers: list[str]) -> bytes:
    """Return what a node would send that asks no gate."""
    parts = dict.fromkeys(KINDS[kind].needs, b"{}")
    return thread.parcel(thread.act("a", kind, body, parts=parts, officers=officers, single="no-time"))


def bodies(request: str, mechanism: str) -> dict[str, dict[str, object]]:
    """Return kinds of acts, each with a body that says as little as it can."""
    about: dict[str, object] = {"request": request, "items": ["1"]}
    result = {"request": request, "items": [{"id": "1", "result": "executed"}]}
    return {
        "assistance.request": request_body(mechanism),
        "data.request": request_body(mechanism),
        "cooperation.request": request_body(mechanism),
        "police.request": request_body(mechanism),
        "preservation.request": request_body(mechanism),
        "information.offer": request_body(mechanism),
        "order.record": about | {"from": 1, "until": None},
        "execution.report": result,
        "evidence.hand": result | {"medium": "disk"},
        "transmission.decide": about,
        "request.accept": about,
        "information.send": about,
        "request.refuse": about | {"ground": "R-40.21b", "consulted": None},
        "request.postpone": about | {"ground": "P-40.27", "until": None},
        "request.withdraw": about,
        "case.close": {"outcome": "done"},
        "status.ask": {"request": request},
        "part.erase": {"act": request, "part": "form"},
        "data.correct": about | {"received": request},
        "conditions.offer": about | {"conditions": ["use_limited"]},
    }


@pytest.mark.parametrize("kind", sorted(bodies("", CALM)))
def test_a_receiver_takes_the_mark_in_an_emergency_only(kind: str) -> None:
    """What a patched node sends: of every kind, on a calm and on an emergency request, with one and two."""
    for mechanism in (CALM, HOT):
        for officers in (["c.laurent"], ["a.diallo", "c.laurent"]):
            world = make_world()
            thread = Thread(world.pair)
            allow(world, "a")
            peer = Peer(
                fingerprint=world.pair.a.address.root,
                authority=world.pair.a.address.authority,
                ours=world.pair.b.address.authority,
            )
            opening = thread.act("a", "assistance.request", request_body(mechanism), parts={"form": b"{}"})
            assert isinstance(take(world.b, peer, thread.parcel(opening), now=world.clock.now()), Accepted)
            body = bodies(opening.act.id, mechanism)[kind]
            data = patched(thread, kind, body, officers=officers)
            world.clock.advance(60_000_000)
            answer = take(world.b, peer, data, now=world.clock.now())
            if kind in EMERGENCY_KINDS and mechanism == HOT and len(officers) == 1:
                assert isinstance(answer, Accepted), (kind, answer)
            else:
                assert isinstance(answer, Refused), (kind, mechanism, officers)
                assert answer.code.startswith(("approval.single_", "approval.missing")), answer
