"""What is looked for among events and their attributes."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from comity.kernel.clock import SECOND, Instant, read_instant

_TRUE = (True, 1, "1", "true")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Texts that are looked for; ``%`` in one stands for any letters.

    Attributes:
        some: One of these at least.
        every: All of these.
        none: None of these.
    """

    some: tuple[str, ...] = ()
    every: tuple[str, ...] = ()
    none: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked."""
        return not (self.some or self.every or self.none)

    @property
    def exact(self) -> tuple[str, ...]:
        """The texts of which one must be there, where an index knows them; empty where it does not."""
        return () if any("%" in one for one in self.some) else self.some

    def hold(self, found: Collection[str]) -> bool:
        """Tell whether texts are what is looked for."""
        return (
            (not self.some or any(_is_among(one, found) for one in self.some))
            and all(_is_among(one, found) for one in self.every)
            and not any(_is_among(one, found) for one in self.none)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of time with both its ends; an end that is None is open."""

    first: Instant | None = None
    last: Instant | None = None

    def holds(self, at: Instant) -> bool:
        """Tell whether a time lies in it."""
        return (self.first is None or at >= self.first) and (self.last is None or at <= self.last)


ANYTHING, ALWAYS = Words(), Span()


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeQuery:
    """What is looked for; what is empty is not asked.

    Attributes:
        kinds: MISP types.
        values: Whole values, or one side of a pair.
        events: Ids or UUIDs of events.
        uuids: UUIDs of attributes or of their events.
        tags: Of the attribute or of its event.
        to_ids: Whether only those for detection are meant, or only the others.
        deleted: None for those in force, True for those that were taken back, False for both.
        stamped: When the attribute, or the event where events are looked for, was changed.
        published: When this node shared it.
        dated: The event's date.
        page: From 1; counts where there is a limit.
        limit: At most so many; 0 for no bound of the caller's.
        bare: Whether events come without what is in them.
    """

    kinds: Words = ANYTHING
    values: Words = ANYTHING
    categories: Words = ANYTHING
    events: Words = ANYTHING
    uuids: Words = ANYTHING
    tags: Words = ANYTHING
    orgs: Words = ANYTHING
    infos: Words = ANYTHING
    objects: Words = ANYTHING
    to_ids: bool | None = None
    deleted: bool | None = None
    stamped: Span = ALWAYS
    event_stamped: Span = ALWAYS
    published: Span = ALWAYS
    dated: Span = ALWAYS
    page: int = 1
    limit: int = 0
    bare: bool = False

    @property
    def of_attributes(self) -> bool:
        """Whether an event is meant only for an attribute in it."""
        return self.deleted is not None or not (
            self.kinds.is_empty
            and self.values.is_empty
            and self.categories.is_empty
            and self.objects.is_empty
            and self.to_ids is None
        )

    def fits_event(self, event: Mapping[str, Any], *, whole: bool) -> bool:
        """Tell whether an event is meant, as far as it can be told without its attributes.

        Args:
            event: Its JSON.
            whole: Whether events are looked for, and not attributes.
        """
        org = event.get("Orgc")
        names = (str(org.get("name")), str(org.get("uuid"))) if isinstance(org, dict) else ()
        own = (str(event.get("id")), str(event.get("uuid")))
        return (
            self.events.hold(own)
            and self.orgs.hold(names)
            and self.infos.hold((str(event.get("info")),))
            and self.event_stamped.holds(stamp_of(event.get("timestamp")))
            and self.published.holds(stamp_of(event.get("publish_timestamp")))
            and self.dated.holds(_day_of(event.get("date")))
            and (not whole or self.stamped.holds(stamp_of(event.get("timestamp"))))
            and (not whole or self._fits_alone(event))
        )

    def fits(
        self, attribute: Mapping[str, Any], *, inside: str, event: Mapping[str, Any], whole: bool
    ) -> bool:
        """Tell whether an attribute of an event that fits is meant.

        Args:
            attribute: Its JSON.
            inside: Name of the object that it is in; empty for none.
            event: The event's.
            whole: Whether events are looked for, so that the time of the attribute does not count.
        """
        value = str(attribute.get("value"))
        deleted = attribute.get("deleted") in _TRUE
        tags = {*names_of(event), *names_of(attribute)}
        return (
            self.kinds.hold((str(attribute.get("type")),))
            and self.values.hold({value, *value.split("|")})
            and self.categories.hold((str(attribute.get("category")),))
            and self.uuids.hold((str(attribute.get("uuid")), str(event.get("uuid"))))
            and (self.tags.is_empty or self.tags.hold(tags))
            and self.objects.hold((inside,))
            and self.to_ids in (None, attribute.get("to_ids") in _TRUE)
            and (self.deleted is False or (self.deleted is True) == deleted)
            and (whole or self.stamped.holds(stamp_of(attribute.get("timestamp"))))
        )

    def _fits_alone(self, event: Mapping[str, Any]) -> bool:
        """Tell whether tags and UUIDs are those of an event or of something in it."""
        if self.of_attributes or (self.tags.is_empty and self.uuids.is_empty):
            return True
        listed = list(attributes_of(event))
        tags = {*names_of(event), *(name for one, _ in listed for name in names_of(one))}
        uuids = {str(event.get("uuid")), *(str(one.get("uuid")) for one, _ in listed)}
        return self.tags.hold(tags) and self.uuids.hold(uuids)


def attributes_of(event: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the attributes of an event's JSON, each with the name of the object that it is in, or without."""
    for one in event.get("Attribute") or ():
        yield one, ""
    for thing in event.get("Object") or ():
        for one in thing.get("Attribute") or ():
            yield one, str(thing.get("name") or "")


def names_of(thing: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of a thing's tags."""
    for one in thing.get("Tag") or ():
        yield str(one.get("name"))


def stamp_of(value: object) -> Instant:
    """Return a time stamp of MISP, which counts seconds; 0 for what is none."""
    text = str(value)
    return Instant(int(text) * SECOND) if text.isascii() and text.isdigit() and len(text) < 12 else Instant(0)


def paged(found: Iterable[dict[str, Any]], query: AttributeQuery) -> Iterator[dict[str, Any]]:
    """Yield one page of what was found, and look no further."""
    first = (query.page - 1) * query.limit if query.limit else 0
    for at, one in enumerate(found):
        if query.limit and at >= first + query.limit:
            return
        if at >= first:
            yield one


def _day_of(value: object) -> Instant:
    try:
        return read_instant(str(value))
    except ValueError:
        return Instant(0)


def _is_among(asked: str, found: Collection[str]) -> bool:
    return any(_is_like(asked, one) for one in found) if "%" in asked else asked in found


def _is_like(asked: str, text: str) -> bool:
    """Tell whether a text is like one with ``%`` in it; letters of any case are alike."""
    head, *middle = asked.lower().split("%")
    tail = middle.pop()
    rest = text.lower()
    if not rest.startswith(head) or len(rest) < len(head) + len(tail) or not rest.endswith(tail):
        return False
    rest = rest[len(head) : len(rest) - len(tail)]
    for part in middle:
        _, found, rest = rest.partition(part) if part else ("", "%", rest)
        if not found:
            return False
    return True
