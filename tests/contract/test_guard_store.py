"""What every store of reports, looks, takedowns and ranges of addresses does."""

import pytest

from comity.kernel.ids import AuthorityId
from comity.node.ports import Store, Transaction
from comity.protection.guardports import Kept, Range

DESK, COURT = AuthorityId("XAB/contact-point"), AuthorityId("XAB/court")


def kept(number: int, *, kind: str = "report", said: bytes = b"sealed") -> Kept:
    return Kept(kind=kind, key=str(number), number=number, sealed=said)


def span(first: int, last: int, party: str = "NL", family: int = 4) -> Range:
    return Range(family=family, first=f"{first:032x}", last=f"{last:032x}", party=party, status="allocated")


def test_things_are_kept_by_kind_and_come_by_number(tx: Transaction) -> None:
    held = tx.guarded
    assert (held.last_kept(DESK, "report"), held.all_kept(DESK, "report")) == (0, ())
    held.put_kept(DESK, [kept(number) for number in (2, 10, 1)])
    held.put_kept(DESK, [kept(1, kind="look"), kept(2, said=b"changed")])
    held.put_kept(COURT, [kept(7)])
    assert [one.number for one in held.all_kept(DESK, "report")] == [1, 2, 10]
    assert [one.number for one in held.all_kept(DESK, "report", after=1, most=1)] == [2]
    assert held.kept(DESK, "report", "2") == kept(2, said=b"changed")
    assert (held.kept(DESK, "report", "7"), held.last_kept(DESK, "report")) == (None, 10)
    assert held.erase_kept(DESK, "report", "10")
    assert not held.erase_kept(DESK, "report", "10")


def test_things_are_found_by_their_marks_until_they_are_erased(tx: Transaction) -> None:
    held = tx.guarded
    held.put_kept(DESK, [kept(1), kept(2)])
    held.put_marks(DESK, "report", "1", ["aa", "bb", "aa"])
    held.put_marks(DESK, "report", "2", ["bb"])
    held.put_marks(COURT, "report", "1", ["bb"])
    assert held.marked(DESK, "bb") == (("report", "1"), ("report", "2"))
    held.put_marks(DESK, "report", "1", ["cc"])
    assert (held.marked(DESK, "aa"), held.marked(DESK, "bb")) == ((), (("report", "2"),))
    held.erase_kept(DESK, "report", "1")
    assert held.marked(DESK, "cc") == ()


def test_an_address_is_found_in_its_range_and_a_registry_is_replaced_as_a_whole(tx: Transaction) -> None:
    held = tx.guarded
    held.put_ranges("ripencc", [span(10, 19), span(30, 39, "DE"), span(10, 99, "FR", family=6)])
    held.put_ranges("apnic", [span(20, 29, "JP")])
    at = [held.range_at("ripencc", 4, f"{one:032x}") for one in (9, 10, 19, 20, 39, 40)]
    assert [one.party if one else "" for one in at] == ["", "NL", "NL", "", "DE", ""]
    assert held.range_at("ripencc", 6, f"{50:032x}") == span(10, 99, "FR", family=6)
    held.put_ranges("ripencc", [])
    assert held.range_at("ripencc", 4, f"{10:032x}") is None
    assert held.range_at("apnic", 4, f"{20:032x}") == span(20, 29, "JP")


def test_nothing_is_written_through_a_snapshot(node_store: Store) -> None:
    with node_store.snapshot() as tx, pytest.raises(ValueError, match="for reading"):
        tx.guarded.put_kept(DESK, [kept(1)])
