"""A list in memory with the vault and index of a real node."""

from comity.engines.protection.plainindex import PlainIndex
from comity.engines.protection.sealing import KeyVault
from comity.kernel.entropy import SeededEntropy
from comity.kernel.ids import AuthorityId
from comity.protection.fingerprints import Fingerprints
from comity.protection.service import Lists
from comity.protection.shelves import Entry
from comity.storage.memory.protection import MemoryHashStore

DESK = AuthorityId("XAA/contact-point")
NAME = "known"


def lists(seed="one"):
    vault = KeyVault(SeededEntropy(seed).bytes(32), entropy=SeededEntropy(f"{seed} nonces"))
    return Lists(authority=DESK, vault=vault)


def store():
    return MemoryHashStore()


def plain(rows, *, searches=0):
    return PlainIndex(rows)


def entry(number, *, pdq=None, **told):
    hashed = SeededEntropy(f"hash {number}").bytes(32) if pdq is None else pdq
    return Entry(id=str(number), prints=Fingerprints(pdq=hashed, **told))


def near(hashed, bits):
    """The same hash with so many bits turned over, spread over all of it."""
    value = int.from_bytes(hashed, "big")
    for number in range(bits):
        value ^= 1 << (number * 8 + number % 8)
    return value.to_bytes(32, "big")
