"""Rounds come round at their pace, a failing one slows down, and stop means stop."""

from collections.abc import Callable

from comity.kernel.clock import SECOND, FixedClock
from comity.kernel.errors import UnavailableError
from comity.worker.loop import Round, WorkerToolbox, run


class Stage:
    """Virtual time: a wait moves the clock, and after a while says stop."""

    def __init__(self, *, until: int) -> None:
        self.clock = FixedClock(0)
        self.until = until
        self.said: list[str] = []

    def wait(self, pause: int) -> bool:
        self.clock.advance(max(pause, 1))
        return self.clock.at >= self.until

    def play(self, *rounds: Round) -> None:
        run(WorkerToolbox(rounds=rounds, now=self.clock.now, wait=self.wait, report=self.said.append))


def _counted(
    times: list[int], clock: FixedClock, *, more: Callable[[], bool] = lambda: False
) -> Callable[[], bool]:
    def go() -> bool:
        times.append(clock.at)
        return more()

    return go


def test_a_round_runs_at_its_pace() -> None:
    stage, times = Stage(until=10 * SECOND), []
    stage.play(Round(name="send", every=2 * SECOND, run=_counted(times, stage.clock)))
    assert times == [0, 2 * SECOND, 4 * SECOND, 6 * SECOND, 8 * SECOND]


def test_a_round_that_found_work_runs_again_at_once() -> None:
    stage, times = Stage(until=SECOND), []
    left = [True, True, False]
    stage.play(
        Round(name="send", every=60 * SECOND, run=_counted(times, stage.clock, more=lambda: left.pop(0)))
    )
    assert len(times) == 3
    assert times[-1] < SECOND


def test_a_failing_round_slows_down_and_leaves_the_others_alone() -> None:
    stage, good, bad = Stage(until=64 * SECOND), [], []

    def fails() -> bool:
        bad.append(stage.clock.at)
        raise UnavailableError("peer.unreachable", "secret words of the case")

    stage.play(
        Round(name="send", every=SECOND, run=fails),
        Round(name="prune", every=SECOND, run=_counted(good, stage.clock)),
    )
    assert len(good) == 64
    assert bad == [0, 2 * SECOND, 6 * SECOND, 14 * SECOND, 30 * SECOND, 62 * SECOND]
    assert set(stage.said) == {"send: UnavailableError peer.unreachable"}


def test_a_bug_in_a_round_is_told_without_its_words() -> None:
    stage = Stage(until=2 * SECOND)

    def bug() -> bool:
        raise KeyError("name of a suspect")

    stage.play(Round(name="send", every=SECOND, run=bug))
    assert stage.said == ["send: KeyError"]
