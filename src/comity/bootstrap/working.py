"""The work of a node: one loop beside the doors, or ``comity worker`` in a process of its own."""

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from comity.bootstrap.folders import blobs_of, pieces_of, present, sweep_left
from comity.bootstrap.keys import require_keys
from comity.bootstrap.opening import opened
from comity.bootstrap.places import sender_of
from comity.bootstrap.protection import hash_desk, shelter_desk
from comity.bootstrap.reporting import report
from comity.bootstrap.stamping import stamping_desk
from comity.config import read_config
from comity.engines.alarmhook import tell
from comity.engines.allocator import share_arenas
from comity.engines.presence import Presence
from comity.exchange.deliveries import DeliveryDesk
from comity.exchange.envelope import End
from comity.exchange.pacing import FREE, Allowance, LineTerms, weight_of
from comity.exchange.records import Delivery, Direction
from comity.exchange.runs import MOST_TOGETHER
from comity.exchange.service import ExchangeDesk
from comity.kernel.clock import SECOND, Instant
from comity.kernel.errors import ComityError
from comity.kernel.ids import ActId, AuthorityId
from comity.node.casework import CasesDesk
from comity.node.delivering import delivery_desk
from comity.node.exchanging import FeedRound, exchange_desk
from comity.node.founding import ENTRY_KEY
from comity.node.lining import allowed, is_urgent, terms_of
from comity.node.listing import ListsDesk
from comity.node.ports import Job, Transaction
from comity.node.publicform import PublicForm
from comity.node.receiving import forget_ended
from comity.node.watching import Watch
from comity.node.workplace import Workplace
from comity.storage.blobs.pieces import FolderPieces
from comity.transport.https import HttpsTransport
from comity.worker.lanes import Lanes
from comity.worker.leases import Leases
from comity.worker.loop import GREET_SECONDS, Worker, WorkerToolbox
from comity.worker.pacing import Line, OnLine
from comity.worker.stopping import UntilStopped

TERMS_SECONDS = 5.0
PIECES_A_TURN, PIECES_A_TURN_NARROW = 256, 16
_GREETING = int(GREET_SECONDS * SECOND)


def work_node(directory: str, *, ready: Callable[[str], None]) -> None:
    """Do the work of a node, without doors, until SIGINT or SIGTERM.

    Args:
        directory: The node's folder.
        ready: Called once with one line when the work begins.

    Raises:
        as ``opened``.
    """
    share_arenas()
    with opened(directory) as (folder, config, place), present(folder) as presence:
        require_keys(place.keys)
        sweep_left(folder, presence)
        stop = threading.Event()
        with _stopped_by_signals(stop), loop_of(folder, place, presence, stop=stop) as worker:
            ready(f"{config.party} worker")
            worker.run(stop)


@contextmanager
def loop_of(folder: Path, place: Workplace, presence: Presence, *, stop: threading.Event) -> Iterator[Worker]:
    """Yield the loop of the node in a folder; its connections are closed afterwards."""
    pieces = pieces_of(folder, presence)
    terms = _Terms(place=place, ticks=time.monotonic)
    line = Line(allowance=terms.now, ticks=time.monotonic)
    transport = HttpsTransport(clock=place.clock, entropy=place.entropy, pace=line)
    try:
        yield _worker(
            exchange_desk(place),
            delivery_desk(place, blobs_of(folder, presence), pieces),
            _Chores(place=place, pieces=pieces, terms=terms, line=line),
            _Shares(place=place, presence=presence),
            UntilStopped(transport=OnLine(transport=transport, line=line), stop=stop),
            sweep=lambda: sweep_left(folder, presence),
            ring=_Ringing(place=place, command=read_config(folder).alarm_command).turn,
            stamp=stamping_desk(folder, read_config(folder), place).stamp_due,
            send_payloads=sender_of(folder, presence).turn,
        )
    finally:
        transport.close()


@contextmanager
def _stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    names = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(name, lambda _number, _frame: stop.set()) for name in names]
    try:
        yield
    finally:
        for name, handler in zip(names, before, strict=True):
            signal.signal(name, handler)


