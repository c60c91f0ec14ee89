"""A request form as a list to read: every field that is filled in, with its name and paragraph."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from comity.cases.documents import document_media
from comity.kernel.digests import sha256
from comity.kernel.errors import MalformedError
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.requests.forms import Field, FieldType, form_of
from comity.requests.kinds import find_kind
from comity.requests.reading import Reading, is_blank
from comity.requests.wire import parse_form
from comity.web.words import Words, prose, whole
from comity.wording.places import language_name, spoken_date

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)
_CODES = frozenset({FieldType.ITEM_ID, FieldType.AUTHORITY, FieldType.REFERENCE})


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownField:
    """One line.

    Attributes:
        depth: How deep it lies in the form, from 0.
        value: Empty for a heading.
    """

    name: str
    basis: str
    depth: int
    value: str | Markup


def shown_fields(reading: Reading, words: Words) -> tuple[ShownField, ...]:
    """Return the filled-in fields of a form, in the order of the form; nothing where its kind is unknown."""
    if reading.kind is None:
        return ()
    return tuple(_members(form_of(reading.kind), reading.content, 0, words))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDocument:
    """A document that is saved and never shown: media type by its first bytes, size in bytes, SHA-256."""

    media: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPart:
    """One part of an act: fields where it has any, else text; of a document only what it is.

    Attributes:
        language: Tag of the text's language; empty where it is not told.
    """

    text: str = ""
    language: str = ""
    fields: tuple[ShownField, ...] = ()
    document: ShownDocument | None = None


def shown_part(data: bytes, words: Words) -> ShownPart:
    """Return a part to read, whatever it holds."""
    if media := document_media(data):
        return ShownPart(document=ShownDocument(media=media, size=len(data), sha256=sha256(data).hex()))
    text = data.decode("utf-8", "backslashreplace")
    value = _parsed(data)
    if not isinstance(value, dict):
        return ShownPart(text=text)
    if find_kind(value.get("kind")) is not None:
        return ShownPart(fields=shown_fields(parse_form(data), words))
    if isinstance(value.get("text"), str):
        tag = str(value.get("language", ""))
        return ShownPart(text=value["text"], language=tag if _TAG.fullmatch(tag) else "")
    return ShownPart(fields=tuple(_listed(value, words)))


def _parsed(data: bytes) -> object:
    try:
        return parse_ijson(data, most_bytes=len(data) + 1, where="part")
    except MalformedError:
        return None


def _listed(value: Mapping[str, Any], words: Words) -> Iterator[ShownField]:
    """Yield the members of any object, where no form says what they mean."""
    for name, said in value.items():
        shown = prose(said if isinstance(said, str) else dump_ijson(said).decode("utf-8"))
        if name.endswith(("_until", "_at")) and isinstance(said, int):
            shown = words.moment(said)
        yield ShownField(name=words.label("web.member", name[:80]), basis="", depth=0, value=shown)


def _members(fields: tuple[Field, ...], value: Any, depth: int, words: Words) -> Iterator[ShownField]:
    for one in fields:
        given = value.get(one.name) if isinstance(value, dict) else None
        if not is_blank(given):
            yield from _field(one, given, depth, words)


def _field(one: Field, given: Any, depth: int, words: Words) -> Iterator[ShownField]:
    if one.is_free_text and isinstance(given, dict):
        yield _line(one, depth, words, _free_text(given))
    elif one.type is FieldType.OBJECT:
        yield _line(one, depth, words, "")
        yield from _members(one.fields, given, depth + 1, words)
    elif one.of is not None and isinstance(given, list):
        if one.of.type is not FieldType.OBJECT:
            shown = [_leaf(one.of, item, words) for item in given]
            yield _line(one, depth, words, words.listed(shown))
            return
        for number, item in enumerate(given, start=1):
            named = words.say("form.row", name=words.field(one.label), number=number)
            yield ShownField(name=named, basis=one.basis, depth=depth, value="")
            yield from _members(one.of.fields, item, depth + 1, words)
    else:
        yield _line(one, depth, words, _leaf(one, given, words))


def _line(one: Field, depth: int, words: Words, value: str | Markup) -> ShownField:
    return ShownField(name=words.field(one.label), basis=one.basis, depth=depth, value=value)


def _free_text(given: dict[str, Any]) -> Markup:
    texts = [prose(str(given.get("text", "")))]
    translation = given.get("translation")
    if isinstance(translation, dict):
        texts.append(prose(str(translation.get("text", ""))))
    return Markup('<span class="gap"></span>').join(texts)


def _leaf(one: Field, given: Any, words: Words) -> str | Markup:
    if one.type is FieldType.BOOLEAN:
        return words.label("choice", "yes" if given is True else "no")
    if one.type is FieldType.CHOICE:
        return words.label("choice", str(given))
    if one.type is FieldType.INTEGER and isinstance(given, int):
        return words.number(given)
    if one.type is FieldType.PARTY:
        return words.party(str(given))
    if one.type is FieldType.LANGUAGE:
        return language_name(str(given), language=words.language)
    if one.type is FieldType.DATE:
        return _day(str(given), words)
    return whole(str(given)) if one.type in _CODES else prose(str(given))


def _day(text: str, words: Words) -> str:
    try:
        return spoken_date(date.fromisoformat(text), language=words.language)
    except ValueError:
        return text[:10]
