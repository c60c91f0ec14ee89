"""A form read against its fields: what is missing or of the wrong make, and what may be relied on.

Every fault is one finding at its own pointer; a missing parent silences its children, and rules that
compare fields only ever see values that hold.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from comity.kernel.findings import Finding, Severity
from comity.requests.codes import found
from comity.requests.forms import Field, FieldType, form_of
from comity.requests.kinds import RequestKind, all_kinds, find_kind

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
PATTERNS: Mapping[FieldType, str] = {
    FieldType.DATE: r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    FieldType.LANGUAGE: r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$",
    FieldType.AMOUNT: r"^(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?$",
    FieldType.DIGEST: r"^[0-9a-f]{64}$",
    FieldType.PARTY: r"^[A-Z]{3}$",
    FieldType.AUTHORITY: r"^[A-Z]{3}/[a-z0-9]+(-[a-z0-9]+)*$",
    FieldType.ITEM_ID: r"^[a-z0-9]+(-[a-z0-9]+)*$",
    FieldType.REFERENCE: r"^[0-9]{1,3}([.(][0-9A-Za-z]{1,4}\)?)*$",
}
LENGTHS: Mapping[FieldType, int] = {
    FieldType.DATE: 10,
    FieldType.LANGUAGE: 35,
    FieldType.AMOUNT: 37,
    FieldType.DIGEST: 64,
    FieldType.PARTY: 3,
    FieldType.AUTHORITY: 64,
    FieldType.ITEM_ID: 32,
    FieldType.REFERENCE: 40,
}
MOST_UNKNOWN = 20
_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cs"})  # spaces, controls, format characters, surrogates


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A form whose faults are known.

    Attributes:
        kind: The kind it says it is; None when that is not one of ours.
        content: The parsed JSON object; read only.
        findings: One finding for every fault, and a note for every field that is not in the form.
    """

    kind: RequestKind | None
    content: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()
    _faults: frozenset[str] = field(default=frozenset())

    @property
    def faults(self) -> tuple[Finding, ...]:
        """Return the findings that block."""
        return tuple(f for f in self.findings if f.severity is Severity.BLOCKS)

    def sound(self, pointer: str) -> bool:
        """Tell whether nothing at the pointer, above it or below it is at fault."""
        return not self._faults or not any(
            fault == pointer or fault.startswith(pointer + "/") or pointer.startswith(fault + "/")
            for fault in self._faults
        )

    def get(self, pointer: str) -> Any:
        """Return the value at a pointer; None when it is absent, blank or not sound."""
        if not self.sound(pointer):
            return None
        value: Any = self.content
        for token in pointer.split("/")[1:]:
            if isinstance(value, dict):
                value = value.get(token)
            elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
                value = value[int(token)]
            else:
                return None  # a blank of another make stands for nothing
        return None if is_blank(value) else value

    def rows(self, pointer: str) -> tuple[str, ...]:
        """Return the pointers of the elements of a list; none when the list itself is at fault."""
        value: Any = self.content.get(pointer[1:])
        if not isinstance(value, list) or pointer in self._faults:
            return ()
        return tuple(f"{pointer}/{at}" for at in range(len(value)) if f"{pointer}/{at}" not in self._faults)

    def day(self, pointer: str) -> date | None:
        """Return the date at a pointer, or None."""
        text = self.get(pointer)
        return None if text is None else date.fromisoformat(text)


def read_form(content: Mapping[str, Any]) -> Reading:
    """Return the form with every fault in its make; an unknown kind is the only finding then.

    Basis: 42(3), 40(15)
    """
    given = content.get("kind")
    kind = find_kind(given)
    if kind is None:
        code = "field.missing" if is_blank(given) else "kind.unknown"
        known = ", ".join(k.code for k in all_kinds())
        finding = found(code, basis="35(1)", field="/kind", label="field.kind", known=known)
        return Reading(kind=None, content=content, findings=(finding,), _faults=frozenset(("/kind",)))
    findings = [*_version(kind, content), *_members(form_of(kind), content, "", kind.fields_from)]
    faults = frozenset(f.field for f in findings if f.severity is Severity.BLOCKS)
    return Reading(kind=kind, content=content, findings=tuple(findings), _faults=faults)


