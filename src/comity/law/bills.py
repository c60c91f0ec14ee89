"""A bill beside the law in force: which provisions it adds, changes and repeals, with the passages marked.

Nothing is taken in. A bill is read like any published law: a provision that stands in it says what the
section shall say; one whose text is empty, or only says that it is repealed, repeals it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from comity.law.changes import Change, Changed
from comity.law.errors import too_large
from comity.law.intake import named_apart
from comity.law.ports import Kept
from comity.law.provisions import Provision

MOST_PROVISIONS = 50_000
"""Provisions of one bill."""

_REPEALED = re.compile(
    r"\W*(?:(?:is |are |was |has been )?(?:hereby )?repealed|abrog[ée]e?s?|aufgehoben|weggefallen|"
    r"derogad[oa]s?|revogad[oa]s?|kehtetu|утратил[аои]? силу|ملغا[ةه]|ملغى|废止|删除)\W*",
    re.IGNORECASE,
)
_MOST_REPEALING = 120

Name = tuple[str, str, str]
"""Instrument, language and section."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A bill beside the law in force.

    Attributes:
        country: The State.
        changes: What it adds, changes and repeals, in its own order; what it repeals by silence last.
        same: How many of its provisions say what stands already.
        law: The whole law as it shall stand, in order.
    """

    country: str
    changes: tuple[Changed, ...]
    same: int
    law: tuple[Provision, ...]


def read_bill(
    country: str, standing: Iterable[Kept], provisions: Iterable[Provision], *, is_whole: bool
) -> Bill:
    """Return what a bill does.

    Args:
        country: The State.
        standing: The law in force, each instrument in its order.
        provisions: The bill.
        is_whole: Whether it holds its instruments whole, so that what is missing in them is repealed.

    Raises:
        MalformedError: ``law.size`` for more provisions than a bill has.
    """
    now = {_name(one.dated.provision): one.dated.provision for one in standing}
    new = _told(provisions)
    changes, same = [], 0
    for name, one in new.items():
        old = now.get(name)
        if _repeals(one):
            if old is not None:
                changes.append(Changed(change=Change.REPEALED, before=old, after=None))
        elif old is None:
            changes.append(Changed(change=Change.ADDED, before=None, after=one))
        elif old.digest() != one.digest():
            changes.append(Changed(change=Change.CHANGED, before=old, after=one))
        else:
            same += 1
    touched = {name[:2] for name in new}
    if is_whole:
        gone = (one for name, one in now.items() if name[:2] in touched and name not in new)
        changes += [Changed(change=Change.REPEALED, before=one, after=None) for one in gone]
    return Bill(country=country, changes=tuple(changes), same=same, law=tuple(_law(now, new, changes)))


def _told(provisions: Iterable[Provision]) -> dict[Name, Provision]:
    found: dict[Name, Provision] = {}
    seen: dict[tuple[str, str], set[str]] = {}
    for count, one in enumerate(provisions, start=1):
        if count > MOST_PROVISIONS:
            raise too_large(f"a bill has more than {MOST_PROVISIONS} provisions", where=one.reference)
        labels = seen.setdefault((one.instrument, one.language), set())
        apart = named_apart(one, labels)
        labels.add(apart.section)
        found[_name(apart)] = apart
    return found


def _law(
    now: Mapping[Name, Provision], new: Mapping[Name, Provision], changes: Sequence[Changed]
) -> Iterator[Provision]:
    """Yield the law as it shall stand: what is new comes behind the section that it follows in the bill."""
    gone = {_name(one.provision) for one in changes if one.change is Change.REPEALED}
    follows: dict[Name | None, list[Provision]] = {}
    last: Name | None = None
    for name, one in new.items():
        if name in now:
            last = name
        elif not _repeals(one):
            anchor = last if last is not None and last[:2] == name[:2] else None
            follows.setdefault(anchor, []).append(one)
    for name, one in now.items():
        if name not in gone:
            yield new.get(name, one)
        yield from follows.get(name, ())
    yield from follows.get(None, ())


def _name(one: Provision) -> Name:
    return one.instrument, one.language, one.section


def _repeals(one: Provision) -> bool:
    text = one.text.strip()
    return not text or (len(text) <= _MOST_REPEALING and _REPEALED.fullmatch(text) is not None)
