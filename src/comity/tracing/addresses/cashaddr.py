"""CashAddr, the form of Bitcoin Cash."""

from collections.abc import Sequence

from comity.tracing.addresses.networks import BITCOIN_CASH, Fault, Fit
from comity.tracing.addresses.segwit import ALPHABET, program, wrong_letter

_PREFIXES = {
    "bitcoincash": BITCOIN_CASH,
    "bchtest": "bitcoin-cash-testnet",
    "bchreg": "bitcoin-cash-regtest",
}
_GENERATOR = (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)
_KINDS = {0: "p2pkh", 1: "p2sh", 2: "p2pkh-with-tokens", 3: "p2sh-with-tokens"}
_SIZES = {0: 20, 1: 24, 2: 28, 3: 32, 4: 40, 5: 48, 6: 56, 7: 64}
_FORM = "cashaddr"


def read_cashaddr(text: str) -> Fit | Fault | None:
    """Judge a text as CashAddr, with its prefix or without; None where it resembles none."""
    prefix, colon, body = text.rpartition(":")
    named = prefix.lower()
    if colon and named not in _PREFIXES:
        return None
    if not colon and (len(text) not in (42, 61) or text[0] not in "qpzrQPZR"):
        return None
    if text not in (text.lower(), text.upper()):
        return Fault(reason="case", form=_FORM) if colon else None
    lowered, start = body.lower(), len(text) - len(body)
    if at := next((at for at, letter in enumerate(lowered) if letter not in ALPHABET), -1) + 1:
        return Fault(reason="alphabet", form=_FORM, place=start + at) if colon or at else None
    values = [ALPHABET.index(letter) for letter in lowered]
    if len(values) < 34:
        return Fault(reason="length", form=_FORM)
    for one in (named,) if colon else _PREFIXES:
        if _polymod([*_low(one), 0, *values]) == 0:
            return _fit(one, lowered, values)
    residue = _polymod([*_low(named or "bitcoincash"), 0, *values])
    place = wrong_letter(residue, len(values), _step)
    return Fault(reason="letter" if place else "checksum", form=_FORM, place=start + place if place else 0)


def _fit(prefix: str, body: str, values: Sequence[int]) -> Fit | Fault:
    data = program(values[:-8])
    if data is None or not data:
        return Fault(reason="padding", form=_FORM)
    kind = _KINDS.get(data[0] >> 3)
    if kind is None:
        return Fault(reason="version", form=_FORM)
    if len(data) - 1 != _SIZES[data[0] & 7]:
        return Fault(reason="length", form=_FORM)
    return Fit(networks=(_PREFIXES[prefix],), kind=kind, form=_FORM, address=f"{prefix}:{body}")


def _low(prefix: str) -> list[int]:
    return [ord(ch) & 31 for ch in prefix]


def _polymod(values: Sequence[int]) -> int:
    state = 1
    for value in values:
        state = _step(state) ^ value
    return state ^ 1


def _step(state: int) -> int:
    top, state = state >> 35, (state & 0x07FFFFFFFF) << 5
    for bit, generator in enumerate(_GENERATOR):
        state ^= generator if top >> bit & 1 else 0
    return state
