"""What every store of lists of fingerprints does."""

import pytest

from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId
from comity.node.ports import Store, Transaction
from comity.protection.ports import Recall, Row

DESK, COURT = AuthorityId("XAB/contact-point"), AuthorityId("XAB/court")


def row(
    number: int, *, key: int = 0, shelf: str = "known", authority: AuthorityId = DESK, at: int = 0
) -> Row:
    return Row(
        authority=authority,
        shelf=shelf,
        key=f"{key or number:016x}",
        number=number,
        changed=Instant(at or number * 10),
        sealed=b"sealed %d" % number,
    )


def test_what_is_known_of_a_list_replaces_what_was_known(tx: Transaction) -> None:
    assert (tx.hashes.shelf(DESK, "known"), tx.hashes.shelves(DESK)) == (None, ())
    tx.hashes.put_shelf(DESK, "known", b"one")
    tx.hashes.put_shelf(DESK, "known", b"two")
    tx.hashes.put_shelf(DESK, "asked", b"")
    tx.hashes.put_shelf(COURT, "other", b"three")
    assert tx.hashes.shelf(DESK, "known") == b"two"
    assert tx.hashes.shelves(DESK) == ("asked", "known")


def test_entries_take_the_place_of_those_with_their_key_and_come_by_number(tx: Transaction) -> None:
    assert tx.hashes.last_hash(DESK) == (0, 0)
    tx.hashes.put_hashes([row(1), row(2), row(3, shelf="other"), row(1, authority=COURT)])
    tx.hashes.put_hashes([row(4, key=1)])
    assert tx.hashes.last_hash(DESK) == (4, 40)
    assert tx.hashes.last_hash(COURT) == (1, 10)
    assert tx.hashes.hash_rows(DESK, ["known"]) == (row(2), row(4, key=1))
    assert tx.hashes.hash_rows(DESK, ["other", "known"]) == (row(2), row(3, shelf="other"), row(4, key=1))
    assert tx.hashes.hash_rows(DESK, []) == tx.hashes.hash_rows(DESK, ["none"]) == ()
    assert tx.hashes.hash_row(DESK, "known", f"{1:016x}") == row(4, key=1)
    assert tx.hashes.hash_row(DESK, "other", f"{1:016x}") is None
    assert tx.hashes.hash_count(DESK, "known") == 2


def test_entries_are_asked_for_by_number_and_by_time(tx: Transaction) -> None:
    tx.hashes.put_hashes([row(number) for number in range(1, 8)])
    numbers = [one.number for one in tx.hashes.hash_rows(DESK, ["known"], after=2, most=3)]
    assert numbers == [3, 4, 5]
    numbers = [one.number for one in tx.hashes.hash_rows(DESK, ["known"], since=30, until=50)]
    assert numbers == [3, 4, 5]


def test_a_plea_is_kept_and_erased(tx: Transaction) -> None:
    tx.hashes.put_plea(DESK, "1", b"one")
    tx.hashes.put_plea(DESK, "1", b"two")
    tx.hashes.put_plea(DESK, "2", b"three")
    assert (tx.hashes.plea(DESK, "1"), tx.hashes.plea(COURT, "1")) == (b"two", None)
    assert tx.hashes.pleas(DESK) == ("1", "2")
    assert tx.hashes.erase_plea(DESK, "1")
    assert not tx.hashes.erase_plea(DESK, "1")
    assert tx.hashes.pleas(DESK) == ("2",)


def test_who_was_not_told_is_kept_until_told(tx: Transaction) -> None:
    def wait(receiver: str, mark: str, since: int, authority: AuthorityId = DESK) -> Recall:
        return Recall(
            authority=authority, shelf="safe", receiver=receiver, mark=mark * 32, since=Instant(since)
        )

    rows = [wait("one", "a", 5), wait("two", "a", 5), wait("one", "b", 3), wait("one", "a", 1, COURT)]
    tx.hashes.put_recalls(rows)
    tx.hashes.put_recalls([wait("one", "a", 9)])  # the wait does not begin anew
    assert tx.hashes.recalls(DESK) == (rows[2], rows[0], rows[1])
    tx.hashes.drop_recalls([rows[0], wait("three", "c", 1)])
    assert tx.hashes.recalls(DESK) == (rows[2], rows[1])
    assert tx.hashes.recalls(COURT) == (rows[3],)


def test_nothing_stays_of_a_transaction_that_fails(node_store: Store) -> None:
    with pytest.raises(RuntimeError), node_store.transaction() as tx:
        tx.hashes.put_hashes([row(1)])
        tx.hashes.put_plea(DESK, "1", b"one")
        raise RuntimeError
    with node_store.snapshot() as tx:
        assert tx.hashes.hash_rows(DESK, ["known"]) == ()
        assert tx.hashes.pleas(DESK) == ()
        with pytest.raises(ValueError, match="for reading"):
            tx.hashes.put_hashes([row(1)])
