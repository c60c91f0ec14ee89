"""What every store of domestic facts does."""

import pytest

from comity.cases.ports import FactRecord
from comity.kernel.errors import ConflictError
from comity.kernel.ids import AuthorityId, CaseId
from comity.node.ports import Store, Transaction

DESK, COURT = AuthorityId("XAB/contact-point"), AuthorityId("XAB/court")
CASE, OTHER = CaseId("c" * 64), CaseId("d" * 64)


def record(number: int, *, case: CaseId = CASE, authority: AuthorityId = DESK) -> FactRecord:
    return FactRecord(authority=authority, case=case, number=number, line=b"line %d" % number)


def test_lines_come_in_their_order_and_each_office_and_case_has_its_own(tx: Transaction) -> None:
    assert tx.acts.facts(DESK, CASE) == ()
    for one in (record(1), record(2), record(1, case=OTHER), record(1, authority=COURT)):
        tx.acts.add_fact(one)
    assert tx.acts.facts(DESK, CASE) == (record(1), record(2))
    assert tx.acts.facts(DESK, OTHER) == (record(1, case=OTHER),)
    assert tx.acts.facts(COURT, CASE) == (record(1, authority=COURT),)


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_number_that_is_not_the_next_is_refused(tx: Transaction, number: int) -> None:
    tx.acts.add_fact(record(1))
    with pytest.raises(ConflictError, match="the next line is 2") as caught:
        tx.acts.add_fact(record(number))
    assert caught.value.code == "fact.number"


def test_a_line_marks_its_case_as_changed(node_store: Store) -> None:
    with node_store.transaction() as tx:
        tx.acts.restart_register(DESK, version="1")
        tx.acts.add_fact(record(1))
    with node_store.snapshot() as tx:
        assert [mark.case for mark in tx.acts.waiting_cases(DESK, most=5)] == [CASE]


def test_nothing_stays_of_a_transaction_that_fails(node_store: Store) -> None:
    with pytest.raises(RuntimeError), node_store.transaction() as tx:
        tx.acts.add_fact(record(1))
        raise RuntimeError
    with node_store.snapshot() as tx:
        assert tx.acts.facts(DESK, CASE) == ()
