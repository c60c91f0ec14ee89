"""Sharing marks: TLP 2.0 and PAP, and how each form of exchange spells them."""

import re
from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Any

from comity.indicators.errors import bad_form, bad_mark


class Tlp(IntEnum):
    """How far something may be passed on, by FIRST's Traffic Light Protocol 2.0: more goes less far."""

    CLEAR = 0
    GREEN = 1
    AMBER = 2
    AMBER_STRICT = 3
    RED = 4

    @property
    def label(self) -> str:
        """As it is written: ``amber+strict``."""
        return self.name.lower().replace("_", "+")


UNMARKED = Tlp.AMBER
"""What counts for something that came without a mark: need to know, never further."""


class Pap(StrEnum):
    """What may be done with something: the Permissible Actions Protocol."""

    CLEAR = "clear"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


_TLP = {one.label: one for one in Tlp} | {"white": Tlp.CLEAR, "amber_strict": Tlp.AMBER_STRICT}
_PAP = {one.value: one for one in Pap} | {"white": Pap.CLEAR}
_TAG = re.compile(r"\s*(tlp|pap)\s*[:=]\s*\"?([a-z+_ :-]+?)\"?\s*", re.IGNORECASE)

STIX_MARKS = {
    Tlp.CLEAR: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    Tlp.GREEN: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Tlp.AMBER: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Tlp.AMBER_STRICT: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    Tlp.RED: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
"""The marking definitions that OASIS published for TLP 2.0."""

OLD_STIX_MARKS = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": Tlp.CLEAR,
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": Tlp.GREEN,
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": Tlp.AMBER,
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": Tlp.RED,
}
"""Those of TLP 1.0, which STIX 2.1 itself prints."""

STANDARD_MARKS = frozenset({*STIX_MARKS.values(), *OLD_STIX_MARKS})
"""Definitions that need not be there, as everybody knows them."""

_BY_STIX = OLD_STIX_MARKS | {name: tlp for tlp, name in STIX_MARKS.items()}


def parse_tlp(text: str, *, where: str = "") -> Tlp:
    """Return a mark as a person writes it, e.g. ``TLP:AMBER+STRICT``; raise MalformedError for another."""
    found = _TLP.get(text.strip().lower().removeprefix("tlp:").strip())
    if found is None:
        raise bad_mark(text, where=where)
    return found


def parse_pap(text: str, *, where: str = "") -> Pap:
    """Return a mark of permissible actions; raise MalformedError for another."""
    found = _PAP.get(text.strip().lower().removeprefix("pap:").strip())
    if found is None:
        raise bad_mark(text, where=where)
    return found


def strictest(found: list[Tlp]) -> Tlp:
    """Return the mark that goes least far; ``UNMARKED`` where there is none."""
    return max(found) if found else UNMARKED


def tlp_of_tag(name: str) -> Tlp | None:
    """Return the mark that a tag sets; None for a tag that sets none.

    A tag that begins like a TLP tag and is none that we know counts as red: it is never read as a weaker one.
    """
    match = _TAG.fullmatch(name)
    if match is None:
        return Tlp.RED if name.strip().lower().startswith("tlp:") else None
    if match[1].lower() != "tlp":
        return None
    word = match[2].strip().lower()
    if word.startswith("ex:"):
        return Tlp.RED
    return _TLP.get(word, Tlp.RED)


def pap_of_tag(name: str) -> Pap | None:
    """Return the mark of permissible actions that a tag sets; unknown ones count as red."""
    match = _TAG.fullmatch(name)
    if match is None or match[1].lower() != "pap":
        return None
    return _PAP.get(match[2].strip().lower(), Pap.RED)


def tlp_of_stix(names: list[str]) -> list[Tlp]:
    """Return the marks among the references of a STIX object."""
    return [_BY_STIX[name] for name in names if name in _BY_STIX]


def marks_of_stix(value: Mapping[str, Any], *, where: str) -> list[str]:
    """Return the marking definitions of an object and of parts of it: the strictest holds for all of it.

    Raises:
        MalformedError: ``indicators.form``.
    """
    refs, parts = value.get("object_marking_refs", []), value.get("granular_markings", [])
    if not isinstance(refs, list) or not all(isinstance(one, str) for one in refs):
        raise bad_form(f"{value.get('id')}: object_marking_refs is a list of ids", where=where)
    if not isinstance(parts, list) or not all(isinstance(one, dict) for one in parts):
        raise bad_form(f"{value.get('id')}: granular_markings is a list of objects", where=where)
    return [*refs, *(str(one["marking_ref"]) for one in parts if one.get("marking_ref"))]


def marks_named(value: Mapping[str, Any]) -> set[str]:
    """Return the marking definitions that JSON of any form names, for itself or for parts of it."""
    refs, parts = value.get("object_marking_refs"), value.get("granular_markings")
    found = {one for one in refs if isinstance(one, str)} if isinstance(refs, list) else set()
    for one in parts if isinstance(parts, list) else ():
        if isinstance(one, dict) and isinstance(one.get("marking_ref"), str):
            found.add(one["marking_ref"])
    return found
