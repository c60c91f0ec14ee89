"""The driver of PostgreSQL, which comes with an extra."""

from types import ModuleType

from comity.kernel.errors import UnavailableError


def require_driver() -> ModuleType:
    """Return the driver's package.

    Raises:
        UnavailableError: ``store.extra``: it is not installed, or finds no library to speak with a server.
    """
    try:
        import psycopg
    except ImportError as exc:
        raise UnavailableError(
            "store.extra",
            "the driver of PostgreSQL is not installed",
            hint="install it with: pip install 'comity[pg]'",
        ) from exc
    return psycopg
