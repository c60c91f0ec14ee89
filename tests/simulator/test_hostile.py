"""Hostile peers: one that forks, rolls back, lies, replays, floods or stalls is seen, and harms no one."""

from dataclasses import replace

import pytest

from comity.exchange.calls import Caller
from comity.exchange.envelope import Result, answer_bytes, call_bytes, parse_answer, parse_call
from comity.exchange.inbox import Quotas
from comity.exchange.ports import Outgoing, SendState
from comity.exchange.receipts import parse_receipt, receipt_statement
from comity.kernel import agefile
from comity.kernel.clock import DAY, HOUR, MINUTE, SECOND, Instant
from comity.kernel.digests import sha256
from comity.kernel.errors import ConflictError, DeniedError
from comity.kernel.ids import ActId
from comity.kernel.realms import Realm
from comity.ledger.origins import peer_log_origin
from comity.ledger.service import Log
from tests.simulator.mail import write_letter
from tests.simulator.world import (
    Faults,
    World,
    alarms,
    opens,
    require_exactly_once,
    require_sound_logs,
)


def quiet(seed: int = 1, *, nodes: int = 2, quotas: Quotas | None = None) -> World:
    return World(seed, Faults(), nodes=nodes, quotas=quotas)


def settle(world: World) -> None:
    for node in world.nodes:
        node.tick()
    world._drain()


def test_the_quiet_world_needs_one_call():
    world = quiet()
    a, b = world.nodes
    first = a.write(b, follows=())
    a.write(b, follows=(first,))
    settle(world)
    require_exactly_once(world)
    assert len(world.wire) == 2
    world.heal()
    require_sound_logs(world)


def test_a_forked_log_is_found():
    world = quiet()
    a, b = world.nodes
    a.write(b, follows=())
    settle(world)
    before = b.store.state.copy()
    a.write(b, follows=())
    settle(world)
    b.store.state = before  # the hostile peer goes on from a log without the second leaf
    a.write(b, follows=())
    settle(world)
    assert "log.fork" in alarms(a)
    (alarm,) = a.store.state.logs.alarms()
    assert alarm.held != alarm.offered


def test_a_fork_with_a_longer_log_is_found():
    world = quiet()
    a, b = world.nodes
    a.write(b, follows=())
    settle(world)
    before = b.store.state.copy()
    a.write(b, follows=())
    settle(world)
    b.store.state = before
    a.write(b, follows=())
    a.write(b, follows=())
    settle(world)
    # The proof they can give is from a tree we never held: the head is not taken, the messages wait.
    assert world.queued(a)
    held = a.store.state.logs.witnessed(b.party.office.origin(a.party.fingerprint))
    assert held.size == 2


def test_a_restored_backup_learns_that_it_lost_leaves_and_stops():
    world = quiet()
    a, b = world.nodes
    a.write(b, follows=())
    settle(world)
    yesterday = b.store.state.copy()
    a.write(b, follows=())
    settle(world)
    b.store.state = yesterday
    a.write(b, follows=())
    settle(world)
    assert alarms(b) & {"own.lost_leaves", "own.log_forked"}
    b.write(a, follows=())
    with pytest.raises(ConflictError, match="no longer holds"):
        b.desk.prepare(b.party.office.authority, a.end)


def test_own_acts_that_are_not_held_raise_an_alarm():
    world = quiet()
    a, b = world.nodes
    backup = a.store.state.copy()
    first = a.write(b, follows=())
    a.write(b, follows=(first,))
    a.write(b, follows=(first,))
    settle(world)
    a.store.state = backup
    world.now += SECOND
    a.write(b, follows=(first,))
    settle(world)
    assert "own.acts_missing" in alarms(a)


