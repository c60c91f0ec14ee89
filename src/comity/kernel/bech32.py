"""Bech32 text (BIP 173), as age writes its recipients and identities: no length limit, one case only."""

from collections.abc import Iterable

from comity.kernel.errors import MalformedError

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_MOST_TEXT = 4096


def encode_bech32(prefix: str, data: bytes) -> str:
    """Return the lower-case Bech32 text of ``data`` under a lower-case human-readable prefix.

    Basis: BIP 173
    """
    values = _regroup(data, 8, 5, pad=True)
    check = _checksum([*_expand(prefix), *values, 0, 0, 0, 0, 0, 0]) ^ 1
    tail = [(check >> shift) & 31 for shift in (25, 20, 15, 10, 5, 0)]
    return prefix + "1" + "".join(_ALPHABET[value] for value in [*values, *tail])


def parse_bech32(text: str, *, where: str = "") -> tuple[str, bytes]:
    """Return the lower-case prefix and the bytes of Bech32 text.

    Raises:
        MalformedError: mixed case, a foreign character, a wrong checksum or stray padding bits.

    Basis: BIP 173
    """
    prefix, mark, body = text.rpartition("1")
    if len(text) > _MOST_TEXT or not mark or not prefix or len(body) < 6 or not text.isascii():
        raise _malformed(where)
    if text not in (text.lower(), text.upper()):
        raise _malformed(where)
    try:
        values = [_VALUES[letter] for letter in body.lower()]
    except KeyError as exc:
        raise _malformed(where) from exc
    if (
        not all("!" <= letter <= "~" for letter in prefix)
        or _checksum([*_expand(prefix.lower()), *values]) != 1
    ):
        raise _malformed(where)
    left = len(values[:-6]) * 5 % 8
    if left >= 5 or (left and values[-7] & ((1 << left) - 1)):
        raise _malformed(where)
    return prefix.lower(), bytes(_regroup(values[:-6], 5, 8, pad=False))


def _malformed(where: str) -> MalformedError:
    return MalformedError(
        "bech32.form", "not Bech32 text", hint="copy the whole key, without breaks", where=where
    )


def _regroup(values: Iterable[int], width: int, target: int, *, pad: bool) -> list[int]:
    gathered = bits = 0
    found = []
    for value in values:
        gathered = (gathered << width) | value
        bits += width
        while bits >= target:
            bits -= target
            found.append((gathered >> bits) & ((1 << target) - 1))
        gathered &= (1 << bits) - 1
    if pad and bits:
        found.append((gathered << (target - bits)) & ((1 << target) - 1))
    return found


def _expand(prefix: str) -> list[int]:
    return [ord(ch) >> 5 for ch in prefix] + [0] + [ord(ch) & 31 for ch in prefix]


def _checksum(values: Iterable[int]) -> int:
    state = 1
    for value in values:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            if top >> bit & 1:
                state ^= generator
    return state
