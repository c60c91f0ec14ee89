"""Outbox: our messages wait here, sealed, until a receipt of the peer settles them; none is given up."""

from dataclasses import dataclass

from comity.exchange.directory import Directory
from comity.exchange.envelope import MOST_MESSAGES, MOST_PLAINTEXT, End
from comity.exchange.ports import Alarm, ExchangeStore, Outgoing
from comity.kernel import agefile
from comity.kernel.clock import DAY, HOUR, SECOND, Instant
from comity.kernel.entropy import Entropy
from comity.kernel.errors import MalformedError, UnavailableError
from comity.kernel.ids import ActId, AuthorityId

MOST_BATCH = 46 * 1024 * 1024
FIRST_WAIT = 5 * SECOND
LONGEST_WAIT = HOUR
SILENT = "peer.silent"
SILENT_AFTER = DAY
END_OF_TIME = Instant(253_402_300_799_999_999)
_ALONE_FROM = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """Seals, queues and batches; everything in the caller's transaction."""

    directory: Directory
    entropy: Entropy

    def queue(
        self,
        store: ExchangeStore,
        *,
        message_id: ActId,
        author: AuthorityId,
        to: End,
        plaintext: bytes,
        digest: bytes,
        now: Instant,
    ) -> Outgoing:
        """Seal a parcel to its addressee and put it into the outbox.

        Args:
            store: The exchange's tables.
            message_id: Id of the signed act inside.
            author: Our authority.
            to: The addressee.
            plaintext: The parcel.
            digest: SHA-256 of the signed act's bytes, which the leaves on both sides commit to.
            now: Now.

        Raises:
            UntrustedError: the addressee's Party is not pinned, or its chain does not hold.
            UnavailableError: ``outbox.no_recipient``: no valid age key of the addressee is known, or
                its suite is newer than this software.
            ConflictError: ``outbox.known``.
        """
        if len(plaintext) > MOST_PLAINTEXT:
            raise MalformedError("outbox.size", f"a message has at most {MOST_PLAINTEXT} bytes")
        recipients = self.directory.party(store, to.root).age_recipients(to.authority, at=now)
        if not recipients:
            raise UnavailableError(
                "outbox.no_recipient",
                f"no age key of {to.authority} that is valid now is known here",
                hint="ask the peer for its newest card and add it",
            )
        outgoing = Outgoing(
            message_id=message_id,
            authority=author,
            peer=to.root,
            to=to.authority,
            sealed=agefile.seal(plaintext, recipients=recipients, entropy=self.entropy),
            digest=digest,
            order=store.next_order(author, to.root, to=to.authority),
            queued_at=now,
            next_at=now,
        )
        store.queue(outgoing)
        return outgoing

    def batch(
        self, store: ExchangeStore, *, author: AuthorityId, to: End, now: Instant
    ) -> tuple[Outgoing, ...]:
        """Return what goes into the next call: lowest order first, at most 64 messages and 46 MiB.

        A message that failed three times goes alone, so that it cannot hold up the others.
        """
        due = store.due(author, to.root, to=to.authority, now=now, limit=MOST_MESSAGES)
        fresh = tuple(outgoing for outgoing in due if outgoing.attempts < _ALONE_FROM)
        return _fitting(fresh or due[:1])

    def whole_batch(
        self, store: ExchangeStore, *, author: AuthorityId, to: End, skip: int
    ) -> tuple[Outgoing, ...]:
        """Return what goes into the next call on a disk: every queued message, due or not, after ``skip``."""
        queued = store.due(author, to.root, to=to.authority, now=END_OF_TIME, limit=skip + MOST_MESSAGES)
        return _fitting(queued[skip:])

    def wait(self, attempts: int) -> int:
        """Return how long to wait after so many attempts, in microseconds: doubled each time, with jitter.

        Between half and all of 5 s times 2 to the power of ``attempts``, at most an hour.
        """
        longest = min(FIRST_WAIT << min(attempts, 16), LONGEST_WAIT)
        drawn = int.from_bytes(self.entropy.bytes(4), "big")
        return longest // 2 + longest // 2 * drawn // 2**32

    def postpone(self, store: ExchangeStore, message_ids: tuple[ActId, ...], *, now: Instant) -> None:
        """Set when messages that got no receipt are due again; raise an alarm after a day."""
        found = [store.outgoing(name) for name in message_ids]
        held = [outgoing for outgoing in found if outgoing is not None and outgoing.sealed]
        if not held:
            return
        attempts = max(outgoing.attempts for outgoing in held)
        names = tuple(outgoing.message_id for outgoing in held)
        store.postpone(names, next_at=Instant(now + self.wait(attempts)))
        if any(now - outgoing.queued_at >= SILENT_AFTER for outgoing in held):
            first = held[0]
            store.alarm(Alarm(code=SILENT, authority=first.authority, peer=first.peer, at=now))


def _fitting(candidates: tuple[Outgoing, ...]) -> tuple[Outgoing, ...]:
    """Return as many as fit into one call, in order, at least one."""
    chosen: list[Outgoing] = []
    room = MOST_BATCH
    for outgoing in candidates:
        if chosen and len(outgoing.sealed) > room:
            break
        chosen.append(outgoing)
        room -= len(outgoing.sealed)
    return tuple(chosen)
