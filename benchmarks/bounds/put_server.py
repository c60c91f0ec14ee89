"""A bare server: one PUT at a time, written to a file as it comes; no TLS, no check, no fsync."""

import socket
import sys
import threading
from pathlib import Path

_PORTION = 1 << 20


def serve_puts(folder: str) -> int:
    """Tell the port on stdout, and take what comes into ``folder/package`` until stdin ends."""
    door = socket.create_server(("127.0.0.1", 0))
    print(door.getsockname()[1], flush=True)

    def ended() -> None:
        sys.stdin.read()
        door.shutdown(socket.SHUT_RDWR)

    threading.Thread(target=ended, daemon=True).start()
    while True:
        try:
            line, _ = door.accept()
        except OSError:
            return 0
        with line:
            _take(line, Path(folder) / "package")


def _take(line: socket.socket, path: Path) -> None:
    head = b""
    while b"\r\n\r\n" not in head:
        head += line.recv(65536)
    head, _, rest = head.partition(b"\r\n\r\n")
    lower = head.lower()
    if b"expect: 100-continue" in lower:
        line.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    left = int(lower.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]) - len(rest)
    buffer = memoryview(bytearray(_PORTION))
    with path.open("wb", buffering=0) as out:
        out.write(rest)
        while left:
            count = line.recv_into(buffer[: min(left, _PORTION)])
            if not count:
                return
            out.write(buffer[:count])
            left -= count
    line.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
