"""Persons who are heard, invited or moved: their age, their defence, their protection."""

import re
from collections.abc import Callable, Iterator
from datetime import date

from comity.kernel.findings import Finding
from comity.requests.codes import found
from comity.requests.lexicon import texts
from comity.requests.matter import Matter

_CHARGED = ("suspect", "accused")
_ADULT_YEARS = 18
_TELLING = ("facts", "subject", "items", "persons")
_BORN = re.compile(
    r"\b(?:born|née?|nacid[oa]|nació|родил\w*|рожд\w+|مولود\w*|ولدت?|مواليد)\b[^.;]{0,24}?\b(20\d\d)\b|(20\d\d)年[^。；]{0,8}(?:出生|生)",
    re.IGNORECASE,
)


def check_persons(matter: Matter) -> Iterator[Finding]:
    """Yield what the persons of the items need and the form does not give.

    Basis: 21(4), 24(1), 33(1), 40(18)
    """
    yield from young_by_words(matter)
    for row in matter.reading.rows("/items"):
        for rule in PERSONS:
            yield from rule(matter, row)


def young(matter: Matter, row: str) -> Iterator[Finding]:
    """Whoever is under eighteen is a minor, whether the form says so or not. Basis: 24(1)"""
    born = matter.reading.day(f"{row}/born")
    if born is not None and _age(born, matter.on) < _ADULT_YEARS:
        if matter.reading.get("/circumstances/minors") != "yes":
            yield found("person.minor_unsaid", basis="24(1)", field=f"{row}/born", born=born.isoformat())


def heard_without_rights(matter: Matter, row: str) -> Iterator[Finding]:
    """Whoever is charged is told of his rights, and swears nothing. Basis: 21(4)"""
    if matter.reading.get(f"{row}/role") not in _CHARGED:
        return
    if matter.reading.get(f"{row}/rights") is None:
        yield found("defence.no_rights", basis="21(4)", field=f"{row}/rights")
    if matter.reading.get(f"{row}/oath") is True:
        yield found("defence.oath", basis="21(4)", field=f"{row}/oath")


def charged_by_video(matter: Matter, row: str) -> Iterator[Finding]:
    """The paragraph on video links names witness, victim and expert. Basis: 40(18)"""
    if matter.reading.get(f"{row}/role") in _CHARGED and matter.reading.get(f"{row}/manner") == "video":
        yield found("video.charged", basis="40(18)", field=f"{row}/manner")


def protected_in_the_open(matter: Matter, row: str) -> Iterator[Finding]:
    """Whoever needs protection is named in confidence only. Basis: 33(1), 40(20)"""
    if (
        matter.reading.get(f"{row}/protection") is True
        and matter.reading.get("/confidentiality/wanted") is not True
    ):
        yield found("person.unprotected", basis="33(1)", field=f"{row}/protection")


def young_by_words(matter: Matter) -> Iterator[Finding]:
    """Whoever is said to be born less than eighteen years ago is a minor. Basis: 24(1)"""
    if matter.reading.get("/circumstances/minors") == "yes":
        return
    told = {name: matter.reading.content.get(name) for name in _TELLING}
    for pointer, text in texts(told):
        for year in (int(found_year) for pair in _BORN.findall(text) for found_year in pair if found_year):
            if 0 <= matter.on.year - year < _ADULT_YEARS:
                yield found("person.minor_unsaid", basis="24(1)", field=pointer, born=f"{year}-12-31")
                return


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


PERSONS: tuple[Callable[[Matter, str], Iterator[Finding]], ...] = (
    young,
    heard_without_rights,
    charged_by_video,
    protected_in_the_open,
)
"""The rules of this file, over each item."""
