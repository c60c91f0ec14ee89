"""Statutes as pages: Markdown or HTML with a heading for each section, such as "§ 202a" or "Artículo 5"."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from comity.kernel.errors import MalformedError
from comity.law.provisions import Provision

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from comity.engines.law.trees import Told

_MARK = re.compile(r"(#{1,6})\s+(.*?)\s*#*")
_SECTION = re.compile(
    r"(?:§+|sections?\b|sec\.|s\.|arts?\.|art[ií]culos?\b|article\b|artigos?\b|articolo\b|artikel\b|paragrahv\b|المادة|مادة|"
    r"статья|第)\s*(?P<label>[0-9零一二三四五六七八九十百千]+[\w.\-/^]*(?:\s+(?:bis|ter|quater|quinquies|sexies|septies|octies)\b"
    r"(?:\s+[a-z]\b)?)?|1er|premier)\s*(?:条)?[.:–—\-°º]*\s*(?P<heading>.*)",
    re.IGNORECASE,
)
_EMPHASIS = re.compile(r"\*\*|__")
_ASIDE = frozenset({"script", "style", "nav", "template", "noscript", "head"})
_BLOCKS = frozenset({"p", "li", "div", "br", "tr", "dd", "dt", "blockquote", "td"})
_HEADINGS = {f"h{depth}": depth for depth in range(1, 7)}


def read_markdown(text: str, *, told: Told, name: str) -> Iterator[Provision]:
    """Yield the sections of a page in Markdown; a block of settings at its beginning may name the title."""
    title = ""
    lines = text.split("\n")
    if lines and lines[0].strip() == "---":
        end = next((at for at, line in enumerate(lines[1:], 1) if line.strip() == "---"), 0)
        title = next(
            (line.partition(":")[2].strip(" '\"") for line in lines[1:end] if line.startswith("title:")), ""
        )
        lines = lines[end + 1 :]
    yield from _sections(_marked(lines), title=title, told=told, name=name)


def read_html(text: str, *, told: Told, name: str) -> Iterator[Provision]:
    """Yield the sections of a page in HTML; scripts and navigation are left out."""
    page = _Page()
    page.feed(text)
    page.close()
    yield from _sections(page.lines, title=" ".join(page.title.split()), told=told, name=name)


def _marked(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    for line in lines:
        found = _MARK.fullmatch(line.strip())
        yield (len(found[1]), _EMPHASIS.sub("", found[2])) if found else (0, _EMPHASIS.sub("", line))


def _sections(lines: Iterable[tuple[int, str]], *, title: str, told: Told, name: str) -> Iterator[Provision]:
    if not (told.language and told.instrument):
        raise MalformedError(
            "law.page",
            f"{name} does not say what it is",
            hint="name it with --instrument and --language",
            where=name,
        )
    headings: dict[int, str] = {}
    label, heading, text, count = "", "", list[str](), 0

    def made() -> Provision:
        return Provision(
            country=told.country,
            language=told.language,
            instrument=told.instrument,
            section=label.replace("/", "∕"),
            title=title,
            path=tuple(headings[depth] for depth in sorted(headings)),
            heading=heading,
            text="\n".join(text).strip(),
        )

    for depth, line in lines:
        found = _SECTION.match(line.strip()) if depth else None
        if found is not None or depth:
            if label:
                count += 1
                yield made()
            label, heading, text = "", "", []
        if found is not None:
            headings = {level: words for level, words in headings.items() if level < depth}
            label, heading = found["label"].rstrip(".-"), found["heading"].strip()
        elif depth:
            if depth == 1 and not title:
                title = line.strip()
                continue
            headings = {level: words for level, words in headings.items() if level < depth}
            headings[depth] = line.strip()
        elif label and line.strip():
            text.append(" ".join(line.split()))
    if label:
        count += 1
        yield made()
    if not count:
        raise MalformedError(
            "law.page",
            f"{name} has no heading that begins a section",
            hint='sections begin with a heading such as "## § 202a Name" or "<h3>Article 7</h3>"',
            where=name,
        )


class _Page(HTMLParser):
    """Headings and lines of a page, in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[tuple[int, str]] = [(0, "")]
        self.title = ""
        self._aside = 0
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a heading, a line, or what is left out."""
        self._in_title = tag == "title"
        if tag in _ASIDE:
            self._aside += 1
        elif tag in _HEADINGS:
            self.lines.append((_HEADINGS[tag], ""))
        elif tag in _BLOCKS and self.lines[-1][0] == 0:
            self.lines.append((0, ""))

    def handle_endtag(self, tag: str) -> None:
        """End a heading, a line, or what is left out."""
        self._in_title = False
        if tag in _ASIDE:
            self._aside = max(0, self._aside - 1)
        elif tag in _HEADINGS or tag in _BLOCKS:
            self.lines.append((0, ""))

    def handle_data(self, data: str) -> None:
        """Take words."""
        if self._in_title:
            self.title += data
        elif not self._aside:
            depth, line = self.lines[-1]
            self.lines[-1] = (
                depth,
                line + " ".join(data.split()) + (" " if data[-1:].isspace() or data else ""),
            )
