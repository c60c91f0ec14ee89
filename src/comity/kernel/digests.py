"""Digests and the text forms of bytes.

In JSON a SHA-256 or BLAKE3 digest is 64 lower-case hexadecimal digits; other bytes (keys,
signatures, salts) are standard base64 with padding (RFC 4648 section 4), canonical form only.
"""

import binascii
import hashlib
import re

from comity.kernel.errors import MalformedError

DIGEST_SIZE = 32
_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)


def sha256(*pieces: bytes) -> bytes:
    """Return the SHA-256 digest of the pieces, one after the other."""
    state = hashlib.sha256()
    for piece in pieces:
        state.update(piece)
    return state.digest()


def parse_digest(text: object, *, where: str = "") -> str:
    """Return ``text`` if it is 64 lower-case hexadecimal digits; raise MalformedError if not."""
    if isinstance(text, str) and _HEX.fullmatch(text):
        return text
    raise MalformedError("digest.form", "expected 64 lower-case hexadecimal digits", where=where)


def b64(data: bytes) -> str:
    """Return standard base64 with padding."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def unb64(text: str, *, size: int | None = None, where: str = "") -> bytes:
    """Return the bytes of canonical base64 text.

    Raises:
        MalformedError: not base64, not the canonical form of its bytes, or not ``size`` bytes.
    """
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except (binascii.Error, ValueError) as exc:
        raise MalformedError("base64.form", "not standard base64", where=where) from exc
    if b64(data) != text:
        raise MalformedError("base64.canonical", "base64 with stray trailing bits", where=where)
    if size is not None and len(data) != size:
        raise MalformedError("base64.size", f"expected {size} bytes, found {len(data)}", where=where)
    return data
