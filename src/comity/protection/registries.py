"""Public registers that the operator brings in by hand, with their day: who was given what.

Forms: the statistics of the regional registries (``delegated`` and ``delegated-extended``), the list of top
domains and the bootstrap of registration data of IANA, and IANA's table of registrars. They tell to whom
something was given; where a machine stands, and who runs it, they do not tell.

Basis: RFC 9224
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address

import msgspec

from comity.kernel.errors import MalformedError
from comity.protection.guardports import GuardStore, Range
from comity.protection.hosts import is_public, point_of
from comity.protection.states import state_of

REGISTRIES = ("afrinic", "apnic", "arin", "lacnic", "ripencc")
FORMS = ("delegated", "tlds", "rdap", "registrars")
MOST_BYTES = 128 * 1024 * 1024
_GIVEN = ("allocated", "assigned")


class Register(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of one register.

    Attributes:
        name: ``ripencc`` …, ``tlds``, ``rdap`` or ``registrars``.
        dated: Its day, as the register itself says, YYYY-MM-DD; empty where it says none.
        rows: How many rows were taken.
        names: Of the small registers, what each row says, by its ending or number.
    """

    name: str
    dated: str
    rows: int
    names: dict[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A register that was read.

    Attributes:
        register: What is known of it.
        ranges: Its addresses; empty for the small registers.
    """

    register: Register
    ranges: tuple[Range, ...] = ()


def read_register(data: bytes, *, dated: str = "") -> Taken:
    """Return the register that a file holds; its form is told by its first lines.

    Args:
        data: The file.
        dated: Its day, for a form that has none.

    Raises:
        MalformedError: ``register.form``, ``register.row``, ``register.dated``.
    """
    if len(data) > MOST_BYTES:
        raise _no_register("it is larger than any such register")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise _no_register("it is not UTF-8") from exc
    head = text[:4000].lstrip()
    if head.startswith("{"):
        return _rdap(text)
    first = next((line for line in head.splitlines() if line and not line.startswith("#")), "")
    if first.count("|") >= 6:
        return _delegated(text)
    if head.startswith("# Version"):
        return _tlds(text)
    if first.lower().startswith("id,registrar"):
        return _registrars(text, dated)
    raise _no_register("its first line is that of no register that is known here")


def range_of(store: GuardStore, address: str) -> tuple[str, Range] | None:
    """Return registry and range of an address; None for one that is not public, or that none gave."""
    if not is_public(address):
        return None
    family, point = point_of(address)
    for name in REGISTRIES:
        found = store.range_at(name, family, point)
        if found is not None and found.status in _GIVEN:
            return name, found
    return None


def state_at(store: GuardStore, address: str) -> str:
    """Return the State that a registry names for an address; empty where none does."""
    found = range_of(store, address)
    return state_of(found[1].party) if found is not None else ""


def _delegated(text: str) -> Taken:
    name, dated = "", ""
    ranges: list[Range] = []
    for number, line in enumerate(text.splitlines(), start=1):
        cells = line.strip().split("|")
        if line.startswith("#") or len(cells) < 6 or cells[-1] == "summary" or cells[5] == "summary":
            continue
        if not name:  # version|registry|serial|records|startdate|enddate|UTCoffset
            name, dated = cells[1].lower(), _day(cells[5]) or _day(cells[2])
            if name not in REGISTRIES:
                raise _no_register(f"{name[:20]!r} is no regional registry")
            continue
        if cells[2] in ("ipv4", "ipv6"):
            ranges.append(_range(cells, number))
    if not ranges:
        raise _no_register("it has no addresses")
    return Taken(register=Register(name=name, dated=dated, rows=len(ranges)), ranges=tuple(ranges))


def _range(cells: list[str], number: int) -> Range:
    try:
        first = ip_address(cells[3])
        amount = int(cells[4])
        if amount < 1 or cells[2] != f"ipv{first.version}":
            raise ValueError(cells[4])
        size = amount if first.version == 4 else 1 << (128 - amount)
        last = int(first) + size - 1
        if last >= 1 << first.max_prefixlen:
            raise ValueError(cells[4])
    except ValueError as exc:
        raise MalformedError(
            "register.row", f"line {number} of the register gives no addresses", where=f"line {number}"
        ) from exc
    status = cells[6].lower() if len(cells) > 6 else ""
    party = cells[1].upper() if len(cells[1]) == 2 and cells[1].upper() != "ZZ" else ""
    return Range(
        family=first.version, first=f"{int(first):032x}", last=f"{last:032x}", party=party, status=status[:20]
    )


def _tlds(text: str) -> Taken:
    lines = text.splitlines()
    dated = ""
    for word in lines[0].replace(",", " ").split():
        dated = dated or (_day(word[:8]) if word[:8].isdecimal() else "")
    names = {line.strip().lower(): "" for line in lines if line.strip() and not line.startswith("#")}
    return _small("tlds", dated, names)


def _rdap(text: str) -> Taken:
    try:
        file = msgspec.json.decode(text.encode(), type=_Bootstrap)
    except msgspec.DecodeError as exc:
        raise _no_register("it is no bootstrap of registration data") from exc
    names = dict(_served(file.services))
    return _small("rdap", file.publication[:10], names)


class _Bootstrap(msgspec.Struct, frozen=True, kw_only=True):
    publication: str
    services: list[list[list[str]]]


def _served(services: Iterable[list[list[str]]]) -> Iterator[tuple[str, str]]:
    for one in services:
        if len(one) < 2 or not one[1]:
            raise _no_register("a service of it has no address")
        for ending in one[0]:
            yield ending.lower(), one[1][0][:200]


def _registrars(text: str, dated: str) -> Taken:
    if not dated:
        raise MalformedError(
            "register.dated",
            "the table of registrars has no day of its own",
            hint="say it with --dated YYYY-MM-DD",
        )
    names: dict[str, str] = {}
    for row in csv.reader(text.splitlines()[1:]):
        if len(row) >= 3 and row[0].strip().isdecimal():
            names[str(int(row[0]))] = " ".join(f"{row[1].strip()} ({row[2].strip()})".split())[:200]
    return _small("registrars", dated, names)


def _small(name: str, dated: str, names: Mapping[str, str]) -> Taken:
    if not names:
        raise _no_register("it has no rows")
    return Taken(register=Register(name=name, dated=dated, rows=len(names), names=dict(names)))


def _day(text: str) -> str:
    text = text.strip()
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == 8 and text.isdecimal() else ""


def _no_register(why: str) -> MalformedError:
    return MalformedError(
        "register.form",
        f"the file is no register that is known here: {why}",
        hint="delegated-extended of a regional registry, tlds-alpha-by-domain, the RDAP bootstrap, "
        "or IANA's table of registrars",
    )
