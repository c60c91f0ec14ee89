"""Messages saved by Outlook: their header where it was kept, body, and attachments, read and never run."""

from contextlib import suppress
from email.parser import HeaderParser

from comity.engines.intake.messages import MOST_PARTS, read_attachment, read_mail
from comity.engines.intake.reading import Reading, read_html, read_text

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADERS_KEPT = 0x007D
_SENDER_ADDRESSES = (0x5D01, 0x0C1F, 0x0065)


def read_outlook(data: bytes, reading: Reading, *, above: str = "", depth: int = 0) -> None:
    """Tell what a message saved by Outlook gives away; what is no such file is noted as malformed."""
    from oxmsg import Message

    try:
        message = Message.load(data)
        header = message.properties.str_prop_value(_HEADERS_KEPT) or ""
        senders = [(message.properties.str_prop_value(one) or "").strip("\x00 ") for one in _SENDER_ADDRESSES]
    except _FAULTS as exc:
        reading.note("malformed", f"no message of Outlook: {type(exc).__name__}")
        return
    _read_header(header, senders, reading, above)
    with suppress(*_FAULTS):
        if body := message.body:
            read_text(body, reading, part=f"{above}body text/plain")
    with suppress(*_FAULTS):
        if html := message.html_body:
            read_html(html, reading, part=f"{above}body text/html")
    _read_attachments(message, reading, above, depth)


_FAULTS = (
    ValueError,
    KeyError,
    IndexError,
    LookupError,
    OSError,
    AttributeError,
    TypeError,
    EOFError,
    RecursionError,
)
"""What the library raises at a file that is not what it says."""


def _read_header(header: str, senders: list[str], reading: Reading, above: str) -> None:
    kept = HeaderParser().parsestr(header)
    fields = [(name, value) for name, value in kept.items() if not name.lower().startswith("content-")]
    if not any(name.lower() == "from" for name, _ in fields):
        fields += [("From", one) for one in senders if "@" in one][:1]
    lines = (f"{name}: {' '.join(str(value).split())}" for name, value in fields)
    read_mail("\n".join([*lines, "", ""]).encode("utf-8", "replace"), reading, above=above, at_place=False)


def _read_attachments(message: object, reading: Reading, above: str, depth: int) -> None:
    from oxmsg import Message

    if not isinstance(message, Message):
        raise TypeError("a message of Outlook is meant")
    try:
        found = message.attachments
    except _FAULTS as exc:
        reading.note("malformed", f"attachments that cannot be read: {type(exc).__name__}")
        return
    if len(found) > MOST_PARTS:
        reading.note("too_many", f"more than {MOST_PARTS} attachments")
    for number, one in enumerate(found[:MOST_PARTS], start=1):
        try:
            content, name = one.file_bytes or b"", one.file_name or ""
            claimed = one.mime_type or "application/octet-stream"
        except _FAULTS as exc:
            reading.note("malformed", f"attachment {number}: {type(exc).__name__}")
            continue
        read_attachment(content, name, claimed, reading, part=f"{above}attachment {number}", depth=depth)
