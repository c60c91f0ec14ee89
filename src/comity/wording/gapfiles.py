"""The forms in which a gap analysis leaves the node, and what makes them."""

from datetime import date
from typing import Protocol

from comity.law.gapviews import GapsView

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "notes": _DOCX,
    "notes-pdf": "application/pdf",
}
"""Media types by form."""
SUFFIXES = {"pdf": ".pdf", "xlsx": ".xlsx", "json": ".json", "notes": ".docx", "notes-pdf": ".pdf"}


class GapFile(Protocol):
    """Makes a file of a gap analysis: what bootstrap hands to every face."""

    def __call__(self, view: GapsView, *, form: str, language: str, author: str, on: date) -> bytes:
        """Return the file.

        Args:
            view: The gap analysis.
            form: ``pdf``, ``xlsx``, ``json``, ``notes`` or ``notes-pdf``.
            language: One of the languages of pages.
            author: Who draws it up.
            on: The day.

        Raises:
            MalformedError: ``law.report_format``.
            UnavailableError: without the extra ``letters`` or ``law``, or without a font.
        """
        ...


def file_name(country: str, form: str) -> str:
    """Return the name under which a form is saved, e.g. ``KEN-gaps.pdf``."""
    what = "drafting-notes" if form.startswith("notes") else "gaps"
    return f"{country}-{what}{SUFFIXES[form]}"
