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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from comity.evidence import wire
from comity.evidence.custody import Custodied, CustodyAct
from comity.evidence.errors import not_a_package
from comity.evidence.exhibits import MOST_EXHIBITS, Exhibit, Part, media_type_of, stored_name
from comity.evidence.frames import END, entry_frame, padding
from comity.evidence.handling import require_lawful
from comity.evidence.label import PackageLabel
from comity.kernel.agekeys import CLASSICAL, SUITES
from comity.kernel.clock import Instant, to_date
from comity.kernel.digests import sha256

EXHIBITS, CUSTODY, BAG_INFO, BAGIT = "exhibits.jsonl", "custody.jsonl", "bag-info.txt", "bagit.txt"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
LISTED_TAGS = (EXHIBITS, CUSTODY, BAG_INFO, BAGIT, MANIFEST)
TAG_FILES = (*LISTED_TAGS, TAG_MANIFEST)
MOST_TAG_BYTES = 128 << 20
BAGIT_TEXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
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
        exhibits: In the order of sealing.
        custody: The bytes of ``custody.jsonl``.
        over: What further custody events have to name.
    """

    bag_root: str
    exhibits: tuple[Exhibit, ...]
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
        self._exhibits: list[Exhibit] = []
        self._lines, self._newest = bytearray(), b""
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
        exhibit = Exhibit(
            number=len(self._exhibits) + 1,
            name=original.name,
            folder=original.folder,
            size=original.size,
            sha256=self._state.hexdigest(),
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
        self._add(exhibit, wire.dump_exhibit(exhibit))
        return padding(original.size)

    def take(self, exhibit: Exhibit, line: bytes) -> None:
        """Take an exhibit that was put into the archive before a sealing was interrupted."""
        if self._current is not None or exhibit.number != len(self._exhibits) + 1:
            raise not_a_package("exhibits are not numbered in order")
        self._add(exhibit, line)

    @property
    def newest_line(self) -> bytes:
        """The line of the exhibit that ended last, with its line feed."""
        return self._newest

    def _add(self, exhibit: Exhibit, line: bytes) -> None:
        self._exhibits.append(exhibit)
        self._lines += line
        self._newest = line

    def close(self, acts: Sequence[CustodyAct]) -> tuple[bytearray, ClosedBag]:
        """Return the end of the archive, and the bag.

        Args:
            acts: Custody up to now, oldest first; the last is the sealing itself.

        Raises:
            MalformedError: no exhibit, or records larger than a reader takes.
        """
        if not self._exhibits or self._current is not None:
            raise not_a_package("a package holds at least one exhibit")
        exhibits = tuple(self._exhibits)
        tags = {
            EXHIBITS: b"".join((wire.dump_exhibits(self._label, ()), self._lines)),
            MANIFEST: manifest_text(exhibits),
        }
        self._lines.clear()
        over = custodied(self._label, tags[MANIFEST], tags[EXHIBITS])
        tags |= {
            CUSTODY: wire.dump_custody(acts, over),
            BAG_INFO: bag_info_text(self._label, exhibits, suite=self._suite),
            BAGIT: BAGIT_TEXT,
        }
        tags[TAG_MANIFEST] = tag_manifest_text((name, sha256(tags[name]).hex()) for name in LISTED_TAGS)
        if any(len(content) > MOST_TAG_BYTES for content in tags.values()):
            raise not_a_package("the records are larger than a reader takes", where=EXHIBITS)
        bag = ClosedBag(
            bag_root=sha256(tags[TAG_MANIFEST]).hex(), exhibits=exhibits, custody=tags[CUSTODY], over=over
        )
        tail = bytearray()
        for name in TAG_FILES:  # each is let go once it is written: with many exhibits they are large
            content = tags.pop(name)
            tail += entry_frame(name, len(content))
            tail += content
            tail += padding(len(content))
        tail += END
        return tail, bag


def custodied(label: PackageLabel, manifest: bytes, exhibits: bytes) -> Custodied:
    """Return what the custody events of a package have to name."""
    return Custodied(
        realm=label.realm, case=label.case, manifest=sha256(manifest).hex(), exhibits=sha256(exhibits).hex()
    )


def manifest_text(exhibits: Iterable[Exhibit]) -> bytes:
    """Return ``manifest-sha256.txt``: digest, two spaces, stored name, in the order of numbers."""
    return "".join(f"{item.sha256}  {item.stored_name}\n" for item in exhibits).encode("ascii")


def tag_manifest_text(digests: Iterable[tuple[str, str]]) -> bytes:
    """Return ``tagmanifest-sha256.txt`` of names and digests, by name."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests)).encode("ascii")


def bag_info_texts(label: PackageLabel, exhibits: Sequence[Exhibit]) -> tuple[bytes, ...]:
    """Return what ``bag-info.txt`` may say of these exhibits: one text for each suite."""
    return tuple(bag_info_text(label, exhibits, suite=suite) for suite in SUITES)


def bag_info_text(label: PackageLabel, exhibits: Sequence[Exhibit], *, suite: str) -> bytes:
    """Return ``bag-info.txt``, which follows from the label, the exhibits and the suite of the seal."""
    return (
        f"Bagging-Date: {to_date(label.sealed_at).isoformat()}\n"
        f"Comity-Case: {label.case or 'loose'}\n"
        f"Comity-Package-Version: 1\n"
        f"Comity-Realm: {label.realm.value}\n"
        f"Comity-Suite: {suite}\n"
        f"Payload-Oxum: {sum(item.size for item in exhibits)}.{len(exhibits)}\n"
        f"Source-Organization: {label.authority}\n"
    ).encode("ascii")
