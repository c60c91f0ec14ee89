"""Figures on feeds are the same on every store."""

import json

import pytest

from comity.indicators.feedfigures import HeldBack, Unconfirmed
from comity.indicators.figures import Count
from comity.indicators.marks import Tlp
from comity.kernel.clock import DAY, SECOND, Instant
from comity.kernel.errors import MalformedError
from comity.node.alerting import AlertDesk, AlertForm
from comity.node.exchanging import feeder_of
from comity.node.feedbook import IN, INDICATORS, OUT, Came, Channel, batches_of, changes_of, keep_came
from comity.node.indicators import Terms
from comity.node.ports import Store
from comity.node.reference import RefDesk
from tests.unit.node.feeds import feeds, give, later, retract, settle, state
from tests.unit.node.nodes import Side, exchange, pair

WARNING = {"name": "Top sites", "type": "hostname", "list": ["bank.example"]}


def counts(found: tuple[Count, ...]) -> dict[str, int | None]:
    return {one.name: one.count for one in found}


def warn(side: Side, to: Side, words: str) -> str:
    terms = Terms(tlp=Tlp.AMBER, purpose="defence", basis=("40(4)",))
    form = AlertForm(family="lockbit", words=words, terms=terms, to=(to.desk,), answer_within=15)
    return AlertDesk(place=side.place).send(side.officer(), form).alert.id


def test_what_went_came_and_was_receipted_is_counted_by_peer_direction_and_kind(node_store: Store) -> None:
    one, other = pair(store=node_store)
    give(one, other)
    give(other, one)
    names = [state(one, f"bad{number}.example") for number in range(3)]
    state(other, "theirs.example")
    assert feeder_of(one.place).turn(one.desk) == 1
    later(one, other, microseconds=90 * SECOND)
    settle(one, other)
    retract(one, names[0])
    answered, open_ = warn(one, other, "it spreads"), warn(one, other, "again")
    settle(one, other)
    AlertDesk(place=other.place).answer(other.officer(), name=answered, hit="yes")
    settle(one, other)
    later(one, other, microseconds=3600 * SECOND)
    found = feeds(one).figures(one.officer())
    by = {(flow.feed, flow.direction): flow for flow in found.flows}
    assert set(by) == {(feed, way) for feed in ("indicators", "alerts") for way in ("sent", "received")}
    sent = by["indicators", "sent"]
    assert (sent.office, sent.batches, sent.taken, sent.waiting) == (other.desk, 2, 4, 0)
    assert counts(sent.changes) == {"statement": 3, "retraction": 1} and not sent.refused
    assert sent.median_seconds is not None and sent.slow_seconds is not None
    assert 0 <= sent.median_seconds < 90 <= sent.slow_seconds < 120
    assert counts(by["indicators", "received"].changes) == {"statement": 1}
    assert counts(by["alerts", "sent"].changes) == {"alert": 2}
    assert counts(by["alerts", "received"].changes) == {"answer": 1}
    (flow,) = found.alerts
    assert (flow.office, flow.direction, flow.alerts, flow.yes, flow.no, flow.open, flow.late) == (
        (other.desk, "sent", 2, 1, 0, 1, 1)
    )
    assert found.unconfirmed == () and found.standing is None
    (theirs,) = feeds(other).figures(other.officer()).alerts
    assert (theirs.direction, theirs.alerts, theirs.yes, theirs.open) == ("received", 2, 1, 1)
    assert open_ != answered
    before = feeds(one).figures(one.officer(), first="2020-01-01", last="2020-01-31")
    assert (before.flows, before.alerts, before.until - before.since) == ((), (), 31 * DAY)
    for first, last in (("2020-02-01", "2020-01-31"), ("x", ""), ("", "1969-12-31"), ("", "9999-12-31")):
        with pytest.raises(MalformedError, match="day"):
            feeds(one).figures(one.officer(), first=first, last=last)


