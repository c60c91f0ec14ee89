"""``exhibits.jsonl`` and ``custody.jsonl``: I-JSON, one value a line, each line ended by a line feed."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import msgspec

from comity.evidence.actwire import act_in, act_said
from comity.evidence.custody import (
    FIRST_PREVIOUS,
    Custodied,
    CustodyAct,
    CustodyEvent,
    line_digest,
)
from comity.evidence.errors import not_a_package
from comity.evidence.exhibits import MOST_EXHIBITS, Exhibit, Part, display_text
from comity.evidence.handling import Handling
from comity.evidence.label import Derivation, LeftOut, PackageLabel, Parent
from comity.evidence.limits import AtEnd, Limits, Onward
from comity.kernel.clock import Instant, require_instant
from comity.kernel.digests import b64, parse_digest, unb64
from comity.kernel.errors import MalformedError
from comity.kernel.ids import CaseId, parse_authority
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.realms import Realm

VERSION = 1
MOST_LINE = 4 << 20

_Shape = TypeVar("_Shape", bound=msgspec.Struct)
_Made = TypeVar("_Made")


class _Limits(msgspec.Struct, kw_only=True, omit_defaults=True):
    at_end: str
    basis: list[str]
    conditions: list[str] = []
    confidential_until: int | None = None
    onward: str
    proceedings: list[str]
    purpose: str
    retain_until: int


class _LeftOut(msgspec.Struct, kw_only=True):
    path: str
    path_b64: str
    reason: str


class _Parent(msgspec.Struct, kw_only=True):
    bag: str
    number: int
    sha256: str


class _Derived(msgspec.Struct, kw_only=True):
    operation: str
    parents: list[_Parent]
    redacted: bool
    tool: str
    tool_version: str


class _Label(msgspec.Struct, kw_only=True, omit_defaults=True):
    authority: str
    case: str | None
    derived: _Derived | None = None
    handling: str
    left_out: list[_LeftOut]
    limits: _Limits
    realm: str
    sealed_at: int
    type: str
    v: int


class _Part(msgspec.Struct, kw_only=True):
    kind: str
    last: bool
    number: int
    of: str
    of_b64: str


class _Exhibit(msgspec.Struct, kw_only=True, omit_defaults=True):
    changes: list[str] = []
    changing: bool = False
    folder: str = ""
    folder_b64: str = ""
    handling: str
    language: str = ""
    limits: _Limits
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


class _Event(msgspec.Struct, kw_only=True):
    at: int
    authority: str
    case: str | None
    event: str
    exhibits: str
    manifest: str
    officer: str
    place: str
    prev: str
    realm: str
    reason: str
    role: str
    tool: str
    tool_version: str
    v: int


def dump_exhibits(label: PackageLabel, exhibits: Sequence[Exhibit]) -> bytes:
    """Return ``exhibits.jsonl``: the label, then the exhibits by number."""
    front = _Label(
        type="package",
        v=VERSION,
        realm=label.realm.value,
        case=label.case,
        authority=label.authority,
        sealed_at=label.sealed_at,
        handling=label.handling.value,
        limits=_limits_out(label.limits),
        left_out=[_LeftOut(path=x.display, path_b64=b64(x.path), reason=x.reason) for x in label.left_out],
        derived=None if label.derived is None else _derived_out(label.derived),
    )
    return b"".join((dump_ijson(front) + b"\n", *map(dump_exhibit, exhibits)))


def dump_exhibit(exhibit: Exhibit) -> bytes:
    """Return the line of one exhibit, with its line feed."""
    return dump_ijson(_exhibit_out(exhibit)) + b"\n"


def parse_exhibits(data: bytes) -> tuple[PackageLabel, tuple[Exhibit, ...]]:
    """Return label and exhibits; raise MalformedError ``package.form`` for anything that is not them."""
    lines = list(_lines(data, "exhibits.jsonl", most=MOST_EXHIBITS + 1))
    label = _read(lines[0], "exhibits.jsonl:1", _Label, _label_in)
    found = []
    for number, line in enumerate(lines[1:], start=1):
        exhibit = _read(line, f"exhibits.jsonl:{number + 1}", _Exhibit, _exhibit_in)
        if exhibit.number != number:
            raise not_a_package("exhibits are not numbered in order", where=f"exhibits.jsonl:{number + 1}")
        found.append(exhibit)
    return label, tuple(found)


def dump_custody(acts: Sequence[CustodyAct], over: Custodied, *, previous: str = FIRST_PREVIOUS) -> bytes:
    """Return lines of ``custody.jsonl``: the acts, oldest first, bound to a package and the line before."""
    lines = []
    for act in acts:
        line = dump_ijson(_event_out(CustodyEvent(act=act, over=over, previous=previous)))
        previous = line_digest(line)
        lines.append(line + b"\n")
    return b"".join(lines)


def parse_custody(data: bytes) -> tuple[tuple[CustodyEvent, ...], tuple[bytes, ...]]:
    """Return events and their lines, in order; the chain itself is judged by ``custody.require_chain``."""
    lines = tuple(_lines(data, "custody.jsonl", most=MOST_EXHIBITS))
    events = tuple(
        _read(line, f"custody.jsonl:{number}", _Event, _event_in)
        for number, line in enumerate(lines, start=1)
    )
    return events, lines


def limits_value(limits: Limits) -> object:
    """Return the JSON value of limits, as acts carry it too."""
    return msgspec.to_builtins(_limits_out(limits))


def parse_limits(value: object, *, where: str = "") -> Limits:
    """Return limits from a parsed JSON value; raise MalformedError for any other shape."""
    return _convert(value, where, _Limits, _limits_in)


def _lines(data: bytes, where: str, *, most: int) -> Iterator[bytes]:
    if not data.endswith(b"\n") or data.count(b"\n") > most:
        raise not_a_package("the last line has no end, or there are too many lines", where=where)
    yield from data[:-1].split(b"\n")


def _read(line: bytes, where: str, shape: type[_Shape], build: Callable[[_Shape], _Made]) -> _Made:
    return _convert(parse_ijson(line, most_bytes=MOST_LINE, where=where), where, shape, build)


def _convert(value: object, where: str, shape: type[_Shape], build: Callable[[_Shape], _Made]) -> _Made:
    try:
        return build(msgspec.convert(value, shape, strict=True))
    except (msgspec.ValidationError, ValueError) as exc:
        raise not_a_package(f"a record is not well formed: {exc}", where=where) from exc
    except MalformedError as exc:
        exc.where = exc.where or where
        raise


def _limits_out(limits: Limits) -> _Limits:
    return _Limits(
        basis=list(limits.basis),
        purpose=limits.purpose,
        proceedings=list(limits.proceedings),
        onward=limits.onward.value,
        confidential_until=limits.confidential_until,
        retain_until=limits.retain_until,
        at_end=limits.at_end.value,
        conditions=list(limits.conditions),
    )


def _limits_in(found: _Limits) -> Limits:
    return Limits(
        basis=tuple(found.basis),
        purpose=found.purpose,
        proceedings=tuple(found.proceedings),
        onward=Onward(found.onward),
        confidential_until=_instant(found.confidential_until),
        retain_until=require_instant(found.retain_until),
        at_end=AtEnd(found.at_end),
        conditions=tuple(found.conditions),
    )


def _label_in(found: _Label) -> PackageLabel:
    if found.type != "package" or found.v != VERSION:
        raise ValueError("the first line is not a package label of version 1")
    left_out = tuple(LeftOut(path=unb64(item.path_b64), reason=item.reason) for item in found.left_out)
    if any(item.path != made.display for item, made in zip(found.left_out, left_out, strict=True)):
        raise ValueError("a shown name does not belong to its bytes")
    return PackageLabel(
        realm=Realm(found.realm),
        case=_case(found.case),
        authority=parse_authority(found.authority),
        sealed_at=require_instant(found.sealed_at),
        handling=Handling(found.handling),
        limits=_limits_in(found.limits),
        left_out=left_out,
        derived=None if found.derived is None else _derived_in(found.derived),
    )


def _derived_out(derived: Derivation) -> _Derived:
    return _Derived(
        operation=derived.operation,
        redacted=derived.redacted,
        tool=derived.tool,
        tool_version=derived.tool_version,
        parents=[_Parent(bag=x.bag_root, number=x.number, sha256=x.sha256) for x in derived.parents],
    )


def _derived_in(found: _Derived) -> Derivation:
    return Derivation(
        operation=found.operation,
        redacted=found.redacted,
        tool=found.tool,
        tool_version=found.tool_version,
        parents=tuple(Parent(bag_root=x.bag, number=x.number, sha256=x.sha256) for x in found.parents),
    )


def _exhibit_out(exhibit: Exhibit) -> _Exhibit:
    return _Exhibit(
        type="exhibit",
        number=exhibit.number,
        stored=exhibit.stored_name,
        name=display_text(exhibit.name),
        name_b64=b64(exhibit.name),
        folder=display_text(exhibit.folder),
        folder_b64=b64(exhibit.folder),
        size=exhibit.size,
        sha256=exhibit.sha256,
        media_type=exhibit.media_type,
        modified=exhibit.modified,
        language=exhibit.language,
        changing=exhibit.changing,
        changes=list(exhibit.changes),
        read=exhibit.read,
        sha256_read=exhibit.sha256_read,
        part=_part_out(exhibit.part),
        handling=exhibit.handling.value,
        limits=_limits_out(exhibit.limits),
    )


def _exhibit_in(found: _Exhibit) -> Exhibit:
    exhibit = Exhibit(
        number=found.number,
        name=unb64(found.name_b64),
        folder=unb64(found.folder_b64),
        size=found.size,
        sha256=parse_digest(found.sha256),
        media_type=found.media_type,
        modified=_instant(found.modified),
        language=found.language,
        changing=found.changing,
        changes=tuple(found.changes),
        read=found.read,
        sha256_read=found.sha256_read,
        part=_part_in(found.part),
        handling=Handling(found.handling),
        limits=_limits_in(found.limits),
    )
    shown = (found.stored, found.name, found.folder)
    if found.type != "exhibit" or shown != (
        exhibit.stored_name,
        display_text(exhibit.name),
        display_text(exhibit.folder),
    ):
        raise ValueError("a shown name does not belong to its bytes")
    return exhibit


def _part_out(part: Part | None) -> _Part | None:
    if part is None:
        return None
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


def _event_out(event: CustodyEvent) -> _Event:
    act, over = event.act, event.over
    return _Event(
        v=VERSION,
        event=act.step.value,
        **act_said(act),
        realm=over.realm.value,
        case=over.case,
        manifest=over.manifest,
        exhibits=over.exhibits,
        prev=event.previous,
    )


def _event_in(found: _Event) -> CustodyEvent:
    if found.v != VERSION:
        raise ValueError("a custody event of another version")
    act = act_in(found, found.event)
    over = Custodied(
        realm=Realm(found.realm),
        case=_case(found.case),
        manifest=parse_digest(found.manifest),
        exhibits=parse_digest(found.exhibits),
    )
    return CustodyEvent(act=act, over=over, previous=parse_digest(found.prev))


def _instant(value: int | None) -> Instant | None:
    return None if value is None else require_instant(value)


def _case(value: str | None) -> CaseId | None:
    return None if value is None else CaseId(parse_digest(value))
