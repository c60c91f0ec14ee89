"""The plaintext half of opening: archive bytes in, exhibits out to a sink, and a verdict at the end.

The reader takes only what the specification draws: regular files under our names, in our order, with
rebuilt headers and zero padding, and not a byte after the end. What reaches the sink before
:meth:`BagReader.finish` has returned is in quarantine and nothing else.
"""

import hashlib
from array import array
from dataclasses import dataclass
from typing import Any, Protocol

from comity.evidence import frames, package, wire
from comity.evidence.custody import Custodied, CustodyEvent, CustodyStep, require_chain
from comity.evidence.errors import not_a_package, not_as_recorded
from comity.evidence.exhibits import MOST_EXHIBITS, Exhibit, stored_name
from comity.evidence.handling import Handling, require_lawful
from comity.evidence.label import PackageLabel
from comity.evidence.listing import ExhibitList, LineReader
from comity.kernel.errors import UntrustedError
from comity.kernel.realms import Realm

_LINES_AT_ONCE = 64 << 10
"""Bytes of records of which exhibits are made at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the opener knows beforehand, from the signed delivery or not at all.

    Attributes:
        realm: Practice or live; a package of the other realm is refused.
        bag_root: As signed; None for a loose bag.
        piece_root: As signed; None where the ciphertext was checked before.
    """

    realm: Realm
    bag_root: str | None = None
    piece_root: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedBag:
    """A bag of which every byte was checked.

    Attributes:
        label: What the package says about itself.
        exhibits: By number, kept as their lines.
        custody: Events up to sealing.
        custody_lines: The bytes of ``custody.jsonl``.
        bag_root: SHA-256 of the tag manifest, in hexadecimal.
    """

    label: PackageLabel
    exhibits: ExhibitList
    custody: tuple[CustodyEvent, ...]
    custody_lines: bytes
    bag_root: str


class BagSink(Protocol):
    """Where the content of a bag goes while it is read."""

    def begin(self, name: str) -> None:
        """Start the file with this name of ours: ``data/000000001.bin`` or a tag file."""
        ...

    def write(self, content: memoryview) -> None:
        """Take the next bytes of the file."""
        ...

    def end(self) -> None:
        """Finish the file."""
        ...


class BagReader:
    """Reads the archive in portions of any size; what it keeps does not grow with what is inside.

    Args:
        sink: Where contents go; None where they are only judged.
    """

    def __init__(self, sink: BagSink | None) -> None:
        self._sink = sink
        self._pending = bytearray()
        self._needed = frames.BLOCK
        self._name = ""
        self._left = 0
        self._padding = 0
        self._state: Any = None
        self._found = _Found()
        self._size = 0
        self._records = _Records(self._found)
        self._in_records = self._over = False

    @property
    def left(self) -> int:
        """Bytes that the current file still lacks."""
        return self._left

    def feed(self, portion: memoryview) -> None:
        """Take the next authenticated bytes of the archive.

        Raises:
            MalformedError: ``package.form`` for an archive that is not drawn as specified.
        """
        while len(portion):
            if self._name and self._left:
                portion = self._take_content(portion)
            elif self._padding:
                portion = self._take_padding(portion)
            else:
                portion = self._take_frame(portion)

    def finish(self, expected: Expected) -> OpenedBag:
        """Return the checked bag.

        Raises:
            MalformedError: ``package.form`` for an archive or record that is not drawn as specified.
            UntrustedError: ``package.digest``, ``package.bag_root``, ``package.realm`` or ``custody.…``.
            DeniedError: ``handling.child_abuse_refused``.
        """
        if not self._over or self._pending or self._padding:
            raise not_a_package("the archive is cut off")
        records = self._records
        # 1. the label, and a realm that is ours
        label, exhibits = records.lines.finish()
        if label.realm is not expected.realm:
            raise UntrustedError("package.realm", f"a {label.realm.value} package has no place here")
        # 2. nothing that this version may not hold
        require_lawful([label.handling, *records.handlings])
        # 3. every exhibit was read, with its size and digest
        if records.differs or len(exhibits) != len(self._found):
            raise not_as_recorded("exhibits differ from their records", where=package.EXHIBITS)
        # 4. the manifests and BagIt files are what follows from them
        records.require_bag_files(label, payload=self._found.payload)
        # 5. the bag root is the one that was signed
        bag_root = records.digests[package.TAG_MANIFEST].hex()
        if expected.bag_root not in (None, bag_root):
            raise UntrustedError("package.bag_root", "the bag inside is not the one that was signed for")
        # 6. custody is one chain over this package, and ends with its sealing
        custody_lines = records.contents[package.CUSTODY]
        events, lines = wire.parse_custody(custody_lines)
        over = Custodied(
            realm=label.realm,
            case=label.case,
            manifest=records.digests[package.MANIFEST].hex(),
            exhibits=records.digests[package.EXHIBITS].hex(),
        )
        require_chain(events, lines, over)
        if events[-1].act.step is not CustodyStep.SEALED:
            raise not_as_recorded("custody does not end with the sealing", where=package.CUSTODY)
        return OpenedBag(
            label=label, exhibits=exhibits, custody=events, custody_lines=custody_lines, bag_root=bag_root
        )

    def _take_frame(self, portion: memoryview) -> memoryview:
        if self._over:
            raise not_a_package("bytes follow the end of the archive")
        if not self._pending and not self._in_records and len(portion) >= frames.BLOCK:
            size = frames.size_of_frame(portion[: frames.BLOCK], stored_name(len(self._found) + 1))
            if size is not None:
                self._begin(stored_name(len(self._found) + 1), size)
                return portion[frames.BLOCK :]
        taken = self._needed - len(self._pending)
        self._pending += portion[:taken]
        if len(self._pending) == self._needed:
            self._judge_frame()
        return portion[taken:]

    def _judge_frame(self) -> None:
        head = bytes(self._pending)
        if self._records.complete:
            if any(head):
                raise not_a_package("something stands where the archive ends")
            if len(head) < len(frames.END):
                self._needed = len(frames.END)
                return
            self._over = True
        elif len(head) < (length := frames.frame_length(head)):
            self._needed = length
            return
        else:
            self._begin(*frames.parse_frame(head))
        self._pending.clear()
        self._needed = frames.BLOCK

    def _begin(self, name: str, size: int) -> None:
        number = len(self._found) + 1
        if self._in_records or name != stored_name(number) or number > MOST_EXHIBITS:
            known = self._found and name == self._records.next and size <= package.MOST_TAG_BYTES
            if not known:
                raise not_a_package("a file that has no place here", where=name[:100])
            self._in_records = True
            self._records.begin()
        self._name, self._left, self._size = name, size, size
        self._padding = -size % frames.BLOCK
        self._state = hashlib.sha256()
        if self._sink is not None:
            self._sink.begin(name)
        if not size:
            self._end()

    def _take_content(self, portion: memoryview) -> memoryview:
        content = portion[: self._left]
        self._left -= len(content)
        self._state.update(content)
        if self._in_records:
            self._records.feed(content)
        if self._sink is not None:
            self._sink.write(content)
        if not self._left:
            self._end()
        return portion[len(content) :]

    def _end(self) -> None:
        if self._sink is not None:
            self._sink.end()
        if self._in_records:
            self._records.end(self._state.digest())
        else:
            self._found.add(self._size, self._state.digest())

    def _take_padding(self, portion: memoryview) -> memoryview:
        zeros = portion[: self._padding]
        if zeros != frames.NO_BYTES[: len(zeros)]:
            raise not_a_package("padding that is not zero", where=self._name)
        self._padding -= len(zeros)
        return portion[len(zeros) :]


