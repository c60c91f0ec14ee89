"""Bytes to provisions and back: lines of a collection, and what the library keeps of marks."""

from typing import Any

import msgspec

from comity.kernel.errors import MalformedError
from comity.kernel.ijson import require_depth
from comity.law.errors import bad_line
from comity.law.marks import Level, Marks, Passage
from comity.law.provisions import MOST_TEXT, Provision

MOST_LINE = 4 * MOST_TEXT
"""Bytes of one line."""

_MOST_DEPTH = 8
_LEVEL = " > "


class _Line(msgspec.Struct, kw_only=True):
    country: str
    language: str
    instrument: str
    section: str
    text: str
    heading: str | None = ""
    instrument_title: str | None = ""
    title: str | None = ""
    context: str | list[str] | None = ""
    official_source: str | None = ""
    source: str | None = ""


_LINES = msgspec.json.Decoder(_Line)
_PACKED: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder()


def read_line(line: bytes, *, country: str, where: str) -> Provision:
    """Return the provision in one line of a JSONL collection.

    The members are ``country language instrument section heading text``, and where the source has them
    ``instrument_title``, ``context`` (headings above it, from the outermost in, as a list or parted by
    `` > ``) and ``official_source``. Others are left aside.

    Args:
        line: One line, without its end.
        country: The State whose law is taken in; a line of another State is refused.
        where: File and line, for the error.

    Raises:
        MalformedError: ``law.line``.
    """
    if len(line) > MOST_LINE:
        raise bad_line(f"longer than {MOST_LINE} bytes", where=where)
    try:
        require_depth(line, most_depth=_MOST_DEPTH, where=where)
        row = _LINES.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, MalformedError) as exc:
        raise bad_line(str(exc), where=where) from exc
    if row.country != country:
        raise bad_line(f"the law of {row.country[:12]!r}, not of {country}", where=where)
    title = row.instrument_title or row.title or ""
    path = row.context or []
    parts = path.split(_LEVEL) if isinstance(path, str) else path
    levels = [level for part in parts if (level := part.strip()) and not _is_aside(level)]
    if levels and levels[0].startswith(title):
        title = levels.pop(0)
    try:
        return Provision(
            country=row.country,
            language=row.language,
            instrument=row.instrument.strip(),
            section=row.section.strip().replace("/", "∕"),
            title=title,
            path=tuple(levels),
            heading=(row.heading or "").strip(),
            text=row.text,
            source=row.official_source or row.source or "",
        )
    except ValueError as exc:
        raise bad_line(str(exc), where=where) from exc


def _is_aside(heading: str) -> bool:
    """Tell whether a heading only says that there was one, such as "(repealed)"."""
    return heading[0] in "([" and heading[-1] in ")]"


def dump_marks(marks: Marks) -> bytes:
    """Return marks as the library keeps them."""
    return msgspec.msgpack.encode(
        [
            _octets(marks.title),
            [[_octets(level.mask), level.index] for level in marks.levels],
            _octets(marks.heading),
            [[one.start, one.end, _octets(one.mask)] for one in marks.passages],
            marks.position,
        ]
    )


def read_marks(data: bytes) -> Marks:
    """Return marks as they were kept."""
    title, levels, heading, passages, position = _PACKED.decode(data)
    return Marks(
        title=_whole(title),
        levels=tuple(Level(mask=_whole(mask), index=index) for mask, index in levels),
        heading=_whole(heading),
        passages=tuple(Passage(start=start, end=end, mask=_whole(mask)) for start, end, mask in passages),
        position=position,
    )


def _octets(mask: int) -> bytes:
    return mask.to_bytes((mask.bit_length() + 7) // 8, "little")


def _whole(data: bytes) -> int:
    return int.from_bytes(data, "little")