def is_blank(value: object) -> bool:
    """Tell whether a value says nothing: absent, empty, or text without one visible character."""
    if isinstance(value, str):
        return all(unicodedata.category(ch) in _UNSEEN for ch in value)
    return value is None or (isinstance(value, (list, dict)) and not value)


def pointer_to(parent: str, name: str) -> str:
    """Return the JSON pointer of a member. Basis: RFC 6901"""
    return f"{parent}/{name.replace('~', '~0').replace('/', '~1')}"


def _version(kind: RequestKind, content: Mapping[str, Any]) -> Iterator[Finding]:
    given = content.get("version")
    if is_blank(given):
        yield found("field.missing", basis=kind.fields_from, field="/version", label="field.version")
    elif type(given) is not int or given != kind.version:
        yield found("version.unknown", basis=kind.fields_from, field="/version", known=kind.version)


def _members(
    fields: tuple[Field, ...], value: Mapping[str, Any], above: str, basis: str
) -> Iterator[Finding]:
    for one in fields:
        here = pointer_to(above, one.name)
        given = value.get(one.name)
        if is_blank(given):
            if one.required or any(condition.holds(value) for condition in one.when):
                yield found("field.missing", basis=one.basis, field=here, label=one.label)
        else:
            yield from _value(one, given, here)
    known = {one.name for one in fields} | (set() if above else {"kind", "version"})
    for name in sorted(value.keys() - known)[:MOST_UNKNOWN]:
        yield found("field.unknown", basis=basis, field=pointer_to(above, name), name=name[:80])


def _value(one: Field, given: object, here: str) -> Iterator[Finding]:
    if one.type is FieldType.OBJECT:
        if isinstance(given, dict):
            yield from _members(one.fields, given, here, one.basis)
        else:
            yield _wrong("field.type", one, here)
    elif one.of is not None:
        if not isinstance(given, list):
            yield _wrong("field.type", one, here)
        elif len(given) > one.most:
            yield _wrong("field.too_long", one, here, most=one.most)
        else:
            for at, element in enumerate(given):
                yield from _element(one.of, element, f"{here}/{at}")
    else:
        yield from _leaf(one, given, here)


def _element(one: Field, given: object, here: str) -> Iterator[Finding]:
    if is_blank(given):
        yield _wrong("field.missing", one, here)
    else:
        yield from _value(one, given, here)


def _leaf(one: Field, given: object, here: str) -> Iterator[Finding]:
    if one.type is FieldType.BOOLEAN:
        if not isinstance(given, bool):
            yield _wrong("field.type", one, here)
    elif one.type is FieldType.INTEGER:
        if not isinstance(given, int) or isinstance(given, bool):
            yield _wrong("field.type", one, here)
        elif given not in one.choices if one.choices else not one.least <= given <= one.most:
            yield _wrong("field.value", one, here)
    elif not isinstance(given, str):
        yield _wrong("field.type", one, here)
    elif one.type is FieldType.TEXT:
        if len(given) > one.most:
            yield _wrong("field.too_long", one, here, most=one.most)
    elif not _fits(one, given):
        yield _wrong("field.value", one, here)


def _fits(one: Field, given: str) -> bool:
    if one.type is FieldType.CHOICE:
        return given in one.choices
    if len(given) > LENGTHS[one.type] or not re.fullmatch(PATTERNS[one.type], given, re.ASCII):
        return False
    return one.type is not FieldType.DATE or _is_day(given)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return _DATE.fullmatch(text) is not None


def _wrong(code: str, one: Field, here: str, **parameters: str | int) -> Finding:
    return found(code, basis=one.basis, field=here, label=one.label, **parameters)
