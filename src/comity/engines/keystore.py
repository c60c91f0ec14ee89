"""Private keys in a folder: one file a key, wrapped by a passphrase, by the node key, in a token, or not.

Wrapping by a passphrase is Argon2id (RFC 9106, second recommended option) and ChaCha20-Poly1305 (RFC 8439).
Where the folder has a guard, what no passphrase wraps is wrapped by the node key (``nodekey``).
"""

from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from comity.engines.files import fsync_folder
from comity.engines.keyfiles import (
    AGE,
    KEY,
    KeyFile,
    create_file,
    destroy_file,
    dumped,
    parsed,
    path_of,
    read_file,
    stretched,
)
from comity.engines.nodekey import NodeKey, no_guard
from comity.kernel.agefile import Identity, parse_identity
from comity.kernel.digests import b64, unb64
from comity.kernel.entropy import Entropy
from comity.kernel.errors import ConflictError, DeniedError, NotFoundError
from comity.kernel.ids import AuthorityId
from comity.kernel.signing import Ed25519Signer, Signer

OFFICE_KEYS = ("act", "receipt", "log", "transport")
"""The last steps of the names of keys with which an office signs, without a person."""


class FolderKeyStore:
    """Keys under ``folder``; made with mode 0700, every file with mode 0600.

    Args:
        folder: Where they are.
        entropy: Where keys, salts and nonces are drawn from.
        node_key: What wraps keys that no passphrase wraps; it has no guard unless told.
    """

    def __init__(self, folder: Path, *, entropy: Entropy, node_key: NodeKey | None = None) -> None:
        self._folder = folder
        self._entropy = entropy
        self.node_key = node_key or NodeKey(folder, entropy=entropy, guard_of=no_guard)
        self._cache: dict[str, tuple[int, tuple[Identity, ...]]] = {}
        self._files: dict[str, tuple[tuple[int, int], KeyFile]] = {}
        self._signers: dict[str, tuple[KeyFile, Signer]] = {}

    def signer(self, name: str, *, passphrase: bytes | None = None) -> Signer:
        """Return the signer kept under a name; see :class:`comity.node.ports.KeyStore`."""
        file = self._read(name)
        if file.is_locked:
            return Ed25519Signer(_unlocked(file, passphrase))
        held = self._signers.get(name)
        if held is None or held[0] != file:
            held = (file, self._signer(file))
            self._signers[name] = held
        return held[1]

    def put_signer(self, name: str, private: bytes, *, passphrase: bytes | None = None) -> None:
        """Keep a private key; see :class:`comity.node.ports.KeyStore`."""
        path = path_of(self._folder, name, suffix=KEY)
        if passphrase is None:
            create_file(path, dumped(self._kept(name, private)))
            return
        salt, nonce = self._entropy.bytes(16), self._entropy.bytes(12)
        sealed = ChaCha20Poly1305(stretched(passphrase, salt)).encrypt(nonce, private, name.encode())
        create_file(
            path, dumped(KeyFile(v=1, name=name, salt=b64(salt), nonce=b64(nonce), sealed=b64(sealed)))
        )

    def make_signer(self, name: str, *, entropy: Entropy, passphrase: bytes | None = None) -> Signer:
        """Make a signing key and keep it; in the hardware module, where office keys sign there."""
        if passphrase is None and self.node_key.signs and is_office_key(name):
            token, public = self.node_key.signing_guard().make(name)
            file = KeyFile(v=1, name=name, token=token, public=b64(public))
            create_file(path_of(self._folder, name, suffix=KEY), dumped(file))
            return self.signer(name)
        made = Ed25519Signer.generate(entropy)
        self.put_signer(name, made.private(), passphrase=passphrase)
        return made

    def is_locked(self, name: str) -> bool:
        """Tell whether the key is wrapped by a passphrase."""
        return self._read(name).is_locked

    def identities(self, authority: AuthorityId) -> tuple[Identity, ...]:
        """Return the age identities of an authority, newest first; what another process changed is seen."""
        return self._cached(f"{authority}/age")

    def put_identity(self, authority: AuthorityId, identity: Identity) -> None:
        """Keep an age identity durably; without a guard in a file that stock ``age -d -i`` takes."""
        self._put_next(f"{authority}/age", identity, first=1)

    def destroy_identity(self, authority: AuthorityId, public: bytes) -> bool:
        """Destroy an age identity: overwrite its file, then remove it; tell whether there was one."""
        return self._destroy(self._numbered(f"{authority}/age"), public)

    def store_identity(self, authority: AuthorityId) -> Identity:
        """Return the identity that an authority keeps its packages sealed to; it is never published."""
        newest = next(reversed(self._store_names(authority)), None)
        if newest is None:
            raise NotFoundError("key.absent", f"there is no store key of {authority} on this node")
        return self._identity(newest)

    def store_identities(self, authority: AuthorityId) -> tuple[Identity, ...]:
        """Return the newest store key of an authority, and those that are not destroyed yet."""
        return tuple(self._identity(name) for name in reversed(self._store_names(authority)))

    def put_store_identity(self, authority: AuthorityId, identity: Identity) -> None:
        """Keep the identity that an authority seals its packages to; refuse to replace one."""
        self._put(f"{authority}/store", identity)

    def add_store_identity(self, authority: AuthorityId, identity: Identity) -> None:
        """Keep the identity that packages are sealed to from now on; those before stay until destroyed."""
        self._put_next(f"{authority}/store", identity, first=2)

    def destroy_store_identity(self, authority: AuthorityId, public: bytes) -> bool:
        """Destroy a store key that was replaced; the newest is never destroyed."""
        return self._destroy(self._store_names(authority)[:-1], public)

    def _signer(self, file: KeyFile) -> Signer:
        if file.token:
            public = unb64(file.public, size=32, where=file.name)
            return self.node_key.signing_guard().signer(file.token, public)
        return Ed25519Signer(private_of(file, self.node_key))

    def _kept(self, name: str, private: bytes) -> KeyFile:
        if not self.node_key.address:
            return KeyFile(v=1, name=name, private=b64(private))
        if self.node_key.signs and is_office_key(name):
            public = Ed25519Signer(private).public
            token = self.node_key.signing_guard().take(name, private)
            return KeyFile(v=1, name=name, token=token, public=b64(public))
        return guarded(name, private, self.node_key)

    def _cached(self, place: str) -> tuple[Identity, ...]:
        folder = path_of(self._folder, place)
        if not folder.is_dir():
            return ()
        changed = folder.stat().st_mtime_ns
        known = self._cache.get(place)
        if known is None or known[0] != changed:
            names = reversed(self._numbered(place))
            known = (changed, tuple(self._identity(name) for name in names))
            self._cache[place] = known
        return known[1]

    def _numbered(self, place: str) -> list[str]:
        """Return the names of the identities in a folder, the oldest first."""
        folder = path_of(self._folder, place)
        found = [entry.stem for entry in folder.iterdir() if _is_age(entry)] if folder.is_dir() else []
        return [f"{place}/{stem}" for stem in sorted(found)]

    def _store_names(self, authority: AuthorityId) -> list[str]:
        first = f"{authority}/store"
        kept = [first] if path_of(self._folder, first, suffix=AGE).is_file() else []
        return [*kept, *self._numbered(first)]

    def _put_next(self, place: str, identity: Identity, *, first: int) -> None:
        taken = [int(name.rpartition("/")[2]) for name in self._numbered(place)]
        self._put(f"{place}/{max(taken, default=first - 1) + 1:06d}", identity)

    def _put(self, name: str, identity: Identity) -> None:
        data = identity.text.encode("ascii") + b"\n"
        if self.node_key.address:
            data = dumped(guarded(name, identity.text.encode("ascii"), self.node_key))
        create_file(path_of(self._folder, name, suffix=AGE), data)

    def _destroy(self, names: list[str], public: bytes) -> bool:
        for name in names:
            if self._identity(name).public == public:
                path = path_of(self._folder, name, suffix=AGE)
                destroy_file(path)
                fsync_folder(path.parent)
                return True
        return False

    def _identity(self, name: str) -> Identity:
        path = path_of(self._folder, name, suffix=AGE)
        data = path.read_bytes()
        if data.startswith(b"{"):
            data = private_of(parsed(data, name, path), self.node_key)
        return parse_identity(data.decode("ascii", "replace").strip())

    def _read(self, name: str) -> KeyFile:
        path = path_of(self._folder, name, suffix=KEY)
        try:
            found = path.stat()
        except FileNotFoundError as exc:
            raise NotFoundError("key.absent", f"there is no key {name} on this node") from exc
        # NOTE: a key file is never written in place: another one comes with its own number and time.
        mark, known = (found.st_ino, found.st_mtime_ns), self._files.get(name)
        if known is None or known[0] != mark:
            known = (mark, read_file(path, name))
            self._files[name] = known
        return known[1]