def _worker(
    exchange: ExchangeDesk[Transaction],
    deliveries: DeliveryDesk[Transaction],
    chores: "_Chores",
    shares: "_Shares",
    transport: UntilStopped,
    *,
    sweep: Callable[[], None],
    ring: Callable[[], None],
    stamp: Callable[[], object],
    send_payloads: Callable[[], None],
) -> Worker:
    toolbox = WorkerToolbox(
        authorities=lambda: [office.authority for office in exchange.offices()],
        channels_due=exchange.channels_due,
        channels_to_greet=chores.channels_to_greet,
        channels_with_news=exchange.channels_with_news,
        send=lambda office, peer, greet: exchange.send(office, peer, transport, even_if_empty=greet),
        transfers=chores.transfers,
        transfer=lambda office, act_id: deliveries.send(
            office, act_id, transport, most=chores.most(), together=chores.together()
        ),
        finish_arrivals=chores.finish_arrivals,
        sweep=sweep,
        lease=shares.take,
        free_leases=shares.free,
        drop_leases=shares.drop,
        claim=chores.claim,
        finish_job=chores.finish_job,
        retry_job=chores.retry_job,
        handlers={},
        lists_wait=chores.lists.waits,
        write_lists=chores.lists.write_waiting,
        prune=chores.prune,
        now=chores.place.clock.now,
        ticks=time.monotonic,
        report=report,
        ring=ring,
        stamp=stamp,
        send_payloads=send_payloads,
        feeds_wait=chores.feeds.waits,
        feed=chores.feeds.turn,
    )
    leases = Leases(take=toolbox.lease, ticks=time.monotonic)
    return Worker(toolbox=toolbox, lanes=Lanes(ticks=time.monotonic), leases=leases)


