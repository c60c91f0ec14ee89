"""The published vectors, held against our code and against a second reading by the standard library."""

import base64
import hashlib
import json
from pathlib import Path

import pytest

from comity.exchange.cards import build_card, parse_card
from comity.exchange.receipts import parse_receipt
from comity.exchange.roots import require_chain
from comity.exchange.words import twelve_words, word_list
from comity.kernel.errors import UntrustedError
from comity.kernel.signing import is_signature, parse_envelope

FILE = Path(__file__).resolve().parents[2] / "vectors" / "identity" / "vectors.json"
VECTORS = json.loads(FILE.read_text(encoding="utf-8"))


def pae(envelope) -> bytes:
    kind, payload = envelope["payloadType"].encode(), base64.b64decode(envelope["payload"])
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


@pytest.mark.parametrize("code", ["XAA", "XAB"])
def test_a_fingerprint_is_the_digest_of_the_first_root(code):
    party = VECTORS["parties"][code]
    assert hashlib.sha256(pae(party["root"])).hexdigest() == party["fingerprint"]
    card = parse_card(build_card([parse_envelope(party["root"]).json], [parse_envelope(party["entry"]).json]))
    assert card.party.fingerprint == party["fingerprint"]
    payload = json.loads(base64.b64decode(party["entry"]["payload"]))
    assert payload["root"] == party["fingerprint"]


def test_the_words():
    one, other = VECTORS["words"]["of"]
    first, second = sorted((bytes.fromhex(one), bytes.fromhex(other)))
    bits = int.from_bytes(hashlib.sha256(first + second).digest(), "big") >> 124
    by_hand = [word_list()[bits >> 11 * place & 2047] for place in reversed(range(12))]
    assert by_hand == VECTORS["words"]["words"] == list(twelve_words(one, other))


def test_the_second_root_holds_both_quorums_and_not_without_the_old():
    first, second = VECTORS["parties"]["XAA"]["root"], VECTORS["second_root"]["root"]
    assert len(require_chain([parse_envelope(first), parse_envelope(second)])) == 2
    stripped = dict(second, signatures=second["signatures"][1:])
    with pytest.raises(UntrustedError):
        require_chain([parse_envelope(first), parse_envelope(stripped)])


def test_the_receipt_is_signed_and_its_leaf_is_under_the_head():
    vector = VECTORS["receipt"]
    key = bytes.fromhex(VECTORS["parties"]["XAB"]["receipt_key"])
    (signature,) = vector["receipt"]["signatures"]
    assert signature["keyid"] == hashlib.sha256(key).hexdigest()
    assert is_signature(key, pae(vector["receipt"]), base64.b64decode(signature["sig"]))
    said = json.loads(base64.b64decode(vector["receipt"]["payload"]))
    digest = bytes.fromhex(vector["leaf_digest"])
    tagged = said["leaf"]["tag"].encode() + base64.b64decode(said["leaf"]["nonce"]) + digest
    leaf = hashlib.sha256(b"\x00" + tagged).hexdigest()
    assert leaf == vector["leaf_hash"]
    (sibling,) = said["leaf"]["proof"]
    assert said["log"]["root"] == hashlib.sha256(b"\x01" + bytes.fromhex(sibling + leaf)).hexdigest()
    parse_receipt(parse_envelope(vector["receipt"])).require_leaf(digest)
