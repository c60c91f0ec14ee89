"""Sentences of a request for an asset, made from what its book says; an officer reads them first."""

from comity.node.freezeforms import FREEZING, POLICE, Texts
from comity.tracing.assets import BankedFact, TracedFact
from comity.tracing.frozen import Asset
from comity.wording.speech import say

_SHOWN = 6
_TXID = 64
_NO_MARKS = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))
"""Marks of direction belong to a page, not to a text that is signed. Basis: Unicode UAX #9"""


def freeze_texts(asset: Asset, *, kind: str, language: str, office: str = "") -> Texts:
    """Return the sentences of a request.

    Args:
        asset: What is to be frozen.
        kind: Code of the request kind.
        language: ``en``, ``fr`` or ``ar``; of the request, not of the page.
        office: Name of the office that asks; its id where it is empty.

    Basis: 50(3), 40(15)
    """
    told = _told(asset, language)

    def text(key: str) -> str:
        return say(f"freeze.text.{key}", language=language, parameters=told).translate(_NO_MARKS)

    way = {FREEZING: "freezing", POLICE: "police"}.get(kind, "tracing")
    thing = "coins" if asset.is_coin else "account"
    return Texts(
        language=language,
        office=office,
        assistance=text(f"assistance.{way}"),
        description=text(f"description.{way}.{thing}"),
        link=text(f"link.{thing}"),
        purpose=text("purpose"),
        urgency=text(f"urgency.{thing}"),
        secrecy=text("secrecy"),
    )


def order_text(asset: Asset, number: int, *, language: str) -> str:
    """Return the words of an order to a provider of one's own State: what to hold, till when, its key.

    Raises:
        KeyError: the book has no such order: a bug of the caller.

    Basis: 31(2), 24(2)
    """
    order = next((one for one in asset.orders if one.number == number), None)
    if order is None:
        raise KeyError(number)
    told = _told(asset, language) | {
        "provider": order.provider,
        "key": order.key,
        "until": order.until,
    }
    thing = "coins" if asset.is_coin else "account"
    return say(f"freeze.text.order.{thing}", language=language, parameters=told).translate(_NO_MARKS)


def _told(asset: Asset, language: str) -> dict[str, str | int]:
    """Return what the sentences need, as texts."""
    opening = asset.opening
    told: dict[str, str | int] = {
        "amount": asset.text(asset.clock.remaining),
        "found": asset.text(asset.clock.found),
        "at": asset.clock.looked_at,
    }
    if isinstance(opening, TracedFact):
        more = len(opening.addresses) - _SHOWN
        shown = ", ".join(opening.addresses[:_SHOWN]) + (f" (+{more})" if more > 0 else "")
        seeds = ", ".join(map(_seed, opening.seeds[:_SHOWN])) + (" …" if len(opening.seeds) > _SHOWN else "")
        told |= {
            "addresses": shown,
            "network": f"{opening.network} {opening.asset}".strip(),
            "seeds": seeds,
            "method": say(f"freeze.method.{opening.method}", language=language),
            "inputs": opening.inputs,
            "answer": opening.answer,
        }
    elif isinstance(opening, BankedFact):
        told |= {"account": opening.account, "bank": opening.bank, "reference": opening.reference}
    return told


def _seed(seed: str) -> str:
    """Return a seed as it is told: a transaction says that it is one."""
    return f"tx {seed}" if len(seed.partition(":")[0]) == _TXID else seed
