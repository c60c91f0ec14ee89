"""Taking law in, and finding in it what may serve an article."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from comity.law.changes import Changed
from comity.law.errors import no_index, no_law, no_provision
from comity.law.intake import Intake, Taking
from comity.law.knowledge import knowledge_digest
from comity.law.marks import passages_of
from comity.law.matters import matter_of, matters
from comity.law.ports import Kept, Library, LibraryWriter, Place, WordIndex
from comity.law.provisions import Provision, split_reference
from comity.law.ranking import Candidate, rank
from comity.law.vocabulary import LANGUAGES, folded, vocabulary
from comity.law.wire import read_marks

MOST_FOUND = 100
"""Places of a ranking that the library keeps."""

_TOLD_EVERY = 1_000
_WORD = re.compile(r"\w+")

Told = Callable[[str, int], None]
"""Takes a step (``read`` or ``rank``) and how far it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A provision that may serve an article, or that holds the words searched for; nobody has claimed it yet.

    Attributes:
        kept: The version.
        score: How much speaks for it; comparable within one answer only.
        start: Offset of the passage that matters most, in characters of the text.
        end: Offset after it.
    """

    kept: Kept
    score: float
    start: int
    end: int

    @property
    def score_hundredths(self) -> int:
        """The score in hundredths, for answers that know whole numbers only."""
        return round(self.score * 100)

    @property
    def passage(self) -> str:
        """The passage that matters most."""
        return self.kept.dated.provision.text[self.start : self.end].strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """The law of States as the library holds it.

    Attributes:
        library: Where provisions are kept.
        index: Where their words are found; None where the extra ``law`` is not installed.
    """

    library: Library
    index: WordIndex | None = None

    def take_in(
        self,
        provisions: Iterable[Provision],
        *,
        country: str,
        on: date,
        is_whole: bool = True,
        told: Told | None = None,
    ) -> Intake:
        """Take in the law of a State as it stands on a day: all of it, or nothing where anything is wrong.

        What says the same stays as it is. What says something else becomes a new version, and the old one
        ends on that day. Nothing is overwritten; the day itself may be taken in again.

        Args:
            provisions: In the order in which each instrument gives them.
            country: The State.
            on: The day.
            is_whole: Whether the source holds its instruments whole, so that what is missing has ended.
            told: Takes how far it is.
        """
        taking = Taking(on=on)
        with self.library.writing() as writer:
            _take(taking, writer, provisions, is_whole=is_whole, told=told)
            writer.forget_rankings(country)
        return taking.intake()

    def look(
        self, provisions: Iterable[Provision], *, on: date, is_whole: bool = True
    ) -> tuple[Intake, tuple[Changed, ...]]:
        """Return what taking law in would come to, and what would be replaced or end; nothing is kept.

        Errors as :meth:`take_in`.
        """
        taking = Taking(on=on)
        with suppress(_LookedError), self.library.writing() as writer:
            _take(taking, writer, provisions, is_whole=is_whole, told=None)
            raise _LookedError
        return taking.intake(), taking.replaced

    def prepare(self, country: str, *, today: date, told: Told | None = None) -> None:
        """Rank every article for a State and index its words, so that questions are answered at once.

        May be stopped at any time: what was not prepared is done when it is first asked for.
        """
        if self.index is not None:
            rows = ((one.number, one.dated.provision) for one in self.library.standing(country))
            self.index.replace(country, rows)
        for tongue, candidates in self._candidates(country, on=today).items():
            for count, article in enumerate(matters(), start=1):
                self._rank(country, article, tongue, candidates)
                if told is not None:
                    told("rank", count)

    def find(
        self,
        country: str,
        article: int,
        *,
        most: int,
        today: date,
        on: date | None = None,
        language: str = "",
    ) -> tuple[Finding, ...]:
        """Return the provisions that may serve an article, the likeliest first.

        A section that stands in several languages is found once, in the one for which most speaks.

        Args:
            country: The State.
            article: Number of the article.
            most: How many at most.
            today: The day of the question.
            on: The day whose law is asked; the newest known where there is none.
            language: Primary language to look in; all where empty.

        Raises:
            NotFoundError: ``law.country``, ``law.terms``, ``law.article``.
        """
        matter_of(article)
        tongues = self._tongues(country, language)
        places: list[Place] = []
        waiting: list[str] = []
        for tongue in tongues:
            known = None
            if on is None:
                known = self.library.ranking(country, article, knowledge=knowledge_digest(), language=tongue)
            if known is None:
                waiting.append(tongue)
            else:
                places += known
        if waiting:
            by_tongue = self._candidates(country, on=on or today)
            for tongue in waiting:
                if tongue in by_tongue:
                    places += self._rank(country, article, tongue, by_tongue[tongue], keep=on is None)
        return self._findings(places, most)

    def search(self, text: str, *, country: str = "", language: str = "", most: int) -> tuple[Finding, ...]:
        """Return provisions that hold some words, the best first.

        Raises:
            MalformedError: ``law.query``.
            UnavailableError: ``law.extra`` where the extra ``law`` is not installed.
        """
        if self.index is None:
            raise no_index()
        matches = self.index.search(text, country=country, language=language, most=most * 2)
        kept = self.library.kept([one.number for one in matches])
        found = (_found(kept[one.number], one.score, text) for one in matches if one.number in kept)
        return tuple(_first(_each_once(found), most))

    def show(self, reference: str, *, on: date | None = None, language: str = "") -> tuple[Kept, ...]:
        """Return a provision as it stands, or stood on a day, in each language.

        Raises:
            NotFoundError: ``law.provision``.
        """
        split_reference(reference)
        found = tuple(
            one
            for one in self.library.versions(reference)
            if (one.dated.until is None if on is None else one.dated.stands(on))
            and (not language or one.dated.provision.tongue == language)
        )
        if not found:
            raise no_provision(reference)
        return found

    def _tongues(self, country: str, language: str) -> tuple[str, ...]:
        held = tuple(dict.fromkeys(one.partition("-")[0] for one in self.library.languages(country)))
        if not held or (language and language not in held):
            raise no_law(country)
        known = tuple(one for one in held if one in LANGUAGES and language in ("", one))
        if not known:
            vocabulary(language or held[0])
        return known

    def _candidates(self, country: str, *, on: date) -> dict[str, list[tuple[int, Candidate]]]:
        found: dict[str, list[tuple[int, Candidate]]] = {}
        for number, provision, marks in self.library.marked(country, on=on):
            candidate = Candidate(
                marks=read_marks(marks),
                instrument=provision.instrument,
                section=provision.section,
                text=provision.text,
            )
            found.setdefault(provision.tongue, []).append((number, candidate))
        return found

    def _rank(
        self,
        country: str,
        article: int,
        tongue: str,
        candidates: list[tuple[int, Candidate]],
        *,
        keep: bool = True,
    ) -> list[Place]:
        ranked = rank([one for _, one in candidates], article, most=MOST_FOUND)
        places = [
            Place(
                number=candidates[one.index][0],
                score=round(one.score, 2),
                start=one.passage.start,
                end=one.passage.end,
            )
            for one in ranked
        ]
        if keep:
            self.library.keep_ranking(country, article, places, knowledge=knowledge_digest(), language=tongue)
        return places

    def _findings(self, places: Iterable[Place], most: int) -> tuple[Finding, ...]:
        ordered = sorted(places, key=lambda one: (-one.score, one.number))
        kept = self.library.kept([one.number for one in ordered[: most * 4]])
        found = (
            Finding(kept=kept[one.number], score=one.score, start=one.start, end=one.end)
            for one in ordered
            if one.number in kept
        )
        return tuple(_first(_each_once(found), most))


def _first(findings: Iterator[Finding], most: int) -> Iterator[Finding]:
    for _, one in zip(range(most), findings, strict=False):
        yield one


def _each_once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the first finding of each provision: it may stand in several languages."""
    seen: set[str] = set()
    for one in findings:
        reference = one.kept.dated.provision.reference
        if reference not in seen:
            seen.add(reference)
            yield one


class _LookedError(Exception):
    """Ends a transaction of which nothing is to be kept."""


def _take(
    taking: Taking,
    writer: LibraryWriter,
    provisions: Iterable[Provision],
    *,
    is_whole: bool,
    told: Told | None,
) -> None:
    for provision in provisions:
        taking.take(writer, provision)
        if told is not None and taking.read % _TOLD_EVERY == 0:
            told("read", taking.read)
    if is_whole:
        taking.end_missing(writer)


def _found(kept: Kept, score: float, words: str) -> Finding:
    """Return what an index found, with the passage that holds most of the words."""
    provision = kept.dated.provision
    wanted = {word for word in _WORD.findall(folded(words, provision.tongue)) if len(word) > 1}
    best, place = -1, (0, 0)
    for start, end in passages_of(provision.text):
        plain = folded(provision.text[start:end], provision.tongue)
        count = sum(word in plain for word in wanted)
        if count > best:
            best, place = count, (start, end)
    return Finding(kept=kept, score=score, start=place[0], end=place[1])
