"""The header of a mail: who says to have sent it, by which way it came, what servers said of its sender."""

import re
from collections.abc import Iterator, Sequence
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses

from comity.engines.intake.reading import Reading
from comity.engines.intake.texts import found_in
from comity.indicators.kinds import Kind, host_of
from comity.indicators.observations import Role

_WHO = {
    "from": (Role.SENDER, 50),
    "sender": (Role.SENDER, 50),
    "reply-to": (Role.REPLY_TO, 65),
    "return-path": (Role.ENVELOPE_SENDER, 55),
    "resent-from": (Role.SENDER, 45),
}
_RECEIVERS = ("to", "cc", "bcc", "delivered-to", "x-original-to", "envelope-to", "resent-to")
_AGENTS = ("x-originating-ip", "x-sender-ip", "x-source-ip", "x-client-ip")
_WORDS = ("subject", "list-unsubscribe", "thread-topic")
_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:", re.MULTILINE)
_ASIDE = re.compile(r"\([^()]*\)|\"[^\"]*\"")
_RESULT = re.compile(r"(?:^|;)\s*(spf|dkim|dmarc|arc|iprev)\s*(?:/\s*[0-9]+\s*)?=\s*([a-z]+)", re.IGNORECASE)
_SPF = re.compile(r"\s*([a-zA-Z]+)")
_SIGNED = re.compile(r"(?:^|;)\s*d\s*=\s*([^;\s]+)")
_BRACKETED = re.compile(r"\[(?:IPv6:)?([0-9A-Fa-f.:]+)\]|\(([0-9]{1,3}(?:\.[0-9]{1,3}){3})\)")
MOST_FIELD = 16 << 10
"""Characters of a field that are read."""

_MOST_ADDRESSES = 200


def read_header(
    message: Message,
    reading: Reading,
    *,
    above: str,
    places: dict[str, list[int]],
    victims: frozenset[str],
    is_forwarder: bool,
) -> None:
    """Tell what a header gives away.

    Args:
        message: The mail.
        reading: Where to.
        above: Names of the messages that it is enclosed in.
        places: Where its fields begin.
        victims: Addresses of receivers, of this mail and of those that it encloses; never told.
        is_forwarder: Whether the mail encloses another: who sent it on is a victim or an officer, hardly the
            thief, and is told as such.

    Basis: RFC 5322; RFC 8601
    """
    results = tuple(dict.fromkeys(_results(message)))
    seen: dict[str, int] = {}
    for name, raw in message.items():
        field, value = name.lower(), decoded(raw)
        nth = seen[field] = seen.get(field, 0) + 1
        offsets = places.get(field, [])
        at = offsets[nth - 1] if nth <= len(offsets) else -1
        part = f"{above}header {name}" + (f" {nth}" if field == "received" else "")
        reading.forwarded = is_forwarder and field not in _WORDS
        if field in _WORDS:
            if field == "subject":
                reading.say(value)
            for hit in found_in(value):
                if hit.kind is not Kind.EMAIL or hit.value.lower() not in victims:
                    reading.hit(hit._replace(start=at, length=0), part=part)
        elif field in _WHO:
            _read_who(field, value, reading, part=part, at=at, victims=victims, results=results)
        elif field == "received":
            _read_relay(value, reading, part, at, nth)
        elif field in _AGENTS:
            for hit in found_in(value):
                if hit.kind in (Kind.IPV4, Kind.IPV6) and _is_global(hit.value):
                    reading.tell(
                        hit.kind, hit.value, part=part, confidence=45, role=Role.RELAY, offset=at,
                        remarks=("origin",),
                    )  # fmt: skip
        elif field == "dkim-signature" and (found := _SIGNED.search(value)):
            reading.tell(Kind.DOMAIN, found[1], part=part, confidence=50, role=Role.SIGNER, offset=at)
    reading.forwarded = False


def receivers_of(message: Message) -> frozenset[str]:
    """Return the addresses that a mail went to, in lower case."""
    values = [decoded(raw) for field in _RECEIVERS for raw in message.get_all(field, [])]
    return frozenset(address.lower() for _, address in _split(values) if "@" in address)


