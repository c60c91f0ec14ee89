"""What became of an image, back to the person who gave its fingerprint: here at a shelter, or over a list.

A shelter's own takedowns tell its cases at once. An office elsewhere that was given a shelter's list keeps a
list of outcomes for it, which goes back as lists go: under a record on each side, and with nothing in it but
fingerprints that the shelter gave. Nobody there learns which case it is, and nothing there reads one.

Basis: 34(3), 34(6)
"""

from collections.abc import Iterable
from dataclasses import dataclass

from msgspec.structs import replace

from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError
from comity.protection.fingerprints import Fingerprints
from comity.protection.pleas import Outcome
from comity.protection.ports import HashStore
from comity.protection.service import Lists
from comity.protection.shelves import VICTIM, Entry, Medium, Shelf, Vote
from comity.protection.takedown import Event, Step, Takedown

OUTCOME_TAG, PLACE_TAG = "outcome:", "at:"
_MOST_NAME = 64
_MOST_OUTCOMES = 50
_SIGNALS = ("ImagePDQ", "VideoMD5", "sha256")
_TOLD = {
    Step.NOTICE: Outcome.ASKED,
    Step.APPEAL: Outcome.ASKED,
    Step.REMOVED: Outcome.REMOVED,
    Step.REFUSED: Outcome.REFUSED,
    Step.AGAIN: Outcome.AGAIN,
    Step.RESTORED: Outcome.RESTORED,
    Step.UPHELD: Outcome.REMOVED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of an image somewhere.

    Attributes:
        outcome: What became of it.
        by: Where: a service or a host.
        at: When.
    """

    outcome: Outcome
    by: str
    at: Instant


def said_of(held: Takedown, event: Event) -> Said | None:
    """Return what an event of a takedown means for the person who is shown; None for what is not theirs."""
    found = _TOLD.get(event.step)
    if found is None:
        return None
    if event.step is Step.REFUSED and event.reason == "not-found":
        found = Outcome.NOT_FOUND
    by = (held.service or held.host or held.address or "?")[:_MOST_NAME]
    return Said(outcome=found, by=by, at=event.at)


def tell_outcome(room: Lists, store: HashStore, *, value: str, outcome: str, by: str, at: Instant) -> int:
    """Keep what became of an image beside its entries, where its person sees it; return how many there are.

    Raises:
        MalformedError: ``shelter.outcome``: no such outcome, or nobody who says it.
    """
    if outcome not in {one.value for one in Outcome} or not 0 < len(by.strip()) <= _MOST_NAME:
        raise MalformedError(
            "shelter.outcome",
            "an outcome is one of a few words, and somebody says it",
            hint="one of: " + ", ".join(Outcome),
            where="outcome",
        )
    good = outcome not in (Outcome.NOT_BLOCKED, Outcome.REFUSED, Outcome.NOT_FOUND)
    vote = Vote(member=0, name=by.strip(), on=f"outcome {by.strip()}", good=good, reason=outcome, at=at)
    told = 0
    for shelf in room.shelves(store):
        for signal in _SIGNALS if shelf.of_pleas else ():
            entry = room.entry(store, shelf.name, f"1/{signal}:{value.strip().lower()}")
            if entry is not None and not entry.prints.is_empty:
                room.put(store, shelf.name, [_with_outcome(entry, vote)], at=at)
                told += 1
    return told


def _with_outcome(entry: Entry, vote: Vote) -> Entry:
    """Return an entry with an outcome; the oldest make room, so that nobody fills it."""
    told = [one for one in entry.votes if one.member == 0 and one.on != vote.on]
    others = [one for one in entry.votes if one.member != 0]
    return replace(entry, votes=(*others, *told[-(_MOST_OUTCOMES - 1) :])).voted(vote)


def tell_here(room: Lists, store: HashStore, prints: Iterable[Fingerprints], said: Said) -> int:
    """Tell the cases of a shelter what became of images with these fingerprints; return how many had it."""
    values = {value.hex() for one in prints for _, value in _values(one)}
    return sum(
        tell_outcome(room, store, value=value, outcome=said.outcome, by=said.by, at=said.at)
        for value in sorted(values)
    )


def put_outcomes(
    room: Lists, store: HashStore, shelf: Shelf, held: Takedown, said: Said, *, member: int
) -> int:
    """Put what became of a takedown into the list of outcomes for a shelter; return how much was theirs.

    Args:
        room: The office's lists.
        store: Where they lie.
        shelf: The list of outcomes.
        held: The takedown.
        said: What became of it.
        member: Number of the shelter's office among those from whom lists came.
    """
    names = [one.name for one in room.shelves(store) if not one.of_outcomes]
    made: dict[str, Entry] = {}
    for one in held.prints:
        for kind, value in _values(one):
            for signal in _SIGNALS:
                if any(_is_theirs(room, store, name, f"{member}/1/{signal}:{value.hex()}") for name in names):
                    mark = room.vault.blind(f"outcome\n{held.number}\n{signal}\n{value.hex()}")[:24]
                    made[mark] = Entry(
                        id=mark,
                        medium=Medium.VIDEO if signal == "VideoMD5" else Medium.IMAGE,
                        prints=Fingerprints(**{kind: value}, quality=one.quality if kind == "pdq" else None),
                        category="compare",
                        tags=(f"{OUTCOME_TAG}{said.outcome.value}", f"{PLACE_TAG}{said.by}"),
                        since=said.at,
                        bar=VICTIM,
                    )
    room.put(store, shelf.name, made.values(), at=said.at)
    return len(made)


def take_outcomes(
    room: Lists, store: HashStore, entries: Iterable[Entry], *, office: str, at: Instant
) -> int:
    """Tell the cases of a shelter what a list of outcomes says; return how many entries were told."""
    known, told = {one.value for one in Outcome}, 0
    for entry in entries:
        tags = dict(tag.split(":", 1) for tag in entry.tags if ":" in tag)
        outcome = tags.get(OUTCOME_TAG.rstrip(":"), "")
        if outcome in known:
            by = (tags.get(PLACE_TAG.rstrip(":"), "").strip() or office)[:_MOST_NAME]
            said = Said(outcome=Outcome(outcome), by=by, at=at)
            told += tell_here(room, store, [entry.prints], said)
    return told


def _values(prints: Fingerprints) -> tuple[tuple[str, bytes], ...]:
    return (*(((("pdq", prints.pdq),)) if prints.pdq else ()), *prints.exact)


def _is_theirs(room: Lists, store: HashStore, name: str, place: str) -> bool:
    entry = room.entry(store, name, place)
    return entry is not None and not entry.prints.is_empty and entry.bar == VICTIM
