"""Canonical, uncompressed tar: one way to write an entry, so that a reader can rebuild every header.

POSIX ustar entries for regular files, mode 0644, owner 0, time 0. A pax record comes before an entry
only for a path that ustar cannot hold and for a size of 8 GiB or more. The archive ends with exactly
1,024 zero bytes.

Basis: POSIX.1-2017 pax, PROTOCOL rule 22
"""

from comity.evidence.errors import not_a_package

BLOCK = 512
END = bytes(2 * BLOCK)
PAX_NAME = "pax"
NO_BYTES = bytes(BLOCK)

_MOST_OCTAL = 8**11
_MOST_USTAR_NAME = 100
_MOST_PAX = 16 * BLOCK
_NO_NAME = bytes(_MOST_USTAR_NAME)
_OWNER = b"0000644\x000000000\x000000000\x00"
_TIME = b"\x0000000000000\x00"
_BACK = bytes(100) + b"ustar\x0000" + bytes(64) + b"0000000\x000000000\x00" + bytes(167)
_FIXED = sum(_OWNER) + sum(_TIME) + sum(_BACK) + 8 * 0x20
_PADDINGS = tuple(bytes(-size % BLOCK) for size in range(BLOCK))


def entry_frame(name: str, size: int) -> bytes:
    """Return the header blocks in front of an entry's content.

    Args:
        name: Relative path with forward slashes; UTF-8 in a pax record when it is not ASCII or too long.
        size: Content bytes.
    """
    short = name.isascii() and len(name) <= _MOST_USTAR_NAME
    records = b"" if short else _record("path", name)
    if size >= _MOST_OCTAL:
        records += _record("size", str(size))
    shown = name if short else PAX_NAME
    frame = _header(shown, 0 if size >= _MOST_OCTAL else size, b"0")
    if not records:
        return frame
    return _header(PAX_NAME, len(records), b"x") + records + padding(len(records)) + frame


def padding(size: int) -> bytes:
    """Return the zero bytes that fill the last block of a content of ``size`` bytes."""
    return _PADDINGS[size % BLOCK]


def frame_length(first: bytes) -> int:
    """Return how many bytes of header blocks an entry has, judged by its first 512.

    Raises:
        MalformedError: ``package.form`` when a pax record is larger than any we write.
    """
    if first[156:157] != b"x":
        return BLOCK
    size = _octal(first[124:135])
    if size > _MOST_PAX:
        raise not_a_package("a pax record that is too large")
    return BLOCK + size + -size % BLOCK + BLOCK


def parse_frame(frame: bytes) -> tuple[str, int]:
    """Return name and size of the whole header blocks of one entry.

    Raises:
        MalformedError: ``package.form`` unless the blocks are exactly what :func:`entry_frame` writes.
    """
    last = frame[-BLOCK:]
    name = last[:_MOST_USTAR_NAME].rstrip(b"\x00").decode("ascii", "replace")
    size = _octal(last[124:135])
    if len(frame) > BLOCK:
        for key, value in _parse_records(frame[BLOCK : BLOCK + _octal(frame[124:135])]):
            if key == "path":
                name = value
            elif key == "size":
                size = int(value) if value.isascii() and value.isdigit() and len(value) < 19 else -1
    if size < 0 or not name or frame != entry_frame(name, size):
        raise not_a_package("an archive header is not in canonical form", where=name[:100])
    return name, size


def size_of_frame(head: memoryview, name: str) -> int | None:
    """Return the size in 512 bytes that are the whole frame of a file with this name; None for others."""
    try:
        size = int(bytes(head[124:135]), 8)
    except ValueError:
        return None
    return size if size >= 0 and head == _header(name, size, b"0") else None


def _header(name: str, size: int, kind: bytes) -> bytes:
    raw, digits = name.encode("ascii"), b"%011o" % size
    # NOTE: the checksum is taken as if its own eight bytes were spaces; what never changes is added up once.
    check = b"%06o\x00 " % (sum(raw) + sum(digits) + kind[0] + _FIXED)
    filling = _NO_NAME[len(raw) :]
    return b"".join((raw, filling, _OWNER, digits, _TIME, check, kind, _BACK))


def _record(key: str, value: str) -> bytes:
    body = f" {key}={value}\n".encode()
    length = len(body) + 1
    while len(str(length)) + len(body) != length:
        length = len(str(length)) + len(body)
    return str(length).encode("ascii") + body


def _parse_records(data: bytes) -> list[tuple[str, str]]:
    found = []
    while data:
        digits, _, _ = data.partition(b" ")
        length = int(digits) if digits.isdigit() and len(digits) < 6 else 0
        key, mark, value = data[len(digits) + 1 : length - 1].partition(b"=")
        if not mark or not 0 < length <= len(data):
            raise not_a_package("a pax record is not well formed")
        found.append((key.decode("ascii", "replace"), value.decode("utf-8", "replace")))
        data = data[length:]
    return found


def _octal(field: bytes) -> int:
    try:
        return int(field, 8)
    except ValueError as exc:
        raise not_a_package("an archive header has a size that is no number") from exc
