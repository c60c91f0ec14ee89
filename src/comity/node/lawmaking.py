"""The desk of those who make law: what it lacks, what a bill changes, and law taken in by a named officer.

Published texts only: none belongs to a case. What changes the library is in the national log.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import msgspec

from comity.kernel.clock import to_date
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError
from comity.law.billviews import BillView, StretchView, bill_view, shortened
from comity.law.changes import Changed
from comity.law.errors import too_large
from comity.law.gaps import gaps_of
from comity.law.gapviews import GapsView, gaps_view
from comity.law.hints import hints
from comity.law.intake import Intake
from comity.law.provisions import Provision, country_code
from comity.law.service import Corpus
from comity.law.shelf import Profiles
from comity.node.access import Action, require_access
from comity.node.views import Actor
from comity.node.workplace import Workplace

MOST_FILES = 50
MOST_BYTES = 64 << 20
"""Bytes of all files of one import or bill at a face; the command line takes more."""
MOST_SHOWN = 60
"""Provisions that are shown with their passages before an import is applied."""


class OpenCorpus(Protocol):
    """Opens the library of laws."""

    def __call__(self, *, make: bool = False) -> AbstractContextManager[Corpus]:
        """Yield it; NotFoundError ``law.library`` where there is none and none is to be made."""
        ...


class ReadLaw(Protocol):
    """Reads published law."""

    def __call__(
        self, path: str, *, country: str, instrument: str = "", language: str = ""
    ) -> Iterator[Provision]:
        """Yield the provisions of a file."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Files that an officer brought.

    Attributes:
        country: The State whose law they are.
        paths: Where they lie.
        size: Bytes of all.
        instrument: Short name, for a page.
        language: Its language, for a page.
        is_partial: Whether they hold parts of instruments, so that what is missing has not ended.
    """

    country: str
    paths: tuple[str, ...]
    size: int
    instrument: str = ""
    language: str = ""
    is_partial: bool = False

    def __post_init__(self) -> None:
        country_code(self.country)
        if not self.paths:
            raise MalformedError("law.no_file", "no file was brought", hint="choose a file of published law")
        if len(self.paths) > MOST_FILES or self.size > MOST_BYTES:
            raise too_large(
                f"at most {MOST_FILES} files of {MOST_BYTES} bytes together are taken here", where="files"
            )


class ReplacedView(msgspec.Struct, frozen=True, kw_only=True):
    """A provision that an import replaces (``changed``) or ends (``repealed``), with passages marked."""

    reference: str
    change: str
    heading: str
    language: str
    stretches: tuple[StretchView, ...]


class IntakeView(msgspec.Struct, frozen=True, kw_only=True):
    """What an import comes, or came, to.

    Attributes:
        country: ISO 3166-1 alpha-3 code.
        on: The day on which the law stands so, ``YYYY-MM-DD``.
        applied: Whether it was taken in; False where it was only looked at.
        read: Provisions in the files.
        added: Sections that the library did not have.
        changed: Sections that say something else; the old version stays, ended.
        ended: Sections that the files no longer have.
        same: Sections that say the same.
        instruments: Short names.
        without_terms: Languages that only a search by words reaches.
        replaced: What is replaced or ends, the first ones; none once it was applied.
        more: How many more of them there are.
    """

    country: str
    on: str
    applied: bool
    read: int
    added: int
    changed: int
    ended: int
    same: int
    instruments: tuple[str, ...]
    without_terms: tuple[str, ...]
    replaced: tuple[ReplacedView, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LawmakingDesk:
    """What those who make law ask of the library and the profiles.

    Attributes:
        place: The node.
        corpus: Opens the library.
        profiles: What is known of the laws of States.
        read: Reads published law.
    """

    place: Workplace
    corpus: OpenCorpus = field(repr=False)
    profiles: Callable[[], Profiles] = field(repr=False)
    read: ReadLaw = field(repr=False)

    def states(self, actor: Actor) -> tuple[str, ...]:
        """Return the States of which a profile or law is here, by their codes."""
        self._require(actor, Action.PEER_LIST)
        known = {one.country for one in self.profiles().all()}
        try:
            with self.corpus() as corpus:
                known |= {one.country for one in corpus.library.holdings()}
        except NotFoundError as exc:
            if exc.code != "law.library":
                raise
        return tuple(sorted(known))

    def gaps(self, actor: Actor, *, country: str) -> GapsView:
        """Return what the law of a State lacks; raise MalformedError ``law.country_code``."""
        self._require(actor, Action.PEER_LIST)
        profile = self.profiles().of(country_code(country))
        found = gaps_of(profile)
        try:
            with self.corpus() as corpus:
                candidates = hints(corpus, country, found, today=self.today())
        except NotFoundError as exc:
            if exc.code != "law.library":
                raise
            candidates = {}
        return gaps_view(country, profile, found, candidates)

    def bill(self, actor: Actor, brought: Brought) -> BillView:
        """Return what a bill would change; nothing of it is kept.

        Raises:
            NotFoundError: ``law.library``, ``law.country``.
            MalformedError: as the readers of published law.
        """
        self._require(actor, Action.PEER_LIST)
        with self.corpus() as corpus:
            return bill_view(
                corpus.library,
                brought.country,
                self._provisions(brought),
                profile=self.profiles().of(brought.country),
                is_whole=not brought.is_partial,
            )

    def look(self, actor: Actor, brought: Brought, *, on: str = "") -> IntakeView:
        """Return what taking files in would change; nothing is kept.

        Raises:
            MalformedError: ``law.day``, ``law.future``, or as the readers of published law.
            ConflictError: ``law.earlier``.
        """
        self._require(actor, Action.LAW_IMPORT)
        day = self._day(on)
        with self.corpus(make=True) as corpus:
            intake, replaced = corpus.look(self._provisions(brought), on=day, is_whole=not brought.is_partial)
        return _intake(brought.country, day, intake, replaced=replaced)

    def take(self, actor: Actor, brought: Brought, *, on: str = "") -> IntakeView:
        """Take files in, all or nothing, and rank them; it is in the national log who did.

        Errors as :meth:`look`.
        """
        self._require(actor, Action.LAW_IMPORT)
        day = self._day(on)
        with self.corpus(make=True) as corpus:
            intake = corpus.take_in(
                self._provisions(brought), country=brought.country, on=day, is_whole=not brought.is_partial
            )
            now = self.place.clock.now()
            with self.place.store.transaction() as tx:
                about = f"{brought.country} {day.isoformat()} {', '.join(intake.instruments)}"[:200]
                self.place.journal.decision(tx, actor, action="law.import", about=about, at=now)
            corpus.prepare(brought.country, today=self.today())
        return _intake(brought.country, day, intake, applied=True)

    def today(self) -> date:
        """Return the day by the node's clock."""
        return to_date(self.place.clock.now())

    def _provisions(self, brought: Brought) -> Iterable[Provision]:
        for path in brought.paths:
            yield from self.read(
                path, country=brought.country, instrument=brought.instrument, language=brought.language
            )

    def _day(self, text: str) -> date:
        if not text:
            return self.today()
        try:
            day = date.fromisoformat(text)
        except ValueError as exc:
            raise MalformedError(
                "law.day", f"{text[:20]!r} is not a day", hint="days are YYYY-MM-DD", where="on"
            ) from exc
        if day > self.today():
            raise ConflictError(
                "law.future",
                f"{day.isoformat()} is a day to come",
                hint="law is taken in as it stands; a bill is compared instead",
                where="on",
            )
        return day

    def _require(self, actor: Actor, action: Action) -> None:
        require_access(actor, action, realm=self.place.realm, owner=actor.authority)


def _intake(
    country: str, on: date, intake: Intake, *, replaced: Sequence[Changed] = (), applied: bool = False
) -> IntakeView:
    return IntakeView(
        country=country,
        on=on.isoformat(),
        applied=applied,
        read=intake.read,
        added=intake.added,
        changed=intake.changed,
        ended=intake.ended,
        same=intake.same,
        instruments=intake.instruments,
        without_terms=intake.without_terms,
        replaced=tuple(
            ReplacedView(
                reference=one.provision.reference,
                change=one.change.value,
                heading=one.provision.heading,
                language=one.provision.language,
                stretches=shortened(one.stretches()),
            )
            for one in replaced[:MOST_SHOWN]
        ),
        more=max(0, len(replaced) - MOST_SHOWN),
    )
