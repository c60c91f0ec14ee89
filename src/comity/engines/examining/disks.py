"""Raw images of disks and file systems: partitions, and the files in them, read by The Sleuth Kit.

The image itself is a content like any other, so what lies in no file (deleted, between partitions) is found
by its place in the image. Here its files are told one by one; deleted ones by name only, since what their
blocks hold now may be somebody else's.
"""

import struct
from collections.abc import Callable, Iterator
from functools import cache, partial
from io import SEEK_END, RawIOBase
from typing import IO, TYPE_CHECKING, Any, BinaryIO, cast

from comity.engines.examining.containers import Entry, TooManyError
from comity.evidence.examination import Bounds, Note

if TYPE_CHECKING:
    from types import ModuleType

RAW = "application/x-raw-disk-image"
_SECTOR = 512
_LOCKED = ((3, b"-FVE-FS-"), (0, b"LUKS\xba\xbe"))
_LABEL = b"(Volume Label Entry)"
_FAT, _NTFS_OWN = (b"FAT12", b"FAT16", b"FAT32"), 24


def looks_like_disk(head: bytes) -> bool:
    """Tell whether content begins as a disk or a file system that can be listed."""
    if head[512:520] == b"EFI PART" or head[:6] == b"LUKS\xba\xbe":
        return True
    if head[1080:1082] == b"\x53\xef" and 0 <= head[1048] <= 6:
        return True
    if head[1024:1026] in (b"H+", b"HX") and head[1026:1028] in (b"\x00\x04", b"\x00\x05"):
        return True
    if head[510:512] != b"\x55\xaa" or head[:2] == b"MZ":
        return False
    if head[3:11] in (b"NTFS    ", b"EXFAT   ", b"-FVE-FS-") or head[54:59] in _FAT or head[82:87] in _FAT:
        return True
    return _has_partitions(head[446:510])


def _has_partitions(table: bytes) -> bool:
    rows = [struct.unpack_from("<B3sB3sLL", table, at) for at in range(0, 64, 16)]
    used = [row for row in rows if row[2]]
    return all(row[0] in (0, 0x80) for row in rows) and any(row[4] and row[5] for row in used)


def disk_entries(file: BinaryIO, _name: bytes, bounds: Bounds) -> Iterator[Entry]:
    """Yield the files of every file system in an image, by partition."""
    kit = _kit()
    size = file.seek(0, SEEK_END)
    image = _image_class()(file, size)
    for label, offset, told in _systems(kit, image, file, size):
        prefix = label + b"/" if label else b""
        if told:
            yield Entry(name=label or b"content", open=None, notes=told)
            continue
        try:
            system = kit.FS_Info(image, offset=offset)
        except OSError as error:
            yield Entry(name=label or b"content", open=None, notes=((Note.NOT_OPENED, str(error)),))
            continue
        yield from _Files(kit, system, prefix=prefix, packed=size, bounds=bounds)


def version() -> str:
    """Return the version of the kit's binding."""
    return str(_kit().get_version())


@cache
def _kit() -> "ModuleType":
    import pytsk3

    return cast("ModuleType", pytsk3)


@cache
def _image_class() -> Callable[[BinaryIO, int], Any]:
    class Image(_kit().Img_Info):  # type: ignore[misc]
        """An image that is read from an open file."""

        def __init__(self, file: BinaryIO, size: int) -> None:
            self._file, self._size = file, size
            super().__init__(url="", type=_kit().TSK_IMG_TYPE_EXTERNAL)

        def read(self, offset: int, size: int) -> bytes:
            self._file.seek(offset)
            return self._file.read(size)

        def get_size(self) -> int:
            return self._size

        def close(self) -> None:
            """Leave the file open; it is the walker's."""

    return Image


_System = tuple[bytes, int, tuple[tuple[Note, str], ...]]


def _systems(kit: Any, image: Any, file: BinaryIO, size: int) -> Iterator[_System]:
    """Yield a name, an offset in bytes, and what keeps it shut, of each file system."""
    try:
        kit.FS_Info(image, offset=0)
    except OSError:
        pass
    else:
        yield b"", 0, ()
        return
    if locked := _locked(file, 0):
        yield b"", 0, locked
        return
    table = kit.Volume_Info(image)
    sector = int(table.info.block_size) or _SECTOR
    number = 0
    for part in table:
        if int(part.flags) != int(kit.TSK_VS_PART_FLAG_ALLOC):
            continue
        number += 1
        offset = int(part.start) * sector
        label = b"partition %d" % number
        if offset >= size:
            yield label, offset, ((Note.TRUNCATED, "it begins behind the end"),)
        else:
            yield label, offset, _locked(file, offset)


def _locked(file: BinaryIO, offset: int) -> tuple[tuple[Note, str], ...]:
    file.seek(offset)
    head = file.read(_SECTOR)
    return ((Note.ENCRYPTED, ""),) if any(head.startswith(sign, at) for at, sign in _LOCKED) else ()


