"""Inbox: what happens to the messages of one call, in one transaction.

A message is opened, named, and either answered with the receipt it got before or handed to the mailbox.
What is stored or refused now gets a leaf in the log for this peer, all leaves in one go, and a receipt
that names the head with them in it. What waits for something else is held and tried again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from comity.exchange.calls import Opened
from comity.exchange.channel import Channel
from comity.exchange.envelope import MOST_PLAINTEXT, MOST_SEALED, End, Result
from comity.exchange.office import Office
from comity.exchange.ports import (
    Accepted,
    Deferred,
    DeferredReason,
    ExchangeTransaction,
    Held,
    Mail,
    Mailbox,
    Peer,
    Refused,
)
from comity.exchange.receipts import (
    REFUSED,
    REFUSED_TAG,
    STORED,
    STORED_TAG,
    Receipt,
    parse_receipt,
    receipt_statement,
    refused_digest,
)
from comity.exchange.wire import read_envelope
from comity.kernel import agefile
from comity.kernel.clock import DAY, Instant
from comity.kernel.digests import sha256
from comity.kernel.entropy import Entropy
from comity.kernel.errors import DeniedError, MalformedError, UntrustedError
from comity.kernel.ids import ActId
from comity.kernel.signing import Envelope
from comity.ledger.checkpoint import Checkpoint, parse_checkpoint
from comity.ledger.leaves import Leaf, draw_leaf
from comity.ledger.notes import parse_note
from comity.ledger.proofs import InclusionProof

HELD_FOR = 7 * DAY
UNREADABLE = "message.unreadable"

Tx = TypeVar("Tx", bound=ExchangeTransaction)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """What one peer may use; for a whole day (UTC) where nothing else is said.

    Attributes:
        entries: New Party entries that are learnt from calls and answers.
        orphans: Messages held back at one time, each for seven days at most.
        orphan_bytes: What these may take together, sealed.
        open_deliveries: Deliveries under way at one time.
        delivery_bytes: Largest single delivery.
    """

    calls: int = 20_000
    messages: int = 100_000
    bytes: int = 4 * 1024**3
    new_cases: int = 500
    entries: int = 20
    orphans: int = 1_000
    orphan_bytes: int = 64 * 1024**2
    open_deliveries: int = 16
    delivery_bytes: int = 1024**4


@dataclass(slots=True, kw_only=True)
class _Item:
    """One message on its way through the inbox."""

    opened: Opened
    outcome: Accepted | Refused | Deferred | None = None
    receipt: Envelope | None = None
    from_hold: bool = False

    @property
    def name(self) -> ActId:
        return self.opened.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox(Generic[Tx]):
    """Receives the messages of one call in the caller's transaction."""

    mailbox: Mailbox[Tx]
    entropy: Entropy
    quotas: Quotas = field(default_factory=Quotas)

    def read(self, tx: Tx, office: Office, messages: Sequence[bytes], *, now: Instant) -> tuple[Opened, ...]:
        """Open the messages and have the mailbox look at all of them; it writes nothing."""
        plain = [_plaintext(office, sealed) for sealed in messages]
        found = iter(
            self.mailbox.read(
                tx, ours=office.authority, plaintexts=[text for text in plain if text is not None], now=now
            )
        )
        read = [None if text is None else next(found) for text in plain]
        return tuple(
            Opened(
                sealed=sealed,
                name=ActId(sha256(sealed).hex()) if message is None else message.name,
                message=message,
            )
            for sealed, message in zip(messages, read, strict=True)
        )

    def receive(
        self, tx: Tx, channel: Channel, opened: Sequence[Opened], *, now: Instant
    ) -> tuple[Result, ...]:
        """Return one result for each message, in the same order; nothing a message says raises."""
        cases = tx.exchange.usage(channel.peer.root, day=now // DAY, what="new_cases")
        mail = self.mailbox.open(tx, ours=channel.office.authority)
        visit = _Visit(tx=tx, channel=channel, mail=mail, now=now, cases=cases)
        items = [_Item(opened=found) for found in opened]
        mail.expect([item.name for item in items])
        tx.exchange.expect_receipts(
            channel.office.authority, [refusal_key(channel.peer, item.name) for item in items]
        )
        settled: dict[ActId, _Item] = {}
        for item in items:
            if item.name in settled:
                continue
            item.receipt = _issued_before(visit, item.name)
            if item.receipt is None:
                self._judge(visit, item)
            settled[item.name] = item
        retried = self._retry_held(visit, settled)
        self._issue(visit, [*settled.values(), *retried])
        return tuple(_result(settled[item.name]) for item in items)

    def _judge(self, visit: "_Visit[Tx]", item: _Item) -> None:
        tx, office, peer, now = visit.tx, visit.channel.office, visit.channel.peer, visit.now
        message = item.opened.message
        if message is None:
            item.outcome = Refused(message_id=item.name, code=UNREADABLE, incarnation=office.incarnation)
            return
        day = now // DAY
        sender = Peer(
            fingerprint=peer.root,
            authority=peer.authority,
            ours=office.authority,
            may_open=visit.cases < self.quotas.new_cases,
        )
        try:
            outcome = visit.mail.accept(peer=sender, message=message, now=now)
        except (MalformedError, UntrustedError, DeniedError) as exc:
            outcome = Refused(message_id=item.name, code=exc.code)
        if isinstance(outcome, Accepted) and outcome.opened:
            tx.exchange.add_usage(peer.root, day=day, what="new_cases", count=1)
            visit.cases += 1
        if isinstance(outcome, Accepted) and outcome.message_id != item.name:
            raise ValueError("the mailbox stored another message than the one it was given")
        if isinstance(outcome, Accepted) and outcome.delivery is not None:
            tx.exchange.put_delivery(outcome.delivery)
        if isinstance(outcome, Deferred) and outcome.reason is DeferredReason.ORPHAN:
            outcome = self._hold(visit, item, outcome)
        item.outcome = outcome

    def _hold(self, visit: "_Visit[Tx]", item: _Item, outcome: Deferred) -> Deferred:
        if item.from_hold:
            return outcome
        tx, office, peer, now = visit.tx, visit.channel.office, visit.channel.peer, visit.now
        if not self._may_hold(tx, peer, len(item.opened.sealed)):
            return Deferred(reason=DeferredReason.QUOTA)
        tx.exchange.hold(
            Held(
                message_id=item.name,
                authority=office.authority,
                peer=peer.root,
                sender=peer.authority,
                sealed=item.opened.sealed,
                missing=outcome.missing,
                held_at=now,
                until=Instant(now + HELD_FOR),
            )
        )
        return outcome

    def _may_hold(self, tx: Tx, peer: End, size: int) -> bool:
        return (
            tx.exchange.count_held(peer.root) < self.quotas.orphans
            and tx.exchange.held_bytes(peer.root) + size <= self.quotas.orphan_bytes
        )

    def _retry_held(self, visit: "_Visit[Tx]", settled: dict[ActId, _Item]) -> list[_Item]:
        """Try the orphans of this peer that lack nothing any more, as long as one of them is stored."""
        tx, office = visit.tx, visit.channel.office
        found: list[_Item] = []
        came = {item.name for item in settled.values() if isinstance(item.outcome, Accepted)}
        stored = set(came)
        waiting = self._waiting(visit, settled) if came else []
        while came:
            ready = {held.message_id: held for held in waiting if _lacks_nothing(visit, held, came, stored)}
            waiting = [held for held in waiting if held.message_id not in ready]
            came = set()
            for orphan in ready.values():
                known = settled.get(orphan.message_id)
                item = known or self._reopened(visit, orphan)
                item.from_hold = True
                self._judge(visit, item)
                if isinstance(item.outcome, Deferred):
                    waiting.append(orphan)
                    continue
                tx.exchange.drop_held(office.authority, orphan.message_id)
                if known is None:
                    found.append(item)
                if isinstance(item.outcome, Accepted):
                    came.add(item.name)
            stored |= came
        return found

    def _reopened(self, visit: "_Visit[Tx]", orphan: Held) -> _Item:
        (found,) = self.read(visit.tx, visit.channel.office, [orphan.sealed], now=visit.now)
        return _Item(opened=found)

    def _waiting(self, visit: "_Visit[Tx]", settled: dict[ActId, _Item]) -> list[Held]:
        """Return what this sender has held here, oldest first, and drop what is over or settled."""
        store, office, peer = visit.tx.exchange, visit.channel.office, visit.channel.peer
        waiting: list[Held] = []
        for orphan in store.held(office.authority, peer.root):
            known = settled.get(orphan.message_id)
            if orphan.until < visit.now or (known is not None and not isinstance(known.outcome, Deferred)):
                store.drop_held(office.authority, orphan.message_id)
            elif orphan.sender == peer.authority:
                waiting.append(orphan)
        return waiting

    def _issue(self, visit: "_Visit[Tx]", items: Sequence[_Item]) -> None:
        """Append the leaves of what is settled now, sign the head, and write the receipts."""
        fresh = [item for item in items if item.receipt is None and _is_new(item)]
        if not fresh:
            return
        channel = visit.channel
        leaves = [self._leaf(item) for item in fresh]
        log = channel.log
        first = log.append(leaves, at=visit.now)
        head = parse_checkpoint(parse_note(log.sign_checkpoint(channel.office.log)).text)
        proofs = channel.prove(first, len(fresh), size=head.size)
        for item, leaf, proof in zip(fresh, leaves, proofs, strict=True):
            receipt = _receipt(visit, item, leaf=leaf, head=head, proof=proof)
            item.receipt = receipt_statement(
                receipt, realm=channel.office.realm, signer=channel.office.receipt
            )
            if isinstance(item.outcome, Accepted):
                visit.mail.receipted(message_id=item.name, receipt=item.receipt, now=visit.now)
                continue
            visit.tx.exchange.put_receipt(
                channel.office.authority,
                refusal_key(channel.peer, item.name),
                peer=channel.peer.root,
                receipt=item.receipt.json,
            )

    def _leaf(self, item: _Item) -> Leaf:
        if isinstance(item.outcome, Accepted):
            return draw_leaf(STORED_TAG, digest=item.outcome.digest, entropy=self.entropy)
        return draw_leaf(REFUSED_TAG, digest=refused_digest(item.name), entropy=self.entropy)


@dataclass(slots=True, kw_only=True)
class _Visit(Generic[Tx]):
    """The messages of one call: transaction, channel, mail, time, and the cases opened today so far."""

    tx: Tx
    channel: Channel
    mail: Mail
    now: Instant
    cases: int


def _plaintext(office: Office, sealed: bytes) -> bytes | None:
    """Return the plaintext of a message; None for what no key of the office opens."""
    if len(sealed) > MOST_SEALED:
        return None
    try:
        return agefile.open_sealed(sealed, identities=office.identities, most_bytes=MOST_PLAINTEXT)
    except (MalformedError, UntrustedError, DeniedError):
        return None


def older_sizes(results: Sequence[Result], *, origin: str) -> tuple[int, ...]:
    """Return the sizes of our log that the receipts among the results name."""
    receipts = [parse_receipt(result.receipt) for result in results if result.receipt is not None]
    return tuple(sorted({receipt.size for receipt in receipts if receipt.origin == origin}))


def refusal_key(peer: End, name: ActId) -> ActId:
    """Return the name under which a refusal is kept: one for each sender."""
    return ActId(sha256(b"refused", peer.root.encode(), peer.authority.encode(), name.encode()).hex())


def _issued_before(visit: _Visit[Tx], name: ActId) -> Envelope | None:
    """Return the receipt this sender got before; a receipt that another Party got is never shown."""
    store, office, peer = visit.tx.exchange, visit.channel.office, visit.channel.peer
    refused = store.receipt_for(office.authority, refusal_key(peer, name))
    for data in (visit.mail.receipt_of(name), refused):
        if data is not None:
            held = read_envelope(data, where="receipt")
            if parse_receipt(held).author == peer:
                return held
    return None


def _is_new(item: _Item) -> bool:
    return isinstance(item.outcome, Accepted | Refused)


def _lacks_nothing(visit: _Visit[Tx], orphan: Held, came: set[ActId], stored: set[ActId]) -> bool:
    """Tell whether something an orphan waits for has just come, and all else it named is stored too."""
    missing = {ActId(name) for name in orphan.missing}
    if not missing:
        return True
    return not came.isdisjoint(missing) and all(
        visit.mail.receipt_of(name) is not None for name in sorted(missing - stored)
    )


def _result(item: _Item) -> Result:
    if item.receipt is not None:
        return Result(receipt=item.receipt)
    if isinstance(item.outcome, Deferred):
        return Result(deferred=item.outcome.reason.value)
    raise ValueError("a settled message has a receipt")


def _receipt(
    visit: _Visit[Tx], item: _Item, *, leaf: Leaf, head: Checkpoint, proof: InclusionProof
) -> Receipt:
    outcome = item.outcome
    if not isinstance(outcome, Accepted | Refused):
        raise ValueError("only a stored or refused message gets a receipt")
    return Receipt(
        act=item.name,
        signer=visit.channel.office.end,
        author=visit.channel.peer,
        at=visit.now,
        origin=head.origin,
        size=head.size,
        log_root=head.root,
        leaf_index=proof.index,
        leaf_tag=leaf.tag,
        leaf_nonce=leaf.nonce,
        path=proof.path,
        case=outcome.case,
        your_last_seq=outcome.your_last_seq,
        own_last_seq=outcome.own_last_seq,
        pending=outcome.pending,
        result=STORED if isinstance(outcome, Accepted) else REFUSED,
        code="" if isinstance(outcome, Accepted) else outcome.code,
        incarnation=visit.channel.office.incarnation,
    )
