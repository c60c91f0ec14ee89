"""Indicators between nodes: given by decision, in order, taken back; and nothing that a peer may not say."""

from dataclasses import replace

import msgspec
import pytest

from comity.evidence.limits import Onward
from comity.exchange.envelope import End
from comity.exchange.feeds import (
    Header,
    batch_bytes,
    fold,
    header_envelope,
    parse_batch,
    signed_bytes,
    unfold,
)
from comity.exchange.outbox import Outbox
from comity.indicators import stixwire
from comity.indicators.marks import STIX_MARKS, Tlp
from comity.kernel.clock import DAY, HOUR, Instant
from comity.kernel.digests import sha256
from comity.kernel.errors import ComityError, ConflictError, DeniedError, MalformedError, UnavailableError
from comity.kernel.ids import ActId
from comity.node.carrying import CourierDesk
from comity.node.exchanging import exchange_desk, feeder_of
from comity.node.feedbook import INDICATORS, Channel, came, owner_of, reached
from comity.node.founding import own_root
from comity.node.sharing import SharingDesk
from tests.unit.indicators.making import statement
from tests.unit.node.feeds import feeds, give, held, later, retract, settle, state, trio
from tests.unit.node.nodes import Side, Wire, exchange, pair


def test_what_is_published_reaches_the_peer_with_its_marks_and_where_it_came_from() -> None:
    one, other = pair()
    name = state(one, "evil.example", tlp=Tlp.GREEN, family="LockBit")
    state(one, "kept.example", publish=False)
    assert settle(one, other) == 0  # nobody decided that the peer is given anything
    give(one, other)
    assert settle(one, other) == 1
    (came_in,) = held(other).values()
    ours = held(one)["evil.example"]
    assert (came_in.id, came_in.value, came_in.tlp) == (name, "evil.example", Tlp.GREEN)
    assert (came_in.limits, came_in.family, came_in.author) == (ours.limits, "LockBit", str(one.desk))
    assert (came_in.via, came_in.published) == (owner_of(one.end()), None)
    (batch,) = feeds(other).received(other.officer())
    assert (batch.id, batch.taken, batch.refused) == (came_in.sources[0].digest, 1, ())
    (view,) = feeds(one).shared(one.officer())
    assert (view.state.seq, view.state.pending, view.waits) == (1, "", 0)
    (holder,) = feeds(one).holders(one.officer(), name=name)
    assert (holder.office, holder.is_gone, holder.is_told) == (other.desk, False, True)
    assert settle(one, other) == 0  # the same is not told twice
    with pytest.raises(DeniedError, match="RED"):
        give(one, other, most_tlp=Tlp.RED)


def test_a_retraction_reaches_everybody_also_onward_and_also_later() -> None:
    one, two, three = trio()
    give(one, two)
    give(two, three)
    name = state(one, "evil.example", onward=Onward.ALLOWED)
    state(one, "secret.example", onward=Onward.NEVER)
    strict = state(one, "strict.example", tlp=Tlp.AMBER_STRICT, onward=Onward.ALLOWED)
    feeds(one).share(one.officer(), to=two.desk, purpose="fraud", most_tlp=Tlp.AMBER_STRICT)
    settle(one, two, three)
    assert set(held(two)) == {"evil.example", "secret.example", "strict.example"} and not held(three)
    out = SharingDesk(place=two.place)
    out.publish(two.officer(), names=[name])
    for other in ("secret.example", strict):
        with pytest.raises(ConflictError, match="does not let it be passed on"):
            out.publish(two.officer(), names=[other])
    settle(two, three)
    assert (held(three)["evil.example"].author, held(three)["evil.example"].via) == (
        str(one.desk),
        owner_of(two.end()),
    )
    retract(one, name, "the site is a victim's")  # while nobody listens
    later(one, two, three, microseconds=20 * DAY)
    settle(one, two, three)
    for side in (two, three):
        gone = held(side)["evil.example"].retracted
        assert gone is not None and gone.reason == "the site is a victim's"
    assert held(one)["evil.example"].via == ""  # nothing came back


def test_what_a_peer_may_no_longer_have_is_taken_back_without_a_word_on_why() -> None:
    one, other = pair()
    give(one, other)
    name = state(one, "evil.example")
    state(one, "other.example", tlp=Tlp.GREEN)
    settle(one, other)
    feeds(one).share(one.officer(), to=other.desk, purpose="fraud cases", most_tlp=Tlp.GREEN)
    settle(one, other)
    assert held(other)["evil.example"].retracted is not None
    assert held(other)["other.example"].retracted is None
    (holder,) = feeds(one).holders(one.officer(), name=name)
    assert (holder.is_gone, holder.is_told) == (True, True)
    give(one, other)  # and it may come again
    settle(one, other)
    assert held(other)["evil.example"].retracted is None
    state(one, "later.example")
    feeds(one).stop(one.officer(), to=other.desk)
    retract(one, name)
    settle(one, other)
    assert "later.example" not in held(other)  # nothing new, but retractions go on
    assert held(other)["evil.example"].retracted.reason == "a false alarm"  # type: ignore[union-attr]
    feeds(one).stop(one.officer(), to=other.desk, recall=True)
    settle(one, other)
    assert all(found.retracted is not None for found in held(other).values())


