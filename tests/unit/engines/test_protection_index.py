"""The compiled search finds what comparing with every hash finds: all of it, and nothing else."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.engines.protection import pdqindex
from comity.engines.protection.indexing import make_index
from comity.engines.protection.memory import ProcessMemory
from comity.engines.protection.pdqindex import PdqIndex, plan_of
from comity.engines.protection.plainindex import PlainIndex


def hashes(count, seed=1):
    return np.random.default_rng(seed).integers(0, 2**64, size=(count, 4), dtype=np.uint64)


def asked_of(words, count, seed=2):
    """Questions at every distance from 0 to 40 of a hash that is there, and as many of none."""
    rng = np.random.default_rng(seed)
    made = []
    for number in range(count):
        value = int.from_bytes(words[rng.integers(len(words))].tobytes(), "little")
        for bit in rng.choice(256, number % 41, replace=False):
            value ^= 1 << int(bit)
        made += [value.to_bytes(32, "little"), rng.bytes(32)]
    return made


@pytest.fixture(scope="module")
def large():
    """Enough hashes that buckets are made, a crowd of near ones among them."""
    words = hashes(20_000)
    words[5000:5200] = words[5000]
    words[5000:5200, 3] ^= np.arange(200, dtype=np.uint64)
    return words


def test_it_equals_comparing_with_every_hash(large):
    index, plain = PdqIndex(np.arange(len(large)), large), PlainIndex()
    for key, one in enumerate(large):
        plain.put(key, one.tobytes())
    asked = [*asked_of(large, 41), large[5000].tobytes()]
    assert index.search(asked) == plain.search(asked)
    assert len(index.search([large[5000].tobytes()])[0]) == 200
    assert index.search([]) == ()


@pytest.mark.parametrize("count", [4097, 100_000, 1_000_000, 10_000_000, 20_000_000])
def test_the_chunks_cover_every_bit_and_leave_no_gap(count):
    plan = plan_of(count)
    assert sum(width for _, width, _ in plan) == 256
    assert [offset for offset, _, _ in plan] == [sum(w for _, w, _ in plan[:at]) for at in range(len(plan))]
    assert sum(radius + 1 for _, _, radius in plan) == 32
    assert max(width for _, width, _ in plan) <= 27


def test_more_is_found_than_there_was_room_for(large, monkeypatch):
    monkeypatch.setattr(pdqindex, "_ROOM", 3)
    index = PdqIndex(np.arange(len(large)), large)
    assert len(index.search([large[5000].tobytes()])[0]) == 200


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=40), st.integers(0, 40))
def test_changes_are_followed_before_and_after_another_base_was_built(changes, renew_at):
    words = hashes(40, seed=9)
    index = PdqIndex(range(20), words[:20].copy())
    plain = PlainIndex((key, words[key].tobytes()) for key in range(20))
    for number, (key, there) in enumerate(changes):
        hashed = words[39 - key].tobytes() if there else b""
        index.put(key, hashed)
        plain.put(key, hashed)
        if number == renew_at:
            index.renew()
    asked = [one.tobytes() for one in words]
    assert index.search(asked) == plain.search(asked)
    assert len(index) == len(plain)


def test_a_change_that_comes_while_another_base_is_built_is_not_lost(monkeypatch):
    words = hashes(10)
    index = PdqIndex(range(5), words[:5].copy())
    real = pdqindex._base

    def slow(keys, held):
        index.put(7, words[7].tobytes())
        index.put(1, b"")
        return real(keys, held)

    monkeypatch.setattr(pdqindex, "_base", slow)
    index.renew()
    found = index.search([words[7].tobytes(), words[1].tobytes(), words[2].tobytes()])
    assert [[near.key for near in one] for one in found] == [[7], [], [2]]
    assert len(index) == 5


def test_it_says_when_another_base_is_worth_its_while(monkeypatch):
    monkeypatch.setattr(pdqindex, "_SMALL", 4)
    words = hashes(20)
    index = PdqIndex(range(10), words[:10].copy())
    for key in range(10, 15):
        assert not index.is_late
        index.put(key, words[key].tobytes())
    assert index.is_late
    index.renew()
    assert not index.is_late
    with pytest.raises(ValueError, match="31"):
        index.search([words[0].tobytes()], most=32)


def test_without_compiled_code_the_plain_search_answers_the_same(monkeypatch):
    words = hashes(300)
    rows = [(key, one.tobytes()) for key, one in enumerate(words)]
    asked = asked_of(words, 20)
    assert isinstance(make_index(rows, searches=10**9), PdqIndex)
    few = make_index(rows, searches=1)
    monkeypatch.setattr("comity.engines.protection.indexing.importlib.util.find_spec", lambda _name: None)
    plain = make_index(rows, searches=10**9)
    assert isinstance(plain, PlainIndex)
    assert isinstance(few, PlainIndex)
    monkeypatch.undo()
    assert plain.search(asked, most=31) == make_index(rows, searches=10**9).search(asked, most=31)


def test_one_thing_at_a_time_is_done_beside():
    memory = ProcessMemory(searches=5)
    going, done, ended, told = threading.Event(), threading.Event(), threading.Event(), []

    def work():
        going.set()
        done.wait(60)
        told.append("first")
        ended.set()

    memory.beside(work)
    assert going.wait(60)
    memory.beside(lambda: told.append("second"))  # left out: the first is not done
    done.set()
    assert ended.wait(60)
    assert (told, memory.searches, memory.get("x")) == (["first"], 5, None)
