"""Acts: one signed statement by one authority about one case, as a frozen view of payload bytes.

The payload bytes are what is signed, stored, verified and forwarded; an :class:`Act` only reads them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from comity.cases.ports import Address
from comity.kernel.clock import Instant, require_instant
from comity.kernel.digests import b64, parse_digest, unb64
from comity.kernel.errors import MalformedError
from comity.kernel.ids import ActId, CaseId, Fingerprint, is_practice, parse_authority, party_of
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.realms import Realm, parse_payload_type, payload_type
from comity.kernel.signing import Envelope

MOST_PAYLOAD = 256 * 1024
MOST_DEPTH = 16
MOST_SEEN = 16
MOST_CRIT = 16
MOST_PARTS = 32
MOST_SEQ = 1_000_000
NONCE_SIZE = 16
ACT = "act"

_KIND = re.compile(r"[a-z][a-z0-9-]{0,31}(?:\.[a-z][a-z0-9-]{0,31}){1,3}", re.ASCII)
_PART_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}", re.ASCII)
_MEDIA = re.compile(r"[a-z0-9][a-z0-9.+-]{0,62}/[a-z0-9][a-z0-9.+-]{0,126}", re.ASCII)
SINGLE_REASONS = ("nobody-reached", "no-time", "alone-on-duty")
"""Why one person approved alone. Basis: PROTOCOL rule 10"""

_CRIT = re.compile(r"[a-z][a-z0-9_.-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRef:
    """What a skeleton says of a part: its name, media type and salted digest."""

    name: str
    media: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A checked view of one act's payload.

    Attributes:
        envelope: Payload, type and signatures as they came.
        id: SHA-256 of the pre-authentication encoding.
        case: Id of the case; the act's own id where it opens the case.
        participants: The two participants in an opening act, author first; empty otherwise.
        seen: Heads of the thread that the author knew, sorted.
        at: When the author says it was written; it orders nothing.
        body: The parsed skeleton of the kind; read only.
        single: Why one person approved alone what two approve otherwise; empty where nothing is marked.

    Basis: PROTOCOL rules 1 to 6 and 10
    """

    envelope: Envelope = field(repr=False)
    id: ActId
    realm: Realm
    kind: str
    case: CaseId
    participants: tuple[Address, ...]
    sender: Address
    to: Address
    incarnation: int
    seq: int
    prev_own: ActId | None
    seen: tuple[ActId, ...]
    at: Instant
    crit: tuple[str, ...]
    body: Mapping[str, Any]
    parts: tuple[PartRef, ...]
    single: str = ""

    @property
    def opens_case(self) -> bool:
        """Tell whether this is the first act of its case."""
        return str(self.case) == str(self.id)

    @property
    def parents(self) -> frozenset[ActId]:
        """The acts that this one names directly: ``prev_own`` and ``seen``."""
        return frozenset(self.seen) | ({self.prev_own} if self.prev_own else set())

    def part(self, name: str) -> PartRef | None:
        """Return the reference to a part, or None."""
        return next((part for part in self.parts if part.name == name), None)


class _End(msgspec.Struct, frozen=True):
    authority: str
    root: str


class _Part(msgspec.Struct, frozen=True):
    name: str
    media: str
    digest: str


class _Payload(msgspec.Struct, frozen=True):
    v: int
    kind: str
    case: str | None
    sender: _End = msgspec.field(name="from")
    to: tuple[_End, ...]
    incarnation: int
    seq: int
    prev_own: str | None
    seen: tuple[str, ...]
    at: int
    crit: tuple[str, ...]
    body: dict[str, Any]
    parts: tuple[_Part, ...]
    nonce: str | None = None
    participants: tuple[_End, ...] | None = None
    single: str | None = None


def parse_act(envelope: Envelope) -> Act:
    """Return the act in an envelope after every check that needs no other act and no key.

    Raises:
        MalformedError: with a code that begins with ``json.``, ``payload.`` or ``act.``.

    Basis: PROTOCOL rules 1 to 7
    """
    what, version, realm = parse_payload_type(envelope.payload_type, where="payloadType")
    if what != ACT or version != 1:
        raise MalformedError(
            "act.type", f"a {what!r} of version {version} where an act of version 1 is expected"
        )
    value = parse_ijson(envelope.payload, most_bytes=MOST_PAYLOAD, most_depth=MOST_DEPTH, where="act")
    try:
        raw = msgspec.convert(value, _Payload)
    except msgspec.ValidationError as exc:
        raise MalformedError(
            "act.form", "the payload does not have the shape of an act", where=str(exc)
        ) from exc
    act_id = ActId(envelope.id)
    case = CaseId(act_id if raw.case is None else parse_digest(raw.case, where="/case"))
    act = Act(
        envelope=envelope,
        id=act_id,
        realm=realm,
        kind=_matched(_KIND, raw.kind, "act.kind", "/kind"),
        case=case,
        participants=tuple(_address(end, "/participants") for end in raw.participants or ()),
        sender=_address(raw.sender, "/from"),
        to=_only_address(raw.to),
        incarnation=_count(raw.incarnation, "/incarnation"),
        seq=_count(raw.seq, "/seq"),
        prev_own=None if raw.prev_own is None else ActId(parse_digest(raw.prev_own, where="/prev_own")),
        seen=tuple(ActId(parse_digest(text, where="/seen")) for text in raw.seen),
        at=require_instant(raw.at, where="/at"),
        crit=tuple(_matched(_CRIT, name, "act.crit", "/crit") for name in raw.crit),
        body=raw.body,
        parts=tuple(_part(part) for part in raw.parts),
        single=raw.single or "",
    )
    _require_mark(raw)
    _require_version(raw)
    _require_opening(act, raw)
    _require_order(act)
    _require_sets(act)
    _require_realm(act)
    return act


