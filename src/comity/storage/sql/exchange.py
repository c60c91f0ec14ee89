"""Inbox and directory in SQL, and with the outbox the whole store of the exchange."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Table, bindparam, delete, func, select

from comity.exchange.ports import Alarm, Held, PeerState, Pin
from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError
from comity.kernel.ids import ActId, AuthorityId, Fingerprint, OfficerName
from comity.kernel.realms import Realm
from comity.storage.sql import tables as t
from comity.storage.sql.outbox import SqlDeliveries, SqlOutbox
from comity.storage.sql.register import mark_party
from comity.storage.sql.statements import Among, Row, Rows, Statement, insert_new, upsert

_I, _N, _H, _U, _PIN, _A, _CH = (
    table.c
    for table in (t.INBOX_RECEIPT, t.INBOX_NONCE, t.INBOX_HELD, t.PEER_USAGE, t.PIN, t.ALARM, t.CHANNEL)
)

_RECEIPT = Statement(
    select(_I.receipt).where(_I.authority == bindparam("authority"), _I.message_id == bindparam("id"))
)
_RECEIPT_AMONG = Among(
    select(_I.message_id, _I.receipt).where(_I.authority == bindparam("authority")), _I.message_id
)
_PUT_RECEIPT = insert_new(t.INBOX_RECEIPT)
_REMEMBER = insert_new(t.INBOX_NONCE)
_FORGET = Statement(delete(t.INBOX_NONCE).where(_N.until_at < bindparam("before")))
_HOLD = insert_new(t.INBOX_HELD)
_HELD = Statement(
    select(t.INBOX_HELD)
    .where(_H.peer == bindparam("peer"), _H.authority == bindparam("authority"))
    .order_by(_H.held_at, _H.message_id)
)
_DROP_HELD = Statement(
    delete(t.INBOX_HELD).where(_H.authority == bindparam("authority"), _H.message_id == bindparam("id"))
)
_COUNT_HELD = Statement(select(func.count()).select_from(t.INBOX_HELD).where(_H.peer == bindparam("peer")))
_HELD_BYTES = Statement(
    select(func.coalesce(func.sum(func.length(_H.sealed)), 0)).where(_H.peer == bindparam("peer"))
)
_USAGE = Statement(
    select(_U.what, _U.amount).where(_U.peer == bindparam("peer"), _U.on_day == bindparam("day"))
)
_ADD_USAGE = Statement(
    t.PEER_USAGE.insert(),
    tail="ON CONFLICT (peer, on_day, what) DO UPDATE SET amount = peer_usage.amount + excluded.amount",
)

_PINS = Statement(select(t.PIN).order_by(_PIN.pinned_at, _PIN.fingerprint))
_PUT_PIN = insert_new(t.PIN)
_NEXT_ALARM = Statement(select(func.coalesce(func.max(_A.number), 0) + 1))
_PUT_ALARM = insert_new(t.ALARM)
_ALARMS = Statement(select(_A.code, _A.authority, _A.peer, _A.at, _A.detail).order_by(_A.number))
_ALARMED = Statement(
    select(_A.number).where(_A.code == bindparam("code"), _A.authority == bindparam("authority")).limit(1)
)
_CHANNEL = Statement(
    select(t.CHANNEL).where(
        _CH.authority == bindparam("authority"),
        _CH.peer == bindparam("peer"),
        _CH.addressee == bindparam("to"),
    )
)
_PUT_CHANNEL = upsert(t.CHANNEL)


def _versions(table: Table) -> tuple[Statement, Statement, Statement]:
    mine = table.c.fingerprint == bindparam("of")
    one = select(table.c.envelope).where(mine, table.c.version == bindparam("which"))
    every = select(table.c.envelope).where(mine).order_by(table.c.version)
    return insert_new(table), Statement(one), Statement(every)


_ROOTS = _versions(t.PARTY_ROOT)
_ENTRIES = _versions(t.PARTY_ENTRY)


class SqlInbox:
    """Receipts for what we refused, orphans, nonces and counters.

    Args:
        rows: The transaction.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._issued: dict[tuple[AuthorityId, ActId], bytes | None] = {}
        self._used: dict[tuple[Fingerprint, int], dict[str, int]] = {}

    def expect_receipts(self, authority: AuthorityId, message_ids: Sequence[ActId]) -> None:
        """Read many receipts at once, for the calls of ``receipt_for`` that follow."""
        wanted = [name for name in message_ids if (authority, name) not in self._issued]
        self._issued.update(((authority, name), None) for name in wanted)
        for name, receipt in _RECEIPT_AMONG.all(self._rows, wanted, authority=authority):
            self._issued[authority, name] = bytes(receipt)

    def receipt_for(self, authority: AuthorityId, message_id: ActId) -> bytes | None:
        """Return the receipt we issued."""
        if (authority, message_id) not in self._issued:
            # NOTE: every receipt that was put and waits is known here already.
            row = self._rows.look_up(_RECEIPT, authority=authority, id=message_id)
            self._issued[authority, message_id] = None if row is None else bytes(row[0])
        return self._issued[authority, message_id]

    def put_receipt(
        self, authority: AuthorityId, message_id: ActId, *, peer: Fingerprint, receipt: bytes
    ) -> None:
        """Keep a receipt we issue."""
        if self.receipt_for(authority, message_id) is not None:
            raise ConflictError("receipt.known", f"message {message_id[:16]} has a receipt already")
        self._rows.put_later(_PUT_RECEIPT, (authority, message_id, peer, receipt))
        self._issued[authority, message_id] = receipt

    def remember_nonce(self, peer: Fingerprint, nonce: bytes, *, until: Instant) -> bool:
        """Keep a nonce of a call; False if it is known already."""
        return self._rows.put(_REMEMBER, (peer, nonce, until)) > 0

    def forget_nonces(self, before: Instant) -> None:
        """Drop the nonces whose time is over."""
        self._rows.run(_FORGET, before=before)

    def hold(self, orphan: Held) -> None:
        """Keep an orphan."""
        missing = msgspec.json.encode(orphan.missing).decode()
        start = (orphan.message_id, orphan.authority, orphan.peer, orphan.sender, orphan.sealed)
        self._rows.put(_HOLD, (*start, missing, orphan.held_at, orphan.until))

    def held(self, authority: AuthorityId, peer: Fingerprint) -> tuple[Held, ...]:
        """Return the orphans of a peer, oldest first."""
        return tuple(_held(row) for row in self._rows.all(_HELD, authority=authority, peer=peer))

    def drop_held(self, authority: AuthorityId, message_id: ActId) -> None:
        """Forget an orphan."""
        self._rows.run(_DROP_HELD, authority=authority, id=message_id)

    def count_held(self, peer: Fingerprint) -> int:
        """Return how many orphans a peer has here."""
        row = self._rows.one(_COUNT_HELD, peer=peer)
        return int(row[0]) if row else 0

    def held_bytes(self, peer: Fingerprint) -> int:
        """Return how many sealed bytes the orphans of a peer take."""
        row = self._rows.one(_HELD_BYTES, peer=peer)
        return int(row[0]) if row else 0

    def usage(self, peer: Fingerprint, *, day: int, what: str) -> int:
        """Return a peer's counter for a day."""
        return self._usage_of(peer, day).get(what, 0)

    def add_usage(self, peer: Fingerprint, *, day: int, what: str, count: int) -> None:
        """Add to a peer's counter for a day."""
        used = self._usage_of(peer, day)
        used[what] = used.get(what, 0) + count
        self._rows.put_later(_ADD_USAGE, (peer, day, what, count))

    def _usage_of(self, peer: Fingerprint, day: int) -> dict[str, int]:
        # NOTE: what is added and waits is counted here already.
        if (peer, day) not in self._used:
            self._used[peer, day] = {
                what: int(amount) for what, amount in self._rows.all(_USAGE, peer=peer, day=day)
            }
        return self._used[peer, day]


