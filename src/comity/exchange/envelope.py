"""The call: its body and its answer, between bytes and types; the same over HTTPS and in a folder.

Also the one thing the exchange reads of an opened message: the id of the signed act inside.
"""

from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from comity.exchange.notices import NO_NEWS, News, NewsWire, news_wire, parse_news
from comity.exchange.wire import EndWire, convert, dump_struct, end_wire
from comity.kernel.clock import Instant, require_instant
from comity.kernel.digests import b64, parse_digest, sha256, unb64
from comity.kernel.errors import MalformedError
from comity.kernel.ids import ActId, AuthorityId, Fingerprint, parse_authority
from comity.kernel.ijson import parse_ijson, require_depth
from comity.kernel.realms import Realm
from comity.kernel.signing import Envelope, pae, parse_envelope

CALL_TYPE = "application/vnd.comity.call.v1+json"
ANSWER_TYPE = "application/vnd.comity.answer.v1+json"
MOST_CALL = 64 * 1024 * 1024
MOST_ANSWER = 8 * 1024 * 1024
MOST_MESSAGES = 64
MOST_SEALED = 24 * 1024 * 1024
MOST_PLAINTEXT = 23 * 1024 * 1024
MOST_ENTRIES = 16
MOST_COSIGNATURES = 16
NONCE_SIZE = 16
_DEPTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end of a channel: an authority and the fingerprint of its Party's root."""

    authority: AuthorityId
    root: Fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """Consistency of a log between the size the other side held and the size of the checkpoint beside it."""

    old: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosignature:
    """A witness's line for the head of one size of the receiver's log."""

    size: int
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a side holds of the other's log: the size, and the signed note it was shown (empty for none)."""

    size: int = 0
    note: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """What each side says about the two logs of a channel.

    Attributes:
        checkpoint: Signed note of the writer's log for the reader; empty where it has none yet.
        growth: From what the reader was known to hold to the checkpoint; None where nothing is to prove.
        older: From heads that the reader may hold besides to the checkpoint: those that replayed receipts
            name, and the last that the writer signed before.
        sight: What the writer holds of the reader's log.
        cosignatures: The writer's lines on heads of the reader's log.
    """

    checkpoint: bytes = b""
    growth: Growth | None = None
    older: tuple[Growth, ...] = ()
    sight: Sight = Sight()
    cosignatures: tuple[Cosignature, ...] = ()

    def proofs(self) -> tuple[Growth, ...]:
        """Return all proofs that lead to the checkpoint."""
        return self.older if self.growth is None else (self.growth, *self.older)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call: up to 64 sealed messages from one authority to another."""

    realm: Realm
    sender: End
    to: End
    at: Instant
    nonce: bytes
    messages: tuple[bytes, ...]
    heads: Heads
    entries: tuple[Envelope, ...] = ()
    news: News = NO_NEWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one message: a receipt, or the reason why it has to come again."""

    receipt: Envelope | None = None
    deferred: str = ""

    def __post_init__(self) -> None:
        if (self.receipt is None) == (not self.deferred):
            raise ValueError("a result is a receipt or a reason to wait")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to a call: one result for each message in the same order."""

    results: tuple[Result, ...]
    heads: Heads
    entries: tuple[Envelope, ...] = ()
    news: News = NO_NEWS


class _GrowthWire(msgspec.Struct, frozen=True, kw_only=True):
    old: int
    proof: list[str]


class _CosignatureWire(msgspec.Struct, frozen=True, kw_only=True):
    size: int
    line: str


class _SightWire(msgspec.Struct, frozen=True, kw_only=True):
    size: int
    note: str


class _HeadsWire(msgspec.Struct, frozen=True, kw_only=True):
    checkpoint: str
    consistency: _GrowthWire | None
    older: list[_GrowthWire]
    seen_log: _SightWire
    cosignatures: list[_CosignatureWire]


class _CallWire(msgspec.Struct, frozen=True, kw_only=True):
    v: Literal[1] = 1
    realm: Realm
    sender: EndWire = msgspec.field(name="from")
    to: EndWire
    at: int
    nonce: str
    messages: list[str]
    log: _HeadsWire
    entries: list[Any]
    news: NewsWire | msgspec.UnsetType = msgspec.UNSET


class _ResultWire(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    receipt: Any = None
    deferred: str = ""


class _AnswerWire(msgspec.Struct, frozen=True, kw_only=True):
    v: Literal[1] = 1
    results: list[_ResultWire]
    log: _HeadsWire
    entries: list[Any]
    news: NewsWire | msgspec.UnsetType = msgspec.UNSET


class _DsseWire(msgspec.Struct, frozen=True):
    payloadType: str  # noqa: N815 - the name that DSSE gives it
    payload: str


class _SignedWire(msgspec.Struct, frozen=True):
    act: _DsseWire


class _ParcelWire(msgspec.Struct, frozen=True):
    signed: _SignedWire


def message_id(plaintext: bytes) -> ActId | None:
    """Return the id of the signed act in an opened message; None where there is none to be read.

    A quick look only: whether the message is sound is the mailbox's to judge. What nests deeper than any
    parcel may has no name.
    """
    try:
        require_depth(plaintext)
        act = msgspec.json.decode(plaintext, type=_ParcelWire).signed.act
        return ActId(sha256(pae(act.payloadType, unb64(act.payload))).hex())
    except (msgspec.MsgspecError, MalformedError, UnicodeError, RecursionError):
        return None


def call_bytes(call: Call) -> bytes:
    """Return the body of a call; ValueError when it holds more than a call may."""
    if len(call.messages) > MOST_MESSAGES:
        raise ValueError(f"a call carries at most {MOST_MESSAGES} messages")
    return dump_struct(
        _CallWire(
            realm=call.realm,
            sender=end_wire(call.sender.authority, call.sender.root),
            to=end_wire(call.to.authority, call.to.root),
            at=call.at,
            nonce=b64(call.nonce),
            messages=[b64(message) for message in call.messages],
            log=_heads_wire(call.heads),
            entries=[msgspec.Raw(entry.json) for entry in call.entries],
            news=news_wire(call.news),
        )
    )


def parse_call(data: bytes) -> Call:
    """Return the call in a body; raise MalformedError for anything else. Limits are judged first."""
    wire = convert(
        parse_ijson(data, most_bytes=MOST_CALL, most_depth=_DEPTH, where="call"), _CallWire, where="call"
    )
    if len(wire.messages) > MOST_MESSAGES or len(wire.entries) > MOST_ENTRIES:
        raise MalformedError("call.size", f"a call carries at most {MOST_MESSAGES} messages", where="call")
    if any(len(message) > MOST_SEALED * 4 // 3 + 4 for message in wire.messages):
        raise MalformedError("call.message_size", "a message is larger than one may be", where="/messages")
    return Call(
        realm=wire.realm,
        sender=_end(wire.sender, "/from"),
        to=_end(wire.to, "/to"),
        at=require_instant(wire.at, where="/at"),
        nonce=unb64(wire.nonce, size=NONCE_SIZE, where="/nonce"),
        messages=tuple(unb64(message, where="/messages") for message in wire.messages),
        heads=_parse_heads(wire.log, "/log"),
        entries=tuple(parse_envelope(value, where="/entries") for value in wire.entries),
        news=parse_news(wire.news, where="/news"),
    )


def answer_bytes(answer: Answer) -> bytes:
    """Return the bytes of an answer."""
    return dump_struct(
        _AnswerWire(
            results=[
                _ResultWire(
                    receipt=None if result.receipt is None else msgspec.Raw(result.receipt.json),
                    deferred=result.deferred,
                )
                for result in answer.results
            ],
            log=_heads_wire(answer.heads),
            entries=[msgspec.Raw(entry.json) for entry in answer.entries],
            news=news_wire(answer.news),
        )
    )


def parse_answer(data: bytes, *, count: int) -> Answer:
    """Return the answer to a call of ``count`` messages; raise MalformedError for anything else."""
    wire = convert(
        parse_ijson(data, most_bytes=MOST_ANSWER, most_depth=_DEPTH, where="answer"),
        _AnswerWire,
        where="answer",
    )
    if len(wire.results) != count or len(wire.entries) > MOST_ENTRIES:
        raise MalformedError(
            "answer.results", f"expected {count} results, found {len(wire.results)}", where="answer"
        )
    return Answer(
        results=tuple(_parse_result(item) for item in wire.results),
        heads=_parse_heads(wire.log, "/log"),
        entries=tuple(parse_envelope(value, where="/entries") for value in wire.entries),
        news=parse_news(wire.news, where="/news"),
    )


def _parse_result(wire: _ResultWire) -> Result:
    if (wire.receipt is None) == (not wire.deferred):
        raise MalformedError("answer.result", "a result is a receipt or a reason to wait", where="/results")
    if wire.receipt is None:
        return Result(deferred=wire.deferred[:32])
    return Result(receipt=parse_envelope(wire.receipt, where="/results"))


def _heads_wire(heads: Heads) -> _HeadsWire:
    return _HeadsWire(
        checkpoint=heads.checkpoint.decode("utf-8"),
        consistency=None if heads.growth is None else _growth_wire(heads.growth),
        older=[_growth_wire(growth) for growth in heads.older],
        seen_log=_SightWire(size=heads.sight.size, note=heads.sight.note.decode("utf-8")),
        cosignatures=[_CosignatureWire(size=item.size, line=item.line) for item in heads.cosignatures],
    )


def _growth_wire(growth: Growth) -> _GrowthWire:
    return _GrowthWire(old=growth.old, proof=[item.hex() for item in growth.path])


def _parse_heads(wire: _HeadsWire, where: str) -> Heads:
    if len(wire.cosignatures) > MOST_COSIGNATURES or len(wire.older) > MOST_MESSAGES + 1:
        raise MalformedError("call.heads", "more lines or proofs than a call takes", where=where)
    return Heads(
        checkpoint=wire.checkpoint.encode("utf-8"),
        growth=None if wire.consistency is None else _parse_growth(wire.consistency, where),
        older=tuple(_parse_growth(item, where) for item in wire.older),
        sight=Sight(size=wire.seen_log.size, note=wire.seen_log.note.encode("utf-8")),
        cosignatures=tuple(Cosignature(size=item.size, line=item.line) for item in wire.cosignatures),
    )


def _parse_growth(wire: _GrowthWire, where: str) -> Growth:
    if len(wire.proof) > 64:
        raise MalformedError("call.proof", "a proof longer than any tree is high", where=where)
    path = tuple(bytes.fromhex(parse_digest(item, where=where)) for item in wire.proof)
    return Growth(old=wire.old, path=path)


def _end(wire: EndWire, where: str) -> End:
    return End(
        authority=parse_authority(wire.authority, where=where),
        root=Fingerprint(parse_digest(wire.root, where=where)),
    )
