"""Lists as this office keeps them: sealed, numbered by change, each entry in the place of the one before."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, NotFoundError
from comity.kernel.ids import AuthorityId
from comity.protection.ports import HashStore, Row, Vault
from comity.protection.shelves import Entry, Shelf

MOST_ENTRIES = 20_000_000
"""Of one list."""
_TOGETHER = 5000
_PAGE = 20_000
_ENTRIES = msgspec.msgpack.Decoder(Entry)
_SHELVES = msgspec.msgpack.Decoder(Shelf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of an intake.

    Attributes:
        added: Entries that were not there.
        changed: Entries that were there and said something else.
        same: Entries that were there as they are.
        withdrawn: Entries that were taken back.
    """

    added: int = 0
    changed: int = 0
    same: int = 0
    withdrawn: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """The lists of one office, inside transactions of the caller.

    Attributes:
        authority: The office.
        vault: Seals what is stored.
    """

    authority: AuthorityId
    vault: Vault = field(repr=False)

    def shelf(self, store: HashStore, name: str) -> Shelf:
        """Return what is known of a list; raise NotFoundError ``protect.absent``."""
        found = self.find(store, name)
        if found is None:
            raise NotFoundError(
                "protect.absent",
                f"there is no list {name[:80]!r}",
                hint="comity protect lists shows those that there are",
                where="list",
            )
        return found

    def find(self, store: HashStore, name: str) -> Shelf | None:
        """Return what is known of a list, or None."""
        sealed = store.shelf(self.authority, name)
        return None if sealed is None else _SHELVES.decode(self.vault.open(sealed, about=f"list {name}"))

    def shelves(self, store: HashStore) -> tuple[Shelf, ...]:
        """Return every list of the office, by name."""
        return tuple(self.shelf(store, name) for name in store.shelves(self.authority))

    def put_shelf(self, store: HashStore, shelf: Shelf) -> None:
        """Keep what is known of a list."""
        sealed = self.vault.seal(msgspec.msgpack.encode(shelf), about=f"list {shelf.name}")
        store.put_shelf(self.authority, shelf.name, sealed)

    def entries(
        self,
        store: HashStore,
        names: Sequence[str],
        *,
        after: int = 0,
        since: int = 0,
        until: int | None = None,
        most: int | None = None,
    ) -> Iterator[tuple[Row, Entry]]:
        """Yield entries of lists by number; see :meth:`HashStore.hash_rows`."""
        left = most
        while left is None or left > 0:
            page = _PAGE if left is None else min(_PAGE, left)
            rows = store.hash_rows(self.authority, names, after=after, since=since, until=until, most=page)
            for row in rows:
                yield row, self.opened(row)
            if len(rows) < page:
                return
            after = rows[-1].number
            left = None if left is None else left - len(rows)

    def entry(self, store: HashStore, name: str, place: str) -> Entry | None:
        """Return the entry of a source under its id, or None."""
        row = self._row(store, name, place)
        return None if row is None else self.opened(row)

    def opened(self, row: Row) -> Entry:
        """Return the entry that a row holds."""
        return _ENTRIES.decode(self.vault.open(row.sealed, about=f"entry {row.shelf} {row.key}"))

    def put(self, store: HashStore, name: str, entries: Iterable[Entry], *, at: Instant) -> Taken:
        """Keep entries, each in the place of the one of the same source and id.

        Raises:
            ConflictError: ``protect.many``: more than a list holds.
        """
        number, before = store.last_hash(self.authority)
        at = max(at, before)
        count = store.hash_count(self.authority, name)
        writer = _Writer(lists=self, store=store, name=name, at=at, number=number, is_new=count == 0)
        for entry in entries:
            writer.take(entry)
            if count + writer.added > MOST_ENTRIES:
                raise ConflictError("protect.many", f"a list holds at most {MOST_ENTRIES} entries")
        return writer.done()

    def _row(self, store: HashStore, name: str, place: str) -> Row | None:
        for attempt in range(8):
            row = store.hash_row(self.authority, name, self.key(name, place, attempt))
            if row is None or self.opened(row).place == place:
                return row
        raise AssertionError("eight keyed digests of 63 bits coincide")

    def key(self, name: str, place: str, attempt: int = 0) -> str:
        """Return the key of a place in a list: 63 bits of a keyed digest, another for each attempt."""
        blinded = self.vault.blind(f"{name}\n{place}" + ("\n" * attempt))
        return f"{int(blinded[:16], 16) >> 1:016x}"


@dataclass(slots=True, kw_only=True)
class _Writer:
    """Writes entries in portions, and counts."""

    lists: Lists
    store: HashStore
    name: str
    at: Instant
    number: int
    is_new: bool
    added: int = 0
    changed: int = 0
    same: int = 0
    withdrawn: int = 0
    waiting: dict[str, tuple[str, Row]] = field(default_factory=dict)
    written: bool = False

    def take(self, entry: Entry) -> None:
        """Write one entry, later."""
        key, known = self._place(entry.place)
        if known is not None:  # what members said of it stays, and the day it came
            entry = _kept(known, entry)
        if known == entry:
            self.same += 1
            return
        if not entry.is_matched and entry.prints.is_empty:
            self.withdrawn += 1
        elif known is None:
            self.added += 1
        else:
            self.changed += 1
        self.number += 1
        about = f"entry {self.name} {key}"
        row = Row(
            authority=self.lists.authority,
            shelf=self.name,
            key=key,
            number=self.number,
            changed=self.at,
            sealed=self.lists.vault.seal(msgspec.msgpack.encode(entry), about=about),
        )
        self.waiting[key] = (entry.place, row)
        if len(self.waiting) >= _TOGETHER:
            self._write()

    def done(self) -> Taken:
        """Write what waits and return the counts."""
        self._write()
        return Taken(added=self.added, changed=self.changed, same=self.same, withdrawn=self.withdrawn)

    def _place(self, place: str) -> tuple[str, Entry | None]:
        """Return the key of a place, and what is there."""
        for attempt in range(8):
            key = self.lists.key(self.name, place, attempt)
            held = self.waiting.get(key)
            if held is not None:
                if held[0] == place:
                    return key, self.lists.opened(held[1])
                continue
            row = None
            if not self.is_new or self.written:
                row = self.store.hash_row(self.lists.authority, self.name, key)
            if row is None:
                return key, None
            entry = self.lists.opened(row)
            if entry.place == place:
                return key, entry
        raise AssertionError("eight keyed digests of 63 bits coincide")

    def _write(self) -> None:
        self.store.put_hashes([row for _, row in self.waiting.values()])
        self.written = self.written or bool(self.waiting)
        self.waiting.clear()


def _kept(known: Entry, entry: Entry) -> Entry:
    """Return an entry that comes again, with what is known of the one there; a bar is never lifted."""
    votes = entry.votes or (() if entry.prints.is_empty else known.votes)
    since = entry.since if known.prints.is_empty and entry.since > known.since else known.since
    return msgspec.structs.replace(entry, since=since, votes=votes, bar=entry.bar or known.bar)
