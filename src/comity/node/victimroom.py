"""Victims' records as they lie in the store: each under its own key, which is sealed to the office."""

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from comity.kernel.errors import NotFoundError
from comity.kernel.ids import AuthorityId
from comity.node.hashsecrets import office_lists, secret_name
from comity.node.ports import Transaction
from comity.node.workplace import Workplace
from comity.protection.ports import Vault
from comity.protection.victims.ports import Kept
from comity.protection.victims.records import Record, Tombstone


@dataclass(frozen=True, slots=True, kw_only=True)
class VictimRoom:
    """Opens and keeps the records of an office, in the caller's transaction.

    Attributes:
        make_vault: Makes what seals, from a key.
    """

    place: Workplace
    make_vault: Callable[[bytes], Vault] = field(repr=False)

    def vault(self, tx: Transaction, authority: AuthorityId, *, make: bool = False) -> Vault:
        """Return what seals to the office."""
        return office_lists(self.place, self.make_vault, tx, authority, make=make).vault

    def put(self, tx: Transaction, authority: AuthorityId, record: Record, key: bytes) -> None:
        """Keep a record under its key."""
        vault, own = self.vault(tx, authority, make=True), self.make_vault(key)
        tx.redress.put_victim(
            authority,
            Kept(
                number=record.number,
                wrapped=vault.seal(key, about=f"key {record.number}"),
                sealed=own.seal(msgspec.msgpack.encode(record), about=f"victim {record.number}"),
            ),
        )

    def put_again(self, tx: Transaction, authority: AuthorityId, record: Record) -> None:
        """Keep a record that is there already, under the key that it has."""
        kept = tx.redress.victim(authority, record.number)
        if kept is not None:
            key = self.vault(tx, authority).open(kept.wrapped, about=f"key {record.number}")
            self.put(tx, authority, record, key)

    def bury(self, tx: Transaction, authority: AuthorityId, stone: Tombstone) -> None:
        """Destroy the key of a record and what it sealed."""
        vault = self.vault(tx, authority, make=True)
        sealed = vault.seal(msgspec.msgpack.encode(stone), about=f"gone {stone.number}")
        tx.redress.put_victim(authority, Kept(number=stone.number, wrapped=b"", sealed=sealed))

    def all(self, tx: Transaction, authority: AuthorityId) -> tuple[Record | Tombstone, ...]:
        """Return everything of an office, by number."""
        if tx.node.setting(secret_name(authority)) is None:
            return ()
        vault = self.vault(tx, authority)
        return tuple(self._opened(vault, kept) for kept in tx.redress.victims(authority))

    def found(self, tx: Transaction, authority: AuthorityId, number: str) -> Record | Tombstone:
        """Return a record; raise NotFoundError ``victims.absent``."""
        kept = tx.redress.victim(authority, number)
        if kept is None:
            raise NotFoundError("victims.absent", f"there is no victim {number[:20]!r}", where="number")
        return self._opened(self.vault(tx, authority), kept)

    def _opened(self, vault: Vault, kept: Kept) -> Record | Tombstone:
        if not kept.wrapped:
            data = vault.open(kept.sealed, about=f"gone {kept.number}")
            return msgspec.msgpack.decode(data, type=Tombstone)
        own = self.make_vault(vault.open(kept.wrapped, about=f"key {kept.number}"))
        return msgspec.msgpack.decode(own.open(kept.sealed, about=f"victim {kept.number}"), type=Record)
