"""What a node needs from outside: one store with transactions, keys, jobs and settings.

A write transaction is serialised with every other on the same store and is all-or-nothing: leaf,
act, receipt and job of one cause become durable together or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from comity.kernel.clock import HOUR, Instant
from comity.protection.victims.ports import VictimStore
from comity.restitution.ports import LineStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from comity.cases.ports import ActStore
    from comity.evidence.ports import BlobReader, BlobWriter, ExhibitStore
    from comity.exchange.ports import ExchangeStore
    from comity.indicators.ports import SharingStore
    from comity.kernel.agefile import Identity
    from comity.kernel.entropy import Entropy
    from comity.kernel.ids import AuthorityId, Fingerprint, OfficerName
    from comity.kernel.signing import Signer
    from comity.law.ports import LawStore
    from comity.ledger.ports import LogStore
    from comity.node.shipments import CourierView, ShipmentView
    from comity.protection.guardports import GuardStore
    from comity.protection.ports import HashStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work that its cause wrote down: claimed once at a time, done at least once, by an idempotent handler.

    Attributes:
        key: Unique name; a second job with the same key is the same job.
        authority: Whose work it is.
        kind: Which handler takes it.
        payload: What the handler needs, as bytes of its own making.
        due: Not before this instant.
        attempts: How often it was claimed.
    """

    key: str
    authority: AuthorityId
    kind: str
    payload: bytes
    due: Instant
    attempts: int = 0


class JobStore(Protocol):
    """The jobs table, written in the transaction of the cause."""

    def put(self, job: Job) -> bool:
        """Add the job; return False, changing nothing, when its key is known (done or not)."""
        ...

    def claim(self, kinds: Sequence[str], *, now: Instant, lease: int) -> Job | None:
        """Return the job longest due that no running lease holds, leased for ``lease`` microseconds."""
        ...

    def finish(self, key: str) -> None:
        """Mark the job done; it stays known by its key."""
        ...

    def retry(self, key: str, *, due: Instant) -> None:
        """Give the job back, not to be claimed before ``due``."""
        ...

    def open(self) -> tuple[Job, ...]:
        """Return the jobs that are not done, by due time."""
        ...


LONGEST_LEASE = HOUR
"""In microseconds. A lease that ends later than this was written by a clock that has since been set back."""


class LeaseStore(Protocol):
    """Which process of the node works on what. A lease spares work; nothing is right because of it.

    A lease is over at its end, and one that ends later than ``LONGEST_LEASE`` from now counts as over too.
    """

    def take(self, name: str, *, holder: str, now: Instant, until: Instant) -> bool:
        """Take or renew a lease; return False, changing nothing, while another holder has it."""
        ...

    def holder(self, name: str, *, now: Instant) -> str | None:
        """Return who has a lease now; None when nobody has."""
        ...

    def holders(self) -> tuple[str, ...]:
        """Return everybody in whose name a lease is written, sorted."""
        ...

    def drop(self, holder: str) -> int:
        """Give up every lease of a holder and return how many there were."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEntry:
    """A read of case material or a decision: what the national log's leaf commits to."""

    at: Instant
    authority: AuthorityId
    officer: OfficerName
    subject: str
    action: str
    about: str
    purpose: str
    log_index: int
    nonce: bytes
    statement: bytes


class NodeStore(Protocol):
    """Settings and the journal behind the national log."""

    def setting(self, name: str) -> bytes | None:
        """Return a stored value, or None."""
        ...

    def put_setting(self, name: str, value: bytes) -> None:
        """Store a value under a name, replacing an older one."""
        ...

    def names(self, prefix: str) -> tuple[str, ...]:
        """Return the names of all values that begin with a prefix, sorted."""
        ...

    def put_entry(self, entry: ReadEntry) -> None:
        """Keep what a leaf of the national log commits to."""
        ...

    def journal(self, authority: AuthorityId, *, newest: int = 1000) -> tuple[ReadEntry, ...]:
        """Return the newest entries of an authority, newest first."""
        ...


class RedressStore(LineStore, VictimStore, Protocol):
    """Ledgers of restitution, and victims."""


