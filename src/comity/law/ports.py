"""What the law desk needs from outside: a library of provisions, and an index of their words."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from comity.law.provisions import Dated, Provision


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A version of a provision in the library.

    Attributes:
        number: Its number in the library; a version keeps it for ever.
        dated: What it says, and from when to when.
        digest: SHA-256 digest of what it says.
    """

    number: int
    dated: Dated
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What the library holds of one instrument in one language.

    Attributes:
        country: ISO 3166-1 alpha-3 code.
        instrument: Short name.
        title: Its name.
        language: BCP 47 tag.
        provisions: How many stand today.
        versions: How many versions there are in all.
        since: Day of the newest change.
    """

    country: str
    instrument: str
    title: str
    language: str
    provisions: int
    versions: int
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place of a ranking that the library keeps.

    Attributes:
        number: Number of the version.
        score: Its score, rounded to hundredths.
        start: Offset of the passage that matters most, in characters.
        end: Offset after it.
    """

    number: int
    score: float
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRecord:
    """A review as it is kept: bytes, and by what it is looked for.

    Attributes:
        number: From 1 on, without a gap.
        country: Whose law.
        article: Article of the Convention.
        line: The review in JSON.
    """

    number: int
    country: str
    article: int
    line: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedRecord:
    """A version of the profile of a Party, as its authority signed it.

    Attributes:
        root: Fingerprint of the Party.
        version: From 1 on.
        statement: The signed statement with its approvals, the bytes as they came.
        taken_at: When it was taken in, microseconds UTC: the earliest proof that it was signed.
    """

    root: str
    version: int
    statement: bytes
    taken_at: int


class LawStore(Protocol):
    """What a node keeps of the law desk: reviews, and profiles that Parties signed. Both only grow."""

    def add_review(self, record: ReviewRecord) -> None:
        """Append a review; ConflictError ``law.review_number`` unless its number is the next."""
        ...

    def reviews(self, country: str, *, article: int = 0) -> tuple[ReviewRecord, ...]:
        """Return the reviews of the law of a State, by number; of one article where one is named."""
        ...

    def review(self, number: int) -> ReviewRecord | None:
        """Return one review; None for a number that none has."""
        ...

    def reviewed_countries(self) -> tuple[str, ...]:
        """Return the States whose law was reviewed, sorted."""
        ...

    def review_count(self) -> int:
        """Return how many reviews there are."""
        ...

    def add_stated(self, record: StatedRecord) -> None:
        """Keep a version of a profile; ConflictError ``law.profile_version`` if it is held already."""
        ...

    def newest_stated(self, root: str) -> StatedRecord | None:
        """Return the highest version of a Party's profile that is held; None where there is none."""
        ...

    def stated(self, root: str) -> tuple[StatedRecord, ...]:
        """Return the versions of a Party's profile, the lowest first."""
        ...


class LibraryWriter(Protocol):
    """What an import may do inside its one transaction."""

    def standing(self, country: str, instrument: str, language: str) -> dict[str, Kept]:
        """Return what stands of an instrument, by section."""
        ...

    def begin(self, dated: Dated, *, marks: bytes | None) -> None:
        """Keep a new version; its marks are None where its language has no terms."""
        ...

    def move(self, number: int, *, ordinal: int, marks: bytes | None) -> None:
        """Change where a version stands in its instrument, and its marks."""
        ...

    def end(self, number: int, *, until: date) -> None:
        """End a version on a day; one that began on that day or later is removed."""
        ...

    def forget_rankings(self, country: str) -> None:
        """Drop the rankings of a State."""
        ...


class Library(Protocol):
    """Where provisions are kept, in all their versions."""

    def writing(self) -> AbstractContextManager[LibraryWriter]:
        """Yield one transaction: kept whole at the end, or not at all."""
        ...

    def holdings(self, country: str = "") -> tuple[Holding, ...]:
        """Return what is held, by State, instrument and language; of one State where one is named."""
        ...

    def languages(self, country: str) -> tuple[str, ...]:
        """Return the languages of what stands today of a State, in order; none where nothing is held."""
        ...

    def marked(self, country: str, *, on: date) -> Iterator[tuple[int, Provision, bytes]]:
        """Yield number, provision and marks of what stands on a day and has marks, in order."""
        ...

    def versions(self, reference: str) -> tuple[Kept, ...]:
        """Return every version of a provision, in every language, the oldest first."""
        ...

    def kept(self, numbers: Sequence[int]) -> dict[int, Kept]:
        """Return versions by their numbers."""
        ...

    def standing(self, country: str = "") -> Iterator[Kept]:
        """Yield everything that stands today, for an index."""
        ...

    def ranking(
        self, country: str, article: int, *, knowledge: str, language: str
    ) -> tuple[Place, ...] | None:
        """Return a ranking that was kept; None where there is none, or older knowledge made it."""
        ...

    def keep_ranking(
        self, country: str, article: int, places: Sequence[Place], *, knowledge: str, language: str
    ) -> None:
        """Keep the ranking of an article for a State."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What an index found.

    Attributes:
        number: Number of the version.
        score: BM25 score; comparable within one answer only.
    """

    number: int
    score: float


class WordIndex(Protocol):
    """Words of provisions, for searches by anybody's words."""

    def replace(self, country: str, provisions: Iterable[tuple[int, Provision]]) -> int:
        """Index what stands of a State anew, and return how many provisions."""
        ...

    def search(self, text: str, *, country: str, language: str, most: int) -> tuple[Match, ...]:
        """Return the best matches of some words; raise MalformedError (``law.query``) for none."""
        ...


def provision_texts(provision: Provision) -> tuple[str, str]:
    """Return what is indexed of a provision: its headings, and its text."""
    return " ".join((*provision.path, provision.heading)).strip(), provision.text
