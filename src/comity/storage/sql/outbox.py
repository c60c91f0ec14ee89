"""Messages of ours on their way, and packages in pieces, in SQL."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, func, select, update

from comity.exchange.ports import Delivery, Direction, Outgoing, SendState, Settled
from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, NotFoundError
from comity.kernel.ids import ActId, AuthorityId, Fingerprint
from comity.storage.sql import tables as t
from comity.storage.sql.statements import Among, Row, Rows, Statement, insert_new, upsert

_O, _V = t.OUTBOX.c, t.DELIVERY.c
_CHANNEL = (
    _O.authority == bindparam("authority"),
    _O.peer == bindparam("peer"),
    _O.addressee == bindparam("to"),
)
_DUE_NOW = (_O.state == bindparam("queued"), _O.next_at <= bindparam("now"))

_QUEUE = insert_new(t.OUTBOX)
_NEXT_ORDER = Statement(select(func.coalesce(func.max(_O.position), 0) + 1).where(*_CHANNEL))
_DUE = Statement(select(t.OUTBOX).where(*_CHANNEL, *_DUE_NOW).order_by(_O.position).limit(bindparam("most")))
_PEERS_DUE = Statement(
    select(_O.peer, _O.addressee)
    .distinct()
    .where(_O.authority == bindparam("authority"), *_DUE_NOW)
    .order_by(_O.peer, _O.addressee)
)
_COUNT_QUEUED = Statement(
    select(func.count())
    .select_from(t.OUTBOX)
    .where(_O.state == bindparam("queued"), _O.peer == bindparam("peer"))
)
_POSTPONE = Statement(
    update(t.OUTBOX)
    .values(attempts=_O.attempts + 1, next_at=bindparam("later"))
    .where(_O.message_id == bindparam("id"))
)
_SETTLE = Statement(
    update(t.OUTBOX)
    .values(
        state=bindparam("ended"),
        sealed=bindparam("nothing"),
        code=bindparam("why"),
        settled_at=bindparam("now"),
    )
    .where(_O.message_id == bindparam("id"))
)
_OUTGOING = Statement(select(t.OUTBOX).where(_O.message_id == bindparam("id")))
_OUTGOING_AMONG = Among(select(t.OUTBOX), _O.message_id)

_PUT_DELIVERY = upsert(t.DELIVERY)
_DELIVERY = Statement(
    select(t.DELIVERY).where(
        _V.authority == bindparam("authority"),
        _V.act_id == bindparam("act_id"),
        _V.direction == bindparam("way"),
    )
)
_OPEN_DELIVERIES = Statement(
    select(t.DELIVERY)
    .where(_V.authority == bindparam("authority"), _V.direction == bindparam("way"), _V.done_at.is_(None))
    .order_by(_V.announced_at, _V.act_id)
)


class SqlOutbox:
    """Messages of ours, by id.

    Args:
        rows: The transaction.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._known: dict[ActId, Outgoing | None] = {}
        self._orders: dict[tuple[AuthorityId, Fingerprint, AuthorityId], int] = {}

    def queue(self, outgoing: Outgoing) -> None:
        """Keep a message to send."""
        row = (
            outgoing.message_id,
            outgoing.authority,
            outgoing.peer,
            outgoing.to,
            outgoing.sealed,
            outgoing.digest,
            outgoing.order,
            outgoing.queued_at,
            outgoing.attempts,
            outgoing.next_at,
            outgoing.state.value,
            "",
            None,
        )
        if self.outgoing(outgoing.message_id) is not None:
            raise ConflictError("outbox.known", f"message {outgoing.message_id[:16]} is queued already")
        self._rows.put_later(_QUEUE, row)
        self._known[outgoing.message_id] = outgoing
        channel = (outgoing.authority, outgoing.peer, outgoing.to)
        if channel in self._orders:
            self._orders[channel] = max(self._orders[channel], outgoing.order + 1)

    def next_order(self, authority: AuthorityId, peer: Fingerprint, *, to: AuthorityId) -> int:
        """Return an order above every one given in this channel."""
        if (authority, peer, to) not in self._orders:
            row = self._rows.one(_NEXT_ORDER, authority=authority, peer=peer, to=to)
            self._orders[authority, peer, to] = int(row[0]) if row else 1
        return self._orders[authority, peer, to]

    def due(
        self, authority: AuthorityId, peer: Fingerprint, *, to: AuthorityId, now: Instant, limit: int
    ) -> tuple[Outgoing, ...]:
        """Return at most ``limit`` queued messages that are due, lowest order first."""
        found = self._rows.all(
            _DUE, authority=authority, peer=peer, to=to, queued=SendState.QUEUED.value, now=now, most=limit
        )
        return tuple(_outgoing(row) for row in found)

    def peers_due(
        self, authority: AuthorityId, *, now: Instant
    ) -> tuple[tuple[Fingerprint, AuthorityId], ...]:
        """Return each (peer, addressee authority) for which something is due, sorted."""
        found = self._rows.all(_PEERS_DUE, authority=authority, queued=SendState.QUEUED.value, now=now)
        return tuple((Fingerprint(peer), AuthorityId(to)) for peer, to in found)

    def count_queued(self, peer: Fingerprint) -> int:
        """Return how many messages to a peer are queued."""
        row = self._rows.one(_COUNT_QUEUED, peer=peer, queued=SendState.QUEUED.value)
        return int(row[0]) if row else 0

    def postpone(self, message_ids: tuple[ActId, ...], *, next_at: Instant) -> None:
        """Count one attempt on each and set when they are due again."""
        for name in message_ids:
            self._rows.run(_POSTPONE, id=name, later=next_at)
            self._known.pop(name, None)

    def settle(self, settled: Settled) -> None:
        """Record the end of a queued message and drop its sealed bytes."""
        name, state = settled.message_id, settled.state
        held = self.outgoing(name)
        if held is None:
            raise NotFoundError("outbox.unknown", f"no message {name[:16]} in the outbox")
        ended = state.value
        self._rows.run_later(_SETTLE, id=name, ended=ended, nothing=b"", why=settled.code, now=settled.at)
        self._known[name] = replace(held, state=state, sealed=b"")

    def expect(self, message_ids: Sequence[ActId]) -> None:
        """Read many messages at once, for the calls of ``outgoing`` that follow."""
        wanted = [name for name in message_ids if name not in self._known]
        self._known.update((name, None) for name in wanted)
        for row in _OUTGOING_AMONG.all(self._rows, wanted):
            self._known[row[0]] = _outgoing(row)

    def outgoing(self, message_id: ActId) -> Outgoing | None:
        """Return one message of ours, whatever its state."""
        if message_id not in self._known:
            # NOTE: every message that was queued or settled and waits is known here already.
            row = self._rows.look_up(_OUTGOING, id=message_id)
            self._known[message_id] = None if row is None else _outgoing(row)
        return self._known[message_id]

    def settled(self, message_id: ActId) -> Settled | None:
        """Return how it ended."""
        row = self._rows.one(_OUTGOING, id=message_id)
        if row is None or row[-1] is None:
            return None
        state, code, at = row[-3:]
        return Settled(message_id=message_id, state=SendState(state), code=code, at=at)


