"""The worker of intake: it may read its standard input and write to its own pipe, and nothing else.

It opens no file. Its host sends one line for each file (name and size) with the bytes behind it, and reads
lines until ``D``, the end of that file:

    C   the layers of confinement that hold
    F   something found, or a note
    D   the file is done
    X   why it cannot begin
"""

import functools
import hashlib
import importlib.util
import json
import os
import resource
import sys
from io import BytesIO, FileIO
from typing import Any, BinaryIO

from comity.engines.examining.confine import confine
from comity.engines.examining.messages import mailbox_entries
from comity.engines.intake import texts
from comity.engines.intake.messages import FIRST, MOST_MESSAGE, is_mail, read_mail, read_outlook, text_of
from comity.engines.intake.outlook import MAGIC
from comity.engines.intake.reading import Reading, read_html, read_text, renumbered
from comity.evidence.examination import Bounds
from comity.indicators.observations import Found, dump_found
from comity.kernel.errors import ComityError, UnavailableError

CPU_SECONDS = 120
MEMORY = 1 << 30
MOST_MESSAGES = 100_000
_MODULES = ("base58", "idna", "phonenumbers", "publicsuffixlist", "Crypto", "oxmsg", "stdnum")


def main() -> None:
    """Read files until there are no more."""
    out = FileIO(os.dup(1), "wb")
    source = sys.stdin.buffer
    try:
        require_libraries()
        typed = _typed()
        warm()
        held = confine(
            folders=[sys.prefix, sys.base_prefix, *sys.path, "/usr", "/lib"], memory=MEMORY, written=0
        )
    except ComityError as error:
        _say(out, b"X", json.dumps(dict(error.problem())).encode("ascii"))
        return
    _say(out, b"C", json.dumps(held).encode("ascii"))
    while order := source.readline():
        told = json.loads(order)
        data = source.read(told["size"])
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
        region = str(told.get("region", ""))
        say = functools.partial(_tell, out)
        take_apart(told["name"], data, say, typed=typed, region=region)
        _say(out, b"D", b"")


def require_libraries() -> None:
    """Raise UnavailableError ``intake.extra`` where a library is missing."""
    if any(importlib.util.find_spec(module) is None for module in _MODULES):
        raise no_extra()


def no_extra() -> UnavailableError:
    """Return the error for a missing extra."""
    return UnavailableError(
        "intake.extra",
        "the libraries that take messages apart are not installed",
        hint="pip install 'comity[share]'",
    )


def warm() -> None:
    """Load what is loaded on first use."""
    import email.mime.text  # noqa: F401
    import encodings.idna
    import encodings.iso8859_1
    import encodings.punycode  # noqa: F401

    import oxmsg  # noqa: F401

    texts.warm()


def take_apart(name: str, data: bytes, emit: Any, *, typed: Any = None, region: str = "") -> None:
    """Tell what a file gives away, whatever of the known forms it is.

    Args:
        name: Name of the file, as it may be shown.
        data: Its bytes.
        emit: Takes observations and notes.
        typed: Tells a media type by content.
        region: Country whose telephone numbers are read without ``+``.
    """
    digest = hashlib.sha256(data).hexdigest()
    reading = Reading(
        emit=emit, file=name, digest=digest, number=1, typed=typed or _nobody_tells, region=region
    )
    if data.startswith(MAGIC):
        read_outlook(data, reading)
    elif data.startswith(b"From ") and b"\n" in data:
        _read_mailbox(data, reading)
    elif is_mail(data):
        read_mail(data, reading)
    elif _is_page(data):
        read_html(text_of(data), reading, part="html")
    else:
        if len(data) > texts.MOST_TEXT:
            reading.note("too_large", f"of a text only the first {texts.MOST_TEXT} characters are read")
        read_text(text_of(data), reading)


def _is_page(data: bytes) -> bool:
    head = text_of(data[:FIRST]).lower()
    return "<html" in head or "<!doctype html" in head


def _read_mailbox(data: bytes, reading: Reading) -> None:
    file: BinaryIO = BytesIO(data)
    for number, entry in enumerate(mailbox_entries(file, b"", Bounds()), start=1):
        if number > MOST_MESSAGES:
            reading.note("too_many", f"more than {MOST_MESSAGES} messages")
            return
        if entry.open is None:
            continue
        with entry.open() as stream:
            message = stream.read(MOST_MESSAGE + 1)
        digest = hashlib.sha256(message).hexdigest()
        read_mail(message, renumbered(reading, digest=digest, number=number))


def _typed() -> Any:
    """Return what tells types by content, where libmagic is there."""
    from comity.engines.examining import detector

    try:
        detector.detect(b"warm")
    except (ComityError, ImportError):
        return None
    return lambda content: detector.detect(content[: detector.HEAD]).media_type


def _nobody_tells(_content: bytes) -> str:
    return ""


def _tell(out: FileIO, found: Found) -> None:
    _say(out, b"F", dump_found(found))


def _say(out: FileIO, kind: bytes, body: bytes) -> None:
    line = memoryview(kind + body + b"\n")
    while line:
        line = line[out.write(line) :]


__all__ = ["Found", "is_mail", "main", "no_extra", "require_libraries", "take_apart", "warm"]
