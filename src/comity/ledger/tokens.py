"""What a time-stamp token says of itself: over which digest, and when; who made it is judged elsewhere.

Only the way to the statement is read, in DER alone. A token that reads here may still be by anybody.

Basis: RFC 3161 section 2.4.2, RFC 5652
"""

import re
from datetime import UTC, datetime, timedelta

from comity.kernel.clock import Instant, require_instant
from comity.kernel.errors import MalformedError

END_OF_SECOND = 999_999
"""Microseconds: what happened in a second that is told in whole seconds had happened by its end."""

_SEQUENCE, _SET, _INTEGER, _OCTETS, _OID, _TIME, _TAGGED = 0x30, 0x31, 0x02, 0x04, 0x06, 0x18, 0xA0
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_TST_INFO = bytes.fromhex("2a864886f70d0109100104")
_SHA_256 = bytes.fromhex("608648016503040201")
_LONG = 0x80
_MOST_LENGTH_BYTES = 4
_MOMENT = re.compile(rb"([0-9]{14})(?:\.[0-9]{1,9})?Z")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def stated_time(answer: bytes, digest: bytes) -> Instant:
    """Return the time that an answer of a time-stamp authority states for a digest, the end of its second.

    Args:
        answer: The whole answer, in DER.
        digest: The SHA-256 that it is to be over.

    Raises:
        MalformedError: ``stamp.form``: it is no granted answer, or not over that digest by SHA-256.

    Basis: RFC 3161 section 2.4.2
    """
    whole = _values(answer, _SEQUENCE)
    status, content = _values(whole[0], _SEQUENCE, _SEQUENCE)[:2]
    kind, inner = _values(content, _OID, _TAGGED)[:2]
    granted = _values(status, _INTEGER)[0] == b"\0"
    if len(whole) != 1 or not granted or kind != _SIGNED_DATA:
        raise _malformed()
    encapsulated = _values(_values(inner, _SEQUENCE)[0], _INTEGER, _SET, _SEQUENCE)[2]
    kind, wrapped = _values(encapsulated, _OID, _TAGGED)[:2]
    info = _values(_values(wrapped, _OCTETS)[0], _SEQUENCE)[0]
    version, _, imprint, _, time = _values(info, _INTEGER, _OID, _SEQUENCE, _INTEGER, _TIME)[:5]
    algorithm, hashed = _values(imprint, _SEQUENCE, _OCTETS)[:2]
    over = (kind, version, _values(algorithm, _OID)[0], hashed)
    if over != (_TST_INFO, b"\1", _SHA_256, digest):
        raise _malformed()
    return _instant(time)


def _instant(time: bytes) -> Instant:
    match = _MOMENT.fullmatch(time)
    try:
        moment = datetime.strptime(match[1].decode() + "Z" if match else "", "%Y%m%d%H%M%S%z")
    except ValueError as exc:
        raise _malformed() from exc
    if moment < _EPOCH:
        raise _malformed()
    return require_instant((moment - _EPOCH) // timedelta(seconds=1) * 1_000_000 + END_OF_SECOND)


def _values(data: bytes, *tags: int) -> list[bytes]:
    """Return the contents of the values that DER bytes are made of, of which the first have these tags."""
    found: list[bytes] = []
    while data:
        size, start = _length(data)
        right = len(found) >= len(tags) or data[0] == tags[len(found)]
        if not right or len(data) < start + size:
            raise _malformed()
        found.append(data[start : start + size])
        data = data[start + size :]
    if len(found) < len(tags):
        raise _malformed()
    return found


def _length(data: bytes) -> tuple[int, int]:
    """Return the length of the first value's content, and where that begins."""
    first = data[1] if len(data) > 1 else _LONG
    if first < _LONG:
        return first, 2
    count = first - _LONG
    if not 1 <= count <= _MOST_LENGTH_BYTES or len(data) < 2 + count or not data[2]:
        raise _malformed()
    size = int.from_bytes(data[2 : 2 + count], "big")
    if size < _LONG:
        raise _malformed()
    return size, 2 + count


def _malformed() -> MalformedError:
    return MalformedError("stamp.form", "not a granted answer of a time-stamp authority over this digest")
