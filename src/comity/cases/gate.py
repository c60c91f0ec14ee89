"""The gate: nothing leaves unless the assessment of that very thing is decided by named officers.

Every way out ends in :func:`require_way_out`: an act, sealing to a bare key, an export, the courier,
a disclosure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from comity.cases.errors import FrozenError, GateClosedError, UndecidedError
from comity.cases.kinds import is_coercive
from comity.cases.ports import DecisionRecord, GateRecord
from comity.cases.procedure import Halt
from comity.cases.state import CaseState
from comity.kernel.digests import sha256
from comity.kernel.findings import Assessment, Finding, Severity
from comity.kernel.ids import ActId, CaseId
from comity.kernel.ijson import dump_ijson
from comity.kernel.realms import Realm, payload_type
from comity.kernel.signing import Envelope


class WayOut(StrEnum):
    """Every way by which something of a case leaves the node, or is destroyed on it.

    Basis: PROTOCOL rule 11
    """

    ISSUE = "issue"
    COURIER = "courier"
    SEAL = "seal"
    EXPORT = "export"
    DISCLOSURE = "disclosure"
    DESTRUCTION = "destruction"
    ONWARD = "onward"


_BY_ACT = frozenset({WayOut.ISSUE, WayOut.COURIER})
_ALWAYS_DECIDED = _BY_ACT | {WayOut.DESTRUCTION}
_DECIDED_BY_ACT = {WayOut.SEAL: frozenset({"transmission.decide", "evidence.deliver"})}
RELEASE = "release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withholding:
    """What a disclosure leaves out, and by whose decision.

    Attributes:
        of: Id of the act, or root of a package that no act delivered.
        part: Name of the part; None for the delivered bag, and for such a package.
        exhibit: Number of the one exhibit of the delivered bag that is left out; None for all of it.
        ground: Why, 1 to 200 characters.
        decided_by: Pseudonym of the person who decided it.
    """

    of: str
    part: str | None
    ground: str
    decided_by: str
    exhibit: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.ground.strip()) <= 200 or not self.decided_by:
            raise ValueError("what is withheld has a ground of 1 to 200 characters and a decider")
        if self.exhibit is not None and (self.exhibit < 1 or self.part is not None):
            raise ValueError("an exhibit is withheld by its number, from 1, and is no part")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What a way out may be: released by a decision, or, on practice only, marked as not released."""

    way: WayOut
    decided_by: ActId | None

    @property
    def is_released(self) -> bool:
        """Tell whether a decision stands behind it; what is not released is marked UNRELEASED."""
        return self.decided_by is not None


def finding_key(finding: Finding) -> str:
    """Return the name by which a decision refers to a finding: its code, place and parameters.

    The parameters are part of it, so that a decision never carries over to another value.
    """
    values = dump_ijson(dict(finding.parameters))
    return f"{finding.code}@{finding.field}#{sha256(values).hex()[:16]}"


def undecided(
    assessment: Assessment, decisions: Iterable[DecisionRecord], *, rules: str
) -> tuple[Finding, ...]:
    """Return the findings that still wait for a named officer under the rule set in force."""
    taken = {d.finding for d in decisions if d.rules == rules and d.inner.strip()}
    return tuple(finding for finding in assessment.to_decide if finding_key(finding) not in taken)


def require_open(assessment: Assessment, decisions: Sequence[DecisionRecord], *, rules: str) -> None:
    """Check that nothing blocks and that every open finding is decided under these rules.

    Raises:
        GateClosedError: ``gate.blocked``: a finding that nobody can decide away.
        UndecidedError: ``gate.undecided``: findings that wait for a named officer.

    Basis: DESIGN invariant 3; 24(1)
    """
    blocking = [f for f in assessment.findings if f.severity is Severity.BLOCKS]
    if blocking:
        raise GateClosedError(
            "gate.blocked",
            f"{len(blocking)} findings block, first {blocking[0].code} ({blocking[0].basis})",
            hint="change what is asked or done; a blocking finding cannot be decided away",
            where=blocking[0].field,
        )
    waiting = undecided(assessment, decisions, rules=rules)
    if waiting:
        names = ", ".join(f.code for f in waiting[:5])
        raise UndecidedError(
            "gate.undecided",
            f"{len(waiting)} findings wait for a named officer: {names}",
            hint="decide each finding with a reason",
            where=waiting[0].field,
        )


