"""References to paragraphs of the Convention, written ``42(3)(a)`` everywhere.

The identifiers of the fact base (``40.21(b)``, ``42.4a``) are never references; :func:`reference_of_duty`
turns one into the reference of the paragraph that holds it.
"""

import re
from dataclasses import dataclass

from comity.kernel.errors import MalformedError

LAST_ARTICLE = 68
_REFERENCE = re.compile(r"([1-9][0-9]?)(?:\(([1-9][0-9]?)\))?((?:\([a-z]{1,4}\)){0,3})", re.ASCII)
_DUTY = re.compile(r"([1-9][0-9]?)(?:\.([1-9][0-9]?))?((?:\([a-z]{1,4}\)){0,3})(i{1,3}|[a-d])?", re.ASCII)
_SUB = re.compile(r"\(([a-z]+)\)")
_HINT = "write it as article(paragraph)(letter), e.g. 42(3)(a), 2(h) or 50(2)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One place in the Convention.

    Attributes:
        article: 1 to 68.
        paragraph: Number of the paragraph; None where the article has none, or the whole article is meant.
        letters: Subparagraphs from the outside in, e.g. ``("a", "ii")``.
    """

    article: int
    paragraph: int | None = None
    letters: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.article <= LAST_ARTICLE:
            raise ValueError(f"the Convention has no article {self.article}")
        if self.paragraph is not None and self.paragraph < 1:
            raise ValueError("paragraphs are counted from 1")

    def __str__(self) -> str:
        paragraph = "" if self.paragraph is None else f"({self.paragraph})"
        return f"{self.article}{paragraph}" + "".join(f"({letter})" for letter in self.letters)

    @property
    def parent(self) -> "Reference | None":
        """Return the reference one step out; None for a whole article."""
        if self.letters:
            return Reference(article=self.article, paragraph=self.paragraph, letters=self.letters[:-1])
        return None if self.paragraph is None else Reference(article=self.article)


def parse_reference(text: str, *, where: str = "") -> Reference:
    """Return the reference; raise MalformedError for any other writing, or an article that does not exist.

    Form only: whether the paragraph exists is for ``convention.exists``.
    """
    match = _REFERENCE.fullmatch(text)
    if match is None or int(match[1]) > LAST_ARTICLE:
        raise MalformedError(
            "treaty.reference", f"{text[:40]!r} is not a reference to the Convention", hint=_HINT, where=where
        )
    return Reference(
        article=int(match[1]),
        paragraph=int(match[2]) if match[2] else None,
        letters=tuple(_SUB.findall(match[3])),
    )


def is_reference(text: str) -> bool:
    """Tell whether the text is written as a reference to one of the 68 articles."""
    match = _REFERENCE.fullmatch(text)
    return match is not None and int(match[1]) <= LAST_ARTICLE


def reference_of_duty(duty: str) -> Reference:
    """Return the paragraph that holds a duty of the fact base, e.g. ``40(21)(b)`` for ``40.21(b)``.

    A trailing letter that splits a paragraph into rules is dropped: ``42.4a`` is in ``42(4)``.

    Raises:
        MalformedError: not a duty id.
    """
    match = _DUTY.fullmatch(duty)
    if match is None or int(match[1]) > LAST_ARTICLE:
        raise MalformedError("treaty.duty", f"{duty[:40]!r} is not a duty id of the fact base")
    letters = tuple(_SUB.findall(match[3]))
    if match[4] and match[4].startswith("i"):
        letters += (match[4],)
    return Reference(article=int(match[1]), paragraph=int(match[2]) if match[2] else None, letters=letters)
