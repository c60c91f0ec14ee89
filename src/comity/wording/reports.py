"""A report in words: parts with paragraphs and tables, from which pages, PDF and workbooks are made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from comity.wording.catalogue import is_rtl
from comity.wording.speech import say

TONES = ("", "good", "warn", "bad", "muted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What stands in a cell or as a paragraph.

    Attributes:
        value: Words, lines of them ended by line feeds; a number; or a day.
        language: Language of the words; empty for a code, a number or a reference, which run from the left.
        tone: One of ``TONES``; a colour only ever repeats what the words say.
        names: What a code names: ``place`` of the Convention, ``provision`` of a State, else empty. Several
            stand on lines of their own, or parted by commas.
    """

    value: str | int | date
    language: str = ""
    tone: str = ""
    names: str = ""

    def __post_init__(self) -> None:
        if self.tone not in TONES:
            raise ValueError("a tone is one of the known ones")

    @property
    def text(self) -> str:
        """Return it as text."""
        return self.value.isoformat() if isinstance(self.value, date) else str(self.value)

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the references that it holds, one by one."""
        return tuple(part for line in self.text.split("\n") for part in line.split(", ") if part)

    @property
    def is_rtl(self) -> bool:
        """Tell whether it runs from right to left."""
        return is_rtl(self.language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table.

    Attributes:
        title: Its name, also that of a sheet of a workbook.
        head: Names of the columns.
        rows: Rows of as many cells.
        widths: How wide the columns are beside each other.
        sheet_only: Columns, by their place, that only a workbook shows.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]
    sheet_only: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        wide = {len(self.head), len(self.widths), *map(len, self.rows)}
        if len(wide) != 1:
            raise ValueError("every row of a table has a cell for each column")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part: a heading, paragraphs, and a table; ``level`` 1 or 2."""

    title: str
    level: int = 1
    paragraphs: tuple[Cell, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report in one language.

    Attributes:
        language: Its language.
        title: What it is.
        subtitle: What it is measured against.
        banner: What stands at the head of every page; empty for none.
        drawn_up: When it was made, in words.
        opening: Paragraphs before the parts.
        parts: Its parts.
        sheets: The tables of a workbook.
        footer: What stands at the foot of every page.
        page: The word for page.
    """

    language: str
    title: str
    subtitle: str
    banner: str
    drawn_up: str
    opening: tuple[Cell, ...]
    parts: tuple[Part, ...]
    sheets: tuple[Table, ...]
    footer: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Says things in one language, as cells."""

    language: str

    def say(self, key: str, **parameters: str | int) -> str:
        """Return a sentence."""
        return say(key, language=self.language, parameters=parameters)

    def cell(self, text: str, tone: str = "") -> Cell:
        """Return words of this language."""
        return Cell(value=text, language=self.language, tone=tone)

    def head(self, *columns: str) -> tuple[str, ...]:
        """Return the names of columns."""
        return tuple(self.say(f"report.column.{one}") for one in columns)

    def listed(self, words: Iterable[str]) -> str:
        """Return words behind each other."""
        return {"ar": "، "}.get(self.language, ", ").join(words)


def plain(value: str | int | date, tone: str = "", names: str = "") -> Cell:
    """Return a code, number, reference or day."""
    return Cell(value=value, tone=tone, names=names)


def foreign(text: str, language: str) -> Cell:
    """Return words of another language, e.g. a note of a profile."""
    return Cell(value=text, language=language)
