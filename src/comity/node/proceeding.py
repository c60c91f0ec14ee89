"""The desk for domestic facts: rulings, service, who was told, challenges, and what a provider answered.

Facts stand on this node alone. The step service is taken here, so its gate stands here: what is open is
decided by name with a reason, and what blocks is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity.cases.desk import matter_of
from comity.cases.errors import GateClosedError, UndecidedError
from comity.cases.facts import (
    KEPT,
    AnyFact,
    DomesticStep,
    EndedFact,
    Fact,
    Line,
    Person,
    ServedFact,
    SheetRef,
    StruckFact,
    Suspends,
    SuspensionFact,
    WaivedFact,
    parse_fact,
)
from comity.cases.ports import FactRecord
from comity.cases.procedure import Challenge, Halt, OpenRemedy, case_lines, proceedings_of
from comity.cases.state import CaseState, RequestState
from comity.kernel.clock import Instant, read_instant, to_date
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError
from comity.kernel.findings import Assessment, Severity
from comity.kernel.ids import ActId, CaseId, party_of
from comity.kernel.ijson import parse_ijson
from comity.kernel.lines import FIRST_PREVIOUS, line_bytes, line_digest
from comity.node.access import Action, require_access
from comity.node.athome import Home
from comity.node.ports import Transaction
from comity.node.seams import case_reader
from comity.node.sheets import sheet_of
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.requests.kinds import kind_of_mechanism
from comity.requests.procedure import AtHome, check_fact
from comity.requests.sheets import KeptSheet, Measure

MOST_FORM = 64 * 1024
_OPENS_THE_GATE = (ServedFact, EndedFact, SuspensionFact, WaivedFact, StruckFact)
"""Facts after which more may leave than before; whoever records them is one who may decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView:
    """One received request as it stands at home.

    Attributes:
        sheet: The sheet that holds today; None where there is none.
        measure: Its steps for this kind of request.
        ends: The end of each remedy's period, by the number of its line.
    """

    request: ActId
    kind: str
    items: Mapping[str, str]
    sheet: KeptSheet | None
    measure: Measure | None
    challenges: tuple[Challenge, ...]
    remedies: tuple[OpenRemedy, ...]
    ends: Mapping[int, Instant]
    halts: tuple[Halt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureView:
    """The domestic side of a case: its requests at home, and every line as it was recorded."""

    case: CaseId
    requests: tuple[HomeView, ...]
    lines: tuple[Line, ...]
    struck: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureDesk:
    """Domestic facts of the officer's authority.

    Basis: 24(2), 40(17)
    """

    place: Workplace

    def show(self, actor: Actor, *, case: str, purpose: str) -> ProcedureView:
        """Return the domestic side of a case. The reading is in the log first.

        Raises:
            NotFoundError: ``case.unknown``.
        """
        require_access(
            actor, Action.CASE_READ, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            self.place.journal.read(tx, actor, action="procedure.read", about=case, purpose=purpose, at=now)
        with self.place.store.snapshot() as tx:
            return self._view(tx, actor, CaseId(case))

    def record(
        self, actor: Actor, *, case: str, form: bytes, reasons: Mapping[str, str] | None = None
    ) -> ProcedureView:
        """Add a fact to a case that this office received.

        Args:
            actor: Who records; the line names this officer.
            case: Full id of the case.
            form: JSON of the fact, as in ``docs/spec/procedure.md``. It may leave out the request where there
                is only one, the time (now), and what the sheet says of remedies.
            reasons: For each open finding the officer's reason to go on, by its code.

        Raises:
            MalformedError: ``fact.kind``, ``fact.form``, ``fact.time``, ``fact.item``, ``fact.suspends``.
            NotFoundError: ``fact.request``, ``fact.challenge``, ``fact.line``.
            ConflictError: ``fact.no_remedy``, ``fact.kept``; ``procedure.undecided``.
            DeniedError: ``procedure.blocked``; ``access.role``.

        Basis: 24(2), 40(17)
        """
        value, held, now = self._form(actor, form), CaseId(case), self.place.clock.now()
        with self.place.store.transaction() as tx:
            kept = sheet_of(tx, party_of(actor.authority), on=to_date(now))
            fact, lines = self._fact(tx, actor, held, value, kept, now=now)
            decided = self._gate(tx, actor, fact, reasons or {})
            made = _line(actor, lines, fact, kept, decided=decided, now=now)
            tx.acts.add_fact(
                FactRecord(authority=actor.authority, case=held, number=len(lines) + 1, line=made)
            )
            about = f"{case}/{len(lines) + 1}/{line_digest(made)}"
            self.place.journal.decision(tx, actor, action="procedure.record", about=about, at=now)
            return self._view(tx, actor, held)

    def weigh(self, actor: Actor, *, case: str, form: bytes) -> Assessment:
        """Return what stands against a fact before it is recorded; nothing is kept.

        Args:
            actor: Who would record it.
            case: Full id of the case.
            form: The form that ``record`` takes.

        Raises:
            MalformedError, NotFoundError, ConflictError, DeniedError: what ``record`` raises about the form.

        Basis: 24(2), 40(17)
        """
        value, held, now = self._form(actor, form), CaseId(case), self.place.clock.now()
        with self.place.store.snapshot() as tx:
            kept = sheet_of(tx, party_of(actor.authority), on=to_date(now))
            fact, _ = self._fact(tx, actor, held, value, kept, now=now)
            return self._found(tx, actor, fact)

    def _form(self, actor: Actor, form: bytes) -> Mapping[str, Any]:
        require_access(actor, Action.ACT_DRAFT, realm=self.place.realm, owner=actor.authority)
        value = parse_ijson(form, most_bytes=MOST_FORM, where="the form")
        if not isinstance(value, dict):
            raise MalformedError("fact.form", "a fact is one JSON object", where="/")
        return value

    def _fact(
        self,
        tx: Transaction,
        actor: Actor,
        case: CaseId,
        value: Mapping[str, Any],
        kept: KeptSheet | None,
        *,
        now: Instant,
    ) -> tuple[AnyFact, tuple[Line, ...]]:
        request, lines = self._request(tx, actor, case, value), case_lines(tx, actor.authority, case)
        fact = _completed(value, request, kept, now=now)
        if isinstance(fact, _OPENS_THE_GATE):
            require_access(actor, Action.ACT_DECIDE, realm=self.place.realm, owner=actor.authority)
        _require_fits(fact, request, lines, now=now)
        return fact, lines

    def _found(self, tx: Transaction, actor: Actor, fact: Fact) -> Assessment:
        home = self._home(tx, actor, ActId(fact.request))
        return Assessment.of(check_fact(fact, home)) if home is not None else Assessment()

    def _request(self, tx: Transaction, actor: Actor, case: CaseId, value: Mapping[str, Any]) -> RequestState:
        state = self._state(tx, actor, case)
        received = [one for one in state.requests if one.to.authority == actor.authority]
        named = value.get("request")
        found = received if named is None else [one for one in received if one.id == named]
        if len(found) == 1:
            return found[0]
        raise NotFoundError(
            "fact.request",
            "several requests of the case came here, and none is named"
            if found
            else "the case has no such request that came to this office",
            hint="facts are recorded where a request was received; name it as /request",
            where="/request",
        )

    def _gate(self, tx: Transaction, actor: Actor, fact: Fact, reasons: Mapping[str, str]) -> dict[str, str]:
        """Return what the officer decided of the findings on a fact, each with its reason."""
        found = self._found(tx, actor, fact)
        blocking = [one for one in found.findings if one.severity is Severity.BLOCKS]
        if blocking:
            provision = blocking[0].parameters.get("provision", "")
            raise GateClosedError(
                "procedure.blocked",
                f"{blocking[0].code} stands against this step under {provision}",
                hint="'comity procedure show CASE' tells what runs, and what ends it",
                where=fact.request,
            )
        waiting = [one.code for one in found.to_decide if not reasons.get(one.code, "").strip()]
        if waiting:
            raise UndecidedError(
                "procedure.undecided",
                f"this waits for a reason by name: {', '.join(dict.fromkeys(waiting))}",
                hint="give a reason for each with --reason CODE=TEXT",
                where=fact.request,
            )
        return {one.code: reasons[one.code].strip() for one in found.to_decide}

    def _home(self, tx: Transaction, actor: Actor, request: ActId) -> AtHome | None:
        matter = matter_of(tx, actor.authority, request)
        return None if matter is None else Home(place=self.place, tx=tx, authority=actor.authority).of(matter)

    def _state(self, tx: Transaction, actor: Actor, case: CaseId) -> CaseState:
        return case_reader(tx, actor.authority, directory=self.place.directory).state(tx, case)

    def _view(self, tx: Transaction, actor: Actor, case: CaseId) -> ProcedureView:
        state, lines = self._state(tx, actor, case), case_lines(tx, actor.authority, case)
        kept = sheet_of(tx, party_of(actor.authority), on=to_date(self.place.clock.now()))
        return ProcedureView(
            case=case,
            requests=tuple(
                self._home_view(one, lines, kept)
                for one in state.requests
                if one.to.authority == actor.authority
            ),
            lines=lines,
            struck=frozenset(line.fact.line for line in lines if isinstance(line.fact, StruckFact)),
        )

    def _home_view(self, request: RequestState, lines: tuple[Line, ...], kept: KeptSheet | None) -> HomeView:
        now, calendar = self.place.clock.now(), self.place.house.calendar(request.to)
        found, kind = proceedings_of(lines, request.id), kind_of_mechanism(request.mechanism)
        code = "" if kind is None else kind.code
        return HomeView(
            request=request.id,
            kind=code,
            items={item.id: found.result(item.id) for item in request.items},
            sheet=kept,
            measure=None if kept is None else kept.sheet.measure(code),
            challenges=found.challenges,
            remedies=found.remedies,
            ends={one.number: one.reckoned(calendar).at for one in found.remedies},
            halts=found.halts((), now=now, calendar=calendar),
        )


def _completed(
    value: Mapping[str, Any], request: RequestState, kept: KeptSheet | None, *, now: Instant
) -> AnyFact:
    """Return the fact with what follows filled in: request, time, and what the sheet says of remedies."""
    made = {"at": now, **value, "request": request.id}
    for name in ("at", "until"):
        if name in made:
            made[name] = _time(made[name], name)
    kind = kind_of_mechanism(request.mechanism)
    measure = kept.sheet.measure(kind.code) if kept is not None and kind is not None else None
    if measure is not None:
        _fill_remedy(made, measure)
    if made.get("fact") == "challenge.lodged":
        made.setdefault("suspends", True)
    return parse_fact(made)


def _fill_remedy(made: dict[str, Any], measure: Measure) -> None:
    """Put in what the sheet says of a remedy, and of the challenge that uses it."""
    fact = made.get("fact")
    if fact not in ("served", "told", "challenge.lodged"):
        return
    served = fact == "served"
    step = DomesticStep.SERVICE.value if served else made.get("step")
    who = Person.PROVIDER.value if served else made.get("who")
    row = next((one for one in measure.steps if one.step.value == step), None)
    remedy = next((one for one in row.remedies if one.who.value == who), None) if row is not None else None
    if remedy is None:
        return
    if fact != "challenge.lodged":
        made["remedy"] = {
            "provision": remedy.provision,
            "suspends": remedy.suspends.value,
            "count": remedy.count,
            "unit": remedy.unit.value,
        }
        return
    suspends = remedy.suspends is not Suspends.NO
    if suspends and made.get("suspends") is False:
        raise MalformedError(
            "fact.suspends",
            f"under {remedy.provision} this challenge suspends",
            hint="where a court took that away, record its ruling as challenge.suspension",
            where="/suspends",
        )
    made.setdefault("suspends", suspends)
    made.setdefault("provision", remedy.provision)


def _time(value: Any, name: str) -> Any:
    """Return microseconds for a day or an RFC 3339 time; numbers and null stay as they are."""
    if not isinstance(value, str):
        return value
    try:
        return read_instant(value)
    except ValueError as exc:
        raise MalformedError(
            "fact.time", f"{value[:40]!r} is no day or time", hint="e.g. 2026-12-01", where=f"/{name}"
        ) from exc


def _require_fits(fact: AnyFact, request: RequestState, lines: tuple[Line, ...], *, now: Instant) -> None:
    """Raise unless a fact is one that can be: in time, of items of its request, and of what is recorded."""
    if fact.at > now:
        raise MalformedError("fact.time", "a fact lies in the future", where="/at")
    if not set(fact.items) <= {item.id for item in request.items}:
        raise MalformedError("fact.item", "the request has no such item", where="/items")
    found = proceedings_of(lines, request.id)
    if isinstance(fact, (SuspensionFact, EndedFact)):
        running = [one.number for one in found.challenges if one.is_running]
        if fact.challenge not in running:
            raise NotFoundError(
                "fact.challenge",
                f"no challenge of this request that runs stands on line {fact.challenge}",
                hint="running: " + (", ".join(str(one) for one in running) or "none"),
                where="/challenge",
            )
    if isinstance(fact, WaivedFact) and not any(
        (one.step, one.who) == (fact.step, fact.who) and not one.is_used for one in found.remedies
    ):
        raise ConflictError("fact.no_remedy", "no such remedy is open", where="/who")
    if isinstance(fact, StruckFact):
        target = next((one for one in found.lines if one.number == fact.line), None)
        if target is None:
            raise NotFoundError("fact.line", f"no line {fact.line} of this request stands", where="/line")
        if isinstance(target.fact, KEPT):
            raise ConflictError(
                "fact.kept",
                "challenges and what ended them are never struck",
                hint="record how the challenge ended",
                where="/line",
            )


def _line(
    actor: Actor,
    lines: tuple[Line, ...],
    fact: AnyFact,
    kept: KeptSheet | None,
    *,
    decided: dict[str, str],
    now: Instant,
) -> bytes:
    sheet = None
    if kept is not None:
        sheet = SheetRef(party=kept.sheet.party, version=kept.sheet.version, digest=kept.digest)
    return line_bytes(
        Line(
            v=1,
            number=len(lines) + 1,
            previous=line_digest(line_bytes(lines[-1])) if lines else FIRST_PREVIOUS,
            authority=actor.authority,
            officer=actor.officer,
            recorded_at=now,
            sheet=sheet,
            decided=decided,
            fact=fact,
        )
    )
