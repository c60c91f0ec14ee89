"""Addresses against the vectors of others: BIP 173 and 350, ERC-55, Bitcoin Core, and public tag packs."""

import json
import os
import re
from pathlib import Path

import pytest

from comity.engines.tracing.primitives import LIBRARIES
from comity.tracing.addresses.base58 import foreign_letter
from comity.tracing.addresses.checking import check_address as judge
from comity.tracing.addresses.segwit import witness_address

CRYPTO = Path(os.environ.get("COMITY_SHARED", Path(__file__).parents[3] / "shared")) / "data" / "crypto"
pytestmark = pytest.mark.skipif(not CRYPTO.is_dir(), reason="no shared data on crypto-assets here")


def check_address(text):
    return judge(text, primitives=LIBRARIES)


REASONS = (
    (r"Invalid human-readable", {"network", "unknown"}),
    (r"Invalid checksum \(Bech32", {"encoding"}),
    (r"Invalid checksum", {"letter", "checksum", "encoding"}),
    (r"Invalid witness version", {"version"}),
    (r"Invalid (character|data)", {"alphabet", "unknown"}),
    (r"(Invalid program length|Empty data|Invalid length)", {"length"}),
    (r"Mixed case", {"case"}),
    (r"(zero padding|Non-zero padding|.*padding)", {"padding"}),
)


@pytest.mark.parametrize("name", ["bip-0173", "bip-0350"])
def test_segwit_addresses_of_the_proposals(name):
    text = (CRYPTO / "bips" / f"{name}-test-vectors.mediawiki").read_text()
    addresses = text[text.index("segwit addresses") :]
    good = re.findall(r"\* <tt>(\S+)</tt>: <tt>([0-9a-f]+)</tt>", addresses)
    bad = re.findall(r"\* <tt>(\S+)</tt>: ([A-Za-z].*)", addresses)
    assert good and bad
    for address, script in good:
        version, program = bytes.fromhex(script)[0], bytes.fromhex(script)[2:]
        version = version - 0x50 if version else 0
        if name == "bip-0173" and version:
            continue  # BIP 350 gave these another checksum
        assert check_address(address).valid, address
        prefix = address.lower().rpartition("1")[0]
        assert witness_address(prefix, version, program) == address.lower()
    for address, why in bad:
        found = check_address(address)
        allowed = next((codes for form, codes in REASONS if re.match(form, why)), None)
        assert not found.valid, address
        if name == "bip-0350":
            assert allowed is not None and found.reason in allowed, (address, why, found.reason)


def test_bech32_and_base58_of_bitcoin_core():
    for _, address in json.loads((CRYPTO / "bitcoin-core-vectors/bech32_encode_decode.json").read_text()):
        found = check_address(address)
        assert found.valid or found.reason == "encoding", address  # version 1 under the older BIP 173
    for address, _ in json.loads((CRYPTO / "bitcoin-core-vectors/bech32_invalid.json").read_text()):
        assert not check_address(address).valid, address
    for digits, text in json.loads((CRYPTO / "bitcoin-core-vectors/base58_encode_decode.json").read_text()):
        assert LIBRARIES.to_base58(bytes.fromhex(digits)) == text
        assert LIBRARIES.from_base58(text) == bytes.fromhex(digits)
        assert foreign_letter(text) == 0


def test_ethereum_checksums():
    told = json.loads((CRYPTO / "eip55/eip55.json").read_text())
    for address in told["valid_checksum"]:
        found = check_address(address)
        assert found.valid and found.checked and found.address == address
    for address in told["not_checksummed"]:
        assert check_address(address).valid and not check_address(address).checked
    for address in told["malformed"]:
        assert not check_address(address).valid


def test_a_tron_address_filed_under_bitcoin_is_told_as_tron():
    text = (CRYPTO / "tagpacks/packs/ofac.yaml").read_text()
    filed = re.findall(r"- address: '?(\w+)'?\n  currency: (\w+)", text)
    assert len(filed) > 500
    strays = [a for a, currency in filed if currency == "BTC" and "bitcoin" not in check_address(a).networks]
    assert len(strays) == 1
    assert check_address(strays[0]).networks == ("tron",)
