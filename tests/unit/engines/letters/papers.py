"""Letters for the tests: a form whose every text is a word of its own, and what an output says."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

from comity.requests import service
from comity.requests.kinds import all_kinds
from comity.requests.letters import Enclosure, Letter, ValueForm, letter_of
from comity.requests.letterstyles import styles_for
from comity.requests.reading import read_form
from comity.wording.letters import WrittenLetter, written

DAY = date(2026, 11, 2)
TOKEN = re.compile("q[0-9]{4}z")


def every_letter() -> Iterator[tuple[str, int, str]]:
    """Every kind with each of its examples in each of its styles."""
    for kind in all_kinds():
        for variant in range(1, service.examples(kind.code) + 1):
            for style in styles_for(kind):
                yield kind.code, variant, style.code


def letter(kind: str, style: str, *, variant: int = 1, **more: Any) -> Letter:
    """The letter of an example."""
    return letter_of(read_form(service.example(kind, variant=variant)), style=style, **more)


def tokened(kind: str, variant: int, style: str) -> tuple[Letter, list[str]]:
    """The letter of an example in which every text that a person wrote is one word, and those words."""
    form = service.example(kind, variant=variant)
    plain = letter_of(read_form(form), style=style)
    written_by_people = [
        pointer
        for section in plain.sections
        for row in section.rows
        for pointer in row.covers
        if (row.texts and pointer.endswith(("/text", "/by")))
        or (row.values and row.values[0].form is ValueForm.TEXT and isinstance(at(form, pointer), str))
    ]
    words = [f"q{number:04}z" for number in range(len(written_by_people))]
    for pointer, word in zip(written_by_people, words, strict=True):
        put(form, pointer, word)
    return letter_of(read_form(form), style=style), words


def at(value: Any, pointer: str) -> Any:
    for token in pointer.split("/")[1:]:
        value = value[int(token)] if isinstance(value, list) else value[token]
    return value


def put(form: Any, pointer: str, word: str) -> None:
    above, _, last = pointer.rpartition("/")
    inside = at(form, above)
    inside[int(last) if isinstance(inside, list) else last] = word


def said(made: Letter, *languages: str) -> WrittenLetter:
    return written(made, languages=languages, on=DAY)


def signed_order() -> Enclosure:
    return Enclosure(name="order signed.pdf", data=bytes(range(256)), reference="PA-7/26")


def files_of(package: bytes) -> dict[str, bytes]:
    """The files of a DOCX or ODT."""
    with zipfile.ZipFile(BytesIO(package)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def text_of(xml: bytes) -> str:
    """The words of an XML part, one line for each paragraph."""
    root = ElementTree.fromstring(xml)
    lines = ["".join(one.itertext()) for one in root.iter() if one.tag.endswith(("}p", "}h"))]
    return "\n".join(lines)
