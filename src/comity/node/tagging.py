"""The desk for tags: who is said to own which address."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from comity.kernel.digests import sha256
from comity.kernel.errors import MalformedError, NotFoundError
from comity.node.access import Action, require_access
from comity.node.freezetags import tell_freezes
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.tracing.packs import Pack, pack_of
from comity.tracing.ports import Shelves
from comity.tracing.retractions import Retractions, retractions_of
from comity.tracing.secrets import require_keyless
from comity.tracing.tags import Gone, Leaned, Tag

MOST_WHY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a pack.

    Attributes:
        pack: What it says: tags, or retractions.
        digest: SHA-256 of its bytes.
        fresh: Tags that are new.
        gone: Tags that stood until now and were taken back.
        leaned: Answers that leaned on what was taken back.
        freezes: Assets at whose addresses these stood when their books were begun; a person weighs each.
    """

    pack: Pack | Retractions
    digest: str
    fresh: int = 0
    gone: tuple[Tag, ...] = ()
    leaned: tuple[Leaned, ...] = ()
    freezes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TagDesk:
    """Who is said to own which address. A tag is somebody's word; a freeze is a person's decision."""

    place: Workplace
    shelves: Shelves = field(repr=False)

    def take(self, actor: Actor, *, path: str, confidence: str = "") -> Taken:
        """Take in a pack of tags, or of retractions, from a file; see :meth:`take_bytes`."""
        self._access(actor)
        return self.take_bytes(actor, data=self.shelves.read(path), confidence=confidence, where=path)

    def take_bytes(self, actor: Actor, *, data: bytes, confidence: str = "", where: str = "") -> Taken:
        """Take in a pack of tags, or of retractions, and return what became of it.

        Args:
            actor: Who takes it in.
            data: The pack, in YAML.
            confidence: What the officer gives to tags that state none; without it these are refused.
            where: Its name, for errors.

        Raises:
            MalformedError: ``tag.pack``, ``tag.confidence``.
        """
        self._access(actor)
        pack = self.shelves.parse(data, confidence=confidence, where=where)
        now, digest = self.place.clock.now(), sha256(data).hex()
        with self.shelves.open(actor.authority) as shelf:
            if isinstance(pack, Retractions):
                gone = shelf.take_back(pack.rows, at=now)
                done = Taken(pack=pack, digest=digest, gone=gone, leaned=_on(shelf.leaned(), gone))
            else:
                done = Taken(pack=pack, digest=digest, fresh=shelf.put(pack.tags, at=now))
        if done.gone:
            done = replace(done, freezes=self._told_freezes(actor))
        if isinstance(pack, Retractions):
            about = f"{digest} {pack.title[:100]} retractions={len(pack.rows)} tags={len(done.gone)}"
            self._decided(actor, "trace.tags.retract", about)
        else:
            counts = f"tags={len(pack.tags)} fresh={done.fresh} confidence={confidence or 'own'}"
            self._decided(actor, "trace.tags.import", f"{digest} {pack.title[:100]} {counts}")
        return done

    def list(self, actor: Actor, *, title: str = "", address: str = "") -> tuple[Tag, ...]:
        """Return the tags that stand: all, those of a pack, or those of an address."""
        self._access(actor)
        with self.shelves.open(actor.authority) as shelf:
            found = shelf.of([address]) if address else shelf.all(title=title)
        return tuple(tag for tag in found if not title or tag.title == title)

    def retracted(self, actor: Actor, *, title: str = "", address: str = "") -> tuple[Gone, ...]:
        """Return the tags that were retracted: all, those of a pack, or those of an address."""
        self._access(actor)
        with self.shelves.open(actor.authority) as shelf:
            found = shelf.gone_of([address]) if address else shelf.gone(title=title)
        return tuple(one for one in found if not title or one.tag.title == title)

    def leaned(self, actor: Actor) -> tuple[Leaned, ...]:
        """Return the reports and paths that leaned on tags, with what was retracted of these since."""
        self._access(actor)
        with self.shelves.open(actor.authority) as shelf:
            return shelf.leaned()

    def export(
        self, actor: Actor, *, path: str, title: str, creator: str, pack: str = "", retracted: bool = False
    ) -> int:
        """Write a pack into a new file, and return how many tags or retractions it holds; see :meth:`told`.

        Raises:
            ConflictError: ``file.exists``.
        """
        count, data = self.told(actor, title=title, creator=creator, pack=pack, retracted=retracted)
        self.shelves.write(path, data)
        return count

    def told(
        self, actor: Actor, *, title: str, creator: str, pack: str = "", retracted: bool = False
    ) -> tuple[int, bytes]:
        """Return the tags that stand as a pack, or those that were retracted, and how many there are.

        Args:
            actor: Who asks.
            title: Of the new pack.
            creator: Who answers for it. Receivers take retractions for those of packs of the same creator.
            pack: Only tags that came with the pack of this title.
            retracted: Whether a pack of retractions is wanted.

        Raises:
            MalformedError: ``tag.pack``: no title or creator is given.
            NotFoundError: ``tag.none``: there is no tag to write.
        """
        self._access(actor)
        require_keyless([title, creator, pack], where="title")
        names = {"title": " ".join(title.split()), "creator": " ".join(creator.split())}
        if not all(0 < len(one) <= MOST_WHY and one.isprintable() for one in names.values()):
            raise MalformedError("tag.pack", "a tag pack has a title and a creator", where="title")
        with self.shelves.open(actor.authority) as shelf:
            tags, gone = shelf.all(title=pack), shelf.gone(title=pack)
        count = len(gone if retracted else tags)
        if not count:
            raise NotFoundError("tag.none", "there is no tag to write", where=pack[:100])
        made = retractions_of(gone, **names) if retracted else pack_of(tags, **names)
        data = self.shelves.told(made)
        what = "retractions" if retracted else "tags"
        about = f"{sha256(data).hex()} {names['title'][:100]} {what}={count}"
        self._decided(actor, "trace.tags.export", about)
        return count, data

    def retract(self, actor: Actor, *, why: str, title: str = "", address: str = "") -> Taken:
        """Retract the tags of a pack or of an address; they do not come back with the same pack.

        Raises:
            MalformedError: ``tag.retraction``: no pack, address or reason is named.
            NotFoundError: ``tag.none``.
        """
        self._access(actor)
        require_keyless([why, title, address], where="reason")
        reason = " ".join(why.split())
        if not (title or address) or not 1 <= len(reason) <= MOST_WHY:
            raise MalformedError(
                "tag.retraction", "a retraction names a pack or an address, and its reason", where="reason"
            )
        now, officer = self.place.clock.now(), actor.officer
        with self.shelves.open(actor.authority) as shelf:
            gone = shelf.retract(title=title, address=address, why=reason, by=officer, at=now)
            leaned = _on(shelf.leaned(), gone)
        if not gone:
            raise NotFoundError("tag.none", "there is no such tag", where=(title or address)[:100])
        self._decided(actor, "trace.tags.retract", f"{title} {address} tags={len(gone)}".strip()[:300])
        pack = Retractions(title=title, creator=officer, rows=(), refused=())
        return Taken(pack=pack, digest="", gone=gone, leaned=leaned, freezes=self._told_freezes(actor))

    def _told_freezes(self, actor: Actor) -> tuple[str, ...]:
        """Tell the books of frozen assets what was retracted, and return the names of those it is new to."""
        with self.shelves.open(actor.authority) as shelf:
            return tell_freezes(self.place, actor, shelf.gone_of)

    def _access(self, actor: Actor) -> None:
        require_access(actor, Action.TRACE_IMPORT, realm=self.place.realm, owner=actor.authority)

    def _decided(self, actor: Actor, action: str, about: str) -> None:
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            self.place.journal.decision(tx, actor, action=action, about=about, at=now)


def _on(leaned: Sequence[Leaned], gone: Sequence[Tag]) -> tuple[Leaned, ...]:
    """Return the answers that leaned on some tags."""
    keys = {tag.key for tag in gone}
    return tuple(one for one in leaned if any(each.tag.key in keys for each in one.gone))
