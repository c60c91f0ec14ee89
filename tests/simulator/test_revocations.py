"""A revocation is with every pinned peer within five minutes of virtual time, as long as lines are up."""

import heapq
from functools import partial

import pytest

from comity.exchange.entries import Revocation, Usage
from comity.kernel.clock import MINUTE, SECOND, Instant
from comity.kernel.signing import key_id
from comity.worker.loop import NEWS_SECONDS
from tests.simulator.world import Faults, Node, World

LIMIT = 5 * MINUTE
ROUND = int(NEWS_SECONDS * SECOND)


def go_on(world: World, until: int) -> None:
    """Let the world run until a time, not beyond."""
    while world.events and world.events[0][0] <= until:
        at, _, work = heapq.heappop(world.events)
        world.now = max(world.now, at)
        work()
    world.now = until


def tell_news(node: Node) -> None:
    """Do what the worker does every minute."""
    if node.world.now < node.down_until:
        return
    for peer in node.desk.channels_with_news(node.party.office.authority):
        if peer not in node.busy:
            node.guarded(partial(node.call, peer, even_if_empty=True))


def keep_telling(world: World, *, minutes: int) -> None:
    """Put the rounds of every node on the clock, each at an offset of its own."""
    for node in world.nodes:
        start = world.random.randrange(ROUND)
        for number in range(minutes):
            world.later(start + number * ROUND, partial(tell_news, node))


def revoke(node: Node, *, version: int = 2) -> str:
    """Publish an entry that revokes the key by which the node signs acts; return the name of the key."""
    key = key_id(node.party.act.public)
    at = node.clock.now()
    entry = node.party.signed_entry(
        version=version, issued_at=at, revoked=(Revocation(key=key, at=at, invalid_since=at),)
    )
    with node.store.transaction() as tx:
        tx.exchange.put_entry(node.party.fingerprint, version=version, envelope=entry.json)
    return key


def believes(node: Node, of: Node) -> bool:
    """Tell whether a node still believes a signature by the act key of another, made now."""
    with node.store.snapshot() as tx:
        party = node.desk.exchange.directory.party(tx.exchange, of.party.fingerprint)
    return bool(party.keys(of.party.office.authority, Usage.ACT, at=Instant(node.world.now)))


@pytest.mark.parametrize("seed", range(12))
def test_every_peer_knows_of_a_revocation_within_five_minutes(seed: int) -> None:
    world = World(seed, Faults(slowest=25 * SECOND, duplicates=30, skew=MINUTE), nodes=3)
    one, *others = world.nodes
    keep_telling(world, minutes=10)
    go_on(world, world.now + MINUTE + world.random.randrange(2 * MINUTE))
    assert all(believes(node, one) for node in others)
    revoke(one)
    go_on(world, world.now + LIMIT)
    assert not any(believes(node, one) for node in others)
    assert not any(node.desk.channels_with_news(node.party.office.authority) for node in world.nodes)


@pytest.mark.parametrize("seed", range(4))
def test_a_peer_that_was_away_knows_within_five_minutes_of_its_return(seed: int) -> None:
    world = World(seed, Faults(slowest=5 * SECOND), nodes=3)
    one, near, far = world.nodes
    away = 40 * MINUTE
    far.down_until = world.now + away
    keep_telling(world, minutes=50)
    go_on(world, world.now + MINUTE)
    revoke(one)
    go_on(world, world.now + LIMIT)
    assert not believes(near, one)
    assert believes(far, one)
    go_on(world, far.down_until + LIMIT)
    assert not believes(far, one)


def test_what_was_published_before_the_pin_is_no_news() -> None:
    world = World(1, Faults(), nodes=2)
    assert [node.desk.channels_with_news(node.party.office.authority) for node in world.nodes] == [(), ()]


def test_a_peer_that_is_lost_for_an_hour_is_left_to_the_greetings() -> None:
    world = World(1, Faults(loss=100), nodes=2)
    one, _ = world.nodes
    keep_telling(world, minutes=130)
    go_on(world, world.now + MINUTE)
    revoke(one)
    go_on(world, world.now + 30 * MINUTE)
    assert one.desk.channels_with_news(one.party.office.authority)
    go_on(world, world.now + 60 * MINUTE)
    assert one.desk.channels_with_news(one.party.office.authority) == ()
