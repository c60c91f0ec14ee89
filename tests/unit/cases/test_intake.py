import json
from dataclasses import replace
from typing import Any

import pytest

from comity.cases.ports import KeyRecord
from comity.cases.restore import is_restore_suspected
from comity.cases.wire import SignedAct, parcel_bytes, signed_act
from comity.exchange.ports import Accepted, Deferred, DeferredReason, Peer, Refused
from comity.kernel.clock import MINUTE, SECOND, Instant
from comity.kernel.digests import b64
from comity.kernel.entropy import SeededEntropy
from comity.kernel.ids import AuthorityId, Fingerprint
from comity.kernel.realms import Realm
from comity.kernel.signing import Ed25519Signer, Envelope, Signature, key_id, parse_envelope
from tests.builders import T0, Thread, approve, key_record, make_pair, request_body
from tests.desks import World, deliver_body, make_world, take


class Desk:
    """Side b receives what a thread of acts sends it."""

    def __init__(self) -> None:
        self.world: World = make_world()
        self.thread = Thread(self.world.pair)
        self.b = self.world.b
        a = self.world.pair.a.address
        self.peer = Peer(fingerprint=a.root, authority=a.authority, ours=self.world.pair.b.address.authority)

    def take(self, message: SignedAct | bytes, *, now: int = T0, **more: Any) -> Any:
        data = message if isinstance(message, bytes) else self.thread.parcel(message)
        return take(self.b, replace(self.peer, **more), data, now=Instant(now))

    def ask(self, kind: str = "preservation.request", **more: Any) -> SignedAct:
        mechanism = "42(1)" if kind == "preservation.request" else "44(1)"
        return self.thread.act("a", kind, request_body(mechanism), parts={"form": b"{}"}, **more)

    def is_empty(self) -> bool:
        return not self.b.tx.acts.cases(self.b.side.address.authority)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_sound_act_is_stored_with_its_parts_and_a_replay_changes_nothing(desk: Desk) -> None:
    ask = desk.ask()
    first = desk.take(ask)
    assert first == Accepted(
        message_id=ask.act.id,
        case=ask.act.case,
        digest=ask.digest,
        your_last_seq=1,
        own_last_seq=0,
        opened=True,
    )
    assert desk.take(ask) == replace(first, opened=False)
    ours = desk.b.side.address.authority
    assert [record.signed for record in desk.b.tx.acts.of_case(ours, ask.act.case)] == [ask.stored]
    assert desk.b.tx.acts.parts(ours, ask.act.id)[0].data == b"{}"
    receipts = desk.b.tx.acts.receipts_of_case(ours, ask.act.case)
    assert [(r.act_id, r.signer, r.at) for r in receipts] == [(ask.act.id, desk.b.side.address, T0)]


@pytest.mark.parametrize(
    "change",
    [
        {"authority": AuthorityId("XAA/court")},
        {"fingerprint": Fingerprint("0" * 64)},
        {"ours": AuthorityId("XAB/court")},
    ],
)
def test_who_is_not_author_or_addressee_gets_one_answer_and_nothing_is_stored(
    desk: Desk, change: dict[str, Any]
) -> None:
    ask = desk.ask()
    assert desk.take(ask, **change) == Refused(message_id=ask.act.id, code="act.denied")
    assert desk.is_empty()


def test_an_act_of_the_other_realm_is_denied() -> None:
    desk = Desk()
    live = Thread(make_pair(a="KEN/contact-point", b="FRA/contact-point", realm=Realm.LIVE))
    ask = live.act("a", "preservation.request", request_body(), parts={"form": b"{}"})
    assert desk.take(live.parcel(ask)) == Refused(message_id=ask.act.id, code="act.denied")


def refused(desk: Desk, message: SignedAct | bytes, code: str, *, now: int = T0) -> None:
    answer = desk.take(message, now=now)
    assert isinstance(answer, Refused) and answer.code == code
    assert desk.is_empty()


