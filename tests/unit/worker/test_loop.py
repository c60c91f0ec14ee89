"""The loop with fakes behind it: what it starts, what it leaves alone, what it survives."""

import threading

import pytest

from comity.exchange.envelope import End
from comity.exchange.runs import run_of
from comity.exchange.service import SendReport
from comity.kernel.clock import MINUTE, Instant
from comity.kernel.errors import ConflictError, UnavailableError
from comity.kernel.ids import ActId, AuthorityId, Fingerprint
from comity.node.ports import Job
from comity.worker.lanes import MOST_RUNNING, Lanes
from comity.worker.leases import LEASE_SECONDS, Leases
from comity.worker.loop import Worker, WorkerToolbox, told
from comity.worker.stopping import UntilStopped

OURS = AuthorityId("XAA/contact-point")
ONE = End(authority=AuthorityId("XAB/contact-point"), root=Fingerprint("ab" * 32))
TWO = End(authority=AuthorityId("XAC/contact-point"), root=Fingerprint("cd" * 32))
ACT = ActId("12" * 32)


def _job(kind="remind", attempts=0):
    return Job(key=kind, authority=OURS, kind=kind, payload=b"", due=Instant(0), attempts=attempts)


class Shared:
    """What the processes of a node share: a clock, and leases by name."""

    def __init__(self):
        self.seconds = 1_000.0
        self.leases = {}
        self.taken = []

    def take(self, holder, name, seconds):
        by, until = self.leases.get(name, (holder, 0.0))
        if by != holder and until > self.seconds:
            return False
        self.leases[name] = (holder, self.seconds + seconds)
        self.taken.append((holder, name))
        return True

    def drop(self, holder):
        self.leases = {name: held for name, held in self.leases.items() if held[0] != holder}


class Node:
    """Fakes of everything; each list says what was asked."""

    def __init__(self, name="one", shared=None):
        self.name, self.shared, self.dead = name, shared or Shared(), []
        self.due, self.greet, self.open, self.jobs = [], [], [], []
        self.sent, self.moved, self.done, self.again, self.tidied, self.lines = [], [], [], [], [], []
        self.handled, self.failure, self.fault = [], None, None
        self.lists_waiting, self.listed, self.news = 0, [], []

    @property
    def seconds(self):
        return self.shared.seconds

    @seconds.setter
    def seconds(self, value):
        self.shared.seconds = value

    def free(self):
        for holder in self.dead:
            self.shared.drop(holder)

    def send(self, authority, peer, even_if_empty):
        self.sent.append((authority, peer, even_if_empty))
        if self.fault is not None:
            raise self.fault
        return SendReport(failure=self.failure)

    def transfer(self, authority, act_id):
        self.moved.append((authority, act_id))
        if self.fault is not None:
            raise self.fault
        return 1

    def write_lists(self, authority):
        self.listed.append(authority)
        self.lists_waiting -= 1
        return self.lists_waiting > 0

    def toolbox(self, **more) -> WorkerToolbox:
        return WorkerToolbox(
            **{
                "authorities": lambda: [OURS],
                "channels_due": lambda _authority: list(self.due),
                "channels_to_greet": lambda _authority: list(self.greet),
                "channels_with_news": lambda _authority: list(self.news),
                "send": self.send,
                "transfers": lambda: list(self.open),
                "transfer": self.transfer,
                "finish_arrivals": lambda: self.tidied.append("arrivals"),
                "sweep": lambda: self.tidied.append("leftovers"),
                "lease": lambda name, seconds: self.shared.take(self.name, name, seconds),
                "free_leases": self.free,
                "drop_leases": lambda: self.shared.drop(self.name),
                "claim": lambda kinds, _now, _lease: self.jobs.pop(0) if self.jobs else None,
                "finish_job": lambda job: self.done.append(job.key),
                "retry_job": lambda job, due: self.again.append((job.key, due)),
                "handlers": {"remind": self.handled.append},
                "lists_wait": lambda _authority: self.lists_waiting > 0,
                "write_lists": self.write_lists,
                "prune": lambda _now: self.tidied.append("nonces"),
                "now": lambda: Instant(7),
                "ticks": lambda: self.seconds,
                "report": self.lines.append,
            }
            | more
        )


@pytest.fixture
def node():
    return Node()


def _worker(node, **more) -> Worker:
    at_once = Lanes(ticks=lambda: node.seconds, start=lambda work: work())
    toolbox = node.toolbox(**more)
    leases = Leases(take=toolbox.lease, ticks=lambda: node.seconds)
    return Worker(toolbox=toolbox, lanes=at_once, leases=leases)


