"""What every store of leases does."""

import pytest

from comity.kernel.clock import HOUR, Instant
from comity.node.ports import LeaseStore, Store, Transaction


@pytest.fixture
def leases(tx: Transaction) -> LeaseStore:
    return tx.leases


def take(leases: LeaseStore, holder: str, *, now: int, name: str = "lane", seconds: int = 100) -> bool:
    return leases.take(name, holder=holder, now=Instant(now), until=Instant(now + seconds))


def test_one_holder_has_a_lease_until_it_ends(leases: LeaseStore) -> None:
    assert leases.holder("lane", now=Instant(10)) is None
    assert take(leases, "one", now=10)
    assert leases.holder("lane", now=Instant(109)) == "one"
    assert not take(leases, "two", now=109)
    assert leases.holder("lane", now=Instant(110)) is None
    assert take(leases, "two", now=110)
    assert leases.holder("lane", now=Instant(110)) == "two"
    assert not take(leases, "one", now=110)


def test_a_holder_renews_and_others_go_on_waiting(leases: LeaseStore) -> None:
    assert take(leases, "one", now=10)
    assert take(leases, "one", now=60)
    assert not take(leases, "two", now=159)
    assert take(leases, "two", now=160)


def test_each_name_is_a_lease_of_its_own(leases: LeaseStore) -> None:
    assert take(leases, "one", now=10)
    assert take(leases, "two", now=10, name="other")
    assert leases.holders() == ("one", "two")


def test_dropping_gives_up_everything_of_one_holder(leases: LeaseStore) -> None:
    for name, holder in (("a", "one"), ("b", "one"), ("c", "two")):
        assert take(leases, holder, now=10, name=name)
    assert leases.drop("one") == 2
    assert leases.drop("one") == 0
    assert leases.holders() == ("two",)
    assert take(leases, "two", now=10, name="a")


def test_a_lease_from_a_clock_that_was_ahead_keeps_nobody_away(leases: LeaseStore) -> None:
    assert take(leases, "one", now=2 * HOUR)
    assert leases.holder("lane", now=Instant(10)) is None
    assert take(leases, "two", now=10)


def test_a_snapshot_takes_nothing(node_store: Store) -> None:
    with node_store.snapshot() as tx:
        assert tx.leases.holders() == ()
        with pytest.raises(ValueError, match="for reading"):
            take(tx.leases, "one", now=10)
