"""A feed that an office does not take: what arrives meanwhile, what is withdrawn, and how it goes on."""

import pytest

from comity.evidence.limits import Onward
from comity.exchange.envelope import End
from comity.indicators.marks import Tlp
from comity.indicators.ports import SHARED, Wanted
from comity.indicators.statements import UNSHARED, WITHDRAWN
from comity.kernel.clock import HOUR, Instant
from comity.kernel.errors import ConflictError, MalformedError
from comity.kernel.ids import Fingerprint
from comity.node.alerting import AlertDesk, AlertForm
from comity.node.exchanging import feeder_of
from comity.node.feedbook import INDICATORS, Channel, reached
from comity.node.feedstops import Stop, Withdrawer, keep_stop, stop_of, withdrawals
from comity.node.indicators import Terms
from comity.node.sharing import SharingDesk
from tests.unit.node.feeds import feeds, give, held, retract, settle, state
from tests.unit.node.nodes import Side, pair


def out_state(one: Side, other: Side) -> object:
    with one.place.store.snapshot() as tx:
        return reached(tx, Channel(authority=one.desk, peer=other.end(), feed=INDICATORS))


def live(side: Side) -> set[str]:
    return {value for value, one in held(side).items() if one.retracted is None}


def test_what_comes_while_a_feed_is_stopped_is_passed_over_but_for_retractions_and_comes_again() -> None:
    one, other = pair()
    give(one, other)
    first, second = state(one, "one.example"), state(one, "two.example")
    settle(one, other)
    with pytest.raises(ConflictError) as caught:
        feeds(other).resume(other.officer(), source=one.desk, reason="again")
    assert caught.value.code == "feed.taken"
    state(one, "late.example")
    feeder_of(one.place).turn(one.desk)  # on its way when the officer decides
    stop = feeds(other).refuse(other.officer(), source=one.desk, reason="many false alarms")
    assert (stop.is_stopped, stop.seq, stop.upto) == (True, 1, 0)
    with pytest.raises(ConflictError) as caught:
        feeds(other).refuse(other.officer(), source=one.desk, reason="again")
    assert caught.value.code == "feed.stopped"
    for call in (
        {"reason": " "},
        {"reason": "x", "feed": "list"},
        {"reason": "x", "feed": "alerts", "withdraw": True},
    ):
        with pytest.raises(MalformedError):
            feeds(other).refuse(other.officer(), source=one.desk, **call)  # type: ignore[arg-type]
    settle(one, other)
    batch = feeds(other).received(other.officer(), source=one.desk)[0]
    assert [code for _, code in batch.refused] == ["feed.stopped"] and not batch.folded
    assert live(other) == {"one.example", "two.example"}
    (view,) = [each for each in feeds(one).shared(one.officer()) if each.share.feed == INDICATORS]
    assert view.state.declined == stop.at
    went = view.state.seq
    retract(one, first)
    state(one, "later.example")
    settle(one, other)
    assert held(other)["one.example"].retracted is not None  # a retraction is never held up
    assert live(other) == {"two.example"} and out_state(one, other).seq == went + 1  # type: ignore[attr-defined]
    with other.place.store.snapshot() as tx:
        lines = [each.about for each in tx.node.journal(other.desk) if each.action == "indicators.refuse"]
    assert lines == [f"indicators of {one.desk}: many false alarms"]
    with one.place.store.snapshot() as tx:  # why is not told
        assert not [each for each in tx.node.journal(one.desk) if "false alarms" in each.about]
    feeds(other).resume(other.officer(), source=one.desk, reason="they mended it")
    settle(one, other)
    assert live(other) == {"two.example", "late.example", "later.example"}
    assert out_state(one, other).declined == 0  # type: ignore[attr-defined]
    assert not feeds(other).stops(other.officer())[0].is_stopped
    retract(one, second)
    settle(one, other)
    assert live(other) == {"late.example", "later.example"}


