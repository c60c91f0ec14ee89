"""A mail as an investigator reads it: its header, its texts, what it encloses, and what is attached."""

import base64
import email
import hashlib
import quopri
from collections.abc import Iterator
from email.errors import MessageError
from email.message import Message
from email.parser import BytesHeaderParser

from comity.engines.intake.headers import decoded, field_places, read_header, receivers_of
from comity.engines.intake.outlook import MAGIC, load_outlook
from comity.engines.intake.reading import Reading, plain, read_html, read_text
from comity.indicators.kinds import Kind
from comity.indicators.observations import Role

MOST_MESSAGE = 32 << 20
MOST_PARTS = 1000
MOST_DEPTH = 6
MOST_ATTACHED = 4 << 20
"""Bytes of an attached text that are read."""

FIRST = 64 << 10
"""Bytes of a file by which its form is told."""
_LESS = 10
_FIELDS = (
    b"from:",
    b"received:",
    b"return-path:",
    b"delivered-to:",
    b"subject:",
    b"date:",
    b"to:",
    b"mime-version:",
)
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_PAGES = (".htm", ".html", ".shtml", ".xhtml", ".svg", ".hta")
_TEXTS = (".txt", ".md", ".csv", ".ics", ".vcf", ".url", ".webloc", ".log", ".rtf")


def read_mail(
    data: bytes,
    reading: Reading,
    *,
    above: str = "",
    depth: int = 0,
    victims: frozenset[str] = frozenset(),
    at_place: bool = True,
) -> None:
    """Tell what a mail gives away.

    Args:
        data: The mail.
        reading: Where to.
        above: Names of the messages that it is enclosed in.
        depth: How many these are.
        victims: Addresses that are never told, in lower case.
        at_place: Whether offsets in the data are offsets in what came in.

    Basis: RFC 5322; RFC 2045; RFC 8601
    """
    if len(data) > MOST_MESSAGE:
        reading.note("too_large", f"a mail of more than {MOST_MESSAGE} bytes")
        return
    try:
        message = email.message_from_bytes(data)
    except RecursionError:
        _read_flat(data, reading, above=above, victims=victims)
        return
    parts = list(_walked(message))
    enclosed = [one for one in parts if _is_enclosing(one)]
    spared = victims | receivers_of(message)
    for part in enclosed:
        for inner in _inside(part):
            spared |= receivers_of(inner)
    read_header(
        message,
        reading,
        above=above,
        places=field_places(data) if depth == 0 and at_place else {},
        victims=spared,
        is_forwarder=bool(enclosed) and _is_report(message),
    )
    for number, part in enumerate(parts[:MOST_PARTS], start=1):
        name = f"{above}part {number} {part.get_content_type()}"
        if _is_enclosing(part):
            _read_enclosed(part, reading, f"{above}part {number} ", depth, spared)
        elif not part.is_multipart():
            _read_part(part, reading, name, depth, spared)
    if len(parts) > MOST_PARTS:
        reading.note("too_many", f"more than {MOST_PARTS} parts")


def _read_flat(data: bytes, reading: Reading, *, above: str, victims: frozenset[str]) -> None:
    """Tell what the header of a mail and its bytes as a text give away, where its parts lie too deep."""
    reading.note("too_deep", f"{above}parts in parts without end: its header and its plain text are read")
    head = BytesHeaderParser().parsebytes(data)
    spared = victims | receivers_of(head)
    read_header(head, reading, above=above, places={}, victims=spared, is_forwarder=False)
    read_text(data.decode("utf-8", "replace"), reading, part=f"{above}text", victims=spared, less=_LESS)


def read_outlook(data: bytes, reading: Reading, *, above: str = "", depth: int = 0) -> None:
    """Tell what a message saved by Outlook gives away; what is no such file is noted as malformed."""
    found = load_outlook(data, reading)
    if found is None:
        return
    read_mail(found.head, reading, above=above, at_place=False)
    if text := found.text:
        read_text(text, reading, part=f"{above}body text/plain")
    if page := found.page:
        read_html(page, reading, part=f"{above}body text/html")
    for number, content, name, claimed in found.attachments(reading, most=MOST_PARTS):
        read_attachment(content, name, claimed, reading, part=f"{above}attachment {number}", depth=depth)


def read_attachment(
    content: bytes,
    name: str,
    claimed: str,
    reading: Reading,
    *,
    part: str,
    depth: int = 0,
    victims: frozenset[str] = frozenset(),
) -> None:
    """Tell an attachment by digest, name and type, and what its text gives away where it is one.

    Archives, documents and programs are not opened. Messages that hang on a message are read like it.
    """
    if not content:
        return
    by_content = reading.typed(content)
    remarks = [f"name={plain(name)}"] if name else []
    remarks += [f"type={claimed}", f"size={len(content)}"]
    remarks += [f"content={by_content}"] if by_content and by_content != claimed else []
    remarks += ["direction_override"] if _BIDI & set(name) else []
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
    claimed = by_content if _is_page_or_text(by_content) and not _is_page_or_text(claimed) else claimed
    _read_attached(content, name.lower(), claimed, reading, part=part, depth=depth, victims=victims)


