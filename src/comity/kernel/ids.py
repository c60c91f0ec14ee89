"""Identifiers that travel between States.

A Party is an ISO 3166-1 alpha-3 code, ``EUE`` for the European Union, or ``XAA`` to ``XZZ`` for
practice. An authority is ``PARTY/name``, e.g. ``XAA/contact-point``.
"""

import re
from typing import NewType

from comity.kernel.errors import MalformedError

PartyCode = NewType("PartyCode", str)
AuthorityId = NewType("AuthorityId", str)
ActId = NewType("ActId", str)
CaseId = NewType("CaseId", str)
KeyId = NewType("KeyId", str)
Fingerprint = NewType("Fingerprint", str)
OfficerName = NewType("OfficerName", str)

_PARTY = re.compile(r"[A-Z]{3}", re.ASCII)
_AUTHORITY = re.compile(r"([A-Z]{3})/([a-z0-9]+(?:-[a-z0-9]+)*)", re.ASCII)
_OFFICER = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*", re.ASCII)
_MOST_NAME = 64


def is_practice(party: PartyCode) -> bool:
    """Tell whether the code is user-assigned, so can never name a State (ISO 3166-1: XAA to XZZ)."""
    return party.startswith("X")


def parse_party(text: str, *, where: str = "") -> PartyCode:
    """Return a Party code; raise MalformedError for anything but three capital letters."""
    if not _PARTY.fullmatch(text):
        raise MalformedError(
            "party.code",
            f"{text[:16]!r} is not a Party code",
            hint="use an ISO 3166-1 alpha-3 code such as KEN, EUE, or XAA to XZZ for practice",
            where=where,
        )
    return PartyCode(text)


def parse_authority(text: str, *, where: str = "") -> AuthorityId:
    """Return an authority id; raise MalformedError for anything not of the form ``PARTY/name``."""
    if len(text) > _MOST_NAME or not _AUTHORITY.fullmatch(text):
        raise MalformedError(
            "authority.id",
            f"{text[:70]!r} is not an authority id",
            hint="write it as PARTY/name, e.g. XAA/contact-point",
            where=where,
        )
    return AuthorityId(text)


def parse_officer(text: str, *, where: str = "") -> OfficerName:
    """Return an officer's pseudonym; raise MalformedError if it is not lower-case words."""
    if len(text) > _MOST_NAME or not _OFFICER.fullmatch(text):
        raise MalformedError(
            "officer.name",
            f"{text[:70]!r} is not an officer's pseudonym",
            hint="use lower-case letters, digits, hyphens and dots, e.g. a.diallo",
            where=where,
        )
    return OfficerName(text)


def party_of(authority: AuthorityId) -> PartyCode:
    """Return the Party that the authority belongs to."""
    return PartyCode(authority.partition("/")[0])
