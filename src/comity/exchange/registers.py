"""What a register lists: Parties with their roots and newest entries, and when each was listed.

A register is a notice board. It repeats what Parties signed and adds a time; it vouches for nobody, and
nothing in it replaces a root that officers pinned. How it is kept against rollback, freeze and mixing is The
Update Framework's matter, in ``engines`` and ``transport``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import msgspec

from comity.exchange.cards import Card
from comity.exchange.wire import convert, dump_struct
from comity.kernel.clock import Instant, require_instant
from comity.kernel.digests import parse_digest
from comity.kernel.errors import ConflictError, DeniedError, MalformedError
from comity.kernel.ids import Fingerprint, PartyCode, parse_party
from comity.kernel.ijson import parse_ijson
from comity.kernel.realms import Realm

INDEX = "parties.json"
MOST_INDEX = 1024 * 1024
MOST_LISTINGS = 1024


class _ListingWire(msgspec.Struct, frozen=True, kw_only=True):
    party: str
    root: str
    entry: str
    version: int
    listed_at: int


class _IndexWire(msgspec.Struct, frozen=True, kw_only=True):
    v: Literal[1] = 1
    realm: Realm
    parties: list[_ListingWire]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One Party in a register.

    Attributes:
        root: Fingerprint of its root.
        entry: Id of its newest entry.
        version: Version of that entry.
        listed_at: When the register last took it in.
    """

    party: PartyCode
    root: Fingerprint
    entry: str
    version: int
    listed_at: Instant

    @property
    def name(self) -> str:
        """Name of the Party's card in the register."""
        return card_name(self.party)


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """Everything that a register lists, one line a Party."""

    realm: Realm
    listings: tuple[Listing, ...] = ()

    def __post_init__(self) -> None:
        codes = [one.party for one in self.listings]
        if len(set(codes)) != len(codes) or len(codes) > MOST_LISTINGS:
            raise MalformedError("register.index", "a register lists each Party once")

    def of(self, party: PartyCode) -> Listing | None:
        """Return the line of a Party."""
        return next((one for one in self.listings if one.party == party), None)


def card_name(party: PartyCode) -> str:
    """Return the name of a Party's card in a register."""
    return f"{party}/card.json"


def admitted(index: Index, card: Card, *, at: Instant) -> Index:
    """Return the index with a card taken in; the same card again is a new time.

    Raises:
        DeniedError: ``register.realm``: the card is of the other realm.
        ConflictError: ``register.other_root``: the Party is listed with another root; ``register.older``:
            with a newer entry, or another one of this version.

    Basis: PROTOCOL rules 13 and 16
    """
    party, newest = card.party, card.party.entries[-1]
    if party.realm is not index.realm:
        raise DeniedError(
            "register.realm", f"the card is of the {party.realm} realm, the register of {index.realm}"
        )
    made = Listing(
        party=party.party,
        root=party.fingerprint,
        entry=party.newest_id,
        version=newest.version,
        listed_at=at,
    )
    held = index.of(party.party)
    if held is not None and held.root != made.root:
        raise ConflictError(
            "register.other_root",
            f"{party.party} is listed with another root, which nothing here replaces",
            hint="a root changes by a version that the old one signed; all else is a new first contact",
        )
    if held is not None and (held.version, held.entry) > (made.version, made.entry):
        raise ConflictError("register.older", f"a newer entry of {party.party} is listed already")
    if held is not None and held.version == made.version and held.entry != made.entry:
        raise ConflictError("register.older", f"another entry of this version of {party.party} is listed")
    others = tuple(one for one in index.listings if one.party != party.party)
    return replace(index, listings=tuple(sorted((*others, made), key=lambda one: one.party)))


def index_bytes(index: Index) -> bytes:
    """Return the index as JSON."""
    return dump_struct(
        _IndexWire(
            realm=index.realm,
            parties=[
                _ListingWire(
                    party=one.party,
                    root=one.root,
                    entry=one.entry,
                    version=one.version,
                    listed_at=one.listed_at,
                )
                for one in index.listings
            ],
        )
    )


def parse_index(data: bytes, *, where: str = "register") -> Index:
    """Return the index in the bytes; raise MalformedError for anything else."""
    wire = convert(
        parse_ijson(data, most_bytes=MOST_INDEX, most_depth=4, where=where), _IndexWire, where=where
    )
    return Index(realm=wire.realm, listings=_listings(wire.parties, where))


def _listings(rows: Sequence[_ListingWire], where: str) -> tuple[Listing, ...]:
    return tuple(
        Listing(
            party=parse_party(row.party, where=where),
            root=Fingerprint(parse_digest(row.root, where=where)),
            entry=parse_digest(row.entry, where=where),
            version=row.version,
            listed_at=require_instant(row.listed_at, where=where),
        )
        for row in rows
    )
