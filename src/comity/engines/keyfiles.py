"""Files of private keys: how they are written, replaced, overwritten, and what stands in one.

Each file is for its owner only. A key stands in it in the clear (``private``), wrapped by a passphrase
(``salt``, ``nonce``, ``sealed``), wrapped by the node key (``nonce``, ``sealed``), or not at all: then
``token`` names it in a hardware module. An age identity in the clear is one line that ``age -d -i`` takes.

The name of the key is authenticated with what is wrapped, so that two files cannot be swapped.
"""

import os
from pathlib import Path
from typing import Any

import msgspec
from argon2.low_level import Type, hash_secret_raw

from comity.engines.files import fsync_folder
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError
from comity.kernel.ijson import dump_ijson, parse_ijson

KEY, AGE = ".key", ".txt"
_NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-/")
_TIME_COST = 3
_MEMORY_KIB = 64 * 1024
_LANES = 4


class KeyFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The file of one key."""

    v: int
    name: str
    private: str = ""
    salt: str = ""
    nonce: str = ""
    sealed: str = ""
    token: str = ""
    public: str = ""

    @property
    def is_locked(self) -> bool:
        """Whether a passphrase that somebody knows wraps it."""
        return bool(self.salt)

    @property
    def is_guarded(self) -> bool:
        """Whether the node key wraps it."""
        return bool(self.sealed) and not self.salt


def path_of(folder: Path, name: str, *, suffix: str = "") -> Path:
    """Return the path of a key; raise MalformedError ``key.name`` for what cannot name one."""
    if not set(name) <= _NAME_CHARACTERS or any(step in {"", ".", ".."} for step in name.split("/")):
        raise MalformedError("key.name", f"{name[:80]!r} cannot name a key")
    return folder.joinpath(*(name + suffix).split("/"))


def create_file(path: Path, data: bytes) -> None:
    """Write a new file durably; raise ConflictError ``key.exists`` where there is one."""
    draft = _drafted(path, data)
    try:
        os.link(draft, path)  # unlike a rename, never replaces a key
    except FileExistsError as exc:
        raise ConflictError("key.exists", f"a key is kept at {path.name} already") from exc
    finally:
        draft.unlink()
    fsync_folder(path.parent)


def replace_file(path: Path, data: bytes) -> None:
    """Put other bytes in the place of a file, durably, then overwrite those that stood there."""
    draft = _drafted(path, data)
    with path.open("r+b") as before:
        draft.replace(path)
        fsync_folder(path.parent)
        _overwrite(before.fileno())


def destroy_file(path: Path) -> None:
    """Overwrite a file, then remove it."""
    with path.open("r+b") as file:
        _overwrite(file.fileno())
    path.unlink()
    fsync_folder(path.parent)


def read_file(path: Path, name: str) -> KeyFile:
    """Return what stands in the file of a key.

    Raises:
        NotFoundError: ``key.absent``.
        MalformedError: ``key.form``, ``key.name``.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as exc:
        raise NotFoundError("key.absent", f"there is no key {name} on this node") from exc
    return parsed(data, name, path)


def parsed(data: bytes, name: str, path: Path) -> KeyFile:
    """Return what the bytes of a key's file say; see :func:`read_file`."""
    value: Any = parse_ijson(data, where=str(path))
    try:
        file = msgspec.convert(value, KeyFile)
    except msgspec.ValidationError as exc:
        raise MalformedError("key.form", f"the file of key {name} does not read", where=str(path)) from exc
    if file.name != name:
        raise MalformedError("key.name", f"the file of key {name} holds the key {file.name}", where=str(path))
    return file


def dumped(file: KeyFile) -> bytes:
    """Return the bytes of a key's file."""
    return dump_ijson(file) + b"\n"


def stretched(passphrase: bytes, salt: bytes) -> bytes:
    """Return the key that a passphrase makes.

    Basis: RFC 9106
    """
    return hash_secret_raw(
        passphrase,
        salt,
        time_cost=_TIME_COST,
        memory_cost=_MEMORY_KIB,
        parallelism=_LANES,
        hash_len=32,
        type=Type.ID,
    )


def _drafted(path: Path, data: bytes) -> Path:
    _make_private(path.parent)
    draft = path.with_name(path.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return draft


def _make_private(folder: Path) -> None:
    if not folder.is_dir():
        _make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _overwrite(handle: int) -> None:
    os.pwrite(handle, bytes(os.fstat(handle).st_size), 0)
    os.fsync(handle)
