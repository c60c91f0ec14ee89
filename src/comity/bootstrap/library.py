"""Joins the library of laws: its file and index beside the node's store, and the readers of published law."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from comity.config import FILE_NAME
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

if TYPE_CHECKING:
    from comity.node.reviewing import ReviewView

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


def profile_folder(directory: str) -> ProfileFolder:
    """Return the shelf of confirmed profiles in a folder."""
    return ProfileFolder(Path(directory) / FOLDER)


def open_profiles(directory: str) -> Profiles:
    """Return what is known of the laws of States in a folder, a node's or any other.

    Drafts that ship, and confirmed profiles that were taken in; of a node also what Parties state to it, and
    what its officers reviewed.
    """
    if not (Path(directory) / FILE_NAME).is_file():
        return profiles_on(profile_folder(directory))
    from comity.bootstrap.opening import opened
    from comity.node.comparing import known_laws

    with opened(directory) as (_, _, place), place.store.snapshot() as tx:
        return known_laws(place, tx, corpus=partial(open_corpus, directory), shelf=profile_folder(directory))


class LawRoom:
    """What a folder tells of national law without an officer."""

    def reviews(self, directory: str, country: str, article: int = 0) -> tuple[ReviewView, ...]:
        """Return what officers of the node in a folder said of the law of a State, if there is a node."""
        if not (Path(directory) / FILE_NAME).is_file():
            return ()
        from comity.bootstrap.opening import opened
        from comity.node.reviewing import reviews_in, views_of

        with opened(directory) as (_, _, place), place.store.snapshot() as tx:
            return views_of(reviews_in(tx.law, country, article=article), partial(open_corpus, directory))

    def verify(
        self, directory: str | None, data: bytes, *, trust: str | None, where: str
    ) -> tuple[Profile, str, bool]:
        """Return a signed profile, the verdict on it, and whether its root is trusted.

        Args:
            directory: Folder of a node whose pins count where nothing else is trusted; None for none.
            data: The file: the statement, its approvals, the Party's roots and entries.
            trust: A trust file, a fingerprint or twelve words; None for the pins of the node.
            where: The file, for errors.

        Raises:
            MalformedError: ``statement.form``, ``law.profile``, ``trust.form``.
            UntrustedError: a signature, an approval or the chain of the Party does not hold.
            NotFoundError: ``trust.absent``.
        """
        from comity.bootstrap.verifying import trust_in
        from comity.cases.statements import judge_paper, read_paper
        from comity.node.noticing import kind_of, stated_in

        paper = read_paper(data, where=where)
        profile, authority, at = stated_in(paper.notice, party=paper.party.party)
        given = trust_in(trust, directory)
        verdict, trusted = judge_paper(paper, authority=authority, kind=kind_of(profile), at=at, trust=given)
        return profile, verdict.value, trusted


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
