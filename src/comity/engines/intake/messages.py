"""A mail as an investigator reads it: who says to have sent it, by which way it came, and what it carries."""

import email
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses

from comity.engines.intake.texts import Hit, Html, found_in, redirects_in
from comity.indicators.kinds import Kind, canonical, host_of
from comity.indicators.observations import Found, Note, Observation, Role, Spot
from comity.kernel.errors import MalformedError

MOST_MESSAGE = 32 << 20
MOST_PARTS = 1000
MOST_DEPTH = 6
MOST_FOUND = 5000
_WHO = {
    "from": (Role.SENDER, 50),
    "sender": (Role.SENDER, 50),
    "reply-to": (Role.REPLY_TO, 65),
    "return-path": (Role.ENVELOPE_SENDER, 55),
    "resent-from": (Role.SENDER, 45),
}
_RECEIVERS = ("to", "cc", "bcc", "delivered-to", "x-original-to", "envelope-to", "resent-to")
_AGENTS = ("x-originating-ip", "x-sender-ip", "x-source-ip", "x-client-ip")
_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:", re.MULTILINE)
_RESULT = re.compile(r"\b(spf|dkim|dmarc|arc|dara|iprev)\s*=\s*([a-z]+)", re.IGNORECASE)
_SPF = re.compile(r"\s*([a-zA-Z]+)")
_SIGNED = re.compile(r"(?:^|;)\s*d\s*=\s*([^;\s]+)")
_BRACKETED = re.compile(r"\[(?:IPv6:)?([0-9A-Fa-f.:]+)\]|\(([0-9]{1,3}(?:\.[0-9]{1,3}){3})\)")


@dataclass(slots=True)
class Reading:
    """How one message is read.

    Attributes:
        emit: Takes what is found.
        file: Name of its file.
        digest: SHA-256 of the message.
        number: Of the message in its file.
        typed: Tells a media type by content; empty where nobody can.
        left: How many values may still be told.
    """

    emit: Callable[[Found], None]
    file: str
    digest: str
    number: int
    typed: Callable[[bytes], str]
    left: int = MOST_FOUND

    def note(self, code: str, detail: str = "") -> None:
        """Say that something was left out."""
        self.emit(Note(file=self.file, code=code, detail=detail[:200], message=self.number))

    def tell(
        self,
        kind: Kind,
        value: str,
        *,
        part: str,
        confidence: int,
        role: Role,
        offset: int = -1,
        length: int = 0,
        written: str = "",
        networks: tuple[str, ...] = (),
        remarks: tuple[str, ...] = (),
    ) -> None:
        """Tell a value; what is none of its type is passed over."""
        try:
            made = canonical(kind, value)
        except MalformedError:
            return
        self.left -= 1
        if self.left < 0:
            if self.left == -1:
                self.note("too_many", f"more than {MOST_FOUND} values")
            return
        spot = Spot(
            file=self.file,
            digest=self.digest,
            message=self.number,
            part=part,
            offset=offset,
            length=length,
            written=_plain(written) if written != made else "",
        )
        self.emit(
            Observation(
                kind=kind,
                value=made,
                where=spot,
                confidence=confidence,
                role=role,
                networks=networks,
                remarks=remarks,
            )
        )

    def hit(self, hit: Hit, *, part: str, less: int = 0) -> None:
        """Tell a value of a text."""
        self.tell(
            hit.kind,
            hit.value,
            part=part,
            confidence=max(5, hit.sure - less),
            role=Role.LINK if hit.is_link else Role.TEXT,
            offset=hit.start,
            length=hit.length,
            written=hit.written,
            networks=hit.networks,
            remarks=hit.remarks,
        )


def read_mail(data: bytes, reading: Reading, *, above: str = "", depth: int = 0) -> None:
    """Tell what a mail gives away.

    Args:
        data: The mail.
        reading: Where to.
        above: Names of the messages that it is enclosed in.
        depth: How many these are.

    Basis: RFC 5322; RFC 2045; RFC 8601
    """
    if len(data) > MOST_MESSAGE:
        reading.note("too_large", f"a mail of more than {MOST_MESSAGE} bytes")
        return
    message = email.message_from_bytes(data)
    places = _field_places(data) if depth == 0 else {}
    _read_header(message, reading, above, places)
    victims = {address.lower() for address in _addresses(message, _RECEIVERS)}
    for number, part in enumerate(_walked(message), start=1):
        if number > MOST_PARTS:
            reading.note("too_many", f"more than {MOST_PARTS} parts")
            return
        name = f"{above}part {number} {part.get_content_type()}"
        if part.get_content_type() == "message/rfc822":
            _read_enclosed(part, reading, f"{above}part {number} ", depth)
        elif not part.is_multipart():
            _read_part(part, reading, name, victims)


