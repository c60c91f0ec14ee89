"""Regular expressions of warning lists, matched in time that grows with the text and never beyond.

A list comes from outside, and so does the value that is compared with it: an expression that tries one way
after the other may be made to try for years. Here all ways are followed at once, letter by letter. What
cannot be matched so (references back, looking around) is no expression here.

Basis: docs/spec/indicators.md
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from comity.indicators.expressions import Alternatives, Edge, Letter, Node, Repeated, Row, parse_expression

MOST_STATES: Final = 2_000


class TooLargeError(ValueError):
    """An expression of more states than are followed."""


@dataclass(slots=True)
class _State:
    """One step: a letter that is asked for, an edge that must be here, or nothing; and where it leads."""

    letter: Callable[[str], bool] | None = None
    edge: str = ""
    ways: tuple[int, ...] = ()


class Expression:
    """One expression, compared without regard to case.

    Args:
        text: As it stands in the list, without delimiters and flags.

    Raises:
        ValueError: it cannot be read, or not be matched in bounded time.
    """

    def __init__(self, text: str) -> None:
        self._states: list[_State] = []
        done = self._add(_State())
        self._done, self._start = done, self._built(parse_expression(text), done)

    def fits(self, text: str) -> bool:
        """Tell whether the expression fits some stretch of a text in lower case."""
        states: set[int] = set()
        for at in range(len(text) + 1):
            before, after = text[at - 1 : at] if at else "", text[at : at + 1]
            asking = self._reached({*states, self._start}, before, after)
            if asking is None:
                return True
            states = {
                way
                for one in asking
                if after and one.letter is not None and one.letter(after)
                for way in one.ways
            }
        return False

    def _reached(self, states: set[int], before: str, after: str) -> list[_State] | None:
        """Return the states that ask for a letter; None where the end is reached."""
        todo, asking = list(states), []
        while todo:
            number = todo.pop()
            if number == self._done:
                return None
            one = self._states[number]
            if one.letter is not None:
                asking.append(one)
            elif not one.edge or _holds(one.edge, before, after):
                fresh = [way for way in one.ways if way not in states]
                states.update(fresh)
                todo += fresh
        return asking

    def _add(self, state: _State) -> int:
        if len(self._states) >= MOST_STATES:
            raise TooLargeError("the expression is too large")
        self._states.append(state)
        return len(self._states) - 1

    def _built(self, node: Node, behind: int) -> int:
        """Return where a node begins, that leads to a state when it is done."""
        match node:
            case Letter():
                return self._add(_State(letter=node.fits, ways=(behind,)))
            case Edge():
                return self._add(_State(edge=node.what, ways=(behind,)))
            case Row():
                for one in reversed(node.nodes):
                    behind = self._built(one, behind)
                return behind
            case Alternatives():
                return self._add(_State(ways=tuple(self._built(one, behind) for one in node.nodes)))
            case Repeated():
                return self._repeated(node, behind)

    def _repeated(self, node: Repeated, behind: int) -> int:
        start = behind
        if node.most is None:
            start = self._add(_State(ways=(behind,)))
            self._states[start].ways = (self._built(node.node, start), behind)
        for _ in range((node.most or node.least) - node.least):
            start = self._add(_State(ways=(self._built(node.node, start), behind)))
        for _ in range(node.least):
            start = self._built(node.node, start)
        return start


def fitting(expressions: Iterable[tuple[Expression, int]], text: str) -> set[int]:
    """Return the numbers of the expressions that fit a text."""
    return {number for one, number in expressions if one.fits(text)}


def _holds(edge: str, before: str, after: str) -> bool:
    if edge == "^":
        return not before
    if edge == "$":
        return not after
    return (_is_word(before) != _is_word(after)) == (edge == "b")


def _is_word(ch: str) -> bool:
    return bool(ch) and (ch.isalnum() or ch == "_")
