"""Campaigns: nothing is lost, whatever the order; what everybody has joins nobody."""

import random
from itertools import pairwise
from typing import Any

from comity.indicators.campaigns import (
    EVERYBODY,
    MANY,
    MANY_ADDRESSES,
    MOST_REASONS,
    Grouped,
    Grouping,
    find_campaigns,
)
from comity.indicators.kinds import Kind
from comity.indicators.statements import Indicator, Retraction, Source
from tests.unit.indicators.making import T0, VALUES, statement

WALLET = VALUES[Kind.WALLET]
USUAL = (Kind.WALLET, Kind.PHONE, Kind.DOMAIN, Kind.EMAIL, Kind.URL, Kind.BANK_ACCOUNT)


def held(kind: Kind, value: str, *sources: str, **changes: Any) -> Indicator:
    places = tuple(Source(digest=one) for one in sources)
    changes.setdefault("family", "")
    return statement(kind, value=value, sources=places, **changes)


def many(kind: Kind, value: str, sources: list[str]) -> list[Indicator]:
    """Return statements that hold a value together: one bears at most 200 sources."""
    return [held(kind, value, *sources[at : at + 200]) for at in range(0, len(sources), 200)]


def messages(count: int, *, first: int = 0) -> list[str]:
    return [f"{number:064x}" for number in range(first, first + count)]


def plainly(stated: list[Indicator]) -> set[frozenset[str]]:
    """Return the groups as anybody would look for them: spread from each message until nothing is new."""
    by_value: dict[tuple[Kind, str], set[str]] = {}
    for one in stated:
        by_value.setdefault((one.kind, one.value), set()).update(each.digest for each in one.sources)
    beside: dict[str, set[str]] = {}
    for who in by_value.values():
        for one in who:
            beside.setdefault(one, set()).update(who)
    seen: set[str] = set()
    groups = set()
    for start in beside:
        if start in seen:
            continue
        group, open_ones = {start}, [start]
        while open_ones:
            new = beside[open_ones.pop()] - group
            group |= new
            open_ones += new
        seen |= group
        if len(group) > 1:
            groups.add(frozenset(group))
    return groups


def sources_of(found: Grouped) -> set[frozenset[str]]:
    return {frozenset(one.sources) for one in found.campaigns}


def test_campaigns_join_what_shares_a_value_and_say_why() -> None:
    shared = [
        held(Kind.WALLET, WALLET, "a", "b", family="Akira"),
        held(Kind.PHONE, "+41446681800", "b", "c"),
        held(Kind.DOMAIN, "one.example", "d"),
        held(Kind.MUTEX, "m", "d", "e"),
        held(Kind.URL, "http://x.example/", "d", "f", retracted=Retraction(at=T0, officer="me", reason="no")),
    ]
    (found,) = find_campaigns(shared).campaigns
    assert found.sources == ("a", "b", "c")
    assert [(one.value, one.count, one.sources) for one in found.reasons] == [
        (WALLET, 2, ("a", "b")),
        ("+41446681800", 2, ("b", "c")),
    ]
    assert (found.families, found.reason_count) == (("Akira",), 2)
    assert found.indicators == tuple(sorted(one.id for one in shared[:2]))
    assert find_campaigns(reversed(shared)).campaigns == (found,)
    assert find_campaigns(shared, ignores=lambda _kind, _value: True) == Grouped(campaigns=(), common=())


