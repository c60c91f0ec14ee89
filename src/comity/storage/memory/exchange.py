"""Outbox, inbox, directory and deliveries in memory: for tests, the simulator, and as an example."""

from collections.abc import Sequence
from dataclasses import replace

from comity.exchange.ports import (
    Alarm,
    Delivery,
    Direction,
    Held,
    Outgoing,
    PeerState,
    Pin,
    SendState,
    Settled,
)
from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, NotFoundError
from comity.kernel.ids import ActId, AuthorityId, Fingerprint


class MemoryOutbox:
    """Messages of ours, by id."""

    def __init__(self) -> None:
        self._out: dict[ActId, Outgoing] = {}
        self._settled: dict[ActId, Settled] = {}

    def queue(self, outgoing: Outgoing) -> None:
        """Keep a message to send."""
        if outgoing.message_id in self._out:
            raise ConflictError("outbox.known", f"message {outgoing.message_id[:16]} is queued already")
        self._out[outgoing.message_id] = outgoing

    def next_order(self, authority: AuthorityId, peer: Fingerprint, *, to: AuthorityId) -> int:
        """Return an order above every one given in this channel."""
        channel = (authority, peer, to)
        orders = [o.order for o in self._out.values() if (o.authority, o.peer, o.to) == channel]
        return max(orders, default=0) + 1

    def due(
        self, authority: AuthorityId, peer: Fingerprint, *, to: AuthorityId, now: Instant, limit: int
    ) -> tuple[Outgoing, ...]:
        """Return at most ``limit`` queued messages that are due, lowest order first."""
        channel = (authority, peer, to)
        found = [
            o
            for o in self._out.values()
            if (o.authority, o.peer, o.to) == channel and o.state is SendState.QUEUED and o.next_at <= now
        ]
        return tuple(sorted(found, key=lambda o: o.order)[:limit])

    def peers_due(
        self, authority: AuthorityId, *, now: Instant
    ) -> tuple[tuple[Fingerprint, AuthorityId], ...]:
        """Return each (peer, addressee authority) for which something is due, sorted."""
        return tuple(
            sorted(
                {
                    (o.peer, o.to)
                    for o in self._out.values()
                    if o.authority == authority and o.state is SendState.QUEUED and o.next_at <= now
                }
            )
        )

    def postpone(self, message_ids: tuple[ActId, ...], *, next_at: Instant) -> None:
        """Count one attempt on each and set when they are due again."""
        for name in message_ids:
            held = self._out[name]
            self._out[name] = replace(held, attempts=held.attempts + 1, next_at=next_at)

    def settle(self, settled: Settled) -> None:
        """Record the end of a queued message and drop its sealed bytes."""
        held = self._out.get(settled.message_id)
        if held is None:
            raise NotFoundError("outbox.unknown", f"no message {settled.message_id[:16]} in the outbox")
        self._out[settled.message_id] = replace(held, state=settled.state, sealed=b"")
        self._settled[settled.message_id] = settled

    def count_queued(self, peer: Fingerprint) -> int:
        """Return how many messages to a peer are queued."""
        return sum(1 for o in self._out.values() if o.peer == peer and o.state is SendState.QUEUED)

    def expect(self, message_ids: Sequence[ActId]) -> None:
        """Nothing has to be read here."""

    def outgoing(self, message_id: ActId) -> Outgoing | None:
        """Return one message of ours, whatever its state."""
        return self._out.get(message_id)

    def settled(self, message_id: ActId) -> Settled | None:
        """Return how it ended."""
        return self._settled.get(message_id)


