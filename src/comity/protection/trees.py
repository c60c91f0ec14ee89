"""XML and JSON from outside as one plain tree: no document type, no entity, bounds on size, depth and number.

What is longer than a text of a report is not gathered at all: a picture inside a field never becomes a value.

Basis: RFC 8259
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

import msgspec

from comity.kernel.errors import MalformedError
from comity.kernel.ijson import require_depth

MOST_BYTES = 8 * 1024 * 1024
MOST_DEPTH = 32
MOST_NODES = 100_000
MOST_LEAF = 16_000
"""Signs of one text; a longer one is left out whole, and counted."""


@dataclass(slots=True, kw_only=True)
class Node:
    """An element or a member, with its name in small letters and without its namespace.

    Attributes:
        name: Its name.
        text: Its own text; empty where it was too long.
        marks: Attributes, by name in small letters.
        below: What it holds, in order.
        cut: Whether its text was left out.
    """

    name: str
    text: str = ""
    marks: dict[str, str] = field(default_factory=dict)
    below: list["Node"] = field(default_factory=list)
    cut: bool = False

    def all(self, *path: str) -> Iterator["Node"]:
        """Yield what lies under a path of names, in order."""
        if not path:
            yield self
            return
        for one in self.below:
            if one.name == path[0].lower():
                yield from one.all(*path[1:])

    def one(self, *path: str) -> "Node | None":
        """Return the first of what lies under a path, or None."""
        return next(self.all(*path), None)

    def said(self, *path: str) -> str:
        """Return the text of the first of what lies under a path; empty where there is none."""
        found = self.one(*path)
        return found.text.strip() if found is not None else ""

    def has(self, *path: str) -> bool:
        """Tell whether there is something under a path that does not say no."""
        found = self.one(*path)
        return found is not None and found.text.strip().lower() not in ("false", "0", "no")

    def everything(self) -> Iterator["Node"]:
        """Yield it and whatever it holds."""
        yield self
        for one in self.below:
            yield from one.everything()


def parse_tree(data: bytes) -> Node:
    """Return XML or JSON as a tree; its first sign tells which.

    Raises:
        MalformedError: ``report.size``, ``report.xml``, ``report.json``, ``report.form``.
    """
    if len(data) > MOST_BYTES:
        raise MalformedError(
            "report.size",
            f"{len(data)} bytes where a report has at most {MOST_BYTES}",
            hint="a report holds no pictures: ask the source for one without",
        )
    head = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if head == b"<" or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _xml(data)
    if head in (b"{", b"["):
        return _json(data)
    raise MalformedError(
        "report.form", "the file is neither XML nor JSON", hint="pictures and films are not taken here"
    )


def _xml(data: bytes) -> Node:
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.EntityDeclHandler = reader.doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.words
    try:
        parser.Parse(data, True)
    except (LookupError, ValueError) as exc:  # a ValueError for one of several bytes a sign
        raise _no_xml("it is in an encoding that nobody here knows") from exc
    except expat.ExpatError as exc:
        raise _no_xml(f"{expat.ErrorString(exc.code)} in line {exc.lineno}") from exc
    return reader.root


@dataclass(slots=True)
class _Reader:
    root: Node = field(default_factory=lambda: Node(name=""))
    stack: list[Node] = field(default_factory=list)
    count: int = 0

    def doctype(self, *_given: object) -> None:
        raise _no_xml("it declares a document type or an entity")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if len(self.stack) >= MOST_DEPTH or self.count > MOST_NODES:
            raise _no_xml("it is deeper or longer than any report")
        marks = {
            key.rpartition("}")[2].lower(): value
            for key, value in attributes.items()
            if len(value) < MOST_LEAF
        }
        made = Node(name=name.rpartition("}")[2].lower(), marks=marks, cut=len(marks) < len(attributes))
        if self.stack:
            self.stack[-1].below.append(made)
        else:
            self.root = made
        self.stack.append(made)

    def end(self, _name: str) -> None:
        self.stack.pop()

    def words(self, text: str) -> None:
        node = self.stack[-1]
        if node.cut or len(node.text) + len(text) > MOST_LEAF:
            node.text, node.cut = "", True
        else:
            node.text += text


def _json(data: bytes) -> Node:
    try:
        require_depth(data, most_depth=MOST_DEPTH, where="report")
        value = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as exc:
        raise MalformedError("report.json", "the file is no JSON", hint=str(exc)[:200]) from exc
    root, left = Node(name=""), MOST_NODES
    waiting: list[tuple[Node, str, object]] = [(root, "report", value)]
    while waiting:
        left -= 1
        if left < 0:
            raise MalformedError("report.json", "the file is longer than any report")
        above, name, held = waiting.pop()
        if isinstance(held, list):
            waiting += [(above, name, one) for one in reversed(held)]
            continue
        if name in {"_text", "#text"}:
            above.text, above.cut = _leaf(held)
            continue
        if name.startswith("@"):
            above.marks[name[1:].lower()] = _leaf(held)[0]
            continue
        made = Node(name=name.lower()[:80])
        if isinstance(held, dict):
            marks = held.get("_attributes")
            if isinstance(marks, dict):
                made.marks |= {str(key).lower(): _leaf(one)[0] for key, one in marks.items()}
            waiting += [(made, str(key), one) for key, one in reversed(held.items()) if key != "_attributes"]
        else:
            made.text, made.cut = _leaf(held)
        above.below.append(made)
    return root.below[0] if len(root.below) == 1 else root


def _leaf(held: object) -> tuple[str, bool]:
    if held is None or isinstance(held, dict | list):
        return "", False
    text = ("true" if held else "false") if isinstance(held, bool) else str(held)
    return ("", True) if len(text) > MOST_LEAF else (text, False)


def _no_xml(why: str) -> MalformedError:
    return MalformedError("report.xml", f"the file does not read as XML: {why}")
