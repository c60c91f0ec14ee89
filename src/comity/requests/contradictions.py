"""Do two fields say the opposite of each other, and do the words name what the fields leave out?

Each rule is one small function; it looks for its fields, so it is silent on every form without them.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator

from comity.kernel.findings import Finding
from comity.kernel.ids import PartyCode, is_practice
from comity.requests.codes import found
from comity.requests.concepts import concepts
from comity.requests.kinds import Trait
from comity.requests.matter import Matter
from comity.requests.reading import Reading
from comity.treaty.parties import practice_party

WHOLE = 100
"""All of a property, in hundredths."""
_BACKGROUND = frozenset({"judged", "law", "past_told"})
"""A sentence that speaks of these tells of another time than that of the facts."""
_MONTHS_APART = 3
_YEARS_APART = 2
_NOT = re.compile(
    r"\b(?:not|never|no|without|ne|pas|sans|sin|не|без|لا|دون|بدون)\b|n't|n'|不|勿|未|别", re.IGNORECASE
)
_YEAR = re.compile(
    r"(?<![\w.,/-])(?:19[89]\d|20[0-4]\d)(?![\w/]|[.,]\d)|(?<![\w-])(?:19[89]\d|20[0-4]\d)(?=-\d\d-\d\d)"
)
_TERM = re.compile(
    r"(\d{1,3})\s*(?:(years?|ans?|années?|años?|лет|года?|سنة|سنوات|عام|年)|(months?|mois|meses|мес\w*|أشهر|شهر\w*|个月))",
    re.IGNORECASE,
)
_FINE = re.compile(
    r"\b(?:fines?|fine only|amende|multa|штраф\w*|(?:regulatory|administrative) offence|contravention)\b"
    r"|infracción administrativa|غرامة|罚款",
    re.IGNORECASE,
)
_ASKED = ("assistance", "procedure")
_ASKED_OF_ITEM = (
    "description",
    "examination",
    "measure",
    "particular_manner",
    "task",
    "questions",
    "enquiry",
)
_SURRENDERS = ("37", "48")
_UNFORCED = {
    "service": "40(3)(b)",
    "appearance": "40(3)(k)",
    "police-cooperation": "47(1)",
    "expert-evidence": "40(3)(h)",
}


def check_contradictions(matter: Matter) -> Iterator[Finding]:
    """Yield where one field of the form says the opposite of another.

    Basis: 2(h), 37(11), 38, 40(15), 52(3)
    """
    for rule in CONTRADICTIONS:
        yield from rule(matter)


def nationality(matter: Matter) -> Iterator[Finding]:
    """Whoever is a national of the requested State is said to be one. Basis: 37(11)"""
    asked = matter.reading.get("/requested_party")
    if asked is None:
        return
    names = {str(asked).casefold()}
    if is_practice(PartyCode(asked)):
        names.add(practice_party(PartyCode(asked)).name.casefold())
    for row in matter.reading.rows("/items"):
        said = str(matter.reading.get(f"{row}/nationality") or "").casefold()
        if matter.kind.code == "extradition" and any(
            re.search(rf"\b{re.escape(one)}", said) for one in names
        ):
            if matter.reading.get(f"{row}/national_of_requested") is not True:
                yield _against(f"{row}/nationality", f"{row}/national_of_requested", basis="37(11)")


def penalty(matter: Matter) -> Iterator[Finding]:
    """The penalty of the form is the one that its provision carries. Basis: 2(h), 35(1)(b)"""
    for row in matter.reading.rows("/offences"):
        years = matter.reading.get(f"{row}/maximum_penalty/years")
        if years is None or matter.reading.get(f"{row}/maximum_penalty/life") is True:
            continue
        stated = int(years) * 12 + int(matter.reading.get(f"{row}/maximum_penalty/months") or 0)
        words = " ".join(
            [str(matter.reading.get(f"{row}/title") or ""), *_texts(matter.reading, f"{row}/provisions")]
        )
        terms = [int(number) * (12 if in_years else 1) for number, in_years, _ in _TERM.findall(words)]
        if (terms and max(terms) < stated) or (not terms and stated and _FINE.search(words)):
            yield _against(f"{row}/provisions", f"{row}/maximum_penalty", basis="2(h)")


def release(matter: Matter) -> Iterator[Finding]:
    """What is left of a sentence ends on the day of release. Basis: 38"""
    for row in matter.reading.rows("/items"):
        left, day = matter.reading.get(f"{row}/sentence/months_left"), matter.reading.day(f"{row}/release_on")
        if left is None or day is None:
            continue
        months = (day.year - matter.on.year) * 12 + day.month - matter.on.month
        if months > int(left) + _MONTHS_APART or months < int(left) // 2 - _MONTHS_APART:
            yield _against(f"{row}/release_on", f"{row}/sentence/months_left", basis="38")


def shares(matter: Matter) -> Iterator[Finding]:
    """The shares in one property are no more than the whole. Basis: 52(3)"""
    asked: dict[str, int] = defaultdict(int)
    for row in matter.reading.rows("/items"):
        share = matter.reading.get(f"{row}/share")
        if share is None:
            continue
        key = str(matter.reading.get(f"{row}/identifier") or row)
        asked[key] += int(share)
        if asked[key] > WHOLE:
            yield _against(f"{row}/share", f"{row}/identifier", basis="52(3)")


def alters(matter: Matter) -> Iterator[Finding]:
    """An examination that alters its object says so. Basis: 40(17)"""
    for row in matter.reading.rows("/items"):
        if matter.reading.get(f"{row}/may_alter") is not False:
            continue
        for name in ("examination", "description"):
            if _says(_text(matter.reading, f"{row}/{name}"), "alter"):
                yield _against(f"{row}/{name}", f"{row}/may_alter", basis="40(17)")


def years_apart(matter: Matter) -> Iterator[Finding]:
    """What is asked lies near the years of which the facts tell. Basis: 40(15)(f), 42(3)(c)"""
    told = [
        int(year)
        for sentence in _sentences(_text(matter.reading, "/facts"))
        if not _BACKGROUND & concepts().spoken(sentence)
        for year in _YEAR.findall(sentence)
    ]
    if not told or matter.kind.has(Trait.AHEAD):
        return
    basis = "40(15)(f)" if matter.kind.has(Trait.ASSISTANCE) else "42(3)(c)"
    for place in ("/period", *(f"{row}/period" for row in matter.reading.rows("/items"))):
        start, end = matter.reading.day(f"{place}/from"), matter.reading.day(f"{place}/to")
        if start is None or end is None:
            continue
        if max(told) <= start.year - _YEARS_APART or min(told) >= end.year + _YEARS_APART:
            yield found("period.apart", basis=basis, field=place)


def other_mechanism(matter: Matter) -> Iterator[Finding]:
    """What another article opens is not asked by words. Basis: 46, 37(1)"""
    for pointer, text in _asked(matter):
        spoken = concepts().spoken(text)
        if "intercept" in spoken and not matter.kind.has(Trait.AHEAD) and _says(text, "intercept"):
            yield found("mechanism.other", basis="46", field=pointer, article="46")
        if "surrender" in spoken and matter.kind.article not in _SURRENDERS and _says(text, "surrender"):
            yield found("mechanism.other", basis="37(1)", field=pointer, article="37")


def unforced(matter: Matter) -> Iterator[Finding]:
    """Where nobody can be forced, nobody is told that he is. Basis: 40(3)(b), 40(3)(k), 47(1)"""
    basis = _UNFORCED.get(matter.kind.code)
    for pointer, text in _asked(matter) if basis else ():
        if _says(text, "compel"):
            yield found("mechanism.force", basis=str(basis), field=pointer)
            return


def _asked(matter: Matter) -> Iterator[tuple[str, str]]:
    places = [f"/{name}" for name in _ASKED]
    places += [f"{row}/{name}" for row in matter.reading.rows("/items") for name in _ASKED_OF_ITEM]
    for place in places:
        if text := _text(matter.reading, place):
            yield place, text


def _says(text: str, name: str) -> bool:
    """Tell whether a sentence speaks of something and does not deny it."""
    return any(
        name in concepts().spoken(sentence) and not _NOT.search(sentence) for sentence in _sentences(text)
    )


def _sentences(text: str) -> list[str]:
    return [one for one in re.split(r"[.;!?\u061f\u061b\u3002\uff1b]", text) if one.strip()]


def _text(reading: Reading, pointer: str) -> str:
    value = reading.get(pointer)
    return str(value.get("text", "")) if isinstance(value, dict) else str(value or "")


def _texts(reading: Reading, pointer: str) -> list[str]:
    value = reading.get(pointer)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _against(pointer: str, other: str, *, basis: str) -> Finding:
    return found("fields.contradict", basis=basis, field=pointer, label=_label(pointer), other=_label(other))


def _label(pointer: str) -> str:
    """Return the catalogue key of the field at a pointer."""
    return ".".join(["field", *(one for one in pointer.split("/")[1:] if not one.isdigit())])


CONTRADICTIONS: tuple[Callable[[Matter], Iterator[Finding]], ...] = (
    nationality,
    penalty,
    release,
    shares,
    alters,
    years_apart,
    other_mechanism,
    unforced,
)
"""The rules of this file, in the order of the specification."""
