"""Output scripts of Bitcoin and its kin: which address they pay to."""

from comity.kernel.digests import sha256
from comity.kernel.errors import MalformedError
from comity.tracing.addresses.base58 import encoded_check
from comity.tracing.addresses.networks import BITCOIN, DOGECOIN, LITECOIN
from comity.tracing.addresses.ports import Primitives
from comity.tracing.addresses.segwit import witness_address
from comity.tracing.transactions import Output

_VERSIONS: dict[str, tuple[bytes, bytes, str]] = {
    BITCOIN: (b"\x00", b"\x05", "bc"),
    "bitcoin-testnet": (b"\x6f", b"\xc4", "tb"),
    "bitcoin-signet": (b"\x6f", b"\xc4", "tb"),
    "bitcoin-regtest": (b"\x6f", b"\xc4", "bcrt"),
    LITECOIN: (b"\x30", b"\x32", "ltc"),
    DOGECOIN: (b"\x1e", b"\x16", ""),
}
NETWORKS = tuple(_VERSIONS)
"""Networks whose scripts are read."""
_WITNESS_KINDS = {(0, 20): "p2wpkh", (0, 32): "p2wsh", (1, 32): "p2tr"}


def require_network(network: str) -> str:
    """Return a network whose scripts are read; raise MalformedError ``trace.network``."""
    if network not in _VERSIONS:
        raise MalformedError(
            "trace.network",
            f"blocks of {network[:40]!r} are not read here",
            hint="networks are " + ", ".join(NETWORKS),
            where="network",
        )
    return network


def output_of(script: bytes, value: int, *, network: str, primitives: Primitives) -> Output:
    """Return what an output script pays to.

    A bare public key is told under the address of its hash, as wallets show it; kind ``p2pk`` says so.

    Args:
        script: The script.
        value: In the smallest unit.
        network: One of :data:`NETWORKS`.
        primitives: The libraries.

    Raises:
        UnavailableError: ``address.extra``.

    Basis: BIP 16, BIP 141, BIP 341
    """
    hashes, scripts, prefix = _VERSIONS[network]
    size = len(script)

    def paid(payload: bytes, kind: str) -> Output:
        return Output(value=value, address=encoded_check(payload, primitives=primitives), kind=kind)

    if size == 25 and script[:3] == b"\x76\xa9\x14" and script[23:] == b"\x88\xac":
        return paid(hashes + script[3:23], "p2pkh")
    if size == 23 and script[:2] == b"\xa9\x14" and script[22:] == b"\x87":
        return paid(scripts + script[2:22], "p2sh")
    if prefix and 4 <= size <= 42 and script[0] in (0, *range(0x51, 0x61)) and script[1] == size - 2:
        version = script[0] - 0x50 if script[0] else 0
        if version or size in (22, 34):
            kind = _WITNESS_KINDS.get((version, size - 2), f"witness-v{version}")
            return Output(value=value, address=witness_address(prefix, version, script[2:]), kind=kind)
    if size in (35, 67) and script[0] == size - 2 and script[-1] == 0xAC and script[1] in (2, 3, 4):
        return paid(hashes + primitives.ripemd160(sha256(script[1:-1])), "p2pk")
    kind = "data" if script[:1] == b"\x6a" else "bare"
    return Output(value=value, address="script:" + sha256(script).hex(), kind=kind)
