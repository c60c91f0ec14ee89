"""What the desk for examination shows and keeps, and how exhibits become what is examined."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import msgspec

from comity.evidence.examination import Item, Listing, Mark, Member, Note, Remark, Row, Tools, in_parts
from comity.evidence.examining import Counts
from comity.evidence.exhibits import Exhibit, display_text
from comity.evidence.handling import Step, check_handling
from comity.evidence.records import PackageRecord
from comity.evidence.triage import Match, Query
from comity.kernel.clock import Instant
from comity.kernel.digests import sha256
from comity.kernel.ids import AuthorityId
from comity.node.views import Actor

MOST_TERMS = 200


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept about an examination, beside its rows.

    Attributes:
        bag_root: The package.
        delivery: The act that delivered it; empty for a package of ours.
        at: When it was examined last.
        officer: By whom.
        purpose: Why.
        complete: Whether it came to its end; else it goes on where it stopped.
        refused: Numbers of exhibits whose handling forbids an index.
        tools: Libraries and their versions.
        confined: Layers of confinement that held.
        members: How many members there are.
        found: How many identifiers.
        remarks: How many remarks.
        size: Bytes of the exhibits.
        types: Members by media type.
        kinds: Identifiers by kind.
        notes: Remarks by code.
    """

    bag_root: str
    delivery: str
    at: int
    officer: str
    purpose: str
    complete: bool
    refused: tuple[int, ...] = ()
    tools: dict[str, str] = msgspec.field(default_factory=dict)
    confined: tuple[str, ...] = ()
    members: int = 0
    found: int = 0
    remarks: int = 0
    size: int = 0
    types: dict[str, int] = msgspec.field(default_factory=dict)
    kinds: dict[str, int] = msgspec.field(default_factory=dict)
    notes: dict[str, int] = msgspec.field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A match, and the package in which it is."""

    bag_root: str
    delivery: str
    match: Match


@dataclass(frozen=True, slots=True, kw_only=True)
class HitPage:
    """Some of what a search in a case found.

    Attributes:
        searched: Packages that have an index and may be read by this officer.
        refused: Packages that have one and may not.
        unfinished: Packages whose examination was interrupted.
        after: Where the next page begins; empty at the end.
    """

    hits: tuple[Hit, ...]
    searched: tuple[str, ...]
    refused: tuple[str, ...]
    unfinished: tuple[str, ...]
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveyed:
    """What lies in a folder that is no exhibit yet: numbers, and the first rows.

    Attributes:
        rows: Members, identifiers and remarks, as many as asked for.
    """

    folder: str
    tools: Tools
    counts: Counts
    rows: tuple[Row, ...]


class Surveyor(Protocol):
    """Lists the files of a folder that an officer names."""

    def listing(self, folder: str) -> Listing:
        """Return its files, and what is none; links are never followed.

        Raises:
            NotFoundError: ``examine.folder``.
            MalformedError: ``examine.files``: there are too many.
        """
        ...


def index_name(authority: AuthorityId, bag_root: str) -> str:
    """Return the name of the index of a package; it tells neither."""
    return sha256(f"index\0{authority}\0{bag_root}".encode("ascii")).hex()


def setting_name(authority: AuthorityId, bag_root: str) -> str:
    """Return the name under which it is kept what an examination found, in numbers."""
    return f"examined/{authority}/{bag_root}"


def indexable(exhibit: Exhibit, actor: Actor) -> bool:
    """Tell whether the handling of an exhibit lets this officer make an index of it."""
    return check_handling(exhibit.handling, step=Step.INDEX, roles=actor.roles).may_proceed


def items_of(exhibits: Iterable[Exhibit]) -> tuple[Item, ...]:
    """Return exhibits of an opened bag as what is examined, those that came in parts joined."""
    return in_parts((_item(exhibit), exhibit.part) for exhibit in exhibits)


def _item(exhibit: Exhibit) -> Item:
    return Item(
        number=exhibit.number,
        path=exhibit.stored_name,
        name=exhibit.folder + b"/" + exhibit.name if exhibit.folder else exhibit.name,
        dated=exhibit.modified,
        claimed=exhibit.media_type,
    )


def left_rows(listing: Listing) -> Iterator[Row]:
    """Yield rows for what lies in a folder and is no file."""
    for number, (name, note) in enumerate(listing.left, start=len(listing.items) + 1):
        label = display_text(name)
        yield Member(exhibit=number, number=1, name=label, path=(label,))
        yield Remark(exhibit=number, number=1, code=note.value)


def refusals(numbers: Iterable[int]) -> Iterator[Row]:
    """Yield rows for exhibits whose handling forbids an index; they tell no name and no digest."""
    for number in numbers:
        name = f"exhibit {number}"
        yield Member(exhibit=number, number=1, name=name, path=(name,))
        yield Remark(exhibit=number, number=1, code=Note.REFUSED.value)
        yield Mark(exhibit=number, next=2, whole=True)


def counted(rows: Iterable[Row]) -> Counts:
    """Return what rows are, in numbers."""
    counts = Counts()
    for row in rows:
        counts.add(row)
    return counts


def examined_of(
    record: PackageRecord,
    actor: Actor,
    *,
    purpose: str,
    at: Instant,
    complete: bool,
    refused: tuple[int, ...],
    tools: Tools,
    counts: Counts,
) -> Examined:
    """Return what is kept about an examination."""
    return Examined(
        bag_root=record.bag_root,
        delivery=record.delivery or "",
        at=at,
        officer=actor.officer,
        purpose=purpose,
        complete=complete,
        refused=refused,
        tools=dict(tools.versions),
        confined=tools.confined,
        members=counts.members,
        found=counts.found,
        remarks=counts.remarks,
        size=counts.size,
        types=counts.types,
        kinds=counts.kinds,
        notes=counts.notes,
    )


def terms(query: Query) -> str:
    """Return what is looked for, for the log that the overseer reads."""
    asked = {
        "text": query.text,
        "kind": query.kind,
        "note": query.note,
        "type": query.media_type,
        "sha256": query.digest,
        "known": query.known,
    }
    return " ".join(f"{name}={value}" for name, value in asked.items() if value)[:MOST_TERMS]


def unheard(_count: int) -> None:
    """Take bytes that were read, where nobody watches."""
