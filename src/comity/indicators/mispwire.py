"""MISP core format, both ways: events as they came, their attributes as statements, statements as events.

Basis: docs/spec/indicators.md
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from comity.indicators import useterms
from comity.indicators.errors import bad_form
from comity.indicators.kinds import Kind, canonical, parse_kind
from comity.indicators.marks import UNMARKED, Pap, Tlp, pap_of_tag, strictest, tlp_of_tag
from comity.indicators.statements import Indicator, named_uuid, read_retraction
from comity.kernel.clock import SECOND, Instant, read_instant
from comity.kernel.errors import MalformedError

MOST_ATTRIBUTES = 500_000
OWN_ONLY, GROUP, INHERIT = 0, 4, 5
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TYPES = {
    "domain": Kind.DOMAIN, "hostname": Kind.DOMAIN, "url": Kind.URL, "uri": Kind.URL, "mutex": Kind.MUTEX,
    "ip-src": Kind.IPV4, "ip-dst": Kind.IPV4, "ip": Kind.IPV4,
    "email": Kind.EMAIL, "email-src": Kind.EMAIL, "email-dst": Kind.EMAIL, "email-reply-to": Kind.EMAIL,
    "md5": Kind.FILE, "sha1": Kind.FILE, "sha256": Kind.FILE, "sha512": Kind.FILE, "filename": Kind.FILE,
    "regkey": Kind.REGISTRY_KEY, "btc": Kind.WALLET, "xmr": Kind.WALLET, "dash": Kind.WALLET,
    "iban": Kind.BANK_ACCOUNT, "bank-account-nr": Kind.BANK_ACCOUNT, "phone-number": Kind.PHONE,
}  # fmt: skip
_PAIRS = {
    "filename|md5": (Kind.FILE, Kind.FILE), "filename|sha1": (Kind.FILE, Kind.FILE),
    "filename|sha256": (Kind.FILE, Kind.FILE), "filename|sha512": (Kind.FILE, Kind.FILE),
    "domain|ip": (Kind.DOMAIN, Kind.IPV4), "hostname|port": (Kind.DOMAIN, None),
    "ip-src|port": (Kind.IPV4, None), "ip-dst|port": (Kind.IPV4, None),
    "regkey|value": (Kind.REGISTRY_KEY, None),
}  # fmt: skip
_NETWORKS = {"btc": "bitcoin", "xmr": "monero", "dash": "dash"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One attribute of an event, also one inside an object.

    Attributes:
        value: All of it; of a pair both sides with ``|`` between.
        tlp: The strictest of its own mark, its object's and its event's; red where only its own
            organisation may have it.
        at: Its time stamp.
        raw: As it came.
    """

    uuid: str
    kind: str
    value: str
    to_ids: bool
    deleted: bool
    tlp: Tlp
    at: Instant
    tags: tuple[str, ...]
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event.

    Attributes:
        tlp: Its mark; red where only its own organisation may have it.
        attributes: All of them, those of objects too.
        raw: As it came, without the frame ``Event``.
    """

    uuid: str
    info: str
    org: str
    tlp: Tlp
    at: Instant
    tags: tuple[str, ...]
    attributes: tuple[Attribute, ...]
    raw: Mapping[str, Any]


def read_events(value: object, *, where: str = "", at: Instant) -> tuple[Event, ...]:
    """Return the events of parsed JSON: one event, or a list of them as MISP answers; all sound, or none.

    Raises:
        MalformedError: ``indicators.form``.
    """
    if isinstance(value, dict) and isinstance(value.get("response"), list):
        value = value["response"]
    listed = value if isinstance(value, list) else [value]
    if not listed:
        raise bad_form("no event is there", where=where)
    return tuple(read_event(one, where=where, at=at) for one in listed)


def read_event(value: object, *, where: str = "", at: Instant) -> Event:
    """Return one event of parsed JSON, framed by ``Event`` or bare."""
    raw = value.get("Event", value) if isinstance(value, dict) else None
    if not isinstance(raw, dict) or not isinstance(raw.get("info"), str) or not raw["info"].strip():
        raise bad_form("an event of MISP has an info", where=where)
    if raw.get("date") and not _DAY.fullmatch(str(raw["date"])):
        raise bad_form("an event's date is YYYY-MM-DD", where=where)
    uuid = str(raw.get("uuid") or named_uuid(f"event {raw['info']} {raw.get('date', '')}")).lower()
    if not _UUID.fullmatch(uuid):
        raise bad_form(f"{uuid[:60]!r} is no UUID", where=where)
    tags = _tags(raw, where)
    tlp = _strict(raw, tags, UNMARKED, where)
    stamp = _stamp(raw.get("timestamp"), at, where)
    attributes = tuple(_attributes(raw, tlp, stamp, event=uuid, where=where))
    if len(attributes) > MOST_ATTRIBUTES:
        raise bad_form(f"an event has at most {MOST_ATTRIBUTES} attributes", where=where)
    org = raw.get("Orgc")
    name = str(org.get("name", "")) if isinstance(org, dict) else ""
    return Event(
        uuid=uuid, info=raw["info"], org=name, tlp=tlp, at=stamp, tags=tags, attributes=attributes, raw=raw
    )


def indicators_of(event: Event, *, author: str, at: Instant) -> tuple[Indicator, ...]:
    """Return what an event's attributes state: those of a type and with a value that we know."""
    found = []
    for attribute in event.attributes:
        for place, (kind, value) in enumerate(_values(attribute)):
            try:
                text = canonical(kind, value)
            except MalformedError:
                continue
            found.append(_indicator(event, attribute, kind, text, place=place, author=author, at=at))
    return tuple(found)


