"""The form of each request kind, as typed fields read from packaged data.

A form is a list of rows and of named blocks of rows, which many kinds share; a ``$name`` in a block stands
for the paragraph that the kind cites there. A field knows its paragraph, whether it is required, and whether
it may stand in the signed skeleton or belongs to the part that can be withheld and erased. Free text is an
object of text, language and, where there is one, a translation.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from comity.kernel.packaged import packaged_bytes
from comity.requests.kinds import RequestKind

BLOCKS = "data/blocks.json"
MOST_TEXT = 1_000
MOST_FREE_TEXT = 60_000
LANGUAGE_BASIS = "40(13)"
_SERVES = " serves"
Row = dict[str, Any]


class FieldType(StrEnum):
    """What a field holds."""

    TEXT = "text"
    CHOICE = "choice"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    AMOUNT = "amount"
    DIGEST = "digest"
    LANGUAGE = "language"
    PARTY = "party"
    AUTHORITY = "authority"
    ITEM_ID = "item_id"
    REFERENCE = "reference"
    LIST = "list"
    OBJECT = "object"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a sibling must say for a field to be required.

    Attributes:
        name: Member name of the sibling.
        values: Any of these; a list of choices says each of its elements.
    """

    name: str
    values: tuple[str | bool, ...]

    def holds(self, members: Mapping[str, Any]) -> bool:
        """Tell whether the sibling says one of the values."""
        given = members.get(self.name)
        said = given if isinstance(given, list) else [given]
        return any(type(one) is type(value) and one == value for one in said for value in self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form.

    Attributes:
        name: Member name; empty for the elements of a list.
        type: What it holds.
        basis: The paragraph that lists it, or that it serves.
        serves: True where no article lists the field and ``basis`` is the paragraph it serves.
        required: Whether it must be there whenever its parent is.
        when: Conditions on siblings; it is required when one of them holds.
        in_skeleton: Whether it may stand in the signed skeleton: no personal data, no free text.
        label: Catalogue key of its name.
        group: The section of the page that a field of the first level belongs to; empty below.
        clock: The clock that a date starts or ends; empty for none.
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
    when: tuple[Condition, ...]
    in_skeleton: bool
    label: str
    group: str
    clock: str
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
        if not self.basis or self.basis.startswith("$"):
            raise ValueError(f"{self.label}: a field without its paragraph")
        if self.clock and self.type is not FieldType.DATE:
            raise ValueError(f"{self.label}: only a date moves a clock")
        if self.required and self.when:
            raise ValueError(f"{self.label}: what is always required has no condition")

    @property
    def is_free_text(self) -> bool:
        """Tell whether it is an object of text, language and translation."""
        return self.type is FieldType.OBJECT and any(inner.name == "translation" for inner in self.fields)


@cache
def form_of(kind: RequestKind) -> tuple[Field, ...]:
    """Return the fields of a kind, in the order in which a person fills them in."""
    data = json.loads(packaged_bytes("comity.requests", form_file(kind)))
    shared = _blocks()
    cites = {**shared["cites"], **data.get("cites", {})}
    rows = _expanded(data["fields"], shared["blocks"])
    return tuple(_field(row, "field", {}, cites) for row in rows)


@cache
def basis_of(kind: RequestKind, name: str) -> str:
    """Return the paragraph of a field of the first level; that of the form where it has no such field."""
    return next((one.basis for one in form_of(kind) if one.name == name), kind.fields_from)


def form_file(kind: RequestKind) -> str:
    """Return the packaged file that defines the form."""
    return f"data/forms/{kind.code}.json"


def labels(kind: RequestKind) -> frozenset[str]:
    """Return the catalogue keys of every field, every choice and every section of the form."""
    found: set[str] = set()
    todo = list(form_of(kind))
    while todo:
        field = todo.pop()
        found.add(field.label)
        if field.group:
            found.add(f"group.{field.group}")
        if field.type is FieldType.CHOICE:
            found |= {f"choice.{choice}" for choice in field.choices}
        todo.extend(field.fields)
        if field.of is not None:
            todo.append(field.of)
    return frozenset(found)


@cache
def _blocks() -> Any:
    return json.loads(packaged_bytes("comity.requests", BLOCKS))


def _expanded(rows: list[Row], blocks: Mapping[str, list[Row]]) -> Iterator[Row]:
    """Yield the rows with each block in its place, without what the kind leaves out of it.

    A block row may also say ``required`` or ``label`` of single rows of the block: ``{"facts": false}``.
    """
    for row in rows:
        if "block" not in row:
            yield row
            continue
        required, named = row.get("required", {}), row.get("only")
        for inner in _expanded(blocks[row["block"]], blocks):
            name = inner["name"]
            if name in row.get("without", ()) or (named is not None and name not in named):
                continue
            yield {**inner, "required": required[name]} if name in required else inner


def _field(row: dict[str, Any], above: str, inherited: dict[str, Any], cites: Mapping[str, str]) -> Field:
    name = row.get("name", "")
    label = f"{above}.{name}" if name else above
    basis, serves = _cited(row, inherited, cites)
    here = {"basis": basis, "serves": serves, "place": row.get("place", inherited.get("place", "part"))}
    free = row["type"] == "free_text"
    rows = _free_text(row) if free else list(_expanded(row.get("fields", []), _blocks()["blocks"]))
    below = "field.free_text" if free else label
    return Field(
        name=name,
        type=FieldType.OBJECT if free else FieldType(row["type"]),
        basis=basis,
        serves=serves,
        required=row.get("required", False),
        when=_conditions(row.get("when", ())),
        in_skeleton=here["place"] == "skeleton",
        label=label,
        group=row.get("group", ""),
        clock=row.get("clock", ""),
        choices=tuple(row.get("choices", ())),
        least=row.get("least", 0),
        most=row.get("most", MOST_TEXT),
        of=_field(row["of"], label, here, cites) if "of" in row else None,
        fields=tuple(_field(inner, below, here, cites) for inner in rows),
    )


def _cited(row: dict[str, Any], inherited: dict[str, Any], cites: Mapping[str, str]) -> tuple[str, bool]:
    """Return the paragraph of a row and whether it is only served; what a row lacks its parent has."""
    if "basis" not in row:
        return inherited.get("basis", ""), row.get("serves", inherited.get("serves", False))
    text: str = row["basis"]
    if text.startswith("$"):
        text = cites[text[1:]]
    return text.removesuffix(_SERVES), row.get("serves", False) or text.endswith(_SERVES)


def _conditions(given: Any) -> tuple[Condition, ...]:
    """Return the conditions of a row: a list of yes-or-no siblings, or siblings with their values."""
    if isinstance(given, dict):
        return tuple(Condition(name=name, values=tuple(values)) for name, values in given.items())
    return tuple(Condition(name=name, values=(True,)) for name in given)


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
                {"name": "certified", "type": "boolean", **tongue},
                {"name": "machine", "type": "boolean", **tongue},
            ],
        },
    ]
