"""Retractions that travel as a file: whoever made a pack takes tags of it back, and says why.

A pack of retractions names single statements. It reaches the tags of its own creator only: nobody takes back
what somebody else said. One that comes before the tags keeps them from standing when they come.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from comity.tracing.addresses.checking import check_address
from comity.tracing.addresses.ports import Primitives
from comity.tracing.packs import Refused, day_of, opened, text_of
from comity.tracing.secrets import holds_key, require_keyless
from comity.tracing.tags import Gone

NAME = "retractions"
"""The list that makes a pack one of retractions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraction:
    """A statement that is taken back.

    Attributes:
        address: In its usual spelling.
        creator: Who said it, and takes it back.
        why: Why.
        label: What was said; empty for everything that this creator said of the address.
        source: On which ground; empty for any.
        lastmod: Day of the retraction, ``YYYY-MM-DD``; may be empty.
    """

    address: str
    creator: str
    why: str
    label: str = ""
    source: str = ""
    lastmod: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retractions:
    """What a pack of retractions says.

    Attributes:
        title: Its title.
        creator: Who made it.
        rows: Those that are taken.
        refused: Those that are not.
    """

    title: str
    creator: str
    rows: tuple[Retraction, ...]
    refused: tuple[Refused, ...]


def holds_retractions(told: object) -> bool:
    """Tell whether a parsed pack is one of retractions."""
    return isinstance(told, dict) and NAME in told


def read_retractions(told: object, *, primitives: Primitives, where: str = "") -> Retractions:
    """Return what a pack of retractions says.

    Args:
        told: The pack as parsed.
        primitives: The libraries behind addresses.
        where: Named in errors.

    Raises:
        MalformedError: ``tag.pack``.
    """
    head, rows = opened(told, NAME, where=where)
    require_keyless({name: head.get(name) for name in ("title", "creator")}, where=where)
    title, creator = text_of(head, "title") or "", text_of(head, "creator") or ""
    taken: list[Retraction] = []
    refused: list[Refused] = []
    for place, row in enumerate(rows, start=1):
        body = {**head, **row} if isinstance(row, dict) else {}
        one = _read(body, place, creator=creator, primitives=primitives)
        if isinstance(one, Refused):
            refused.append(one)
        else:
            taken.append(one)
    return Retractions(title=title, creator=creator, rows=tuple(taken), refused=tuple(refused))


def retractions_of(gone: Iterable[Gone], *, title: str, creator: str) -> dict[str, object]:
    """Return retracted tags as a pack that takes them back wherever a pack of this creator brought them."""
    rows = [
        {
            "address": one.tag.address,
            "label": one.tag.label,
            "source": one.tag.source,
            "reason": one.why,
        }
        for one in gone
    ]
    return {"title": title, "creator": creator, NAME: rows}


def _read(
    row: Mapping[str, object], place: int, *, creator: str, primitives: Primitives
) -> Retraction | Refused:
    texts = {name: text_of(row, name) for name in ("address", "label", "source", "reason", "creator")}
    address, day = texts["address"] or "", day_of(row.get("lastmod"))
    if any(holds_key(value) for value in texts.values() if value):
        return Refused(place=place, address="", reason="secret")
    wild = next((name for name, value in texts.items() if value is None), "")
    if wild or not texts["reason"] or day is None or texts["creator"] != creator:
        reason = wild or ("reason" if not texts["reason"] else "lastmod" if day is None else "creator")
        return Refused(place=place, address=address[:100], reason=reason)
    found = check_address(address, primitives=primitives)
    if not found.valid:
        return Refused(
            place=place, address=found.value[:100] and address[:100], reason=f"address.{found.reason}"
        )
    return Retraction(
        address=found.address,
        creator=creator,
        why=texts["reason"] or "",
        label=texts["label"] or "",
        source=texts["source"] or "",
        lastmod=day,
    )
