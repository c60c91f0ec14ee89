from dataclasses import replace

import pytest

from comity.cases.drafts import MOST_WORDS, PartInput
from comity.cases.errors import (
    ClockBehindError,
    FrozenError,
    GateClosedError,
    NotPermittedError,
    UndecidedError,
)
from comity.cases.gate import WayOut, finding_key
from comity.cases.intake import require_signature
from comity.cases.ports import OfficerRecord
from comity.cases.restore import MARK, high_water, suspect_restore
from comity.cases.state import ItemState, PreservationState
from comity.exchange.ports import Accepted
from comity.kernel.clock import DAY, SECOND
from comity.kernel.errors import (
    ComityError,
    ConflictError,
    DeniedError,
    MalformedError,
    NotFoundError,
    UntrustedError,
)
from comity.kernel.findings import Severity
from comity.kernel.ids import ActId, CaseId, OfficerName
from comity.kernel.realms import Realm
from comity.kernel.signing import Ed25519Signer
from tests.builders import T0, make_pair, request_body
from tests.desks import World, deliver_body, finding, make_world


@pytest.fixture
def world() -> World:
    return make_world()


def refusal(code: str, error: type[ComityError]):  # type: ignore[no-untyped-def]
    return pytest.raises(error, check=lambda exc: exc.code == code)


def test_a_case_from_request_to_delivered_evidence(world: World) -> None:
    a, b = world.a, world.b
    ask = a.send("preservation.request", request_body())
    case, asked = ask.act.case, ask.act.id
    world.settle()
    b.send("request.accept", {"request": asked, "items": ["1"]}, case=case)
    b.send("order.record", {"request": asked, "items": ["1"], "from": T0, "until": T0 + 90 * DAY}, case=case)
    effect = {"request": asked, "items": [{"id": "1", "state": "held"}], "t0": T0, "expires": T0 + 60 * DAY}
    b.send("preservation.effect", effect, case=case)
    world.settle()
    body = request_body("44(1)", preservation=asked)
    data = a.send("data.request", body, case=case).act.id
    world.settle()
    assert a.state(case).requests == b.state(case).requests
    kept = a.state(case).request(asked)
    assert kept is not None and kept.preservation.state is PreservationState.HELD
    b.send("request.accept", {"request": data, "items": ["1"]}, case=case)
    decision = b.send("transmission.decide", {"request": data, "items": ["1"]}, case=case)
    b.send("evidence.deliver", deliver_body(data, decision.act.id), case=case)
    world.settle()
    state = a.state(case)
    assert state == b.state(case)
    request = state.request(data)
    assert request is not None and request.status is ItemState.EXECUTED
    assert request.deliveries[0].decision == decision.act.id
    kept = state.request(asked)
    assert kept is not None and kept.preservation.state is PreservationState.DECIDED
    assert not state.irregular and not state.is_frozen
    b.send("preservation.release", {"request": asked}, case=case)
    world.settle()
    a.send("case.close", {"outcome": "done"}, case=case)
    world.settle()
    assert b.state(case).closed


def test_issuing_writes_act_parts_gate_leaf_and_outbox_together(world: World) -> None:
    signed = world.a.send("preservation.request", request_body())
    ours = world.a.side.address.authority
    acts = world.a.tx.acts
    record = acts.get(ours, signed.act.id)
    assert record is not None and record.own and record.signed == signed.stored
    assert [part.name for part in acts.parts(ours, signed.act.id)] == ["form"]
    gate = acts.gate(ours, signed.act.id)
    assert gate is not None and gate.approvers == ("a.diallo",) and gate.kind == "preservation.request"
    assert acts.pending(ours, signed.act.case) is None
    assert world.a.ledger.leaves == [("act.issued", signed.digest)]
    assert [message for message, _ in world.a.dispatch.queued] == [signed.act.id]
    assert high_water(world.a.tx) == world.clock.now()


def test_one_draft_per_case_and_a_dropped_seq_is_used_again(world: World) -> None:
    case = world.a.send("preservation.request", request_body()).act.case
    world.a.draft("request.withdraw", {"request": case, "items": ["1"]}, case=case)
    with refusal("draft.pending", ConflictError):
        world.a.draft("request.withdraw", {"request": case, "items": ["1"]}, case=case)
    dropped = world.a.desk.drop(world.a.tx, case)
    again = world.a.send("request.withdraw", {"request": case, "items": ["1"]}, case=case)
    assert again.act.seq == dropped.seq == 2
    with refusal("draft.none", NotFoundError):
        world.a.desk.drop(world.a.tx, case)


