"""Bech32 text: segregated-witness addresses, and others that use the form."""

from collections.abc import Callable, Sequence

from comity.tracing.addresses.networks import BITCOIN, CARDANO, LITECOIN, ZCASH, Fault, Fit

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BECH32, BECH32M = 1, 0x2BC830A3
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_WITNESS: dict[str, tuple[str, ...]] = {
    "bc": (BITCOIN,),
    "tb": ("bitcoin-testnet", "bitcoin-signet"),
    "bcrt": ("bitcoin-regtest",),
    "ltc": (LITECOIN,),
    "tltc": ("litecoin-testnet",),
    "rltc": ("litecoin-regtest",),
}
_OTHERS: dict[str, tuple[str, str, tuple[int, ...]]] = {
    "addr": (CARDANO, "account", (29, 57)),
    "addr_test": ("cardano-testnet", "account", (29, 57)),
    "stake": (CARDANO, "stake", (29,)),
    "stake_test": ("cardano-testnet", "stake", (29,)),
    "zs": (ZCASH, "shielded", (43,)),
}
_V0 = {20: "p2wpkh", 32: "p2wsh"}
_ANCHOR = bytes.fromhex("4e73")


def read_bech32(text: str, *, explain: bool = True) -> Fit | Fault | None:
    """Judge a text as a Bech32 address; None where its beginning is that of none.

    Args:
        text: The text.
        explain: Whether the letter that is wrong is looked for; some milliseconds.

    Basis: BIP 173; BIP 350
    """
    prefix, _, body = text.rpartition("1")
    known = prefix.lower()
    if known not in _WITNESS and known not in _OTHERS:
        return _resembling(text)
    if text not in (text.lower(), text.upper()):
        return Fault(reason="case", form="bech32", place=_odd_case(text))
    lowered, start = body.lower(), len(prefix) + 1
    if at := next((at for at, letter in enumerate(lowered) if letter not in ALPHABET), -1) + 1:
        return Fault(reason="alphabet", form="bech32", place=start + at)
    values = [ALPHABET.index(letter) for letter in lowered]
    if len(values) < 8 or len(text) > (90 if known in _WITNESS else 200):
        return Fault(reason="length", form="bech32")
    state = polymod([*_expanded(known), *values])
    aim = BECH32M if known in _WITNESS and values[0] else BECH32
    if state == (BECH32M + BECH32 - aim) and known in _WITNESS:
        return Fault(reason="encoding", form="bech32")
    if state != aim:
        place = _wrong(state, aim, len(values)) if explain else 0
        reason = "letter" if place else "checksum"
        return Fault(reason=reason, form="bech32", place=start + place if place else 0)
    judge = _other if known in _OTHERS else _witness
    return judge(text.lower(), known, values)


def witness_address(prefix: str, version: int, program: bytes) -> str:
    """Return the address of a witness program. Basis: BIP 173; BIP 350"""
    values = [version, *regrouped(program)]
    aim = BECH32M if version else BECH32
    check = polymod([*_expanded(prefix), *values, 0, 0, 0, 0, 0, 0]) ^ aim
    tail = [(check >> shift) & 31 for shift in (25, 20, 15, 10, 5, 0)]
    return prefix + "1" + "".join(ALPHABET[value] for value in [*values, *tail])


def regrouped(data: bytes) -> list[int]:
    """Return bytes as values of five bits, padded with zeros."""
    number, bits = int.from_bytes(data, "big"), len(data) * 8
    pad = -bits % 5
    return [(number << pad) >> shift & 31 for shift in range(bits + pad - 5, -1, -5)]


def program(values: Sequence[int]) -> bytes | None:
    """Return bytes for values of five bits, or None where the rest is not short and zero."""
    held, bits, made = 0, 0, bytearray()
    for value in values:
        held, bits = (held << 5 | value) & 0xFFF, bits + 5
        if bits >= 8:
            bits -= 8
            made.append(held >> bits & 0xFF)
    return None if bits >= 5 or held & ((1 << bits) - 1) else bytes(made)


def polymod(values: Sequence[int]) -> int:
    """Return the checksum state after some values."""
    state = 1
    for value in values:
        state = _step(state) ^ value
    return state


def wrong_letter(residue: int, length: int, step: Callable[[int], int]) -> int:
    """Return which of so many letters, from 1, is the only one whose change would mend a checksum; 0: none.

    Args:
        residue: What the checksum is off by.
        length: Letters that the checksum covers.
        step: What one more letter of value zero does to the state; it is linear.
    """
    found = set()
    for error in range(1, 32):
        state = error
        for behind in range(length):
            if state == residue:
                found.add(length - behind)
            state = step(state)
    return found.pop() if len(found) == 1 else 0


def _wrong(state: int, aim: int, length: int) -> int:
    """Return the wrong letter; where it is the first, the version, the other constant may have been meant."""
    place = wrong_letter(state ^ aim, length, _step)
    other = BECH32M + BECH32 - aim
    return place or (1 if wrong_letter(state ^ other, length, _step) == 1 else 0)


def _witness(address: str, prefix: str, values: list[int]) -> Fit | Fault:
    version = values[0]
    form = "bech32m" if version else "bech32"
    data = program(values[1:-6])
    if version > 16:
        return Fault(reason="version", form=form)
    if data is None:
        return Fault(reason="padding", form=form)
    if not 2 <= len(data) <= 40 or (version == 0 and len(data) not in _V0):
        return Fault(reason="length", form=form)
    return Fit(networks=_WITNESS[prefix], kind=_kind(version, data), form=form, address=address)


def _kind(version: int, data: bytes) -> str:
    if version == 0:
        return _V0[len(data)]
    if version == 1 and len(data) == 32:
        return "p2tr"
    return "p2a" if version == 1 and data == _ANCHOR else f"witness-v{version}"


def _other(address: str, prefix: str, values: list[int]) -> Fit | Fault:
    network, kind, sizes = _OTHERS[prefix]
    data = program(values[:-6])
    if data is None:
        return Fault(reason="padding", form="bech32")
    if len(data) not in sizes:
        return Fault(reason="length", form="bech32")
    return Fit(networks=(network,), kind=kind, form="bech32", address=address)


def _resembling(text: str) -> Fault | None:
    """Tell a Bech32 text of a network that is not known here: its checksum holds, its prefix says nothing."""
    prefix, mark, body = text.lower().rpartition("1")
    if not mark or not prefix or len(body) < 8 or len(text) > 90 or text not in (text.lower(), text.upper()):
        return None
    if not (prefix.isascii() and prefix.isprintable()) or any(letter not in ALPHABET for letter in body):
        return None
    values = [ALPHABET.index(letter) for letter in body]
    holds = polymod([*_expanded(prefix), *values]) in (BECH32, BECH32M)
    return Fault(reason="network", form="bech32") if holds else None


def _odd_case(text: str) -> int:
    """Return the place of the first letter that is not in the case of most."""
    upper = sum(ch.isupper() for ch in text) * 2 > sum(ch.isalpha() for ch in text)
    return next(at for at, ch in enumerate(text, start=1) if ch.isalpha() and ch.isupper() != upper)


def _expanded(prefix: str) -> list[int]:
    return [ord(ch) >> 5 for ch in prefix] + [0] + [ord(ch) & 31 for ch in prefix]


def _step(state: int) -> int:
    top, state = state >> 25, (state & 0x1FFFFFF) << 5
    for bit, generator in enumerate(_GENERATOR):
        state ^= generator if top >> bit & 1 else 0
    return state
