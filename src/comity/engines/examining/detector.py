"""What a content is, by its first bytes: libmagic, and signatures of forensic formats that it lacks."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from comity.engines.examining import archives
from comity.engines.examining.disks import RAW, looks_like_disk
from comity.kernel.errors import UnavailableError

if TYPE_CHECKING:
    from magic import Magic

HEAD = 1 << 16
OCTETS = "application/octet-stream"
_FORENSIC = (
    (0, b"EVF\x09\x0d\x0a\xff\x00", "application/x-ewf", "image"),
    (0, b"EVF2\x0d\x0a\x81\x00", "application/x-ewf2", "image"),
    (0, b"LVF\x09\x0d\x0a\xff\x00", "application/x-ewf-logical", "image"),
    (0, b"AFF10\x0d\x0a\x00", "application/x-aff", "image"),
    (0, b"KDMV", "application/x-vmdk", "image"),
    (0, b"# Disk DescriptorFile", "application/x-vmdk", "image"),
    (0, b"QFI\xfb", "application/x-qemu-disk", "image"),
    (0, b"vhdxfile", "application/x-vhdx", "image"),
    (0, b"conectix", "application/x-vhd", "image"),
    (0x8001, b"CD001", "application/x-iso9660-image", "disk"),
    (0, b"!BDN", "application/vnd.ms-outlook-pst", "image"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed", "7z"),
    (0, b"Rar!\x1a\x07\x00", "application/vnd.rar", "rar"),
    (0, b"Rar!\x1a\x07\x01", "application/vnd.rar", "rar5"),
    (0, b"MSCF\x00\x00\x00\x00", "application/vnd.ms-cab-compressed", "cab"),
    (2, b"-lh", "application/x-lzh-compressed", "lha"),
    (0, b"070701", "application/x-cpio", "cpio"),
    (0, b"070702", "application/x-cpio", "cpio"),
    (0, b"070707", "application/x-cpio", "cpio"),
    (0, b"PK\x03\x04", "application/zip", "zip"),
    (0, b"PK\x05\x06", "application/zip", "zip"),
    (257, b"ustar", "application/x-tar", "tar"),
    (0, b"\x1f\x8b\x08", "application/gzip", "gzip"),
    (0, b"BZh", "application/x-bzip2", "bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz", "xz"),
    (0, b"WARC/", "application/warc", "warc"),
    (0, b"filedesc://", "application/x-ia-arc", "warc"),
)
_HEADERS = (
    b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"received", b"return-path", b"mime-version",
    b"content-type", b"delivered-to", b"reply-to", b"sender", b"x-mailer",
)  # fmt: skip
_PLAIN = ("text/plain", OCTETS, "message/rfc822", "application/mbox", "text/html", "text/x-mail")


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """A media type, and how the content is opened: ``image`` and ``sealed`` are recognised only."""

    media_type: str
    container: str = ""


def detect(head: bytes) -> Detected:
    """Return what a content is.

    Args:
        head: Its first bytes, ``HEAD`` of them where there are so many.

    Raises:
        UnavailableError: ``examine.extra``, ``examine.libmagic``.
    """
    if not head:
        return Detected(media_type="application/x-empty")
    for at, signature, media, container in _FORENSIC:
        if head.startswith(signature, at):
            if container in archives.KINDS and archives.library() is None:
                container = "sealed"
            return Detected(media_type=_zipped(head) if container == "zip" else media, container=container)
    if looks_like_disk(head):
        return Detected(media_type=RAW, container="disk")
    media = _magic().from_buffer(head)
    if media in _PLAIN:
        first = head[:HEAD].split(b"\n", 1)[0]
        if first.startswith(b"From ") and _headers(head[len(first) + 1 :]) >= 2:
            return Detected(media_type="application/mbox", container="mbox")
        if _headers(head) >= 2:
            return Detected(media_type="message/rfc822", container="mail")
    return Detected(media_type=media)


def version() -> str:
    """Return the version of libmagic; errors as :func:`detect`."""
    _magic()
    import magic

    found = int(magic.version())  # type: ignore[no-untyped-call]
    return f"{found // 100}.{found % 100:02d}"


def _headers(head: bytes) -> int:
    """Count the well-known header fields before the first empty line; 0 where that is no header."""
    known = 0
    for line in head.split(b"\n", 64)[:64]:
        bare = line.rstrip(b"\r")
        if not bare:
            break
        if bare[:1] in (b" ", b"\t"):
            continue
        name, colon, _ = bare.partition(b":")
        if not colon or not name or b" " in name.rstrip(b" "):
            return 0 if known < 2 else known
        known += name.strip().lower() in _HEADERS
    return known


def _zipped(head: bytes) -> str:
    """Return the media type of a zip file: documents say in their first bytes what they are."""
    media = str(_magic().from_buffer(head))
    return media if media.startswith("application/") and media != OCTETS else "application/zip"


def no_extra() -> UnavailableError:
    """Return ``examine.extra``: the libraries are not there."""
    return UnavailableError(
        "examine.extra",
        "examination needs the extra forensics, which is not installed",
        hint="pip install 'comity[forensics]'",
    )


def no_libmagic() -> UnavailableError:
    """Return ``examine.libmagic``: the library of the system is not there."""
    return UnavailableError(
        "examine.libmagic",
        "examination needs the library libmagic of the system, which is not installed",
        hint="apt install libmagic1",
    )


@cache
def _magic() -> "Magic":
    try:
        import magic
    except ModuleNotFoundError as exc:
        raise no_extra() from exc
    except ImportError as exc:
        raise no_libmagic() from exc
    return magic.Magic(mime=True)
