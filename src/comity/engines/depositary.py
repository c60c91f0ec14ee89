"""The depositary's XML as a page: a stream of small pieces, without entities, with bounds on size and depth.

The form is that of "Multilateral Treaties Deposited with the Secretary-General": under ``Treaty`` a table
``Participants/Table/TGroup`` with ``Thead`` and ``Tbody/Rows/Row/Entry``, and behind it sections such as
``Declarations`` and ``Objections``. Inside a section the Party stands in an element, an attribute, a cell of
a table or at the beginning of a text. Names are compared without case; what else the file has is passed over.
"""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from comity.kernel.errors import MalformedError
from comity.treaty.depositary import Page

MOST_BYTES = 16 * 1024 * 1024
MOST_DEPTH = 48
MOST_ELEMENTS = 200_000
_SECTIONS = ("declaration", "reservation", "objection", "notification")
_NAMING = frozenset({"participant", "participantname", "party", "state", "name"})
_LINES = re.compile(r"\n|<br\s*/?>|</?(?:p|title|para)>", re.IGNORECASE)
_NOTES = frozenset({"superscript", "sup", "footnote"})
_INLINE = frozenset({"b", "i", "em", "strong", "u", "br", "a", "span", "italic", "bold", *_NOTES})


def page_of(data: bytes, *, where: str = "") -> Page:
    """Return the page that the bytes hold.

    Raises:
        MalformedError: ``treaty.xml``: larger than 16 MiB, no XML, or deeper or longer than any such page;
            ``treaty.xml_entities``: it declares or uses entities.
    """
    if len(data) > MOST_BYTES:
        raise _bad("the file is larger than any page of the depositary", where)
    reader = _Reader(where=where)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.EntityDeclHandler = reader.entity
    parser.SkippedEntityHandler = reader.skipped
    try:
        parser.Parse(data, True)
    except LookupError as exc:
        raise _bad("the file is in an encoding that nobody here knows", where) from exc
    except expat.ExpatError as exc:
        raise _bad(f"the file is no XML: {expat.ErrorString(exc.code)} in line {exc.lineno}", where) from exc
    return reader.page()


@dataclass(slots=True)
class _Reader:
    """Collects texts of leaves: of the table by cell, of the sections by block."""

    where: str
    stack: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    title: str = ""
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    count: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2].lower()
        self.count += 1
        if len(self.stack) >= MOST_DEPTH or self.count > MOST_ELEMENTS:
            raise _bad("the file is deeper or longer than any page of the depositary", self.where)
        if tag not in _INLINE:
            self._flush()
        elif tag == "br":
            self.pieces.append("\n")
        self.stack.append(tag)
        section = self._section()
        if tag == "row" and "tbody" in self.stack and not section:
            self.rows.append([])
        named = (said for key, said in attributes.items() if key.lower() in _NAMING)
        if section and (who := next(named, "").strip()):
            self.texts.append((section, who))

    def end(self, name: str) -> None:
        section = self._section()
        tag = self.stack.pop()
        if tag == "entry" and not section:
            self._cell("".join(self.pieces))
            self.pieces.clear()
        elif tag not in _INLINE:
            self.stack.append(tag)
            self._flush()
            self.stack.pop()

    def text(self, data: str) -> None:
        if not _NOTES.intersection(self.stack):
            self.pieces.append(data)

    def entity(self, *_declared: object) -> None:
        raise MalformedError(
            "treaty.xml_entities",
            "the file declares entities, which no page of the depositary does",
            hint="take the XML of the treaty's own page at the depositary",
            where=self.where,
        )

    def skipped(self, *_named: object) -> None:
        self.entity()

    def page(self) -> Page:
        rows = tuple(tuple(row) for row in self.rows if row)
        return Page(title=self.title, columns=tuple(self.columns), rows=rows, texts=tuple(self.texts))

    def _cell(self, text: str) -> None:
        if "thead" in self.stack:
            self.columns.append(text)
        elif self.rows and "tbody" in self.stack:
            self.rows[-1].append(text)

    def _flush(self) -> None:
        """Keep the text gathered so far under the element that holds it; an open cell keeps gathering."""
        section = self._section()
        if "entry" in self.stack and not section:
            return
        said = "".join(self.pieces).strip()
        self.pieces.clear()
        if not said:
            return
        if self.stack and self.stack[-1].startswith("titlesect") and not self.title:
            self.title = " ".join(said.split())
        if section:
            self.texts += [(section, line) for line in _LINES.split(said) if line.strip()]

    def _section(self) -> str:
        """Return the section of statements that is open; empty inside the table of participants."""
        if "participants" in self.stack:
            return ""
        return next((tag for tag in self.stack if tag.startswith(_SECTIONS)), "")


def _bad(message: str, where: str) -> MalformedError:
    return MalformedError(
        "treaty.xml", message, hint="take the XML of the treaty's own page at the depositary", where=where
    )
