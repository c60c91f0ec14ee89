"""Tags: who somebody says an address belongs to. None without source and confidence; none proves anything.

The form is the TagPack of GraphSense, so that what is exchanged here is exchanged with everybody.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date

from comity.kernel.digests import sha256
from comity.kernel.errors import MalformedError
from comity.tracing.addresses.checking import check_address
from comity.tracing.addresses.ports import Primitives

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
    "TRX": "tron",
    "XRP": "xrp",
    "XMR": "monero",
    "SOL": "solana",
    "XLM": "stellar",
    "ADA": "cardano",
    "TON": "ton",
}
"""The network of a currency, where it has one of its own. Others, such as USDT, run on several."""
MOST_TAGS = 200_000
_MOST_TEXT = 2000
_CURRENCY = re.compile(r"[A-Z0-9]{2,12}", re.ASCII)


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

    @property
    def key(self) -> str:
        """What names the tag: the same statement by the same creator is the same tag, whoever brings it."""
        told = (self.address, self.currency, self.label, self.source, self.creator)
        return sha256("\n".join(told).encode()).hex()

    @property
    def is_service(self) -> bool:
        """Whether it names somebody who may be asked."""
        return self.category in SERVICES


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A tag that is not taken.

    Attributes:
        place: Its place in the pack, from 1.
        address: As written.
        reason: ``source``, ``confidence``, ``label``, ``currency``, ``lastmod``, or a reason why the address
            is none, with ``address.`` in front.
    """

    place: int
    address: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What a pack says.

    Attributes:
        title: Its title.
        creator: Who made it.
        tags: Those that are taken.
        refused: Those that are not.
        moved: Tags whose address is of another network than the pack says, by address: they are filed under
            the network of the address.
    """

    title: str
    creator: str
    tags: tuple[Tag, ...]
    refused: tuple[Refused, ...]
    moved: Mapping[str, str]


def read_pack(told: object, *, primitives: Primitives, confidence: str = "", where: str = "") -> Pack:
    """Return what a pack says.

    Args:
        told: The pack as parsed: mappings, lists, texts, dates, numbers.
        primitives: The libraries behind addresses.
        confidence: Given by the officer for tags that state none; empty refuses them.
        where: Named in errors.

    Raises:
        MalformedError: ``tag.pack``: no pack; ``tag.confidence``: no such level.
    """
    if confidence and confidence not in CONFIDENCES:
        raise MalformedError(
            "tag.confidence",
            f"{confidence[:40]!r} is no level of confidence",
            hint="levels are " + ", ".join(CONFIDENCES),
            where="confidence",
        )
    if not isinstance(told, dict) or not isinstance(told.get("tags"), list):
        raise MalformedError("tag.pack", "a tag pack is a mapping with a list of tags", where=where)
    title, creator = _text(told, "title"), _text(told, "creator")
    if not title or not creator or not told["tags"] or len(told["tags"]) > MOST_TAGS:
        raise MalformedError(
            "tag.pack", f"a tag pack has a title, a creator and 1 to {MOST_TAGS} tags", where=where
        )
    tags: dict[str, Tag] = {}
    refused, moved = [], {}
    for place, row in enumerate(told["tags"], start=1):
        body = (
            {**told, "confidence": told.get("confidence") or confidence, **row}
            if isinstance(row, dict)
            else {}
        )
        one = _read(body, place, title=title, creator=creator, primitives=primitives)
        if isinstance(one, Refused):
            refused.append(one)
            continue
        tags.setdefault(one.key, one)
        if NETWORKS.get(one.currency, one.network) != one.network:
            moved[one.address] = one.network
    return Pack(title=title, creator=creator, tags=tuple(tags.values()), refused=tuple(refused), moved=moved)


def pack_of(tags: Iterable[Tag], *, title: str, creator: str) -> dict[str, object]:
    """Return tags as a pack that others read.

    Creators of single tags stay in their context; a pack has one creator, who answers for publishing it.
    """
    rows = []
    for tag in tags:
        row: dict[str, object] = {
            "address": tag.address,
            "currency": _currency(tag),
            "network": _currency(tag) if tag.network in NETWORKS.values() else tag.currency,
            "label": tag.label,
            "source": tag.source,
            "confidence": tag.confidence,
        }
        for name in ("category", "abuse", "actor"):
            if value := getattr(tag, name):
                row[name] = value
        if tag.lastmod:
            row["lastmod"] = date.fromisoformat(tag.lastmod)
        if tag.creator != creator:
            row["context"] = f"said by {tag.creator}"
        rows.append(row)
    return {"title": title, "creator": creator, "tags": rows}


def tag_of(row: Mapping[str, str]) -> Tag:
    """Return a tag from its stored members."""
    return Tag(**{one.name: row[one.name] for one in fields(Tag)})


def _currency(tag: Tag) -> str:
    """Return the currency of the network, so that a tag filed wrongly is passed on rightly."""
    if NETWORKS.get(tag.currency, tag.network) == tag.network:
        return tag.currency
    return next(code for code, network in NETWORKS.items() if network == tag.network)


def _read(
    row: Mapping[str, object], place: int, *, title: str, creator: str, primitives: Primitives
) -> Tag | Refused:
    address, currency = _text(row, "address"), _text(row, "currency").upper()
    for name in ("source", "label", "confidence"):
        value = _text(row, name)
        if not value or (name == "confidence" and value not in CONFIDENCES):
            return Refused(place=place, address=address, reason=name)
    if not _CURRENCY.fullmatch(currency):
        return Refused(place=place, address=address, reason="currency")
    day = _day(row.get("lastmod"))
    if day is None:
        return Refused(place=place, address=address, reason="lastmod")
    found = check_address(address, primitives=primitives)
    if not found.valid:
        return Refused(
            place=place, address=found.value[:100] and address[:100], reason=f"address.{found.reason}"
        )
    wanted = NETWORKS.get(currency, found.networks[0])
    return Tag(
        address=found.address,
        currency=currency,
        network=wanted if wanted in found.networks else found.networks[0],
        label=_text(row, "label"),
        source=_text(row, "source"),
        creator=_text(row, "creator") or creator,
        confidence=_text(row, "confidence"),
        category=_text(row, "category"),
        abuse=_text(row, "abuse"),
        actor=_text(row, "actor"),
        lastmod=day,
        title=title,
    )


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    return value.strip()[:_MOST_TEXT] if isinstance(value, str) else ""


def _day(value: object) -> str | None:
    """Return a day as text; empty where none is told, None where it is no day."""
    if value is None or value == "":
        return ""
    if isinstance(value, date):
        return value.isoformat()[:10]
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError:
        return None


def conflicts(tags: Iterable[Tag]) -> Iterator[tuple[str, tuple[Tag, ...]]]:
    """Yield the addresses of which different things are said, with everything that is said of them."""
    by_address: dict[str, list[Tag]] = {}
    for tag in tags:
        by_address.setdefault(tag.address, []).append(tag)
    for address, said in by_address.items():
        if len({tag.label.casefold() for tag in said}) > 1:
            yield address, tuple(said)
