"""Lines of ``exhibits.jsonl``: one exhibit each, written and read by the hundred thousand.

A line in the form in which we write it is read in one pass: it is decoded, encoded again and compared, which
proves it strict I-JSON without a member that is unknown. Every other line is read the long way.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import msgspec

from comity.evidence.errors import not_a_package
from comity.evidence.exhibits import Exhibit, Part, display_text, stored_name
from comity.evidence.handling import Handling
from comity.evidence.limits import AtEnd, Limits, Onward
from comity.kernel.clock import Instant, require_instant
from comity.kernel.digests import b64, unb64
from comity.kernel.errors import MalformedError
from comity.kernel.ijson import dump_ijson, parse_ijson

MOST_LINE = 4 << 20
_LARGEST = 2**53 - 1

_Shape = TypeVar("_Shape", bound=msgspec.Struct)
_Made = TypeVar("_Made")


class LimitsShape(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Limits as JSON."""

    at_end: str
    basis: list[str]
    conditions: list[str] = []
    confidential_until: int | None = None
    onward: str
    proceedings: list[str]
    purpose: str
    retain_until: int


class _Part(msgspec.Struct, kw_only=True):
    kind: str
    last: bool
    number: int
    of: str
    of_b64: str


class _Exhibit(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    changes: list[str] = []
    changing: bool = False
    folder: str = ""
    folder_b64: str = ""
    handling: str
    language: str = ""
    limits: msgspec.Raw
    media_type: str
    modified: int | None = None
    name: str
    name_b64: str
    number: int
    part: _Part | None = None
    read: int | None = None
    sha256: str
    sha256_read: str = ""
    size: int
    stored: str
    type: str


def dump_exhibit(exhibit: Exhibit) -> bytes:
    """Return the line of one exhibit, with its line feed."""
    return dump_record(
        exhibit.number,
        exhibit.name,
        exhibit.folder,
        exhibit.size,
        exhibit.sha256,
        language=exhibit.language,
        media_type=exhibit.media_type,
        modified=exhibit.modified,
        changing=exhibit.changing,
        changes=exhibit.changes,
        read=exhibit.read,
        sha256_read=exhibit.sha256_read,
        part=exhibit.part,
        handling=exhibit.handling,
        limits=exhibit.limits,
    )


def dump_record(
    number: int,
    name: bytes,
    folder: bytes,
    size: int,
    sha256: str,
    *,
    language: str,
    media_type: str,
    modified: Instant | None,
    changing: bool,
    changes: tuple[str, ...],
    read: int | None,
    sha256_read: str,
    part: Part | None,
    handling: Handling,
    limits: Limits,
) -> bytes:
    """Return the line of an exhibit with these attributes, with its line feed: those of ``Exhibit``.

    The caller answers for names that are plain: ``exhibits.require_names``.
    """
    shown, coded = _shown_folder(folder)
    record = _Exhibit(
        type="exhibit",
        number=number,
        stored=stored_name(number),
        name=display_text(name),
        name_b64=b64(name),
        folder=shown,
        folder_b64=coded,
        size=size,
        sha256=sha256,
        media_type=media_type,
        modified=modified,
        language=language,
        changing=changing,
        changes=list(changes) if changes else [],
        read=read,
        sha256_read=sha256_read,
        part=None if part is None else _part_out(part),
        handling=handling.value,
        limits=_limits_as(limits),
    )
    return dump_ijson(record) + b"\n"


def parse_exhibit(line: bytes, *, number: int) -> Exhibit:
    """Return the exhibit of a line without its line feed.

    Raises:
        MalformedError: ``package.form``, or a code of ``json.``, unless it is the exhibit with this number.
    """
    where = f"exhibits.jsonl:{number + 1}"
    exhibit = _own(line) or _any(line, where)
    if exhibit.number != number:
        raise not_a_package("exhibits are not numbered in order", where=where)
    return exhibit


def _any(line: bytes, where: str) -> Exhibit:
    value = dump_ijson(parse_ijson(line, most_bytes=MOST_LINE, where=where))
    try:
        return _exhibit_in(_decoder().decode(value))
    except (msgspec.ValidationError, ValueError) as exc:
        raise not_a_package(f"a record is not well formed: {exc}", where=where) from exc
    except MalformedError as exc:
        exc.where = exc.where or where
        raise


def read_line(line: bytes, where: str, shape: type[_Shape], build: Callable[[_Shape], _Made]) -> _Made:
    """Return what a line of I-JSON says; raise MalformedError for any other shape."""
    return converted(parse_ijson(line, most_bytes=MOST_LINE, where=where), where, shape, build)


def converted(value: object, where: str, shape: type[_Shape], build: Callable[[_Shape], _Made]) -> _Made:
    """Return what a parsed value says; raise MalformedError ``package.form`` for any other shape."""
    try:
        return build(msgspec.convert(value, shape, strict=True))
    except (msgspec.ValidationError, ValueError) as exc:
        raise not_a_package(f"a record is not well formed: {exc}", where=where) from exc
    except MalformedError as exc:
        exc.where = exc.where or where
        raise


def limits_out(limits: Limits) -> LimitsShape:
    """Return limits as JSON."""
    return LimitsShape(
        basis=list(limits.basis),
        purpose=limits.purpose,
        proceedings=list(limits.proceedings),
        onward=limits.onward.value,
        confidential_until=limits.confidential_until,
        retain_until=limits.retain_until,
        at_end=limits.at_end.value,
        conditions=list(limits.conditions),
    )


def limits_in(found: LimitsShape) -> Limits:
    """Return the limits that JSON states; raise ValueError or MalformedError for none."""
    return Limits(
        basis=tuple(found.basis),
        purpose=found.purpose,
        proceedings=tuple(found.proceedings),
        onward=Onward(found.onward),
        confidential_until=optional_instant(found.confidential_until),
        retain_until=require_instant(found.retain_until),
        at_end=AtEnd(found.at_end),
        conditions=tuple(found.conditions),
    )


def optional_instant(value: int | None) -> Instant | None:
    """Return an instant, or None; raise MalformedError for a number that is none."""
    return None if value is None else require_instant(value)


def _own(line: bytes) -> Exhibit | None:
    """Return the exhibit of a line that is as we write it; None for any other, whether good or bad."""
    if len(line) > MOST_LINE or b"\\u" in line:
        return None
    try:
        found = _decoder().decode(line)
        if (
            msgspec.json.encode(found) != line
            or max(found.size, found.modified or 0, found.read or 0) > _LARGEST
        ):
            return None
        return _exhibit_in(found)
    except (msgspec.MsgspecError, ValueError, MalformedError):
        return None


@lru_cache(maxsize=1)
def _decoder() -> "msgspec.json.Decoder[_Exhibit]":
    return msgspec.json.Decoder(_Exhibit, strict=True)


@lru_cache(maxsize=64)
def _limits_of(data: bytes) -> Limits:
    value = parse_ijson(data, most_bytes=MOST_LINE)
    return limits_in(msgspec.convert(value, LimitsShape, strict=True))


@lru_cache(maxsize=64)
def _limits_as(limits: Limits) -> msgspec.Raw:
    return msgspec.Raw(dump_ijson(limits_out(limits)))


@lru_cache(maxsize=256)
def _shown_folder(folder: bytes) -> tuple[str, str]:
    return display_text(folder), b64(folder)


@lru_cache(maxsize=256)
def _folder_of(shown: str, coded: str) -> bytes:
    folder = unb64(coded)
    if shown != display_text(folder):
        raise ValueError("a shown name does not belong to its bytes")
    return folder


def _exhibit_in(found: _Exhibit) -> Exhibit:
    exhibit = Exhibit(
        number=found.number,
        name=unb64(found.name_b64),
        folder=_folder_of(found.folder, found.folder_b64),
        size=found.size,
        sha256=found.sha256,
        media_type=found.media_type,
        modified=optional_instant(found.modified),
        language=found.language,
        changing=found.changing,
        changes=tuple(found.changes),
        read=found.read,
        sha256_read=found.sha256_read,
        part=_part_in(found.part),
        handling=Handling(found.handling),
        limits=_limits_of(bytes(found.limits)),
    )
    if (
        found.type != "exhibit"
        or found.stored != stored_name(found.number)
        or found.name != display_text(exhibit.name)
    ):
        raise ValueError("a shown name does not belong to its bytes")
    return exhibit


def _part_out(part: Part) -> _Part:
    return _Part(
        kind=part.kind, of=display_text(part.of), of_b64=b64(part.of), number=part.number, last=part.last
    )


def _part_in(found: _Part | None) -> Part | None:
    if found is None:
        return None
    part = Part(kind=found.kind, of=unb64(found.of_b64), number=found.number, last=found.last)
    if found.of != display_text(part.of):
        raise ValueError("a shown name does not belong to its bytes")
    return part
