"""Seeded kills of two served nodes and of the officers' commands: no act is lost, and none doubled.

``COMITY_FAULTS=80`` plays so many schedules, which are about 200 kills; one of them again: ``-k '[17]'``.
"""

import dataclasses
import json
import os
import shutil
from pathlib import Path

import pytest

from tests.faults.schedules import Schedule, trails

pytestmark = [pytest.mark.slow, pytest.mark.network]

SCHEDULES = int(os.environ.get("COMITY_FAULTS", "10"))
FIGURES = os.environ.get("COMITY_FAULTS_FIGURES")


@pytest.mark.parametrize("seed", range(SCHEDULES))
def test_no_act_is_lost_or_doubled(stage, tmp_path, seed):
    with stage.copied(tmp_path / "nodes") as nodes:
        schedule = Schedule(stage, nodes, seed)
        try:
            schedule.play()
        except AssertionError as exc:
            exc.add_note(f"seed {seed}; killed {schedule.figures.victims}\n{trails(nodes[0].place)}")
            raise
    shutil.rmtree(tmp_path / "nodes")
    if FIGURES:
        with Path(FIGURES).open("a") as out:
            out.write(json.dumps({"test": "kills", **dataclasses.asdict(schedule.figures)}) + "\n")
