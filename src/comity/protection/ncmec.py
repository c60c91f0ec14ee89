"""The XML of NCMEC's hash sharing, version 2: written for receivers, and their feedback read.

Basis: docs/spec/protection.md section 6
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from comity.kernel.clock import SECOND, Instant, from_datetime, to_datetime
from comity.kernel.errors import MalformedError
from comity.protection.categories import scheme
from comity.protection.ports import Row
from comity.protection.shelves import Entry, Medium, Vote

NAMESPACE = "https://hashsharing.ncmec.org/hashsharing/v2"
MOST_BODY = 64 * 1024
TYPES = ("MD5", "SHA1", "PDNA", "PDQ", "NETCLEAN", "VIDENTIFIER", "TMK_PDQF", "SSVH_PDNA", "SSVH_SAFER_HASH")
REASONS = (
    ("7d1f5a36-6f0c-4c52-9d5e-1a6c7b1e0001", "The fingerprint is not that of the file"),
    ("7d1f5a36-6f0c-4c52-9d5e-1a6c7b1e0002", "The file does not show what the entry says"),
    ("7d1f5a36-6f0c-4c52-9d5e-1a6c7b1e0003", "The fingerprint matches ordinary files"),
)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PRINTS = ("md5", "sha1", "pdq")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Where a walk through the entries stands.

    Attributes:
        since: From which second on, as the caller wrote it.
        until: Up to which.
        after: Number of the last change that was told.
        size: So many entries on a page.
        last: The highest number there is.
        more: Whether there are further entries.
    """

    since: str
    until: str
    after: int
    size: int
    last: int
    more: bool


def status_xml(name: str, member: int) -> bytes:
    """Return who the caller is."""
    body = f"<ipAddress>0.0.0.0</ipAddress><username>{_text(name)}</username>{_member(member, name)}"
    return _document("status", body)


def members_xml(members: Iterable[tuple[int, str]]) -> bytes:
    """Return who may put entries here."""
    return _document("members", "".join(_member(number, name) for number, name in members))


def reasons_xml(kind: str) -> bytes:
    """Return why an entry may be voted against.

    The public description has the reasons as children of the root; a widespread client looks for them below
    an element of the root's own name. Both are served.
    """
    rows = "".join(
        f"<reason guid={quoteattr(guid)} name={quoteattr(name)} type={quoteattr(kind)}/>"
        for guid, name in REASONS
    )
    return _document(
        "availableFeedbackReasons", f"<availableFeedbackReasons>{rows}</availableFeedbackReasons>{rows}"
    )


def entries_xml(found: Sequence[tuple[Row, Entry]], page: Page, *, own: str) -> bytes:
    """Return a page of entries; what was taken back, or is disputed, is told as deleted.

    Args:
        found: Rows and entries, by number.
        page: Where the walk stands.
        own: Name of the office, for entries without a member's name.
    """
    groups = []
    for medium in (Medium.IMAGE, Medium.VIDEO):
        held = [(row, entry) for row, entry in found if entry.medium is medium]
        latest = max((row.changed for row, _ in held), default=None)
        latest_at = "" if latest is None else f" maxTimestamp={quoteattr(stamp(Instant(latest)))}"
        rows = "".join(_entry(row, entry, own) for row, entry in held)
        groups.append(f'<{medium.value}s count="{len(held)}"{latest_at}>{rows}</{medium.value}s>')
    if page.more:
        query = (
            f"/v2/entries?from={_quoted(page.since)}&to={_quoted(page.until)}"
            f"&start={page.after}&size={page.size}&max={page.last}"
        )
        groups.append(f"<paging><next>{_text(query)}</next></paging>")
    return _document("queryResult", "".join(groups))


def done_xml() -> bytes:
    """Return that a feedback was kept."""
    return _document("submissionResult", "")


