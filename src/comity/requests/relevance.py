"""Does a field speak of what it is for?

Which field must speak of what, and what it must not say, is packaged data over
:mod:`comity.requests.concepts`: a necessity speaks of what is lost or of the only way, a reason for secrecy
of harm, a purpose of a criminal end, a link of what ties the thing to the offence. So words are found empty
that nobody has listed.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from comity.kernel.findings import Finding
from comity.kernel.packaged import packaged_bytes
from comity.requests.codes import found
from comity.requests.concepts import LANGUAGES, concepts
from comity.requests.matter import Matter
from comity.requests.substance import filled, says_nothing

DATA = "data/relevance.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What one field must speak of.

    Attributes:
        name: Its name, or the name of its parent and its own.
        kinds: The kinds whose field is meant; those of all where there is none.
        needs: Classes of which one is spoken of; nothing is needed where there is none.
        against: Classes of which none is spoken of.
        beside: The sibling whose words count with its own; empty where there is none.
        is_safeguard: Whether the field grants something to a person.
    """

    name: str
    kinds: frozenset[str]
    needs: frozenset[str]
    against: frozenset[str]
    beside: str
    is_safeguard: bool

    def __post_init__(self) -> None:
        if not (self.needs | self.against) or (self.needs | self.against) - concepts().names:
            raise ValueError(f"{self.name}: the classes of a demand are concepts")

    def is_for(self, kind: str, pointer: str) -> bool:
        """Tell whether a field of a kind is meant."""
        return (not self.kinds or kind in self.kinds) and f"{pointer}/".endswith(f"/{self.name}/")

    def is_unmet(self, text: str) -> bool:
        """Tell whether a text speaks of something else."""
        spoken = concepts().spoken(text)
        return bool(self.against & spoken) or (bool(self.needs) and not self.needs & spoken)


def check_relevance(matter: Matter) -> Iterator[Finding]:
    """Yield every field that says something, and not what it is for.

    Basis: 40(15), 42(3), 45(3), 50(3), 21(4)
    """
    by_name = demands()
    for pointer, one, value in filled(matter):
        for demand in by_name.get(pointer.rpartition("/")[2], ()):
            if not demand.is_for(matter.kind.code, pointer) or not matter.reading.sound(pointer):
                continue
            text = _text(value)
            if not text or says_nothing(one, value):
                continue
            if demand.beside:
                text += f". {matter.reading.get(pointer.rpartition('/')[0] + '/' + demand.beside) or ''}"
            if demand.is_unmet(text):
                if demand.is_safeguard:
                    yield found("safeguard.denied", basis=one.basis, field=pointer, label=one.label)
                else:
                    yield found("words.beside", basis=one.basis, field=pointer, label=one.label)
                break


@cache
def demands() -> Mapping[str, tuple[Demand, ...]]:
    """Return the packaged demands by the name of the field."""
    by_name: dict[str, tuple[Demand, ...]] = {}
    for row in json.loads(packaged_bytes("comity.requests", DATA))["fields"]:
        demand = Demand(
            name=row["name"],
            kinds=frozenset(row.get("kinds", ())),
            needs=frozenset(row.get("needs", ())),
            against=frozenset(row.get("against", ())),
            beside=row.get("with", ""),
            is_safeguard=row.get("safeguard", False),
        )
        last = demand.name.rpartition("/")[2]
        by_name[last] = (*by_name.get(last, ()), demand)
    return by_name


def _text(value: Any) -> str:
    """Return the words of a field in a language that the classes know; else none."""
    if isinstance(value, str):
        return value
    known = isinstance(value, dict) and str(value.get("language", "")).partition("-")[0] in LANGUAGES
    return str(value.get("text", "")) if known else ""
