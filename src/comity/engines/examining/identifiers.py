"""Identifiers in bytes: candidates are found by their shape, and kept where a well-kept library agrees.

Offsets are those of the content that is scanned. Text in UTF-16 (little endian) is found where at least
seven of its characters are ASCII in a row.
"""

import ipaddress
import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from comity.engines.examining import wallets
from comity.evidence.examination import Kind

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

BEFORE, AHEAD = 128, 2304
"""Bytes that a candidate may look back and forward; nothing longer is found."""

_AT, _COLONS = re.compile(rb"@"), re.compile(rb"://")
_LOCAL = re.compile(rb"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-]{1,64}\Z")
_HOST = re.compile(rb"(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.){1,10}[A-Za-z][A-Za-z0-9\-]{1,62}")
_SCHEME = re.compile(rb"(?i:https?|ftps?|wss?|sftp|tor|ipfs|magnet|rtmp)\Z")
_REST = re.compile(rb"[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]{3,2000}")
_ENDING = re.compile(rb"\.[A-Za-z]{2,24}(?![A-Za-z0-9_@(\-\\]|\.[A-Za-z0-9])")
_NAME = re.compile(rb"(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}\Z")
_NAME_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.")
_HEX = frozenset(b"0123456789abcdefABCDEF")
_NO_NAME_BEFORE = frozenset(b"_@/\\")
# What may not stand before a candidate is judged behind its first byte, which is quick to search for.
_TELLING = 8  # characters from which on a domain is no chance
_AROUND = 12  # bytes on each side that tell whether it stands in text
_TAILS = bytes(range(0x80, 0xC0))
_CONTROLS = frozenset(map(chr, (*range(0x20), *range(0x7F, 0xA0)))) - frozenset("\t\r\n")
_IPV4 = re.compile(rb"[0-9](?<![0-9.].)[0-9]{0,2}(?:\.[0-9]{1,3}){3}(?![0-9]|\.[0-9])", re.DOTALL)
_PAIR = re.compile(rb":[0-9A-Fa-f]{0,4}:")
_SIX = re.compile(rb"[0-9A-Fa-f:]{2,39}")
_PHONE = re.compile(rb"\+(?<![0-9A-Za-z+].)[1-9](?:[ ().\-/]{0,2}[0-9]){6,14}(?![0-9])", re.DOTALL)
_LAST_GROUP = re.compile(r"[ ().\-/]+[0-9]+\Z")
_IBAN = re.compile(
    rb"[A-Z](?<![0-9A-Za-z].)[A-Z][0-9]{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,3})?(?![0-9A-Za-z])",
    re.DOTALL,
)
_BASE58 = re.compile(rb"[13LMD9AT](?<![0-9A-Za-z].)[1-9A-HJ-NP-Za-km-z]{25,34}(?![0-9A-Za-z])", re.DOTALL)
_SEGWIT = tuple(
    re.compile(prefix + rb"1[02-9ac-hj-np-z]{11,71}|" + prefix.upper() + rb"1[02-9AC-HJ-NP-Z]{11,71}")
    for prefix in (rb"bc", rb"ltc")
)
_ETHEREUM = re.compile(rb"0x[0-9A-Fa-f]{40}(?![0-9A-Za-z])")
_WIDE = re.compile(rb"[\x20-\x7e]\x00(?:[\x20-\x7e]\x00){6,}")
_FILES = frozenset(
    b"ai app as bat bz cc cpp cs do exe gz icu in info inc it java js la md mm mo mov ms name nc ng no ph "
    b"pl pm po prof properties ps pub py rs sc sh so st sy tar tf to tv vi ws zip".split()
)
"""Endings that are a public suffix and, far more often, the ending of a file or a piece of a program."""


class Hit(NamedTuple):
    """An identifier in one stretch of bytes."""

    kind: Kind
    value: str
    start: int
    end: int


