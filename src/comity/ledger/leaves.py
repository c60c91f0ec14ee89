"""Blinded leaves: what a log commits to without showing it.

A leaf hash is ``SHA-256(0x00 || tag || nonce || digest)``. Without the 32-byte nonce nobody can test a
guess, so a leaf hash tells a reader neither what was logged nor of which kind it was.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from comity.kernel.clock import Instant
from comity.kernel.digests import DIGEST_SIZE
from comity.kernel.entropy import Entropy
from comity.kernel.errors import MalformedError

NONCE_SIZE = 32
HEAD_TAG = "log.head"
RESUMED_TAG = "log.resumed"
HEAD_SLOTS = 16
_TAG = re.compile(r"[a-z][a-z.]{0,31}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """The opening of one leaf; shown only to those entitled.

    Attributes:
        tag: What the digest is of, ``[a-z][a-z.]{0,31}``, e.g. ``act`` or ``case.read``.
        nonce: 32 random bytes, never used twice.
        digest: SHA-256 of the statement.
    """

    tag: str
    nonce: bytes
    digest: bytes

    def __post_init__(self) -> None:
        if not _TAG.fullmatch(self.tag):
            raise MalformedError("leaf.tag", f"{self.tag[:40]!r} is not a leaf tag", where="tag")
        if len(self.nonce) != NONCE_SIZE:
            raise MalformedError("leaf.nonce", f"a nonce has {NONCE_SIZE} bytes", where="nonce")
        if len(self.digest) != DIGEST_SIZE:
            raise MalformedError("leaf.digest", f"a digest has {DIGEST_SIZE} bytes", where="digest")

    @property
    def entry(self) -> bytes:
        """The bytes that are hashed after the prefix 0x00; tag and rest part 64 bytes before the end."""
        return self.tag.encode("ascii") + self.nonce + self.digest

    @property
    def hash(self) -> bytes:
        """The leaf hash.

        Basis: RFC 9162 section 2.1.1
        """
        return sha256(b"\x00" + self.tag.encode("ascii") + self.nonce + self.digest).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLeaf:
    """A leaf and when it was appended; the time is this node's own word and not in the hash."""

    leaf: Leaf
    at: Instant


def draw_leaf(tag: str, *, digest: bytes, entropy: Entropy) -> Leaf:
    """Return a leaf with a fresh nonce."""
    return Leaf(tag=tag, nonce=entropy.bytes(NONCE_SIZE), digest=digest)


def head_leaves(notes: Sequence[bytes], *, entropy: Entropy) -> tuple[Leaf, ...]:
    """Return the leaves by which a national log commits to the heads of the other logs.

    There is one leaf for each signed checkpoint, padded with leaves over random digests to a
    multiple of sixteen and never none, so the number of peers cannot be counted.

    Args:
        notes: Encoded signed checkpoints; the digest of a leaf is the SHA-256 of one of them.
        entropy: Where nonces and paddings come from.
    """
    total = max(1, -(-len(notes) // HEAD_SLOTS)) * HEAD_SLOTS
    digests = [sha256(note).digest() for note in notes]
    digests += [entropy.bytes(DIGEST_SIZE) for _ in range(total - len(notes))]
    return tuple(draw_leaf(HEAD_TAG, digest=digest, entropy=entropy) for digest in digests)


def parse_entry(entry: bytes) -> Leaf:
    """Return the leaf of entry bytes, e.g. from an entry bundle; raise MalformedError for any others."""
    tag, nonce, digest = entry[:-64], entry[-64:-32], entry[-32:]
    try:
        return Leaf(tag=tag.decode("ascii"), nonce=nonce, digest=digest)
    except UnicodeDecodeError as exc:
        raise MalformedError("leaf.tag", "a leaf tag is ASCII", where="tag") from exc
