from dataclasses import replace

import pytest

from comity.exchange.envelope import End
from comity.exchange.receipts import (
    Receipt,
    parse_receipt,
    receipt_statement,
    refused_digest,
    require_receipt,
)
from comity.kernel.errors import MalformedError, UntrustedError
from comity.kernel.ids import ActId, AuthorityId, CaseId, Fingerprint
from comity.kernel.realms import Realm
from comity.ledger.leaves import Leaf
from tests.simulator.parties import T0, make_party

HERE, THERE = make_party("XAA").office, make_party("XAB").office
DIGEST = b"\x05" * 32
LEAF = Leaf(tag="act.received", nonce=b"\x07" * 32, digest=DIGEST)
RECEIPT = Receipt(
    act=ActId("1" * 64),
    signer=THERE.end,
    author=HERE.end,
    at=T0,
    origin=THERE.origin(HERE.root),
    size=1,
    log_root=LEAF.hash,
    leaf_index=0,
    leaf_tag=LEAF.tag,
    leaf_nonce=LEAF.nonce,
    path=(),
    case=CaseId("2" * 64),
    your_last_seq=3,
    own_last_seq=2,
    pending=None,
    result="stored",
    code="",
    incarnation=1,
)
SIGNED = receipt_statement(RECEIPT, realm=Realm.PRACTICE, signer=THERE.receipt)


def check(envelope=SIGNED, *, signer=THERE.end, author=HERE.end, keys=(THERE.receipt.public,)):
    return require_receipt(envelope, realm=Realm.PRACTICE, signer=signer, author=author, keys=keys)


def test_a_receipt_says_what_was_put_into_it():
    assert parse_receipt(SIGNED) == RECEIPT
    assert check() == RECEIPT


def test_the_same_receipt_has_the_same_bytes():
    assert receipt_statement(RECEIPT, realm=Realm.PRACTICE, signer=THERE.receipt) == SIGNED


def test_the_leaf_is_proved_under_the_named_head():
    RECEIPT.require_leaf(DIGEST)
    for changed in (
        replace(RECEIPT, log_root=bytes(32)),
        replace(RECEIPT, leaf_nonce=bytes(32)),
        replace(RECEIPT, size=2),
    ):
        with pytest.raises(UntrustedError) as caught:
            changed.require_leaf(DIGEST)
        assert caught.value.code == "receipt.leaf"
    with pytest.raises(UntrustedError):
        RECEIPT.require_leaf(bytes(32))


def test_a_refusal_commits_to_the_id():
    leaf = Leaf(tag="act.refused", nonce=bytes(32), digest=refused_digest(RECEIPT.act))
    refusal = replace(
        RECEIPT,
        result="refused",
        code="act.denied",
        leaf_tag=leaf.tag,
        leaf_nonce=bytes(32),
        log_root=leaf.hash,
    )
    refusal.require_leaf(refused_digest(refusal.act))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"keys": (THERE.log.public,)}, "receipt.signature"),
        ({"keys": ()}, "receipt.signature"),
        ({"signer": HERE.end}, "receipt.ends"),
        ({"author": End(authority=AuthorityId("XAA/court"), root=HERE.root)}, "receipt.ends"),
        ({"author": End(authority=HERE.authority, root=Fingerprint("0" * 64))}, "receipt.ends"),
    ],
)
def test_a_receipt_between_others_or_by_another_key_is_refused(more, code):
    with pytest.raises(UntrustedError) as caught:
        check(**more)
    assert caught.value.code == code


def test_a_receipt_of_the_other_realm_is_refused():
    live = receipt_statement(RECEIPT, realm=Realm.LIVE, signer=THERE.receipt)
    with pytest.raises(UntrustedError):
        check(live)


@pytest.mark.parametrize(
    "changes",
    [
        {"result": "perhaps"},
        {"result": "refused"},
        {"code": "act.denied"},
        {"leaf_tag": "act.refused"},
        {"your_last_seq": -1},
        {"incarnation": 0},
        {"leaf_nonce": b""},
    ],
)
def test_what_no_receipt_can_say(changes):
    with pytest.raises(MalformedError):
        replace(RECEIPT, **changes)
