"""Judgements as values: a finding is a code, a place, a paragraph and parameters.

Words are made at the rim, by ``comity.wording``; nothing here carries a sentence.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs: it stops, a person must decide, or it is worth knowing."""

    BLOCKS = "blocks"
    DECIDE = "decide"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One judgement.

    Attributes:
        code: Stable dotted code, the key of its sentence in the catalogue.
        severity: What it does to the step under assessment.
        basis: The paragraph that the rule serves, e.g. ``42(3)(a)``; with the instrument's short
            name and a colon in front where it is not the Convention, e.g. ``budapest:29(2)``.
        field: JSON pointer to the field concerned; empty for the whole.
        parameters: Values the sentence needs, as strings or whole numbers.
    """

    code: str
    severity: Severity
    basis: str
    field: str = ""
    parameters: Mapping[str, str | int] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """All findings on one thing, in a stable order."""

    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> "Assessment":
        """Return an assessment of the findings, sorted by weight, place and code."""
        weight = {Severity.BLOCKS: 0, Severity.DECIDE: 1, Severity.NOTE: 2}
        return cls(findings=tuple(sorted(findings, key=lambda f: (weight[f.severity], f.field, f.code))))

    @property
    def may_proceed(self) -> bool:
        """Tell whether nothing blocks; open decisions are a person's to take."""
        return not any(f.severity is Severity.BLOCKS for f in self.findings)

    @property
    def to_decide(self) -> tuple[Finding, ...]:
        """Return the findings that a named officer has to decide."""
        return tuple(f for f in self.findings if f.severity is Severity.DECIDE)