def test_an_undecided_finding_keeps_the_gate_closed_until_it_is_decided_by_name(world: World) -> None:
    a = world.a
    first, second = finding("scope.unclear", years=3), finding("scope.unclear", years=4)
    a.assessor.findings["preservation.request"] = (first, second)
    case = a.draft("preservation.request", request_body())
    with refusal("gate.undecided", UndecidedError):
        a.approve(case, "a.diallo")
    with refusal("finding.unknown", NotFoundError):
        a.desk.decide(a.tx, case, finding="scope.unclear", officer=OfficerName("c.laurent"), inner="x")
    with refusal("decision.reason", MalformedError):
        a.desk.decide(a.tx, case, finding=finding_key(first), officer=OfficerName("c.laurent"), inner="  ")
    a.desk.decide(
        a.tx,
        case,
        finding=finding_key(first),
        officer=OfficerName("c.laurent"),
        inner="weighed",
        outer="see form",
    )
    with refusal("gate.undecided", UndecidedError):
        a.approve(case, "a.diallo")
    a.desk.decide(a.tx, case, finding=finding_key(second), officer=OfficerName("c.laurent"), inner="weighed")
    a.approve(case, "a.diallo")
    gate_of = a.desk.issue(a.tx, case)
    kept = a.tx.acts.gate(a.side.address.authority, gate_of.act.id)
    assert kept is not None and set(kept.findings) == {finding_key(first), finding_key(second)}


def test_a_blocking_finding_cannot_be_decided_away(world: World) -> None:
    a = world.a
    a.assessor.findings["preservation.request"] = (finding("form.incomplete", Severity.BLOCKS),)
    case = a.draft("preservation.request", request_body())
    with refusal("gate.blocked", DeniedError):
        a.desk.decide(a.tx, case, finding="form.incomplete", officer=OfficerName("c.laurent"), inner="x")
    with refusal("gate.blocked", GateClosedError):
        a.approve(case, "a.diallo")
    with refusal("gate.blocked", GateClosedError):
        a.desk.issue(a.tx, case)
    assert not a.dispatch.queued


def test_decisions_and_approvals_under_other_rules_do_not_count(world: World) -> None:
    a = world.a
    a.assessor.findings["preservation.request"] = (finding("scope.unclear"),)
    case = a.draft("preservation.request", request_body())
    a.decide_all(case)
    a.approve(case, "a.diallo")
    a.assessor.rules = "8" * 64
    with refusal("gate.undecided", UndecidedError):
        a.desk.issue(a.tx, case)
    a.decide_all(case)
    with refusal("gate.rules_changed", UndecidedError):
        a.desk.issue(a.tx, case)


def test_the_table_is_checked_before_the_authority_signs(world: World) -> None:
    a = world.a
    case = a.draft("data.request", request_body("44(1)"))
    a.approve(case, "a.diallo")
    with refusal("approval.missing", UntrustedError):
        a.desk.issue(a.tx, case)
    a.approve(case, "b.okafor")
    with refusal("approval.no_head", UntrustedError):
        a.desk.issue(a.tx, case)
    with refusal("approval.twice", ConflictError):
        a.approve(case, "a.diallo")
    a.approve(case, "c.laurent")
    a.desk.issue(a.tx, case)


def test_only_a_listed_officer_with_the_listed_key_and_an_approving_role(world: World) -> None:
    a = world.a
    case = a.draft("preservation.request", request_body())
    stranger = Ed25519Signer(bytes(32))
    with refusal("officer.key", DeniedError):
        a.desk.approve(a.tx, case, officer=OfficerName("a.diallo"), signer=stranger, reasons="x")
    with refusal("officer.unknown", DeniedError):
        a.desk.approve(a.tx, case, officer=OfficerName("n.obody"), signer=stranger, reasons="x")
    known = world.pair.directory.officers[a.side.address.root, "a.diallo"]
    overseer = OfficerRecord(
        name=known.name, authority=known.authority, roles=frozenset({"overseer", "registrar"}), key=known.key
    )
    world.pair.directory.officers[a.side.address.root, "a.diallo"] = overseer
    with refusal("officer.role", DeniedError):
        a.approve(case, "a.diallo")


def test_no_signature_with_a_clock_behind_or_with_own_acts_missing(world: World) -> None:
    a = world.a
    case = a.send("preservation.request", request_body()).act.case
    body = {"request": case, "items": ["1"]}
    world.clock.advance(-2 * SECOND)
    with refusal("clock.behind", ClockBehindError):
        a.draft("request.withdraw", body, case=case)
    world.clock.advance(2 * SECOND)
    a.draft("request.withdraw", body, case=case)
    a.approve(case, "a.diallo")
    suspect_restore(a.tx, authority=a.side.address.authority, case=case, at=world.clock.now())
    with refusal("case.restore", ConflictError):
        a.desk.issue(a.tx, case)
    assert a.tx.node.setting(MARK) is not None


