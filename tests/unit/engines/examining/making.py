"""A walk through bytes in this process, and small hostile containers."""

from __future__ import annotations

import gzip
import io
import tarfile
import tempfile
import zipfile
from contextlib import ExitStack

from comity.engines.examining.walk import Walker
from comity.evidence.examination import Bounds, Found, Item, Mark, Member, Remark, Row

IBAN = "DE89370400440532013000"
COIN = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"


def walked(
    data: bytes,
    name: str = "exhibit",
    *,
    bounds: Bounds | None = None,
    after: Mark | None = None,
    claimed: str = "",
) -> list[Row]:
    rows: list[Row] = []
    limits = bounds or Bounds()
    with ExitStack() as stack:
        spools = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(limits.depth)]
        walker = Walker(rows.append, bounds=limits, spools=spools, told=lambda _: None, turn=lambda: None)
        item = Item(number=1, path="-", name=name.encode("utf-8", "surrogateescape"), claimed=claimed)
        walker.exhibit(item, io.BytesIO(data), after=after)
    return rows


def members(rows: list[Row]) -> dict[str, Member]:
    return {"/".join(row.path): row for row in rows if isinstance(row, Member)}


def notes(rows: list[Row]) -> set[tuple[int, str]]:
    return {(row.number, row.code) for row in rows if isinstance(row, Remark)}


def codes(rows: list[Row]) -> set[str]:
    return {row.code for row in rows if isinstance(row, Remark)}


def found(rows: list[Row]) -> set[tuple[str, str]]:
    return {(row.kind, row.value) for row in rows if isinstance(row, Found)}


def zipped(entries: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(entries: dict[str, bytes], *, links: dict[str, str] | None = None, device: str = "") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in entries.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for name, target in (links or {}).items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            archive.addfile(info)
        if device:
            info = tarfile.TarInfo(device)
            info.type = tarfile.CHRTYPE
            archive.addfile(info)
    return out.getvalue()


def packed(data: bytes) -> bytes:
    return gzip.compress(data, 1, mtime=0)