def test_a_forged_or_unsigned_act_is_refused(desk: Desk) -> None:
    ask = desk.ask()
    parts = desk.thread.opened[ask.act.id]
    stranger = desk.world.pair.b.act_key
    bare = Envelope(payload_type=ask.act.envelope.payload_type, payload=ask.act.envelope.payload)
    approvals = [approval.envelope for approval in ask.approvals]
    for envelope in (bare, bare.signed_by(stranger)):
        refused(desk, parcel_bytes(signed_act(envelope, approvals), parts), "signature.act")


def test_a_key_that_expired_or_was_revoked_signs_nothing(desk: Desk) -> None:
    ask = desk.ask()
    directory, author = desk.world.pair.directory, ask.act.sender
    key = directory.acts[author][0]
    for changed in (
        replace(key, not_after=Instant(T0 - 1)),
        replace(key, not_before=Instant(T0 + 1)),
        replace(key, invalid_since=T0),
    ):
        directory.acts[author] = (changed,)
        refused(desk, ask, "signature.no_key")
    directory.acts[author] = (replace(key, invalid_since=Instant(T0 + 1)),)
    assert isinstance(desk.take(ask), Accepted)


def test_an_algorithm_the_entry_demands_cannot_be_stripped(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = desk.ask()
    demanded = frozenset({"ed25519", "ml-dsa-65"})
    monkeypatch.setattr(type(desk.world.pair.directory), "algorithms", lambda self, root, *, at: demanded)
    refused(desk, ask, "signature.algorithm")


@pytest.mark.parametrize(
    ("officers", "code"),
    [
        ((), "approval.missing"),
        (("a.diallo",), "approval.missing"),
        (("a.diallo", "b.okafor"), "approval.no_head"),
        (("c.laurent", "c.laurent"), "approval.same_person"),
    ],
)
def test_an_act_without_what_its_row_demands_is_untrusted(
    desk: Desk, officers: tuple[str, ...], code: str
) -> None:
    refused(desk, desk.ask("data.request", officers=officers), code)


def test_an_approval_must_be_for_this_act_by_a_listed_officer_with_the_role(desk: Desk) -> None:
    ask = desk.ask()
    parts = desk.thread.opened[ask.act.id]
    side, pair = desk.world.pair.a, desk.world.pair
    good = approve(side, ask.act.id, officer="a.diallo")
    other = approve(side, "0" * 64, officer="a.diallo")
    foreign = approve(pair.b, ask.act.id, officer="a.diallo")
    unsigned = Envelope(payload_type=good.payload_type, payload=good.payload)
    wrong = Envelope(payload_type=good.payload_type, payload=good.payload, signatures=foreign.signatures)
    claimed = json.loads(good.payload) | {"role": "head"}
    promoted = Envelope(payload_type=good.payload_type, payload=json.dumps(claimed).encode())
    for approval, code in (
        (other, "approval.other_act"),
        (foreign, "approval.unknown_officer"),
        (unsigned, "approval.signature"),
        (wrong, "approval.signature"),
        (promoted.signed_by(side.officers["a.diallo"][1]), "approval.role"),
    ):
        message = parcel_bytes(signed_act(ask.act.envelope, [approval]), parts)
        refused(desk, message, code)
        assert isinstance(
            desk.take(parcel_bytes(signed_act(ask.act.envelope, [good, approval]), parts)), Refused
        )
    assert isinstance(desk.take(ask), Accepted)


def test_parts_must_be_those_that_were_signed(desk: Desk) -> None:
    ask = desk.ask()
    value = json.loads(desk.thread.parcel(ask))
    changed = json.loads(json.dumps(value))
    changed["parts"][0]["data"] = b64(b"{ }")
    salted = json.loads(json.dumps(value))
    salted["parts"][0]["salt"] = b64(bytes(16))
    for parts, code in (
        (changed["parts"], "part.digest"),
        (salted["parts"], "part.digest"),
        ([], "part.missing"),
        (value["parts"] * 2, "part.twice"),
        ([*value["parts"], value["parts"][0] | {"name": "annex"}], "part.unknown"),
    ):
        refused(desk, json.dumps(value | {"parts": parts}).encode(), code)


def test_a_skeleton_that_is_not_its_kinds_is_refused_and_unknown_kinds_are_stored(desk: Desk) -> None:
    part = Thread(desk.world.pair)
    made = part.act("a", "preservation.request", {"request": {}}, parts={"form": b"{}"})
    refused(desk, part.parcel(made), "body.form")
    bare = Thread(desk.world.pair)
    refused(desk, bare.parcel(bare.act("a", "preservation.request", request_body())), "body.part_missing")
    new = Thread(desk.world.pair)
    assert isinstance(
        desk.take(new.parcel(new.act("a", "novelty.announce", {"x": 1}, crit=("kind",)))), Accepted
    )


def test_the_future_is_deferred_and_taken_when_it_has_come(desk: Desk) -> None:
    desk.thread.at = T0 + 5 * MINUTE + 1
    ask = desk.ask()
    assert desk.take(ask) == Deferred(reason=DeferredReason.FUTURE)
    assert desk.is_empty()
    assert isinstance(desk.take(ask, now=T0 + 1), Accepted)


def test_an_orphan_waits_and_a_stranger_to_the_case_is_answered_alike(desk: Desk) -> None:
    ask = desk.ask()
    second = desk.thread.act("a", "request.withdraw", {"request": ask.act.id, "items": ["1"]})
    before = desk.take(second)
    assert before == Deferred(reason=DeferredReason.ORPHAN, missing=(ask.act.id,))
    other = Thread(make_pair(2, a="XAC/court"))
    author = other.pair.a.address
    desk.world.pair.directory.acts[author] = other.pair.directory.acts[author]
    desk.take(ask)
    assert isinstance(desk.take(second), Accepted)
    pair = replace(desk.world.pair, a=other.pair.a)
    for key, officer in other.pair.directory.officers.items():
        desk.world.pair.directory.officers.setdefault(key, officer)
    stranger, elsewhere = Thread(pair), Thread(pair)
    body = {"request": ask.act.id, "items": ["1"]}
    intruding = stranger.act("a", "request.withdraw", body, case=ask.act.case, seen=(ask.act.id,), nonce=None)
    unknown = elsewhere.act("a", "request.withdraw", body, case="1" * 64, seen=("1" * 64,), nonce=None)
    peer = {"authority": other.pair.a.address.authority, "fingerprint": other.pair.a.address.root}
    answers = [
        desk.take(stranger.parcel(intruding), **peer),
        desk.take(elsewhere.parcel(unknown), **peer),
    ]
    assert [answer.reason for answer in answers] == [DeferredReason.ORPHAN] * 2
    assert answers[0].missing == (ask.act.id,) and answers[1].missing == ("1" * 64,)


def test_a_wrong_prev_own_is_refused(desk: Desk) -> None:
    ask = desk.ask()
    desk.take(ask)
    body = {"request": ask.act.id, "items": ["1"]}
    second = desk.thread.act("a", "request.withdraw", body, seq=3, prev_own=ask.act.id)
    answer = desk.take(second)
    assert isinstance(answer, Refused) and answer.code == "act.prev_own" and answer.your_last_seq == 1


def test_two_acts_with_one_seq_are_both_stored_and_leave_a_proof(desk: Desk) -> None:
    ask = desk.ask()
    desk.take(ask)
    body = {"request": ask.act.id, "about": "refusal"}
    first = desk.thread.act("a", "case.consult", body, parts={"text": b"1"})
    desk.thread.last["a"] = ask
    twin = desk.thread.act("a", "case.consult", body, parts={"text": b"2"}, seen=())
    assert first.act.seq == twin.act.seq
    assert isinstance(desk.take(first), Accepted) and isinstance(desk.take(twin), Accepted)
    assert [tag for tag, _ in desk.b.ledger.leaves] == ["act.fork"]
    assert len(desk.b.state(ask.act.case).forks) == 1


def test_receipted_means_seen(desk: Desk) -> None:
    world = desk.world
    ask = world.a.send("data.request", request_body("44(1)"))
    case = ask.act.case
    world.settle()
    world.b.send("request.accept", {"request": case, "items": ["1"]}, case=case)
    world.settle()
    thread = desk.thread
    thread.acts, thread.last["a"], thread.at = [ask], ask, world.clock.now()
    blind = thread.act("a", "request.withdraw", {"request": case, "items": ["1"]}, seen=())
    answer = desk.take(blind, now=world.clock.now())
    assert isinstance(answer, Refused) and answer.code == "act.ignores_receipt"


def test_the_one_pending_act_need_not_have_seen_what_was_receipted(desk: Desk) -> None:
    world = desk.world
    ask = world.a.send("data.request", request_body("44(1)"))
    case = ask.act.case
    world.settle()
    world.a.draft("case.consult", {"request": case, "about": "conditions"}, case=case)
    world.b.send("request.accept", {"request": case, "items": ["1"]}, case=case)
    world.settle()
    world.a.approve(case, "a.diallo")
    world.a.desk.issue(world.a.tx, case)
    world.settle()
    world.a.send("request.withdraw", {"request": case, "items": ["1"]}, case=case)
    world.settle()
    assert world.b.state(case) == world.a.state(case)
    assert not world.b.state(case).ignoring


def test_a_quota_of_new_cases_defers_opening_acts_only(desk: Desk) -> None:
    ask = desk.ask()
    assert desk.take(ask, may_open=False) == Deferred(reason=DeferredReason.QUOTA)
    desk.take(ask)
    second = desk.thread.act("a", "request.withdraw", {"request": ask.act.id, "items": ["1"]})
    assert isinstance(desk.take(second, may_open=False), Accepted)


def test_a_clock_behind_stores_and_signs_nothing(desk: Desk) -> None:
    desk.take(desk.ask())
    other = Thread(desk.world.pair)
    ask = other.act("a", "preservation.request", request_body(), parts={"form": b"{}"}, nonce=bytes(16))
    assert desk.take(other.parcel(ask), now=T0 - SECOND) == Deferred(reason=DeferredReason.BUSY)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "json.syntax"),
        (b"{}", "parcel.form"),
        (b'{"signed":{},"parts":[]}', "signed.form"),
        (b"[" * 9, "json.depth"),
        (b'{"signed":{"act":{},"approvals":[]},"parts":[]}', "envelope.form"),
    ],
)
def test_bytes_that_are_no_parcel_are_refused(desk: Desk, data: bytes, code: str) -> None:
    assert desk.take(data) == Refused(message_id=None, code=code)