@pytest.mark.parametrize(
    "lie", ["leaf", "other_act", "other_key", "result", "ends", "head", "too_early", "too_late"]
)
def test_a_lying_receipt_settles_nothing(lie):
    world = quiet()
    a, b = world.nodes
    name = a.write(b, follows=())
    office = b.party.office

    def tamper(call, answer):
        told = parse_answer(answer, count=len(call.message_ids))
        receipt = parse_receipt(told.results[0].receipt)
        signer = office.receipt
        if lie == "leaf":
            receipt = replace(receipt, leaf_nonce=bytes(32))
        elif lie == "other_act":
            receipt = replace(receipt, act=ActId("0" * 64))
        elif lie == "other_key":
            signer = office.transport
        elif lie == "result":
            receipt = replace(receipt, result="refused", code="no", leaf_tag="act.refused")
        elif lie == "ends":
            receipt = replace(receipt, author=receipt.signer)
        elif lie == "head":
            receipt = replace(receipt, log_root=bytes(32))
        elif lie == "too_early":
            queued = a.store.state.exchange.outgoing(name).queued_at
            receipt = replace(receipt, at=Instant(queued - 5 * MINUTE - 1))
        elif lie == "too_late":
            receipt = replace(receipt, at=Instant(world.now + 6 * MINUTE))
        signed = receipt_statement(receipt, realm=Realm.PRACTICE, signer=signer)
        return answer_bytes(replace(told, results=(Result(receipt=signed),)))

    world.tamper[b.party.code] = tamper
    settle(world)
    assert world.queued(a) == [name]
    assert "receipt.untrusted" in alarms(a)
    world.tamper.clear()
    world.heal()
    require_exactly_once(world)


@pytest.mark.parametrize("off", [-5 * MINUTE, 5 * MINUTE])
def test_a_receipt_of_a_clock_that_is_five_minutes_off_settles(off):
    world = quiet()
    a, b = world.nodes
    name = a.write(b, follows=())
    call = a.desk.prepare(a.end.authority, b.end)
    told = parse_answer(b.desk.receive(Caller(end=a.end, nonce=call.nonce), call.body), count=1)
    receipt = replace(parse_receipt(told.results[0].receipt), at=Instant(world.now + off))
    signed = receipt_statement(receipt, realm=Realm.PRACTICE, signer=b.party.office.receipt)
    a.desk.answered(call, answer_bytes(replace(told, results=(Result(receipt=signed),))))
    assert a.store.state.exchange.settled(name).state is SendState.STORED


def test_a_replayed_call_is_turned_away_and_changes_nothing():
    world = quiet()
    a, b = world.nodes
    a.write(b, follows=())
    calls = []
    carried = world.carry_call
    world.carry_call = lambda sender, call: (calls.append(call), carried(sender, call))
    settle(world)
    size = b.store.state.logs.size(b.party.office.origin(a.party.fingerprint))
    world.carry_call = carried
    for call in calls:
        carried(a, call)
    world._drain()
    assert world.refusals == ["exchange.denied"] * len(calls)
    assert b.store.state.logs.size(b.party.office.origin(a.party.fingerprint)) == size


def test_an_old_call_is_turned_away_and_the_clocks_are_named():
    world = quiet()
    a, b = world.nodes
    a.write(b, follows=())
    call = a.desk.prepare(a.party.office.authority, b.end)
    world.now += 6 * MINUTE
    world.carry_call(a, call)
    world._drain()
    assert world.refusals == ["exchange.denied"]
    assert alarms(b) == {"clock.apart"}


def test_a_message_that_is_carried_again_gets_the_same_receipt():
    world = quiet()
    a, b = world.nodes
    name = a.write(b, follows=())
    answers = []
    world.tamper[b.party.code] = lambda call, answer: answers.append(answer)
    settle(world)
    world.tamper.clear()
    assert world.queued(a) == [name]
    world.now += MINUTE
    b.write(a, follows=())
    a.write(b, follows=())
    world.heal()
    require_exactly_once(world)
    (lost,) = answers
    (first,) = parse_answer(lost, count=1).results
    assert a.store.state.letters.signed[name] == first.receipt.json


def test_a_flood_of_orphans_is_held_up_to_the_quota():
    world = quiet(quotas=Quotas(orphans=10))
    a, b = world.nodes
    for _ in range(15):
        a.write(b, follows=(ActId("1" * 64),))
    settle(world)
    assert b.store.state.exchange.count_held(a.party.fingerprint) == 10
    assert not b.store.state.letters.stored
    assert len(world.queued(a)) == 15


def test_orphans_are_held_up_to_so_many_bytes():
    world = quiet()
    a, b = world.nodes
    names = [a.write(b, follows=(ActId("1" * 64),)) for _ in range(5)]
    size = sum(len(a.store.state.exchange.outgoing(name).sealed) for name in names[:3])
    world = quiet(quotas=Quotas(orphan_bytes=size))
    a, b = world.nodes
    for _ in range(5):
        a.write(b, follows=(ActId("1" * 64),))
    settle(world)
    assert b.store.state.exchange.held_bytes(a.party.fingerprint) <= size
    assert b.store.state.exchange.count_held(a.party.fingerprint) == 3


