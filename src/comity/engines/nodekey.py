"""The node key: it wraps the private keys of a node, and a guard wraps it. One small file moves all of them.

    keys/guard.json   v, address of the guard, the wrapped node key, whether office keys sign in a token

A guard is a passphrase in a file (as systemd hands one over), a key in a hardware module, or a key service.
The node key is asked for when a key is first needed, and held by the process until it ends. A guard that
refuses is not asked again by the same process: a token locks itself after a few wrong PINs.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from comity.engines.keyfiles import create_file, destroy_file, replace_file
from comity.kernel.digests import b64, unb64
from comity.kernel.entropy import Entropy
from comity.kernel.errors import (
    ComityError,
    ConflictError,
    DeniedError,
    MalformedError,
    NotFoundError,
    UntrustedError,
)
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.signing import Signer

FILE = "guard.json"
_KEY_SIZE = 32


class Guard(Protocol):
    """Wraps the node key."""

    def wrap(self, secret: bytes) -> bytes:
        """Return the secret wrapped.

        Raises:
            DeniedError: ``key.guard_refused``.
            UnavailableError: ``key.guard_silent``.
        """
        ...

    def unwrap(self, wrapped: bytes) -> bytes:
        """Return what was wrapped; raise as :meth:`wrap`, and UntrustedError ``key.guard_broken``."""
        ...


class SigningGuard(Guard, Protocol):
    """A guard that can hold signing keys and use them, and never gives them out."""

    def take(self, name: str, private: bytes) -> str:
        """Take a signing key in and return what names it there."""
        ...

    def make(self, name: str) -> tuple[str, bytes]:
        """Make a signing key; return what names it there, and its public half."""
        ...

    def signer(self, key: str, public: bytes) -> Signer:
        """Return the signer over a key that lies there."""
        ...


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    v: int
    address: str
    wrapped: str
    signing: bool = False


class NodeKey:
    """The node key of one folder of keys; safe to use from several threads.

    Args:
        folder: Of the keys.
        entropy: Where the node key and nonces are drawn from.
        guard_of: Makes the guard of an address.
    """

    def __init__(self, folder: Path, *, entropy: Entropy, guard_of: Callable[[str], Guard]) -> None:
        self._path = folder / FILE
        self._entropy = entropy
        self._guard_of = guard_of
        self._turn = threading.RLock()
        self._guard: Guard | None = None
        self._key = b""
        self._refusal: tuple[int, DeniedError] | None = None

    @property
    def address(self) -> str:
        """Address of the guard; empty where keys have none."""
        file = self._read()
        return "" if file is None else file.address

    @property
    def signs(self) -> bool:
        """Whether office keys are kept, and sign, in the guard."""
        file = self._read()
        return file is not None and file.signing

    def seal(self, name: str, secret: bytes) -> tuple[bytes, bytes]:
        """Return nonce and ciphertext of a secret under the node key, bound to a name."""
        nonce = self._entropy.bytes(12)
        return nonce, ChaCha20Poly1305(self._opened()).encrypt(nonce, secret, name.encode())

    def open(self, name: str, nonce: bytes, sealed: bytes) -> bytes:
        """Return a secret; raise UntrustedError ``key.guard_broken`` where it is of another name or node.

        Raises:
            Others: as the guard.
        """
        try:
            return ChaCha20Poly1305(self._opened()).decrypt(nonce, sealed, name.encode())
        except InvalidTag as exc:
            raise UntrustedError(
                "key.guard_broken",
                f"the key {name} does not open under the key of this node",
                hint="bring keys/ back whole from one backup",
            ) from exc

    def signing_guard(self) -> SigningGuard:
        """Return the guard that holds signing keys; raise ConflictError ``key.guard_signs_not``."""
        guard: Any = self._asked()
        if not all(hasattr(guard, name) for name in ("take", "make", "signer")):
            raise ConflictError(
                "key.guard_signs_not",
                "this guard keeps no signing keys",
                hint="a hardware module does: pkcs11:token=…;object=…",
            )
        found: SigningGuard = guard
        return found

    def put(self, address: str, *, signing: bool) -> None:
        """Put the node key under a guard, or under another one; it is made where there is none.

        The guard is tried before anything is written.
        """
        with self._turn:
            guard = self._guard_of(address)
            key = self._opened() if self._read() is not None else self._entropy.bytes(_KEY_SIZE)
            wrapped = guard.wrap(key)
            if guard.unwrap(wrapped) != key:
                raise UntrustedError(
                    "key.guard_broken", "the guard does not give back what it was given", where=address
                )
            before = self._read()
            held = signing or (before is not None and before.signing)
            data = dump_ijson(_File(v=1, address=address, wrapped=b64(wrapped), signing=held)) + b"\n"
            if before is None:
                create_file(self._path, data)
            else:
                replace_file(self._path, data)
            self._guard, self._key, self._refusal = guard, key, None

    def remove(self) -> None:
        """Destroy the node key; nothing may be wrapped by it any more."""
        with self._turn:
            destroy_file(self._path)
            self._guard, self._key = None, b""

    def require_open(self) -> None:
        """Ask the guard now, where there is one; raise what it raises."""
        if self._read() is not None:
            self._opened()

    def _opened(self) -> bytes:
        with self._turn:
            file = self._read()
            if file is None:
                raise NotFoundError(
                    "key.guard_absent",
                    "keys here are wrapped by a node key that is gone",
                    hint="bring keys/guard.json back from a backup",
                )
            mark = self._path.stat().st_mtime_ns
            if self._refusal is not None and self._refusal[0] == mark:
                raise self._refusal[1]
            if not self._key:
                try:
                    self._key = self._unwrapped(unb64(file.wrapped, where=FILE))
                except DeniedError as exc:
                    self._refusal = (mark, exc)
                    raise
            return self._key

    def _unwrapped(self, wrapped: bytes) -> bytes:
        key = self._asked().unwrap(wrapped)
        if len(key) != _KEY_SIZE:
            raise UntrustedError("key.guard_broken", "the guard gives out another key", where=self.address)
        return key

    def _asked(self) -> Guard:
        with self._turn:
            if self._guard is None:
                self._guard = self._guard_of(self.address)
            return self._guard

    def _read(self) -> _File | None:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            return msgspec.convert(parse_ijson(data, where=str(self._path)), _File)
        except (msgspec.ValidationError, ComityError) as exc:
            raise MalformedError(
                "key.guard_form",
                "keys/guard.json does not read",
                hint="bring it back from a backup",
                where=str(self._path),
            ) from exc


def no_guard(address: str) -> Guard:
    """Refuse every address: for folders of keys that have no guard."""
    raise MalformedError("key.guard_address", "keys here have no guard", where=address)
