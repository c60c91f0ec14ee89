"""The mail of the node's offices: acts go to the cases, batches of feeds to whoever knows their changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.exchange.feeds import Batch, is_feed
from comity.exchange.ports import Accepted, Deferred, Message, Peer, Refused
from comity.kernel.clock import Instant
from comity.kernel.ids import ActId, AuthorityId
from comity.kernel.signing import Envelope
from comity.node.feeding import Feeder
from comity.node.feedtaking import FeedIntake
from comity.node.ports import Transaction
from comity.node.seams import NodeMailbox, OfficeMail


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailroom:
    """Fulfils the exchange's ``Mailbox``: one door for acts and batches."""

    cases: NodeMailbox
    feeds: FeedIntake
    feeder: Feeder

    def read(
        self, tx: Transaction, *, ours: AuthorityId, plaintexts: Sequence[bytes], now: Instant
    ) -> tuple[Message | None, ...]:
        """Return what each opened message is; signatures of acts are checked ahead."""
        batches = [self.feeds.message(one) if is_feed(one) else None for one in plaintexts]
        rest = [one for one, batch in zip(plaintexts, batches, strict=True) if batch is None]
        acts = iter(self.cases.read(tx, ours=ours, plaintexts=rest, now=now))
        return tuple(next(acts) if batch is None else batch for batch in batches)

    def open(self, tx: Transaction, *, ours: AuthorityId) -> "RoomMail":
        """Return the mail of one of our offices, in the caller's transaction."""
        return RoomMail(tx=tx, ours=ours, room=self, acts=self.cases.open(tx, ours=ours))


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomMail:
    """Fulfils the exchange's ``Mail``: one office, one transaction."""

    tx: Transaction
    ours: AuthorityId
    room: Mailroom
    acts: OfficeMail

    def expect(self, names: Sequence[ActId]) -> None:
        """Read the acts of these names at once."""
        self.acts.expect(names)

    def receipt_of(self, name: ActId) -> bytes | None:
        """Return the receipt that we issued for a message of the peer that is stored here."""
        return self.acts.receipt_of(name) or self.room.feeds.receipt_of(self.tx, self.ours, name)

    def accept(self, *, peer: Peer, message: Message, now: Instant) -> Accepted | Refused | Deferred:
        """Judge and store one opened message; see :class:`comity.exchange.ports.Mail`."""
        if isinstance(message.content, Batch):
            return self.room.feeds.accept(self.tx, peer=peer, batch=message.content, now=now)
        return self.acts.accept(peer=peer, message=message, now=now)

    def receipted(self, *, message_id: ActId, receipt: Envelope, now: Instant) -> None:
        """Take a verified receipt: the peer's for a message of ours, or our own for one of theirs."""
        feeder, feeds = self.room.feeder, self.room.feeds
        if feeder.receipted(self.tx, authority=self.ours, receipt=receipt, name=message_id, now=now):
            return
        if feeds.receipted(self.tx, self.ours, receipt=receipt, name=message_id, now=now):
            return
        self.acts.receipted(message_id=message_id, receipt=receipt, now=now)
