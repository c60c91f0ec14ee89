"""The steps that this software knows, and what it says of a store that knows others."""

from comity.kernel.errors import ConflictError
from comity.storage.sql.migrations.clocks import CLOCKS
from comity.storage.sql.migrations.facts import FACTS
from comity.storage.sql.migrations.first import FIRST
from comity.storage.sql.migrations.guarding import GUARDING
from comity.storage.sql.migrations.holders import HOLDERS
from comity.storage.sql.migrations.law import LAW
from comity.storage.sql.migrations.leases import LEASES
from comity.storage.sql.migrations.paging import PAGING
from comity.storage.sql.migrations.protection import PROTECTION
from comity.storage.sql.migrations.redress import REDRESS
from comity.storage.sql.migrations.register import REGISTER
from comity.storage.sql.migrations.retention import RETENTION
from comity.storage.sql.migrations.sharing import SHARING
from comity.storage.sql.migrations.shelter import SHELTER
from comity.storage.sql.migrations.steps import Step
from comity.storage.sql.migrations.touches import TOUCHES

STEPS: tuple[Step, ...] = (
    FIRST,
    LEASES,
    REGISTER,
    CLOCKS,
    FACTS,
    TOUCHES,
    PROTECTION,
    SHARING,
    LAW,
    HOLDERS,
    GUARDING,
    REDRESS,
    RETENTION,
    SHELTER,
    PAGING,
)
NEWEST = STEPS[-1].number


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
