"""The file of tags: threads take turns, and what one of them brings twice is there once."""

import threading

import pytest

from comity.engines.tracing import shelf as module
from comity.engines.tracing.shelf import ShelfFolder
from comity.kernel.clock import Instant
from comity.kernel.errors import ComityError, ConflictError
from comity.tracing.tags import Tag

duckdb = pytest.importorskip("duckdb")


def tag(address):
    return Tag(
        address=address,
        currency="BTC",
        network="bitcoin",
        label="l",
        source="s",
        creator="c",
        confidence="forensic",
    )


def test_threads_take_turns_from_the_first_one_on(tmp_path):
    folder, failed, begin = ShelfFolder(tmp_path), [], threading.Barrier(4)

    def work(name):
        begin.wait(60)
        try:
            with folder.open("XAA/d") as shelf:
                shelf.put([tag(name), tag("same")], at=Instant(5))
        except (ComityError, duckdb.Error) as fault:
            failed.append(fault)

    threads = [threading.Thread(target=work, args=(f"a{n}",)) for n in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not failed
    with folder.open("XAA/d") as shelf:
        assert [one.address for one in shelf.all()] == ["a0", "a1", "a2", "a3", "same"]


def test_who_waits_too_long_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    folder = ShelfFolder(tmp_path)
    with folder.open("XAA/d"):
        with pytest.raises(ConflictError) as caught, folder.open("XAA/d"):
            pass
        assert caught.value.code == "trace.busy"
