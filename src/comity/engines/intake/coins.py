"""Wallets in a text: candidates by shape, kept where the checksum holds, with every network they fit."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from comity.engines.tracing.primitives import LIBRARIES
from comity.kernel.errors import UnavailableError
from comity.tracing.addresses.checking import check_address
from comity.tracing.addresses.networks import EVM, SOLANA, TESTS

_BASE58 = rb"[1-9A-HJ-NP-Za-km-z]"
_SHAPES = re.compile(
    rb"(?<![0-9A-Za-z_/=.-])(?:"
    rb"[48]" + _BASE58 + rb"{94}(?:" + _BASE58 + rb"{11})?"
    rb"|r" + _BASE58 + rb"{24,34}"
    rb"|X" + _BASE58 + rb"{33}|t[13]" + _BASE58 + rb"{33}"
    rb"|(?:bitcoincash:)?[qp][02-9ac-hj-np-z]{41}"
    rb"|addr1[02-9ac-hj-np-z]{50,110}"
    rb"|G[A-Z2-7]{55}"
    rb"|[EUk0]Q[0-9A-Za-z_-]{46}"
    rb")(?![0-9A-Za-z])"
)
_SOLANA = re.compile(
    rb"(?i:\bsol(?:ana)?\b)[^\n]{0,60}?(?<![0-9A-Za-z])(?P<at>" + _BASE58 + rb"{32,44})(?![0-9A-Za-z])"
)
"""Without a checksum such a text is taken only behind the name of its network."""

_SURE = 90
_UNCHECKED = 55


class Coin(NamedTuple):
    """An address in a stretch of bytes."""

    value: str
    start: int
    end: int
    networks: tuple[str, ...]
    sure: int


def coins_in(data: bytes) -> Iterator[Coin]:
    """Yield addresses of the chains that the search for identifiers does not know."""
    for match in _SHAPES.finditer(data):
        if networks := networks_of(match.group().decode("ascii")):
            yield Coin(match.group().decode("ascii"), match.start(), match.end(), networks, _SURE)
    for match in _SOLANA.finditer(data):
        text = match["at"].decode("ascii")
        if SOLANA in networks_of(text):
            yield Coin(text, match.start("at"), match.end("at"), (SOLANA,), _UNCHECKED)


def networks_of(address: str) -> tuple[str, ...]:
    """Return every network whose address a text may be; none for a text that is none, or of tests only."""
    try:
        found = check_address(address, primitives=LIBRARIES)
    except UnavailableError:
        return ()
    if found.networks[: len(EVM)] == EVM:
        return EVM
    return tuple(one for one in found.networks if not one.endswith(TESTS))
