"""Walks through an exhibit and all that lies in it, and tells what it finds row by row.

Every content is read once: digest, identifiers, and a copy aside where it is a container itself. Memory does
not grow with the exhibit. What does not hold becomes a remark, and the walk goes on behind it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import IO, BinaryIO

from comity.engines.examining.archives import KINDS
from comity.engines.examining.containers import READ_ERRORS, Entry, TooManyError
from comity.engines.examining.detector import HEAD, OCTETS, Detected, detect
from comity.engines.examining.entering import entries_of
from comity.engines.examining.names import folded, name_notes, shown
from comity.engines.examining.reading import RECOGNISED, Reading
from comity.engines.examining.trees import judge_entries
from comity.evidence.examination import Bounds, Found, Item, Kind, Mark, Member, Note, Remark, Row

_CASELESS = ("zip", "tar", *KINDS)
_REREAD = ("zip", "tar")
"""Archives any entry of which can be read at any time."""
_GENERIC = frozenset({OCTETS, "text/plain", "application/x-empty"})


class _BoundReachedError(Exception):
    """The exhibit gave all that it may give."""


@dataclass(slots=True)
class _Within:
    """How far one exhibit came.

    Attributes:
        next: Number of the next member.
        content: Bytes that came out so far.
        bombs: Contents that were left, since they gave too much.
    """

    next: int
    content: int = 0
    bombs: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a member lies."""

    exhibit: int
    within: _Within
    parent: int
    path: tuple[str, ...]
    depth: int


