"""Base58 text and the forms made of it: Bitcoin and its kin, TRON, XRP, Solana, Monero."""

from comity.kernel.digests import sha256
from comity.tracing.addresses.networks import (
    BITCOIN,
    BITCOIN_CASH,
    BITCOIN_GOLD,
    BITCOIN_SV,
    DASH,
    DOGECOIN,
    LITECOIN,
    MONERO,
    SOLANA,
    TRON,
    XRP,
    ZCASH,
    Fault,
    Fit,
)
from comity.tracing.addresses.ports import BITCOIN_LETTERS, XRP_LETTERS, Primitives

_FORM = "base58check"

_TEST_HASH = (
    "bitcoin-testnet",
    "bitcoin-signet",
    "bitcoin-regtest",
    "bitcoin-cash-testnet",
    "litecoin-testnet",
    "dogecoin-regtest",
)
_TEST_SCRIPT = (*_TEST_HASH[:5], "dogecoin-testnet", "dogecoin-regtest")
VERSIONS: dict[bytes, tuple[tuple[str, ...], str]] = {
    b"\x00": ((BITCOIN, BITCOIN_CASH, BITCOIN_SV), "p2pkh"),
    b"\x05": ((BITCOIN, BITCOIN_CASH, BITCOIN_SV, LITECOIN), "p2sh"),
    b"\x30": ((LITECOIN,), "p2pkh"),
    b"\x32": ((LITECOIN,), "p2sh"),
    b"\x1e": ((DOGECOIN,), "p2pkh"),
    b"\x16": ((DOGECOIN,), "p2sh"),
    b"\x4c": ((DASH,), "p2pkh"),
    b"\x10": ((DASH,), "p2sh"),
    b"\x26": ((BITCOIN_GOLD,), "p2pkh"),
    b"\x17": ((BITCOIN_GOLD,), "p2sh"),
    b"\x41": ((TRON,), "account"),
    b"\x6f": (_TEST_HASH, "p2pkh"),
    b"\xc4": (_TEST_SCRIPT, "p2sh"),
    b"\x3a": (("litecoin-testnet",), "p2sh"),
    b"\x71": (("dogecoin-testnet",), "p2pkh"),
    b"\x8c": (("dash-testnet",), "p2pkh"),
    b"\x13": (("dash-testnet",), "p2sh"),
    b"\x1c\xb8": ((ZCASH,), "p2pkh"),
    b"\x1c\xbd": ((ZCASH,), "p2sh"),
    b"\x1d\x25": (("zcash-testnet",), "p2pkh"),
    b"\x1c\xba": (("zcash-testnet",), "p2sh"),
}
"""What stands before the twenty bytes, and what it means."""

_SECRETS = frozenset((128, 239, 176, 158, 204, 241))
_EXTENDED_SECRETS = frozenset(
    bytes.fromhex(one) for one in ("0488ade4", "04358394", "049d7878", "04b2430c", "044a4e28", "045f18bc")
)
_MONERO = {
    18: (MONERO, "standard"),
    19: (MONERO, "integrated"),
    42: (MONERO, "subaddress"),
    53: ("monero-testnet", "standard"),
    54: ("monero-testnet", "integrated"),
    63: ("monero-testnet", "subaddress"),
    24: ("monero-stagenet", "standard"),
    25: ("monero-stagenet", "integrated"),
    36: ("monero-stagenet", "subaddress"),
}
_MONERO_SIZES = {0: 0, 2: 1, 3: 2, 5: 3, 6: 4, 7: 5, 9: 6, 10: 7, 11: 8}


def foreign_letter(text: str, letters: str = BITCOIN_LETTERS) -> int:
    """Return the place, from 1, of the first letter that is none of these; 0 where all are."""
    return next((at for at, letter in enumerate(text, start=1) if letter not in letters), 0)


def encoded_check(payload: bytes, *, primitives: Primitives) -> str:
    """Return the Base58Check text of a payload."""
    return primitives.to_base58(payload + _sum(payload))


def payload_of(text: str, *, primitives: Primitives, letters: str = BITCOIN_LETTERS) -> bytes | None:
    """Return what a Base58Check text of known letters carries, or None where its checksum does not hold."""
    data = primitives.from_base58(text, letters=letters)
    return data[:-4] if len(data) > 4 and _sum(data[:-4]) == data[-4:] else None


