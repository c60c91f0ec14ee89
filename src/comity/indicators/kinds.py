"""Types of values, by their STIX names, and the one way in which each value is written."""

import ipaddress
import re
import unicodedata
from enum import StrEnum

from comity.indicators.errors import bad_kind, bad_value

MOST_VALUE = 4096


class Kind(StrEnum):
    """What a value is.

    The last five are no types of the STIX 2.1 core; they bear the names under which others extend it.
    """

    IPV4 = "ipv4-addr"
    IPV6 = "ipv6-addr"
    DOMAIN = "domain-name"
    URL = "url"
    EMAIL = "email-addr"
    FILE = "file"
    MUTEX = "mutex"
    REGISTRY_KEY = "windows-registry-key"
    USER_ACCOUNT = "user-account"
    PHONE = "phone-number"
    BANK_ACCOUNT = "bank-account"
    WALLET = "cryptocurrency-wallet"
    PAYMENT_ID = "x-payment-reference"
    RANSOM_ID = "x-negotiation-id"


HASHES = {32: "MD5", 40: "SHA-1", 64: "SHA-256", 128: "SHA-512"}
"""Names of digests by the number of their hexadecimal digits."""

HIVES = {
    "HKLM": "HKEY_LOCAL_MACHINE",
    "HKCU": "HKEY_CURRENT_USER",
    "HKCR": "HKEY_CLASSES_ROOT",
    "HKU": "HKEY_USERS",
    "HKCC": "HKEY_CURRENT_CONFIG",
}
_DOTS = re.compile("[\u3002\uff0e\uff61]")
_DEVIANT = frozenset("\u00df\u03c2\u200c\u200d")
_HEX = re.compile(r"[0-9a-f]+", re.ASCII)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
_PHONE = re.compile(r"\+[1-9][0-9]{5,14}", re.ASCII)
_ACCOUNT = re.compile(r"[A-Z0-9]{5,34}", re.ASCII)
_URL = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]{1,15}):(//)?([^\s]+)", re.ASCII)
_AUTHORITY = re.compile(r"((?:[^@/?#]*@)?)(\[[0-9a-fA-F:.]+\]|[^:/?#\[\]]*)((?::[0-9]*)?)(.*)", re.DOTALL)
_OF_WEB = frozenset({"http", "https", "ftp", "ws", "wss"})
_BACK = "\\"
_HEAD = re.compile(r"[/\\]*[^/\\?#]*[/\\]?")
_ESCAPED = re.compile("(?:%[0-9A-Fa-f]{2})+")
_FIGURES = re.compile(r"0x[0-9a-f]{0,16}|0[0-7]{0,16}|[1-9][0-9]{0,11}", re.ASCII)
_BECH = re.compile(r"(bc|tb|ltc)1[02-9ac-hj-np-z]+", re.ASCII | re.IGNORECASE)


def parse_kind(text: str, *, where: str = "") -> Kind:
    """Return a type by its name; raise MalformedError for another."""
    try:
        return Kind(text)
    except ValueError as exc:
        raise bad_kind(text, where=where) from exc


def hash_name(value: str) -> str:
    """Return which digest a value of a file is; empty for a file's name."""
    return HASHES.get(len(value), "") if _HEX.fullmatch(value) else ""


def canonical(kind: Kind, value: str, *, where: str = "") -> str:
    """Return a value as it is written here, so that equal things are equal texts.

    Domains become lower-case A-labels, addresses their shortest form, digests lower case, the host of a URL
    and the part behind the ``@`` lower case, accounts and numbers lose their spaces. Nothing is looked up.

    Raises:
        MalformedError: ``indicators.value``.

    Basis: RFC 3986, RFC 5890, RFC 5952
    """
    text = value.strip()
    made = ""
    if (
        text
        and len(text) <= MOST_VALUE
        and not any(ord(ch) < 32 or 0xD800 <= ord(ch) < 0xE000 for ch in text)
    ):
        made = _WRITTEN[kind](text)
    if not made:
        raise bad_value(kind.value, value, where=where)
    return made


def domain_name(text: str) -> str:
    """Return a domain in lower-case A-labels; empty for what is none."""
    lowered = _DOTS.sub(".", text.lower()).strip(".")
    if not lowered.isascii():
        try:
            lowered = ".".join(_a_label(label) for label in lowered.split("."))
        except UnicodeError:
            return ""
    labels = lowered.split(".")
    if len(lowered) > 253 or len(labels) < 2 or not all(_LABEL.fullmatch(one) for one in labels):
        return ""
    return "" if labels[-1].isdigit() else lowered


def _a_label(label: str) -> str:
    """Return a label as it is registered; the four letters that were once folded away stay themselves."""
    if _DEVIANT & set(label):
        made = unicodedata.normalize("NFC", label)
        return f"xn--{made.encode('punycode').decode('ascii')}"
    return label.encode("idna").decode("ascii").lower()


def host_of(kind: Kind, value: str) -> str:
    """Return the domain that a canonical domain, URL or address of mail lies at; empty for none."""
    if kind is Kind.DOMAIN:
        return value
    if kind is Kind.EMAIL:
        return domain_name(value.rpartition("@")[2])
    found = _authority(value) if kind is Kind.URL else None
    return domain_name(found[2]) if found is not None else ""


def address_of(kind: Kind, value: str) -> str:
    """Return the address of a network that a canonical value is, or that its URL names in place of a domain.

    An address of version 4 that is told inside one of version 6 is told as what it is; empty for none.
    """
    text = value if kind in (Kind.IPV4, Kind.IPV6) else ""
    found = _authority(value) if kind is Kind.URL else None
    if found is not None:
        text = found[2].strip("[]")
    if "/" in text:
        return text
    try:
        made = ipaddress.ip_address(text)
    except ValueError:
        return ""
    inner = (made.ipv4_mapped or made.sixtofour) if isinstance(made, ipaddress.IPv6Address) else None
    return str(inner or made)


def _authority(url: str) -> re.Match[str] | None:
    match = _URL.fullmatch(url)
    return _AUTHORITY.fullmatch(match[3]) if match is not None and match[2] else None


def _address(text: str, version: int) -> str:
    try:
        found = ipaddress.ip_network(text) if "/" in text else ipaddress.ip_address(text)
    except ValueError:
        return ""
    return str(found) if found.version == version else ""


def _ipv4(text: str) -> str:
    return _address(text, 4)


def _ipv6(text: str) -> str:
    return _address(text, 6)


def _url(text: str) -> str:
    match = _URL.fullmatch(text)
    if match is None:
        return ""
    scheme, slashes, rest = match[1].lower(), match[2] or "", match[3]
    if scheme in _OF_WEB:  # programs take these slashes for those, and go on without them
        head = _HEAD.sub(lambda found: found[0].replace(_BACK, "/"), rest, count=1)
        slashes, rest = "//", head if slashes else head.lstrip("/")
    if not slashes:
        return f"{scheme}:{rest}"
    found = _AUTHORITY.fullmatch(rest)
    if found is None:
        return ""
    user, host, port, path = found.groups()
    meant = _unquoted(host) if scheme in _OF_WEB else host
    shown = "" if host.startswith("[") else domain_name(meant) or _in_figures(meant.lower())
    shown = shown or host.lower()
    if not shown or not shown.isascii():
        return ""
    usual = (":", ":80" if scheme == "http" else ":443")
    return f"{scheme}://{user}{shown}{'' if port in usual else port}{path}"


def _unquoted(host: str) -> str:
    return _ESCAPED.sub(
        lambda found: bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "replace"), host
    )