def test_pieces_are_expected_only_for_a_delivery_under_a_known_decision() -> None:
    world = make_world()
    ask = world.a.send("data.request", request_body("44(1)"))
    case = ask.act.case
    world.settle()
    world.b.send("request.accept", {"request": case, "items": ["1"]}, case=case)
    decision = world.b.send("transmission.decide", {"request": case, "items": ["1"]}, case=case)
    world.settle()
    world.b.send("evidence.deliver", deliver_body(case, decision.act.id), case=case)
    answer = world.carry(world.b, world.b.dispatch.queued[0])
    assert isinstance(answer, Accepted) and answer.delivery is not None
    assert (answer.delivery.pieces, answer.delivery.piece_root) == (1, "2" * 64)
    again = world.carry(world.b, world.b.dispatch.queued[0])
    assert again == replace(answer, delivery=None)


def test_a_receipt_that_names_more_of_our_acts_than_we_hold_stops_signing() -> None:
    world = make_world()
    ask = world.a.send("preservation.request", request_body())
    receipt = {
        "v": 1,
        "act": ask.act.id,
        "from": {"authority": world.b.side.address.authority, "root": world.b.side.address.root},
        "to": {"authority": world.a.side.address.authority, "root": world.a.side.address.root},
        "at": T0,
        "log": {"origin": "practice/XAB", "size": 1, "root": "0" * 64},
        "leaf": {"index": 0, "tag": "act.received", "nonce": b64(bytes(32)), "proof": []},
        "case": ask.act.case,
        "your_last_seq": 3,
        "own_last_seq": 0,
        "pending": None,
        "result": "stored",
        "code": "",
        "incarnation": 1,
    }
    value = {
        "payloadType": "application/vnd.comity.receipt.v1+json;realm=practice",
        "payload": b64(json.dumps(receipt).encode()),
        "signatures": [],
    }
    ours = world.a.side.address.authority
    envelope = parse_envelope(value)
    world.a.intake.receipted(world.a.tx, message_id=ask.act.id, receipt=envelope, now=T0)
    assert is_restore_suspected(world.a.tx, authority=ours, case=ask.act.case)
    stored = world.a.tx.acts.receipts_of_case(ours, ask.act.case)
    assert [(r.your_last_seq, r.result) for r in stored] == [(3, "stored")]


