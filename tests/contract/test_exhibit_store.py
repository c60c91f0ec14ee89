"""What every store of package records does."""

from dataclasses import replace

import pytest

from comity.evidence.ports import ExhibitStore
from comity.evidence.records import CustodyRecord, PackageRecord, TouchRecord
from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError
from comity.kernel.ids import ActId, AuthorityId, CaseId
from comity.node.ports import Transaction

DESK, COURT = AuthorityId("XAA/contact-point"), AuthorityId("XAA/court")
CASE, OTHER = CaseId("c" * 64), CaseId("d" * 64)
ACT = ActId("a" * 64)


@pytest.fixture
def exhibits(tx: Transaction) -> ExhibitStore:
    return tx.evidence


def package(bag: str, *, at: int = 1, case: CaseId | None = CASE) -> PackageRecord:
    return PackageRecord(
        authority=DESK,
        piece_root=bag[::-1],
        bag_root=bag,
        payload_length=2**40,
        leaves=bytes(64),
        header_length=200,
        case=case,
        delivery=None,
        own=True,
        exhibits=b"",
        stored_at=Instant(at),
    )


def test_a_package_is_what_was_put_last(exhibits: ExhibitStore) -> None:
    assert exhibits.package(DESK, "b1") is None
    exhibits.put_package(package("b1"))
    later = replace(package("b1"), delivery=ACT, own=False, exhibits=b"{}\n")
    exhibits.put_package(later)
    assert exhibits.package(DESK, "b1") == later
    assert exhibits.packages(DESK) == (later,)
    assert exhibits.delivered(DESK, ACT) == later
    assert exhibits.delivered(DESK, ActId("b" * 64)) is None


def test_each_authority_sees_its_own(exhibits: ExhibitStore) -> None:
    exhibits.put_package(replace(package("b1"), delivery=ACT))
    exhibits.put_package(replace(package("b1"), authority=COURT, payload_length=5))
    assert exhibits.package(COURT, "b1") == replace(package("b1"), authority=COURT, payload_length=5)
    assert exhibits.delivered(COURT, ACT) is None
    assert len(exhibits.packages(DESK)) == 1


def test_a_sealed_file_has_holders_in_every_office_and_under_every_bag_root(exhibits: ExhibitStore) -> None:
    one, shared = package("b1"), package("b1").piece_root
    for record in (one, replace(one, authority=COURT), replace(one, bag_root="b0"), package("b2")):
        exhibits.put_package(record)
    assert exhibits.erase_package(COURT, "b1")
    found = [(one.authority, one.bag_root, one.live) for one in exhibits.holders(shared)]
    assert found == [(DESK, "b0", True), (DESK, "b1", True), (COURT, "b1", False)]
    assert exhibits.holders("b9") == ()


def test_packages_come_by_case_and_time(exhibits: ExhibitStore) -> None:
    found = [package("b3", at=2), package("b2", at=2), package("b1", at=9), package("b0", case=None)]
    found.append(package("b4", case=OTHER))
    for record in found:
        exhibits.put_package(record)
    assert [record.bag_root for record in exhibits.packages(DESK)] == ["b0", "b4", "b2", "b3", "b1"]
    assert [record.bag_root for record in exhibits.packages(DESK, CASE)] == ["b2", "b3", "b1"]


def test_custody_has_no_gap_and_no_second_line(exhibits: ExhibitStore) -> None:
    def line(number: int, text: bytes = b"{}") -> CustodyRecord:
        return CustodyRecord(authority=DESK, bag_root="b1", number=number, line=text)

    with pytest.raises(ConflictError) as caught:
        exhibits.add_custody(line(2))
    assert caught.value.code == "custody.number"
    exhibits.add_custody(line(1))
    exhibits.add_custody(line(2, b"\xff"))
    for number in (0, 2, 4):
        with pytest.raises(ConflictError):
            exhibits.add_custody(line(number))
    assert exhibits.custody(DESK, "b1") == (line(1), line(2, b"\xff"))
    assert exhibits.custody(COURT, "b1") == ()
    exhibits.add_custody(replace(line(1), authority=COURT))


def test_events_after_the_sealing_have_no_gap_and_no_second_statement(exhibits: ExhibitStore) -> None:
    def event(number: int, text: bytes = b"{}") -> TouchRecord:
        return TouchRecord(authority=DESK, bag_root="b1", number=number, statement=text)

    exhibits.add_touch(event(1))
    exhibits.add_touch(event(2, b"\xff"))
    for number in (0, 2, 4):
        with pytest.raises(ConflictError) as caught:
            exhibits.add_touch(event(number))
        assert caught.value.code == "custody.number"
    assert exhibits.touches(DESK, "b1") == (event(1), event(2, b"\xff"))
    assert exhibits.touches(COURT, "b1") == exhibits.custody(DESK, "b1") == ()


def test_an_erased_package_keeps_its_roots_and_nothing_else(exhibits: ExhibitStore) -> None:
    assert not exhibits.erase_package(DESK, "b1")
    full = replace(package("b1"), exhibits=b"{}\n", delivery=ACT)
    exhibits.put_package(full)
    exhibits.put_package(replace(full, authority=COURT))
    assert exhibits.erase_package(DESK, "b1")
    assert exhibits.package(DESK, "b1") == replace(full, exhibits=b"", leaves=b"", header_length=0)
    assert exhibits.package(COURT, "b1") == replace(full, authority=COURT)