def read_text(
    text: str, reading: Reading, *, part: str = "text", victims: frozenset[str] = frozenset()
) -> None:
    """Tell what a text gives away: a note, a short message, the words of a screenshot."""
    for hit in found_in(text):
        if hit.kind is Kind.EMAIL and hit.value.lower() in victims:
            continue
        reading.hit(hit, part=part)
        if hit.is_link:
            _read_redirects(hit.value, reading, part, hit.start)


def read_html(source: str, reading: Reading, *, part: str, victims: frozenset[str] = frozenset()) -> None:
    """Tell what HTML gives away: its links as written, with the words they are shown under, and its text."""
    try:
        page = Html(source)
    except (AssertionError, ValueError):  # the library gives up on some declarations
        reading.note("malformed", f"{part}: HTML that cannot be read")
        read_text(source, reading, part=part, victims=victims)
        return
    told = set()
    for at, address, words in page.links:
        offset = len(source[:at].encode("utf-8", "replace"))
        for hit in found_in(address):
            if hit.kind is Kind.EMAIL and hit.value.lower() in victims:
                continue
            told.add((hit.kind, hit.value))
            shown = _shown_elsewhere(hit, words)
            reading.hit(
                hit._replace(start=offset, length=len(address.encode("utf-8", "replace")),
                             remarks=(*hit.remarks, *shown), sure=hit.sure + (15 if shown else 0)),
                part=part,
            )  # fmt: skip
            if hit.is_link:
                _read_redirects(hit.value, reading, part, offset)
    for hit in found_in(page.text):
        if (hit.kind, hit.value) in told or (hit.kind is Kind.EMAIL and hit.value.lower() in victims):
            continue
        place = source.find(hit.written or hit.value)
        offset = len(source[:place].encode("utf-8", "replace")) if place >= 0 else -1
        reading.hit(hit._replace(start=offset), part=part)


def _read_header(message: Message, reading: Reading, above: str, places: dict[str, list[int]]) -> None:
    results = tuple(dict.fromkeys(_results(message)))
    seen: dict[str, int] = {}
    for name, raw in message.items():
        field, value = name.lower(), _decoded(raw)
        nth = seen[field] = seen.get(field, 0) + 1
        offsets = places.get(field, [])
        at = offsets[nth - 1] if nth <= len(offsets) else -1
        part = f"{above}header {name}" + (f" {nth}" if field == "received" else "")
        if field in _WHO:
            role, confidence = _WHO[field]
            remarks = results if field == "from" else ()
            for _, address in getaddresses([value]):
                reading.tell(
                    Kind.EMAIL,
                    address,
                    part=part,
                    confidence=confidence,
                    role=role,
                    offset=at,
                    remarks=remarks,
                )
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
        elif field == "subject":
            for hit in found_in(value):
                reading.hit(hit._replace(start=at, length=0), part=part)


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


def _read_part(part: Message, reading: Reading, name: str, victims: set[str]) -> None:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    file_name = _decoded(part.get_filename() or "")
    attached = bool(file_name) or part.get_content_disposition() == "attachment"
    kind = part.get_content_maintype()
    if attached or kind != "text":
        read_attachment(content, file_name, part.get_content_type(), reading, part=name)
        return
    text = content.decode(_charset(part), "replace")
    known = frozenset(victims)
    if part.get_content_subtype() == "html":
        read_html(text, reading, part=name, victims=known)
    else:
        read_text(text, reading, part=name, victims=known)


