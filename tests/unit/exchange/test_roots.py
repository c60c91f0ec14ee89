import json
from dataclasses import replace

import pytest

from comity.exchange.roots import Root, fingerprint, parse_root, require_chain, root_statement, sign
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import MalformedError, UntrustedError
from comity.kernel.ids import PartyCode
from comity.kernel.realms import Realm
from comity.kernel.signing import Ed25519Signer, Envelope
from tests.simulator.parties import make_party, root_of

PARTY = make_party("XAA")
NEW = tuple(Ed25519Signer.generate(SeededEntropy(f"new/{n}")) for n in range(3))


def second(signers, **changes) -> Envelope:
    root = replace(root_of("XAA", NEW, PARTY.entry_signers, version=2), **changes)
    return sign(root_statement(root), signers)


def refused(*envelopes: Envelope) -> str:
    with pytest.raises((UntrustedError, MalformedError)) as caught:
        require_chain(envelopes)
    return caught.value.code


def test_a_root_says_what_was_put_into_it():
    root = parse_root(PARTY.root)
    assert root == root_of("XAA", PARTY.root_signers, PARTY.entry_signers)
    assert fingerprint(PARTY.root) == PARTY.root.id


def test_version_one_needs_its_own_quorum():
    assert len(require_chain([PARTY.root])) == 1
    one = replace(PARTY.root, signatures=PARTY.root.signatures[:1])
    assert refused(one) == "root.quorum"


def test_one_key_signing_twice_is_no_quorum():
    once = PARTY.root.signatures[0]
    assert refused(replace(PARTY.root, signatures=(once, once))) == "root.quorum"


def test_a_new_root_needs_the_quorums_of_both():
    old, new = PARTY.root_signers[:2], NEW[:2]
    assert len(require_chain([PARTY.root, second([*old, *new])])) == 2
    assert refused(PARTY.root, second(new)) == "root.old_quorum"
    assert refused(PARTY.root, second(old)) == "root.quorum"
    assert refused(PARTY.root, second([*new, old[0]])) == "root.old_quorum"


def test_a_chain_has_no_gap_and_keeps_party_and_time():
    both = [*PARTY.root_signers[:2], *NEW[:2]]
    assert refused() == "root.missing"
    assert refused(second(both)) == "root.gap"
    assert refused(PARTY.root, second(both, version=3)) == "root.gap"
    assert refused(PARTY.root, second(both, party=PartyCode("XAB"))) == "root.party"
    assert refused(PARTY.root, second(both, issued_at=1)) == "root.time"


@pytest.mark.parametrize(
    "changes",
    [
        {"threshold": 0},
        {"threshold": 4},
        {"entry_threshold": 0},
        {"keys": ()},
        {"keys": (bytes(32),) * 3},
        {"version": 0},
        {"realm": Realm.LIVE},
        {"party": PartyCode("KEN")},
    ],
)
def test_what_no_root_can_be(changes):
    values = {name: getattr(parse_root(PARTY.root), name) for name in Root.__slots__} | changes
    with pytest.raises(MalformedError):
        Root(**values)


def test_a_root_of_the_other_realm_or_class_is_refused():
    live = replace(PARTY.root, payload_type=PARTY.root.payload_type.replace("practice", "live"))
    with pytest.raises(MalformedError):
        parse_root(live)
    with pytest.raises(MalformedError):
        parse_root(replace(PARTY.root, payload_type=PARTY.root.payload_type.replace("root", "entry")))


def test_unknown_fields_survive_and_are_passed_over():
    more = json.loads(PARTY.root.payload) | {"later": {"x": 1}}
    envelope = sign(replace(PARTY.root, payload=json.dumps(more).encode(), signatures=()), PARTY.root_signers)
    assert parse_root(envelope) == parse_root(PARTY.root)
    assert len(require_chain([envelope])) == 1
