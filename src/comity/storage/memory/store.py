"""The node's store in memory: the same all-or-nothing transactions, nothing durable.

A transaction works on copies of the stores that it touches and puts them in place when it ends well. What was
put in place is never changed again, so a snapshot costs nothing.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from comity.cases.ports import ActStore
from comity.evidence.ports import ExhibitStore
from comity.exchange.ports import ExchangeStore
from comity.indicators.ports import SharingStore
from comity.law.ports import LawStore
from comity.ledger.ports import LogStore
from comity.node.ports import JobStore, LeaseStore, NodeStore, RedressStore
from comity.protection.guardports import GuardStore
from comity.protection.ports import HashStore
from comity.storage.memory.acts import MemoryActStore
from comity.storage.memory.evidence import MemoryExhibitStore
from comity.storage.memory.exchange import MemoryExchangeStore, parties_changed
from comity.storage.memory.guarding import MemoryGuardStore
from comity.storage.memory.jobs import MemoryJobStore
from comity.storage.memory.law import MemoryLawStore
from comity.storage.memory.leases import MemoryLeaseStore
from comity.storage.memory.logs import MemoryLogStore
from comity.storage.memory.node import MemoryNodeStore
from comity.storage.memory.protection import MemoryHashStore
from comity.storage.memory.redress import MemoryRedress
from comity.storage.memory.sharing import MemorySharingStore

T = TypeVar("T")
WRITES = frozenset(
    "add add_custody add_fact add_line add_receipt add_review add_shared add_stated add_touch "
    "add_usage alarm append case_changed claim drop drop_ended drop_held drop_pending drop_recalls "
    "drop_shared erase_kept erase_package erase_part erase_plea finish forget_nonces hold keep_lines "
    "pin postpone put put_alarm put_checkpoint put_decision put_delivery put_dossier put_entry "
    "put_gate put_hashes put_kept put_marks put_package put_part put_peer_state put_pending put_plea "
    "put_ranges put_recalls put_receipt put_receiver put_root put_setting put_shelf put_victim queue "
    "remember_nonce restart_register retry set_witnessed settle take".split()
)


class MemoryTransaction:
    """Every store of the node, inside one transaction.

    Args:
        stores: Store by name, as it stands.
        writable: False in a snapshot.
    """

    def __init__(self, stores: dict[str, object], *, writable: bool) -> None:
        self._stores = stores
        self._writable = writable
        self.touched: dict[str, object] = {}

    @property
    def acts(self) -> ActStore:
        """Acts, receipts, parts, drafts and decisions."""
        return cast(ActStore, self._touch("acts"))

    @property
    def logs(self) -> LogStore:
        """Merkle logs and what was witnessed of the logs of others."""
        return cast(LogStore, self._touch("logs"))

    @property
    def exchange(self) -> ExchangeStore:
        """Outbox, inbox, roots, entries and pins."""
        return cast(ExchangeStore, self._touch("exchange"))

    @property
    def evidence(self) -> ExhibitStore:
        """Packages, exhibits and custody."""
        return cast(ExhibitStore, self._touch("evidence"))

    @property
    def jobs(self) -> JobStore:
        """Work that is due."""
        return cast(JobStore, self._touch("jobs"))

    @property
    def leases(self) -> LeaseStore:
        """Which process works on what."""
        return cast(LeaseStore, self._touch("leases"))

    @property
    def law(self) -> LawStore:
        """Reviews of national law, and profiles that Parties signed."""
        return cast(LawStore, self._touch("law"))

    @property
    def node(self) -> NodeStore:
        """Settings and the journal."""
        return cast(NodeStore, self._touch("node"))

    @property
    def hashes(self) -> HashStore:
        """Lists of fingerprints, and the cases of those who asked for help."""
        return cast(HashStore, self._touch("hashes"))

    @property
    def guarded(self) -> GuardStore:
        """Reports, looks and takedowns of the protection room."""
        return cast(GuardStore, self._touch("guarded"))

    @property
    def sharing(self) -> SharingStore:
        """Indicators, what is shared of them, and the keys of receivers."""
        return cast(SharingStore, self._touch("sharing"))

    @property
    def redress(self) -> RedressStore:
        """Ledgers of restitution; victims, sealed."""
        return cast(RedressStore, self._touch("redress"))

    def _touch(self, name: str) -> object:
        if name not in self.touched:
            held = self._stores[name]
            self.touched[name] = copied(held) if self._writable else ReadOnly(held)
        return self.touched[name]


class MemoryStore:
    """The node's store; writers queue up, readers never wait."""

    def __init__(self) -> None:
        self._writer = threading.Lock()
        self._stores: dict[str, object] = {
            "acts": MemoryActStore(),
            "logs": MemoryLogStore(),
            "exchange": MemoryExchangeStore(),
            "evidence": MemoryExhibitStore(),
            "jobs": MemoryJobStore(),
            "leases": MemoryLeaseStore(),
            "law": MemoryLawStore(),
            "node": MemoryNodeStore(),
            "hashes": MemoryHashStore(),
            "guarded": MemoryGuardStore(),
            "sharing": MemorySharingStore(),
            "redress": MemoryRedress(),
        }

    @contextmanager
    def transaction(self) -> Iterator[MemoryTransaction]:
        """Yield a write transaction: kept when the block ends, undone when it raises."""
        with self._writer:
            tx = MemoryTransaction(self._stores, writable=True)
            yield tx
            self._mark_parties(tx)
            self._stores = {**self._stores, **tx.touched}

    def _mark_parties(self, tx: MemoryTransaction) -> None:
        """Mark the cases of every Party whose roots, entries or pin this transaction changed."""
        if "exchange" in tx.touched:
            before = cast(MemoryExchangeStore, self._stores["exchange"])
            after = cast(MemoryExchangeStore, tx.touched["exchange"])
            for root in parties_changed(before, after):
                cast(MemoryActStore, tx.acts).mark_party(root)

    @contextmanager
    def snapshot(self) -> Iterator[MemoryTransaction]:
        """Yield a consistent view for reading; writing through it is a ValueError."""
        yield MemoryTransaction(self._stores, writable=False)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


class ReadOnly:
    """A store through which nothing is written.

    Args:
        held: The store behind it.
    """

    def __init__(self, held: object) -> None:
        self._held = held

    def __getattr__(self, name: str) -> Any:
        if name in WRITES:
            raise ValueError("a snapshot is for reading")
        return getattr(self._held, name)


def copied(store: T) -> T:
    """Return an independent store with the same records; records themselves never change."""
    made = object.__new__(type(store))
    for name, held in vars(store).items():
        setattr(made, name, _copied(held))
    return made


def _copied(held: Any) -> Any:
    if isinstance(held, dict):
        if any(isinstance(value, dict | list) for value in held.values()):
            return {key: _copied(value) for key, value in held.items()}
        return dict(held)
    return list(held) if isinstance(held, list) else held
