"""The desk for reviews: named officers confirm, refuse or correct what may serve an article.

A review is kept with the digest of the very version that was looked at, and is a decision in the national
log. It is never changed; a later one takes its place, and the earlier one stays to be seen.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import msgspec

from comity.kernel.clock import Instant
from comity.kernel.digests import sha256
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError
from comity.kernel.ijson import parse_ijson
from comity.law.errors import bad_review, no_review
from comity.law.ports import Kept, LawStore, ReviewRecord
from comity.law.profiles import Penalty, Row
from comity.law.provisions import country_code
from comity.law.reviews import Review, Reviewed, Verdict, is_stale, standing
from comity.law.reviewwire import ReviewForm, read_review, review_bytes, review_form
from comity.law.rowwire import MeetingForm, RowForm, meeting_of, row_of
from comity.law.service import Corpus
from comity.law.shelf import draft_of
from comity.node.access import Action, require_access, role_for
from comity.node.views import Actor
from comity.node.workplace import Workplace

MOST_ROW = 1 << 17
_LANGUAGES = 35


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an officer says of a find.

    Attributes:
        country: ISO 3166-1 alpha-3 code.
        article: Number of the article.
        verdict: ``confirmed``, ``refused`` or ``corrected``.
        reason: Why.
        language: BCP 47 tag of the reason.
        element: The element that is meant; empty for the article as a whole.
        reference: What was looked at, COUNTRY/INSTRUMENT/SECTION; empty where nothing serves.
        sha256: Digest of the version that was looked at; empty for the one that stands.
        tongue: Language of that version; empty for the first.
        passage: The words of it that matter, exactly; empty for the whole provision.
        instead: What serves in its place.
        meeting: How far the element is met.
        secondary: Whether the provision only helps.
    """

    country: str
    article: int
    verdict: Verdict
    reason: str
    language: str = "en"
    element: str = ""
    reference: str = ""
    sha256: str = ""
    tongue: str = ""
    passage: str = ""
    instead: str = ""
    meeting: MeetingForm | None = None
    secondary: bool = False
    most_months: int | None = None
    life: bool = False
    aggravated_months: int | None = None
    aggravated_life: bool = False


