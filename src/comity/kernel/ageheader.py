"""The textual header of an age v1 file: strict reading, exact writing, its MAC. No key agreement here.

Refused: another version, carriage returns, empty or non-printing arguments, lines that are not 64
columns, base64 that is padded or not canonical, more than 64 stanzas or 64 KiB, a passphrase stanza
that is not alone.
"""

import binascii
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

from comity.kernel.errors import MalformedError, UntrustedError

MOST_HEADER = 65_536
MOST_STANZAS = 64

_VERSION = b"age-encryption.org/v1\n"
_MAC_SIZE = 32
_COLUMNS = 64
_ARGUMENT = re.compile(rb"[\x21-\x7e]+")
_BARE = re.compile(rb"[A-Za-z0-9+/]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stanza:
    """One recipient stanza: its kind, further arguments, and a binary body."""

    kind: str
    arguments: tuple[str, ...]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A parsed header.

    Attributes:
        stanzas: In the order of the file.
        size: Bytes of the header; the payload begins here.
        covered: The bytes under the MAC.
        mac: 32 bytes as found.
    """

    stanzas: tuple[Stanza, ...]
    size: int
    covered: bytes
    mac: bytes

    def require_mac(self, file_key: bytes) -> None:
        """Raise UntrustedError unless the MAC holds under the file key."""
        if not hmac.compare_digest(self.mac, _mac(file_key, self.covered)):
            raise UntrustedError("age.header_mac", "the header of the sealed file was altered")


def parse_header(data: bytes) -> Header:
    """Return the header at the front of ``data``, of which the first 64 KiB are enough.

    Raises:
        MalformedError: ``age.header``, saying what is wrong.

    Basis: C2SP age v1
    """
    if not data.startswith(_VERSION):
        raise malformed("the first line is not that of age version 1")
    covered_end = data.find(b"\n---", 0, MOST_HEADER) + 4
    end = data.find(b"\n", covered_end, MOST_HEADER) + 1
    if covered_end < 4 or not end:
        raise malformed("the header does not end where it should")
    if data[covered_end : covered_end + 1] != b" ":
        raise malformed("the MAC line is not well formed")
    mac = parse_bare_b64(data[covered_end + 1 : end - 1])
    if len(mac) != _MAC_SIZE:
        raise malformed("the MAC is not 32 bytes")
    stanzas = _parse_stanzas(data[len(_VERSION) : covered_end - 3])
    if any(stanza.kind == "scrypt" for stanza in stanzas) and len(stanzas) > 1:
        raise malformed("a passphrase stanza stands beside others")
    return Header(stanzas=stanzas, size=end, covered=data[:covered_end], mac=mac)


def write_header(stanzas: Sequence[Stanza], file_key: bytes) -> bytes:
    """Return the bytes of a header with these stanzas and its MAC."""
    lines = [_VERSION]
    for stanza in stanzas:
        lines.append(b"-> " + " ".join((stanza.kind, *stanza.arguments)).encode("ascii") + b"\n")
        body = bare_b64(stanza.body)
        # NOTE: a body that fills its last line is closed by an empty one, so a short line always ends it.
        lines.extend(
            body[at : at + _COLUMNS].encode("ascii") + b"\n" for at in range(0, len(body) + 1, _COLUMNS)
        )
    lines.append(b"---")
    covered = b"".join(lines)
    return covered + b" " + bare_b64(_mac(file_key, covered)).encode("ascii") + b"\n"


def derive(secret: bytes, *, salt: bytes, info: bytes) -> bytes:
    """Return 32 bytes of HKDF-SHA-256.

    Basis: RFC 5869
    """
    return hmac.digest(hmac.digest(salt, secret, "sha256"), info + b"\x01", "sha256")


def bare_b64(data: bytes) -> str:
    """Return standard base64 without padding."""
    return binascii.b2a_base64(data, newline=False).rstrip(b"=").decode("ascii")


def parse_bare_b64(text: bytes) -> bytes:
    """Return the bytes of unpadded base64 in canonical form; raise MalformedError for any other text."""
    if not _BARE.fullmatch(text) or len(text) % 4 == 1:
        raise malformed("base64 that is padded or has foreign characters")
    data = binascii.a2b_base64(text + b"=" * (-len(text) % 4))
    if bare_b64(data).encode("ascii") != text:
        raise malformed("base64 that is not in canonical form")
    return data


def malformed(what: str) -> MalformedError:
    """Return the error for a header that is not age v1."""
    return MalformedError("age.header", f"not a sealed file in age format: {what}")


def _parse_stanzas(text: bytes) -> tuple[Stanza, ...]:
    lines = text.split(b"\n")
    if lines.pop():
        raise malformed("a line has no end")
    stanzas: list[Stanza] = []
    at = 0
    while at < len(lines):
        kind, *arguments = _parse_arguments(lines[at])
        at += 1
        first = at
        while at < len(lines) and len(lines[at]) == _COLUMNS:
            at += 1
        if at == len(lines) or len(lines[at]) > _COLUMNS:
            raise malformed("a stanza does not end with a short line")
        at += 1
        body = parse_bare_b64(b"".join(lines[first:at]))
        stanzas.append(Stanza(kind=kind, arguments=tuple(arguments), body=body))
    if not 1 <= len(stanzas) <= MOST_STANZAS:
        raise malformed(f"a header has 1 to {MOST_STANZAS} stanzas")
    return tuple(stanzas)


def _parse_arguments(line: bytes) -> list[str]:
    if not line.startswith(b"-> "):
        raise malformed("a stanza does not begin with an arrow")
    words = line[3:].split(b" ")
    if not all(_ARGUMENT.fullmatch(word) for word in words):
        raise malformed("a stanza has an empty argument or one that does not print")
    return [word.decode("ascii") for word in words]


def _mac(file_key: bytes, covered: bytes) -> bytes:
    return hmac.digest(derive(file_key, salt=b"", info=b"header"), covered, "sha256")
