"""Addresses: every form, every reason, and what shares a form."""

import pytest

from comity.engines.tracing.primitives import LIBRARIES
from comity.kernel.errors import UnavailableError
from comity.tracing.addresses.base58 import encoded_check as encode_check
from comity.tracing.addresses.checking import MOST_TEXT
from comity.tracing.addresses.checking import check_address as judge
from comity.tracing.addresses.networks import REASONS, Fit
from comity.tracing.addresses.segwit import witness_address
from comity.wording import LANGUAGES
from comity.wording.catalogue import files


def check_address(text):
    return judge(text, primitives=LIBRARIES)


def encoded_check(payload):
    return encode_check(payload, primitives=LIBRARIES)


GENESIS = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
SEGWIT = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
CASH = "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"
STELLAR = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ"
MONERO = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A"


@pytest.mark.parametrize(
    ("text", "networks", "kind", "checked"),
    [
        (GENESIS, ["bitcoin", "bitcoin-cash", "bitcoin-sv"], "p2pkh", True),
        (
            "3P14159f73E4gFr7JterCCQh9QjiTjiZrG",
            ["bitcoin", "bitcoin-cash", "bitcoin-sv", "litecoin"],
            "p2sh",
            True,
        ),
        (SEGWIT.upper(), ["bitcoin"], "p2wpkh", True),
        ("tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", ["bitcoin-testnet", "bitcoin-signet"], "p2wpkh", True),
        (witness_address("bcrt", 1, bytes(32)), ["bitcoin-regtest"], "p2tr", True),
        (witness_address("ltc", 0, bytes(32)), ["litecoin"], "p2wsh", True),
        (witness_address("bc", 1, b"\x4e\x73"), ["bitcoin"], "p2a", True),
        (witness_address("bc", 16, bytes(2)), ["bitcoin"], "witness-v16", True),
        (encoded_check(b"\x30" + bytes(20)), ["litecoin"], "p2pkh", True),
        (encoded_check(b"\x1e" + bytes(20)), ["dogecoin"], "p2pkh", True),
        (encoded_check(b"\x41" + bytes(20)), ["tron"], "account", True),
        (encoded_check(b"\x4c" + bytes(20)), ["dash"], "p2pkh", True),
        (encoded_check(b"\x1c\xbd" + bytes(20)), ["zcash"], "p2sh", True),
        (CASH, ["bitcoin-cash"], "p2pkh", True),
        (CASH.partition(":")[2].upper(), ["bitcoin-cash"], "p2pkh", True),
        ("rGeyCsqc6vKXuyTGF39WJxmTRemoV3c97h", ["xrp", "xrp-testnet"], "account", True),
        ("X7gJ5YK8abHf2eTPWPFHAAot8Knck11QGqmQ7a6a3Z8PJvk", ["xrp"], "account-with-tag", True),
        ("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA", ["solana"], "account", False),
        (LIBRARIES.to_base58((2).to_bytes(32, "little")), ["solana"], "program-derived", False),
        (MONERO, ["monero"], "standard", True),
        (STELLAR, ["stellar", "stellar-testnet"], "account", True),
        ("EQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqB2N", ["ton"], "bounceable", True),
        ("0:" + "AB" * 32, ["ton", "ton-testnet"], "raw", False),
        (f"bitcoin:{SEGWIT}?amount=0.1", ["bitcoin"], "p2wpkh", True),
        (f"  {GENESIS}\n", ["bitcoin", "bitcoin-cash", "bitcoin-sv"], "p2pkh", True),
    ],
)  # fmt: skip
def test_addresses_hold_on_every_network_that_shares_their_form(text, networks, kind, checked):
    found = check_address(text)
    assert (found.valid, list(found.networks), found.kind, found.checked) == (True, networks, kind, checked)
    assert check_address(found.address).valid


def test_ethereum_is_told_with_all_that_share_it_and_its_checksum():
    found = check_address("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")
    assert found.valid and found.checked
    assert found.networks[0] == "ethereum" and "polygon" in found.networks
    lower = check_address("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")
    assert lower.valid and not lower.checked and lower.address == found.address
    wrong = check_address("0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed")
    assert (wrong.valid, wrong.reason) == (False, "checksum")