def test_what_is_due_is_sent_and_nothing_else(node):
    worker = _worker(node)
    worker.turn()
    assert node.sent == []
    node.due = [ONE, TWO]
    worker.turn()
    assert node.sent == [(OURS, ONE, False), (OURS, TWO, False)]


def test_a_failed_peer_is_told_once_and_asked_again_when_something_is_due(node):
    node.due, node.failure = [ONE], UnavailableError("peer.unreachable", "it did not answer")
    worker = _worker(node)
    for _ in range(3):
        worker.turn()
    assert len(node.sent) == 3
    assert node.lines == [
        (
            "worker: XAA/contact-point to XAB/contact-point of abababababababab: "
            "peer.unreachable: it did not answer"
        )
    ]
    node.failure = None
    worker.turn()
    node.failure = UnavailableError("peer.unreachable", "it did not answer")
    worker.turn()
    assert len(node.lines) == 2


def test_a_fault_rests_longer_each_time_and_stops_nobody_else(node):
    node.due, node.fault = [ONE, TWO], ConflictError("exchange.halted", "it signs nothing now")
    worker = _worker(node)
    tried = []
    for _ in range(40):
        before = len(node.sent)
        worker.turn()
        if len(node.sent) > before:
            tried.append(node.seconds - 1_000.0)
            assert len(node.sent) - before == 2
        node.seconds += 1
    assert tried == [0.0, 5.0, 15.0, 35.0]
    assert len(node.lines) == 2


def test_deliveries_go_on_and_rest_after_a_break(node):
    node.open, node.fault = [(OURS, ACT)], UnavailableError("peer.unreachable", "no")
    worker = _worker(node)
    worker.turn()
    worker.turn()
    assert node.moved == [(OURS, ACT)]
    node.seconds += 5
    node.fault = None
    worker.turn()
    worker.turn()
    assert len(node.moved) == 3


def test_a_new_entry_is_told_every_minute_until_it_is_known(node):
    node.news = [ONE]
    worker = _worker(node)
    for _ in range(121):
        worker.turn()
        node.seconds += 1
    assert node.sent == [(OURS, ONE, True)] * 3
    node.news = []
    node.seconds += 60
    worker.turn()
    assert len(node.sent) == 3


def test_greetings_and_tidying_have_their_own_pace(node):
    node.greet = [ONE]
    worker = _worker(node)
    for _ in range(601):
        worker.turn()
        node.seconds += 1
    assert node.sent == [(OURS, ONE, True)] * 2
    assert [node.tidied.count(name) for name in ("nonces", "arrivals", "leftovers")] == [11, 11, 11]


def test_jobs_are_done_or_given_back(node):
    def fails(_job):
        raise ConflictError("job.broken", "it cannot be done yet")

    node.jobs = [_job(), _job("grow", attempts=2)]
    worker = _worker(node, handlers={"remind": node.handled.append, "grow": fails})
    worker.turn()
    assert [job.key for job in node.handled] == ["remind"]
    assert node.done == ["remind"]
    assert node.again == [("grow", 7 + 4 * MINUTE)]
    assert node.lines == ["worker: job grow: job.broken: it cannot be done yet"]


def test_no_job_is_claimed_without_a_handler(node):
    node.jobs = [_job()]
    _worker(node, handlers={}).turn()
    assert len(node.jobs) == 1


def test_a_bug_in_a_look_up_is_told_without_its_words_and_the_rest_goes_on(node):
    def broken(_authority):
        raise RuntimeError("secret words")

    node.open = [(OURS, ACT)]
    worker = _worker(node, channels_due=broken)
    worker.turn()
    worker.turn()
    assert len(node.lines) == 1
    assert "RuntimeError at" in node.lines[0]
    assert "secret" not in node.lines[0]
    assert node.moved


def test_what_is_told_of_an_error_of_ours():
    assert told(ConflictError("a.b", "it is so", where="x")) == "a.b: it is so (at x)"


def test_a_lane_is_never_run_twice_at_once_and_not_too_many_run(node):
    waiting = []
    lanes = Lanes(ticks=lambda: 0.0, start=waiting.append)
    assert lanes.run("a", lambda: None)
    assert not lanes.run("a", lambda: None)
    for number in range(MOST_RUNNING - 1):
        assert lanes.run(number, lambda: None)
    assert not lanes.run("one more", lambda: None)
    assert not lanes.wait_until_idle(0)
    for whole in waiting:
        whole()
    assert lanes.wait_until_idle(0)
    assert lanes.run("a", lambda: None)


