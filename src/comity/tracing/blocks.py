"""Raw blocks of Bitcoin and its kin: parsed, and checked against their own header."""

from collections.abc import Iterator
from dataclasses import dataclass

from comity.kernel.clock import SECOND, Instant
from comity.kernel.digests import sha256
from comity.kernel.errors import MalformedError
from comity.tracing.addresses.ports import Primitives
from comity.tracing.scripts import output_of, require_network
from comity.tracing.transactions import Input, Output, Transaction

MAGICS = {
    bytes.fromhex("f9beb4d9"): "bitcoin",
    bytes.fromhex("0b110907"): "bitcoin-testnet",
    bytes.fromhex("0a03cf40"): "bitcoin-signet",
    bytes.fromhex("fabfb5da"): "bitcoin-regtest",
    bytes.fromhex("fbc0b6db"): "litecoin",
    bytes.fromhex("c0c0c0c0"): "dogecoin",
}
"""What stands before each block in the files of a node."""
MOST_BLOCK = 32 << 20
_HEADER = 80
_NO_OUTPUT = (bytes(32), 0xFFFFFFFF)
_LEAST_TX = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block whose transactions are those that its header commits to.

    Attributes:
        id: Digest of its header, as explorers write it.
        previous: That of the block before.
        at: Its time, as its header says.
        height: As its first transaction says (BIP 34); 0 for the first block; None where nothing says it.
        transactions: In order.
    """

    id: str
    previous: str
    at: Instant
    height: int | None
    transactions: tuple[Transaction, ...]


def parse_block(data: bytes, *, network: str, primitives: Primitives, where: str = "") -> Block:
    """Return a raw block.

    Args:
        data: Header and transactions, nothing else.
        network: Whose addresses its scripts are told in.
        primitives: The libraries behind addresses.
        where: Named in errors.

    Raises:
        MalformedError: ``trace.block``: it is cut off, has a rest, its work does not meet its own target, or
            its header commits to other transactions; ``trace.network``.

    Basis: BIP 34, BIP 141
    """
    require_network(network)
    reader = _Reader(data, where)
    header = reader.take(_HEADER)
    digest = sha256(sha256(header))
    at = Instant(int.from_bytes(header[68:72], "little") * SECOND)
    if int.from_bytes(digest, "little") > _target(int.from_bytes(header[72:76], "little")) and network in (
        "bitcoin",
        "bitcoin-testnet",
    ):
        raise _malformed("the work of the block does not meet the target in its header", where)
    count = reader.count()
    if not 1 <= count <= len(data) // _LEAST_TX:
        raise _malformed("it says that it holds more transactions than it has room for", where)
    raw = [_transaction(reader) for _ in range(count)]
    if reader.at != len(data):
        raise _malformed(f"{len(data) - reader.at} bytes follow its last transaction", where)
    if merkle_root([one.txid for one in raw], where=where) != header[36:68]:
        raise _malformed("its header commits to other transactions (Merkle root)", where)
    if any((_NO_OUTPUT in one.spends) != (nr == 0) for nr, one in enumerate(raw)) or len(raw[0].spends) > 1:
        raise _malformed("its first transaction, and no other, makes new coins", where)
    height = _height(raw[0], int.from_bytes(header[:4], "little")) if any(header[4:36]) else 0
    return Block(
        id=digest[::-1].hex(),
        previous=header[4:36][::-1].hex(),
        at=at,
        height=height,
        transactions=tuple(
            one.told(height=height or 0, position=position, at=at, network=network, primitives=primitives)
            for position, one in enumerate(raw)
        ),
    )


def split_blocks(data: bytes, *, where: str = "") -> Iterator[tuple[str, bytes]]:
    """Yield network and bytes of each block in a file of a node (magic, length, block), or of one bare block.

    A file that begins with no known magic is one bare block, of the network ``bitcoin``.

    Raises:
        MalformedError: ``trace.block``: cut off, or larger than ``MOST_BLOCK``.
    """
    if data[:4] not in MAGICS:
        yield "bitcoin", data
        return
    at = 0
    while at < len(data):
        if data[at:].count(0) == len(data) - at:
            return  # files of a node end in room that was kept
        network = MAGICS.get(data[at : at + 4])
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if network is None or size > MOST_BLOCK or at + 8 + size > len(data):
            raise _malformed(f"byte {at} begins no whole block", where)
        yield network, data[at + 8 : at + 8 + size]
        at += 8 + size


def merkle_root(ids: list[bytes], *, where: str = "") -> bytes:
    """Return the root over transaction ids, in the byte order of the header.

    Raises:
        MalformedError: ``trace.block``: a transaction stands there twice.
    """
    level = ids
    while len(level) > 1:
        if any(level[at] == level[at + 1] for at in range(0, len(level) - 1, 2)):
            raise _malformed("it holds a transaction twice", where)
        if len(level) % 2:
            level = [*level, level[-1]]
        level = [sha256(sha256(level[at] + level[at + 1])) for at in range(0, len(level), 2)]
    return level[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Raw:
    txid: bytes
    spends: tuple[tuple[bytes, int], ...]
    pays: tuple[tuple[int, bytes], ...]
    first_script: bytes

    def told(
        self, *, height: int, position: int, at: Instant, network: str, primitives: Primitives
    ) -> Transaction:
        spends = () if self.spends[0] == _NO_OUTPUT else self.spends
        outputs: tuple[Output, ...] = tuple(
            output_of(script, value, network=network, primitives=primitives) for value, script in self.pays
        )
        return Transaction(
            id=self.txid[::-1].hex(),
            height=height,
            position=position,
            at=at,
            inputs=tuple(Input(tx=tx[::-1].hex(), index=index) for tx, index in spends),
            outputs=outputs,
        )


class _Reader:
    """Reads numbers and strings from the front; never past the end."""

    def __init__(self, data: bytes, where: str) -> None:
        self.data = data
        self.where = where
        self.at = 0

    def take(self, size: int) -> bytes:
        end = self.at + size
        if end > len(self.data):
            raise _malformed(f"it is cut off at byte {self.at}", self.where)
        piece = self.data[self.at : end]
        self.at = end
        return piece

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def count(self) -> int:
        first = self.number(1)
        return first if first < 0xFD else self.number({0xFD: 2, 0xFE: 4, 0xFF: 8}[first])

    def text(self) -> bytes:
        return self.take(self.count())


def _transaction(reader: _Reader) -> _Raw:
    start = reader.at
    reader.take(4)
    marked = reader.data[reader.at : reader.at + 2] == b"\x00\x01"
    if marked:
        reader.take(2)
    inner = reader.at
    spends, scripts = [], []
    for _ in range(_few(reader, 41)):
        spends.append((reader.take(32), reader.number(4)))
        scripts.append(reader.text())
        reader.take(4)
    pays = [(reader.number(8), reader.text()) for _ in range(_few(reader, 9))]
    if not spends or any(value >= 1 << 63 for value, _ in pays):
        raise _malformed(
            f"the transaction at byte {start} spends nothing or pays an impossible amount", reader.where
        )
    outer = reader.at
    if marked:
        for _ in spends:
            for _ in range(_few(reader, 1)):
                reader.text()
    locked = reader.take(4)
    body = reader.data[start : start + 4] + reader.data[inner:outer] + locked
    return _Raw(txid=sha256(sha256(body)), spends=tuple(spends), pays=tuple(pays), first_script=scripts[0])


def _few(reader: _Reader, size: int) -> int:
    count = reader.count()
    if count * size > len(reader.data) - reader.at:
        raise _malformed(f"it is cut off at byte {reader.at}", reader.where)
    return count


def _height(coinbase: _Raw, version: int) -> int | None:
    script = coinbase.first_script
    size = script[0] if script else 0
    if version < 2 or not 1 <= size <= 4 or len(script) <= size:
        return None
    return int.from_bytes(script[1 : 1 + size], "little")


def _target(bits: int) -> int:
    exponent, mantissa = bits >> 24, bits & 0x7FFFFF
    return mantissa << 8 * (exponent - 3) if exponent > 3 else mantissa >> 8 * (3 - exponent)


def _malformed(why: str, where: str) -> MalformedError:
    return MalformedError(
        "trace.block", f"no sound block: {why}", hint="fetch it again from a node of the network", where=where
    )
