"""The desk for tags: who is said to own which address."""

from dataclasses import dataclass, field

from comity.kernel.errors import MalformedError, NotFoundError
from comity.node.access import Action, require_access
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.tracing.ports import Shelves
from comity.tracing.tags import Pack, Tag

MOST_WHY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class TagDesk:
    """Who is said to own which address. A tag is somebody's word; a freeze is a person's decision."""

    place: Workplace
    shelves: Shelves = field(repr=False)

    def take(self, actor: Actor, *, path: str, confidence: str = "") -> tuple[Pack, int]:
        """Take in a tag pack, and return what it says with how many tags are new.

        Args:
            actor: Who takes it in.
            path: The pack, in YAML.
            confidence: What the officer gives to tags that state none; without it these are refused.

        Raises:
            MalformedError: ``tag.pack``, ``tag.confidence``.
        """
        require_access(actor, Action.TRACE_IMPORT, realm=self.place.realm, owner=actor.authority)
        pack = self.shelves.read_pack(path, confidence=confidence)
        now = self.place.clock.now()
        with self.shelves.open(actor.authority) as shelf:
            fresh = shelf.put(pack.tags, at=now)
        about = f"{pack.title[:100]} tags={len(pack.tags)} fresh={fresh} confidence={confidence or 'own'}"
        self._decided(actor, "trace.tags.import", about)
        return pack, fresh

    def list(self, actor: Actor, *, title: str = "", address: str = "") -> tuple[Tag, ...]:
        """Return the tags that stand: all, those of a pack, or those of an address."""
        require_access(actor, Action.TRACE_IMPORT, realm=self.place.realm, owner=actor.authority)
        with self.shelves.open(actor.authority) as shelf:
            found = shelf.of([address]) if address else shelf.all(title=title)
        return tuple(tag for tag in found if not title or tag.title == title)

    def export(self, actor: Actor, *, path: str, title: str, creator: str, pack: str = "") -> int:
        """Write the tags that stand into a new pack, and return how many there are.

        Raises:
            MalformedError: ``tag.pack``: no title or creator is given.
            NotFoundError: ``tag.none``: there is no tag to write.
            ConflictError: ``file.exists``.
        """
        require_access(actor, Action.TRACE_IMPORT, realm=self.place.realm, owner=actor.authority)
        if not title.strip() or not creator.strip():
            raise MalformedError("tag.pack", "a tag pack has a title and a creator", where="title")
        with self.shelves.open(actor.authority) as shelf:
            tags = shelf.all(title=pack)
        if not tags:
            raise NotFoundError("tag.none", "there is no tag to write", where=pack)
        self._decided(actor, "trace.tags.export", f"{title[:100]} tags={len(tags)}")
        self.shelves.write_pack(path, tags, title=title.strip(), creator=creator.strip())
        return len(tags)

    def retract(self, actor: Actor, *, why: str, title: str = "", address: str = "") -> tuple[Tag, ...]:
        """Retract the tags of a pack or of an address; they do not come back with the same pack.

        Raises:
            MalformedError: ``tag.retraction``: no pack, address or reason is named.
            NotFoundError: ``tag.none``.
        """
        require_access(actor, Action.TRACE_IMPORT, realm=self.place.realm, owner=actor.authority)
        if not (title or address) or not 1 <= len(why.strip()) <= MOST_WHY:
            raise MalformedError(
                "tag.retraction", "a retraction names a pack or an address, and its reason", where="reason"
            )
        now = self.place.clock.now()
        with self.shelves.open(actor.authority) as shelf:
            gone = shelf.retract(title=title, address=address, why=why.strip(), at=now)
        if not gone:
            raise NotFoundError("tag.none", "there is no such tag", where=(title or address)[:100])
        self._decided(actor, "trace.tags.retract", f"{title} {address} tags={len(gone)}".strip()[:300])
        return gone

    def _decided(self, actor: Actor, action: str, about: str) -> None:
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            self.place.journal.decision(tx, actor, action=action, about=about, at=now)
