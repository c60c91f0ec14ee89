"""What may be said about a text that claims to be an address."""

from dataclasses import dataclass

BITCOIN = "bitcoin"
LITECOIN = "litecoin"
DOGECOIN = "dogecoin"
BITCOIN_CASH = "bitcoin-cash"
BITCOIN_SV = "bitcoin-sv"
BITCOIN_GOLD = "bitcoin-gold"
DASH = "dash"
ZCASH = "zcash"
TRON = "tron"
XRP = "xrp"
STELLAR = "stellar"
SOLANA = "solana"
MONERO = "monero"
CARDANO = "cardano"
TON = "ton"
EVM = (
    "ethereum",
    "ethereum-classic",
    "bnb-smart-chain",
    "polygon",
    "arbitrum",
    "optimism",
    "base",
    "avalanche",
    "gnosis",
)
"""Chains that run the Ethereum Virtual Machine share addresses: one key holds the same address on each."""
CHAINS = (
    BITCOIN,
    LITECOIN,
    DOGECOIN,
    BITCOIN_CASH,
    BITCOIN_SV,
    BITCOIN_GOLD,
    DASH,
    ZCASH,
    TRON,
    XRP,
    STELLAR,
    SOLANA,
    MONERO,
    CARDANO,
    TON,
    *EVM,
)
"""Every network whose coins are worth something."""

TESTS = ("testnet", "signet", "regtest", "stagenet")
"""Endings of the names of networks whose coins are worth nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A form that a text fulfils.

    Attributes:
        networks: The networks on which it is an address, the main ones first.
        kind: What it stands for, e.g. ``p2wpkh`` or ``account``.
        form: How it is written: ``base58check``, ``bech32``, ``bech32m``, ``cashaddr``, ``hex`` …
        address: The address in its usual spelling.
        checked: Whether the text carries a checksum that holds; without one a slip of the pen is not seen.
    """

    networks: tuple[str, ...]
    kind: str
    form: str
    address: str
    checked: bool = True

    def __post_init__(self) -> None:
        """Refuse a fit of nothing."""
        if not self.networks or not self.kind or not self.address:
            raise ValueError("a fit names its networks, its kind and its address")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a text is no address of the form that it resembles most.

    Attributes:
        reason: Stable code; ``address.reason.<code>`` are its words, ``address.mend.<code>`` what would help.
        form: The form that it resembles.
        place: Which letter is meant, counted from 1; 0 where it is the whole. The right letter is never told:
            a person reads it again where it was written.
    """

    reason: str
    form: str = ""
    place: int = 0


REASONS = (
    "alphabet",
    "case",
    "checksum",
    "empty",
    "encoding",
    "hash",
    "length",
    "letter",
    "network",
    "padding",
    "secret",
    "swapped",
    "unknown",
    "version",
)
"""Every reason there is, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressCheck:
    """What a text is.

    Attributes:
        value: The text as it was given; empty where it is a secret, which is not repeated.
        valid: Whether it is an address.
        networks: Every network on which it is one.
        kind: What it stands for; empty where it is none.
        form: How it is written, or what it resembles.
        address: The usual spelling of the address; empty where it is none.
        checked: Whether it carries a checksum that holds.
        reason: Why it is none, one of :data:`REASONS`; empty where it is one.
        place: The letter meant, from 1; 0 where it is the whole.
    """

    value: str
    valid: bool
    networks: tuple[str, ...] = ()
    kind: str = ""
    form: str = ""
    address: str = ""
    checked: bool = False
    reason: str = ""
    place: int = 0