def _in_figures(host: str) -> str:
    """Return the address that a host in figures of any kind means to programs; empty where it is none.

    ``2130706433``, ``0x7f.1`` and ``0177.0.0.1`` are all ``127.0.0.1``.
    """
    parts = host.removesuffix(".").split(".")
    if len(parts) > 4 or not all(_FIGURES.fullmatch(one) for one in parts):
        return ""
    *first, last = (_figure(one) for one in parts)
    if max(first, default=0) > 255 or last >= 256 ** (4 - len(first)):
        return ""
    return str(ipaddress.IPv4Address(last + sum(one << 8 * (3 - at) for at, one in enumerate(first))))


def _figure(text: str) -> int:
    if text.startswith("0x"):
        return int(text[2:] or "0", 16)
    return int(text, 8) if text.startswith("0") else int(text)


def _email(text: str) -> str:
    local, at, host = text.removeprefix("mailto:").rpartition("@")
    domain = domain_name(host)
    return f"{local}@{domain}" if at and local and domain and not any(ch.isspace() for ch in local) else ""


def _file(text: str) -> str:
    lowered = text.lower()
    return lowered if hash_name(lowered) else text


def _registry(text: str) -> str:
    hive, slash, rest = text.partition("\\")
    return HIVES.get(hive.upper(), hive) + slash + rest


def _phone(text: str) -> str:
    found = re.sub(r"[ ().\-/]", "", text)
    return found if _PHONE.fullmatch(found) else ""


def _bank_account(text: str) -> str:
    found = re.sub(r"[ \-]", "", text).upper()
    return found if _ACCOUNT.fullmatch(found) else ""


def _wallet(text: str) -> str:
    if any(ch.isspace() for ch in text) or not text.isascii() or not 14 <= len(text) <= 128:
        return ""
    if _BECH.fullmatch(text):
        return text.lower() if text in (text.lower(), text.upper()) else ""
    return text.lower() if text[:2] == "0x" and _HEX.fullmatch(text[2:].lower()) else text


def _as_it_is(text: str) -> str:
    return text


_WRITTEN = {
    Kind.IPV4: _ipv4,
    Kind.IPV6: _ipv6,
    Kind.DOMAIN: domain_name,
    Kind.URL: _url,
    Kind.EMAIL: _email,
    Kind.FILE: _file,
    Kind.MUTEX: _as_it_is,
    Kind.REGISTRY_KEY: _registry,
    Kind.USER_ACCOUNT: _as_it_is,
    Kind.PHONE: _phone,
    Kind.BANK_ACCOUNT: _bank_account,
    Kind.WALLET: _wallet,
    Kind.PAYMENT_ID: _as_it_is,
    Kind.RANSOM_ID: _as_it_is,
}
