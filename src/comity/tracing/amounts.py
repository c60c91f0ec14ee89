"""Amounts as people read them: exact decimal numbers of coins."""

_UNITS: dict[str, tuple[str, int]] = {
    "bitcoin": ("BTC", 8),
    "bitcoin-testnet": ("tBTC", 8),
    "bitcoin-signet": ("sBTC", 8),
    "bitcoin-regtest": ("rBTC", 8),
    "litecoin": ("LTC", 8),
    "dogecoin": ("DOGE", 8),
    "ethereum": ("ETH", 18),
    "ethereum-classic": ("ETC", 18),
    "bnb-smart-chain": ("BNB", 18),
    "polygon": ("POL", 18),
    "arbitrum": ("ETH", 18),
    "optimism": ("ETH", 18),
    "base": ("ETH", 18),
    "avalanche": ("AVAX", 18),
    "gnosis": ("xDAI", 18),
    "tron": ("TRX", 6),
}


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
    whole, rest = divmod(amount, 10**decimals)
    digits = f"{rest:0{decimals}d}".rstrip("0")
    return f"{whole}.{digits} {unit}" if digits else f"{whole} {unit}"


def unit_of(network: str, asset: str = "") -> tuple[str, int]:
    """Return the name of a coin and its decimals; an empty name for a token, whose decimals are not known."""
    return ("", 0) if asset else _UNITS.get(network, ("", 0))