def _require_version(raw: _Payload) -> None:
    if raw.v != 1:
        raise MalformedError("act.version", f"version {raw.v} where 1 is expected", where="/v")


def _require_mark(raw: _Payload) -> None:
    if raw.single is not None and raw.single not in SINGLE_REASONS:
        known = ", ".join(SINGLE_REASONS)
        raise MalformedError(
            "act.single",
            f"{raw.single[:40]!r} is no reason for one person to approve alone",
            hint=f"one of {known}",
            where="/single",
        )


def _require_opening(act: Act, raw: _Payload) -> None:
    if raw.case is not None:
        if raw.nonce is not None or raw.participants is not None:
            raise MalformedError("act.opening", "nonce and participants stand in an opening act only")
        return
    if raw.nonce is None or act.participants != (act.sender, act.to):
        raise MalformedError(
            "act.opening",
            "an opening act needs a nonce and its two participants, author first",
            where="/participants",
        )
    unb64(raw.nonce, size=NONCE_SIZE, where="/nonce")
    if act.seq != 1 or act.seen:
        raise MalformedError("act.opening", "an opening act has seq 1 and has seen nothing", where="/seq")


def _require_order(act: Act) -> None:
    if (act.prev_own is None) != (act.seq == 1):
        raise MalformedError("act.prev_own", "prev_own is null in the author's first act and only there")
    if not act.opens_case and not act.parents:
        raise MalformedError(
            "act.seen", "an act in a case descends from at least one act of it", where="/seen"
        )
    if len(act.seen) > MOST_SEEN or any(a >= b for a, b in zip(act.seen, act.seen[1:], strict=False)):
        raise MalformedError(
            "act.seen", f"seen holds at most {MOST_SEEN} ids, sorted, none twice", where="/seen"
        )


def _require_sets(act: Act) -> None:
    if act.sender == act.to or act.sender.authority == act.to.authority:
        raise MalformedError(
            "act.to", "an act is addressed to another authority than its author", where="/to"
        )
    if len(act.crit) > MOST_CRIT or len(set(act.crit)) != len(act.crit):
        raise MalformedError("act.crit", f"crit holds at most {MOST_CRIT} names, none twice", where="/crit")
    names = [part.name for part in act.parts]
    if len(names) > MOST_PARTS or len(set(names)) != len(names):
        raise MalformedError("act.parts", f"at most {MOST_PARTS} parts, no name twice", where="/parts")


def _require_realm(act: Act) -> None:
    practice = act.realm is Realm.PRACTICE
    if any(is_practice(party_of(end.authority)) != practice for end in (act.sender, act.to)):
        raise MalformedError(
            "act.realm",
            "practice acts are between practice Parties and live acts between others",
            where="/from",
        )


def _matched(pattern: re.Pattern[str], text: str, code: str, where: str) -> str:
    if pattern.fullmatch(text):
        return text
    raise MalformedError(code, f"{text[:40]!r} does not have the form of a name here", where=where)


def _address(end: _End, where: str) -> Address:
    root = Fingerprint(parse_digest(end.root, where=where))
    return Address(authority=parse_authority(end.authority, where=where), root=root)


def _only_address(ends: tuple[_End, ...]) -> Address:
    if len(ends) != 1:
        raise MalformedError("act.to", "an act has exactly one addressee", where="/to")
    return _address(ends[0], "/to")


def _count(number: int, where: str) -> int:
    if 1 <= number <= MOST_SEQ:
        return number
    raise MalformedError("act.number", f"{number} is not between 1 and {MOST_SEQ}", where=where)


def _part(part: _Part) -> PartRef:
    return PartRef(
        name=_matched(_PART_NAME, part.name, "act.part_name", "/parts"),
        media=_matched(_MEDIA, part.media, "act.part_media", "/parts"),
        digest=parse_digest(part.digest, where="/parts"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActDraft:
    """What an author fills in; :meth:`envelope` writes the payload once, and it is never rewritten.

    Attributes:
        case: None for an opening act, which then needs ``nonce``.
        single: One of :data:`SINGLE_REASONS`, or empty.
    """

    realm: Realm
    kind: str
    case: CaseId | None
    sender: Address
    to: Address
    seq: int
    prev_own: ActId | None
    seen: tuple[ActId, ...]
    at: Instant
    body: Mapping[str, Any]
    parts: tuple[PartRef, ...] = ()
    nonce: bytes | None = None
    crit: tuple[str, ...] = ()
    incarnation: int = 1
    single: str = ""

    def envelope(self) -> Envelope:
        """Return the unsigned envelope; raise MalformedError if a receiver would refuse the payload."""
        value: dict[str, Any] = {
            "v": 1,
            "kind": self.kind,
            "case": self.case,
            "from": _end_value(self.sender),
            "to": [_end_value(self.to)],
            "incarnation": self.incarnation,
            "seq": self.seq,
            "prev_own": self.prev_own,
            "seen": sorted(set(self.seen)),
            "at": self.at,
            "crit": list(self.crit),
            "body": dict(self.body),
            "parts": [{"name": p.name, "media": p.media, "digest": p.digest} for p in self.parts],
        }
        if self.case is None:
            value["nonce"] = b64(self.nonce or b"")
            value["participants"] = [_end_value(self.sender), _end_value(self.to)]
        if self.single:
            value["single"] = self.single
        made = Envelope(payload_type=payload_type(ACT, self.realm), payload=dump_ijson(value))
        parse_act(made)
        return made


def _end_value(end: Address) -> dict[str, str]:
    return {"authority": end.authority, "root": end.root}
