"""What the room of indicators needs from outside: a store of shared objects, and keys of receivers."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from comity.indicators.marks import Tlp
from comity.kernel.clock import Instant
from comity.kernel.errors import UnavailableError
from comity.kernel.ids import AuthorityId

Fitting = Callable[[str], Collection[int]]
"""Returns the numbers, from 0, of the expressions that fit some stretch of a text."""
Expressions = Callable[[Sequence[str]], Fitting]
"""Makes that of expressions, without regard to case, matched in time that grows with the text, not beyond;
raises ValueError for one that cannot be."""

STATEMENTS = "statements"
PLACES = "places"
SIGHTINGS = "sightings"
HELD = "held"
SHARED = "shared"
EVENTS = "events"
HELD_EVENTS = "held-events"
LISTS = "lists"
SEEN = "seen"
NEVER = Instant(1 << 62)
"""When something ends that has no end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value by which an object is found: its type there (a STIX or a MISP name) and its text."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """One version of one object, as it is kept and given out: the bytes are ready.

    Attributes:
        shelf: Which collection: statements of ours, sightings, STIX objects held or shared, events, lists.
        number: Its place on the shelf, from 1, in the order in which it came.
        object_id: Its own name, the same in all versions.
        version: Which version, as text that sorts like its time.
        kind: Type of object.
        added_at: When it came; two objects of a shelf never have the same.
        newest: Whether no later version is there.
        tlp: How far it may go.
        owner: Receiver that brought it; empty for what is ours.
        body: What is given out.
        keep_until: From then on nobody receives it.
    """

    authority: AuthorityId
    shelf: str
    number: int
    object_id: str
    version: str
    kind: str
    added_at: Instant
    newest: bool = True
    tlp: Tlp
    owner: str = ""
    body: bytes
    keep_until: Instant = NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The bodies of some objects that follow each other.

    Attributes:
        joined: Their bytes as they are kept, a comma between each two; empty for none.
        first_at: When the first was added; 0 for none.
        last_at: When the last was added.
        last: Number of the last.
        more: Whether there are others behind it.
    """

    joined: bytes
    first_at: Instant
    last_at: Instant
    last: int
    more: bool


NOTHING = Stretch(joined=b"", first_at=Instant(0), last_at=Instant(0), last=0, more=False)


def stretch_of(objects: Sequence[Shared], *, more: bool) -> Stretch:
    """Return the bodies of objects that follow each other."""
    if not objects:
        return NOTHING
    return Stretch(
        more=more,
        joined=b",".join([one.body for one in objects]),
        first_at=objects[0].added_at,
        last_at=objects[-1].added_at,
        last=objects[-1].number,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which objects of a shelf are asked for; what is empty is not asked.

    Attributes:
        after: Those behind this number.
        since: Those that came later than this.
        ids: Names of objects.
        kinds: Types.
        versions: Exact versions.
        every: Every version, and not only the newest of each object.
        most_tlp: None that goes less far than this, unless ``owner`` brought it.
        owner: Who asks.
        most: How many.
        at: None that was to be kept until then or shorter; all where this is None.
    """

    after: int = 0
    since: Instant | None = None
    ids: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    every: bool = False
    most_tlp: Tlp = Tlp.RED
    owner: str = ""
    most: int = 1000
    at: Instant | None = None

    def __post_init__(self) -> None:
        if self.most < 1 or self.after < 0:
            raise ValueError("a page has at least one object")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Somebody to whom indicators are given, by a key of its own.

    Attributes:
        name: How the office calls it; unique.
        digest: SHA-256 of the key; the key itself is shown once and kept nowhere.
        most_tlp: It receives nothing that goes less far.
        writes: Whether it may bring objects.
        made_at: When.
        revoked_at: Since when the key is no longer good; None while it is.
    """

    authority: AuthorityId
    name: str
    digest: bytes
    most_tlp: Tlp
    writes: bool
    made_at: Instant
    revoked_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Who reads a shelf, and how the shelf stands.

    Attributes:
        mark: Number of its last change.
        ends_at: When the first of its objects ends; ``NEVER`` where none does.
    """

    receiver: Receiver
    mark: int
    ends_at: Instant


class SharingStore(Protocol):
    """Shelves of objects, and the keys of receivers."""

    def add_shared(
        self, objects: Sequence[Shared], *, values: Sequence[Sequence[Value]] = ()
    ) -> tuple[Shared, ...]:
        """Add versions at the end of their shelf and return them with number and time.

        Number and ``added_at`` of what is given are replaced: the next numbers, and times that are later than
        the given one or any on the shelf. A version that is there already (same object, same version) is left
        out. ``newest`` is set by comparing versions. All objects are of one authority and one shelf.
        """
        ...

    def shared(self, authority: AuthorityId, shelf: str, wanted: Wanted) -> tuple[Shared, ...]:
        """Return objects by number."""
        ...

    def stretch(self, authority: AuthorityId, shelf: str, wanted: Wanted) -> Stretch:
        """Return the bodies of the objects that :meth:`shared` returns, which is what a page is made of.

        ``ids``, ``kinds``, ``versions`` and ``every`` are not asked here.
        """
        ...

    def with_value(
        self,
        authority: AuthorityId,
        shelf: str,
        *,
        kinds: Sequence[str] = (),
        text: str = "",
        most: int = 1000,
        after: int = 0,
    ) -> tuple[Shared, ...]:
        """Return the newest versions that hold a value of one of the kinds, or a text, or both, by number."""
        ...

    def drop_shared(self, authority: AuthorityId, shelf: str, object_id: str, *, version: str = "") -> int:
        """Remove an object, or one version of it, and return how many versions went; this takes a number."""
        ...

    def drop_ended(self, authority: AuthorityId, shelf: str, *, at: Instant, most: int = 1000) -> int:
        """Remove versions that were to be kept until ``at`` or shorter, and return how many went."""
        ...

    def count_shared(self, authority: AuthorityId, shelf: str) -> int:
        """Return the number of the last change of a shelf: it grows with each addition and removal."""
        ...

    def put_receiver(self, receiver: Receiver) -> None:
        """Keep a receiver, replacing an older one of the same name."""
        ...

    def receivers(self, authority: AuthorityId) -> tuple[Receiver, ...]:
        """Return all receivers by name, those with revoked keys too."""
        ...

    def receiver_of(self, digest: bytes) -> Receiver | None:
        """Return whose key has this digest, if it is in force."""
        ...

    def reading_of(self, digest: bytes, shelf: str) -> Reading | None:
        """Return whose key has this digest, if it is in force, and how a shelf of its office stands."""
        ...


def no_expressions(_patterns: Sequence[str]) -> Fitting:
    """Raise UnavailableError ``intake.extra``: nothing here matches expressions."""
    raise UnavailableError("intake.extra", "nothing here matches regular expressions")
