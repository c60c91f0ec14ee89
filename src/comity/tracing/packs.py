"""Tag packs: read by the clauses of the published schema of GraphSense, and written for its tool.

What a clause does not allow makes one tag refused, by its place, or the whole pack. Nothing is guessed.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from comity.kernel.errors import MalformedError
from comity.tracing.addresses.checking import check_address
from comity.tracing.addresses.networks import TESTS
from comity.tracing.addresses.ports import Primitives
from comity.tracing.secrets import holds_key, require_keyless
from comity.tracing.tags import COINS, CONCEPTS, CONFIDENCES, NETWORKS, TAG_KINDS, Tag

MOST_TAGS = 200_000
MOST_TEXT = 2000
_CURRENCY = re.compile(r"[A-Z0-9]{2,12}", re.ASCII)
_CONCEPT = re.compile(r"[A-Za-z0-9_\-]{1,60}", re.ASCII)
_TEXTS = ("address", "currency", "network", "label", "source", "category", "abuse", "actor", "context")
_NEEDED = ("source", "label", "confidence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A tag, or a retraction, that is not taken.

    Attributes:
        place: Its place in the pack, from 1.
        address: As written.
        reason: The member that is missing or wrong (``source``, ``confidence``, ``label``, ``currency``,
            ``transaction`` …), or a reason why the address is none, with ``address.`` in front.
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
    head, rows = opened(told, "tags", where=where)
    require_keyless({name: head.get(name) for name in ("title", "creator")}, where=where)
    title, creator = text_of(head, "title") or "", text_of(head, "creator") or ""
    usual = {**head, "confidence": head.get("confidence") or confidence}
    tags: dict[str, Tag] = {}
    refused, moved = [], {}
    for place, row in enumerate(rows, start=1):
        body = {**usual, **row} if isinstance(row, dict) else {}
        one = _read(body, place, title=title, creator=creator, primitives=primitives)
        if isinstance(one, Refused):
            refused.append(one)
            continue
        tags.setdefault(one.key, one)
        if _said(body) not in (one.network, ""):
            moved[one.address] = one.network
    return Pack(title=title, creator=creator, tags=tuple(tags.values()), refused=tuple(refused), moved=moved)


def opened(told: object, name: str, *, where: str) -> tuple[dict[str, object], list[object]]:
    """Return the head of a pack, and its rows; raise MalformedError ``tag.pack``."""
    head = dict(told) if isinstance(told, dict) else {}
    if isinstance(head.get("header"), dict):
        head |= head.pop("header")
    rows = head.pop(name, None)
    if not isinstance(rows, list):
        raise MalformedError("tag.pack", f"a pack is a mapping with a list of {name}", where=where)
    if not text_of(head, "title") or not text_of(head, "creator") or not 1 <= len(rows) <= MOST_TAGS:
        raise MalformedError(
            "tag.pack", f"a pack has a title, a creator and 1 to {MOST_TAGS} {name}", where=where
        )
    return head, rows


def pack_of(tags: Iterable[Tag], *, title: str, creator: str) -> dict[str, object]:
    """Return tags as a pack that others read.

    Creators of single tags stay in their context; a pack has one creator, who answers for publishing it. A
    concept that the taxonomy does not have is told there, too.
    """
    return {"title": title, "creator": creator, "tags": [_row(tag, creator) for tag in tags]}


def _row(tag: Tag, creator: str) -> dict[str, object]:
    code = next(code for code, network in NETWORKS.items() if network == tag.network)
    own = NETWORKS.get(tag.currency, tag.network) == tag.network
    row: dict[str, object] = {
        "address": tag.address,
        "currency": tag.currency if own else COINS.get(code, code),
        "network": code,
        "label": tag.label,
        "source": tag.source,
        "confidence": tag.confidence,
    }
    context = [f"said by {tag.creator}"] if tag.creator != creator else []
    for name in ("category", "abuse"):
        if value := getattr(tag, name):
            if value in CONCEPTS:
                row[name] = value
            else:
                context.append(f"{name} {value}")
    if concepts := [one for one in tag.concepts.split() if one in CONCEPTS]:
        row["concepts"] = concepts
    context += [f"concept {one}" for one in tag.concepts.split() if one not in CONCEPTS]
    if tag.actor:
        row["actor"] = tag.actor
    if tag.kind:
        row["tag_type"] = tag.kind
    if tag.definer:
        row["is_cluster_definer"] = tag.definer == "yes"
    if tag.lastmod:
        row["lastmod"] = date.fromisoformat(tag.lastmod)
    if told := "; ".join(one for one in (tag.context, *context) if one):
        row["context"] = told
    return row


def _read(
    row: Mapping[str, object], place: int, *, title: str, creator: str, primitives: Primitives
) -> Tag | Refused:
    texts = {name: text_of(row, name) for name in (*_TEXTS, "creator", "confidence", "tag_type")}
    address = texts["address"] or ""

    def refused(reason: str) -> Refused:
        shown = "" if reason == "secret" else address[:100]
        return Refused(place=place, address=shown, reason=reason)

    if wrong := _wrong(row, texts):
        return refused(wrong)
    found = check_address(address, primitives=primitives)
    if not found.valid:
        return Refused(
            place=place, address=found.value[:100] and address[:100], reason=f"address.{found.reason}"
        )
    said = _said(row)
    network = said if said in found.networks else _main(found.networks)
    if not network:
        return refused("network")
    definer = row.get("is_cluster_definer")
    concepts = row.get("concepts")
    return Tag(
        address=found.address,
        currency=(texts["currency"] or "").upper(),
        network=network,
        label=texts["label"] or "",
        source=texts["source"] or "",
        creator=texts["creator"] or creator,
        confidence=texts["confidence"] or "",
        category=texts["category"] or "",
        abuse=texts["abuse"] or "",
        actor=texts["actor"] or "",
        lastmod=day_of(row.get("lastmod")) or "",
        title=title,
        concepts=" ".join(concepts) if isinstance(concepts, list) else "",
        kind=texts["tag_type"] or "",
        definer="" if definer is None else "yes" if definer else "no",
        context=texts["context"] or "",
    )


def _wrong(row: Mapping[str, object], texts: Mapping[str, str | None]) -> str:
    """Return the member of a tag that breaks a clause, or ``secret`` for a key; empty where none does."""
    if any(holds_key(value) for value in texts.values() if value):
        return "secret"
    if "tx_hash" in row:
        return "transaction"
    for name in _NEEDED:
        if not texts[name] or (name == "confidence" and texts[name] not in CONFIDENCES):
            return name
    if not _CURRENCY.fullmatch((texts["currency"] or "").upper()):
        return "currency"
    if day_of(row.get("lastmod")) is None:
        return "lastmod"
    if wild := next((name for name, value in texts.items() if value is None), ""):
        return wild
    if texts["tag_type"] and texts["tag_type"] not in TAG_KINDS:
        return "tag_type"
    if not isinstance(row.get("is_cluster_definer"), bool | None):
        return "is_cluster_definer"
    if not _are_concepts(row.get("concepts")):
        return "concepts"
    return ""


def _are_concepts(told: object) -> bool:
    if not isinstance(told, list):
        return told is None
    return all(isinstance(one, str) and _CONCEPT.fullmatch(one) for one in told)


def _said(row: Mapping[str, object]) -> str:
    """Return the network that a pack says, by its code or its currency; empty where neither tells one."""
    for name in ("network", "currency"):
        code = (text_of(row, name) or "").upper()
        if code in NETWORKS:
            return NETWORKS[code]
        coins = [network for one, network in NETWORKS.items() if COINS.get(one) == code]
        if len(coins) == 1:
            return coins[0]
    return ""


def _main(networks: Iterable[str]) -> str:
    """Return the first network that has a code in packs; empty for those whose coins are worth nothing."""
    known = frozenset(NETWORKS.values())
    return next((one for one in networks if one in known and not one.endswith(TESTS)), "")


def text_of(row: Mapping[str, object], name: str) -> str | None:
    """Return a text with its blanks evened; empty where there is none, None where it is something else.

    Something else is also a text that is too long, or that holds what no screen shows.
    """
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        return None
    text = " ".join(value.split())
    return text if len(text) <= MOST_TEXT and text.isprintable() else None


def day_of(value: object) -> str | None:
    """Return a day as text; empty where none is told, None where it is no day."""
    if value is None or value == "":
        return ""
    if isinstance(value, date):
        return value.isoformat()[:10]
    try:
        return date.fromisoformat(value[:10]).isoformat() if isinstance(value, str) else None
    except ValueError:
        return None