def rest_of(event: Event) -> Iterator[Attribute]:
    """Yield the attributes that are no statement of ours: comments, texts, links, and what we do not know."""
    for attribute in event.attributes:
        stated = False
        for kind, value in _values(attribute):
            try:
                stated = stated or bool(canonical(kind, value))
            except MalformedError:
                continue
        if not stated:
            yield attribute


def _indicator(
    event: Event, attribute: Attribute, kind: Kind, text: str, *, place: int, author: str, at: Instant
) -> Indicator:
    told = useterms.from_tags((*event.tags, *attribute.tags), where=attribute.uuid)
    marks = [mark for tag in (*event.tags, *attribute.tags) if (mark := pap_of_tag(tag)) is not None]
    uuid = attribute.uuid if place == 0 else named_uuid(f"{attribute.uuid} {place}")
    created = _told_time(told, "created", attribute.at)
    modified = max(_told_time(told, "modified", attribute.at), created)
    network = _NETWORKS.get(attribute.kind)
    known = tuple(told.get("networks", ())) or ((network,) if network else ())
    until = told.get("valid_until")
    try:
        return Indicator(
            id=f"indicator--{uuid}",
            kind=kind,
            value=text,
            networks=known,
            confidence=int(told.get("confidence", 70 if attribute.to_ids else 30)),
            tlp=attribute.tlp,
            pap=_strictest_pap(marks),
            limits=useterms.read_limits(told, where=attribute.uuid),
            created=created,
            modified=modified,
            author=str(told.get("author") or event.org or author),
            valid_from=_told_time(told, "valid_from", attribute.at),
            valid_until=read_instant(until) if until else None,
            labels=_labels(attribute.tags),
            family=str(told.get("family", "")),
            note=str(attribute.raw.get("comment") or "")[:2000],
            retracted=read_retraction(told, at=at, officer=author) if attribute.deleted else None,
        )
    except ValueError as exc:
        raise bad_form(f"an attribute with impossible terms: {str(exc)[:120]}", where=attribute.uuid) from exc


def _values(attribute: Attribute) -> Iterator[tuple[Kind, str]]:
    told = [tag for tag in attribute.tags if tag.startswith(f"{useterms.TAG}type=")]
    if told:
        yield parse_kind(str(useterms.from_tags(told)["type"]), where=attribute.uuid), attribute.value
        return
    pair = _PAIRS.get(attribute.kind)
    if pair is not None:
        for kind, text in zip(pair, attribute.value.split("|", 1), strict=False):
            if kind is not None and text.strip():
                yield _versioned(kind, text), text
    elif (kind := _TYPES.get(attribute.kind)) is not None:
        yield _versioned(kind, attribute.value), attribute.value


