"""The desk for the treaty's papers: the depositary's page taken in by a named officer, the deposit kit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from comity.kernel.clock import to_date
from comity.kernel.digests import sha256
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError
from comity.kernel.ids import parse_party
from comity.node.access import Action, require_access
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.treaty.book import Book, Known, known_events
from comity.treaty.depositary import Page
from comity.treaty.kit import Kit, Paper, Route, kit
from comity.treaty.service import compared
from comity.treaty.views import ImportView, import_view


class StatusRoom(Protocol):
    """What the desk needs from outside: pages read, the status kept, documents made."""

    def page(self, data: bytes, *, where: str) -> Page:
        """Return the page of the depositary that an XML file holds."""
        ...

    def known(self) -> Known:
        """Return what the node knows of the status."""
        ...

    def keep_here(self, book: Book) -> None:
        """Keep a book in the place of the one that is here."""
        ...

    def paper(self, kit: Kit, paper: Paper, *, suffix: str, languages: str) -> bytes:
        """Return one document of a kit as a file of the form that the suffix names."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatyDesk:
    """The depositary's page, and the deposit kit.

    Attributes:
        place: The node.
        room: Makes what the desk needs from outside, when it is first needed.
    """

    place: Workplace
    room: Callable[[], StatusRoom] = field(repr=False)

    def look(self, actor: Actor, *, data: bytes, name: str) -> ImportView:
        """Return what a page of the depositary would change; nothing is kept.

        Raises:
            MalformedError: ``treaty.xml``, ``treaty.xml_entities``, ``treaty.columns``.
        """
        require_access(actor, Action.LAW_IMPORT, realm=self.place.realm, owner=actor.authority)
        return self._import(data, name)[0]

    def take(self, actor: Actor, *, data: bytes, name: str, expected: str = "") -> ImportView:
        """Keep what a page says; it is in the national log who did, and of which file.

        Args:
            actor: The officer.
            data: The page.
            name: Of the file.
            expected: SHA-256 in hex of the page that was looked at before; empty where nobody did.

        Raises:
            ConflictError: ``treaty.other_page``: it is not the page that was looked at.
            MalformedError: as :meth:`look`.
        """
        require_access(actor, Action.LAW_IMPORT, realm=self.place.realm, owner=actor.authority)
        if expected and expected != sha256(data).hex():
            raise ConflictError(
                "treaty.other_page", "the page is not the one that was looked at", hint="look at it again"
            )
        view, book = self._import(data, name, applied=True)
        with self.place.store.transaction() as tx:
            about = f"{name[:100]} {view.sha256}"
            now = self.place.clock.now()
            self.place.journal.decision(tx, actor, action="treaty.import", about=about, at=now)
        self.room().keep_here(book)
        return view

    def kit(
        self,
        actor: Actor,
        *,
        party: str,
        by: str = "",
        chosen: Sequence[str] = (),
        told: Mapping[str, str] | None = None,
    ) -> Kit:
        """Return the deposit kit of a State.

        Raises:
            MalformedError: ``treaty.party``, ``kit.act``, ``kit.place``.
            ConflictError: ``kit.deposited``, ``kit.route``.
        """
        require_access(actor, Action.PEER_LIST, realm=self.place.realm, owner=actor.authority)
        known = self.room().known()
        return kit(
            parse_party(party, where="/party"),
            on=self.today(),
            events=known_events(known.book, beside=known.beside),
            route=_route(by),
            chosen=chosen,
            told=told,
        )

    def paper(self, made: Kit, *, paper: str, form: str, languages: str) -> tuple[bytes, str]:
        """Return one document of a kit, and the name under which it is saved.

        Raises:
            NotFoundError: ``kit.paper``.
            MalformedError: ``letter.suffix``, ``letter.language``.
            UnavailableError: PDF without the extra ``letters`` or without a font.
        """
        if paper not in {one.value for one in Paper}:
            raise NotFoundError(
                "kit.paper",
                f"the kit has no document {paper[:40]!r}",
                hint="use one of " + ", ".join(Paper),
                where="paper",
            )
        chosen = Paper(paper)
        data = self.room().paper(made, chosen, suffix=f".{form}", languages=languages)
        number = made.papers.index(chosen) + 1
        return data, f"{made.party}-{number}-{paper.replace('_', '-')}.{form}"

    def today(self) -> date:
        """Return the day by the node's clock."""
        return to_date(self.place.clock.now())

    def _import(self, data: bytes, name: str, *, applied: bool = False) -> tuple[ImportView, Book]:
        room = self.room()
        found = compared(
            room.page(data, where=name),
            book=room.known().book,
            on=self.today(),
            name=name,
            sha256=sha256(data).hex(),
        )
        return import_view(found, applied=applied), found.book


def _route(by: str) -> Route | None:
    if not by:
        return None
    try:
        return Route(by)
    except ValueError as exc:
        raise MalformedError(
            "kit.act", f"{by[:40]!r} is no act of consent", hint="use one of " + ", ".join(Route), where="by"
        ) from exc
