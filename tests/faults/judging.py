"""What must hold when both nodes have settled, read from their stores."""

from contextlib import ExitStack
from functools import partial
from pathlib import Path

from tests.faults.stage import Node


def is_settled(nodes: tuple[Node, Node], *, delivered: bool) -> bool | None:
    """Tell whether nothing waits on either side; None while something does."""
    from comity.bootstrap.opening import opened
    from comity.exchange.records import Direction

    for node in nodes:
        with opened(str(node.folder)) as (_, _, place), place.store.snapshot() as tx:
            if any(tx.exchange.count_queued(pin.fingerprint) for pin in tx.exchange.pins()):
                return None
            for office in place.authorities(tx):
                waits = [tx.exchange.open_deliveries(office, direction=way) for way in Direction]
                if delivered and any(waits):
                    return None
    return True


class Judged:
    """One side, opened for reading after the schedule."""

    def __init__(self, node: Node, stack: ExitStack) -> None:
        from comity.bootstrap.opening import opened
        from comity.node.seams import case_reader

        self.name = node.side.folder
        self.folder, _, self.place = stack.enter_context(opened(str(node.folder)))
        self.tx = stack.enter_context(self.place.store.snapshot())
        (self.office,) = self.place.authorities(self.tx)
        self.root = self.place.root(self.tx)
        self.records = {
            record.act_id: record
            for case in self.tx.acts.cases(self.office)
            for record in self.tx.acts.of_case(self.office, case)
        }
        reader = case_reader(self.tx, self.office, directory=self.place.directory)
        self.states = {case: reader.state(self.tx, case) for case in self.tx.acts.cases(self.office)}

    def acts(self, *, own: bool) -> set[str]:
        return {name for name, record in self.records.items() if record.own is own}

    def receipts(self) -> list:
        return [r for case in self.states for r in self.tx.acts.receipts_of_case(self.office, case)]

    def origin(self, other: "Judged") -> str:
        from comity.ledger.origins import peer_log_origin

        return peer_log_origin(self.place.realm, authority=self.office, peer_root=other.root)


def judge(nodes: tuple[Node, Node], *, told: set[str]) -> int:
    """Assert every promise about two settled nodes; return how many acts there are in all.

    Args:
        nodes: Both nodes; nobody serves them.
        told: Acts that somebody was told were issued.
    """
    with ExitStack() as stack:
        one, other = (Judged(node, stack) for node in nodes)
        assert told <= one.acts(own=True) | other.acts(own=True), "an act that was told as issued is lost"
        for here, there in ((one, other), (other, one)):
            assert here.acts(own=True) == there.acts(own=False), "an act is on one side only"
            _require_numbers(here)
            _require_receipts(here, there)
            _require_logs(here, there)
            alarms = [(alarm.code, alarm.detail) for alarm in here.tx.exchange.alarms()]
            assert not alarms, f"{here.name} raised {alarms}"
        assert one.states == other.states, "the two sides see another state"
        assert not any(state.forks or state.ignoring or state.orphans for state in one.states.values())
        return len(one.records)


def _require_numbers(side: Judged) -> None:
    """Every author's numbers in a case run from 1 without a gap or a double."""
    numbers: dict[tuple, list[int]] = {}
    for record in side.records.values():
        numbers.setdefault((record.case, record.author), []).append(record.seq)
    for found in numbers.values():
        assert sorted(found) == list(range(1, len(found) + 1))


def _require_receipts(here: Judged, there: Judged) -> None:
    """Every own act has exactly one receipt, the one that the other side keeps."""
    from comity.exchange.records import SendState

    records, given = here.receipts(), {record.act_id: record.receipt for record in there.receipts()}
    assert sorted(record.act_id for record in records) == sorted(here.records)
    for record in records:
        if here.records[record.act_id].own:
            settled = here.tx.exchange.settled(record.act_id)
            assert settled is not None
            assert settled.state is SendState.STORED
            assert record.receipt
            assert record.receipt == given[record.act_id]


def _require_logs(here: Judged, there: Judged) -> None:
    """The log passes its audit, holds each act once and nothing else, and the peer holds a head of it."""
    from comity.cases.wire import parse_signed_act
    from comity.ledger.merkle import root
    from comity.node.founding import FIRST_OFFICER
    from comity.node.logs import LogsDesk

    officer = here.place.actor(FIRST_OFFICER, unlock=False)
    assert LogsDesk(place=here.place).audit(officer).findings == ()
    origin, logs = here.origin(there), here.tx.logs
    for record in here.records.values():
        assert len(logs.find(origin, parse_signed_act(record.signed).digest)) == 1
    assert logs.size(origin) == len(here.records)
    held = there.tx.logs.witnessed(origin)
    assert held is not None
    assert held.root == root(held.size, fetch=partial(logs.nodes, origin))
    cosigned = [note for size, note in logs.checkpoints(origin) if there.place.realm and b"/witness" in note]
    assert cosigned, "the peer never cosigned a head"


def opened_exhibit(node: Node, *, delivery: str, out: Path) -> str:
    """Let the officers open a delivery, and return the SHA-256 of its one exhibit."""
    import hashlib

    from comity.bootstrap import toolbox

    with toolbox().open_node(str(node.folder), unlock=lambda _officer: None) as desks:
        desks.evidence.open(desks.actor(node.side.head), delivery=delivery, purpose="practice", out=str(out))
    (file,) = [path for path in out.rglob("exhibit") if path.is_file()]
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
