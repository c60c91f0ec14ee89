from dataclasses import replace

import pytest

from comity.exchange.directory import Directory
from comity.exchange.entries import Usage
from comity.exchange.outbox import LONGEST_WAIT, MOST_BATCH, Outbox
from comity.exchange.ports import Outgoing
from comity.kernel import agefile
from comity.kernel.agekeys import CLASSICAL, HYBRID
from comity.kernel.clock import DAY, Instant
from comity.kernel.digests import sha256
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import ConflictError, UnavailableError, UntrustedError
from comity.kernel.ids import ActId, AuthorityId
from comity.storage.memory.exchange import MemoryExchangeStore
from tests.simulator.mail import write_letter
from tests.simulator.parties import END, T0, make_party, pin_party

A, B = make_party("XAA"), make_party("XAB")


def fresh() -> tuple[MemoryExchangeStore, Outbox]:
    store = MemoryExchangeStore()
    pin_party(store, A, ours=True)
    pin_party(store, B)
    return store, Outbox(directory=Directory(), entropy=SeededEntropy("outbox"))


def queue(store, outbox, number: int = 1, *, now=T0, to=B.office.end) -> Outgoing:
    name, parcel = write_letter({"number": number}, A.act)
    return outbox.queue(
        store,
        message_id=name,
        author=A.office.authority,
        to=to,
        plaintext=parcel,
        digest=sha256(parcel),
        now=now,
    )


def put(store, number: int, *, size: int = 10, attempts: int = 0) -> ActId:
    name = ActId(f"{number:064x}")
    store.queue(
        Outgoing(
            message_id=name,
            authority=A.office.authority,
            peer=B.fingerprint,
            to=B.office.authority,
            sealed=bytes(size) or b"x",
            digest=bytes(32),
            order=number,
            queued_at=T0,
            attempts=attempts,
        )
    )
    return name


def names(store, outbox, now=T0) -> list[ActId]:
    batch = outbox.batch(store, author=A.office.authority, to=B.office.end, now=now)
    return [outgoing.message_id for outgoing in batch]


def test_a_message_is_sealed_to_the_addressee_alone():
    store, outbox = fresh()
    queued = queue(store, outbox)
    plain = agefile.open_sealed(queued.sealed, identities=B.office.identities, most_bytes=10_000)
    assert queued.digest == sha256(plain)
    with pytest.raises(UntrustedError):
        agefile.open_sealed(queued.sealed, identities=A.office.identities, most_bytes=10_000)


def test_the_suite_of_the_entry_says_which_of_its_keys_a_message_is_sealed_to():
    hybrid = agefile.Identity.generate(SeededEntropy("hybrid"), suite=HYBRID)
    office = B.entry.authorities[0]
    key = replace(office.keys[-1], usage=Usage.AGE_HYBRID, public=hybrid.public)
    both = (replace(office, keys=(*office.keys, key)),)
    for suite, kinds in ((CLASSICAL, ["X25519"]), (HYBRID, ["mlkem768x25519"]), ("age-later", [])):
        store, outbox = fresh()
        newer = B.signed_entry(authorities=both, suite=suite, version=2)
        store.put_entry(B.fingerprint, version=2, envelope=newer.json)
        if not kinds:
            with pytest.raises(UnavailableError):
                queue(store, outbox)
            continue
        header = agefile.parse_header(queue(store, outbox).sealed)
        assert [stanza.kind for stanza in header.stanzas] == kinds


def test_a_message_is_queued_once_and_only_to_who_can_read_it():
    store, outbox = fresh()
    queue(store, outbox)
    with pytest.raises(ConflictError):
        queue(store, outbox)
    with pytest.raises(UnavailableError) as caught:
        queue(store, outbox, 2, to=replace(B.office.end, authority=AuthorityId("XAB/court")))
    assert caught.value.code == "outbox.no_recipient"
    with pytest.raises(UnavailableError):
        queue(store, outbox, 3, now=END)
    with pytest.raises(UntrustedError):
        queue(store, outbox, 4, to=make_party("XAC").office.end)


def test_a_batch_is_in_order_and_holds_64():
    store, outbox = fresh()
    queued = [put(store, number) for number in range(70, 0, -1)]
    assert names(store, outbox) == sorted(queued)[:64]


def test_a_batch_stays_within_what_a_call_takes():
    store, outbox = fresh()
    first, second = put(store, 1, size=MOST_BATCH - 5), put(store, 2, size=5)
    put(store, 3, size=1)
    assert names(store, outbox) == [first, second]


def test_a_message_that_failed_often_goes_alone_and_after_the_others():
    store, outbox = fresh()
    stuck, fresh_one = put(store, 1, attempts=3), put(store, 2)
    put_more = put(store, 3, attempts=5)
    assert names(store, outbox) == [fresh_one]
    store.postpone((fresh_one,), next_at=Instant(T0 + DAY))
    assert names(store, outbox) == [stuck]
    store.postpone((stuck,), next_at=Instant(T0 + DAY))
    assert names(store, outbox) == [put_more]


def test_waiting_doubles_with_jitter_up_to_an_hour():
    _, outbox = fresh()
    for attempts in range(40):
        longest = min(5_000_000 * 2**attempts, LONGEST_WAIT)
        assert longest // 2 <= outbox.wait(attempts) <= longest
    assert len({outbox.wait(8) for _ in range(10)}) > 1


def test_a_day_without_a_receipt_raises_one_alarm_and_nothing_is_dropped():
    store, outbox = fresh()
    name = put(store, 1)
    outbox.postpone(store, (name,), now=Instant(T0 + DAY - 1))
    assert store.alarms() == ()
    outbox.postpone(store, (name,), now=Instant(T0 + DAY))
    outbox.postpone(store, (name,), now=Instant(T0 + 2 * DAY))
    assert [alarm.code for alarm in store.alarms()] == ["peer.silent"]
    assert store.outgoing(name).attempts == 3


def test_a_disk_takes_everything_in_parts():
    store, outbox = fresh()
    for number in range(1, 71):
        put(store, number, attempts=9)
    whole = [
        outbox.whole_batch(store, author=A.office.authority, to=B.office.end, skip=skip)
        for skip in (0, 64, 70)
    ]
    assert [len(batch) for batch in whole] == [64, 6, 0]
