"""Which family of ransomware a note speaks of, as far as an imported galaxy knows, and by what it is told.

It is an opinion with reasons, for a person who decides. Gangs write each other's names, and many notes have
the same name of a file; so what several families share counts less.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from comity.indicators.families import Families, Family, folded
from comity.indicators.kinds import Kind, host_of
from comity.indicators.observations import Observation

MOST_TOLD = 5
MOST_WORDS = 200_000
"""Letters of the words of all messages of a report that are looked at."""
_LONGEST_NAME = 4
"""Words of a name that are looked at together."""
_LEAST_NAME = 4
_LEAST_SHARED = 3
_OF_NOTES = frozenset({"negotiation", "extension"})


class Trait(StrEnum):
    """By what a family is told."""

    SITE = "site"
    SENTENCES = "sentences"
    ENDING = "ending"
    NOTE = "note"
    NAME = "name"


_SURE = {Trait.SITE: 95, Trait.SENTENCES: 85, Trait.ENDING: 75, Trait.NOTE: 60, Trait.NAME: 45}
_LEAST_SURE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """One reason.

    Attributes:
        value: Site, ending, name of the note, or name of the family, as it was found; of sentences how many.
        confidence: 0 to 100.
    """

    trait: Trait
    value: str
    confidence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A family with the reasons, the surest first."""

    family: str
    confidence: int
    clues: tuple[Clue, ...]


def recognise(
    families: Families, *, seen: Iterable[Observation], names: Sequence[str] = (), text: str = ""
) -> tuple[Recognised, ...]:
    """Return the families that a message or note speaks of, the likeliest first.

    A name alone counts only in what has other marks of a note: the number of a victim, an ending, a hidden
    service, or another clue; it is an ordinary word too often.

    Args:
        families: What was imported.
        seen: What intake found.
        names: Names of the files that were brought.
        text: Words of the note, where they are at hand.
    """
    if not len(families):
        return ()
    found, words = tuple(seen), text[:MOST_WORDS]
    clues: dict[str, list[Clue]] = {}
    for trait, value, known in _marks(families, found, names):
        _add(clues, trait, value, known)
    for family, count in families.by_sentences(words).items():
        if count >= _LEAST_SHARED:
            _add(clues, Trait.SENTENCES, str(count), (family,))
    if clues or any(_is_of_a_note(one) for one in found):
        for value, family in _named(families, words):
            _add(clues, Trait.NAME, value, (family,))
    made = [_recognised(name, told) for name, told in clues.items()]
    return tuple(sorted(made, key=lambda one: (-one.confidence, one.family))[:MOST_TOLD])


def _marks(
    families: Families, seen: Sequence[Observation], names: Sequence[str]
) -> Iterable[tuple[Trait, str, tuple[Family, ...]]]:
    files = dict.fromkeys(
        [*names, *(one.partition("=")[2] for hit in seen for one in hit.remarks if one.startswith("name="))]
    )
    for one in seen:
        host = host_of(one.kind, one.value)
        if host.endswith(".onion"):
            yield Trait.SITE, host, families.by_site(host)
        if one.kind is Kind.FILE and "extension" in one.remarks:
            ending = one.value.lstrip("*")
            yield Trait.ENDING, ending, families.by_ending(ending)
    for name in files:
        file = name.replace("\\", "/").rpartition("/")[2]
        stem, dot, ending = file.rpartition(".")
        yield Trait.NOTE, file, families.by_note(file)
        if dot and "." in stem:  # photo.jpg.ending: what the gang put behind it
            yield Trait.ENDING, f".{ending}", families.by_ending(ending)


def _named(families: Families, text: str) -> Iterable[tuple[str, Family]]:
    words = "".join(ch if ch.isalnum() else " " for ch in text.casefold()).split()
    for at in range(len(words)):
        for count in range(1, min(_LONGEST_NAME, len(words) - at) + 1):
            run = words[at : at + count]
            name = folded(" ".join(run))
            whole = len(name) >= _LEAST_NAME and "ransomware" not in (run[0], run[-1])
            family = families.named(name) if whole else None
            if family is not None:
                yield " ".join(words[at : at + count]), family


def _is_of_a_note(one: Observation) -> bool:
    return bool(_OF_NOTES.intersection(one.remarks)) or host_of(one.kind, one.value).endswith(".onion")


def _add(clues: dict[str, list[Clue]], trait: Trait, value: str, known: Sequence[Family]) -> None:
    """Add a clue to each family that it speaks of, less sure where they are many; a trait counts once."""
    sure = max(_LEAST_SURE, _SURE[trait] - 12 * (len(known) - 1))
    if trait is Trait.NAME and value.isalpha() and len(value) < 7:
        sure = _LEAST_SURE
    for family in known:
        told = clues.setdefault(family.name, [])
        if all(one.trait is not trait for one in told):
            told.append(Clue(trait=trait, value=value[:200], confidence=sure))


def _recognised(name: str, told: Sequence[Clue]) -> Recognised:
    rest = 100
    for one in told:
        rest = rest * (100 - one.confidence) // 100
    surest = tuple(sorted(told, key=lambda one: (-one.confidence, one.trait)))
    return Recognised(family=name, confidence=min(99, 100 - rest), clues=surest)
