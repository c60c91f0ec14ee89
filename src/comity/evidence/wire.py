"""``exhibits.jsonl`` and ``custody.jsonl``: I-JSON, one value a line, each line ended by a line feed."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from comity.evidence.actwire import act_in, act_said
from comity.evidence.custody import (
    Custodied,
    CustodyAct,
    CustodyEvent,
)
from comity.evidence.errors import not_a_package
from comity.evidence.exhibits import MOST_EXHIBITS, Exhibit
from comity.evidence.handling import Handling
from comity.evidence.label import Derivation, LeftOut, PackageLabel, Parent
from comity.evidence.limits import Limits
from comity.evidence.lines import (
    LimitsShape,
    converted,
    dump_exhibit,
    limits_in,
    limits_out,
    parse_exhibit,
    read_line,
)
from comity.kernel.clock import require_instant
from comity.kernel.digests import b64, parse_digest, unb64
from comity.kernel.ids import CaseId, parse_authority
from comity.kernel.ijson import dump_ijson
from comity.kernel.lines import FIRST_PREVIOUS, line_digest
from comity.kernel.realms import Realm

VERSION = 1

_Shape = TypeVar("_Shape", bound=msgspec.Struct)
_Made = TypeVar("_Made")


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
    limits: LimitsShape
    realm: str
    sealed_at: int
    type: str
    v: int


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
    return b"".join((dump_label(label), *map(dump_exhibit, exhibits)))


def parse_exhibits(data: bytes) -> tuple[PackageLabel, tuple[Exhibit, ...]]:
    """Return label and exhibits; raise MalformedError ``package.form`` for anything that is not them."""
    lines = _lines(data, "exhibits.jsonl", most=MOST_EXHIBITS + 1)
    label = parse_label(next(lines))
    return label, tuple(parse_exhibit(line, number=number) for number, line in enumerate(lines, start=1))


def parse_label(line: bytes) -> PackageLabel:
    """Return the label of the first line, without its line feed; errors as :func:`parse_exhibits`."""
    return read_line(line, "exhibits.jsonl:1", _Label, _label_in)


def dump_label(label: PackageLabel) -> bytes:
    """Return the first line, with its line feed."""
    front = _Label(
        type="package",
        v=VERSION,
        realm=label.realm.value,
        case=label.case,
        authority=label.authority,
        sealed_at=label.sealed_at,
        handling=label.handling.value,
        limits=limits_out(label.limits),
        left_out=[_LeftOut(path=x.display, path_b64=b64(x.path), reason=x.reason) for x in label.left_out],
        derived=None if label.derived is None else _derived_out(label.derived),
    )
    return dump_ijson(front) + b"\n"


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
        read_line(line, f"custody.jsonl:{number}", _Event, _event_in)
        for number, line in enumerate(lines, start=1)
    )
    return events, lines


def limits_value(limits: Limits) -> object:
    """Return the JSON value of limits, as acts carry it too."""
    return msgspec.to_builtins(limits_out(limits))


def parse_limits(value: object, *, where: str = "") -> Limits:
    """Return limits from a parsed JSON value; raise MalformedError for any other shape."""
    return converted(value, where, LimitsShape, limits_in)


def _lines(data: bytes, where: str, *, most: int) -> Iterator[bytes]:
    if not data.endswith(b"\n") or data.count(b"\n") > most:
        raise not_a_package("the last line has no end, or there are too many lines", where=where)
    yield from data[:-1].split(b"\n")


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
        limits=limits_in(found.limits),
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


def _case(value: str | None) -> CaseId | None:
    return None if value is None else CaseId(parse_digest(value))