class Scanner:
    """Finds the identifiers of one content, which it is given chunk by chunk.

    Args:
        emit: Takes kind, value, offset, length and encoding of each, in stretches by offset.
        most: No more than this many are emitted; ``full`` tells then.
    """

    def __init__(self, emit: Callable[[Kind, str, int, int, str], None], *, most: int) -> None:
        self._emit = emit
        self._left = most
        self._held = b""
        self._base = 0
        self._context = 0

    @property
    def full(self) -> bool:
        """Whether there were more than are emitted."""
        return self._left < 0

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        """Scan the next bytes; the last call says so."""
        held = self._held + chunk
        until = len(held) if last else max(self._context, len(held) - AHEAD)
        if last or until > self._context:
            self._scan(held, until)
        keep = max(0, until - BEFORE)
        self._base += keep
        self._held, self._context = held[keep:], until - keep

    def _scan(self, held: bytes, until: int) -> None:
        if self._left < 0:
            return
        found = [(hit, "ascii") for hit in hits(held)]
        if b"\x00" in held:
            found += [(hit, "utf-16-le") for hit in _wide(held)]
        found.sort(key=lambda one: (one[0].start, one[0].kind))
        for hit, encoding in found:
            if self._context <= hit.start < until:
                self._left -= 1
                if self._left < 0:
                    return
                self._emit(hit.kind, hit.value, self._base + hit.start, hit.end - hit.start, encoding)


def hits(data: bytes) -> Iterator[Hit]:
    """Yield the identifiers of a stretch of bytes, kind by kind.

    A domain is told once: not again where it is part of an address or a URL.
    """
    taken: list[tuple[int, int]] = []
    for hit in (*_urls(data), *_emails(data)):
        taken.append((hit.start, hit.end))
        yield hit
    yield from _domains(data, sorted(taken))
    yield from _addresses(data)
    yield from _accounts(data)
    yield from _wallets(data)


def _wide(data: bytes) -> Iterator[Hit]:
    for run in _WIDE.finditer(data):
        for hit in hits(run.group()[::2]):
            start = run.start() + 2 * hit.start
            yield hit._replace(start=start, end=start + 2 * (hit.end - hit.start))


def _urls(data: bytes) -> Iterator[Hit]:
    for mark in _COLONS.finditer(data):
        scheme = _SCHEME.search(data, max(0, mark.start() - 6), mark.start())
        rest = _REST.match(data, mark.end()) if scheme else None
        if scheme is None or rest is None:
            continue
        end = rest.end()
        while data[end - 1 : end] in (b".", b",", b";", b":", b"'", b")", b"!", b"?", b"*", b"]"):
            end -= 1
        text = data[scheme.start() : end].decode("ascii")
        try:
            host = urlsplit(text).hostname or ""
        except ValueError:
            continue
        if _is_host(host):
            yield Hit(Kind.URL, text, scheme.start(), end)


def _emails(data: bytes) -> Iterator[Hit]:
    for mark in _AT.finditer(data):
        local = _LOCAL.search(data, max(0, mark.start() - 64), mark.start())
        host = _HOST.match(data, mark.end()) if local else None
        if local is None or host is None:
            continue
        name = local.group().decode("ascii").lstrip("'`{|/=").strip(".")
        domain = registered(host.group().decode("ascii"))
        if name and ".." not in name and domain:
            start = local.end() - len(local.group().lstrip(b"'`{|/=."))
            yield Hit(Kind.EMAIL, f"{name}@{domain}", start, host.end())


def _domains(data: bytes, taken: list[tuple[int, int]]) -> Iterator[Hit]:
    at = 0
    for match in _ENDING.finditer(data):
        ending = match.group()[1:].lower()
        if not _is_ending(ending):
            continue
        begin = match.start()
        while begin > 0 and match.end() - begin < 255 and data[begin - 1] in _NAME_BYTES:
            begin -= 1
        while at < len(taken) and taken[at][1] <= begin:
            at += 1
        inside = at < len(taken) and taken[at][0] <= match.start()
        outside = begin > 0 and data[begin - 1] in _NO_NAME_BEFORE
        found = None if inside or outside else _NAME.fullmatch(data, begin, match.end())
        if found is None:
            continue
        text = found.group().decode("ascii")
        program = ending in _FILES and not text.lower().startswith("www.")
        if (
            not program
            and text in (text.lower(), text.upper(), text.title())
            and (domain := registered(text))
            and (len(text) >= _TELLING or _in_text(data, begin, match.end()))
        ):
            yield Hit(Kind.DOMAIN, domain, begin, match.end())


def _in_text(data: bytes, begin: int, end: int) -> bool:
    """Tell whether what lies around it is text: each MiB of noise spells five domains such as ``8.es``."""
    before = data[max(0, begin - _AROUND) : begin].rpartition(b"\x00")[2].lstrip(_TAILS)
    after = data[end : end + _AROUND].partition(b"\x00")[0]
    for cut in range(4):  # a character may be cut in two where the stretch ends
        try:
            text = (before + after[: len(after) - cut]).decode("utf-8")
        except UnicodeDecodeError:
            continue
        return _CONTROLS.isdisjoint(text)
    return False


