"""Parts: names, facts and free text beside the skeleton, each bound by a salted digest and erasable.

An act names ``SHA-256(salt || bytes)``. With 128 random bits of salt the digest tells nothing once salt
and bytes are destroyed, and every signature still holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from comity.cases.acts import Act, PartRef
from comity.cases.ports import SALT_SIZE, PartRecord
from comity.kernel.digests import sha256
from comity.kernel.entropy import Entropy
from comity.kernel.errors import MalformedError, UntrustedError
from comity.kernel.ids import ActId, AuthorityId

MOST_PART = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part in the open: name, salt and bytes."""

    name: str
    salt: bytes = field(repr=False)
    data: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.salt) != SALT_SIZE:
            raise MalformedError("part.salt", f"a salt has {SALT_SIZE} bytes", where=self.name)
        if len(self.data) > MOST_PART:
            raise MalformedError("part.size", f"a part has at most {MOST_PART} bytes", where=self.name)

    @property
    def digest(self) -> str:
        """SHA-256 of salt and bytes, in hexadecimal."""
        return salted_digest(self.salt, self.data)

    def ref(self, media: str) -> PartRef:
        """Return what the skeleton says of this part."""
        return PartRef(name=self.name, media=media, digest=self.digest)


def salted_digest(salt: bytes, data: bytes) -> str:
    """Return ``SHA-256(salt || data)`` in hexadecimal.

    Basis: RFC 9901
    """
    return sha256(salt, data).hex()


def make_part(name: str, data: bytes, *, entropy: Entropy) -> Part:
    """Return a part under a fresh salt."""
    return Part(name=name, salt=entropy.bytes(SALT_SIZE), data=data)


def require_parts(act: Act, parts: Sequence[Part]) -> None:
    """Check that the parts are exactly those the skeleton names, byte for byte.

    Raises:
        MalformedError: ``part.unknown``, ``part.twice`` or ``part.missing``.
        UntrustedError: ``part.digest`` when bytes or salt are not those that were signed.

    Basis: PROTOCOL rule 3
    """
    given: dict[str, Part] = {}
    for part in parts:
        if part.name in given:
            raise MalformedError("part.twice", f"the part {part.name!r} stands twice", where=part.name)
        given[part.name] = part
    for ref in act.parts:
        found = given.pop(ref.name, None)
        if found is None:
            raise MalformedError("part.missing", f"the part {ref.name!r} is missing", where=ref.name)
        if found.digest != ref.digest:
            raise UntrustedError(
                "part.digest", f"the part {ref.name!r} is not the one that was signed", where=ref.name
            )
    if given:
        name = min(given)
        raise MalformedError("part.unknown", f"the act names no part {name!r}", where=name)


def part_record(part: Part, ref: PartRef, *, authority: AuthorityId, act_id: ActId) -> PartRecord:
    """Return the row under which a part is kept."""
    return PartRecord(
        authority=authority,
        act_id=act_id,
        name=part.name,
        media=ref.media,
        digest=ref.digest,
        salt=part.salt,
        data=part.data,
    )


def open_parts(records: Sequence[PartRecord]) -> tuple[Part, ...]:
    """Return the parts that were not erased."""
    return tuple(
        Part(name=r.name, salt=r.salt, data=r.data)
        for r in records
        if r.salt is not None and r.data is not None
    )
