"""Bodies: the limit, the pace and the digest."""

import asyncio

import pytest

from comity.api import bodies
from comity.api.bodies import read_body
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
