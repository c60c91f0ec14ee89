"""Seeded schedules of kills: who is killed when, drawn from a number, so that a failure can be had again."""

import json
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.judging import is_settled, judge
from tests.faults.stage import Forked, Node, Stage, wait_for

LASTS = 1.4
"""Seconds within which the timed kills of a schedule fall."""

FARTHEST = 120
"""The crossings within which the counted kills fall: about as many as a life has."""


@dataclass(frozen=True)
class Kill:
    """One kill: of a node at so many crossings of its next life, or of anybody at so many seconds."""

    victim: str
    crossings: int = 0
    seconds: float = 0.0


@dataclass
class Figures:
    """What came of a schedule."""

    seed: int
    kills: int = 0
    told: int = 0
    acts: int = 0
    pieces: int = 0
    seconds: float = 0.0
    victims: list[str] = field(default_factory=list)


def draw(seed: int) -> list[Kill]:
    """Return the kills of a schedule: three to seven, half of them counted and half timed."""
    drawn, kills = random.Random(seed), []
    for _ in range(drawn.randrange(3, 8)):
        if drawn.randrange(2):
            # Small numbers are drawn more often: between the first crossings a node starts and recovers.
            number = min(drawn.randrange(1, FARTHEST), drawn.randrange(1, FARTHEST))
            kills.append(Kill(drawn.choice(("xaa", "xab")), crossings=number))
        else:
            victim = drawn.choice(("xaa", "xab", "xaa", "xab", "officers-xaa", "officers-xab"))
            kills.append(Kill(victim, seconds=drawn.random() * LASTS))
    return kills


class Schedule:
    """Plays one schedule on a copy of the template.

    Args:
        stage: Where it is played.
        nodes: Both nodes of the copy.
        seed: Names the schedule.
    """

    def __init__(self, stage: Stage, nodes: tuple[Node, Node], seed: int) -> None:
        self.stage, self.nodes, self.figures = stage, nodes, Figures(seed)
        kills = draw(seed)
        self.timed = sorted((kill for kill in kills if kill.seconds), key=lambda kill: kill.seconds)
        self.counted = {
            node.side.folder: [k.crossings for k in kills if k.crossings and k.victim == node.side.folder]
            for node in nodes
        }
        asking, asked = nodes
        consult = stage.consult()
        self.plans = {
            "officers-xaa": (asking, [consult, stage.opening(asking.side, asked.side), consult]),
            "officers-xab": (asked, [stage.delivery(), consult]),
        }
        self.officers: dict[str, Forked] = {}
        self.told: list[dict] = []

    def play(self) -> None:
        """Serve, work and kill; then let both sides settle, and judge them."""
        started = time.monotonic()
        for node in self.nodes:
            node.board.set(armed=1)
            self._begin_life(node)
        for node in self.nodes:
            self._keep_alive(node)
        for name in self.plans:
            self._send_officers(name)
        while self.officers or self.timed:
            self._round(time.monotonic() - started)
            time.sleep(0.005)
        for node in self.nodes:
            node.board.set(fatal=0)
        wait_for("both sides to settle", self._settled)
        for node in self.nodes:
            assert node.stop() in (0, -9), node.process and node.process.has_said()
        told = {line["act"] for line in self.told if line["act"]}
        self.figures.acts = judge(self.nodes, told=told)
        self.figures.told = len(told)
        self.figures.pieces = self.nodes[0].board.get("pieces")
        self.figures.seconds = round(time.monotonic() - started, 3)

    def _round(self, passed: float) -> None:
        for node in self.nodes:
            self._keep_alive(node)
        while self.timed and self.timed[0].seconds <= passed:
            kill = self.timed.pop(0)
            target = self.officers.get(kill.victim)
            node = next((node for node in self.nodes if node.side.folder == kill.victim), None)
            if target is not None and not target.ended():
                target.kill()
                self._count(kill.victim)
            if node is not None and node.process is not None and not node.process.ended():
                node.process.kill()
        for name, process in list(self.officers.items()):
            if process.ended():
                self._take_word(name, process)

    def _take_word(self, name: str, process: Forked) -> None:
        """Note what officers told before they ended, and send others for the rest if they were killed."""
        lines = [json.loads(line) for line in process.lines()]
        self.told += lines
        node, plan = self.plans[name]
        self.plans[name] = (node, plan[len(lines) :])
        del self.officers[name]
        assert process.status in (0, -9), process.has_said()
        if self.plans[name][1]:
            self._send_officers(name)

    def _send_officers(self, name: str) -> None:
        node, plan = self.plans[name]
        self.officers[name] = self.stage.officers(node, plan)

    def _keep_alive(self, node: Node) -> None:
        if node.process is not None and node.process.ended():
            node.require_killed()
            self._count(node.side.folder)
            self._begin_life(node)

    def _begin_life(self, node: Node) -> None:
        left = self.counted[node.side.folder]
        node.board.set(fatal=node.board.get("crossed") + left.pop(0) if left else 0)
        node.start()

    def _settled(self) -> bool | None:
        for node in self.nodes:
            self._keep_alive(node)
            if not (node.process and node.process.is_ready()):
                return None
        time.sleep(0.1)
        return is_settled(self.nodes, delivered=True)

    def _count(self, victim: str) -> None:
        self.figures.kills += 1
        self.figures.victims.append(victim)


def trails(place: Path) -> str:
    """Return the last crossings of both nodes, for a failure's message."""
    found = []
    for path in sorted(place.glob("*.trail")):
        found += [path.stem, *path.read_text().splitlines()[-8:]]
    return "\n".join(found)
