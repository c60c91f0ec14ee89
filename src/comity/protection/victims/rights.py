"""What a victim has a right to and who helps, by State: records that officers keep, with source and day.

The software ships none: what a law gives is said by whoever read it, with where it stands and when.

Basis: 34(2), 34(4), 34(5)
"""

import re
from collections.abc import Mapping
from datetime import date

import msgspec

from comity.kernel.errors import MalformedError
from comity.protection.states import state_of

KINDS = ("right", "service", "contact")
MOST_RIGHTS = 2000
_CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)
_MOST_TEXT = 4000


class Right(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A right, a service, or somebody to turn to, in one State.

    Attributes:
        code: Its name here; with the State it is one record.
        party: The State, by its three letters.
        kind: ``right``, ``service`` or ``contact``.
        title: What it is, by language.
        text: What it gives, to whom and how one gets it, by language.
        provision: The law and its provision; empty for what no law gives.
        reach: Telephone number, address or page of a service or contact, as text.
        source: Where it was read, or who said it.
        dated: The day of that, YYYY-MM-DD.
    """

    code: str
    party: str
    kind: str
    title: Mapping[str, str]
    text: Mapping[str, str] = {}
    provision: str = ""
    reach: str = ""
    source: str
    dated: str

    def __post_init__(self) -> None:
        """Refuse a record without source, day or words."""
        texts = (*self.title.values(), *self.text.values())
        sound = (
            _CODE.fullmatch(self.code)
            and state_of(self.party) == self.party
            and self.kind in KINDS
            and self.title
            and all(_LANGUAGE.fullmatch(one) for one in (*self.title, *self.text))
            and set(self.text) <= set(self.title)
            and all(one.strip() and len(one) <= _MOST_TEXT for one in texts)
            and 0 < len(self.source.strip()) <= 400
            and len(self.provision) <= 400
            and len(self.reach) <= 400
            and (self.kind != "right" or self.provision.strip())
            and _is_day(self.dated)
        )
        if not sound:
            raise MalformedError(
                "rights.record",
                f"the record {self.code[:40]!r} does not hold",
                hint="it names code, party, kind, title by language, source and dated; a right its provision",
                where=self.code[:40],
            )

    @property
    def key(self) -> str:
        """What makes it one record."""
        return f"{self.party}/{self.code}"

    def language_for(self, wanted: str) -> str:
        """Return the language in which it is told: the one wanted, its base, English, or the first."""
        for one in (wanted, wanted.partition("-")[0], "en"):
            if one in self.title:
                return one
        return next(iter(self.title))


class Rights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of records."""

    v: int
    rights: tuple[Right, ...]


def read_rights(data: bytes) -> tuple[Right, ...]:
    """Return the records of a file; it is taken whole or not at all.

    Raises:
        MalformedError: ``rights.record``, ``rights.file``.
    """
    try:
        found = msgspec.json.decode(data, type=Rights)
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise MalformedError("rights.file", f"the file does not read: {str(exc)[:200]}") from exc
    keys = [one.key for one in found.rights]
    if found.v != 1 or len(set(keys)) != len(keys) or len(keys) > MOST_RIGHTS:
        raise MalformedError(
            "rights.file",
            "the file is not of version 1, or a record stands in it twice",
            hint=f"at most {MOST_RIGHTS} records, each State and code once",
        )
    return found.rights


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
