"""Portions from one thread to another: in order, whoever works them, and no side waits for one that left."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from comity.engines.lanes import Lanes
from comity.evidence.sealing import PORTION

SMALL = [b"%08d" % number * 1024 for number in range(PORTION // 8192)]
"""One portion of many small pieces."""


class Taker:
    """Takes portions in both ways, and remembers what came and in which thread."""

    def __init__(self, *, fails_at: int = -1) -> None:
        self.lanes = Lanes(self.work)
        self.came: list[bytes] = []
        self.threads: list[str] = []
        self.fails_at = fails_at

    def work(self, plain: memoryview, last: bool) -> None:
        if len(self.came) == self.fails_at:
            raise OSError("the disk is full")
        self.came.append(bytes(plain))
        self.threads.append("here" if threading.current_thread() is threading.main_thread() else "there")

    def beside(self) -> None:
        try:
            for plain, last in self.lanes.portions():
                self.work(plain, last)
        finally:
            self.lanes.leave()


def large(lanes: Lanes, fill: int) -> bool:
    """Fill one portion as a large file does."""
    room = lanes.room()
    if room is None:
        return False
    room[:] = bytes([fill]) * len(room)
    lanes.advance(len(room))
    return True


@pytest.mark.parametrize("pattern", ["LLLLLL", "SSSS", "LLLSSLLLLLLSLS", "SLSLSL"])
def test_portions_keep_their_order_whichever_thread_works_them(pattern: str) -> None:
    taker, sent = Taker(), b""
    with ThreadPoolExecutor(max_workers=1) as pool:
        working = pool.submit(taker.beside)
        for number, kind in enumerate(pattern):
            if kind == "L":
                assert large(taker.lanes, number)
                sent += bytes([number]) * PORTION
            else:
                assert all(map(taker.lanes.write, SMALL))
                sent += b"".join(SMALL)
        taker.lanes.hand_over(last=True)
        taker.lanes.give_up()
        working.result()
    assert b"".join(taker.came) == sent
    assert taker.threads == ["here" if kind == "S" else "there" for kind in pattern]


@pytest.mark.parametrize("fails_at", [0, 2, 5])
def test_whoever_fills_learns_that_the_other_thread_has_left(fails_at: int) -> None:
    taker = Taker(fails_at=fails_at)
    with ThreadPoolExecutor(max_workers=1) as pool:
        working = pool.submit(taker.beside)
        while large(taker.lanes, 1):
            pass
        assert not all(map(taker.lanes.write, SMALL + SMALL))
        with pytest.raises(OSError, match="disk is full"):
            working.result()


def test_small_pieces_after_a_thread_that_left_are_refused_too() -> None:
    taker = Taker(fails_at=0)
    with ThreadPoolExecutor(max_workers=1) as pool:
        working = pool.submit(taker.beside)
        assert large(taker.lanes, 1)
        assert not all(map(taker.lanes.write, SMALL + SMALL + SMALL))
        with pytest.raises(OSError, match="disk is full"):
            working.result()


def test_what_fails_here_is_raised_here() -> None:
    taker = Taker(fails_at=0)
    with ThreadPoolExecutor(max_workers=1) as pool:
        working = pool.submit(taker.beside)
        with pytest.raises(OSError, match="disk is full"):
            all(map(taker.lanes.write, SMALL + SMALL))
        taker.lanes.give_up()
        working.result()