class _Files:
    """The files of one file system, folder by folder; a folder that leads back to itself is read once."""

    def __init__(self, kit: Any, system: Any, *, prefix: bytes, packed: int, bounds: Bounds) -> None:
        self._kit, self._system, self._prefix = kit, system, prefix
        self._packed, self._bounds = packed, bounds
        self._orphans = int(
            system.info.last_inum
        )  # a folder that the kit makes up; it may wait for itself there
        self._ntfs = int(system.info.ftype) == int(kit.TSK_FS_TYPE_NTFS)

    def __iter__(self) -> Iterator[Entry]:
        """Yield an entry for each file, and for each stream of one."""
        root = int(self._system.info.root_inum)
        waiting, seen = [(b"", root)], {root}
        if root >= self._orphans:
            raise ValueError("its first folder is not there")
        while waiting:
            path, number = waiting.pop()
            below: list[tuple[bytes, int]] = []
            try:
                for one in self._system.open_dir(inode=number):
                    name = one.info.name
                    if name is None or name.name in (b".", b"..", None) or name.name.endswith(_LABEL):
                        continue
                    inner = self._folder(one)
                    if inner is None:
                        yield from self._file(path + bytes(name.name), one)
                    elif inner not in seen and inner >= 0:
                        seen.add(inner)
                        below.append((path + bytes(name.name) + b"/", inner))
            except OSError as error:
                yield Entry(
                    name=self._prefix + (path or b"/"), open=None, notes=((Note.MALFORMED, str(error)),)
                )
            if len(seen) > self._bounds.entries:
                raise TooManyError(f"more than {self._bounds.entries} folders")
            waiting += reversed(below)

    def _folder(self, one: Any) -> int | None:
        """Return the number of a folder to go into, -1 for one to pass over, None where it is a file."""
        kit, meta, name = self._kit, one.info.meta, one.info.name
        kinds = {int(name.type), int(meta.type) if meta is not None else -1}
        if {int(kit.TSK_FS_NAME_TYPE_VIRT_DIR), int(kit.TSK_FS_META_TYPE_VIRT_DIR)} & kinds:
            return -1
        if meta is None or int(meta.type) != int(kit.TSK_FS_META_TYPE_DIR) or self._is_gone(one):
            return None
        return -1 if self._is_own(one) or int(meta.addr) >= self._orphans else int(meta.addr)

    def _file(self, path: bytes, one: Any) -> Iterator[Entry]:
        kit, meta, name = self._kit, one.info.meta, self._prefix + path
        seconds = 0 if meta is None else int(meta.mtime) or int(meta.crtime)
        dated = seconds * 1_000_000 if 0 < seconds < 1 << 40 else None
        if self._is_gone(one) or meta is None:
            yield Entry(name=name, open=None, dated=dated, notes=((Note.DELETED, ""),))
            return
        kind = int(meta.type)
        if kind == int(kit.TSK_FS_META_TYPE_LNK):
            target = bytes(meta.link or b"").decode("utf-8", "replace")
            yield Entry(name=name, open=None, dated=dated, notes=((Note.LINK, target),))
        elif kind in (int(kit.TSK_FS_META_TYPE_VIRT), int(kit.TSK_FS_META_TYPE_VIRT_DIR)) or self._is_own(
            one
        ):
            return
        elif kind != int(kit.TSK_FS_META_TYPE_REG):
            yield Entry(name=name, open=None, dated=dated, notes=((Note.DEVICE, ""),))
        else:
            for stream, opened in self._streams(one):
                label = name + b":" + stream if stream else name
                yield Entry(name=label, open=opened, dated=dated, packed=self._packed)

    def _streams(self, one: Any) -> Iterator[tuple[bytes, Callable[[], IO[bytes]]]]:
        """Yield name and opener of what a file holds; NTFS knows several streams of one file."""
        size = int(one.info.meta.size)
        yield b"", partial(_opened, one, size, ())
        if not self._ntfs:
            return
        data = self._kit.TSK_FS_ATTR_TYPE_NTFS_DATA
        for attribute in one:
            info = attribute.info
            if int(info.type) == int(data) and info.name:
                yield bytes(info.name), partial(_opened, one, int(info.size), (data, int(info.id)))

    def _is_gone(self, one: Any) -> bool:
        kit, meta = self._kit, one.info.meta
        gone = int(one.info.name.flags) & int(kit.TSK_FS_NAME_FLAG_UNALLOC)
        return bool(gone or (meta is not None and int(meta.flags) & int(kit.TSK_FS_META_FLAG_UNALLOC)))

    def _is_own(self, one: Any) -> bool:
        """Tell whether it is one of the file system's own files."""
        meta = one.info.meta
        return self._ntfs and meta is not None and int(meta.addr) < _NTFS_OWN and int(meta.addr) != 5


class _Content(RawIOBase):
    """A file in an image."""

    def __init__(self, one: Any, size: int, place: tuple[Any, ...]) -> None:
        super().__init__()
        self._one, self._size, self._place, self._at = one, size, place, 0

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, target: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill with what follows; EOFError where the image does not hold all of it."""
        want = min(len(target), self._size - self._at)
        if want <= 0:
            return 0
        found = self._one.read_random(self._at, want, *self._place)
        if not found:
            raise EOFError("the image does not hold all of it")
        target[: len(found)] = found
        self._at += len(found)
        return len(found)


def _opened(one: Any, size: int, place: tuple[Any, ...]) -> IO[bytes]:
    return cast("IO[bytes]", _Content(one, size, place))
