"""The two suites of age keys: their texts, who opens what, and that they never share a file."""

import dataclasses

import pytest

from comity.kernel import agefile, ageheader, agekeys
from comity.kernel.agekeys import CLASSICAL, HYBRID, HYBRID_SIZE, Identity
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import MalformedError, UntrustedError

ENTROPY = SeededEntropy("keys")
OLD, NEW = Identity.generate(ENTROPY), Identity.generate(ENTROPY, suite=HYBRID)
OTHER = Identity.generate(ENTROPY, suite=HYBRID)


def sealed(*to: Identity) -> bytes:
    return agefile.seal(b"held back", recipients=[one.public for one in to], entropy=ENTROPY)


def test_a_hybrid_file_opens_for_each_of_its_recipients_and_for_nobody_else():
    file = sealed(NEW, OTHER)
    assert [stanza.kind for stanza in agefile.parse_header(file).stanzas] == ["mlkem768x25519"] * 2
    for one in (NEW, OTHER):
        assert agefile.open_sealed(file, identities=[OLD, one], most_bytes=9) == b"held back"
    for stranger in (OLD, Identity(NEW.private()), Identity.generate(ENTROPY, suite=HYBRID)):
        with pytest.raises(UntrustedError) as caught:
            agefile.open_sealed(file, identities=[stranger], most_bytes=9)
        assert caught.value.code == "age.no_identity"


def test_every_part_of_a_hybrid_header_is_bound():
    file = sealed(NEW)
    size = agefile.parse_header(file).size
    for at in [*range(0, size, 97), size - 3]:
        bad = bytearray(file)
        bad[at] ^= 1
        with pytest.raises((MalformedError, UntrustedError)):
            agefile.open_sealed(bytes(bad), identities=[NEW], most_bytes=9)


def test_suites_do_not_share_a_file():
    with pytest.raises(MalformedError) as caught:
        sealed(OLD, NEW)
    assert caught.value.code == "age.recipients_mixed"


@pytest.mark.parametrize(
    ("count", "identity", "held"), [(64, OLD, True), (65, OLD, False), (40, NEW, True), (41, NEW, False)]
)
def test_a_header_never_grows_beyond_what_a_reader_takes(count: int, identity: Identity, held: bool):
    if not held:
        with pytest.raises(MalformedError, match="recipients"):
            sealed(*[identity] * count)
        return
    assert len(agefile.parse_header(sealed(*[identity] * count)).stanzas) == count


def test_texts_are_those_of_the_format():
    for identity, begins, secret in (
        (OLD, "age1", "AGE-SECRET-KEY-1"),
        (NEW, "age1pq1", "AGE-SECRET-KEY-PQ-1"),
    ):
        shown = agekeys.recipient_text(identity.public)
        assert shown.startswith(begins)
        assert agekeys.parse_recipient(shown) == identity.public
        assert identity.text.startswith(secret)
        again = agekeys.parse_identity(identity.text)
        assert (again.public, again.suite) == (identity.public, identity.suite)
    assert len(NEW.public) == HYBRID_SIZE


@pytest.mark.parametrize("of", [OLD, NEW])
def test_a_key_under_the_name_of_the_other_suite_is_none(of: Identity):
    wrong = {CLASSICAL: "age1pq", HYBRID: "age"}[of.suite]
    text = agekeys.encode_bech32(wrong, of.public)
    for bad in (text, agekeys.recipient_text(of.public).upper(), of.text):
        with pytest.raises(MalformedError) as caught:
            agekeys.parse_recipient(bad)
        assert caught.value.code == "age.recipient"
    with pytest.raises(MalformedError):
        agekeys.parse_identity(of.text.lower())


def test_bytes_that_are_no_encapsulation_key_are_no_recipient():
    # A coefficient of 4,095 is above the modulus of ML-KEM: FIPS 203 section 7.2 refuses the key.
    bad = b"\xff" * HYBRID_SIZE
    assert not agekeys.is_usable(bad)
    assert agekeys.is_usable(NEW.public)
    with pytest.raises(MalformedError) as caught:
        agefile.seal(b"", recipients=[bad], entropy=ENTROPY)
    assert caught.value.code == "age.recipient"
    with pytest.raises(MalformedError):
        agekeys.suite_of([bytes(33)])


def test_a_stanza_of_another_shape_is_malformed():
    (good,) = agefile.parse_header(sealed(NEW)).stanzas
    for arguments, body in (
        ((), good.body),
        ((*good.arguments, "x"), good.body),
        (good.arguments, good.body + b"\0"),
        ((ageheader.bare_b64(bytes(1119)),), good.body),
    ):
        with pytest.raises(MalformedError):
            NEW.file_key(dataclasses.replace(good, arguments=arguments, body=body))
    assert OLD.file_key(good) is None


def test_a_marked_copy_is_read_like_any_other():
    head = agefile.header(bytes(16), [OLD.public], ENTROPY, stock_copy=True)
    found = agefile.parse_header(head)
    assert [stanza.kind for stanza in found.stanzas] == ["X25519", "comity-stock-copy"]
    assert agefile.unwrap(found, [OLD]) == bytes(16)