class MemoryInbox:
    """Receipts for what we refused, orphans, nonces and counters."""

    def __init__(self) -> None:
        self._receipts: dict[tuple[AuthorityId, ActId], bytes] = {}
        self._nonces: dict[tuple[Fingerprint, bytes], Instant] = {}
        self._held: dict[tuple[AuthorityId, ActId], Held] = {}
        self._usage: dict[tuple[Fingerprint, int, str], int] = {}

    def expect_receipts(self, authority: AuthorityId, message_ids: Sequence[ActId]) -> None:
        """Nothing has to be read here."""

    def receipt_for(self, authority: AuthorityId, message_id: ActId) -> bytes | None:
        """Return the receipt we issued."""
        return self._receipts.get((authority, message_id))

    def put_receipt(
        self, authority: AuthorityId, message_id: ActId, *, peer: Fingerprint, receipt: bytes
    ) -> None:
        """Keep a receipt we issue."""
        if (authority, message_id) in self._receipts:
            raise ConflictError("receipt.known", f"message {message_id[:16]} has a receipt already")
        self._receipts[authority, message_id] = receipt

    def remember_nonce(self, peer: Fingerprint, nonce: bytes, *, until: Instant) -> bool:
        """Keep a nonce of a call; False if it is known already."""
        if (peer, nonce) in self._nonces:
            return False
        self._nonces[peer, nonce] = until
        return True

    def forget_nonces(self, before: Instant) -> None:
        """Drop the nonces whose time is over."""
        self._nonces = {key: until for key, until in self._nonces.items() if until >= before}

    def hold(self, orphan: Held) -> None:
        """Keep an orphan."""
        self._held.setdefault((orphan.authority, orphan.message_id), orphan)

    def held(self, authority: AuthorityId, peer: Fingerprint) -> tuple[Held, ...]:
        """Return the orphans of a peer, oldest first."""
        found = [h for h in self._held.values() if (h.authority, h.peer) == (authority, peer)]
        return tuple(sorted(found, key=lambda h: (h.held_at, h.message_id)))

    def drop_held(self, authority: AuthorityId, message_id: ActId) -> None:
        """Forget an orphan."""
        self._held.pop((authority, message_id), None)

    def count_held(self, peer: Fingerprint) -> int:
        """Return how many orphans a peer has here."""
        return sum(1 for held in self._held.values() if held.peer == peer)

    def held_bytes(self, peer: Fingerprint) -> int:
        """Return how many sealed bytes the orphans of a peer take."""
        return sum(len(held.sealed) for held in self._held.values() if held.peer == peer)

    def usage(self, peer: Fingerprint, *, day: int, what: str) -> int:
        """Return a peer's counter for a day."""
        return self._usage.get((peer, day, what), 0)

    def add_usage(self, peer: Fingerprint, *, day: int, what: str, count: int) -> None:
        """Add to a peer's counter for a day."""
        self._usage[peer, day, what] = self.usage(peer, day=day, what=what) + count


