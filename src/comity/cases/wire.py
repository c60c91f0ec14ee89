"""Bytes to types and back: the signed act as it is stored, and the parcel that carries it with its parts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from comity.cases.acts import Act, parse_act
from comity.cases.approvals import Approval, parse_approval
from comity.cases.parts import Part
from comity.kernel.digests import b64, sha256, unb64
from comity.kernel.errors import MalformedError
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.signing import Envelope, envelope_value, parse_envelope

MOST_SIGNED = 512 * 1024
MOST_PARCEL = 16 * 1024 * 1024 * 4 // 3
MOST_DEPTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedAct:
    """An act with its approvals, read from the bytes that are kept.

    Attributes:
        stored: Exactly the bytes that this node keeps: ``{"act": DSSE, "approvals": [DSSE]}``.
    """

    stored: bytes = field(repr=False)
    act: Act
    approvals: tuple[Approval, ...]

    @property
    def digest(self) -> bytes:
        """SHA-256 of the stored bytes, which the leaf of the peer log commits to."""
        return sha256(self.stored)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What one message carries: a signed act and its parts in the open."""

    signed: SignedAct
    parts: tuple[Part, ...]


def signed_act(envelope: Envelope, approvals: Sequence[Envelope]) -> SignedAct:
    """Return the signed act of an envelope and its approvals, as it will be stored."""
    value = {"act": envelope_value(envelope), "approvals": [envelope_value(a) for a in approvals]}
    return parse_signed_act(dump_ijson(value))


def parse_signed_act(stored: bytes) -> SignedAct:
    """Return the signed act in stored bytes; raise MalformedError for any other bytes."""
    value = parse_ijson(stored, most_bytes=MOST_SIGNED, most_depth=MOST_DEPTH, where="signed act")
    return _signed_act(value, stored)


def parcel_bytes(signed: SignedAct, parts: Sequence[Part]) -> bytes:
    """Return the plaintext that is sealed to the addressee."""
    value = {
        "signed": msgspec.Raw(signed.stored),
        "parts": [{"name": p.name, "salt": b64(p.salt), "data": b64(p.data)} for p in parts],
    }
    made = dump_ijson(value)
    if len(made) > MOST_PARCEL:
        raise MalformedError("parcel.size", f"{len(made)} bytes where at most {MOST_PARCEL} are taken")
    return made


def parse_parcel(plaintext: bytes) -> Parcel:
    """Return the parcel in a message's plaintext; raise MalformedError for any other bytes."""
    value = parse_ijson(plaintext, most_bytes=MOST_PARCEL, most_depth=MOST_DEPTH, where="parcel")
    match value:
        case {"signed": dict(signed), "parts": list(parts)} if len(value) == 2:
            stored = dump_ijson(signed)
            if len(stored) > MOST_SIGNED:
                raise MalformedError("json.size", f"a signed act has at most {MOST_SIGNED} bytes")
            return Parcel(signed=_signed_act(signed, stored), parts=tuple(_part(item) for item in parts))
        case _:
            raise MalformedError("parcel.form", "not a parcel: expected signed and parts")


def _signed_act(value: Any, stored: bytes) -> SignedAct:
    match value:
        case {"act": act, "approvals": list(approvals)} if len(value) == 2:
            return SignedAct(
                stored=stored,
                act=parse_act(parse_envelope(act, where="/act")),
                approvals=tuple(
                    parse_approval(parse_envelope(item, where="/approvals")) for item in approvals
                ),
            )
        case _:
            raise MalformedError("signed.form", "not a signed act: expected act and approvals")


def _part(value: Any) -> Part:
    match value:
        case {"name": str(name), "salt": str(salt), "data": str(data)} if len(value) == 3:
            return Part(name=name, salt=unb64(salt, where=name), data=unb64(data, where=name))
        case _:
            raise MalformedError("parcel.part", "not a part: expected name, salt and data")
