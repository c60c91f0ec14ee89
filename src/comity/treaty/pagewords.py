"""How the depositary writes: heads of columns, dates with their letters, places and labels in statements."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from comity.treaty.articles import LAST_ARTICLE
from comity.treaty.standing import EventKind

_HEAD = re.compile(r"([^\W\d_]+)\s*(?:\(\s*([A-Za-z]{1,2})\s*\))?")
_WORDS = (
    ("signature", EventKind.SIGNATURE),
    ("ratification", EventKind.RATIFICATION),
    ("accept", EventKind.ACCEPTANCE),
    ("approv", EventKind.APPROVAL),
    ("approb", EventKind.APPROVAL),
    ("access", EventKind.ACCESSION),
    ("adh", EventKind.ACCESSION),
    ("success", EventKind.SUCCESSION),
    ("confirmation", EventKind.RATIFICATION),
    ("denunc", EventKind.DENUNCIATION),
    ("dénonc", EventKind.DENUNCIATION),
    ("withdraw", EventKind.DENUNCIATION),
    ("retrait", EventKind.DENUNCIATION),
)
_LETTERS = {
    "A": EventKind.ACCEPTANCE,
    "AA": EventKind.APPROVAL,
    "a": EventKind.ACCESSION,
    "d": EventKind.SUCCESSION,
    "c": EventKind.RATIFICATION,
}
_MONTHS = (
    ("jan",), ("feb", "fév", "fev"), ("mar",), ("apr", "avr"), ("may", "mai"), ("jun", "juin"),
    ("jul", "juil"), ("aug", "aoû", "aou"), ("sep",), ("oct",), ("nov",), ("dec", "déc"),
)  # fmt: skip
_DATE = re.compile(
    r"(\[)?\s*([0-9]{1,2})(?:er)?\s+([^\W\d_]{3,9})\.?\s+([0-9]{4})(?:\s*(AA|[A-Za-z])(?![\w'’]))?"
)
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_SUBS = r"((?:\s*\(\s*[0-9a-z]{1,4}\s*\))*)"
_ARTICLE = re.compile(
    r"articles?\s+([0-9]{1,2})\b"
    + _SUBS
    + r"(?:\s*,?\s*(?:paragraphe?s?|para\.?)\s+([0-9]{1,2})\b"
    + _SUBS
    + r")?",
    re.IGNORECASE,
)
_PARAGRAPH = re.compile(
    r"(?:paragraphe?s?|para\.?)\s+([0-9]{1,2})\b"
    + _SUBS
    + r"\s*(?:of|de l['’]|du présent|,)?\s*(?:the\s+)?article\s+([0-9]{1,2})\b",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"\(\s*([0-9a-z]{1,4})\s*\)", re.IGNORECASE)
_LABEL = re.compile(
    r"\b(interpretative declaration|declaration|reservation|understanding|notification|statement|objection|"
    r"communication|déclaration interprétative|déclaration|réserve|notification|objection)s?\b",
    re.IGNORECASE,
)
_LIST = re.compile(r"articles\s+([0-9]{1,2}(?:\s*(?:,\s*(?:and|et)?|and|et)\s*[0-9]{1,2}\b)+)", re.IGNORECASE)
_AT_SIGNATURE = re.compile(
    r"\b(?:up)?on (?:the )?signature|at the time of signature|lors de la signature", re.IGNORECASE
)
_MOST_PLACES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A date with the letter behind it; ``day`` is None where it is no day of the calendar."""

    day: date | None
    code: str
    bracketed: bool


def column_of(head: str) -> dict[str, EventKind]:
    """Return what a date in a column means by the letter behind it; the empty letter is the plain date.

    ``Acceptance(A), Ratification, Approval(AA), Accession(a)`` gives ratification for a plain date. A head
    that names nothing of the kind gives nothing.
    """
    named = [(kind, match[2] or "") for match in _HEAD.finditer(head) if (kind := _kind(match[1]))]
    if not named:
        return {}
    plain = [kind for kind, code in named if not code]
    if plain[:1] == [EventKind.SIGNATURE] and len(named) == 1:
        return {"": EventKind.SIGNATURE, "s": EventKind.RATIFICATION}
    consent = any(kind is not EventKind.DENUNCIATION for kind, _ in named)
    found = dict(_LETTERS) if consent else {}
    found |= {code: kind for kind, code in named if code}
    found[""] = plain[0] if plain else named[0][0]
    return found


def dates_in(text: str) -> tuple[Dated, ...]:
    """Return the dates of a cell or a text, in order."""
    found = [(m.start(), _dated(m)) for m in _DATE.finditer(text) if _month(m[3])]
    found += [
        (m.start(), Dated(day=_day(int(m[1]), int(m[2]), int(m[3])), code="", bracketed=False))
        for m in _ISO.finditer(text)
    ]
    return tuple(one for _, one in sorted(found, key=lambda row: row[0]))


def places_in(text: str) -> tuple[str, ...]:
    """Return the places of the Convention that a statement names, e.g. ``63(3)``, each once, in order."""
    found = [(m.start(), p) for m in _PARAGRAPH.finditer(text) if (p := _place(m[3], f"({m[1]}){m[2]}"))]
    taken = [(m.start(), m.end()) for m in _PARAGRAPH.finditer(text)]
    for m in _ARTICLE.finditer(text):
        inside = any(start <= m.start() < end for start, end in taken)
        subs = m[2] + (f"({m[3]}){m[4] or ''}" if m[3] else "")
        if not inside and (place := _place(m[1], subs)):
            found.append((m.start(), place))
    for m in _LIST.finditer(text):
        found += [
            (m.start() + n, one) for n, one in enumerate(re.findall(r"[0-9]+", m[1])) if _place(one, "")
        ]
    ordered = (place for _, place in sorted(found))
    return tuple(dict.fromkeys(ordered))[:_MOST_PLACES]


def label_in(text: str) -> str:
    """Return what the author called the statement: a heading before the text; empty where there is none."""
    first = text.partition("\n")[0].partition(":")[0]
    match = _LABEL.search(first) if len(first) <= 80 else None
    return match[0].lower() if match else ""


def speaks_of_signature(text: str) -> bool:
    """Tell whether a statement says that it was made at signature."""
    return _AT_SIGNATURE.search(text) is not None


def speaks_of_confirmation(text: str) -> bool:
    """Tell whether a statement says that it was confirmed with the instrument. Basis: 63(3)"""
    return bool(re.search(r"\bconfirmed (up)?on\b|confirmée? lors", text, re.IGNORECASE))


def _kind(word: str) -> EventKind | None:
    lower = word.lower()
    return next((kind for begin, kind in _WORDS if lower.startswith(begin)), None)


def _month(word: str) -> int:
    lower = word.lower()
    return next((n for n, begins in enumerate(_MONTHS, 1) if lower.startswith(begins)), 0)


def _dated(match: re.Match[str]) -> Dated:
    day = _day(int(match[4]), _month(match[3]), int(match[2]))
    return Dated(day=day, code=match[5] or "", bracketed=match[1] is not None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _place(article: str, subs: str) -> str:
    if not 1 <= int(article) <= LAST_ARTICLE:
        return ""
    return article.lstrip("0") + "".join(f"({sub.lower()})" for sub in _subs(subs))


def _subs(text: str) -> Iterator[str]:
    yield from _BRACKET.findall(text)
