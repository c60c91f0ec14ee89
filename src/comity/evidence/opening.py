"""The plaintext half of opening: archive bytes in, exhibits out to a sink, and a verdict at the end.

The reader takes only what the specification draws: regular files under our names, in our order, with
rebuilt headers and zero padding, and not a byte after the end. What reaches the sink before
:meth:`BagReader.finish` has returned is in quarantine and nothing else.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, Protocol

from comity.evidence import frames, package, wire
from comity.evidence.custody import CustodyEvent, CustodyStep, require_chain
from comity.evidence.errors import not_a_package, not_as_recorded
from comity.evidence.exhibits import MOST_EXHIBITS, Exhibit, stored_name
from comity.evidence.handling import require_lawful
from comity.evidence.label import PackageLabel
from comity.kernel.digests import sha256
from comity.kernel.errors import UntrustedError
from comity.kernel.realms import Realm


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
        exhibits: By number.
        custody: Events up to sealing.
        custody_lines: The bytes of ``custody.jsonl``.
        bag_root: SHA-256 of the tag manifest, in hexadecimal.
    """

    label: PackageLabel
    exhibits: tuple[Exhibit, ...]
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
    """Reads the archive in portions of any size."""

    def __init__(self, sink: BagSink) -> None:
        self._sink = sink
        self._pending = bytearray()
        self._needed = frames.BLOCK
        self._name = ""
        self._left = 0
        self._padding = 0
        self._state: Any = None
        self._tag: bytearray | None = None
        self._found: list[tuple[int, str]] = []
        self._size = 0
        self._tags: dict[str, bytes] = {}
        self._over = False

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
        # 1. the label, and a realm that is ours
        label, exhibits = wire.parse_exhibits(self._tags[package.EXHIBITS])
        if label.realm is not expected.realm:
            raise UntrustedError("package.realm", f"a {label.realm.value} package has no place here")
        # 2. nothing that this version may not hold
        require_lawful([label.handling, *(item.handling for item in exhibits)])
        # 3. every exhibit was read, with its size and digest
        if [(item.size, item.sha256) for item in exhibits] != self._found:
            raise not_as_recorded("exhibits differ from their records", where=package.EXHIBITS)
        # 4. the manifests and BagIt files are what follows from them
        self._require_bag_files(label, exhibits)
        # 5. the bag root is the one that was signed
        bag_root = sha256(self._tags[package.TAG_MANIFEST]).hex()
        if expected.bag_root not in (None, bag_root):
            raise UntrustedError("package.bag_root", "the bag inside is not the one that was signed for")
        # 6. custody is one chain over this package, and ends with its sealing
        custody_lines = self._tags[package.CUSTODY]
        events, lines = wire.parse_custody(custody_lines)
        over = package.custodied(label, self._tags[package.MANIFEST], self._tags[package.EXHIBITS])
        require_chain(events, lines, over)
        if events[-1].act.step is not CustodyStep.SEALED:
            raise not_as_recorded("custody does not end with the sealing", where=package.CUSTODY)
        return OpenedBag(
            label=label, exhibits=exhibits, custody=events, custody_lines=custody_lines, bag_root=bag_root
        )

    def _require_bag_files(self, label: PackageLabel, exhibits: tuple[Exhibit, ...]) -> None:
        tags = self._tags
        tag_manifest = package.tag_manifest_text(
            (name, sha256(tags[name]).hex()) for name in package.LISTED_TAGS
        )
        drawn = {
            package.BAGIT: (package.BAGIT_TEXT,),
            package.BAG_INFO: package.bag_info_texts(label, exhibits),
            package.MANIFEST: (package.manifest_text(exhibits),),
            package.TAG_MANIFEST: (tag_manifest,),
        }
        for name, contents in drawn.items():
            if tags[name] not in contents:
                raise not_as_recorded("a file of the bag differs from what it must say", where=name)

    def _take_frame(self, portion: memoryview) -> memoryview:
        if self._over:
            raise not_a_package("bytes follow the end of the archive")
        taken = self._needed - len(self._pending)
        self._pending += portion[:taken]
        if len(self._pending) == self._needed:
            self._judge_frame()
        return portion[taken:]

    def _judge_frame(self) -> None:
        head = bytes(self._pending)
        if len(self._tags) == len(package.TAG_FILES):
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
        if not self._tags and name == stored_name(number) and number <= MOST_EXHIBITS:
            self._tag = None
        elif self._found and name == package.TAG_FILES[len(self._tags)] and size <= package.MOST_TAG_BYTES:
            self._tag = bytearray()
        else:
            raise not_a_package("a file that has no place here", where=name[:100])
        self._name, self._left, self._size = name, size, size
        self._padding = len(frames.padding(size))
        self._state = hashlib.sha256()
        self._sink.begin(name)
        if not size:
            self._end()

    def _take_content(self, portion: memoryview) -> memoryview:
        content = portion[: self._left]
        self._left -= len(content)
        if self._tag is None:
            self._state.update(content)
        else:
            self._tag += content
        self._sink.write(content)
        if not self._left:
            self._end()
        return portion[len(content) :]

    def _end(self) -> None:
        self._sink.end()
        if self._tag is None:
            self._found.append((self._size, self._state.hexdigest()))
        else:
            self._tags[self._name] = bytes(self._tag)

    def _take_padding(self, portion: memoryview) -> memoryview:
        zeros = portion[: self._padding]
        if any(zeros):
            raise not_a_package("padding that is not zero", where=self._name)
        self._padding -= len(zeros)
        return portion[len(zeros) :]