class MemoryDirectory:
    """Roots, entries, pins, alarms and channels."""

    def __init__(self) -> None:
        self._roots: dict[Fingerprint, dict[int, bytes]] = {}
        self._entries: dict[Fingerprint, dict[int, bytes]] = {}
        self._pins: dict[Fingerprint, Pin] = {}
        self._alarms: dict[tuple[str, AuthorityId, Fingerprint, bytes], Alarm] = {}
        self._peers: dict[tuple[AuthorityId, Fingerprint, AuthorityId], PeerState] = {}

    def put_root(self, fingerprint: Fingerprint, *, version: int, envelope: bytes) -> None:
        """Keep a root version."""
        _put_once(self._roots.setdefault(fingerprint, {}), version, envelope, "root.two_versions")

    def roots(self, fingerprint: Fingerprint) -> tuple[bytes, ...]:
        """Return all root versions, lowest first."""
        return tuple(data for _, data in sorted(self._roots.get(fingerprint, {}).items()))

    def put_entry(self, fingerprint: Fingerprint, *, version: int, envelope: bytes) -> None:
        """Keep a Party entry version."""
        _put_once(self._entries.setdefault(fingerprint, {}), version, envelope, "entry.two_versions")

    def entries(self, fingerprint: Fingerprint) -> tuple[bytes, ...]:
        """Return all entry versions, lowest first."""
        return tuple(data for _, data in sorted(self._entries.get(fingerprint, {}).items()))

    def pin(self, pin: Pin) -> None:
        """Keep a pin."""
        if pin.fingerprint in self._pins:
            raise ConflictError("pin.known", f"{pin.party} {pin.fingerprint[:16]} is pinned already")
        self._pins[pin.fingerprint] = pin

    def pins(self) -> tuple[Pin, ...]:
        """Return all pins, oldest first."""
        return tuple(sorted(self._pins.values(), key=lambda pin: (pin.pinned_at, pin.fingerprint)))

    def pin_of(self, fingerprint: Fingerprint) -> Pin | None:
        """Return the pin of one root."""
        return self._pins.get(fingerprint)

    def alarm(self, alarm: Alarm) -> None:
        """Keep an alarm."""
        self._alarms.setdefault((alarm.code, alarm.authority, alarm.peer, alarm.detail), alarm)

    def alarms(self) -> tuple[Alarm, ...]:
        """Return all alarms in the order they were raised."""
        return tuple(self._alarms.values())

    def is_alarmed(self, authority: AuthorityId, code: str) -> bool:
        """Tell whether an alarm of this code was ever raised at an authority."""
        return any((alarm.authority, alarm.code) == (authority, code) for alarm in self._alarms.values())

    def peer_state(self, authority: AuthorityId, peer: Fingerprint, *, to: AuthorityId) -> PeerState:
        """Return what is kept about a channel."""
        fresh = PeerState(authority=authority, peer=peer, to=to)
        return self._peers.get((authority, peer, to), fresh)

    def put_peer_state(self, state: PeerState) -> None:
        """Replace what is kept about a channel."""
        self._peers[state.authority, state.peer, state.to] = state


class MemoryDeliveries:
    """Packages on their way in pieces."""

    def __init__(self) -> None:
        self._deliveries: dict[tuple[AuthorityId, ActId, Direction], Delivery] = {}

    def put_delivery(self, delivery: Delivery) -> None:
        """Keep or replace a delivery."""
        self._deliveries[delivery.authority, delivery.act_id, delivery.direction] = delivery

    def delivery(self, authority: AuthorityId, act_id: ActId, *, direction: Direction) -> Delivery | None:
        """Return one delivery."""
        return self._deliveries.get((authority, act_id, direction))

    def open_deliveries(self, authority: AuthorityId, *, direction: Direction) -> tuple[Delivery, ...]:
        """Return those that are not done, oldest announcement first."""
        found = [
            d
            for d in self._deliveries.values()
            if (d.authority, d.direction) == (authority, direction) and d.done_at is None
        ]
        return tuple(sorted(found, key=lambda d: (d.announced_at, d.act_id)))


class MemoryExchangeStore(MemoryOutbox, MemoryInbox, MemoryDirectory, MemoryDeliveries):
    """Everything in dictionaries; one instance is one store and has no transaction of its own."""

    def __init__(self) -> None:
        MemoryOutbox.__init__(self)
        MemoryInbox.__init__(self)
        MemoryDirectory.__init__(self)
        MemoryDeliveries.__init__(self)


def _put_once(held: dict[int, bytes], version: int, envelope: bytes, code: str) -> None:
    if held.setdefault(version, envelope) != envelope:
        raise ConflictError(code, f"other bytes of version {version} are held already")


def parties_changed(before: MemoryDirectory, after: MemoryDirectory) -> frozenset[Fingerprint]:
    """Return the roots of which one copy of a store holds other versions, or another pin, than one before."""
    held = [(store._roots, store._entries, store._pins) for store in (before, after)]
    known = {root for rows in held[1] for root in rows}
    return frozenset(
        root for root in known if [rows.get(root) for rows in held[0]] != [rows.get(root) for rows in held[1]]
    )
