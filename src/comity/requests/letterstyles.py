"""Styles of letters: which kinds each fits, and in which sections it shows a form. Read from data."""

import json
from dataclasses import dataclass
from functools import cache

from comity.kernel.packaged import packaged_bytes
from comity.requests.errors import style_does_not_fit, unknown_style
from comity.requests.kinds import RequestKind

DATA = "data/letters.json"
FURTHER = "further"


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleSection:
    """A section of a style.

    Attributes:
        code: Its name; ``letter.section.<code>`` in the catalogues.
        fields: Fields of the first level that stand here, in this order.
        groups: Sections of the page whose other fields stand here, behind them.
    """

    code: str
    fields: tuple[str, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterStyle:
    """A form of letter that practitioners know.

    Attributes:
        code: Name in commands.
        kinds: Codes of kinds that it fits.
        traits: Traits of kinds that it fits.
        every_kind: Whether it fits every kind.
        only: Pointers, with ``*`` for an element, of all that is shown; empty shows everything.
        blanks: What is left open to be filled in by hand; ``letter.blank.<code>`` in the catalogues.
        sections: Its sections in order.
    """

    code: str
    kinds: tuple[str, ...]
    traits: tuple[str, ...]
    every_kind: bool
    only: tuple[str, ...]
    blanks: tuple[str, ...]
    sections: tuple[StyleSection, ...]

    def __post_init__(self) -> None:
        fields = [name for section in self.sections for name in section.fields]
        groups = [name for section in self.sections for name in section.groups]
        if len(set(fields)) != len(fields) or len(set(groups)) != len(groups):
            raise ValueError(f"{self.code}: a field or a group stands in two sections")

    def fits(self, kind: RequestKind) -> bool:
        """Tell whether a letter of this kind can be written in this style."""
        return (
            self.every_kind
            or kind.code in self.kinds
            or any(trait.value in self.traits for trait in kind.traits)
        )

    def section_of(self, name: str, group: str) -> str:
        """Return the section in which a field of the first level stands."""
        named = next((section.code for section in self.sections if name in section.fields), "")
        return named or next((s.code for s in self.sections if group in s.groups), FURTHER)

    def shows(self, pointer: str) -> bool:
        """Tell whether a letter of this style may show what stands at a pointer."""
        if not self.only:
            return True
        tokens = pointer.split("/")
        return any(_leads(one.split("/"), tokens) for one in self.only)


def _leads(pattern: list[str], tokens: list[str]) -> bool:
    return len(tokens) >= len(pattern) and all(
        want in ("*", given) for want, given in zip(pattern, tokens, strict=False)
    )


@cache
def all_styles() -> tuple[LetterStyle, ...]:
    """Return every style, the one that fits every kind first."""
    rows = json.loads(packaged_bytes("comity.requests", DATA))["styles"]
    return tuple(
        LetterStyle(
            code=row["code"],
            kinds=tuple(row.get("kinds", ())),
            traits=tuple(row.get("traits", ())),
            every_kind=row.get("every_kind", False),
            only=tuple(row.get("only", ())),
            blanks=tuple(row.get("blanks", ())),
            sections=tuple(
                StyleSection(
                    code=one["code"], fields=tuple(one.get("fields", ())), groups=tuple(one.get("groups", ()))
                )
                for one in row["sections"]
            ),
        )
        for row in rows
    )


def styles_for(kind: RequestKind) -> tuple[LetterStyle, ...]:
    """Return the styles that fit a kind."""
    return tuple(style for style in all_styles() if style.fits(kind))


def require_style(code: str, kind: RequestKind) -> LetterStyle:
    """Return a style for a kind.

    Raises:
        NotFoundError: ``letter.style``: there is none of this name.
        ConflictError: ``letter.style_kind``: it does not fit the kind; the hint names those that do.
    """
    found = next((style for style in all_styles() if style.code == code), None)
    if found is None:
        raise unknown_style(code, tuple(style.code for style in all_styles()))
    if not found.fits(kind):
        raise style_does_not_fit(code, kind.code, tuple(style.code for style in styles_for(kind)))
    return found
