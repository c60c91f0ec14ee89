"""Sealed files opened here and there: only the chunks that are asked for."""

import dataclasses
from collections.abc import Sequence

from comity.evidence.inspection import Inspection, inside, outside
from comity.evidence.ports import BlobReader
from comity.kernel import agefile
from comity.kernel.agefile import Identity
from comity.kernel.ageheader import MOST_HEADER
from comity.kernel.errors import UntrustedError


def inspect(source: BlobReader, *, identities: Sequence[Identity]) -> Inspection:
    """Return what a sealed file says of itself, and what is inside where an identity opens it.

    Raises:
        MalformedError: ``age.header``, ``package.form``.
        UntrustedError: ``age.header_mac``, ``age.payload``.
        DeniedError: ``handling.child_abuse_refused``.
    """
    front = bytearray(min(source.size, MOST_HEADER + agefile.NONCE_SIZE))
    del front[source.read_into(memoryview(front), at=0) :]
    header = agefile.parse_header(bytes(front))
    found = outside(header, size=source.size)
    if not identities or found.plain_length is None:
        return found
    try:
        file_key = agefile.unwrap(header, identities)
    except UntrustedError as exc:
        if exc.code == "age.no_identity":
            return found
        raise
    nonce = agefile.require_nonce(bytes(front[header.size :]))
    archive = _Chunks(source, file_key=file_key, nonce=nonce, start=header.size + agefile.NONCE_SIZE)
    return dataclasses.replace(found, inside=inside(archive))


class _Chunks:
    """Fulfils ``Plaintext`` over a sealed file; the chunk that was opened last is kept."""

    def __init__(self, source: BlobReader, *, file_key: bytes, nonce: bytes, start: int) -> None:
        self._source, self._file_key, self._nonce, self._start = source, file_key, nonce, start
        self._number, self._plain = -1, b""

    def at(self, offset: int, size: int) -> bytes:
        """Return so many bytes from an offset on, fewer only at the end."""
        found = bytearray()
        while len(found) < size:
            number, skipped = divmod(offset + len(found), agefile.CHUNK)
            piece = self._chunk(number)[skipped : skipped + size - len(found)]
            if not piece:
                break
            found += piece
        return bytes(found)

    def _chunk(self, number: int) -> bytes:
        if number != self._number:
            sealed, plain = bytearray(agefile.SEALED_CHUNK), bytearray(agefile.CHUNK)
            at = self._start + number * agefile.SEALED_CHUNK
            count = self._source.read_into(memoryview(sealed), at=at)
            opener = agefile.Decryptor(file_key=self._file_key, nonce=self._nonce, chunks=number)
            size = opener.decrypt_into(memoryview(sealed)[:count], memoryview(plain))
            self._number, self._plain = number, bytes(plain[:size])
        return self._plain