def test_the_loop_stops_and_wakes(node):
    rounds, stop = threading.Semaphore(0), threading.Event()
    worker = _worker(node, authorities=lambda: rounds.release() or [])
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    assert rounds.acquire(timeout=10)
    worker.wake()
    assert rounds.acquire(timeout=10)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert node.shared.taken
    assert node.shared.leases == {}


@pytest.fixture
def two(node):
    """Two processes of one node."""
    other = Node("two", node.shared)
    for each in (node, other):
        each.due, each.open, each.greet = [ONE], [(OURS, ACT)], [TWO]
    return node, other


def test_two_processes_share_the_work_of_a_node(two):
    one, other = two
    first, second = _worker(one), _worker(other)
    for _ in range(200):
        first.turn()
        second.turn()
        one.seconds += 0.2
    assert one.sent.count((OURS, ONE, False)) == len(one.moved) == 200
    assert other.sent == other.moved == []
    assert one.sent.count((OURS, TWO, True)) == 1
    assert (one.tidied, other.tidied) == (["arrivals", "nonces", "leftovers"], [])
    renewed = [name for holder, name in one.shared.taken if name.startswith("delivery")]
    assert len(renewed) == 6  # every seven and a half of forty seconds


def test_the_work_of_a_process_that_is_no_more_is_gone_on_with_at_once(two):
    one, other = two
    first, second = _worker(one), _worker(other)
    first.turn()
    second.turn()
    assert other.moved == []
    other.dead = ["one"]
    one.seconds += 1.5  # the next look at who is no more
    second.turn()
    assert other.moved == [(OURS, ACT)]
    assert other.sent == [(OURS, ONE, False)]


def test_the_work_of_a_process_that_does_not_move_is_gone_on_with_once_its_leases_end(two):
    one, other = two
    first, second = _worker(one), _worker(other)
    first.turn()
    for _ in range(int(LEASE_SECONDS) - 1):
        one.seconds += 1
        second.turn()
    assert other.moved == []
    one.seconds += 2
    second.turn()
    assert other.moved == [(OURS, ACT)]
    first.turn()
    assert len(one.moved) == 1  # it sees that another has it


def test_the_lease_of_work_that_lasts_long_is_renewed_by_the_loop(two):
    one, other = two
    waiting = []
    lanes = Lanes(ticks=lambda: one.seconds, start=waiting.append)
    toolbox = one.toolbox()
    first = Worker(toolbox=toolbox, lanes=lanes, leases=Leases(take=toolbox.lease, ticks=lambda: one.seconds))
    second = _worker(other)
    first.turn()
    assert first.leases.have(f"delivery {ACT[:16]} of {OURS}")
    for _ in range(60):
        one.seconds += 1
        first.turn()
        second.turn()
    assert other.moved == []
    assert waiting


def test_a_lease_that_cannot_be_had_is_not_asked_for_all_the_time(two):
    one, other = two
    asked = []
    worker = _worker(other, lease=lambda name, _seconds: asked.append(name))
    for _ in range(10):
        worker.turn()
        one.seconds += 0.25
    assert asked.count(f"delivery {ACT[:16]} of {OURS}") == 3
    assert other.moved == []


def test_lists_are_written_when_cases_changed_and_the_rest_in_the_next_round(node):
    worker = _worker(node)
    worker.turn()
    assert node.listed == []
    node.lists_waiting = 3
    worker.turn()
    assert node.listed == []
    node.seconds += 2
    for rounds in (1, 2, 3, 3):
        worker.turn()
        assert node.listed == [OURS] * rounds


def test_a_stopped_transport_carries_nothing_and_it_is_not_told(node):
    class Carrier:
        def __getattr__(self, name):
            return lambda *arguments: (begun.append(arguments), (name, *arguments))[1]

    stop, begun = threading.Event(), []
    carrier = UntilStopped(transport=Carrier(), stop=stop)
    assert carrier.call("x") == ("call", "x")
    assert carrier.status("to", ACT) == ("status", "to", ACT)
    carrier.put_pieces("to", ACT, run_of(0, b"x"))
    run = begun[-1][-1]
    assert list(run.pieces()) == [b"x"]
    stop.set()
    for step in (
        lambda: carrier.call("x"),
        lambda: carrier.status("to", ACT),
        lambda: carrier.put_start("to", ACT, b""),
        lambda: carrier.put_pieces("to", ACT, run_of(0, b"x")),
        lambda: list(run.pieces()),
    ):
        with pytest.raises(UnavailableError) as caught:
            step()
    node.due, node.failure = [ONE], caught.value
    _worker(node).turn()
    assert node.sent
    assert node.lines == []
