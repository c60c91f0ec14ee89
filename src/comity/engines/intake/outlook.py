"""Messages saved by Outlook: their header where it was kept, body, and attachments, told and never run."""

from collections.abc import Iterator
from contextlib import suppress
from email.parser import HeaderParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oxmsg import Message

    from comity.engines.intake.reading import Reading

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADERS_KEPT = 0x007D
_SENDER_ADDRESSES = (0x5D01, 0x0C1F, 0x0065)
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


class SavedMessage:
    """A message as Outlook saved it.

    Args:
        message: As the library loaded it.
    """

    def __init__(self, message: "Message") -> None:
        self._message = message
        header = message.properties.str_prop_value(_HEADERS_KEPT) or ""
        senders = [(message.properties.str_prop_value(one) or "").strip("\x00 ") for one in _SENDER_ADDRESSES]
        self.head = _head(header, senders)
        """Its header, as a mail without a body."""

    @property
    def text(self) -> str:
        """Its body as text; empty where there is none that can be read."""
        with suppress(*_FAULTS):
            return self._message.body or ""
        return ""

    @property
    def page(self) -> str:
        """Its body as HTML; empty where there is none that can be read."""
        with suppress(*_FAULTS):
            return self._message.html_body or ""
        return ""

    def attachments(self, reading: "Reading", *, most: int) -> Iterator[tuple[int, bytes, str, str]]:
        """Yield number, content, name and claimed type of so many attachments; faults are noted."""
        try:
            found = self._message.attachments
        except _FAULTS as exc:
            reading.note("malformed", f"attachments that cannot be read: {type(exc).__name__}")
            return
        if len(found) > most:
            reading.note("too_many", f"more than {most} attachments")
        for number, one in enumerate(found[:most], start=1):
            try:
                content, name = one.file_bytes or b"", one.file_name or ""
                claimed = one.mime_type or "application/octet-stream"
            except _FAULTS as exc:
                reading.note("malformed", f"attachment {number}: {type(exc).__name__}")
                continue
            yield number, content, name, claimed


def load_outlook(data: bytes, reading: "Reading") -> SavedMessage | None:
    """Return a message saved by Outlook; what is no such file is noted as malformed, and None."""
    from oxmsg import Message

    try:
        return SavedMessage(Message.load(data))
    except _FAULTS as exc:
        reading.note("malformed", f"no message of Outlook: {type(exc).__name__}")
        return None


def _head(header: str, senders: list[str]) -> bytes:
    kept = HeaderParser().parsestr(header)
    fields = [(name, value) for name, value in kept.items() if not name.lower().startswith("content-")]
    if not any(name.lower() == "from" for name, _ in fields):
        fields += [("From", one) for one in senders if "@" in one][:1]
    lines = (f"{name}: {' '.join(str(value).split())}" for name, value in fields)
    return "\n".join([*lines, "", ""]).encode("utf-8", "replace")
