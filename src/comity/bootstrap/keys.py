"""The private keys of a node as its parts use them; a guard is loaded when an address names one."""

from pathlib import Path

from comity.engines.keystore import FolderKeyStore
from comity.engines.nodekey import Guard, NodeKey
from comity.kernel.entropy import Entropy
from comity.kernel.errors import MalformedError

KEYS = "keys"


def node_keys(folder: Path, *, entropy: Entropy, make_key: bool = False) -> FolderKeyStore:
    """Return the private keys of the node in a folder.

    Args:
        folder: Of the node.
        entropy: Where keys are drawn from.
        make_key: Whether a hardware module makes its wrapping key where it has none.
    """

    def guard_of(address: str) -> Guard:
        return _guard(address, folder=folder, entropy=entropy, make_key=make_key)

    place = folder / KEYS
    return FolderKeyStore(place, entropy=entropy, node_key=NodeKey(place, entropy=entropy, guard_of=guard_of))


def require_keys(keys: object) -> None:
    """Ask the guard of a node's keys now; raise what it raises, so that a node says so before it serves."""
    if isinstance(keys, FolderKeyStore):
        keys.node_key.require_open()


def _guard(address: str, *, folder: Path, entropy: Entropy, make_key: bool) -> Guard:
    match address.partition(":")[0]:
        case "passphrase":
            from comity.engines.passphrases import PassphraseGuard

            return PassphraseGuard(address, folder=folder, entropy=entropy)
        case "pkcs11":
            from comity.engines.tokens import TokenGuard, parse_token

            return TokenGuard(parse_token(address), folder=folder, entropy=entropy, make_key=make_key)
        case "http" | "https":
            from comity.transport.keyservice import ServiceGuard, parse_service

            return ServiceGuard(parse_service(address), folder=folder)
    raise MalformedError(
        "key.guard_address",
        "this is no address of a guard",
        hint="passphrase:FILE, pkcs11:token=…;object=…?module-path=…&pin-source=…, or https://HOST/v1/transit/keys/NAME",
    )