class ReviewView(msgspec.Struct, frozen=True, kw_only=True):
    """A review as it stands today.

    Attributes:
        review: What was said.
        standing: Whether no later review took its place.
        superseded_by: Number of the review that did; 0 for none.
        stale: Whether a provision that it speaks of has a newer version, or stands no more.
    """

    review: ReviewForm
    standing: bool
    superseded_by: int
    stale: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDesk:
    """Reviews of the law of any State.

    Attributes:
        place: The node.
        corpus: Opens the library.

    Basis: 5(1), 7
    """

    place: Workplace
    corpus: Callable[[], AbstractContextManager[Corpus]]

    def record(self, actor: Actor, *, said: Said) -> ReviewView:
        """Keep what an officer says of a find.

        Raises:
            DeniedError: ``access.role``.
            MalformedError: ``law.review``, ``law.country_code``, ``law.reference``.
            NotFoundError: ``law.library``, ``law.provision``.
            ConflictError: ``law.review_version``: the provision has a newer version than the one named.
        """
        self._require(actor)
        country = country_code(said.country)
        with self.corpus() as corpus:
            found = _looked_at(corpus, said, said.reference, said.passage if not said.instead else "")
            instead = _looked_at(corpus, said, said.instead, said.passage if said.instead else "")
        if said.verdict is Verdict.CORRECTED and said.passage and not said.instead and found is not None:
            found, instead = replace(found, start=0, end=0), found
        return self._keep(
            actor,
            lambda number, at: _review(actor, said, (number, at), country=country, seen=(found, instead)),
        )

    def adopt(
        self, actor: Actor, *, country: str, article: int, reason: str, language: str = "en", row: bytes = b""
    ) -> ReviewView:
        """Take a whole row as one's own: the shipped draft's, or one in the form of a profile.

        Every provision that it cites must stand in the library, so that it is said of which version.

        Raises:
            DeniedError: ``access.role``.
            NotFoundError: ``law.review_absent``: no draft has such a row; ``law.provision``.
            MalformedError: ``law.review``.
        """
        self._require(actor)
        code = country_code(country)
        taken = _row(code, article, row)
        with self.corpus() as corpus:
            places = dict.fromkeys(f"{code}/{one.instrument}/{one.section}" for one in taken.provisions)
            sources = tuple(_reviewed(corpus.show(place)[0]) for place in places)

        def made(number: int, at: Instant) -> Review:
            return Review(
                number=number,
                at=at,
                authority=actor.authority,
                officer=actor.officer,
                role=role_for(actor, Action.LAW_REVIEW),
                country=code,
                article=article,
                element="",
                verdict=Verdict.CORRECTED if row else Verdict.CONFIRMED,
                found=None,
                row=replace(taken, said=None),
                sources=sources,
                reason=reason,
                language=_language(language),
            )

        return self._keep(actor, made)

    def list(
        self, actor: Actor, *, country: str, article: int = 0, history: bool = False
    ) -> tuple[ReviewView, ...]:
        """Return the reviews of the law of a State that stand, or with their history all of them."""
        require_access(actor, Action.PEER_LIST, realm=self.place.realm, owner=actor.authority)
        with self.place.store.snapshot() as tx:
            found = self.views(tx.law, country_code(country), article=article)
        return tuple(one for one in found if history or one.standing)

    def show(self, actor: Actor, *, number: int) -> ReviewView:
        """Return one review; raise NotFoundError ``law.review_absent``."""
        require_access(actor, Action.PEER_LIST, realm=self.place.realm, owner=actor.authority)
        with self.place.store.snapshot() as tx:
            record = tx.law.review(number)
            found = () if record is None else self.views(tx.law, record.country, article=record.article)
        for one in found:
            if one.review.number == number:
                return one
        raise no_review(f"there is no review {number}", where=str(number))

    def views(self, store: LawStore, country: str, *, article: int = 0) -> tuple[ReviewView, ...]:
        """Return every review of the law of a State, each as it stands today."""
        said = reviews_in(store, country, article=article)
        return views_of(said, self.corpus)

    def _keep(self, actor: Actor, make: Callable[[int, Instant], Review]) -> ReviewView:
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            try:
                made = make(tx.law.review_count() + 1, now)
            except ValueError as exc:
                raise bad_review(str(exc), where="review") from exc
            line = review_bytes(made)
            read_review(line, where="review")  # what could not be read again is not kept
            record = ReviewRecord(number=made.number, country=made.country, article=made.article, line=line)
            tx.law.add_review(record)
            about = f"{made.country}/{made.article} {made.number} {sha256(line).hex()}"
            self.place.journal.decision(tx, actor, action="law.review", about=about, at=now)
        return ReviewView(review=review_form(made), standing=True, superseded_by=0, stale=False)

    def _require(self, actor: Actor) -> None:
        require_access(actor, Action.LAW_REVIEW, realm=self.place.realm, owner=actor.authority)


def reviews_in(store: LawStore, country: str, *, article: int = 0) -> tuple[Review, ...]:
    """Return the reviews of the law of a State, by number."""
    found = store.reviews(country, article=article)
    return tuple(read_review(one.line, where=f"review {one.number}") for one in found)


def views_of(
    said: tuple[Review, ...], corpus: Callable[[], AbstractContextManager[Corpus]]
) -> tuple[ReviewView, ...]:
    """Return reviews as they stand today; without a library they are stale, held against nothing."""
    if not said:
        return ()
    last = {one.subject: one.number for one in said}
    try:
        with corpus() as opened:
            newest = digests_of(opened)
            return tuple(_view(one, last[one.subject], is_stale(one, newest)) for one in said)
    except NotFoundError as exc:
        if exc.code != "law.library":
            raise
        return tuple(_view(one, last[one.subject], bool(one.seen)) for one in said)