def _read_attached(
    content: bytes,
    name: str,
    claimed: str,
    reading: Reading,
    *,
    part: str,
    depth: int,
    victims: frozenset[str],
) -> None:
    """Read an attachment that is a message or a text."""
    if depth + 1 > MOST_DEPTH:
        if name.endswith((".eml", ".msg")):
            reading.note("too_deep", f"more than {MOST_DEPTH} messages in each other")
        return
    if name.endswith(".eml") or is_mail(content):
        read_mail(content, reading, above=f"{part} ", depth=depth + 1, victims=victims)
    elif content.startswith(MAGIC) and (name.endswith(".msg") or claimed == "application/vnd.ms-outlook"):
        read_outlook(content, reading, above=f"{part} ", depth=depth + 1)
    elif name.endswith(_PAGES) or claimed in ("text/html", "image/svg+xml", "application/xhtml+xml"):
        read_html(text_of(content[:MOST_ATTACHED]), reading, part=part, victims=victims, less=_LESS)
    elif name.endswith(_TEXTS) or claimed.startswith("text/") or _is_text(content):
        read_text(text_of(content[:MOST_ATTACHED]), reading, part=part, victims=victims, less=_LESS)


def is_mail(data: bytes) -> bool:
    """Tell whether a file begins with fields of a mail's header."""
    head = data[:FIRST].lstrip(b"\xef\xbb\xbf\r\n").lower()
    lines = head.split(b"\n")[:60]
    first = lines[0].partition(b":")
    shaped = bool(first[1]) and bool(first[0]) and all(33 <= byte < 127 for byte in first[0])
    return shaped and sum(line.startswith(_FIELDS) for line in lines) >= 2


def text_of(content: bytes, charset: str = "utf-8") -> str:
    """Return bytes as text: by the mark at their beginning, where one is there, else by a character set."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if content.startswith(b"\xef\xbb\xbf"):
        charset = "utf-8-sig"
    return content.decode(charset, "replace")


def _is_page_or_text(claimed: str) -> bool:
    return claimed.startswith("text/") or claimed in ("image/svg+xml", "application/xhtml+xml")


def _is_text(content: bytes) -> bool:
    """Tell whether an attachment of no telling name or type is a text all the same, such as a note."""
    if len(content) > MOST_ATTACHED:
        return False
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return len(content) % 2 == 0
    if b"\x00" in content:
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _read_part(part: Message, reading: Reading, name: str, depth: int, victims: frozenset[str]) -> None:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        reading.note("malformed", f"{name}: a part that cannot be decoded")
        return
    content = payload if isinstance(payload, bytes) else b""
    file_name = _file_name(part)
    attached = bool(file_name) or part.get_content_disposition() == "attachment"
    if attached or part.get_content_maintype() != "text":
        claimed = part.get_content_type()
        read_attachment(content, file_name, claimed, reading, part=name, depth=depth, victims=victims)
        return
    text = text_of(content, _charset(part))
    if part.get_content_subtype() == "html":
        read_html(text, reading, part=name, victims=victims)
    else:
        read_text(text, reading, part=name, victims=victims)


def _file_name(part: Message) -> str:
    try:
        return decoded(part.get_filename() or "")
    except (ValueError, LookupError, TypeError, MessageError):
        return "?"


def _read_enclosed(part: Message, reading: Reading, above: str, depth: int, victims: frozenset[str]) -> None:
    if depth + 1 > MOST_DEPTH:
        reading.note("too_deep", f"more than {MOST_DEPTH} messages in each other")
        return
    for message in _inside(part):
        try:
            data = _unpacked(message.as_bytes(), str(part.get("Content-Transfer-Encoding", "")))
        except (ValueError, LookupError, TypeError, AttributeError, MessageError, RecursionError):
            reading.note("malformed", f"{above}: an enclosed message that cannot be read")
            continue
        read_mail(data, reading, above=above, depth=depth + 1, victims=victims)


def _unpacked(data: bytes, coding: str) -> bytes:
    """Return an enclosed message that was coded as a whole, which no standard allows and programs do."""
    if is_mail(data):
        return data
    try:
        match coding.strip().lower():
            case "base64":
                plain_data = base64.b64decode(data)
            case "quoted-printable":
                plain_data = quopri.decodestring(data.lstrip())
            case _:
                return data
    except ValueError:
        return data
    return plain_data if is_mail(plain_data) else data


def _is_enclosing(part: Message) -> bool:
    """Tell whether a part holds another message: as such, or in letters beyond ASCII."""
    return part.get_content_type() in ("message/rfc822", "message/global") and part.is_multipart()


def _is_report(message: Message) -> bool:
    """Tell whether a mail that encloses another is somebody's report of it, and no answer of a machine."""
    return message.get_content_type() != "multipart/report"


def _inside(part: Message) -> list[Message]:
    inner = part.get_payload()
    return [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []


def _walked(message: Message) -> Iterator[Message]:
    """Yield the parts of a mail without going into enclosed messages."""
    todo = [message]
    while todo:
        part = todo.pop()
        yield part
        inner = part.get_payload()
        if isinstance(inner, list) and not _is_enclosing(part):
            todo.extend(one for one in reversed(inner) if isinstance(one, Message))


def _charset(part: Message) -> str:
    try:
        name = part.get_content_charset("utf-8")
        "".encode(name)
    except (LookupError, ValueError, TypeError):
        return "utf-8"
    return name
