"""What every store of the exchange does."""

from dataclasses import replace

import pytest

from comity.exchange.ports import (
    Alarm,
    Delivery,
    Direction,
    ExchangeStore,
    Held,
    Outgoing,
    PeerState,
    Pin,
    SendState,
    Settled,
)
from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, NotFoundError
from comity.kernel.ids import ActId, AuthorityId, Fingerprint, OfficerName, PartyCode
from comity.kernel.realms import Realm
from comity.node.ports import Transaction

DESK, COURT, THEIRS = (
    AuthorityId("XAA/contact-point"),
    AuthorityId("XAA/court"),
    AuthorityId("XAB/contact-point"),
)
PEER, OTHER = Fingerprint("b" * 64), Fingerprint("c" * 64)


@pytest.fixture
def store(tx: Transaction) -> ExchangeStore:
    return tx.exchange


def message(name: str, *, order: int = 1, next_at: int = 0) -> Outgoing:
    return Outgoing(
        message_id=ActId(name),
        authority=DESK,
        peer=PEER,
        to=THEIRS,
        sealed=name.encode(),
        digest=bytes(32),
        order=order,
        queued_at=Instant(5),
        next_at=Instant(next_at),
    )


def due(store: ExchangeStore, now: int = 10, limit: int = 64) -> list[str]:
    return [found.message_id for found in store.due(DESK, PEER, to=THEIRS, now=Instant(now), limit=limit)]


def test_a_message_is_queued_once(store: ExchangeStore) -> None:
    store.queue(message("a"))
    with pytest.raises(ConflictError) as caught:
        store.queue(message("a", order=2))
    assert caught.value.code == "outbox.known"
    assert store.outgoing(ActId("a")) == message("a")
    assert store.outgoing(ActId("b")) is None
    assert store.settled(ActId("a")) is None


def test_orders_rise_within_a_channel(store: ExchangeStore) -> None:
    assert store.next_order(DESK, PEER, to=THEIRS) == 1
    store.queue(message("a", order=7))
    assert store.next_order(DESK, PEER, to=THEIRS) == 8
    assert store.next_order(DESK, OTHER, to=THEIRS) == 1
    store.settle(Settled(message_id=ActId("a"), state=SendState.STORED, code="", at=Instant(1)))
    assert store.next_order(DESK, PEER, to=THEIRS) == 8


def test_what_is_due_comes_in_order_and_no_more_than_asked(store: ExchangeStore) -> None:
    for item in (message("c", order=3), message("a", order=1), message("b", order=2, next_at=11)):
        store.queue(item)
    store.queue(replace(message("x"), peer=OTHER))
    store.queue(replace(message("y"), authority=COURT))
    assert due(store) == ["a", "c"]
    assert store.count_queued(PEER) == 4
    assert due(store, now=11) == ["a", "b", "c"]
    assert due(store, now=11, limit=2) == ["a", "b"]
    assert store.peers_due(DESK, now=Instant(10)) == ((PEER, THEIRS), (OTHER, THEIRS))
    assert store.peers_due(COURT, now=Instant(10)) == ((PEER, THEIRS),)


def test_a_failed_attempt_is_counted_and_put_off(store: ExchangeStore) -> None:
    store.queue(message("a"))
    store.queue(message("b", order=2))
    store.postpone((ActId("a"), ActId("b")), next_at=Instant(50))
    assert due(store) == []
    assert store.peers_due(DESK, now=Instant(49)) == ()
    assert store.outgoing(ActId("a")) == replace(message("a"), attempts=1, next_at=Instant(50))
    assert due(store, now=50) == ["a", "b"]


def test_a_settled_message_is_no_longer_due_and_its_bytes_are_gone(store: ExchangeStore) -> None:
    store.queue(message("a"))
    end = Settled(message_id=ActId("a"), state=SendState.REFUSED, code="act.form", at=Instant(9))
    store.settle(end)
    assert due(store) == []
    assert store.count_queued(PEER) == 0
    assert store.settled(ActId("a")) == end
    assert store.outgoing(ActId("a")) == replace(message("a"), state=SendState.REFUSED, sealed=b"")
    with pytest.raises(NotFoundError) as caught:
        store.settle(replace(end, message_id=ActId("b")))
    assert caught.value.code == "outbox.unknown"


