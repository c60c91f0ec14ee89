"""RIPEMD-160, for the addresses of bare public keys: not every library of digests carries it any more."""

_MASK = 0xFFFFFFFF
_START = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0)
_LEFT = (
    "0123456789abcdef 74d1a6f3c0952eb8 3ae49f8127"
    "06db5c 19ba08c4d37fe562 40597c2ae138b6fd"
)  # fmt: skip
_RIGHT = "5e7092b4d6f81a3c 6b370d5aef8c4912 f5137e69b8c2a04d 86413bf05c2d97ae cfa4158762de039b"
_LEFT_TURNS = "befc5879bdef6798 768db97f7cf9b7dc bd67e9dfe8d65c75 bcefef989e56865c 9f5b68dc5cdeb856"
_RIGHT_TURNS = "899bdff5778beec6 9df7c89b77c76fdb 97fb866ecd5edd75 f58bee6e69c9c5f8 85c9c5e68d65fdbb"
_LEFT_SUMS = (0, 0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xA953FD4E)
_RIGHT_SUMS = (0x50A28BE6, 0x5C4DD124, 0x6D703EF3, 0x7A6D76E9, 0)


def ripemd160(data: bytes) -> bytes:
    """Return the RIPEMD-160 digest of some bytes.

    Basis: ISO/IEC 10118-3
    """
    padded = data + b"\x80" + bytes(-(len(data) + 9) % 64) + (8 * len(data)).to_bytes(8, "little")
    state: tuple[int, ...] = _START
    for start in range(0, len(padded), 64):
        words = [int.from_bytes(padded[at : at + 4], "little") for at in range(start, start + 64, 4)]
        left = _line(state, words, _LEFT, _LEFT_TURNS, _LEFT_SUMS, mirrored=False)
        right = _line(state, words, _RIGHT, _RIGHT_TURNS, _RIGHT_SUMS, mirrored=True)
        state = tuple(
            (state[(at + 1) % 5] + left[(at + 2) % 5] + right[(at + 3) % 5]) & _MASK for at in range(5)
        )
    return b"".join(word.to_bytes(4, "little") for word in state)


def _line(
    state: tuple[int, ...],
    words: list[int],
    order: str,
    turns: str,
    sums: tuple[int, ...],
    *,
    mirrored: bool,
) -> tuple[int, ...]:
    a, b, c, d, e = state
    places, shifts = order.replace(" ", ""), turns.replace(" ", "")
    for step in range(80):
        turn = step // 16
        word = words[int(places[step], 16)]
        mixed = _mixed(4 - turn if mirrored else turn, b, c, d)
        rolled = (a + mixed + word + sums[turn]) & _MASK
        a = (_turned(rolled, int(shifts[step], 16)) + e) & _MASK
        a, b, c, d, e = e, a, b, _turned(c, 10), d
    return a, b, c, d, e


def _mixed(turn: int, x: int, y: int, z: int) -> int:
    if turn == 0:
        return x ^ y ^ z
    if turn == 1:
        return (x & y) | (~x & z)
    if turn == 2:
        return (x | ~y & _MASK) ^ z
    if turn == 3:
        return (x & z) | (y & ~z)
    return x ^ (y | ~z & _MASK)


def _turned(word: int, count: int) -> int:
    return ((word << count) | (word >> (32 - count))) & _MASK
