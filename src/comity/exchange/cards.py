"""Card: the file that a Party hands to others so that they can pin it; it proves nothing by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from comity.exchange.directory import TrustedParty, trusted_party
from comity.exchange.ports import DirectoryStore
from comity.exchange.wire import convert, dump_struct, read_envelope
from comity.kernel.errors import MalformedError
from comity.kernel.ijson import parse_ijson
from comity.kernel.signing import envelope_value, parse_envelope

MOST_CARD = 4 * 1024 * 1024
_DEPTH = 8


class _CardWire(msgspec.Struct, frozen=True, kw_only=True):
    v: Literal[1] = 1
    roots: list[Any]
    entries: list[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a card holds, its chains checked.

    Attributes:
        party: The Party it is about; trusted only once two officers have compared the twelve words.
        roots: DSSE JSON bytes of every root version.
        entries: DSSE JSON bytes of the entry versions, newest last.
    """

    party: TrustedParty
    roots: tuple[bytes, ...]
    entries: tuple[bytes, ...]


def build_card(roots: Sequence[bytes], entries: Sequence[bytes]) -> bytes:
    """Return the bytes of a card from DSSE JSON bytes."""
    return dump_struct(
        _CardWire(
            roots=[envelope_value(read_envelope(data)) for data in roots],
            entries=[envelope_value(read_envelope(data)) for data in entries],
        )
    )


def parse_card(data: bytes, *, where: str = "") -> Card:
    """Return the card in the bytes, its chains checked from version 1 on.

    Raises:
        MalformedError: not a card, or one without an entry.
        UntrustedError: a chain or quorum in it does not hold.
    """
    wire = convert(
        parse_ijson(data, most_bytes=MOST_CARD, most_depth=_DEPTH, where=where), _CardWire, where=where
    )
    if not wire.entries:
        raise MalformedError("card.empty", "a card holds at least one Party entry", where=where)
    roots = tuple(parse_envelope(value, where=where).json for value in wire.roots)
    entries = tuple(parse_envelope(value, where=where).json for value in wire.entries)
    return Card(party=trusted_party(roots, entries), roots=roots, entries=entries)


def keep_card(store: DirectoryStore, card: Card) -> None:
    """Keep everything a card holds beside what is held already; it pins nothing.

    Raises:
        UntrustedError: what is held of this Party and the card do not go together.
    """
    root = card.party.fingerprint
    held_roots, held_entries = store.roots(root), store.entries(root)
    more_roots = card.roots[len(held_roots) :]
    if held_roots != card.roots[: len(held_roots)] and card.roots != held_roots[: len(card.roots)]:
        raise MalformedError("card.roots", "the card shows another history of the root than the one held")
    if held_entries:
        trusted_party((*held_roots, *more_roots), held_entries)
    for root_version, data in enumerate(more_roots, start=len(held_roots) + 1):
        store.put_root(root, version=root_version, envelope=data)
    newest = trusted_party((*held_roots, *more_roots), held_entries).entries[-1:] if held_entries else ()
    for entry, data in zip(card.party.entries, card.entries, strict=True):
        if not newest or entry.version > newest[0].version:
            store.put_entry(root, version=entry.version, envelope=data)
    trusted_party(store.roots(root), store.entries(root))
