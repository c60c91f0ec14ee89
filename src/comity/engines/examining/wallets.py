"""Addresses of crypto-assets in what is examined: those that hold, quickly, and of which network they are."""

from comity.engines.tracing.primitives import LIBRARIES
from comity.evidence.examination import Kind
from comity.tracing.addresses.accounts import read_evm
from comity.tracing.addresses.base58 import read_bitcoin_like
from comity.tracing.addresses.networks import Fault, Fit
from comity.tracing.addresses.segwit import read_bech32

_KINDS = {kind.value: kind for kind in (Kind.BITCOIN, Kind.LITECOIN, Kind.DOGECOIN, Kind.TRON)}


def base58_network(text: str) -> Kind | None:
    """Return the network of a Base58Check address, or None where it is none.

    Several networks may share a form; the one that it is most used on is told.
    """
    return _first(read_bitcoin_like(text, primitives=LIBRARIES, explain=False))


def segwit_network(text: str) -> Kind | None:
    """Return the network of a segregated-witness address, or None where it is none.

    Basis: BIP 173; BIP 350
    """
    return _first(read_bech32(text, explain=False))


def ethereum_address(text: str) -> bool:
    """Tell whether ``0x`` and forty hexadecimal digits are an address whose letters carry its checksum.

    An address in one case has no checksum (ERC-55) and is not taken: such digits may be anything.
    """
    digits = text[2:]
    if digits in (digits.lower(), digits.upper()):
        return False
    return isinstance(read_evm(text, primitives=LIBRARIES), Fit)


def _first(found: Fit | Fault | None) -> Kind | None:
    return _KINDS.get(found.networks[0]) if isinstance(found, Fit) else None
