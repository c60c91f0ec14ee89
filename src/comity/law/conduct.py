"""Described conduct: what somebody did, as words of a form, each of them there, not there, or not told.

Nothing is inferred from silence about means, results, intent and age: what is not told is not known. Acts
and objects are told completely, so an act that is not named was not done.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from comity.kernel.ijson import parse_ijson
from comity.law.elements import OFFENCES, age_below, asked, known_facts, words
from comity.law.errors import bad_conduct

MOST_CONDUCT = 64 * 1024
"""Bytes of a form."""
_MOST_NOTE = 4_000
_OTHERS = ("not", "without_right", "consent", "victim_age", "articles", "note")
_TOLD_WHOLE = ("act", "object")
_OLDEST = 130
_OTHERWISE_TOLD = frozenset({"without_right", "no_consent"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """What somebody did.

    Attributes:
        there: Facts that are told to be there.
        absent: Facts that are told not to be there.
        without_right: Whether it was done without right; None where not told.
        consent: Whether the person concerned consented; None where not told.
        victim_age: In years; None where not told, or where there is no victim.
        articles: The articles to compare by; those whose offences the words speak of, where empty.
        note: In anybody's words; nothing is read from it.
    """

    there: frozenset[str]
    absent: frozenset[str] = frozenset()
    without_right: bool | None = None
    consent: bool | None = None
    victim_age: int | None = None
    articles: tuple[int, ...] = ()
    note: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.there & self.absent:
            raise ValueError("a fact cannot be there and not be there")

    def tells(self, fact: str) -> bool | None:
        """Tell whether a fact is there; None where that is not told."""
        below = age_below(fact)
        if below is not None:
            return None if self.victim_age is None else self.victim_age < below
        match fact:
            case "without_right":
                return self.without_right
            case "no_consent":
                return None if self.consent is None else not self.consent
        if fact in self.there:
            return True
        if fact in self.absent or any(fact in words()[member] for member in _TOLD_WHOLE):
            return False
        return None

    def looked_at(self) -> tuple[int, ...]:
        """Return the articles by which the conduct is compared: those named, or that it speaks of."""
        if self.articles:
            return self.articles
        return tuple(number for number in OFFENCES if self._speaks_of(number))

    def _speaks_of(self, number: int) -> bool:
        article = asked()[number]
        parts = [one for one in article.elements if one.role in ("conduct", "object", "result") and one.facts]
        carried = [
            one for one in parts if all(any(self.tells(fact) for fact in group) for group in one.facts)
        ]
        edge = any(fact in self.there for fact in article.edges)
        return bool(parts) and len(carried) + (1 if edge else 0) >= len(parts)


def read_conduct(data: bytes, *, where: str) -> Conduct:
    """Return the conduct in a form.

    Args:
        data: JSON, as ``docs/spec/profile.md`` says.
        where: File, for errors.

    Raises:
        MalformedError: ``law.conduct``, with the member, what is wrong, and what may stand there.
    """
    form = parse_ijson(data, most_bytes=MOST_CONDUCT, most_depth=3, where=where)
    if not isinstance(form, dict):
        raise bad_conduct("the form is not an object", where=where, hint=_members())
    for member in form:
        if member not in (*words(), *_OTHERS):
            raise bad_conduct(
                f"no member is named {member[:40]!r}", where=f"{where}#/{member[:40]}", hint=_members()
            )
    there = frozenset(
        word for member, known in words().items() for word in _words(form, member, known, where=where)
    )
    absent = frozenset(_words(form, "not", tuple(sorted(known_facts() - _OTHERWISE_TOLD)), where=where))
    if both := there & absent:
        raise bad_conduct(
            f"{min(both)!r} is told to be there and not to be there",
            where=f"{where}#/not",
            hint="leave it out of one of the two",
        )
    if not there & frozenset(words()["act"]):
        raise bad_conduct("no act is told", where=f"{where}#/act", hint=_one_of(words()["act"]))
    return Conduct(
        there=there,
        absent=absent,
        without_right=_flag(form, "without_right", where=where),
        consent=_flag(form, "consent", where=where),
        victim_age=_age(form, where=where),
        articles=_articles(form, where=where),
        note=_note(form, where=where),
    )


def _words(form: Mapping[str, Any], member: str, known: tuple[str, ...], *, where: str) -> Iterable[str]:
    told = form.get(member, [])
    told = [told] if isinstance(told, str) else told
    if not isinstance(told, list):
        raise bad_conduct(
            "neither a word nor a list of words", where=f"{where}#/{member}", hint=_one_of(known)
        )
    for place, word in enumerate(told):
        if not isinstance(word, str) or word not in known:
            near = get_close_matches(word, known, n=3) if isinstance(word, str) else []
            raise bad_conduct(
                f"{str(word)[:40]!r} is no word for {member!r}",
                where=f"{where}#/{member}/{place}",
                hint=_one_of(tuple(near) or known),
            )
        yield word


def _flag(form: Mapping[str, Any], member: str, *, where: str) -> bool | None:
    told = form.get(member)
    if told is not None and not isinstance(told, bool):
        raise bad_conduct(
            "not true, false or null",
            where=f"{where}#/{member}",
            hint="null, or nothing, where it is not known",
        )
    return told


def _age(form: Mapping[str, Any], *, where: str) -> int | None:
    told = form.get("victim_age")
    if told is None:
        return None
    if isinstance(told, bool) or not isinstance(told, int) or not 0 <= told <= _OLDEST:
        raise bad_conduct(
            "not an age", where=f"{where}#/victim_age", hint="a whole number of years from 0 to 130, or null"
        )
    return told


def _articles(form: Mapping[str, Any], *, where: str) -> tuple[int, ...]:
    told = form.get("articles", [])
    if not isinstance(told, list) or not all(type(one) is int and one in OFFENCES for one in told):
        raise bad_conduct(
            "not a list of offences", where=f"{where}#/articles", hint="numbers of articles from 7 to 17"
        )
    return tuple(sorted(set(told)))


def _note(form: Mapping[str, Any], *, where: str) -> str:
    told = form.get("note", "")
    if not isinstance(told, str) or len(told) > _MOST_NOTE:
        raise bad_conduct("not a short text", where=f"{where}#/note", hint=f"at most {_MOST_NOTE} characters")
    return told


def _members() -> str:
    return "members are " + ", ".join((*words(), *_OTHERS))


def _one_of(known: tuple[str, ...]) -> str:
    return "one of: " + ", ".join(known)
