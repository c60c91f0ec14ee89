"""How often somebody may try a number and a PIN, and how much a shelter takes in.

Misses are counted for each number that is tried, whether a case has it or not: nothing here tells which. What
is kept has keyed digests of the numbers, and is forgotten after a day. No address of a visitor is looked at.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from comity.kernel.clock import DAY, HOUR, Instant
from comity.kernel.errors import UnavailableError
from comity.node.ports import Transaction

MOST_AN_HOUR, MOST_A_DAY = 5, 20
"""Misses of one number; after that even the right PIN is refused for a while."""
MOST_NUMBERS = 5000
OPENED_AN_HOUR, ASKED_AN_HOUR = 500, 5000
_SETTING = "shelter/tries"
_TRIES = msgspec.msgpack.Decoder(dict[str, list[int]])


def count_try(tx: Transaction, mark: str, *, now: Instant) -> bool:
    """Count a try as a miss, and tell whether one may try at all; :func:`forgive_try` takes it back."""
    held = _tries(tx, now)
    missed = held.pop(mark, [])
    may = len(missed) < MOST_A_DAY and sum(one > now - HOUR for one in missed) < MOST_AN_HOUR
    held[mark] = [*missed, now][-MOST_A_DAY:]
    _put(tx, held)
    return may


def forgive_try(tx: Transaction, mark: str, *, now: Instant) -> None:
    """Take back the last miss of a number, which was none."""
    held = _tries(tx, now)
    held[mark] = held.get(mark, [])[:-1]
    _put(tx, held)


def _tries(tx: Transaction, now: Instant) -> dict[str, list[int]]:
    data = tx.node.setting(_SETTING)
    held = {} if data is None else _TRIES.decode(data)
    fresh = {mark: [one for one in missed if now - DAY < one <= now] for mark, missed in held.items()}
    return {mark: missed for mark, missed in fresh.items() if missed}


def _put(tx: Transaction, held: dict[str, list[int]]) -> None:
    kept = [(mark, missed) for mark, missed in held.items() if missed]
    tx.node.put_setting(_SETTING, msgspec.msgpack.encode(dict(kept[-MOST_NUMBERS:])))


@dataclass(slots=True, kw_only=True)
class Flood:
    """Counts what this process was asked in the last hour. Safe to use from several threads.

    Attributes:
        now: The time.
        opened: When cases were opened, and ``asked`` when any call came.
    """

    now: Callable[[], Instant]
    opened: deque[int] = field(default_factory=deque)
    asked: deque[int] = field(default_factory=deque)

    def admit(self, *, opens: bool = False) -> None:
        """Count a call.

        Raises:
            UnavailableError: ``shelter.busy``: there were too many in the last hour.
        """
        now = self.now()
        for kept, most in ((self.asked, ASKED_AN_HOUR), *(((self.opened, OPENED_AN_HOUR),) if opens else ())):
            while kept and kept[0] <= now - HOUR:
                kept.popleft()
            if len(kept) >= most:
                raise UnavailableError(
                    "shelter.busy", "too many people ask at this moment", hint="try again in a few minutes"
                )
            kept.append(now)
