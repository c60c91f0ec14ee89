"""STIX 2.1, both ways: bundles taken apart into objects as they came, statements as objects of ours.

Basis: docs/spec/indicators.md
"""

import json
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from comity.indicators import useterms
from comity.indicators.errors import bad_form
from comity.indicators.marks import (
    STANDARD_MARKS,
    STIX_MARKS,
    UNMARKED,
    Pap,
    Tlp,
    marks_of_stix,
    parse_pap,
    strictest,
    tlp_of_stix,
)
from comity.indicators.patterns import pattern_of, require_pattern, values_of
from comity.indicators.statements import Indicator, named_uuid, read_retraction
from comity.indicators.stixmarks import defined_marks, is_definition, marking_of
from comity.kernel.clock import Instant, read_instant, to_datetime
from comity.kernel.errors import MalformedError
from comity.kernel.ijson import require_depth

MOST_BYTES = 128 << 20
MOST_DEPTH = 64
MOST_OBJECTS = 250_000
EXTENSION = "extension-definition--" + named_uuid("use limits in STIX, version 1.0.0")
_MADE = "2026-01-01T00:00:00.000Z"
_ID = re.compile(
    r"([a-z0-9][a-z0-9-]{1,248}[a-z0-9])--"
    r"([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})",
    re.ASCII,
)
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z", re.ASCII)
_OBSERVABLES = frozenset(
    "artifact autonomous-system directory domain-name email-addr email-message file ipv4-addr ipv6-addr "
    "mac-addr mutex network-traffic process software url user-account windows-registry-key "
    "x509-certificate".split()
)
_TIMELESS = _OBSERVABLES | {"marking-definition", "language-content", "extension-definition"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StixObject:
    """One object as it came.

    Attributes:
        id: Its id.
        kind: Its type.
        version: ``modified``, else ``created``, in microseconds, so that texts sort like times; empty for an
            object that has neither.
        tlp: The strictest of its TLP marks.
        marks: Ids of all marking definitions that it or a part of it refers to.
        body: Its bytes.
        value: What they say.
    """

    id: str
    kind: str
    version: str
    tlp: Tlp
    marks: tuple[str, ...]
    body: bytes
    value: Mapping[str, Any]


def read_bundle(data: bytes, *, where: str = "") -> tuple[StixObject, ...]:
    """Return the objects of a bundle, or of a TAXII envelope; all are sound, or none is returned.

    Raises:
        MalformedError: ``indicators.form``, ``json.*``.
    """
    value = read_json(data, where=where)
    if not isinstance(value, dict) or value.get("type", "bundle") != "bundle":
        raise bad_form("not a bundle of STIX", where=where)
    objects = value.get("objects", [])
    if not isinstance(objects, list) or len(objects) > MOST_OBJECTS:
        raise bad_form(f"a bundle has a list of at most {MOST_OBJECTS} objects", where=where)
    marks = defined_marks(objects)
    known = STANDARD_MARKS | {str(one.get("id")) for one in objects if is_definition(one)}
    return tuple(
        known_as(read_object(one, where=f"{where}/objects/{at}", marks=marks), known)
        for at, one in enumerate(objects)
    )


def known_as(found: StixObject, known: Container[str]) -> StixObject:
    """Return an object as it counts where only these definitions are known.

    One that names another definition counts as one without a mark, or as what is stricter beside.
    """
    if all(one in known for one in found.marks):
        return found
    return replace(found, tlp=max(found.tlp, UNMARKED))


def read_json(data: bytes, *, where: str = "") -> Any:
    """Return the value of JSON from outside, with numbers as they are; duplicate names are refused."""
    if len(data) > MOST_BYTES:
        raise bad_form(f"more than {MOST_BYTES} bytes", where=where)
    require_depth(data, most_depth=MOST_DEPTH, where=where)
    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_pairs, parse_constant=_refused)
    except (ValueError, RecursionError) as exc:
        raise MalformedError(
            "json.syntax", f"not JSON as it is exchanged: {str(exc)[:120]}", where=where
        ) from exc


