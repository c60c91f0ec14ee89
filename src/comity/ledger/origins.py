"""Names of logs and witnesses: the realm, the authority and the peer stand in every one.

A name is never a URL. Incarnation 1 is not written; a later one ends the name (``…/2``), so a log that
lost leaves goes on under a name that no witness holds a head of.
"""

import re
from dataclasses import dataclass

from comity.kernel.errors import MalformedError
from comity.kernel.ids import AuthorityId, Fingerprint, parse_authority
from comity.kernel.realms import Realm

PEER_DIGITS = 16
_NAME = re.compile(
    r"comity/(live|practice)/([A-Z]{3}/[a-z0-9-]+)/(?:peer/([0-9a-f]{16})|(national))(?:/([1-9][0-9]{0,5}))?",
    re.ASCII,
)
_ROOT = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What the name of a log says.

    Attributes:
        realm: Whether the log is of practice Parties.
        authority: Whose log it is.
        peer: First 16 digits of the fingerprint of the peer's root; empty for the national log.
        incarnation: Which life of the log, from 1.
    """

    realm: Realm
    authority: AuthorityId
    peer: str
    incarnation: int = 1

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.text):
            raise MalformedError("origin.form", f"{self.text[:120]!r} is not the origin of a log")

    @property
    def text(self) -> str:
        """The origin line."""
        kind = f"peer/{self.peer}" if self.peer else "national"
        life = f"/{self.incarnation}" if self.incarnation != 1 else ""
        return f"comity/{self.realm.value}/{self.authority}/{kind}{life}"


def peer_log_origin(
    realm: Realm, *, authority: AuthorityId, peer_root: Fingerprint, incarnation: int = 1
) -> str:
    """Return the origin of the log that an authority shares with one peer.

    Args:
        realm: Live or practice.
        authority: Whose log it is.
        peer_root: Fingerprint of the peer's Party root, 64 hexadecimal digits.
        incarnation: From 1.
    """
    if not _ROOT.fullmatch(peer_root):
        raise MalformedError("origin.peer", "a fingerprint has 64 lower-case hexadecimal digits")
    origin = Origin(realm=realm, authority=authority, peer=peer_root[:PEER_DIGITS], incarnation=incarnation)
    return origin.text


def national_log_origin(realm: Realm, *, authority: AuthorityId, incarnation: int = 1) -> str:
    """Return the origin of an authority's national log."""
    origin = Origin(realm=realm, authority=authority, peer="", incarnation=incarnation)
    return origin.text


def witness_name(realm: Realm, *, authority: AuthorityId) -> str:
    """Return the key name under which an authority co-signs the logs of others."""
    return f"comity/{realm.value}/{parse_authority(authority)}/witness"


def parse_origin(text: str, *, where: str = "") -> Origin:
    """Return what the origin of a log of this protocol says; raise MalformedError for any other text."""
    match = _NAME.fullmatch(text)
    if match is None or match[5] == "1":
        raise MalformedError("origin.form", f"{text[:120]!r} is not the origin of a log", where=where)
    return Origin(
        realm=Realm(match[1]),
        authority=parse_authority(match[2], where=where),
        peer=match[3] or "",
        incarnation=int(match[5] or "1"),
    )