def read_bitcoin_like(text: str, *, primitives: Primitives, explain: bool = True) -> Fit | Fault | None:
    """Judge a text as a Base58Check address of Bitcoin, its kin, or TRON; None where it resembles none.

    Args:
        text: The text.
        primitives: The libraries.
        explain: Whether the letter that is wrong is looked for; some ten milliseconds.
    """
    if not 25 <= len(text) <= 36:
        return _secret(text, primitives)
    resembles, at = text[0] in "123ALMDXGn7mtTQ9", foreign_letter(text)
    payload = None if at else payload_of(text, primitives=primitives)
    if at or (payload is None and not resembles):
        return Fault(reason="alphabet", form=_FORM, place=at) if resembles else None
    if payload is None:
        reason, place = slip(text, primitives=primitives) if explain else ("checksum", 0)
        return Fault(reason=reason, form=_FORM, place=place)
    version = payload[:-20]
    if len(payload) < 21 or version not in VERSIONS:
        return Fault(reason="version" if len(payload) in (21, 22) else "length", form=_FORM)
    networks, kind = VERSIONS[version]
    return Fit(networks=networks, kind=kind, form=_FORM, address=text)


def _secret(text: str, primitives: Primitives) -> Fault | None:
    """Tell private keys in their usual forms: they are refused, and not repeated."""
    if not 50 <= len(text) <= 112 or foreign_letter(text):
        return None
    payload = payload_of(text, primitives=primitives)
    if payload is None:
        return None
    wallet = len(payload) in (33, 34) and payload[0] in _SECRETS
    return Fault(reason="secret") if wallet or payload[:4] in _EXTENDED_SECRETS else None


def read_xrp(text: str, *, primitives: Primitives) -> Fit | Fault | None:
    """Judge a text as an address of the XRP Ledger, classic or with its tag; None where it resembles none."""
    classic, tagged = text[:1] == "r" and 25 <= len(text) <= 35, text[:1] in "XT" and 46 <= len(text) <= 48
    if not classic and not tagged:
        return None
    if at := foreign_letter(text, XRP_LETTERS):
        return Fault(reason="alphabet", form=_FORM, place=at)
    payload = payload_of(text, primitives=primitives, letters=XRP_LETTERS)
    if payload is None:
        reason, place = slip(text, primitives=primitives, letters=XRP_LETTERS)
        return Fault(reason=reason, form=_FORM, place=place)
    if classic and len(payload) == 21 and payload[0] == 0:
        return Fit(networks=(XRP, "xrp-testnet"), kind="account", form=_FORM, address=text)
    if tagged and len(payload) == 31 and payload[:2] in (b"\x05\x44", b"\x04\x93"):
        network = XRP if payload[0] == 5 else "xrp-testnet"
        return Fit(networks=(network,), kind="account-with-tag", form=_FORM, address=text)
    return Fault(reason="version", form=_FORM)


def read_solana(text: str, *, primitives: Primitives) -> Fit | None:
    """Judge a text as 32 bytes in Base58: an account of Solana, which carries no checksum."""
    if not 32 <= len(text) <= 44 or foreign_letter(text):
        return None
    data = primitives.from_base58(text)
    if len(data) != 32:
        return None
    kind = "account" if primitives.is_on_curve(data) else "program-derived"
    return Fit(networks=(SOLANA,), kind=kind, form="base58", address=text, checked=False)


def read_monero(text: str, *, primitives: Primitives) -> Fit | Fault | None:
    """Judge a text as an address of Monero; None where it resembles none."""
    if len(text) not in (95, 106) or text[0] not in "48957AB":
        return None
    if at := foreign_letter(text):
        return Fault(reason="alphabet", form="base58-monero", place=at)
    made = bytearray()
    for start in range(0, len(text), 11):
        block = text[start : start + 11]
        number = int.from_bytes(primitives.from_base58(block), "big")
        size = _MONERO_SIZES[len(block)]
        if number >> 8 * size:
            return Fault(reason="checksum", form="base58-monero")
        made += number.to_bytes(size, "big")
    if primitives.keccak256(bytes(made[:-4]))[:4] != made[-4:]:
        return Fault(reason="checksum", form="base58-monero")
    network, kind = _MONERO.get(made[0], ("", ""))
    if not network or (kind == "integrated") != (len(text) == 106):
        return Fault(reason="version", form="base58-monero")
    return Fit(networks=(network,), kind=kind, form="base58-monero", address=text)


def slip(text: str, *, primitives: Primitives, letters: str = BITCOIN_LETTERS) -> tuple[str, int]:
    """Return the reason why a Base58Check text does not hold, and the letter meant.

    One wrong letter, and two that changed places, are found by trying: of some 2,000 trials one in two
    million would mislead.
    """

    def holds(tried: str) -> bool:
        return payload_of(tried, primitives=primitives, letters=letters) is not None

    places = set()
    for at, letter in enumerate(text):
        for other in letters:
            if other != letter and holds(text[:at] + other + text[at + 1 :]):
                places.add(at + 1)
    if len(places) == 1:
        return "letter", places.pop()
    for at in range(len(text) - 1):
        if holds(text[:at] + text[at + 1] + text[at] + text[at + 2 :]):
            return "swapped", at + 1
    return "checksum", 0


def _sum(payload: bytes) -> bytes:
    return sha256(sha256(payload))[:4]