def test_what_was_taken_is_withdrawn_with_the_stop_and_from_whoever_was_given_it() -> None:
    one, other = pair()
    give(one, other)
    name = state(one, "evil.example", onward=Onward.ALLOWED)
    taken_back = state(one, "back.example")
    settle(one, other)
    ours = state(other, "ours.example")
    SharingDesk(place=other.place).publish(other.officer(), names=[name])
    feeds(other).refuse(other.officer(), source=one.desk, reason="not sure")
    terms = {"reason": "une intrusion là-bas", "withdraw": True, "language": "fr"}
    feeds(other).refuse(other.officer(), source=one.desk, **terms)  # type: ignore[arg-type]
    assert live(other) == {"ours.example"} and held(other)["ours.example"].id == ours
    gone = held(other)["evil.example"].retracted
    assert gone is not None and (gone.code, gone.reason) == (WITHDRAWN, "une intrusion là-bas")
    assert gone.language == "fr" and gone.told == {"reason_code": UNSHARED}
    with other.place.store.snapshot() as tx:
        (given,) = tx.sharing.shared(other.desk, SHARED, Wanted(ids=(name,)))
        assert b'"revoked":true' in given.body and b"intrusion" not in given.body
        assert b'"reason_code":"unshared"' in given.body and not withdrawals(tx, other.desk)
    retract(one, taken_back)
    settle(one, other)
    feeds(other).resume(other.officer(), source=one.desk, reason="mended")
    settle(one, other)
    assert live(other) == {"ours.example", "evil.example"}
    back = held(other)["back.example"].retracted
    assert back is not None and back.officer  # the author's own word by now


def test_a_withdrawal_that_was_cut_goes_on_and_alerts_are_stopped_apart() -> None:
    one, other = pair()
    give(one, other)
    state(one, "evil.example")
    settle(one, other)
    feeds(other).refuse(other.officer(), source=one.desk, reason="x", feed="alerts")
    with other.place.store.transaction() as tx:  # the decision is kept, and the node stops there
        channel = Channel(authority=other.desk, peer=one.end(), feed=INDICATORS)
        assert stop_of(tx, channel) is None
        cut = Stop(
            office=one.desk, root=one.end().root, feed=INDICATORS, is_stopped=True, at=int(other.clock.now()),
            officer="a", reason="r", upto=9,
        )  # fmt: skip
        keep_stop(tx, other.desk, cut)
    chore = Withdrawer(place=other.place)
    assert chore.waits(other.desk)
    chore.turn(other.desk)
    assert not chore.waits(other.desk) and not live(other)
    terms = Terms(tlp=Tlp.AMBER, purpose="defence", basis=("40(4)",))
    form = AlertForm(family="LockBit", words="look out", terms=terms, to=(other.desk,))
    made = AlertDesk(place=one.place).send(one.officer(), form)
    settle(one, other)
    assert not AlertDesk(place=other.place).alerts(other.officer())
    feeds(other).resume(other.officer(), source=one.desk, reason="y", feed="alerts")
    settle(one, other)
    (came,) = AlertDesk(place=other.place).alerts(other.officer())
    assert came.alert.id == made.alert.id


def test_a_peer_that_names_no_feed_or_a_time_ahead_changes_nothing() -> None:
    one, other = pair()
    give(one, other)
    state(one, "evil.example")
    settle(one, other)
    ahead = Instant(other.clock.now() + HOUR)
    odd = End(authority=one.desk, root=Fingerprint(one.end().root))
    for feed, at in (("list", other.clock.now()), (INDICATORS, ahead)):
        stop = Stop(
            office=odd.authority,
            root=odd.root,
            feed=feed,
            is_stopped=True,
            at=int(at),
            officer="a",
            reason="r",
        )
        with other.place.store.transaction() as tx:
            keep_stop(tx, other.desk, stop)
    feeds(other).refuse(other.officer(), source=one.desk, reason="x", feed="alerts")  # opens the channel
    settle(one, other)
    (batch, *_) = feeds(one).received(one.officer(), source=other.desk)
    assert [code for _, code in batch.refused] == ["feed.unknown", "feed.future"]
    assert out_state(one, other).declined == 0  # type: ignore[attr-defined]
