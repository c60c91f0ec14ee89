"""Time stamps of a node: nothing waits for them, silence is noted, what is kept is judged when shown."""

import dataclasses

import pytest

from comity.evidence.records import PackageRecord
from comity.kernel.clock import DAY, HOUR, MINUTE, Instant
from comity.kernel.errors import ComityError, MalformedError, NotFoundError, UnavailableError, UntrustedError
from comity.ledger.stamps import (
    HEAD,
    PACKAGE,
    Silence,
    Stamp,
    Subject,
    after_failure,
    dump_silence,
    dump_stamp,
    parse_silence,
    parse_stamp,
)
from comity.node.logs import LogsDesk
from comity.node.stamping import StampingDesk
from tests.unit.node.nodes import Side, node

ROOT = "ab" * 32


class Authority:
    """Stamps with the time of the node; fails as it is told."""

    def __init__(self, side: Side) -> None:
        self.side, self.fails, self.asked = side, None, []

    def question(self, digest: bytes, nonce: int) -> bytes:
        return digest + nonce.to_bytes(8, "big")

    def judge(self, token: bytes, digest: bytes, *, nonce: int | None = None) -> Instant:
        if token[:32] != digest or (nonce is not None and token[32:40] != nonce.to_bytes(8, "big")):
            raise UntrustedError("stamp.digest", "something else")
        return Instant(int.from_bytes(token[40:], "big"))

    def ask(self, question: bytes) -> bytes:
        self.asked.append(question[:32].hex())
        if self.fails:
            raise self.fails
        return question + int(self.side.clock.now()).to_bytes(8, "big")


@pytest.fixture
def side() -> Side:
    made = node("XAA", 1)
    record = PackageRecord(
        authority=made.desk,
        piece_root="cd" * 32,
        bag_root=ROOT,
        payload_length=1,
        leaves=bytes(32),
        header_length=1,
        case=None,
        delivery=None,
        own=True,
        exhibits=b"",
        stored_at=made.clock.now(),
    )
    with made.place.store.transaction() as tx:
        tx.evidence.put_package(record)
    return made


def desk_of(side: Side) -> tuple[StampingDesk, Authority]:
    authority = Authority(side)
    return StampingDesk(place=side.place, judge=authority, ask=authority.ask), authority


def test_without_an_authority_nothing_is_asked_and_nothing_waits(side: Side):
    desk = StampingDesk(place=side.place, judge=None, ask=lambda _: pytest.fail("asked"))
    assert desk.stamp_due() == 0
    shown = desk.shown(side.head())
    assert (shown.configured, shown.stamps, shown.waiting, shown.silence) == (False, (), 0, None)
    assert desk.of_package(ROOT) is None


def test_a_package_is_stamped_once_and_shown_with_its_time(side: Side):
    desk, authority = desk_of(side)
    assert desk.shown(side.head()).waiting == 1
    assert desk.stamp_due() == 1
    assert desk.stamp_due() == 0
    assert authority.asked == [ROOT]
    (one,) = desk.shown(side.head()).stamps
    assert (one.kind, one.name, one.digest, one.fault) == (PACKAGE, ROOT, ROOT, "")
    assert one.at == side.clock.now()
    assert desk.of_package(ROOT) == one
    assert desk.token(side.head(), name="abab").subject.name == ROOT
    with pytest.raises(NotFoundError) as caught:
        desk.token(side.head(), name="ff")
    assert caught.value.code == "stamp.absent"


def test_a_head_is_stamped_once_a_day_and_only_where_it_moved(side: Side):
    desk, authority = desk_of(side)

    def signed() -> None:
        with side.place.store.transaction() as tx:
            side.place.journal.decision(tx, side.head(), action="x", about="y", at=side.clock.now())
        logs = LogsDesk(place=side.place)
        for log in logs.list(side.head()):
            logs.checkpoint(side.head(), origin=log.origin)

    signed()
    assert desk.stamp_due() == 2
    signed()
    assert desk.stamp_due() == 0
    side.clock.advance(DAY)
    assert desk.stamp_due() == 1
    side.clock.advance(DAY)
    assert desk.stamp_due() == 0
    heads = [one for one in desk.shown(side.head()).stamps if one.kind == HEAD]
    assert len(heads) == 2 and len(authority.asked) == 3
    stamp = desk.token(side.head(), name=heads[0].name)
    assert stamp.subject.text.splitlines()[0] == heads[0].name.partition(" ")[0]


def test_a_silent_authority_is_asked_again_later_and_later_and_shown(side: Side):
    desk, authority = desk_of(side)
    authority.fails = UnavailableError("stamp.silent", "no")
    began = side.clock.now()
    with pytest.raises(ComityError):
        desk.stamp_due()
    assert desk.stamp_due() == 0
    side.clock.advance(MINUTE)
    with pytest.raises(ComityError):
        desk.stamp_due()
    silence = desk.shown(side.head()).silence
    assert silence == Silence(
        failures=2, since=began, next_at=Instant(began + 3 * MINUTE), problem="stamp.silent"
    )
    assert len(authority.asked) == 2
    authority.fails = None
    side.clock.advance(2 * MINUTE)
    assert desk.stamp_due() == 1
    assert desk.shown(side.head()).silence is None


def test_an_answer_that_is_not_to_the_question_is_not_kept(side: Side):
    desk, authority = desk_of(side)
    wrong = dataclasses.replace(desk, ask=lambda _: bytes(48))
    with pytest.raises(UntrustedError):
        wrong.stamp_due()
    shown = desk.shown(side.head())
    assert shown.stamps == () and shown.silence is not None
    assert shown.silence.problem == "stamp.digest"
    assert authority.asked == []


def test_a_kept_token_is_judged_when_it_is_shown(side: Side):
    desk, _ = desk_of(side)
    desk.stamp_due()
    with side.place.store.transaction() as tx:
        name = f"stamp/{side.desk}/{PACKAGE}/{ROOT}"
        held = parse_stamp(tx.node.setting(name))
        tx.node.put_setting(name, dump_stamp(dataclasses.replace(held, token=bytes(48))))
    assert [one.fault for one in desk.shown(side.head()).stamps] == ["stamp.digest"]
    blind = dataclasses.replace(desk, judge=None)
    assert [one.fault for one in blind.shown(side.head()).stamps] == ["stamp.no_authority"]


def test_waits_double_up_to_an_hour_and_what_is_kept_reads_again():
    silence, now = None, Instant(1_790_000_000_000_000)
    waits = []
    for _ in range(9):
        silence = after_failure(silence, now=now, problem="stamp.silent")
        waits.append((silence.next_at - now) // MINUTE)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert silence.next_at - now == HOUR
    assert parse_silence(dump_silence(silence)) == silence
    for nothing in (None, b"null", b"{}", b"[]", dump_silence(None)):
        assert parse_silence(nothing) is None
    subject = Subject(kind=PACKAGE, name=ROOT, digest=bytes.fromhex(ROOT))
    stamp = Stamp(subject=subject, token=b"t", at=now)
    assert parse_stamp(dump_stamp(stamp)) == stamp
    for bad in (b"", b"{}", dump_stamp(stamp)[:-1], dump_stamp(stamp).replace(b'"package"', b'"parcel"')):
        with pytest.raises(MalformedError) as caught:
            parse_stamp(bad)
        assert caught.value.code == "stamp.form"
    for kind, digest, text in (("parcel", bytes(32), ""), (HEAD, bytes(31), ""), (HEAD, bytes(32), "x")):
        with pytest.raises(MalformedError):
            Subject(kind=kind, name="n", digest=digest, text=text)
