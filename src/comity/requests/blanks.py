"""An empty form: the fields that must be filled in, with nothing in them."""

from typing import Any

from comity.requests.forms import Field, FieldType, form_of
from comity.requests.kinds import RequestKind


def blank_of(kind: RequestKind) -> dict[str, Any]:
    """Return a form whose required fields are there and say nothing; lists hold one element."""
    return {"kind": kind.code, "version": kind.version, **_members(form_of(kind))}


def _members(fields: tuple[Field, ...]) -> dict[str, Any]:
    return {one.name: _blank(one) for one in fields if one.required}


def _blank(one: Field) -> Any:
    if one.of is not None:
        return [_members(one.of.fields)] if one.of.type is FieldType.OBJECT else []
    if one.type is FieldType.OBJECT:
        return _members(one.fields)
    return None if one.type in (FieldType.BOOLEAN, FieldType.INTEGER) else ""
