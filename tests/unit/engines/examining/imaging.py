"""Small archives and images of disks that this system has no tool to make, byte by byte."""

from __future__ import annotations

import lzma
import struct
import zlib
from pathlib import Path

import libarchive

SECTOR = 512


def sevenz(entries: dict[str, bytes]) -> bytes:
    """Return a 7z archive."""
    out: list[bytes] = []
    with libarchive.custom_writer(lambda data: (out.append(bytes(data)), len(data))[1], "7zip") as archive:
        for name, content in entries.items():
            archive.add_file_from_memory(name, len(content), content, mtime=1_790_000_000)
    return b"".join(out)


def rar(entries: dict[str, bytes], *, locked: bool = False) -> bytes:
    """Return a RAR archive of the fourth version whose files are stored."""
    made = [b"Rar!\x1a\x07\x00", _block(0x73, 0, bytes(6))]
    for name, content in entries.items():
        raw = name.encode()
        head = struct.pack(
            "<LLBLLBBHL",
            *(len(content), len(content), 3, zlib.crc32(content), 0x5C6C4D20),
            *(20, 0x30, len(raw), 0o100644),
        )
        made += [_block(0x74, 0x8004 if locked else 0x8000, head + raw + bytes(8 if locked else 0)), content]
    return b"".join([*made, _block(0x7B, 0x4000, b"")])


def _block(kind: int, flags: int, body: bytes) -> bytes:
    rest = struct.pack("<BHH", kind, flags, len(body) + 7) + body
    return struct.pack("<H", zlib.crc32(rest) & 0xFFFF) + rest


def fat(entries: dict[str, bytes], *, gone: dict[str, bytes] | None = None) -> bytes:
    """Return a FAT12 file system of 64 KiB: names of eight letters and three, all in the first folder."""
    clusters = 124
    boot = bytearray(SECTOR)
    boot[:3], boot[3:11], boot[54:62] = b"\xeb\x3c\x90", b"MSDOS5.0", b"FAT12   "
    struct.pack_into("<HBHBHHBH", boot, 11, SECTOR, 1, 1, 1, 16, clusters + 4, 0xF8, 1)
    boot[510:] = b"\x55\xaa"
    table, folder, data = [0xFF8, 0xFFF], b"", b""
    for files, first in ((entries, None), (gone or {}, b"\xe5")):
        for name, content in files.items():
            stem, _, ending = name.partition(".")
            short = stem.ljust(8).encode() + ending.ljust(3).encode()
            at, count = len(table), -(-len(content) // SECTOR)
            folder += struct.pack(
                "<11sB10xHHHL",
                (first or short[:1]) + short[1:],
                *(0x20, 0, 0x5A4B, at, len(content)),
            )
            chain = [*range(at + 1, at + count), 0xFFF] if count else []
            table += [0] * count if first else chain
            data += content.ljust(count * SECTOR, b"\0")
    packed = b"".join(
        ((table[n] | (table[n + 1] if n + 1 < len(table) else 0) << 12).to_bytes(3, "little"))
        for n in range(0, len(table), 2)
    )
    made = bytes(boot) + packed.ljust(SECTOR, b"\0") + folder.ljust(SECTOR, b"\0") + data
    return made.ljust((clusters + 4) * SECTOR, b"\0")


def partitioned(*systems: bytes) -> bytes:
    """Return a disk with these file systems in its partitions, the last of which lies behind its end."""
    rows, at = [], 64
    for data in systems:
        rows.append(struct.pack("<B3sB3sLL", 0, b"", 6, b"", at, len(data) // SECTOR))
        at += len(data) // SECTOR
    behind = struct.pack("<B3sB3sLL", 0, b"", 7, b"", at + 999, 100)
    table = bytes(446) + b"".join(rows).ljust(48, b"\0") + behind + b"\x55\xaa"
    return table.ljust(64 * SECTOR, b"\0") + b"".join(systems)


def ntfs() -> bytes:
    """Return an NTFS of 2 MiB that mkntfs and ntfscp made: ``a.txt`` with a stream, and ``big``.

    The table of capital letters was zeroed, so that it packs well.
    """
    return lzma.decompress(Path(__file__).with_name("ntfs.img.xz").read_bytes())
