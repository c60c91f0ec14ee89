"""Statements as lines of comma-separated values, both ways, with nothing lost.

Basis: RFC 4180
"""

import csv
import json
from collections.abc import Iterator, Sequence
from typing import Any

from comity.indicators import useterms
from comity.indicators.errors import bad_form
from comity.indicators.kinds import canonical, parse_kind
from comity.indicators.marks import UNMARKED, parse_pap, parse_tlp
from comity.indicators.statements import Indicator, named_uuid, read_retraction
from comity.kernel.clock import Instant, format_instant, read_instant
from comity.kernel.errors import MalformedError

MOST_LINES = 1_000_000
FIELDS = (
    "type", "value", "networks", "confidence", "tlp", "pap", *useterms.FIELDS, "valid_from", "valid_until",
    "labels", "family", "note", "author", "id", "created", "modified", "retracted", "reason",
    "reason_code", "reason_language",
)  # fmt: skip
_LISTS = frozenset({"networks", "basis", "proceedings", "conditions", "labels"})
_SPREADSHEET = ("=", "+", "-", "@", "\t", "\r", "'")
"""What a spreadsheet would take for a formula is written behind an apostrophe, and an apostrophe doubled."""


class _Lines:
    """Takes what the writer writes."""

    def __init__(self) -> None:
        self.held: list[str] = []

    def write(self, text: str) -> int:
        self.held.append(text)
        return len(text)


def dump_csv(indicators: Sequence[Indicator]) -> bytes:
    """Return statements as CSV in UTF-8, a header first."""
    lines = _Lines()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(FIELDS)
    for one in indicators:
        told = _told(one)
        writer.writerow([_guarded(told.get(name, "")) for name in FIELDS])
    return "".join(lines.held).encode("utf-8")


def read_csv(data: bytes, *, author: str, at: Instant, where: str = "") -> tuple[Indicator, ...]:
    """Return the statements of CSV; of its columns only ``type`` and ``value`` are needed.

    Raises:
        MalformedError: ``indicators.form`` with the line; nothing of the file is taken then.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise bad_form("CSV of indicators is UTF-8", where=where) from exc
    reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
    try:
        names = reader.fieldnames or []
        if "type" not in names or "value" not in names or not set(names) <= set(FIELDS):
            raise bad_form("the header names type and value, and no column that we do not know", where=where)
        return tuple(_read(reader, author, at, where))
    except csv.Error as exc:
        raise bad_form(f"not CSV: {exc}", where=where) from exc


def authors_in(data: bytes) -> tuple[str, ...]:
    """Return the author of each line of CSV that :func:`read_csv` read; empty where none is told."""
    rows = csv.DictReader(data.decode("utf-8-sig").splitlines(keepends=True), strict=True)
    return tuple(_unguarded(row.get("author") or "") for row in rows)


def _read(reader: "csv.DictReader[str]", author: str, at: Instant, where: str) -> Iterator[Indicator]:
    for number, row in enumerate(reader, start=2):
        place = f"{where}:{number}"
        if number > MOST_LINES:
            raise bad_form(f"more than {MOST_LINES} lines", where=where)
        if None in row or None in row.values():
            raise bad_form("a line has as many columns as the header", where=place)
        try:
            yield _indicator({name: _unguarded(value) for name, value in row.items()}, author, at, place)
        except (ValueError, TypeError) as exc:
            raise bad_form(f"a line that cannot be read: {str(exc)[:120]}", where=place) from exc
        except MalformedError as exc:
            exc.where = exc.where or place
            raise


def _indicator(row: dict[str, str], author: str, at: Instant, where: str) -> Indicator:
    told: dict[str, Any] = {name: _value(name, text) for name, text in row.items() if text}
    kind = parse_kind(row["type"], where=where)
    value = canonical(kind, row["value"], where=where)
    created = read_instant(told["created"]) if "created" in told else at
    modified = read_instant(told["modified"]) if "modified" in told else max(at, created)
    name = told.get("id") or f"indicator--{named_uuid(f'{author} {kind.value} {value}')}"
    return Indicator(
        id=name,
        kind=kind,
        value=value,
        networks=tuple(told.get("networks", ())),
        confidence=int(told.get("confidence", "50")),
        tlp=parse_tlp(told["tlp"], where=where) if "tlp" in told else UNMARKED,
        pap=parse_pap(told["pap"], where=where) if "pap" in told else None,
        limits=useterms.read_limits(told, where=where),
        created=created,
        modified=modified,
        author=told.get("author", author),
        valid_from=read_instant(told["valid_from"]) if "valid_from" in told else created,
        valid_until=read_instant(told["valid_until"]) if "valid_until" in told else None,
        labels=tuple(told.get("labels", ())),
        family=told.get("family", ""),
        note=told.get("note", ""),
        retracted=read_retraction(told, at=read_instant(told["retracted"]), officer=author)
        if "retracted" in told
        else None,
    )


def _told(one: Indicator) -> dict[str, str]:
    limits = useterms.told(one.limits) if one.limits else {}
    until = one.valid_until
    return {
        "type": one.kind.value,
        "value": one.value,
        "networks": _list(one.networks),
        "confidence": str(one.confidence),
        "tlp": one.tlp.label,
        "pap": one.pap.value if one.pap else "",
        **{name: _list(value) if isinstance(value, list) else value for name, value in limits.items()},
        "valid_from": format_instant(one.valid_from),
        "valid_until": format_instant(until) if until is not None else "",
        "labels": _list(one.labels),
        "family": one.family,
        "note": one.note,
        "author": one.author,
        "id": one.id,
        "created": format_instant(one.created),
        "modified": format_instant(one.modified),
        "retracted": format_instant(one.retracted.at) if one.retracted else "",
        **(one.retracted.told if one.retracted else {}),
    }


def _list(texts: Sequence[str]) -> str:
    return json.dumps(list(texts), ensure_ascii=False) if texts else ""


def _value(name: str, text: str) -> Any:
    if name not in _LISTS:
        return text
    found = json.loads(text) if text.startswith("[") else text.split(";")
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ValueError(f"{name} is a list of texts")
    return found


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(_SPREADSHEET) else text


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(_SPREADSHEET) else text