def read_attachment(content: bytes, name: str, claimed: str, reading: Reading, *, part: str) -> None:
    """Tell an attachment by digest, name and type; it is not opened."""
    if not content:
        return
    by_content = reading.typed(content)
    remarks = [f"name={_plain(name)}"] if name else []
    remarks += [f"type={claimed}", f"size={len(content)}"]
    remarks += [f"content={by_content}"] if by_content and by_content != claimed else []
    reading.tell(
        Kind.FILE,
        hashlib.sha256(content).hexdigest(),
        part=part,
        confidence=80,
        role=Role.ATTACHMENT,
        offset=0,
        length=len(content),
        remarks=tuple(remarks),
    )


def _read_enclosed(part: Message, reading: Reading, above: str, depth: int) -> None:
    if depth + 1 > MOST_DEPTH:
        reading.note("too_deep", f"more than {MOST_DEPTH} messages in each other")
        return
    inner = part.get_payload()
    for message in inner if isinstance(inner, list) else []:
        if isinstance(message, Message):
            try:
                data = message.as_bytes()
            except (ValueError, LookupError, TypeError, AttributeError):
                reading.note("malformed", f"{above}: an enclosed message that cannot be read")
                continue
            read_mail(data, reading, above=above, depth=depth + 1)


def _walked(message: Message) -> Iterator[Message]:
    """Yield the parts of a mail without going into enclosed messages."""
    todo = [message]
    while todo:
        part = todo.pop()
        yield part
        inner = part.get_payload()
        if isinstance(inner, list) and part.get_content_type() != "message/rfc822":
            todo.extend(one for one in reversed(inner) if isinstance(one, Message))


def _read_redirects(url: str, reading: Reading, part: str, offset: int) -> None:
    try:
        for inner in redirects_in(url):
            reading.tell(
                Kind.URL,
                inner,
                part=part,
                confidence=55,
                role=Role.REDIRECT,
                offset=offset,
                remarks=("inside_link",),
            )
    except ValueError:
        return


def _shown_elsewhere(hit: Hit, words: str) -> tuple[str, ...]:
    """Return a remark where a link is shown under the name of another host."""
    host = host_of(Kind.URL, hit.value) if hit.is_link else ""
    for other in found_in(words) if host else ():
        if other.kind in (Kind.URL, Kind.DOMAIN):
            shown = host_of(other.kind, other.value)
            if shown and shown != host and not host.endswith("." + shown):
                return (f"shown_as={shown}",)
    return ()


def _results(message: Message) -> Iterator[str]:
    """Yield the results of sender checks as the topmost servers wrote them: ``spf=fail``."""
    for field in ("authentication-results", "arc-authentication-results"):
        for raw in message.get_all(field, [])[:3]:
            for match in _RESULT.finditer(_decoded(raw)):
                yield f"{match[1].lower()}={match[2].lower()}"
    for raw in message.get_all("received-spf", [])[:1]:
        if found := _SPF.match(_decoded(raw)):
            yield f"spf={found[1].lower()}"


def _addresses(message: Message, fields: tuple[str, ...]) -> list[str]:
    values = [_decoded(raw) for field in fields for raw in message.get_all(field, [])]
    return [address for _, address in getaddresses(values) if "@" in address]


def _field_places(data: bytes) -> dict[str, list[int]]:
    """Return where each field of the header begins, by its name in lower case."""
    ends = [end for mark in (b"\n\n", b"\r\n\r\n") if (end := data.find(mark)) >= 0]
    places: dict[str, list[int]] = {}
    for match in _FIELD.finditer(data, 0, min(ends, default=len(data))):
        places.setdefault(match[1].decode("ascii").lower(), []).append(match.start())
    return places


def _is_global(address: str) -> bool:
    import ipaddress

    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False


def _decoded(value: object) -> str:
    text = str(value)
    if "=?" not in text:
        return text
    try:
        return str(make_header(decode_header(text)))
    except (ValueError, LookupError):
        return text


def _charset(part: Message) -> str:
    name = part.get_content_charset("utf-8")
    try:
        "".encode(name)
    except (LookupError, ValueError):
        return "utf-8"
    return name


def _plain(text: str) -> str:
    """Return a text without control characters and lone surrogates, cut to what may be shown."""
    made = "".join(ch if ch.isprintable() else f"\\u{ord(ch):04x}" for ch in text[:400])
    return made.encode("utf-8", "replace").decode("utf-8")


def renumbered(reading: Reading, *, digest: str, number: int) -> Reading:
    """Return the reading of another message of the same file."""
    return replace(reading, digest=digest, number=number, left=MOST_FOUND)
