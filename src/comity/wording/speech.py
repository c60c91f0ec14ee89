"""Sentences filled with their values, each value in the form its placeholder asks for."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from comity.kernel.clock import require_instant, to_datetime
from comity.wording.catalogue import PLACEHOLDER, is_rtl, language_of, sentence
from comity.wording.places import language_name, party_name, spoken_date, spoken_number

if TYPE_CHECKING:
    import re

    from comity.kernel.findings import Finding

ISOLATE, END_ISOLATE = "\u2068", "\u2069"
_NOTHING: Mapping[str, str | int] = MappingProxyType({})


def say(code: str, *, language: str = "en", parameters: Mapping[str, str | int] = _NOTHING) -> str:
    """Return the sentence of a code in a language.

    Args:
        code: Key of the catalogue; shown as it stands when no catalogue has it.
        language: Language tag; English stands in for what we lack.
        parameters: Values of the placeholders; dates as ``2026-11-02``.

    Raises:
        KeyError: a placeholder without its value: a bug of the caller.
    """
    text = sentence(code, language)
    if text is None:
        return code
    tongue = language_of(language)

    def fill(match: "re.Match[str]") -> str:
        value = parameters[match[1]]
        shown = FORMS[match[2]](value, tongue) if match[2] else str(value)
        return f"{ISOLATE}{shown}{END_ISOLATE}" if is_rtl(tongue) or _turns(shown) else shown

    return PLACEHOLDER.sub(fill, text)


def finding_text(finding: "Finding", *, language: str = "en") -> str:
    """Return a finding as a sentence; severity, paragraph and place are shown beside it by the face."""
    return say(finding.code, language=language, parameters=finding.parameters)


def label(code: str, *, language: str = "en") -> str:
    """Return the name of a field, choice, ground, kind or state; the code itself where nobody has it."""
    return sentence(code, language) or code


def _turns(text: str) -> bool:
    """Tell whether a value would be read from right to left. Basis: Unicode UAX #9"""
    return any(unicodedata.bidirectional(ch) in {"R", "AL"} for ch in text)


def _day(value: str | int, language: str) -> str:
    return spoken_date(date.fromisoformat(str(value)), language=language)


def _moment(value: str | int, language: str) -> str:
    at = to_datetime(require_instant(int(value)))
    return f"{spoken_date(at.date(), language=language)}, {at:%H:%M} UTC"


def _named(family: str) -> Callable[[str | int, str], str]:
    return lambda value, language: label(f"{family}.{value}", language=language)


def _languages(value: str | int, language: str) -> str:
    separator = {"ar": "، ", "zh": "、"}.get(language, ", ")
    return separator.join(language_name(tag.strip(), language=language) for tag in str(value).split(","))


FORMS: Mapping[str, Callable[[str | int, str], str]] = MappingProxyType(
    {
        "date": _day,
        "number": lambda value, language: spoken_number(int(value), language=language),
        "party": lambda value, language: party_name(str(value), language=language),
        "language": lambda value, language: language_name(str(value), language=language),
        "languages": _languages,
        "label": lambda value, language: label(str(value), language=language),
        "ground": _named("ground"),
        "instrument": _named("instrument"),
        "instant": _moment,
        "handling": _named("handling_class"),
        "step": _named("step"),
        "end": _named("end"),
        "onward": _named("onward"),
        "home_step": _named("home_step"),
        "home_suspends": _named("home_suspends"),
        "person": _named("person"),
        "decider": _named("decider"),
        "provider_answer": _named("provider_answer"),
        "ruling": _named("ruling"),
        "ended": _named("ended"),
        "item": _named("item"),
    }
)
