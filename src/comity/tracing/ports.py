"""What tracing needs from outside: ledgers that hold more than memory does, and run passes over it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from comity.kernel.clock import Instant
from comity.tracing.clusters import Applied, Grouping, Link, Spending
from comity.tracing.packs import Pack
from comity.tracing.questions import Asked, Carried
from comity.tracing.retractions import Retraction, Retractions
from comity.tracing.tags import Gone, Leaned, Tag
from comity.tracing.taint import Method
from comity.tracing.transactions import Transaction

OUTPUTS, ACCOUNTS = "outputs", "accounts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that was taken in.

    Attributes:
        digest: SHA-256 of its bytes.
        name: Its name, without folders.
        form: ``blocks``, ``json`` or ``transfers``.
        size: In bytes.
        at: When.
        officer: By whom.
        fresh: Transactions or transfers that were new.
        known: Those that were here already.
    """

    digest: str
    name: str
    form: str
    size: int
    at: Instant
    officer: str
    fresh: int
    known: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a ledger holds.

    Attributes:
        network: Which chain.
        asset: Which asset of it; empty for the chain's own coin.
        model: ``outputs`` or ``accounts``.
        sources: The files, by digest.
        digest: SHA-256 over network, asset, model and the digests of the files: the same inputs, the same.
        holders: Accounts; or outputs, transactions and the fees.
        moves: Movements of value between them.
        unseen: Inputs whose output is not in the data; their value counts as money from outside.
    """

    network: str
    asset: str
    model: str
    sources: tuple[Source, ...]
    digest: str
    holders: int
    moves: int
    unseen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Statistics of a ledger.

    Attributes:
        transactions: Transactions, or those of transfers.
        addresses: Addresses, or accounts.
        first: Time of the first; None where there is none.
        last: Time of the last.
        paid: Sum of all payments, change and what returns included, in the smallest unit.
        made: Sum of what was newly made.
        fees: Sum of the fees of transactions whose inputs are all known; of outputs only.
        clusters: Clusters that are kept.
        asked: Questions that are kept.
    """

    transactions: int
    addresses: int
    first: Instant | None
    last: Instant | None
    paid: int
    made: int
    fees: int
    clusters: int
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A move, in words of the ledger.

    Attributes:
        place: Its place among all, from 0.
        tx: Transaction.
        at: When.
        source: Holder that paid.
        target: Holder that received.
        source_address: Address of that holder; empty for a transaction or the fees.
        target_address: Likewise.
        amount: In the smallest unit.
    """

    place: int
    tx: str
    at: Instant
    source: int
    target: int
    source_address: str
    target_address: str
    amount: int


Tell = Callable[[int, int], None]
"""Is told how many moves are done, and how many there are."""


class Answer(Protocol):
    """Where taint lies after the last move."""

    @property
    def created(self) -> int:
        """Units of taint that the seeds brought in."""
        ...

    @property
    def funded(self) -> int:
        """Clean units that came from outside the data."""
        ...

    @property
    def compiled(self) -> bool:
        """Whether a compiled pass found it; the answer is the same either way."""
        ...

    def holdings(self) -> Iterator[tuple[str, int, int]]:
        """Yield address, balance of its tainted holders, and their taint: the largest taint first."""
        ...

    def reached(self, addresses: Iterable[str]) -> Mapping[str, int]:
        """Return by which move each of some addresses was reached first; under poison only."""
        ...

    def first(self, holders: Iterable[int]) -> Mapping[int, int]:
        """Return by which move each of some holders was reached first; under poison only."""
        ...


class Book(Protocol):
    """What was asked of a ledger and found in it, and how it was before."""

    def group(self, applied: Applied, spendings: Iterable[Spending], *, inputs: str) -> Grouping:
        """Apply rules, and keep links and clusters in place of those before."""
        ...

    def grouping(self) -> Grouping | None:
        """Return what is kept; None where nothing is."""
        ...

    def clusters(self, *, most: int, of: Collection[str] = ()) -> Iterator[tuple[str, ...]]:
        """Yield clusters of two or more, sorted within, the largest first; those with some addresses only."""
        ...

    def links_of(self, address: str) -> tuple[Link, ...]:
        """Return the links within the cluster of an address, in the order of the ledger."""
        ...

    def keep(self, asked: Asked) -> None:
        """Keep a question with the digest of its answer, once."""
        ...

    def asked(self) -> tuple[Asked, ...]:
        """Return the questions that are kept, the latest first."""
        ...

    def before(self, inputs: str) -> AbstractContextManager["Ledger"]:
        """Open the ledger as it was when its inputs had a digest.

        Raises:
            NotFoundError: ``trace.inputs``: they never had.
        """
        ...

    def carried(self, method: Method, seeds: Sequence[int], *, inputs: str) -> tuple[Carried, ...]:
        """Return the moves that carry taint and were not yet here when the inputs had a digest, in order.

        Raises:
            NotFoundError: ``trace.inputs``.
        """
        ...


class Ledger(Protocol):
    """One ledger: a chain or an asset, as far as it was taken in."""

    def contents(self) -> Contents:
        """Return what it holds."""
        ...

    def figures(self) -> Figures:
        """Return its statistics."""
        ...

    def begin(self, *, network: str, asset: str, model: str) -> None:
        """Say what it is; raise ConflictError ``trace.other`` where it is something else already."""
        ...

    def place(self, block: str, *, previous: str, height: int | None) -> int:
        """Keep the height of a block and return it; where it says none, it is one above the block before.

        Raises:
            ConflictError: ``trace.height``: the block before is not here; ``trace.fork``: another is there.
        """
        ...

    def take(self, transactions: Iterable[Transaction], *, source: Source) -> Source:
        """Take in transactions of a file, all or none, and return the source with what was new.

        Raises:
            MalformedError: ``trace.conflict``: the same transaction is here with other contents.
        """
        ...

    def take_transfers(self, path: str, *, source: Source) -> Source:
        """Take in a table of transfers, all or none.

        Raises:
            MalformedError: ``trace.table``, ``trace.value``, ``trace.conflict``.
        """
        ...

    def seeds(self, named: str, *, since: Instant | None, until: Instant | None) -> tuple[int, ...]:
        """Return the moves that a seed means: TXID, TXID:N, or an address that receives.

        Raises:
            NotFoundError: ``trace.seed``.
        """
        ...

    def follow(self, method: Method, seeds: Sequence[int], *, tell: Tell | None = None) -> Answer:
        """Follow taint; the answer stands until the next question.

        Out of core a run that is stopped goes on where it was when the same question is put again.
        """
        ...

    def moved(self, places: Sequence[int]) -> tuple[Moved, ...]:
        """Return moves by their places."""
        ...

    def spendings(self) -> Iterator[Spending]:
        """Yield every transaction as clustering sees it, in order; nothing for a ledger of accounts."""
        ...

    @property
    def book(self) -> Book:
        """What was asked of it."""
        ...


class Ledgers(Protocol):
    """The ledgers of an authority."""

    def open(self, authority: str, name: str, *, make: bool = False) -> AbstractContextManager[Ledger]:
        """Open one; raise NotFoundError ``trace.absent``, ConflictError ``trace.busy``."""
        ...

    def names(self, authority: str) -> tuple[str, ...]:
        """Return the names of all, sorted."""
        ...

    def read(self, path: str) -> bytes:
        """Return a whole file; raise NotFoundError ``file.absent``, MalformedError ``trace.size``."""
        ...

    def digest(self, path: str) -> tuple[str, int]:
        """Return SHA-256 and size of a file; raise NotFoundError ``file.absent``."""
        ...


class Tags(Protocol):
    """The tags of an authority."""

    def put(self, tags: Iterable[Tag], *, at: Instant) -> int:
        """Keep tags and return how many are new; what was retracted stays so."""
        ...

    def of(self, addresses: Iterable[str]) -> tuple[Tag, ...]:
        """Return the tags of addresses that stand, the surest first by address."""
        ...

    def gone_of(self, addresses: Iterable[str]) -> tuple[Gone, ...]:
        """Return the tags of addresses that were retracted."""
        ...

    def all(self, *, title: str = "") -> tuple[Tag, ...]:
        """Return all tags that stand, or those of one pack."""
        ...

    def gone(self, *, title: str = "") -> tuple[Gone, ...]:
        """Return all tags that were retracted, or those of one pack."""
        ...

    def retract(self, *, title: str, address: str, why: str, by: str, at: Instant) -> tuple[Tag, ...]:
        """Retract the tags of a pack, or of an address, or of both, and return them."""
        ...

    def take_back(self, rows: Iterable[Retraction], *, at: Instant) -> tuple[Tag, ...]:
        """Retract what its creators take back, also where it comes later, and return what stood until now."""
        ...

    def lean(self, answer: str, *, kind: str, ledger: str, tags: Iterable[Tag], at: Instant) -> None:
        """Note which tags an answer leaned on, once."""
        ...

    def leaned(self) -> tuple[Leaned, ...]:
        """Return the answers that leaned on tags, the latest first, with what was retracted since."""
        ...


class Shelves(Protocol):
    """Where tags are kept, and packs as files."""

    def open(self, authority: str) -> AbstractContextManager[Tags]:
        """Open the tags of an authority."""
        ...

    def read(self, path: str) -> bytes:
        """Return the bytes of a pack; raise NotFoundError ``file.absent``, MalformedError ``tag.pack``."""
        ...

    def parse(self, data: bytes, *, confidence: str, where: str) -> Pack | Retractions:
        """Return what a pack says, of tags or of retractions; raise MalformedError ``tag.pack``."""
        ...

    def told(self, pack: object) -> bytes:
        """Return a pack as YAML."""
        ...

    def write(self, path: str, data: bytes) -> None:
        """Write a pack into a new file; raise ConflictError ``file.exists``."""
        ...
