"""The host of the worker: starts it, listens to it, ends it, and goes on behind what it could not bear."""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

import msgspec

from comity.engines.examining import detector
from comity.engines.examining.worker import Order
from comity.evidence.examination import Bounds, Item, Mark, Member, Note, Remark, Row, Tools, parse_row
from comity.kernel.errors import UnavailableError

_BOOT = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); "
    "from comity.engines.examining.worker import main; main()"
)
_MOST_RESTARTS, _MOST_IN_VAIN = 100, 2
_SILENT = "it was silent for too long"
_SLOW = frozenset({"SIGXCPU", _SILENT})
"""Ends that cost much time: what leads to them again and again is left."""
_MOST_LINE = 64 << 20
_PORTION = 1 << 16


@dataclass(slots=True)
class _State:
    """How far the worker came."""

    marks: dict[int, Mark]
    highest: dict[int, int] = field(default_factory=dict)
    restarts: dict[int, int] = field(default_factory=dict)
    rows: int = 0
    in_vain: int = 0

    def take(self, row: Row) -> None:
        """Follow a row."""
        self.rows += 1
        if isinstance(row, Mark):
            self.marks[row.exhibit] = row
        elif isinstance(row, Member):
            self.highest[row.exhibit] = max(row.number, self.highest.get(row.exhibit, 0))


class SandboxedExaminer:
    """Fulfils ``Examiner`` with one confined worker process at a time.

    Args:
        room: A private folder for what is unpacked on the way; its files have no name.
        owner: Names this process among those that share the folder; asked when a folder is made in it.
    """

    def __init__(self, room: Path, *, owner: Callable[[], str] = lambda: "") -> None:
        self._room = room
        self._owner = owner

    def examine(
        self, folder: str, items: Sequence[Item], *, bounds: Bounds, after: Mapping[int, Mark]
    ) -> Iterator[Tools | Row | int]:
        """Yield the tools, then rows in order, and between them bytes that were read."""
        state = _State(marks=dict(after))
        told = False
        while True:
            ended, before = "", state.rows
            for one in self._worker(folder, items, bounds, state):
                if isinstance(one, str):
                    ended = one
                elif not isinstance(one, Tools) or not told:
                    told = told or isinstance(one, Tools)
                    if not isinstance(one, Tools | int):
                        state.take(one)
                    yield one
            if not ended:
                return
            state.in_vain = state.in_vain + 1 if ended in _SLOW and state.rows == before else 0
            rows = _behind(state, items, ended)
            if not told or rows is None:
                raise UnavailableError(
                    "examine.worker",
                    f"the worker that examines ended: {ended}",
                    hint="look at memory and disk",
                )
            for row in rows:
                state.take(row)
                yield row

    def _worker(
        self, folder: str, items: Sequence[Item], bounds: Bounds, state: _State
    ) -> Iterator[Tools | Row | int | str]:
        """Yield what one worker says, and at last why it ended, where it did not end by itself."""
        with ExitStack() as stack:
            spools = self._spools(stack, bounds.depth)
            order = Order(
                folder=str(Path(folder).absolute()),  # the worker stands in another folder
                items=list(items),
                bounds=asdict(bounds),
                after=list(state.marks.values()),
                spools=spools,
                trees=len(items) > 1,
            )
            process = subprocess.Popen(  # noqa: S603  our own program, nothing of it comes from outside
                [sys.executable, "-I", "-c", _BOOT, json.dumps([path for path in sys.path if path])],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=spools,
                env={"LC_ALL": "C.UTF-8", "TZ": "UTC"},  # FAT knows no zone
                cwd="/",
                start_new_session=True,
            )
            try:
                yield from _said(process, msgspec.json.encode(order) + b"\n", bounds.quiet_seconds)
            finally:
                process.kill()
                process.wait()
                for pipe in (process.stdin, process.stdout):
                    if pipe is not None:
                        pipe.close()

    def _spools(self, stack: ExitStack, count: int) -> list[int]:
        """Return files without a name in the private folder; they go with the last who holds them."""
        try:
            self._room.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder = tempfile.mkdtemp(prefix=f"{self._owner()}.", dir=self._room)
            made = (tempfile.TemporaryFile(dir=folder) for _ in range(count))  # noqa: SIM115  the stack has them
            files = [stack.enter_context(one) for one in made]
            Path(folder).rmdir()
        except OSError as exc:
            raise UnavailableError("examine.io", f"no room to examine: {exc.strerror}") from exc
        return [file.fileno() for file in files]


def _said(process: subprocess.Popen[bytes], order: bytes, quiet: float) -> Iterator[Tools | Row | int | str]:
    if process.stdin is None or process.stdout is None:
        raise AssertionError("the worker has pipes")
    try:
        process.stdin.write(order)
        process.stdin.close()
    except BrokenPipeError:
        yield "it did not start"
        return
    rest = b""
    while True:
        if not select.select([process.stdout], [], [], quiet)[0]:
            yield _SILENT
            return
        chunk = os.read(process.stdout.fileno(), _PORTION)
        if not chunk:
            break
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > _MOST_LINE:
            yield "it said something without end"
            return
        for line in lines:
            yield _understood(line)
    code = process.wait()
    if code:
        yield signal.Signals(-code).name if code < 0 else f"exit {code}"


def _understood(line: bytes) -> Tools | Row | int:
    kind, body = line[:1], line[1:]
    if kind == b"R":
        return parse_row(body)
    if kind == b"P":
        return int(body)
    value = json.loads(body)
    if kind == b"C":
        return Tools(versions=value["versions"], confined=tuple(value["confined"]))
    raise detector.no_libmagic() if value["code"] == "examine.libmagic" else detector.no_extra()


def _behind(state: _State, items: Sequence[Item], why: str) -> list[Row] | None:
    """Return rows that put the next worker behind what ended the last one; None where that is hopeless."""
    for item in items:
        mark = state.marks.get(item.number)
        if mark is not None and mark.whole:
            continue
        number = item.number
        restarts = state.restarts[number] = state.restarts.get(number, 0) + 1
        after = state.highest.get(number, 0) + 1
        rows: list[Row] = []
        if number not in state.highest and mark is None:
            name = f"exhibit {number}"
            rows.append(Member(exhibit=number, number=1, name=name, path=(name,)))
            after = 2
        rows.append(Remark(exhibit=number, number=1, code=Note.STOPPED.value, detail=why))
        entries = mark.entries + 1 if mark is not None else 0
        following = max(after, mark.next if mark is not None else 1)
        whole = mark is None or restarts > _MOST_RESTARTS or state.in_vain >= _MOST_IN_VAIN
        return [*rows, Mark(exhibit=number, entries=entries, next=following, whole=whole)]
    return None
