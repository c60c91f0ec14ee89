"""The lines of a gap analysis in words, for every face alike: what was found, and what there is to add."""

from comity.law.elements import age_below
from comity.law.gapviews import LineView
from comity.wording.reports import Speaker

_SUBJECTS = {"safeguard": "law.safeguard", "excess": "law.right"}


def found_said(line: LineView, *, language: str) -> str:
    """Return what a line found, as a sentence."""
    return _said("law.lack", line, language)


def add_said(line: LineView, *, language: str, elements: tuple[str, ...] = ()) -> str:
    """Return what there is to add for a line; ``elements`` are those of its article."""
    speaker = Speaker(language=language)
    names = speaker.listed(speaker.say(f"law.element.{one}") for one in elements)
    return _said("law.add", line, language, elements=names)


def fact_said(fact: str, *, language: str) -> str:
    """Return a fact of a described conduct in words."""
    speaker, years = Speaker(language=language), age_below(fact)
    return speaker.say(f"law.fact.{fact}") if years is None else speaker.say("law.fact.under", age=years)


def subject_said(line: LineView, *, language: str) -> str:
    """Return the element, safeguard or right of a line; empty where it is about the whole article."""
    family = _SUBJECTS.get(line.code.partition(".")[0], "law.element")
    return Speaker(language=language).say(f"{family}.{line.subject}") if line.subject else ""


def _said(family: str, line: LineView, language: str, *, elements: str = "") -> str:
    speaker = Speaker(language=language)
    subject = subject_said(line, language=language)
    return speaker.say(
        f"{family}.{line.code}",
        subject=subject[:1].upper() + subject[1:] if family == "law.lack" else subject,
        facts=speaker.listed(fact_said(one, language=language) for one in line.facts),
        leaves=speaker.listed(line.leaves),
        elements=elements,
    )
