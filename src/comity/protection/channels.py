"""Whom a notice goes to: data that the operator keeps, with source and day; why one fits is told.

Basis: 34(6), 41(1)
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

import msgspec

from comity.kernel.errors import MalformedError
from comity.protection.categories import Subject
from comity.protection.states import state_of

KINDS = ("platform", "host", "registrar", "registry", "hotline", "contact")
HOW = ("form", "email", "post", "portal", "node")
_CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)
_MATCH = re.compile(r"(?:host|net|registrar|state|service):\S{1,200}")


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """A way to somebody who can take content out, or make that happen.

    Attributes:
        code: Its name here.
        name: Who it is.
        kind: ``platform``, ``host``, ``registrar``, ``registry``, ``hotline`` or ``contact`` (the
            Convention's).
        match: When it fits: ``host:example.com`` (and what is below it), ``net:192.0.2.0/24``,
            ``registrar:292`` (number of IANA), ``state:NLD``, ``service:chatter``.
        how: ``form``, ``email``, ``post``, ``portal`` or ``node``.
        address: Where the notice goes, as text: this software sends nothing there.
        languages: In which it reads, the first preferred.
        subjects: What it takes: ``child``, ``intimate``.
        party: The State where it is; empty where nobody told.
        source: Who says so.
        dated: On which day, YYYY-MM-DD.
    """

    code: str
    name: str
    kind: str
    match: tuple[str, ...]
    how: str
    address: str
    languages: tuple[str, ...]
    subjects: tuple[str, ...]
    party: str = ""
    source: str
    dated: str

    def __post_init__(self) -> None:
        """Refuse a channel without source, day or reason."""
        sound = (
            _CODE.fullmatch(self.code)
            and self.kind in KINDS
            and self.how in HOW
            and all(0 < len(text.strip()) <= 400 for text in (self.name, self.address, self.source))
            and _DAY.fullmatch(self.dated)
            and self.match
            and all(_MATCH.fullmatch(one) and _holds(one) for one in self.match)
            and self.languages
            and all(_LANGUAGE.fullmatch(one) for one in self.languages)
            and self.subjects
            and set(self.subjects) <= {one.value for one in Subject}
            and (not self.party or state_of(self.party) == self.party)
        )
        if not sound:
            raise MalformedError(
                "takedown.channel",
                f"the channel {self.code[:40]!r} does not hold",
                hint="it names code, name, kind, match, how, address, languages, subjects, source and dated",
                where=self.code[:40],
            )


class Channels(msgspec.Struct, frozen=True, kw_only=True):
    """A file of channels."""

    v: int
    channels: tuple[Channel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A channel that fits, and why.

    Attributes:
        channel: Whom.
        on: What matched: ``service``, ``host``, ``net``, ``registrar`` or ``state``.
        what: The value that matched.
        sure: Whether it is told by what the officer gave, and not by a register.
    """

    channel: Channel
    on: str
    what: str
    sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What channels are looked up for.

    Attributes:
        host: Name of the host, or empty.
        address: IP address, or empty.
        registrar: Number of the registrar, or empty.
        service: Name of the service, or empty.
        states: States that a register names, the likelier first.
        subject: ``child`` or ``intimate``.
    """

    host: str
    address: str
    registrar: str
    service: str
    states: tuple[str, ...]
    subject: str


def read_channels(data: bytes) -> tuple[Channel, ...]:
    """Return the channels of a file; raise MalformedError ``takedown.channel`` where one does not hold."""
    try:
        return msgspec.json.decode(data, type=Channels).channels
    except (msgspec.DecodeError, msgspec.ValidationError) as exc:
        raise MalformedError("takedown.channel", f"the channels do not read: {str(exc)[:200]}") from exc


def ways(target: Target, channels: Iterable[Channel]) -> tuple[Way, ...]:
    """Return the channels that fit, the nearest to the content first.

    A service comes before the host below it, a longer name before a shorter, a smaller net before a larger,
    the registrar after that, and what a State has (hotline, contact of the Convention) last and uncertain.
    """
    found: list[tuple[tuple[int, int, int, str], Way]] = []
    for one in channels:
        if target.subject not in one.subjects:
            continue
        held = [fit for pattern in one.match if (fit := _fit(pattern, target)) is not None]
        if held:
            (rank, close), on, what = min(held)
            way = Way(channel=one, on=on, what=what, sure=on != "state")
            found.append(((rank, close, KINDS.index(one.kind), one.code), way))
    return tuple(way for _, way in sorted(found, key=lambda one: one[0]))


def _fit(pattern: str, target: Target) -> tuple[tuple[int, int], str, str] | None:
    on, _, what = pattern.partition(":")
    if on == "service" and target.service and what.casefold() == target.service.casefold():
        return (0, 0), on, what
    if on == "host" and target.host and (target.host == what or target.host.endswith(f".{what}")):
        return (1, -len(what)), on, what
    if on == "net" and target.address:
        net, address = ip_network(what), ip_address(target.address)
        if net.version == address.version and address in net:
            return (2, -net.prefixlen), on, what
    if on == "registrar" and target.registrar == what:
        return (3, 0), on, what
    if on == "state" and what in target.states:
        return (4, target.states.index(what)), on, what
    return None


def _holds(pattern: str) -> bool:
    on, _, what = pattern.partition(":")
    if on == "net":
        try:
            ip_network(what)
        except ValueError:
            return False
    return on != "state" or state_of(what) == what


def language_for(channel: Channel, spoken: Sequence[str]) -> str:
    """Return the first language of a channel that letters are written in; ``en`` where there is none."""
    bases = [one.partition("-")[0] for one in channel.languages]
    return next((one for one in bases if one in spoken), "en")
