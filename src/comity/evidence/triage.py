"""Questions to an index of examined exhibits, and whether a row answers one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from comity.evidence.examination import Found, Member, Remark, Row
from comity.kernel.clock import Instant


class KnownFiles(Protocol):
    """Lists of known files."""

    def lists_of(self, digest: str) -> tuple[str, ...]:
        """Return the names of the lists that hold a SHA-256."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is looked for; what is empty is not asked.

    Attributes:
        text: Part of a path or of an identifier, in any case.
        kind: Kind of identifier; then identifiers alone are told.
        note: Code of a remark; then remarks alone are told.
        media_type: Beginning of the media type of a member.
        since: Members dated at this instant or later.
        until: Members dated before this instant.
        digest: Beginning of the SHA-256 of a member.
        known: ``known``, ``unknown``, or the name of a list.
        exhibit: Number of an exhibit; 0 for all.
    """

    text: str = ""
    kind: str = ""
    note: str = ""
    media_type: str = ""
    since: Instant | None = None
    until: Instant | None = None
    digest: str = ""
    known: str = ""
    exhibit: int = 0

    @property
    def members(self) -> bool:
        """Whether it asks for what only members have."""
        return bool(self.media_type or self.digest or self.known or self.since is not None or self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A row that was found, with the member it belongs to and the lists that know that member's digest."""

    row: Member | Found | Remark
    member: Member
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchPage:
    """Some of what was found.

    Attributes:
        after: Where the next page begins; empty at the end.
    """

    matches: tuple[Match, ...]
    after: str


class Chain:
    """The members in which the present row lies."""

    def __init__(self, members: Sequence[Member] = ()) -> None:
        self.members = list(members)

    def take(self, row: Row) -> None:
        """Follow a row."""
        if not isinstance(row, Member):
            return
        if row.parent == 0:
            self.members.clear()
        while self.members and self.members[-1].number != row.parent:
            self.members.pop()
        self.members.append(row)

    def of(self, row: Found | Remark) -> Member:
        """Return the member that a row is about."""
        for member in reversed(self.members):
            if (member.exhibit, member.number) == (row.exhibit, row.number):
                return member
        return Member(exhibit=row.exhibit, number=row.number, name="", path=())


def matched(row: Member | Found | Remark, chain: Chain, query: Query, known: KnownFiles) -> Match | None:
    """Return the match of a row with a query, or None."""
    if query.exhibit and row.exhibit != query.exhibit:
        return None
    if (query.kind or query.note) and isinstance(row, Member):
        return None
    if isinstance(row, Found):
        if query.note or (query.kind and row.kind != query.kind):
            return None
    elif isinstance(row, Remark) and (query.kind or (query.note and row.code != query.note)):
        return None
    if query.members and not (query.kind or query.note) and not isinstance(row, Member):
        return None
    member = row if isinstance(row, Member) else chain.of(row)
    lists = known.lists_of(member.sha256) if member.sha256 else ()
    if not _member_fits(member, query, lists) or not _text_fits(row, member, query.text.casefold()):
        return None
    return Match(row=row, member=member, known=lists)


def _member_fits(member: Member, query: Query, lists: tuple[str, ...]) -> bool:
    if query.media_type and not member.media_type.startswith(query.media_type):
        return False
    if query.digest and not member.sha256.startswith(query.digest.lower()):
        return False
    if query.since is not None and (member.dated is None or member.dated < query.since):
        return False
    if query.until is not None and (member.dated is None or member.dated >= query.until):
        return False
    if query.known == "unknown":
        return not lists
    return not query.known or (bool(lists) if query.known == "known" else query.known in lists)


def _text_fits(row: Member | Found | Remark, member: Member, text: str) -> bool:
    """Tell whether a text is in a name, an identifier, or the words of a remark."""
    if not text:
        return True
    if isinstance(row, Found):
        return text in row.value.casefold()
    if isinstance(row, Remark) and text in row.detail.casefold():
        return True
    return text in member.name.casefold()
