"""A request form as a letter: sections and rows without words, the same for every language and output.

Each filled field of the form stands in one row, once; only a style that is served on others leaves fields
out, and then says which. What is in the form and not in its definition is kept in a section of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from comity.kernel.digests import sha256
from comity.kernel.ijson import dump_ijson
from comity.requests.errors import incomplete
from comity.requests.forms import Field, FieldType, form_of
from comity.requests.kinds import RequestKind
from comity.requests.letterstyles import FURTHER, LetterStyle, require_style
from comity.requests.reading import Reading, is_blank, pointer_to

UNKNOWN = "unknown"
ORIGINS = ("post", "interpol", "portal", "mail", "voice", "courier", "diplomatic")
"""Channels outside any node by which a request comes."""
_OWN = frozenset({"kind", "version"})


class ValueForm(StrEnum):
    """How a value becomes words."""

    TEXT = "text"
    LABEL = "label"
    DATE = "date"
    PARTY = "party"
    LANGUAGE = "language"
    YES_NO = "yes_no"
    ARTICLE = "article"
    MARK = "mark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a row.

    Attributes:
        form: How it becomes words.
        text: The value; for a label its catalogue key, for yes or no ``yes`` or ``no``.
    """

    form: ValueForm
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeText:
    """Text that a person wrote, or one translation of it.

    Attributes:
        text: The words.
        language: Language tag of the words.
        translation_of: Language tag of the original; empty for the original itself.
        translator: Who translated; empty for the original.
        certified: Whether the translation is certified; None where the form does not say.
        machine: Whether a machine translated; None where the form does not say.

    Basis: 40(13)
    """

    text: str
    language: str
    translation_of: str = ""
    translator: str = ""
    certified: bool | None = None
    machine: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a letter: a name and its values, or a name alone above the rows of one element.

    Attributes:
        pointer: JSON pointer of the field.
        covers: Pointers of every filled leaf that the row shows.
        label: Catalogue key of its name; for a member that is not in the form the name itself.
        number: Place in its list from 1 for the head of an element; 0 otherwise.
        level: How deep it stands, from 0.
        values: The values; empty for the head of an element and for free text.
        texts: Free text and its translation; empty for anything else.
    """

    pointer: str
    covers: tuple[str, ...] = ()
    label: str
    number: int = 0
    level: int = 0
    values: tuple[Value, ...] = ()
    texts: tuple[FreeText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section: its code, ``letter.section.<code>`` in the catalogues, and its rows."""

    code: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that goes with the letter byte for byte, such as a nationally signed document.

    Attributes:
        name: File name without folders.
        data: Its bytes.
        reference: What the issuing authority calls it; may be empty.
    """

    name: str
    data: bytes
    reference: str = ""

    def __post_init__(self) -> None:
        if not self.name or "/" in self.name or "\\" in self.name:
            raise ValueError("an enclosure has a plain name")

    @property
    def digest(self) -> str:
        """Return the SHA-256 of its bytes in hex."""
        return sha256(self.data).hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """How a request came that its author signed at no node: who attests it alone.

    Attributes:
        channel: ``post``, ``interpol``, ``portal``, ``mail``, ``voice``, ``courier`` or ``diplomatic``.
        by: Who attested it: the office, and the officers by name.
        on: The day on which it came.

    Basis: PROTOCOL rule 26
    """

    channel: str
    by: str
    on: date

    def __post_init__(self) -> None:
        if self.channel not in ORIGINS or not self.by.strip():
            raise ValueError("an origin has a channel, and somebody who attests it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter without words.

    Attributes:
        kind: Kind of the request.
        style: Its style.
        requesting: Code of the Party that asks; empty where the form does not say.
        requested: Code of the Party that is asked; empty where the form does not say.
        author: Name of the requesting authority.
        language: Language tag of the request: that of every text which has none of its own.
        sections: Its sections, in order; none without rows.
        withheld: Pointers of the filled leaves that the style does not show.
        form: The form as canonical JSON; what the digest in the footer is of.
        act: Id of the act that carried the form, in hex; empty before there is one.
        enclosures: Files that go with it.
        origin: How it came, where its author signed it at no node; None for any other.
    """

    kind: RequestKind
    style: LetterStyle
    requesting: str
    requested: str
    author: str
    language: str
    sections: tuple[Section, ...]
    withheld: tuple[str, ...]
    form: bytes
    act: str = ""
    enclosures: tuple[Enclosure, ...] = ()
    origin: Origin | None = None

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the form in hex."""
        return sha256(self.form).hex()

    @property
    def practice(self) -> bool:
        """Tell whether a practice Party takes part, so that the letter has no legal effect."""
        return self.requesting.startswith("X") or self.requested.startswith("X")

    @property
    def carries_form(self) -> bool:
        """Tell whether the form may travel inside the letter: not where the style leaves fields out."""
        return not self.style.only


def letter_of(
    reading: Reading,
    *,
    style: str,
    act: str = "",
    enclosures: tuple[Enclosure, ...] = (),
    origin: Origin | None = None,
) -> Letter:
    """Return the letter of a form.

    Args:
        reading: The form; every field in it must hold.
        style: Code of a style that fits the kind.
        act: Id of the act that carried the form, if any.
        enclosures: Files that go with the letter.
        origin: How it came, where its author signed it at no node.

    Raises:
        MalformedError: ``request.incomplete``.
        NotFoundError: ``letter.style``.
        ConflictError: ``letter.style_kind``.

    Basis: 40(14), 42(3), 44(2)
    """
    if reading.kind is None or reading.faults:
        raise incomplete(reading.faults[0].field, len(reading.faults))
    chosen = require_style(style, reading.kind)
    rows = _by_section(reading.kind, chosen, reading.content)
    order = (*(section.code for section in chosen.sections), FURTHER, UNKNOWN)
    shown = {code: _shown(chosen, rows[code]) for code in order if code in rows}
    every = [pointer for section in rows.values() for row in section for pointer in row.covers]
    visible = {pointer for section in shown.values() for row in section for pointer in row.covers}
    asking = reading.content.get("requesting_authority") or {}
    return Letter(
        kind=reading.kind,
        style=chosen,
        requesting=str(asking.get("id", "")).partition("/")[0],
        requested=str(reading.content.get("requested_party", "")),
        author=str(asking.get("name", "")),
        language=str(reading.content.get("language", "")),
        sections=tuple(Section(code=code, rows=tuple(made)) for code, made in shown.items() if made),
        withheld=tuple(pointer for pointer in every if pointer not in visible),
        form=dump_ijson(reading.content),
        act=act,
        enclosures=enclosures,
        origin=origin,
    )


def leaves(value: Any, above: str = "") -> Iterator[str]:
    """Yield the pointer of every filled leaf of a form, kind and version left out."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if above or name not in _OWN:
                yield from leaves(inner, pointer_to(above, name))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from leaves(inner, f"{above}/{at}")
    elif not is_blank(value):
        yield above


