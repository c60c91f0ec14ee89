"""Values in a text: links as they are written, also defanged ones, addresses, accounts, wallets, digests."""

import base64
import hashlib
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from comity.engines.examining import identifiers, wallets
from comity.evidence.examination import Kind as Seen
from comity.indicators.kinds import Kind

MOST_TEXT = 4 << 20
_KINDS = {
    Seen.EMAIL: Kind.EMAIL,
    Seen.DOMAIN: Kind.DOMAIN,
    Seen.URL: Kind.URL,
    Seen.PHONE: Kind.PHONE,
    Seen.IBAN: Kind.BANK_ACCOUNT,
}
_NETWORKS: dict[str, tuple[str, ...]] = {
    Seen.BITCOIN: ("bitcoin",),
    Seen.LITECOIN: ("litecoin",),
    Seen.DOGECOIN: ("dogecoin",),
    Seen.TRON: ("tron",),
    Seen.ETHEREUM: ("ethereum",),
}
_DEFANGED = re.compile(
    rb"(?P<http>\b[hH][xX]{2}[pP](?=[sS]?(?:\[?:|://))|\bh\*\*p(?=s?:))"
    rb"|(?P<dot>\s?[\[({](?:\.|dot|DOT)[\])}]\s?)"
    rb"|(?P<at>\s?[\[({](?:@|at|AT)[\])}]\s?)"
    rb"|(?P<mark>\[:\](?://)?|\[://\]|:\[//\])"
)
_PLAIN = {"http": b"http", "dot": b".", "at": b"@", "mark": b"://"}
_DIGEST = re.compile(
    rb"(?<![0-9A-Za-z/_=.-])(?:[0-9a-fA-F]{128}|[0-9a-fA-F]{64}|[0-9a-fA-F]{40}|[0-9a-fA-F]{32})(?![0-9A-Za-z])"
)
_TOX = re.compile(rb"(?<![0-9A-Za-z])[0-9A-Fa-f]{76}(?![0-9A-Za-z])")
_ONION = re.compile(rb"(?<![0-9A-Za-z./@-])([a-z2-7]{56})\.onion(?![0-9A-Za-z])")
_LOWER_ETHEREUM = re.compile(rb"(?<![0-9A-Za-z])0x[0-9a-f]{40}(?![0-9A-Za-z])")
_INTERNATIONAL = re.compile(
    r"(?P<scheme>https?://)?(?P<host>[\w-]+(?:[.\u3002][\w-]+)+)(?P<rest>(?::[0-9]+)?(?:[/?#][^\s<>\"']*)?)",
    re.IGNORECASE,
)
_LINKS = {
    "a": "href", "area": "href", "form": "action", "img": "src", "iframe": "src", "script": "src",
    "link": "href", "base": "href", "meta": "content", "button": "formaction", "input": "formaction",
}  # fmt: skip


class Hit(NamedTuple):
    """A value in a text, by bytes of the text as UTF-8."""

    kind: Kind
    value: str
    start: int
    length: int
    written: str = ""
    networks: tuple[str, ...] = ()
    sure: int = 50
    remarks: tuple[str, ...] = ()
    is_link: bool = False


def found_in(text: str) -> Iterator[Hit]:
    """Yield the values of a text, each once for each place where it stands."""
    data = text[:MOST_TEXT].encode("utf-8", "replace")
    plain, places = _refanged(data)
    spans: list[tuple[int, int]] = []
    for hit in _all(plain):
        spans.append((hit.start, hit.start + hit.length))
        start, end = places.back(hit.start), places.back(hit.start + hit.length)
        written = data[start:end].decode("utf-8", "replace")
        defanged = written != plain[hit.start : hit.start + hit.length].decode("utf-8", "replace")
        yield hit._replace(
            start=start,
            length=end - start,
            written=written if written != hit.value else "",
            sure=min(95, hit.sure + 20) if defanged else hit.sure,
            remarks=(*hit.remarks, "defanged") if defanged else hit.remarks,
        )
    if not text.isascii():
        yield from _international(text[:MOST_TEXT])


