"""What an examination finds in exhibits: members, findings, identifiers, and marks of how far it came.

Everything is a row. Rows come in one order that follows from the bytes alone, so an examination that was
interrupted goes on after its last mark. No name in a row is as it was found: control and format characters
are escaped (:func:`comity.evidence.exhibits.display_text`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import msgspec

from comity.evidence.exhibits import SPLIT, STREAM, Part

VERSION = 1


class Kind(StrEnum):
    """What an identifier is."""

    EMAIL = "email"
    DOMAIN = "domain"
    URL = "url"
    IP = "ip"
    PHONE = "phone"
    IBAN = "iban"
    BITCOIN = "bitcoin"
    LITECOIN = "litecoin"
    DOGECOIN = "dogecoin"
    TRON = "tron"
    ETHEREUM = "ethereum"


class Note(StrEnum):
    """What an examiner has to know about a member. None of these stops an examination."""

    NAME_OUTSIDE = "name_outside"
    NAME_HIDDEN = "name_hidden"
    NAME_BYTES = "name_bytes"
    NAME_CLASH = "name_clash"
    LINK = "link"
    DEVICE = "device"
    DELETED = "deleted"
    EMPTY = "empty"
    TYPE_DIFFERS = "type_differs"
    MALFORMED = "malformed"
    TRUNCATED = "truncated"
    ENCRYPTED = "encrypted"
    NOT_OPENED = "not_opened"
    BOMB = "bomb"
    TOO_DEEP = "too_deep"
    TOO_MANY = "too_many"
    TOO_LARGE = "too_large"
    DIGEST_DIFFERS = "digest_differs"
    BAG_VALID = "bag_valid"
    BAG_INVALID = "bag_invalid"
    STOPPED = "stopped"
    REFUSED = "refused"


class Member(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="member"):
    """One file, or one thing inside a file.

    Attributes:
        exhibit: Number of the exhibit.
        number: Number within the exhibit, from 1; 1 is the exhibit itself.
        parent: Number of what it lies in; 0 for the exhibit itself.
        name: As it may be shown.
        path: Names from the exhibit down to this one, as they may be shown.
        size: Bytes, of the content.
        sha256: Digest of the content; empty where it was not read.
        media_type: By content.
        container: How it was opened (``zip``, ``tar``, ``mbox`` …); empty where it was not.
        dated: The date that it claims, in microseconds; None where it claims none.
    """

    exhibit: int
    number: int
    parent: int = 0
    name: str
    path: tuple[str, ...]
    size: int = 0
    sha256: str = ""
    media_type: str = ""
    container: str = ""
    dated: int | None = None


class Remark(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="remark"):
    """One finding on a member: a code of :class:`Note` and what belongs to it."""

    exhibit: int
    number: int
    code: str
    detail: str = ""


class Found(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="found"):
    """One identifier and its place.

    Attributes:
        kind: One of :class:`Kind`.
        value: In its usual form.
        offset: First byte in the content of the member.
        length: Bytes there.
        encoding: ``ascii`` or ``utf-16-le``.
    """

    exhibit: int
    number: int
    kind: str
    value: str
    offset: int
    length: int
    encoding: str = "ascii"


class Mark(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="mark"):
    """So far everything is written: an examination goes on behind the last mark.

    Attributes:
        exhibit: Number of the exhibit.
        entries: Entries of the exhibit, as a container, that are done with all that lies in them.
        next: Number of the next member.
        whole: Whether nothing of the exhibit is left.
    """

    exhibit: int
    entries: int = 0
    next: int = 1
    whole: bool = False


Row = Member | Remark | Found | Mark
"""A row of an examination."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What an examination may use; where one is reached, a finding says so and the rest goes on.

    Attributes:
        depth: How deep containers are opened.
        members: Members of one exhibit.
        entries: Entries of one archive.
        content: Bytes that come out of one exhibit, with all that lies in it.
        member: Bytes of one packed member that is opened as a container.
        ratio: Bytes out for each byte in, once ``ratio_from`` came out.
        found: Identifiers of one member.
        message: Bytes of one mail that is taken apart.
        cpu_seconds: Of one entry of an exhibit.
        memory: Bytes of address space of the worker.
        quiet_seconds: How long the worker may say nothing.
    """

    depth: int = 6
    members: int = 1_000_000
    entries: int = 250_000
    content: int = 256 << 30
    member: int = 16 << 30
    ratio: int = 250
    ratio_from: int = 512 << 20
    found: int = 100_000
    message: int = 64 << 20
    cpu_seconds: int = 900
    memory: int = 1 << 30
    quiet_seconds: float = 1800.0

    def __post_init__(self) -> None:
        if min(self.depth, self.members, self.entries, self.cpu_seconds, self.ratio, self.memory) < 1:
            raise ValueError("the bounds of an examination are positive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An exhibit that is to be examined.

    Attributes:
        number: Its number.
        path: Where it lies, below the folder that is examined.
        name: Its original name: the bytes.
        dated: The date that its source claimed, in microseconds.
        claimed: Media type that its name claims.
        rest: Where the parts that follow it lie, in their order, where it is the first of a whole that came
            in parts; what lies in them all is told of the first.
        missing: Number of the first part that is not among them; 0 where the whole is there.
        later: Whether it is a later part of such a whole, which is not opened by itself.
    """

    number: int
    path: str
    name: bytes
    dated: int | None = None
    claimed: str = ""
    rest: tuple[str, ...] = ()
    missing: int = 0
    later: bool = False


def in_parts(items: Iterable[tuple[Item, Part | None]]) -> tuple[Item, ...]:
    """Return items, those of a whole that came in parts joined to its first one, in the order given.

    Parts are joined that follow one another without a gap, beginning with part 1; segments of a stream and
    files that were split, since those are the bytes of the whole, cut.
    """
    given = list(items)
    wholes: dict[tuple[bytes, str, bytes], dict[int, tuple[Item, bool]]] = {}
    for item, part in given:
        if part is not None and part.kind in (STREAM, SPLIT):
            folder = item.name.rpartition(b"/")[0]
            wholes.setdefault((folder, part.kind, part.of), {})[part.number] = (item, part.last)
    changed: dict[int, Item] = {}
    for whole in wholes.values():
        count = next(number for number in range(1, len(whole) + 2) if number not in whole) - 1
        if not count:
            continue
        first, ended = whole[1][0], whole[count][1]
        rest = [whole[number][0] for number in range(2, count + 1)]
        missing = 0 if ended else count + 1
        changed[first.number] = replace(first, rest=tuple(one.path for one in rest), missing=missing)
        changed |= {one.number: replace(one, later=True) for one in rest}
    return tuple(changed.get(item.number, item) for item, _ in given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What lies in a folder: its files, and links and special files by name, which are not read."""

    items: tuple[Item, ...]
    left: tuple[tuple[bytes, Note], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What examined: name and version of each library, and how the worker was confined."""

    versions: Mapping[str, str]
    confined: tuple[str, ...]


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Row)


def dump_row(row: Row) -> bytes:
    """Return a row as one line of JSON, without its line feed."""
    return _encoder.encode(row)


def parse_row(line: bytes) -> Row:
    """Return the row of a line that :func:`dump_row` wrote; raise msgspec.ValidationError otherwise."""
    row: Row = _decoder.decode(line)
    return row
