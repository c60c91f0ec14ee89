"""Threads share the allocator's arenas, where the C library can."""

import ctypes
import subprocess
import sys

import pytest

from comity.engines import allocator

SHOWN = """
import ctypes, sys, threading
from comity.engines.allocator import share_arenas
if sys.argv[1] == "shared":
    assert share_arenas(1)
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]
meet = threading.Barrier(8)
def work():
    meet.wait()
    libc.free(libc.malloc(1000))
    meet.wait()
threads = [threading.Thread(target=work) for _ in range(8)]
[one.start() for one in threads]
[one.join() for one in threads]
libc.malloc_stats()
"""


def arenas(how: str) -> int:
    done = subprocess.run([sys.executable, "-c", SHOWN, how], capture_output=True, text=True, check=True)
    return done.stderr.count("Arena ")


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_stats"), reason="the C library is not glibc")
def test_threads_share_one_arena_where_that_is_asked_for() -> None:
    assert arenas("shared") == 1 < arenas("apart")


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    assert not allocator.share_arenas()
