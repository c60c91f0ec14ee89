"""A thousand schedules: whatever the wire, the power and the clocks do, every message is applied once."""

import os

import pytest

from tests.simulator.world import (
    World,
    alarms,
    faults_of,
    require_exactly_once,
    require_secrecy,
    require_sound_logs,
)

BLOCKS = 10
SCHEDULES = 1_000
LETTERS = 4
HONEST = {"clock.apart"}


def run_schedule(seed: int) -> World:
    faults, nodes = faults_of(seed)
    world = World(seed, faults, nodes=nodes)
    world.run(letters=LETTERS, minutes=12)
    require_exactly_once(world)
    require_sound_logs(world)
    require_secrecy(world)
    for node in world.nodes:
        assert alarms(node) <= HONEST, alarms(node)
    return world


def seeds_of(block: int) -> range:
    chosen = os.environ.get("COMITY_SEED")
    if chosen is not None:
        return range(int(chosen), int(chosen) + 1)
    return range(block, SCHEDULES, BLOCKS)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(BLOCKS))
def test_every_message_is_applied_exactly_once(block):
    for seed in seeds_of(block):
        try:
            run_schedule(seed)
        except BaseException:
            print(f"failing seed: run it again with COMITY_SEED={seed}")
            raise


def test_a_seed_replays_to_the_same_bytes():
    assert run_schedule(7).wire == run_schedule(7).wire
