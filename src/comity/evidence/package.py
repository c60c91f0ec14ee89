"""The inner bag: a BagIt 1.0 bag in a canonical tar, written in one pass.

    data/000000001.bin …      exhibits under names of ours
    exhibits.jsonl            the label of the package, then one line an exhibit
    custody.jsonl             the chain of custody up to sealing
    bag-info.txt  bagit.txt   as BagIt asks
    manifest-sha256.txt       SHA-256 of everything in data/
    tagmanifest-sha256.txt    SHA-256 of every tag file; its own SHA-256 is the bag root

Basis: RFC 8493, PROTOCOL rule 21
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import msgspec

from comity.evidence import wire
from comity.evidence.custody import Custodied, CustodyAct
from comity.evidence.errors import not_a_package
from comity.evidence.exhibits import MOST_EXHIBITS, Exhibit, Part, media_type_of, require_names, stored_name
from comity.evidence.frames import END, entry_frame, padding
from comity.evidence.handling import require_lawful
from comity.evidence.label import PackageLabel
from comity.evidence.lines import dump_record
from comity.evidence.listing import ExhibitList
from comity.kernel.agekeys import CLASSICAL, SUITES
from comity.kernel.clock import Instant, to_date
from comity.kernel.digests import sha256

EXHIBITS, CUSTODY, BAG_INFO, BAGIT = "exhibits.jsonl", "custody.jsonl", "bag-info.txt", "bagit.txt"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
LISTED_TAGS = (EXHIBITS, CUSTODY, BAG_INFO, BAGIT, MANIFEST)
TAG_FILES = (*LISTED_TAGS, TAG_MANIFEST)
MOST_TAG_BYTES = 1 << 30
_LINES_AT_ONCE = 1024
_MANIFEST_LINE = 64 + 2 + len(stored_name(1)) + 1
_MANIFEST_FORM = b"%b  data/%09d.bin\n"
BAGIT_TEXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


class Original(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a source says about one file before it is read.

    Attributes:
        name: File name, bytes as the file system has them.
        folder: Folder below the source; empty for none.
        size: Bytes, from the open file.
        modified: Modification time as claimed.
        part: Which part of a whole it is.
    """

    name: bytes
    folder: bytes = b""
    size: int
    modified: Instant | None = None
    part: Part | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedBag:
    """A bag that was closed: nothing in it changes any more.

    Attributes:
        bag_root: SHA-256 of ``tagmanifest-sha256.txt``, in hexadecimal.
        exhibits: In the order of sealing, kept as their lines.
        custody: The bytes of ``custody.jsonl``.
        over: What further custody events have to name.
    """

    bag_root: str
    exhibits: ExhibitList
    custody: bytes
    over: Custodied


