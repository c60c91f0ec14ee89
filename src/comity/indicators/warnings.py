"""Warning lists: what belongs to banks, public bodies and well-known sites, and is not published unasked.

Short lists of the best known ship with the software and are always asked; longer ones are imported, in the
form in which MISP shares them.
"""

import ipaddress
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from comity.indicators.errors import bad_form
from comity.indicators.kinds import Kind, address_of, domain_name, host_of
from comity.indicators.ports import Expressions, Fitting
from comity.kernel.packaged import packaged_bytes

DATA = "data/wellknown.json"
PUBLIC_BODIES = "public bodies"
"""The name of the one rule that is always there: domains that States keep for their own offices."""

MOST_ENTRIES = 2_000_000
MOST_EXPRESSIONS = 1_000
_FORMS = frozenset({"string", "substring", "hostname", "cidr", "regex"})
_MATCHED_AS = {
    Kind.DOMAIN: {"domain", "hostname", "domain|ip"},
    Kind.URL: {"url", "uri", "link", "domain", "hostname"},
    Kind.EMAIL: {
        "email",
        "email-src",
        "email-dst",
        "email-reply-to",
        "target-email",
        "whois-registrant-email",
    },
    Kind.IPV4: {"ip-src", "ip-dst", "domain|ip", "ip-src|port", "ip-dst|port"},
    Kind.IPV6: {"ip-src", "ip-dst", "domain|ip", "ip-src|port", "ip-dst|port"},
    Kind.FILE: {"md5", "sha1", "sha256", "sha512", "filename", "filename|md5", "filename|sha256"},
    Kind.WALLET: {"btc", "xmr", "dash"},
    Kind.BANK_ACCOUNT: {"iban", "bank-account-nr"},
    Kind.PHONE: {"phone-number", "prtn"},
}
_MAILBOXES = frozenset(
    "gmail.com googlemail.com icloud.com me.com mac.com proton.me protonmail.com pm.me aol.com zoho.com "
    "qq.com 163.com 126.com sina.com foxmail.com naver.com daum.net mail.com mail.ru bk.ru list.ru inbox.ru "
    "rambler.ru web.de t-online.de freenet.de orange.fr free.fr laposte.net libero.it rediffmail.com "
    "tutanota.com tuta.io fastmail.com hushmail.com yandex.ru yandex.com comcast.net verizon.net att.net "
    "bol.com.br uol.com.br".split()
)
"""Where everybody may have a mailbox: an address there says nothing about the well-known site."""

_MAIL_NAMES = frozenset("yahoo hotmail outlook live msn gmx ymail rocketmail".split())
_STATE_ENDS = frozenset({"gov", "mil", "int"})
_STATE_SECOND = frozenset({"gov", "gouv", "gob", "gub", "govt", "mil", "go", "gv", "gc", "admin", "police"})
_STATE_NAMES = frozenset({"gov", "gouv", "gob", "gub", "govt", "mil"})
_STATE_HOSTS = frozenset({"admin.ch", "bund.de", "gc.ca", "gv.at", "go.jp", "go.kr", "police.uk"})
_MOST_MATCHED = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningList:
    """One list.

    Attributes:
        name: As its makers call it.
        version: As they count.
        form: ``string``, ``substring``, ``hostname``, ``cidr`` or ``regex``.
        attributes: MISP types that it is meant for; all where there is none.
    """

    name: str
    version: str
    form: str
    attributes: tuple[str, ...]
    entries: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.form not in _FORMS or not self.name or len(self.name) > 300:
            raise ValueError("a warning list has a name and one of five forms")


def read_warning_list(value: Mapping[str, Any], *, expressions: Expressions, where: str = "") -> WarningList:
    """Return the list of a MISP warning list's JSON; raise MalformedError ``indicators.form`` otherwise.

    Args:
        value: The parsed JSON.
        expressions: Judges regular expressions.
        where: Where it came from, for messages.
    """
    try:
        entries = value["list"]
        found = WarningList(
            name=str(value["name"]),
            version=str(value.get("version", "")),
            form=str(value.get("type", "string")),
            attributes=tuple(str(one) for one in value.get("matching_attributes", ())),
            entries=tuple(one for one in entries if isinstance(one, str) and one),
        )
    except (KeyError, TypeError, ValueError) as exc:
        raise bad_form("not a warning list: it has a name, a type and a list", where=where) from exc
    if not isinstance(entries, list) or not 0 < len(found.entries) <= MOST_ENTRIES:
        raise bad_form(f"a warning list has 1 to {MOST_ENTRIES} entries", where=where)
    if found.form == "regex" and len(found.entries) > MOST_EXPRESSIONS:
        raise bad_form(f"a warning list has at most {MOST_EXPRESSIONS} expressions", where=where)
    if found.form == "regex":
        try:
            expressions([_bare(one) for one in found.entries])
        except ValueError as exc:
            raise bad_form(str(exc), where=where) from exc
    return found


def dump_warning_list(found: WarningList) -> bytes:
    """Return a list as it is kept."""
    return msgspec.msgpack.encode(found)


def parse_warning_list(data: bytes) -> WarningList:
    """Return the list of bytes that :func:`dump_warning_list` wrote."""
    return msgspec.msgpack.decode(data, type=WarningList)