@dataclass(slots=True, kw_only=True)
class _Terms:
    """What the line allows, read from the store every few seconds."""

    place: Workplace
    ticks: Callable[[], float]
    _read_at: float = -TERMS_SECONDS
    _terms: LineTerms = FREE

    def now(self) -> Allowance:
        """Return what is allowed now."""
        if self.ticks() - self._read_at >= TERMS_SECONDS:
            self._read_at = self.ticks()
            with self.place.store.snapshot() as tx:
                self._terms = terms_of(tx)
        return allowed(self._terms, self.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chores:
    """Look-ups and small steps of the worker, each in a transaction of its own."""

    place: Workplace
    pieces: FolderPieces
    terms: _Terms
    line: Line
    _urgent: dict[ActId, bool] = field(default_factory=dict)

    @property
    def lists(self) -> ListsDesk:
        """The desk that keeps the register of cases."""
        return ListsDesk(place=self.place, cases_desk=CasesDesk(place=self.place))

    @property
    def feeds(self) -> FeedRound:
        """What feeds the peers, and withdraws what is not taken any more."""
        return FeedRound(place=self.place)

    def channels_to_greet(self, authority: AuthorityId) -> list[End]:
        """Return the peers that this office has exchanged with: heads and cosignatures go to and fro.

        On a poor line that is every other time only.
        """
        now = self.place.clock.now()
        if self.terms.now().low and now // _GREETING % 2:
            return []
        with self.place.store.snapshot() as tx:
            found = []
            for pin in tx.exchange.pins():
                entry = (
                    None
                    if pin.ours
                    else self.place.directory.party(tx.exchange, pin.fingerprint).in_force(now)
                )
                for office in entry.authorities if entry is not None else ():
                    state = tx.exchange.peer_state(authority, pin.fingerprint, to=office.id)
                    if state.last_contact_at and office.endpoint:
                        found.append(End(authority=office.id, root=pin.fingerprint))
        return found

    def transfers(self) -> list[tuple[AuthorityId, ActId]]:
        """Return the outgoing deliveries whose announcing act the receiver has stored, the next first."""
        with self.place.store.snapshot() as tx:
            found = {
                delivery.act_id: (office, self._weight(tx, delivery))
                for office in self.place.authorities(tx)
                for delivery in tx.exchange.open_deliveries(office, direction=Direction.OUT)
                if tx.exchange.settled(delivery.act_id) is not None
            }
        for known in [act_id for act_id in self._urgent if act_id not in found]:
            del self._urgent[known]
        order = self.line.ordered([(act_id, weight) for act_id, (_, weight) in found.items()])
        return [(found[ActId(name)][0], ActId(name)) for name in order]

    def most(self) -> int:
        """Return how many pieces of a delivery go before others come to their turn."""
        return PIECES_A_TURN_NARROW if self.terms.now().is_narrow else PIECES_A_TURN

    def together(self) -> int:
        """Return how many pieces go in one request: one where the line is limited, so that acts pass."""
        allowed = self.terms.now()
        return 1 if allowed.is_narrow or allowed.rate else MOST_TOGETHER

    def _weight(self, tx: Transaction, delivery: Delivery) -> int:
        if delivery.act_id not in self._urgent:
            self._urgent[delivery.act_id] = is_urgent(tx, delivery.authority, delivery.act_id)
        return weight_of(delivery.payload_length, urgent=self._urgent[delivery.act_id])

    def finish_arrivals(self) -> None:
        """Forget the pieces of deliveries that became packages."""
        for name in self.pieces.deliveries():
            with self.place.store.snapshot() as tx:
                offices = self.place.authorities(tx)
                done = any(tx.evidence.delivered(office, ActId(name)) is not None for office in offices)
            if done:
                self.pieces.forget(name)

    def claim(self, kinds: Sequence[str], now: Instant, lease: int) -> Job | None:
        """Lease the job longest due."""
        with self.place.store.transaction() as tx:
            return tx.jobs.claim(kinds, now=now, lease=lease)

    def finish_job(self, job: Job) -> None:
        """Mark a job done."""
        with self.place.store.transaction() as tx:
            tx.jobs.finish(job.key)

    def retry_job(self, job: Job, due: Instant) -> None:
        """Give a job back until an instant."""
        with self.place.store.transaction() as tx:
            tx.jobs.retry(job.key, due=due)

    def prune(self, now: Instant) -> None:
        """Forget nonces and shared indicators whose time has passed; look after the age keys and the log."""
        with self.place.store.transaction() as tx:
            tx.exchange.forget_nonces(now)
            offices = self.place.authorities(tx)
            for office in offices:
                forget_ended(tx, office, at=now)
        PublicForm(place=self.place).tidy()
        keeper = self.place.keeper
        if not self.place.keys.is_locked(ENTRY_KEY):
            for office in offices:
                keeper.rotate_age(office)
        keeper.destroy_old()
        if self.place.is_shelter:
            shelter_desk(self.place, hash_desk(self.place)).tidy()
        self.place.commit_heads()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ringing:
    """Rings what is due and tells the operator's command, where there is one."""

    place: Workplace
    command: tuple[str, ...]

    def turn(self) -> None:
        """Ring; a command that fails is reported after every ring was written down, and silences nothing."""
        failures: list[ComityError] = []
        for call in Watch(place=self.place).turn():
            try:
                if self.command:
                    tell(self.command, call)
            except ComityError as exc:
                failures.append(exc)
        if failures:
            raise failures[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shares:
    """This process's share of the node's work, written down as leases."""

    place: Workplace
    presence: Presence

    def take(self, name: str, seconds: float) -> bool:
        """Take or renew a lease; it looks before it writes, since others may have had it for long."""
        store, ours = self.place.store, self.presence.name
        with store.snapshot() as tx:
            if tx.leases.holder(name, now=self.place.clock.now()) not in (None, ours):
                return False
        with store.transaction() as tx:
            now = self.place.clock.now()
            return tx.leases.take(name, holder=ours, now=now, until=Instant(now + int(seconds * SECOND)))

    def free(self) -> None:
        """Give up the leases of processes that are no more, so that nobody waits for their end."""
        with self.place.store.snapshot() as tx:
            holders = tx.leases.holders()
        for holder in holders:
            if not self.presence.is_live(holder):
                self._drop(holder)

    def drop(self) -> None:
        """Give up our own leases."""
        self._drop(self.presence.name)

    def _drop(self, holder: str) -> None:
        with self.place.store.transaction() as tx:
            tx.leases.drop(holder)
