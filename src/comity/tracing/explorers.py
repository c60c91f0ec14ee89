"""Transactions as programs tell them: the JSON of Esplora and of Bitcoin Core."""

import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from comity.kernel.clock import SECOND, Instant, require_instant
from comity.kernel.errors import MalformedError
from comity.tracing.addresses.ports import Primitives
from comity.tracing.scripts import output_of, require_network
from comity.tracing.transactions import Input, Output, Transaction, require_hash, require_value

_COIN = 100_000_000
_MOST_DIGITS = 30
_ANCHORED = ("height", "time", "tx")


def read_json(data: bytes, *, network: str, primitives: Primitives, where: str = "") -> Iterator[Transaction]:
    """Yield the transactions of a file: a transaction or a list of them as Esplora tells it, or a block as
    Bitcoin Core tells it (``getblock`` with verbosity 2 or 3).

    Amounts in coins are read as decimal numbers, never as binary ones.

    Raises:
        MalformedError: ``trace.json``, ``trace.value``, ``trace.hash``, ``trace.network``.
    """
    require_network(network)
    value = _parsed(data, where)
    reader = _Json(network, where, primitives)
    if isinstance(value, dict) and all(name in value for name in _ANCHORED):
        yield from reader.core_block(value)
        return
    for position, one in enumerate(value if isinstance(value, list) else [value]):
        reader.at(position)
        yield reader.esplora(one, position)


def _parsed(data: bytes, where: str) -> Any:
    try:
        return json.loads(data, parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_once)
    except json.JSONDecodeError as exc:
        place = f"{where}, line {exc.lineno}, column {exc.colno}"
        raise _malformed("it is not JSON", place) from exc
    except _TwiceError as exc:
        raise _malformed(f"a member is told twice: {str(exc)[:40]!r}", where) from exc
    except (ValueError, RecursionError) as exc:
        raise _malformed("it is not JSON, or holds a number or a depth that no ledger has", where) from exc


class _TwiceError(ValueError):
    pass


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object whose members each stand there once; two readers take different ones of two."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise _TwiceError(next(name for name in names if names.count(name) > 1))
    return found


