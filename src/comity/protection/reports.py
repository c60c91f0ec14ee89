"""A report of a provider or a hotline as this desk keeps it: codes, accounts, places and digests, no content.

Names of persons are not kept: who somebody is stands in the source's own report, which is named.
"""

from enum import StrEnum

import msgspec

from comity.kernel.clock import Instant
from comity.protection.fingerprints import Fingerprints
from comity.protection.shelves import Medium

MOST_FILES = 5000
MOST_ACCOUNTS = 500


class Form(StrEnum):
    """In which form a report came."""

    CYBERTIP = "cybertipline"
    ICCAM = "iccam"


class Who(StrEnum):
    """Whom a report speaks of."""

    SUSPECT = "suspect"
    VICTIM = "victim"
    RECIPIENT = "recipient"


class Account(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An account, an address or a number by which somebody is known.

    Attributes:
        who: Whose it is said to be.
        kind: ``user``, ``name``, ``email``, ``phone`` or ``profile``.
        service: Where; empty for e-mail and telephone.
        value: As the source writes it.
    """

    who: Who
    kind: str
    service: str = ""
    value: str


class Seen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where somebody or something was seen on a network.

    Attributes:
        who: Who; None for the place where material lies.
        address: IP address.
        at: When; None where the source does not say.
        proxy: Whether the source thinks that it hides another.
    """

    who: Who | None = None
    address: str
    at: Instant | None = None
    proxy: bool = False


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that ties the matter to a State.

    Attributes:
        who: Of whom; None for the deed or the host.
        tie: ``located``, ``nationality``, ``residence``, ``stateless``, ``territory`` or ``hosting``.
        party: ISO 3166-1 alpha-3.
        sure: Whether the source states it as known; else it is a guess of its own.
        by: Who says so: the source, or an officer.
    """

    who: Who | None = None
    tie: str
    party: str
    sure: bool = False
    by: str = ""


class ReportedFile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that a report names; only its digests are here.

    Attributes:
        id: As the source names it.
        prints: Its fingerprints.
        medium: Image or video.
        mark: The mark of the source, such as ``A1``.
        notes: Codes that the source put on it.
        viewed: Whether a person at the source looked at it; None where it does not say.
        public: Whether it could be reached by anybody.
        cluster: Number of the cluster it belongs to; 0 for known material and for what has no fingerprint.
        list: The list on which it is known; empty where it is not.
        category: Of our scheme, from the list; ``unsorted`` where it is not known.
    """

    id: str
    prints: Fingerprints = Fingerprints()
    medium: Medium = Medium.IMAGE
    mark: str = ""
    notes: tuple[str, ...] = ()
    viewed: bool | None = None
    public: bool | None = None
    cluster: int = 0
    list: str = ""
    category: str = "unsorted"


class Raised(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an officer said of a report: a sign of urgency, a fact, or that it is done.

    Attributes:
        sign: One of ``triage.SIGNS``, or ``closed``, ``opened``.
        officer: Who.
        why: In words.
        at: When.
    """

    sign: str
    officer: str
    why: str
    at: Instant


class Report(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One report.

    Attributes:
        number: Its number here.
        form: In which form it came.
        source: Who sent it: a provider or a hotline, by name.
        id: Its number there.
        digest: SHA-256 of the file as it came; the file itself is not kept.
        incident: ``material``, ``enticement``, ``trafficking``, ``molestation``, ``travel``,
            ``unsolicited`` or ``other``.
        signs: Codes of urgency and of kind that stand in it.
        words: What the source wrote, without anything that may be content.
        at: When it happened; None where it does not say.
        received: When it came here.
        accounts: Of whom it speaks.
        urls: Where material is said to lie.
        seen: Addresses.
        facts: What ties it to States.
        files: The files.
        dropped: How many fields were left out because they may be content.
        raised: What officers said of it.
    """

    number: int
    form: Form
    source: str
    id: str
    digest: bytes
    incident: str = "other"
    signs: tuple[str, ...] = ()
    words: str = ""
    at: Instant | None = None
    received: Instant
    accounts: tuple[Account, ...] = ()
    urls: tuple[str, ...] = ()
    seen: tuple[Seen, ...] = ()
    facts: tuple[Fact, ...] = ()
    files: tuple[ReportedFile, ...] = ()
    dropped: int = 0
    raised: tuple[Raised, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it still waits for somebody."""
        states = [one.sign for one in self.raised if one.sign in ("closed", "opened")]
        return not states or states[-1] == "opened"