class Transaction(Protocol):
    """Every store of the node, inside one transaction."""

    @property
    def acts(self) -> ActStore:
        """Acts, receipts, parts, drafts and decisions."""
        ...

    @property
    def logs(self) -> LogStore:
        """Merkle logs and what was witnessed of the logs of others."""
        ...

    @property
    def exchange(self) -> ExchangeStore:
        """Outbox, inbox, roots, entries and pins."""
        ...

    @property
    def evidence(self) -> ExhibitStore:
        """Packages, exhibits and custody."""
        ...

    @property
    def jobs(self) -> JobStore:
        """Work that is due."""
        ...

    @property
    def leases(self) -> LeaseStore:
        """Which process works on what."""
        ...

    @property
    def law(self) -> LawStore:
        """Reviews of national law, and profiles that Parties signed."""
        ...

    @property
    def node(self) -> NodeStore:
        """Settings and the journal."""
        ...

    @property
    def hashes(self) -> HashStore:
        """Lists of fingerprints, and the cases of those who asked for help."""
        ...

    @property
    def guarded(self) -> GuardStore:
        """Reports, looks and takedowns of the protection room."""
        ...

    @property
    def sharing(self) -> SharingStore:
        """Indicators, what is shared of them, and the keys of receivers."""
        ...

    @property
    def redress(self) -> RedressStore:
        """Ledgers of restitution; victims, sealed."""
        ...


class Store(Protocol):
    """The node's store."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Return a write transaction: committed when the block ends, rolled back when it raises."""
        ...

    def snapshot(self) -> AbstractContextManager[Transaction]:
        """Return a consistent view for reading; writing through it is an error."""
        ...


class KeyStore(Protocol):
    """Private keys of the node; none of them ever enters the database."""

    def signer(self, name: str, *, passphrase: bytes | None = None) -> Signer:
        """Return the signer kept under a name.

        Raises:
            NotFoundError: ``key.absent``: no such key here.
            DeniedError: ``key.locked``: the passphrase is missing or wrong.
        """
        ...

    def put_signer(self, name: str, private: bytes, *, passphrase: bytes | None = None) -> None:
        """Keep 32 private bytes durably, wrapped when a passphrase is given; refuse to replace a key."""
        ...

    def make_signer(self, name: str, *, entropy: Entropy, passphrase: bytes | None = None) -> Signer:
        """Make a signing key, keep it and return its signer; see :meth:`put_signer`."""
        ...

    def is_locked(self, name: str) -> bool:
        """Tell whether the key is wrapped by a passphrase."""
        ...

    def identities(self, authority: AuthorityId) -> tuple[Identity, ...]:
        """Return the age identities of an authority, newest first."""
        ...

    def put_identity(self, authority: AuthorityId, identity: Identity) -> None:
        """Keep an age identity durably."""
        ...

    def destroy_identity(self, authority: AuthorityId, public: bytes) -> bool:
        """Destroy the private half of an age identity; tell whether there was one."""
        ...

    def store_identity(self, authority: AuthorityId) -> Identity:
        """Return the identity that an authority keeps its packages sealed to; it is never published."""
        ...

    def put_store_identity(self, authority: AuthorityId, identity: Identity) -> None:
        """Keep the identity that an authority seals its packages to; refuse to replace one."""
        ...

    def store_identities(self, authority: AuthorityId) -> tuple[Identity, ...]:
        """Return the newest store key of an authority, then those that are not destroyed yet."""
        ...

    def add_store_identity(self, authority: AuthorityId, identity: Identity) -> None:
        """Keep the identity that packages are sealed to from now on; those before stay until destroyed."""
        ...

    def destroy_store_identity(self, authority: AuthorityId, public: bytes) -> bool:
        """Destroy a store key that was replaced, never the newest; tell whether there was one."""
        ...


class EvidenceFiles(Protocol):
    """Folders that officers name, and room for plaintext while it is checked."""

    def reader(self, path: str) -> BlobReader:
        """Return a reader of a file; raise NotFoundError ``file.absent``."""
        ...

    def scratch(self) -> AbstractContextManager[str]:
        """Return the path of a folder that is yet to be made; whatever is there is removed afterwards."""
        ...

    def writer(self, out: str) -> BlobWriter:
        """Return a writer for a new file, which appears whole and durable or not at all.

        Raises:
            ConflictError: ``file.exists``, at the first write: nothing is overwritten.
        """
        ...

    def require_new(self, folder: str) -> None:
        """Raise ConflictError ``open.exists`` where something has that name already."""
        ...

    def sizes(self, folder: str) -> Mapping[str, int]:
        """Return the files of a checked bag by their names inside it, with their sizes in bytes."""
        ...

    def chunks(self, folder: str, name: str) -> Iterator[bytes]:
        """Yield the content of one file of a checked bag."""
        ...


class CourierFolder(Protocol):
    """The exchange through a folder on a carried disk."""

    def export(
        self,
        authority: AuthorityId,
        *,
        folder: str,
        peer: Fingerprint | None,
        progress: Callable[[ShipmentView], None],
    ) -> CourierView:
        """Write what waits for one peer, or for all."""
        ...

    def take_in(
        self, authority: AuthorityId, *, folder: str, progress: Callable[[ShipmentView], None]
    ) -> CourierView:
        """Take in what the folder brings, and write the answers into it."""
        ...