def test_what_is_not_permitted_is_not_drafted_and_not_issued(world: World) -> None:
    a, b = world.a, world.b
    ask = a.send("data.request", request_body("44(1)"))
    case = ask.act.case
    world.settle()
    with refusal("permitted.no_item_ready", NotPermittedError):
        b.draft("evidence.deliver", deliver_body(case, "0" * 64), case=case)
    with refusal("permitted.other_side", NotPermittedError):
        a.draft("request.accept", {"request": case, "items": ["1"]}, case=case)
    with refusal("permitted.no_item", NotPermittedError):
        b.draft("request.accept", {"request": case, "items": ["9"]}, case=case)
    b.draft("request.accept", {"request": case, "items": ["1"]}, case=case)
    a.send("request.withdraw", {"request": case, "items": ["1"]}, case=case)
    world.settle()
    b.approve(case, "a.diallo")
    with refusal("permitted.no_item_ready", NotPermittedError):
        b.desk.issue(b.tx, case)


def test_a_fork_freezes_coercive_steps_only(world: World) -> None:
    a, b = world.a, world.b
    ask = a.send("data.request", request_body("44(1)"))
    case = ask.act.case
    world.settle()
    yesterday = a.tx.acts.copy()
    a.send("case.consult", {"request": case, "about": "conditions"}, case=case)
    a.tx.acts = yesterday
    a.send("case.consult", {"request": case, "about": "refusal"}, case=case)
    world.settle()
    state = b.state(case)
    assert len(state.forks) == 1 and state.is_frozen
    assert ("act.fork") in [tag for tag, _ in b.ledger.leaves]
    b.send("request.accept", {"request": case, "items": ["1"]}, case=case)
    with refusal("case.frozen", FrozenError):
        b.draft("order.record", {"request": case, "items": ["1"], "from": T0, "until": None}, case=case)


def released(world: World, way: WayOut, case: CaseId, subject: str) -> ActId:
    a = world.a
    release = a.releases.propose(
        a.tx, way, case=case, subjects=[subject], purpose="trial", officer=OfficerName("a.diallo")
    )
    for officer in ("a.diallo", "c.laurent"):
        a.releases.approve(
            a.tx,
            release.id,
            officer=OfficerName(officer),
            signer=a.side.officers[officer][1],
            reasons="for the court",
        )
    a.releases.close(a.tx, release.id)
    return release.id


def test_ways_out_without_a_decision_are_unreleased_on_practice_and_refused_on_live() -> None:
    practice = make_world()
    live = make_world(realm_pair=make_pair(a="KEN/contact-point", b="FRA/contact-point", realm=Realm.LIVE))
    for world in (practice, live):
        case = world.a.send("preservation.request", request_body()).act.case
        for way in (WayOut.SEAL, WayOut.EXPORT, WayOut.DISCLOSURE):
            if world is practice:
                passage = world.a.releases.require_way_out(world.a.tx, way, case=case, decided_by=None)
                assert not passage.is_released
            else:
                with refusal("way_out.no_decision", GateClosedError):
                    world.a.releases.require_way_out(world.a.tx, way, case=case, decided_by=None)
            identity = released(world, way, case, "1" * 64)
            passage = world.a.releases.require_way_out(
                world.a.tx, way, case=case, decided_by=identity, subjects=["1" * 64]
            )
            assert passage.is_released
            for subjects in (["2" * 64], [], ["1" * 64, "2" * 64]):
                with refusal("way_out.other_subject", GateClosedError):
                    world.a.releases.require_way_out(
                        world.a.tx, way, case=case, decided_by=identity, subjects=subjects
                    )
        with refusal("way_out.no_decision", GateClosedError):
            world.a.releases.require_way_out(
                world.a.tx, WayOut.COURIER, case=case, decided_by=ActId("0" * 64)
            )


def test_a_release_is_for_the_purpose_that_was_approved(world: World) -> None:
    a = world.a
    case = a.send("preservation.request", request_body()).act.case
    identity = released(world, WayOut.EXPORT, case, "1" * 64)
    asked = {"case": case, "decided_by": identity, "subjects": ["1" * 64]}
    assert a.releases.require_way_out(a.tx, WayOut.EXPORT, **asked, purpose="trial").is_released
    with refusal("way_out.other_purpose", GateClosedError):
        a.releases.require_way_out(a.tx, WayOut.EXPORT, **asked, purpose="press")


def test_the_courier_takes_only_issued_acts(world: World) -> None:
    a = world.a
    case = a.draft("preservation.request", request_body())
    with refusal("way_out.no_decision", GateClosedError):
        a.releases.require_way_out(a.tx, WayOut.COURIER, case=None, decided_by=ActId(case))
    a.approve(case, "a.diallo")
    a.desk.issue(a.tx, case)
    assert a.releases.require_way_out(a.tx, WayOut.COURIER, case=case, decided_by=ActId(case)).is_released
    with refusal("way_out.no_decision", GateClosedError):
        a.releases.require_way_out(a.tx, WayOut.EXPORT, case=case, decided_by=ActId(case))