@cache
def built_in() -> tuple[WarningList, ...]:
    """Return the lists that ship with the software."""
    found = json.loads(packaged_bytes("comity.indicators", DATA))
    return tuple(
        WarningList(
            name=row["name"],
            version=found["version"],
            form=row["form"],
            attributes=(),
            entries=tuple(row["entries"]),
        )
        for row in found["lists"]
    )


class Warnings:
    """Many lists, ready to be asked; those that ship with the software are always among them.

    Args:
        lists: The lists that were imported; only these are counted.
        expressions: Matches the regular expressions in them.
    """

    def __init__(self, lists: Iterable[WarningList] = (), *, expressions: Expressions) -> None:
        self._exact: dict[str, set[int]] = {}
        self._below: dict[str, set[int]] = {}
        self._nets: dict[tuple[int, int, int], set[int]] = {}
        self._parts: list[tuple[str, int]] = []
        rules: list[tuple[str, int]] = []
        imported = tuple(lists)
        self._imported = len(imported)
        self._lists = (*imported, *built_in())
        for number, one in enumerate(self._lists):
            if one.form == "regex":
                rules += ((_bare(entry), number) for entry in one.entries)
                continue
            for entry in one.entries:
                self._take(one.form, entry, number)
        self._ruled = tuple(number for _, number in rules)
        self._fitting: Fitting = expressions([text for text, _ in rules]) if rules else _nothing

    def __len__(self) -> int:
        return self._imported

    @property
    def asked(self) -> int:
        """How many lists are asked, those that ship with the software among them."""
        return len(self._lists)

    def lists_of(self, kind: Kind, value: str) -> tuple[str, ...]:
        """Return the names of the lists that know a canonical value, sorted."""
        host = host_of(kind, value)
        meant = _MATCHED_AS.get(kind, set()) | (_MATCHED_AS[Kind.DOMAIN] if kind is Kind.EMAIL else set())
        is_private = kind is Kind.EMAIL and gives_mailboxes(host)
        found = set(self._exact.get(value.lower(), ()))
        if host and not is_private:
            bare = host.removeprefix("www.")
            found |= self._exact.get(host, set()) | self._exact.get(bare, set())
            found |= self._exact.get(f"www.{bare}", set()) | self._hosted(host)
        if address := address_of(kind, value):
            found |= self._networked(address) | self._exact.get(address, set())
            meant |= _MATCHED_AS[Kind.IPV4]
        short = value[:_MOST_MATCHED].lower()
        found |= {number for part, number in self._parts if part in short}
        found |= {self._ruled[number] for number in self._fitting(short)}
        names = {
            one.name
            for number in found
            if not (one := self._lists[number]).attributes or meant & set(one.attributes)
        }
        if host and is_public_body(host):
            names.add(PUBLIC_BODIES)
        return tuple(sorted(names))

    def _take(self, form: str, entry: str, number: int) -> None:
        lowered = entry.strip().lower()
        if not lowered.isascii() and form in ("string", "hostname"):
            lowered = domain_name(lowered) or lowered
        if form == "cidr":
            self._take_net(lowered, number)
        elif form == "hostname" or (form == "string" and lowered.startswith(".")):
            self._below.setdefault(lowered.strip("."), set()).add(number)
        elif form == "string":
            self._exact.setdefault(lowered, set()).add(number)
        else:
            self._parts.append((lowered, number))

    def _take_net(self, text: str, number: int) -> None:
        try:
            net = ipaddress.ip_network(text, strict=False)
        except ValueError:
            self._exact.setdefault(text, set()).add(number)
            return
        self._nets.setdefault((net.version, net.prefixlen, int(net.network_address)), set()).add(number)

    def _hosted(self, host: str) -> set[int]:
        labels = host.split(".")
        found: set[int] = set()
        for start in range(len(labels)):
            found |= self._below.get(".".join(labels[start:]), set())
        return found

    def _networked(self, value: str) -> set[int]:
        net = ipaddress.ip_network(value, strict=False)
        whole, first = net.max_prefixlen, int(net.network_address)
        found: set[int] = set()
        for length in range(net.prefixlen + 1):
            key = first >> (whole - length) << (whole - length)
            found |= self._nets.get((net.version, length, key), set())
        if net.num_addresses > 1:  # whoever blocks a range blocks all that lies in it
            first, last = int(net.network_address), int(net.broadcast_address)
            for (version, _, key), numbers in self._nets.items():
                if version == net.version and first <= key <= last:
                    found |= numbers
        return found


def gives_mailboxes(host: str) -> bool:
    """Tell whether everybody may have a mailbox at a domain."""
    return host in _MAILBOXES or host.partition(".")[0] in _MAIL_NAMES


def is_public_body(host: str) -> bool:
    """Tell whether a domain lies where States keep their own offices: ``.gov``, ``.gouv.XX``, ``.go.XX`` …"""
    labels = host.split(".")
    if labels[-1] in _STATE_ENDS or host == "europa.eu" or host.endswith(".europa.eu"):
        return True
    if len(labels[-1]) != 2:
        return False
    if len(labels) == 2 and labels[0] in _STATE_NAMES:
        return True
    return ".".join(labels[-2:]) in _STATE_HOSTS or (len(labels) > 2 and labels[-2] in _STATE_SECOND)


def _bare(entry: str) -> str:
    """Return an expression without the delimiters and flags that it may stand between."""
    return entry[1:].rpartition("/")[0] if entry.startswith("/") and "/" in entry[1:] else entry


def _nothing(_text: str) -> tuple[int, ...]:
    return ()