def is_office_key(name: str) -> bool:
    """Tell whether a name is that of a key with which an office signs."""
    steps = name.split("/")
    return len(steps) == 3 and steps[0] != "officer" and steps[2] in OFFICE_KEYS


def guarded(name: str, secret: bytes, node_key: NodeKey) -> KeyFile:
    """Return the file of a key that the node key wraps."""
    nonce, sealed = node_key.seal(name, secret)
    return KeyFile(v=1, name=name, nonce=b64(nonce), sealed=b64(sealed))


def private_of(file: KeyFile, node_key: NodeKey) -> bytes:
    """Return the private half of a key that stands in the clear or is wrapped by the node key."""
    if file.is_guarded:
        return node_key.open(
            file.name, unb64(file.nonce, size=12, where=file.name), unb64(file.sealed, where=file.name)
        )
    return unb64(file.private, size=32, where=file.name)


def _unlocked(file: KeyFile, passphrase: bytes | None) -> bytes:
    name = file.name
    if passphrase is None:
        raise DeniedError(
            "key.locked",
            f"the key {name} is locked",
            hint="give its passphrase with --passphrase-file, or type it",
        )
    key = stretched(passphrase, unb64(file.salt, where=name))
    try:
        return ChaCha20Poly1305(key).decrypt(
            unb64(file.nonce, size=12, where=name), unb64(file.sealed, where=name), name.encode()
        )
    except InvalidTag as exc:
        raise DeniedError("key.locked", f"the passphrase does not open the key {name}") from exc


