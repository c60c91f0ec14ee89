"""Bytes to types and back: what every part of the exchange shares when it reads JSON."""

from typing import Any, TypeVar

import msgspec

from comity.kernel.errors import MalformedError
from comity.kernel.ids import AuthorityId, Fingerprint
from comity.kernel.ijson import parse_ijson
from comity.kernel.realms import Realm, payload_type
from comity.kernel.signing import Envelope, parse_envelope

MOST_STATEMENT = 256 * 1024
MOST_ENVELOPE = 2 * MOST_STATEMENT

_T = TypeVar("_T")


class EndWire(msgspec.Struct, frozen=True, kw_only=True):
    """One end of a channel as it stands in JSON: an authority and its Party's root."""

    authority: str
    root: str


def end_wire(authority: AuthorityId, root: Fingerprint) -> EndWire:
    """Return the JSON form of one end."""
    return EndWire(authority=authority, root=root)


def convert(value: Any, kind: type[_T], *, where: str = "") -> _T:
    """Return a parsed JSON value as a struct; raise MalformedError ``wire.form`` for another shape.

    Names that the struct does not have are passed over: later versions may add some.
    """
    try:
        return msgspec.convert(value, type=kind, strict=True)
    except msgspec.ValidationError as exc:
        raise MalformedError("wire.form", f"not the expected shape: {exc}", where=where) from exc


def read_payload(envelope: Envelope, what: str, realm: Realm, kind: type[_T], *, where: str = "") -> _T:
    """Return the payload of a statement of one class and realm.

    Raises:
        MalformedError: another class or realm (``payload.type``), or not I-JSON of that shape.
    """
    expected = payload_type(what, realm)
    if envelope.payload_type != expected:
        raise MalformedError(
            "payload.type",
            f"expected {expected}, found {envelope.payload_type[:80]}",
            hint="practice and live statements never mix",
            where=where,
        )
    return convert(parse_ijson(envelope.payload, most_bytes=MOST_STATEMENT, where=where), kind, where=where)


def dump_struct(payload: msgspec.Struct) -> bytes:
    """Return the JSON of a struct as we write everything: compact, names sorted."""
    return msgspec.json.encode(payload, order="sorted")


def statement(what: str, realm: Realm, payload: msgspec.Struct) -> Envelope:
    """Return an unsigned envelope around a payload of ours."""
    return Envelope(payload_type=payload_type(what, realm), payload=dump_struct(payload))


def read_envelope(data: bytes, *, where: str = "", most_bytes: int = MOST_ENVELOPE) -> Envelope:
    """Return the envelope in DSSE JSON bytes; raise MalformedError for anything else."""
    return parse_envelope(parse_ijson(data, most_bytes=most_bytes, most_depth=4, where=where), where=where)
