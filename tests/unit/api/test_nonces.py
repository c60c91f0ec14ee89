"""Nonces of one window."""

from comity.api import nonces
from comity.api.nonces import SeenNonces
from comity.kernel.clock import Instant
from comity.kernel.ids import KeyId

A, B = KeyId("a"), KeyId("b")


def test_a_nonce_counts_once_for_each_key_within_its_window():
    seen = SeenNonces()
    assert seen.remember(A, b"1", now=Instant(10), until=Instant(20))
    assert not seen.remember(A, b"1", now=Instant(20), until=Instant(30))
    assert seen.remember(B, b"1", now=Instant(20), until=Instant(30))
    assert seen.remember(A, b"1", now=Instant(21), until=Instant(31))


def test_the_oldest_goes_first_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr(nonces, "MOST", 2)
    seen = SeenNonces()
    for number in range(3):
        assert seen.remember(A, bytes([number]), now=Instant(0), until=Instant(9))
    assert seen.remember(A, b"\x00", now=Instant(0), until=Instant(9))
    assert not seen.remember(A, b"\x02", now=Instant(0), until=Instant(9))