class SqlDirectory:
    """Roots, entries, pins, alarms and channels.

    What is read of roots, entries, pins, alarms and channels is remembered until one is written: every
    message of a call asks for the same few rows, and a transaction sees one state of the database.

    Args:
        rows: The transaction.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._read: dict[tuple[str, Fingerprint], tuple[bytes, ...]] = {}
        self._read_pins: tuple[Pin, ...] | None = None
        self._alarmed: dict[tuple[AuthorityId, str], bool] = {}
        self._states: dict[tuple[AuthorityId, Fingerprint, AuthorityId], PeerState] = {}

    def put_root(self, fingerprint: Fingerprint, *, version: int, envelope: bytes) -> None:
        """Keep a root version."""
        self._put_once(_ROOTS, fingerprint, version, envelope, "root.two_versions")

    def roots(self, fingerprint: Fingerprint) -> tuple[bytes, ...]:
        """Return all root versions, lowest first."""
        return self._versions("root", _ROOTS[2], fingerprint)

    def put_entry(self, fingerprint: Fingerprint, *, version: int, envelope: bytes) -> None:
        """Keep a Party entry version."""
        self._put_once(_ENTRIES, fingerprint, version, envelope, "entry.two_versions")

    def entries(self, fingerprint: Fingerprint) -> tuple[bytes, ...]:
        """Return all entry versions, lowest first."""
        return self._versions("entry", _ENTRIES[2], fingerprint)

    def _versions(self, what: str, statement: Statement, fingerprint: Fingerprint) -> tuple[bytes, ...]:
        known = self._read.get((what, fingerprint))
        if known is None:
            known = tuple(bytes(row[0]) for row in self._rows.all(statement, of=fingerprint))
            self._read[what, fingerprint] = known
        return known

    def _put_once(
        self,
        statements: tuple[Statement, Statement, Statement],
        fingerprint: Fingerprint,
        version: int,
        envelope: bytes,
        code: str,
    ) -> None:
        put, one, _ = statements
        self._read.clear()
        if self._rows.put(put, (fingerprint, version, envelope)):
            mark_party(self._rows, fingerprint)
            return
        row = self._rows.one(one, of=fingerprint, which=version)
        if row is None or row[0] != envelope:
            raise ConflictError(code, f"other bytes of version {version} are held already")

    def pin(self, pin: Pin) -> None:
        """Keep a pin."""
        officers = msgspec.json.encode(pin.officers).decode()
        self._read_pins = None
        row = (
            pin.fingerprint,
            pin.party,
            pin.realm.value,
            pin.pinned_at,
            officers,
            pin.channel,
            int(pin.ours),
        )
        if not self._rows.put(_PUT_PIN, row):
            raise ConflictError("pin.known", f"{pin.party} {pin.fingerprint[:16]} is pinned already")
        mark_party(self._rows, pin.fingerprint)

    def pins(self) -> tuple[Pin, ...]:
        """Return all pins, oldest first."""
        if self._read_pins is None:
            self._read_pins = tuple(_pin(row) for row in self._rows.all(_PINS))
        return self._read_pins

    def pin_of(self, fingerprint: Fingerprint) -> Pin | None:
        """Return the pin of one root."""
        return next((pin for pin in self.pins() if pin.fingerprint == fingerprint), None)

    def alarm(self, alarm: Alarm) -> None:
        """Keep an alarm."""
        found = self._rows.one(_NEXT_ALARM)
        number = int(found[0]) if found else 1
        self._alarmed.clear()
        self._rows.put(_PUT_ALARM, (number, alarm.code, alarm.authority, alarm.peer, alarm.at, alarm.detail))

    def alarms(self) -> tuple[Alarm, ...]:
        """Return all alarms in the order they were raised."""
        return tuple(
            Alarm(code=code, authority=authority, peer=peer, at=at, detail=detail)
            for code, authority, peer, at, detail in self._rows.all(_ALARMS)
        )

    def is_alarmed(self, authority: AuthorityId, code: str) -> bool:
        """Tell whether an alarm of this code was ever raised at an authority."""
        if (authority, code) not in self._alarmed:
            found = self._rows.one(_ALARMED, code=code, authority=authority)
            self._alarmed[authority, code] = found is not None
        return self._alarmed[authority, code]

    def peer_state(self, authority: AuthorityId, peer: Fingerprint, *, to: AuthorityId) -> PeerState:
        """Return what is kept about a channel."""
        channel = (authority, peer, to)
        if channel not in self._states:
            row = self._rows.one(_CHANNEL, authority=authority, peer=peer, to=to)
            fresh = PeerState(authority=authority, peer=peer, to=to)
            self._states[channel] = fresh if row is None else _channel(row)
        return self._states[channel]

    def put_peer_state(self, state: PeerState) -> None:
        """Replace what is kept about a channel."""
        row = (
            state.authority,
            state.peer,
            state.to,
            state.entry_sent,
            state.log_seen,
            state.last_contact_at,
            state.failing_since,
            state.alarmed_at,
            state.incarnation,
            state.notice_seen,
            state.notice_heard,
        )
        self._rows.put(_PUT_CHANNEL, row)
        self._states[state.authority, state.peer, state.to] = state


class SqlExchangeStore(SqlOutbox, SqlInbox, SqlDirectory, SqlDeliveries):
    """Everything the exchange keeps, inside one transaction."""

    def __init__(self, rows: Rows) -> None:
        SqlOutbox.__init__(self, rows)
        SqlInbox.__init__(self, rows)
        SqlDirectory.__init__(self, rows)


def _held(row: Row) -> Held:
    name, authority, peer, sender, sealed, missing, held_at, until = row
    return Held(
        message_id=name,
        authority=authority,
        peer=peer,
        sender=sender,
        sealed=sealed,
        missing=msgspec.json.decode(missing, type=tuple[str, ...]),
        held_at=held_at,
        until=until,
    )


def _pin(row: Row) -> Pin:
    fingerprint, party, realm, pinned_at, officers, channel, ours = row
    return Pin(
        fingerprint=fingerprint,
        party=party,
        realm=Realm(realm),
        pinned_at=pinned_at,
        officers=tuple(OfficerName(name) for name in msgspec.json.decode(officers, type=tuple[str, ...])),
        channel=channel,
        ours=bool(ours),
    )


def _channel(row: Row) -> PeerState:
    return PeerState(
        authority=row[0],
        peer=row[1],
        to=row[2],
        entry_sent=row[3],
        log_seen=row[4],
        last_contact_at=row[5],
        failing_since=row[6],
        alarmed_at=row[7],
        incarnation=row[8],
        notice_seen=row[9],
        notice_heard=row[10],
    )
