"""The desk for lists: what is due, cases and requests, page by page, from the register.

A page costs the same few look-ups however many cases an office has. Before it is read, lines that wait are
written anew, as many as one reading bears; how many still wait is told with the page.
"""

from dataclasses import dataclass, field
from functools import partial

from comity.cases.alarms import rung_at
from comity.cases.lines import CaseKey, CaseLine, DutyKey, DutyLine, Mark, RequestLine
from comity.cases.register import Lines, is_current, keep, lines_of, version_of
from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError
from comity.kernel.ids import AuthorityId, CaseId
from comity.node.access import Action, require_access
from comity.node.casework import CasesDesk
from comity.node.dating import given_dates
from comity.node.ports import Transaction
from comity.node.seams import case_reader
from comity.node.views import (
    Actor,
    AgendaView,
    CaseSummary,
    CaseView,
    DraftView,
    DutyView,
    Page,
    RequestView,
)
from comity.node.workplace import Workplace

PAGE = 50
MOST = 500
DRAFTS = 20
MOST_COUNTED = 1000
READ_CASES, READ_ACTS = 64, 600
WORK_CASES, WORK_ACTS = 64, 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class ListsDesk:
    """The lists of the officer's authority. Every page is a reading of case material, logged as one."""

    place: Workplace
    cases_desk: CasesDesk = field(repr=False)

    def agenda(
        self, actor: Actor, *, purpose: str, mine: str = "", theirs: str = "", drafts: str = ""
    ) -> AgendaView:
        """Return what is due for the office and from the others, those late first, and its drafts.

        Args:
            actor: Who asks.
            purpose: Why case material is read.
            mine: Names the page of the office's own duties; empty for the first.
            theirs: Names the page of the duties of others.
            drafts: Names the page of the drafts.
        """
        places = DutyKey.parse(mine), DutyKey.parse(theirs)
        self._begin(actor, purpose)
        with self.place.store.snapshot() as tx:
            waiting = self._waiting(tx, actor.authority)
            now = self.place.clock.now()
            return AgendaView(
                mine=self._due(tx, actor, places[0], theirs=False, now=now, most=PAGE, waiting=waiting),
                theirs=self._due(tx, actor, places[1], theirs=True, now=now, most=PAGE, waiting=waiting),
                drafts=self._drafts(tx, actor, drafts, waiting=waiting),
            )

    def due(
        self, actor: Actor, *, purpose: str, after: str = "", theirs: bool = False, most: int = PAGE
    ) -> Page[DutyView]:
        """Return the duties of the office, or those of the others in its cases, those late first."""
        place, most = DutyKey.parse(after), _bounded(most)
        self._begin(actor, purpose)
        with self.place.store.snapshot() as tx:
            waiting = self._waiting(tx, actor.authority)
            now = self.place.clock.now()
            return self._due(tx, actor, place, theirs=theirs, now=now, most=most, waiting=waiting)

    def cases(
        self, actor: Actor, *, purpose: str, after: str = "", most: int = PAGE, newest: bool = False
    ) -> Page[CaseSummary]:
        """Return the cases of the office, oldest first or newest first."""
        place, most = CaseKey.parse(after), _bounded(most)
        self._begin(actor, purpose)
        with self.place.store.snapshot() as tx:
            page = self._lines(tx, actor.authority, place, most=most, newest=newest)
            now = self.place.clock.now()
            duties = self._open_duties(tx, actor.authority, page.items, now=now)
        made = tuple(_summary(line, duties.get(line.case, ())) for line in page.items)
        return Page(items=made, next=page.next, waiting=page.waiting)

    def requests(self, actor: Actor, *, purpose: str, after: str = "", most: int = PAGE) -> Page[RequestView]:
        """Return the requests in so many cases of the office, by case, the oldest case first."""
        place, most = CaseKey.parse(after), _bounded(most)
        self._begin(actor, purpose)
        with self.place.store.snapshot() as tx:
            page = self._lines(tx, actor.authority, place, most=most)
        found = tuple(_request(line.case, one) for line in page.items for one in line.requests)
        return Page(items=found, next=page.next, waiting=page.waiting)

    def views(self, actor: Actor, *, purpose: str, after: str = "", most: int = PAGE) -> Page[CaseView]:
        """Return so many cases of the office whole, each folded afresh, oldest first."""
        place, most = CaseKey.parse(after), _bounded(most)
        self._begin(actor, purpose)
        with self.place.store.snapshot() as tx:
            page = self._lines(tx, actor.authority, place, most=most)
            found = tuple(self.cases_desk.case_view(tx, actor, line.case) for line in page.items)
        return Page(items=found, next=page.next, waiting=page.waiting)

    def waits(self, authority: AuthorityId) -> bool:
        """Tell whether lines of cases of an office wait to be written."""
        with self.place.store.snapshot() as tx:
            return not is_current(tx, authority, house=self.place.house) or bool(
                tx.acts.waiting_cases(authority, most=1)
            )

    def write_waiting(
        self, authority: AuthorityId, *, cases: int = WORK_CASES, acts: int = WORK_ACTS
    ) -> bool:
        """Write lines that wait, of so many cases or about so many acts; tell whether any are left.

        Cases are folded from a snapshot, so nobody waits meanwhile; what has changed since waits on.
        """
        with self.place.store.snapshot() as tx:
            current = is_current(tx, authority, house=self.place.house)
        if not current:
            with self.place.store.transaction() as tx:
                if not is_current(tx, authority, house=self.place.house):
                    tx.acts.restart_register(authority, version=version_of(self.place.house))
        made: list[tuple[Mark, Lines]] = []
        folded, left = 0, False
        with self.place.store.snapshot() as tx:
            reader = case_reader(tx, authority, directory=self.place.directory)
            for mark in tx.acts.waiting_cases(authority, most=cases + 1):
                if len(made) == cases or folded >= acts:
                    left = True
                    break
                lines = lines_of(
                    tx,
                    mark,
                    reader=reader,
                    house=self.place.house,
                    dates=partial(given_dates, tx, directory=self.place.directory),
                )
                folded += lines[0].acts if lines[0] is not None else 0
                made.append((mark, lines))
        if made:
            with self.place.store.transaction() as tx:
                left = keep(tx, made) < len(made) or left
        return left

    def _begin(self, actor: Actor, purpose: str) -> None:
        action = Action.CASE_LIST
        require_access(actor, action, realm=self.place.realm, owner=actor.authority, purpose=purpose)
        with self.place.store.transaction() as tx:
            now = self.place.clock.now()
            self.place.journal.read(tx, actor, action=action.value, about="cases", purpose=purpose, at=now)
        self.write_waiting(actor.authority, cases=READ_CASES, acts=READ_ACTS)

    def _waiting(self, tx: Transaction, authority: AuthorityId) -> int:
        return len(tx.acts.waiting_cases(authority, most=MOST_COUNTED))

    def _due(
        self,
        tx: Transaction,
        actor: Actor,
        place: DutyKey | None,
        *,
        theirs: bool,
        now: Instant,
        most: int,
        waiting: int,
    ) -> Page[DutyView]:
        found = tx.acts.duty_lines(actor.authority, theirs=theirs, now=now, after=place, most=most + 1)
        shown = found[:most]
        return Page(
            items=tuple(_duty(line, now) for line in shown),
            next=str(shown[-1].key) if len(found) > most else "",
            waiting=waiting,
        )

    def _drafts(self, tx: Transaction, actor: Actor, after: str, *, waiting: int) -> Page[DraftView]:
        found = tx.acts.pendings_after(actor.authority, _case(after), most=DRAFTS + 1)
        shown = found[:DRAFTS]
        return Page(
            items=tuple(self.cases_desk.draft_view(tx, pending) for pending in shown),
            next=str(shown[-1].case) if len(found) > DRAFTS else "",
            waiting=waiting,
        )

    def _lines(
        self,
        tx: Transaction,
        authority: AuthorityId,
        place: CaseKey | None,
        *,
        most: int,
        newest: bool = False,
    ) -> Page[CaseLine]:
        found = tx.acts.case_lines(authority, after=place, most=most + 1, newest=newest)
        shown = found[:most]
        return Page(
            items=shown,
            next=str(shown[-1].key) if len(found) > most else "",
            waiting=self._waiting(tx, authority),
        )

    def _open_duties(
        self, tx: Transaction, authority: AuthorityId, lines: tuple[CaseLine, ...], *, now: Instant
    ) -> dict[CaseId, tuple[DutyView, ...]]:
        found: dict[CaseId, tuple[DutyView, ...]] = {}
        for duty in tx.acts.duties_of(authority, [line.case for line in lines]):
            if duty.is_open(now):
                found[duty.case] = (*found.get(duty.case, ()), _duty(duty, now))
        return found


