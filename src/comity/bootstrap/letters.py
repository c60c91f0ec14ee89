"""A form becomes a letter as a file, and a signed document is checked: joins the rooms that letters need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.kernel.errors import MalformedError

if TYPE_CHECKING:
    from datetime import date

    from comity.node.takedownviews import NoticeView
    from comity.node.telling import ToldCustody
    from comity.requests.letters import Enclosure, Letter, Origin
    from comity.wording.letters import LetterFile, WrittenLetter

MEDIA = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text",
}


def make_letter(
    form: bytes,
    *,
    suffix: str,
    on: date,
    languages: str = "",
    style: str = "plain",
    act: str = "",
    enclosures: tuple[Enclosure, ...] = (),
    origin: Origin | None = None,
) -> LetterFile:
    """Return the letter of a form.

    Args:
        form: The form, I-JSON.
        suffix: ``.pdf``, ``.docx`` or ``.odt``.
        on: The day on which it is drawn up.
        languages: One or two languages joined by a comma; empty for that of the request, else English.
        style: Code of a style.
        act: Id of the act that carried the form; empty where there is none.
        enclosures: Files that go with it.
        origin: How it came, where its author signed it at no node.

    Raises:
        MalformedError: ``letter.suffix``, ``letter.language``, or the form does not hold.
        NotFoundError: ``letter.style``.
        ConflictError: ``letter.style_kind``.
        UnavailableError: PDF without the extra ``letters`` or without a font.
    """
    from comity.requests.letters import letter_of
    from comity.requests.wire import parse_form
    from comity.wording import letters

    if suffix not in MEDIA:
        raise MalformedError(
            "letter.suffix", f"a letter is no {suffix[:20]!r} file", hint="use one of " + ", ".join(MEDIA)
        )
    letter = letter_of(parse_form(form), style=style, act=act, enclosures=enclosures, origin=origin)
    chosen = letters.letter_languages(languages) if languages else (letters.language_of(letter.language),)
    words = letters.written(letter, languages=chosen, on=on)
    return letters.LetterFile(
        data=_rendered(letter, words, suffix, on),
        media_type=MEDIA[suffix],
        digest=letter.digest,
        withheld=letter.withheld,
        elsewhere=tuple(
            (one, found) for one in chosen if (found := letters.spoken_elsewhere(letter, language=one))
        ),
    )


def _rendered(letter: Letter, words: WrittenLetter, suffix: str, on: date) -> bytes:
    if suffix == ".pdf":
        from comity.engines.letters.pdf import pdf_of

        return pdf_of(letter, words, on=on)
    from comity.engines.letters.office import docx_of, odt_of

    return (docx_of if suffix == ".docx" else odt_of)(letter, words, on=on)


def print_custody(told: ToldCustody, *, languages: str) -> bytes:
    """Return the custody of a case as PDF; see :class:`comity.wording.custody.PrintCustody`."""
    from comity.engines.letters.pdf import report_pdf
    from comity.kernel.clock import to_date
    from comity.wording.custody import custody_report
    from comity.wording.letters import letter_languages

    on = to_date(told.at)
    words = custody_report(told, languages=letter_languages(languages or "en"), on=on)
    return report_pdf(words, author=told.authority, on=on)


def print_notice(told: NoticeView, *, suffix: str, language: str) -> bytes:
    """Return a notice to take content out as a file; see :class:`comity.wording.notices.PrintNotice`."""
    from comity.kernel.clock import Instant, to_date
    from comity.wording.notices import notice_language, notice_letter, notice_text, require_suffix

    on, chosen = to_date(Instant(told.at)), notice_language(told, language)
    if require_suffix(suffix) == ".txt":
        return notice_text(told, language=chosen, on=on).encode()
    written = notice_letter(told, language=chosen, on=on)
    if suffix == ".pdf":
        from comity.engines.letters.pdf import report_pdf

        return report_pdf(written, author=told.office, on=on)
    from comity.engines.letters.office import report_docx

    return report_docx(written, author=told.office, on=on)
