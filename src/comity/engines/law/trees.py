"""XML of published laws, parsed within limits: no entities, no network, no deep trees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comity.kernel.errors import MalformedError, UnavailableError
from comity.law.errors import too_large

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_XML = 256 << 20
"""Bytes of one XML file; Title 18 of the United States Code has 30 million."""

_BLANKS = " \t\r\n\u00a0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the person who imports says of a file that does not say it itself.

    Attributes:
        country: The State.
        instrument: Short name of the statute; empty to take it from the file.
        language: BCP 47 tag; empty to take it from the file.
    """

    country: str
    instrument: str = ""
    language: str = ""


def parsed(data: bytes, *, name: str) -> Any:
    """Return the root element of XML.

    Raises:
        MalformedError: ``law.xml``, ``law.size``.
        UnavailableError: ``law.extra`` without lxml.
    """
    try:
        from lxml import etree
    except ImportError as exc:
        raise UnavailableError(
            "law.extra",
            "reading law in XML or HTML needs the extra 'law'",
            hint="install it: pip install 'comity[law]'; collections of JSON lines are read without it",
        ) from exc
    if len(data) > MOST_XML:
        raise too_large(f"the file has more than {MOST_XML} bytes", where=name)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as exc:
        raise MalformedError(
            "law.xml",
            f"{name} is no XML that can be read: {exc.msg}",
            hint="fetch the file again",
            where=name,
        ) from exc
    if (
        root.getroottree().docinfo.internalDTD is not None
        and root.getroottree().docinfo.internalDTD.entities()
    ):
        raise MalformedError(
            "law.xml",
            f"{name} defines entities, which are not read",
            hint="take the published file",
            where=name,
        )
    return root


def local(element: Any) -> str:
    """Return the name of an element without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: Any, *names: str) -> Any | None:
    """Return the first child with one of some names."""
    return next((one for one in element if local(one) in names), None)


def words(element: Any | None) -> str:
    """Return all words of an element on one line; empty for none."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def block_text(element: Any, *, skip: Iterable[str] = (), blocks: Iterable[str] = ()) -> str:
    """Return the words of an element, each block on a line of its own.

    Args:
        element: The element.
        skip: Names of children that are no text, such as the element's own number and heading.
        blocks: Names of elements that begin a line.
    """
    left, starts = frozenset(skip), frozenset(blocks)
    lines: list[str] = [""]
    labels: set[int] = set()  # lines that hold nothing but a label so far: what follows belongs to it

    def begin() -> None:
        if len(lines) - 1 not in labels:
            lines.append("")

    def add(words: str | None) -> None:
        if words and words.strip():
            labels.discard(len(lines) - 1)
        lines[-1] += words or ""

    def walk(one: Any, depth: int) -> None:
        add(one.text)
        for part in one:
            name = local(part)
            if name and not (depth == 0 and name in left):
                if name in starts:
                    begin()
                walk(part, depth + 1)
                if name in starts:
                    begin()
                if name in _LABELS:
                    lines[-1] += " "
                    labels.add(len(lines) - 1)
            add(part.tail)

    walk(element, 0)
    return "\n".join(text for line in lines if (text := " ".join(line.split())))


_LABELS = frozenset({"num", "Label", "enum"})


def bare_label(text: str) -> str:
    """Return a section's label as it is cited: without a sign, a word such as "Art." and a trailing dot."""
    label = " ".join(text.replace("\u00a0", " ").split()).strip(" .–—-:")
    for word in (
        "§§",
        "§",
        "Section",
        "SECTION",
        "Sec.",
        "Article",
        "ARTICLE",
        "Artículo",
        "Artigo",
        "Art.",
        "art.",
        "s.",
    ):
        if label.startswith(word):
            label = label[len(word) :].strip(" .–—-:\u00a0")
    return label.replace("/", "∕")