def test_an_act_whose_key_was_revoked_before_its_receipt_is_suspect_and_freezes(desk: Desk) -> None:
    ask = desk.ask("data.request")
    desk.take(ask, now=T0 + SECOND)
    assert not desk.b.state(ask.act.case).suspect
    directory, author = desk.world.pair.directory, ask.act.sender
    key: KeyRecord = directory.acts[author][0]
    directory.acts[author] = (replace(key, invalid_since=T0),)
    state = desk.b.state(ask.act.case)
    assert state.suspect == (ask.act.id,) and state.is_frozen
    directory.acts[author] = (replace(key, invalid_since=Instant(T0 + 2 * SECOND)),)
    assert not desk.b.state(ask.act.case).suspect


def test_a_line_that_merely_names_a_good_key_does_not_hide_a_revoked_one(desk: Desk) -> None:
    directory, author = desk.world.pair.directory, desk.world.pair.a.address
    other = Ed25519Signer.generate(SeededEntropy("other"))
    directory.acts[author] = (*directory.acts[author], key_record(other.public))
    ask = desk.ask("data.request")
    false = Signature(key_id=key_id(other.public), signature=ask.act.envelope.signatures[0].signature)
    envelope = replace(ask.act.envelope, signatures=(*ask.act.envelope.signatures, false))
    twice = signed_act(envelope, [approval.envelope for approval in ask.approvals])
    parts = desk.thread.opened[ask.act.id]
    assert isinstance(desk.take(parcel_bytes(twice, parts), now=T0 + SECOND), Accepted)
    assert not desk.b.state(ask.act.case).suspect
    stolen: KeyRecord = directory.acts[author][0]
    directory.acts[author] = (replace(stolen, invalid_since=T0), *directory.acts[author][1:])
    assert desk.b.state(ask.act.case).suspect == (ask.act.id,)