def _summary(line: CaseLine, duties: tuple[DutyView, ...]) -> CaseSummary:
    return CaseSummary(
        case=line.case,
        participants=line.participants,
        opened_at=line.opened_at,
        closed=line.closed,
        forked=line.frozen,
        acts=line.acts,
        requests=tuple(_request(line.case, one) for one in line.requests),
        duties=duties,
        draft=line.draft,
    )


def _request(case: CaseId, line: RequestLine) -> RequestView:
    """Return a request as a list shows it: what may be sent about it next is told with the case alone."""
    return RequestView(
        act=line.act,
        case=case,
        mechanism=line.mechanism,
        by=line.by,
        to=line.to,
        status=line.status,
        items=dict(line.items),
        preserved_until=line.preserved_until,
    )


def _duty(line: DutyLine, now: Instant) -> DutyView:
    return DutyView(
        code=line.code,
        case=line.case,
        about=line.about,
        owner=line.owner,
        due=line.due,
        basis=line.basis,
        steps=line.steps,
        alarm=None if line.alarms_to is None else rung_at(line.alarms_to, now),
        alarms_to=line.alarms_to,
    )


def _bounded(most: int) -> int:
    if not 1 <= most <= MOST:
        raise MalformedError("page.size", f"a page holds between 1 and {MOST} lines")
    return most


def _case(text: str) -> CaseId | None:
    """Return the case after which a page of drafts begins; raise MalformedError ``page.after``."""
    place = CaseKey.parse(f"0.{text}" if text else "")
    return None if place is None else place.case
