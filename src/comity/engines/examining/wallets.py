"""Addresses of crypto-assets: whether their checksum holds, and of which network they are."""

from comity.evidence.examination import Kind

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32, _BECH32M = 1, 0x2BC830A3
_SEGWIT = {"bc": Kind.BITCOIN, "ltc": Kind.LITECOIN}
_VERSIONS = {
    0: Kind.BITCOIN,
    5: Kind.BITCOIN,
    48: Kind.LITECOIN,
    50: Kind.LITECOIN,
    30: Kind.DOGECOIN,
    22: Kind.DOGECOIN,
    65: Kind.TRON,
}
_FIRST = {
    Kind.BITCOIN: "13",
    Kind.LITECOIN: "LM",
    Kind.DOGECOIN: "D9A",
    Kind.TRON: "T",
}


def base58_network(text: str) -> Kind | None:
    """Return the network of a Base58Check address, or None where it is none.

    Five networks share the form; a version byte tells which, and the first letter follows from it.
    """
    import base58

    try:
        payload = base58.b58decode_check(text.encode("ascii"))
    except ValueError:
        return None
    network = _VERSIONS.get(payload[0]) if len(payload) == 21 else None
    return network if network is not None and text[0] in _FIRST[network] else None


def segwit_network(text: str) -> Kind | None:
    """Return the network of a segregated-witness address, or None where it is none.

    Basis: BIP 173; BIP 350
    """
    if text not in (text.lower(), text.upper()) or len(text) > 90:
        return None
    prefix, _, rest = text.lower().rpartition("1")
    network = _SEGWIT.get(prefix)
    if network is None or len(rest) < 8 or any(ch not in _ALPHABET for ch in rest):
        return None
    values = [_ALPHABET.index(ch) for ch in rest]
    expanded = [ord(ch) >> 5 for ch in prefix] + [0] + [ord(ch) & 31 for ch in prefix]
    program = _program(values[1:-6])
    version = values[0]
    if _polymod([*expanded, *values]) != (_BECH32M if version else _BECH32) or program is None:
        return None
    sizes = (20, 32) if version == 0 else range(2, 41)
    return network if version <= 16 and len(program) in sizes else None


def ethereum_address(text: str) -> bool:
    """Tell whether ``0x`` and forty hexadecimal digits are an address whose letters carry its checksum.

    An address in one case has no checksum (ERC-55) and is not taken: such digits may be anything.
    """
    from Crypto.Hash import keccak

    digits = text[2:]
    if digits in (digits.lower(), digits.upper()):
        return False
    digest = keccak.new(digest_bits=256, data=digits.lower().encode("ascii")).hexdigest()
    return all(
        ch.isdigit() or (ch.isupper() == (int(nibble, 16) >= 8))
        for ch, nibble in zip(digits, digest, strict=False)
    )


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            check ^= generator if top >> bit & 1 else 0
    return check


def _program(values: list[int]) -> bytes | None:
    """Return bytes for values of five bits, or None where the rest is not zero."""
    held, bits, made = 0, 0, bytearray()
    for value in values:
        held, bits = (held << 5 | value) & 0xFFF, bits + 5
        if bits >= 8:
            bits -= 8
            made.append(held >> bits & 0xFF)
    return None if bits >= 5 or held & ((1 << bits) - 1) else bytes(made)
