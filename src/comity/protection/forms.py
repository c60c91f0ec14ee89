"""Lists as others write them: CSV or plain lines, and VICS JSON of Project VIC; both ways.

Basis: docs/spec/protection.md
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from comity.kernel.errors import MalformedError
from comity.protection.categories import UNSORTED, scheme
from comity.protection.fingerprints import Fingerprints, parse_print, prints_of
from comity.protection.shelves import BARS, MOST_TAGS, Entry, Medium

FORMS = ("csv", "vics")
COLUMNS = ("id", "medium", "pdq", "quality", "md5", "sha1", "sha256", "category", "claimed", "tags", "bar")
_NAMES = {"pdq_hash": "pdq", "hash": "any", "value": "any", "signal": "any", "type": "medium"}
_BY_LENGTH = {32: "md5", 40: "sha1", 64: "pdq"}
_VICS_CONTEXT = "http://github.com/ICMEC/ProjectVic/DataModels/2.0.xml/US/$metadata#Media"
_BAR_TAGS = {f"bar:{one}": one for one in BARS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a file held.

    Attributes:
        entries: The entries, in order.
        without: How many lines had no fingerprint that can be used.
    """

    entries: tuple[Entry, ...]
    without: int


def form_of(data: bytes) -> str:
    """Return the form of a file by its first sign: JSON is VICS, anything else lines."""
    return "vics" if data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") else "csv"


def read_list(data: bytes, *, form: str, category: str = "") -> Read:
    """Return the entries of a file.

    Args:
        data: The file.
        form: One of ``FORMS``.
        category: Of our scheme, for entries that say none.

    Raises:
        MalformedError: ``protect.form``: it does not read; ``protect.hash``: a fingerprint is none;
            ``protect.category``.
    """
    wanted = scheme().require(category, where="category") if category else UNSORTED
    return _read_vics(data, wanted) if form == "vics" else _read_lines(data, wanted)


def write_list(entries: Iterable[Entry], *, form: str) -> bytes:
    """Return entries as a file of a form; what was withdrawn or is disputed is left out."""
    kept = [one for one in entries if one.is_matched and not one.prints.is_empty]
    return _write_vics(kept) if form == "vics" else _write_lines(kept)


def _read_lines(data: bytes, category: str) -> Read:
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as exc:
        raise _unread("it is not UTF-8") from exc
    try:
        rows = [row for row in csv.reader(lines) if any(cell.strip() for cell in row)]
    except csv.Error as exc:
        raise _unread(str(exc)) from exc
    if not rows:
        raise _unread("it is empty")
    head = [_NAMES.get(name, name) for name in (cell.strip().lower() for cell in rows[0])]
    known = {*COLUMNS, "any"}
    if not known & set(head):
        head = ["any"]
    else:
        rows = rows[1:]
    entries = [
        _entry(dict(zip(head, (cell.strip() for cell in row), strict=False)), category, number)
        for number, row in enumerate(rows, start=1)
    ]
    return _told(entries)


def _entry(row: dict[str, str], category: str, number: int) -> Entry:
    where = f"line {number}"
    loose = row.get("any", "")
    if loose:
        name = _BY_LENGTH.get(len(loose))
        if name is None:
            raise MalformedError(
                "protect.hash",
                f"{loose[:80]!r} is no fingerprint",
                hint="32 hexadecimal digits are MD5, 40 SHA-1, 64 PDQ; for SHA-256 name the column sha256",
                where=where,
            )
        row = {name: loose, **row}
    quality = row.get("quality", "")
    if quality and not (quality.isdecimal() and int(quality) <= 100):
        raise MalformedError("protect.quality", f"{quality[:20]!r} is no quality from 0 to 100", where=where)
    prints = prints_of(
        {
            name: parse_print(name, row[name], where=where)
            for name in ("pdq", "md5", "sha1", "sha256")
            if row.get(name)
        },
        quality=int(quality) if quality else None,
    )
    medium = row.get("medium", "") or Medium.IMAGE
    if medium not in (Medium.IMAGE, Medium.VIDEO):
        raise MalformedError("protect.medium", f"{medium[:20]!r} is neither image nor video", where=where)
    ours = row.get("category", "")
    return Entry(
        id=row.get("id", "") or _own_id(prints) or where,
        medium=Medium(medium),
        prints=prints,
        category=scheme().require(ours, where=where) if ours else category,
        claimed=row.get("claimed", "")[:80],
        tags=tuple(tag for tag in row.get("tags", "").split(";") if tag)[:MOST_TAGS],
        bar=row.get("bar", ""),
    )


def _own_id(prints: Fingerprints) -> str:
    """Return an id for an entry of a source that gives none: its fingerprint."""
    if prints.pdq:
        return prints.pdq.hex()
    return next((value.hex() for _, value in reversed(prints.exact)), "")


def _told(entries: Iterable[Entry]) -> Read:
    found = list(entries)
    kept = tuple(one for one in found if not one.prints.is_empty)
    return Read(entries=kept, without=len(found) - len(kept))


