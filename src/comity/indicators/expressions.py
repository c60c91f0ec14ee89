"""The grammar of regular expressions in warning lists; letters are compared in lower case."""

import re
from collections.abc import Callable
from dataclasses import dataclass

MOST_REPEATED = 200
MOST_DEPTH = 50
_TIMES = re.compile(r"\{([0-9]{1,4})(,?)([0-9]{0,4})\}", re.ASCII)
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_CLASSES: dict[str, Callable[[str], bool]] = {
    "d": str.isdecimal,
    "w": lambda ch: ch.isalnum() or ch == "_",
    "s": str.isspace,
}

Fits = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter that fits."""

    fits: Fits


@dataclass(frozen=True, slots=True)
class Edge:
    """A place between letters: ``^``, ``$``, ``b`` or ``B``."""

    what: str


@dataclass(frozen=True, slots=True)
class Row:
    """Nodes behind each other."""

    nodes: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Alternatives:
    """One of several nodes."""

    nodes: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Repeated:
    """A node again and again; ``most`` is None for any number."""

    node: "Node"
    least: int
    most: int | None


Node = Letter | Edge | Row | Alternatives | Repeated


def parse_expression(text: str) -> Node:
    """Return the node of an expression; raise ValueError for what is none, or is none that is read here."""
    reader = _Reader(text)
    node = reader.either(0)
    if reader.ahead():
        raise ValueError("a bracket is closed that was never opened")
    return node


class _Reader:
    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0

    def ahead(self, size: int = 1) -> str:
        return self._text[self._at : self._at + size]

    def _take(self) -> str:
        ch = self.ahead()
        if not ch:
            raise ValueError("the expression ends too early")
        self._at += 1
        return ch

    def either(self, depth: int) -> Node:
        if depth > MOST_DEPTH:
            raise ValueError("brackets lie too deep in each other")
        nodes = [self._row(depth)]
        while self.ahead() == "|":
            self._take()
            nodes.append(self._row(depth))
        return nodes[0] if len(nodes) == 1 else Alternatives(tuple(nodes))

    def _row(self, depth: int) -> Node:
        nodes: list[Node] = []
        while self.ahead() not in ("", "|", ")"):
            node = self._one(depth)
            while (times := self._times()) is not None:
                node = Repeated(node, *times)
            nodes.append(node)
        return Row(tuple(nodes))

    def _times(self) -> tuple[int, int | None] | None:
        ch = self.ahead()
        found = _TIMES.match(self._text, self._at) if ch == "{" else None
        if found is not None:
            self._at = found.end()
            least = int(found[1])
            most = int(found[3]) if found[3] else None if found[2] else least
        elif ch and ch in "*+?":
            self._at += 1
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[ch]
        else:
            return None
        if max(least, most or 0) > MOST_REPEATED or (most is not None and most < least):
            raise ValueError(f"a part is repeated more than {MOST_REPEATED} times")
        if self.ahead() == "?":  # as few as possible: whether it fits at all is the same
            self._at += 1
        elif self.ahead() == "+":
            raise ValueError("possessive repetition is not read here")
        return least, most

    def _one(self, depth: int) -> Node:
        ch = self._take()
        if ch == "(":
            return self._group(depth)
        if ch == "[":
            return Letter(self._class())
        if ch == "\\":
            return self._escaped()
        if ch in "^$":
            return Edge(ch)
        if ch == ".":
            return Letter(lambda letter: letter != "\n")
        if ch in "*+?":
            raise ValueError("nothing stands before a repetition")
        return Letter(ch.lower().__eq__)

    def _group(self, depth: int) -> Node:
        if self.ahead() == "?":
            if self.ahead(2) != "?:":
                raise ValueError("only plain groups are read here")
            self._at += 2
        node = self.either(depth + 1)
        if self.ahead() != ")":
            raise ValueError("a bracket is not closed")
        self._at += 1
        return node

    def _escaped(self) -> Node:
        ch = self._take()
        if ch in "bB":
            return Edge(ch)
        if ch in "AZz":
            return Edge("^" if ch == "A" else "$")
        return Letter(self._meant(ch))

    def _meant(self, ch: str) -> Fits:
        if ch.lower() in _CLASSES:
            fits = _CLASSES[ch.lower()]
            return fits if ch.islower() else lambda letter: not fits(letter)
        if ch in "xu":
            return self._coded(2 if ch == "x" else 4).lower().__eq__
        if ch in _CONTROL:
            return _CONTROL[ch].__eq__
        if ch.isalnum():
            raise ValueError("references and properties are not read here")
        return ch.__eq__

    def _coded(self, digits: int) -> str:
        text = self.ahead(digits)
        if len(text) != digits or not all(one in "0123456789abcdefABCDEF" for one in text):
            raise ValueError("a letter's number is not written in full")
        self._at += digits
        return chr(int(text, 16))

    def _class(self) -> Fits:
        turned = self.ahead() == "^"
        self._at += turned
        tests: list[Fits] = []
        first = True
        while first or self.ahead() != "]":
            first = False
            ch = self._take()
            if ch == "\\":
                escaped = self._take()
                if escaped.lower() in _CLASSES:
                    tests.append(self._meant(escaped))
                    continue
                ch = self._plain(escaped)
            if self.ahead() == "-" and self.ahead(2) not in ("-", "-]"):
                self._at += 1
                tests.append(_between(ch, self._end()))
            else:
                tests.append(ch.lower().__eq__)
        self._at += 1
        if turned:
            return lambda letter: not any(test(letter) for test in tests)
        return lambda letter: any(test(letter) for test in tests)

    def _end(self) -> str:
        ch = self._take()
        return self._plain(self._take()) if ch == "\\" else ch

    def _plain(self, ch: str) -> str:
        if ch in "xu":
            return self._coded(2 if ch == "x" else 4)
        if ch == "b":
            return "\b"
        if ch not in _CONTROL and ch.isalnum():
            raise ValueError("references and properties are not read here")
        return _CONTROL.get(ch, ch)


def _between(low: str, high: str) -> Fits:
    if high < low:
        raise ValueError("a range of letters runs backwards")
    return lambda letter: low <= letter <= high or low <= letter.upper() <= high
