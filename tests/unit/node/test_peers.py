"""Peers are pinned by card and words; another root for a known Party is an impostor until shown otherwise."""

import pytest

from comity.kernel.errors import ConflictError, DeniedError
from tests.unit.node.nodes import node, pair


def test_words_that_differ_pin_nobody() -> None:
    one, other = node("XAA", 11), node("XAB", 11)
    wrong = " ".join(reversed(one.peers.words(other.peers.card())))
    with pytest.raises(DeniedError, match="words differ"):
        one.peers.add(one.head(), card=other.peers.card(), words=wrong)
    assert one.peers.list() == ()


def test_another_root_for_a_known_party_is_refused_with_an_alarm_that_stays() -> None:
    one, _ = pair(12)
    impostor = node("XAB", 13)
    with pytest.raises(ConflictError, match="another root"):
        one.peers.add(one.head(), card=impostor.peers.card())
    (peer,) = one.peers.list()
    assert peer.alarms == ("root.changed",)
    assert peer.root != impostor.end().root


def test_an_officer_without_the_role_pins_nobody() -> None:
    one, other = node("XAA", 14), node("XAB", 14)
    with pytest.raises(DeniedError, match="role"):
        one.peers.add(one.officer(), card=other.peers.card())


def test_a_stranger_cannot_have_confirmed() -> None:
    one, other = node("XAA", 15), node("XAB", 15)
    with pytest.raises(DeniedError, match="no officer"):
        one.peers.add(one.head(), card=other.peers.card(), confirmed_by=["nobody"])