class Walker:
    """Examines one exhibit after another.

    Args:
        emit: Takes each row.
        bounds: What may be used.
        spools: One empty file for each depth, open for reading and writing.
        told: Called with bytes that were read, now and then.
        turn: Called before each entry of an exhibit: a new allowance of processor time begins.
    """

    def __init__(
        self,
        emit: Callable[[Row], None],
        *,
        bounds: Bounds,
        spools: Sequence[BinaryIO],
        told: Callable[[int], None],
        turn: Callable[[], None],
    ) -> None:
        self._emit, self._bounds, self._spools = emit, bounds, spools
        self._told, self._turn = told, turn

    def exhibit(
        self, item: Item, file: BinaryIO, *, whole: BinaryIO | None = None, after: Mark | None = None
    ) -> None:
        """Examine one exhibit, from the start or behind a mark.

        Args:
            item: What it is.
            file: Its bytes.
            whole: Its bytes and those of the parts that follow it, where it is the first of several.
            after: Last mark of an examination that was interrupted; what lies before it is not read again.
        """
        done = after.entries if after is not None else 0
        within = _Within(next=after.next if after is not None else 1)
        place = _Place(exhibit=item.number, within=within, parent=0, path=(), depth=0)
        name = item.name
        try:
            if after is None:
                self._turn()
                found = self._member(place, name, file, dated=item.dated)
                if item.claimed not in ("", found.media_type, OCTETS) and _disagree(
                    item.claimed, found.media_type
                ):
                    self._remark(item.number, 1, Note.TYPE_DIFFERS, item.claimed)
                if item.missing:
                    self._remark(item.number, 1, Note.TRUNCATED, f"part {item.missing} is not here")
                self._emit(Mark(exhibit=item.number, entries=0, next=within.next))
            else:
                file.seek(0)
                found = detect(file.read(HEAD))
            if found.container and found.container not in RECOGNISED and not item.later:
                inner = replace(place, parent=1, path=(shown(name),), depth=1)
                self._entries(inner, found.container, whole or file, name, skip=done)
        except _BoundReachedError:
            pass
        self._emit(Mark(exhibit=item.number, entries=done, next=within.next, whole=True))

    def _entries(
        self,
        place: _Place,
        container: str,
        file: BinaryIO,
        name: bytes,
        *,
        skip: int = 0,
    ) -> None:
        """Go through a container whose own member is ``place.parent``."""
        seen: set[int] = set()
        bags: dict[bytes, int] = {}
        count, bombs = 0, place.within.bombs
        size = file.seek(0, 2)
        before = place.within.content
        try:
            for entry in entries_of(container, file, name, self._bounds):
                count += 1
                if count > self._bounds.entries:
                    raise TooManyError(f"more than {self._bounds.entries} entries")
                clash = (mark := folded(entry.name)) in seen and container in _CASELESS
                seen.add(mark)
                if _marks_bag(entry.name) and container in _REREAD:
                    bags[entry.name] = place.within.next if count > skip else place.parent
                if count <= skip:
                    continue
                if place.depth == 1:
                    self._turn()
                self._entry(place, entry, clash=clash)
                if place.depth == 1:
                    self._emit(Mark(exhibit=place.exhibit, entries=count, next=place.within.next))
                if place.within.content - before > self._bounds.ratio_from and (
                    place.within.content - before > self._bounds.ratio * max(size, 1)
                ):
                    self._remark(place.exhibit, place.parent, Note.BOMB, str(self._bounds.ratio))
                    return
            if bags and count >= skip and place.within.bombs == bombs:
                self._bags(place, entries_of(container, file, name, self._bounds), count, bags)
        except TooManyError as error:
            self._remark(place.exhibit, place.parent, Note.TOO_MANY, str(error))
        except READ_ERRORS as error:
            self._remark(place.exhibit, place.parent, _fault(error), _words(error))

    def _bags(self, place: _Place, entries: Iterator[Entry], count: int, bags: Mapping[bytes, int]) -> None:
        """Judge what lies in an archive as a bag; the archive is open as long as its last entry is held."""
        if place.depth == 1:
            self._turn()
        for name, note, detail in judge_entries(list(islice(entries, count))):
            self._remark(place.exhibit, bags.get(name, place.parent), note, detail)

    def _entry(self, place: _Place, entry: Entry, *, clash: bool) -> None:
        number = place.within.next
        notes = [*entry.notes, *name_notes(entry.name)]
        if clash:
            notes.append((Note.NAME_CLASH, ""))
        if entry.open is not None:
            self._open(place, entry, notes)
            return
        place.within.next += 1
        self._unread(place, number, entry, notes)

    def _unread(self, place: _Place, number: int, entry: Entry, notes: Sequence[tuple[Note, str]]) -> None:
        """Tell of an entry whose content was not read."""
        name = shown(entry.name)
        path = (*place.path, name)
        self._emit(
            Member(
                exhibit=place.exhibit,
                number=number,
                parent=place.parent,
                name=name,
                path=path,
                dated=entry.dated,
            )
        )
        for note, detail in notes:
            self._remark(place.exhibit, number, note, detail)

    def _open(self, place: _Place, entry: Entry, notes: list[tuple[Note, str]]) -> None:
        number = place.within.next
        spool = self._spools[place.depth - 1] if place.depth <= len(self._spools) else None
        try:
            content = entry.open() if entry.open is not None else None
        except READ_ERRORS as error:
            place.within.next += 1
            self._unread(place, number, entry, [*notes, (_fault(error), _words(error))])
            return
        if content is None:
            return
        found = self._member(
            place,
            entry.name,
            content,
            dated=entry.dated,
            packed=entry.packed,
            spool=spool,
            plain=entry.plain,
            notes=notes,
        )
        if not found.container or found.container in RECOGNISED:
            return
        if spool is None or place.depth >= self._bounds.depth:
            self._remark(place.exhibit, number, Note.TOO_DEEP, str(self._bounds.depth))
            return
        if spool.seek(0, 2) == 0:
            return
        path = (*place.path, shown(entry.name))
        inner = replace(place, parent=number, path=path, depth=place.depth + 1)
        self._entries(inner, found.container, spool, entry.name)

    def _member(
        self,
        place: _Place,
        name: bytes,
        content: IO[bytes],
        *,
        dated: int | None = None,
        packed: int = 0,
        spool: BinaryIO | None = None,
        plain: bool = False,
        notes: Sequence[tuple[Note, str]] = (),
    ) -> Detected:
        """Read one content once, and tell what it is."""
        number, place.within.next = place.within.next, place.within.next + 1
        if number > self._bounds.members:
            self._remark(place.exhibit, 1, Note.TOO_MANY, str(self._bounds.members))
            raise _BoundReachedError
        reading = Reading(self._bounds, spool=spool, top=place.depth == 0, plain=plain)
        identifiers: list[Found] = []
        keep = _keeper(place.exhibit, number, identifiers)
        notes = [*notes]
        try:
            for size in reading.read(content, keep, packed=packed):
                place.within.content += 0 if place.depth == 0 else size
                self._told(size)
                if place.within.content > self._bounds.content:
                    notes.append((Note.BOMB, str(self._bounds.content)))
                    break
        except READ_ERRORS as error:
            notes.append((_fault(error), _words(error)))
        label = shown(name)
        self._emit(
            Member(
                exhibit=place.exhibit,
                number=number,
                parent=place.parent,
                name=label,
                path=(*place.path, label),
                size=reading.size,
                sha256=reading.digest,
                media_type=reading.found.media_type,
                container=reading.found.container,
                dated=dated,
            )
        )
        for one in identifiers:
            self._emit(one)
        place.within.bombs += not reading.opens
        for note, detail in [*notes, *reading.notes()]:
            self._remark(place.exhibit, number, note, detail)
        if place.within.content > self._bounds.content:
            raise _BoundReachedError
        return reading.found if reading.opens else Detected(media_type=reading.found.media_type)

    def _remark(self, exhibit: int, number: int, note: Note, detail: str = "") -> None:
        escaped = shown(detail.encode("utf-8", "surrogateescape"))
        self._emit(Remark(exhibit=exhibit, number=number, code=note.value, detail=escaped))


def _keeper(exhibit: int, number: int, kept: list[Found]) -> Callable[[Kind, str, int, int, str], None]:
    """Return what makes rows of the identifiers of a member."""

    def keep(kind: Kind, value: str, offset: int, length: int, encoding: str) -> None:
        kept.append(
            Found(
                exhibit=exhibit,
                number=number,
                kind=kind.value,
                value=value,
                offset=offset,
                length=length,
                encoding=encoding,
            )
        )

    return keep


def _disagree(claimed: str, found: str) -> bool:
    """Tell whether a name claims another family of content than the bytes are."""
    return found not in _GENERIC and claimed.partition("/")[0] != found.partition("/")[0]


def _marks_bag(name: bytes) -> bool:
    """Tell whether somebody may mean the folder of this name to be a bag."""
    last = name.rpartition(b"/")[2]
    return last == b"bagit.txt" or last.startswith(b"manifest-")


def _fault(error: BaseException) -> Note:
    if isinstance(error, EOFError):
        return Note.TRUNCATED
    if isinstance(error, MemoryError | RecursionError):
        return Note.TOO_LARGE
    if "crypt" in str(error).lower():  # the whole archive, names and all
        return Note.ENCRYPTED
    if isinstance(error, NotImplementedError) or "password" in str(error):
        return Note.NOT_OPENED
    return Note.MALFORMED


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200]
