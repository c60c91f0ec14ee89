"""What looks like a private key of an asset: it is told by its form, refused, and repeated nowhere.

A key that came here would make whoever reads the node its owner. So what a person writes is looked at before
anything is done with it; an officer who holds a key gives it to a custodian, never to a node. Where others
wrote the text (tag packs, feeds, a victim's report), only what is a key for certain is refused.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from comity.kernel.digests import sha256
from comity.kernel.errors import MalformedError
from comity.tracing.phrases import has_phrase

_B58 = "123456789A-HJ-NP-Za-km-z"
KEY_FORMS = rf"(?:[5KLc9][{_B58}]{{50,51}}|[a-zA-Z]prv[{_B58}]{{100,110}}|S[A-Z2-7]{{55}}|6P[{_B58}]{{56}})"
"""Wallet import format, extended private keys, seeds of Stellar, keys under a passphrase (BIP 38)."""
_KEY = re.compile(rf"(?<![0-9A-Za-z]){KEY_FORMS}(?![0-9A-Za-z])", re.ASCII)
"""By their form, since a key with a wrong letter is a key still."""
_SHORT = re.compile(rf"(?<![0-9A-Za-z])(?:S[{_B58}]{{21,29}}|s[{_B58}]{{27,30}})(?![0-9A-Za-z])", re.ASCII)
"""Short keys of coins that are carried, and seeds of XRP: many words of letters and digits look so, and only
their checksum tells."""
_LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_XRP_LETTERS = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_XRP_SEEDS = (b"\x21", b"\x01\xe1\x4b")
_DIGITS = re.compile(
    rf"(?<![0-9A-Za-z])(?:(?:0[xX])?([0-9A-Fa-f]{{64}})|[{_B58}]{{86,88}})(?![0-9A-Za-z])", re.ASCII
)
"""What may be a key or a digest, by its form alone: 32 bytes as digits, or 64 in Base58."""
_NAMED = re.compile(
    r"(?:tx|txid|signature|txs|transaction|transactions|sha-?256|digest|digests|hash|hashes|block|case|act"
    r"|request|inputs|answer|report|empreinte|condens\u00e9|affaire|acte|demande|bloc)"
    r"(?:[\s:=#(,;.]|no|id|is|and|et|of|de|la|le|the|[0-9a-fA-F]{64}|:[0-9]+)*$",
    re.IGNORECASE,
)
_ARABIC_NAMED = re.compile("(?:معاملة|المعاملة|بصمة|البصمة|قضية|القضية|طلب|الطلب|كتلة)[\\s:]*$")
_CLAIMED = re.compile(
    "private|secret|seed|mnemonic|priv[_ -]?key|spend[_ -]?key|cl\u00e9 priv\u00e9e|phrase de r\u00e9cup"
    "|مفتاح خاص|المفتاح الخاص|عبارة الاسترداد"
    "|\u52a9\u8bb0\u8bcd|\u52a9\u8a18\u8a5e|\u79c1\u94a5|\u79c1\u9470"  # mnemonic, private key
    "|приватный ключ|закрытый ключ|clave privada|frase semilla",
    re.IGNORECASE,
)
_NEAR = 60


def find_secret(text: str) -> str:
    """Return what kind of secret a text holds, or an empty text.

    Args:
        text: As a person wrote it.

    Returns:
        ``key`` for wallet import format, extended private keys and seeds of Stellar; ``hex`` for 64
        hexadecimal digits, or 64 bytes in Base58, that are not said to be a transaction or a digest, or are
        said to be a key; ``words`` for a seed phrase; or nothing.

    Basis: BIP-39; BIP-32
    """
    if _KEY.search(text) or any(_is_short_key(one) for one in _SHORT.findall(text)):
        return "key"
    if any(_is_bare(text, found.start()) for found in _DIGITS.finditer(text)):
        return "hex"
    return "words" if has_phrase(text, said=bool(_CLAIMED.search(text))) else ""


def holds_key(text: str) -> bool:
    """Tell whether a text holds what is a key for certain: its checksum holds, or it is a seed phrase.

    Args:
        text: As others wrote it; a long word of a link that merely looks like a key is none.

    Basis: BIP-32; BIP-38; BIP-39
    """
    if any(_is_sound(one) for one in _KEY.findall(text)):
        return True
    if any(_is_short_key(one) for one in _SHORT.findall(text)):
        return True
    return has_phrase(text, said=bool(_CLAIMED.search(text)))


def require_keyless(value: Any, *, where: str = "") -> None:
    """Raise MalformedError ``secret.key`` where any text in a value is a key for certain; it is not repeated.

    Args:
        value: A text, or what JSON may hold.
        where: Name of the file or field.
    """
    if any(holds_key(text) for _, text in _texts(value, where)):
        raise MalformedError(
            "secret.key",
            "this holds a private key or a seed phrase of an asset, which never enters a node",
            hint="take it out, and give it to the custodian: whoever reads it can take the money",
            where=where,
        )


def _is_sound(text: str) -> bool:
    """Tell whether the checksum of a key of a usual form holds."""
    if text[0] == "S":
        return _is_stellar(text)
    raw = _from_base58(text, _LETTERS)
    return len(raw) > 4 and sha256(sha256(raw[:-4]))[:4] == raw[-4:]


def _is_short_key(text: str) -> bool:
    """Tell whether a text is a short key of a coin that is carried, or a seed of XRP."""
    if text[0] == "S":
        return len(text) in (22, 26, 30) and sha256(f"{text}?".encode())[0] == 0
    raw = _from_base58(text, _XRP_LETTERS)
    return len(raw) > 20 and raw[:-20].startswith(_XRP_SEEDS) and sha256(sha256(raw[:-4]))[:4] == raw[-4:]


def _is_stellar(text: str) -> bool:
    raw = base64.b32decode(text)
    return raw[0] == 18 << 3 and binascii.crc_hqx(raw[:-2], 0) == int.from_bytes(raw[-2:], "little")


def _from_base58(text: str, letters: str) -> bytes:
    number = 0
    for letter in text:
        number = number * 58 + letters.index(letter)
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def require_no_secret(value: Any, *, where: str = "") -> None:
    """Raise MalformedError ``freeze.secret`` where any text in a value holds a secret; it is not repeated.

    Args:
        value: A text, or what JSON may hold; members whose text is a digest by their name are passed over.
        where: JSON pointer of the value.
    """
    for place, text in _texts(value, where):
        if find_secret(text):
            raise MalformedError(
                "freeze.secret",
                "this looks like a private key or a seed phrase, which never enters a node",
                hint="give it to the custodian; before a digest write 'sha256', before an id 'tx'",
                where=place or "/",
            )


_DIGESTS = frozenset(
    {"digest", "inputs", "answer", "request", "case", "act", "key", "tx", "seeds", "hearing"}
)
"""Members that hold digests and ids by their form."""


def _texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield where, str(name)
            yield from _texts(_stripped(one) if name in _DIGESTS else one, f"{where}/{str(name)[:40]}")
    elif isinstance(value, Sequence):
        for at, one in enumerate(value):
            yield from _texts(one, f"{where}/{at}")


def _stripped(value: Any) -> Any:
    """Return a member of digests without those of its texts that are one, or a place in a transaction."""
    if isinstance(value, str):
        return (
            ""
            if re.fullmatch(rf"(?:0x)?[0-9a-f]{{64}}(?::[0-9]{{1,9}})?|[{_B58}]{{86,88}}", value)
            else value
        )
    if isinstance(value, Sequence):
        return [_stripped(one) for one in value]
    return value


def _is_bare(text: str, start: int) -> bool:
    """Tell whether nothing before 64 digits says that they are a digest, or something near says a key."""
    before = text[:start]
    if _CLAIMED.search(text[max(0, start - _NEAR) : start + 64 + _NEAR]):
        return True
    return not (_NAMED.search(before) or _ARABIC_NAMED.search(before))
