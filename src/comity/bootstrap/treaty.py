"""What the treaty desk needs from outside: the depositary's XML read, and the status kept by a node."""

import os
import secrets
from pathlib import Path

from comity.bootstrap.overlays import kept_book, known_status
from comity.config import read_config
from comity.engines.files import fsync_folder, write_all
from comity.kernel.errors import MalformedError
from comity.treaty.book import EMPTY, STATUS_FILE, Book, Known, book_bytes
from comity.treaty.depositary import Page
from comity.treaty.kit import Kit, Paper
from comity.wording import LANGUAGES
from comity.wording.kit import kit_paper
from comity.wording.letters import letter_languages


class TreatyRoom:
    """Reads pages of the depositary and keeps what was taken from them beside a node's configuration."""

    def page(self, data: bytes, *, where: str) -> Page:
        """Return the page that an XML file holds; see :func:`comity.engines.depositary.page_of`."""
        from comity.engines.depositary import page_of

        return page_of(data, where=where)

    def book(self, directory: str | None) -> Book:
        """Return what the node took; an empty book where there is no node or nothing yet."""
        if directory is None:
            return EMPTY
        return kept_book(Path(directory))

    def keep(self, directory: str, book: Book) -> None:
        """Put a book in the place of the one kept: aside first, durable, then renamed.

        Raises:
            NotFoundError: ``node.absent``.
        """
        folder = Path(directory)
        read_config(folder)
        self._put(folder, book)

    @staticmethod
    def _put(folder: Path, book: Book) -> None:
        aside = folder / f".{secrets.token_hex(8)}.part"
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            write_all(handle, book_bytes(book))
            os.fsync(handle)
        finally:
            os.close(handle)
        aside.replace(folder / STATUS_FILE)
        fsync_folder(folder)

    def paper(self, kit: Kit, paper: Paper, *, suffix: str, languages: str) -> bytes:
        """Return one document of a deposit kit as ``.docx`` or ``.pdf``.

        Raises:
            MalformedError: ``letter.suffix``; ``letter.language``: another than those of pages, or too many.
            UnavailableError: PDF without the extra ``letters`` or without a font.
        """
        if suffix not in (".docx", ".pdf"):
            raise MalformedError(
                "letter.suffix", f"a document is no {suffix[:20]!r} file", hint="use .docx or .pdf"
            )
        tongues = letter_languages(languages or LANGUAGES[0])
        if not set(tongues) <= set(LANGUAGES):
            raise MalformedError(
                "letter.language",
                f"the kit has no words in {languages[:20]!r}",
                hint="use one or two of " + ", ".join(LANGUAGES),
            )
        words = kit_paper(kit, paper, languages=tongues)
        if suffix == ".pdf":
            from comity.engines.letters.pdf import report_pdf

            return report_pdf(words, author=kit.party, on=kit.on)
        from comity.engines.letters.office import report_docx

        return report_docx(words, author=kit.party, on=kit.on)


class NodeTreatyRoom(TreatyRoom):
    """The same around one node's folder, for its treaty desk."""

    def __init__(self, folder: Path) -> None:
        """Take the node's folder."""
        self._folder = folder

    def known(self) -> Known:
        """Return what the node knows of the status."""
        return known_status(self._folder)

    def keep_here(self, book: Book) -> None:
        """Put a book in the place of the one kept."""
        self._put(self._folder, book)
