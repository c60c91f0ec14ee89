"""Amounts as people read them: exact decimal numbers of coins."""

from comity.kernel.amounts import coin_decimals, decimal_text

_COINS = {
    "bitcoin": "BTC",
    "litecoin": "LTC",
    "dogecoin": "DOGE",
    "ethereum": "ETH",
    "ethereum-classic": "ETC",
    "bnb-smart-chain": "BNB",
    "polygon": "POL",
    "arbitrum": "ETH",
    "optimism": "ETH",
    "base": "ETH",
    "avalanche": "AVAX",
    "gnosis": "xDAI",
    "tron": "TRX",
}
_OF_TESTS = {"bitcoin-testnet": "tBTC", "bitcoin-signet": "sBTC", "bitcoin-regtest": "rBTC"}


def amount_text(amount: int, *, network: str, asset: str = "") -> str:
    """Return an amount with its unit, e.g. ``0.5 BTC``; in smallest units where the unit is not known.

    Args:
        amount: In the smallest unit.
        network: The chain.
        asset: A token of it, whose decimals are not known here; empty for its own coin.
    """
    unit, decimals = unit_of(network, asset)
    if not decimals:
        return f"{amount} {asset[:10]}".strip()
    return f"{decimal_text(amount, decimals)} {unit}"


def unit_of(network: str, asset: str = "") -> tuple[str, int]:
    """Return the name of a coin and its decimals; an empty name for a token, whose decimals are not known."""
    if asset:
        return "", 0
    if network in _OF_TESTS:
        return _OF_TESTS[network], coin_decimals("BTC") or 0
    unit = _COINS.get(network, "")
    return unit, coin_decimals(unit) or 0
