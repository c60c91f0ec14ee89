"""Consolidated statutes of Canada in the XML of its Department of Justice, as their sections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.engines.law.trees import Told, bare_label, block_text, child, local, words
from comity.kernel.errors import MalformedError
from comity.law.provisions import Provision

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCKS = frozenset(
    {
        "Subsection",
        "Paragraph",
        "Subparagraph",
        "Clause",
        "Subclause",
        "Definition",
        "ContinuedSectionSubsection",
        "MarginalNote",
    }
)
_NO_TEXT = ("Label", "MarginalNote", "HistoricalNote")
_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def read_canada(root: Any, *, told: Told, name: str) -> Iterator[Provision]:
    """Yield the sections of a statute; headings stand between sections and are kept by their level.

    Raises:
        MalformedError: ``law.xml``: it has no body.
    """
    body = child(root, "Body")
    if body is None:
        raise MalformedError("law.xml", f"{name} has no body", where=name)
    identification = child(root, "Identification")
    parts = list(identification.iter()) if identification is not None else []
    title = next((words(one) for one in parts if local(one) == "ShortTitle"), "")
    title = title or next((words(one) for one in parts if local(one) == "LongTitle"), "")
    number = next(
        (words(one) for one in parts if local(one) in ("ConsolidatedNumber", "InstrumentNumber")), ""
    )
    language = told.language or f"{root.get(_XML_LANGUAGE) or 'en'}-CA"
    headings: dict[int, str] = {}
    for one in body:
        if local(one) == "Heading":
            level = _level(one)
            headings = {depth: text for depth, text in headings.items() if depth < level}
            headings[level] = " ".join(
                word for word in (words(child(one, "Label")), words(child(one, "TitleText"))) if word
            )
        elif local(one) == "Section":
            yield Provision(
                country=told.country,
                language=language,
                instrument=told.instrument or bare_label(number) or bare_label(title)[:60] or name,
                section=bare_label(words(child(one, "Label"))) or "?",
                title=title,
                path=tuple(headings[depth] for depth in sorted(headings)),
                heading=words(child(one, "MarginalNote")),
                text=block_text(one, skip=_NO_TEXT, blocks=_BLOCKS),
            )


def _level(heading: Any) -> int:
    text = heading.get("level", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 1