def test_a_release_needs_two_persons_with_a_head(world: World) -> None:
    a = world.a
    case = a.send("preservation.request", request_body()).act.case
    release = a.releases.propose(
        a.tx, WayOut.EXPORT, case=case, subjects=["1" * 64], purpose="trial", officer=OfficerName("a.diallo")
    )
    for officer in ("a.diallo", "b.okafor"):
        with refusal("approval.missing", UntrustedError):
            a.releases.close(a.tx, release.id)
        a.releases.approve(
            a.tx, release.id, officer=OfficerName(officer), signer=a.side.officers[officer][1], reasons="x"
        )
    with refusal("approval.no_head", UntrustedError):
        a.releases.close(a.tx, release.id)
    with refusal("release.unknown", NotFoundError):
        a.releases.close(a.tx, ActId("0" * 64))


def test_the_assessor_sees_the_request_that_an_act_is_about(world: World) -> None:
    a, b = world.a, world.b
    case = a.send("data.request", request_body("44(1)")).act.case
    world.settle()
    b.draft("request.accept", {"request": case, "items": ["1"]}, case=case)
    b.desk.assessment(b.tx, case)
    kind, matter = b.assessor.seen[-1]
    assert kind == "request.accept" and matter is not None
    assert matter.kind == "data.request" and matter.parts == {"form": b'{"text":"x"}'}


def test_the_signature_is_checked_as_the_receiver_will_check_it(world: World) -> None:
    a = world.a
    world.pair.directory.acts[a.side.address] = ()
    case = a.draft("preservation.request", request_body())
    a.approve(case, "a.diallo")
    with refusal("signature.no_key", UntrustedError):
        a.desk.issue(a.tx, case)
    assert not a.dispatch.queued and not a.ledger.leaves


def test_carrying_a_message_twice_gives_the_same_answer(world: World) -> None:
    world.a.send("preservation.request", request_body())
    message = world.a.dispatch.queued[0]
    first = world.carry(world.a, message)
    assert isinstance(first, Accepted)
    assert world.carry(world.a, message) == replace(first, opened=False)


def test_a_tombstone_destroys_our_copy_of_the_part_and_every_signature_still_holds(world: World) -> None:
    a, b = world.a, world.b
    ask = a.send("preservation.request", request_body())
    world.settle()
    tombstone = {"act": ask.act.id, "part": "form"}
    a.send("part.erase", tombstone, case=ask.act.case)
    world.settle()
    (gone,) = a.tx.acts.parts(a.side.address.authority, ask.act.id)
    assert gone.data is None and gone.salt is None and gone.digest == ask.act.parts[0].digest
    (kept,) = b.tx.acts.parts(b.side.address.authority, ask.act.id)
    assert kept.data is not None
    assert a.state(ask.act.case) == b.state(ask.act.case)
    assert a.state(ask.act.case).erased == ((ask.act.id, "form"),)
    require_signature(a.reader.signed(a.tx, ask.act.id).act, directory=world.pair.directory, at=T0)


@pytest.mark.parametrize(
    ("kind", "name", "size", "code"),
    [
        ("request.accept", "exhibit", 10, "draft.part"),
        ("case.consult", "exhibit", 10, "draft.part"),
        ("request.accept", "note", MOST_WORDS + 1, "draft.part_size"),
        ("case.consult", "text", MOST_WORDS + 1, "draft.part_size"),
    ],
)
def test_an_act_that_one_person_sends_is_no_way_out_for_evidence(
    kind: str, name: str, size: int, code: str
) -> None:
    world = make_world()
    ask = world.a.send("data.request", request_body("44(1)"))
    world.settle()
    body = {"request": ask.act.id} | ({"about": "refusal"} if kind == "case.consult" else {"items": ["1"]})
    smuggled = PartInput(name=name, media="application/octet-stream", data=b"e" * size)
    with pytest.raises(MalformedError) as caught:
        world.b.desk.draft(
            world.b.tx,
            kind=kind,
            body=body,
            parts=[smuggled],
            officer=OfficerName("a.diallo"),
            case=ask.act.case,
        )
    assert caught.value.code == code


def test_a_skeleton_is_no_place_for_words(world: World) -> None:
    ask = world.a.send("data.request", request_body("44(1)"))
    world.settle()
    about = {"request": ask.act.id, "items": ["1"]}
    with pytest.raises(MalformedError) as caught:
        world.b.draft("request.accept", about | {"remark": "the suspect is N.N."}, case=ask.act.case)
    assert caught.value.code == "draft.member"
    with pytest.raises(MalformedError) as caught:
        world.a.draft("data.request", request_body("44(1)", suspect="N.N."))
    assert caught.value.code == "draft.member"
