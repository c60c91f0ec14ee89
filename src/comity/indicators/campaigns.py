"""Campaigns: messages and reports that belong together because they share indicators, with the reason."""

import hashlib
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from comity.indicators.kinds import Kind
from comity.indicators.statements import Indicator, named_uuid

MANY, MANY_ADDRESSES, EVERYBODY = 100, 20, 500
"""A value that more sources hold than this no longer joins what others keep apart; an address of a network
sooner, and above the last number it joins nothing: it is a relay or a host of everybody."""
MOST_REASONS = 100
"""Reasons of a campaign that are told one by one, the most widely shared first."""

OWN = frozenset({Kind.WALLET, Kind.BANK_ACCOUNT, Kind.PAYMENT_ID, Kind.RANSOM_ID})
"""What belongs to one holder, however many messages name it."""
_ADDRESSES = frozenset({Kind.IPV4, Kind.IPV6})
_JOINING = OWN | _ADDRESSES | {Kind.PHONE, Kind.EMAIL, Kind.URL, Kind.DOMAIN, Kind.FILE, Kind.USER_ACCOUNT}
_ALONE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One value that several sources of a campaign hold.

    Attributes:
        count: How many of them.
        sources: The first of them, by digest.
    """

    kind: Kind
    value: str
    count: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Sources that share indicators.

    Attributes:
        id: ``campaign--`` and a UUID that follows from the first of its sources by digest.
        sources: Digests of messages, files and reports, sorted: every one.
        reasons: What joins them, the most widely shared first; at most :data:`MOST_REASONS`.
        reason_count: How many reasons there are.
        indicators: Ids of all indicators of these sources, sorted.
        families: Families of ransomware that they name.
    """

    id: str
    sources: tuple[str, ...]
    reasons: tuple[Reason, ...]
    reason_count: int
    indicators: tuple[str, ...]
    families: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """A value that so many hold that it does not join what other values keep apart.

    Attributes:
        count: Sources that hold it.
        groups: How many groups of other values hold it.
        gathered: Sources that nothing else joins, which it gathers in a campaign of their own.
    """

    kind: Kind
    value: str
    count: int
    groups: int
    gathered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """What a grouping came to; the largest campaign first, and the most widely held common value."""

    campaigns: tuple[Campaign, ...]
    common: tuple[Common, ...]


Ignores = Callable[[Kind, str], bool]
"""Tells whether a value joins nothing, such as one on a warning list."""


def ignore_none(_kind: Kind, _value: str) -> bool:
    """Return False: every value may join."""
    return False


