"""The age v1 file format: strict headers, STREAM over ChaCha20-Poly1305. Its keys are in ``agekeys``.

    file     header | nonce (16 bytes) | chunks
    header   version line, recipient stanzas, a MAC line under a key derived from the file key
    chunk    up to 64 KiB of plaintext and a 16-byte tag; the last one is flagged, and may be empty
             only where the whole plaintext is

A file key is 16 random bytes. Recipients are bound by the header alone, so new recipients change
nothing of the payload (:func:`rewrap`). Every plaintext byte handed out was authenticated first;
a caller that streams must still hold back its result until the last chunk has been seen.

Basis: C2SP age v1
"""

from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from comity.kernel import ageheader
from comity.kernel.ageheader import Header, Stanza, parse_header
from comity.kernel.agekeys import (
    STOCK_COPY,
    Identity,
    parse_identity,
    parse_recipient,
    recipient_text,
    suite_of,
    wrap,
)
from comity.kernel.entropy import Entropy
from comity.kernel.errors import MalformedError, UntrustedError

__all__ = [
    "CHUNK",
    "NONCE_SIZE",
    "SEALED_CHUNK",
    "Decryptor",
    "Encryptor",
    "Header",
    "Identity",
    "Stanza",
    "header",
    "open_sealed",
    "parse_header",
    "parse_identity",
    "parse_recipient",
    "payload_length",
    "plain_length",
    "recipient_text",
    "require_nonce",
    "rewrap",
    "rewrapped_header",
    "seal",
    "unwrap",
]

CHUNK = 65_536
TAG_SIZE = 16
SEALED_CHUNK = CHUNK + TAG_SIZE
NONCE_SIZE = 16
FILE_KEY_SIZE = 16

_MORE, _LAST = b"\x00", b"\x01"
_ONLY = bytes(11) + _LAST


def header(
    file_key: bytes, recipients: Sequence[bytes], entropy: Entropy, *, stock_copy: bool = False
) -> bytes:
    """Return the header that lets each recipient unwrap the file key.

    Args:
        file_key: 16 bytes.
        recipients: Keys of one suite, 32 or 1,216 bytes each.
        entropy: Where X25519 ephemerals are drawn from.
        stock_copy: Whether the file is marked as a copy for stock tools; they pass over the mark.

    Raises:
        MalformedError: ``age.recipient`` for a key that cannot be used; ``age.recipients`` for none, or
            for more than the format's reader takes; ``age.recipients_mixed`` for keys of two suites.

    Basis: C2SP age v1
    """
    suite_of(recipients)
    stanzas = [wrap(file_key, public, entropy) for public in recipients]
    if stock_copy:
        stanzas.append(Stanza(kind=STOCK_COPY, arguments=(), body=b""))
    return ageheader.write_header(stanzas, file_key)


def unwrap(found: Header, identities: Sequence[Identity]) -> bytes:
    """Return the file key of a parsed header.

    Raises:
        MalformedError: ``age.header`` for a stanza of an identity's kind that is not well formed.
        UntrustedError: ``age.no_identity`` when no identity opens a stanza, ``age.header_mac`` when
            the header was altered.
    """
    for stanza in found.stanzas:
        for identity in identities:
            file_key = identity.file_key(stanza)
            if file_key is not None:
                found.require_mac(file_key)
                return file_key
    raise UntrustedError(
        "age.no_identity",
        "the sealed file cannot be read: no identity matches",
        hint="open it with the key of an authority that it was sealed to",
    )


