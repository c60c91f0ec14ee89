"""Joins the protection room: the confined decoder, the index, what seals, and what a process remembers."""

import threading
from collections.abc import Iterator, Sequence

from comity.engines.protection.checkdigits import StandardDigits
from comity.engines.protection.decoding import ConfinedDecoder
from comity.engines.protection.indexing import make_index
from comity.engines.protection.memory import ProcessMemory
from comity.engines.protection.sealing import KeyVault
from comity.engines.signinsecrets import Argon2Secrets
from comity.node.protecting import HashDesk
from comity.node.sheltering import ShelterDesk
from comity.node.sheltertries import Flood
from comity.node.workplace import Workplace
from comity.protection.fingerprints import Hashed
from comity.protection.matching import Loaded

SERVED = 1_000_000
"""A process that serves is asked about a list so often that tables are worth their while."""


def hash_desk(place: Workplace, *, searches: int = 0) -> HashDesk:
    """Return the desk for lists of fingerprints.

    Args:
        place: The node.
        searches: About how many searches this process will be asked for.
    """
    memory: ProcessMemory[Loaded] = ProcessMemory(searches=searches)
    return HashDesk(
        place=place,
        decoder=ConfinedDecoder(),
        make_vault=lambda secret: KeyVault(secret, entropy=place.entropy),
        make_index=make_index,
        memory=memory,
    )


def shelter_desk(place: Workplace, hashes: HashDesk) -> ShelterDesk:
    """Return the desk for those who ask a shelter for help; the node is a shelter's."""
    if not place.is_shelter:
        raise ValueError("only a shelter has this desk")
    return ShelterDesk(
        place=place,
        hashes=hashes,
        hasher=Argon2Secrets(),
        checks=StandardDigits(),
        turn=threading.Lock(),
        flood=Flood(now=place.clock.now),
    )


def hash_files(paths: Sequence[str]) -> Iterator[Hashed]:
    """Yield the fingerprints of files, in order; no node is needed, and nothing is kept."""
    return ConfinedDecoder().hashed(paths)
