"""Reports on law as files: joins the words with the typesetter, the office file and the workbook."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from comity.kernel.errors import MalformedError
from comity.wording.gapfiles import MEDIA

if TYPE_CHECKING:
    from comity.law.gapviews import GapsView


def gap_file(view: GapsView, *, form: str, language: str, author: str, on: date) -> bytes:
    """Return a gap analysis as a file; see :class:`comity.wording.gapfiles.GapFile`."""
    if form not in MEDIA:
        raise MalformedError(
            "law.report_format",
            f"a gap analysis is not written as {form[:20]!r}",
            hint="use one of " + ", ".join(MEDIA),
            where="format",
        )
    if form == "json":
        import msgspec

        return msgspec.json.format(msgspec.json.encode(view), indent=2) + b"\n"
    if form.startswith("notes"):
        return _notes(view, form=form, language=language, author=author, on=on)
    from comity.wording.gapreport import gap_report

    report = gap_report(view, language=language, on=on)
    if form == "xlsx":
        from comity.engines.workbooks import workbook_of

        return workbook_of(report, author=author, on=on)
    from comity.engines.letters.pdf import tables_pdf

    return tables_pdf(report, author=author, on=on)


def _notes(view: GapsView, *, form: str, language: str, author: str, on: date) -> bytes:
    from comity.wording.gapnotes import gap_notes

    words = gap_notes(view, language=language, on=on)
    if form == "notes":
        from comity.engines.letters.office import report_docx

        return report_docx(words, author=author, on=on)
    from comity.engines.letters.pdf import report_pdf

    return report_pdf(words, author=author, on=on)
