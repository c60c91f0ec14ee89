"""What guards the private keys of a node: set, changed, taken away, shown."""

from pathlib import Path

from comity.bootstrap.keys import KEYS, node_keys
from comity.config import read_config
from comity.engines.keyfiles import AGE, KEY, KeyFile, dumped, parsed, read_file, replace_file
from comity.engines.keystore import FolderKeyStore, guarded, is_office_key, private_of
from comity.engines.nodekey import NodeKey
from comity.engines.system import SystemEntropy
from comity.engines.tokens import SCHEME as TOKEN
from comity.kernel.digests import b64
from comity.kernel.errors import ComityError, ConflictError
from comity.kernel.ids import AuthorityId
from comity.kernel.signing import Ed25519Signer
from comity.node.keyviews import KeysView, StoreKeyView

NO_GUARD = "none"


class Guarding:
    """What an operator does about the guard of the keys."""

    def show(self, directory: str) -> KeysView:
        """Return how the keys are kept; the guard is asked once.

        Raises:
            NotFoundError: ``node.absent``.
        """
        folder = _node(directory)
        keys = node_keys(folder, entropy=SystemEntropy())
        found, fault = _files(folder / KEYS), ""
        store_keys: tuple[StoreKeyView, ...] = ()
        try:
            keys.node_key.require_open()
            store_keys = _store_keys(keys, found)
        except ComityError as exc:
            fault = exc.code
        return KeysView(
            guard=keys.node_key.address,
            opens=not fault,
            fault=fault,
            plain=tuple(file.name for _, file in found if file.private),
            guarded=sum(file.is_guarded for _, file in found),
            locked=sum(file.is_locked for _, file in found),
            in_token=tuple(file.name for _, file in found if file.token),
            store_keys=store_keys,
        )

    def guard(self, directory: str, *, address: str, signing: bool) -> KeysView:
        """Put the keys that no passphrase wraps under a guard, or move them to another; again: finish.

        Args:
            directory: Of the node.
            address: Of the guard; ``none`` puts the keys back into the clear.
            signing: Whether the keys with which offices sign go into the hardware module, for good.

        Raises:
            MalformedError: ``key.guard_address``, ``key.guard_weak``.
            ConflictError: ``key.in_token``: a key that lies in a module cannot be put into the clear;
                ``key.guard_signs_not``: only a hardware module signs.
            DeniedError, NotFoundError, UnavailableError: as the guard, before anything is changed.
        """
        folder = _node(directory)
        keys = node_keys(folder, entropy=SystemEntropy(), make_key=True)
        if address == NO_GUARD:
            _set_free(folder / KEYS, keys.node_key)
            return self.show(directory)
        in_token = [file.name for _, file in _files(folder / KEYS) if file.token]
        if in_token and address != keys.node_key.address:
            raise _in_token(in_token)
        if signing and not address.startswith(f"{TOKEN}:"):
            raise ConflictError(
                "key.guard_signs_not",
                "only a hardware module keeps signing keys",
                hint="leave --signing out, or name a module: pkcs11:token=…;object=…",
            )
        keys.node_key.put(address, signing=signing)
        for path, file in _files(folder / KEYS):
            if file.private:
                kept = _wrapped(file, path, keys.node_key)
                replace_file(path, dumped(kept))
            elif file.is_guarded and keys.node_key.signs and is_office_key(file.name):
                replace_file(path, dumped(_in_module(file, keys.node_key)))
        return self.show(directory)


def _wrapped(file: KeyFile, path: Path, node_key: NodeKey) -> KeyFile:
    """Return the file of a key in the clear as it stands under the guard."""
    if path.suffix == AGE:
        return guarded(file.name, file.private.encode("ascii"), node_key)
    if node_key.signs and is_office_key(file.name):
        return _in_module(file, node_key)
    return guarded(file.name, private_of(file, node_key), node_key)


def _in_module(file: KeyFile, node_key: NodeKey) -> KeyFile:
    private = private_of(file, node_key)
    token = node_key.signing_guard().take(file.name, private)
    return KeyFile(v=1, name=file.name, token=token, public=b64(Ed25519Signer(private).public))


def _set_free(folder: Path, node_key: NodeKey) -> None:
    found = _files(folder)
    held = [file.name for _, file in found if file.token]
    if held:
        raise _in_token(held)
    if not node_key.address:
        return
    for path, file in found:
        if file.is_guarded:
            private = private_of(file, node_key)
            plain = dumped(KeyFile(v=1, name=file.name, private=b64(private)))
            replace_file(path, private + b"\n" if path.suffix == AGE else plain)
    node_key.remove()


def _files(folder: Path) -> list[tuple[Path, KeyFile]]:
    """Return the files of all keys; an age identity in the clear has its text as ``private``."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (KEY, AGE) or not path.is_file():
            continue
        name = path.relative_to(folder).as_posix().removesuffix(path.suffix)
        data = path.read_bytes()
        if path.suffix == AGE and not data.startswith(b"{"):
            found.append((path, KeyFile(v=1, name=name, private=data.decode("ascii").strip())))
        else:
            found.append((path, parsed(data, name, path) if path.suffix == AGE else read_file(path, name)))
    return found


def _store_keys(keys: FolderKeyStore, found: list[tuple[Path, KeyFile]]) -> tuple[StoreKeyView, ...]:
    offices = sorted(
        {name.removesuffix("/store") for _, file in found if (name := file.name).endswith("/store")}
        | {file.name.rpartition("/store/")[0] for _, file in found if "/store/" in file.name}
    )
    held = [(office, keys.store_identities(AuthorityId(office))) for office in offices]
    return tuple(
        StoreKeyView(authority=office, suite=kept[0].suite, older=len(kept) - 1) for office, kept in held
    )


def _in_token(names: list[str]) -> ConflictError:
    return ConflictError(
        "key.in_token",
        f"{names[0]} lies in the hardware module and cannot leave it",
        hint="keep this guard; a key that signs in a module is there for good",
    )


def _node(directory: str) -> Path:
    folder = Path(directory)
    read_config(folder)
    return folder
