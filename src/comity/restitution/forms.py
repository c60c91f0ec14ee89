"""The form of each entry, and how what was written in it becomes the entry."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from comity.cases.blanks import Answer, Blank, filled
from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError
from comity.restitution.accounts import Kind
from comity.restitution.allotting import Method
from comity.restitution.amounts import parse_amount, unit_of
from comity.restitution.books import Books
from comity.restitution.entries import (
    ENTRIES,
    AnyEntry,
    ClaimKind,
    Held,
    Judged,
    Receiver,
    Ruling,
    Sent,
    Weighed,
)
from comity.restitution.moving import require_considered
from comity.restitution.paying import shares_of


def _text(name: str, *, needed: bool = True) -> Blank:
    return Blank(name=name, needed=needed)


def _one_of(name: str, kind: type[Any]) -> Blank:
    return Blank(name=name, answer=Answer.CHOICE, needed=True, choices=tuple(one.value for one in kind))


def _number(name: str, *, needed: bool = True) -> Blank:
    return Blank(name=name, answer=Answer.NUMBER, needed=needed)


_AMOUNT = Blank(name="amount", answer=Answer.AMOUNT, needed=True)
_AT = Blank(name="at", answer=Answer.TIME)
_DATED = Blank(name="dated", answer=Answer.TIME, needed=True)
_ASSET, _UNIT = _text("asset", needed=False), _text("unit", needed=False)
_DECIMALS, _REFERENCE = _number("decimals", needed=False), _text("reference")
_OF_ASSET = (_ASSET, _UNIT, _AMOUNT)

FORMS: dict[str, tuple[Blank, ...]] = {
    "asset.open": (
        _text("asset"), _text("unit"), _DECIMALS, _text("description"), _one_of("state", Held),
        _text("custodian"), _text("address", needed=False), _text("reference", needed=False), _AT,
    ),
    "asset.ruling": (
        _ASSET, _one_of("ruling", Ruling), _text("office"), _REFERENCE, _text("digest"), _AT,
    ),
    "money.in": (*_OF_ASSET, _text("source"), _REFERENCE, _AT),
    "money.cost": (*_OF_ASSET, _text("what"), _text("provision"), _REFERENCE, _AT),
    "money.loss": (*_OF_ASSET, _text("reason"), _text("reference", needed=False), _AT),
    "money.convert": (
        *_OF_ASSET, _text("into"), _DECIMALS, Blank(name="proceeds", answer=Answer.AMOUNT, needed=True),
        Blank(name="fee", answer=Answer.AMOUNT), _text("rate"), _text("source"), _DATED, _REFERENCE, _AT,
    ),
    "claim.lodge": (
        _text("claim"), _text("who"), _one_of("kind", ClaimKind), _text("unit"), _DECIMALS, _AMOUNT,
        _text("basis"), _ASSET, _AT,
    ),
    "claim.decide": (
        _text("claim"), _one_of("outcome", Judged), Blank(name="amount", answer=Answer.AMOUNT),
        Blank(name="elsewhere", answer=Answer.AMOUNT), _number("rank", needed=False), _text("reason"),
        _text("reference", needed=False), _AT,
    ),
    "claim.value": (
        _text("claim"), _text("unit"), _DECIMALS, _AMOUNT, _text("rate"), _text("source"), _DATED, _AT,
    ),
    "rule.choose": (
        _ASSET, _UNIT, _one_of("method", Method), _text("decided_by"), _text("reason"),
        _text("reference", needed=False), _AT,
    ),
    "money.distribute": (*_OF_ASSET, _AT),
    "claim.settle": (_text("claim"), *_OF_ASSET, _REFERENCE, _AT),
    "pay.send": (_text("claim"), _ASSET, _UNIT, Blank(name="amount", answer=Answer.AMOUNT), _REFERENCE, _AT),
    "pay.end": (_number("payment"), _one_of("outcome", Sent), _REFERENCE, _AT),
    "victim.consider": (_text("who"), _one_of("outcome", Weighed), _text("decided_by"), _text("reason"), _AT),
    "victim.search": (_text("where"), _text("how"), _text("decided_by"), _AT),
    "money.share": (*_OF_ASSET, _one_of("receiver", Receiver), _text("to"), _text("agreement"), _AT),
    "money.return": (
        *_OF_ASSET, _text("to"),
        Blank(name="meant_for", answer=Answer.CHOICE, needed=True, choices=("victim", "owner")),
        _text("request"), _REFERENCE, _AT,
    ),
    "correct": (_number("line"), _text("reason"), _AT),
}  # fmt: skip
"""What each entry asks; what can be told from the ledger may be left empty."""

_OF_INTO = ("proceeds", "fee")
_PRINCIPAL_ASSET = ("claim.lodge",)
"""Entries in which no asset means all of the case."""


def entry_of(
    name: str,
    values: Mapping[str, str],
    books: Books,
    *,
    now: Instant,
    others: Collection[str] = (),
) -> AnyEntry:
    """Return the entry that a filled form makes, with what follows from the ledger filled in.

    Args:
        name: One of ``FORMS``.
        values: Name and text of each answer; amounts in the main unit, such as ``1250.50``.
        books: The ledger before it.
        now: When it happened, where the form does not say.
        others: Victims whom the ledger does not know; only ``money.share`` asks.

    Raises:
        MalformedError: ``restitution.entry``, ``restitution.form``, ``restitution.amount``, ``blank.…``.
        NotFoundError, ConflictError: what it needs of the ledger is not there.
    """
    if name not in FORMS:
        raise MalformedError(
            "restitution.entry",
            f"{name[:40]!r} is no entry",
            hint="entries are " + ", ".join(FORMS),
            where="entry",
        )
    form = FORMS[name]
    told = filled(form, values)
    told.setdefault("at", int(now))
    asked = {one.name for one in form}
    _from_ledger(name, told, asked, books)
    _in_units(name, told, asked, books)
    if name == "money.distribute":
        _share_out(told, books)
    if name == "money.share":
        require_considered(books, others)
        told["considered"] = {who: line for who, (line, _) in sorted(books.considered.items())}
        told["search"] = 0 if books.considered else max(books.searches, default=0)
    return _built(name, told)


def _built(name: str, told: dict[str, Any]) -> AnyEntry:
    try:
        return msgspec.convert(told, ENTRIES[name])
    except (msgspec.ValidationError, ValueError) as exc:
        raise MalformedError(
            "restitution.form",
            f"this is no entry {name}: {exc}",
            hint=f"'comity restitution form {name}' tells what it asks",
            where=str(exc).rpartition("`$.")[2].rstrip("`") or name,
        ) from exc


def _from_ledger(name: str, told: dict[str, Any], asked: set[str], books: Books) -> None:
    """Fill in the asset and the unit where there is only one, and the amount that waits for a payment."""
    if "asset" in asked and "asset" not in told and name not in _PRINCIPAL_ASSET:
        told["asset"] = only(tuple(books.assets), "asset")
    if name in ("claim.decide", "pay.end"):
        return
    if "unit" in asked and "unit" not in told:
        told["unit"] = only(tuple(books.units), "unit")
    if name == "pay.send" and "amount" not in told:
        waiting = books.balance(told["asset"], told["unit"], Kind.OWED, told["claim"])
        if not waiting:
            raise MalformedError(
                "restitution.amount", "nothing waits to be paid on this claim", where="claim"
            )
        told["amount"] = waiting


def only(names: tuple[str, ...], what: str) -> str:
    """Return the only name; raise MalformedError ``blank.missing`` where there are none, or several."""
    if len(names) != 1:
        raise MalformedError(
            "blank.missing",
            f"the case has {len(names)} of them, so it has to be said which {what}",
            where=what,
        )
    return names[0]


def _in_units(name: str, told: dict[str, Any], asked: set[str], books: Books) -> None:
    """Bring amounts to the smallest unit; say how many decimals a unit has that comes new."""
    if name == "claim.decide":
        own = books.claim(told["claim"]).unit
        for member in ("amount", "elsewhere"):
            if member in told:
                told[member] = str(parse_amount(told[member], own, where=member))
        return
    code = told.get("unit")
    if code is None:
        return
    into = told.get("into")
    fresh = into if into is not None else code
    if "decimals" in asked:
        known = books.units.get(fresh)
        told["decimals"] = (
            known if known and "decimals" not in told else unit_of(fresh, told.get("decimals"))
        ).decimals
    unit = unit_of(code, told["decimals"]) if "decimals" in asked and into is None else books.unit(code)
    target = unit if into is None else unit_of(into, told["decimals"])
    for member in ("amount", *_OF_INTO):
        value = told.get(member)
        if isinstance(value, str):
            value = parse_amount(value, target if member in _OF_INTO else unit, where=member)
        if value is not None:
            told[member] = str(value)


def _share_out(told: dict[str, Any], books: Books) -> None:
    """Reckon the shares by the newest rule that was chosen for the asset in the unit."""
    chosen = [
        line for line, one in books.rules.items() if (one.asset, one.unit) == (told["asset"], told["unit"])
    ]
    told["rule"] = max(chosen, default=0)
    shares = shares_of(books, told["rule"], int(told["amount"]))
    told["shares"] = {name: str(share) for name, share in sorted(shares.items())}
