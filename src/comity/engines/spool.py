"""One segment of a stream on disk until its length is known, under a key that this process alone has.

An archive names the length of a file before its content, and a stream has none before it ends. The spool is
a file without a name: it is gone with the process, and what is left on the disk is ciphertext without a key.

Basis: RFC 8439
"""

import os
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from comity.engines.files import write_all
from comity.kernel.entropy import Entropy
from comity.kernel.errors import UnavailableError

_PORTION = 1 << 20
_TAG = 16


class Spool:
    """Takes a segment and gives it back, once.

    Args:
        folder: Where the file is made; the system's folder for temporary files when None.
        entropy: Where the key comes from.
    """

    def __init__(self, folder: Path | None, entropy: Entropy) -> None:
        if folder is not None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  closed by close()
        self._aead = ChaCha20Poly1305(entropy.bytes(32))
        self._plain = memoryview(bytearray(_PORTION))
        self._sealed = memoryview(bytearray(_PORTION + _TAG))
        self._sizes: list[int] = []

    def fill(self, handle: int, most: int, *, first: bytes = b"") -> int:
        """Take bytes from an open stream until it ends or ``most`` are here; return how many there are.

        Args:
            handle: The stream.
            most: At least 1.
            first: Bytes that were read from it before, fewer than a portion.
        """
        taken = 0
        while taken < most:
            room = self._plain[: min(_PORTION, most - taken)]
            room[: len(first)] = first
            count = len(first) + _read_fully(handle, room[len(first) :])
            first = b""
            if not count:
                break
            nonce = len(self._sizes).to_bytes(12, "big")
            self._aead.encrypt_into(nonce, self._plain[:count], None, self._sealed[: count + _TAG])
            write_all(self._file.fileno(), self._sealed[: count + _TAG])
            self._sizes.append(count)
            taken += count
        self._file.seek(0)
        return taken

    def portion(self, number: int) -> memoryview | None:
        """Return a portion of plaintext, from 0 in order, valid until the next call; None after the last."""
        if number == len(self._sizes):
            return None
        size = self._sizes[number]
        if _read_fully(self._file.fileno(), self._sealed[: size + _TAG]) != size + _TAG:
            raise UnavailableError("seal.io", "what was taken from the stream cannot be read again")
        self._aead.decrypt_into(
            number.to_bytes(12, "big"), self._sealed[: size + _TAG], None, self._plain[:size]
        )
        return self._plain[:size]

    def close(self) -> None:
        """Let go of the file, and with it of the segment."""
        self._file.close()


def _read_fully(handle: int, target: memoryview) -> int:
    """Fill ``target`` from a file or stream; return how many bytes, fewer only at its end."""
    done = 0
    while done < len(target) and (count := os.readv(handle, [target[done:]])):
        done += count
    return done
