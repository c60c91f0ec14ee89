"""Lists of fingerprints: what is known of a list, who holds and who receives it, and what one entry says.

A list is always somebody's: it says whose it is, under which law and licence this office holds it, and to
whom it may go. Without such a record nothing is taken in, and nothing leaves.
"""

import re
from enum import StrEnum

import msgspec

from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, DeniedError, MalformedError, NotFoundError
from comity.protection.categories import UNSORTED, Subject
from comity.protection.fingerprints import Fingerprints

MOST_TEXT = 400
VICTIM = "victim"
BARS = (VICTIM,)
"""For what an entry must never be used. ``victim``: against the person whose image it is."""
MOST_VOTES = 200
MOST_CASES = 1000
MOST_TAGS = 50
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)


class State(StrEnum):
    """Where an entry stands."""

    LIVE = "live"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"


class Medium(StrEnum):
    """What was hashed."""

    IMAGE = "image"
    VIDEO = "video"


class Holding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That somebody may hold or receive a list.

    Attributes:
        name: An office of this node, or a receiver by the name that it goes by at the doors.
        ground: The law, and the provision of it.
        licence: The terms of whoever gave the list.
        onward: Whether the list may go on from there.
        since: From when.
        until: When it ends; None where nobody set an end.
        officer: Who recorded it.
        secret: SHA-256 of the receiver's key for the doors; empty for one without.
        member: Number by which other receivers know it.
        submits: Whether it may add to the list.
    """

    name: str
    ground: str
    licence: str
    onward: bool
    since: Instant
    until: Instant | None = None
    officer: str = ""
    secret: bytes = b""
    member: int = 0
    submits: bool = False

    def __post_init__(self) -> None:
        """Refuse a record that says nothing."""
        for name, text in (("ground", self.ground), ("licence", self.licence), ("name", self.name)):
            if not text.strip() or len(text) > MOST_TEXT:
                raise MalformedError(
                    "protect.record",
                    f"who holds or receives a list is recorded with its {name}",
                    hint="say the legal ground and the licence, up to 400 characters each",
                    where=name,
                )

    def is_open(self, now: Instant) -> bool:
        """Tell whether it holds at this instant."""
        return self.since <= now and not self.has_ended(now)

    def has_ended(self, now: Instant) -> bool:
        """Tell whether it holds no more."""
        return self.until is not None and self.until <= now


class Shelf(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of one list.

    Attributes:
        name: Its name here.
        subject: Whom it protects.
        source: Whose list it is, in words.
        scheme: Which marks its source uses; empty for ours.
        dated: The day of the list, as its source says; empty where it does not.
        made: When it was made here.
        holding: The record by which this office holds it.
        receivers: The records of those who may receive it.
        retracted: When its source took the whole list back; None while it stands.
        of_pleas: Whether it holds what people gave who asked a shelter for help.
        of_outcomes: Whether it tells a shelter what became of images; it goes to that shelter alone.
    """

    name: str
    subject: Subject
    source: str
    scheme: str = ""
    dated: str = ""
    made: Instant
    holding: Holding
    receivers: tuple[Holding, ...] = ()
    retracted: Instant | None = None
    of_pleas: bool = False
    of_outcomes: bool = False

    def __post_init__(self) -> None:
        """Refuse nonsense at birth."""
        parse_name(self.name)
        if not self.source.strip() or len(self.source) > MOST_TEXT:
            raise MalformedError(
                "protect.source",
                "a list says whose it is",
                hint="name its source with --source, up to 400 characters",
                where="source",
            )

    def require_held(self, now: Instant) -> None:
        """Raise unless this office may use the list now.

        Raises:
            DeniedError: ``protect.ended``: the ground ended.
            ConflictError: ``protect.retracted``.
        """
        if self.retracted is not None:
            raise ConflictError("protect.retracted", "the list was taken back", where=self.name)
        if not self.holding.is_open(now):
            raise DeniedError(
                "protect.ended",
                "the ground on which this office holds the list has ended",
                hint="record another ground, or erase the list",
                where=self.name,
            )

    def receiver(self, name: str, now: Instant) -> Holding:
        """Return the record by which somebody may receive the list now.

        Raises:
            DeniedError: ``protect.no_record``: there is none; ``protect.onward``: it may not leave here.
        """
        self.require_held(now)
        found = next((one for one in self.receivers if one.name == name and one.is_open(now)), None)
        if found is None:
            raise DeniedError(
                "protect.no_record",
                f"no record lets {name[:80]} receive the list",
                hint="record it first with its legal ground: comity protect lists share",
                where=self.name,
            )
        if not self.holding.onward:
            raise _not_onward(self.name)
        return found

    def shared(self, record: Holding, now: Instant) -> "Shelf":
        """Return the list with a record of a receiver, in the place of an older one of the same name.

        One of pleas keeps those that have ended beside it.
        """
        self.require_held(now)
        if not self.holding.onward:
            raise _not_onward(self.name)
        before = [one for one in self.receivers if one.name == record.name]
        others = tuple(one for one in self.receivers if one.name != record.name)
        if self.of_outcomes and others:
            raise DeniedError(
                "protect.outcomes",
                "outcomes go back to the shelter alone that gave the list",
                hint="make another list of outcomes for another shelter",
                where=self.name,
            )
        if self.of_pleas:
            others += tuple(
                one for one in before if one.has_ended(now)
            )  # it is still owed what is taken back
            since = [one.since for one in before if one.is_open(now)]
            record = msgspec.structs.replace(
                record, since=min([record.since, *since])
            )  # it keeps what it has
        return msgspec.structs.replace(self, receivers=(*others, record))

    def stopped(self, name: str, now: Instant) -> "Shelf":
        """Return the list without the record of a receiver; one of pleas keeps it, ended."""
        held = next((one for one in self.receivers if one.name == name and not one.has_ended(now)), None)
        if held is None:
            raise NotFoundError("protect.receiver", "the list has no such receiver", where=name[:80])
        others = tuple(one for one in self.receivers if one is not held)
        ended = (msgspec.structs.replace(held, until=now, secret=b""),) if self.of_pleas else ()
        return msgspec.structs.replace(self, receivers=(*others, *ended))

    def gives(self, entry: "Entry", record: Holding) -> bool:
        """Tell whether a receiver may be told of an entry.

        What somebody gave who asked for help goes to those whose names that person saw: to nobody who
        was recorded later.
        """
        return not self.of_pleas or record.since <= entry.since

    def holders(self, entry: "Entry") -> tuple[Holding, ...]:
        """Return the receivers who may hold an entry, those too whose record has ended since."""
        return tuple(
            one
            for one in self.receivers
            if self.gives(entry, one) and (one.until is None or one.until > entry.since)
        )


