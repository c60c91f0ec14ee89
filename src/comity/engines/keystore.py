"""Private keys in a folder: one file a key, readable by its owner only, wrapped where a passphrase is given.

The wrapping is Argon2id (RFC 9106, second recommended option) and ChaCha20-Poly1305 (RFC 8439); the
name of the key is authenticated with it, so that two files cannot be swapped.
"""

import os
from pathlib import Path
from typing import Any

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from comity.engines.files import fsync_folder
from comity.kernel.agefile import Identity, parse_identity
from comity.kernel.digests import b64, unb64
from comity.kernel.entropy import Entropy
from comity.kernel.errors import ConflictError, DeniedError, MalformedError, NotFoundError
from comity.kernel.ids import AuthorityId
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.signing import Ed25519Signer, Signer

_NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-/")
_TIME_COST = 3
_MEMORY_KIB = 64 * 1024
_LANES = 4
_AGE_ENDING = ".txt"


class _KeyFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file of one key: ``private`` in the clear, or ``salt``, ``nonce`` and ``sealed``."""

    v: int
    name: str
    private: str = ""
    salt: str = ""
    nonce: str = ""
    sealed: str = ""


class FolderKeyStore:
    """Keys under ``folder``; made with mode 0700, every file with mode 0600."""

    def __init__(self, folder: Path, *, entropy: Entropy) -> None:
        self._folder = folder
        self._entropy = entropy
        self._cache: dict[str, tuple[int, tuple[Identity, ...]]] = {}
        self._files: dict[str, tuple[tuple[int, int], _KeyFile]] = {}
        self._signers: dict[str, tuple[str, Signer]] = {}

    def signer(self, name: str, *, passphrase: bytes | None = None) -> Signer:
        """Return the signer kept under a name; see :class:`comity.node.ports.KeyStore`."""
        file = self._read(name)
        if not file.sealed:
            held = self._signers.get(name)
            if held is None or held[0] != file.private:
                held = (file.private, Ed25519Signer(unb64(file.private, size=32, where=name)))
                self._signers[name] = held
            return held[1]
        if passphrase is None:
            raise DeniedError(
                "key.locked",
                f"the key {name} is locked",
                hint="give its passphrase with --passphrase-file, or type it",
            )
        key = _stretched(passphrase, unb64(file.salt, where=name))
        try:
            private = ChaCha20Poly1305(key).decrypt(
                unb64(file.nonce, size=12, where=name), unb64(file.sealed, where=name), name.encode()
            )
        except InvalidTag as exc:
            raise DeniedError("key.locked", f"the passphrase does not open the key {name}") from exc
        return Ed25519Signer(private)

    def put_signer(self, name: str, private: bytes, *, passphrase: bytes | None = None) -> None:
        """Keep a private key; see :class:`comity.node.ports.KeyStore`."""
        if passphrase is None:
            self._write(name, _KeyFile(v=1, name=name, private=b64(private)))
            return
        salt, nonce = self._entropy.bytes(16), self._entropy.bytes(12)
        sealed = ChaCha20Poly1305(_stretched(passphrase, salt)).encrypt(nonce, private, name.encode())
        self._write(name, _KeyFile(v=1, name=name, salt=b64(salt), nonce=b64(nonce), sealed=b64(sealed)))

    def is_locked(self, name: str) -> bool:
        """Tell whether the key is wrapped by a passphrase."""
        return bool(self._read(name).sealed)

    def identities(self, authority: AuthorityId) -> tuple[Identity, ...]:
        """Return the age identities of an authority, newest first; what another process changed is seen."""
        folder = self._path(f"{authority}/age")
        if not folder.is_dir():
            return ()
        changed = folder.stat().st_mtime_ns
        known = self._cache.get(authority)
        if known is None or known[0] != changed:
            names = sorted((entry.name for entry in folder.iterdir() if _is_age(entry)), reverse=True)
            known = (changed, tuple(_read_identity(folder / name) for name in names))
            self._cache[authority] = known
        return known[1]

    def put_identity(self, authority: AuthorityId, identity: Identity) -> None:
        """Keep an age identity durably, in a file that stock ``age -d -i`` takes."""
        folder = self._path(f"{authority}/age")
        taken = [int(entry.stem) for entry in folder.iterdir() if _is_age(entry)] if folder.is_dir() else []
        self._put_text(folder / f"{max(taken, default=0) + 1:06d}{_AGE_ENDING}", identity)

    def destroy_identity(self, authority: AuthorityId, public: bytes) -> bool:
        """Destroy an age identity: overwrite its file, then remove it; tell whether there was one."""
        folder = self._path(f"{authority}/age")
        for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
            if _is_age(entry) and _read_identity(entry).public == public:
                _overwrite(entry)
                entry.unlink()
                fsync_folder(folder)
                return True
        return False

    def store_identity(self, authority: AuthorityId) -> Identity:
        """Return the identity that an authority keeps its packages sealed to; it is never published."""
        try:
            return _read_identity(self._path(f"{authority}/store", suffix=_AGE_ENDING))
        except FileNotFoundError as exc:
            raise NotFoundError("key.absent", f"there is no store key of {authority} on this node") from exc

    def put_store_identity(self, authority: AuthorityId, identity: Identity) -> None:
        """Keep the identity that an authority seals its packages to; refuse to replace one."""
        self._put_text(self._path(f"{authority}/store", suffix=_AGE_ENDING), identity)

    def _put_text(self, path: Path, identity: Identity) -> None:
        self._create(path, identity.text.encode("ascii") + b"\n")

    def _read(self, name: str) -> _KeyFile:
        path = self._path(name, suffix=".key")
        try:
            found = path.stat()
            # NOTE: a key file is never written twice: another key comes in another file, with its own time.
            mark, known = (found.st_ino, found.st_mtime_ns), self._files.get(name)
            if known is not None and known[0] == mark:
                return known[1]
            data = path.read_bytes()
        except FileNotFoundError as exc:
            raise NotFoundError("key.absent", f"there is no key {name} on this node") from exc
        file = self._parsed(name, data, path)
        self._files[name] = (mark, file)
        return file

    def _parsed(self, name: str, data: bytes, path: Path) -> _KeyFile:
        value: Any = parse_ijson(data, where=str(path))
        try:
            file = msgspec.convert(value, _KeyFile)
        except msgspec.ValidationError as exc:
            raise MalformedError(
                "key.form", f"the file of key {name} does not read", where=str(path)
            ) from exc
        if file.name != name:
            raise MalformedError(
                "key.name", f"the file of key {name} holds the key {file.name}", where=str(path)
            )
        return file

    def _write(self, name: str, file: _KeyFile) -> None:
        self._create(self._path(name, suffix=".key"), dump_ijson(file) + b"\n")

    def _create(self, path: Path, data: bytes) -> None:
        _make_private(path.parent)
        draft = path.with_name(path.name + ".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        try:
            os.link(draft, path)  # unlike a rename, never replaces a key
        except FileExistsError as exc:
            raise ConflictError("key.exists", f"a key is kept at {path.name} already") from exc
        finally:
            draft.unlink()
        fsync_folder(path.parent)

    def _path(self, name: str, *, suffix: str = "") -> Path:
        if not set(name) <= _NAME_CHARACTERS or any(step in {"", ".", ".."} for step in name.split("/")):
            raise MalformedError("key.name", f"{name[:80]!r} cannot name a key")
        return self._folder.joinpath(*(name + suffix).split("/"))


def _stretched(passphrase: bytes, salt: bytes) -> bytes:
    return hash_secret_raw(
        passphrase,
        salt,
        time_cost=_TIME_COST,
        memory_cost=_MEMORY_KIB,
        parallelism=_LANES,
        hash_len=32,
        type=Type.ID,
    )


def _make_private(folder: Path) -> None:
    if not folder.is_dir():
        _make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _is_age(entry: Path) -> bool:
    return entry.suffix == _AGE_ENDING and entry.stem.isascii() and entry.stem.isdecimal()


def _read_identity(path: Path) -> Identity:
    return parse_identity(path.read_text("ascii").strip())


def _overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())


class MemoryKeyStore:
    """Keys in memory, never wrapped: for tests and the simulator, gone with the process."""

    def __init__(self) -> None:
        self._private: dict[str, bytes] = {}
        self._identities: dict[str, tuple[Identity, ...]] = {}
        self._stores: dict[str, Identity] = {}

    def signer(self, name: str, *, passphrase: bytes | None = None) -> Signer:
        """Return the signer kept under a name; a passphrase changes nothing here."""
        if name not in self._private:
            raise NotFoundError("key.absent", f"there is no key {name} on this node")
        return Ed25519Signer(self._private[name])

    def put_signer(self, name: str, private: bytes, *, passphrase: bytes | None = None) -> None:
        """Keep a private key; refuse to replace one."""
        if name in self._private:
            raise ConflictError("key.exists", f"a key is kept at {name} already")
        self._private[name] = private

    def is_locked(self, name: str) -> bool:
        """Tell that no key is wrapped here."""
        return False

    def identities(self, authority: AuthorityId) -> tuple[Identity, ...]:
        """Return the age identities of an authority, newest first."""
        return self._identities.get(authority, ())

    def put_identity(self, authority: AuthorityId, identity: Identity) -> None:
        """Keep an age identity."""
        self._identities[authority] = (identity, *self.identities(authority))

    def destroy_identity(self, authority: AuthorityId, public: bytes) -> bool:
        """Forget an age identity; tell whether there was one."""
        held = self.identities(authority)
        self._identities[authority] = tuple(found for found in held if found.public != public)
        return len(self._identities[authority]) < len(held)

    def store_identity(self, authority: AuthorityId) -> Identity:
        """Return the identity that an authority keeps its packages sealed to."""
        if authority not in self._stores:
            raise NotFoundError("key.absent", f"there is no store key of {authority} on this node")
        return self._stores[authority]

    def put_store_identity(self, authority: AuthorityId, identity: Identity) -> None:
        """Keep the identity that an authority seals its packages to; refuse to replace one."""
        if authority in self._stores:
            raise ConflictError("key.exists", f"{authority} has a store key already")
        self._stores[authority] = identity
