"""News in a channel: which notice goes with a call or an answer, and what becomes of the peer's."""

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from comity.exchange.channel import Channel
from comity.exchange.notices import News, Noticeboard
from comity.exchange.ports import ExchangeTransaction, PeerState
from comity.kernel.clock import DAY, HOUR, Instant
from comity.kernel.errors import ConflictError, MalformedError, UntrustedError

BAD_NOTICE = "notice.untrusted"
MOST_NOTICES = 20
"""New notices of a peer in a day; those beyond it are passed over until the next."""

Tx = TypeVar("Tx", bound=ExchangeTransaction)


@dataclass(frozen=True, slots=True, kw_only=True)
class Newscast(Generic[Tx]):
    """Tells our newest notice until the peer says that it judged it, and hears the peer's."""

    board: Noticeboard[Tx]

    def tell(self, tx: Tx, state: PeerState) -> News:
        """Return what goes with the next call or answer in a channel."""
        own = self.board.own(tx)
        notice = None if own is None or own[0].id == state.notice_seen else own[0]
        return News(seen=state.notice_heard, notice=notice)

    def is_waiting(self, tx: Tx, state: PeerState, *, now: Instant) -> bool:
        """Tell whether the peer is called for a notice: one of the last hour that it has not judged."""
        own = self.board.own(tx)
        return own is not None and own[0].id != state.notice_seen and now < own[1] + HOUR

    def hear(self, tx: Tx, channel: Channel, news: News, *, now: Instant) -> None:
        """Take what the peer says of notices.

        A notice is judged once: one that does not hold raises an alarm, and is not asked for again.
        """
        peer = channel.peer
        state = tx.exchange.peer_state(channel.office.authority, peer.root, to=peer.authority)
        heard = news.notice.id if news.notice is not None else state.notice_heard
        if news.notice is not None and heard != state.notice_heard:
            used = tx.exchange.usage(peer.root, day=now // DAY, what="notices")
            if used >= MOST_NOTICES:
                heard = state.notice_heard
            else:
                tx.exchange.add_usage(peer.root, day=now // DAY, what="notices", count=1)
                try:
                    self.board.take(tx, root=peer.root, sender=peer.authority, notice=news.notice, now=now)
                except (MalformedError, UntrustedError, ConflictError) as exc:
                    channel.raise_alarm(BAD_NOTICE, now=now, detail=b'{"code":"%s"}' % exc.code.encode())
        seen = news.seen or state.notice_seen
        if (heard, seen) != (state.notice_heard, state.notice_seen):
            tx.exchange.put_peer_state(replace(state, notice_heard=heard, notice_seen=seen))
