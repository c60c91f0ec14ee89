"""Settlement: what a receipt in an answer does to the message of ours that it is about.

A receipt counts only when its signature, its ends, its leaf and the growth of the receiver's log all hold.
"""

from dataclasses import dataclass, field
from typing import TypeVar

from comity.exchange.calls import OwnActs
from comity.exchange.channel import Channel
from comity.exchange.directory import SKEW
from comity.exchange.envelope import Heads
from comity.exchange.errors import untrusted
from comity.exchange.ports import ExchangeTransaction, Outgoing, SendState, Settled
from comity.exchange.receipts import STORED, Receipt, refused_digest, require_receipt
from comity.kernel.clock import Instant
from comity.kernel.ids import CaseId
from comity.kernel.signing import Envelope
from comity.ledger.checkpoint import Checkpoint
from comity.ledger.origins import parse_origin

OWN_ACTS_MISSING = "own.acts_missing"
BAD_RECEIPT = "receipt.untrusted"
REFUSED_MESSAGE = "message.refused"

Tx = TypeVar("Tx", bound=ExchangeTransaction)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An answer while it is read.

    Attributes:
        heads: What the peer showed of the logs; ``taken`` is its head, None if it was not taken.
        keys: The receipt keys of the peer that are valid now.
        claimed: For each case the highest ``your_last_seq`` that was settled, filled while reading.
    """

    channel: Channel
    heads: Heads
    taken: Checkpoint | None
    keys: tuple[bytes, ...]
    now: Instant
    claimed: dict[CaseId, int] = field(default_factory=dict)


def judge_receipt(reading: Reading, outgoing: Outgoing, envelope: Envelope, *, sealed: str) -> Receipt:
    """Return the receipt for one of our messages, everything about it verified.

    1. It is signed by a receipt key of the peer that is valid now, and is between these two ends.
    2. It is about this message; or it refuses the age file, which could not be opened.
    3. The leaf is under the head it names: over the signed act if stored, over the id if refused.
    4. That head is of the peer's log for us, and the head beside the receipts continues it.
    5. Its time, at which our act is judged from then on, is neither before the message nor ahead of us.

    Args:
        reading: The answer it came in.
        outgoing: The message it should be about.
        envelope: The receipt as it came.
        sealed: SHA-256 of the age file that was sent, hexadecimal.

    Raises:
        MalformedError: not a receipt.
        UntrustedError: a step does not hold.

    Basis: PROTOCOL rules 12 and 17
    """
    channel = reading.channel
    receipt = require_receipt(
        envelope,
        realm=channel.office.realm,
        signer=channel.peer,
        author=channel.office.end,
        keys=reading.keys,
    )
    stored = receipt.result == STORED
    if receipt.act != outgoing.message_id and (stored or receipt.act != sealed):
        raise untrusted("receipt.act", "the receipt is for another message")
    receipt.require_leaf(outgoing.digest if stored else refused_digest(receipt.act))
    _require_grown(reading, receipt)
    if not outgoing.queued_at - SKEW <= receipt.at <= reading.now + SKEW:
        raise untrusted("receipt.time", "the receipt is dated before the message, or ahead of this clock")
    return receipt


def settle(tx: ExchangeTransaction, reading: Reading, outgoing: Outgoing, *, receipt: Receipt) -> None:
    """Record the end of a message; raise an alarm where it was refused."""
    tx.exchange.settle(
        Settled(
            message_id=outgoing.message_id,
            state=SendState.STORED if receipt.result == STORED else SendState.REFUSED,
            code=receipt.code,
            at=reading.now,
        )
    )
    if receipt.case is not None:
        highest = max(receipt.your_last_seq, reading.claimed.get(receipt.case, 0))
        reading.claimed[receipt.case] = highest
    if receipt.result != STORED:
        reading.channel.raise_alarm(
            REFUSED_MESSAGE, now=reading.now, detail=b'{"act":"%s"}' % outgoing.message_id.encode()
        )


def compare_own_acts(own_acts: OwnActs[Tx], tx: Tx, reading: Reading) -> None:
    """Raise an alarm for each case of which the peer holds acts of ours that we do not.

    Basis: PROTOCOL rule 15
    """
    ours = reading.channel.office.authority
    for case, highest in sorted(reading.claimed.items()):
        if highest > own_acts.last_own_seq(tx, authority=ours, case=case):
            reading.channel.raise_alarm(
                OWN_ACTS_MISSING, now=reading.now, detail=b'{"case":"%s"}' % case.encode()
            )


def _require_grown(reading: Reading, receipt: Receipt) -> None:
    taken, channel = reading.taken, reading.channel
    if taken is None:
        raise untrusted("receipt.no_head", "the head beside the receipt was not taken")
    if receipt.origin != taken.origin:
        older = parse_origin(receipt.origin, where="receipt").incarnation
        newest = parse_origin(taken.origin).incarnation
        if older >= newest or receipt.origin != channel.their_origin(older):
            raise untrusted("receipt.origin", "the receipt names a log that is not theirs for us")
        return
    if not channel.continues(receipt.size, receipt.log_root, taken=taken, heads=reading.heads):
        raise untrusted("receipt.unproved", "the head beside the receipt does not continue the one in it")
