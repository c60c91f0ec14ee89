"""The line between threads, on a clock that moves only where something waits for it."""

import threading
from types import SimpleNamespace

import pytest

from comity.exchange.envelope import End
from comity.exchange.pacing import MIB, Allowance
from comity.exchange.runs import run_of
from comity.kernel.ids import ActId, AuthorityId, Fingerprint
from comity.worker.pacing import BACK_SECONDS, YIELD_SECONDS, Line, OnLine

ONE = End(authority=AuthorityId("XAB/contact-point"), root=Fingerprint("ab" * 32))
TWO = End(authority=AuthorityId("XAC/contact-point"), root=Fingerprint("cd" * 32))
KIB = 1024


class World:
    """A line whose waits move the clock, and may do something first."""

    def __init__(self, **allowed):
        self.seconds, self.allowed, self.meanwhile = 0.0, Allowance(**allowed), lambda: None
        self.line = Line(allowance=lambda: self.allowed, ticks=lambda: self.seconds, pause=self._pause)

    def _pause(self, condition, seconds):
        assert seconds > 0
        self.seconds += seconds
        self.meanwhile()


def test_portions_keep_to_the_rate_and_acts_are_counted():
    world = World(rate=64 * KIB)
    assert world.line.is_paced()
    with world.line.piece("large", ONE, MIB):
        for _ in range(64):
            world.line.portion(ONE, 16 * KIB)
    assert world.seconds == pytest.approx(16.0)
    began = world.seconds
    with world.line.act(TWO, 640 * KIB):
        assert world.seconds == began
    world.line.portion(ONE, 16 * KIB)
    assert world.seconds - began == pytest.approx(10.25)


def test_a_new_rate_counts_at_once():
    world = World(rate=64 * KIB)
    world.line.portion(ONE, 64 * KIB)
    world.allowed = Allowance()
    before = world.seconds
    world.line.portion(ONE, MIB)
    assert world.seconds == before
    assert not world.line.is_paced()


def test_no_piece_begins_while_an_act_to_that_peer_is_under_way():
    world, order = World(), []
    act = world.line.act(ONE, 10)
    act.__enter__()

    def ends():
        order.append("act")
        world.meanwhile = lambda: None
        threading.Thread(target=act.__exit__, args=(None, None, None)).start()
        world.line._changed.wait_for(lambda: not world.line._acts[ONE], timeout=60)

    world.meanwhile = ends
    with world.line.piece("other peer", TWO, MIB):
        order.append("other")
    with world.line.piece("same peer", ONE, MIB):
        order.append("piece")
    assert order == ["other", "act", "piece"]


def test_a_piece_on_its_way_yields_to_an_act_for_a_while():
    world = World(low=True)
    with world.line.act(ONE, 10):
        world.line.portion(ONE, 16 * KIB)
    assert YIELD_SECONDS <= world.seconds < YIELD_SECONDS + 2


@pytest.mark.parametrize("allowed", [{"low": True}, {"rate": 32 * KIB}])
def test_a_poor_line_carries_one_piece_at_a_time(allowed):
    free, poor = World(), World(**allowed)
    with free.line.piece("a", ONE, MIB), free.line.piece("b", ONE, MIB), free.line.piece("c", TWO, MIB):
        assert free.seconds == 0
    held = poor.line.piece("a", ONE, MIB)
    held.__enter__()

    def ends():
        poor.meanwhile = lambda: None
        threading.Thread(target=held.__exit__, args=(None, None, None)).start()
        poor.line._changed.wait_for(lambda: not poor.line._pieces.total(), timeout=60)

    poor.meanwhile = ends
    with poor.line.piece("b", TWO, MIB):
        assert poor.seconds > 0


def test_the_place_of_one_that_brings_the_next_piece_at_once_is_kept():
    world = World(low=True)
    world.line.ordered([("urgent", 64), ("large", 1)])
    with world.line.piece("large", ONE, MIB):
        pass
    with world.line.piece("urgent", ONE, MIB):
        pass
    before = world.seconds
    with world.line.piece("large", ONE, MIB):  # the urgent one might come back, and does not
        pass
    assert world.seconds - before >= BACK_SECONDS
    assert world.line.ordered([("large", 1), ("urgent", 64)]) == ["urgent", "large"]


def test_every_step_of_the_exchange_goes_by_the_line():
    world, seen = World(), []

    class Wire:
        def __getattr__(self, name):
            def step(*arguments):
                seen.append((name, world.line._acts.total(), world.line._pieces.total(), arguments))
                return name.encode()

            return step

    wire = OnLine(transport=Wire(), line=world.line)
    to, act = SimpleNamespace(peer=ONE), ActId("12" * 32)
    call = SimpleNamespace(to=to, body=b"body")
    assert wire.call(call) == b"call"
    assert wire.status(to, act) == b"status"
    wire.put_start(to, act, b"start")
    run = run_of(7, b"piece")
    wire.put_pieces(to, act, run)
    assert seen == [
        ("call", 1, 0, (call,)),
        ("status", 0, 0, (to, act)),
        ("put_start", 1, 0, (to, act, b"start")),
        ("put_pieces", 0, 1, (to, act, run)),
    ]
