"""Matching: what is asked for is compared with a list, exactly and by likeness; the answer explains itself.

A match is a lead for a person, never a judgement: two pictures that are alike are not the same picture.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from comity.kernel.errors import ConflictError
from comity.protection.fingerprints import (
    RADIUS,
    TURNS,
    Fingerprints,
    Turn,
    is_matchable,
    parse_print,
    prints_of,
    turned_hash,
)
from comity.protection.ports import Index, MakeIndex, Near, Row
from comity.protection.shelves import Entry

MOST_ASKED = 10_000
"""So many questions at once."""
MOST_TOLD = 100
"""So many matches of one question are told; that there are more is told too."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is compared with a list.

    Attributes:
        name: A file or the hash itself, as it was named.
        prints: Its fingerprints.
        turned: The PDQ hash of each turn, in the order of ``TURNS``; empty where there is none.
        derived: Whether the turns were reckoned from the hash alone: a bit or two may be off.
    """

    name: str
    prints: Fingerprints
    turned: tuple[bytes, ...] = ()
    derived: bool = False


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """Something in a list that matches.

    Attributes:
        on: Which fingerprint matched: ``sha256``, ``sha1``, ``md5``: the same bytes; ``pdq``: alike.
        distance: Bits that differ, of 256; 0 where the bytes are the same.
        most: The largest distance that matches.
        turn: How the picture that was asked for is turned against the one in the list.
        derived: Whether that turn was reckoned from the hash alone.
        list: Name of the list.
        id: Of the entry, at its source.
        member: Who put it there.
        category: Of our scheme.
        claimed: The mark of the source.
        votes_for: How many members confirmed it.
        votes_against: How many said that it is wrong.
        bar: For what it must never be used: ``victim``, against the person whose image it is; or empty.
    """

    on: str
    distance: int
    most: int
    turn: Turn
    derived: bool
    list: str
    id: str
    member: str
    category: str
    claimed: str
    votes_for: int
    votes_against: int
    bar: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one question.

    Attributes:
        name: What was asked for.
        matchable: Whether it has a PDQ hash that may be compared.
        quality: Of its hash; None where nobody told.
        matches: The nearest first.
        more: How many further matches there are, which are not told.
    """

    name: str
    matchable: bool
    quality: int | None
    matches: tuple[Match, ...]
    more: int = 0


@dataclass(slots=True, kw_only=True)
class Loaded:
    """A list in memory, ready to be searched.

    Attributes:
        name: Of the list.
        index: Its PDQ hashes under the keys of their entries.
        exact: Keys of entries by digest.
        last: Number of the newest change that it knows.
    """

    name: str
    index: Index
    exact: dict[bytes, set[int]] = field(default_factory=dict)
    last: int = 0
    digests: dict[int, tuple[bytes, ...]] = field(default_factory=dict)

    def follow(self, changes: Iterable[tuple[Row, Entry]]) -> int:
        """Take changes over and return how many there were; searches go on meanwhile."""
        count = 0
        for row, entry in changes:
            key = int(row.key, 16)
            self.index.put(key, entry.prints.pdq if _is_likened(entry) else b"")
            self._place(key, entry)
            self.last = row.number
            count += 1
        return count

    def _place(self, key: int, entry: Entry) -> None:
        for digest in self.digests.pop(key, ()):
            self.exact[digest].discard(key)
        if entry.is_matched and (found := tuple(value for _, value in entry.prints.exact)):
            self.digests[key] = found
            for digest in found:
                self.exact.setdefault(digest, set()).add(key)


def load(name: str, rows: Iterable[tuple[Row, Entry]], *, make: MakeIndex, searches: int) -> Loaded:
    """Return a list ready to be searched."""
    exact = Loaded(name=name, index=make((), searches=0))

    def likened() -> Iterator[tuple[int, bytes]]:
        for row, entry in rows:
            key = int(row.key, 16)
            exact._place(key, entry)
            exact.last = row.number
            if _is_likened(entry):
                yield key, entry.prints.pdq

    exact.index = make(likened(), searches=searches)
    return exact


def _is_likened(entry: Entry) -> bool:
    return entry.is_matched and entry.prints.matchable


