"""Mail, mailboxes and web captures as streams of entries."""

import email
from collections.abc import Iterator
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import IO, BinaryIO

from comity.engines.examining.containers import Entry, TooManyError, held, sliced
from comity.evidence.examination import Bounds, Note

_PORTION = 1 << 20
_PARTS = 10_000


def mail_entries(file: BinaryIO, _name: bytes, bounds: Bounds) -> Iterator[Entry]:
    """Yield header and parts of a mail: the header as it stands there, the parts with their encoding undone.

    Basis: RFC 5322; RFC 2045
    """
    file.seek(0)
    data = file.read(bounds.message + 1)
    if len(data) > bounds.message:
        raise ValueError(f"a mail of more than {bounds.message} bytes is not taken apart")
    message = email.message_from_bytes(data)
    yield Entry(
        name=b"(header)", open=held(data[: _end_of_header(data)]), dated=mail_date(message), plain=True
    )
    for number, part in enumerate(message.walk(), start=1):
        if number > _PARTS:
            raise TooManyError(f"a mail of more than {_PARTS} parts")
        notes = tuple((Note.MALFORMED, type(defect).__name__) for defect in part.defects)
        if part.is_multipart():
            if notes or part.get_content_type() == "message/rfc822":
                yield Entry(
                    name=b"(header of part %d)" % number, open=held(_header(part)), plain=True, notes=notes
                )
            continue
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        yield Entry(name=_part_name(part, number), open=held(content), notes=notes)


def mail_date(message: Message) -> int | None:
    """Return when a mail says that it was written, in microseconds."""
    try:
        written = parsedate_to_datetime(str(message.get("date", "")))
        return int(written.timestamp()) * 1_000_000
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None


def mailbox_entries(file: BinaryIO, _name: bytes, _bounds: Bounds) -> Iterator[Entry]:
    """Yield the messages of a mailbox, without the line ``From `` before each.

    Basis: RFC 4155
    """
    number, start = 0, -1
    for line_at in _separators(file):
        if start >= 0:
            number += 1
            yield _message(file, number, start, line_at)
        file.seek(line_at)
        start = line_at + len(file.readline(_PORTION))
    size = file.seek(0, 2)
    if start >= 0:
        yield _message(file, number + 1, start, size)


def warc_entries(file: BinaryIO, _name: bytes, bounds: Bounds) -> Iterator[Entry]:
    """Yield the records of a capture: the headers of each, then its content with transfer encodings undone.

    Basis: ISO 28500
    """
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    file.seek(0)
    try:
        for number, record in enumerate(ArchiveIterator(file, check_digests=True), start=1):
            if number > bounds.entries:
                raise TooManyError(f"more than {bounds.entries} records")
            said = record.rec_headers.to_str() if record.rec_headers else ""
            said += record.http_headers.to_str() if record.http_headers else ""
            name = f"{number} {record.rec_type} {record.rec_headers.get_header('WARC-Target-URI') or ''}"
            shown = name.strip().encode("utf-8", "surrogateescape")
            header = said.encode("utf-8", "surrogateescape")
            yield Entry(name=shown + b" (header)", open=held(header), plain=True)
            content: IO[bytes] = record.content_stream()
            yield Entry(name=shown, open=lambda content=content: content)  # type: ignore[misc]
            content.read()
            if record.digest_checker is not None and record.digest_checker.passed is False:
                yield Entry(name=shown + b" (digest)", open=None, notes=((Note.DIGEST_DIFFERS, "WARC"),))
    except ArchiveLoadFailed as exc:
        raise ValueError("not a capture, or cut off") from exc


def _message(file: BinaryIO, number: int, start: int, end: int) -> Entry:
    return Entry(
        name=b"message %d" % number, open=lambda: sliced(file, start, end - start), packed=end - start
    )


def _separators(file: BinaryIO) -> Iterator[int]:
    """Yield where lines ``From `` begin: at the start, and after an empty line."""
    base, before = 0, b"\n\n"
    while True:
        file.seek(base)
        chunk = file.read(_PORTION)
        if not chunk:
            return
        stretch, at = before + chunk, 0
        while (at := stretch.find(b"\nFrom ", at)) >= 0:
            if stretch[max(0, at - 1) : at] == b"\n" or stretch[max(0, at - 2) : at] == b"\n\r":
                yield base - len(before) + at + 1
            at += 1
        if len(chunk) < _PORTION:
            return
        before = b""
        base += len(chunk) - 16


def _end_of_header(data: bytes) -> int:
    ends = [data.find(mark) for mark in (b"\n\n", b"\r\n\r\n")]
    found = [end for end in ends if end >= 0]
    return min(found) + 1 if found else len(data)


def _header(part: Message) -> bytes:
    """Return the header of an enclosed message, written again: one field a line."""
    inner = part.get_payload()
    message = inner[0] if isinstance(inner, list) and inner and isinstance(inner[0], Message) else part
    lines = (f"{name}: {value}" for name, value in message.items())
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def _part_name(part: Message, number: int) -> bytes:
    """Return the file name of a part, or its number."""
    try:
        name = part.get_filename() or ""
        name = str(make_header(decode_header(name))) if "=?" in name else name
    except (ValueError, LookupError, TypeError, AttributeError):
        name = ""
    return name.encode("utf-8", "surrogateescape") if name else b"part %d" % number
