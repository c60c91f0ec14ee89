"""A real S3 server for the tests (OpenStack Swift), and a line to it that can be cut, held up and bent."""

import itertools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from comity.storage.blobs.address import AccessKey, parse_objects
from comity.storage.blobs.objects import ObjectPayloads
from tests.swiftserver import ACCESS_KEY, BUCKET, SECRET_KEY

_numbers = itertools.count(1)
_START_SECONDS = 60


@dataclass(frozen=True)
class ObjectServer:
    """A running server: its port, and the folder where it keeps every byte."""

    port: int
    folder: Path

    def address(self, *, port: int | None = None, timeout: int = 30) -> str:
        """Return the address of a prefix that nobody has used."""
        prefix = f"node-{os.getpid()}-{next(_numbers)}"
        endpoint = f"http://127.0.0.1:{port or self.port}"
        return f"s3://{BUCKET}/{prefix}?endpoint={endpoint}&timeout={timeout}"

    def payloads(self, address: str = "", *, secret: str = SECRET_KEY) -> ObjectPayloads:
        """Return the payloads under an address, a new one unless told."""
        key = AccessKey(access_key=ACCESS_KEY, secret_key=secret)
        return ObjectPayloads(parse_objects(address or self.address()), lambda: key)

    def raw(self) -> Iterator[bytes]:
        """Yield the bytes of every object, as the server has them on its disk."""
        for path in self.folder.glob("devices/*/objects*/**/*.data"):
            yield path.read_bytes()


@contextmanager
def started() -> Iterator[ObjectServer]:
    """Run a server; skip the test that asks where it cannot be started."""
    pytest.importorskip("swift", reason="no S3 server here: pip install swift")
    pytest.importorskip("obstore", reason="no client of object stores: pip install 'comity[s3]'")
    folder = Path(tempfile.mkdtemp(prefix="comity-s3-", dir="/tmp"))
    program = Path(__file__).with_name("swiftserver.py")
    with (folder / "said").open("wb") as said:
        server = subprocess.Popen(
            [sys.executable, "-W", "ignore", str(program), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            cwd="/",
        )
    try:
        timer = threading.Timer(_START_SECONDS, server.kill)
        timer.start()
        line = server.stdout.readline() if server.stdout else b""
        timer.cancel()
        if not line.strip().isdigit():
            pytest.skip(f"no S3 server here: {(folder / 'said').read_text(errors='replace')[-300:]}")
        yield ObjectServer(port=int(line), folder=folder)
    finally:
        server.communicate()  # its input is closed: it ends
        shutil.rmtree(folder, ignore_errors=True)


class Line:
    """A line to a server on the loopback. ``cut_after`` bytes it breaks once, and refuses until it is mended.

    ``silent``: it takes everything and answers nothing. ``bend``: old and new bytes in what is sent.
    """

    def __init__(self, port: int) -> None:
        self.port, self._to = 0, port
        self.cut_after: int | None = None
        self.silent = False
        self.bend: tuple[bytes, bytes] | None = None
        self.passed = 0
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._door.close()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            if self._is_cut():
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self._to))
            threading.Thread(target=self._carry, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self._carry, args=(far, near, False), daemon=True).start()

    def _is_cut(self) -> bool:
        return self.cut_after is not None and self.passed >= self.cut_after

    def _carry(self, source: socket.socket, target: socket.socket, out: bool) -> None:
        with suppress(OSError), source, target:
            while data := source.recv(1 << 16):
                if out:
                    self.passed += len(data)
                    if self.bend is not None:
                        data = data.replace(*self.bend)
                if self._is_cut():
                    for one in (source, target):
                        one.shutdown(socket.SHUT_RDWR)
                    return
                if not self.silent or out:
                    target.sendall(data)