def payload_length(plain: int) -> int:
    """Return the payload bytes (nonce included, header not) of ``plain`` plaintext bytes."""
    return NONCE_SIZE + plain + TAG_SIZE * max(1, -(-plain // CHUNK))


def plain_length(payload: int) -> int:
    """Return the plaintext bytes of a payload of that length; raise UntrustedError where there is none."""
    chunks, rest = divmod(payload - NONCE_SIZE, SEALED_CHUNK)
    plain = chunks * CHUNK + (rest - TAG_SIZE if rest else 0)
    if payload < NONCE_SIZE + TAG_SIZE or (rest and rest < TAG_SIZE) or (rest == TAG_SIZE and chunks):
        raise _cut_off()
    return plain


def require_nonce(payload: bytes) -> bytes:
    """Return the nonce at the front of a payload; raise MalformedError where the file ends inside it."""
    if len(payload) < NONCE_SIZE:
        raise ageheader.malformed("it ends before its payload")
    return payload[:NONCE_SIZE]


class Encryptor:
    """The writing half of STREAM, on the caller's buffers: no IO, nothing allocated per chunk but a nonce.

    Args:
        file_key: 16 bytes.
        nonce: 16 bytes.
        chunks: Chunks that were written before, by one that was interrupted. The caller answers for it
            that bytes which are sealed again are the same: no counter is ever used for two plaintexts.
    """

    __slots__ = ("_aead", "_counter", "_ended")

    def __init__(self, *, file_key: bytes, nonce: bytes, chunks: int = 0) -> None:
        self._aead = ChaCha20Poly1305(_payload_key(file_key, nonce))
        self._counter = chunks
        self._ended = False

    def encrypt_into(self, plain: memoryview, target: memoryview, *, last: bool) -> int:
        """Write the sealed chunks of ``plain`` to the front of ``target`` and return their length.

        Args:
            plain: Plaintext; a whole number of 64 KiB chunks unless ``last``.
            target: Room for 16 more bytes a chunk.
            last: Whether the file ends here; exactly one call has it, and it is the final one.
        """
        if self._ended or (not last and len(plain) % CHUNK):
            raise ValueError("STREAM takes whole chunks until the last one, and nothing after it")
        self._ended = last
        size, at, out, aead = len(plain), 0, 0, self._aead
        if not size and (self._counter or not last):
            raise ValueError("only a file without a byte has an empty chunk")
        while True:
            end = min(at + CHUNK, size)
            flag = _LAST if last and end == size else _MORE
            nonce = self._counter.to_bytes(11, "big") + flag
            aead.encrypt_into(nonce, plain[at:end], None, target[out : out + end - at + TAG_SIZE])
            self._counter += 1
            out += end - at + TAG_SIZE
            at = end
            if at == size:
                return out


class Decryptor:
    """The reading half of STREAM, on the caller's buffers: hands out authenticated bytes only.

    Args:
        file_key: 16 bytes.
        nonce: 16 bytes.
        chunks: Chunks before the first that is given.
    """

    __slots__ = ("_aead", "_counter", "_ended")

    def __init__(self, *, file_key: bytes, nonce: bytes, chunks: int = 0) -> None:
        self._aead = ChaCha20Poly1305(_payload_key(file_key, nonce))
        self._counter = chunks
        self._ended = False

    def decrypt_into(self, sealed: memoryview, target: memoryview) -> int:
        """Write the plaintext of sealed chunks to the front of ``target`` and return its length.

        Args:
            sealed: Sealed chunks, each 65,552 bytes; a shorter one is taken for the file's last.
            target: Room for their plaintext; wiped where a chunk does not hold.

        Raises:
            UntrustedError: ``age.payload`` when a chunk was altered, moved or added.
        """
        size, at, out, count = len(sealed), 0, 0, self._counter
        while at < size:
            end = min(at + SEALED_CHUNK, size)
            plain = end - at - TAG_SIZE
            if self._ended or plain < 0 or (plain == 0 and count):
                raise _cut_off()
            piece, room = sealed[at:end], target[out : out + plain]
            if not (plain == CHUNK and self._holds(piece, room, count, _MORE)):
                # NOTE: only the last chunk gets here, so the second attempt is made once a file.
                if not self._holds(piece, room, count, _LAST):
                    target[:] = bytes(len(target))
                    raise UntrustedError(
                        "age.payload", f"chunk {count} of the sealed file was altered or moved"
                    )
                self._ended = True
            count += 1
            out += plain
            at = end
        self._counter = count
        return out

    def finish(self) -> None:
        """Raise UntrustedError unless the last chunk has been seen."""
        if not self._ended:
            raise _cut_off()

    def _holds(self, sealed: memoryview, target: memoryview, count: int, flag: bytes) -> bool:
        try:
            self._aead.decrypt_into(count.to_bytes(11, "big") + flag, sealed, None, target)
        except InvalidTag:
            return False
        return True


def seal(plaintext: bytes, *, recipients: Sequence[bytes], entropy: Entropy) -> bytes:
    """Return an age file of ``plaintext`` for the recipients, keys of one suite, all in memory."""
    drawn = entropy.bytes(FILE_KEY_SIZE + NONCE_SIZE)
    file_key, nonce = drawn[:FILE_KEY_SIZE], drawn[FILE_KEY_SIZE:]
    front = header(file_key, recipients, entropy) + nonce
    if len(plaintext) <= CHUNK:
        aead = ChaCha20Poly1305(_payload_key(file_key, nonce))
        return front + aead.encrypt(_ONLY, plaintext, None)
    sealed = bytearray(len(front) + payload_length(len(plaintext)) - NONCE_SIZE)
    sealed[: len(front)] = front
    view = memoryview(sealed)
    Encryptor(file_key=file_key, nonce=nonce).encrypt_into(
        memoryview(plaintext), view[len(front) :], last=True
    )
    return bytes(sealed)


def open_sealed(data: bytes, *, identities: Sequence[Identity], most_bytes: int) -> bytes:
    """Return the plaintext of an age file that is held in memory.

    Args:
        data: The whole file, untrusted.
        identities: Keys to try, in order.
        most_bytes: Largest plaintext that the caller takes; judged before anything is decrypted.

    Raises:
        MalformedError: ``age.header`` for a header that is not age v1, ``age.size`` for too much.
        UntrustedError: as :func:`unwrap`, and ``age.payload`` for a payload that does not hold.
    """
    found = parse_header(data)
    size = plain_length(len(data) - found.size)
    if size > most_bytes:
        raise MalformedError("age.size", f"{size} bytes of plaintext where at most {most_bytes} are taken")
    file_key = unwrap(found, identities)
    body = memoryview(data)[found.size + NONCE_SIZE :]
    nonce = data[found.size : found.size + NONCE_SIZE]
    if size <= CHUNK:
        try:
            return ChaCha20Poly1305(_payload_key(file_key, nonce)).decrypt(_ONLY, body, None)
        except InvalidTag as exc:
            raise UntrustedError("age.payload", "the sealed file was altered or cut off") from exc
    plain = bytearray(size)
    opener = Decryptor(file_key=file_key, nonce=nonce)
    opener.decrypt_into(body, memoryview(plain))
    opener.finish()
    return bytes(plain)


def rewrapped_header(
    found: Header, *, identities: Sequence[Identity], recipients: Sequence[bytes], entropy: Entropy
) -> bytes:
    """Return a new header for the same file key; the payload behind it stays as it is."""
    return header(unwrap(found, identities), recipients, entropy)


def rewrap(
    sealed: bytes, *, identities: Sequence[Identity], recipients: Sequence[bytes], entropy: Entropy
) -> bytes:
    """Return the same sealed payload under a header for other recipients, as on receipt for the store key."""
    found = parse_header(sealed)
    fresh = rewrapped_header(found, identities=identities, recipients=recipients, entropy=entropy)
    return fresh + sealed[found.size :]


def _payload_key(file_key: bytes, nonce: bytes) -> bytes:
    return ageheader.derive(file_key, salt=nonce, info=b"payload")


def _cut_off() -> UntrustedError:
    return UntrustedError("age.payload", "the sealed file is cut off or has bytes that do not belong to it")
