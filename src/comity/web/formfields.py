"""A request form as controls of a page, and what was posted as a form again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comity.requests.forms import Field, FieldType
from comity.requests.reading import is_blank, pointer_to
from comity.web.bodies import Form

MOST_ROWS = 60
LONG_TEXT = 1_001
TONGUES = ("ar", "en", "es", "fr", "ru", "zh")
"""Offered for texts; the six official languages of the United Nations. Others come with an uploaded form."""

_SIMPLE: Mapping[FieldType, str] = {
    FieldType.BOOLEAN: "yesno",
    FieldType.CHOICE: "choice",
    FieldType.DATE: "date",
    FieldType.LANGUAGE: "language",
    FieldType.PARTY: "party",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One control, or a group of them.

    Attributes:
        pointer: JSON pointer of its value, and its name in the posted form.
        shape: ``text``, ``area``, ``number``, ``yesno``, ``choice``, ``date``, ``language``, ``party``,
            ``lines``, ``ticks``, ``group`` or ``rows``.
        label: Catalogue key of its name.
        value: What it shows; for ``ticks`` the codes that are ticked.
        choices: Codes to choose from.
        inner: The controls of a group; for ``rows`` one group for each row.
        is_open: Whether an optional group is filled in.
        group: Catalogue key of the section of the page that it opens or belongs to; empty below the
            first level.
    """

    pointer: str
    shape: str
    label: str
    basis: str
    required: bool
    value: str = ""
    ticked: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    inner: tuple["Control", ...] = ()
    is_open: bool = True
    group: str = ""

    @property
    def id(self) -> str:
        """Return the id of the control in the page."""
        return "f" + self.pointer.replace("/", "-")


def controls(fields: Sequence[Field], value: Mapping[str, Any], above: str = "") -> tuple[Control, ...]:
    """Return the controls of a form, filled with a value of any make."""
    return tuple(_control(one, value.get(one.name), pointer_to(above, one.name)) for one in fields)


def posted(fields: Sequence[Field], form: Form, above: str = "") -> dict[str, Any]:
    """Return what was posted, without what was left blank; what does not fit its field stays as typed."""
    found: dict[str, Any] = {}
    for one in fields:
        value = _posted(one, form, pointer_to(above, one.name))
        if not is_blank(value):
            found[one.name] = value
    return found


def with_languages(fields: Sequence[Field], value: Mapping[str, Any], *, language: str) -> dict[str, Any]:
    """Return a form in which every text that names no language is in the language of the request.

    Basis: 40(13)
    """
    return {
        **value,
        **{one.name: _spoken(one, value[one.name], language) for one in fields if one.name in value},
    }


def _spoken(one: Field, given: Any, language: str) -> Any:
    if isinstance(given, list) and one.of is not None:
        return [_spoken(one.of, item, language) for item in given]
    if not isinstance(given, dict):
        return given
    if one.is_free_text and language and not is_blank(given.get("text")):
        given = {"language": language, **given}
    return with_languages(one.fields, given, language=language)


def _control(one: Field, given: Any, here: str) -> Control:
    named = {"pointer": here, "label": one.label, "basis": one.basis, "required": one.required}
    if one.group:
        named["group"] = f"group.{one.group}"
    if one.type is FieldType.OBJECT:
        held = given if isinstance(given, dict) else {}
        filled = not is_blank(given) or one.required
        return Control(shape="group", inner=controls(one.fields, held, here), is_open=filled, **named)  # type: ignore[arg-type]
    if one.of is not None:
        return _list(one, one.of, given if isinstance(given, list) else [], named)
    if one.type is FieldType.INTEGER:
        shape = "choice" if one.choices else "number"
        return Control(shape=shape, value=_text(given), choices=tuple(map(str, one.choices)), **named)  # type: ignore[arg-type]
    shape = _SIMPLE.get(one.type, "area" if one.most >= LONG_TEXT else "text")
    return Control(shape=shape, value=_text(given), choices=tuple(map(str, one.choices)), **named)  # type: ignore[arg-type]


def _list(one: Field, of: Field, given: list[Any], named: dict[str, Any]) -> Control:
    here = str(named["pointer"])
    if of.type is FieldType.CHOICE:
        ticked = tuple(_text(item) for item in given)
        return Control(shape="ticks", choices=tuple(map(str, of.choices)), ticked=ticked, **named)
    if of.type is not FieldType.OBJECT:
        return Control(shape="lines", value="\n".join(_text(item) for item in given), **named)
    rows = given[:MOST_ROWS] or ([{}] if one.required else [])
    inner = tuple(
        Control(
            pointer=f"{here}/{at}",
            shape="group",
            label=one.label,
            basis=of.basis,
            required=True,
            inner=controls(of.fields, row if isinstance(row, dict) else {}, f"{here}/{at}"),
        )
        for at, row in enumerate(rows)
    )
    return Control(shape="rows", inner=inner, **named)


def _posted(one: Field, form: Form, here: str) -> Any:
    if one.type is FieldType.OBJECT:
        return posted(one.fields, form, here)
    if one.of is not None:
        if one.of.type is FieldType.CHOICE:
            return list(form.all(here))
        if one.of.type is not FieldType.OBJECT:
            return [line.strip() for line in form.get(here).splitlines() if line.strip()]
        count = form.get(f"rows:{here}")
        rows = min(int(count), MOST_ROWS) if count.isascii() and count.isdigit() and len(count) < 4 else 0
        made = [posted(one.of.fields, form, f"{here}/{at}") for at in range(rows)]
        return [row for row in made if row]
    text = form.get(here).replace("\r\n", "\n")
    if one.type is FieldType.BOOLEAN:
        return {"yes": True, "no": False}.get(text, text)
    if one.type is FieldType.INTEGER:
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
    return text


def _text(given: Any) -> str:
    if given is None:
        return ""
    if isinstance(given, bool):
        return "yes" if given else "no"
    return given if isinstance(given, str) else str(given)