def field_places(data: bytes) -> dict[str, list[int]]:
    """Return where each field of the header begins, by its name in lower case."""
    ends = [end for mark in (b"\n\n", b"\r\n\r\n") if (end := data.find(mark)) >= 0]
    places: dict[str, list[int]] = {}
    for match in _FIELD.finditer(data, 0, min(ends, default=len(data))):
        places.setdefault(match[1].decode("ascii").lower(), []).append(match.start())
    return places


def decoded(value: object) -> str:
    """Return the words of a field. Basis: RFC 2047"""
    text = str(value)[:MOST_FIELD]
    if "=?" not in text:
        return text
    try:
        return str(make_header(decode_header(text)))
    except (ValueError, LookupError, HeaderParseError):
        return text


def _read_who(
    field: str,
    value: str,
    reading: Reading,
    *,
    part: str,
    at: int,
    victims: frozenset[str],
    results: Sequence[str],
) -> None:
    """Tell the addresses of a field; its own receiver as sender is a lie of the thief, and is noted only."""
    role, confidence = _WHO[field]
    told = tuple(results) if field == "from" else ()
    for shown, address in _split([value]):
        if address.lower() in victims:
            if field == "from":
                reading.note("sender_is_receiver", "the mail claims to come from its receiver")
            continue
        reading.tell(
            Kind.EMAIL,
            address,
            part=part,
            confidence=confidence,
            role=role,
            offset=at,
            remarks=(*told, *_claimed(shown, address)),
        )


def _claimed(shown: str, address: str) -> tuple[str, ...]:
    """Return a remark where the name beside an address is another address or domain."""
    host = host_of(Kind.EMAIL, address)
    for hit in found_in(shown):
        if hit.kind in (Kind.EMAIL, Kind.DOMAIN, Kind.URL):
            other = host_of(hit.kind, hit.value)
            if other and other != host and not host.endswith("." + other):
                return (f"shown_as={hit.value}",)
    return ()


def _read_relay(value: str, reading: Reading, part: str, at: int, nth: int) -> None:
    """Tell the address that a relay says to have taken the mail from; the topmost is ours, others may lie."""
    before = re.split(r"\sby\s", value, maxsplit=1)[0]
    for match in _BRACKETED.finditer(before):
        address = match[1] or match[2]
        kind = Kind.IPV6 if ":" in address else Kind.IPV4
        if _is_global(address):
            reading.tell(
                kind, address, part=part, confidence=60 if nth == 1 else 35, role=Role.RELAY, offset=at,
                remarks=(f"hop={nth}",),
            )  # fmt: skip


def _results(message: Message) -> Iterator[str]:
    """Yield the results of sender checks as the topmost server wrote them: ``spf=fail``.

    Only the topmost field counts: whoever sends a mail may write others below it. Comments and quoted texts
    are no results.

    Basis: RFC 8601
    """
    for field in ("authentication-results", "arc-authentication-results"):
        found = [decoded(raw) for raw in message.get_all(field, [])[:1]]
        for value in found:
            for match in _RESULT.finditer(_ASIDE.sub(" ", " ".join(value.split()))):
                yield f"{match[1].lower()}={match[2].lower()}"
        if found:
            break
    for raw in message.get_all("received-spf", [])[:1]:
        if found_spf := _SPF.match(decoded(raw)):
            yield f"spf={found_spf[1].lower()}"


def _split(values: list[str]) -> list[tuple[str, str]]:
    """Return names and addresses; where the library finds none, whatever looks like an address."""
    pairs = [(name, address) for name, address in getaddresses(values) if "@" in address]
    if not pairs:
        pairs = [
            (" ".join(values), hit.value)
            for value in values
            for hit in found_in(value)
            if hit.kind is Kind.EMAIL
        ]
    return pairs[:_MOST_ADDRESSES]


def _is_global(address: str) -> bool:
    import ipaddress

    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False
