"""The exchange desk: sends what is due, receives what comes; one transaction for each step."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from comity.exchange.calls import Caller, CallToMake, Destination
from comity.exchange.envelope import End, parse_call
from comity.exchange.office import Office
from comity.exchange.ports import ExchangeTransaction
from comity.exchange.protocol import Exchange, destination
from comity.kernel.clock import HOUR, Clock
from comity.kernel.errors import (
    ComityError,
    ConflictError,
    DeniedError,
    MalformedError,
    NotFoundError,
    UnavailableError,
    UntrustedError,
)
from comity.kernel.ids import AuthorityId, KeyId
from comity.kernel.signing import key_id

MOST_CALLS = 1_000

Tx = TypeVar("Tx", bound=ExchangeTransaction)
Tx_co = TypeVar("Tx_co", covariant=True)


class TransactionalStore(Protocol[Tx_co]):
    """A store with transactions."""

    def transaction(self) -> AbstractContextManager[Tx_co]:
        """Return a write transaction: committed when the block ends, rolled back when it raises."""
        ...

    def snapshot(self) -> AbstractContextManager[Tx_co]:
        """Return a consistent view for reading."""
        ...


class Transport(Protocol):
    """Carries one call to a peer and brings the answer."""

    def call(self, call: CallToMake) -> bytes:
        """Return the answer's bytes, untrusted.

        Raises:
            UnavailableError: the peer did not answer in time, or has no endpoint.
            UntrustedError: who answered does not hold the pinned certificate.
            DeniedError: the peer turned the call away.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReport:
    """What came of sending to one peer.

    Attributes:
        calls: Calls that were answered.
        messages: Messages that those calls carried.
        failure: Why sending stopped early; None when nothing more was due.
    """

    calls: int = 0
    messages: int = 0
    failure: ComityError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeDesk(Generic[Tx]):
    """Use cases of the exchange over a store, a clock and a transport.

    Attributes:
        offices: Returns our offices with the keys they have now.
    """

    store: TransactionalStore[Tx]
    exchange: Exchange[Tx]
    offices: Callable[[], Sequence[Office]]
    clock: Clock

    def destination(self, authority: AuthorityId, peer: End) -> Destination:
        """Return where calls of an office to a peer go; UntrustedError for a peer that is not pinned."""
        office, now = self.office(authority), self.clock.now()
        with self.store.snapshot() as tx:
            party = self.exchange.directory.party(tx.exchange, peer.root)
        return destination(party, office, peer, now=now)

    def office(self, authority: AuthorityId) -> Office:
        """Return an office of ours; raise NotFoundError ``exchange.no_office``."""
        for office in self.offices():
            if office.authority == authority:
                return office
        raise NotFoundError("exchange.no_office", f"{authority} has no office on this node")

    def channels_due(self, authority: AuthorityId) -> tuple[End, ...]:
        """Return the peers for which messages of an authority are due now."""
        with self.store.snapshot() as tx:
            due = tx.exchange.peers_due(authority, now=self.clock.now())
        return tuple(End(authority=to, root=peer) for peer, to in due)

    def channels_with_news(self, authority: AuthorityId) -> tuple[End, ...]:
        """Return the peers that have not been shown our newest entry or notice, one office of each address.

        One office of ours tells for all of them. What was published before a peer was pinned went with the
        card. A peer that has not been reached for an hour is left to the greetings.

        Basis: PROTOCOL rule 13
        """
        offices, now = self.offices(), self.clock.now()
        if not offices or offices[0].authority != authority:
            return ()
        found: list[End] = []
        with self.store.snapshot() as tx:
            ours = self.exchange.directory.party(tx.exchange, offices[0].root)
            pins = [pin for pin in tx.exchange.pins() if not pin.ours]
            for pin in pins:
                party = self.exchange.directory.party(tx.exchange, pin.fingerprint)
                if (entry := party.in_force(now)) is None:
                    continue
                is_newer = ours.entries[-1].issued_at > pin.pinned_at
                first = {one.endpoint: one.id for one in reversed(entry.authorities) if one.endpoint}
                for to in first.values():
                    state = tx.exchange.peer_state(authority, pin.fingerprint, to=to)
                    lost = state.failing_since is not None and now > state.failing_since + HOUR
                    waits = is_newer and state.entry_sent != ours.newest_id
                    waits = waits or self.exchange.newscast.is_waiting(tx, state, now=now)
                    if waits and not lost:
                        found.append(End(authority=to, root=pin.fingerprint))
        return tuple(found)

    def prepare(
        self,
        authority: AuthorityId,
        peer: End,
        *,
        even_if_empty: bool = False,
        carried: int | None = None,
    ) -> CallToMake | None:
        """Return the next call to a peer, for a transport or a courier folder; None if nothing is due."""
        return self._prepared(self.office(authority), peer, even_if_empty=even_if_empty, carried=carried)

    def _prepared(
        self, office: Office, peer: End, *, even_if_empty: bool, carried: int | None = None
    ) -> CallToMake | None:
        with self.store.snapshot() as tx:
            return self.exchange.prepare(
                tx, office, peer, now=self.clock.now(), even_if_empty=even_if_empty, carried=carried
            )

    def recalled(self, body: bytes) -> CallToMake:
        """Return a call of ours again from its body; the caller has checked that it is ours.

        Raises:
            MalformedError: not a call.
            NotFoundError: not of an office here.
        """
        office = self.office(parse_call(body).sender.authority)
        with self.store.snapshot() as tx:
            return self.exchange.recalled(tx, office, body, now=self.clock.now())

    def answered(self, call: CallToMake, answer: bytes) -> None:
        """Take the answer to a call of ours."""
        with self.store.transaction() as tx:
            self.exchange.answered(tx, call, answer, now=self.clock.now())

    def failed(self, call: CallToMake) -> None:
        """Take it that a call of ours got no usable answer."""
        with self.store.transaction() as tx:
            self.exchange.failed(tx, call, now=self.clock.now())

    def send(
        self, authority: AuthorityId, peer: End, transport: Transport, *, even_if_empty: bool = False
    ) -> SendReport:
        """Send everything that is due to one peer, call after call; stop at the first failure.

        A failure of the other side is part of the report; it has set when to try again.
        """
        report, office = SendReport(), self.office(authority)
        for number in range(MOST_CALLS):
            call = self._prepared(office, peer, even_if_empty=even_if_empty and number == 0)
            if call is None:
                return report
            try:
                self.answered(call, transport.call(call))
            except (UnavailableError, UntrustedError, DeniedError, MalformedError, ConflictError) as exc:
                self.failed(call)
                return SendReport(calls=report.calls, messages=report.messages, failure=exc)
            report = SendReport(calls=report.calls + 1, messages=report.messages + len(call.message_ids))
        return report

    def receive(self, caller: Caller, body: bytes) -> bytes:
        """Return the answer to a call whose signature the transport has verified.

        Raises:
            MalformedError: not a call.
            DeniedError: turned away, always with the same words.
        """
        offices = self.offices()
        with self.store.snapshot() as tx:
            incoming = self.exchange.read(tx, offices, caller, body, now=self.clock.now())
        with self.store.transaction() as tx:
            served = self.exchange.serve(tx, incoming, now=self.clock.now())
        return self.exchange.complete(served)

    def caller_key(self, key: KeyId) -> tuple[End, bytes] | None:
        """Return who signs calls with this key now, and the public key; None for whoever is not pinned.

        Our own offices are no callers.
        """
        with self.store.snapshot() as tx:
            found = self.exchange.directory.by_transport_key(tx.exchange, key, at=self.clock.now())
            pin = None if found is None else tx.exchange.pin_of(found[0].fingerprint)
        if found is None or pin is None or pin.ours:
            return None
        party, authority, public = found
        if key_id(public) != key:
            return None
        return End(authority=authority, root=party.fingerprint), public