def redirects_in(url: str) -> Iterator[str]:
    """Yield the addresses that a link carries inside itself, as written there; nothing is fetched."""
    rest = unquote(urlsplit(url).query or "") + " " + unquote(urlsplit(url).path or "")
    for hit in identifiers.hits(rest.encode("utf-8", "replace")):
        if hit.kind is Seen.URL:
            yield hit.value


class Html(HTMLParser):
    """Reads links, their words, and the visible text of HTML without rendering anything.

    Attributes:
        links: Where each stands (characters), its address, and the words that it is shown under.
        text: What can be read.
    """

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[tuple[int, str, str]] = []
        self._pieces: list[str] = []
        self._hidden = 0
        self._open: list[int] = []
        self._starts = [0]
        for match in re.finditer("\n", source):
            self._starts.append(match.end())
        self.feed(source)
        self.close()

    @property
    def text(self) -> str:
        """What can be read, without what is hidden from readers by its element."""
        return " ".join(" ".join(self._pieces).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of a link."""
        if tag in ("script", "style"):
            self._hidden += 1
        wanted = _LINKS.get(tag)
        address = next((value for name, value in attrs if name == wanted and value), None) if wanted else None
        if tag == "meta" and address is not None:
            address = address.partition("=")[2].strip() if "url=" in address.lower() else None
        if address is not None:
            line, column = self.getpos()
            self.links.append((self._starts[min(line, len(self._starts)) - 1] + column, address.strip(), ""))
            if tag == "a":
                self._open.append(len(self.links) - 1)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if tag in ("script", "style") and self._hidden:
            self._hidden -= 1
        if tag == "a" and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Take words."""
        if self._hidden:
            return
        self._pieces.append(data)
        if self._open:
            at, address, words = self.links[self._open[-1]]
            self.links[self._open[-1]] = (at, address, (words + data)[:500])


class _Places:
    """Maps places of the plain text back to the written one."""

    def __init__(self) -> None:
        self._made, self._written = [0], [0]

    def note(self, made: int, written: int) -> None:
        self._made.append(made)
        self._written.append(written)

    def back(self, at: int) -> int:
        found = bisect_right(self._made, at) - 1
        return self._written[found] + at - self._made[found]


def _refanged(data: bytes) -> tuple[bytes, _Places]:
    """Return a text with its links made whole again, and the way back."""
    places, pieces, size, done = _Places(), [], 0, 0
    for match in _DEFANGED.finditer(data):
        plain = _PLAIN[str(match.lastgroup)]
        pieces += [data[done : match.start()], plain]
        size += match.start() - done + len(plain)
        done = match.end()
        places.note(size, done)
    return b"".join([*pieces, data[done:]]), places


def _all(data: bytes) -> Iterator[Hit]:
    links: list[tuple[int, int]] = []
    for hit in identifiers.hits(data):
        made = None if _is_glued(data, hit) else _taken(hit)
        if hit.kind is Seen.URL:
            links.append((hit.start, hit.end))
        if made is not None:
            yield made
    yield from _digests(data, links)
    for match in _ONION.finditer(data):
        if _is_onion(match[1]):
            yield _hit(Kind.DOMAIN, match, match.group().decode("ascii"), sure=80)
    for match in _LOWER_ETHEREUM.finditer(data):
        yield _hit(Kind.WALLET, match, match.group().decode("ascii"), networks=("ethereum",), sure=55)
    for match in _TOX.finditer(data):
        if _is_tox(bytes.fromhex(match.group().decode("ascii"))):
            yield _hit(Kind.USER_ACCOUNT, match, f"tox:{match.group().decode('ascii').upper()}", sure=85)


def _is_glued(data: bytes, hit: identifiers.Hit) -> bool:
    """Tell whether a domain is the end of a longer name that begins with letters beyond ASCII."""
    if hit.kind not in (Seen.DOMAIN, Seen.EMAIL) or hit.start == 0 or data[hit.start - 1] < 128:
        return False
    before = data[max(0, hit.start - 4) : hit.start].decode("utf-8", "ignore")
    return bool(before) and before[-1].isalpha() and not _is_wide(before[-1])


def _is_wide(ch: str) -> bool:
    """Tell whether a letter is of a script that is written without spaces, so that a domain may follow it."""
    return unicodedata.east_asian_width(ch) in "WF"


def _hit(kind: Kind, match: re.Match[bytes], value: str, *, sure: int, networks: tuple[str, ...] = ()) -> Hit:
    length = match.end() - match.start()
    return Hit(kind, value, match.start(), length, networks=networks, sure=sure)


def _taken(hit: identifiers.Hit) -> Hit | None:
    length = hit.end - hit.start
    if hit.kind in _NETWORKS:
        networks = _NETWORKS[hit.kind]
        if hit.kind is Seen.BITCOIN and hit.value[0] == "3":
            networks = ("bitcoin", "litecoin")  # addresses of scripts on Litecoin once had the same form
        value = hit.value.lower() if hit.kind is Seen.ETHEREUM else hit.value
        return Hit(Kind.WALLET, value, hit.start, length, networks=networks, sure=90)
    if hit.kind is Seen.IP:
        return Hit(Kind.IPV6 if ":" in hit.value else Kind.IPV4, hit.value, hit.start, length, sure=50)
    kind = _KINDS[Seen(hit.kind)]
    sure = {Kind.BANK_ACCOUNT: 90, Kind.PHONE: 70, Kind.URL: 70}.get(kind, 50)
    return Hit(kind, hit.value, hit.start, length, sure=sure, is_link=kind is Kind.URL)


def _digests(data: bytes, links: list[tuple[int, int]]) -> Iterator[Hit]:
    for match in _DIGEST.finditer(data):
        text = match.group().decode("ascii").lower()
        mixed = any(ch.isdigit() for ch in text) and any(ch.isalpha() for ch in text)
        if mixed and not any(start <= match.start() < end for start, end in links):
            yield _hit(Kind.FILE, match, text, sure=40)


def _international(text: str) -> Iterator[Hit]:
    """Yield domains and links that hold letters beyond ASCII."""
    import idna

    for match in _INTERNATIONAL.finditer(text):
        host = match["host"]
        if host.isascii() or (
            any(_is_wide(ch) for ch in host) and re.search("[A-Za-z]", host.partition(".")[0])
        ):
            continue
        try:
            ascii_host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            continue
        if not identifiers.registered(ascii_host):
            continue
        start = len(text[: match.start()].encode("utf-8", "replace"))
        length = len(match.group().encode("utf-8", "replace"))
        rest = match["rest"]
        if match["scheme"] and rest.isascii():
            value = f"{match['scheme'].lower()}{ascii_host}{rest}"
            yield Hit(Kind.URL, value, start, length, written=match.group(), sure=70, is_link=True)
        else:
            yield Hit(Kind.DOMAIN, ascii_host, start, length, written=match.group(), sure=50)


def _is_onion(name: bytes) -> bool:
    """Tell whether a name of 56 letters carries the checksum of an onion service of version 3."""
    raw = base64.b32decode(name.upper())
    check = hashlib.sha3_256(b".onion checksum" + raw[:32] + raw[34:]).digest()[:2]
    return raw[34] == 3 and check == raw[32:34]


def _is_tox(raw: bytes) -> bool:
    even = odd = 0
    for at, byte in enumerate(raw):
        if at % 2:
            odd ^= byte
        else:
            even ^= byte
    return even == 0 and odd == 0


def warm() -> None:
    """Load what is loaded on first use, while files may still be opened everywhere."""
    import idna

    idna.encode("b\u00fccher.example", uts46=True)
    list(
        found_in("a@b\u00fccher.example +41446681800 DE89370400440532013000 http://xn--bcher-kva.example.com")
    )
    wallets.base58_network("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")
    wallets.ethereum_address("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")
