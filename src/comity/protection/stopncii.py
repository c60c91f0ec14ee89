"""The JSON of StopNCII's exchange of hashes: records for receivers, and what they submit.

Basis: docs/spec/protection.md section 7
"""

import re
from collections.abc import Iterable, Sequence

import msgspec

from comity.kernel.clock import SECOND, Instant
from comity.kernel.errors import MalformedError
from comity.protection.fingerprints import parse_print, prints_of
from comity.protection.ports import Row
from comity.protection.shelves import MOST_TAGS, Entry, Medium, State, Vote

SIGNALS = {"ImagePDQ": "pdq", "VideoMD5": "md5"}
VALUES = (
    "Unknown",
    "None",
    "QualityUnknown",
    "PendingReview",
    "Blocked",
    "NotBlocked",
    "Withdrawn",
    "Deleted",
)
MOST_SUBMITTED = 1000
_TOKEN = re.compile(r"[0-9]{1,18}", re.ASCII)


class Said(msgspec.Struct, frozen=True, kw_only=True, rename={"value": "feedbackValue"}):
    """What a receiver says of a hash."""

    value: str = "None"
    tags: list[str] = []
    source: str = ""


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    lastModtimestamp: int  # noqa: N815  the names are those of the format
    signalType: str  # noqa: N815
    hashValue: str  # noqa: N815
    hashStatus: str  # noqa: N815
    caseNumbers: dict[str, str]  # noqa: N815
    hashRegions: list[str]  # noqa: N815
    CSPFeedbacks: list[Said]
    useBar: str  # noqa: N815  ours: for what the hash must never be used; empty for nothing


class _Fetched(msgspec.Struct, frozen=True, kw_only=True):
    count: int
    nextPageToken: str | None  # noqa: N815
    nextSetTimestamp: int  # noqa: N815
    hasMoreRecords: bool  # noqa: N815
    hashRecords: list[_Record]  # noqa: N815


class _Submitted(msgspec.Struct, frozen=True, kw_only=True):
    signalType: str  # noqa: N815
    hashValue: str  # noqa: N815
    CSPFeedbacks: list[Said] = []


class _Submission(msgspec.Struct, frozen=True, kw_only=True):
    hashRecords: list[_Submitted]  # noqa: N815


class _SaidOf(msgspec.Struct, frozen=True, kw_only=True):
    hashValue: str  # noqa: N815
    feedbackValue: str  # noqa: N815
    tags: list[str] = []


class _Feedbacks(msgspec.Struct, frozen=True, kw_only=True):
    hashFeedbacks: list[_SaidOf]  # noqa: N815


def place_of(signal: str, value: str) -> str:
    """Return the id of the entry of a hash: receivers can only name it by the hash itself."""
    return f"{signal}:{value}"