def test_retractions_without_a_receipt_are_told_with_the_oldest_of_them(node_store: Store) -> None:
    one, other = pair(store=node_store)
    give(one, other)
    first, second, _ = (state(one, f"bad{number}.example") for number in range(3))
    settle(one, other)
    at = one.clock.now()
    retract(one, first)
    (row,) = feeds(one).figures(one.officer()).unconfirmed  # not told yet
    assert (row.office, row.count, row.at_least) == (other.desk, 1, False)
    assert at <= row.oldest <= at + SECOND
    feeder_of(one.place).turn(one.desk)  # on its way
    (on_the_way,) = feeds(one).figures(one.officer()).unconfirmed
    assert (on_the_way.count, on_the_way.oldest) == (1, row.oldest)
    one.clock.advance(DAY)
    retract(one, second)
    (both,) = feeds(one).figures(one.officer()).unconfirmed
    assert (both.count, both.oldest) == (2, on_the_way.oldest)
    waiting = feeds(one).figures(one.officer()).flows[0]
    assert (waiting.waiting, waiting.taken) == (1, 3)
    settle(one, other)
    assert feeds(one).figures(one.officer()).unconfirmed == ()
    ended = feeds(one).stop(one.officer(), to=other.desk, recall=True)
    taken_back = Unconfirmed(
        office=other.desk, feed="indicators", list="", count=3, oldest=Instant(ended.since), at_least=False
    )
    assert feeds(one).figures(one.officer()).unconfirmed == (taken_back,)
    settle(one, other)
    assert feeds(one).figures(one.officer()).unconfirmed == ()


def test_what_a_peer_refuses_is_counted_by_code_and_what_is_held_back_by_reason(node_store: Store) -> None:
    one, other = pair(store=node_store)
    give(other, one)
    give(one, other, most_tlp=Tlp.GREEN)
    RefDesk(place=one.place).take(one.head(), json.dumps(WARNING).encode(), where="w.json")
    state(one, "open.example", tlp=Tlp.GREEN)
    state(one, "close.example", tlp=Tlp.AMBER)
    state(one, "bank.example", publish=False)
    state(other, "theirs.example")
    feeds(one).refuse(one.officer(), source=other.desk, reason="many false alarms")
    settle(one, other)
    found = feeds(one).figures(one.officer(), stands=True)
    (came,) = (flow for flow in found.flows if (flow.feed, flow.direction) == ("indicators", "received"))
    assert (came.taken, counts(came.refused)) == (0, {"feed.stopped": 1})
    assert found.standing is not None
    assert (found.standing.statements, found.standing.published, found.standing.warned) == (3, 2, 1)
    assert found.standing.held == (HeldBack(office=other.desk, reasons=(Count(name="mark", count=1),)),)
    with one.place.store.snapshot() as tx:
        assert [changes_of(tx, one.desk, record) for _, record in batches_of(tx, one.desk, IN)] == [None]
        assert all(record.folded == b"" for _, record in batches_of(tx, one.desk, OUT))
    with other.place.store.snapshot() as tx:
        kept = [changes_of(tx, other.desk, one) for _, one in batches_of(tx, other.desk, IN)]
    assert any(kept)


def test_a_batch_that_is_refused_whole_is_counted_on_both_sides(node_store: Store) -> None:
    one, other = pair(store=node_store)
    give(one, other)
    state(one, "bad.example")
    feeder = feeder_of(one.place)
    assert feeder.turn(one.desk) == 1
    settle(one, other)
    with other.place.store.transaction() as tx:  # the receiver was restored from a copy of before
        channel = Channel(authority=other.desk, peer=one.end(), feed=INDICATORS)
        keep_came(tx, channel, Came())
    state(one, "worse.example")
    assert feeder.turn(one.desk) == 1
    later(one, other)
    exchange(one, other)
    (sent,) = feeds(one).figures(one.officer()).flows
    assert (sent.taken, counts(sent.refused)) == (1, {"feed.gap": 1})
    (came,) = feeds(other).figures(other.officer()).flows
    assert (came.batches, counts(came.refused)) == (2, {"feed.gap": 1})
