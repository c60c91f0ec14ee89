"""The catalogue of assessment rules: for each code its paragraphs, and cases that it finds and leaves.

The rules themselves are functions of this room; severities stand in ``codes``, sentences and remedies in the
catalogues (``<code>`` and ``remedy.<code>``). The cases are run by a test and shown in the reference.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from comity.kernel.findings import Severity
from comity.kernel.packaged import packaged_bytes
from comity.requests.codes import SEVERITIES

DATA = "data/examples/rules.json"
WITHOUT_CASE = frozenset({"instrument.apart", "own_law.must_refuse"})
"""Codes that no case can raise with the packs that ship: an operator's data alone brings them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One example of a rule.

    Attributes:
        finds: Whether the rule speaks.
        about: What is judged: ``kind``, ``variant``, ``side`` and ``set`` (values by pointer, null takes
            away), ``published`` (what the entries of the two Parties say), or ``refusal``,
            ``order_days``, ``skeleton_class``, ``parts`` (names of parts of an act).
    """

    finds: bool
    about: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the catalogue."""

    code: str
    bases: tuple[str, ...]
    cases: tuple[Case, ...]

    def __post_init__(self) -> None:
        if {case.finds for case in self.cases} != {True, False}:
            raise ValueError(f"{self.code}: a rule has a case that it finds and one that it leaves")

    @property
    def severity(self) -> Severity:
        """Return its weight."""
        return SEVERITIES[self.code]

    @property
    def remedy(self) -> str:
        """Return the catalogue key of what helps."""
        return f"remedy.{self.code}"


@cache
def rules() -> tuple[Rule, ...]:
    """Return every rule of the catalogue, in the order of its data."""
    rows = json.loads(packaged_bytes("comity.requests", DATA))["rules"]
    return tuple(
        Rule(
            code=row["code"],
            bases=tuple(row["basis"]),
            cases=tuple(
                Case(finds=case["finds"], about={name: one for name, one in case.items() if name != "finds"})
                for case in row["cases"]
            ),
        )
        for row in rows
    )