def test_it_goes_on_after_a_cut_anywhere_and_after_a_copy_was_put_back() -> None:
    one, other = pair()
    give(one, other)
    name = state(one, "one.example")

    class Cut(Wire):
        def __init__(self, *, before: bool) -> None:
            super().__init__(one, other)
            self._before = before

        def call(self, call):  # type: ignore[no-untyped-def]
            if not self._before:
                super().call(call)
            raise UnavailableError("test.cut", "the line was cut")

    for at, before in enumerate((True, False)):
        state(one, f"cut{at}.example")
        feeder_of(one.place).turn(one.desk)
        later(one, other, microseconds=HOUR)
        report = exchange_desk(one.place).send(one.desk, other.end(), Cut(before=before))
        assert report.failure is not None
        later(one, other, microseconds=HOUR)
        settle(one, other)
    assert set(held(other)) == {"one.example", "cut0.example", "cut1.example"}
    assert len(feeds(other).received(other.officer())) == 2  # what came twice counts once
    channel = Channel(authority=other.desk, peer=one.end(), feed=INDICATORS)
    with other.place.store.transaction() as tx:  # a copy from before the last batches is put back
        tx.node.put_setting(f"feed/in/{other.desk}/{channel.key}", msgspec.json.encode({"epoch": 1}))
    retract(one, name)
    settle(one, other)
    later(one, other, microseconds=HOUR)
    settle(one, other)
    assert held(other)["one.example"].retracted is not None
    with one.place.store.snapshot() as tx:
        now = reached(tx, replace(channel, authority=one.desk, peer=other.end()))
    assert now.code == "" and now.pending == ""


def sent_by_hand(
    sender: Side, receiver: Side, changes: list[object], *, seq: int = 0, raw: bytes = b"", **header: object
) -> str:
    """Have a peer send a batch of its own making; return the code of the refusal, or of the changes."""
    body = raw or msgspec.json.encode(changes)
    folded, salt = fold(body), bytes(16)
    channel = Channel(authority=receiver.desk, peer=sender.end(), feed=INDICATORS)
    with receiver.place.store.snapshot() as tx:
        known = came(tx, channel)
    later(sender, receiver, microseconds=20_000_000)
    made = Header(
        sender=sender.end(),
        to=receiver.end(),
        at=sender.clock.now(),
        feed=str(header.get("feed", INDICATORS)),
        epoch=known.epoch or 7,
        seq=seq or known.seq + 1,
        prev=str(header.get("prev", known.last)),
        count=int(header.get("count", len(changes))),  # type: ignore[call-overload]
        size=int(header.get("size", len(body))),  # type: ignore[call-overload]
        changes=sha256(salt, folded).hex(),
    )
    signer = sender.place.keys.signer(f"{sender.desk}/{header.get('key', 'act')}")
    envelope = header_envelope(made, realm=sender.place.realm).signed_by(signer)
    with sender.place.store.transaction() as tx:
        Outbox(directory=sender.place.directory, entropy=sender.place.entropy).queue(
            tx.exchange,
            message_id=ActId(envelope.id),
            author=sender.desk,
            to=receiver.end(),
            plaintext=batch_bytes(envelope, salt=salt, folded=folded),
            digest=sha256(signed_bytes(envelope)),
            now=sender.clock.now(),
        )
    exchange(sender, receiver)
    with sender.place.store.snapshot() as tx:
        settled = tx.exchange.settled(ActId(envelope.id))
    if settled is None or settled.code:
        return settled.code if settled is not None else "waits"
    refused = feeds(receiver).received(receiver.officer())[0].refused
    return refused[0][1] if refused else ""


def told(
    value: str = "evil.example", *, author: str = "XAA/contact-point", **changes: object
) -> dict[str, object]:
    made = statement(value=value, author=author)
    return {"is": stixwire.object_of(replace(made, **changes))}  # type: ignore[arg-type]


