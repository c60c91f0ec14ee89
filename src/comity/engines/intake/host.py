"""The host of the worker of intake: sends it bytes, listens, and goes on behind what it did not bear."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence

import msgspec

from comity.engines.intake.worker import no_extra
from comity.indicators.observations import Found, Note, parse_found
from comity.kernel.errors import UnavailableError

MOST_FILE = 128 << 20
QUIET_SECONDS = 300.0
_PORTION = 1 << 16
_MOST_LINE = 1 << 20
_BOOT = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); "
    "from comity.engines.intake.worker import main; main()"
)


class MessageReader:
    """Takes files apart in one confined process after the other; used as a context.

    Args:
        quiet: Seconds after which a silent worker is ended.
        region: Country (ISO 3166-1 alpha-2) whose telephone numbers are read without ``+``; empty for none.

    Raises:
        UnavailableError: ``intake.extra``, ``intake.worker``.
    """

    def __init__(self, *, quiet: float = QUIET_SECONDS, region: str = "") -> None:
        self._quiet, self._region = quiet, region
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""
        self.confined: tuple[str, ...] = ()

    def __enter__(self) -> "MessageReader":
        return self

    def __exit__(self, *_exc: object) -> None:
        self._end()

    def read(self, name: str, data: bytes) -> Iterator[Found]:
        """Yield what a file gives away; a file that ends the worker is noted as ``stopped``."""
        if len(data) > MOST_FILE:
            yield Note(file=name, code="too_large", detail=f"a file of more than {MOST_FILE} bytes")
            return
        process = self._process or self._start()
        header = json.dumps({"name": name, "size": len(data), "region": self._region}).encode("ascii") + b"\n"
        try:
            if process.stdin is None:
                raise AssertionError("the worker has pipes")
            process.stdin.write(header + data)
            process.stdin.flush()
            for line in self._lines(process):
                if line[:1] == b"D":
                    return
                yield parse_found(line[1:])
        except (BrokenPipeError, msgspec.DecodeError):
            pass
        yield Note(file=name, code="stopped", detail=self._end())

    def read_all(self, files: Sequence[tuple[str, bytes]]) -> Iterator[Found]:
        """Yield what several files give away, in their order."""
        for name, data in files:
            yield from self.read(name, data)

    def _start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(  # noqa: S603  our own program, nothing of it comes from outside
            [sys.executable, "-I", "-c", _BOOT, json.dumps([path for path in sys.path if path])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8", "TZ": "UTC"},
            cwd="/",
            start_new_session=True,
        )
        self._process, self._rest = process, b""
        for line in self._lines(process):
            if line[:1] == b"C":
                self.confined = tuple(json.loads(line[1:]))
                return process
            problem = json.loads(line[1:])
            self._end()
            if problem["code"] == "intake.extra":
                raise no_extra()
            break
        ended = self._end()
        raise UnavailableError(
            "intake.worker", f"the worker of intake did not begin: {ended}", hint="look at memory and disk"
        )

    def _lines(self, process: subprocess.Popen[bytes]) -> Iterator[bytes]:
        if process.stdout is None:
            raise AssertionError("the worker has pipes")
        while True:
            while b"\n" in self._rest:
                line, _, self._rest = self._rest.partition(b"\n")
                yield line
            if len(self._rest) > _MOST_LINE or not select.select([process.stdout], [], [], self._quiet)[0]:
                return
            chunk = os.read(process.stdout.fileno(), _PORTION)
            if not chunk:
                return
            self._rest += chunk

    def _end(self) -> str:
        """End the worker, where there is one, and return why it ended by itself."""
        process, self._process = self._process, None
        if process is None:
            return ""
        code = process.poll()
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
        if code is None:
            return "it was silent for too long"
        return signal.Signals(-code).name if code < 0 else f"exit {code}"
