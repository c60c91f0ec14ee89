"""The desk for looks: who may look at which cluster, that they did, and what it was found to be.

This software never shows a picture. A look is opened here, and the file is looked at where it lies; nothing
of it comes back but a category.

Basis: 34(4)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from comity.kernel.clock import DAY, Instant, format_instant
from comity.kernel.errors import ConflictError, DeniedError, MalformedError
from comity.node.access import Action, is_allowed, require_access
from comity.node.guardroom import (
    CLUSTER,
    LIMITS,
    LOOK,
    REPORT,
    GuardRoom,
    entitled,
    limits_of,
    looks_of,
    require_why,
)
from comity.node.guardviews import ClusterView, LookView, PersonView
from comity.node.ports import Transaction
from comity.node.protecting import HashDesk
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.protection.categories import scheme
from comity.protection.guard import Guarded
from comity.protection.looking import Bar, Cluster, Limits, Look, bar_of, turn_of
from comity.protection.reports import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class LookDesk:
    """Looks of this node's offices.

    Attributes:
        hashes: The desk of lists, whose secret seals.
    """

    place: Workplace
    hashes: HashDesk = field(repr=False)

    def clusters(self, actor: Actor, *, purpose: str) -> tuple[ClusterView, ...]:
        """Return the clusters, those that nobody looked at first, the larger first."""
        self._require(actor, Action.REPORT_READ, purpose)
        with self.place.store.transaction() as tx:
            room = self._room.made(tx, actor.authority)
            now = self.place.clock.now()
            self.place.journal.read(tx, actor, action="look.list", about="", purpose=purpose, at=now)
            counts: dict[int, int] = {}
            for look in room.all(tx.guarded, LOOK, Look):
                counts[look.cluster] = counts.get(look.cluster, 0) + 1
            held = list(room.all(tx.guarded, CLUSTER, Cluster))
        held.sort(key=lambda one: (bool(one.category), -one.files, one.number))
        return tuple(_cluster_view(one, counts.get(one.number, 0)) for one in held)

    def look(
        self, actor: Actor, *, cluster: int, why: str, purpose: str, blur: bool = False, again: bool = False
    ) -> LookView:
        """Begin a look: it is an event of the log before it is told where the file lies.

        Args:
            actor: Who looks.
            cluster: Which cluster.
            why: In words.
            purpose: For the log.
            blur: Whether the officer wants it blurred where it is looked at; no protection, a choice.
            again: Whether to look although somebody did.

        Raises:
            ConflictError: ``look.seen``: somebody looked, and what it is is known.
            DeniedError: ``look.limit``, ``look.turn``: over the limit, or it is a colleague's turn; the hint
                names who may.
        """
        self._require(actor, Action.LOOK_TAKE, purpose)
        reason, now = require_why(why), self.place.clock.now()
        with self.place.store.transaction() as tx:
            room = self._room.made(tx, actor.authority)
            held = room.get(tx.guarded, CLUSTER, cluster, Cluster)
            self._require_new(tx, room, held, again=again, now=now)
            limits = limits_of(tx, room)
            looks = looks_of(tx, room, entitled(tx, actor.authority, Action.LOOK_TAKE))
            bar = bar_of(str(actor.officer), looks, limits, now)
            if bar is not None:
                raise _refused(bar, [one for one in turn_of(looks, limits, now) if one != actor.officer])
            number = room.next(tx.guarded, LOOK)
            made = Look(
                number=number,
                cluster=cluster,
                officer=str(actor.officer),
                why=reason,
                blur=blur,
                again=again,
                at=now,
            )
            room.put(tx.guarded, LOOK, made, number=number)
            about = f"cluster {cluster} look {number}"
            self.place.journal.read(tx, actor, action="look.take", about=about, purpose=purpose, at=now)
            report = room.find(tx.guarded, REPORT, held.report, Report)
            today = sum(now - one < DAY for one in looks.get(str(actor.officer), ())) + 1
        return LookView(
            look=number,
            cluster=cluster,
            report=held.report,
            source=report.source if report else "",
            id=report.id if report else "",
            file=held.file,
            serves=held.files,
            blur=blur,
            left_today=max(0, limits.day - today),
        )

    def judge(self, actor: Actor, *, look: int, category: str) -> ClusterView:
        """Say what a look found; it holds for every file of the cluster, those that come later too.

        Raises:
            DeniedError: ``look.other``: somebody else looked.
            ConflictError: ``look.ended``.
            MalformedError: ``protect.category``.
        """
        self._require(actor, Action.LOOK_JUDGE, None)
        scheme().require(category, where="category")
        if category == "unsorted":
            raise MalformedError(
                "look.unsorted", "a look finds something", hint="say none where it is of no concern"
            )
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            room = self._room.made(tx, actor.authority)
            held = room.get(tx.guarded, LOOK, look, Look)
            if held.officer != actor.officer:
                raise DeniedError("look.other", "another officer looked", where=str(look))
            if held.ended is not None:
                raise ConflictError("look.ended", "what the look found was said already", where=str(look))
            room.put(
                tx.guarded,
                LOOK,
                msgspec.structs.replace(held, category=category, ended=now),
                number=look,
            )
            cluster = room.get(tx.guarded, CLUSTER, held.cluster, Cluster)
            cluster = msgspec.structs.replace(cluster, category=category, judged=now)
            room.put(tx.guarded, CLUSTER, cluster, number=cluster.number)
            about = f"cluster {cluster.number} look {look}"
            self.place.journal.decision(tx, actor, action="look.judge", about=about, at=now)
            count = sum(one.cluster == cluster.number for one in room.all(tx.guarded, LOOK, Look))
        return _cluster_view(cluster, count)

    def people(self, actor: Actor) -> tuple[PersonView, ...]:
        """Return how often everybody looked; an officer sees only themselves, a head everybody."""
        self._require(actor, Action.LOOK_JUDGE, None)
        now = self.place.clock.now()
        with self.place.store.snapshot() as tx:
            names = entitled(tx, actor.authority, Action.LOOK_TAKE)
            room = self._room.opened(tx, actor.authority)
            limits = limits_of(tx, room) if room else Limits()
            looks = looks_of(tx, room, names) if room else {name: [] for name in names}
        whole = is_allowed(actor, Action.GUARD_CHANGE)
        shown = [name for name in sorted(looks) if whole or name == actor.officer]
        return tuple(_person(name, looks, limits, now) for name in shown)

    def limits(self, actor: Actor) -> Limits:
        """Return the limits of the office."""
        self._require(actor, Action.LOOK_JUDGE, None)
        with self.place.store.snapshot() as tx:
            room = self._room.opened(tx, actor.authority)
            return limits_of(tx, room) if room else Limits()

    def set_limits(self, actor: Actor, limits: Limits) -> None:
        """Set the limits of the office."""
        self._require(actor, Action.GUARD_CHANGE, None)
        with self.place.store.transaction() as tx:
            room = self._room.made(tx, actor.authority)
            room.put(tx.guarded, LIMITS, limits, number=1, key="limits")
            now = self.place.clock.now()
            self.place.journal.decision(tx, actor, action="look.limits", about="", at=now)

    @property
    def _room(self) -> GuardRoom:
        return GuardRoom(hashes=self.hashes)

    def _require_new(
        self, tx: Transaction, room: Guarded, held: Cluster, *, again: bool, now: Instant
    ) -> None:
        if again:
            return
        if held.category:
            raise ConflictError(
                "look.seen",
                "somebody looked already, and what it is is known",
                hint=f"it was found to be {held.category}; --again looks a second time, with a reason",
                where=str(held.number),
            )
        for one in room.all(tx.guarded, LOOK, Look):
            if one.cluster == held.number and one.ended is None and now - one.at < DAY:
                raise ConflictError(
                    "look.open",
                    f"{one.officer} is looking, and has not said yet what it is",
                    hint="ask them, or look a second time with --again",
                    where=str(held.number),
                )

    def _require(self, actor: Actor, action: Action, purpose: str | None) -> None:
        require_access(actor, action, realm=self.place.realm, owner=actor.authority, purpose=purpose or "")


def _refused(bar: Bar, others: list[str]) -> DeniedError:
    who = ", ".join(others) if others else "nobody else of this office"
    if bar.until is None:
        return DeniedError(
            "look.turn",
            f"others of the office looked less, and it is their turn; may look now: {who}",
            hint="ask one of them",
        )
    return DeniedError(
        "look.limit",
        f"the limit {bar.limit} of looks is reached until {format_instant(bar.until)}; may look now: {who}",
        hint="ask one of them, or wait",
        where=bar.limit,
    )


def _person(name: str, looks: Mapping[str, list[Instant]], limits: Limits, now: Instant) -> PersonView:
    times = looks[name]
    bar = bar_of(name, looks, limits, now)
    away = name in limits.away
    return PersonView(
        officer=name,
        day=sum(now - one < DAY for one in times),
        week=sum(now - one < 7 * DAY for one in times),
        all=len(times),
        may=bar is None and not away,
        bar="away" if away else bar.limit if bar else "",
        until=bar.until if bar else None,
    )


def _cluster_view(one: Cluster, looks: int) -> ClusterView:
    return ClusterView(
        number=one.number,
        files=one.files,
        reports=one.reports,
        report=one.report,
        file=one.file,
        category=one.category,
        looks=looks,
    )
