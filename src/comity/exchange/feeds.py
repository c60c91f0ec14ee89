"""Feeds: numbered batches of changes from one office to one other, each a signed message of its own.

What the changes are about the exchange does not know. A batch names the one before it, so none is missed;
it travels and is receipted like every other message. The changes lie beside the signed header, which commits
to them by a salted digest: so the header can be kept and shown where the changes may not.
"""

import zlib
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from comity.exchange.envelope import End
from comity.exchange.wire import EndWire, dump_struct, end_wire, read_payload
from comity.kernel.clock import Instant, require_instant
from comity.kernel.digests import b64, parse_digest, sha256, unb64
from comity.kernel.errors import MalformedError, UntrustedError
from comity.kernel.ids import Fingerprint, parse_authority
from comity.kernel.ijson import dump_ijson, parse_ijson, require_depth
from comity.kernel.realms import Realm, parse_payload_type, payload_type
from comity.kernel.signing import Envelope, envelope_value, parse_envelope

CLASS = "feed"
SENT_TAG = "feed.sent"
MOST_CHANGES = 1000
"""Changes of one batch."""
MOST_INFLATED = 4 << 20
"""Bytes that the changes of a batch take when they are unfolded."""
MOST_DEFLATED = 2 << 20
MOST_MESSAGE = 4 << 20
MOST_TEXT = 200
SALT_SIZE = 16
MOST_NUMBER = (1 << 53) - 1
_PART = "changes"
_DEPTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a batch says of itself; this is signed.

    Attributes:
        feed: What it is about, such as ``indicators``; a reader refuses what it does not know.
        name: Which of several, such as the name of a list; empty where there is one.
        epoch: When this count of batches began; a higher one takes the place of a lower one.
        seq: Number of the batch, from 1.
        prev: Id of the batch before it in this epoch; empty for the first.
        count: How many changes it holds.
        size: Bytes of the changes when they are unfolded.
        changes: Salted digest of the changes as they travel.
        terms: What the reader binds itself to by its receipt: names and texts.
    """

    sender: End
    to: End
    at: Instant
    feed: str
    name: str = ""
    epoch: int
    seq: int
    prev: str = ""
    count: int
    size: int
    changes: str
    terms: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.seq <= MOST_NUMBER or not 0 < self.epoch <= MOST_NUMBER:
            raise MalformedError("feed.form", "a batch has a number from 1, of an epoch")
        if (self.seq == 1) == bool(self.prev):
            raise MalformedError("feed.form", "every batch but the first names the one before it")
        if not 0 <= self.count <= MOST_CHANGES or not 0 <= self.size <= MOST_INFLATED:
            raise MalformedError("feed.size", f"a batch holds at most {MOST_CHANGES} changes")
        if max(len(self.feed), len(self.name)) > MOST_TEXT or not self.feed or len(self.terms) > 16:
            raise MalformedError("feed.form", "a batch says what it is about in few words")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One batch: its signed header, and the changes as they travel.

    Attributes:
        signed: The bytes that the leaves of the logs commit to: ``{"act": DSSE, "approvals": []}``.
        salt: With ``folded`` it gives the digest in the header.
        folded: The changes, deflated.
    """

    envelope: Envelope
    header: Header
    signed: bytes
    salt: bytes
    folded: bytes

    @property
    def id(self) -> str:
        """Id of the signed header."""
        return self.envelope.id

    @property
    def digest(self) -> bytes:
        """SHA-256 of the signed bytes."""
        return sha256(self.signed)


class _HeaderWire(msgspec.Struct, frozen=True, kw_only=True):
    v: Literal[1] = 1
    sender: EndWire = msgspec.field(name="from")
    to: EndWire
    at: int
    feed: str
    name: str
    epoch: int
    seq: int
    prev: str | None
    count: int
    size: int
    changes: str
    terms: dict[str, str]


class _TypeWire(msgspec.Struct, frozen=True):
    payloadType: str  # noqa: N815 - the name that DSSE gives it


class _SignedWire(msgspec.Struct, frozen=True):
    act: _TypeWire


class _ParcelWire(msgspec.Struct, frozen=True):
    signed: _SignedWire


def is_feed(plaintext: bytes) -> bool:
    """Tell by a quick look whether an opened message is a batch of a feed; it judges nothing."""
    try:
        require_depth(plaintext)
        kind = msgspec.json.decode(plaintext, type=_ParcelWire).signed.act.payloadType
        return parse_payload_type(kind)[0] == CLASS
    except (msgspec.MsgspecError, MalformedError, UnicodeError, RecursionError):
        return False


