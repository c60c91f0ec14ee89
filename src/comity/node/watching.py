"""The watch: it raises alarms from what the node knows and rings them until a person acknowledges each.

It runs beside the server once a minute. It decides nothing and reads no case material: an emergency that
waits, a peer that is silent, a task whose hour came, and a receiver of fingerprints that has not learnt what
was taken back are all it looks for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from comity.cases.single import is_emergency
from comity.cases.wire import parse_signed_act
from comity.kernel.clock import MINUTE, Instant
from comity.kernel.digests import sha256
from comity.kernel.ids import AuthorityId, OfficerName
from comity.kernel.ijson import parse_ijson
from comity.node.alarmbook import alarms_of, keep_alarm
from comity.node.alertbook import records_of
from comity.node.callbacks import is_request
from comity.node.founding import own_entry
from comity.node.freezelane import is_urgent_property
from comity.node.lanetasks import tasks_of
from comity.node.ports import Transaction
from comity.node.ringing import Alarm, is_due, rung
from comity.node.roster import NO_ROSTER, Roster, on_duty
from comity.node.workplace import Workplace
from comity.protection.recalls import late

DRILL, EMERGENCY_WAITS, PROPERTY_WAITS = "drill", "emergency", "property"
SILENT, OVERDUE, RECALL = "heartbeat", "overdue", "recall"
UNANSWERED = "unanswered"
APPROVING = frozenset({"duty-officer", "officer", "head", "trustee", "counsellor"})
_MOST_LOOKED_AT = 500
_UNDECIDED = "duty.decide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """That an officer has to be told of an alarm now."""

    authority: AuthorityId
    alarm: Alarm
    officer: OfficerName


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Raises and rings for every office of the node."""

    place: Workplace

    def turn(self) -> tuple[Call, ...]:
        """Raise what has to be raised, ring what is due, and return whom to tell.

        A ring is durable before it is told, so a cut in the middle costs one telling, and the next one comes.
        """
        with self.place.store.snapshot() as tx:
            offices = self.place.authorities(tx)
        return tuple(call for office in offices for call in self._turn(office))

    def order(self, tx: Transaction, authority: AuthorityId, *, now: Instant) -> tuple[OfficerName, ...]:
        """Return who is asked now: those on duty, else every officer of the office, else of the Party."""
        known = self.officers(tx, authority)
        roster = roster_of(tx, authority)
        found = tuple(name for name in on_duty(roster, now, zones=self.place.zones) if name in known)
        return found or known or tuple(o.name for a in own_entry(tx).authorities for o in a.officers)

    def officers(self, tx: Transaction, authority: AuthorityId) -> tuple[OfficerName, ...]:
        """Return the officers of an office who may approve."""
        office = own_entry(tx).authority(authority)
        return tuple(o.name for o in (office.officers if office else ()) if set(o.roles) & APPROVING)

    def pulses(
        self, tx: Transaction, authority: AuthorityId, *, now: Instant
    ) -> Iterator[tuple[str, Instant | None, bool]]:
        """Yield the peers with an endpoint, when each was last heard of, and whether it is silent."""
        allowed = roster_of(tx, authority).heartbeat * MINUTE
        for pin in tx.exchange.pins():
            entry = (
                None if pin.ours else self.place.directory.party(tx.exchange, pin.fingerprint).in_force(now)
            )
            offices = [office for office in entry.authorities if office.endpoint] if entry is not None else []
            heard = [
                tx.exchange.peer_state(authority, pin.fingerprint, to=office.id).last_contact_at
                for office in offices
            ]
            if offices:
                last = max(heard)
                yield pin.party, last or None, bool(last) and now - last > allowed

    def _turn(self, authority: AuthorityId) -> tuple[Call, ...]:
        now = self.place.clock.now()
        with self.place.store.snapshot() as tx:
            known = {alarm.id: alarm for alarm in alarms_of(tx, authority)}
            pace = roster_of(tx, authority).pace
            fresh = [alarm for alarm in self._causes(tx, authority, now) if alarm.id not in known]
            if not fresh and not any(is_due(alarm, now=now, pace=pace) for alarm in known.values()):
                return ()
        calls = []
        with self.place.store.transaction() as tx:
            order = self.order(tx, authority, now=now)
            for alarm in self._open(tx, authority, fresh):
                if is_due(alarm, now=now, pace=pace):
                    ringing = rung(alarm, now=now, order=order)
                    keep_alarm(tx, authority, ringing)
                    officer = OfficerName(ringing.rings[-1].officer)
                    calls.append(Call(authority=authority, alarm=ringing, officer=officer))
        return tuple(calls)

    def _open(self, tx: Transaction, authority: AuthorityId, fresh: Sequence[Alarm]) -> list[Alarm]:
        known = {alarm.id: alarm for alarm in alarms_of(tx, authority)}
        return [*known.values(), *(alarm for alarm in fresh if alarm.id not in known)]

    def _causes(self, tx: Transaction, authority: AuthorityId, now: Instant) -> Iterator[Alarm]:
        for duty in tx.acts.duty_lines(authority, theirs=False, now=now, after=None, most=_MOST_LOOKED_AT):
            record = tx.acts.get(authority, duty.about) if duty.code == _UNDECIDED else None
            act = parse_signed_act(record.signed).act if record is not None else None
            if act is not None and is_request(act) and is_emergency(act):
                yield _alarm(EMERGENCY_WAITS, act.id, now)
            elif act is not None and is_urgent_property(act):
                yield _alarm(PROPERTY_WAITS, act.id, now)
        for party, heard, silent in self.pulses(tx, authority, now=now):
            if silent:
                yield _alarm(SILENT, party, now, f"{party}/{heard}")
        for kept in records_of(tx, authority):
            if kept.is_unanswered(now):
                yield _alarm(UNANSWERED, kept.alert.id, now, f"{kept.alert.id}/{kept.alert.answer_by}")
        for (name, receiver), since in late(tx.hashes.recalls(authority), now=now).items():
            yield _alarm(RECALL, f"{receiver} {name}", now, f"{name}/{receiver}/{since}")
        for task in tasks_of(tx, authority):
            if task.is_open and task.due <= now:
                yield _alarm(OVERDUE, task.id, now, f"{task.id}/{task.due}")


def _alarm(code: str, about: str, now: Instant, cause: str = "") -> Alarm:
    name = sha256(f"{code}/{cause or about}".encode()).hex()[:16]
    return Alarm(id=name, code=code, about=about, raised_at=now)


def roster_of(tx: Transaction, authority: AuthorityId) -> Roster:
    """Return the roster of an office; an empty one where none is kept."""
    data = tx.node.setting(f"lane/{authority}/roster")
    return NO_ROSTER if data is None else msgspec.convert(parse_ijson(data), Roster)
