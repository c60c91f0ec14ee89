"""HTML as it is sent: its links, the words they are shown under, and its text; never rendered."""

import base64
import binascii
import re
from bisect import bisect_right
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from comity.engines.examining import identifiers
from comity.evidence.examination import Kind as Seen

MOST_LINKS = 20_000
MOST_WORDS = 500
MOST_INSIDE = 10
_LINKS = {
    "a": ("href",),
    "area": ("href",),
    "audio": ("src",),
    "base": ("href",),
    "body": ("background",),
    "button": ("formaction",),
    "embed": ("src",),
    "form": ("action",),
    "frame": ("src",),
    "iframe": ("src", "srcdoc"),
    "image": ("href", "xlink:href"),
    "img": ("src", "srcset"),
    "input": ("formaction", "src"),
    "link": ("href",),
    "meta": ("content",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "table": ("background",),
    "td": ("background",),
    "use": ("href", "xlink:href"),
    "v:fill": ("src",),
    "v:imagedata": ("src",),
    "video": ("src", "poster"),
}
_INLINE = frozenset(
    "a abbr b bdi bdo big cite code del em font i ins kbd mark nobr q s samp small span strike strong "
    "sub sup tt u var wbr".split()
)
_MARK = "\x00"
_IN_STYLE = re.compile(r"url\(\s*['\"]?([^'\")\s]{4,2000})", re.IGNORECASE)
_IN_COMMENT = re.compile(r"(?:href|src|action)\s*=\s*[\"']?([^\"'\s>]{4,2000})", re.IGNORECASE)
_PROOFPOINT = re.compile(r"urldefense\.(?:proofpoint\.)?com/v2/url\?", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,4000}={0,2}")


class Link(NamedTuple):
    """One link.

    Attributes:
        at: Where its element begins, in characters.
        address: As written.
        words: What it is shown under.
    """

    at: int
    address: str
    words: str


class Html(HTMLParser):
    """Reads links, their words, and the visible text of HTML without rendering anything.

    Attributes:
        links: Every link, in order; at most ``MOST_LINKS``.
        cut: Whether there were more.
        text: What can be read.
    """

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[Link] = []
        self.cut = False
        self._pieces: list[str] = []
        self._hidden = 0
        self._open: list[int] = []
        self._words: dict[int, list[str]] = {}
        self._starts = [0]
        for match in re.finditer("\n", source):
            self._starts.append(match.end())
        self.feed(source)
        self.close()
        for at, words in self._words.items():
            self.links[at] = self.links[at]._replace(words="".join(words)[:MOST_WORDS])

    @property
    def text(self) -> str:
        """What can be read; words that marks split are whole."""
        return " ".join("".join(self._pieces).replace(_MARK, "").split())

    @property
    def apart(self) -> str:
        """What can be read, where every mark ends a word; the same as ``text`` where no word is split."""
        return " ".join("".join(self._pieces).replace(_MARK, " ").split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of a link."""
        if tag in ("script", "style"):
            self._hidden += 1
        self._pieces.append(_MARK if tag in _INLINE else " ")
        wanted = _LINKS.get(tag, ())
        for name, value in attrs:
            if not value:
                continue
            if name in wanted:
                self._take(tag, name, value)
            elif name == "style":
                for match in _IN_STYLE.finditer(value):
                    self._link(match[1])

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if tag in ("script", "style") and self._hidden:
            self._hidden -= 1
        self._pieces.append(_MARK if tag in _INLINE else " ")
        if tag == "a" and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Take words."""
        if self._hidden:
            for match in _IN_STYLE.finditer(data):
                self._link(match[1])
            return
        self._pieces.append(data.replace(_MARK, " "))
        if self._open:
            words = self._words.setdefault(self._open[-1], [])
            if sum(map(len, words)) < MOST_WORDS:
                words.append(data)

    def handle_comment(self, data: str) -> None:
        """Read the links of comments that some programs show: ``[if mso]``."""
        if data.lstrip().lower().startswith("[if"):
            for match in _IN_COMMENT.finditer(data):
                self._link(unescape(match[1]))

    def _take(self, tag: str, name: str, value: str) -> None:
        if tag == "meta":
            if "url=" in value.lower():
                self._link(value.partition("=")[2].strip(" '\""))
        elif name == "srcset":
            for one in value.split(","):
                self._link(one.strip().partition(" ")[0])
        elif name == "srcdoc":
            for match in _IN_COMMENT.finditer(value):
                self._link(match[1])
        elif self._link(value) and tag == "a":
            self._open.append(len(self.links) - 1)

    def _link(self, address: str) -> bool:
        if len(self.links) >= MOST_LINKS:
            self.cut = True
            return False
        line, column = self.getpos()
        at = self._starts[min(line, len(self._starts)) - 1] + column
        self.links.append(Link(at, re.sub(r"[\t\r\n]", "", address.strip()), ""))
        return True


class Bytes:
    """Tells where a character of a text stands in its UTF-8, without counting from its beginning."""

    _STEP = 4096

    def __init__(self, text: str) -> None:
        self._text = text
        self._plain = text.isascii()
        self._marks, self._sizes = [0], [0]
        if not self._plain:
            for at in range(0, len(text), self._STEP):
                piece = text[at : at + self._STEP]
                self._marks.append(at + len(piece))
                self._sizes.append(self._sizes[-1] + len(piece.encode("utf-8", "replace")))

    def at(self, place: int) -> int:
        """Return the byte where a character begins."""
        if self._plain:
            return place
        mark = bisect_right(self._marks, place) - 1
        return self._sizes[mark] + len(self._text[self._marks[mark] : place].encode("utf-8", "replace"))


def redirects_in(url: str) -> tuple[str, ...]:
    """Return the addresses that a link carries inside, also twice escaped or in Base64; nothing is fetched.

    At most ``MOST_INSIDE`` are told, and no deeper than as many links in each other.

    Raises:
        ValueError: the link cannot be taken apart.
    """
    told: dict[str, None] = {}
    todo = [url]
    while todo and len(told) < MOST_INSIDE:
        for inner in _carried(todo.pop(0)):
            if inner != url and inner not in told:
                told[inner] = None
                todo.append(inner)
    return tuple(told)[:MOST_INSIDE]


def _carried(url: str) -> Iterator[str]:
    parts = urlsplit(url)
    query = parts.query
    if _PROOFPOINT.search(url):
        query = query.replace("-", "%").replace("_", "/")
    values = [value for _, value in parse_qsl(query, max_num_fields=200)]
    values += [unquote(query)] if not values else []
    for value in (*values, unquote(parts.path), unquote(parts.fragment)):
        yield from _addresses(value)


def data_of(address: str) -> str:
    """Return the text that a ``data:`` link carries; empty for another link. Basis: RFC 2397"""
    head, comma, body = address.partition(",")
    if not comma or not head.lower().startswith("data:text/"):
        return ""
    if not head.lower().endswith(";base64"):
        return unquote(body)
    try:
        return base64.b64decode(unquote(body) + "===", validate=False).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _addresses(value: str) -> Iterator[str]:
    twice = unquote(value)
    for text in (value, *((twice,) if twice != value else ()), *_unpacked(value)):
        found = [hit for hit in identifiers.hits(text.encode("utf-8", "replace")) if hit.kind is Seen.URL]
        yield from (hit.value for hit in found)
        if found:
            return


def _unpacked(value: str) -> Iterator[str]:
    """Yield what Base64 in a value says, where it says a link."""
    for match in _BASE64.finditer(value):
        try:
            raw = base64.urlsafe_b64decode(
                match.group().rstrip("=").replace("+", "-").replace("/", "_") + "==="
            )
        except (binascii.Error, ValueError):
            continue
        if raw.lower().startswith(b"http"):
            yield raw.decode("utf-8", "replace")
