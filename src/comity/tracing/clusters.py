"""Which addresses are probably held by one hand: rules by name, each of which explains every link it makes.

A link is an inference, not a fact. Each rule stands alone and can be switched off; what was used, and on
which inputs, is part of the result, so that another expert gets the same.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from comity.kernel.errors import MalformedError

RULES = (
    "multi-input",
    "change-fresh",
    "change-kind",
    "change-round",
    "change-smallest",
    "peel-chain",
)
"""Every rule, the safest first."""
USUAL = ("multi-input",)
"""What is used where nothing is said: the one rule that courts have met most often."""
_LEAST_EQUAL = 3
_ROUND = 100_000
_LEAST_PEELS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """An output as clustering sees it.

    Attributes:
        address: Its address.
        value: In the smallest unit; None where it is not in the data.
        kind: Kind of the address.
        fresh: Whether nothing paid to this address before, as far as the data goes; of an output only.
    """

    address: str
    value: int | None
    kind: str
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """A transaction as clustering sees it: the outputs that it spends, and those that it makes."""

    tx: str
    spent: tuple[Paid, ...]
    made: tuple[Paid, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Two addresses that one rule takes for one hand's.

    Attributes:
        rule: Which rule.
        tx: The transaction that shows it.
        first: One address.
        second: The other.
        because: What the rule saw there, as short words of names and numbers.
    """

    rule: str
    tx: str
    first: str
    second: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """What rules made of a ledger, as far as it fits on a page; the rest is in the ledger.

    Attributes:
        rules: The rules that were used, in the order of :data:`RULES`.
        keeps_mixes: Whether transactions that look like mixes were left in.
        inputs: Digest of the inputs of the ledger.
        links: How many there are.
        mixes: How many transactions look like mixes and were left out.
        clusters: How many clusters of two or more addresses there are.
        digest: SHA-256 over rules and links.
    """

    rules: tuple[str, ...]
    keeps_mixes: bool
    inputs: str
    links: int
    mixes: int
    clusters: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustering:
    """What some rules make of a ledger.

    Attributes:
        rules: The rules that were used, in the order of :data:`RULES`.
        keeps_mixes: Whether transactions that look like mixes were left in.
        links: In the order of the ledger.
        mixes: Transactions that were left out because they look like mixes.
        clusters: Addresses of each cluster of two or more, sorted; the largest first.
        digest: SHA-256 over rules and links.
    """

    rules: tuple[str, ...]
    keeps_mixes: bool
    links: tuple[Link, ...]
    mixes: tuple[str, ...]
    clusters: tuple[tuple[str, ...], ...]
    digest: str


def require_rules(names: Iterable[str]) -> tuple[str, ...]:
    """Return rules in their order, the usual ones where none is named; MalformedError ``trace.rule``."""
    given = tuple(names)
    for name in given:
        if name not in RULES:
            raise MalformedError(
                "trace.rule", f"{name[:40]!r} is no rule", hint="rules are " + ", ".join(RULES), where="rule"
            )
    return tuple(rule for rule in RULES if rule in (given or USUAL))


def looks_like_a_mix(one: Spending) -> bool:
    """Tell whether a transaction looks like a joint one of several people (CoinJoin).

    It pays one same amount to at least three different addresses, these are at least half of its outputs less
    one, and it spends from at least as many addresses.

    Basis: Goldfeder et al., 2018
    """
    amounts = Counter(paid.value for paid in one.made)
    value, times = max(amounts.items(), key=lambda item: (item[1], item[0] or 0), default=(None, 0))
    equal = {paid.address for paid in one.made if paid.value == value}
    payers = {paid.address for paid in one.spent}
    return (
        times >= _LEAST_EQUAL
        and len(equal) >= _LEAST_EQUAL
        and 2 * times >= len(one.made) - 1
        and len(payers) >= len(equal)
    )


def cluster(
    spendings: Iterable[Spending], *, rules: Iterable[str] = (), keeps_mixes: bool = False
) -> Clustering:
    """Apply rules to the transactions of a ledger.

    Args:
        spendings: In the order of the ledger.
        rules: Names of :data:`RULES`; the usual ones where none is given.
        keeps_mixes: Whether transactions that look like mixes are judged like any other.

    Raises:
        MalformedError: ``trace.rule``.

    Basis: Meiklejohn et al., 2013
    """
    applied = Applied(rules, keeps_mixes=keeps_mixes)
    links = tuple(applied.links(spendings))
    return Clustering(
        rules=applied.rules,
        keeps_mixes=keeps_mixes,
        links=links,
        mixes=tuple(applied.mixes),
        clusters=joined(links),
        digest=applied.digest,
    )


class Applied:
    """Rules at work: links come out one after the other, and are not kept.

    Args:
        rules: Names of :data:`RULES`; the usual ones where none is given.
        keeps_mixes: Whether transactions that look like mixes are judged like any other.

    Raises:
        MalformedError: ``trace.rule``.
    """

    def __init__(self, rules: Iterable[str] = (), *, keeps_mixes: bool = False) -> None:
        self.rules = require_rules(rules)
        self.keeps_mixes = keeps_mixes
        self.count = 0
        self.mixes: list[str] = []
        head = f"rules {','.join(self.rules)}\nmixes {'kept' if keeps_mixes else 'left out'}\n"
        self._digest = hashlib.sha256(head.encode())
        self._peels = _Peels()

    @property
    def digest(self) -> str:
        """SHA-256 over rules and the links so far."""
        return self._digest.hexdigest()

    def links(self, spendings: Iterable[Spending]) -> Iterator[Link]:
        """Yield the links of transactions in the order of the ledger."""
        for one in spendings:
            if not self.keeps_mixes and looks_like_a_mix(one):
                self.mixes.append(one.tx)
                continue
            for rule in self.rules:
                for link in self._peels.meet(one) if rule == "peel-chain" else _APPLIED[rule](one):
                    row = f"{link.rule} {link.tx} {link.first} {link.second} {link.because}\n"
                    self._digest.update(row.encode())
                    self.count += 1
                    yield link