def _write_lines(entries: Iterable[Entry]) -> bytes:
    lines = [",".join(COLUMNS)]
    for one in entries:
        prints = one.prints
        quality = "" if prints.quality is None else str(prints.quality)
        digests = [prints.md5.hex(), prints.sha1.hex(), prints.sha256.hex()]
        cells = [one.id, one.medium.value, prints.pdq.hex(), quality, *digests]
        cells += [one.category, one.claimed, ";".join(one.tags), one.bar]
        lines.append(",".join(map(_cell, cells)))
    return ("\r\n".join(lines) + "\r\n").encode()


def _cell(text: str) -> str:
    """Return a cell that no table program takes for a formula.

    Basis: RFC 4180
    """
    safe = f"'{text}" if text[:1] in "=+-@\t\r" and text else text
    return '"' + safe.replace('"', '""') + '"' if any(sign in safe for sign in ',"\r\n') else safe


class _Hash(msgspec.Struct, kw_only=True, rename="pascal"):
    hash_name: str = ""
    hash_value: str = ""


class _Media(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A file as VICS writes it; what is not needed here is left where it is."""

    media_id: int | str = msgspec.field(name="MediaID", default="")
    category: int | str | None = msgspec.field(name="Category", default=None)
    md5: str | None = msgspec.field(name="MD5", default=None)
    sha1: str | None = msgspec.field(name="SHA1", default=None)
    sha256: str | None = msgspec.field(name="SHA256", default=None)
    mime: str | None = msgspec.field(name="MimeType", default=None)
    series: str | None = msgspec.field(name="Series", default=None)
    tags: str | None = msgspec.field(name="Tags", default=None)
    hashes: list[_Hash] | None = msgspec.field(name="AlternativeHashes", default=None)


class _Case(_Media, kw_only=True):
    media: list[_Media] | None = msgspec.field(name="Media", default=None)


class _Vics(msgspec.Struct, kw_only=True):
    value: list[_Case]
    context: str = msgspec.field(name="@odata.context", default=_VICS_CONTEXT)


def _read_vics(data: bytes, category: str) -> Read:
    try:
        file = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_Vics, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:  # a ValidationError is one
        raise _unread(str(exc)) from exc
    found = [one for case in file.value for one in (case.media if case.media is not None else [case])]
    return _told(_of_media(one, category, number) for number, one in enumerate(found, start=1))


def _of_media(media: _Media, category: str, number: int) -> Entry:
    where = f"/value/{number - 1}"
    others = {one.hash_name.upper(): one.hash_value for one in media.hashes or []}
    texts = {
        "pdq": others.get("PDQ", ""),
        "md5": media.md5 or "",
        "sha1": media.sha1 or "",
        "sha256": media.sha256 or others.get("SHA256", ""),
    }
    prints = prints_of({name: parse_print(name, text, where=where) for name, text in texts.items() if text})
    mark = "" if media.category is None else str(media.category)
    return Entry(
        id=str(media.media_id)[:80] or _own_id(prints) or where,
        medium=Medium.VIDEO if (media.mime or "").startswith("video/") else Medium.IMAGE,
        prints=prints,
        category=scheme().mapped("vics", mark) if mark else category,
        claimed=f"vics:{mark}" if mark else "",
        tags=tuple(tag for tag in (media.series, media.tags) if tag and tag not in _BAR_TAGS)[:MOST_TAGS],
        bar=_BAR_TAGS.get(media.tags or "", ""),
    )


def _write_vics(entries: Iterable[Entry]) -> bytes:
    value = []
    for one in entries:
        prints = one.prints
        mark = one.claimed.removeprefix("vics:") if one.claimed.startswith("vics:") else ""
        mark = mark or scheme().marked("vics", one.category) or _vics_mark(one.category)
        others = [_Hash(hash_name="PDQ", hash_value=prints.pdq.hex())] if prints.pdq else None
        value.append(
            _Media(
                media_id=int(one.id) if one.id.isdecimal() else one.id,
                category=int(mark) if mark.isdecimal() else None,
                md5=prints.md5.hex().upper() or None,
                sha1=prints.sha1.hex().upper() or None,
                sha256=prints.sha256.hex().upper() or None,
                mime="video/*" if one.medium is Medium.VIDEO else "image/*",
                tags=f"bar:{one.bar}" if one.bar else None,
                hashes=others,
            )
        )
    return msgspec.json.encode({"@odata.context": _VICS_CONTEXT, "value": value}) + b"\n"


def _vics_mark(category: str) -> str:
    """Return the VICS category of one of ours that is finer than theirs."""
    return "1" if category.startswith("child.") else "0"


def _unread(why: str) -> MalformedError:
    return MalformedError(
        "protect.form",
        f"the list does not read: {why[:200]}",
        hint="CSV with a first line of column names, one fingerprint a line, or VICS JSON",
        where="file",
    )
