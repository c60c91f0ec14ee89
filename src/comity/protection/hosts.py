"""Hosts, addresses and web addresses as they are written; nothing here is ever resolved or fetched.

Basis: RFC 3986, RFC 5952
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from comity.kernel.errors import MalformedError
from comity.protection.contents import is_content

MOST_URL = 2000
_TOKEN = 400
"""Tokens in web addresses have fewer signs; a picture has more."""
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,20}):(?://)?([^/?#\s]*)([^?#\s]*)(\?[^#\s]*)?(#\S*)?")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?", re.ASCII)
_SCHEMES = frozenset(
    {"http", "https", "ftp", "ftps", "gopher", "gemini", "hxxp", "hxxps", "ipfs", "magnet", "tg", "ws", "wss"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something is, as somebody wrote it.

    Attributes:
        url: The web address, without what may be content; empty for a bare host.
        host: The host, in small letters; empty where an address stands alone.
        address: The IP address, as RFC 5952 writes it; empty where nobody told it.
    """

    url: str = ""
    host: str = ""
    address: str = ""


def parse_place(text: str, *, where: str = "") -> Place:
    """Return where something is, from a web address, a host or an IP address.

    Raises:
        MalformedError: ``takedown.place``: it is none of them, or it is content itself.
    """
    given = text.strip()
    if len(given) > MOST_URL or not given or given.lower().startswith("data:"):
        raise _no_place(given, where)
    found = _URL.fullmatch(given)
    if found is not None and found[1].lower() in _SCHEMES:
        return _from_url(found, where)
    address = _address(given.strip("[]"))
    if address:
        return Place(address=address)
    return Place(host=parse_host(given, where=where))


def _from_url(found: "re.Match[str]", where: str) -> Place:
    scheme = found[1].lower().replace("hxxp", "http")
    authority = found[2].rpartition("@")[2]
    bare = authority[1 : authority.index("]")] if authority.startswith("[") and "]" in authority else ""
    name = (bare or authority.partition(":")[0]).replace("[.]", ".")
    parts = found[3].split("/")[1:]
    path = "".join("/" if is_content(one, most=_TOKEN) else f"/{one}" for one in parts) or "/"
    if found[3].startswith("//9j/") or is_content(found[3][1:24], most=_TOKEN):
        path = "/"
    query = found[4] or ""
    if any(is_content(one, most=_TOKEN) for one in re.split(r"[?&=;,]", query)):
        query = ""
    name, path, query = _visible(name), _visible(path), _visible(query)
    if scheme in ("magnet", "ipfs", "tg"):
        return Place(url=f"{scheme}:{name}{path if path != '/' else ''}{query}"[:MOST_URL])
    address = _address(name)
    host = "" if address else parse_host(name, where=where)
    shown = f"[{address}]" if ":" in address else address or host
    port = authority[len(bare) + 2 :] if bare else authority.partition(":")[1] + authority.partition(":")[2]
    kept = port if re.fullmatch(r":[0-9]{1,5}", port) else ""
    return Place(url=f"{scheme}://{shown}{kept}{path}{query}"[:MOST_URL], host=host, address=address)


def _visible(text: str) -> str:
    """Return a part of a web address with signs that nobody sees, or that turn others, as percent codes.

    Basis: RFC 3986
    """
    return "".join(
        one if one.isprintable() else "".join(f"%{byte:02X}" for byte in one.encode("utf-8", "surrogatepass"))
        for one in text
    )


def parse_host(text: str, *, where: str = "") -> str:
    """Return the name of a host in small letters and as ASCII; raise MalformedError ``takedown.place``."""
    name = text.strip().lower().rstrip(".")
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError as exc:
            raise _no_place(text, where) from exc
    if len(name) > 253 or "." not in name or not _HOST.fullmatch(name):
        raise _no_place(text, where)
    return name


def parse_address(text: str, *, where: str = "") -> str:
    """Return an IP address as RFC 5952 writes it; raise MalformedError ``takedown.place``."""
    found = _address(text.strip().strip("[]"))
    if not found:
        raise _no_place(text, where)
    return found


def point_of(address: str) -> tuple[int, str]:
    """Return family and 32 hexadecimal digits of an IP address."""
    one = ip_address(address)
    return one.version, f"{int(one):032x}"


def _address(text: str) -> str:
    try:
        one: IPv4Address | IPv6Address = ip_address(text)
    except ValueError:
        return ""
    if isinstance(one, IPv6Address) and one.ipv4_mapped is not None:
        one = one.ipv4_mapped
    return str(one)


def is_public(address: str) -> bool:
    """Tell whether an address is one of the public internet."""
    return ip_address(address).is_global


def _no_place(text: str, where: str) -> MalformedError:
    return MalformedError(
        "takedown.place",
        f"{text[:80]!r} is no web address, host or IP address",
        hint="write it as it stands; nothing is looked up or fetched",
        where=where,
    )
