"""Workbooks, judged by openpyxl: real types, frozen heads, direction, and nothing that becomes a formula."""

import io
import sys
from datetime import date, datetime

import openpyxl
import pytest

from comity.engines.workbooks import workbook_of
from comity.kernel.errors import UnavailableError
from comity.wording.reports import Cell, Report, Table, foreign, plain

ON = date(2026, 11, 22)
RISKY = ("=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(A1)", "http://example.org/", "123", "{=A1}")


def report(language="en", sheets=()):
    return Report(
        language=language,
        title="Title",
        subtitle="",
        banner="",
        drawn_up="",
        opening=(),
        parts=(),
        sheets=sheets,
        footer="",
        page="",
    )


def table(title="One: [a]/b?", rows=()):
    return Table(title=title, head=("text", "number", "day"), rows=rows, widths=(20, 8, 12))


def opened(**more):
    return openpyxl.load_workbook(io.BytesIO(workbook_of(report(**more), author="Office", on=ON)))


def test_text_stays_text_numbers_numbers_and_days_days():
    rows = tuple((foreign(text, "en"), plain(number), plain(ON)) for number, text in enumerate(RISKY))
    book = opened(sheets=(table(rows=rows),))
    sheet = book.worksheets[1]
    for number, text in enumerate(RISKY):
        cells = sheet[number + 2]
        assert (cells[0].value, cells[0].data_type) == (text, "s")
        assert cells[0].hyperlink is None
        assert (cells[1].value, cells[1].data_type) == (number, "n")
        assert (cells[2].value, cells[2].is_date) == (datetime(2026, 11, 22), True)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:C{len(RISKY) + 1}"
    assert [one.value for one in sheet[1]] == ["text", "number", "day"]


def test_names_of_sheets_are_ones_that_programs_open_and_arabic_runs_from_the_right():
    book = opened(language="ar", sheets=(table(), table(), table(title="x" * 60)))
    assert book.sheetnames[1:] == ["One   a  b", "One   a  b 2", "x" * 31]
    assert all(sheet.sheet_view.rightToLeft for sheet in book)
    assert not opened(sheets=(table(),)).worksheets[1].sheet_view.rightToLeft


def test_control_characters_and_what_is_too_long_do_not_break_it():
    cell = Cell(value="a\x00b\x1f" + "x" * 40_000)
    value = opened(sheets=(table(rows=((cell, plain(1), plain("")),)),)).worksheets[1]["A2"].value
    assert value.startswith("a\ufffdb\ufffd")
    assert len(value) < 32_767


def test_the_same_report_gives_the_same_bytes():
    made = [workbook_of(report(sheets=(table(),)), author="Office", on=ON) for _ in range(2)]
    assert made[0] == made[1]


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(UnavailableError) as caught:
        workbook_of(report(), author="Office", on=ON)
    assert caught.value.code == "law.workbook"
