"""Tags: who somebody says an address belongs to. None without source and confidence; none proves anything.

The form is the TagPack of GraphSense, so that what is exchanged here is exchanged with everybody.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields

from comity.kernel.clock import Instant
from comity.kernel.digests import sha256

CONFIDENCES = (
    "override",
    "ownership",
    "ledger_immanent",
    "manual_transaction",
    "service_api",
    "forensic_investigation",
    "authority_data",
    "trusted_provider",
    "service_data",
    "forensic",
    "untrusted_transaction",
    "web_crawl",
    "heuristic",
)
"""Levels of confidence, the surest first. ``unknown`` is none: such a tag is refused."""
CONCEPTS = frozenset(
    "abuse account_hack atm behaviour child_sexual_abuse coinjoin cold_wallet collectible concept "
    "counterfeit dark_web data_breach defi defi_bridge defi_custody defi_dao defi_derivative defi_dex "
    "defi_dex_pair defi_lending defi_staking defi_token donation drugs entity escrow_wallet exchange exploit "
    "extortion extremism faucet filesharing financial_crime forum_mention gambling gray_usage hacking "
    "hosting hot_wallet human_trafficking ico_wallet index investment_fraud item malware market mention "
    "messaging_service miner mining_service mixing mixing_service money_laundering murder nameservice "
    "organization payment_card_fraud payment_processor perpetrator phishing ponzi_scheme pyramid_scheme "
    "ransomware sanction scam search_engine service service_hack sextortion sexual_abuse shop "
    "social_engineering source terrorism terrorism_financing torture unknown user victim violence vpn "
    "wallet_service warm_wallet weapons website_mention white_usage".split()
)
"""Concepts of the taxonomy that packs use. A tag keeps another one; an exported pack says it in words."""
TAG_KINDS = ("actor", "event", "mention")
SERVICES = frozenset(
    "atm defi defi_bridge defi_dex escrow_wallet exchange faucet gambling hosting hot_wallet market "
    "mining_service mixing_service payment_processor service shop vpn wallet_service".split()
)
"""Categories of those who may be asked, because they keep accounts for others."""
NETWORKS: dict[str, str] = {
    "BTC": "bitcoin",
    "BCH": "bitcoin-cash",
    "BSV": "bitcoin-sv",
    "BTG": "bitcoin-gold",
    "LTC": "litecoin",
    "DOGE": "dogecoin",
    "DASH": "dash",
    "ZEC": "zcash",
    "ETH": "ethereum",
    "ETC": "ethereum-classic",
    "BSC": "bnb-smart-chain",
    "MATIC": "polygon",
    "ARB": "arbitrum",
    "OP": "optimism",
    "BASE": "base",
    "AVAX": "avalanche",
    "XDAI": "gnosis",
    "TRX": "tron",
    "XRP": "xrp",
    "XMR": "monero",
    "SOL": "solana",
    "XLM": "stellar",
    "ADA": "cardano",
    "TON": "ton",
}
"""Codes of networks in packs. Where a pack names no network, the currency stands for its own; others, such as
USDT, run on several, and the address tells."""
COINS = {"BSC": "BNB", "ARB": "ETH", "OP": "ETH", "BASE": "ETH"}
"""The coin of a network, where its code is another one."""


MOST_TOLD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """What somebody says of an address.

    Attributes:
        address: In its usual spelling.
        currency: As the pack says, e.g. ``BTC``.
        network: On which the address holds.
        label: Whose it is, in words.
        source: Where that is published, or how it is known.
        creator: Who says it.
        confidence: One of :data:`CONFIDENCES`.
        category: Concept of the INTERPOL taxonomy that GraphSense uses; may be empty.
        abuse: Concept of abuse; may be empty.
        actor: Code of an actor; may be empty.
        lastmod: Day on which it was last changed, ``YYYY-MM-DD``; may be empty.
        title: Of its pack.
        concepts: Further concepts, in order, with blanks between them; may be empty.
        kind: One of :data:`TAG_KINDS`; may be empty.
        definer: ``yes`` or ``no``: whether its creator says that it holds for a whole cluster; may be empty.
        context: What else its creator says; may be empty.
    """

    address: str
    currency: str
    network: str
    label: str
    source: str
    creator: str
    confidence: str
    category: str = ""
    abuse: str = ""
    actor: str = ""
    lastmod: str = ""
    title: str = ""
    concepts: str = ""
    kind: str = ""
    definer: str = ""
    context: str = ""

    @property
    def key(self) -> str:
        """What names the tag: the same statement by the same creator is the same tag, whoever brings it."""
        told = (self.address, self.currency, self.label, self.source, self.creator)
        return sha256("\n".join(told).encode()).hex()

    @property
    def told(self) -> str:
        """What the book of an asset says of it: whose, how sure, and from where."""
        return f"{self.label} ({self.confidence}, {self.source})"[:MOST_TOLD]

    @property
    def is_service(self) -> bool:
        """Whether it names somebody who may be asked."""
        return self.category in SERVICES or not SERVICES.isdisjoint(self.concepts.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A tag that was retracted. It counts no more, and what was said is not forgotten.

    Attributes:
        tag: The tag.
        at: When.
        why: Why.
        by: Who: the officer, or whoever made the pack of retractions.
    """

    tag: Tag
    at: Instant
    why: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaned:
    """An answer that leaned on tags, and those of them that were retracted since.

    Attributes:
        answer: Digest of the report or of the paths.
        kind: ``report`` or ``path``.
        ledger: Name of the ledger that was asked.
        at: When.
        tags: How many tags it leaned on.
        gone: Those that were retracted since.
    """

    answer: str
    kind: str
    ledger: str
    at: Instant
    tags: int
    gone: tuple[Gone, ...]


def tag_of(row: Mapping[str, str]) -> Tag:
    """Return a tag from its stored members."""
    return Tag(**{one.name: row[one.name] for one in fields(Tag)})


def conflicts(tags: Iterable[Tag]) -> Iterator[tuple[str, tuple[Tag, ...]]]:
    """Yield the addresses of which different things are said, with everything that is said of them."""
    by_address: dict[str, list[Tag]] = {}
    for tag in tags:
        by_address.setdefault(tag.address, []).append(tag)
    for address, said in by_address.items():
        if len({tag.label.casefold() for tag in said}) > 1:
            yield address, tuple(said)
