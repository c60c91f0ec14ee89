"""The form of a kind as JSON Schema 2020-12, with the paragraph of every field as ``x-basis``.

``x-basis-mark`` is ``serves`` where no article lists the field. Unknown members are allowed: they survive.
"""

from typing import Any

from comity.requests.forms import Condition, Field, FieldType, form_of
from comity.requests.kinds import RequestKind
from comity.requests.reading import LENGTHS, PATTERNS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_VISIBLE = r"\S"


def schema_of(kind: RequestKind) -> dict[str, Any]:
    """Return the schema of a request form."""
    fields = form_of(kind)
    return {
        "$schema": DIALECT,
        "$id": f"urn:comity:request:{kind.code}:{kind.version}",
        "title": f"Request form {kind.code}, article {kind.article}",
        "type": "object",
        "properties": {
            "kind": {"const": kind.code},
            "version": {"const": kind.version},
            **{one.name: _schema(one) for one in fields},
        },
        "required": ["kind", "version", *(one.name for one in fields if one.required)],
        **_conditional(fields),
    }


def _schema(one: Field) -> dict[str, Any]:
    schema = {**_shape(one), "x-basis": one.basis, "x-label": one.label}
    if one.serves:
        schema["x-basis-mark"] = "serves"
    schema["x-place"] = "skeleton" if one.in_skeleton else "part"
    if one.group:
        schema["x-group"] = one.group
    if one.clock:
        schema["x-clock"] = one.clock
    return schema


def _shape(one: Field) -> dict[str, Any]:
    if one.of is not None:
        return {"type": "array", "minItems": 1, "maxItems": one.most, "items": _schema(one.of)}
    if one.type is FieldType.OBJECT:
        return _object(one.fields)
    if one.type is FieldType.BOOLEAN:
        return {"type": "boolean"}
    if one.type is FieldType.INTEGER:
        if one.choices:
            return {"type": "integer", "enum": list(one.choices)}
        return {"type": "integer", "minimum": one.least, "maximum": one.most}
    if one.type is FieldType.CHOICE:
        return {"type": "string", "enum": list(one.choices)}
    if one.type is FieldType.TEXT:
        return {"type": "string", "minLength": 1, "maxLength": one.most, "pattern": _VISIBLE}
    shape: dict[str, Any] = {"type": "string", "pattern": PATTERNS[one.type], "maxLength": LENGTHS[one.type]}
    if one.type is FieldType.DATE:
        shape["format"] = "date"
    return shape


def _object(fields: tuple[Field, ...]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "object",
        "minProperties": 1,
        "properties": {one.name: _schema(one) for one in fields},
    }
    if required := [one.name for one in fields if one.required]:
        schema["required"] = required
    return {**schema, **_conditional(fields)}


def _conditional(fields: tuple[Field, ...]) -> dict[str, Any]:
    """Return what is required only where siblings say so, as ``allOf``."""
    needed: dict[tuple[Condition, ...], list[str]] = {}
    for one in fields:
        if one.when:
            needed.setdefault(one.when, []).append(one.name)
    rules = [
        {"if": {"anyOf": [_says(one) for one in conditions]}, "then": {"required": names}}
        for conditions, names in needed.items()
    ]
    return {"allOf": rules} if rules else {}


def _says(one: Condition) -> dict[str, Any]:
    values = list(one.values)
    if values == [True]:
        return {"properties": {one.name: {"const": True}}, "required": [one.name]}
    said = {"anyOf": [{"enum": values}, {"type": "array", "contains": {"enum": values}}]}
    return {"properties": {one.name: said}, "required": [one.name]}
