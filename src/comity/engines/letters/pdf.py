"""A letter as PDF, set by Typst: shaped, tagged, with its language, and with the form inside it.

The extra ``letters`` brings the typesetter; the fonts are those of the system. Nothing is asked of the
network: the template names no package, and Typst reads nothing outside the folder that it is given.
"""

import json
import tempfile
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.engines.letters.parts import Part, parts_of
from comity.kernel.errors import UnavailableError
from comity.kernel.packaged import packaged_bytes

if TYPE_CHECKING:
    import typst
    from typst import PDFStandard

    from comity.requests.letters import Letter
    from comity.wording.letters import WrittenLetter
    from comity.wording.reports import Cell, Report, Table

STANDARD: "PDFStandard" = "a-3a"  # for archives, with its structure and files inside it
_PICTURE = "picture.svg"
_ROMAN = ("Noto Serif", "Libertinus Serif")
_SCRIPTS = {
    "ar": ("Noto Naskh Arabic", "Amiri", "Noto Sans Arabic", "DejaVu Sans"),
    "zh": ("Noto Serif CJK SC", "Source Han Serif SC", "Noto Sans CJK SC", "Songti SC", "SimSun"),
}
_PACKAGES = {"ar": "fonts-noto-core", "zh": "fonts-noto-cjk"}


def pdf_of(letter: "Letter", written: "WrittenLetter", *, on: date) -> bytes:
    """Return a letter as PDF; the same letter on the same day with the same fonts gives the same bytes.

    Args:
        letter: The letter without words.
        written: The letter in words.
        on: The day that its properties tell.

    Raises:
        UnavailableError: ``letters.extra`` without the typesetter, ``letters.font`` without a font for a
            language of the letter, ``letters.set`` when the typesetter fails.

    Basis: ISO 19005-3, ISO 32000-2
    """
    data = _data(written, letter.author, parts_of(letter), on)
    return _set(data, "letter.typ", files=parts_of(letter), on=on)


def report_pdf(written: "WrittenLetter", *, author: str, on: date, picture: bytes = b"") -> bytes:
    """Return a report in words as PDF, set like a letter, a picture (SVG) behind it; see :func:`pdf_of`."""
    drawn = Part(path=_PICTURE, name=_PICTURE, mime="image/svg+xml", relationship="supplement", data=picture)
    data = _data(written, author, (), on, picture=_PICTURE if picture else "")
    return _set(data, "letter.typ", files=(drawn,) if picture else (), on=on)


def tables_pdf(report: "Report", *, author: str, on: date) -> bytes:
    """Return a report with tables as PDF, tagged, in the direction of its language; see :func:`pdf_of`."""
    return _set(_table_data(report, author, on), "report.typ", files=(), on=on)


def _set(data: str, template: str, *, files: tuple[Part, ...], on: date) -> bytes:
    typst = _typst()
    with tempfile.TemporaryDirectory(prefix="comity-letter-") as folder:
        root = Path(folder)
        page = root / template
        page.write_bytes(packaged_bytes("comity.engines.letters", f"templates/{template}"))
        for part in files:
            (root / part.path).write_bytes(part.data)
        moment = datetime.combine(on, time(), tzinfo=UTC)
        compiler = typst.Compiler(root=folder, font_paths=_fonts(), ignore_system_fonts=True)
        try:
            return _compiled(compiler, page, data, moment)
        except typst.TypstError as exc:
            raise UnavailableError("letters.set", f"the typesetter failed: {exc.message[:200]}") from exc


def _compiled(compiler: "typst.Compiler", path: Path, data: str, moment: datetime) -> bytes:
    """Return the PDF for archives, or a plain tagged one where a character has no glyph in any font."""
    import typst

    def made(standard: "PDFStandard | None") -> bytes:
        found = compiler.compile(
            input=path, format="pdf", sys_inputs={"letter": data}, timestamp=moment, pdf_standards=standard
        )
        if not isinstance(found, bytes):
            raise AssertionError("one file was asked for")
        return found

    try:
        return made(STANDARD)
    except typst.TypstError as exc:
        if "PDF/A" not in exc.message:
            raise
        return made(None)


def _data(
    written: "WrittenLetter", author: str, files: tuple[Part, ...], on: date, *, picture: str = ""
) -> str:
    """Return what the template reads."""
    value: dict[str, Any] = _marked(asdict(written))
    lead = written.title[0]
    value |= {
        "name": written.name,
        "author": author,
        "picture": picture,
        "date": {"year": on.year, "month": on.month, "day": on.day},
        "lead": {"language": lead.language, "rtl": lead.rtl},
        "fonts": _families(written.languages),
        "files": [
            {"path": one.path, "relationship": one.relationship, "mime": one.mime, "description": one.name}
            for one in files
        ],
    }
    return json.dumps(value, ensure_ascii=False)


def _table_data(report: "Report", author: str, on: date) -> str:
    """Return what the template of reports reads."""
    from comity.wording.catalogue import is_rtl

    parts = [
        {
            "title": part.title,
            "level": part.level,
            "paragraphs": [_cell(one) for one in part.paragraphs],
            "table": None if part.table is None or not part.table.rows else _table(part.table),
        }
        for part in report.parts
    ]
    value = {
        "title": report.title,
        "subtitle": report.subtitle,
        "banner": report.banner,
        "drawn_up": report.drawn_up,
        "opening": [_cell(one) for one in report.opening],
        "parts": parts,
        "footer": report.footer,
        "page": report.page,
        "author": author,
        "date": {"year": on.year, "month": on.month, "day": on.day},
        "lead": {"language": report.language, "rtl": is_rtl(report.language)},
        "fonts": _families((report.language,)),
    }
    return json.dumps(value, ensure_ascii=False)


def _table(table: "Table") -> dict[str, Any]:
    shown = [index for index in range(len(table.head)) if index not in table.sheet_only]
    return {
        "head": [table.head[index] for index in shown],
        "widths": [table.widths[index] for index in shown],
        "rows": [[_cell(row[index]) for index in shown] for row in table.rows],
    }


def _cell(cell: "Cell") -> dict[str, Any]:
    return {"text": cell.text, "language": cell.language, "rtl": cell.is_rtl, "tone": cell.tone}


def _marked(value: Any) -> Any:
    """Return a value with the direction beside every language."""
    from comity.wording.catalogue import is_rtl

    if isinstance(value, dict):
        marked = {name: _marked(inner) for name, inner in value.items()}
        return {**marked, "rtl": is_rtl(value["language"])} if "language" in value else marked
    return [_marked(one) for one in value] if isinstance(value, (list, tuple)) else value


def _families(languages: tuple[str, ...]) -> list[str]:
    """Return the families to set a letter in; raise UnavailableError ``letters.font`` where one lacks."""
    there = set(_fonts().families())
    chosen = [next(name for name in _ROMAN if name in there)]
    for language, names in _SCRIPTS.items():
        found = next((name for name in names if name in there), None)
        if found is not None:
            chosen.append(found)
        elif language in languages:
            raise UnavailableError(
                "letters.font",
                f"no font for the language {language!r} was found",
                hint=f"install one: apt-get install {_PACKAGES[language]}",
            )
    return chosen


@cache
def _fonts() -> "typst.Fonts":
    found: typst.Fonts = _typst().Fonts(include_system_fonts=True, include_embedded_fonts=True)
    return found


def _typst() -> Any:
    try:
        import typst
    except ImportError as exc:
        raise UnavailableError(
            "letters.extra",
            "letters as PDF need the extra letters, which is not installed",
            hint="pip install 'comity[letters]'; DOCX and ODT need nothing more",
        ) from exc
    return typst
