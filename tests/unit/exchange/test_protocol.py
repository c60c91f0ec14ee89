"""Steps of the protocol one by one; what many of them do together is the simulator's."""

from dataclasses import replace

import pytest

from comity.exchange.calls import Caller, Carriage
from comity.exchange.envelope import MOST_MESSAGES, parse_answer, parse_call
from comity.exchange.ports import SendState
from comity.exchange.service import SendReport
from comity.kernel.clock import DAY, Instant
from comity.kernel.errors import (
    ConflictError,
    DeniedError,
    MalformedError,
    NotFoundError,
    UnavailableError,
    UntrustedError,
)
from comity.kernel.ids import AuthorityId
from comity.kernel.signing import key_id
from tests.simulator.world import Faults, World, require_exactly_once


@pytest.fixture
def world() -> World:
    return World(1, Faults())


class Direct:
    """Carries a call straight to another desk."""

    def __init__(self, there):
        self.there = there

    def call(self, call):
        return self.there.desk.receive(Caller(end=call.office.end, nonce=call.nonce), call.body)


class Dead:
    def call(self, call):
        raise UnavailableError("peer.unreachable", "nobody answers")


def test_preparing_writes_nothing(world):
    a, b = world.nodes
    a.write(b, follows=())
    before = {name: dict(vars(getattr(a.store.state, name))) for name in ("exchange", "logs", "letters")}
    kept = a.store.state.copy()
    a.desk.prepare(a.end.authority, b.end)
    for name in before:
        assert vars(getattr(a.store.state, name)) == vars(getattr(kept, name))


def test_sending_settles_call_by_call(world):
    a, b = world.nodes
    for _ in range(70):
        a.write(b, follows=())
    commits = a.store.commits, b.store.commits
    assert a.desk.send(a.end.authority, b.end, Direct(b)) == SendReport(calls=2, messages=70)
    assert (a.store.commits - commits[0], b.store.commits - commits[1]) == (2, 2)
    require_exactly_once(world)


def test_thirty_two_acts_cost_two_commits(world):
    a, b = world.nodes
    for _ in range(32):
        a.write(b, follows=())
    before = a.store.commits + b.store.commits
    a.desk.send(a.end.authority, b.end, Direct(b))
    assert a.store.commits + b.store.commits - before == 2


def test_a_dead_line_is_reported_and_tried_again_later(world):
    a, b = world.nodes
    name = a.write(b, follows=())
    report = a.desk.send(a.end.authority, b.end, Dead())
    assert report.failure.code == "peer.unreachable"
    waiting = a.store.state.exchange.outgoing(name)
    assert (waiting.attempts, waiting.state) == (1, SendState.QUEUED)
    assert waiting.next_at > world.now
    assert a.desk.channels_due(a.end.authority) == ()
    assert a.desk.send(a.end.authority, b.end, Direct(b)) == SendReport()


def test_an_answer_that_is_none_is_a_failure(world):
    a, b = world.nodes
    a.write(b, follows=())
    call = a.desk.prepare(a.end.authority, b.end)
    for data in (b"", b"{}", b"[]"):
        with pytest.raises(MalformedError):
            a.desk.answered(call, data)


def test_our_entry_is_sent_until_the_peer_answered(world):
    a, b = world.nodes
    a.write(b, follows=())
    call = a.desk.prepare(a.end.authority, b.end)
    assert [entry.id for entry in parse_call(call.body).entries] == [call.entry_id]
    a.desk.send(a.end.authority, b.end, Direct(b))
    a.write(b, follows=())
    assert parse_call(a.desk.prepare(a.end.authority, b.end).body).entries == ()


def test_a_newer_entry_in_a_call_is_learnt(world):
    a, b = world.nodes
    newer = a.party.signed_entry(version=2, issued_at=Instant(world.now))
    a.store.state.exchange.put_entry(a.end.root, version=2, envelope=newer.json)
    a.write(b, follows=())
    a.desk.send(a.end.authority, b.end, Direct(b))
    assert len(b.store.state.exchange.entries(a.end.root)) == 2


