"""The national log: reads, decisions, and the heads of the other logs at a fixed, padded pace."""

import json

from comity.kernel.clock import HOUR
from comity.ledger.origins import national_log_origin
from comity.ledger.service import Log
from comity.requests.service import example
from tests.unit.node.nodes import Side, exchange, node, pair


def _size(side: Side) -> int:
    with side.place.store.snapshot() as tx:
        origin = national_log_origin(side.place.realm, authority=side.desk)
        return Log(store=tx.logs, origin=origin).head().size


def test_heads_are_committed_once_an_hour_whether_or_not_there_are_any() -> None:
    side = node("XAA", 7)
    before = _size(side)
    side.place.commit_heads()
    assert _size(side) == before + 16
    side.place.commit_heads()
    assert _size(side) == before + 16
    side.clock.advance(HOUR)
    side.place.commit_heads()
    assert _size(side) == before + 32


def test_a_peer_changes_nothing_in_how_many_leaves_there_are() -> None:
    one, other = pair(8)
    form = json.dumps(example("preservation")).encode()
    one.settle(one.cases.draft_request(one.officer(), form=form, to="XAB/contact-point"))
    exchange(one, other)
    before = _size(one)
    one.place.commit_heads()
    assert _size(one) == before + 16
