"""The desk for reports: what the public and officers bring, opened and judged value by value by a person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from comity.indicators.campaigns import Campaign, Common
from comity.indicators.errors import bad_form, no_indicator
from comity.indicators.figures import Figures, figures_of
from comity.indicators.observations import Found, Note, Observation, Said
from comity.indicators.recognising import Recognised, recognise
from comity.indicators.reports import (
    MOST_REASON,
    Channel,
    Contents,
    Decision,
    FoundValue,
    Report,
    State,
    Verdict,
    Victim,
    chosen_of,
    values_of,
)
from comity.indicators.statements import uuid_of
from comity.kernel.errors import UnavailableError
from comity.node.access import Action, require_access
from comity.node.indicators import IndicatorDesk, Taken, Terms
from comity.node.publicform import PublicForm, form_of, words_of
from comity.node.reportrows import contents_of, erase, forget_old, put_report, report_of, reports_of
from comity.node.stated import gather, statements_of
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.tracing.secrets import require_keyless

MOST_KEPT = 5_000
"""Values of one report that are kept for a person to judge."""

MOST_CAMPAIGNS = 100
"""Campaigns, and common values, that are told at once."""

Extract = Callable[[str, bytes], Sequence[Found]]
"""Takes a file apart in the confined worker; nothing of it is fetched or run."""

Brought = Callable[[str, bytes, Sequence[str]], Sequence[Found]]
"""The same with the domains of brands that look-alikes are told of."""


def nobody_extracts(_name: str, _data: bytes, _brands: Sequence[str]) -> Sequence[Found]:
    """Raise UnavailableError ``intake.absent``: this process has no worker."""
    raise UnavailableError(
        "intake.absent", "messages are not taken apart here", hint="use the node's own server or commands"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignView:
    """A campaign with what it belongs to.

    Attributes:
        cases: Cases of its messages.
        reports: Reports that brought them.
    """

    campaign: Campaign
    cases: tuple[str, ...]
    reports: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignPage:
    """Some campaigns, the largest first.

    Attributes:
        common: Values that so many hold that they join no groups, the most widely held first.
        count: How many campaigns there are.
        after: Id behind which the next page begins; empty at the end.
    """

    campaigns: tuple[CampaignView, ...]
    common: tuple[Common, ...]
    count: int
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReport:
    """A report that an officer reads."""

    report: Report
    contents: Contents

    @property
    def values(self) -> tuple[FoundValue, ...]:
        """The values in it, the surest first, with what was decided of each."""
        return values_of(self.report, self.contents)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDesk:
    """Reports of the officer's authority. Each opening and each decision is in the national log."""

    place: Workplace

    @property
    def form(self) -> PublicForm:
        """The form that anybody may fill in."""
        return PublicForm(place=self.place)

    def queue(self, actor: Actor, *, state: str = "") -> tuple[Report, ...]:
        """Return reports, the oldest first, without what they say; what is past its time is gone.

        Args:
            actor: Who asks.
            state: Only those that are so far; all where empty.
        """
        self._require(actor, Action.INDICATOR_KEEP)
        with self.place.store.transaction() as tx:
            forget_old(tx, actor.authority, days=form_of(tx).keep_days, now=self.place.clock.now())
            found = reports_of(tx, actor.authority, state=state)
        return tuple(sorted(found, key=lambda one: one.received_at))

    def bring(
        self, actor: Actor, *, name: str, data: bytes, extract: Extract, victim: Victim | None = None
    ) -> OpenReport:
        """Take apart what an officer brought and return it, opened; the file itself is not kept.

        Raises:
            MalformedError: ``indicators.form`` for nothing at all.
            UnavailableError: ``intake.extra``, ``intake.worker``.
        """
        self._require(actor, Action.INDICATOR_KEEP)
        if not data.strip():
            raise bad_form("nothing was brought", where="file")
        brought = extract(name, data)
        require_keyless([name, words_of(data), *_said(brought)], where="file")
        seen, notes = _sorted(brought)
        now = self.place.clock.now()
        made = Report(
            id=f"report--{uuid_of(self.place.entropy.bytes(16))}",
            channel=Channel.OFFICER,
            state=State.OPEN,
            received_at=now,
            changed_at=now,
            victim=self._victim(actor, victim or Victim()),
            digests=_digests(seen),
            opened_by=str(actor.officer),
        )
        told = self._recognised(actor, seen, names=(name,), told=brought)
        contents = Contents(name=name[:200], observations=seen, notes=notes, families=told)
        with self.place.store.transaction() as tx:
            put_report(tx, actor.authority, made, contents)
            self.place.journal.decision(tx, actor, action="scams.bring", about=made.id, at=now)
        return OpenReport(report=made, contents=contents)

    def open(self, actor: Actor, *, name: str, extract: Extract, purpose: str = "") -> OpenReport:
        """Return a report with all it says, taken apart once; the reading is in the log first.

        Raises:
            NotFoundError: ``scam.absent``.
            UnavailableError: ``intake.extra``, ``intake.worker``.
        """
        self._require(actor, Action.INDICATOR_KEEP)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            found = report_of(tx, actor.authority, name)
            self.place.journal.read(tx, actor, action="scams.open", about=found.id, purpose=purpose, at=now)
            contents = contents_of(tx, actor.authority, name)
        if found.state is not State.WAITING:
            return OpenReport(report=found, contents=contents)
        told: list[Found] = []
        if contents.words:
            told += extract("report.txt", contents.words.encode("utf-8", "replace"))
        if contents.data:
            told += extract(contents.name, contents.data)
        seen, notes = _sorted(told)
        families = self._recognised(actor, seen, names=(contents.name,), told=told)
        with self.place.store.transaction() as tx:
            held = report_of(tx, actor.authority, name)
            if held.state is not State.WAITING:
                return OpenReport(report=held, contents=contents_of(tx, actor.authority, name))
            made = replace(
                held,
                state=State.OPEN,
                digests=_digests(seen),
                opened_by=str(actor.officer),
                changed_at=max(now, held.changed_at),
            )
            contents = replace(contents, observations=seen, notes=notes, families=families)
            put_report(tx, actor.authority, made, contents)
        return OpenReport(report=made, contents=contents)

    def look(self, actor: Actor, *, name: str, purpose: str = "") -> OpenReport:
        """Return a report as it is; the reading is in the log first. One that waits says nothing yet.

        Raises:
            NotFoundError: ``scam.absent``.
        """
        self._require(actor, Action.INDICATOR_KEEP)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            found = report_of(tx, actor.authority, name)
            self.place.journal.read(tx, actor, action="scams.look", about=found.id, purpose=purpose, at=now)
            if found.state is State.WAITING:
                return OpenReport(report=found, contents=Contents())
            return OpenReport(report=found, contents=contents_of(tx, actor.authority, name))

    def decide(
        self, actor: Actor, *, name: str, kept: Sequence[str], dismissed: Sequence[str], terms: Terms
    ) -> Taken:
        """Keep some values of a report as indicators and dismiss others; what is not named stays open.

        Args:
            actor: Who decides.
            name: The report.
            kept: Values as ``TYPE VALUE``.
            dismissed: The same.
            terms: Marks and limits of what is kept.

        Raises:
            MalformedError: ``indicators.form`` for a value that the report does not hold.
            NotFoundError: ``scam.absent``.
        """
        self._require(actor, Action.INDICATOR_KEEP)
        now = self.place.clock.now()
        both = {**dict.fromkeys(dismissed, Verdict.DISMISSED), **dict.fromkeys(kept, Verdict.KEPT)}
        with self.place.store.transaction() as tx:
            held = report_of(tx, actor.authority, name)
            chosen = chosen_of(contents_of(tx, actor.authority, name), list(both))
            told = [(one, both[f"{one.kind.value} {one.value}"]) for one in chosen]
            missing = both.keys() - {f"{one.kind.value} {one.value}" for one in chosen}
            if missing or set(kept) & set(dismissed):
                raise bad_form(
                    "a value that the report does not hold, or both kept and dismissed", where=name
                )
            wanted = [one for one, verdict in told if verdict is Verdict.KEPT]
            case, family = terms.case or held.victim.case, terms.family or held.victim.family
            taken = IndicatorDesk(place=self.place).keep_in(
                tx, actor, wanted, terms=replace(terms, case=case, family=family), at=now
            )
            verdicts = {(one.kind, one.value): verdict for one, verdict in told}
            made = tuple(
                Decision(kind=kind, value=value, verdict=verdict, officer=str(actor.officer), at=now)
                for (kind, value), verdict in verdicts.items()
            )
            state = State.TAKEN if wanted or held.state is State.TAKEN else held.state
            changed = replace(held, decisions=(*held.decisions, *made), state=state, changed_at=now)
            put_report(tx, actor.authority, changed)
            about = f"{held.id}: {len(kept)} kept, {len(dismissed)} dismissed"
            self.place.journal.decision(tx, actor, action="scams.decide", about=about, at=now)
        return taken

    def describe(self, actor: Actor, *, name: str, victim: Victim) -> Report:
        """Say whom a report concerns: sector, criticality, family, and the case that it belongs to.

        A family is kept under its own name, whichever of its names is told.
        """
        self._require(actor, Action.INDICATOR_KEEP)
        victim = self._victim(actor, victim)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            found = report_of(tx, actor.authority, name)
            made = replace(found, victim=victim, changed_at=now)
            put_report(tx, actor.authority, made)
            self.place.journal.decision(tx, actor, action="scams.describe", about=made.id, at=now)
        return made

    def dismiss(self, actor: Actor, *, name: str, reason: str) -> Report:
        """Dismiss a report with a reason; what it says is erased at once.

        Raises:
            MalformedError: ``indicators.form`` without a reason.
        """
        self._require(actor, Action.INDICATOR_KEEP)
        if not reason.strip() or len(reason) > MOST_REASON:
            raise bad_form("a report is dismissed with a reason", where="reason")
        require_keyless(reason, where="reason")
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            found = report_of(tx, actor.authority, name)
            made = replace(found, state=State.DISMISSED, reason=reason.strip(), changed_at=now)
            put_report(tx, actor.authority, made)
            erase(tx, actor.authority, made.id)
            self.place.journal.decision(tx, actor, action="scams.dismiss", about=made.id, at=now)
        return made

    def campaigns(
        self, actor: Actor, *, name: str = "", after: str = "", most: int = MOST_CAMPAIGNS
    ) -> CampaignPage:
        """Return campaigns with the cases and reports that their messages belong to; the log has it first.

        Args:
            actor: Who reads.
            name: Id of the one campaign that is asked for; empty for all.
            after: Id of the campaign behind which the page begins.
            most: How many campaigns at most.

        Raises:
            NotFoundError: ``indicators.absent``: no campaign has this id, or none any more.
        """
        self._require(actor, Action.INDICATOR_READ)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            about = name or after
            self.place.journal.read(
                tx, actor, action="indicators.campaigns", about=about[:300], purpose="", at=now
            )
        with self.place.store.snapshot() as tx:
            gathered = gather(tx, actor.authority)
            cases, brought = gathered.cases, dict[str, set[str]]()
            for report in reports_of(tx, actor.authority):
                for digest in report.digests:
                    brought.setdefault(digest, set()).add(report.id)
                    if report.victim.case:
                        cases.setdefault(digest, set()).add(report.victim.case)
        found = IndicatorDesk(place=self.place).grouped(actor, gathered)
        shown, further = _paged(found.campaigns, name=name, after=after, most=most)
        return CampaignPage(
            campaigns=tuple(
                CampaignView(
                    campaign=one, cases=_joined(cases, one.sources), reports=_joined(brought, one.sources)
                )
                for one in shown
            ),
            common=found.common[:MOST_CAMPAIGNS],
            count=len(found.campaigns),
            after=further,
        )

    def figures(self, actor: Actor) -> Figures:
        """Return the figures of the office; the reading is in the log."""
        self._require(actor, Action.INDICATOR_READ)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            self.place.journal.read(tx, actor, action="indicators.figures", about="", purpose="", at=now)
        with self.place.store.snapshot() as tx:
            gathered = gather(tx, actor.authority)
            campaigns = IndicatorDesk(place=self.place).grouped(actor, gathered).campaigns
            stated, told = statements_of(tx, actor.authority), reports_of(tx, actor.authority)
            return figures_of(stated, told, campaigns, more=gathered.more)

    def _recognised(
        self, actor: Actor, seen: Sequence[Observation], *, names: Sequence[str], told: Sequence[Found]
    ) -> tuple[Recognised, ...]:
        text = "\n".join(_said(told))
        families = IndicatorDesk(place=self.place).references.families(actor)
        return recognise(families, seen=seen, names=[one for one in names if one], text=text)

    def _victim(self, actor: Actor, victim: Victim) -> Victim:
        if not victim.family:
            return victim
        known = IndicatorDesk(place=self.place).references.families(actor).named(victim.family)
        return replace(victim, family=known.name) if known is not None else victim

    def _require(self, actor: Actor, action: Action) -> None:
        require_access(actor, action, realm=self.place.realm, owner=actor.authority)


