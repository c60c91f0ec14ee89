"""United States Legislative Markup: titles of the United States Code and statutes, as their sections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.engines.law.trees import Told, bare_label, block_text, child, local, words
from comity.kernel.errors import MalformedError
from comity.law.provisions import Provision

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEVELS = frozenset(
    {"title", "subtitle", "part", "subpart", "chapter", "subchapter", "division", "subdivision", "article"}
)
_BLOCKS = frozenset(
    {
        "subsection",
        "paragraph",
        "subparagraph",
        "clause",
        "subclause",
        "item",
        "subitem",
        "chapeau",
        "continuation",
        "p",
    }
)
_NO_TEXT = ("num", "heading", "sourceCredit", "notes", "note", "toc")


def read_uslm(root: Any, *, told: Told, name: str) -> Iterator[Provision]:
    """Yield the sections of a document, without its notes.

    Raises:
        MalformedError: ``law.xml``: it has no main part.
    """
    main = child(root, "main")
    if main is None:
        raise MalformedError("law.xml", f"{name} has no main part", where=name)
    title = _title(root)
    instrument = told.instrument or bare_label(_number(root) or title)[:60] or name

    def walk(element: Any, path: tuple[str, ...]) -> Iterator[Provision]:
        for part in element:
            kind = local(part)
            if kind == "section" and part.get("status") not in ("repealed", "transferred", "omitted"):
                number = child(part, "num")
                yield Provision(
                    country=told.country,
                    language=told.language or "en-US",
                    instrument=instrument,
                    section=_label(number) or part.get("identifier", "?").rpartition("/")[2],
                    title=title,
                    path=path,
                    heading=words(child(part, "heading")),
                    text=block_text(part, skip=_NO_TEXT, blocks=_BLOCKS),
                    source=part.get("identifier", ""),
                )
            elif kind in _LEVELS:
                heading = " ".join(
                    word for word in (words(child(part, "num")), words(child(part, "heading"))) if word
                )
                yield from walk(part, (*path, heading) if heading and heading != title else path)

    yield from walk(main, ())


def _label(number: Any | None) -> str:
    if number is None:
        return ""
    return bare_label(number.get("value") or words(number))


def _title(root: Any) -> str:
    return next(
        (words(one) for one in root.iter() if local(one) == "title" and one.text and not len(one)), ""
    )


def _number(root: Any) -> str:
    kind = next((words(one) for one in root.iter() if local(one) == "docPublicationName"), "")
    number = next((words(one) for one in root.iter() if local(one) == "docNumber"), "")
    return f"{'USC' if 'United States Code' in kind or not kind else kind}{number}" if number else ""
