"""Citing the Convention: addresses that do not change, references inside its paragraphs, and search.

The address of ``42(3)(b)`` is ``/treaty/42#3-b``: the article is a page, the rest a place on it.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from comity.kernel.errors import MalformedError
from comity.treaty.articles import Reference, is_reference, parse_reference
from comity.treaty.convention import Article, Paragraph, article, articles, exists

_WRITTEN = re.compile(r"(?<![0-9.])([1-9][0-9]?)(?:\.([1-9][0-9]?))?((?:\([a-z0-9]{1,4}\))*)(?![0-9.]*[0-9])")
_ARTICLES = re.compile(r"\b(?:article|articles|art\.|arts)\s+([0-9]{1,2})(?:\s*(?:-|to|and)\s*([0-9]{1,2}))?")
_SUB = re.compile(r"\(([0-9a-z]+)\)")
_TYPED = re.compile(r"([1-9][0-9]?)(?:[.](.+))?")
_PART = re.compile(r"[0-9]{1,2}|[a-z]{1,4}")
MOST_HITS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One place that a search found: the article, and the paragraph where the words stand in one."""

    article: Article
    paragraph: Paragraph | None

    @property
    def ref(self) -> str:
        """Return the place."""
        return str(self.article.number) if self.paragraph is None else self.paragraph.ref


def address(ref: str) -> str:
    """Return the address of a place, e.g. ``/treaty/42#3-b``; empty for what is no reference."""
    if not is_reference(ref):
        return ""
    place = parse_reference(ref)
    mark = anchor(place)
    return f"/treaty/{place.article}" + (f"#{mark}" if mark else "")


def anchor(place: Reference) -> str:
    """Return the name of a place on the page of its article: ``3-b``; empty for the whole article."""
    steps = ([] if place.paragraph is None else [str(place.paragraph)]) + list(place.letters)
    return "-".join(steps)


def place_named(text: str) -> Reference:
    """Return the place that a person typed: ``42``, ``42.3``, ``42.3.b``, ``42(3)(b)`` or ``42.3(b)``.

    Whether the paragraph exists is for ``convention.exists``.

    Raises:
        MalformedError: ``treaty.reference``.
        NotFoundError: ``treaty.article``.
    """
    typed = text.strip().replace("(", ".").replace(")", "").replace("..", ".").rstrip(".")
    match = _TYPED.fullmatch(typed)
    steps = match[2].split(".") if match and match[2] else []
    if match is None or not all(_PART.fullmatch(step) for step in steps):
        raise MalformedError(
            "treaty.reference",
            f"{text[:40]!r} is not a reference to the Convention",
            hint="write it as article(paragraph)(letter), e.g. 42(3)(a), 2(h) or 50(2)",
        )
    head = f"{match[1]}" + "".join(f"({step})" for step in steps)
    article(int(match[1]))
    return parse_reference(head)


def references_in(text: str) -> tuple[str, ...]:
    """Return the places that a summary names, in order, each once, as references that exist."""
    found: list[tuple[int, str]] = []
    for m in _ARTICLES.finditer(text):
        first, last = int(m[1]), int(m[2] or m[1])
        found += [(m.start() + n, str(number)) for n, number in enumerate(range(first, last + 1)[:20])]
    for m in _WRITTEN.finditer(text):
        if m[2] or m[3]:
            found.append((m.start(), m[1] + (f"({m[2]})" if m[2] else "") + m[3]))
    return tuple(dict.fromkeys(ref for _, ref in sorted(found) if is_reference(ref) and exists(ref)))


@cache
def cited_by(number: int) -> tuple[str, ...]:
    """Return the paragraphs of other articles that name an article or a place in it."""
    return tuple(
        rule.ref
        for one in articles()
        if one.number != number
        for rule in one.paragraphs
        if any(parse_reference(ref).article == number for ref in references_in(rule.summary))
    )


def search(text: str, *, said: Callable[[str], str | None]) -> tuple[Hit, ...]:
    """Return the places whose words hold every word of a search, titles before paragraphs.

    Args:
        text: What is searched; a reference finds its place.
        said: Gives the words of a key (``article.7``, ``element.7.access``) in the reader's language.
    """
    if exists(text.strip()):
        place = parse_reference(text.strip())
        one = article(place.article)
        rules = [p for p in one.paragraphs if _within(p.ref, str(place))]
        return tuple(Hit(article=one, paragraph=p) for p in rules) or (Hit(article=one, paragraph=None),)
    words = _plain(text).split()
    if not words:
        return ()
    titles = [Hit(article=one, paragraph=None) for one in articles() if _holds(_head(one, said), words)]
    rules_found = [
        Hit(article=one, paragraph=rule)
        for one in articles()
        for rule in one.paragraphs
        if _holds(f"{rule.summary} {rule.force} {rule.ref}", words)
    ]
    return (*titles, *rules_found)[:MOST_HITS]


def _head(one: Article, said: Callable[[str], str | None]) -> str:
    keys = [f"article.{one.number}", *(f"element.{one.number}.{e.code}" for e in one.elements)]
    own = " ".join(said(key) or "" for key in keys)
    return f"{one.title} {own} " + " ".join(e.text for e in one.elements)


def _holds(text: str, words: list[str]) -> bool:
    plain = _plain(text)
    return all(word in plain for word in words)


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(ch for ch in bare if not unicodedata.combining(ch))


def _within(ref: str, place: str) -> bool:
    return ref == place or ref.startswith(f"{place}(") or place.startswith(f"{ref}(")
