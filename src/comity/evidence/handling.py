"""How carefully an exhibit has to be handled, and what that forbids.

The classes:

    ordinary      nothing beyond the limits of the package
    intimate      no preview, no index; opened by those cleared for victims' material
    privileged    opened by those cleared for privilege review only; not derived from or indexed
    classified    opened by those cleared; never in a court file or a disclosure
    child-abuse   refused at every step by this version (:func:`require_lawful`)
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from comity.evidence.errors import child_abuse_refused
from comity.kernel.findings import Assessment, Finding, Severity


class Handling(StrEnum):
    """The class of an exhibit, from its first byte on."""

    ORDINARY = "ordinary"
    INTIMATE = "intimate"
    CHILD_ABUSE = "child-abuse"
    PRIVILEGED = "privileged"
    CLASSIFIED = "classified"


class Step(StrEnum):
    """What somebody is about to do with an exhibit."""

    OPEN = "open"
    PREVIEW = "preview"
    INDEX = "index"
    DERIVE = "derive"
    DISCLOSE = "disclose"
    EXPORT = "export"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlingRule:
    """What one class demands.

    Attributes:
        clearance: Role without which no step is taken; empty where none is needed.
        forbidden: Steps that nobody takes.
        to_decide: Steps that a named officer has to decide each time.
        basis: The paragraph served.
    """

    clearance: str
    forbidden: frozenset[Step]
    to_decide: frozenset[Step]
    basis: str


RULES: dict[Handling, HandlingRule] = {
    Handling.ORDINARY: HandlingRule(
        clearance="", forbidden=frozenset(), to_decide=frozenset(), basis="24(1)"
    ),
    Handling.INTIMATE: HandlingRule(
        clearance="victim-material",
        forbidden=frozenset({Step.PREVIEW, Step.INDEX}),
        to_decide=frozenset({Step.DERIVE, Step.DISCLOSE, Step.EXPORT}),
        basis="16(1)",
    ),
    Handling.PRIVILEGED: HandlingRule(
        clearance="privilege-review",
        forbidden=frozenset({Step.PREVIEW, Step.INDEX, Step.DERIVE}),
        to_decide=frozenset({Step.DISCLOSE, Step.EXPORT}),
        basis="24(1)",
    ),
    Handling.CLASSIFIED: HandlingRule(
        clearance="classified",
        forbidden=frozenset({Step.PREVIEW, Step.INDEX, Step.DISCLOSE, Step.EXPORT}),
        to_decide=frozenset({Step.DERIVE}),
        basis="40(20)",
    ),
    Handling.CHILD_ABUSE: HandlingRule(
        clearance="lawful-holder", forbidden=frozenset(Step), to_decide=frozenset(), basis="14(1)"
    ),
}


def require_lawful(handlings: Iterable[Handling]) -> None:
    """Raise DeniedError ``handling.child_abuse_refused`` when one of the classes is child abuse.

    Basis: PROTOCOL rule 25; 14(1)
    """
    if any(handling is Handling.CHILD_ABUSE for handling in handlings):
        raise child_abuse_refused()


def check_handling(handling: Handling, *, step: Step, roles: Collection[str], field: str = "") -> Assessment:
    """Return the findings on one officer's step with an exhibit of this class.

    Args:
        handling: The class of the exhibit.
        step: What is about to be done.
        roles: Roles and clearances of the officer.
        field: Where the exhibit stands, as a JSON pointer.

    Basis: PROTOCOL rule 25
    """
    rule = RULES[handling]
    given: dict[str, str | int] = {"handling": handling.value, "step": step.value}
    found = []
    if step in rule.forbidden:
        found.append(_finding("handling.forbidden", Severity.BLOCKS, rule, field, given))
    elif rule.clearance and rule.clearance not in roles:
        wanted = {**given, "clearance": rule.clearance}
        found.append(_finding("handling.clearance", Severity.BLOCKS, rule, field, wanted))
    elif step in rule.to_decide:
        found.append(_finding("handling.decide", Severity.DECIDE, rule, field, given))
    return Assessment.of(found)


def _finding(
    code: str, severity: Severity, rule: HandlingRule, field: str, parameters: Mapping[str, str | int]
) -> Finding:
    return Finding(code=code, severity=severity, basis=rule.basis, field=field, parameters=parameters)