def _addresses(data: bytes) -> Iterator[Hit]:
    for match in _IPV4.finditer(data):
        if address := _address(match):
            yield Hit(Kind.IP, address, match.start(), match.end())
    behind = 0
    for pair in _PAIR.finditer(data):
        begin = pair.start()
        while begin > max(behind, pair.start() - 4) and data[begin - 1] in _HEX:
            begin -= 1
        run = _SIX.match(data, begin) if begin >= behind else None
        if run is None:
            continue
        behind = run.end()
        if len(run.group()) >= 7 and _apart(data, run) and (address := _address(run)):
            yield Hit(Kind.IP, address, run.start(), run.end())


def _address(match: re.Match[bytes]) -> str:
    """Return an address in its usual form, or nothing."""
    try:
        address = ipaddress.ip_address(match.group().decode("ascii"))
    except ValueError:
        return ""
    return "" if address.is_unspecified else str(address)


def _accounts(data: bytes) -> Iterator[Hit]:
    for match in _PHONE.finditer(data):
        number, length = _phone(match.group().decode("ascii"))
        if number:
            yield Hit(Kind.PHONE, number, match.start(), match.start() + length)
    for match in _IBAN.finditer(data):
        if found := _iban(match.group().decode("ascii")):
            yield Hit(Kind.IBAN, found.replace(" ", ""), match.start(), match.start() + len(found))


def _wallets(data: bytes) -> Iterator[Hit]:
    for match in _BASE58.finditer(data):
        text = match.group().decode("ascii")
        if network := wallets.base58_network(text):
            yield Hit(network, text, match.start(), match.end())
    for pattern in _SEGWIT:
        if pattern.pattern[:2] not in data and pattern.pattern[:2].upper() not in data:
            continue
        for match in pattern.finditer(data):
            text = match.group().decode("ascii")
            if _apart(data, match) and (network := wallets.segwit_network(text)):
                yield Hit(network, text.lower(), match.start(), match.end())
    for match in _ETHEREUM.finditer(data):
        text = match.group().decode("ascii")
        if _apart(data, match) and wallets.ethereum_address(text):
            yield Hit(Kind.ETHEREUM, text, match.start(), match.end())


def _apart(data: bytes, match: re.Match[bytes]) -> bool:
    """Tell whether neither a letter nor a digit stands at either side."""
    before, after = data[max(0, match.start() - 1) : match.start()], data[match.end() : match.end() + 1]
    return not before.isalnum() and not after.isalnum()


@lru_cache(maxsize=1 << 14)
def _is_ending(label: bytes) -> bool:
    """Tell whether a last label is on the public list."""
    return suffixes().publicsuffix(label.decode("ascii"), accept_unknown=False) is not None


def registered(host: str) -> str:
    """Return a domain in lower case, or nothing unless it lies below a suffix of the public list."""
    import idna

    lowered = host.lower().strip(".")
    try:
        if "xn--" in lowered:
            idna.decode(lowered)
    except (idna.IDNAError, UnicodeError):
        return ""
    known = suffixes().privatesuffix(lowered, accept_unknown=False)
    return lowered if known else ""


def _is_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.endswith(".onion") or bool(registered(host))
    return True


def _phone(text: str) -> tuple[str, int]:
    """Return the longest beginning that is a telephone number, and how long it is: digits may follow one."""
    import phonenumbers

    while len(text) > 7:
        try:
            number = phonenumbers.parse(text, None)
        except phonenumbers.NumberParseException:
            return "", 0
        if phonenumbers.is_valid_number(number):
            shape = phonenumbers.PhoneNumberFormat.E164
            return str(phonenumbers.format_number(number, shape)), len(text)
        shorter = _LAST_GROUP.sub("", text)
        if shorter == text:
            break
        text = shorter
    return "", 0


def _iban(text: str) -> str:
    """Return the longest beginning that is an account number: words in capitals may follow one."""
    from stdnum import iban

    while len(text) >= 15:
        if iban.is_valid(text):
            return text
        text = text[:-1].rstrip()
    return ""


@cache
def suffixes() -> "PublicSuffixList":
    """Return the list of public suffixes that the library carries; nothing is fetched."""
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
