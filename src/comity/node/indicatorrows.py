"""How statements, objects and events become rows of the shelves."""

from dataclasses import replace

import msgspec

from comity.evidence.limits import Limits, Onward
from comity.indicators import mispwire, stixwire, useterms
from comity.indicators.families import folded
from comity.indicators.marks import Tlp
from comity.indicators.observations import Observation
from comity.indicators.ports import EVENTS, HELD, NEVER, SHARED, STATEMENTS, Shared, Value
from comity.indicators.statements import Indicator, Source, dump_indicator
from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId

_DEFAULT_VERSION = "0"
FAMILY = "family"


def statement_row(authority: AuthorityId, one: Indicator, *, at: Instant) -> tuple[Shared, Indicator]:
    """Return a statement as a row, beside itself."""
    row = Shared(
        authority=authority,
        shelf=STATEMENTS,
        number=0,
        object_id=one.id,
        version=stixwire.stix_time(one.modified, digits=6),
        kind=one.kind.value,
        added_at=at,
        tlp=one.tlp,
        owner=one.via,
        body=dump_indicator(one),
    )
    return row, one


def found_by(one: Indicator) -> list[Value]:
    """Return by what a statement is found: its value, and its family in any spelling."""
    found = [Value(kind=one.kind.value, text=one.value)]
    return [*found, Value(kind=FAMILY, text=family_text(one.family))] if one.family else found


def family_text(name: str) -> str:
    """Return what stands for a family; no value is written like that."""
    return f"{FAMILY}:{folded(name)}"


def source_of(one: Observation, case: str) -> Source:
    """Return where an observation was made, as it is kept."""
    where = one.where
    return Source(
        case=case,
        digest=where.digest,
        name=where.file,
        place=where.part,
        offset=where.offset,
        written=where.written,
    )


def held_row(authority: AuthorityId, one: stixwire.StixObject, *, at: Instant) -> Shared:
    """Return an object of STIX that is no statement of ours, as it came."""
    return _stix_row(authority, HELD, one, tlp=one.tlp, owner="", at=at)


def shared_row(
    authority: AuthorityId,
    one: stixwire.StixObject,
    *,
    owner: str = "",
    at: Instant,
    ends: Instant = NEVER,
) -> Shared:
    """Return an object of STIX for the shelf that receivers read.

    What a receiver brought under limits that forbid to pass it on is its own only.
    """
    extension = one.value.get("extensions")
    told = extension.get(stixwire.EXTENSION, {}) if isinstance(extension, dict) else {}
    limits = useterms.read_limits(told, where=one.id) if isinstance(told, dict) else None
    made = _stix_row(authority, SHARED, one, tlp=_open_mark(one.tlp, limits, owner), owner=owner, at=at)
    return replace(made, keep_until=min(ends, _end_of(limits)))


def object_row(authority: AuthorityId, indicator: Indicator, *, at: Instant) -> Shared:
    """Return a statement as receivers read it."""
    value = stixwire.object_of(indicator)
    return Shared(
        authority=authority,
        shelf=SHARED,
        number=0,
        object_id=indicator.id,
        version=stixwire.stix_time(indicator.modified, digits=6),
        kind="indicator",
        added_at=at,
        tlp=indicator.tlp,
        body=stixwire.dump_object(value),
        keep_until=_end_of(indicator.limits),
    )


def event_row(
    authority: AuthorityId, event: mispwire.Event, *, shelf: str = EVENTS, owner: str = "", at: Instant
) -> tuple[Shared, list[Value]]:
    """Return an event as a row, and the values by which it is found.

    These are its attributes' values, the sides of pairs, their UUIDs, and those of its objects. The version
    of an event that a receiver brought is the time of its coming, whatever time it claims.
    """
    limits = useterms.read_limits(
        {key: value for key, value in useterms.from_tags(event.tags).items() if key in useterms.FIELDS}
    )
    row = Shared(
        authority=authority,
        shelf=shelf,
        number=0,
        object_id=event.uuid,
        version=stixwire.stix_time(at if owner else event.at, digits=6),
        kind="event",
        added_at=at,
        tlp=_open_mark(event.tlp, limits, owner),
        owner=owner,
        body=msgspec.json.encode(event.raw),
        keep_until=_end_of_all(event) if shelf == EVENTS and not owner else _end_of(limits),
    )
    values = [Value(kind=one.kind, text=one.value) for one in event.attributes]
    values += [
        Value(kind=one.kind, text=side)
        for one in event.attributes
        if "|" in one.value
        for side in one.value.split("|")
    ]
    values += [Value(kind="uuid", text=one.uuid) for one in event.attributes]
    values += [
        Value(kind="object", text=str(one["uuid"]).lower())
        for one in event.raw.get("Object") or ()
        if one.get("uuid")
    ]
    return row, values


def _end_of_all(event: mispwire.Event) -> Instant:
    """Return when the last of an event's attributes ends."""
    ends = [
        useterms.read_limits(useterms.from_tags(one.tags, where=one.uuid), where=one.uuid)
        for one in event.attributes
    ]
    return max((_end_of(one) for one in ends), default=NEVER)


def _end_of(limits: Limits | None) -> Instant:
    return NEVER if limits is None else limits.retain_until


def _open_mark(tlp: Tlp, limits: Limits | None, owner: str) -> Tlp:
    if owner and limits is not None and limits.onward is not Onward.ALLOWED:
        return Tlp.RED
    return tlp


def _stix_row(
    authority: AuthorityId, shelf: str, one: stixwire.StixObject, *, tlp: Tlp, owner: str, at: Instant
) -> Shared:
    return Shared(
        authority=authority,
        shelf=shelf,
        number=0,
        object_id=one.id,
        version=one.version or _DEFAULT_VERSION,
        kind=one.kind,
        added_at=at,
        tlp=tlp,
        owner=owner,
        body=one.body,
    )