def parse_stamp(text: str, *, where: str) -> Instant:
    """Return a time of a query: ``2017-10-24T15:00:00Z``, with a fraction or not; before 1970 it is 0.

    Raises:
        MalformedError: ``protect.time``.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as exc:
        raise MalformedError("protect.time", f"{text[:40]!r} is no time", where=where) from exc
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return Instant(max(0, from_datetime(moment)))


def parse_feedback(body: bytes) -> tuple[bool, str]:
    """Return whether a feedback confirms an entry, and the reason where it does not.

    Raises:
        MalformedError: ``protect.feedback``.
    """
    lowered = body.lower()
    # without NUL it is in an encoding in which these words look as they do here
    if len(body) > MOST_BODY or b"\0" in body or b"<!doctype" in lowered or b"<!entity" in lowered:
        raise _no_feedback("it has a document type, or is too long")
    try:
        root = ET.fromstring(body)  # noqa: S314  no document type, no entities, 64 KiB at most
    except (ET.ParseError, ValueError, LookupError) as exc:
        raise _no_feedback("it is no XML") from exc
    names = {element.tag.rpartition("}")[2]: element for element in root.iter()}
    if ("affirmative" in names) == ("negative" in names):
        raise _no_feedback("it neither confirms nor denies")
    if "affirmative" in names:
        return True, ""
    guid = (names["guid"].text or "").strip() if "guid" in names else ""
    reason = dict(REASONS).get(guid)
    if reason is None:
        raise _no_feedback("its reason is none of those offered")
    return False, reason


def _entry(row: Row, entry: Entry, own: str) -> str:
    member = _member(entry.member, entry.member_name or own)
    when = f"<timestamp>{stamp(row.changed)}</timestamp>"
    ident = f"<id>{_text(entry.id)}</id>"
    if not entry.is_matched:
        name = f"deleted{entry.medium.value.capitalize()}"
        return f"<{name}>{member}{ident}{when}</{name}>"
    mark = entry.claimed.removeprefix("ncmec:") if entry.claimed.startswith("ncmec:") else ""
    mark = mark or scheme().marked("ncmec", entry.category)
    classified = f"<classification>{_text(mark)}</classification>" if mark else ""
    prints = "".join(
        f"<{name}>{value.hex()}</{name}>" for name in _PRINTS if (value := getattr(entry.prints, name))
    )
    barred = f"<tags><tag>bar:{entry.bar}</tag></tags>" if entry.bar else ""
    said = f"<feedback>{_feedback(entry.votes)}</feedback>" if entry.votes else ""
    return (
        f"<{entry.medium.value}>{member}{when}{ident}{classified}"
        f"<fingerprints>{prints}</fingerprints>{barred}{said}</{entry.medium.value}>"
    )


def _feedback(votes: Sequence[Vote]) -> str:
    parts = []
    for kind in dict.fromkeys(vote.on for vote in votes):
        shown = quoteattr(kind.capitalize())
        good = [vote for vote in votes if vote.on == kind and vote.good]
        bad = [vote for vote in votes if vote.on == kind and not vote.good]
        if good:
            at = quoteattr(stamp(Instant(max(vote.at for vote in good))))
            parts.append(
                f"<affirmativeFeedback type={shown} lastUpdateTimestamp={at}>"
                f"<members timestamp={at}>{_voters(good)}</members></affirmativeFeedback>"
            )
        if bad:
            at = quoteattr(stamp(Instant(max(vote.at for vote in bad))))
            reasons = "".join(
                _against(bad, reason, kind) for reason in dict.fromkeys(one.reason for one in bad)
            )
            parts.append(
                f"<negativeFeedback type={shown} lastUpdateTimestamp={at}>"
                f"<reasons>{reasons}</reasons></negativeFeedback>"
            )
    return "".join(parts)


def _against(votes: Sequence[Vote], reason: str, kind: str) -> str:
    held = [vote for vote in votes if vote.reason == reason]
    guid = next((guid for guid, name in REASONS if name == reason), REASONS[0][0])
    at = quoteattr(stamp(Instant(max(vote.at for vote in held))))
    return (
        f"<reason guid={quoteattr(guid)} name={quoteattr(_clean(reason))}"
        f" type={quoteattr(kind.capitalize())}/>"
        f"<members timestamp={at}>{_voters(held)}</members>"
    )


def _voters(votes: Sequence[Vote]) -> str:
    return "".join(_member(vote.member, vote.name) for vote in votes)


def _member(number: int, name: str) -> str:
    return f'<member id="{number}">{_text(name)}</member>'


def _document(name: str, body: str) -> bytes:
    return f"{_HEAD}<{name} xmlns={quoteattr(NAMESPACE)}>{body}</{name}>\n".encode()


def stamp(at: Instant) -> str:
    """Return a time as this format writes it, in whole seconds of UTC."""
    return to_datetime(Instant(at - at % SECOND)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(text: str) -> str:
    return escape(_clean(text))


def _quoted(text: str) -> str:
    """Return text as it stands in a query.

    Basis: RFC 3986
    """
    kept = (chr(one) if chr(one).isalnum() and one < 128 else f"%{one:02X}" for one in text.encode())
    return "".join(kept)


def _clean(text: str) -> str:
    """Return text without the characters that no XML document may hold."""
    return _FORBIDDEN.sub("\ufffd", text)


def _no_feedback(why: str) -> MalformedError:
    return MalformedError("protect.feedback", f"the feedback does not read: {why}", where="body")