def test_a_carried_call_may_be_old_and_come_twice(world):
    a, b = world.nodes
    name = a.write(b, follows=())
    call = a.desk.prepare(a.end.authority, b.end, carried=0)
    world.now += 30 * DAY
    caller = Caller(end=a.end, nonce=call.nonce, carriage=Carriage.COURIER)
    first = b.desk.receive(caller, call.body)
    again = b.desk.receive(caller, call.body)
    assert parse_answer(first, count=1).results == parse_answer(again, count=1).results
    recalled = a.desk.recalled(call.body)
    assert recalled.message_ids == (name,)
    a.desk.answered(recalled, first)
    require_exactly_once(world)
    assert a.desk.recalled(call.body).message_ids != (name,)
    a.desk.answered(a.desk.recalled(call.body), again)
    require_exactly_once(world)


def test_one_disk_settles_more_messages_than_one_call_carries(world):
    a, b = world.nodes
    a.write(b, follows=())
    a.desk.send(a.end.authority, b.end, Direct(b))
    for _ in range(2 * MOST_MESSAGES + 1):
        a.write(b, follows=())
    calls = [
        a.desk.prepare(a.end.authority, b.end, carried=carried)
        for carried in (0, MOST_MESSAGES, 2 * MOST_MESSAGES)
    ]
    for call in calls:
        caller = Caller(end=a.end, nonce=call.nonce, carriage=Carriage.COURIER)
        a.desk.answered(call, b.desk.receive(caller, call.body))
    assert a.desk.prepare(a.end.authority, b.end, carried=0) is None
    require_exactly_once(world)


def test_a_call_of_somebody_else_is_not_recalled(world):
    a, b = world.nodes
    a.write(b, follows=())
    call = a.desk.prepare(a.end.authority, b.end)
    with pytest.raises(NotFoundError):
        b.desk.recalled(call.body)


def test_a_call_whose_nonce_is_not_the_signed_one_is_denied(world):
    a, b = world.nodes
    a.write(b, follows=())
    call = a.desk.prepare(a.end.authority, b.end)
    with pytest.raises(DeniedError):
        b.desk.receive(Caller(end=a.end, nonce=bytes(16)), call.body)
    with pytest.raises(MalformedError):
        b.desk.receive(Caller(end=a.end, nonce=call.nonce), call.body[:-1])


def test_our_own_key_is_no_caller(world):
    a, b = world.nodes
    assert a.desk.caller_key(key_id(b.party.office.transport.public))[0] == b.end
    assert a.desk.caller_key(key_id(a.party.office.transport.public)) is None
    assert a.desk.caller_key(key_id(b.party.act.public)) is None


def test_an_unknown_office_of_ours_is_not_found(world):
    a, b = world.nodes
    with pytest.raises(NotFoundError):
        a.desk.prepare(AuthorityId("XAA/court"), b.end)


@pytest.mark.parametrize(("more", "code"), [(0, "log.lost_leaves"), (1, "log.altered"), (3, "log.altered")])
def test_a_log_that_is_not_what_was_signed_before_signs_no_more(world, more, code):
    a, b = world.nodes
    a.write(b, follows=())
    origin = a.party.office.origin(b.end.root)
    a.desk.send(a.end.authority, b.end, Direct(b))
    a.store.state.logs._leaves[origin].clear()  # the disk lost a leaf under a head that was signed
    for _ in range(more):
        a.write(b, follows=())
    with pytest.raises((ConflictError, UntrustedError)) as caught:
        a.desk.prepare(a.end.authority, b.end, even_if_empty=True)
    assert caught.value.code == code


def test_destination_names_endpoint_and_certificate_of_the_entry(world):
    a, b = world.nodes
    to = a.desk.destination(a.end.authority, b.end)
    assert (to.endpoint, to.certificate, to.peer) == ("https://127.0.0.1:8443", None, b.end)
    assert replace(to, endpoint=None).office.authority == a.end.authority
