"""Where cases meet the exchange: the directory they read, the log they write, the outbox they queue in.

Each seam is made for one transaction and is cheap: it holds the transaction's store and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from comity.cases.attested import is_outside
from comity.cases.desk import CaseReader
from comity.cases.intake import DENIED, Intake
from comity.cases.ports import Address, KeyRecord, OfficerRecord
from comity.cases.wire import Parcel
from comity.exchange.directory import Directory, TrustedKey, TrustedParty
from comity.exchange.entries import Usage
from comity.exchange.envelope import End
from comity.exchange.outbox import Outbox
from comity.exchange.ports import Accepted, Deferred, DirectoryStore, Message, Peer, Refused
from comity.exchange.protocol import require_running
from comity.kernel.clock import Clock, Instant
from comity.kernel.entropy import Entropy
from comity.kernel.errors import UntrustedError
from comity.kernel.ids import ActId, AuthorityId, Fingerprint, OfficerName
from comity.kernel.realms import Realm
from comity.kernel.signing import Checker, Envelope, check_when_asked
from comity.ledger.leaves import draw_leaf
from comity.ledger.origins import peer_log_origin
from comity.ledger.service import Log
from comity.node.callbacks import owe_call_back
from comity.node.founding import own_root
from comity.node.freezelane import follow_arrival
from comity.node.oral import take_confirmation
from comity.node.ports import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDirectory:
    """Fulfils the cases' ``Directory``: pinned roots and signed entries, never a message."""

    directory: Directory
    store: DirectoryStore
    # One transaction sees one state of the directory, and asks for the same Party several times an act.
    _parties: dict[Fingerprint, TrustedParty | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def act_keys(self, authority: AuthorityId, root: Fingerprint, *, at: Instant) -> tuple[KeyRecord, ...]:
        """Return the ``act`` keys valid at ``at``."""
        return self._keys(authority, root, Usage.ACT, at)

    def receipt_keys(
        self, authority: AuthorityId, root: Fingerprint, *, at: Instant
    ) -> tuple[KeyRecord, ...]:
        """Return the ``receipt`` keys valid at ``at``."""
        return self._keys(authority, root, Usage.RECEIPT, at)

    def officer(self, root: Fingerprint, name: OfficerName, *, at: Instant) -> OfficerRecord | None:
        """Return the officer of the Party whose key is valid at ``at``."""
        party = self._party(root)
        found = party.officer(name, at=at) if party is not None else None
        if found is None:
            return None
        return OfficerRecord(
            name=found.name, authority=found.authority, roles=found.roles, key=_record(found.key)
        )

    def algorithms(self, root: Fingerprint, *, at: Instant) -> frozenset[str]:
        """Return the signature algorithms that the entry in force at ``at`` demands."""
        party = self._party(root)
        return party.algorithms(at=at) if party is not None else frozenset()

    def single_approval(self, root: Fingerprint, *, at: Instant) -> bool:
        """Tell whether the entry in force at ``at`` lets one person approve in an emergency."""
        party = self._party(root)
        return party is not None and party.single_approval(at=at)

    def _keys(
        self, authority: AuthorityId, root: Fingerprint, usage: Usage, at: Instant
    ) -> tuple[KeyRecord, ...]:
        party = self._party(root)
        return tuple(_record(key) for key in party.keys(authority, usage, at=at)) if party is not None else ()

    def _party(self, root: Fingerprint) -> TrustedParty | None:
        if root not in self._parties:
            self._parties[root] = self._pinned(root)
        return self._parties[root]

    def _pinned(self, root: Fingerprint) -> TrustedParty | None:
        try:
            return self.directory.party(self.store, root)
        except UntrustedError:
            return None  # the port answers with nothing for a Party that is not pinned


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerLedger:
    """Fulfils the cases' ``Ledger``: the log that an authority shares with one peer."""

    realm: Realm
    entropy: Entropy
    clock: Clock

    def append(self, tx: Any, *, authority: AuthorityId, peer: Fingerprint, tag: str, digest: bytes) -> None:
        """Add a blinded leaf; durable when the caller's transaction is."""
        origin = peer_log_origin(self.realm, authority=authority, peer_root=peer)
        leaf = draw_leaf(tag, digest=digest, entropy=self.entropy)
        Log(store=tx.logs, origin=origin).append([leaf], at=self.clock.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class OutwardDispatch:
    """Fulfils the cases' ``Dispatch``: seals to the addressee's key and queues.

    Nothing is queued for an authority that is reached outside any node.
    """

    realm: Realm
    directory: Directory
    entropy: Entropy
    clock: Clock

    def queue(
        self,
        tx: Any,
        *,
        message_id: ActId,
        author: Address,
        to: Address,
        plaintext: bytes,
        digest: bytes,
    ) -> None:
        """Seal the parcel and put it into the outbox, in the caller's transaction.

        Raises:
            ConflictError: ``exchange.halted``: a restored or cloned office issues nothing.

        Basis: PROTOCOL rule 15
        """
        require_running(tx, author.authority)
        if is_outside(to, self.realm):
            return  # it leaves as a letter, and an act says how
        Outbox(directory=self.directory, entropy=self.entropy).queue(
            tx.exchange,
            message_id=message_id,
            author=author.authority,
            to=End(authority=to.authority, root=to.root),
            plaintext=plaintext,
            digest=digest,
            now=self.clock.now(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeMailbox:
    """Fulfils the exchange's ``Mailbox`` for every office of the node.

    Attributes:
        closed: Whether every act is refused, as at a shelter.
    """

    realm: Realm
    directory: Directory
    entropy: Entropy
    clock: Clock
    check: Checker = check_when_asked
    closed: bool = False

    def read(
        self, tx: Transaction, *, ours: AuthorityId, plaintexts: Sequence[bytes], now: Instant
    ) -> tuple[Message | None, ...]:
        """Return what each opened message is, all signatures checked ahead."""
        return self._intake(tx, ours).read(tx, plaintexts, now=now)

    def open(self, tx: Transaction, *, ours: AuthorityId) -> "OfficeMail":
        """Return the mail of one of our offices, in the caller's transaction."""
        return OfficeMail(tx=tx, intake=self._intake(tx, ours), closed=self.closed)

    def _intake(self, tx: Transaction, ours: AuthorityId) -> Intake:
        return Intake(
            me=address_of(tx, ours),
            realm=self.realm,
            directory=CaseDirectory(directory=self.directory, store=tx.exchange),
            ledger=PeerLedger(realm=self.realm, entropy=self.entropy, clock=self.clock),
            check=self.check,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeMail:
    """Fulfils the exchange's ``Mail``: one office, one transaction."""

    tx: Transaction
    intake: Intake
    closed: bool = False

    def expect(self, names: Sequence[ActId]) -> None:
        """Read the acts of these names at once."""
        self.tx.acts.expect(self.intake.me.authority, names)

    def receipt_of(self, name: ActId) -> bytes | None:
        """Return the receipt that we issued for an act of the peer that is stored here."""
        return self.intake.receipt_of(self.tx, name)

    def accept(self, *, peer: Peer, message: Message, now: Instant) -> Accepted | Refused | Deferred:
        """Judge and store one opened message; see :class:`comity.exchange.ports.Mail`."""
        if self.closed:  # the same answer as for an act that is not for us
            return Refused(message_id=message.name, code=DENIED)
        answer = self.intake.accept(self.tx, peer=peer, message=message, now=now)
        if isinstance(answer, Accepted) and isinstance(message.content, Parcel):
            ours, act = self.intake.me.authority, message.content.signed.act
            owe_call_back(self.tx, ours, act, at=now)
            take_confirmation(self.tx, ours, act, at=now)
            follow_arrival(self.tx, ours, act, at=now)
        return answer

    def receipted(self, *, message_id: ActId, receipt: Envelope, now: Instant) -> None:
        """Take a verified receipt: the peer's for an act of ours, or our own for one of theirs."""
        self.intake.receipted(self.tx, message_id=message_id, receipt=receipt, now=now)


def address_of(tx: Transaction, authority: AuthorityId) -> Address:
    """Return one of our offices as an end of acts."""
    return Address(authority=authority, root=own_root(tx))


def case_reader(tx: Transaction, authority: AuthorityId, *, directory: Directory) -> CaseReader:
    """Return the reader of an office's cases in one transaction."""
    keys = CaseDirectory(directory=directory, store=tx.exchange)
    return CaseReader(me=address_of(tx, authority), directory=keys)


def _record(key: TrustedKey) -> KeyRecord:
    return KeyRecord(
        public=key.public, not_before=key.not_before, not_after=key.not_after, invalid_since=key.invalid_since
    )