class Vote(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a member thinks of one fingerprint of an entry.

    Attributes:
        member: Number of the member, and ``name`` its name.
        on: Which fingerprint: ``md5``, ``pdq`` …; empty for the entry.
        good: Whether it is right.
        reason: Why not; a code or the source's words.
        tags: What else was said.
        at: When.
    """

    member: int
    name: str
    on: str = ""
    good: bool
    reason: str = ""
    tags: tuple[str, ...] = ()
    at: Instant


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry of a list.

    Attributes:
        id: As its source names it.
        member: Number of whoever put it there, and ``member_name`` its name.
        medium: What was hashed.
        prints: Its fingerprints; none once it is withdrawn.
        category: Of our scheme.
        claimed: The mark of its source.
        state: Where it stands.
        votes: What members said of it.
        cases: Of a person who asked for help: number and state of each case that names it.
        tags: Words of its source.
        since: When it came.
        region: Where the person says that it matters; empty for everywhere.
        bar: For what the entry must never be used: a code of ``BARS``; empty where nobody barred anything.
    """

    id: str
    member: int = 1
    member_name: str = ""
    medium: Medium = Medium.IMAGE
    prints: Fingerprints = Fingerprints()
    category: str = UNSORTED
    claimed: str = ""
    state: State = State.LIVE
    votes: tuple[Vote, ...] = ()
    cases: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    since: Instant = Instant(0)
    region: str = ""
    bar: str = ""

    def __post_init__(self) -> None:
        """Refuse nonsense at birth."""
        if not self.id or len(self.id) > MOST_TEXT or self.member < 0:
            raise MalformedError("protect.entry", "an entry has an id of its source", where="id")
        if self.bar and self.bar not in BARS:
            raise MalformedError(
                "protect.bar",
                f"{self.bar[:20]!r} bars no use",
                hint="one of: " + ", ".join(BARS),
                where="bar",
            )
        if self.state is State.WITHDRAWN and not self.prints.is_empty:
            raise ValueError("of what was withdrawn nothing is kept")
        if len(self.votes) > MOST_VOTES or len(self.cases) > MOST_CASES or len(self.tags) > MOST_TAGS:
            raise ConflictError(
                "protect.flood",
                "more is said of one entry than is kept",
                hint="an officer looks at it first",
                where=self.id[:80],
            )

    @property
    def place(self) -> str:
        """What makes it one entry and not another: who put it there, and under which id."""
        return f"{self.member}/{self.id}"

    @property
    def is_matched(self) -> bool:
        """Whether it is compared with anything: not while it is disputed, not once it is withdrawn."""
        return self.state is State.LIVE

    def withdrawn(self) -> "Entry":
        """Return what is left of the entry when it is taken back: that it was there."""
        return Entry(
            id=self.id,
            member=self.member,
            member_name=self.member_name,
            medium=self.medium,
            state=State.WITHDRAWN,
            since=self.since,
            bar=self.bar,
        )

    def voted(self, vote: Vote) -> "Entry":
        """Return the entry with a vote, in the place of an older one of the same member on the same print."""
        others = tuple(one for one in self.votes if (one.member, one.on) != (vote.member, vote.on))
        return msgspec.structs.replace(self, votes=(*others, vote))


def parse_name(text: str) -> str:
    """Return the name of a list; raise MalformedError ``protect.name`` for what is none."""
    if not _NAME.fullmatch(text):
        raise MalformedError(
            "protect.name",
            f"{text[:80]!r} is no name for a list",
            hint="use small letters, digits, ., - and _",
            where="name",
        )
    return text


def require_not_of_pleas(shelf: Shelf) -> None:
    """Refuse to add to, or to search, what people gave who asked for help: that is theirs alone to give.

    Basis: 34(2)
    """
    if shelf.of_pleas:
        raise DeniedError(
            "protect.of_pleas",
            "the list holds what people gave who asked for help: nobody adds to it or searches it here",
            hint="receivers compare what they hold with what they were given",
            where=shelf.name,
        )


def _not_onward(name: str) -> DeniedError:
    return DeniedError(
        "protect.onward",
        "whoever gave the list does not let it go on",
        hint="the record of this office says so; ask the source for a licence",
        where=name,
    )
