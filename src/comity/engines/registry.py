"""A register as a folder: a repository of The Update Framework, kept with python-tuf.

``repository/`` is what is served, by any web server or on a disk; ``keys/`` never leaves the machine. Files
of a new state are written first and the timestamp last, so a reader sees the old state or the new one.

Basis: PROTOCOL rule 13
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.engines.files import fsync_folder, write_all
from comity.engines.keystore import FolderKeyStore
from comity.exchange.cards import parse_card
from comity.exchange.registers import INDEX, Index, admitted, card_name, index_bytes, parse_index
from comity.kernel.clock import Clock, to_datetime
from comity.kernel.digests import sha256
from comity.kernel.entropy import Entropy
from comity.kernel.errors import ConflictError, DeniedError, NotFoundError, UnavailableError
from comity.kernel.realms import Realm
from comity.kernel.signing import Ed25519Signer

if TYPE_CHECKING:
    from datetime import datetime

    from securesystemslib.signer import CryptoSigner  # type: ignore[attr-defined]
    from tuf.api.metadata import Metadata

ROLES = ("targets", "snapshot", "timestamp")
LIFE = {
    "root": timedelta(days=366),
    "targets": timedelta(days=92),
    "snapshot": timedelta(days=8),
    "timestamp": timedelta(days=2),
}
_ROOT_KEYS = {Realm.LIVE: (3, 2), Realm.PRACTICE: (1, 1)}
_MODE = 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderRegister:
    """One register.

    Attributes:
        folder: Holds ``repository/``, ``keys/`` and ``index.json``.
    """

    folder: Path
    clock: Clock
    entropy: Entropy

    @property
    def repository(self) -> Path:
        """What is served."""
        return self.folder / "repository"

    @property
    def index(self) -> Index:
        """What is listed; raises NotFoundError ``register.absent``."""
        try:
            return parse_index((self.folder / "index.json").read_bytes())
        except (FileNotFoundError, NotADirectoryError) as exc:
            raise NotFoundError(
                "register.absent",
                f"{str(self.folder)!r} holds no register",
                hint="make one with 'comity register init'",
            ) from exc

    def found(self, *, realm: Realm, passphrase: bytes | None) -> bytes:
        """Make an empty register and return its first root, for others to pin.

        Raises:
            ConflictError: ``register.exists``: the folder holds something already.
            DeniedError: ``register.passphrase``: a live register keeps its root and its list under one.
            UnavailableError: without the extra ``register``.
        """
        tuf = _tuf()
        if self.folder.exists() and any(self.folder.iterdir()):
            raise ConflictError("register.exists", f"{str(self.folder)!r} is there already and not empty")
        if realm is Realm.LIVE and not passphrase:
            raise DeniedError(
                "register.passphrase",
                "a live register keeps the keys of its root and its list under a passphrase",
                hint="give one with --passphrase-file",
            )
        held, needed = _ROOT_KEYS[realm]
        signers = [self._new_key(f"root/{number}", passphrase) for number in range(1, held + 1)]
        root = tuf.Metadata(tuf.Root(version=1, expires=self._expiry("root"), consistent_snapshot=True))
        for signer in signers:
            root.signed.add_key(signer.public_key, "root")
        root.signed.roles["root"].threshold = needed
        for role in ROLES:
            key = self._new_key(f"role/{role}", passphrase if role == "targets" else None)
            root.signed.add_key(key.public_key, role)
        data = _signed(root, signers)
        self._write("metadata/1.root.json", data)
        index = Index(realm=realm)
        self._publish(index, {}, passphrase)
        return data

    def add(self, card: bytes, *, passphrase: bytes | None = None) -> Index:
        """List the Party of a card, or list it anew with the time of now; see :func:`admitted`."""
        read = parse_card(card, where="card")
        index = admitted(self.index, read, at=self.clock.now())
        self._publish(index, {card_name(read.party.party): card}, passphrase)
        return index

    def refresh(self) -> None:
        """Sign snapshot and timestamp anew, so that readers see that nothing was withheld."""
        targets = self._newest("targets")
        self._timestamp(self._snapshot(targets.signed.version))

    def renew(self, *, passphrase: bytes | None = None) -> bytes:
        """Publish the next version of the root, of the same keys, with a new term; return its bytes."""
        root = self._newest("root")
        root.signed.version += 1
        root.signed.expires = self._expiry("root")
        root.signatures.clear()
        data = _signed(root, self._root_signers(root, passphrase))
        self._write(f"metadata/{root.signed.version}.root.json", data)
        return data

    def _publish(self, index: Index, files: Mapping[str, bytes], passphrase: bytes | None) -> None:
        tuf = _tuf()
        known = self._newest("targets") if self._has("targets") else None
        targets = tuf.Targets(
            version=1 if known is None else known.signed.version + 1, expires=self._expiry("targets")
        )
        if known is not None:
            targets.targets.update(known.signed.targets)
        for name, data in {**files, INDEX: index_bytes(index)}.items():
            targets.targets[name] = tuf.TargetFile.from_data(name, data, ["sha256"])
            folder, _, base = name.rpartition("/")
            hashed = f"{sha256(data).hex()}.{base}"
            self._write(f"targets/{folder}/{hashed}" if folder else f"targets/{hashed}", data)
        signer = self._signer("role/targets", passphrase)
        self._write(f"metadata/{targets.version}.targets.json", _signed(tuf.Metadata(targets), [signer]))
        self._timestamp(self._snapshot(targets.version))
        self._replace(self.folder / "index.json", index_bytes(index), mode=0o600)

    def _snapshot(self, targets: int) -> int:
        tuf = _tuf()
        version = self._newest("snapshot").signed.version + 1 if self._has("snapshot") else 1
        made = tuf.Snapshot(
            version=version,
            expires=self._expiry("snapshot"),
            meta={"targets.json": tuf.MetaFile(version=targets)},
        )
        data = _signed(tuf.Metadata(made), [self._signer("role/snapshot", None)])
        self._write(f"metadata/{version}.snapshot.json", data)
        return version

    def _timestamp(self, snapshot: int) -> None:
        tuf = _tuf()
        path = self.repository / "metadata" / "timestamp.json"
        version = tuf.Metadata.from_file(str(path)).signed.version + 1 if path.exists() else 1
        made = tuf.Timestamp(
            version=version,
            expires=self._expiry("timestamp"),
            snapshot_meta=tuf.MetaFile(version=snapshot),
        )
        data = _signed(tuf.Metadata(made), [self._signer("role/timestamp", None)])
        self._replace(path, data, mode=_MODE)

    def _newest(self, role: str) -> Metadata[Any]:
        """Return the newest metadata of a role; raise NotFoundError where the folder holds no register."""
        versions = self._versions(role)
        if not versions:
            raise NotFoundError("register.absent", f"{str(self.folder)!r} holds no register")
        path = self.repository / "metadata" / f"{versions[-1]}.{role}.json"
        found: Metadata[Any] = _tuf().Metadata.from_file(str(path))
        return found

    def _has(self, role: str) -> bool:
        return bool(self._versions(role))

    def _versions(self, role: str) -> list[int]:
        folder = self.repository / "metadata"
        names = (
            [path.name.partition(".") for path in folder.glob(f"*.{role}.json")] if folder.is_dir() else []
        )
        return sorted(int(version) for version, _, _ in names if version.isdecimal())

    def _root_signers(self, root: Metadata[Any], passphrase: bytes | None) -> list[CryptoSigner]:
        count = len(root.signed.roles["root"].keyids)
        return [self._signer(f"root/{number}", passphrase) for number in range(1, count + 1)]

    @property
    def _keys(self) -> FolderKeyStore:
        return FolderKeyStore(self.folder / "keys", entropy=self.entropy)

    def _new_key(self, name: str, passphrase: bytes | None) -> CryptoSigner:
        made = Ed25519Signer.generate(self.entropy)
        self._keys.put_signer(name, made.private(), passphrase=passphrase or None)
        return _for_tuf(made)

    def _signer(self, name: str, passphrase: bytes | None) -> CryptoSigner:
        keys = self._keys
        held = keys.signer(name, passphrase=passphrase if keys.is_locked(name) else None)
        if not isinstance(held, Ed25519Signer):
            raise TypeError("a folder of keys holds keys in the clear of memory")
        return _for_tuf(held)

    def _expiry(self, role: str) -> datetime:
        return (to_datetime(self.clock.now()) + LIFE[role]).replace(microsecond=0)

    def _write(self, name: str, data: bytes) -> None:
        """Write a file that no earlier state names."""
        self._replace(self.repository / name, data, mode=_MODE)

    def _replace(self, path: Path, data: bytes, *, mode: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.part")
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
        try:
            write_all(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)
        aside.replace(path)
        fsync_folder(path.parent)


def _signed(metadata: Metadata[Any], signers: list[CryptoSigner]) -> bytes:
    for signer in signers:
        metadata.sign(signer, append=True)
    data: bytes = metadata.to_bytes()
    return data


def _for_tuf(signer: Ed25519Signer) -> CryptoSigner:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from securesystemslib.signer import CryptoSigner as Made  # type: ignore[attr-defined]

    return Made(Ed25519PrivateKey.from_private_bytes(signer.private()))


def _tuf() -> Any:
    """Return the metadata of python-tuf; raise UnavailableError ``register.extra`` without it."""
    try:
        import tuf.api.metadata as found
    except ImportError as exc:
        raise UnavailableError(
            "register.extra",
            "registers need a library that is not installed",
            hint="pip install 'comity[register]'",
        ) from exc
    return found