@pytest.mark.parametrize(
    ("text", "reason", "place"),
    [
        ("", "empty", 0),
        ("   ", "empty", 0),
        ("1" * (MOST_TEXT + 1), "length", 0),
        ("bc1qw508d6qejxtdg4y5r3zarvcry0c5xw7kv8f3t4", "letter", 27),
        ("bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "letter", 4),
        ("bc1qw508d6qejxtdg4y5r3zarvbry0c5xw7kv8f3t4", "alphabet", 27),
        ("bc1qw508d6qejxtdg4y5r3zarvAry0c5xw7kv8f3t4", "case", 27),
        ("bc1qw508d6qejxtdg4y5r3zarvccy0c5xw7kv8f3tq", "checksum", 0),
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", "encoding", 0),
        ("tc1qw508d6qejxtdg4y5r3zarvary0c5xw7kg3g4ty", "network", 0),
        ("bc1gmk9yu", "length", 0),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "letter", 34),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DvifNa", "swapped", 30),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7D0vfNa", "alphabet", 30),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmvxxxxfNa", "checksum", 0),
        (CASH[:-1] + "q", "letter", len(CASH)),
        ("bitcoincash:q", "length", 0),
        ("rGeyCsqc6vKXuyTGF39WJxmTRemoV3c97r", "letter", 34),
        (MONERO[:-1] + "B", "checksum", 0),
        ("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae", "length", 0),
        ("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeg", "alphabet", 42),
        ("4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b", "hash", 0),
        ("nobody@example.org", "unknown", 0),
        ("1A1zP1eP5QGefi2\u200bDMPTfTL5SLmv7DivfNa", "alphabet", 16),
        (encoded_check(b"\x77" + bytes(20)), "version", 0),
    ],
)
def test_what_is_no_address_is_told_why_and_which_letter_but_never_the_right_one(text, reason, place):
    found = check_address(text)
    assert (found.valid, found.reason, found.place) == (False, reason, place)
    assert found.networks == () and found.address == ""


@pytest.mark.parametrize(
    "secret",
    [
        encoded_check(b"\x80" + bytes(range(32))),
        encoded_check(b"\xef" + bytes(range(32)) + b"\x01"),
        encoded_check(bytes.fromhex("0488ade4") + bytes(74)),
    ],
)
def test_a_private_key_is_refused_and_not_repeated(secret):
    found = check_address(secret)
    assert (found.valid, found.reason, found.value) == (False, "secret", "")


def test_every_one_letter_slip_in_a_segwit_address_is_placed():
    for at in range(4, len(SEGWIT)):
        other = "q" if SEGWIT[at] != "q" else "p"
        found = check_address(SEGWIT[:at] + other + SEGWIT[at + 1 :])
        assert (found.reason, found.place) == ("letter", at + 1)


class Bare:
    """A node without the libraries."""

    def __getattr__(self, name):
        def missing(*_given, **_named):
            raise UnavailableError("address.extra", "addresses of this form need base58", hint="pip install")

        return missing


def test_without_the_libraries_every_form_that_needs_none_is_judged_all_the_same():
    for text in (SEGWIT, CASH, STELLAR, "0:" + "AB" * 32):
        assert judge(text, primitives=Bare()).valid, text
    assert judge("nobody@example.org", primitives=Bare()).reason == "unknown"
    for text in (
        GENESIS,
        MONERO,
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    ):
        with pytest.raises(UnavailableError) as caught:
            judge(text, primitives=Bare())
        assert text not in str(caught.value.where) + caught.value.message
    assert judge(encoded_check(b"\x80" + bytes(32)), primitives=Bare()).reason == "secret"


def test_keys_and_seed_phrases_are_refused_and_not_repeated_though_a_letter_is_wrong():
    for text in (
        "legal winner thank year wave sausage worth useful legal winner thank yellow",
        "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTX",
        "6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg",
        "S6c56bnXQiBjk9mqSYE7ykVQ7NzrRy",
        "sn259rEFXrQrWyx3Q7XneWcwV6dfL",
    ):
        found = judge(text, primitives=Bare())
        assert (found.valid, found.reason, found.value) == (False, "secret", ""), text


def test_every_reason_has_words_and_a_remedy_in_every_language():
    for language in LANGUAGES:
        keys = files(language)["tracing.json"]
        for reason in REASONS:
            assert f"address.reason.{reason}" in keys and f"address.mend.{reason}" in keys


def test_a_fit_of_nothing_is_refused():
    with pytest.raises(ValueError, match="fit"):
        Fit(networks=(), kind="p2pkh", form="base58check", address="x")
