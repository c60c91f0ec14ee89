"""The duty desk: who is on duty, what rings until it is acknowledged, and which peer is silent."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from comity.cases.reckoning import Step
from comity.exchange.entries import Entry
from comity.kernel.clock import Instant
from comity.kernel.digests import sha256
from comity.kernel.errors import ConflictError, DeniedError, MalformedError, NotFoundError
from comity.kernel.ids import AuthorityId, OfficerName
from comity.kernel.realms import Realm
from comity.node.access import Action, require_access
from comity.node.alarmbook import alarms_of, keep_alarm
from comity.node.alerting import answered
from comity.node.lanetasks import require_words, tasks_of
from comity.node.laneviews import TaskView
from comity.node.ports import Transaction
from comity.node.ringing import Alarm, acknowledged
from comity.node.roster import Roster, dump_roster, on_duty, parse_roster
from comity.node.sheets import other_officers
from comity.node.views import Actor
from comity.node.watching import DRILL, SILENT, Watch, roster_of
from comity.node.workplace import Workplace
from comity.requests.lanes import Task, steps_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerPulse:
    """When a peer was last heard of: every call counts, the empty one of every ten minutes too.

    Attributes:
        heard_at: None where there was no contact yet.
    """

    party: str
    heard_at: Instant | None
    silent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyBoard:
    """What an officer on duty sees.

    Attributes:
        order: Who is asked now, in this order.
        officers: Who can stand in the roster: officers of the office who may approve.
        single_approval: Whether one person may approve alone in an emergency.
        alarms: Open ones first, then those that were acknowledged, newest first.
    """

    authority: AuthorityId
    roster: Roster
    has_roster: bool
    order: tuple[OfficerName, ...]
    officers: tuple[OfficerName, ...]
    single_approval: bool
    alarms: tuple[Alarm, ...]
    pulses: tuple[PeerPulse, ...]
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyDesk:
    """Duty of the officer's authority. Everything that is done here is in the national log."""

    place: Workplace

    def board(self, actor: Actor) -> DutyBoard:
        """Return who is on duty, what rings, who is silent and what is owed."""
        require_access(actor, Action.PEER_LIST, realm=self.place.realm, owner=actor.authority)
        now = self.place.clock.now()
        with self.place.store.snapshot() as tx:
            roster = roster_of(tx, actor.authority)
            watch = Watch(place=self.place)
            found = alarms_of(tx, actor.authority)
            return DutyBoard(
                authority=actor.authority,
                roster=roster,
                has_roster=bool(roster.shifts or roster.always),
                order=watch.order(tx, actor.authority, now=now),
                officers=watch.officers(tx, actor.authority),
                single_approval=self.place.own_party(tx).single_approval(at=now),
                alarms=tuple(sorted(found, key=lambda one: (not one.is_open, -one.raised_at))),
                pulses=tuple(
                    PeerPulse(party=party, heard_at=heard, silent=silent)
                    for party, heard, silent in watch.pulses(tx, actor.authority, now=now)
                ),
                tasks=tasks_of(tx, actor.authority),
            )

    def owed(self, actor: Actor) -> tuple[TaskView, ...]:
        """Return what the fast lanes owe now, those due first: open tasks, and Parties that are silent.

        Basis: 41(1), 24(1), 40(13), 50(2)
        """
        require_access(actor, Action.PEER_LIST, realm=self.place.realm, owner=actor.authority)
        now, office = self.place.clock.now(), actor.authority
        with self.place.store.snapshot() as tx:
            found = [_owed(task, office, now) for task in tasks_of(tx, office) if task.is_open]
            silent = [one for one in alarms_of(tx, office) if one.is_open and one.code == SILENT]
        found += [_silence(alarm, office) for alarm in silent]
        return tuple(sorted(found, key=lambda one: (one.due, one.task)))

    def on_duty(self, actor: Actor, *, at: Instant) -> tuple[OfficerName, ...]:
        """Return who the roster has on duty at an instant; empty where it names nobody."""
        with self.place.store.snapshot() as tx:
            return on_duty(roster_of(tx, actor.authority), at, zones=self.place.zones)

    def set_roster(self, actor: Actor, *, roster: bytes) -> Roster:
        """Keep the roster of the office, in place of the one before.

        Raises:
            DeniedError: ``access.role``: a head keeps it.
            MalformedError: ``roster.form``; ``roster.officer``: it names somebody who is no officer here.
        """
        require_access(actor, Action.OFFICE_CHANGE, realm=self.place.realm, owner=actor.authority)
        made = parse_roster(roster, zones=self.place.zones)
        with self.place.store.transaction() as tx:
            known = Watch(place=self.place).officers(tx, actor.authority)
            for place, name in made.places():
                if name not in known:
                    raise MalformedError(
                        "roster.officer",
                        f"{name} is no officer of {actor.authority} who may approve",
                        hint="'comity officer list' shows them",
                        where=place,
                    )
            data = dump_roster(made)
            tx.node.put_setting(f"lane/{actor.authority}/roster", data)
            self._log(tx, actor, "duty.roster", sha256(data).hex())
        return made

    def allows_single(self) -> bool:
        """Tell whether one person of this Party may approve alone in an emergency."""
        with self.place.store.snapshot() as tx:
            return self.place.own_party(tx).single_approval(at=self.place.clock.now())

    def allow_single(
        self,
        actor: Actor,
        *,
        allowed: bool,
        confirmed_by: Sequence[str] = (),
        entry_passphrase: bytes | None = None,
    ) -> bool:
        """Publish whether one person of this Party may approve alone in an emergency; it is off at first.

        Args:
            actor: A head.
            allowed: Whether from now on.
            confirmed_by: Further officers who agree; one at least on a live node, to allow it.
            entry_passphrase: Opens the entry key, where it is wrapped.

        Raises:
            DeniedError: ``access.role``; ``single.two_officers``; ``single.confirmed_by``.

        Basis: PROTOCOL rule 10
        """
        place = self.place
        require_access(actor, Action.OFFICE_CHANGE, realm=place.realm)
        others = self._agreed(actor, confirmed_by) if allowed else ()

        def change(entry: Entry, _now: Instant) -> Entry:
            return dataclasses.replace(entry, single_approval_in_emergency=allowed)

        if self.allows_single() != allowed:
            place.founder.amend(change, entry_passphrase)
        told = " ".join(("on" if allowed else "off", *(f"confirmed-by={one}" for one in others)))
        with place.store.transaction() as tx:
            self._log(tx, actor, "duty.single", told)
        return allowed

    def drill(self, actor: Actor) -> Alarm:
        """Raise an alarm that is a drill: it goes round and rings like any other."""
        require_access(actor, Action.ACT_DRAFT, realm=self.place.realm, owner=actor.authority)
        with self.place.store.transaction() as tx:
            now = self.place.clock.now()
            alarm = Alarm(id=f"{DRILL}-{now}", code=DRILL, about="", raised_at=now)
            keep_alarm(tx, actor.authority, alarm)
            self._log(tx, actor, "duty.drill", alarm.id)
        return alarm

    def acknowledge(self, actor: Actor, *, alarm: str, words: str) -> Alarm:
        """Take an alarm: it rings no more, and the log says who took it.

        Raises:
            NotFoundError: ``duty.no_alarm``.
            ConflictError: ``duty.taken``: another officer took it.
            MalformedError: ``duty.words``: nothing is said about what is done.
        """
        require_access(actor, Action.ACT_DRAFT, realm=self.place.realm, owner=actor.authority)
        said = require_words(words)
        with self.place.store.transaction() as tx:
            found = [one for one in alarms_of(tx, actor.authority) if one.id.startswith(alarm)]
            if len(found) != 1 or not alarm:
                raise NotFoundError("duty.no_alarm", f"no one alarm begins with {alarm[:40]!r}")
            if not found[0].is_open:
                raise ConflictError("duty.taken", f"{found[0].acknowledged_by} took this alarm already")
            now = self.place.clock.now()
            taken = acknowledged(found[0], by=actor.officer, at=now, words=said)
            keep_alarm(tx, actor.authority, taken)
            # Where a peer's alert rang, the peer is told that a person has it; not in which words.
            answered(tx, actor.authority, taken.about, officer=actor.officer, now=now)
            self._log(tx, actor, "duty.acknowledge", taken.id)
        return taken

    def _agreed(self, actor: Actor, confirmed_by: Sequence[str]) -> tuple[OfficerName, ...]:
        others, strangers = other_officers(self.place, actor, confirmed_by)
        if strangers:
            raise DeniedError("single.confirmed_by", f"{strangers[0]} is no officer of this node")
        if self.place.realm is Realm.LIVE and not others:
            raise DeniedError(
                "single.two_officers",
                "two officers agree before one person may approve alone",
                hint="name the second with --confirmed-by",
            )
        return others

    def _log(self, tx: Transaction, actor: Actor, action: str, about: str) -> None:
        self.place.journal.decision(tx, actor, action=action, about=about, at=self.place.clock.now())


def _owed(task: Task, owner: AuthorityId, now: Instant) -> TaskView:
    return TaskView(
        task=task.id,
        about=task.lane,
        code=task.code,
        owner=owner,
        due=Instant(task.due),
        basis=task.basis,
        overdue=task.due <= now,
        steps=steps_of(task),
    )


def _silence(alarm: Alarm, owner: AuthorityId) -> TaskView:
    """Return that a Party is silent, which is due since the alarm was raised."""
    raised = Instant(alarm.raised_at)
    return TaskView(
        task=alarm.id,
        about=alarm.about,
        code=alarm.code,
        owner=owner,
        due=raised,
        basis="41(1)",
        overdue=True,
        steps=(Step(code="lane_silent", at=raised),),
    )
