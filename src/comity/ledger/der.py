"""DER, strictly: the values that bytes are made of, each in the one way that it can be written.

Its rules are those of ITU-T X.690, clauses 8 and 10.

Basis: RFC 5280 section 4.1
"""

from dataclasses import dataclass

from comity.kernel.errors import MalformedError

INTEGER, OCTETS, NULL, OID, TEXT, TIME = 0x02, 0x04, 0x05, 0x06, 0x0C, 0x18
SEQUENCE, SET, TAGGED = 0x30, 0x31, 0xA0
MOST_DEPTH = 32
_LONG, _MOST_LENGTH_BYTES = 0x80, 4
_CONSTRUCTED, _NUMBER, _CONTEXT = 0x20, 0x1F, 0x80


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value.

    Attributes:
        tag: Its first byte.
        content: What it holds.
        whole: All its bytes, with tag and length.
    """

    tag: int
    content: bytes
    whole: bytes


def values(data: bytes) -> tuple[Value, ...]:
    """Return the values that bytes are made of, one behind the other.

    Raises:
        MalformedError: ``der.form``: a length that is not the shortest, not definite, or beyond the end.
    """
    found: list[Value] = []
    at = 0
    while at < len(data):
        size, start = _length(data[at : at + 2 + _MOST_LENGTH_BYTES])
        end = at + start + size
        if end > len(data):
            raise _malformed()
        found.append(Value(tag=data[at], content=data[at + start : end], whole=data[at:end]))
        at = end
    return tuple(found)


def first_values(data: bytes, *tags: int) -> tuple[bytes, ...]:
    """Return the contents of the values that bytes are made of, of which the first have these tags.

    Raises:
        MalformedError: ``der.form``.
    """
    found = values(data)
    if tuple(one.tag for one in found[: len(tags)]) != tags:
        raise _malformed()
    return tuple(one.content for one in found)


def only_values(data: bytes, *tags: int) -> tuple[bytes, ...]:
    """Return the contents of the values that bytes are made of, which have these tags and no more.

    Raises:
        MalformedError: ``der.form``.
    """
    found = first_values(data, *tags)
    if len(found) != len(tags):
        raise _malformed()
    return found


def require_der(data: bytes, *, most_depth: int = MOST_DEPTH) -> None:
    """Require that bytes, and what their sequences, sets and tagged values hold, have the form of DER.

    A sequence or set is constructed, every other universal value is not; tags have one byte, and only
    universal ones and those of the context are there; a NULL is empty. What a string holds is not read.

    Raises:
        MalformedError: ``der.form``, also for more than ``most_depth`` values inside each other.

    Basis: RFC 5280 section 4.1
    """
    if most_depth < 0:
        raise _malformed()
    for one in values(data):
        number, constructed = one.tag & _NUMBER, bool(one.tag & _CONSTRUCTED)
        right = number != _NUMBER and one.tag & ~(_CONSTRUCTED | _NUMBER) in (0, _CONTEXT)
        if one.tag < _CONTEXT:
            right = right and constructed == (number in (SEQUENCE & _NUMBER, SET & _NUMBER))
        if not right or (one.tag == NULL and one.content):
            raise _malformed()
        if constructed:
            require_der(one.content, most_depth=most_depth - 1)


def _length(head: bytes) -> tuple[int, int]:
    """Return the length of a value's content, and where that begins."""
    first = head[1] if len(head) > 1 else _LONG
    if first < _LONG:
        return first, 2
    count = first - _LONG
    if not 1 <= count <= _MOST_LENGTH_BYTES or len(head) < 2 + count or not head[2]:
        raise _malformed()
    size = int.from_bytes(head[2 : 2 + count], "big")
    if size < _LONG:
        raise _malformed()
    return size, 2 + count


def _malformed() -> MalformedError:
    return MalformedError("der.form", "not in DER, or not the values that belong here")