def test_what_is_expected_is_answered_as_if_it_were_not(store: ExchangeStore) -> None:
    store.queue(message("a"))
    store.put_receipt(DESK, ActId("m"), peer=PEER, receipt=b"one")
    store.expect([ActId(name) for name in ("a", "b", "a", *map(str, range(100)))])
    store.expect([])
    store.expect_receipts(DESK, [ActId("m"), ActId("n")])
    assert store.outgoing(ActId("a")) == message("a")
    assert store.outgoing(ActId("b")) is None
    assert store.receipt_for(DESK, ActId("m")) == b"one"
    assert store.receipt_for(DESK, ActId("n")) is None
    assert store.receipt_for(COURT, ActId("m")) is None


def test_an_issued_receipt_stays_as_it_is(store: ExchangeStore) -> None:
    assert store.receipt_for(DESK, ActId("m")) is None
    store.put_receipt(DESK, ActId("m"), peer=PEER, receipt=b"one")
    with pytest.raises(ConflictError) as caught:
        store.put_receipt(DESK, ActId("m"), peer=PEER, receipt=b"two")
    assert caught.value.code == "receipt.known"
    assert store.receipt_for(DESK, ActId("m")) == b"one"
    assert store.receipt_for(COURT, ActId("m")) is None


def test_a_nonce_is_new_once_until_it_is_forgotten(store: ExchangeStore) -> None:
    assert store.remember_nonce(PEER, b"n", until=Instant(10))
    assert not store.remember_nonce(PEER, b"n", until=Instant(90))
    assert store.remember_nonce(OTHER, b"n", until=Instant(20))
    store.forget_nonces(Instant(10))
    assert not store.remember_nonce(PEER, b"n", until=Instant(10))
    store.forget_nonces(Instant(11))
    assert store.remember_nonce(PEER, b"n", until=Instant(10))
    assert not store.remember_nonce(OTHER, b"n", until=Instant(20))


def orphan(name: str, *, at: int = 1) -> Held:
    return Held(
        message_id=ActId(name),
        authority=DESK,
        peer=PEER,
        sender=THEIRS,
        sealed=b"age",
        missing=("x", "y"),
        held_at=Instant(at),
        until=Instant(99),
    )


def test_orphans_are_held_once_and_come_oldest_first(store: ExchangeStore) -> None:
    for item in (
        orphan("b", at=2),
        orphan("a", at=2),
        orphan("c"),
        replace(orphan("c", at=9), sealed=b"other"),
    ):
        store.hold(item)
    store.hold(replace(orphan("z"), authority=COURT, missing=()))
    assert store.held(DESK, PEER) == (orphan("c"), orphan("a", at=2), orphan("b", at=2))
    assert store.held(DESK, OTHER) == ()
    assert (store.count_held(PEER), store.count_held(OTHER)) == (4, 0)
    assert (store.held_bytes(PEER), store.held_bytes(OTHER)) == (4 * len(b"age"), 0)
    store.drop_held(DESK, ActId("a"))
    store.drop_held(DESK, ActId("never"))
    assert store.count_held(PEER) == 3


def test_counters_add_up_by_day(store: ExchangeStore) -> None:
    assert store.usage(PEER, day=3, what="calls") == 0
    for count in (2, 5):
        store.add_usage(PEER, day=3, what="calls", count=count)
    store.add_usage(PEER, day=4, what="calls", count=1)
    assert store.usage(PEER, day=3, what="calls") == 7
    assert store.usage(PEER, day=3, what="cases") == 0


@pytest.mark.parametrize("what", ["root", "entry"])
def test_versions_are_kept_as_they_came(store: ExchangeStore, what: str) -> None:
    put = store.put_root if what == "root" else store.put_entry
    held = store.roots if what == "root" else store.entries
    for version in (2, 1, 10):
        put(PEER, version=version, envelope=b"v%d" % version)
    put(PEER, version=2, envelope=b"v2")
    assert held(PEER) == (b"v1", b"v2", b"v10")
    assert held(OTHER) == ()
    with pytest.raises(ConflictError) as caught:
        put(PEER, version=2, envelope=b"another")
    assert caught.value.code == f"{what}.two_versions"


