"""The host of the worker that decodes pictures: starts it, listens, and goes on behind what ended it."""

import json
import os
import select
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from comity.engines.protection.picturework import NEEDED, Order
from comity.kernel.errors import MalformedError, NotFoundError, UnavailableError
from comity.protection.fingerprints import Fingerprints, Hashed, prints_of

_BOOT = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); "
    "from comity.engines.protection.picturework import main; main()"
)
_QUIET_SECONDS = 120.0
_PORTION = 1 << 16


def no_extra() -> UnavailableError:
    """Return the error of an install without what decodes and compares pictures."""
    return UnavailableError(
        "protect.extra",
        "pictures cannot be hashed: " + ", ".join(NEEDED) + " are needed",
        hint="install the extra: pip install 'comity[match]'",
    )


class ConfinedDecoder:
    """Fulfils ``Decoder`` with one confined worker process at a time."""

    def hashed(self, paths: Sequence[str]) -> Iterator[Hashed]:
        """Yield the fingerprints of each file, in order; see :class:`comity.protection.ports.Decoder`.

        Raises:
            NotFoundError: ``file.absent``.
            MalformedError: ``file.kind``: a folder, a device.
            UnavailableError: ``file.unreadable``, ``protect.extra``, ``protect.worker``.
        """
        for path in paths:
            _require_file(path)
        at = 0
        while at < len(paths):
            before = at
            for one in _worked(paths[at:]):
                yield one
                at += 1
            if at == before:
                raise UnavailableError(
                    "protect.worker", "the worker that decodes pictures ended", hint="look at memory"
                )


def _worked(paths: Sequence[str]) -> Iterator[Hashed]:
    """Yield what one worker tells of these files, and of the one that ended it."""
    held: Fingerprints | None = None
    number = 0
    for kind, body in _lines(paths):
        if kind == b"X":
            raise no_extra()
        if kind == b"F":
            raise UnavailableError(
                "file.unreadable",
                f"{paths[number]!r} cannot be read",
                hint="check who may read it",
                where=paths[number],
            )
        if kind == b"D":
            held = prints_of({name: bytes.fromhex(value) for name, value in body.items()})
        elif kind == b"P" and held is not None:
            yield _told(paths[number], held, body)
            held, number = None, number + 1
    if held is not None:
        yield Hashed(file=paths[number], prints=held, note="stopped")


def _told(path: str, held: Fingerprints, body: dict[str, Any]) -> Hashed:
    turned = tuple(bytes.fromhex(one) for one in body["turned"])
    if turned:
        held = msgspec.structs.replace(held, pdq=turned[0], quality=body["quality"])
    return Hashed(file=path, prints=held, turned=turned, note=body["note"])


def _lines(paths: Sequence[str]) -> Iterator[tuple[bytes, dict[str, Any]]]:
    absolute = [Path(path).absolute() for path in paths]
    order = Order(
        paths=[os.fsencode(path).hex() for path in absolute],
        folders=sorted({str(path.resolve().parent) for path in absolute}),
    )
    process = subprocess.Popen(  # noqa: S603  our own program, nothing of it comes from outside
        [sys.executable, "-I", "-c", _BOOT, json.dumps([path for path in sys.path if path])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"},
        cwd="/",
        start_new_session=True,
    )
    try:
        yield from _said(process, msgspec.json.encode(order) + b"\n")
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _said(process: subprocess.Popen[bytes], order: bytes) -> Iterator[tuple[bytes, dict[str, Any]]]:
    if process.stdin is None or process.stdout is None:
        raise AssertionError("the worker has pipes")
    try:
        process.stdin.write(order)
        process.stdin.close()
    except BrokenPipeError:
        return
    rest = b""
    while select.select([process.stdout], [], [], _QUIET_SECONDS)[0]:
        chunk = os.read(process.stdout.fileno(), _PORTION)
        if not chunk:
            return
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line[:1], json.loads(line[1:])


def _require_file(path: str) -> None:
    try:
        mode = Path(path).stat().st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError) as exc:
        raise NotFoundError("file.absent", f"there is no file {path!r}", where=path) from exc
    except OSError as exc:
        raise UnavailableError(
            "file.unreadable", f"{path!r} cannot be read: {exc.strerror}", where=path
        ) from exc
    if not stat.S_ISREG(mode):
        raise MalformedError("file.kind", f"{path!r} is no file of bytes", where=path)