def joined(links: Iterable[Link]) -> tuple[tuple[str, ...], ...]:
    """Return the addresses that links join, cluster by cluster, the largest first."""
    roots: dict[str, str] = {}

    def root(address: str) -> str:
        found = address
        while roots.setdefault(found, found) != found:
            found = roots[found]
        while roots[address] != found:
            roots[address], address = found, roots[address]
        return found

    for link in links:
        first, second = root(link.first), root(link.second)
        if first != second:
            roots[max(first, second)] = min(first, second)
    members: dict[str, list[str]] = {}
    for address in sorted(roots):
        members.setdefault(root(address), []).append(address)
    return tuple(sorted((tuple(one) for one in members.values()), key=lambda one: (-len(one), one)))


def explained(links: Iterable[Link], first: str, second: str) -> tuple[Link, ...]:
    """Return the fewest links that lead from one address to another; nothing where none do."""
    beside: dict[str, list[tuple[str, Link]]] = {}
    for link in links:
        beside.setdefault(link.first, []).append((link.second, link))
        beside.setdefault(link.second, []).append((link.first, link))
    came: dict[str, tuple[str, Link] | None] = {first: None}
    wave = [first]
    while wave and second not in came:
        found = []
        for address in wave:
            for other, link in beside.get(address, ()):
                if other not in came:
                    came[other] = (address, link)
                    found.append(other)
        wave = found
    return tuple(reversed(list(_walked_back(came, second)))) if second in came else ()


def _walked_back(came: Mapping[str, tuple[str, Link] | None], address: str) -> Iterator[Link]:
    while (step := came[address]) is not None:
        address = step[0]
        yield step[1]


def _multi_input(one: Spending) -> Iterator[Link]:
    """All outputs that one transaction spends were signed for together."""
    payers = list(dict.fromkeys(paid.address for paid in one.spent if _speaks(paid)))
    for other in payers[1:]:
        because = f"inputs={len(one.spent)} addresses={len(payers)}"
        yield Link(rule="multi-input", tx=one.tx, first=payers[0], second=other, because=because)


def _change(rule: str, one: Spending, found: list[Paid], because: str) -> Iterator[Link]:
    """Link the payer to its change, where exactly one output can be it and no output returns openly."""
    payers = {paid.address for paid in one.spent if _speaks(paid)}
    returns = any(paid.address in payers for paid in one.made)
    if len(found) != 1 or len(one.made) < 2 or not payers or returns or not _speaks(found[0]):
        return
    yield Link(rule=rule, tx=one.tx, first=min(payers), second=found[0].address, because=because)


def _fresh(one: Spending) -> Iterator[Link]:
    """The change goes to an address that nothing paid before; all others were seen."""
    yield from _change(
        "change-fresh",
        one,
        [paid for paid in one.made if paid.fresh],
        f"outputs={len(one.made)} fresh=1",
    )


def _kind(one: Spending) -> Iterator[Link]:
    """The change goes to the kind of address that paid; all others are of other kinds."""
    kinds = {paid.kind for paid in one.spent}
    if len(kinds) == 1:
        same = [paid for paid in one.made if paid.kind in kinds]
        yield from _change("change-kind", one, same, f"outputs={len(one.made)} kind={min(kinds)}")


def _round(one: Spending) -> Iterator[Link]:
    """The change is the one amount that is not round; people pay round amounts."""
    uneven = [paid for paid in one.made if paid.value is not None and paid.value % _ROUND]
    yield from _change("change-round", one, uneven, f"outputs={len(one.made)} round-to={_ROUND}")


def _smallest(one: Spending) -> Iterator[Link]:
    """The change is smaller than every input, or one input would have been left out.

    Basis: Kalodner et al., 2020
    """
    spent = [paid.value for paid in one.spent]
    if len(spent) < 2 or any(value is None for value in spent):
        return
    least = min(value for value in spent if value is not None)
    small = [paid for paid in one.made if paid.value is not None and paid.value < least]
    yield from _change("change-smallest", one, small, f"smallest-input={least}")


_APPLIED = {
    "multi-input": _multi_input,
    "change-fresh": _fresh,
    "change-kind": _kind,
    "change-round": _round,
    "change-smallest": _smallest,
}


class _Peels:
    """Finds chains in which one large output is spent again and again, with one small payment each time."""

    def __init__(self) -> None:
        self._chains: dict[str, tuple[int, list[tuple[str, str, str]]]] = {}

    def meet(self, one: Spending) -> Iterator[Link]:
        """Return the links of a chain, once it is three transactions long."""
        if len(one.spent) != 1 or len(one.made) != 2:
            return
        payer = one.spent[0]
        small, large = sorted(one.made, key=lambda paid: paid.value or 0)
        if not _speaks(payer) or not _speaks(large) or (small.value or 0) * 2 > (large.value or 0):
            return
        length, last = self._chains.pop(payer.address, (0, []))
        length += 1
        last = [*last[1 - _LEAST_PEELS :], (one.tx, payer.address, large.address)]
        self._chains[large.address] = length, last
        if length < _LEAST_PEELS:
            return
        for tx, first, second in last if length == _LEAST_PEELS else last[-1:]:
            if first != second:
                because = f"chain={length}"
                yield Link(rule="peel-chain", tx=tx, first=first, second=second, because=because)


def _speaks(paid: Paid) -> bool:
    """Tell whether an output has an address, and not a script that many may share."""
    return bool(paid.address) and not paid.address.startswith("script:")
