from dataclasses import replace

import pytest

from comity.exchange.cards import build_card, keep_card, parse_card
from comity.exchange.roots import root_statement, sign
from comity.kernel.clock import DAY, Instant
from comity.kernel.errors import MalformedError, UntrustedError
from comity.storage.memory.exchange import MemoryExchangeStore
from tests.simulator.parties import T0, make_party, root_of

PARTY = make_party("XAA")
ROOT, ENTRY = PARTY.root.json, PARTY.signed_entry().json


def test_a_card_carries_the_whole_chain():
    card = parse_card(build_card([ROOT], [ENTRY]))
    assert card.party.fingerprint == PARTY.fingerprint
    assert (card.roots, card.entries) == ((ROOT,), (ENTRY,))


def test_a_card_without_an_entry_or_with_a_broken_chain_is_refused():
    with pytest.raises(MalformedError):
        parse_card(build_card([ROOT], []))
    with pytest.raises(UntrustedError):
        parse_card(build_card([ROOT], [make_party("XAB").signed_entry().json]))
    with pytest.raises(MalformedError):
        parse_card(b"{}")


def test_a_newer_card_adds_to_what_is_held():
    store = MemoryExchangeStore()
    keep_card(store, parse_card(build_card([ROOT], [ENTRY])))
    newer = PARTY.signed_entry(version=2, issued_at=Instant(T0 + DAY)).json
    keep_card(store, parse_card(build_card([ROOT], [ENTRY, newer])))
    assert store.entries(PARTY.fingerprint) == (ENTRY, newer)
    keep_card(store, parse_card(build_card([ROOT], [ENTRY])))
    assert store.entries(PARTY.fingerprint) == (ENTRY, newer)


def test_a_card_with_another_history_of_the_root_is_refused():
    store = MemoryExchangeStore()
    keep_card(store, parse_card(build_card([ROOT], [ENTRY])))

    def second(issued_at: int) -> bytes:
        root = replace(
            root_of("XAA", PARTY.root_signers, PARTY.entry_signers, version=2), issued_at=Instant(issued_at)
        )
        return sign(root_statement(root), PARTY.root_signers[:2]).json

    keep_card(store, parse_card(build_card([ROOT, second(T0)], [ENTRY])))
    with pytest.raises(MalformedError) as caught:
        keep_card(store, parse_card(build_card([ROOT, second(T0 + 1)], [ENTRY])))
    assert caught.value.code == "card.roots"
