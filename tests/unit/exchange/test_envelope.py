import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.exchange.envelope import (
    MOST_MESSAGES,
    Answer,
    Call,
    Cosignature,
    Growth,
    Heads,
    Result,
    Sight,
    answer_bytes,
    call_bytes,
    message_id,
    parse_answer,
    parse_call,
)
from comity.kernel.errors import MalformedError
from comity.kernel.realms import Realm
from comity.kernel.signing import Envelope
from tests.simulator.mail import write_letter
from tests.simulator.parties import T0, make_party

A, B = make_party("XAA"), make_party("XAB")
HEADS = Heads(
    checkpoint="note — text\n".encode(),
    growth=Growth(old=3, path=(b"\x01" * 32, b"\x02" * 32)),
    older=(Growth(old=2, path=()),),
    sight=Sight(size=9, note=b"their note"),
    cosignatures=(Cosignature(size=9, line="line\n"),),
)


def call(messages: tuple[bytes, ...] = (b"one", b"")) -> Call:
    return Call(
        realm=Realm.PRACTICE,
        sender=A.office.end,
        to=B.office.end,
        at=T0,
        nonce=b"n" * 16,
        messages=messages,
        heads=HEADS,
        entries=(A.signed_entry(),),
    )


def test_a_call_comes_back_as_it_was():
    assert parse_call(call_bytes(call())) == call()


def test_an_answer_comes_back_as_it_was():
    answer = Answer(
        results=(Result(receipt=A.signed_entry()), Result(deferred="orphan")), heads=HEADS, entries=()
    )
    assert parse_answer(answer_bytes(answer), count=2) == answer
    with pytest.raises(MalformedError) as caught:
        parse_answer(answer_bytes(answer), count=1)
    assert caught.value.code == "answer.results"


@given(st.binary(max_size=300))
def test_bytes_that_are_no_call_are_malformed_and_nothing_else(data):
    with pytest.raises(MalformedError):
        parse_call(data)
    with pytest.raises(MalformedError):
        parse_answer(data, count=0)


@pytest.mark.parametrize(
    "change",
    [
        {"messages": ["AA=="] * (MOST_MESSAGES + 1)},
        {"messages": ["not base64"]},
        {"messages": [1]},
        {"nonce": "AA=="},
        {"at": -1},
        {"at": 1.5},
        {"realm": "other"},
        {"from": {"authority": "XAA", "root": "0" * 64}},
        {"to": {"authority": "XAB/contact-point", "root": "0" * 63}},
        {"v": 2},
        {"log": None},
        {"entries": [{}]},
    ],
)
def test_a_call_with_a_wrong_member_is_refused(change):
    with pytest.raises(MalformedError):
        parse_call(json.dumps(json.loads(call_bytes(call())) | change).encode())


def test_a_name_that_stands_twice_is_refused():
    twice = call_bytes(call()).replace(b'{"at":', b'{"at":1,"at":', 1)
    with pytest.raises(MalformedError) as caught:
        parse_call(twice)
    assert caught.value.code == "json.duplicate"


def test_deep_nesting_is_refused_before_parsing():
    with pytest.raises(MalformedError) as caught:
        parse_call(b'{"x":' + b"[" * 100_000)
    assert caught.value.code == "json.depth"


def test_more_messages_than_a_call_takes_are_a_bug_of_ours():
    with pytest.raises(ValueError, match="at most 64"):
        call_bytes(call((b"",) * 65))


def test_the_name_of_a_message_is_the_id_of_the_act_inside():
    name, parcel = write_letter({"from": "a"}, A.act)
    assert message_id(parcel) == name


@pytest.mark.parametrize(
    "plain", [b"", b"{}", b"\xff", b'{"signed":{"act":{"payloadType":"x","payload":"?"}}}']
)
def test_a_plaintext_without_an_act_has_no_name(plain):
    assert message_id(plain) is None


@pytest.mark.parametrize(
    "deep", [b"[" * 200_000 + b"]" * 200_000, b'{"y":' * 200_000 + b"1" + b"}" * 200_000]
)
def test_a_plaintext_that_nests_too_deep_has_no_name(deep):
    _, parcel = write_letter({"from": "a"}, A.act)
    assert message_id(b'{"x":' + deep + b"," + parcel[1:]) is None


def test_a_result_is_one_of_two():
    with pytest.raises(ValueError, match="receipt or a reason"):
        Result()
    with pytest.raises(ValueError, match="receipt or a reason"):
        Result(receipt=Envelope(payload_type="x", payload=b""), deferred="busy")