def _versioned(kind: Kind, text: str) -> Kind:
    return Kind.IPV6 if kind is Kind.IPV4 and ":" in text else kind


def _attributes(
    raw: Mapping[str, Any], tlp: Tlp, at: Instant, *, event: str, where: str
) -> Iterator[Attribute]:
    for one in _listed(raw, "Attribute", where):
        yield _attribute(one, tlp, at, event=event, where=where)
    for number, thing in enumerate(_listed(raw, "Object", where)):
        level = _strict(thing, (), tlp, f"{where}/Object/{number}")
        for one in _listed(thing, "Attribute", where):
            yield _attribute(one, level, at, event=event, where=where)


def _attribute(one: Any, above: Tlp, at: Instant, *, event: str, where: str) -> Attribute:
    if not isinstance(one, dict) or not isinstance(one.get("type"), str) or one.get("value") is None:
        raise bad_form("an attribute of MISP has a type and a value", where=where)
    if isinstance(one["value"], dict | list):
        raise bad_form("an attribute's value is a text", where=where)
    kind, value = one["type"], str(one["value"])
    uuid = str(one.get("uuid") or "").lower()
    if not uuid:
        uuid = one["uuid"] = named_uuid(f"attribute {event} {kind} {value} {one.get('object_relation', '')}")
    if not _UUID.fullmatch(uuid):
        raise bad_form(f"{uuid[:60]!r} is no UUID", where=where)
    tags = _tags(one, where)
    return Attribute(
        uuid=uuid,
        kind=kind,
        value=value,
        to_ids=one.get("to_ids") in (True, 1, "1", "true"),
        deleted=one.get("deleted") in (True, 1, "1", "true"),
        tlp=_strict(one, tags, above, where),
        at=_stamp(one.get("timestamp"), at, where),
        tags=tags,
        raw=one,
    )


def _strict(raw: Mapping[str, Any], tags: tuple[str, ...], above: Tlp, where: str) -> Tlp:
    """Return a mark no weaker than the one above; distribution to one's own organisation counts as red.

    An event's own mark stands where it is told; without one it is ``UNMARKED``.
    """
    told = [mark for tag in tags if (mark := tlp_of_tag(tag)) is not None]
    distribution = raw.get("distribution")
    if distribution not in (None, ""):
        if not str(distribution).isdigit() or not 0 <= int(distribution) <= INHERIT:
            raise bad_form("a distribution is a number from 0 to 5", where=where)
        if int(distribution) in (OWN_ONLY, GROUP):
            return Tlp.RED
    is_event = "info" in raw
    return strictest(told) if is_event else max([above, *told])


def _tags(raw: Mapping[str, Any], where: str) -> tuple[str, ...]:
    found = []
    for one in _listed(raw, "Tag", where):
        name = one.get("name") if isinstance(one, dict) else None
        if not isinstance(name, str):
            raise bad_form("a tag has a name", where=where)
        found.append(name)
    return tuple(found)


def _listed(raw: Mapping[str, Any], name: str, where: str = "") -> list[Any]:
    value = raw.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise bad_form(f"{name} is a list", where=where)
    return value


def _labels(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tags that are neither marks nor ours."""
    kept = (tag for tag in tags if not tag.startswith(useterms.TAG))
    return tuple(tag for tag in kept if tlp_of_tag(tag) is None and pap_of_tag(tag) is None)[:200]


def _strictest_pap(marks: list[Pap]) -> Pap | None:
    order = [Pap.CLEAR, Pap.GREEN, Pap.AMBER, Pap.RED]
    return max(marks, key=order.index) if marks else None


def _stamp(value: object, otherwise: Instant, where: str) -> Instant:
    if value in (None, "", 0, "0"):
        return otherwise
    if not str(value).isdigit() or len(str(value)) > 11:
        raise bad_form("a time stamp is a number of seconds", where=where)
    return Instant(int(str(value)) * SECOND)


def _told_time(told: Mapping[str, Any], name: str, otherwise: Instant) -> Instant:
    return read_instant(told[name]) if told.get(name) else otherwise
