"""The desk for lists of known files: software that everybody has, or contents that an office looks for."""

import datetime
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from comity.evidence.triage import KnownFiles
from comity.kernel.errors import MalformedError, NotFoundError
from comity.node.access import Action, require_access
from comity.node.views import Actor
from comity.node.workplace import Workplace

MOST_SOURCE = 200
_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")


class KnownLists(KnownFiles, Protocol):
    """Lists of known files that can be changed."""

    def put(self, name: str, source: str) -> int:
        """Keep the SHA-256 digests of a text file as a list and return how many there are.

        Raises:
            NotFoundError: ``known.source``.
            MalformedError: ``known.empty``.
            UnavailableError: ``examine.io``.
        """
        ...

    def drop(self, name: str) -> None:
        """Remove a list."""
        ...


class KnownList(msgspec.Struct, frozen=True, kw_only=True):
    """A list of known files.

    Attributes:
        name: Its name here.
        source: Whose it is, in words.
        dated: The day of the list, as its source says.
        count: How many digests it has.
        at: When it was taken in.
        officer: By whom.
    """

    name: str
    source: str
    dated: str
    count: int
    at: int
    officer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFilesDesk:
    """Lists of known files of this node; they hold digests only and belong to no case."""

    place: Workplace
    lists: KnownLists = field(repr=False)

    def require_change(self, actor: Actor) -> None:
        """Raise DeniedError unless this officer may change the lists."""
        require_access(actor, Action.EVIDENCE_SEAL, realm=self.place.realm, owner=actor.authority)

    def put(self, actor: Actor, *, name: str, path: str, source: str, dated: str) -> KnownList:
        """Take in a list of known files: the SHA-256 digests of a text file.

        Args:
            actor: Who takes it in.
            name: Its name here: small letters, digits, ``-``, ``_``, ``.``; an older list is replaced.
            path: The file.
            source: Whose list it is, in words.
            dated: Day of the list, ``YYYY-MM-DD``.

        Raises:
            MalformedError: ``known.name``, ``known.origin``, ``known.empty``.
            NotFoundError: ``known.source``.
        """
        self.require_change(actor)
        if (
            not 1 <= len(name) <= 64
            or not set(name) <= _NAME
            or name[0] in ".-"
            or name in ("known", "unknown")
        ):
            raise MalformedError(
                "known.name",
                f"{name[:40]!r} is no name for a list",
                hint="use small letters, digits, - and _",
                where="name",
            )
        if not source.strip() or len(source) > MOST_SOURCE or not _is_day(dated):
            raise MalformedError(
                "known.origin",
                "a list says whose it is and of which day",
                hint="days are YYYY-MM-DD",
                where="source",
            )
        count = self.lists.put(name, path)
        now = self.place.clock.now()
        kept = KnownList(
            name=name, source=source.strip(), dated=dated, count=count, at=now, officer=actor.officer
        )
        with self.place.store.transaction() as tx:
            tx.node.put_setting(f"known/{name}", msgspec.json.encode(kept))
            self.place.journal.decision(tx, actor, action="evidence.known", about=name, at=now)
        return kept

    def lists_here(self, actor: Actor) -> tuple[KnownList, ...]:
        """Return the lists of known files of this node, by name."""
        require_access(actor, Action.PEER_LIST, realm=self.place.realm, owner=actor.authority)
        with self.place.store.snapshot() as tx:
            values = [tx.node.setting(name) for name in tx.node.names("known/")]
        return tuple(msgspec.json.decode(value, type=KnownList) for value in values if value)

    def drop(self, actor: Actor, *, name: str) -> None:
        """Remove a list; raise NotFoundError ``known.absent``."""
        self.require_change(actor)
        if name not in {one.name for one in self.lists_here(actor)}:
            raise NotFoundError("known.absent", "there is no such list", where=name[:64])
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            tx.node.put_setting(f"known/{name}", b"")
            self.place.journal.decision(tx, actor, action="evidence.known.drop", about=name, at=now)
        self.lists.drop(name)


def _is_day(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
