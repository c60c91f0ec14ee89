"""The worker: a process that may read the exhibits and write to its own pipe, and nothing else.

It is told what to do by one line on its standard input, and answers line by line:

    C   the layers of confinement that hold, and versions
    R   a row
    P   bytes that were read
    X   why it cannot begin
"""

import importlib.util
import json
import os
import resource
import sys
from importlib.metadata import version
from io import BufferedRandom, FileIO
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec

from comity.engines.examining import archives, detector, disks, identifiers, wallets
from comity.engines.examining.confine import confine
from comity.engines.examining.parts import joined
from comity.engines.examining.trees import judge_trees
from comity.engines.examining.walk import Walker
from comity.evidence.examination import Bounds, Item, Mark, Row, dump_row
from comity.kernel.errors import ComityError

_LIBRARIES = {
    "python-magic": "magic",
    "python-stdnum": "stdnum",
    "phonenumbers": "phonenumbers",
    "publicsuffixlist": "publicsuffixlist",
    "idna": "idna",
    "warcio": "warcio",
    "pycryptodome": "Crypto",
    "pytsk3": "pytsk3",
    "libarchive-c": "libarchive",
}
_TOLD_EVERY = 16 << 20


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What the worker has to do.

    Attributes:
        folder: Where the exhibits lie.
        items: What to examine.
        bounds: Members of ``Bounds``.
        after: Marks to go on from.
        spools: File numbers of its own room.
        trees: Whether folders are judged as bags at the end.
    """

    folder: str
    items: list[Item]
    bounds: dict[str, Any]
    after: list[Mark]
    spools: list[int]
    trees: bool


def main() -> None:
    """Do what the order says, confined."""
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    out = FileIO(os.dup(1), "wb")
    try:
        versions = libraries()
        bounds = Bounds(**order.bounds)
        warm()
        readable = [
            order.folder,
            sys.prefix,
            sys.base_prefix,
            *sys.path,
            "/usr",
            "/lib",
            "/lib64",
            "/etc/magic",
        ]
        held = confine(folders=readable, memory=bounds.memory, written=bounds.member + (1 << 20))
    except ComityError as error:
        _say(out, b"X", json.dumps(dict(error.problem())).encode("ascii"))
        return
    _say(out, b"C", json.dumps({"confined": held, "versions": versions}).encode("ascii"))
    _examine(order, bounds, out)


def libraries() -> dict[str, str]:
    """Return the versions of what examines.

    Raises:
        UnavailableError: ``examine.extra``, ``examine.libmagic``.
    """
    if any(importlib.util.find_spec(module) is None for module in _LIBRARIES.values()):
        raise detector.no_extra()
    found = {name: version(name) for name in _LIBRARIES}
    found["libmagic"] = detector.version()
    if archives.version():  # without it 7z and RAR are recognised and not opened
        found["libarchive"] = archives.version()
    found["python"] = ".".join(str(part) for part in sys.version_info[:3])
    return found


def warm() -> None:
    """Load what is loaded on first use, while files may still be opened everywhere."""
    import warcio.archiveiterator  # noqa: F401

    detector.detect(b"warm")
    archives.warm()
    disks.version()
    list(
        identifiers.hits(
            b"a@example.org +41446681800 DE89370400440532013000 http://xn--bcher-kva.example.com"
        )
    )
    wallets.base58_network("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")
    wallets.ethereum_address("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")


def _examine(order: Order, bounds: Bounds, out: FileIO) -> None:
    unsaid = 0

    def told(count: int) -> None:
        nonlocal unsaid
        unsaid += count
        if unsaid >= _TOLD_EVERY:
            _say(out, b"P", str(unsaid).encode("ascii"))
            unsaid = 0

    def emit(row: Row) -> None:
        _say(out, b"R", dump_row(row))

    def turn() -> None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime) + bounds.cpu_seconds
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))

    spools = [cast("BinaryIO", BufferedRandom(FileIO(handle, "r+b"))) for handle in order.spools]
    walker = Walker(emit, bounds=bounds, spools=spools, told=told, turn=turn)
    marks = {mark.exhibit: mark for mark in order.after}

    def opened(item: Item) -> BinaryIO:
        return (Path(order.folder) / item.path).open("rb")

    for item in order.items:
        mark = marks.get(item.number)
        if mark is not None and mark.whole:
            continue
        paths = [Path(order.folder) / path for path in (item.path, *item.rest)]
        with opened(item) as file, joined(paths) as whole:
            walker.exhibit(item, file, whole=whole if item.rest else None, after=mark)
    if order.trees:
        turn()
        judge_trees(order.items, opened, emit)
    told(_TOLD_EVERY)


def _say(out: FileIO, kind: bytes, body: bytes) -> None:
    line = memoryview(kind + body + b"\n")
    while line:
        line = line[out.write(line) :]
