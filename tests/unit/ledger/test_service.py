import pytest

from comity.kernel.clock import Instant
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError, UntrustedError
from comity.kernel.signing import Ed25519Signer
from comity.ledger.checkpoint import cosign, log_key, open_checkpoint, witness_key
from comity.ledger.leaves import Leaf, draw_leaf
from comity.ledger.merkle import EMPTY_ROOT
from comity.ledger.notes import NoteSignature, parse_note
from comity.ledger.service import Log
from comity.storage.memory.logs import MemoryLogStore

ORIGIN = "comity/practice/XAA/contact-point/national"
ENTROPY = SeededEntropy("service")
SIGNER = Ed25519Signer.generate(ENTROPY)
WITNESS = Ed25519Signer.generate(ENTROPY)
KEY = log_key(ORIGIN, public=SIGNER.public)
AT = Instant(7)


def drawn(count: int) -> list[Leaf]:
    return [draw_leaf("act", digest=ENTROPY.bytes(32), entropy=ENTROPY) for _ in range(count)]


@pytest.fixture
def log() -> Log:
    return Log(store=MemoryLogStore(), origin=ORIGIN)


def test_appending_returns_the_first_index(log: Log) -> None:
    assert log.head().root == EMPTY_ROOT
    assert [log.append(drawn(count), at=AT) for count in (3, 0, 4)] == [0, 3, 3]
    assert log.head().size == 7


def test_logs_of_one_store_do_not_mix(log: Log) -> None:
    other = Log(store=log.store, origin=ORIGIN + "/2")
    log.append(drawn(3), at=AT)
    assert other.append(drawn(2), at=AT) == 0
    assert (log.head().size, other.head().size) == (3, 2)


def test_the_same_head_gives_the_same_bytes(log: Log) -> None:
    log.append(drawn(3), at=AT)
    first = log.sign_checkpoint(SIGNER)
    assert log.sign_checkpoint(SIGNER) == first
    assert open_checkpoint(first, key=KEY).checkpoint.root == log.head().root
    log.append(drawn(1), at=AT)
    assert log.sign_checkpoint(SIGNER) != first
    assert [size for size, _ in log.store.checkpoints(ORIGIN)] == [3, 4]


def test_a_new_key_signs_the_same_head_again(log: Log) -> None:
    log.append(drawn(3), at=AT)
    log.sign_checkpoint(SIGNER)
    note = log.sign_checkpoint(WITNESS)
    assert open_checkpoint(note, key=log_key(ORIGIN, public=WITNESS.public)).checkpoint.size == 3


def test_a_log_that_lost_leaves_signs_nothing(log: Log) -> None:
    log.append(drawn(3), at=AT)
    note = log.sign_checkpoint(SIGNER)
    restored = Log(store=MemoryLogStore(), origin=ORIGIN)
    restored.store.put_checkpoint(ORIGIN, 3, note)
    restored.append(drawn(2), at=AT)
    with pytest.raises(ConflictError) as caught:
        restored.sign_checkpoint(SIGNER)
    assert caught.value.code == "log.lost_leaves"


def test_a_log_whose_leaves_changed_signs_nothing(log: Log) -> None:
    log.append(drawn(3), at=AT)
    note = log.sign_checkpoint(SIGNER)
    for count in (3, 5):
        altered = Log(store=MemoryLogStore(), origin=ORIGIN)
        altered.store.put_checkpoint(ORIGIN, 3, note)
        altered.append(drawn(count), at=AT)
        with pytest.raises(UntrustedError) as caught:
            altered.sign_checkpoint(SIGNER)
        assert caught.value.code == "log.altered"


def test_proofs_of_what_is_not_there_are_not_found(log: Log) -> None:
    log.append(drawn(3), at=AT)
    for index, size in ((3, 3), (-1, 3), (0, 4), (0, 0)):
        with pytest.raises(NotFoundError):
            log.prove_inclusion(index, size=size)
    for old, new in ((0, 3), (3, 2), (2, 4)):
        with pytest.raises(NotFoundError):
            log.prove_consistency(old, new=new)


def test_a_leaf_opens_under_an_old_head(log: Log) -> None:
    log.append(drawn(3), at=AT)
    note = log.sign_checkpoint(SIGNER)
    log.append(drawn(9), at=AT)
    opened = log.open_leaf(2, note=note)
    opened.require_under(open_checkpoint(note, key=KEY).checkpoint)
    with pytest.raises(NotFoundError):
        log.open_leaf(3, note=note)


def test_cosignatures_gather_on_the_stored_head(log: Log) -> None:
    log.append(drawn(3), at=AT)
    note = parse_note(log.sign_checkpoint(SIGNER))
    key = witness_key("w", public=WITNESS.public)
    line = cosign(note, name="w", signer=WITNESS, at=AT)
    added = log.add_cosignature(line, size=3, key=key)
    assert added == note.with_signature(line).encode()
    assert log.add_cosignature(line, size=3, key=key) == added
    assert log.sign_checkpoint(SIGNER) == added


def test_a_bad_cosignature_is_not_kept(log: Log) -> None:
    log.append(drawn(3), at=AT)
    note = log.sign_checkpoint(SIGNER)
    key = witness_key("w", public=WITNESS.public)
    good = cosign(parse_note(note), name="w", signer=WITNESS, at=AT)
    bad = NoteSignature(name="w", key_hash=key.hash, signature=good.signature[:-1] + b"\x00")
    with pytest.raises(UntrustedError) as caught:
        log.add_cosignature(bad, size=3, key=key)
    assert caught.value.code == "note.bad_cosignature"
    with pytest.raises(UntrustedError) as caught:
        log.add_cosignature(good, size=3, key=witness_key("v", public=WITNESS.public))
    assert caught.value.code == "note.unknown_key"
    with pytest.raises(NotFoundError):
        log.add_cosignature(good, size=2, key=key)
    assert log.store.checkpoint(ORIGIN) == note


def test_a_name_with_spaces_signs_nothing() -> None:
    log = Log(store=MemoryLogStore(), origin="two words")
    with pytest.raises(MalformedError):
        log.sign_checkpoint(SIGNER)
