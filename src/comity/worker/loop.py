"""The loop beside the server: it sends what is due, moves pieces, does jobs and prunes; no rules in it.

It is an outermost edge: whatever goes wrong in one piece of work becomes one line, and the rest goes on.
Several may run for one node: each lane is worked by the process that holds its lease.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from comity.exchange.envelope import End
from comity.exchange.service import SendReport
from comity.kernel.clock import MINUTE, Instant
from comity.kernel.errors import ComityError
from comity.kernel.ids import ActId, AuthorityId
from comity.node.ports import Job
from comity.worker.lanes import Lanes
from comity.worker.leases import LEASE_SECONDS, Leases
from comity.worker.stopping import STOPPING

POLL_SECONDS = 0.2
GREET_SECONDS = 600.0
NEWS_SECONDS = 60.0
TIDY_SECONDS = 60.0
LOOK_SECONDS = 1.0
LISTS_SECONDS = 2.0
STOP_SECONDS = 1.0
ONCE = 0.9
"""Of a round's time: how long its lease lasts, so that one process does it and each does it in turn."""

DELIVERY = "delivery "
LEASE = 5 * MINUTE
FIRST_RETRY = MINUTE
LONGEST_RETRY = 60 * MINUTE
MOST_JOBS = 32
MOST_TRANSFERS = 8
"""Deliveries at work at one time: they leave room for calls, and each comes to its turn."""


def nothing() -> None:
    """Do nothing."""