def test_an_orphan_is_opened_again_only_once_nothing_it_named_is_missing(monkeypatch):
    world = quiet()
    a, b = world.nodes
    first, second = a.write(b, follows=()), a.write(b, follows=())
    late = a.write(b, follows=(first, second))
    later = a.write(b, follows=(late,))
    never = a.write(b, follows=(ActId("1" * 64), first))
    held_up = {name: a.store.state.exchange._out[name] for name in (first, second)}
    opened = []
    original = agefile.open_sealed

    def counting(sealed, **options):
        opened.append(sha256(sealed))
        return original(sealed, **options)

    def carry(*names: ActId) -> None:
        queued = a.store.state.exchange._out
        for name in (first, second, late, later, never):
            at = world.now if name in names else world.now + DAY
            queued[name] = replace(queued[name], next_at=Instant(at))
        opened.clear()
        a.desk.send(a.end.authority, b.end, Line(b))

    monkeypatch.setattr(agefile, "open_sealed", counting)
    carry(late, later, never)
    assert len(opened) == 3
    carry(first)
    assert opened == [sha256(held_up[first].sealed)]
    carry(second)
    assert len(opened) == 3  # itself, the one that waited for it, and the one that waited for that
    assert set(b.store.state.letters.stored) == {first, second, late, later}
    assert b.store.state.exchange.count_held(a.party.fingerprint) == 1


class Line:
    """Carries a call straight to another desk."""

    def __init__(self, there):
        self.there = there

    def call(self, call):
        return self.there.desk.receive(Caller(end=call.office.end, nonce=call.nonce), call.body)


def test_a_flood_of_entries_is_learnt_up_to_the_quota_with_one_alarm():
    world = quiet(quotas=Quotas(entries=3))
    a, b = world.nodes

    def learn(first: int) -> None:
        a.write(b, follows=())
        call = parse_call(a.desk.prepare(a.end.authority, b.end).body)
        flood = tuple(a.party.signed_entry(version=number) for number in range(first, first + 8))
        b.desk.receive(Caller(end=a.end, nonce=call.nonce), call_bytes(replace(call, entries=flood)))

    learn(2)
    learn(4)  # two that are held, which cost nothing, and more that are not
    assert len(b.store.state.exchange.entries(a.end.root)) == 4
    (alarm,) = b.store.state.exchange.alarms()
    assert (alarm.code, alarm.detail) == ("entry.untrusted", b'{"code":"entry.quota"}')
    world.now += DAY
    learn(4)
    assert len(b.store.state.exchange.entries(a.end.root)) == 7


def test_a_flood_of_calls_is_answered_with_quota_and_opens_nothing():
    world = quiet(quotas=Quotas(calls=2))
    a, b = world.nodes
    for _ in range(4):
        a.write(b, follows=())
        settle(world)
        world.now += SECOND
    assert len(b.store.state.letters.stored) == 2
    world.now += DAY
    world.heal()
    require_exactly_once(world)


def test_new_cases_beyond_the_quota_wait_while_old_cases_go_on():
    world = quiet(quotas=Quotas(new_cases=1))
    a, b = world.nodes
    first = a.write(b, follows=())
    a.write(b, follows=())
    follow = a.write(b, follows=(first,))
    settle(world)
    assert set(b.store.state.letters.stored) == {first, follow}


def test_a_stalling_peer_is_never_given_up_and_named_after_a_day():
    world = quiet()
    a, b = world.nodes
    name = a.write(b, follows=())
    world.tamper[b.party.code] = lambda call, answer: None
    for _ in range(200):
        world.now += 20 * MINUTE
        a.tick()
        world._drain()
    assert "peer.silent" in alarms(a)
    assert world.queued(a) == [name]
    world.tamper.clear()
    world.heal()
    require_exactly_once(world)


