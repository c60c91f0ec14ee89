"""How long the next attempt to sign in has to wait: the longer, the more attempts have failed.

Failures are counted for each officer, for each address and for each name that nobody has. What is kept is
bounded, and none of it tells whether a name exists.
"""

import msgspec

from comity.kernel.clock import HOUR, MINUTE, SECOND, Instant
from comity.kernel.digests import sha256
from comity.kernel.errors import DeniedError
from comity.kernel.ids import OfficerName
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.node.ports import Transaction
from comity.node.sessions import keep_record, record_of

FREE_TRIES = 3
FREE_TRIES_ADDRESS = 10
LONGEST_WAIT = 5 * MINUTE
MOST_WATCHED = 1_000
_SETTING = "signin"


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """Failures from one address, or under one name that nobody has."""

    failures: int
    wait_until: int


def require_patience(
    tx: Transaction, known: OfficerName | None, *, name: str, address: str, now: Instant
) -> None:
    """Raise DeniedError ``signin.wait`` while name or address has to wait."""
    watched = _watched(tx)
    waits = [watched[mark].wait_until for mark in _marks(name, address) if mark in watched]
    if known is not None:
        waits.append(record_of(tx, known).wait_until)
    longest = max(waits, default=0)
    if longest > now:
        seconds = -(-(longest - now) // SECOND)
        raise DeniedError("signin.wait", "too many attempts failed", hint=f"try again in {seconds} seconds")


def count_failure(
    tx: Transaction, known: OfficerName | None, *, name: str, address: str, now: Instant
) -> None:
    """Count a failure against the name and the address, and make both wait longer each time."""
    watched, marks = _watched(tx), _marks(name, address)
    if known is not None:
        record = record_of(tx, known)
        failures = record.failures + 1
        until = now + wait_after(failures, free=FREE_TRIES)
        keep_record(tx, known, msgspec.structs.replace(record, failures=failures, wait_until=until))
        marks = marks[1:]
    for mark in marks:
        before = watched.pop(mark, None)
        failures = before.failures + 1 if before is not None else 1
        free = FREE_TRIES if mark.startswith("n") else FREE_TRIES_ADDRESS
        watched[mark] = Watched(failures=failures, wait_until=now + wait_after(failures, free=free))
    fresh = [(mark, one) for mark, one in watched.items() if one.wait_until > now - HOUR]
    kept = {mark: msgspec.to_builtins(one) for mark, one in fresh[-MOST_WATCHED:]}
    tx.node.put_setting(_SETTING, dump_ijson(kept))


def wait_after(failures: int, *, free: int) -> int:
    """Return how long the next attempt waits, in microseconds.

    The free tries wait not at all; the next waits two seconds, and each one after it twice as long as the one
    before, up to five minutes.
    """
    over = failures - free
    return 0 if over < 0 else min(SECOND << min(over + 1, 20), LONGEST_WAIT)


def _marks(name: str, address: str) -> list[str]:
    """Return under what a failure is watched: the name first, then the address, if there is one."""
    marks = ["n" + _short("name", name)]
    return [*marks, "a" + _short("address", address)] if address else marks


def _short(family: str, text: str) -> str:
    return sha256(family.encode("ascii"), b"\0", text.encode("utf-8", "replace")).hex()[:32]


def _watched(tx: Transaction) -> dict[str, Watched]:
    kept = tx.node.setting(_SETTING)
    return {} if kept is None else msgspec.convert(parse_ijson(kept, where=_SETTING), dict[str, Watched])
