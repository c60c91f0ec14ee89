"""How long the next attempt to sign in has to wait: the longer, the more attempts have failed.

Failures are counted for each officer, for each address and for each name that nobody has. What is kept is
bounded, and none of it tells whether a name exists.
"""

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One count of an attempt that was taken for a failure before anybody knew how it ends.

    Attributes:
        mark: Under what it is watched; empty for the officer's own record.
        before: What was counted before; None for nothing.
        after: What this attempt made of it.
    """

    mark: str
    before: Watched | None
    after: Watched


def count_attempt(
    tx: Transaction, known: OfficerName | None, *, name: str, address: str, now: Instant
) -> tuple[Counted, ...]:
    """Count an attempt as a failure of name and address, which makes both wait longer each time.

    It is counted before the secret is looked at, in one step with the question whether one may try; so
    guesses of the same moment, through whichever process, wait for each other. :func:`forgive` takes it back.

    Raises:
        DeniedError: ``signin.wait``: name or address has to wait; nothing is counted.
    """
    watched, marks = _watched(tx), _marks(name, address)
    record = record_of(tx, known) if known is not None else None
    waits = [watched[mark].wait_until for mark in marks if mark in watched]
    longest = max([*waits, record.wait_until if record is not None else 0])
    if longest > now:
        seconds = -(-(longest - now) // SECOND)
        raise DeniedError("signin.wait", "too many attempts failed", hint=f"try again in {seconds} seconds")
    counted = []
    if record is not None and known is not None:
        before = Watched(failures=record.failures, wait_until=record.wait_until)
        counted.append(Counted(mark="", before=before, after=_one_more(before, FREE_TRIES, now)))
        _put_record(tx, known, counted[0].after)
        marks = marks[1:]
    for mark in marks:
        held = watched.pop(mark, None)
        free = FREE_TRIES if mark.startswith("n") else FREE_TRIES_ADDRESS
        watched[mark] = _one_more(held, free, now)
        counted.append(Counted(mark=mark, before=held, after=watched[mark]))
    fresh = [(mark, one) for mark, one in watched.items() if one.wait_until > now - HOUR]
    _put_watched(tx, dict(fresh[-MOST_WATCHED:]))
    return tuple(counted)


def forgive(tx: Transaction, known: OfficerName | None, counted: Sequence[Counted]) -> None:
    """Take back an attempt that succeeded; what others failed at meanwhile stays counted."""
    watched = _watched(tx)
    for one in counted:
        if one.mark:
            left = _without(one, watched.pop(one.mark, None))
            if left is not None:
                watched[one.mark] = left
        elif known is not None:
            record = record_of(tx, known)
            held = Watched(failures=record.failures, wait_until=record.wait_until)
            _put_record(tx, known, _without(one, held) or Watched(failures=0, wait_until=0))
    _put_watched(tx, watched)


def _one_more(before: Watched | None, free: int, now: Instant) -> Watched:
    failures = before.failures + 1 if before is not None else 1
    return Watched(failures=failures, wait_until=now + wait_after(failures, free=free))


def _without(one: Counted, held: Watched | None) -> Watched | None:
    if held is None or held == one.after:
        return one.before
    return msgspec.structs.replace(held, failures=max(held.failures - 1, 0))


def _put_record(tx: Transaction, known: OfficerName, kept: Watched) -> None:
    record = record_of(tx, known)
    changed = msgspec.structs.replace(record, failures=kept.failures, wait_until=kept.wait_until)
    keep_record(tx, known, changed)


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


def _put_watched(tx: Transaction, watched: dict[str, Watched]) -> None:
    tx.node.put_setting(_SETTING, dump_ijson({m: msgspec.to_builtins(one) for m, one in watched.items()}))