def test_the_groups_are_those_of_a_plain_search_in_any_order_and_in_any_portions() -> None:
    for seed in range(60):
        rng = random.Random(seed)
        stated = [
            held(
                rng.choice(USUAL),
                f"value-{rng.randrange(30)}.example",
                *{f"{rng.randrange(60):02x}" for _ in range(rng.randrange(1, 4))},
            )
            for _ in range(rng.randrange(5, 60))
        ]
        found = find_campaigns(stated)
        assert sources_of(found) == plainly(stated)
        assert found.common == ()
        rng.shuffle(stated)
        growing = Grouping()
        for at, one in enumerate(stated):
            if rng.random() < 0.5:  # the sources may come beside the statement, and the question at any time
                growing.add(one)
            else:
                bare = held(one.kind, one.value, one.sources[0].digest)
                object.__setattr__(bare, "id", one.id)
                growing.add(bare, [each.digest for each in one.sources])
            if at % 7 == 0:
                assert sources_of(growing.grouped()) == plainly(stated[: at + 1])
        assert growing.grouped() == found


def test_a_value_of_five_thousand_messages_loses_none() -> None:
    everyone = messages(5_000)
    for kind, value in (
        (Kind.WALLET, WALLET),
        (Kind.DOMAIN, "pay.example"),
        (Kind.PHONE, "+41446681800"),
        (Kind.URL, "https://pay.example/x"),
    ):
        (found,) = find_campaigns(many(kind, value, everyone)).campaigns
        assert found.sources == tuple(everyone)
        (reason,) = found.reasons
        assert (reason.count, len(reason.sources)) == (5_000, MOST_REASONS)


def test_one_owner_joins_what_else_is_apart_and_a_common_value_does_not() -> None:
    gangs = [messages(30, first=1_000 * number) for number in range(10)]
    everyone = [one for gang in gangs for one in gang]
    apart = [
        one for number, gang in enumerate(gangs) for one in many(Kind.PHONE, f"+4144668{number:04}", gang)
    ]
    one_owner = find_campaigns([*apart, *many(Kind.WALLET, WALLET, everyone)])
    assert [len(one.sources) for one in one_owner.campaigns] == [300]
    loose = messages(MANY, first=50_000)
    bank = many(Kind.DOMAIN, "bank.example", [*everyone, *loose])
    found = find_campaigns([*apart, *bank])
    assert sources_of(found) == {frozenset(one) for one in [*gangs, loose]}
    (common,) = found.common
    assert (common.value, common.count, common.groups, common.gathered) == ("bank.example", 400, 10, 100)
    assert found == find_campaigns([*reversed(bank), *reversed(apart)])
    one_gang = find_campaigns([*many(Kind.PHONE, "+41446681800", gangs[0]), *bank])
    assert [len(one.sources) for one in one_gang.campaigns] == [400]
    assert one_gang.common == ()


def test_the_address_of_a_relay_joins_few_and_beyond_a_number_nobody() -> None:
    for count, joined, common in (
        (MANY_ADDRESSES, [MANY_ADDRESSES], 0),
        (EVERYBODY, [EVERYBODY], 0),
        (EVERYBODY + 1, [], 1),
    ):
        found = find_campaigns(many(Kind.IPV4, "198.51.100.7", messages(count)))
        assert [len(one.sources) for one in found.campaigns] == joined
        assert len(found.common) == common
    pairs = [
        one
        for number, pair in enumerate(pairwise(messages(MANY_ADDRESSES * 2)))
        if number % 2 == 0
        for one in many(Kind.EMAIL, f"d{number}@mail.example", list(pair))
    ]
    relay = many(Kind.IPV4, "198.51.100.7", messages(MANY_ADDRESSES * 2))
    assert {len(one.sources) for one in find_campaigns([*pairs, *relay]).campaigns} == {2}


def test_a_campaign_of_many_reasons_tells_their_number_and_the_widest_first() -> None:
    ring = messages(400)
    stated = [
        held(Kind.URL, f"https://x.example/{at}", one, other)
        for at, (one, other) in enumerate(pairwise(ring))
    ]
    stated += many(Kind.WALLET, WALLET, ring[:50])
    (found,) = find_campaigns(stated).campaigns
    assert (found.reason_count, len(found.reasons)) == (400, MOST_REASONS)
    assert (found.reasons[0].kind, found.reasons[0].count) == (Kind.WALLET, 50)
