"""Published law in files: a collection of lines, packed or not, read within limits."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from comity.kernel.errors import MalformedError, NotFoundError, UnavailableError
from comity.law.errors import too_large
from comity.law.provisions import Provision
from comity.law.wire import MOST_LINE, read_line

MOST_BYTES = 4 << 30
"""Bytes of one collection, unpacked."""

_GZIP = b"\x1f\x8b"


def read_collection(path: Path, *, country: str) -> Iterator[Provision]:
    """Yield the provisions of a file of JSON lines, which may be packed with gzip.

    Raises:
        NotFoundError: ``file.absent``.
        MalformedError: ``law.line``, ``law.size``, ``law.packed``.
        UnavailableError: ``file.unreadable``.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP
            file.seek(0)
            if packed:
                with gzip.GzipFile(fileobj=file) as unpacked:
                    yield from _lines(unpacked, path.name, country)
            else:
                yield from _lines(file, path.name, country)
    except FileNotFoundError as exc:
        raise NotFoundError("file.absent", f"there is no file {path.name}", where=path.name) from exc
    except IsADirectoryError as exc:
        raise MalformedError("file.kind", f"{path.name} is a folder", where=path.name) from exc
    except (EOFError, zlib.error, gzip.BadGzipFile) as exc:
        raise MalformedError(
            "law.packed",
            f"{path.name} cannot be unpacked: {exc}",
            hint="fetch the file again",
            where=path.name,
        ) from exc
    except OSError as exc:
        raise UnavailableError(
            "file.unreadable", f"{path.name} cannot be read: {exc.strerror or exc}", where=path.name
        ) from exc


def _lines(file: BinaryIO | gzip.GzipFile, name: str, country: str) -> Iterator[Provision]:
    total = 0
    for number in range(1, 1 << 40):
        where = f"{name}:{number}"
        line = file.readline(MOST_LINE + 2)
        if not line:
            return
        total += len(line)
        if len(line) > MOST_LINE:
            raise too_large(f"a line has more than {MOST_LINE} bytes", where=where)
        if total > MOST_BYTES:
            raise too_large(f"the collection has more than {MOST_BYTES} bytes", where=where)
        if text := line.strip():
            yield read_line(text, country=country, where=where)
