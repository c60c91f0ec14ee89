"""Bringing a store to the schema of this software."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2

from comity.kernel.errors import UnavailableError
from comity.storage.sql.address import is_server, parse_server
from comity.storage.sql.driver import require_driver
from comity.storage.sql.engine import APPLICATION_ID, plain_connection, require_file, require_ours, translated
from comity.storage.sql.migrations.known import STEPS, require_not_newer
from comity.storage.sql.migrations.steps import Step


def migrate(address: str | Path, *, steps: Sequence[Step] = STEPS) -> tuple[int, int]:
    """Do the missing steps and return the schema's number before and after.

    Args:
        address: Path of the store's file, or its address on a server.
        steps: All steps of this software.

    Raises:
        NotFoundError: ``store.absent``.
        MalformedError: ``store.foreign``, ``store.address``.
        ConflictError: ``store.newer``: the store was made by newer software.
        UnavailableError: ``store.torn`` when the file is damaged; ``store.locked`` while a node runs on it;
            ``store.full``; of a server, all that ``open_store`` raises.
    """
    if is_server(address):
        require_driver()
        from comity.storage.sql.migrations.server import migrate_server

        return migrate_server(parse_server(str(address)), steps=steps)
    place = Path(address)
    require_file(place)
    connection = plain_connection(place)
    try:
        require_ours(connection)
        before = schema_number(connection)
        require_not_newer(before, newest=steps[-1].number)
        missing = [step for step in steps if step.number > before]
        if missing:
            _require_sound(connection)
            apply(connection, missing)
        return before, steps[-1].number
    except dbapi2.Error as exc:
        raise translated(exc) from exc
    finally:
        connection.close()


def apply(connection: Any, steps: Sequence[Step]) -> None:
    """Do the steps in one transaction and record each."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        for step in steps:
            for text in step.spelt("sqlite"):
                connection.execute(text)
            connection.execute(
                "INSERT INTO schema_step (number, name) VALUES (?, ?)", (step.number, step.name)
            )
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("COMMIT")
    except dbapi2.Error as exc:
        raise translated(exc) from exc
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def schema_number(connection: Any) -> int:
    """Return the number of the last step that was done; 0 for an empty file."""
    try:
        made = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema_step'").fetchone()
        if made is None:
            return 0
        return int(connection.execute("SELECT COALESCE(MAX(number), 0) FROM schema_step").fetchone()[0])
    except dbapi2.Error as exc:
        raise translated(exc) from exc


def _require_sound(connection: Any) -> None:
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise UnavailableError(
            "store.torn",
            f"the file of the store is damaged: {found[:80]}",
            hint="restore a backup, then migrate",
        )