def fetched(found: Sequence[tuple[Row, Entry]], *, start: int, after: int, more: bool) -> bytes:
    """Return a page of records.

    Args:
        found: Rows and entries, by number.
        start: The second from which the caller asked.
        after: Number of the last change that was looked at.
        more: Whether there are further ones.
    """
    records = [one for row, entry in found if (one := _record(row, entry)) is not None]
    newest = max((row.changed // SECOND for row, _ in found), default=start)
    page = _Fetched(
        count=len(records),
        nextPageToken=str(after) if more else None,
        nextSetTimestamp=newest,
        hasMoreRecords=more,
        hashRecords=records,
    )
    return msgspec.json.encode(page)


def parse_token(text: str) -> int:
    """Return the number of the change after which a page begins; raise MalformedError ``protect.token``."""
    if text and not _TOKEN.fullmatch(text):
        raise MalformedError("protect.token", "this page token was not given here", where="nextPageToken")
    return int(text) if text else 0


def parse_hashes(body: bytes, *, vote: Vote) -> tuple[Entry, ...]:
    """Return the entries that a receiver submits.

    Args:
        body: The call.
        vote: Who says it, and when; its reason and tags are filled in.

    Raises:
        MalformedError: ``protect.submission``, ``protect.hash``.
    """
    try:
        call = msgspec.json.decode(body, type=_Submission)
    except msgspec.DecodeError as exc:
        raise _unread(str(exc)) from exc
    if len(call.hashRecords) > MOST_SUBMITTED:
        raise _unread(f"more than {MOST_SUBMITTED} hashes at once")
    made = []
    for number, one in enumerate(call.hashRecords):
        where = f"/hashRecords/{number}"
        signal = one.signalType.rpartition(".")[2]  # a widespread client writes the name of its own class too
        if signal not in SIGNALS:
            raise _unread(f"{signal[:40]!r} is no signal that is taken here", where=f"{where}/signalType")
        bare = parse_print(SIGNALS[signal], one.hashValue, where=f"{where}/hashValue")
        votes = tuple(_vote(said.value, said.tags, vote) for said in one.CSPFeedbacks[:1])
        made.append(
            Entry(
                id=place_of(signal, bare.hex()),
                medium=Medium.VIDEO if signal == "VideoMD5" else Medium.IMAGE,
                prints=prints_of({SIGNALS[signal]: bare}),
                category="intimate.adult",
                votes=votes,
            )
        )
    return tuple(made)


def parse_feedbacks(body: bytes, *, vote: Vote) -> tuple[tuple[str, Vote], ...]:
    """Return hashes and what a receiver says of each; raise MalformedError ``protect.submission``."""
    try:
        call = msgspec.json.decode(body, type=_Feedbacks)
    except msgspec.DecodeError as exc:
        raise _unread(str(exc)) from exc
    if len(call.hashFeedbacks) > MOST_SUBMITTED:
        raise _unread(f"feedback on more than {MOST_SUBMITTED} hashes at once")
    return tuple(
        (one.hashValue.strip().lower()[:64], _vote(one.feedbackValue, one.tags, vote))
        for one in call.hashFeedbacks
    )


def _vote(value: str, tags: Iterable[str], vote: Vote) -> Vote:
    value = value.rpartition(".")[2]
    if value not in VALUES:
        raise _unread(f"{value[:40]!r} is no feedback")
    kept = tuple(sorted({tag[:80] for tag in tags}))[:MOST_TAGS]
    return msgspec.structs.replace(vote, good=value != "NotBlocked", reason=value, tags=kept)


def _record(row: Row, entry: Entry) -> _Record | None:
    signal, _, value = entry.id.partition(":")
    if signal not in SIGNALS:
        signal = "VideoMD5" if entry.medium is Medium.VIDEO else "ImagePDQ"
        held: bytes = getattr(entry.prints, SIGNALS[signal])
        value = held.hex()
    if not value:
        return None
    return _Record(
        lastModtimestamp=row.changed // SECOND,
        signalType=signal,
        hashValue=value,
        hashStatus=_status(entry),
        caseNumbers=dict(entry.cases),
        hashRegions=[entry.region] if entry.region else [],
        CSPFeedbacks=[
            Said(value=one.reason, tags=list(one.tags), source=one.name)
            for one in entry.votes
            if one.reason in VALUES
        ],
        useBar=entry.bar,
    )


def _status(entry: Entry) -> str:
    if entry.state is State.WITHDRAWN:
        return "Withdrawn"
    if entry.state is State.DISPUTED:
        return "Deleted"  # receivers take it out; should the dispute end, it comes again
    return "Active" if not entry.cases or any(state == "Active" for _, state in entry.cases) else "Received"


def own_vote(member: int, name: str, at: Instant) -> Vote:
    """Return a vote that says who gives it and when, to be filled in."""
    return Vote(member=member, name=name, good=True, at=at)


def filled(vote: Vote, *, on: str, good: bool, reason: str) -> Vote:
    """Return a vote with what is said."""
    return msgspec.structs.replace(vote, on=on, good=good, reason=reason)


def _unread(why: str, *, where: str = "body") -> MalformedError:
    return MalformedError("protect.submission", f"the call does not read: {why[:200]}", where=where)