def test_what_a_peer_may_not_say_is_refused_by_name() -> None:
    one, other = pair()
    ours = state(other, "ours.example")
    author = str(one.desk)
    good = told(author=author)
    assert sent_by_hand(one, other, [good]) == ""
    name = good["is"]["id"]  # type: ignore[index]
    made_later = Instant(statement().modified + 1000)  # as by a node that forgot when it said so first
    assert sent_by_hand(one, other, [told(author=author, created=made_later, modified=made_later)]) == ""
    assert held(other)["evil.example"].created == made_later
    red = told("red.example", author=author)
    red["is"]["object_marking_refs"] = [STIX_MARKS[Tlp.RED]]  # type: ignore[index]
    hidden = told("hidden.example", author=author)
    hidden["is"]["labels"] = ["tlp:red"]  # type: ignore[index]
    part = told("part.example", author=author)
    part["is"]["granular_markings"] = [  # type: ignore[index]
        {"marking_ref": "marking-definition--11111111-1111-4111-8111-111111111111", "selectors": ["name"]}
    ]
    future = told("future.example", author=author)
    future["is"]["modified"] = "2090-01-01T00:00:00.000Z"  # type: ignore[index]
    moved = told("moved.example", author=author)
    moved["is"]["id"] = name  # type: ignore[index]
    taking = told("ours.example", author=author)
    taking["is"]["id"] = ours  # type: ignore[index]
    bare = told("bare.example", author=author, limits=None)
    secret = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
    for change, code in (
        (told("key.example", author=author, note=f"his wallet: {secret}"), "secret.key"),
        (red, "feed.red"),
        (hidden, "feed.red"),
        (part, "feed.red"),
        (future, "feed.future"),
        (moved, "feed.changed"),
        (taking, "feed.own"),
        ({"gone": ours}, "feed.own"),
        (bare, "feed.no_limits"),
        (told("as.example", author=str(other.desk)), "feed.own"),
        (told("third.example", author="XAC/contact-point"), "feed.onward"),
        ({"is": {"type": "malware", "id": "malware--x"}}, "indicators.form"),
        ({"is": {**good["is"], "pattern": "x" * 70_000}}, "indicators.form"),  # type: ignore[dict-item]
        ({"other": 1}, "indicators.form"),
        (17, "indicators.form"),
    ):
        assert sent_by_hand(one, other, [change]) == code, change
    assert held(other)["ours.example"].author == str(other.desk)
    assert set(held(other)) == {"ours.example", "evil.example"}
    # Whole batches that do not hold leave nothing, and the feed goes on.
    for code, more in (
        ("feed.form", {"count": 2}),
        ("feed.size", {"size": 7}),
        ("feed.unknown", {"feed": "gossip", "seq": 1, "prev": ""}),
        ("signature.act", {"key": "receipt"}),
        ("feed.gap", {"seq": 90, "prev": "0" * 64}),
    ):
        assert sent_by_hand(one, other, [good], **more) == code  # type: ignore[arg-type]
    assert sent_by_hand(one, other, [], raw=b'[{"a":1,"a":2}]', count=1) == "json.syntax"
    assert sent_by_hand(one, other, [told("fine.example", author=author)]) == ""


def test_a_batch_is_bound_in_size_and_to_its_header() -> None:
    one, other = pair()
    bomb = fold(b" " * (4 << 20))
    with pytest.raises(MalformedError, match="as long as the header"):
        unfold(bomb, size=100)
    with pytest.raises(MalformedError, match="unfolds to at most"):
        fold(b"x" * ((4 << 20) + 1))
    with pytest.raises(MalformedError, match="cannot be unfolded"):
        unfold(b"no deflated text", size=3)
    end = End(authority=one.desk, root=one.end().root)
    header = Header(
        sender=end, to=other.end(), at=one.clock.now(), feed="indicators", epoch=1, seq=1, count=0, size=2,
        changes=sha256(bytes(16), fold(b"[]")).hex(),
    )  # fmt: skip
    envelope = header_envelope(header, realm=one.place.realm)
    assert parse_batch(batch_bytes(envelope, salt=bytes(16), folded=fold(b"[]"))).header == header
    with pytest.raises(ComityError, match="commits to"):
        parse_batch(batch_bytes(envelope, salt=bytes(16), folded=fold(b"[1]")))
    for wrong in ({"seq": 0}, {"seq": 2}, {"count": 1001}, {"feed": ""}, {"epoch": 0}):
        with pytest.raises(MalformedError):
            replace(header, **wrong)  # type: ignore[arg-type]
    with one.place.store.snapshot() as tx:
        assert own_root(tx) == end.root


def test_a_disk_carries_everything_that_the_peer_was_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comity.node.feedindicators.MOST_CHANGES", 2)
    one, other = pair()
    give(one, other)
    names = [state(one, f"evil{at}.example") for at in range(5)]
    feeder_of(one.place).turn(one.desk)

    class Folder:
        def export(self, authority, **_rest):  # type: ignore[no-untyped-def]
            return exchange_desk(one.place).prepare(authority, other.end(), carried=0)

    courier = CourierDesk(place=one.place, carrier=Folder())  # type: ignore[arg-type]
    made = courier.export(one.head(), folder="disk")
    assert len(made.message_ids) == 3  # type: ignore[attr-defined]
    retract(one, names[0])
    again = courier.export(one.head(), folder="disk", peer="XAB")
    assert len(again.message_ids) == 4  # type: ignore[attr-defined]
    assert exchange(one, other) == 4
    assert len(held(other)) == 5 and held(other)["evil0.example"].retracted is not None
    batches = feeds(other).received(other.officer())
    assert [batch.seq for batch in batches] == [4, 3, 2, 1] and not any(batch.refused for batch in batches)
    (view,) = feeds(one).shared(one.officer())
    assert (view.state.pending, view.state.seq, view.waits) == ("", 4, 0)
    assert settle(one, other) == 0 and feeder_of(one.place).fill(one.desk) == 0