class SqlDeliveries:
    """Packages on their way in pieces.

    Args:
        rows: The transaction.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def put_delivery(self, delivery: Delivery) -> None:
        """Keep or replace a delivery."""
        self._rows.put(_PUT_DELIVERY, _delivery_row(delivery))

    def delivery(self, authority: AuthorityId, act_id: ActId, *, direction: Direction) -> Delivery | None:
        """Return one delivery."""
        row = self._rows.one(_DELIVERY, authority=authority, act_id=act_id, way=direction.value)
        return None if row is None else _delivery(row)

    def open_deliveries(self, authority: AuthorityId, *, direction: Direction) -> tuple[Delivery, ...]:
        """Return those that are not done, oldest announcement first."""
        found = self._rows.all(_OPEN_DELIVERIES, authority=authority, way=direction.value)
        return tuple(_delivery(row) for row in found)


def _outgoing(row: Row) -> Outgoing:
    return Outgoing(
        message_id=row[0],
        authority=row[1],
        peer=row[2],
        to=row[3],
        sealed=row[4],
        digest=row[5],
        order=row[6],
        queued_at=row[7],
        attempts=row[8],
        next_at=row[9],
        state=SendState(row[10]),
    )


def _delivery_row(delivery: Delivery) -> tuple[Any, ...]:
    return (
        delivery.act_id,
        delivery.authority,
        delivery.peer,
        delivery.counterpart,
        delivery.direction.value,
        delivery.payload_length,
        delivery.piece_root,
        delivery.pieces,
        delivery.announced_at,
        delivery.name,
        delivery.attempts,
        delivery.next_at,
        delivery.done_at,
    )


def _delivery(row: Row) -> Delivery:
    return Delivery(
        act_id=row[0],
        authority=row[1],
        peer=row[2],
        counterpart=row[3],
        direction=Direction(row[4]),
        payload_length=row[5],
        piece_root=row[6],
        pieces=row[7],
        announced_at=row[8],
        name=row[9],
        attempts=row[10],
        next_at=row[11],
        done_at=row[12],
    )