class _Found:
    """Sizes and digests of the exhibits that were read."""

    def __init__(self) -> None:
        self._sizes, self._digests, self.payload = array("Q"), bytearray(), 0
        self.manifest = package.Manifest(self._digests)

    def __len__(self) -> int:
        return len(self._sizes)

    def add(self, size: int, digest: bytes) -> None:
        """Add the next."""
        self._sizes.append(size)
        self._digests += digest
        self.payload += size

    def is_same(self, exhibit: Exhibit) -> bool:
        """Tell whether what was read is what a record says."""
        at = exhibit.number - 1
        if at >= len(self._sizes) or self._sizes[at] != exhibit.size:
            return False
        return self._digests[at * 32 : at * 32 + 32] == bytes.fromhex(exhibit.sha256)


class _Records:
    """The six files behind the exhibits, as they come: what they must say is known when each has ended.

    Attributes:
        lines: Reads the records of exhibits.
        differs: Whether an exhibit is not as its record says.
        handlings: Those that exhibits have.
        contents: Of all files but the two that name every exhibit.
        digests: SHA-256 of each file.
    """

    def __init__(self, found: _Found) -> None:
        self._found = found
        self._content = bytearray()
        self.lines, self.differs = LineReader(), False
        self.handlings: set[Handling] = set()
        self.contents: dict[str, bytes] = {}
        self.digests: dict[str, bytes] = {}

    @property
    def complete(self) -> bool:
        """Whether all six have come."""
        return len(self.digests) == len(package.TAG_FILES)

    @property
    def next(self) -> str:
        """The name of the file that comes next."""
        return package.TAG_FILES[len(self.digests)]

    def begin(self) -> None:
        """Begin the next file."""
        self._content = bytearray()

    def feed(self, content: memoryview) -> None:
        """Take the next bytes of a file."""
        if self.next == package.EXHIBITS:
            for start in range(0, len(content), _LINES_AT_ONCE):
                self._read_lines(bytes(content[start : start + _LINES_AT_ONCE]))
        elif self.next != package.MANIFEST:
            self._content += content

    def _read_lines(self, content: bytes) -> None:
        for exhibit in self.lines.feed(content):
            self.differs = self.differs or not self._found.is_same(exhibit)
            self.handlings.add(exhibit.handling)

    def end(self, digest: bytes) -> None:
        """Finish a file that has this SHA-256."""
        name = self.next
        if name not in (package.EXHIBITS, package.MANIFEST):
            self.contents[name] = bytes(self._content)
        self.digests[name] = digest

    def require_bag_files(self, label: PackageLabel, *, payload: int) -> None:
        """Raise UntrustedError ``package.digest`` unless BagIt files say what follows from the records.

        The digests of the exhibits are those that were read: asked once they are those of the records too.
        """
        listed = ((name, self.digests[name].hex()) for name in package.LISTED_TAGS)
        infos = package.bag_info_texts(label, size=payload, count=len(self._found))
        drawn = {
            package.BAGIT: (package.BAGIT_TEXT,),
            package.BAG_INFO: infos,
            package.TAG_MANIFEST: (package.tag_manifest_text(listed),),
        }
        wrong = [name for name, contents in drawn.items() if self.contents[name] not in contents]
        if self.digests[package.MANIFEST] != self._found.manifest.digest():
            wrong.insert(0, package.MANIFEST)
        if wrong:
            raise not_as_recorded("a file of the bag differs from what it must say", where=wrong[0])
