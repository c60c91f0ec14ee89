"""Values in a text: links as they are written, also defanged ones, addresses, accounts, wallets, digests."""

import base64
import hashlib
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from comity.engines.examining import identifiers, wallets
from comity.engines.intake.coins import coins_in, networks_of
from comity.engines.intake.ransom import ransom_marks
from comity.engines.intake.spelling import as_meant, how_written
from comity.evidence.examination import Kind as Seen
from comity.indicators.kinds import Kind

MOST_TEXT = 4 << 20
MOST_NUMBERED = 64 << 10
"""Characters of a text in which numbers of one country are looked for."""

_KINDS = {
    Seen.EMAIL: Kind.EMAIL,
    Seen.DOMAIN: Kind.DOMAIN,
    Seen.URL: Kind.URL,
    Seen.PHONE: Kind.PHONE,
    Seen.IBAN: Kind.BANK_ACCOUNT,
}
_WALLETS = frozenset({Seen.BITCOIN, Seen.LITECOIN, Seen.DOGECOIN, Seen.TRON, Seen.ETHEREUM})
_DIGEST = re.compile(
    rb"(?<![0-9A-Za-z/_=.-])(?:[0-9a-fA-F]{128}|[0-9a-fA-F]{64}|[0-9a-fA-F]{40}|[0-9a-fA-F]{32})(?![0-9A-Za-z])"
)
_TOX = re.compile(rb"(?<![0-9A-Za-z])[0-9A-Fa-f]{76}(?![0-9A-Za-z])")
_ONION = re.compile(rb"(?<![0-9A-Za-z./@-])([a-z2-7]{56})\.onion(?![0-9A-Za-z])")
_LOWER_ETHEREUM = re.compile(rb"(?<![0-9A-Za-z])0x[0-9a-f]{40}(?![0-9A-Za-z])")
_INTERNATIONAL = re.compile(
    r"(?<![\w.-])(?P<scheme>https?://)?(?P<host>[\w-]{1,63}(?:[.\u3002][\w-]{1,63}){1,8})(?P<rest>(?::[0-9]+)?(?:[/?#][^\s<>\"']{0,2000})?)",
    re.IGNORECASE,
)
_BARE_LINK = re.compile(
    rb"(?<![0-9A-Za-z@/:._%=&?+~-])(?P<host>(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z][A-Za-z0-9-]{1,22})"
    rb"(?P<rest>(?::[0-9]{2,5})?/[!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~]{0,500})"
)
_CHAT = re.compile(
    rb"(?i:\bwa\.me/|\bapi\.whatsapp\.com/send/?\?(?:[^\s\"'<>]{0,200}&)?phone=)\+?([1-9][0-9]{6,14})"
)
_PATH = re.compile(rb"[/?#]|\Z")
_FAR = 1 << 62
_TRAILING = b".,;:!?)'*"


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


def found_in(text: str, *, region: str = "") -> Iterator[Hit]:
    """Yield the values of a text, each once for each place where it stands.

    Args:
        text: What is read.
        region: Country (ISO 3166-1 alpha-2) whose telephone numbers are read without ``+``, too.
    """
    data = text[:MOST_TEXT].encode("utf-8", "replace")
    plain, places = as_meant(data)
    for hit in _all(plain):
        start, end = places.back(hit.start), places.back(hit.start + hit.length)
        written = data[start:end]
        meant = written == plain[hit.start : hit.start + hit.length]
        how = () if meant else how_written(written)
        shown = written.decode("utf-8", "replace")
        yield hit._replace(
            start=start,
            length=end - start,
            written=shown if shown != hit.value else "",
            sure=min(95, hit.sure + 20) if how else hit.sure,
            remarks=(*hit.remarks, *how),
        )
    if not text.isascii():
        yield from _international(text[:MOST_TEXT])
    if region:
        yield from _national(text[:MOST_NUMBERED], region)