def nobody(_authority: AuthorityId) -> bool:
    """Return that nothing waits."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerToolbox:
    """What the loop calls; everything may raise, and may be called from several threads.

    Attributes:
        authorities: Our offices.
        channels_due: The peers for which messages of an office are due.
        channels_to_greet: The peers to which an office has news of the logs and no message, asked every
            ten minutes.
        channels_with_news: The peers that have not been shown our newest Party entry, so that a revocation
            is with them in time; asked every minute.
        send: Sends what is due to a peer; with True one empty call where nothing is.
        transfers: Outgoing deliveries that are not complete, the next first.
        transfer: Moves pieces that the receiver of one delivery lacks, so many that others get their turn.
        finish_arrivals: Completes incoming deliveries whose last piece is here; asked every minute.
        sweep: Removes what processes left half made that are no more; asked every minute.
        lease: Takes or renews the lease of a name for so many seconds; False while another process has it.
        free_leases: Gives up the leases of processes that are no more; asked every second.
        drop_leases: Gives up the leases of this process, at its end.
        claim: Leases the job longest due of the kinds named, for so many microseconds; asked every round, so
            it looks before it writes.
        finish_job: Marks a job done; ``retry_job`` gives it back until an instant.
        handlers: What does the jobs, by kind; each may run again after a crash.
        lists_wait: Tells whether cases of an office changed since its lists were written; asked every two
            seconds.
        write_lists: Writes a bounded number of them anew and tells whether any are left.
        prune: Forgets nonces of calls whose window has passed; asked every minute.
        now: This node's time.
        ticks: Seconds of a clock that never goes back.
        report: Takes one line about something that went wrong; never anything secret.
        ring: Raises alarms and rings those that nobody acknowledged; asked every minute.
        stamp: Gets time stamps for what has none; asked every minute.
        send_payloads: Brings payloads to the object store, where there is one; asked every minute.
        feeds_wait: Tells whether something of an office waits to be told to peers; asked every second.
        feed: Queues it, a batch for each feed.
    """

    authorities: Callable[[], Sequence[AuthorityId]]
    channels_due: Callable[[AuthorityId], Sequence[End]]
    channels_to_greet: Callable[[AuthorityId], Sequence[End]]
    channels_with_news: Callable[[AuthorityId], Sequence[End]]
    send: Callable[[AuthorityId, End, bool], SendReport]
    transfers: Callable[[], Sequence[tuple[AuthorityId, ActId]]]
    transfer: Callable[[AuthorityId, ActId], int]
    finish_arrivals: Callable[[], None]
    sweep: Callable[[], None]
    lease: Callable[[str, float], bool]
    free_leases: Callable[[], None]
    drop_leases: Callable[[], None]
    claim: Callable[[Sequence[str], Instant, int], Job | None]
    finish_job: Callable[[Job], None]
    retry_job: Callable[[Job, Instant], None]
    handlers: Mapping[str, Callable[[Job], None]]
    lists_wait: Callable[[AuthorityId], bool]
    write_lists: Callable[[AuthorityId], bool]
    prune: Callable[[Instant], None]
    now: Callable[[], Instant]
    ticks: Callable[[], float]
    report: Callable[[str], None]
    ring: Callable[[], None] = nothing
    stamp: Callable[[], object] = nothing
    send_payloads: Callable[[], None] = nothing
    feeds_wait: Callable[[AuthorityId], bool] = nobody
    feed: Callable[[AuthorityId], object] = nobody


@dataclass(slots=True)
class _Due:
    """When the slow rounds come next, in ticks."""

    greet: float = 0.0
    news: float = 0.0
    tidy: float = 0.0
    look: float = 0.0
    lists: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Runs the rounds. Each channel and each delivery has a lane of its own, so none waits for another."""

    toolbox: WorkerToolbox
    lanes: Lanes
    leases: Leases
    _woken: threading.Event = field(default_factory=threading.Event)
    _due: _Due = field(default_factory=_Due)

    def run(self, stop: threading.Event) -> None:
        """Go round until ``stop`` is set; then wait a second for what is under way, and return.

        Whatever happens, the leases of this process are given up at the end.
        """
        while not stop.is_set():
            self.turn()
            self._woken.wait(POLL_SECONDS)
            self._woken.clear()
        self.lanes.wait_until_idle(STOP_SECONDS)
        self._attempt("leases", self.toolbox.drop_leases)

    def wake(self) -> None:
        """Have the next round begin at once."""
        self._woken.set()

    def turn(self) -> None:
        """Go one round: start what is due, in lanes."""
        ticks = self.toolbox.ticks()
        if ticks >= self._due.look:
            self._due.look = ticks + LOOK_SECONDS
            self._guarded("leases", self._look_after_leases)
            self._guarded("feeds", self._feed)
        self._guarded("outbox", self._send_due)
        self._guarded("deliveries", self._transfer_open)
        self.lanes.run("jobs", lambda: self._attempt("jobs", self._do_jobs))  # each job has its own lease
        if ticks >= self._due.lists:
            self._due.lists = ticks + LISTS_SECONDS
            self._guarded("lists", self._write_lists)
        if ticks >= self._due.tidy:
            self._due.tidy = ticks + TIDY_SECONDS
            self._start("alarms", self.toolbox.ring, seconds=TIDY_SECONDS * ONCE)
            self._start("arrivals", self.toolbox.finish_arrivals, seconds=TIDY_SECONDS * ONCE)
            self._start("nonces", lambda: self.toolbox.prune(self.toolbox.now()), seconds=TIDY_SECONDS * ONCE)
            self._start("stamps", self.toolbox.stamp, seconds=TIDY_SECONDS * ONCE)
            self._start("payloads", self.toolbox.send_payloads, seconds=TIDY_SECONDS * ONCE)
            self._start("leftovers", self.toolbox.sweep, seconds=TIDY_SECONDS * ONCE)
        if ticks >= self._due.greet:
            self._due.greet = ticks + GREET_SECONDS
            self._guarded("greetings", self._greet)
        if ticks >= self._due.news:
            self._due.news = ticks + NEWS_SECONDS
            self._guarded("news", self._tell_news)

    def _look_after_leases(self) -> None:
        self.toolbox.free_leases()
        self.leases.renew(self.lanes.running())

    def _write_lists(self) -> None:
        for authority in self.toolbox.authorities():
            if self.toolbox.lists_wait(authority):
                self._start(f"lists of {authority}", partial(self._write_lists_of, authority))

    def _write_lists_of(self, authority: AuthorityId) -> None:
        if self.toolbox.write_lists(authority):
            self._due.lists = 0.0  # the rest in the next round, so that nothing else waits for it

    def _feed(self) -> None:
        for authority in self.toolbox.authorities():
            if self.toolbox.feeds_wait(authority):
                self._start(f"feeds of {authority}", partial(self.toolbox.feed, authority))

    def _send_due(self) -> None:
        for authority in self.toolbox.authorities():
            for peer in self.toolbox.channels_due(authority):
                self._start_sending(authority, peer, even_if_empty=False)

    def _greet(self) -> None:
        if not self.leases.have("greetings", seconds=GREET_SECONDS * ONCE):
            return
        for authority in self.toolbox.authorities():
            for peer in self.toolbox.channels_to_greet(authority):
                self._start_sending(authority, peer, even_if_empty=True)

    def _tell_news(self) -> None:
        if not self.leases.have("news", seconds=NEWS_SECONDS * ONCE):
            return
        for authority in self.toolbox.authorities():
            for peer in self.toolbox.channels_with_news(authority):
                self._start_sending(authority, peer, even_if_empty=True)

    def _start_sending(self, authority: AuthorityId, peer: End, *, even_if_empty: bool) -> None:
        name = f"{authority} to {peer.authority} of {peer.root[:16]}"

        def work() -> None:
            failure = self.toolbox.send(authority, peer, even_if_empty).failure
            if failure is not None:  # the exchange has set when each message is tried again
                self._tell(name, failure, rest=False)

        self._start(name, work)

    def _transfer_open(self) -> None:
        for authority, act_id in self.toolbox.transfers():
            if self._transferring() >= MOST_TRANSFERS:
                return
            name = f"{DELIVERY}{act_id[:16]} of {authority}"
            self._start(name, partial(self.toolbox.transfer, authority, act_id))

    def _transferring(self) -> int:
        return sum(str(name).startswith(DELIVERY) for name in self.lanes.running())

    def _do_jobs(self) -> None:
        kinds = tuple(sorted(self.toolbox.handlers))
        for _ in range(MOST_JOBS if kinds else 0):
            job = self.toolbox.claim(kinds, self.toolbox.now(), LEASE)
            if job is None:
                return
            try:
                self.toolbox.handlers[job.kind](job)
            except Exception as exc:  # noqa: BLE001 - an outermost edge
                wait = min(FIRST_RETRY << min(job.attempts, 16), LONGEST_RETRY)
                self.toolbox.retry_job(job, Instant(self.toolbox.now() + wait))
                self.toolbox.report(f"worker: job {job.kind}: {told(exc)}")
            else:
                self.toolbox.finish_job(job)

    def _start(self, name: str, work: Callable[[], object], *, seconds: float = LEASE_SECONDS) -> None:
        """Start the work of a lane, unless another process has its lease."""

        def leased() -> None:
            if self.leases.have(name, seconds=seconds):
                work()

        self.lanes.run(name, lambda: self._attempt(name, leased))

    def _guarded(self, name: str, work: Callable[[], None]) -> None:
        """Do a short look-up here and now; after a fault it rests as a lane does."""
        self.lanes.run(name, lambda: self._attempt(name, work), here=True)

    def _attempt(self, name: str, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception as exc:  # noqa: BLE001 - an outermost edge
            self._tell(name, exc, rest=True)

    def _tell(self, name: str, exc: Exception, *, rest: bool) -> None:
        news = self.lanes.failed(name, reason=told(exc), rest=rest)
        if news and not (isinstance(exc, ComityError) and exc.code == STOPPING):
            self.toolbox.report(f"worker: {name}: {told(exc)}")


def told(exc: Exception) -> str:
    """Return what may be told of a fault: our own words, and of anything else its kind and place only."""
    if isinstance(exc, ComityError):
        return f"{exc.code}: {exc}"
    trace = exc.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f" at {trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
    return f"{type(exc).__name__}{place}"