def question_of(text: str) -> Question:
    """Return the question that a hash in hexadecimal digits is: 64 are PDQ, 40 SHA-1, 32 MD5.

    ``sha256:…`` and ``pdq:…`` say which of the two is meant; ``pdq:…:QUALITY`` tells the quality too.

    Raises:
        MalformedError: ``protect.hash``.
    """
    kind, _, rest = text.partition(":")
    if not rest:
        kind, rest = {32: "md5", 40: "sha1"}.get(len(text.strip()), "pdq"), text
    value, _, told = rest.partition(":")
    if kind not in ("pdq", "md5", "sha1", "sha256") or (told and not (told.isdecimal() and int(told) <= 100)):
        kind, value, told = "pdq", text, ""
    bare = parse_print(kind, value, where=text[:80])
    if kind != "pdq":
        return Question(name=text, prints=prints_of({kind: bare}))
    prints = Fingerprints(pdq=bare, quality=int(told) if told else None)
    return Question(name=text, prints=prints, turned=turned_hash(bare), derived=True)


def is_hash(text: str) -> bool:
    """Tell whether a text is meant as a hash, and not as the name of a file."""
    kind, colon, rest = text.partition(":")
    digits = rest.partition(":")[0] if colon and kind in ("pdq", "md5", "sha1", "sha256") else text
    return len(digits) in (32, 40, 64) and all(sign in "0123456789abcdefABCDEF" for sign in digits)


def ask(loaded: Loaded, questions: Sequence[Question], opened: Callable[[int], Entry]) -> tuple[Answer, ...]:
    """Return what of a list matches each question.

    Args:
        loaded: The list.
        questions: At most ``MOST_ASKED``.
        opened: Returns the entry under a key.

    Raises:
        ConflictError: ``protect.flood``: more questions than are answered at once.
    """
    if len(questions) > MOST_ASKED:
        raise ConflictError(
            "protect.flood",
            f"{len(questions)} questions at once, where at most {MOST_ASKED} are answered",
            hint="ask in portions",
        )
    asked: list[bytes] = []
    spans: list[range] = []
    for one in questions:
        turned = _turns_asked(one)
        spans.append(range(len(asked), len(asked) + len(turned)))
        asked += turned
    found = loaded.index.search(asked, most=RADIUS) if asked else ()
    return tuple(
        _answer(loaded, one, [found[at] for at in span], opened)
        for one, span in zip(questions, spans, strict=True)
    )


def _turns_asked(question: Question) -> tuple[bytes, ...]:
    prints = question.prints
    if not prints.pdq or not is_matchable(prints.pdq, prints.quality):
        return ()
    return question.turned or (prints.pdq,)


def _answer(
    loaded: Loaded, question: Question, found: Sequence[tuple[Near, ...]], opened: Callable[[int], Entry]
) -> Answer:
    best: dict[int, tuple[int, str, Turn]] = {}
    for turn, nears in zip(TURNS, found, strict=False):
        for near in nears:
            known = best.get(near.key)
            if known is None or near.distance < known[0]:
                best[near.key] = (near.distance, "pdq", turn)
    for name, digest in question.prints.exact:  # the strongest last
        for key in loaded.exact.get(digest, ()):
            best[key] = (0, name, Turn.ORIGINAL)
    ranked = sorted(best.items(), key=lambda one: (one[1][0], one[1][1] == "pdq", one[0]))
    return Answer(
        name=question.name,
        matchable=question.prints.matchable,
        quality=question.prints.quality,
        matches=tuple(
            _match(loaded.name, opened(key), *how, derived=question.derived)
            for key, how in ranked[:MOST_TOLD]
        ),
        more=max(0, len(ranked) - MOST_TOLD),
    )


def _match(name: str, entry: Entry, distance: int, on: str, turn: Turn, *, derived: bool) -> Match:
    return Match(
        on=on,
        distance=distance,
        most=RADIUS if on == "pdq" else 0,
        turn=turn,
        derived=derived and turn is not Turn.ORIGINAL,
        list=name,
        id=entry.id,
        member=entry.member_name or str(entry.member),
        category=entry.category,
        claimed=entry.claimed,
        votes_for=sum(one.good for one in entry.votes),
        votes_against=sum(not one.good for one in entry.votes),
        bar=entry.bar,
    )