def _sorted(found: Sequence[Found]) -> tuple[tuple[Observation, ...], tuple[Note, ...]]:
    seen = [one for one in found if isinstance(one, Observation)]
    notes = [one for one in found if isinstance(one, Note)]
    if len(seen) > MOST_KEPT:
        file = seen[0].where.file
        notes.append(Note(file=file, code="too_many", detail=f"more than {MOST_KEPT} values"))
    return tuple(seen[:MOST_KEPT]), tuple(notes)


def _digests(seen: Sequence[Observation]) -> tuple[str, ...]:
    return tuple(sorted({one.where.digest for one in seen}))


def _paged(found: Sequence[Campaign], *, name: str, after: str, most: int) -> tuple[Sequence[Campaign], str]:
    """Return a page of campaigns and the id behind which the next begins; of a name, that one."""
    if name:
        chosen = [one for one in found if one.id == name]
        if not chosen:
            raise no_indicator(name)
        return chosen, ""
    begins = 0
    if after:
        begins = next((at for at, one in enumerate(found, start=1) if one.id == after), -1)
        if begins < 0:
            raise no_indicator(after)
    shown = found[begins : begins + max(1, most)]
    return shown, shown[-1].id if begins + len(shown) < len(found) else ""


def _joined(held: dict[str, set[str]], digests: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({name for digest in digests for name in held.get(digest, ())}))


def _said(found: Sequence[Found]) -> list[str]:
    return [one.text for one in found if isinstance(one, Said)]
