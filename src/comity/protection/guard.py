"""Reports, clusters, looks and takedowns as an office keeps them: sealed, numbered, found by keyed marks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from comity.kernel.errors import NotFoundError
from comity.kernel.ids import AuthorityId
from comity.protection.guardports import GuardStore, Kept
from comity.protection.ports import Vault

T = TypeVar("T", bound=msgspec.Struct)
_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """What one office keeps, inside transactions of the caller.

    Attributes:
        authority: The office.
        vault: Seals what is stored.
    """

    authority: AuthorityId
    vault: Vault = field(repr=False)

    def put(self, store: GuardStore, kind: str, thing: msgspec.Struct, *, number: int, key: str = "") -> None:
        """Keep something under its number, in the place of what was there."""
        key = key or str(number)
        sealed = self.vault.seal(msgspec.msgpack.encode(thing), about=f"guard {kind} {key}")
        store.put_kept(self.authority, [Kept(kind=kind, key=key, number=number, sealed=sealed)])

    def find(self, store: GuardStore, kind: str, key: object, made: type[T]) -> T | None:
        """Return something, or None."""
        found = store.kept(self.authority, kind, str(key))
        return None if found is None else self._opened(found, made)

    def get(self, store: GuardStore, kind: str, key: object, made: type[T]) -> T:
        """Return something; raise NotFoundError ``guard.absent``."""
        found = self.find(store, kind, key, made)
        if found is None:
            raise NotFoundError("guard.absent", f"there is no {kind} {str(key)[:40]!r}", where=kind)
        return found

    def all(self, store: GuardStore, kind: str, made: type[T], *, after: int = 0) -> Iterator[T]:
        """Yield everything of a kind, by number."""
        while True:
            page = store.all_kept(self.authority, kind, after=after, most=_PAGE)
            for one in page:
                yield self._opened(one, made)
            if len(page) < _PAGE:
                return
            after = page[-1].number

    def next(self, store: GuardStore, kind: str) -> int:
        """Return the number of the next thing of a kind."""
        return store.last_kept(self.authority, kind) + 1

    def mark(self, store: GuardStore, kind: str, key: object, marks: Iterable[tuple[str, str]]) -> None:
        """Let something be found by what it has in common with others; only keyed digests are stored."""
        store.put_marks(self.authority, kind, str(key), [self._blind(*one) for one in marks])

    def with_mark(self, store: GuardStore, on: str, what: str, kind: str) -> tuple[str, ...]:
        """Return the keys of things of a kind that have something."""
        found = store.marked(self.authority, self._blind(on, what))
        return tuple(key for of, key in found if of == kind)

    def _blind(self, on: str, what: str) -> str:
        return self.vault.blind(f"guard {on}\n{what}")

    def _opened(self, kept: Kept, made: type[T]) -> T:
        data = self.vault.open(kept.sealed, about=f"guard {kept.kind} {kept.key}")
        return msgspec.msgpack.decode(data, type=made)
