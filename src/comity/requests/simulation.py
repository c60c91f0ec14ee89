"""Runs the clocks of a scenario: every deadline with its arithmetic, every alarm, and what lapsed.

The state between two facts does not change, and what is open follows from spans of time; so the run looks
at the facts only, and is exact to the microsecond.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from comity.cases.alarms import alarm_times
from comity.cases.almanac import Zones
from comity.cases.duties import Duty, House, all_duties, is_unsettled
from comity.cases.fold import fold
from comity.cases.reckoning import CIVIL, Period, Reckoning, Span, Step, recesses
from comity.cases.state import CaseState
from comity.kernel.clock import Instant
from comity.kernel.ids import ActId
from comity.requests.lanes import (
    CALL_BACK,
    REVIEW,
    USUAL_HOLD,
    Task,
    call_back_of,
    confirmation_of,
    property_plan,
    review_of,
    steps_of,
)
from comity.requests.rehearsal import Rehearsal
from comity.requests.scenario import Fact, Lane, Scenario, Term, moment, parse_scenario, unfit

DONE, LATE, REPLACED, OPEN, OVERDUE = "done", "late", "replaced", "open", "overdue"
OUTCOMES = (DONE, LATE, REPLACED, OPEN, OVERDUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One deadline of a run.

    Attributes:
        request: The name of the request, or of the term.
        code: Of the duty; ``duty.term`` for a term.
        due: By when.
        steps: How that was come to.
        opened: Since when it was owed.
        ended: When it was owed no longer; None where it still is at the end of the run.
        outcome: ``done`` in time, ``late``, ``replaced`` by another as time passed, ``open``, ``overdue``.
        alarms: When its alarms came.
    """

    case: str
    request: str
    code: str
    owner: str
    due: Instant
    basis: str
    is_target: bool
    steps: tuple[Step, ...]
    opened: Instant
    ended: Instant | None
    outcome: str
    alarms: tuple[Instant, ...]

    @property
    def is_lapse(self) -> bool:
        """Tell whether its time passed while it was owed."""
        return self.outcome in (LATE, OVERDUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unowned:
    """A time at which something was still to come of a request and nobody owed anything: never."""

    case: str
    request: str
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a scenario came to.

    Attributes:
        deadlines: By case, then by the time since when they were owed.
    """

    until: Instant
    deadlines: tuple[Deadline, ...]
    unowned: tuple[Unowned, ...]

    @property
    def lapses(self) -> tuple[Deadline, ...]:
        """The deadlines whose time passed while they were owed."""
        return tuple(one for one in self.deadlines if one.is_lapse)


@dataclass(slots=True)
class _Track:
    duty: Duty
    opened: Instant
    seen: Instant


@dataclass
class _Watch:
    """Follows the duties of one case from fact to fact."""

    case: str
    names: dict[ActId, str]
    tracks: dict[tuple[object, ...], _Track] = field(default_factory=dict)
    found: list[Deadline] = field(default_factory=list)
    unowned: list[Unowned] = field(default_factory=list)

    def look(self, state: CaseState, owed: Sequence[Duty], *, since: Instant, until: Instant) -> None:
        """Take in what is owed while a state lasts: from a fact up to the next, which is not included."""
        kept: dict[tuple[object, ...], _Track] = {}
        for duty in owed:
            begins = since if duty.after is None else max(since, Instant(duty.after + 1))
            ends = until - 1 if duty.until is None else min(until - 1, duty.until)
            if begins <= ends:
                key = (duty.code, duty.who, duty.act, duty.items, duty.due, duty.after, duty.until)
                track = self.tracks.pop(key, None) or _Track(duty, Instant(begins), Instant(ends))
                track.seen = Instant(ends)
                kept[key] = track
        self.close(since)
        self.tracks = kept
        self._require_owners(state, owed, since=since, until=until)

    def close(self, at: Instant) -> None:
        """End what is owed no longer; ``at`` is when that became known."""
        for track in self.tracks.values():
            self.found.append(self._deadline(track, ended=min(at, Instant(track.seen + 1)), running=False))
        self.tracks = {}

    def finish(self, until: Instant) -> None:
        """End the run: what is owed now stays open."""
        for track in self.tracks.values():
            running = track.seen + 1 >= until
            ended = None if running else Instant(track.seen + 1)
            self.found.append(self._deadline(track, ended=ended, running=running))
        self.tracks = {}

    def _deadline(self, track: _Track, *, ended: Instant | None, running: bool) -> Deadline:
        duty, last = track.duty, track.seen
        spent = duty.until is not None and last >= duty.until
        if running:
            outcome = OVERDUE if last > duty.due else OPEN
        else:
            outcome = REPLACED if spent else (LATE if last > duty.due else DONE)
        return Deadline(
            case=self.case,
            request=self.names.get(duty.request or duty.act, ""),
            code=duty.code,
            owner=duty.who.authority.partition("/")[0],
            due=duty.due,
            basis=duty.basis,
            is_target=duty.is_target,
            steps=duty.steps,
            opened=track.opened,
            ended=ended,
            outcome=outcome,
            alarms=tuple(at for at in duty.alarm_plan() if track.opened <= at <= last),
        )

    def _require_owners(
        self, state: CaseState, owed: Sequence[Duty], *, since: Instant, until: Instant
    ) -> None:
        for request in state.requests:
            if is_unsettled(state, request):
                mine = [duty for duty in owed if duty.request == request.id]
                turns = {since, *(Instant(d.until + 1) for d in mine if d.until is not None)}
                self.unowned += [
                    Unowned(case=self.case, request=self.names.get(request.id, ""), at=at)
                    for at in sorted(turns)
                    if since <= at < until and not any(duty.is_open(at) for duty in mine)
                ]


def simulate(data: bytes, *, zones: Zones) -> Run:
    """Return what a scenario comes to.

    Args:
        data: The file of a scenario, as ``docs/spec/clocks.md`` describes it.
        zones: Knows the zones that its calendars name.

    Raises:
        MalformedError: the file is no scenario; see :func:`parse_scenario`.

    Basis: 42(8), 40(26)
    """
    scenario = parse_scenario(data, zones=zones)
    house = House(calendars=scenario.calendars)
    deadlines: list[Deadline] = []
    unowned: list[Unowned] = []
    for case, facts in scenario.cases.items():
        watch = _run(case, facts, scenario, house)
        deadlines += watch.found
        unowned += watch.unowned
    deadlines += _terms(scenario)
    deadlines += _lanes(scenario)
    deadlines.sort(key=lambda one: (one.case, one.opened, one.due, one.code, one.owner))
    return Run(until=scenario.until, deadlines=tuple(deadlines), unowned=tuple(unowned))


def _run(case: str, facts: Sequence[Fact], scenario: Scenario, house: House) -> _Watch:
    rehearsal = Rehearsal(case=case, requesting=scenario.requesting, requested=scenario.requested)
    for fact in facts:
        rehearsal.add(fact)
    names = {act: name for name, act in rehearsal.names.items()}
    watch = _Watch(case=case, names=names)
    times = {act.at for act in rehearsal.acts} | {receipt.at for receipt in rehearsal.receipts}
    turns = [at for at in sorted(times) if at < scenario.until]
    for since, until in zip(turns, [*turns[1:], scenario.until], strict=True):
        acts = [act for act in rehearsal.acts if act.at <= since]
        if acts:
            state = fold(acts, [receipt for receipt in rehearsal.receipts if receipt.at <= since])
            held = {act.id for act in acts}
            dates = [given for given in rehearsal.dates if given.act in held]
            watch.look(state, all_duties(state, house=house, dates=dates), since=since, until=until)
    watch.finish(scenario.until)
    return watch


def _terms(scenario: Scenario) -> Iterator[Deadline]:
    for term in scenario.terms:
        try:
            reckoned = reckon_term(term, scenario)
        except (ValueError, OverflowError) as exc:
            raise unfit(f"the term {term.name[:40]!r} cannot be reckoned: {exc}", where="/terms") from exc
        opened = moment(term.start, "/terms/start")
        done = None if term.done is None else moment(term.done, "/terms/done")
        ended = done if done is not None and done <= scenario.until else None
        last = scenario.until if ended is None else ended
        passed = last > reckoned.at
        outcome = (OVERDUE if passed else OPEN) if ended is None else (LATE if passed else DONE)
        if opened <= scenario.until:
            yield Deadline(
                case="",
                request=term.name,
                code="duty.term",
                owner=getattr(scenario, term.owner),
                due=reckoned.at,
                basis=term.basis,
                is_target=False,
                steps=reckoned.steps,
                opened=opened,
                ended=ended,
                outcome=outcome,
                alarms=alarm_times(reckoned.at, since=opened, until=min(last, reckoned.at)),
            )


def _lanes(scenario: Scenario) -> Iterator[Deadline]:
    for lane in scenario.lanes:
        begun = moment(lane.at, "/lanes/at")
        tasks = _tasks(lane, begun)
        if strange := sorted(set(lane.done) - {task.code for task in tasks}):
            known = ", ".join(task.code for task in tasks)
            raise unfit(f"the lane has no step {strange[0][:40]!r}; steps are {known}", where="/lanes/done")
        for task in tasks if begun <= scenario.until else ():
            given = lane.done.get(task.code)
            done = None if given is None else moment(given, "/lanes/done")
            ended = done if done is not None and done <= scenario.until else None
            due, last = Instant(task.due), scenario.until if ended is None else ended
            outcome = (OVERDUE if last > due else OPEN) if ended is None else (LATE if last > due else DONE)
            yield Deadline(
                case="",
                request=lane.name,
                code=f"lane.{task.code}",
                owner=getattr(scenario, lane.owner),
                due=due,
                basis=task.basis,
                is_target=False,
                steps=steps_of(task),
                opened=begun,
                ended=ended,
                outcome=outcome,
                alarms=(due,) if due <= last else (),
            )


def _tasks(lane: Lane, begun: Instant) -> tuple[Task, ...]:
    if lane.lane == REVIEW:
        return (review_of(lane.name, decided_at=begun),)
    if lane.lane == CALL_BACK:
        return (call_back_of(lane.name, request=lane.name, received_at=begun),)
    if lane.lane == "voice":
        return (confirmation_of(lane.name, said_at=begun, days=lane.days),)
    usual = Instant(begun + USUAL_HOLD)
    ends = usual if lane.hold_ends is None else moment(lane.hold_ends, "/lanes/hold_ends")
    if ends < begun:
        raise unfit("the hold ended before the lane began", where="/lanes/hold_ends")
    return property_plan(lane.name, lane.lane, start=begun, hold_ends=ends)


def reckon_term(term: Term, scenario: Scenario) -> Reckoning:
    """Return the arithmetic of a term of a scenario."""
    calendar = scenario.calendars.of(term.party)
    spans = [
        Span(
            since=moment(one.since, "/terms/suspended"),
            until=moment(one.until, "/terms/suspended"),
            why="other",
            name=one.name,
        )
        for one in term.suspended
    ]
    found = Reckoning.since("fact", moment(term.start, "/terms/start"), name=term.fact)
    found = found.plus(Period(count=term.count, unit=term.unit), calendar)
    still = [*spans, *(recesses(calendar) if term.recesses else ())]
    found = found.suspended(still, by_days=calendar if term.unit in CIVIL else None)
    return found.rolled(term.roll, calendar)
