"""An indicator as a dated, versioned statement with its sources, marks, use limits and retraction."""

import dataclasses
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from comity.evidence.limits import Limits
from comity.indicators.kinds import MOST_VALUE, Kind
from comity.indicators.marks import UNMARKED, Pap, Tlp
from comity.kernel.clock import Instant

MOST_TEXT = 2000
MOST_LIST = 200
WITHDRAWN, UNSHARED, UNSAID = "withdrawn", "unshared", "unsaid"
RETRACTION_CODES = (WITHDRAWN, UNSHARED, UNSAID)
"""Withdrawn from use by this office alone; shared no more by whoever brought it; without a reason."""
_PHRASES = (
    (WITHDRAWN, "withdrawn from use: "),
    (UNSHARED, "no longer shared by "),
    (UNSHARED, "no longer shared"),
)
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)
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
    """That a statement no longer holds, who said so, when and why.

    Attributes:
        officer: Or organisation; empty where no person said it, but whoever brought it gives it no more.
        reason: In words; it may be empty where a code says it.
        code: One of ``RETRACTION_CODES``, or empty where words alone say why.
        language: Of the words, as BCP 47 writes it; empty where nobody said.
        office: That a code speaks of; empty for none.
    """

    at: Instant
    officer: str
    reason: str = ""
    code: str = ""
    language: str = ""
    office: str = ""

    def __post_init__(self) -> None:
        if not self.officer and not self.code:
            self._take_code()
        if not (self.reason.strip() or self.code) or len(self.reason) > MOST_TEXT:
            raise ValueError("a retraction has a reason")
        if self.code not in ("", *RETRACTION_CODES) or (self.language and not _TAG.fullmatch(self.language)):
            raise ValueError("a retraction has a known code, and words of a language")

    def _take_code(self) -> None:
        """Read what was kept before there were codes: a phrase stood before the words, or for them."""
        for code, phrase in _PHRASES:
            if self.reason.startswith(phrase):
                rest = self.reason.removeprefix(phrase)
                object.__setattr__(self, "code", code)
                object.__setattr__(self, "reason", rest if code == WITHDRAWN else "")
                object.__setattr__(self, "office", "" if code == WITHDRAWN else rest)
                return

    @property
    def told(self) -> dict[str, str]:
        """What others are told of it: of a withdrawal from use here, only that it is shared no more."""
        if self.code == WITHDRAWN:
            return {"reason_code": UNSHARED}
        made = {"reason": self.reason, "reason_code": self.code, "reason_language": self.language}
        return {name: text for name, text in made.items() if text}


def read_retraction(told: Mapping[str, object], *, at: Instant, officer: str) -> Retraction:
    """Return a retraction of which others told the reason; whatever they told, it is one.

    A code or language that is not known here is left out; without any reason it says so.
    """
    reason = str(told.get("reason") or "").strip()[:MOST_TEXT]
    code, language = str(told.get("reason_code") or ""), str(told.get("reason_language") or "")
    code = code if code in (UNSHARED, UNSAID) else ""
    return Retraction(
        at=at,
        officer=officer,
        reason=reason,
        code=code if code or reason else UNSAID,
        language=language if reason and _TAG.fullmatch(language) else "",
    )


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
