"""Tables as a workbook (XLSX): real types, frozen heads, and no text that a program would take for a formula.

The extra ``law`` brings the writer. Text is written as text whatever it begins with; nothing becomes a
formula, a link or a number by its looks.
"""

import io
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from comity.kernel.errors import UnavailableError

if TYPE_CHECKING:
    from comity.wording.reports import Cell, Report, Table

_MOST_CELL = 32_000
_MOST_NAME = 31
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_COLOURS = {"good": "#E8F3EC", "warn": "#FDF1DA", "bad": "#FBE7E7", "muted": "#F2F2F2"}


def workbook_of(report: "Report", *, author: str, on: date) -> bytes:
    """Return the tables of a report as a workbook, each a sheet, behind a sheet that says what it is.

    Args:
        report: The report.
        author: Who drew it up, for the properties.
        on: The day that its properties tell.

    Raises:
        UnavailableError: ``law.workbook`` without the extra ``law``.

    Basis: ISO/IEC 29500
    """
    writer = _writer()
    held = io.BytesIO()
    book = writer.Workbook(
        held,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    made = datetime.combine(on, time(), tzinfo=UTC).replace(tzinfo=None)
    book.set_properties({"title": report.title, "author": author, "created": made})
    _Sheets(book=book, report=report).write()
    book.close()
    return held.getvalue()


class _Sheets:
    """Writes the sheets of one workbook."""

    def __init__(self, *, book: Any, report: "Report") -> None:
        from comity.wording.catalogue import is_rtl

        self._book, self._report = book, report
        self._rtl = is_rtl(report.language)
        self._names: set[str] = set()
        self._formats = {tone: self._format(tone) for tone in ("", *_COLOURS)}
        self._day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        self._head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._title = book.add_format({"bold": True, "font_size": 14})

    def write(self) -> None:
        """Write what it is, then every table."""
        report = self._report
        sheet = self._sheet(_about(report))
        sheet.set_column(0, 0, 110)
        sheet.write_string(0, 0, report.title, self._title)
        told = [report.subtitle, report.drawn_up, report.banner, *(one.text for one in report.opening)]
        for row, text in enumerate(filter(None, told), start=1):
            sheet.write_string(row, 0, text, self._formats[""])
        for table in report.sheets:
            self._table(table)

    def _table(self, table: "Table") -> None:
        sheet = self._sheet(table.title)
        for column, (name, width) in enumerate(zip(table.head, table.widths, strict=True)):
            sheet.set_column(column, column, max(width, 8))
            sheet.write_string(0, column, name, self._head)
        for number, row in enumerate(table.rows, start=1):
            for column, cell in enumerate(row):
                self._cell(sheet, number, column, cell)
        sheet.freeze_panes(1, 0)
        if table.rows:
            sheet.autofilter(0, 0, len(table.rows), len(table.head) - 1)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)

    def _cell(self, sheet: Any, row: int, column: int, cell: "Cell") -> None:
        value = cell.value
        if isinstance(value, date):
            sheet.write_datetime(row, column, datetime.combine(value, time()), self._day)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self._formats[cell.tone])
        elif value:
            sheet.write_string(row, column, _fit(value), self._formats[cell.tone])

    def _sheet(self, title: str) -> Any:
        name = base = title.translate(_NOT_IN_NAMES).strip(" '")[:_MOST_NAME].strip() or "1"
        count = 1
        while name.lower() in self._names:
            count += 1
            name = f"{base[: _MOST_NAME - 3].strip()} {count}"
        self._names.add(name.lower())
        sheet = self._book.add_worksheet(name)
        if self._rtl:
            sheet.right_to_left()
        return sheet

    def _format(self, tone: str) -> Any:
        told: dict[str, object] = {"text_wrap": True, "valign": "top"}
        return self._book.add_format({**told, "bg_color": _COLOURS[tone]} if tone else told)


def _about(report: "Report") -> str:
    from comity.wording.speech import say

    return say("report.about", language=report.language)


def _fit(text: str) -> str:
    """Return text without what XML cannot hold, within what a cell holds."""
    kept = "".join(ch if ch >= " " or ch in "\n\t" else "\ufffd" for ch in text)
    return kept if len(kept) <= _MOST_CELL else kept[:_MOST_CELL] + " …"


def _writer() -> Any:
    try:
        import xlsxwriter  # type: ignore[import-untyped]
    except ImportError as exc:
        raise UnavailableError(
            "law.workbook",
            "workbooks need the extra 'law'",
            hint="install it: pip install 'comity[law]'; PDF and JSON need it not",
        ) from exc
    return xlsxwriter
