"""Two practice nodes in a folder, made once and copied for each schedule, and the processes on them."""

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from tests.faults.crossings import Board

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
"""Seconds after which a wait is given up: only against hanging for ever."""

PORT = 8443
_NAMES = itertools.count(1)
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two nodes: its folder in the template, and who works there."""

    party: str
    name: str
    host: str
    duty: str
    head: str

    @property
    def folder(self) -> str:
        return self.party.lower()

    @property
    def authority(self) -> str:
        return f"{self.party}/contact-point"


def cast() -> tuple[Side, Side]:
    """Return two sides with loopback addresses that no other test process on this machine has.

    While a node is down, nobody's outgoing connection can take the port of such an address.
    """
    number = 2 * (os.getpid() % (1 << 21))
    first, second = (f"127.{64 + (n >> 16)}.{n >> 8 & 255}.{n & 255}" for n in (number, number + 1))
    return (
        Side(party="XAA", name="Altavia", host=first, duty="a.diallo", head="m.okafor"),
        Side(party="XAB", name="Belmare", host=second, duty="l.haddad", head="s.moreau"),
    )


def wait_for(what: str, probe: Callable[[], _T | None], *, patience: float = PATIENCE) -> _T:
    """Ask until the probe finds something."""
    until = time.monotonic() + patience
    while (found := probe()) is None:
        if time.monotonic() > until:
            raise AssertionError(f"waited {patience:.0f} seconds for {what} in vain")
        time.sleep(0.01)
    return found


class Zygote:
    """The warm process; see :mod:`tests.faults.zygote`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "COMITY_LANG": "en"},
        )

    def ask(self, **order: object) -> dict:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the zygote ended"
        return json.loads(answer)

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


class Forked:
    """A process that the zygote forked."""

    def __init__(self, zygote: Zygote, *, place: Path, name: str, **order: object) -> None:
        number = next(_NAMES)
        self.said, self.told = place / f"{name}-{number}.said", place / f"{name}-{number}.told"
        self.name, self.status = name, None
        self._zygote = zygote
        self.pid: int = zygote.ask(said=str(self.said), told=str(self.told), **order)["pid"]

    def ended(self, *, wait: bool = False) -> bool:
        """Tell whether it has ended; its number is not given to another before that was told."""
        if self.status is None:
            self.status = self._zygote.ask(reap=self.pid, wait=wait)["status"]
        return self.status is not None

    def signal(self, number: int) -> None:
        if not self.ended():
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.ended(wait=True)

    def lines(self) -> list[str]:
        text = self.told.read_text() if self.told.exists() else ""
        return text.splitlines() if text.endswith("\n") else text.splitlines()[:-1]

    def is_ready(self) -> bool | None:
        return True if self.lines() else None

    def peak(self) -> int:
        """Return the most memory it ever had, in bytes; 0 when it has ended."""
        with suppress(OSError):
            for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
        return 0

    def has_said(self) -> str:
        return self.said.read_text() if self.said.exists() else ""


class Fresh(Forked):
    """``python -m comity serve``, started as an operator does; nothing in it is wrapped."""

    def __init__(self, *, place: Path, name: str, folder: str) -> None:
        number = next(_NAMES)
        self.said, self.told = place / f"{name}-{number}.said", place / f"{name}-{number}.told"
        self.name, self.status = name, None
        with self.said.open("wb") as said, self.told.open("wb") as told:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "comity", "serve", folder, "--port", "0"],
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=said,
                env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "COMITY_LANG": "en"},
                start_new_session=True,
            )
        self.pid = self._process.pid

    def ended(self, *, wait: bool = False) -> bool:
        self.status = self._process.wait() if wait else self._process.poll()
        return self.status is not None


