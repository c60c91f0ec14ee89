"""The form of each request kind, as typed fields read from packaged data.

A field knows its paragraph, whether it is required, and whether it may stand in the signed skeleton or
belongs to the part that can be withheld and erased. Free text is an object of text, language and,
where there is one, a translation.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from comity.kernel.packaged import packaged_bytes
from comity.requests.kinds import RequestKind

MOST_TEXT = 1_000
MOST_FREE_TEXT = 60_000
LANGUAGE_BASIS = "40(13)"


class FieldType(StrEnum):
    """What a field holds."""

    TEXT = "text"
    CHOICE = "choice"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    LANGUAGE = "language"
    PARTY = "party"
    AUTHORITY = "authority"
    ITEM_ID = "item_id"
    REFERENCE = "reference"
    LIST = "list"
    OBJECT = "object"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form.

    Attributes:
        name: Member name; empty for the elements of a list.
        type: What it holds.
        basis: The paragraph that lists it, or that it serves.
        serves: True where no article lists the field and ``basis`` is the paragraph it serves.
        required: Whether it must be there whenever its parent is.
        when: Names of yes-or-no siblings; it is required when one of them is yes.
        in_skeleton: Whether it may stand in the signed skeleton: no personal data, no free text.
        label: Catalogue key of its name.
        choices: The values that a choice, or an integer from a list, may take.
        least: Smallest integer.
        most: Largest integer, most characters or most elements.
        of: What a list holds.
        fields: What an object holds.
    """

    name: str
    type: FieldType
    basis: str
    serves: bool
    required: bool
    when: tuple[str, ...]
    in_skeleton: bool
    label: str
    choices: tuple[str | int, ...]
    least: int
    most: int
    of: "Field | None"
    fields: tuple["Field", ...]

    def __post_init__(self) -> None:
        if (self.type is FieldType.LIST) != (self.of is not None):
            raise ValueError(f"{self.label}: a list, and nothing else, has elements")
        if (self.type is FieldType.OBJECT) != bool(self.fields):
            raise ValueError(f"{self.label}: an object, and nothing else, has fields")
        if not self.basis:
            raise ValueError(f"{self.label}: a field without its paragraph")

    @property
    def is_free_text(self) -> bool:
        """Tell whether it is an object of text, language and translation."""
        return self.type is FieldType.OBJECT and any(inner.name == "translation" for inner in self.fields)


@cache
def form_of(kind: RequestKind) -> tuple[Field, ...]:
    """Return the fields of a kind, in the order in which a person fills them in."""
    data = json.loads(packaged_bytes("comity.requests", form_file(kind)))
    return tuple(_field(row, "field", data) for row in data["fields"])


def form_file(kind: RequestKind) -> str:
    """Return the packaged file that defines the form."""
    return f"data/{kind.code}.json"


def labels(kind: RequestKind) -> frozenset[str]:
    """Return the catalogue keys of every field and every choice of the form."""
    found: set[str] = set()
    todo = list(form_of(kind))
    while todo:
        field = todo.pop()
        found.add(field.label)
        if field.type is FieldType.CHOICE:
            found |= {f"choice.{choice}" for choice in field.choices}
        todo.extend(field.fields)
        if field.of is not None:
            todo.append(field.of)
    return frozenset(found)


def _field(row: dict[str, Any], above: str, inherited: dict[str, Any]) -> Field:
    name = row.get("name", "")
    label = f"{above}.{name}" if name else above
    basis = row.get("basis", inherited.get("basis", ""))
    serves = row.get("serves", inherited.get("serves", False) if "basis" not in row else False)
    here = {"basis": basis, "serves": serves, "place": row.get("place", inherited.get("place", "part"))}
    free = row["type"] == "free_text"
    rows = _free_text(row) if free else row.get("fields", [])
    type_ = FieldType.OBJECT if free else FieldType(row["type"])
    return Field(
        name=name,
        type=type_,
        basis=basis,
        serves=serves,
        required=row.get("required", False),
        when=tuple(row.get("when", ())),
        in_skeleton=here["place"] == "skeleton",
        label=label,
        choices=tuple(row.get("choices", ())),
        least=row.get("least", 0),
        most=row.get("most", MOST_TEXT),
        of=_field(row["of"], label, here) if "of" in row else None,
        fields=tuple(_field(inner, "field.free_text" if free else label, here) for inner in rows),
    )


def _free_text(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the fields of a free text: its words keep the paragraph, its languages serve 40(13)."""
    tongue = {"basis": LANGUAGE_BASIS, "serves": True}
    return [
        {"name": "text", "type": "text", "required": True, "most": row.get("most", MOST_FREE_TEXT)},
        {"name": "language", "type": "language", "required": True, **tongue},
        {
            "name": "translation",
            "type": "object",
            **tongue,
            "fields": [
                {"name": "text", "type": "text", "required": True, "most": MOST_FREE_TEXT, **tongue},
                {"name": "language", "type": "language", "required": True, **tongue},
                {"name": "by", "type": "text", "required": True, **tongue},
            ],
        },
    ]
