"""I-JSON (RFC 7493), strictly: the only way that JSON from outside becomes values.

Refused before anything is used: too many bytes, too deep, bytes that are not UTF-8, a byte order
mark, duplicate names, floating-point numbers, whole numbers beyond 2^53 - 1, lone surrogates and U+0000.
"""

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NoReturn

from comity.kernel.errors import MalformedError

MOST_BYTES = 256 * 1024
MOST_DEPTH = 16
_LARGEST = 2**53 - 1
_MARKS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)

_AS_BRACES = bytes.maketrans(b"[]", b"{}")
_NO_MARKS = bytes(byte for byte in range(256) if byte not in b'"[]{}')


def parse_ijson(
    data: bytes, *, most_bytes: int = MOST_BYTES, most_depth: int = MOST_DEPTH, where: str = ""
) -> Any:
    """Return the value of I-JSON bytes.

    Args:
        data: Untrusted bytes.
        most_bytes: Size limit, judged first.
        most_depth: Limit on nested arrays and objects, judged before parsing.
        where: What the bytes are, for the error.

    Raises:
        MalformedError: with a code that begins with ``json.``.

    Basis: RFC 7493
    """
    if len(data) > most_bytes:
        raise MalformedError(
            "json.size", f"{len(data)} bytes where at most {most_bytes} are taken", where=where
        )
    require_depth(data, most_depth=most_depth, where=where)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise MalformedError("json.encoding", "the bytes are not UTF-8", where=where) from exc
    try:
        value = _decoder().decode(text)
    except MalformedError as exc:
        exc.where = exc.where or where
        raise
    except (ValueError, RecursionError) as exc:
        raise MalformedError("json.syntax", "the bytes are not JSON", where=where) from exc
    # NOTE: U+0000 and lone surrogates can only come from escapes: raw ones are not valid JSON or UTF-8.
    if "\\u" in text:
        _require_clean(value, where)
    return value


def require_depth(data: bytes, *, most_depth: int = MOST_DEPTH, where: str = "") -> None:
    """Raise MalformedError when brackets outside strings nest deeper than ``most_depth``."""
    if data.count(b"[") + data.count(b"{") <= most_depth or _is_shallow(data, most_depth):
        return
    depth = 0
    for match in _MARKS.finditer(data):
        first = data[match.start()]
        if first in b"[{":
            depth += 1
            if depth > most_depth:
                raise MalformedError("json.depth", f"nested deeper than {most_depth}", where=where)
        elif first in b"]}":
            depth -= 1


def _is_shallow(data: bytes, most_depth: int) -> bool:
    """Tell that JSON surely nests no deeper; False where that takes a closer look."""
    if b"\\" in data:
        # NOTE: a backslash outside a string is no JSON, and the parser stops at it, whatever follows.
        data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    outside = data.translate(_AS_BRACES, _NO_MARKS).split(b'"')[::2]
    left = b"".join(outside)
    for _ in range(most_depth):
        if not left:
            break
        left = left.replace(b"{}", b"")
    return not left


def dump_ijson(value: object) -> bytes:
    """Return compact UTF-8 JSON with sorted names: how this node writes what it signs.

    Nothing that came from outside is ever passed through here and signed again.

    Raises:
        MalformedError: ``json.encoding``: a text holds bytes that are not UTF-8.
    """
    import msgspec  # NOTE: here, since its start costs 50 ms and reading needs none of it

    try:
        return msgspec.json.encode(value, order="deterministic")
    except UnicodeEncodeError as exc:
        raise MalformedError("json.encoding", "a text holds bytes that are not UTF-8") from exc


@lru_cache(maxsize=1)
def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=_pairs,
        parse_float=_refuse_number,
        parse_constant=_refuse_number,
        parse_int=_whole,
    )


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = _first_twice(name for name, _ in pairs)
        raise MalformedError("json.duplicate", f"the name {twice[:40]!r} stands twice in one object")
    return found


def _first_twice(names: Iterable[str]) -> str:
    # NOTE: in one pass: an object of a stranger may have millions of names.
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    raise ValueError("no name stands twice")


def _refuse_number(text: str) -> NoReturn:
    raise MalformedError(
        "json.number", f"{text[:40]} is not a whole number", hint="write amounts as decimal strings"
    )


def _whole(text: str) -> int:
    if len(text) <= 17 and abs(number := int(text)) <= _LARGEST and text != "-0":
        return number
    raise MalformedError("json.number", f"the number {text[:40]} is outside what I-JSON takes")


def _require_clean(value: Any, where: str) -> None:
    todo = [value]
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            if "\x00" in item or any("\ud800" <= ch <= "\udfff" for ch in item):
                raise MalformedError("json.character", "U+0000 or a lone surrogate in a string", where=where)
        elif isinstance(item, list):
            todo.extend(item)
        elif isinstance(item, dict):
            todo.extend(item.keys())
            todo.extend(item.values())
