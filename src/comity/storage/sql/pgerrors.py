"""What PostgreSQL and its driver say, in our own words."""

from collections.abc import Callable, Mapping

import psycopg

from comity.kernel.errors import UnavailableError

_AGAIN = "try again"
_LOST = "nothing of this step was stored; the next one connects again"
_FULL_HINT = "make room on the disk of the server; nothing of this step was stored"
_TORN_HINT = "stop the node, keep the data, and restore a backup as the operator's guide says"

# The longest beginning of an SQLSTATE that stands here tells.
_STATES: Mapping[str, Callable[[], UnavailableError]] = {
    "08": lambda: UnavailableError("store.lost", "the server of the store went away", hint=_LOST),
    "25006": lambda: UnavailableError(
        "store.readonly", "the server of the store only reads", hint="connect to the primary server"
    ),
    "25P03": lambda: UnavailableError("store.lost", "the server ended a step that took too long", hint=_LOST),
    "28": lambda: UnavailableError(
        "store.refused", "the server of the store refuses the node", hint="see pg_hba.conf and ~/.pgpass"
    ),
    "3D000": lambda: UnavailableError(
        "store.unreachable", "the database of the store is not there", hint="create it, then try again"
    ),
    "40": lambda: UnavailableError("store.busy", "another process was in the way of this step", hint=_AGAIN),
    "42501": lambda: UnavailableError(
        "store.refused", "the role of the node may not do this", hint="make the role the owner of the schema"
    ),
    "53": lambda: UnavailableError("store.busy", "the server of the store is at its limits", hint=_AGAIN),
    "53100": lambda: UnavailableError("store.full", "the disk of the store is full", hint=_FULL_HINT),
    "55006": lambda: UnavailableError("store.locked", "another process holds the store", hint=_AGAIN),
    "55P03": lambda: UnavailableError("store.locked", "another process holds the store", hint=_AGAIN),
    "57": lambda: UnavailableError("store.lost", "the server of the store stops or starts", hint=_LOST),
    "57014": lambda: UnavailableError("store.busy", "the server broke this step off", hint=_AGAIN),
    "58": lambda: UnavailableError("store.io", "the server of the store cannot read or write its files"),
    "XX001": lambda: UnavailableError("store.torn", "the data of the store is damaged", hint=_TORN_HINT),
    "XX002": lambda: UnavailableError("store.torn", "an index of the store is damaged", hint=_TORN_HINT),
}


def translated(exc: Exception) -> Exception:
    """Return our error for one of the driver; the same one where it is a bug."""
    if not isinstance(exc, psycopg.Error):
        return exc
    state = exc.sqlstate
    if state is None:
        # The driver alone speaks: of a connection that broke.
        return _STATES["08"]() if isinstance(exc, (psycopg.OperationalError, psycopg.InterfaceError)) else exc
    for length in (5, 2):
        if state[:length] in _STATES:
            return _STATES[state[:length]]()
    return exc


def unreachable(exc: psycopg.Error) -> UnavailableError:
    """Return our error for a connection that was not made; it names the server as the driver does."""
    if exc.sqlstate is not None:
        found = translated(exc)
        if isinstance(found, UnavailableError):
            return found
    lines = str(exc).strip().splitlines() or ["no reason given"]
    return UnavailableError(
        "store.unreachable",
        f"the server of the store does not let the node in: {lines[0].strip().rstrip('.:')[:200]}",
        hint="see that it runs, and that the address of the store names it; passwords stand in ~/.pgpass",
    )
