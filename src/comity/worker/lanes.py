"""Lanes: one piece of work at a time for each name, and a growing rest after each fault."""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

FIRST_REST = 5.0
LONGEST_REST = 600.0
MOST_RUNNING = 16


@dataclass(slots=True)
class _Lane:
    running: bool = False
    well: bool = True
    faults: int = 0
    rest_until: float = 0.0
    told: str = ""


def in_thread(work: Callable[[], None]) -> None:
    """Run work in a thread that ends with the process: a cut in the middle is what every step withstands."""
    threading.Thread(target=work, name="worker-lane", daemon=True).start()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes:
    """Starts work under names; safe to use from several threads.

    Attributes:
        ticks: Seconds of a clock that never goes back.
        start: Runs work, in a thread or at once.
    """

    ticks: Callable[[], float]
    start: Callable[[Callable[[], None]], None] = in_thread
    _lanes: dict[Hashable, _Lane] = field(default_factory=dict)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def run(self, name: Hashable, work: Callable[[], None], *, here: bool = False) -> bool:
        """Start work unless that lane is busy or rests, or too many are busy; tell whether it was started.

        Args:
            name: Of the lane.
            work: Calls :meth:`failed` where it failed; it raises nothing.
            here: Do it now, in this thread.
        """
        with self._changed:
            lane = self._lanes.setdefault(name, _Lane())
            if lane.running or self.ticks() < lane.rest_until or self._running() >= MOST_RUNNING:
                return False
            lane.running = lane.well = True

        def whole() -> None:
            try:
                work()
            finally:
                with self._changed:
                    lane.running = False
                    if lane.well:
                        del self._lanes[name]
                    self._changed.notify_all()

        (_at_once if here else self.start)(whole)
        return True

    def failed(self, name: Hashable, *, reason: str, rest: bool) -> bool:
        """Note that the work of a lane failed, and tell whether the reason is a new one.

        With ``rest`` the lane rests, twice as long after each fault in a row.
        """
        with self._changed:
            lane = self._lanes.setdefault(name, _Lane())
            lane.well = False
            if rest:
                lane.rest_until = self.ticks() + min(FIRST_REST * 2 ** min(lane.faults, 16), LONGEST_REST)
                lane.faults += 1
            news = lane.told != reason
            lane.told = reason
            return news

    def running(self) -> frozenset[Hashable]:
        """Return the names of the lanes that are busy now."""
        with self._changed:
            return frozenset(name for name, lane in self._lanes.items() if lane.running)

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait for all lanes to end, at most so long; tell whether they did."""
        with self._changed:
            return self._changed.wait_for(lambda: self._running() == 0, timeout=seconds)

    def _running(self) -> int:
        return sum(lane.running for lane in self._lanes.values())


def _at_once(work: Callable[[], None]) -> None:
    work()