def _is_age(entry: Path) -> bool:
    return entry.suffix == AGE and entry.stem.isascii() and entry.stem.isdecimal()


class MemoryKeyStore:
    """Keys in memory, never wrapped: for tests and the simulator, gone with the process."""

    def __init__(self) -> None:
        self._private: dict[str, bytes] = {}
        self._identities: dict[str, tuple[Identity, ...]] = {}
        self._stores: dict[str, tuple[Identity, ...]] = {}

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

    def make_signer(self, name: str, *, entropy: Entropy, passphrase: bytes | None = None) -> Signer:
        """Make a signing key and keep it."""
        self.put_signer(name, Ed25519Signer.generate(entropy).private())
        return self.signer(name)

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
        return self._stores[authority][0]

    def store_identities(self, authority: AuthorityId) -> tuple[Identity, ...]:
        """Return the newest store key of an authority, and those that are not destroyed yet."""
        return self._stores.get(authority, ())

    def put_store_identity(self, authority: AuthorityId, identity: Identity) -> None:
        """Keep the identity that an authority seals its packages to; refuse to replace one."""
        if authority in self._stores:
            raise ConflictError("key.exists", f"{authority} has a store key already")
        self._stores[authority] = (identity,)

    def add_store_identity(self, authority: AuthorityId, identity: Identity) -> None:
        """Keep the identity that packages are sealed to from now on."""
        self._stores[authority] = (identity, *self.store_identities(authority))

    def destroy_store_identity(self, authority: AuthorityId, public: bytes) -> bool:
        """Forget a store key that was replaced; tell whether there was one."""
        newest, *others = self._stores[authority]
        left = [found for found in others if found.public != public]
        self._stores[authority] = (newest, *left)
        return len(left) < len(others)
