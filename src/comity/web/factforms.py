"""The form of each kind of domestic fact: fields from what the fact holds, and back to a fact."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import msgspec

from comity.cases.facts import FACTS, Answered, Decider, DomesticStep, Ended, Outcome, Person
from comity.node.proceeding import HomeView
from comity.web.bodies import Form
from comity.web.visits import Visit

_CHOICES: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "step": ("home_step", tuple(DomesticStep)),
        "who": ("person", tuple(Person)),
        "decided_by": ("decider", tuple(Decider)),
        "answer": ("provider_answer", tuple(Answered)),
        "suspends": ("home_suspends", ("yes", "no")),
    }
)
"""Fields of which one value is chosen: the family of their names, and the values."""

_OUTCOMES = {"ruling": ("ruling", tuple(Outcome)), "challenge.decided": ("ended", tuple(Ended))}
_NUMBERS = frozenset({"challenge", "line"})
_TIMES = frozenset({"at", "until"})
_BY_THE_SHEET = {"challenge.lodged": frozenset({"suspends", "provision"})}
"""What may be left blank, since the sheet says it."""

_NOT_ASKED = frozenset({"request", "items", "remedy"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FactField:
    """One field.

    Attributes:
        shape: ``choice``, ``number``, ``time`` or ``text``.
        options: Values with their names, for a choice.
    """

    name: str
    shape: str
    needed: bool
    value: str
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FactForm:
    """The form of one kind of fact about one request."""

    fact: str
    items: tuple[str, ...]
    ticked: tuple[str, ...]
    fields: tuple[FactField, ...]


def fact_form(visit: Visit, fact: str, home: HomeView) -> FactForm:
    """Return the form of a kind of fact, with what was posted in it."""
    optional = _BY_THE_SHEET.get(fact, frozenset())
    asked = [one for one in msgspec.structs.fields(FACTS[fact]) if one.name not in _NOT_ASKED]
    return FactForm(
        fact=fact,
        items=tuple(home.items),
        ticked=visit.form.all("items"),
        fields=tuple(
            _field(visit, fact, one.name, needed=one.required and one.name not in {*optional, "at"})
            for one in sorted(asked, key=lambda one: one.name == "at")
        ),
    )


def posted_fact(form: Form) -> dict[str, Any]:
    """Return a fact as the desk takes it: blank fields are left out."""
    made: dict[str, Any] = {"fact": form.get("fact"), "items": list(form.all("items"))}
    known = {one.name for fact in FACTS.values() for one in msgspec.structs.fields(fact)} - {
        "items",
        "remedy",
    }
    for name in sorted(known):
        value = form.get(name)
        if not value:
            continue
        if name == "suspends":
            made[name] = value == "yes"
        elif name in _NUMBERS and value.isascii() and value.isdigit():
            made[name] = int(value[:9])
        else:
            made[name] = value
    return made


def _field(visit: Visit, fact: str, name: str, *, needed: bool) -> FactField:
    value = visit.form.get(name)
    family, codes = _OUTCOMES[fact] if name == "outcome" else _CHOICES.get(name, ("", ()))
    if family:
        options = tuple(visit.choices(family, [str(code) for code in codes]))
        return FactField(name=name, shape="choice", needed=needed, value=value, options=options)
    shape = "number" if name in _NUMBERS else "time" if name in _TIMES else "text"
    return FactField(name=name, shape=shape, needed=needed, value=value)