class _Json:
    def __init__(self, network: str, where: str, primitives: Primitives) -> None:
        self._primitives = primitives
        self._network = network
        self._file = self._where = where

    def at(self, position: int) -> None:
        """Say which transaction is read, for errors."""
        self._where = f"{self._file}, transaction {position + 1}"

    def core_block(self, block: Mapping[str, Any]) -> Iterator[Transaction]:
        height, at = self._whole(block, "height"), self._time(block, "time")
        for position, one in enumerate(self._rows(block, "tx")):
            self.at(position)
            if not isinstance(one, dict):
                raise _malformed("the block names its transactions without telling them", self._where)
            rows = self._spent(one, lambda row: "coinbase" in row)
            made = Transaction(
                id=self._hash(one, "txid"),
                height=height,
                position=position,
                at=at,
                inputs=tuple(self._core_input(row) for row in rows),
                outputs=tuple(self._core_output(row) for row in self._made(one)),
            )
            yield self._with_fee(made, self._coins(one["fee"]) if "fee" in one else None)

    def esplora(self, one: Any, position: int) -> Transaction:
        if not isinstance(one, dict) or not isinstance(one.get("status"), dict):
            raise _malformed("a transaction is missing its status", self._where)
        status = one["status"]
        if status.get("confirmed") is not True:
            raise _malformed(f"transaction {str(one.get('txid'))[:64]} is not in a block yet", self._where)
        rows = self._spent(one, lambda row: row.get("is_coinbase") is True)
        made = Transaction(
            id=self._hash(one, "txid"),
            height=self._whole(status, "block_height"),
            position=position,
            at=self._time(status, "block_time"),
            inputs=tuple(self._esplora_input(row) for row in rows),
            outputs=tuple(self._esplora_output(row) for row in self._made(one)),
        )
        return self._with_fee(made, self._whole(one, "fee") if "fee" in one else None)

    def _with_fee(self, made: Transaction, told: int | None) -> Transaction:
        """Return a transaction whose fee, where it is told, is what its sums leave."""
        spent = [one.output.value for one in made.inputs if one.output is not None]
        if told is not None and spent and len(spent) == len(made.inputs):
            left = sum(spent) - sum(one.value for one in made.outputs)
            if left >= 0 and left != told:  # one that pays more than it spends is refused by its own name
                raise _malformed("the fee is not what the sums of the transaction leave", self._where)
        return made

    def _spent(self, one: Mapping[str, Any], makes: Callable[[Mapping[str, Any]], bool]) -> list[Any]:
        """Return what a transaction spends; nothing where it makes new coins, which it then says alone."""
        rows = self._rows(one, "vin")
        made = [row for row in rows if makes(row)]
        if not rows or (made and len(rows) > 1):
            raise _malformed("a transaction spends nothing, or makes coins beside", self._where)
        return [] if made else rows

    def _made(self, one: Mapping[str, Any]) -> list[Any]:
        rows = self._rows(one, "vout")
        if any(row.get("n", nr) != nr for nr, row in enumerate(rows)):
            raise _malformed("outputs are not told in their order", self._where)
        return rows

    def _core_input(self, row: Mapping[str, Any]) -> Input:
        told = row.get("prevout")
        output = self._core_output(told) if isinstance(told, dict) else None
        return Input(tx=self._hash(row, "txid"), index=self._whole(row, "vout"), output=output)

    def _core_output(self, row: Mapping[str, Any]) -> Output:
        script = row.get("scriptPubKey")
        if not isinstance(script, dict):
            raise _malformed("an output is missing its script", self._where)
        return self._output(script.get("hex"), self._coins(row.get("value")))

    def _esplora_input(self, row: Mapping[str, Any]) -> Input:
        told = row.get("prevout")
        output = self._esplora_output(told) if isinstance(told, dict) else None
        return Input(tx=self._hash(row, "txid"), index=self._whole(row, "vout"), output=output)

    def _esplora_output(self, row: Mapping[str, Any]) -> Output:
        return self._output(row.get("scriptpubkey"), self._whole(row, "value"))

    def _output(self, script: object, value: int) -> Output:
        try:
            raw = bytes.fromhex(script) if isinstance(script, str) else None
        except ValueError:
            raw = None
        if raw is None:
            raise _malformed("a script is not hexadecimal digits", self._where)
        return output_of(
            raw,
            require_value(value, where=self._where),
            network=self._network,
            primitives=self._primitives,
        )

    def _coins(self, value: object) -> int:
        number = Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
        if number is not None and (number.is_zero() or -_MOST_DIGITS < number.adjusted() < _MOST_DIGITS):
            numerator, denominator = number.as_integer_ratio()
            whole, rest = divmod(numerator * _COIN, denominator)
            if not rest:
                return whole
        raise _malformed("an amount is no number of coins with eight decimals", self._where)

    def _rows(self, owner: Mapping[str, Any], name: str) -> list[Any]:
        rows = owner.get(name)
        if not isinstance(rows, list) or (name != "tx" and not all(isinstance(row, dict) for row in rows)):
            raise _malformed(f"{name} is no list", self._where)
        return rows

    def _whole(self, owner: Mapping[str, Any], name: str) -> int:
        value = owner.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 63:
            raise _malformed(f"{name} is no whole number", self._where)
        return value

    def _time(self, owner: Mapping[str, Any], name: str) -> Instant:
        return require_instant(self._whole(owner, name) * SECOND, where=self._where)

    def _hash(self, owner: Mapping[str, Any], name: str) -> str:
        return require_hash(str(owner.get(name)), where=self._where)


def _refuse(text: str) -> object:
    raise ValueError(text)


def _malformed(why: str, where: str) -> MalformedError:
    return MalformedError(
        "trace.json",
        f"no transactions as Esplora or Bitcoin Core tell them: {why}",
        hint="take GET /api/tx/TXID, /api/block/ID/txs, or getblock ID 3",
        where=where,
    )