class BagWriter:
    """Draws the bag around exhibits that somebody else reads: frames out, digests kept.

    Call :meth:`begin`, then :meth:`update` with every byte of the content, then :meth:`end`, for each
    exhibit; at last :meth:`close`. The bytes that they return go into the archive where they fall.
    """

    def __init__(self, label: PackageLabel, *, language: str = "", suite: str = CLASSICAL) -> None:
        require_lawful([label.handling])
        self._suite = suite
        self._label = label
        self._language = language
        self._exhibits, self._newest, self._payload = ExhibitList(), b"", 0
        self._label_line = wire.dump_label(label)
        self._records, self._manifest = hashlib.sha256(self._label_line), Manifest()
        self._gave: tuple[int, str] | None = None
        self._current: Original | None = None
        self._state: Any = None
        self._left = 0

    def begin(self, original: Original) -> bytes:
        """Return the frame of the next exhibit, whose content follows."""
        if self._current is not None or len(self._exhibits) >= MOST_EXHIBITS:
            raise not_a_package(f"a package takes at most {MOST_EXHIBITS} exhibits")
        self._current, self._state, self._left = original, hashlib.sha256(), original.size
        self._gave = None
        return entry_frame(stored_name(len(self._exhibits) + 1), original.size)

    def update(self, content: memoryview) -> None:
        """Take the next bytes of the content."""
        self._left -= len(content)
        self._state.update(content)

    def ended_early(self) -> None:
        """Note that the source gives no more: what comes now fills the length that its frame says."""
        assert self._current is not None
        self._gave = self._current.size - self._left, self._state.hexdigest()

    def end(self, *, changes: Sequence[str] = ()) -> bytes:
        """Return the padding after the content; raise ValueError when its length was not as announced.

        Args:
            changes: What happened to the source while it was read, of ``exhibits.CHANGES``.
        """
        original = self._current
        if original is None or self._left:
            raise ValueError("an exhibit has as many bytes as its frame says")
        self._current = None
        read, sha256_read = self._gave or (None, "")
        number, sha256_hex = len(self._exhibits) + 1, self._state.hexdigest()
        require_names(original.name, original.folder)
        line = dump_record(
            number,
            original.name,
            original.folder,
            original.size,
            sha256_hex,
            media_type=media_type_of(original.name),
            modified=original.modified,
            language=self._language,
            changing=bool(changes),
            changes=tuple(changes),
            read=read,
            sha256_read=sha256_read,
            part=original.part,
            handling=self._label.handling,
            limits=self._label.limits,
        )
        self._add(original.size, sha256_hex, line)
        return padding(original.size)

    def take(self, exhibit: Exhibit, line: bytes) -> None:
        """Take an exhibit that was put into the archive before a sealing was interrupted."""
        if self._current is not None or exhibit.number != len(self._exhibits) + 1:
            raise not_a_package("exhibits are not numbered in order")
        self._add(exhibit.size, exhibit.sha256, line)

    @property
    def newest_line(self) -> bytes:
        """The line of the exhibit that ended last, with its line feed."""
        return self._newest

    def _add(self, size: int, sha256_hex: str, line: bytes) -> None:
        self._exhibits.append(line)
        self._records.update(line)
        self._manifest.add(sha256_hex)
        self._payload += size
        self._newest = line

    def close(self, acts: Sequence[CustodyAct]) -> tuple[Iterator[bytes], ClosedBag]:
        """Return the end of the archive, in portions, and the bag.

        Args:
            acts: Custody up to now, oldest first; the last is the sealing itself.

        Raises:
            MalformedError: no exhibit, or records larger than a reader takes.
        """
        exhibits, label, manifest = self._exhibits, self._label, self._manifest
        if not exhibits or self._current is not None:
            raise not_a_package("a package holds at least one exhibit")
        over = Custodied(
            realm=label.realm,
            case=label.case,
            manifest=manifest.digest().hex(),
            exhibits=self._records.hexdigest(),
        )
        info = bag_info_text(label, size=self._payload, count=len(exhibits), suite=self._suite)
        small = {CUSTODY: wire.dump_custody(acts, over), BAG_INFO: info, BAGIT: BAGIT_TEXT}
        listed = {name: sha256(content).hex() for name, content in small.items()}
        small[TAG_MANIFEST] = tag_manifest_text(
            [*listed.items(), (EXHIBITS, over.exhibits), (MANIFEST, over.manifest)]
        )
        sizes = {name: len(content) for name, content in small.items()}
        sizes |= {EXHIBITS: len(self._label_line) + exhibits.size, MANIFEST: manifest.size}
        if any(size > MOST_TAG_BYTES for size in sizes.values()):
            raise not_a_package("the records are larger than a reader takes", where=EXHIBITS)
        large = {EXHIBITS: self._lines, MANIFEST: manifest.chunks}
        root = sha256(small[TAG_MANIFEST]).hex()
        bag = ClosedBag(bag_root=root, exhibits=exhibits, custody=small[CUSTODY], over=over)

        def tail() -> Iterator[bytes]:
            for name in TAG_FILES:
                yield entry_frame(name, sizes[name])
                yield from large[name]() if name in large else (small[name],)
                yield padding(sizes[name])
            yield END

        return tail(), bag

    def _lines(self) -> Iterator[bytes]:
        yield self._label_line
        yield from self._exhibits.chunks()


class Manifest:
    """``manifest-sha256.txt``, of which the digests alone are kept.

    Args:
        digests: Those of the first exhibits, one after the other; not copied.
    """

    __slots__ = ("_digests",)

    def __init__(self, digests: bytearray | None = None) -> None:
        self._digests = bytearray() if digests is None else digests

    @property
    def size(self) -> int:
        """Bytes of the lines."""
        return len(self._digests) // 32 * _MANIFEST_LINE

    def add(self, sha256_hex: str) -> None:
        """Add the digest of the next exhibit."""
        self._digests += bytes.fromhex(sha256_hex)

    def digest(self) -> bytes:
        """Return the SHA-256 of the lines."""
        state = hashlib.sha256()
        for chunk in self.chunks():
            state.update(chunk)
        return state.digest()

    def chunks(self) -> Iterator[bytes]:
        """Yield the lines, in portions."""
        for first in range(0, len(self._digests) // 32, _LINES_AT_ONCE):
            found = self._digests[first * 32 : (first + _LINES_AT_ONCE) * 32]
            digests = found.hex("\n", 32).encode("ascii").split(b"\n")
            named = zip(digests, range(first + 1, first + 1 + len(digests)), strict=True)
            yield _MANIFEST_FORM * len(digests) % tuple(chain.from_iterable(named))


def tag_manifest_text(digests: Iterable[tuple[str, str]]) -> bytes:
    """Return ``tagmanifest-sha256.txt`` of names and digests, by name."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests)).encode("ascii")


def bag_info_texts(label: PackageLabel, *, size: int, count: int) -> tuple[bytes, ...]:
    """Return what ``bag-info.txt`` may say of so many bytes and exhibits: one text for each suite."""
    return tuple(bag_info_text(label, size=size, count=count, suite=suite) for suite in SUITES)


def bag_info_text(label: PackageLabel, *, size: int, count: int, suite: str) -> bytes:
    """Return ``bag-info.txt``, which follows from the label, the exhibits and the suite of the seal."""
    return (
        f"Bagging-Date: {to_date(label.sealed_at).isoformat()}\n"
        f"Comity-Case: {label.case or 'loose'}\n"
        f"Comity-Package-Version: 1\n"
        f"Comity-Realm: {label.realm.value}\n"
        f"Comity-Suite: {suite}\n"
        f"Payload-Oxum: {size}.{count}\n"
        f"Source-Organization: {label.authority}\n"
    ).encode("ascii")