def require_unfrozen(kind: str, state: CaseState) -> None:
    """Raise FrozenError ``case.frozen`` for a coercive kind while people have something to settle.

    Basis: PROTOCOL rules 5 and 7
    """
    if not is_coercive(kind) or not state.is_frozen:
        return
    if state.unknown_critical:
        raise FrozenError(
            "case.needs_newer",
            "an act names something critical that this software does not understand",
            hint="update the software; coercive steps wait until then",
            where=state.unknown_critical[0],
        )
    first = next(iter([*(f.acts[0] for f in state.forks), *state.ignoring, *state.suspect]), "")
    raise FrozenError(
        "case.frozen",
        "a fork or a doubtful act freezes coercive steps in this case",
        hint="look at the proof and settle it with the other side",
        where=first,
    )


def require_way_out(
    way: WayOut,
    *,
    realm: Realm,
    case: CaseId | None,
    gate: GateRecord | None,
    state: CaseState | None = None,
    halts: Sequence[Halt],
) -> Passage:
    """Return how something may leave, or refuse it: the one function that every way out calls.

    Args:
        way: Which way.
        realm: Live or practice.
        case: The case it belongs to; None for what belongs to none.
        gate: The closed gate of the act or release that decided it; None when there is none.
        state: State of the case, which must not be frozen.
        halts: What halts it at home (:mod:`comity.cases.procedure`); empty for what carries out no measure.

    Raises:
        GateClosedError: ``way_out.no_decision``: on a live node always, on practice for acts, courier and
            destruction.
            ``way_out.halted``: a suspensive challenge runs, or a remedy period that suspends.
        FrozenError: the case waits for people.

    Basis: PROTOCOL rule 11, 24(2)
    """
    _require_no_halt(way, halts)
    if gate is not None and case is not None and gate.case == case and _decides(gate.kind, way):
        if state is not None and way not in _BY_ACT:
            require_unfrozen("evidence.deliver", state)
        return Passage(way=way, decided_by=gate.act_id)
    if realm is Realm.PRACTICE and way not in _ALWAYS_DECIDED and gate is None:
        return Passage(way=way, decided_by=None)
    raise GateClosedError(
        "way_out.no_decision",
        f"no decided act or release stands behind this {way.value}",
        hint="decide and approve the act or the release first",
        where=case or "",
    )


def _require_no_halt(way: WayOut, halts: Sequence[Halt]) -> None:
    if halts:
        first = halts[0]
        why = {
            "challenge": "a suspensive challenge runs",
            "remedy": "a period runs in which a suspensive challenge may be lodged",
            "upheld": "a challenge was upheld",
        }[first.why]
        raise GateClosedError(
            "way_out.halted",
            f"{why} against the step {first.step.value} under {first.provision}: no {way.value} until then",
            hint="'comity procedure show CASE' tells what runs, and what ends it",
            where=first.request,
        )


def _decides(kind: str, way: WayOut) -> bool:
    if way in _BY_ACT:
        return not kind.startswith(f"{RELEASE}.")
    return kind == f"{RELEASE}.{way.value}" or kind in _DECIDED_BY_ACT.get(way, frozenset())


def release_envelope(
    way: WayOut,
    *,
    realm: Realm,
    case: CaseId,
    subjects: Sequence[str],
    purpose: str,
    at: int,
    withheld: Sequence[Withholding] = (),
) -> Envelope:
    """Return the local statement that officers approve when something leaves without an act.

    Args:
        way: One of seal, export, disclosure and destruction.
        realm: Live or practice.
        case: The case it is taken from.
        subjects: Digests or act ids of exactly what leaves.
        purpose: The purpose it is for.
        at: Microseconds UTC.
        withheld: What a disclosure leaves out, each with its ground and who decided it.
    """
    if way in _BY_ACT:
        raise ValueError("an act is its own statement")
    value: dict[str, object] = {
        "v": 1,
        "way": way.value,
        "case": case,
        "subjects": sorted(set(subjects)),
        "purpose": purpose,
        "at": at,
    }
    if way is WayOut.DISCLOSURE:
        value["withheld"] = [
            {"of": one.of, "part": one.part, "ground": one.ground, "decided_by": one.decided_by}
            | ({"exhibit": one.exhibit} if one.exhibit is not None else {})
            for one in withheld
        ]
    return Envelope(payload_type=payload_type(RELEASE, realm), payload=dump_ijson(value))