class Grouping:
    """Statements and their sources, taken one by one in any order; the same set makes the same campaigns.

    Of a statement only numbers are kept, and its value once a second source holds it: the memory grows with
    the sources, the statements and the pairs of both, not with what they say.
    """

    def __init__(self) -> None:
        self._sources: dict[str, int] = {}
        self._values: dict[bytes, int] = {}
        self._firsts = array("q")
        self._pairs: dict[int, set[int]] = {}
        self._texts: dict[int, tuple[Kind, str]] = {}
        self._names: list[str] = []
        self._held = (array("q"), array("q"))
        self._families: dict[str, set[int]] = defaultdict(set)

    def add(self, indicator: Indicator, more: Iterable[str] = ()) -> None:
        """Take a statement with its sources; what was retracted joins nothing.

        Args:
            indicator: The statement.
            more: Digests of further sources, beside those that it names itself.
        """
        if indicator.retracted is not None:
            return
        digests = dict.fromkeys([*(one.digest for one in indicator.sources), *more])
        numbers = [self._sources.setdefault(one, len(self._sources)) for one in digests if one]
        if not numbers:
            return
        name = len(self._names)
        self._names.append(indicator.id)
        self._held[0].extend([name] * len(numbers))
        self._held[1].extend(numbers)
        if indicator.family:
            self._families[indicator.family].update(numbers)
        if indicator.kind in _JOINING:
            self._join(indicator.kind, indicator.value, numbers)

    def grouped(self, *, ignores: Ignores = ignore_none) -> Grouped:
        """Return the campaigns, and what is too common to join.

        Args:
            ignores: Tells which values join nothing; asked only for what two sources hold.
        """
        held = {
            value: self._pairs[value]
            for value, (kind, text) in self._texts.items()
            if not ignores(kind, text)
        }
        joins = _Joins(len(self._sources))
        reasons: list[tuple[int, Sequence[int]]] = []
        many: list[int] = []
        for value, who in held.items():
            if len(who) > _most(self._texts[value][0]):
                many.append(value)
            else:
                joins.join(who)
                reasons.append((value, tuple(who)))
        common: list[Common] = []
        for value in sorted(many, key=lambda one: (len(held[one]), *self._texts[one])):
            who = held[value]
            kind, text = self._texts[value]
            groups = {joins.top(one) for one in who if joins.size(one) > 1}
            gathered = () if kind in _ADDRESSES and len(who) > EVERYBODY else tuple(who)
            if len(groups) > 1:
                gathered = tuple(one for one in gathered if joins.size(one) == 1)
            if len(gathered) > 1:
                joins.join(gathered)
                reasons.append((value, gathered))
            if len(gathered) < len(who):
                told = len(gathered) if len(gathered) > 1 else 0
                common.append(
                    Common(kind=kind, value=text, count=len(who), groups=len(groups), gathered=told)
                )
        common.sort(key=lambda one: (-one.count, one.kind, one.value))
        return Grouped(campaigns=self._campaigns(joins, reasons), common=tuple(common))

    def _join(self, kind: Kind, value: str, numbers: Sequence[int]) -> None:
        key = hashlib.blake2b(
            f"{kind.value} {value}".encode("utf-8", "surrogatepass"), digest_size=16
        ).digest()
        number = self._values.get(key)
        if number is None:
            number = self._values[key] = len(self._firsts)
            self._firsts.append(_ALONE)
        first = self._firsts[number]
        if first == _ALONE:
            first = self._firsts[number] = numbers[0]
        others = [one for one in numbers if one != first]
        if others:
            self._texts.setdefault(number, (kind, value))
            self._pairs.setdefault(number, {first}).update(others)

    def _campaigns(
        self, joins: "_Joins", reasons: Iterable[tuple[int, Sequence[int]]]
    ) -> tuple[Campaign, ...]:
        members: dict[int, list[str]] = defaultdict(list)
        for digest, number in self._sources.items():
            if joins.size(number) > 1:
                members[joins.top(number)].append(digest)
        told: dict[int, list[tuple[int, Sequence[int]]]] = defaultdict(list)
        for value, who in reasons:
            told[joins.top(who[0])].append((value, who))
        named: dict[int, set[int]] = defaultdict(set)
        for name, number in zip(*self._held, strict=True):
            if joins.size(number) > 1:
                named[joins.top(number)].add(name)
        families: dict[int, set[str]] = defaultdict(set)
        for family, numbers in self._families.items():
            for top in {joins.top(one) for one in numbers}:
                families[top].add(family)
        digests = tuple(self._sources)
        made = []
        for top, sources in members.items():
            sources.sort()
            first = sorted(told[top], key=lambda one: (-len(one[1]), *self._texts[one[0]]))[:MOST_REASONS]
            made.append(
                Campaign(
                    id=f"campaign--{named_uuid(sources[0])}",
                    sources=tuple(sources),
                    reasons=tuple(self._reason(value, [digests[one] for one in who]) for value, who in first),
                    reason_count=len(told[top]),
                    indicators=tuple(sorted({self._names[one] for one in named[top]})),
                    families=tuple(sorted(families[top])),
                )
            )
        return tuple(sorted(made, key=lambda one: (-len(one.sources), one.id)))

    def _reason(self, value: int, digests: Sequence[str]) -> Reason:
        kind, text = self._texts[value]
        return Reason(
            kind=kind, value=text, count=len(digests), sources=tuple(sorted(digests)[:MOST_REASONS])
        )


class _Joins:
    """Groups of numbers that are joined, set by set, in time nearly linear in all that is joined."""

    def __init__(self, count: int) -> None:
        self._above = array("q", range(count))
        self._sizes = array("q", [1]) * count

    def top(self, one: int) -> int:
        """Return the number that stands for the group of another."""
        above = self._above
        while above[one] != one:
            above[one] = one = above[above[one]]
        return one

    def size(self, one: int) -> int:
        """Return how many are in the group of a number."""
        return self._sizes[self.top(one)]

    def join(self, members: Iterable[int]) -> None:
        """Make one group of all members and their groups."""
        into = None
        for one in members:
            top = self.top(one)
            if into is None or top == into:
                into = top
                continue
            if self._sizes[top] > self._sizes[into]:
                into, top = top, into
            self._above[top] = into
            self._sizes[into] += self._sizes[top]


def find_campaigns(indicators: Iterable[Indicator], *, ignores: Ignores = ignore_none) -> Grouped:
    """Return the campaigns of statements. Same statements, same campaigns, in any order."""
    made = Grouping()
    for one in indicators:
        made.add(one)
    return made.grouped(ignores=ignores)


def _most(kind: Kind) -> int:
    if kind in OWN:
        return 1 << 62
    return MANY_ADDRESSES if kind in _ADDRESSES else MANY