def test_a_corrupt_message_is_refused_and_harms_no_other():
    world = quiet()
    a, b = world.nodes
    good = a.write(b, follows=())
    bad = a.write(b, follows=())
    outbox = a.store.state.exchange._out
    sealed = outbox[bad].sealed
    outbox[bad] = replace(outbox[bad], sealed=sealed[:-1] + bytes([sealed[-1] ^ 1]))
    settle(world)
    state = a.store.state.exchange
    assert state.settled(good).state is SendState.STORED
    assert state.settled(bad).state is SendState.REFUSED
    assert state.settled(bad).code == "message.unreadable"
    assert "message.refused" in alarms(a)


def test_a_message_that_nests_too_deep_is_refused_and_harms_no_other():
    world = quiet()
    a, b = world.nodes
    good, bad = a.write(b, follows=()), a.write(b, follows=())
    _, parcel = write_letter({"from": "a"}, a.party.act)
    outbox = a.store.state.exchange._out
    sealed = agefile.seal(
        b'{"x":' + b"[" * 200_000 + b"]" * 200_000 + b"," + parcel[1:],
        recipients=[b.party.office.identities[0].public],
        entropy=a.outbox.entropy,
    )
    outbox[bad] = replace(outbox[bad], sealed=sealed)
    settle(world)
    state = a.store.state.exchange
    assert state.settled(good).state is SendState.STORED
    assert (state.settled(bad).state, state.settled(bad).code) == (SendState.REFUSED, "message.unreadable")


def test_a_third_party_cannot_use_or_poison_a_message():
    """XAC carries XAA's message to XAB before XAA does: it is refused for XAC, and stored for XAA."""
    world = quiet(nodes=3)
    a, b, c = world.nodes
    name = a.write(b, follows=())
    queued: Outgoing = a.store.state.exchange.outgoing(name)
    stolen = replace(queued, authority=c.party.office.authority, queued_at=Instant(world.now))
    c.store.state.exchange.queue(stolen)
    c.store.state.letters.own[name] = {"from": "XAC/contact-point", "to": "XAB/contact-point", "seq": 1}
    c.tick()
    world._drain()
    assert c.store.state.exchange.settled(name).code == "act.denied"
    assert name not in b.store.state.letters.stored
    a.tick()
    world._drain()
    assert a.store.state.exchange.settled(name).state is SendState.STORED
    assert b.store.state.letters.applied == {name: 1}


def test_only_the_addressee_opens_what_is_on_the_wire():
    world = quiet(nodes=3)
    a, b, c = world.nodes
    a.write(b, follows=())
    settle(world)
    messages = parse_call(world.wire[0]).messages
    assert [opens(message, b.party) for message in messages] == [True]
    assert [opens(message, c.party) for message in messages] == [False]
    assert [opens(message, a.party) for message in messages] == [False]


def test_a_call_for_another_office_or_from_another_sender_gets_the_one_answer():
    world = quiet(nodes=3)
    a, b, c = world.nodes
    a.write(b, follows=())
    call = a.desk.prepare(a.party.office.authority, b.end)
    for caller in (c.end, b.end):
        with pytest.raises(DeniedError) as told:
            b.desk.receive(Caller(end=caller, nonce=call.nonce), call.body)
        assert told.value.code == "exchange.denied"
        with pytest.raises(DeniedError) as told:
            c.desk.receive(Caller(end=a.end, nonce=call.nonce), call.body)
        assert told.value.code == "exchange.denied"


def test_backoff_grows_and_stays_below_an_hour():
    world = quiet()
    a, _ = world.nodes
    waits = [a.outbox.wait(attempts) for attempts in range(30)]
    assert all(0 < wait <= HOUR for wait in waits)
    assert waits[0] <= 5 * SECOND
    assert min(waits[12:]) >= HOUR // 2


def test_a_peer_that_proves_a_head_we_signed_and_lost_stops_us():
    """The same log continued twice (a cloned machine) is proven by our own signature."""
    world = quiet()
    a, b = world.nodes
    a.write(b, follows=())
    settle(world)
    clone = a.store.state.copy()
    a.write(b, follows=())
    settle(world)
    world.now += MINUTE
    a.store.state = clone
    a.write(b, follows=())
    a.write(b, follows=())
    settle(world)
    assert alarms(a) & {"own.log_forked", "own.lost_leaves"}
    assert (
        Log(
            store=a.store.state.logs,
            origin=peer_log_origin(
                Realm.PRACTICE, authority=a.party.office.authority, peer_root=b.party.fingerprint
            ),
        )
        .head()
        .size
        == 3
    )
