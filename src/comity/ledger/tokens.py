"""What a time-stamp token says of itself: over which digest, and when; who made it is judged elsewhere.

Only the way to the statement is read, in DER alone. A token that reads here may still be by anybody.

Basis: RFC 3161 section 2.4.2, RFC 5652
"""

import re
from datetime import UTC, datetime, timedelta

from comity.kernel.clock import Instant, require_instant
from comity.kernel.errors import MalformedError
from comity.ledger.der import (
    INTEGER,
    OCTETS,
    OID,
    SEQUENCE,
    SET,
    TAGGED,
    TIME,
    first_values,
    only_values,
)

END_OF_SECOND = 999_999
"""Microseconds: what happened in a second that is told in whole seconds had happened by its end."""

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_TST_INFO = bytes.fromhex("2a864886f70d0109100104")
_SHA_256 = bytes.fromhex("608648016503040201")
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
    try:
        time = _statement(answer, digest)
    except MalformedError as exc:
        raise _malformed() from exc
    match = _MOMENT.fullmatch(time)
    try:
        moment = datetime.strptime(match[1].decode() + "Z" if match else "", "%Y%m%d%H%M%S%z")
    except ValueError as exc:
        raise _malformed() from exc
    if moment < _EPOCH:
        raise _malformed()
    return require_instant((moment - _EPOCH) // timedelta(seconds=1) * 1_000_000 + END_OF_SECOND)


def _statement(answer: bytes, digest: bytes) -> bytes:
    """Return the time of an answer as it spells it; raise MalformedError for anything else."""
    (whole,) = only_values(answer, SEQUENCE)
    status, content = first_values(whole, SEQUENCE, SEQUENCE)[:2]
    kind, inner = first_values(content, OID, TAGGED)[:2]
    granted = first_values(status, INTEGER)[0] == b"\0"
    if not granted or kind != _SIGNED_DATA:
        raise _malformed()
    encapsulated = first_values(first_values(inner, SEQUENCE)[0], INTEGER, SET, SEQUENCE)[2]
    kind, wrapped = first_values(encapsulated, OID, TAGGED)[:2]
    info = first_values(first_values(wrapped, OCTETS)[0], SEQUENCE)[0]
    version, _, imprint, _, time = first_values(info, INTEGER, OID, SEQUENCE, INTEGER, TIME)[:5]
    algorithm, hashed = first_values(imprint, SEQUENCE, OCTETS)[:2]
    over = (kind, version, first_values(algorithm, OID)[0], hashed)
    if over != (_TST_INFO, b"\1", _SHA_256, digest):
        raise _malformed()
    return time


def _malformed() -> MalformedError:
    return MalformedError("stamp.form", "not a granted answer of a time-stamp authority over this digest")
