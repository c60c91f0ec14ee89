"""The worker that decodes pictures: it may read the folders that were named and write to its own pipe.

It is told what to do by one line on its standard input, and answers with two lines a file: ``D`` and the
digests of its bytes, then ``P`` and what the picture is. ``F`` tells that a file cannot be read, ``X`` why it
cannot begin. A file that ends the worker has had its first line, so its digests are never lost.
"""

import importlib.util
import json
import os
import resource
import sys
from io import FileIO

import msgspec

from comity.engines.examining.confine import confine

MEMORY = 3 << 30
CPU_SECONDS = 60
"""For one file."""
NEEDED = ("numpy", "pdqhash", "PIL")


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What the worker has to do.

    Attributes:
        paths: The files, in order; as hexadecimal digits of their bytes.
        folders: What may be read.
    """

    paths: list[str]
    folders: list[str]


def main() -> None:
    """Do what the order says, confined."""
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    out = FileIO(os.dup(1), "wb")
    if any(importlib.util.find_spec(module) is None for module in NEEDED):
        _say(out, b"X", {"code": "protect.extra"})
        return
    from comity.engines.protection import pictures

    pictures.warm()
    readable = [*order.folders, sys.prefix, sys.base_prefix, *sys.path, "/usr", "/lib", "/lib64"]
    held = confine(folders=readable, memory=MEMORY, written=0)
    _say(out, b"C", {"confined": held})
    for raw in order.paths:
        path = os.fsdecode(bytes.fromhex(raw))
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
        try:
            _say(out, b"D", pictures.digests(path)._asdict())
        except OSError:
            _say(out, b"F", {})
            continue
        _say(out, b"P", pictures.hashed(path)._asdict())


def _say(out: FileIO, kind: bytes, body: object) -> None:
    line = memoryview(kind + json.dumps(body).encode("ascii") + b"\n")
    while line:
        line = line[out.write(line) :]