def read_object(value: object, *, where: str, marks: Mapping[str, Tlp] | None = None) -> StixObject:
    """Return one object of STIX 2.1 whose frame is sound.

    Args:
        value: Parsed JSON.
        where: What it is, for the error.
        marks: TLP marks that were defined beside it.

    Raises:
        MalformedError: ``indicators.form``.
    """
    if not isinstance(value, dict):
        raise bad_form("an object of STIX is meant", where=where)
    kind, name = value.get("type"), value.get("id")
    match = _ID.fullmatch(name) if isinstance(name, str) else None
    if match is None or match[1] != kind or not isinstance(name, str):
        raise bad_form("an object has a type, and an id that begins with it", where=where)
    if value.get("spec_version", "2.1" if kind in _OBSERVABLES else "") != "2.1":
        raise bad_form(f"{name}: only objects of STIX 2.1 are taken", where=where)
    created, modified = (_time(value, field, name, where) for field in ("created", "modified"))
    if created is not None and modified is not None and modified < created:
        raise bad_form(f"{name}: modified lies before created", where=where)
    if kind not in _TIMELESS and (created is None or modified is None) and not _is_custom_observable(value):
        raise bad_form(f"{name}: created and modified are missing", where=where)
    if kind == "indicator":
        _require_indicator(value, where)
    refs = marks_of_stix(value, where=where)
    version = modified if modified is not None else created
    found = [*tlp_of_stix(refs), *((marks or {}).get(one, Tlp.CLEAR) for one in refs if one in (marks or {}))]
    return StixObject(
        id=name,
        kind=str(kind),
        version="" if version is None else stix_time(version, digits=6),
        tlp=strictest(found),
        marks=tuple(refs),
        body=msgspec.json.encode(value),
        value=value,
    )


def stix_time(at: Instant, *, digits: int = 3) -> str:
    """Return a time as STIX writes it, with three or six digits of a second."""
    shown = to_datetime(at).isoformat(timespec="milliseconds" if digits == 3 else "microseconds")
    return f"{shown[:-6]}Z"


def indicators_of(found: StixObject, *, author: str, at: Instant) -> tuple[Indicator, ...]:
    """Return the statements of an indicator object: one, where its pattern says one value; else none.

    The object's own bytes stay with the statement, and are what is given on while nothing changed.
    """
    if found.kind != "indicator" or found.value.get("pattern_type") != "stix":
        return ()
    values = values_of(str(found.value["pattern"]))
    if len(values) != 1:
        return ()
    value, (kind, text) = found.value, values[0]
    extension = _extension(value, found.id)
    created, modified = read_instant(value["created"]), read_instant(value["modified"])
    until = value.get("valid_until")
    confidence = value.get("confidence", 50)
    try:
        return (
            Indicator(
                id=found.id,
                kind=kind,
                value=text,
                networks=tuple(str(one) for one in extension.get("networks", ())),
                confidence=confidence if isinstance(confidence, int) else 50,
                tlp=found.tlp,
                pap=_pap(extension),
                limits=useterms.read_limits(extension, where=found.id),
                created=created,
                modified=modified,
                author=str(extension.get("author") or value.get("created_by_ref") or author),
                valid_from=read_instant(value["valid_from"]),
                valid_until=read_instant(until) if until else None,
                labels=tuple(str(one) for one in value.get("labels", ()))[:200],
                family=str(extension.get("family", "")),
                note=str(value.get("description", ""))[:2000],
                retracted=read_retraction(extension, at=modified, officer=author)
                if value.get("revoked")
                else None,
                original=found.body,
            ),
        )
    except (ValueError, TypeError) as exc:
        raise bad_form(f"{found.id}: {str(exc)[:200]}", where=found.id) from exc


def object_of(indicator: Indicator) -> dict[str, Any]:
    """Return a statement as an indicator object, with marks, limits and what STIX has no field for."""
    if indicator.original and indicator.retracted is None:
        found: dict[str, Any] = msgspec.json.decode(indicator.original)
        if (
            found.get("modified") == stix_time(indicator.modified)
            or read_instant(found["modified"]) == indicator.modified
        ):
            return found
    retracted = indicator.retracted
    told: dict[str, Any] = {
        "extension_type": "property-extension",
        "value_type": indicator.kind.value,
        "author": indicator.author,
        **({"networks": list(indicator.networks)} if indicator.networks else {}),
        **({"pap": indicator.pap.value} if indicator.pap else {}),
        **({"family": indicator.family} if indicator.family else {}),
        **(retracted.told if retracted else {}),
        **(useterms.told(indicator.limits) if indicator.limits else {}),
    }
    made: dict[str, Any] = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": indicator.id,
        "created_by_ref": identity_id(indicator.author),
        "created": stix_time(indicator.created),
        "modified": stix_time(indicator.modified),
        "name": indicator.value[:250],
        "indicator_types": ["malicious-activity"],
        "pattern": pattern_of(indicator.kind, indicator.value),
        "pattern_type": "stix",
        "pattern_version": "2.1",
        "valid_from": stix_time(indicator.valid_from),
        "confidence": indicator.confidence,
        "object_marking_refs": [STIX_MARKS[indicator.tlp]],
        "extensions": {EXTENSION: told},
    }
    if indicator.valid_until is not None:
        made["valid_until"] = stix_time(indicator.valid_until)
    if indicator.note:
        made["description"] = indicator.note
    if indicator.labels:
        made["labels"] = list(indicator.labels)
    if retracted is not None:
        made["revoked"] = True
    return made


