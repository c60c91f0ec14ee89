"""Which reader a published file needs: told by its content, and by its name where content does not tell."""

from collections.abc import Iterator
from pathlib import Path

from comity.engines.law.akn import read_akn
from comity.engines.law.canada import read_canada
from comity.engines.law.collections import read_collection
from comity.engines.law.pages import read_html, read_markdown
from comity.engines.law.trees import MOST_XML, Told, local, parsed
from comity.engines.law.uslm import read_uslm
from comity.kernel.errors import MalformedError, NotFoundError, UnavailableError
from comity.law.errors import too_large
from comity.law.provisions import Provision

_HEAD = 1 << 16
_PAGES = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
}
_ROOTS = {
    "akomaNtoso": read_akn,
    "uscDoc": read_uslm,
    "lawDoc": read_uslm,
    "pLaw": read_uslm,
    "Statute": read_canada,
    "Regulation": read_canada,
}


def read_published(path: Path, *, told: Told) -> Iterator[Provision]:
    """Yield the provisions of a file: JSON lines, Akoma Ntoso, USLM, Canada's XML, Markdown or HTML.

    Raises:
        NotFoundError: ``file.absent``.
        MalformedError: ``law.line``, ``law.size``, ``law.packed``, ``law.xml``, ``law.page``, ``law.form``.
        UnavailableError: ``file.unreadable``, ``law.extra``.
    """
    reader = _PAGES.get(path.suffix.lower())
    if reader is None and not _begins_like_xml(path):
        yield from read_collection(path, country=told.country)
        return
    data = _read(path)
    try:
        if reader is not None:
            yield from reader(data.decode("utf-8"), told=told, name=path.name)
            return
        root = parsed(data, name=path.name)
        found = _ROOTS.get(local(root))
        if found is None:
            raise MalformedError(
                "law.form",
                f"{path.name} is XML of a kind that is not read: {local(root)[:40]!r}",
                hint="Akoma Ntoso, USLM and the statutes of Canada are read; or make JSON lines of it",
                where=path.name,
            )
        yield from found(root, told=told, name=path.name)
    except (UnicodeDecodeError, ValueError) as exc:
        raise MalformedError(
            "law.form", f"{path.name} cannot be read: {exc}", hint="the file should be UTF-8", where=path.name
        ) from exc


def _begins_like_xml(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    except OSError:
        return False  # read_collection says what is wrong


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_XML + 1)
    except FileNotFoundError as exc:
        raise NotFoundError("file.absent", f"there is no file {path.name}", where=path.name) from exc
    except OSError as exc:
        raise UnavailableError(
            "file.unreadable", f"{path.name} cannot be read: {exc.strerror or exc}", where=path.name
        ) from exc
    if len(data) > MOST_XML:
        raise too_large(f"the file has more than {MOST_XML} bytes", where=path.name)
    return data
