"""An indicator as a dated, versioned statement with its sources, marks, use limits and retraction."""

import dataclasses
import hashlib
from dataclasses import dataclass, field

import msgspec

from comity.evidence.limits import Limits
from comity.indicators.kinds import MOST_VALUE, Kind
from comity.indicators.marks import UNMARKED, Pap, Tlp
from comity.kernel.clock import Instant

MOST_TEXT = 2000
MOST_LIST = 200
NAMESPACE = bytes.fromhex("7b6f3c1e5a0d5d4c9e0b2f6a1c8d4e90")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a value was found. None of this ever leaves the node.

    Attributes:
        case: Case that it belongs to; empty for none.
        digest: SHA-256 of the message or file, in hexadecimal; empty for what a person typed.
        name: Name of the file, as it may be shown.
        place: Part of it: a header field, a part of a mail.
        offset: First byte in that part; -1 where that is not known.
        written: As it stood there, where that differs from the value.
    """

    case: str = ""
    digest: str = ""
    name: str = ""
    place: str = ""
    offset: int = -1
    written: str = ""

    def __post_init__(self) -> None:
        if any(len(one) > MOST_TEXT * 3 for one in (self.case, self.name, self.place, self.written)):
            raise ValueError("a source holds short texts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraction:
    """That a statement no longer holds, who said so, when and why."""

    at: Instant
    officer: str
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip() or len(self.reason) > MOST_TEXT:
            raise ValueError("a retraction has a reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """That a statement was given to receivers.

    Attributes:
        officer: Who answers for it.
        override: Reason to publish what warning lists know; empty where none does.
        lists: Names of those lists.
    """

    at: Instant
    officer: str
    override: str = ""
    lists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One statement. A change makes a new version with a later ``modified``.

    Attributes:
        id: ``indicator--`` and a UUID, the same in every form of exchange.
        value: In canonical form.
        networks: Of a wallet: the networks whose address it may be.
        confidence: 0 to 100, as STIX counts.
        tlp: How far it may be passed on.
        pap: What may be done with it; None where nobody said.
        limits: Purpose, basis and conditions of use; None where it came without.
        created: When it was first said.
        modified: When this version was said.
        author: Authority or organisation that says it.
        valid_from: Since when it holds.
        valid_until: Until when; None for no end.
        family: Family of ransomware, by its name.
        original: The object as it came from outside, in its own form; empty for a statement of ours.
        via: Office and root of the peer whose feed brought it; empty for what this office keeps itself.
    """

    id: str
    kind: Kind
    value: str
    networks: tuple[str, ...] = ()
    confidence: int
    tlp: Tlp = UNMARKED
    pap: Pap | None = None
    limits: Limits | None = None
    sources: tuple[Source, ...] = ()
    created: Instant
    modified: Instant
    author: str
    valid_from: Instant
    valid_until: Instant | None = None
    labels: tuple[str, ...] = ()
    family: str = ""
    note: str = ""
    retracted: Retraction | None = None
    published: Publication | None = None
    original: bytes = field(default=b"", repr=False)
    via: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.confidence <= 100:
            raise ValueError("a confidence is a number from 0 to 100")
        if not self.value or len(self.value) > MOST_VALUE:
            raise ValueError("a value is a short text")
        if self.modified < self.created or (
            self.valid_until is not None and self.valid_until <= self.valid_from
        ):
            raise ValueError("times of an indicator are in order")
        if max(len(self.sources), len(self.labels), len(self.networks)) > MOST_LIST:
            raise ValueError(f"lists of an indicator hold at most {MOST_LIST}")

    def again(self, *, at: Instant, **changes: object) -> "Indicator":
        """Return the next version, which is later than this one."""
        return dataclasses.replace(self, modified=max(at, Instant(self.modified + 1000)), **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """That an indicator was seen again, or seen to be harmless.

    Attributes:
        id: ``sighting--`` and a UUID.
        indicator: Id of the indicator.
        count: How often.
        harmless: Whether it was a false alarm.
    """

    id: str
    indicator: str
    at: Instant
    author: str
    count: int = 1
    harmless: bool = False
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.count <= 999_999_999:
            raise ValueError("a sighting is seen at least once")


_encoder = msgspec.json.Encoder()
_indicators = msgspec.json.Decoder(Indicator)
_sightings = msgspec.json.Decoder(Sighting)


def dump_indicator(indicator: Indicator) -> bytes:
    """Return a statement as it is kept."""
    return _encoder.encode(indicator)


def parse_indicator(data: bytes) -> Indicator:
    """Return the statement of bytes that :func:`dump_indicator` wrote."""
    return _indicators.decode(data)


def dump_sighting(sighting: Sighting) -> bytes:
    """Return a sighting as it is kept."""
    return _encoder.encode(sighting)


def parse_sighting(data: bytes) -> Sighting:
    """Return the sighting of bytes that :func:`dump_sighting` wrote."""
    return _sightings.decode(data)


def uuid_of(raw: bytes) -> str:
    """Return sixteen random bytes as a UUID of version 4.

    Basis: RFC 9562
    """
    return _uuid(raw, 4)


def named_uuid(name: str) -> str:
    """Return the UUID of a name in a name space of ours, always the same: version 5.

    Basis: RFC 9562
    """
    return _uuid(hashlib.sha1(NAMESPACE + name.encode("utf-8"), usedforsecurity=False).digest(), 5)


def _uuid(raw: bytes, version: int) -> str:
    made = bytearray(raw[:16])
    made[6] = (made[6] & 0x0F) | version << 4
    made[8] = (made[8] & 0x3F) | 0x80
    text = made.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
