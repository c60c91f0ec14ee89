"""The ledger of a case: the fold of its lines, each checked against all before it.

Same lines, same balances. A line that does not stand on those before it is refused. A counter-entry books an
earlier line back; it is refused where a later line would no longer stand, or would move something else.
"""

from collections.abc import Sequence
from typing import assert_never

from comity.kernel.errors import ComityError, ConflictError, NotFoundError
from comity.restitution.accounts import Posting, booked, reversed_postings
from comity.restitution.books import Books
from comity.restitution.entries import (
    AnyEntry,
    Chosen,
    Claimed,
    Considered,
    Converted,
    Corrected,
    Cost,
    Decided,
    Distributed,
    Ended,
    Loss,
    Opened,
    Paid,
    Received,
    Returned,
    Ruled,
    Searched,
    Settled,
    Shared,
    Valued,
)
from comity.restitution.lines import Line
from comity.restitution.moving import convert, give, in_or_off, require_told_truly
from comity.restitution.paying import distribute, note_who, pay, require_another, settle
from comity.restitution.stating import state


def fold(lines: Sequence[Line]) -> Books:
    """Return the ledger after its lines.

    Raises:
        ConflictError, NotFoundError: a line does not stand on those before it.
        DeniedError: ``restitution.same_person``.

    Basis: 34(2), 52
    """
    books, standing = Books(), dict[int, Line]()
    for line in lines:
        if isinstance(line.entry, Corrected):
            books = _without(books, standing, line.number, line.entry)
            standing.pop(line.entry.line)
        else:
            _apply(books, line)
            standing[line.number] = line
    return books


def _apply(books: Books, line: Line) -> None:
    if isinstance(line.entry, Paid):
        require_another(books, line.entry, line.officer)
    postings = _moves(books, line.number, line.entry)
    booked(books.balances, postings)
    books.moves[line.number] = postings
    if isinstance(line.entry, Distributed | Settled):
        note_who(books, postings, line.officer)


def _without(books: Books, standing: dict[int, Line], number: int, entry: Corrected) -> Books:
    """Return the ledger with a line booked back."""
    if entry.line not in standing:
        raise NotFoundError(
            "restitution.line",
            f"line {entry.line} is none that can be booked back",
            hint="a counter-entry is not booked back, and no line twice; record the entry again",
            where="line",
        )
    left = Books()
    for other, kept in standing.items():
        if other == entry.line:
            continue
        try:
            _apply(left, kept)
        except ComityError as exc:
            raise _depends(other, str(exc)) from exc
        if left.moves[other] != books.moves[other]:
            raise _depends(other, "it would move something else")
    left.moves = books.moves | {number: reversed_postings(books.moves[entry.line])}
    left.struck = books.struck | {entry.line: number}
    return left


def _depends(line: int, why: str) -> ConflictError:
    return ConflictError(
        "restitution.depends",
        f"line {line} stands on what would be booked back: {why}",
        hint=f"book line {line} back first",
        where=str(line),
    )


def _moves(books: Books, number: int, entry: AnyEntry) -> tuple[Posting, ...]:
    """Check an entry against the ledger, let it count, and return what it moves."""
    match entry:
        case Opened() | Ruled() | Claimed() | Decided() | Valued():
            state(books, number, entry)
            return ()
        case Chosen():
            _choose(books, number, entry)
            return ()
        case Considered():
            require_told_truly(books, entry)
            books.considered[entry.who] = (number, entry)
            return ()
        case Searched():
            books.searches[number] = entry
            return ()
        case Received() | Cost() | Loss():
            return in_or_off(books, entry)
        case Converted():
            return convert(books, entry)
        case Distributed():
            return distribute(books, entry)
        case Settled():
            return settle(books, entry)
        case Paid() | Ended():
            return pay(books, number, entry)
        case Shared() | Returned():
            return give(books, number, entry)
        case Corrected():
            return ()
        case _:
            assert_never(entry)


def _choose(books: Books, number: int, entry: Chosen) -> None:
    books.asset(entry.asset)
    books.unit(entry.unit)
    books.rules[number] = entry
