"""What a sealed file says of itself: without a key its header and sizes, with one its label and exhibits.

With a key the archive is walked from frame to frame, so that of a large package only a few chunks are opened.
What is shown was authenticated by the key, but no exhibit was hashed: that is what verifying is for.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from comity.evidence import frames, package
from comity.evidence.errors import not_a_package
from comity.evidence.exhibits import MOST_EXHIBITS
from comity.evidence.handling import Handling, require_lawful
from comity.evidence.label import PackageLabel
from comity.evidence.listing import ExhibitList, LineReader
from comity.evidence.pieces import piece_count
from comity.kernel import agefile, agekeys
from comity.kernel.agefile import Header
from comity.kernel.errors import UntrustedError

_PORTION = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What a key shows.

    Attributes:
        label: What the package says about itself.
        exhibits: By number, as recorded; their content was not read.
        bag_root: SHA-256 of the tag manifest, in hexadecimal.
    """

    label: PackageLabel
    exhibits: ExhibitList
    bag_root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """A sealed file as it lies there.

    Attributes:
        size: Bytes of the file.
        header_length: Bytes of the age header.
        payload_length: Bytes behind it.
        pieces: Pieces of the payload.
        plain_length: Bytes of the archive inside; None where the file is cut off.
        recipients: Type of each recipient stanza, in order; the mark of a copy is not one.
        stock_copy: Whether it is marked as a copy for stock tools.
        inside: What a key showed; None where none fitted.
    """

    size: int
    header_length: int
    payload_length: int
    pieces: int
    plain_length: int | None
    recipients: tuple[str, ...]
    stock_copy: bool
    inside: Inside | None = None

    @property
    def suite(self) -> str:
        """The suite that the recipients belong to; empty where it is none of ours."""
        kinds = set(self.recipients)
        if kinds == {agekeys.HYBRID_STANZA}:
            return agekeys.HYBRID
        return agekeys.CLASSICAL if kinds == {agekeys.X25519_STANZA} else ""


class Plaintext(Protocol):
    """The archive of a sealed file, at any offset."""

    def at(self, offset: int, size: int) -> bytes:
        """Return so many authenticated bytes, fewer only at the end."""
        ...


def outside(header: Header, *, size: int) -> Inspection:
    """Return what the header and the size of a sealed file say."""
    payload = size - header.size
    kinds = tuple(stanza.kind for stanza in header.stanzas)
    return Inspection(
        size=size,
        header_length=header.size,
        payload_length=payload,
        pieces=piece_count(payload),
        plain_length=_plain_length(payload),
        recipients=tuple(kind for kind in kinds if kind != agekeys.STOCK_COPY),
        stock_copy=agekeys.STOCK_COPY in kinds,
    )


def inside(archive: Plaintext) -> Inside:
    """Return label and exhibits of an archive.

    Raises:
        MalformedError: ``package.form``: it is no package.
        DeniedError: ``handling.child_abuse_refused``.

    Basis: PROTOCOL rule 25
    """
    lines, digests, lawful = LineReader(), dict[str, bytes](), {Handling.ORDINARY}
    listing, offset = b"", 0
    for _ in range(MOST_EXHIBITS + len(package.TAG_FILES) + 1):
        first = archive.at(offset, frames.BLOCK)
        if len(first) < frames.BLOCK or not any(first):
            break
        length = frames.frame_length(first)
        name, size = frames.parse_frame(archive.at(offset, length))
        if name in package.TAG_FILES:
            if size > package.MOST_TAG_BYTES:
                raise not_a_package("a record is larger than a reader takes", where=name)
            state = hashlib.sha256()
            for portion in _portions(archive, offset + length, size):
                state.update(portion)
                if name == package.EXHIBITS:
                    lawful.update(exhibit.handling for exhibit in lines.feed(portion))
                elif name == package.TAG_MANIFEST:
                    listing += portion
            digests[name] = state.digest()
        offset += length + size + len(frames.padding(size))
    if digests.keys() != set(package.TAG_FILES):
        raise not_a_package("a file that has its place in it is not there")
    label, exhibits = lines.finish()
    require_lawful([label.handling, *lawful])
    if listing != package.tag_manifest_text((name, digests[name].hex()) for name in package.LISTED_TAGS):
        raise not_a_package("its records are not those that its tag manifest lists")
    return Inside(label=label, exhibits=exhibits, bag_root=digests[package.TAG_MANIFEST].hex())


def _portions(archive: Plaintext, at: int, size: int) -> Iterator[bytes]:
    end = at + size
    while at < end:
        portion = archive.at(at, min(_PORTION, end - at))
        if not portion:
            raise not_a_package("the archive is cut off")
        yield portion
        at += len(portion)


def _plain_length(payload: int) -> int | None:
    try:
        return agefile.plain_length(payload)
    except UntrustedError:
        return None


def kinds_counted(recipients: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """Return each type of recipient with how many there are, in the order of the file."""
    return tuple((kind, recipients.count(kind)) for kind in dict.fromkeys(recipients))
