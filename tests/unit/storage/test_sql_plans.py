"""Every statement that looks for rows goes by an index, so a large node stays quick."""

from pathlib import Path
from types import ModuleType

import pytest

from comity.storage.sql import (
    acts,
    casework,
    evidence,
    exchange,
    jobs,
    leases,
    logs,
    node,
    outbox,
    register,
    sharing,
    sharing_pages,
)
from comity.storage.sql.statements import Statement
from comity.storage.sql.store import create_store

# Whole tables that stay small and are wanted whole.
WHOLE = {("logs", "_ALARMS"), ("exchange", "_ALARMS"), ("exchange", "_PINS"), ("leases", "_HOLDERS")}
# A Party's new keys touch every case of it, and they come a few times a year.
WHOLE |= {("register", "MARK_PARTY"), ("register", "_MARK_ALL")}

# Rows that the same statement has cut out before.
FOLDED = {"SCAN page", "SCAN told"}


def statements(module: ModuleType) -> list[tuple[str, Statement]]:
    found: list[tuple[str, Statement]] = []
    for name, value in vars(module).items():
        whole = tuple(value.values()) if isinstance(value, dict) else value
        items = whole if isinstance(whole, tuple) else (whole,)
        found += [(name, item) for item in items if isinstance(item, Statement)]
    return found


@pytest.mark.parametrize(
    "module",
    [acts, casework, evidence, exchange, jobs, leases, logs, node, outbox, register, sharing, sharing_pages],
)
def test_no_statement_reads_a_whole_table(module: ModuleType, tmp_path: Path) -> None:
    store = create_store(tmp_path / "node.db")
    assert statements(module)
    with store.transaction() as tx:
        rows = tx.node._rows
        for name, statement in statements(module):
            spelt = statement.spelt(rows._dialect)
            rows._cursor.execute(f"EXPLAIN QUERY PLAN {spelt.text}", [1] * len(spelt.names))
            plan = [row[3] for row in rows._cursor.fetchall()]
            scanned = any(line.startswith("SCAN") and line not in FOLDED for line in plan)
            assert not scanned or (module.__name__.rpartition(".")[2], name) in WHOLE, (name, plan)
    store.close()


def test_a_page_of_the_register_is_read_in_the_order_of_an_index(tmp_path: Path) -> None:
    store = create_store(tmp_path / "node.db")
    with store.transaction() as tx:
        rows = tx.node._rows
        for statement in (register._DUE, register._OLDEST, register._NEWEST, register._WAITING):
            spelt = statement.spelt(rows._dialect)
            rows._cursor.execute(f"EXPLAIN QUERY PLAN {spelt.text}", [1] * len(spelt.names))
            plan = [row[3] for row in rows._cursor.fetchall()]
            assert len(plan) == 1
            assert "SEARCH" in plan[0]
    store.close()


def test_acts_of_a_case_are_had_by_case(tmp_path: Path) -> None:
    store = create_store(tmp_path / "node.db")
    with store.transaction() as tx:
        rows = tx.node._rows
        for statement in (acts._OF_CASE, acts._AT_SEQ, acts._RECEIPTED):
            spelt = statement.spelt(rows._dialect)
            rows._cursor.execute(f"EXPLAIN QUERY PLAN {spelt.text}", [1] * len(spelt.names))
            assert "authority=? AND case_id=?" in rows._cursor.fetchall()[0][3]
    store.close()
