"""Raw blocks: parsed, held to their own header, and refused when they do not hold."""

import pytest

from comity.engines.tracing.primitives import LIBRARIES
from comity.kernel.digests import sha256
from comity.kernel.errors import MalformedError
from comity.tracing.blocks import MAGICS, merkle_root, split_blocks
from comity.tracing.blocks import parse_block as parse
from comity.tracing.scripts import output_of as pays_to
from tests.unit.tracing.chains import SCRIPTS, SEGWIT


def parse_block(data, *, network):
    return parse(data, network=network, primitives=LIBRARIES)


def output_of(script, value, *, network):
    return pays_to(script, value, network=network, primitives=LIBRARIES)


REGTEST = next(magic for magic, network in MAGICS.items() if network == "bitcoin-regtest")


def transaction(
    *, spends=((bytes(32), 0xFFFFFFFF),), pays=((50, b"\x51"),), script=b"\x02\x07\x01", witness=False
):
    body = len(spends).to_bytes(1, "little")
    for tx, index in spends:
        body += tx + index.to_bytes(4, "little") + bytes([len(script)]) + script + b"\xff" * 4
    body += len(pays).to_bytes(1, "little")
    for value, pay in pays:
        body += value.to_bytes(8, "little") + bytes([len(pay)]) + pay
    plain = b"\x02\0\0\0" + body + bytes(4)
    if not witness:
        return plain, plain
    return plain, b"\x02\0\0\0\x00\x01" + body + b"\x01\x01z" * len(spends) + bytes(4)


def block(*transactions, root=None, version=2, previous=b"\x01" * 32):
    ids = [sha256(sha256(plain)) for plain, _ in transactions]
    head = version.to_bytes(4, "little") + previous + (root or merkle_root(ids))
    head += (1_700_000_000).to_bytes(4, "little") + (0x207FFFFF).to_bytes(4, "little") + bytes(4)
    return head + bytes([len(transactions)]) + b"".join(raw for _, raw in transactions)


GOOD = block(
    transaction(),
    transaction(spends=((b"\x05" * 32, 3),), pays=((7, SCRIPTS["a"]), (9, SEGWIT)), witness=True),
)


def test_a_block_with_witnesses():
    found = parse_block(GOOD, network="bitcoin-regtest")
    assert (found.height, found.previous) == (0x107, "01" * 32)
    coinbase, spend = found.transactions
    assert coinbase.is_coinbase and coinbase.fee() is None and spend.fee() is None
    assert (spend.inputs[0].tx, spend.inputs[0].index) == ("05" * 32, 3)
    assert [one.kind for one in spend.outputs] == ["p2pkh", "p2wpkh"]
    assert (
        spend.id
        == sha256(sha256(transaction(spends=((b"\x05" * 32, 3),), pays=((7, SCRIPTS["a"]), (9, SEGWIT)))[0]))[
            ::-1
        ].hex()
    )


def test_old_blocks_do_not_say_their_height():
    assert parse_block(block(transaction(), version=1), network="bitcoin-regtest").height is None
    assert parse_block(block(transaction(), previous=bytes(32)), network="bitcoin-regtest").height == 0


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (GOOD[:-1], "cut off"),
        (GOOD + b"\0", "follow"),
        (GOOD[:40], "cut off"),
        (b"", "cut off"),
        (block(transaction(), root=bytes(32)), "Merkle"),
        (block(transaction(), transaction(), root=b"\x01" * 32), "twice"),
        (GOOD[:80] + b"\xfd\xff\xff" + GOOD[81:], "room"),
        (block(transaction(pays=((1 << 63, b""),))), "impossible"),
        (block((b"", b"\x02\0\0\0\x00\x00\0\0\0\0" + bytes(60))), "spends nothing"),
    ],
)  # fmt: skip
def test_what_is_no_sound_block_is_refused(data, why):
    with pytest.raises(MalformedError, match=why) as caught:
        parse_block(data, network="bitcoin-regtest")
    assert caught.value.code == "trace.block"


def test_work_is_looked_at_where_it_is_double_sha256():
    with pytest.raises(MalformedError, match="work"):
        parse_block(GOOD.replace(b"\xff\xff\x7f\x20", b"\xff\xff\x00\x1d"), network="bitcoin")
    with pytest.raises(MalformedError, match="not read here"):
        parse_block(GOOD, network="monero")


def test_files_of_a_node_hold_many_and_end_in_room():
    framed = REGTEST + len(GOOD).to_bytes(4, "little") + GOOD
    assert [network for network, _ in split_blocks(framed * 3 + bytes(50))] == ["bitcoin-regtest"] * 3
    assert list(split_blocks(GOOD)) == [("bitcoin", GOOD)]
    for bad in (framed[:-1], framed + b"rest"):
        with pytest.raises(MalformedError, match="begins no whole block"):
            list(split_blocks(bad))


def test_scripts_and_their_addresses():
    key = bytes([2]) + bytes(range(32))
    bare = output_of(b"\x21" + key + b"\xac", 5, network="bitcoin")
    hashed = output_of(b"\x76\xa9\x14" + LIBRARIES.ripemd160(sha256(key)) + b"\x88\xac", 5, network="bitcoin")
    assert (bare.kind, bare.address) == ("p2pk", hashed.address)
    assert output_of(b"\xa9\x14" + bytes(20) + b"\x87", 0, network="litecoin").address.startswith("M")
    assert output_of(b"\x51\x20" + bytes(32), 0, network="bitcoin").kind == "p2tr"
    assert output_of(b"\x51\x20" + bytes(32), 0, network="dogecoin").kind == "bare"
    assert output_of(b"\x00\x15" + bytes(21), 0, network="bitcoin").kind == "bare"
    assert output_of(b"\x6a\x01z", 0, network="bitcoin").kind == "data"
    assert output_of(b"", 0, network="bitcoin").address.startswith("script:")


def test_ripemd_of_known_texts():
    known = {
        b"": "9c1185a5c5e9fc54612808977ee8f548b2258d31",
        b"abc": "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc",
        b"1234567890" * 8: "9b752e45573d4b39f4dbd3323cab82bf63326bfb",
    }
    for text, digest in known.items():
        assert LIBRARIES.ripemd160(text).hex() == digest
