"""How a file of transactions becomes part of a ledger: told by its form, checked, taken in once."""

from collections.abc import Iterator
from dataclasses import replace

from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError
from comity.tracing.addresses.networks import CHAINS
from comity.tracing.addresses.ports import Primitives
from comity.tracing.blocks import Block, parse_block, split_blocks
from comity.tracing.explorers import read_json
from comity.tracing.ports import ACCOUNTS, OUTPUTS, Ledger, Ledgers, Source
from comity.tracing.scripts import NETWORKS
from comity.tracing.transactions import Transaction

TABLES = (".csv", ".tsv", ".csv.gz", ".parquet")
"""Endings of tables of transfers; everything else is blocks or JSON, told by how it begins."""
_HEX = frozenset(b"0123456789abcdefABCDEF \r\n")


def take_in(
    files: Ledgers,
    ledger: Ledger,
    path: str,
    *,
    primitives: Primitives,
    network: str,
    asset: str,
    at: Instant,
    officer: str,
) -> Source:
    """Take a file into a ledger, whole or not at all.

    Args:
        files: Reads it.
        ledger: Takes it.
        path: The file.
        primitives: The libraries behind addresses.
        network: Of the ledger; empty for what the file or the ledger says, else ``bitcoin``.
        asset: Contract of a token, for tables that name one in each row; empty for all rows.
        at: Now.
        officer: Who takes it in.

    Raises:
        ConflictError: ``trace.other``, ``trace.fork``.
        MalformedError: ``trace.block``, ``trace.json``, ``trace.table``, ``trace.value``, ``trace.network`` …
    """
    digest, size = files.digest(path)
    name = path.replace("\\", "/").rpartition("/")[2]
    known = ledger.contents().network
    table = name.lower().endswith(TABLES)

    def source(form: str) -> Source:
        return Source(
            digest=digest, name=name, form=form, size=size, at=at, officer=officer, fresh=0, known=0
        )

    if table:
        _require_chain(network)
        ledger.begin(network=network or known or "ethereum", asset=asset, model=ACCOUNTS)
        return ledger.take_transfers(path, source=source("transfers"))
    data = files.read(path)
    if data[:1000].lstrip()[:1] in (b"{", b"["):
        chosen = network or known or NETWORKS[0]
        ledger.begin(network=chosen, asset="", model=OUTPUTS)
        return ledger.take(
            read_json(data, network=chosen, primitives=primitives, where=name), source=source("json")
        )
    blocks = _blocks(data, network=network, primitives=primitives, name=name)
    chosen = network or (blocks[0][0] if blocks else "")
    if not blocks or any(_differs(found, chosen) for found, _ in blocks):
        raise MalformedError(
            "trace.block", "no sound block: the file holds none, or those of several networks", where=name
        )
    ledger.begin(network=chosen, asset="", model=OUTPUTS)
    return ledger.take(_placed(ledger, [block for _, block in blocks]), source=source("blocks"))


def _blocks(data: bytes, *, network: str, primitives: Primitives, name: str) -> list[tuple[str, Block]]:
    """Return the blocks of a file, each with the network that its magic tells."""
    blocks = []
    for nr, (found, raw) in enumerate(split_blocks(_bytes(data, name), where=name), start=1):
        where = f"{name}, block {nr}"
        block = parse_block(raw, network=network or found, primitives=primitives, where=where)
        blocks.append((found, block))
    return blocks


def _bytes(data: bytes, name: str) -> bytes:
    """Return blocks as bytes, where they are written as hexadecimal digits."""
    if not data or not set(data) <= _HEX:
        return data
    try:
        return bytes.fromhex(data.decode("ascii"))
    except ValueError as exc:
        raise MalformedError(
            "trace.block", "no sound block: hexadecimal digits come in pairs", where=name
        ) from exc


def _require_chain(network: str) -> None:
    if network and network not in CHAINS:
        raise MalformedError(
            "trace.network",
            f"{network[:40]!r} is no network that is known here",
            hint="networks are " + ", ".join(CHAINS),
            where="network",
        )


def _differs(found: str, chosen: str) -> bool:
    """Tell whether a block is of another network; a bare one does not say of which it is."""
    return found not in (chosen, NETWORKS[0])


def _placed(ledger: Ledger, blocks: list[Block]) -> Iterator[Transaction]:
    """Yield the transactions of blocks with their heights, which old blocks do not say themselves."""
    for block in blocks:
        height = ledger.place(block.id, previous=block.previous, height=block.height)
        yield from (replace(one, height=height) for one in block.transactions)
