"""What every store of ledgers of restitution and of victims does."""

import pytest

from comity.kernel.errors import ConflictError
from comity.kernel.ids import AuthorityId, CaseId
from comity.node.ports import Store, Transaction
from comity.protection.victims.ports import Kept

DESK, COURT = AuthorityId("XAB/contact-point"), AuthorityId("XAB/court")
CASE, OTHER = CaseId("c" * 64), CaseId("d" * 64)


def test_lines_come_in_their_order_and_each_office_and_case_has_its_own(tx: Transaction) -> None:
    assert tx.redress.cases(DESK) == ()
    for office, case, number in ((DESK, OTHER, 1), (DESK, CASE, 1), (DESK, CASE, 2), (COURT, CASE, 1)):
        tx.redress.add_line(office, case, number, b"%d" % number)
    assert tx.redress.lines(DESK, CASE) == (b"1", b"2")
    assert tx.redress.lines(COURT, OTHER) == ()
    assert tx.redress.cases(DESK) == (CASE, OTHER)
    for number in (0, 2, 4):
        with pytest.raises(ConflictError, match="the next line is 3") as caught:
            tx.redress.add_line(DESK, CASE, number, b"x")
        assert caught.value.code == "restitution.number"


def test_victims_are_kept_and_replaced(node_store: Store) -> None:
    first, second = (
        Kept(number="V-1", wrapped=b"k", sealed=b"s"),
        Kept(number="V-2", wrapped=b"", sealed=b"t"),
    )
    with node_store.transaction() as tx:
        tx.redress.put_victim(DESK, second)
        tx.redress.put_victim(DESK, Kept(number="V-1", wrapped=b"old", sealed=b"old"))
        tx.redress.put_victim(DESK, first)
    with pytest.raises(RuntimeError), node_store.transaction() as tx:
        tx.redress.put_victim(DESK, Kept(number="V-3", wrapped=b"", sealed=b""))
        tx.redress.add_line(DESK, CASE, 1, b"1")
        raise RuntimeError
    with node_store.snapshot() as tx:
        assert tx.redress.victims(DESK) == (first, second)
        assert tx.redress.victim(DESK, "V-2") == second
        assert (tx.redress.victim(COURT, "V-2"), tx.redress.victims(COURT)) == (None, ())
        assert tx.redress.lines(DESK, CASE) == ()
