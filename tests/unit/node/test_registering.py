"""What a node takes from a register: newer entries of pinned Parties, and never another root."""

import json
from dataclasses import replace

import pytest

from comity.exchange.cards import build_card, parse_card
from comity.exchange.registers import Index, Listing, admitted
from comity.kernel.clock import DAY, Instant
from comity.kernel.errors import DeniedError
from comity.kernel.realms import Realm
from comity.node.directory import DirectoryDesk
from comity.node.registering import RegisterDesk, RegisterLine
from tests.simulator.parties import make_party
from tests.unit.node.nodes import Side, node, pair


def listed(*cards: bytes, at: int) -> tuple[Index, dict[str, bytes]]:
    index = Index(realm=Realm.PRACTICE)
    for card in cards:
        index = admitted(index, parse_card(card), at=Instant(at))
    return index, {parse_card(card).party.party: card for card in cards}


def take(side: Side, index: Index, cards: dict[str, bytes]) -> dict[str, str]:
    def card(one: Listing) -> bytes:
        return cards[one.party]

    lines: tuple[RegisterLine, ...] = RegisterDesk(place=side.place).take(side.head(), index=index, card=card)
    return {line.party: line.outcome for line in lines}


def alarms(side: Side) -> set[str]:
    return {alarm.code for alarm in side.peers.alarms(side.head())}


def test_a_newer_entry_of_a_pinned_party_is_kept_and_counts_as_news():
    one, other = pair()
    for side in (one, other):
        side.clock.advance(100 * DAY)
    desk = DirectoryDesk(place=one.place)
    assert desk.party("XAB").freshness == "flagged"
    DirectoryDesk(place=other.place).publish(
        other.head(), authority=other.desk, service=json.dumps({"languages": ["fr"]}).encode()
    )
    index, cards = listed(other.peers.card(), one.peers.card(), at=one.clock.now())
    assert take(one, index, cards) == {"XAA": "own", "XAB": "new"}
    assert take(one, index, cards)["XAB"] == "same"
    assert desk.party("XAB").freshness == "fresh"
    assert desk.party("XAB").offices[0].service is not None
    assert not alarms(one)


def test_a_listing_is_news_of_its_own_day_and_never_of_a_later_one():
    one, other = pair()
    index, cards = listed(other.peers.card(), at=one.clock.now() + 5 * DAY)
    start = one.clock.now()
    one.clock.advance(100 * DAY)
    assert take(one, index, cards) == {"XAB": "same"}
    assert DirectoryDesk(place=one.place).party("XAB").heard_at == start + 5 * DAY
    later = replace(index.listings[0], listed_at=Instant(one.clock.now() + 50 * DAY))
    take(one, replace(index, listings=(later,)), cards)
    assert DirectoryDesk(place=one.place).party("XAB").heard_at == one.clock.now()


def test_another_root_is_an_alarm_and_takes_nothing():
    one, _ = pair()
    index, cards = listed(node("XAB", 7).peers.card(), at=one.clock.now())
    before = DirectoryDesk(place=one.place).party("XAB")
    assert take(one, index, cards) == {"XAB": "other_root"}
    assert DirectoryDesk(place=one.place).party("XAB") == before
    assert alarms(one) == {"root.changed"}


def test_an_older_entry_an_unknown_party_and_a_broken_card():
    one, other = pair()
    older = other.peers.card()
    DirectoryDesk(place=other.place).publish(other.head(), authority=other.desk, service=b"{}")
    one.peers.add(one.head(), card=other.peers.card(), words=None)
    stranger = make_party("XAC")
    known = build_card([stranger.root.json], [stranger.signed_entry().json])
    index, cards = listed(older, known, at=one.clock.now())
    assert take(one, index, cards) == {"XAB": "older", "XAC": "unknown"}
    assert take(one, index, {**cards, "XAB": known}) == {"XAB": "broken", "XAC": "unknown"}
    assert take(one, index, {**cards, "XAB": b"{}"})["XAB"] == "broken"
    assert alarms(one) == {"entry.untrusted"}


def test_two_entries_of_one_version_are_an_alarm():
    one, other = pair()
    twin = node("XAB", 0)  # the same keys, gone another way
    for side, language in ((other, "fr"), (twin, "es")):
        DirectoryDesk(place=side.place).publish(
            side.head(), authority=side.desk, service=json.dumps({"languages": [language]}).encode()
        )
    one.peers.add(one.head(), card=other.peers.card(), words=None)
    index, cards = listed(twin.peers.card(), at=one.clock.now())
    assert take(one, index, cards) == {"XAB": "differs"}
    assert DirectoryDesk(place=one.place).party("XAB").offices[0].service.languages == ("fr",)
    assert alarms(one) == {"entry.untrusted"}


def test_realm_and_role_are_looked_at():
    one, _ = pair()
    with pytest.raises(DeniedError) as refused:
        RegisterDesk(place=one.place).take(one.head(), index=Index(realm=Realm.LIVE), card=lambda _: b"")
    assert refused.value.code == "register.realm"
    with pytest.raises(DeniedError) as refused:
        RegisterDesk(place=one.place).take(
            one.officer(), index=Index(realm=Realm.PRACTICE), card=lambda _: b""
        )
    assert refused.value.code == "access.role"
