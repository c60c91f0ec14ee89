"""The desk for national law: published texts that every officer of the node may read."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date

import msgspec

from comity.kernel.clock import to_date
from comity.kernel.errors import MalformedError, NotFoundError
from comity.law.ports import Holding, Kept
from comity.law.provisions import country_code
from comity.law.service import Corpus, Finding
from comity.law.shelf import ProfileShelf
from comity.node.access import Action, require_access
from comity.node.reviewing import ReviewView, reviews_in, speaks_of, views_of
from comity.node.views import Actor
from comity.node.workplace import Workplace

MOST_FOUND = 100


class ProvisionView(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a provision.

    Attributes:
        reference: COUNTRY/INSTRUMENT/SECTION.
        country: ISO 3166-1 alpha-3 code.
        instrument: Short name of the statute.
        section: Its label.
        language: BCP 47 tag.
        title: Name of the statute.
        path: Headings above it, from the outermost in.
        heading: Its heading.
        text: Its text.
        source: Where it is published.
        sha256: Digest of what it says.
        since: Day from which the library knows it so, ``YYYY-MM-DD``.
        until: First day on which it no longer stood so; empty while it does.
    """

    reference: str
    country: str
    instrument: str
    section: str
    language: str
    title: str
    path: tuple[str, ...]
    heading: str
    text: str
    source: str
    sha256: str
    since: str
    until: str


class FindingView(msgspec.Struct, frozen=True, kw_only=True):
    """A provision that was found; nobody has claimed it but who says so in a review.

    Attributes:
        provision: What it is, without its text.
        score: In hundredths; comparable within one answer only.
        passage: The passage that matters most.
        start: Its offset in the text, in characters.
        end: The offset after it.
        reviews: What officers here said of it under the article, with what is stale or superseded.
    """

    provision: ProvisionView
    score: int
    passage: str
    start: int
    end: int
    reviews: tuple[ReviewView, ...] = ()


class HoldingView(msgspec.Struct, frozen=True, kw_only=True):
    """What the library holds of one instrument in one language."""

    country: str
    instrument: str
    title: str
    language: str
    provisions: int
    versions: int
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LawDesk:
    """National law as the library beside this node holds it.

    Attributes:
        place: The node.
        corpus: Opens the library.
        shelf: Where confirmed profiles lie that somebody took in under a key of their own finding.
    """

    place: Workplace
    corpus: Callable[[], AbstractContextManager[Corpus]]
    shelf: ProfileShelf

    def holdings(self, actor: Actor) -> tuple[HoldingView, ...]:
        """Return what the library holds; nothing where there is none."""
        self._require(actor)
        try:
            with self.corpus() as corpus:
                return tuple(map(_holding, corpus.library.holdings()))
        except NotFoundError as exc:
            if exc.code != "law.library":
                raise
            return ()

    def find(
        self, actor: Actor, *, country: str, article: int, most: int = 10, on: str = "", language: str = ""
    ) -> tuple[FindingView, ...]:
        """Return the provisions that may serve an article, the likeliest first.

        Raises:
            MalformedError: ``law.country_code``, ``law.day``, ``law.count``.
            NotFoundError: ``law.library``, ``law.country``, ``law.article``, ``law.terms``.
        """
        self._require(actor)
        _require_count(most)
        with self.corpus() as corpus:
            found = corpus.find(
                country_code(country), article, most=most, today=self._today(), on=_day(on), language=language
            )
        with self.place.store.snapshot() as tx:
            said = views_of(reviews_in(tx.law, country, article=article), self.corpus)
        return tuple(_finding(one, said) for one in found)

    def search(
        self, actor: Actor, *, text: str, country: str = "", most: int = 10, language: str = ""
    ) -> tuple[FindingView, ...]:
        """Return provisions that hold some words, the best first.

        Raises:
            MalformedError: ``law.query``, ``law.country_code``, ``law.count``.
            UnavailableError: ``law.extra``.
        """
        self._require(actor)
        _require_count(most)
        with self.corpus() as corpus:
            found = corpus.search(
                text, country=country_code(country) if country else "", language=language, most=most
            )
        return tuple(map(_finding, found))

    def show(
        self, actor: Actor, *, reference: str, on: str = "", language: str = ""
    ) -> tuple[ProvisionView, ...]:
        """Return a provision as it stands, or stood on a day, in each language.

        Raises:
            MalformedError: ``law.reference``, ``law.day``.
            NotFoundError: ``law.library``, ``law.provision``.
        """
        self._require(actor)
        with self.corpus() as corpus:
            return tuple(_provision(one) for one in corpus.show(reference, on=_day(on), language=language))

    def versions(self, actor: Actor, *, reference: str) -> tuple[ProvisionView, ...]:
        """Return every version of a provision, the oldest first."""
        self._require(actor)
        with self.corpus() as corpus:
            return tuple(_provision(one) for one in corpus.library.versions(reference))

    def _require(self, actor: Actor) -> None:
        require_access(actor, Action.PEER_LIST, realm=self.place.realm, owner=actor.authority)

    def _today(self) -> date:
        return to_date(self.place.clock.now())


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise MalformedError(
            "law.day", f"{text[:20]!r} is not a day", hint="days are YYYY-MM-DD", where="on"
        ) from exc


def _require_count(most: int) -> None:
    if not 1 <= most <= MOST_FOUND:
        raise MalformedError(
            "law.count",
            f"{most} provisions cannot be asked for",
            hint=f"ask for 1 to {MOST_FOUND}",
            where="most",
        )


def _holding(one: Holding) -> HoldingView:
    return HoldingView(
        country=one.country,
        instrument=one.instrument,
        title=one.title,
        language=one.language,
        provisions=one.provisions,
        versions=one.versions,
        since=one.since.isoformat(),
    )


def _provision(kept: Kept, *, with_text: bool = True) -> ProvisionView:
    one, dated = kept.dated.provision, kept.dated
    return ProvisionView(
        reference=one.reference,
        country=one.country,
        instrument=one.instrument,
        section=one.section,
        language=one.language,
        title=one.title,
        path=one.path,
        heading=one.heading,
        text=one.text if with_text else "",
        source=one.source,
        sha256=kept.digest.hex(),
        since=dated.since.isoformat(),
        until=dated.until.isoformat() if dated.until is not None else "",
    )


def _finding(found: Finding, said: tuple[ReviewView, ...] = ()) -> FindingView:
    provision = _provision(found.kept, with_text=False)
    return FindingView(
        reviews=tuple(one for one in said if one.standing and speaks_of(one, provision.reference)),
        provision=provision,
        score=found.score_hundredths,
        passage=found.passage,
        start=found.start,
        end=found.end,
    )