def dump_object(value: Mapping[str, Any]) -> bytes:
    """Return an object of ours as bytes."""
    return msgspec.json.encode(value)


def dump_bundle(objects: Sequence[Mapping[str, Any]]) -> bytes:
    """Return a bundle of objects and of all of ours that they refer to; the same objects, the same bytes."""
    unique = {f"{one['id']} {one.get('modified', '')}": one for one in objects}
    listed = [*companions(objects), *unique.values()]
    name = named_uuid("\n".join(f"{one['id']} {one.get('modified', '')}" for one in listed))
    return msgspec.json.encode({"type": "bundle", "id": f"bundle--{name}", "objects": listed})


def companions(objects: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the identities, marks and the extension definition that objects of ours refer to."""
    held = {one["id"] for one in objects}
    made: list[dict[str, Any]] = []
    authors = {
        one["created_by_ref"]: one["extensions"][EXTENSION]["author"]
        for one in objects
        if EXTENSION in one.get("extensions", {})
        and one.get("created_by_ref") == identity_id(str(one["extensions"][EXTENSION].get("author", "")))
    }
    made += [identity_of(author) for _, author in sorted(authors.items())]
    refs = {ref for one in objects for ref in one.get("object_marking_refs", ())}
    made += [marking_of(level) for level, name in STIX_MARKS.items() if name in refs]
    if any(EXTENSION in one.get("extensions", {}) for one in objects):
        made += [identity_of("comity"), extension_definition()]
    unique = {one["id"]: one for one in made if one["id"] not in held}
    return list(unique.values())


def identity_id(author: str) -> str:
    """Return the id of the identity object of an authority."""
    return author if author.startswith("identity--") else f"identity--{named_uuid(f'identity {author}')}"


def identity_of(author: str) -> dict[str, Any]:
    """Return the identity object of an authority."""
    return {
        "type": "identity",
        "spec_version": "2.1",
        "id": identity_id(author),
        "created": _MADE,
        "modified": _MADE,
        "name": author,
        "identity_class": "organization",
    }


def extension_definition() -> dict[str, Any]:
    """Return the definition of our extension: marks and limits that STIX has no field for."""
    return {
        "type": "extension-definition",
        "spec_version": "2.1",
        "id": EXTENSION,
        "created_by_ref": identity_id("comity"),
        "created": _MADE,
        "modified": _MADE,
        "name": "Use limits of legal assistance",
        "description": "Purpose, legal basis, conditions and end of use; permissible actions.",
        "schema": "https://comity.invalid/docs/spec/indicators",
        "version": "1.0.0",
        "extension_types": ["property-extension"],
    }


def _require_indicator(value: Mapping[str, Any], where: str) -> None:
    name = str(value.get("id"))
    if not isinstance(value.get("pattern_type"), str):
        raise bad_form(f"{name}: pattern_type is missing", where=where)
    if value["pattern_type"] == "stix":
        require_pattern(value.get("pattern"), where=where)
    elif not isinstance(value.get("pattern"), str) or not value["pattern"]:
        raise bad_form(f"{name}: pattern is missing", where=where)
    begun, ended = _time(value, "valid_from", name, where), _time(value, "valid_until", name, where)
    if begun is None:
        raise bad_form(f"{name}: valid_from is missing", where=where)
    if ended is not None and ended <= begun:
        raise bad_form(f"{name}: valid_until does not lie behind valid_from", where=where)


def _time(value: Mapping[str, Any], field: str, name: str, where: str) -> Instant | None:
    text = value.get(field)
    if text is None:
        return None
    try:
        if not isinstance(text, str) or not _TIME.fullmatch(text):
            raise ValueError("no time of STIX")
        head, dot, digits = text.removesuffix("Z").partition(".")
        return read_instant(f"{head}{dot}{digits[:6]}+00:00")
    except ValueError as exc:
        raise bad_form(f"{name}: {field} is no time of STIX", where=where) from exc


def _extension(value: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    extensions = value.get("extensions", {})
    found = extensions.get(EXTENSION, {}) if isinstance(extensions, dict) else {}
    if not isinstance(found, dict):
        raise bad_form(f"{where}: the extension of use limits is no object", where=where)
    return found


def _pap(extension: Mapping[str, Any]) -> Pap | None:
    text = extension.get("pap")
    return parse_pap(str(text)) if text else None


def _is_custom_observable(value: Mapping[str, Any]) -> bool:
    """Tell whether an extension says that an object of a new type is an observable, which has no times."""
    extensions = value.get("extensions")
    if isinstance(extensions, dict):
        for one in extensions.values():
            if isinstance(one, dict) and one.get("extension_type") == "new-sco":
                return True
    return str(value.get("type", "")).startswith("x-") and "created" not in value and "modified" not in value


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _refused(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")