def _by_section(kind: RequestKind, style: LetterStyle, content: Mapping[str, Any]) -> dict[str, list[Row]]:
    fields = {one.name: one for one in form_of(kind)}
    placed: dict[str, list[tuple[str, list[Row]]]] = {}
    for name, one in fields.items():
        if not is_blank(content.get(name)):
            rows = list(_rows(one, content[name], f"/{name}", 0))
            placed.setdefault(style.section_of(name, one.group), []).append((name, rows))
    rank = {name: at for section in style.sections for at, name in enumerate(section.fields)}
    sections = {
        code: [
            row for _, rows in sorted(found, key=lambda pair: rank.get(pair[0], len(rank))) for row in rows
        ]
        for code, found in placed.items()
    }
    strange = [name for name in content if name not in fields and name not in _OWN]
    if unknown := [row for name in strange for row in _strange(name, content[name], "", 0)]:
        sections[UNKNOWN] = unknown
    return sections


def _rows(one: Field, given: Any, here: str, level: int) -> Iterator[Row]:
    if is_blank(given):
        return
    if one.of is not None and one.of.type is FieldType.OBJECT and not one.of.is_free_text:
        for at, element in enumerate(given):
            yield Row(pointer=f"{here}/{at}", label=one.label, number=at + 1, level=level)
            yield from _members(one.of, element, f"{here}/{at}", level + 1)
    elif one.of is not None:
        for_all = [list(_rows(one.of, element, f"{here}/{at}", level)) for at, element in enumerate(given)]
        flat = [row for rows in for_all for row in rows]
        yield Row(
            pointer=here,
            covers=tuple(pointer for row in flat for pointer in row.covers),
            label=one.label,
            level=level,
            values=tuple(value for row in flat for value in row.values),
            texts=tuple(text for row in flat for text in row.texts),
        )
    elif one.is_free_text:
        yield from _free(one, given, here, level)
    elif one.type is FieldType.OBJECT:
        yield from _members(one, given, here, level)
    else:
        yield Row(pointer=here, covers=(here,), label=one.label, level=level, values=(_value(one, given),))


