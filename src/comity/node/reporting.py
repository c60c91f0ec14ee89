"""The desk for reports of providers and hotlines: taken in without a picture, grouped, put in order, routed.

Basis: 14, 15, 16, 22, 34(4), 40(4)
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError
from comity.node.access import Action, require_access
from comity.node.guardroom import REPORT, GuardRoom, judged_clusters, require_why
from comity.node.guardviews import (
    AccountView,
    FileView,
    IntakeView,
    QueueRow,
    ReportView,
    SaidView,
    SeenView,
)
from comity.node.intaking import Clusters, known_files
from comity.node.ports import Transaction
from comity.node.protecting import HashDesk
from comity.node.reappearing import alike, note_again
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.protection.grouping import Group, group, marks_of
from comity.protection.guard import Guarded
from comity.protection.jurisdiction import Claim, claims
from comity.protection.registries import state_at
from comity.protection.reportforms import read_reports
from comity.protection.reports import Fact, Raised, Report, ReportedFile, Who
from comity.protection.states import state_of
from comity.protection.triage import BY_OFFICER, Rank, rank_of

MOST_OPEN = 20_000
"""So many open reports are put in order together."""
STATES = ("closed", "opened")
TIES = ("nationality", "residence", "stateless", "territory", "located", "hosting")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDesk:
    """Reports of this node's offices.

    Attributes:
        hashes: The desk of lists, which tells what is known.
    """

    place: Workplace
    hashes: HashDesk = field(repr=False)

    def take_in(self, actor: Actor, *, data: bytes, source: str, form: str = "") -> IntakeView:
        """Take the reports of a file in: what may be content is dropped, the file itself is not kept.

        Args:
            actor: An officer or a head.
            data: XML or JSON.
            source: Who sent it.
            form: ``cybertipline`` or ``iccam``; empty to tell by its names.

        Raises:
            MalformedError: ``report.…``.
        """
        self._require(actor, Action.REPORT_KEEP)
        now = self.place.clock.now()
        reports = read_reports(data, source=source, received=now, form=form)
        reports = known_files(self.hashes, actor, reports)
        clusters = Clusters(hashes=self.hashes, authority=actor.authority)
        clusters.look_up(self.place.store, reports)
        likes = alike(self.hashes, self.place.store, actor.authority, reports)
        again: set[int] = set()
        made: list[Report] = []
        same: list[int] = []
        with self.place.store.transaction() as tx:
            room = self._room.made(tx, actor.authority)
            clusters.begin(tx, room)
            for report in reports:
                known = self._same(tx, room, report)
                if known is not None:
                    same.append(known)
                    continue
                number = room.next(tx.guarded, REPORT)
                report = clusters.placed(msgspec.structs.replace(report, number=number))
                room.put(tx.guarded, REPORT, report, number=number)
                room.mark(tx.guarded, REPORT, number, marks_of(report))
                again |= set(note_again(self.hashes, tx, room, report, likes, at=now))
                made.append(report)
            clusters.keep(tx, room, at=now)
            about = " ".join(str(one.number) for one in made[:20])
            self.place.journal.decision(tx, actor, action="report.take", about=about, at=now)
        return _intake(made, same, clusters, again)

    def queue(self, actor: Actor, *, purpose: str) -> tuple[QueueRow, ...]:
        """Return the open reports by matter, what is imminent first."""
        self._read(actor, "report.queue", "", purpose)
        with self.place.store.snapshot() as tx:
            room = self._room.opened(tx, actor.authority)
            if room is None:
                return ()
            reports = tuple(self._open(tx, room))
            judged, now = judged_clusters(tx, room), self.place.clock.now()
        rows = [
            _row(found, reports, judged=judged, now=now) for found in dict.fromkeys(group(reports).values())
        ]
        return tuple(sorted(rows, key=_order))

    def show(self, actor: Actor, *, report: int, purpose: str) -> ReportView:
        """Return one report; the read is in the log first.

        Raises:
            NotFoundError: ``guard.absent``.
        """
        self._read(actor, "report.read", f"report {report}", purpose)
        with self.place.store.snapshot() as tx:
            room = self._room.made(tx, actor.authority)
            held = room.get(tx.guarded, REPORT, report, Report)
            found = self._matter(tx, room, held)
            judged = judged_clusters(tx, room)
            places = {one.address: state_at(tx.guarded, one.address) for one in held.seen}
        rank = rank_of(held, now=self.place.clock.now(), judged=frozenset(judged), sources=found.sources)
        return _view(held, rank, found, judged, places)

    def claims(self, actor: Actor, *, report: int, purpose: str) -> tuple[Report, tuple[Claim, ...]]:
        """Return a report and the States that may take it; the read is in the log first."""
        self._read(actor, "report.read", f"report {report}", purpose)
        with self.place.store.snapshot() as tx:
            room = self._room.made(tx, actor.authority)
            held = room.get(tx.guarded, REPORT, report, Report)
            return held, claims(held, whose=lambda address: state_at(tx.guarded, address))

    def say(self, actor: Actor, *, report: int, sign: str, why: str) -> None:
        """Say something of a report: a sign of urgency, or that it is done or open again.

        Raises:
            MalformedError: ``report.sign``, ``guard.why``.
        """
        if sign not in (*BY_OFFICER, *STATES):
            raise MalformedError(
                "report.sign",
                f"{sign[:40]!r} is nothing that an officer says of a report",
                hint="one of: " + ", ".join((*BY_OFFICER, *STATES)),
                where="sign",
            )
        said = Raised(sign=sign, officer=str(actor.officer), why=require_why(why), at=self.place.clock.now())
        self._change(
            actor,
            report,
            "report.say",
            lambda held: msgspec.structs.replace(held, raised=(*held.raised, said)),
        )

    def tie(
        self, actor: Actor, *, report: int, tie: str, party: str, who: str = "", sure: bool = False
    ) -> None:
        """Say what ties a report to a State.

        Raises:
            MalformedError: ``report.tie``.
        """
        code = state_of(party)
        if tie not in TIES or not code or (who and who not in {one.value for one in Who}):
            raise MalformedError(
                "report.tie",
                "what ties a report to a State is a tie, a State and whose it is",
                hint="ties: " + ", ".join(TIES) + "; States as ISO 3166-1; of suspect or victim",
            )
        fact = Fact(who=Who(who) if who else None, tie=tie, party=code, sure=sure, by=str(actor.officer))
        self._change(
            actor, report, "report.tie", lambda held: msgspec.structs.replace(held, facts=(*held.facts, fact))
        )

    def erase(self, actor: Actor, *, report: int, why: str) -> None:
        """Erase a report, where the law says so; that it was there and why it went stays in the log."""
        self._require(actor, Action.GUARD_CHANGE)
        require_why(why)
        with self.place.store.transaction() as tx:
            room = self._room.made(tx, actor.authority)
            room.get(tx.guarded, REPORT, report, Report)
            tx.guarded.erase_kept(actor.authority, REPORT, str(report))
            now = self.place.clock.now()
            self.place.journal.decision(tx, actor, action="report.erase", about=f"report {report}", at=now)

    @property
    def _room(self) -> GuardRoom:
        return GuardRoom(hashes=self.hashes)

    def _change(self, actor: Actor, report: int, action: str, change: "_Change") -> None:
        self._require(actor, Action.REPORT_KEEP)
        with self.place.store.transaction() as tx:
            room = self._room.made(tx, actor.authority)
            held = room.get(tx.guarded, REPORT, report, Report)
            room.put(tx.guarded, REPORT, change(held), number=held.number)
            now = self.place.clock.now()
            self.place.journal.decision(tx, actor, action=action, about=f"report {report}", at=now)

    def _open(self, tx: Transaction, room: Guarded) -> Iterator[Report]:
        count = 0
        for one in room.all(tx.guarded, REPORT, Report):
            if one.is_open and count < MOST_OPEN:
                count += 1
                yield one

    def _matter(self, tx: Transaction, room: Guarded, report: Report) -> Group:
        """Return the group of a report among those that have anything in common with it."""
        near: dict[int, Report] = {report.number: report}
        waiting = [report]
        while waiting and len(near) < 500:
            for on, what in marks_of(waiting.pop()):
                for key in room.with_mark(tx.guarded, on, what, REPORT)[:50]:
                    if int(key) not in near:
                        found = room.get(tx.guarded, REPORT, key, Report)
                        near[found.number] = found
                        waiting.append(found)
        return group(tuple(near.values()))[report.number]

    def _same(self, tx: Transaction, room: Guarded, report: Report) -> int | None:
        mark = f"{report.source.casefold()}\n{report.id}"
        for key in room.with_mark(tx.guarded, "id", mark, REPORT):
            held = room.find(tx.guarded, REPORT, key, Report)
            if held is not None and held.digest == report.digest:
                return held.number
        return None

    def _read(self, actor: Actor, action: str, about: str, purpose: str) -> None:
        self._require(actor, Action.REPORT_READ, purpose)
        with self.place.store.transaction() as tx:
            self._room.made(tx, actor.authority)
            now = self.place.clock.now()
            self.place.journal.read(tx, actor, action=action, about=about, purpose=purpose, at=now)

    def _require(self, actor: Actor, action: Action, purpose: str = "") -> None:
        require_access(actor, action, realm=self.place.realm, owner=actor.authority, purpose=purpose)


class _Change(Protocol):
    """Changes a report."""

    def __call__(self, held: Report, /) -> Report: ...


def _intake(
    made: Sequence[Report], same: Sequence[int], clusters: Clusters, again: Collection[int]
) -> IntakeView:
    files = [one for report in made for one in report.files]
    return IntakeView(
        reports=tuple(one.number for one in made),
        same=tuple(same),
        files=len(files),
        known=sum(bool(one.list) for one in files),
        joined=clusters.joined,
        clusters=clusters.made,
        blind=clusters.blind,
        dropped=sum(one.dropped for one in made),
        takedowns=tuple(sorted(again)),
    )


def _row(found: Group, reports: Sequence[Report], *, judged: Mapping[int, str], now: Instant) -> QueueRow:
    held = [one for one in reports if one.number in found.reports]
    ranked = [(rank_of(one, now=now, judged=frozenset(judged), sources=found.sources), one) for one in held]
    rank, lead = min(ranked, key=lambda one: one[0].order(one[1].received))
    files = [one for report in held for one in report.files]
    states = [_state(one, judged) for one in files]
    return QueueRow(
        lead=lead.number,
        reports=found.reports,
        level=rank.level,
        reasons=rank.reasons,
        ties=found.ties,
        sources=found.sources,
        source=lead.source,
        id=lead.id,
        incident=lead.incident,
        received=min(one.received for one in held),
        files=len(files),
        known=states.count("known"),
        looked=states.count("looked"),
        new=states.count("new"),
    )


def _order(row: QueueRow) -> tuple[int, int, int]:
    return row.level, -sum(one.level == row.level for one in row.reasons), row.received


def _state(file: ReportedFile, judged: Mapping[int, str]) -> str:
    if file.list:
        return "known"
    if not file.cluster:
        return "blind"
    return "looked" if file.cluster in judged else "new"


def _view(
    held: Report, rank: Rank, found: Group, judged: Mapping[int, str], places: Mapping[str, str]
) -> ReportView:
    return ReportView(
        number=held.number,
        form=held.form.value,
        source=held.source,
        id=held.id,
        digest=held.digest.hex(),
        incident=held.incident,
        at=held.at,
        received=held.received,
        is_open=held.is_open,
        level=rank.level,
        reasons=rank.reasons,
        group=found.reports,
        ties=found.ties,
        words=held.words,
        accounts=tuple(
            AccountView(who=one.who.value, kind=one.kind, service=one.service, value=one.value)
            for one in held.accounts
        ),
        urls=held.urls,
        seen=tuple(
            SeenView(
                who=one.who.value if one.who else "",
                address=one.address,
                at=one.at,
                proxy=one.proxy,
                registered=places.get(one.address, ""),
            )
            for one in held.seen
        ),
        files=tuple(_file(one, judged) for one in held.files),
        claims=claims(held, whose=lambda address: places.get(address, "")),
        said=tuple(
            SaidView(sign=one.sign, officer=one.officer, why=one.why, at=one.at) for one in held.raised
        ),
        dropped=held.dropped,
    )


def _file(one: ReportedFile, judged: Mapping[int, str]) -> FileView:
    return FileView(
        id=one.id,
        medium=one.medium.value,
        state=_state(one, judged),
        list=one.list,
        category=judged.get(one.cluster, one.category),
        mark=one.mark,
        notes=one.notes,
        cluster=one.cluster,
        viewed=one.viewed,
        public=one.public,
    )
