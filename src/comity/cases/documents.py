"""Documents: what an authority signed or sealed under its own law, carried byte for byte as a part of an act.

A document proves nothing here: what binds is the act. It is for the court and the office abroad that need the
signature of their own forms. It never becomes words on a page, and nothing in it is executed or followed.
"""

from comity.cases.drafts import PartInput
from comity.cases.kinds import DOCUMENT
from comity.kernel.errors import MalformedError

MOST_DOCUMENT = 4 * 1024 * 1024
_BEGINNINGS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)


def document_media(data: bytes) -> str:
    """Return the media type that the first bytes of a document tell; empty for what is none."""
    return next((media for beginning, media in _BEGINNINGS if data.startswith(beginning)), "")


def document_part(data: bytes) -> PartInput:
    """Return the part ``document`` of an act.

    Args:
        data: A PDF, or the scan of a paper as PNG, JPEG or TIFF; at most 4 MiB.

    Raises:
        MalformedError: ``document.kind``, ``document.size``.
    """
    if len(data) > MOST_DOCUMENT:
        raise MalformedError(
            "document.size",
            f"a document has at most {MOST_DOCUMENT} bytes",
            hint="scan it with fewer dots, or in shades of grey; evidence goes in a sealed package",
        )
    media = document_media(data)
    if not media:
        raise MalformedError(
            "document.kind", "a document is a PDF, or a scan as PNG, JPEG or TIFF", hint="print it to a PDF"
        )
    return PartInput(name=DOCUMENT, media=media, data=data)
