"""Notices: a statement that a Party makes to all its peers, with the approvals of the officers behind it.

The newest one goes with calls and answers until the peer says that it judged it. What it is about, and
what it is worth, the exchange does not know: a :class:`Noticeboard` does.
"""

from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import msgspec

from comity.kernel.clock import Instant
from comity.kernel.digests import parse_digest
from comity.kernel.errors import MalformedError
from comity.kernel.ids import AuthorityId, Fingerprint
from comity.kernel.signing import Envelope, envelope_value, parse_envelope

MOST_NOTICE = 1 << 20
"""Bytes of what a notice states."""
MOST_BEHIND = 8
"""Approvals of a notice."""
MOST_APPROVAL = 4096

Tx_contra = TypeVar("Tx_contra", contravariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A signed statement and the approvals behind it, the bytes as they came."""

    statement: Envelope
    approvals: tuple[Envelope, ...] = ()

    @property
    def id(self) -> str:
        """Id of the statement."""
        return self.statement.id


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a side says of notices in a call or an answer.

    Attributes:
        seen: Id of the newest notice of the reader that the writer judged, taken or not; empty for none.
        notice: The writer's newest notice, where the reader has not said that it judged it.
    """

    seen: str = ""
    notice: Notice | None = None


NO_NEWS = News()


class Noticeboard(Protocol[Tx_contra]):
    """What this node has to tell all peers, and what takes what they tell."""

    def own(self, tx: Tx_contra) -> tuple[Notice, Instant] | None:
        """Return our newest notice and since when it stands; None where there is none."""
        ...

    def take(
        self, tx: Tx_contra, *, root: Fingerprint, sender: AuthorityId, notice: Notice, now: Instant
    ) -> None:
        """Judge and keep a notice of a peer; one that is held already changes nothing.

        Raises:
            MalformedError, UntrustedError, ConflictError: it is not taken, and never will be.
        """
        ...


class SilentBoard:
    """A board of a node that tells nothing and takes nothing."""

    def own(self, tx: object) -> tuple[Notice, Instant] | None:
        """Return None."""
        return None

    def take(
        self, tx: object, *, root: Fingerprint, sender: AuthorityId, notice: Notice, now: Instant
    ) -> None:
        """Do nothing."""


class NewsWire(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """News in JSON."""

    seen: str = ""
    notice: Any = None


def notice_value(notice: Notice) -> dict[str, Any]:
    """Return a notice as a JSON value."""
    return {
        "statement": envelope_value(notice.statement),
        "approvals": [envelope_value(one) for one in notice.approvals],
    }


def parse_notice(value: Any, *, where: str) -> Notice:
    """Return the notice in a parsed JSON value; its signatures are judged elsewhere.

    Raises:
        MalformedError: ``notice.form``, ``notice.size``.
    """
    match value:
        case {"statement": statement, "approvals": list(given)} if len(value) == 2:
            made = Notice(
                statement=parse_envelope(statement, where=where),
                approvals=tuple(parse_envelope(one, where=where) for one in given[: MOST_BEHIND + 1]),
            )
        case _:
            raise MalformedError("notice.form", "this is no notice", where=where)
    if (
        len(made.statement.payload) > MOST_NOTICE
        or len(given) > MOST_BEHIND
        or any(len(one.payload) > MOST_APPROVAL for one in made.approvals)
    ):
        raise MalformedError(
            "notice.size",
            f"a notice states at most {MOST_NOTICE} bytes, by {MOST_BEHIND} officers",
            where=where,
        )
    return made


def news_wire(news: News) -> NewsWire | msgspec.UnsetType:
    """Return news in JSON; unset where there are none."""
    if news == NO_NEWS:
        return msgspec.UNSET
    return NewsWire(seen=news.seen, notice=None if news.notice is None else notice_value(news.notice))


def parse_news(wire: NewsWire | msgspec.UnsetType, *, where: str) -> News:
    """Return the news of a call or an answer; raise MalformedError for anything else."""
    if isinstance(wire, msgspec.UnsetType):
        return NO_NEWS
    return News(
        seen=parse_digest(wire.seen, where=where) if wire.seen else "",
        notice=None if wire.notice is None else parse_notice(wire.notice, where=where),
    )