@dataclass
class Node:
    """One node of a schedule, and the process that serves it now.

    Attributes:
        epoch: Where the practice clock began; None for the machine's own.
        trapped: Whether crossings are counted.
        fresh: Whether each start is a new interpreter.
    """

    side: Side
    place: Path
    zygote: Zygote
    epoch: tuple[int, int] | None
    trapped: bool = True
    fresh: bool = False
    process: Forked | None = None
    board: Board = field(init=False)
    starts: int = 0

    def __post_init__(self) -> None:
        self.board = Board(self.place / f"{self.side.folder}.board")

    @property
    def folder(self) -> Path:
        return self.place / self.side.folder

    @property
    def trail(self) -> Path:
        return self.place / f"{self.side.folder}.trail"

    def start(self) -> None:
        """Start the process without waiting for it."""
        self.starts += 1
        if self.fresh:
            self.process = Fresh(place=self.place, name=self.side.folder, folder=str(self.folder))
            return
        trap = {"board": str(self.place / f"{self.side.folder}.board"), "trail": str(self.trail)}
        self.process = Forked(
            self.zygote,
            place=self.place,
            name=self.side.folder,
            folder=str(self.folder),
            epoch=self.epoch,
            **(trap if self.trapped else {}),
        )

    def wait_ready(self) -> None:
        """Wait until it serves; start it again when it was killed on the way."""

        def probe() -> bool | None:
            assert self.process is not None
            if self.process.ended():
                self.require_killed()
                self.start()
            return self.process.is_ready()

        wait_for(f"{self.side.folder} to be served", probe)

    def serve(self) -> None:
        self.start()
        self.wait_ready()

    def require_killed(self) -> None:
        """Fail unless the process ended by the kill: it never ends by itself."""
        assert self.process is not None
        assert self.process.status == -signal.SIGKILL, (
            f"{self.side.folder} ended with {self.process.status}: {self.process.has_said()}"
        )

    def require_alive(self) -> None:
        """Fail when the process has ended, with what it said: as the story asks of those that serve."""
        assert self.process is not None
        assert not self.process.ended(), self.process.has_said()

    def revive(self) -> bool:
        """Start it again if it was killed; tell whether it was."""
        if self.process is None or not self.process.ended():
            return False
        self.require_killed()
        self.serve()
        return True

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()

    def stop(self) -> int | None:
        """Ask the process to end, and return its exit code."""
        if self.process is None:
            return None
        self.process.signal(signal.SIGTERM)
        self.process.ended(wait=True)
        return self.process.status


class Stage:
    """Copies of one template, each with the processes of one schedule.

    Args:
        template: Folder with both nodes in it.
        sides: The two sides; ``facts`` is what the template says of its case.
        zygote: Forks the processes.
    """

    def __init__(self, template: Path, sides: tuple[Side, Side], zygote: Zygote) -> None:
        self.template, self.sides, self.zygote = template, sides, zygote
        self.facts: dict = json.loads((template / "facts.json").read_text())
        self.epoch = (time.time_ns() // 1000, time.monotonic_ns())

    @contextmanager
    def copied(self, place: Path, *, fresh: bool = False) -> Iterator[tuple[Node, Node]]:
        """Yield both nodes of a new copy, not served yet; end whatever serves them afterwards.

        Args:
            place: Where the copy is made.
            fresh: Serve them by new interpreters on the machine's clock, with nothing wrapped.
        """
        shutil.copytree(self.template, place, dirs_exist_ok=True)
        with self.placed(place, fresh=fresh) as nodes:
            yield nodes

    @contextmanager
    def placed(self, place: Path, *, fresh: bool = False) -> Iterator[tuple[Node, Node]]:
        """Yield both nodes of a folder, the template's own for instance; end whatever serves them."""
        epoch = None if fresh else self.epoch
        nodes = tuple(
            Node(side=side, place=place, zygote=self.zygote, epoch=epoch, fresh=fresh) for side in self.sides
        )
        with ExitStack() as stack:
            for node in nodes:
                stack.callback(node.kill)
            yield nodes[0], nodes[1]

    def officers(self, node: Node, plan: list[dict], *, trail: str = "") -> Forked:
        """Let the officers of a node do the steps of a plan, in a process of their own."""
        side = node.side
        steps = [{"duty": side.duty, "head": side.head, "case": self.facts["case"], **step} for step in plan]
        board = (
            {"board": str(node.place / f"{trail}.board"), "trail": str(node.place / trail)} if trail else {}
        )
        return Forked(
            self.zygote,
            place=node.place,
            name=f"officers-{side.folder}",
            folder=str(node.folder),
            epoch=node.epoch,
            plan=steps,
            **board,
        )

    def consult(self) -> dict:
        """Return the step that either office may take at any time."""
        body = {"request": self.facts["request"], "about": "conditions"}
        return {"kind": "case.consult", "form": {"body": body, "parts": {"text": "practice"}}}

    def opening(self, sender: Side, to: Side) -> dict:
        """Return the step that opens another case."""
        from datetime import UTC, datetime

        from comity.requests.service import example

        form = example("preservation", on=datetime.now(UTC).date())
        form["requesting_authority"] = {**form["requesting_authority"], "id": sender.authority}
        form |= {"transmitted_by": sender.authority, "requested_party": to.party}
        return {"case": None, "form": form, "to": to.authority}

    def delivery(self) -> dict:
        """Return the step that delivers the package which the template holds sealed."""
        return {"kind": "evidence.deliver", "bag_root": self.facts["bag_root"]}
