"""Addresses of account chains that are not Base58: Ethereum and its kin, Stellar, TON."""

import base64
import binascii
import re

from comity.tracing.addresses.networks import EVM, STELLAR, TON, Fault, Fit
from comity.tracing.addresses.ports import Primitives

_HEX = re.compile(r"[0-9a-fA-F]*", re.ASCII)
_STELLAR = {0x30: "account", 0x60: "muxed", 0x10: "contract", 0x08: "claimable-balance"}
_STELLAR_SECRET = 0x90
_TON_TAGS = {0x11: "bounceable", 0x51: "non-bounceable"}
_TON_RAW = re.compile(r"(?:0|-1):[0-9a-fA-F]{64}", re.ASCII)
_TON_TEXT = re.compile(r"[A-Za-z0-9_\-+/]{48}", re.ASCII)


def read_evm(text: str, *, primitives: Primitives) -> Fit | Fault | None:
    """Judge a text as an address of Ethereum and its kin: ``0x`` and forty hexadecimal digits.

    The case of the letters is a checksum (ERC-55); in one case alone there is none.
    """
    if text[:2].lower() != "0x":
        if len(text) == 64 and _HEX.fullmatch(text):
            return Fault(reason="hash", form="hex")
        return None
    digits = text[2:]
    if not _HEX.fullmatch(digits):
        at = next(at for at, ch in enumerate(digits, start=3) if not _HEX.fullmatch(ch))
        return Fault(reason="alphabet", form="hex", place=at)
    if len(digits) != 40:
        return Fault(reason="hash" if len(digits) == 64 else "length", form="hex")
    usual = checksummed(digits, primitives=primitives)
    if digits in (digits.lower(), digits.upper()):
        kept = digits == usual[2:]
        return Fit(networks=EVM, kind="account", form="hex", address=usual, checked=kept)
    wrong = [
        at for at, (ch, right) in enumerate(zip(text[2:], usual[2:], strict=True), start=3) if ch != right
    ]
    if not wrong:
        return Fit(networks=EVM, kind="account", form="hex", address=usual)
    return Fault(reason="checksum", form="hex")


def checksummed(digits: str, *, primitives: Primitives) -> str:
    """Return the usual spelling of forty hexadecimal digits, with ``0x`` in front."""
    digest = primitives.keccak256(digits.lower().encode("ascii")).hex()
    return "0x" + "".join(
        ch.upper() if int(nibble, 16) >= 8 else ch for ch, nibble in zip(digits.lower(), digest, strict=False)
    )


def read_stellar(text: str) -> Fit | Fault | None:
    """Judge a text as an address of Stellar; None where it resembles none."""
    if len(text) not in (56, 69) or text[0] not in "GMCS" or not re.fullmatch("[A-Z2-7]+", text):
        return None
    data = base64.b32decode(text + "=" * (-len(text) % 8))
    if binascii.crc_hqx(data[:-2], 0).to_bytes(2, "little") != data[-2:]:
        return Fault(reason="checksum", form="strkey")
    if data[0] == _STELLAR_SECRET:
        return Fault(reason="secret")
    kind = _STELLAR.get(data[0])
    if kind is None or len(data) != (43 if kind == "muxed" else 35):
        return Fault(reason="version", form="strkey")
    return Fit(networks=(STELLAR, "stellar-testnet"), kind=kind, form="strkey", address=text)


def read_ton(text: str) -> Fit | Fault | None:
    """Judge a text as an address of TON, in its usual or its raw form; None where it resembles none."""
    if _TON_RAW.fullmatch(text):
        return Fit(networks=(TON, "ton-testnet"), kind="raw", form="hex", address=text.lower(), checked=False)
    if not _TON_TEXT.fullmatch(text):
        return None
    try:
        data = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        return None
    if data[0] & 0x7F not in _TON_TAGS or data[1] not in (0, 255):
        return None
    if binascii.crc_hqx(data[:-2], 0).to_bytes(2, "big") != data[-2:]:
        return Fault(reason="checksum", form="base64")
    network = "ton-testnet" if data[0] & 0x80 else TON
    return Fit(networks=(network,), kind=_TON_TAGS[data[0] & 0x7F], form="base64", address=text)
