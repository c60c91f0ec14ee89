"""The loop beside the doors: rounds of work, each at its own pace, until somebody says stop.

A round that fails is reported in one line and tried again later; it never stops the others. What a round
does is somebody else's business: bootstrap hands in the callables.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from comity.kernel.clock import SECOND, Instant

LONGEST_PAUSE = 60 * SECOND


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Work that comes round.

    Attributes:
        name: For the report of a failure.
        every: Pause between two runs, in microseconds; none after a run that found work.
        run: Does a bounded amount of work and tells whether there may be more.
    """

    name: str
    every: int
    run: Callable[[], bool]

    def __post_init__(self) -> None:
        if self.every < 1:
            raise ValueError("a round pauses")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerToolbox:
    """What the loop is handed.

    Attributes:
        now: A clock that never runs backwards, in microseconds; any origin.
        wait: Waits for so many microseconds, or until told to stop; returns True when told to stop.
        report: Takes one line about a failure; never case material, never a secret.
    """

    rounds: Sequence[Round]
    now: Callable[[], Instant]
    wait: Callable[[int], bool]
    report: Callable[[str], None]


@dataclass(slots=True, kw_only=True)
class _Pace:
    """When a round runs next, and how often it failed in a row."""

    round: Round
    due: Instant
    failures: int = field(default=0)


def run(toolbox: WorkerToolbox) -> None:
    """Run the rounds until ``wait`` says stop.

    A failing round pauses twice as long each time, at most a minute.
    """
    paces = [_Pace(round=item, due=toolbox.now()) for item in toolbox.rounds]
    while True:
        for pace in paces:
            if pace.due <= toolbox.now():
                _run_once(pace, toolbox)
        pause = min((pace.due for pace in paces), default=Instant(0)) - toolbox.now()
        if toolbox.wait(max(pause, 0)):
            return


def _run_once(pace: _Pace, toolbox: WorkerToolbox) -> None:
    item = pace.round
    try:
        more = item.run()
    except Exception as exc:  # noqa: BLE001  # the edge: one round's bug must not stop the others
        pace.failures += 1
        pause = min(item.every * 2 ** min(pace.failures, 16), max(LONGEST_PAUSE, item.every))
        pace.due = Instant(toolbox.now() + pause)
        toolbox.report(f"{item.name}: {_told(exc)}")
        return
    pace.failures = 0
    pace.due = Instant(toolbox.now() + (0 if more else item.every))


def _told(exc: Exception) -> str:
    """Return the kind of a failure and its stable code, where it has one; never its parameters."""
    code = getattr(exc, "code", "")
    return f"{type(exc).__name__} {code}".strip()
