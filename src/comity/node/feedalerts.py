"""Alerts in feeds: to those who are warned, answers back, and recalls."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from comity.exchange.feeds import MOST_CHANGES
from comity.indicators.alerts import Ack, AlertRecord, parse_record, read_ack, read_alert
from comity.indicators.feedfigures import ALERT, ANSWER, RECALL, UNSORTED
from comity.indicators.ports import Wanted
from comity.kernel.clock import DAY, MINUTE, Instant
from comity.kernel.digests import sha256
from comity.kernel.errors import ComityError
from comity.kernel.ijson import parse_ijson
from comity.node.alarmbook import keep_alarm
from comity.node.alertbook import keep_record, record_of
from comity.node.feedbook import ALERTS, Channel, Share, keep_share, share_of
from comity.node.feeding import ROOM, Asked, Change, Portion
from comity.node.feedstops import STOPPED, is_stopped
from comity.node.feedtaking import Outcome, Parcel
from comity.node.ports import Transaction
from comity.node.ringing import Alarm

CRITICAL, WARNED = "critical", "alert"
MOST_RINGS_A_DAY = 50
"""Alerts of one peer that ring in a day."""
_PAGE = 1000
_AHEAD = 5 * MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSource:
    """Alerts of an office, and its answers to those of a peer."""

    def head(self, tx: Transaction, channel: Channel) -> int:
        """Return the number of the newest change of an alert."""
        return tx.sharing.count_shared(channel.authority, ALERTS)

    def stored(self, tx: Transaction, channel: Channel, *, upto: int) -> None:
        """Do nothing: nobody waits to learn that a peer has it."""

    def portion(self, tx: Transaction, asked: Asked) -> Portion:
        """Return the next alerts, answers and recalls that concern a peer."""
        found: list[Change] = []
        space, upto = ROOM, asked.after
        for number, changes in self._changes(tx, asked):
            size = sum(len(one.body) + 1 for one in changes)
            if len(found) + len(changes) > MOST_CHANGES or size > space:
                break
            found += changes
            space -= size
            upto = number
        return Portion(changes=tuple(found), upto=upto)

    def _changes(self, tx: Transaction, asked: Asked) -> Iterator[tuple[int, list[Change]]]:
        wanted = Wanted(after=asked.after, most=_PAGE)
        rows = tx.sharing.shared(asked.channel.authority, ALERTS, wanted)
        given = asked.given(tx, [row.object_id for row in rows])
        for row in rows:
            change = _change(parse_record(row.body), asked.channel, row.added_at)
            fed = given.get(row.object_id)
            is_known = change is None or (
                fed is not None and fed.epoch == asked.epoch and fed.version == change.version
            )
            waits = asked.is_declined and change is not None and change.version.startswith("alert ")
            yield row.number, [] if change is None or is_known or waits else [change]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSink:
    """Takes alerts of a peer and its answers to ours; what is critical rings."""

    def take(self, tx: Transaction, parcel: Parcel) -> Outcome:
        """Keep the alerts and answers of a batch that hold; name the others.

        Raises:
            MalformedError: ``json.…``, ``feed.form``.
        """
        size = len(parcel.changes) + 1
        listed = parcel.listed(parse_ijson(parcel.changes, most_bytes=size, where="feed"))
        refused: list[tuple[str, str]] = []
        fresh = 0
        for number, value in enumerate(listed):
            known = len(refused)
            try:
                code = self._take(tx, parcel, value)
            except ComityError as exc:
                code = exc.code
            if code:
                refused.append((f"{number}", code))
            fresh += len(refused) == known
        keeps = not is_stopped(tx, parcel.channel)
        kinds = tuple(sorted(Counter(_what(value) for value in listed).items()))
        taken = len(listed) - len(refused)
        return Outcome(taken=taken, fresh=fresh, refused=tuple(refused), kinds=kinds, keeps=keeps)

    def _take(self, tx: Transaction, parcel: Parcel, value: Any) -> str:
        match value:
            case {"alert": dict(told)} if len(value) == 1:
                if is_stopped(tx, parcel.channel):
                    return STOPPED
                return self._alert(tx, parcel, told)
            case {"recall": {"alert": str(name), "at": int(at), "reason": str(reason)}}:
                return self._recall(tx, parcel, name, at=at, reason=reason)
            case {"ack": {"alert": str(name), "answer": dict(told)}}:
                return self._ack(tx, parcel, name, told)
        return "feed.form"

    def _alert(self, tx: Transaction, parcel: Parcel, told: dict[str, Any]) -> str:
        alert, channel, now = read_alert(told), parcel.channel, parcel.now
        if alert.author != channel.peer.authority:
            return "feed.other"
        if alert.at > now + _AHEAD:
            return "feed.future"
        if now >= alert.limits.retain_until:
            return "feed.expired"
        held = record_of(tx, channel.authority, alert.id)
        if held is not None and held.via != channel.owner:
            return "feed.other" if held.via else "feed.own"
        if held is not None and held.alert == alert:
            return ""
        day = now // DAY
        if tx.exchange.usage(channel.peer.root, day=day, what="alerts") >= MOST_RINGS_A_DAY:
            return "feed.alerts"
        tx.exchange.add_usage(channel.peer.root, day=day, what="alerts", count=1)
        made = AlertRecord(alert=alert, via=channel.owner, came=int(now))
        keep_record(tx, channel.authority, made, at=now)
        cause = f"{alert.id}/{alert.at}/{alert.critical}"
        keep_alarm(
            tx,
            channel.authority,
            Alarm(
                id=sha256(cause.encode()).hex()[:16],
                code=CRITICAL if alert.critical else WARNED,
                about=alert.id,
                raised_at=now,
            ),
        )
        return ""

    def _recall(self, tx: Transaction, parcel: Parcel, name: str, *, at: int, reason: str) -> str:
        held = record_of(tx, parcel.channel.authority, name)
        if held is None or held.recalled:
            return ""
        if held.via != parcel.channel.owner:
            return "feed.other" if held.via else "feed.own"
        made = msgspec.structs.replace(held, recalled=max(at, 1), reason=reason[:2000])
        keep_record(tx, parcel.channel.authority, made, at=parcel.now)
        return ""

    def _ack(self, tx: Transaction, parcel: Parcel, name: str, told: dict[str, Any]) -> str:
        ack, channel = read_ack(told), parcel.channel
        held = record_of(tx, channel.authority, name)
        peer = (str(channel.peer.authority), str(channel.peer.root))
        if held is None or held.via or peer not in held.to or ack.office != channel.peer.authority:
            return "feed.other"
        others = tuple(one for one in held.acks if one.office != ack.office)
        made = msgspec.structs.replace(held, acks=(*others, ack))
        if made != held:
            keep_record(tx, channel.authority, made, at=parcel.now)
        return ""


def open_channel(tx: Transaction, channel: Channel, *, officer: str, now: Instant) -> None:
    """Have a peer told of what concerns it alone, such as alerts and answers to its own; once is enough."""
    if share_of(tx, channel) is None:
        share = Share(
            office=channel.peer.authority,
            root=channel.peer.root,
            feed=channel.feed,
            purpose=channel.feed,
            since=int(now),
            officer=officer,
        )
        keep_share(tx, channel.authority, share)


def _change(record: AlertRecord, channel: Channel, at: Instant) -> Change | None:
    """Return what a peer is told of an alert, or None."""
    alert, peer = record.alert, (str(channel.peer.authority), str(channel.peer.root))
    if record.via == channel.owner:
        return None if record.ack is None else _answer(alert.id, record.ack)
    if record.via or peer not in record.to:
        return None
    if record.recalled:
        told: dict[str, Any] = {"alert": alert.id, "at": record.recalled, "reason": record.reason}
        body = msgspec.json.encode({"recall": told})
        version = f"recall {record.recalled}"
        return Change(id=alert.id, version=version, body=body, is_gone=True, kind=RECALL, at=at)
    body = msgspec.json.encode({"alert": alert})
    return Change(id=alert.id, version=f"alert {alert.at}", body=body, kind=ALERT, at=at)


def _answer(name: str, ack: Ack) -> Change:
    body = msgspec.json.encode({"ack": {"alert": name, "answer": ack}})
    return Change(id=name, version=f"ack {ack.at}", body=body, kind=ANSWER)


def _what(value: object) -> str:
    """Return the kind of a change that came, as figures count it."""
    match value:
        case {"alert": _}:
            return ALERT
        case {"recall": _}:
            return RECALL
        case {"ack": _}:
            return ANSWER
    return UNSORTED
