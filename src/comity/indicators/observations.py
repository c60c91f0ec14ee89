"""What intake finds in a message: values with their place, before anybody states anything about them."""

from dataclasses import dataclass
from enum import StrEnum

import msgspec

from comity.indicators.kinds import Kind

FORWARDED = "forwarded_by"
"""Remark on what says who sent a message on to us; it is shown, and never kept as an indicator."""


class Role(StrEnum):
    """What part a value plays in its message."""

    SENDER = "sender"
    ENVELOPE_SENDER = "envelope_sender"
    REPLY_TO = "reply_to"
    RELAY = "relay"
    SIGNER = "signer"
    LINK = "link"
    REDIRECT = "redirect"
    TEXT = "text"
    ATTACHMENT = "attachment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a value stands.

    Attributes:
        file: Name of the file, as it may be shown.
        digest: SHA-256 of the message, in hexadecimal.
        message: Number of the message in its file, from 1.
        part: ``header From``, ``part 2 text/html`` …, with the enclosing messages in front.
        offset: First byte in the message for a header field, in the part's text as UTF-8 otherwise; -1
            where that cannot be told.
        length: Bytes there.
        written: As it stands there, where that differs from the value.
    """

    file: str
    digest: str
    message: int = 1
    part: str = ""
    offset: int = -1
    length: int = 0
    written: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One value and its place.

    Attributes:
        value: In canonical form.
        where: Its place.
        confidence: 0 to 100: how sure it is that the value is what it seems and belongs to who sent the
            message. A header that anybody may write counts less than a checksum.
        networks: Of a wallet.
        remarks: Codes with what belongs to them: ``spf=fail``, ``name=invoice.zip``, ``reads_as=…``.
    """

    kind: Kind
    value: str
    where: Spot
    confidence: int
    role: Role = Role.TEXT
    networks: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """That something was left out, and why: ``too_large``, ``too_deep``, ``too_many``, ``malformed``."""

    file: str
    code: str
    detail: str = ""
    message: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Words of a message as a person would read them: decoded, and without the elements of a page."""

    file: str
    text: str


Found = Observation | Note | Said


class _Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line between the confined worker and its host: one of the three."""

    observation: Observation | None = None
    note: Note | None = None
    said: Said | None = None


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Line)


def dump_found(found: Found) -> bytes:
    """Return what was found as one line of JSON, without its line feed."""
    match found:
        case Observation():
            return _encoder.encode(_Line(observation=found))
        case Note():
            return _encoder.encode(_Line(note=found))
    return _encoder.encode(_Line(said=found))


def parse_found(data: bytes) -> Found:
    """Return what :func:`dump_found` wrote; raise msgspec.ValidationError otherwise."""
    line = _decoder.decode(data)
    found = line.observation or line.note or line.said
    if found is None:
        raise msgspec.ValidationError("neither an observation nor a note, nor words")
    return found
