"""The desk for two laws: dual criminality by conduct or article, and the table of many side by side."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date

from comity.kernel.clock import to_date
from comity.kernel.errors import MalformedError, NotFoundError
from comity.law.compiling import instruments_of, rows_of
from comity.law.conduct import read_conduct
from comity.law.dual import compare
from comity.law.ports import Kept
from comity.law.profiles import Profile
from comity.law.provisions import country_code
from comity.law.service import Corpus
from comity.law.shelf import Profiles, ProfileShelf, Rows, profiles_on
from comity.node.access import Action, require_access
from comity.node.lawviews import DualView, TableView, dual_view, table_view
from comity.node.noticing import stated_profiles
from comity.node.ports import Transaction
from comity.node.reviewing import fresh, reviews_in
from comity.node.views import Actor
from comity.node.workplace import Workplace

OpenCorpus = Callable[[], AbstractContextManager[Corpus]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparingDesk:
    """Laws of States beside each other.

    Attributes:
        place: The node.
        corpus: Opens the library.
        shelf: Confirmed profiles that somebody took in.

    Basis: 35(3)
    """

    place: Workplace
    corpus: OpenCorpus
    shelf: ProfileShelf

    def dual(
        self,
        actor: Actor,
        *,
        between: tuple[str, str],
        article: int | None = None,
        conduct: bytes | None = None,
        on: str = "",
    ) -> DualView:
        """Tell whether conduct, or an article's own, is a crime in two States, element by element.

        Args:
            actor: Who asks.
            between: The two States.
            article: The article; None where conduct is described.
            conduct: A form of conduct, as ``docs/spec/profile.md`` has it; None where an article is named.
            on: The day, ``YYYY-MM-DD``; today where empty.

        Raises:
            MalformedError: ``law.country_code``, ``law.conduct``, ``law.day``, ``law.between``.
            NotFoundError: ``law.offence``.
        """
        self._require(actor)
        first, second = (country_code(one) for one in between)
        if first == second or (article is None) == (conduct is None):
            raise MalformedError(
                "law.between",
                "two different States are compared, by an article or by described conduct",
                hint="name two States, and one of the two",
                where="between",
            )
        day = _day(on) if on else to_date(self.place.clock.now())
        told = None if conduct is None else read_conduct(conduct, where="conduct")
        laws = self.laws()
        known = {country: laws.of(country) for country in (first, second)}
        found = compare((first, known[first]), (second, known[second]), on=day, article=article, conduct=told)
        texts = texts_of(self.corpus, known.values(), [one.article for one in found.articles], on=day)
        return dual_view(found, known, texts)

    def table(self, actor: Actor) -> TableView:
        """Return by article which States' profiles serve it, and who answers for each."""
        self._require(actor)
        return table_view(self.laws().all())

    def laws(self) -> Profiles:
        """Return what is known of the laws of States, and who answers for it."""
        with self.place.store.snapshot() as tx:
            return known_laws(self.place, tx, corpus=self.corpus, shelf=self.shelf)

    def _require(self, actor: Actor) -> None:
        require_access(actor, Action.PEER_LIST, realm=self.place.realm, owner=actor.authority)


def known_laws(place: Workplace, tx: Transaction, *, corpus: OpenCorpus, shelf: ProfileShelf) -> Profiles:
    """Return what is known of laws: what Parties state, what was taken in, what was reviewed here, drafts."""
    return profiles_on(shelf, stated=stated_profiles(place, tx), reviewed=reviewed_rows(tx, corpus))


def reviewed_rows(tx: Transaction, corpus: OpenCorpus) -> dict[str, Rows]:
    """Return the rows that follow from reviews that stand and are not stale, by State."""
    countries = tx.law.reviewed_countries()
    if not countries:
        return {}
    try:
        with corpus() as opened:
            said = {country: fresh(reviews_in(tx.law, country), opened) for country in countries}
    except NotFoundError as exc:
        if exc.code != "law.library":
            raise
        return {}
    found = {}
    for country, reviews in said.items():
        offices = dict.fromkeys(one.authority for one in reviews)
        rows = {
            number: row
            for office in offices
            for number, row in rows_of([one for one in reviews if one.authority == office]).items()
        }
        found[country] = Rows(rows=rows, instruments=instruments_of(reviews))
    return found


def texts_of(
    corpus: OpenCorpus, known: Iterable[Profile | None], articles: Iterable[int], *, on: date
) -> dict[str, tuple[Kept, ...]]:
    """Return the texts of the provisions that profiles cite under articles, as far as there are any."""
    numbers = tuple(articles)
    wanted = [
        one.reference(cited)
        for one in known
        if one is not None
        for article in numbers
        if (row := one.rows.get(article)) is not None
        for cited in row.provisions
    ]
    found: dict[str, tuple[Kept, ...]] = {}
    try:
        with corpus() as opened:
            for reference in dict.fromkeys(wanted):
                if kept := _standing(opened, reference, on=on):
                    found[reference] = kept
    except NotFoundError:
        return found
    return found


def _standing(corpus: Corpus, reference: str, *, on: date) -> tuple[Kept, ...]:
    """Return a text as it stood on the day, else as it stands: a library begins on the day of its import."""
    for day in (on, None):
        try:
            return corpus.show(reference, on=day)
        except NotFoundError:
            continue
    return ()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise MalformedError(
            "law.day", f"{text[:20]!r} is not a day", hint="days are YYYY-MM-DD", where="on"
        ) from exc