def _members(one: Field, given: Mapping[str, Any], here: str, level: int) -> Iterator[Row]:
    known = {inner.name for inner in one.fields}
    for inner in one.fields:
        yield from _rows(inner, given.get(inner.name), pointer_to(here, inner.name), level)
    for name in given:
        if name not in known:
            yield from _strange(name, given[name], here, level)


def _free(one: Field, given: Mapping[str, Any], here: str, level: int) -> Iterator[Row]:
    other = given.get("translation") or {}
    texts = [FreeText(text=given["text"], language=given["language"])]
    covers = [f"{here}/text", f"{here}/language"]
    if not is_blank(other):
        told = [name for name in _TRANSLATION if not is_blank(other.get(name))]
        covers += [f"{here}/translation/{name}" for name in told]
        texts.append(
            FreeText(
                text=other["text"],
                language=other["language"],
                translation_of=given["language"],
                translator=other["by"],
                certified=other.get("certified"),
                machine=other.get("machine"),
            )
        )
    yield Row(pointer=here, covers=tuple(covers), label=one.label, level=level, texts=tuple(texts))
    for inner, where, known in ((given, here, _ORIGINAL), (other, f"{here}/translation", _TRANSLATION)):
        for name in inner:
            if name not in known:
                yield from _strange(name, inner[name], where, level)


_ORIGINAL = ("text", "language", "translation")
_TRANSLATION = ("text", "language", "by", "certified", "machine")


def _strange(name: str, given: Any, above: str, level: int) -> Iterator[Row]:
    """Yield a row for every leaf of a member that is not in the form, under the name that it has there."""
    for here in leaves({name: given}, above):
        inside = here.removeprefix(above)
        text = _plain(_at({name: given}, inside))
        value = Value(form=ValueForm.TEXT, text=text)
        yield Row(pointer=here, covers=(here,), label=inside.strip("/"), level=level, values=(value,))


def _at(value: Any, pointer: str) -> Any:
    for token in pointer.split("/")[1:]:
        plain = token.replace("~1", "/").replace("~0", "~")
        value = value[int(plain)] if isinstance(value, list) else value[plain]
    return value


def _plain(given: object) -> str:
    return given if isinstance(given, str) else dump_ijson(given).decode("utf-8")


def _value(one: Field, given: Any) -> Value:
    if one.type is FieldType.BOOLEAN:
        return Value(form=ValueForm.YES_NO, text="yes" if given else "no")
    if one.type is FieldType.CHOICE:
        return Value(form=ValueForm.LABEL, text=f"choice.{given}")
    if one.type in _FORMS:
        return Value(form=_FORMS[one.type], text=str(given))
    if one.name == "convention_article":
        return Value(form=ValueForm.ARTICLE, text=str(given))
    return Value(form=ValueForm.TEXT, text=str(given))


_FORMS: Mapping[FieldType, ValueForm] = {
    FieldType.DATE: ValueForm.DATE,
    FieldType.PARTY: ValueForm.PARTY,
    FieldType.LANGUAGE: ValueForm.LANGUAGE,
    FieldType.REFERENCE: ValueForm.ARTICLE,
    FieldType.DIGEST: ValueForm.MARK,
    FieldType.AUTHORITY: ValueForm.MARK,
    FieldType.ITEM_ID: ValueForm.MARK,
    FieldType.AMOUNT: ValueForm.MARK,
}


def _shown(style: LetterStyle, rows: list[Row]) -> list[Row]:
    """Return the rows that a style shows, without the heads under which nothing is left."""
    kept = [row for row in rows if row.number or style.shows(row.pointer)]
    return [
        row
        for at, row in enumerate(kept)
        if not row.number or (at + 1 < len(kept) and kept[at + 1].level > row.level)
    ]
