"""Bodies: the limit, the pace and the digest."""

import asyncio

import pytest

from comity.api import bodies
from comity.api.bodies import read_body, read_pieces
from comity.kernel.digests import sha256
from comity.kernel.errors import DeniedError, MalformedError


async def _pieces(*pieces, pause=0.0):
    for piece in pieces:
        await asyncio.sleep(pause)
        yield piece


def _read(*pieces, announced="", most=100, digest=None, pause=0.0):
    digest = sha256(b"".join(pieces)) if digest is None else digest
    return asyncio.run(
        read_body(_pieces(*pieces, pause=pause), announced=announced, most=most, digest=digest)
    )


@pytest.mark.parametrize("pieces", [(), (b"",), (b"abc",), (b"ab", b"", b"c"), (b"x" * 100,)])
def test_a_body_comes_as_it_was_signed(pieces):
    assert _read(*pieces) == b"".join(pieces)


def _portions(*chunks, size, pause=0.0):
    async def read():
        found = read_pieces(_pieces(*chunks, pause=pause), size=size, portion=4)
        return [piece async for piece in found]

    return asyncio.run(read())


@pytest.mark.parametrize(
    "chunks", [(b"0123456789",), (b"0123", b"4567", b"89"), (b"01", b"2345678", b"9"), (b"0",) * 10]
)
def test_pieces_are_handed_on_one_by_one(chunks):
    whole = b"".join(chunks)
    assert _portions(*chunks, size=10) == [whole[:4], whole[4:8], whole[8:]]


@pytest.mark.parametrize("chunks", [(b"0123456789",), (b"01234567",), ()])
def test_pieces_are_as_long_as_was_signed(chunks):
    with pytest.raises(MalformedError) as caught:
        _portions(*chunks, size=9)
    assert caught.value.code == "body.size"


def test_pieces_that_stop_coming_are_given_up(monkeypatch):
    monkeypatch.setattr(bodies, "GRACE", 0.05)
    with pytest.raises(MalformedError) as caught:
        _portions(b"0123", b"4", size=5, pause=60)
    assert caught.value.code == "body.slow"


@pytest.mark.parametrize("announced", ["101", "9" * 40, "-1", "+5", "five", "٣"])
def test_an_announced_length_beyond_the_limit_or_none_at_all_is_refused_unread(announced):
    async def never():
        raise AssertionError("the body was read")
        yield b""

    with pytest.raises(MalformedError) as caught:
        asyncio.run(read_body(never(), announced=announced, most=100, digest=b""))
    assert caught.value.code == "body.size"


def test_more_than_announced_is_refused_at_the_limit():
    seen = []

    async def endless():
        while True:
            seen.append(1)
            yield b"x" * 40

    with pytest.raises(MalformedError) as caught:
        asyncio.run(read_body(endless(), announced="3", most=100, digest=b""))
    assert caught.value.code == "body.size"
    assert len(seen) == 3


def test_another_body_than_the_signed_one_is_denied():
    with pytest.raises(DeniedError) as caught:
        _read(b"abc", digest=sha256(b"abd"))
    assert caught.value.code == "exchange.denied"


def test_a_body_that_stops_coming_is_given_up(monkeypatch):
    monkeypatch.setattr(bodies, "GRACE", 0.05)
    with pytest.raises(MalformedError) as caught:
        _read(b"a", b"b", pause=60)
    assert caught.value.code == "body.slow"


def test_a_slow_body_earns_time_by_what_it_brings(monkeypatch):
    monkeypatch.setattr(bodies, "GRACE", 0.2)
    monkeypatch.setattr(bodies, "LEAST_RATE", 1)
    assert _read(b"x" * 60, b"y", b"z", pause=0.15) == b"x" * 60 + b"yz"
