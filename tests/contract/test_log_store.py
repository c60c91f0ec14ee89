"""What every store of logs does, whichever it is."""

import pytest

from comity.kernel.clock import Instant
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import ConflictError, NotFoundError
from comity.ledger.heads import Alarm, AlarmKind, Witnessed
from comity.ledger.leaves import StoredLeaf, draw_leaf
from comity.ledger.merkle import Frontier, every_node, grow
from comity.ledger.ports import LogStore
from comity.ledger.service import Log
from comity.node.ports import Transaction

LOG = "comity/practice/XAA/contact-point/national"
OTHER = "comity/practice/XAA/contact-point/peer/0123456789abcdef"
ENTROPY = SeededEntropy("log store")
LEAVES = [
    StoredLeaf(
        leaf=draw_leaf("act.received", digest=bytes([at % 7] * 32), entropy=ENTROPY), at=Instant(1_000 + at)
    )
    for at in range(300)
]


@pytest.fixture
def store(tx: Transaction) -> LogStore:
    return tx.logs


def filled(store: LogStore, count: int, log: str = LOG) -> None:
    rows, _ = grow(Frontier(), leaves=[item.leaf.hash for item in LEAVES[:count]])
    store.append(log, start=0, leaves=LEAVES[:count], nodes=rows)


def test_a_log_never_heard_of_is_empty(store: LogStore) -> None:
    assert store.size(LOG) == 0
    assert store.checkpoint(LOG) is None
    assert store.checkpoints(LOG) == ()
    assert list(store.leaves(LOG, 0, 10)) == []
    assert store.find(LOG, bytes(32)) == ()
    assert store.witnessed(LOG) is None
    assert store.alarms() == ()
    assert store.nodes(LOG, []) == {}


def test_leaves_come_back_as_they_were(store: LogStore) -> None:
    filled(store, 300)
    assert store.size(LOG) == 300
    assert store.leaf(LOG, 299) == LEAVES[299]
    assert list(store.leaves(LOG, 0, 300)) == LEAVES
    assert list(store.leaves(LOG, 298, 400)) == LEAVES[298:]
    assert list(store.leaves(LOG, 5, 5)) == []


@pytest.mark.parametrize("index", [-1, 3, 2**40])
def test_a_leaf_that_is_not_there_is_not_found(store: LogStore, index: int) -> None:
    filled(store, 3)
    with pytest.raises(NotFoundError) as caught:
        store.leaf(LOG, index)
    assert caught.value.code == "log.leaf"


def test_all_nodes_come_back_in_one_call(store: LogStore) -> None:
    filled(store, 300)
    rows, _ = grow(Frontier(), leaves=[item.leaf.hash for item in LEAVES])
    assert dict(store.nodes(LOG, list(every_node(300)))) == {(level, at): found for level, at, found in rows}


@pytest.mark.parametrize("node", [(0, 5), (1, 2), (3, 0), (62, 0), (0, 2**40)])
def test_a_node_that_is_not_there_is_not_found(store: LogStore, node: tuple[int, int]) -> None:
    filled(store, 5)
    with pytest.raises(NotFoundError) as caught:
        store.nodes(LOG, [(0, 0), node])
    assert caught.value.code == "log.node"


@pytest.mark.parametrize("start", [0, 2, 4])
def test_an_append_anywhere_but_at_the_end_is_a_conflict(store: LogStore, start: int) -> None:
    filled(store, 3)
    with pytest.raises(ConflictError) as caught:
        store.append(LOG, start=start, leaves=LEAVES[:1], nodes=[(0, start, bytes(32))])
    assert caught.value.code == "log.size"
    assert store.size(LOG) == 3


def test_appending_nothing_changes_nothing(store: LogStore) -> None:
    filled(store, 3)
    store.append(LOG, start=3, leaves=[], nodes=[])
    assert store.size(LOG) == 3


def test_logs_do_not_mix(store: LogStore) -> None:
    filled(store, 3)
    filled(store, 5, OTHER)
    store.put_checkpoint(OTHER, 5, b"note")
    assert (store.size(LOG), store.size(OTHER)) == (3, 5)
    assert store.checkpoint(LOG) is None
    assert store.find(LOG, bytes([4] * 32)) == ()
    assert store.find(OTHER, bytes([4] * 32)) == (4,)


def test_leaves_are_found_by_digest_in_order(store: LogStore) -> None:
    filled(store, 20)
    assert store.find(LOG, bytes([5] * 32)) == (5, 12, 19)
    assert store.find(LOG, bytes([9] * 32)) == ()


def test_the_largest_checkpoint_is_the_latest_and_one_size_has_one(store: LogStore) -> None:
    for size, note in ((9, b"nine"), (0, b"none"), (10, b"ten"), (9, b"nine, cosigned")):
        store.put_checkpoint(LOG, size, note)
    assert store.checkpoint(LOG) == b"ten"
    assert store.checkpoint_at(LOG, 9) == b"nine, cosigned"
    assert store.checkpoint_at(LOG, 8) is None
    assert store.checkpoints(LOG) == ((0, b"none"), (9, b"nine, cosigned"), (10, b"ten"))


def test_the_service_works_on_it(store: LogStore) -> None:
    log = Log(store=store, origin=LOG)
    for count in (1, 6, 0, 13):
        log.append([item.leaf for item in LEAVES[:count]], at=Instant(5))
    head = log.head()
    assert head.size == 20
    assert log.prove_inclusion(7, size=20).holds(store.leaf(LOG, 7).leaf.hash, root=head.root)


def head(size: int, text: bytes = b"note") -> Witnessed:
    return Witnessed(origin=LOG, size=size, root=bytes(32), note=text, at=Instant(3))


def test_a_head_is_set_only_over_the_one_expected(store: LogStore) -> None:
    assert not store.set_witnessed(LOG, expected_size=0, state=head(3))
    assert store.witnessed(LOG) is None
    assert store.set_witnessed(LOG, expected_size=None, state=head(3))
    assert store.witnessed(LOG) == head(3)
    assert not store.set_witnessed(LOG, expected_size=None, state=head(4))
    assert not store.set_witnessed(LOG, expected_size=2, state=head(4))
    assert store.witnessed(LOG) == head(3)
    assert store.set_witnessed(LOG, expected_size=3, state=head(4, b"next"))
    assert store.witnessed(LOG) == head(4, b"next")
    assert store.witnessed(OTHER) is None


def test_alarms_are_kept_once_and_in_order(store: LogStore) -> None:
    def alarm(offered: bytes, at: int) -> Alarm:
        return Alarm(
            kind=AlarmKind.FORK, origin=LOG, held=b"held", offered=offered, proven=True, at=Instant(at)
        )

    for item in (alarm(b"b", 1), alarm(b"a", 2), alarm(b"b", 3)):
        store.put_alarm(item)
    assert store.alarms() == (alarm(b"b", 1), alarm(b"a", 2))
