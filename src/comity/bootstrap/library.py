"""Joins the library of laws: its file and index beside the node's store, and the readers of published law."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comity.engines.law.index import TantivyIndex
from comity.engines.law.profiles import ProfileFolder
from comity.engines.law.reading import read_published
from comity.engines.law.trees import Told
from comity.kernel.errors import UnavailableError
from comity.law.ports import WordIndex
from comity.law.profiles import Profile
from comity.law.provisions import Provision
from comity.law.service import Corpus
from comity.law.shelf import Profiles, profiles_on
from comity.storage.library.store import SqliteLibrary

FOLDER = "law"
_INDEX = "index"


@contextmanager
def open_corpus(directory: str, *, make: bool = False) -> Iterator[Corpus]:
    """Open the library of laws in a folder, which is a node's or any other: it holds published texts only.

    Args:
        directory: The folder.
        make: Whether an absent library is made.

    Raises:
        NotFoundError: ``law.library``.
    """
    folder = Path(directory) / FOLDER
    library = SqliteLibrary(folder, make=make)
    try:
        yield Corpus(library=library, index=_index(folder / _INDEX))
    finally:
        library.close()


def read_law(path: str, *, country: str, instrument: str = "", language: str = "") -> Iterator[Provision]:
    """Yield the provisions of a published file."""
    yield from read_published(
        Path(path), told=Told(country=country, instrument=instrument, language=language)
    )


def open_profiles(directory: str) -> Profiles:
    """Return what is known of the laws of States: drafts that ship, and confirmed profiles in a folder."""
    return profiles_on(ProfileFolder(Path(directory) / FOLDER))


def take_profile(directory: str, data: bytes, *, public: bytes, where: str) -> Profile:
    """Keep a confirmed profile in a folder, verified under a key that the reader trusts."""
    return ProfileFolder(Path(directory) / FOLDER).take(data, public=public, where=where)


def _index(folder: Path) -> WordIndex | None:
    try:
        return TantivyIndex(folder)
    except UnavailableError as exc:
        if exc.code != "law.extra":
            raise
        return None