def test_an_act_that_a_stolen_officers_key_approved_is_suspect_and_freezes(desk: Desk) -> None:
    ask = desk.ask("data.request")
    desk.take(ask, now=T0 + SECOND)
    directory, root = desk.world.pair.directory, ask.act.sender.root
    head = directory.officers[root, "c.laurent"]
    directory.officers[root, "c.laurent"] = replace(head, key=replace(head.key, invalid_since=T0))
    state = desk.b.state(ask.act.case)
    assert state.suspect == (ask.act.id,) and state.is_frozen
    later = replace(head.key, invalid_since=Instant(T0 + 2 * SECOND))
    directory.officers[root, "c.laurent"] = replace(head, key=later)
    assert not desk.b.state(ask.act.case).suspect


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"handling": "child-abuse"}, "handling.child_abuse_refused"),
        ({"pieces": 2**53 - 1}, "body.pieces"),
        ({"pieces": 2}, "body.pieces"),
        ({"payload_length": 2**40}, "body.pieces"),
    ],
)
def test_a_delivery_that_may_not_come_in_is_refused_before_a_piece_of_it_does(
    change: dict[str, Any], code: str
) -> None:
    world = make_world()
    ask = world.a.send("data.request", request_body("44(1)"))
    world.settle()
    about = {"request": ask.act.id, "items": ["1"]}
    world.b.send("request.accept", about, case=ask.act.case)
    decision = world.b.send("transmission.decide", about, case=ask.act.case)
    world.settle()
    world.b.send("evidence.deliver", deliver_body(ask.act.id, decision.act.id) | change, case=ask.act.case)
    answer = world.carry(world.b, world.b.dispatch.queued.pop())
    assert isinstance(answer, Refused) and answer.code == code