def _all(data: bytes) -> Iterator[Hit]:
    links: list[tuple[int, int]] = []
    marks = tuple(ransom_marks(data))
    seen = list(identifiers.hits(data))
    links += [(one.start, one.end) for one in seen if one.kind is Seen.URL]
    names = _Users(data, links)
    for hit in seen:
        made = None if _is_glued(data, hit) or names.holds(hit) else _taken(hit)
        if made is not None:
            yield made
    numbers = [(one.start, one.start + one.length) for one in marks if one.kind is Kind.RANSOM_ID]
    yield from _digests(data, [*links, *numbers])
    yield from _bare_links(data, links)
    for match in _CHAT.finditer(data):
        yield _hit(Kind.PHONE, match, f"+{match[1].decode('ascii')}", sure=80)
    for match in _ONION.finditer(data):
        if _is_onion(match[1]):
            yield _hit(Kind.DOMAIN, match, match.group().decode("ascii"), sure=80)
    for match in _LOWER_ETHEREUM.finditer(data):
        text = match.group().decode("ascii")
        yield _hit(Kind.WALLET, match, text, networks=networks_of(text), sure=55)
    for coin in coins_in(data):
        yield Hit(
            Kind.WALLET, coin.value, coin.start, coin.end - coin.start, networks=coin.networks, sure=coin.sure
        )
    for match in _TOX.finditer(data):
        if _is_tox(bytes.fromhex(match.group().decode("ascii"))):
            yield _hit(Kind.USER_ACCOUNT, match, f"tox:{match.group().decode('ascii').upper()}", sure=85)
    for mark in marks:
        yield Hit(mark.kind, mark.value, mark.start, mark.length, sure=mark.sure, remarks=mark.remarks)


class _Users:
    """Tells the names of users in links, which only look like the beginning of an address of mail."""

    def __init__(self, data: bytes, links: list[tuple[int, int]]) -> None:
        ends = ((start, _PATH.search(data, data.find(b"//", start) + 2, end)) for start, end in links)
        self._heads = sorted((start, found.start() if found else -1) for start, found in ends)

    def holds(self, hit: identifiers.Hit) -> bool:
        """Tell whether an address of mail is made of the user and the host of a link."""
        if hit.kind is not Seen.EMAIL:
            return False
        at = bisect_right(self._heads, (hit.start, _FAR)) - 1
        return at >= 0 and self._heads[at][0] < hit.start < self._heads[at][1]


def _bare_links(data: bytes, links: list[tuple[int, int]]) -> Iterator[Hit]:
    """Yield links written without their scheme, as short messages have them: ``parcel.example/pay``."""
    at = 0
    for match in _BARE_LINK.finditer(data):
        while at < len(links) and links[at][1] <= match.start():
            at += 1
        if (at < len(links) and links[at][0] <= match.start()) or _follows_letter(data, match.start()):
            continue
        host = identifiers.registered(match["host"].decode("ascii"))
        text = (match["host"] + match["rest"]).rstrip(_TRAILING)
        if host and host.isascii() and not host.rpartition(".")[2].isdigit():
            value = f"http://{text.decode('ascii')}"
            yield Hit(
                Kind.URL, value, match.start(), len(text), sure=60, is_link=True, remarks=("without_scheme",)
            )


def _national(text: str, region: str) -> Iterator[Hit]:
    """Yield telephone numbers as one country writes them; those with ``+`` are found elsewhere."""
    import phonenumbers

    at = size = 0
    for match in phonenumbers.PhoneNumberMatcher(text, region):
        if "+" in match.raw_string:
            continue
        number = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        size, at = size + len(text[at : match.start].encode("utf-8", "replace")), match.start
        length = len(match.raw_string.encode("utf-8", "replace"))
        yield Hit(Kind.PHONE, number, size, length, written=match.raw_string, sure=60)


def _is_glued(data: bytes, hit: identifiers.Hit) -> bool:
    """Tell whether a domain is the end of a longer name that begins with letters beyond ASCII."""
    return hit.kind in (Seen.DOMAIN, Seen.EMAIL) and _follows_letter(data, hit.start)


def _follows_letter(data: bytes, start: int) -> bool:
    if start == 0 or data[start - 1] < 128:
        return False
    before = data[max(0, start - 4) : start].decode("utf-8", "ignore")
    return bool(before) and before[-1].isalpha() and not _is_wide(before[-1])


def _is_wide(ch: str) -> bool:
    """Tell whether a letter is of a script that is written without spaces, so that a domain may follow it."""
    return unicodedata.east_asian_width(ch) in "WF"


def _hit(kind: Kind, match: re.Match[bytes], value: str, *, sure: int, networks: tuple[str, ...] = ()) -> Hit:
    length = match.end() - match.start()
    return Hit(kind, value, match.start(), length, networks=networks, sure=sure)


def _taken(hit: identifiers.Hit) -> Hit | None:
    length = hit.end - hit.start
    if hit.kind in _WALLETS:
        value = hit.value.lower() if hit.kind is Seen.ETHEREUM else hit.value
        return Hit(Kind.WALLET, value, hit.start, length, networks=networks_of(hit.value), sure=90)
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
