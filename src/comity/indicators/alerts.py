"""An alert: that a gang or a campaign hits now, who else may be hit, and who has looked at it.

It names values and a family, the sector of whoever was hit and whether it is critical infrastructure. Who was
hit it does not say, unless somebody decided that it does.

Basis: 40(4), 40(5)
"""

import msgspec

from comity.evidence.limits import Limits
from comity.indicators.errors import bad_form
from comity.indicators.kinds import Kind, canonical
from comity.indicators.marks import Tlp
from comity.kernel.clock import DAY, Instant

MOST_VALUES = 200
MOST_SECTORS = 16
MOST_NAMES = 64
MOST_WORDS = 2000
MOST_NAME = 200
LONGEST = 7 * DAY
"""How long an answer may be waited for."""
SECTORS = (
    "energy",
    "transport",
    "banking",
    "finance",
    "health",
    "water",
    "waste-water",
    "digital",
    "communications",
    "public-administration",
    "space",
    "food",
    "manufacturing",
    "chemicals",
    "post",
    "waste",
    "research",
    "education",
    "justice",
    "other",
)


class Ack(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That an office looked at an alert.

    Attributes:
        office: Which.
        at: When, by its clock.
        hit: Whether it sees the same: ``yes``, ``no``; empty where it does not say.
        words: What it adds.
    """

    office: str
    at: int
    hit: str = ""
    words: str = ""

    def __post_init__(self) -> None:
        """Refuse nonsense at birth."""
        if self.hit not in ("", "yes", "no") or len(self.words) > MOST_WORDS or len(self.office) > MOST_NAME:
            raise ValueError("an answer says yes, no or nothing, in few words")


class Alert(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One alert, as it travels.

    Attributes:
        id: ``alert--`` and a UUID.
        author: Office that says it.
        at: When.
        family: Of ransomware, by its name; ``synonyms`` others of it.
        sectors: Of whoever was hit.
        critical: Whether that is critical infrastructure: it rings at the receiver until a person took it.
        values: Types and values by which others can look for the same.
        words: What happened and what to do.
        victim: Who was hit; empty unless somebody decided to say it.
        tlp: How far it may go.
        limits: Purpose, basis and conditions of use.
        answer_by: When the author looks whether it was answered; 0 for never.
    """

    id: str
    author: str
    at: int
    family: str = ""
    synonyms: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    critical: bool = False
    values: tuple[tuple[str, str], ...] = ()
    words: str
    victim: str = ""
    tlp: int = int(Tlp.AMBER)
    limits: Limits
    answer_by: int = 0

    def __post_init__(self) -> None:
        """Refuse nonsense at birth."""
        texts = (self.id, self.author, self.family, self.victim, *self.synonyms)
        if any(len(text) > MOST_NAME for text in texts) or len(self.synonyms) > MOST_NAMES:
            raise ValueError("names in an alert are short")
        if not self.words.strip() or len(self.words) > MOST_WORDS:
            raise ValueError("an alert says in words what happened")
        if not self.id.startswith("alert--") or len(self.values) > MOST_VALUES:
            raise ValueError(f"an alert has an id, and at most {MOST_VALUES} values")
        if not set(self.sectors) <= set(SECTORS) or len(self.sectors) > MOST_SECTORS:
            raise ValueError("sectors are those of the table")
        if not self.family and not self.values:
            raise ValueError("an alert names a family or values")
        if self.critical and not self.sectors:
            raise ValueError("critical infrastructure belongs to a sector")
        if not 0 <= self.tlp < Tlp.RED:
            raise ValueError("what is marked red goes to nobody")
        if self.answer_by and not self.at < self.answer_by <= self.at + LONGEST:
            raise ValueError("an answer is waited for seven days at most")
        for kind, value in self.values:
            if canonical(Kind(kind), value) != value:
                raise ValueError("values of an alert are canonical")


class AlertRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An alert as an office keeps it.

    Attributes:
        via: Who brought it; empty for one of ours.
        to: Of ours: office and root of everybody who is told.
        cases: Cases of this office that it concerns; they never leave.
        officer: Who answers for it here.
        acks: Of ours: who has looked at it.
        ack: Of another's: our answer; None while nobody gave one.
        recalled: When its author took it back, for a ``reason``.
    """

    alert: Alert
    via: str = ""
    to: tuple[tuple[str, str], ...] = ()
    cases: tuple[str, ...] = ()
    officer: str = ""
    came: int = 0
    acks: tuple[Ack, ...] = ()
    ack: Ack | None = None
    recalled: int = 0
    reason: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """Offices that have not answered."""
        answered = {one.office for one in self.acks}
        return tuple(office for office, _ in self.to if office not in answered)

    def is_unanswered(self, now: Instant) -> bool:
        """Tell whether somebody should have answered by now and did not."""
        due = bool(self.alert.answer_by) and self.alert.answer_by <= now
        return due and not self.via and not self.recalled and bool(self.missing)


_RECORDS = msgspec.json.Decoder(AlertRecord)


def dump_record(record: AlertRecord) -> bytes:
    """Return an alert as it is kept."""
    return msgspec.json.encode(record)


def parse_record(data: bytes) -> AlertRecord:
    """Return the alert in bytes that :func:`dump_record` wrote."""
    return _RECORDS.decode(data)


def read_alert(value: object) -> Alert:
    """Return an alert from parsed JSON of a peer; MalformedError ``indicators.form`` for anything else."""
    try:
        return msgspec.convert(value, Alert)
    except (msgspec.ValidationError, ValueError) as exc:
        raise bad_form(f"no alert: {str(exc)[:160]}", where="feed") from exc


def read_ack(value: object) -> Ack:
    """Return an answer from parsed JSON of a peer; MalformedError ``indicators.form`` for anything else."""
    try:
        return msgspec.convert(value, Ack)
    except (msgspec.ValidationError, ValueError) as exc:
        raise bad_form(f"no answer: {str(exc)[:160]}", where="feed") from exc