def pin(root: Fingerprint, at: int = 1) -> Pin:
    return Pin(
        fingerprint=root,
        party=PartyCode("XAB"),
        realm=Realm.LIVE,
        pinned_at=Instant(at),
        officers=(OfficerName("a"), OfficerName("b")),
        channel="voice",
    )


def test_a_root_is_pinned_once(store: ExchangeStore) -> None:
    store.pin(pin(OTHER, at=2))
    own = replace(pin(PEER), ours=True, realm=Realm.PRACTICE)
    store.pin(own)
    with pytest.raises(ConflictError) as caught:
        store.pin(pin(PEER, at=9))
    assert caught.value.code == "pin.known"
    assert store.pins() == (own, pin(OTHER, at=2))
    assert store.pin_of(PEER) == own
    assert store.pin_of(Fingerprint("d" * 64)) is None


def test_alarms_are_kept_once_in_the_order_they_were_raised(store: ExchangeStore) -> None:
    second = Alarm(code="log.fork", authority=DESK, peer=PEER, at=Instant(1), detail=b'{"size":5}')
    first = Alarm(code="peer.silent", authority=DESK, peer=Fingerprint(""), at=Instant(8))
    for item in (first, second, replace(first, at=Instant(9))):
        store.alarm(item)
    assert store.alarms() == (first, second)


def test_an_alarm_is_found_by_code_and_authority(store: ExchangeStore) -> None:
    store.alarm(Alarm(code="log.fork", authority=DESK, peer=PEER, at=Instant(1)))
    store.alarm(Alarm(code="log.fork", authority=DESK, peer=OTHER, at=Instant(2)))
    assert store.is_alarmed(DESK, "log.fork")
    assert not store.is_alarmed(DESK, "peer.silent")
    assert not store.is_alarmed(COURT, "log.fork")


def test_a_channel_is_fresh_until_something_is_kept(store: ExchangeStore) -> None:
    assert store.peer_state(DESK, PEER, to=THEIRS) == PeerState(authority=DESK, peer=PEER, to=THEIRS)
    state = PeerState(
        authority=DESK,
        peer=PEER,
        to=THEIRS,
        entry_sent="e" * 64,
        log_seen=4,
        last_contact_at=Instant(3),
        failing_since=Instant(4),
        alarmed_at=Instant(5),
        incarnation=2,
    )
    store.put_peer_state(replace(state, log_seen=1))
    store.put_peer_state(state)
    assert store.peer_state(DESK, PEER, to=THEIRS) == state
    assert store.peer_state(COURT, PEER, to=THEIRS).log_seen == 0


def delivery(name: str, *, at: int = 1, direction: Direction = Direction.IN) -> Delivery:
    return Delivery(
        act_id=ActId(name),
        authority=DESK,
        peer=PEER,
        counterpart=THEIRS,
        direction=direction,
        payload_length=2**40,
        piece_root="f" * 64,
        pieces=2**20,
        announced_at=Instant(at),
    )


def test_deliveries_are_open_until_done(store: ExchangeStore) -> None:
    for item in (
        delivery("b", at=2),
        delivery("a", at=2),
        delivery("c"),
        delivery("a", direction=Direction.OUT),
    ):
        store.put_delivery(item)
    names = [item.act_id for item in store.open_deliveries(DESK, direction=Direction.IN)]
    assert names == ["c", "a", "b"]
    store.put_delivery(replace(delivery("a", at=2), done_at=Instant(7), attempts=3))
    names = [item.act_id for item in store.open_deliveries(DESK, direction=Direction.IN)]
    assert names == ["c", "b"]
    found = store.delivery(DESK, ActId("a"), direction=Direction.IN)
    assert found == replace(delivery("a", at=2), done_at=Instant(7), attempts=3)
    out = delivery("a", direction=Direction.OUT)
    assert store.delivery(DESK, ActId("a"), direction=Direction.OUT) == out
    assert store.delivery(COURT, ActId("a"), direction=Direction.IN) is None
