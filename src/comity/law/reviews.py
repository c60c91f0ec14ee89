"""Reviews: what a named officer says of a find, or of a whole row, about one version of a provision.

A review is never changed. A later one of the same office on the same matter takes its place, and the earlier
one stays to be seen. When the provision gets a newer version, what was said of the older one is stale: it
stands as said of that version, and claims nothing of the newer.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from comity.kernel.clock import Instant
from comity.law.elements import asked
from comity.law.profiles import UNTOLD, Coverage, Meeting, Penalty, Row

MOST_REASON = 4_000
"""Characters of a reason."""


class Verdict(StrEnum):
    """What a person says of a find."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """One version of a provision that a person looked at, and the passage in it.

    Attributes:
        reference: COUNTRY/INSTRUMENT/SECTION.
        title: Name of the instrument.
        language: BCP 47 tag of the version.
        sha256: Digest of what it says, in hexadecimal.
        start: Offset of the passage in the text, in characters; ``end`` is the offset after it.
        end: As large as ``start`` where the whole provision is meant.
    """

    reference: str
    title: str
    language: str
    sha256: str
    start: int = 0
    end: int = 0

    def __post_init__(self) -> None:
        if self.reference.count("/") != 2 or len(self.sha256) != 64:
            raise ValueError("a provision is named by its reference and the digest of its version")
        if not 0 <= self.start <= self.end:
            raise ValueError("a passage ends before it begins")

    @property
    def cited(self) -> tuple[str, str]:
        """Instrument and section, as a profile cites them."""
        _, instrument, section = self.reference.split("/")
        return instrument, section


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One statement of one officer.

    Attributes:
        number: From 1 on, in the order in which they were made on the node.
        at: When.
        authority: Office for which the officer speaks.
        officer: Who.
        role: In which role.
        country: Whose law.
        article: Article of the Convention.
        element: The element that is spoken of; empty for the article as a whole.
        verdict: What is said.
        found: What was looked at; None where nothing serves, or a whole row is spoken of.
        instead: What serves in the place of what was found, or another passage of it.
        meeting: How far the element is met; None where that is not said.
        is_primary: Whether the provision carries the article.
        most: Longest penalty of the plain offence.
        aggravated: Longest penalty of a graver form.
        row: A whole row that the officer takes as their own.
        sources: The versions on which that row rests.
        reason: Why, in own words.
        language: BCP 47 tag of the reason.
    """

    number: int
    at: Instant
    authority: str
    officer: str
    role: str
    country: str
    article: int
    element: str
    verdict: Verdict
    found: Reviewed | None
    reason: str
    language: str
    instead: Reviewed | None = None
    meeting: Meeting | None = None
    is_primary: bool = True
    most: Penalty = UNTOLD
    aggravated: Penalty = UNTOLD
    row: Row | None = None
    sources: tuple[Reviewed, ...] = ()

    def __post_init__(self) -> None:
        if not self.reason.strip() or len(self.reason) > MOST_REASON:
            raise ValueError(f"a review has a reason of at most {MOST_REASON} characters")
        article = asked().get(self.article)
        if article is None:
            raise ValueError(f"article {self.article} asks nothing of national law")
        if self.element and self.element not in {one.name for one in article.elements}:
            raise ValueError(f"article {self.article} has no element {self.element[:40]!r}")
        if any(not one.reference.startswith(f"{self.country}/") for one in self.seen):
            raise ValueError(f"a provision is not one of {self.country}")
        if self.row is not None:
            self._require_row(self.row)
        else:
            self._require_shape()

    @property
    def subject(self) -> tuple[str, str, int, str, str]:
        """What it is about: a later review of the same takes its place."""
        looked_at = self.found.reference if self.found is not None else ""
        return self.authority, self.country, self.article, self.element, looked_at

    @property
    def seen(self) -> tuple[Reviewed, ...]:
        """Every version that it speaks of."""
        return tuple(one for one in (self.found, self.instead, *self.sources) if one is not None)

    @property
    def serves(self) -> Reviewed | None:
        """The version that serves by this review; None where it says that none does."""
        if self.verdict is Verdict.REFUSED:
            return None
        return self.instead if self.instead is not None else self.found

    def _require_row(self, row: Row) -> None:
        if row.article != self.article or self.element or self.found is not None or self.instead is not None:
            raise ValueError("a row is taken as a whole, for its own article")
        cited = {(one.instrument, one.section) for one in row.provisions}
        if cited != {one.cited for one in self.sources}:
            raise ValueError("a row is taken with the version of every provision that it cites")

    def _require_shape(self) -> None:
        told = None if self.meeting is None else self.meeting.coverage
        if self.sources:
            raise ValueError("only a row rests on sources")
        match self.verdict:
            case Verdict.CONFIRMED:
                wrong = self.found is None or self.instead is not None
                wrong = wrong or told in (Coverage.MISSING, Coverage.UNKNOWN)
                if wrong or (bool(self.element) and told is None):
                    raise ValueError("what is confirmed was found, and meets the element or narrows it")
            case Verdict.REFUSED:
                if self.found is None or self.instead is not None or self.meeting is not None:
                    raise ValueError("what is refused was found, and nothing more is said of it")
            case Verdict.CORRECTED:
                if self.instead is None and self.meeting is None:
                    raise ValueError("a correction names what serves instead, or how far")
                if self.found is None and self.instead is None and told is not Coverage.MISSING:
                    raise ValueError("without a provision an element is missing")


def standing(reviews: Iterable[Review]) -> tuple[Review, ...]:
    """Return the reviews that no later one of the same office on the same matter took the place of."""
    last: dict[tuple[str, str, int, str, str], Review] = {}
    for one in sorted(reviews, key=lambda one: one.number):
        last[one.subject] = one
    return tuple(sorted(last.values(), key=lambda one: one.number))


def is_stale(review: Review, newest: Callable[[str, str], str]) -> bool:
    """Tell whether a provision that a review speaks of has a newer version, or stands no more.

    Args:
        review: The review.
        newest: Returns the digest of what stands of a provision in a language; empty where nothing does.
    """
    return any(newest(one.reference, one.language) != one.sha256 for one in review.seen)