def speaks_of(view: ReviewView, reference: str) -> bool:
    """Tell whether a review speaks of a provision, whichever way."""
    one = view.review
    seen = (one.found, one.instead, *one.sources)
    return any(each is not None and each.reference == reference for each in seen)


def fresh(said: tuple[Review, ...], opened: Corpus) -> tuple[Review, ...]:
    """Return the reviews that stand and are not stale."""
    newest = digests_of(opened)
    return tuple(one for one in standing(said) if not is_stale(one, newest))


def digests_of(opened: Corpus) -> Callable[[str, str], str]:
    """Return what tells the digest of what stands of a provision in a language; empty where nothing does."""

    @cache
    def told(reference: str) -> dict[str, str]:
        return {
            one.dated.provision.language: one.digest.hex()
            for one in opened.library.versions(reference)
            if one.dated.until is None
        }

    return lambda reference, language: told(reference).get(language, "")


def parse_said(data: bytes, *, where: str) -> Said:
    """Return what an officer says, from JSON; raise MalformedError ``law.review``."""
    try:
        return msgspec.convert(parse_ijson(data, most_bytes=MOST_ROW, most_depth=6, where=where), Said)
    except (msgspec.ValidationError, MalformedError) as exc:
        raise bad_review(str(exc), where=where) from exc


def _view(one: Review, last: int, stale: bool) -> ReviewView:
    return ReviewView(
        review=review_form(one),
        standing=last == one.number,
        superseded_by=0 if last == one.number else last,
        stale=stale,
    )


def _review(
    actor: Actor,
    said: Said,
    place: tuple[int, Instant],
    *,
    country: str,
    seen: tuple[Reviewed | None, Reviewed | None],
) -> Review:
    found, instead = seen
    return Review(
        number=place[0],
        at=place[1],
        authority=actor.authority,
        officer=actor.officer,
        role=role_for(actor, Action.LAW_REVIEW),
        country=country,
        article=said.article,
        element=said.element,
        verdict=said.verdict,
        found=found,
        instead=instead,
        meeting=None if said.meeting is None else meeting_of(said.meeting),
        is_primary=not said.secondary,
        most=Penalty(months=said.most_months, is_life=said.life),
        aggravated=Penalty(months=said.aggravated_months, is_life=said.aggravated_life),
        reason=said.reason.strip(),
        language=_language(said.language),
    )


def _language(tag: str) -> str:
    if not tag or len(tag) > _LANGUAGES or not tag.replace("-", "").isalnum() or not tag.isascii():
        raise bad_review("the language of the reason is a BCP 47 tag", where="language")
    return tag


def _looked_at(corpus: Corpus, said: Said, reference: str, passage: str) -> Reviewed | None:
    if not reference:
        return None
    standing_now = corpus.show(reference, language=said.tongue)
    kept = next((one for one in standing_now if one.digest.hex() == said.sha256), standing_now[0])
    if said.sha256 and reference == said.reference and kept.digest.hex() != said.sha256:
        raise ConflictError(
            "law.review_version",
            f"{reference} does not stand in the version that was looked at",
            hint="look at what stands now, and say it of that: comity law show",
            where=reference,
        )
    start = kept.dated.provision.text.find(passage) if passage else 0
    if start < 0:
        raise bad_review(f"the passage does not stand so in {reference}", where="passage")
    return replace(_reviewed(kept), start=start, end=start + len(passage))


def _reviewed(kept: Kept) -> Reviewed:
    one = kept.dated.provision
    return Reviewed(reference=one.reference, title=one.title, language=one.language, sha256=kept.digest.hex())


def _row(country: str, article: int, data: bytes) -> Row:
    if data:
        try:
            value: Any = parse_ijson(data, most_bytes=MOST_ROW, most_depth=6, where="row")
            return row_of(msgspec.convert(value, RowForm))
        except (msgspec.ValidationError, MalformedError, ValueError) as exc:
            raise bad_review(str(exc), where="row") from exc
    draft = draft_of(country)
    row = None if draft is None else draft.rows.get(article)
    if row is None:
        raise no_review(f"no draft of {country} speaks of article {article}", where=f"{country}/{article}")
    return row
