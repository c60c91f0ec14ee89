"""Campaigns: messages and reports that belong together because they share indicators, with the reason."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from comity.indicators.kinds import Kind
from comity.indicators.statements import Indicator, named_uuid

MOST_SHARED = 500
"""A value that more sources than this hold joins nothing: it is an infrastructure of everybody."""

_JOINING = frozenset(
    {
        Kind.WALLET,
        Kind.BANK_ACCOUNT,
        Kind.PHONE,
        Kind.EMAIL,
        Kind.URL,
        Kind.DOMAIN,
        Kind.FILE,
        Kind.IPV4,
        Kind.IPV6,
        Kind.PAYMENT_ID,
        Kind.RANSOM_ID,
        Kind.USER_ACCOUNT,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One value that several sources hold."""

    kind: Kind
    value: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Sources that share indicators.

    Attributes:
        id: ``campaign--`` and a UUID that follows from its oldest source.
        sources: Digests of messages, files and reports, sorted.
        reasons: What joins them, the most widely shared first.
        indicators: Ids of all indicators of these sources, sorted.
        families: Families of ransomware that they name.
    """

    id: str
    sources: tuple[str, ...]
    reasons: tuple[Reason, ...]
    indicators: tuple[str, ...]
    families: tuple[str, ...]


def find_campaigns(
    indicators: Iterable[Indicator], *, ignored: frozenset[str] = frozenset()
) -> tuple[Campaign, ...]:
    """Return the campaigns of statements, the largest first. Same statements, same campaigns, in any order.

    Args:
        indicators: Statements with their sources; what was retracted joins nothing.
        ignored: Ids of indicators that join nothing, such as those on warning lists.
    """
    holders: dict[tuple[Kind, str], set[str]] = defaultdict(set)
    held: dict[str, set[str]] = defaultdict(set)
    families: dict[str, set[str]] = defaultdict(set)
    for one in indicators:
        if one.retracted is not None:
            continue
        for source in one.sources:
            if not source.digest:
                continue
            held[source.digest].add(one.id)
            if one.family:
                families[source.digest].add(one.family)
            if one.kind in _JOINING and one.id not in ignored:
                holders[one.kind, one.value].add(source.digest)
    joining = {key: who for key, who in holders.items() if 1 < len(who) <= MOST_SHARED}
    groups = _joined(joining.values())
    made = [_campaign(group, joining, held, families) for group in groups]
    return tuple(sorted(made, key=lambda one: (-len(one.sources), one.id)))


def _joined(sets: Iterable[set[str]]) -> list[set[str]]:
    """Return the connected groups of overlapping sets."""
    above: dict[str, str] = {}

    def top(one: str) -> str:
        while above.setdefault(one, one) != one:
            above[one] = one = above[above[one]]
        return one

    for members in sets:
        first, *others = sorted(members)
        for other in others:
            left, right = sorted((top(first), top(other)))
            above[right] = left
    groups: dict[str, set[str]] = defaultdict(set)
    for one in above:
        groups[top(one)].add(one)
    return list(groups.values())


def _campaign(
    group: set[str],
    joining: dict[tuple[Kind, str], set[str]],
    held: dict[str, set[str]],
    families: dict[str, set[str]],
) -> Campaign:
    reasons = [
        Reason(kind=kind, value=value, sources=tuple(sorted(who)))
        for (kind, value), who in joining.items()
        if not group.isdisjoint(who)
    ]
    sources = tuple(sorted(group))
    return Campaign(
        id=f"campaign--{named_uuid(sources[0])}",
        sources=sources,
        reasons=tuple(sorted(reasons, key=lambda one: (-len(one.sources), one.kind, one.value))),
        indicators=tuple(sorted({name for one in group for name in held[one]})),
        families=tuple(sorted({name for one in group for name in families.get(one, ())})),
    )
