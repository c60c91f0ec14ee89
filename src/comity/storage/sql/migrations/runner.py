"""Bringing a store to the schema of this software."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2

from comity.kernel.errors import ConflictError, UnavailableError
from comity.storage.sql.engine import APPLICATION_ID, plain_connection, require_file, require_ours, translated
from comity.storage.sql.migrations.first import FIRST
from comity.storage.sql.migrations.steps import Step

STEPS: tuple[Step, ...] = (FIRST,)
NEWEST = STEPS[-1].number


def migrate(path: str | Path, *, steps: Sequence[Step] = STEPS) -> tuple[int, int]:
    """Do the missing steps and return the schema's number before and after.

    Raises:
        NotFoundError: ``store.absent``.
        MalformedError: ``store.foreign``.
        ConflictError: ``store.newer``: the store was made by newer software.
        UnavailableError: ``store.torn`` when the file is damaged; ``store.locked`` while a node runs on it;
            ``store.full``.
    """
    place = Path(path)
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


def require_not_newer(number: int, *, newest: int = NEWEST) -> None:
    """Raise ConflictError ``store.newer`` for a schema that this software does not know."""
    if number > newest:
        raise ConflictError(
            "store.newer",
            f"the store has schema {number}, and this software knows {newest}",
            hint="install the software that last ran on it, or newer",
        )


def require_current(number: int) -> None:
    """Raise ConflictError unless the schema is the one of this software."""
    require_not_newer(number)
    if number < NEWEST:
        raise ConflictError(
            "store.older",
            f"the store has schema {number}, and this software needs {NEWEST}",
            hint="make a backup, then run: comity migrate",
        )


def _require_sound(connection: Any) -> None:
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise UnavailableError(
            "store.torn",
            f"the file of the store is damaged: {found[:80]}",
            hint="restore a backup, then migrate",
        )