def fold(changes: bytes) -> bytes:
    """Return changes as they travel; MalformedError ``feed.size`` where they are too many bytes."""
    folded = zlib.compress(changes, 6)
    if len(changes) > MOST_INFLATED or len(folded) > MOST_DEFLATED:
        raise MalformedError("feed.size", f"a batch unfolds to at most {MOST_INFLATED} bytes")
    return folded


def unfold(folded: bytes, *, size: int) -> bytes:
    """Return the changes; never more than ``size`` bytes are made.

    Raises:
        MalformedError: ``feed.size``, ``feed.form``: it is no deflated text of exactly that size.
    """
    if len(folded) > MOST_DEFLATED or size > MOST_INFLATED:
        raise MalformedError("feed.size", f"a batch unfolds to at most {MOST_INFLATED} bytes")
    stream = zlib.decompressobj()
    try:
        made = stream.decompress(folded, size + 1)
    except zlib.error as exc:
        raise MalformedError("feed.form", "the changes cannot be unfolded") from exc
    if len(made) != size or not stream.eof or stream.unused_data:
        raise MalformedError("feed.size", "the changes are not as long as the header says")
    return made


def header_envelope(header: Header, *, realm: Realm) -> Envelope:
    """Return an unsigned envelope around a header."""
    wire = _HeaderWire(
        sender=end_wire(header.sender.authority, header.sender.root),
        to=end_wire(header.to.authority, header.to.root),
        at=header.at,
        feed=header.feed,
        name=header.name,
        epoch=header.epoch,
        seq=header.seq,
        prev=header.prev or None,
        count=header.count,
        size=header.size,
        changes=header.changes,
        terms=dict(header.terms),
    )
    return Envelope(payload_type=payload_type(CLASS, realm), payload=dump_struct(wire))


def parse_header(envelope: Envelope, *, where: str = "feed") -> Header:
    """Return what a header says, of either realm; its signature is judged elsewhere.

    Raises:
        MalformedError: ``feed.form``, ``feed.size``, ``payload.type``, ``wire.form``, ``json.…``.
    """
    realm = parse_payload_type(envelope.payload_type, where=where)[2]
    wire = read_payload(envelope, CLASS, realm, _HeaderWire, where=where)
    if any(len(text) > 10 * MOST_TEXT for pair in wire.terms.items() for text in pair):
        raise MalformedError("feed.form", "the terms of a batch are short texts", where=where)
    return Header(
        sender=_end(wire.sender, where),
        to=_end(wire.to, where),
        at=require_instant(wire.at, where=where),
        feed=wire.feed,
        name=wire.name,
        epoch=wire.epoch,
        seq=wire.seq,
        prev="" if wire.prev is None else parse_digest(wire.prev, where=where),
        count=wire.count,
        size=wire.size,
        changes=parse_digest(wire.changes, where=where),
        terms=tuple(sorted(wire.terms.items())),
    )


def signed_bytes(envelope: Envelope) -> bytes:
    """Return the bytes of a signed header that are kept, and that leaves commit to."""
    return dump_ijson({"act": envelope_value(envelope), "approvals": []})


def batch_bytes(envelope: Envelope, *, salt: bytes, folded: bytes) -> bytes:
    """Return the plaintext that is sealed to the addressee."""
    part = {"name": _PART, "salt": b64(salt), "data": b64(folded)}
    return dump_ijson({"signed": msgspec.Raw(signed_bytes(envelope)), "parts": [part]})


def parse_batch(plaintext: bytes) -> Batch:
    """Return the batch in a message's plaintext, its changes held against the header.

    Raises:
        MalformedError: ``feed.form``, ``feed.size`` and those of :func:`parse_header`.
        UntrustedError: ``feed.changes``: the changes are not those of the header.
    """
    value = parse_ijson(plaintext, most_bytes=MOST_MESSAGE, most_depth=_DEPTH, where="feed")
    match value:
        case {
            "signed": {"act": act, "approvals": []},
            "parts": [{"name": "changes", "salt": str(salt), "data": str(data)}],
        }:
            envelope = parse_envelope(act, where="feed")
        case _:
            raise MalformedError("feed.form", "not a batch: expected a signed header and its changes")
    header = parse_header(envelope)
    batch = Batch(
        envelope=envelope,
        header=header,
        signed=signed_bytes(envelope),
        salt=unb64(salt, size=SALT_SIZE, where="salt"),
        folded=unb64(data, where="changes"),
    )
    if sha256(batch.salt, batch.folded).hex() != header.changes:
        raise UntrustedError("feed.changes", "the changes are not those that the header commits to")
    return batch


def _end(wire: Any, where: str) -> End:
    return End(
        authority=parse_authority(wire.authority, where=where),
        root=Fingerprint(parse_digest(wire.root, where=where)),
    )
