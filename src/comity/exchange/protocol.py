"""The protocol as a machine without IO: what to call, what an answer means, what to answer.

Every step runs in one transaction of the caller. ``prepare`` only reads; ``answered``, ``failed`` and
``serve`` write. Cosignatures are made in ``complete``, once the transaction of ``serve`` is durable.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from comity.exchange.calls import Caller, CallToMake, Carriage, Destination, Incoming, OwnActs, Served
from comity.exchange.channel import Channel, cosignature, is_halted
from comity.exchange.directory import SKEW, Directory, TrustedParty
from comity.exchange.entries import Usage
from comity.exchange.envelope import (
    NONCE_SIZE,
    Answer,
    Call,
    End,
    Heads,
    Result,
    Sight,
    answer_bytes,
    call_bytes,
    parse_answer,
    parse_call,
)
from comity.exchange.errors import not_for_you
from comity.exchange.inbox import Inbox, older_sizes
from comity.exchange.notices import Noticeboard, SilentBoard
from comity.exchange.office import Office
from comity.exchange.outbox import END_OF_TIME, Outbox
from comity.exchange.ports import (
    DeferredReason,
    ExchangeStore,
    ExchangeTransaction,
    Mail,
    SendState,
)
from comity.exchange.settlement import BAD_RECEIPT, Reading, compare_own_acts, judge_receipt, settle
from comity.exchange.telling import Newscast
from comity.exchange.wire import read_envelope
from comity.kernel.clock import DAY, Instant
from comity.kernel.digests import sha256
from comity.kernel.entropy import Entropy
from comity.kernel.errors import ConflictError, DeniedError, MalformedError, UntrustedError
from comity.kernel.ids import ActId, AuthorityId, Fingerprint
from comity.kernel.signing import Checker, Envelope, check_when_asked
from comity.ledger.checkpoint import Checkpoint

BAD_ENTRY = "entry.untrusted"
BAD_HEAD = "log.untrusted"
CLOCKS_APART = "clock.apart"
MOST_RECALLED = 100_000

Tx = TypeVar("Tx", bound=ExchangeTransaction)


def destination(party: TrustedParty, office: Office, peer: End, *, now: Instant) -> Destination:
    """Return where calls to an authority of a peer go, by its entry in force."""
    published = party.office(peer.authority, at=now)
    return Destination(
        office=office,
        peer=peer,
        endpoint=None if published is None else published.endpoint,
        certificate=None if published is None else published.certificate,
    )


def require_running(tx: ExchangeTransaction, authority: AuthorityId) -> None:
    """Raise ConflictError ``exchange.halted`` when an office may sign nothing: no call, no answer, no act.

    Basis: PROTOCOL rule 15
    """
    if is_halted(tx, authority):
        raise ConflictError(
            "exchange.halted",
            f"{authority} signed leaves that it no longer holds, so it signs nothing now",
            hint="the node was restored or cloned: look for the newer copy; the operator's guide has more",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange(Generic[Tx]):
    """One side of the protocol."""

    directory: Directory
    outbox: Outbox
    inbox: Inbox[Tx]
    own_acts: OwnActs[Tx]
    entropy: Entropy
    check: Checker = check_when_asked
    board: Noticeboard[Tx] = field(default_factory=SilentBoard)

    @property
    def newscast(self) -> Newscast[Tx]:
        """Tells and hears notices."""
        return Newscast(board=self.board)

    def prepare(
        self,
        tx: Tx,
        office: Office,
        peer: End,
        *,
        now: Instant,
        even_if_empty: bool = False,
        carried: int | None = None,
    ) -> CallToMake | None:
        """Return the next call to a peer; None when nothing is due. It writes nothing.

        Args:
            tx: A snapshot is enough.
            office: Our office that calls.
            peer: Whom it calls.
            now: Now.
            even_if_empty: Call without a message too, to hand over heads and cosignatures.
            carried: For a disk: take every queued message, due or not, after this many.

        Raises:
            UntrustedError: the peer is not pinned or its chain does not hold.
            ConflictError: ``exchange.halted``: it is proven that this office lost leaves or was cloned.
        """
        require_running(tx, office.authority)
        party = self.directory.party(tx.exchange, peer.root)
        if carried is None:
            batch = self.outbox.batch(tx.exchange, author=office.authority, to=peer, now=now)
        else:
            batch = self.outbox.whole_batch(tx.exchange, author=office.authority, to=peer, skip=carried)
        if not batch and not even_if_empty:
            return None
        state = tx.exchange.peer_state(office.authority, peer.root, to=peer.authority)
        channel = Channel(tx=tx, office=office, party=party, peer=peer)
        shown = channel.show(known_size=state.log_seen)
        ours = self.directory.party(tx.exchange, office.root)
        nonce = self.entropy.bytes(NONCE_SIZE)
        body = call_bytes(
            Call(
                realm=office.realm,
                sender=office.end,
                to=peer,
                at=now,
                nonce=nonce,
                messages=tuple(outgoing.sealed for outgoing in batch),
                heads=shown,
                entries=self._newest_entry(tx, ours, unless=state.entry_sent),
                news=self.newscast.tell(tx, state),
            )
        )
        return CallToMake(
            to=destination(party, office, peer, now=now),
            body=body,
            nonce=nonce,
            message_ids=tuple(outgoing.message_id for outgoing in batch),
            sealed=tuple(sha256(outgoing.sealed).hex() for outgoing in batch),
            shown=shown,
            entry_id=ours.newest_id,
        )

    def recalled(self, tx: Tx, office: Office, body: bytes, *, now: Instant) -> CallToMake:
        """Return a call of ours again from its body, which the caller has authenticated as ours.

        Raises:
            MalformedError: not a call.
            DeniedError: not a call of this office.
        """
        call = parse_call(body)
        if call.sender != office.end or call.realm is not office.realm:
            raise not_for_you()
        queued = tx.exchange.due(
            office.authority, call.to.root, to=call.to.authority, now=END_OF_TIME, limit=MOST_RECALLED
        )
        names = {sha256(outgoing.sealed).hex(): outgoing.message_id for outgoing in queued}
        sealed = tuple(sha256(message).hex() for message in call.messages)
        party = self.directory.party(tx.exchange, call.to.root)
        return CallToMake(
            to=destination(party, office, call.to, now=now),
            body=body,
            nonce=call.nonce,
            # NOTE: what is settled by now is not in the outbox under any name, and is passed over.
            message_ids=tuple(names.get(name, ActId(name)) for name in sealed),
            sealed=sealed,
            shown=call.heads,
            entry_id=call.entries[-1].id if call.entries else "",
        )

    def answered(self, tx: Tx, call: CallToMake, data: bytes, *, now: Instant) -> None:
        """Take the answer to a call: receipts settle messages, everything else waits for the next try.

        Raises:
            MalformedError: the answer is not one; the caller then reports :meth:`failed`.
        """
        answer = parse_answer(data, count=len(call.message_ids))
        party = self.directory.party(tx.exchange, call.peer.root)
        channel = Channel(tx=tx, office=call.office, party=party, peer=call.peer)
        if call.shown.checkpoint:
            channel.store_shown(call.shown.checkpoint)
        party = self._learn(channel, answer.entries, now=now)
        channel = replace(channel, party=party)
        self.newscast.hear(tx, channel, answer.news, now=now)
        taken = self._take(channel, answer.heads, now=now, floor=call.shown.sight.size)
        keys = party.keys(call.peer.authority, Usage.RECEIPT, at=now)
        reading = Reading(
            channel=channel,
            heads=answer.heads,
            taken=taken,
            keys=tuple(key.public for key in keys),
            now=now,
        )
        mail = self.inbox.mailbox.open(tx, ours=call.office.authority)
        tx.exchange.expect(call.message_ids)
        mail.expect(call.message_ids)
        self.check(
            [(r.receipt, key) for r in answer.results if r.receipt is not None for key in reading.keys]
        )
        unsettled = [
            name
            for name, sealed, result in zip(call.message_ids, call.sealed, answer.results, strict=True)
            if not self._settled(reading, mail, name, sealed=sealed, result=result)
        ]
        compare_own_acts(self.own_acts, tx, reading)
        self.outbox.postpone(tx.exchange, tuple(unsettled), now=now)
        state = tx.exchange.peer_state(call.office.authority, call.peer.root, to=call.peer.authority)
        tx.exchange.put_peer_state(
            replace(
                state, last_contact_at=now, failing_since=None, entry_sent=call.entry_id or state.entry_sent
            )
        )

    def failed(self, tx: Tx, call: CallToMake, *, now: Instant) -> None:
        """Take it that a call got no usable answer: its messages are tried again later, and never dropped."""
        self.outbox.postpone(tx.exchange, call.message_ids, now=now)
        state = tx.exchange.peer_state(call.office.authority, call.peer.root, to=call.peer.authority)
        if state.failing_since is None:
            tx.exchange.put_peer_state(replace(state, failing_since=now))

    def read(
        self, tx: Tx, offices: Sequence[Office], caller: Caller, body: bytes, *, now: Instant
    ) -> Incoming:
        """Return an authenticated call, read and opened, for :meth:`serve`; it writes nothing.

        What costs time is done here, so that the write transaction is short: a snapshot is enough.

        1. The body is a call, within all limits.
        2. Sender, nonce and realm are those that the transport proved, the addressee is an office of ours.

        Raises:
            MalformedError: step 1.
            DeniedError: step 2.
            UntrustedError: the stored chain of the caller does not hold.
        """
        call = parse_call(body)
        office = next((found for found in offices if found.end == call.to), None)
        if office is None or call.sender != caller.end or call.nonce != caller.nonce:
            raise not_for_you()
        party = self.directory.party(tx.exchange, caller.end.root)
        if call.realm is not office.realm or party.realm is not office.realm:
            raise not_for_you()
        opened = None
        if self._has_room(tx.exchange, caller.end.root, call, len(body), now=now):
            opened = self.inbox.read(tx, office, call.messages, now=now)
        return Incoming(caller=caller, call=call, size=len(body), office=office, opened=opened)

    def serve(self, tx: Tx, incoming: Incoming, *, now: Instant) -> Served:
        """Return the answer to a call that was read; give it to :meth:`complete` after the commit.

        3. A call over the network is of these five minutes and was not seen before.
        4. The peer is within its quota of calls and messages.
        5. Newer entries and heads are taken; forks and rollbacks are stored as alarms.
        6. The messages go through the inbox.

        Raises:
            UntrustedError: the stored chain of the caller does not hold.
        """
        call, caller, office = incoming.call, incoming.caller, incoming.office
        party = self.directory.party(tx.exchange, caller.end.root)
        channel = Channel(tx=tx, office=office, party=party, peer=caller.end)
        if not self._is_fresh(channel, call, caller, now=now):
            # Denied by :meth:`complete`, with the same words as any other that is not for the caller.
            return Served(answer=Answer(results=(), heads=Heads()), office=office, denied=True)
        if not self._count(channel, call, incoming.size, now=now) or is_halted(tx, office.authority):
            return self._turned_away(channel, call)
        channel = replace(channel, party=self._learn(channel, call.entries, now=now))
        self.newscast.hear(tx, channel, call.news, now=now)
        held = channel.witnessed()
        surely_newer = held is not None and call.at > held.at + 2 * SKEW
        self._take(channel, call.heads, now=now, floor=held.size if held is not None and surely_newer else 0)
        opened = incoming.opened
        if opened is None:
            opened = self.inbox.read(tx, office, call.messages, now=now)  # a new day has begun since
        shown_before = channel.signed_size()
        results = self.inbox.receive(tx, channel, opened, now=now)
        state = tx.exchange.peer_state(office.authority, caller.end.root, to=caller.end.authority)
        shown = channel.show(
            known_size=state.log_seen,
            older=(shown_before, *older_sizes(results, origin=channel.log.origin)),
            cosigned=False,
        )
        ours = self.directory.party(tx.exchange, office.root)
        answer = Answer(
            results=results,
            heads=shown,
            entries=self._newest_entry(tx, ours, unless=state.entry_sent),
            news=self.newscast.tell(tx, state),
        )
        return Served(answer=answer, office=office, head=channel.witnessed())

    def complete(self, served: Served) -> bytes:
        """Return the bytes of the answer with the cosignature, now that the head it covers is durable.

        Raises:
            DeniedError: the call is turned away.
        """
        if served.denied:
            raise not_for_you()
        heads = served.answer.heads
        if served.head is not None:
            heads = replace(heads, cosignatures=(cosignature(served.office, served.head),))
        return answer_bytes(replace(served.answer, heads=heads))

    def _settled(self, reading: Reading, mail: Mail, name: ActId, *, sealed: str, result: Result) -> bool:
        tx = reading.channel.tx
        outgoing = tx.exchange.outgoing(name)
        if outgoing is None or outgoing.state is not SendState.QUEUED:
            return True  # another answer settled it meanwhile
        if result.receipt is None:
            return False
        try:
            receipt = judge_receipt(reading, outgoing, result.receipt, sealed=sealed)
        except (MalformedError, UntrustedError) as exc:
            if reading.taken is not None:
                reading.channel.raise_alarm(
                    BAD_RECEIPT, now=reading.now, detail=b'{"code":"%s"}' % exc.code.encode()
                )
            return False
        settle(tx, reading, outgoing, receipt=receipt)
        mail.receipted(message_id=name, receipt=result.receipt, now=reading.now)
        return True

    def _learn(self, channel: Channel, entries: Sequence[Envelope], *, now: Instant) -> TrustedParty:
        store, root, day = channel.tx.exchange, channel.peer.root, now // DAY
        for entry in entries:
            has_room = store.usage(root, day=day, what="entries") < self.inbox.quotas.entries
            try:
                if self.directory.learn_entry(store, root, entry.json, has_room=has_room):
                    store.add_usage(root, day=day, what="entries", count=1)
            except (MalformedError, UntrustedError, DeniedError) as exc:
                channel.raise_alarm(BAD_ENTRY, now=now, detail=b'{"code":"%s"}' % exc.code.encode())
        return self.directory.party(store, root)

    def _take(self, channel: Channel, heads: Heads, *, now: Instant, floor: int) -> Checkpoint | None:
        try:
            return channel.take(heads, now=now, floor=floor)
        except (MalformedError, UntrustedError) as exc:
            channel.raise_alarm(BAD_HEAD, now=now, detail=b'{"code":"%s"}' % exc.code.encode())
            return None

    def _is_fresh(self, channel: Channel, call: Call, caller: Caller, *, now: Instant) -> bool:
        if caller.carriage is Carriage.COURIER:
            return True
        if abs(call.at - now) > SKEW:
            channel.raise_alarm(CLOCKS_APART, now=now)
            return False
        until = Instant(now + 2 * SKEW)
        return channel.tx.exchange.remember_nonce(caller.end.root, caller.nonce, until=until)

    def _count(self, channel: Channel, call: Call, size: int, *, now: Instant) -> bool:
        store, root = channel.tx.exchange, channel.peer.root
        if not self._has_room(store, root, call, size, now=now):
            return False
        for what, count in _used(call, size).items():
            store.add_usage(root, day=now // DAY, what=what, count=count)
        return True

    def _has_room(
        self, store: ExchangeStore, root: Fingerprint, call: Call, size: int, *, now: Instant
    ) -> bool:
        quotas = self.inbox.quotas
        most = {"calls": quotas.calls, "messages": quotas.messages, "bytes": quotas.bytes}
        return all(
            store.usage(root, day=now // DAY, what=what) + count <= most[what]
            for what, count in _used(call, size).items()
        )

    def _turned_away(self, channel: Channel, call: Call) -> Served:
        halted = is_halted(channel.tx, channel.office.authority)
        reason = DeferredReason.BUSY if halted else DeferredReason.QUOTA
        results = tuple(Result(deferred=reason.value) for _ in call.messages)
        answer = Answer(results=results, heads=Heads(sight=Sight()))
        return Served(answer=answer, office=channel.office, head=None)

    def _newest_entry(self, tx: Tx, ours: TrustedParty, *, unless: str) -> tuple[Envelope, ...]:
        if not ours.newest_id or ours.newest_id == unless:
            return ()
        return (read_envelope(tx.exchange.entries(ours.fingerprint)[-1], where="entry"),)


def _used(call: Call, size: int) -> dict[str, int]:
    return {"calls": 1, "messages": len(call.messages), "bytes": size}
