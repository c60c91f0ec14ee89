"""What a ledger says that happened: transactions of chains with outputs, and transfers between accounts."""

import re
from dataclasses import dataclass

from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError

MOST_VALUE = (1 << 127) - 1
"""In the smallest unit of the asset. Nothing real comes near it; a text that does is refused."""
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


def require_value(value: int, *, where: str) -> int:
    """Return an amount in the smallest unit; raise MalformedError ``trace.value`` where it is none."""
    if not 0 <= value <= MOST_VALUE:
        raise MalformedError(
            "trace.value",
            "an amount is a whole number of the smallest unit, from 0 to 2^127 - 1",
            where=where,
        )
    return value


def require_hash(text: str, *, where: str) -> str:
    """Return a transaction id in small hexadecimal digits; raise MalformedError ``trace.hash``."""
    if not _HASH.fullmatch(text):
        raise MalformedError("trace.hash", "a transaction id has 64 hexadecimal digits", where=where)
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A payment to a script.

    Attributes:
        value: In the smallest unit.
        address: What the script pays to; ``script:`` and its SHA-256 where it has no address.
        kind: Kind of the address, e.g. ``p2wpkh``; ``bare`` or ``data`` where it has none.
    """

    value: int
    address: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """The spending of an earlier output.

    Attributes:
        tx: Id of the transaction that made the output.
        index: Its number there.
        output: The output itself, where the source tells it.
    """

    tx: str
    index: int
    output: Output | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """A transaction of a chain with outputs.

    Attributes:
        id: Its id, as explorers write it.
        height: Height of its block.
        position: Its place in the block, from 0.
        at: Time of the block, as its header says.
        inputs: What it spends, in order; empty for the one that makes new coins.
        outputs: What it pays, in order.
    """

    id: str
    height: int
    position: int
    at: Instant
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]

    @property
    def is_coinbase(self) -> bool:
        """Whether it makes new coins."""
        return not self.inputs

    def fee(self) -> int | None:
        """Return what is left to the miner; None where an input is not told, or it makes new coins.

        Raises:
            MalformedError: ``trace.fee``: it pays more than it spends.
        """
        if self.is_coinbase or any(one.output is None for one in self.inputs):
            return None
        spent = sum(one.output.value for one in self.inputs if one.output is not None)
        left = spent - sum(one.value for one in self.outputs)
        if left < 0:
            raise MalformedError("trace.fee", "a transaction pays more than it spends", where=self.id)
        return left


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A movement between two accounts.

    Attributes:
        id: Id of the transaction that it is part of.
        position: Its place in the block or the transaction, which orders those of one moment.
        at: Time of the block.
        sender: Address; empty for newly made coins.
        receiver: Address; empty for burnt ones.
        value: In the smallest unit.
    """

    id: str
    position: int
    at: Instant
    sender: str
    receiver: str
    value: int
