"""Provisions of national law: what a section of a statute is here, and how it is named."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from comity.kernel.digests import sha256
from comity.kernel.errors import MalformedError

MOST_TEXT = 400_000
"""Characters of one provision; the longest of seven States' codes has 50,368."""

_COUNTRY = re.compile(r"[A-Z]{3}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
_LABELS = 200
_UNIT = "\x1f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """One section of one instrument in one language, as it stood when it was taken in.

    Attributes:
        country: ISO 3166-1 alpha-3 code.
        language: BCP 47 tag as the source gives it, e.g. ``en-CA``.
        instrument: Short name of the statute, e.g. ``StGB``, stable for its source.
        section: Label of the section as it is cited, e.g. ``202a`` or ``197 bis``.
        title: Name of the instrument; empty where the source gives none.
        path: Headings above it, from the outermost in; without the instrument's own title.
        heading: Its own heading; empty where it has none.
        text: Its text; paragraphs on lines of their own.
        source: Where it was published, for people to look up; empty where not known.
    """

    country: str
    language: str
    instrument: str
    section: str
    text: str
    title: str = ""
    path: tuple[str, ...] = ()
    heading: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if not _COUNTRY.fullmatch(self.country):
            raise ValueError("a country is named by three capital letters")
        if not _LANGUAGE.fullmatch(self.language):
            raise ValueError("a language is named by a BCP 47 tag")
        for label in (self.instrument, self.section):
            if not label.strip() or len(label) > _LABELS or not label.isprintable() or "/" in label:
                raise ValueError("an instrument and a section have a short printable name without a slash")
        if len(self.text) > MOST_TEXT:
            raise ValueError(f"a provision has at most {MOST_TEXT} characters")

    @property
    def reference(self) -> str:
        """How it is named everywhere, e.g. ``DEU/StGB/202a``."""
        return f"{self.country}/{self.instrument}/{self.section}"

    @property
    def tongue(self) -> str:
        """The primary language, e.g. ``en`` of ``en-CA``."""
        return self.language.partition("-")[0]

    def digest(self) -> bytes:
        """Return the SHA-256 digest of what makes a version: title, path, heading and text."""
        parts = (self.title, *self.path, self.heading, self.text)
        return sha256(_UNIT.join(unicodedata.normalize("NFC", part) for part in parts).encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """One version of a provision in the library.

    Attributes:
        provision: What it says.
        ordinal: Its place in the instrument, from 0.
        since: Day from which the library knows it so.
        until: First day on which it no longer stands so; None while it does.
    """

    provision: Provision
    ordinal: int
    since: date
    until: date | None = None

    def stands(self, on: date) -> bool:
        """Tell whether the version is the one in force in the library on a day."""
        return self.since <= on and (self.until is None or on < self.until)


def split_reference(reference: str) -> tuple[str, str, str]:
    """Return country, instrument and section of a reference; raise MalformedError for any other writing."""
    parts = reference.split("/")
    if len(parts) != 3 or not all(part.strip() for part in parts) or not _COUNTRY.fullmatch(parts[0]):
        raise MalformedError(
            "law.reference",
            f"{reference[:60]!r} does not name a provision",
            hint="write COUNTRY/INSTRUMENT/SECTION, e.g. DEU/StGB/202a",
            where=reference[:60],
        )
    return parts[0], parts[1], parts[2]


def country_code(text: str) -> str:
    """Return an ISO 3166-1 alpha-3 code as written; raise MalformedError for anything else."""
    if not _COUNTRY.fullmatch(text):
        raise MalformedError(
            "law.country_code",
            f"{text[:20]!r} is not an ISO 3166-1 alpha-3 code",
            hint="three capital letters, e.g. KEN",
            where=text[:20],
        )
    return text
