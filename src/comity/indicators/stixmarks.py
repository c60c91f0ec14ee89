"""Marking definitions of STIX: those of TLP as OASIS published them, and what others define beside an object.

Basis: docs/spec/indicators.md
"""

from collections.abc import Iterable
from typing import Any

from comity.indicators.marks import STIX_MARKS, Tlp

TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"


def is_definition(value: object) -> bool:
    """Tell whether JSON of any form says that it defines a mark."""
    return isinstance(value, dict) and value.get("type") == "marking-definition"


def defined_marks(objects: Iterable[object]) -> dict[str, Tlp]:
    """Return the TLP marks that definitions among these objects define; unknown levels count as red."""
    found: dict[str, Tlp] = {}
    for one in objects:
        if not isinstance(one, dict) or not is_definition(one):
            continue
        told: object = None
        if one.get("definition_type") == "tlp" and isinstance(one.get("definition"), dict):
            told = one["definition"].get("tlp")
        extension = one.get("extensions")
        if isinstance(extension, dict) and isinstance(extension.get(TLP_EXTENSION), dict):
            told = extension[TLP_EXTENSION].get("tlp_2_0")
        if told is not None:
            labels = {level.label: level for level in Tlp} | {"white": Tlp.CLEAR}
            found[str(one.get("id"))] = labels.get(str(told).lower().replace("_", "+"), Tlp.RED)
    return found


def marking_of(level: Tlp) -> dict[str, Any]:
    """Return the marking definition of a TLP level, as OASIS published it."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": STIX_MARKS[level],
        "created": "2022-10-01T00:00:00.000Z",
        "name": f"TLP:{level.label.upper()}",
        "extensions": {TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": level.label}},
    }
