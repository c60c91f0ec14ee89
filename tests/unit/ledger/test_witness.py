"""A witness follows one log: grows with it, and is not fooled by forks and rollbacks."""

import pytest

from comity.kernel.clock import SECOND, Instant
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import ConflictError, UntrustedError
from comity.kernel.signing import Ed25519Signer
from comity.ledger.checkpoint import Checkpoint, cosigned_at, log_key, sign_checkpoint, witness_key
from comity.ledger.heads import Alarm, AlarmKind, Witnessed
from comity.ledger.leaves import draw_leaf
from comity.ledger.notes import parse_note
from comity.ledger.proofs import ConsistencyProof
from comity.ledger.service import Log
from comity.ledger.witness import accept_head, cosign_held
from comity.storage.memory.logs import MemoryLogStore

ORIGIN = "comity/practice/XAA/contact-point/peer/0123456789abcdef"
SIGNER = Ed25519Signer.generate(SeededEntropy("log"))
WITNESS = Ed25519Signer.generate(SeededEntropy("witness"))
KEYS = [log_key(ORIGIN, public=SIGNER.public)]
AT = Instant(1_790_000_000 * SECOND)


class Peer:
    """A log that can be put back to an earlier state, as from a backup."""

    def __init__(self, seed: str = "peer") -> None:
        self.log = Log(store=MemoryLogStore(), origin=ORIGIN)
        self.entropy = SeededEntropy(seed)

    def grow(self, count: int) -> bytes:
        leaves = [draw_leaf("act", digest=self.entropy.bytes(32), entropy=self.entropy) for _ in range(count)]
        self.log.append(leaves, at=AT)
        return self.log.sign_checkpoint(SIGNER)


def accept(store: MemoryLogStore, note: bytes, proof: ConsistencyProof | None = None) -> Witnessed | Alarm:
    return accept_head(store, note=note, keys=KEYS, proof=proof, at=AT)


def held(outcome: Witnessed | Alarm) -> Witnessed:
    assert isinstance(outcome, Witnessed)
    return outcome


def test_a_log_that_grows_is_followed_and_cosigned() -> None:
    store, peer = MemoryLogStore(), Peer()
    assert held(accept(store, peer.grow(3))).size == 3
    note = peer.grow(4)
    state = held(accept(store, note, peer.log.prove_consistency(3, new=7)))
    assert store.witnessed(ORIGIN) == state
    line = cosign_held(state, name="w", signer=WITNESS, at=AT)
    key = witness_key("w", public=WITNESS.public)
    assert cosigned_at(parse_note(note).with_signature(line), key=key) == AT
    assert peer.log.add_cosignature(line, size=7, key=key) == peer.log.sign_checkpoint(SIGNER)


def test_the_same_head_again_changes_nothing() -> None:
    store, peer = MemoryLogStore(), Peer()
    note = peer.grow(3)
    first = accept(store, note)
    assert accept(store, note) == first
    assert store.alarms() == ()


def test_an_empty_log_may_be_met_first() -> None:
    store, peer = MemoryLogStore(), Peer()
    accept(store, peer.grow(0))
    assert held(accept(store, peer.grow(2))).size == 2


def test_a_fork_of_the_same_size_is_proven_by_the_two_notes() -> None:
    store, peer, twin = MemoryLogStore(), Peer(), Peer("twin")
    note, other = peer.grow(5), twin.grow(5)
    accept(store, note)
    alarm = accept(store, other)
    assert alarm == Alarm(kind=AlarmKind.FORK, origin=ORIGIN, held=note, offered=other, proven=True, at=AT)
    assert store.alarms() == (alarm,)
    assert held(store.witnessed(ORIGIN) or alarm).note == note
    assert alarm.error().code == "log.fork"
    assert accept(store, other) == alarm
    assert len(store.alarms()) == 1


def test_a_larger_fork_is_found_by_its_proof() -> None:
    store, peer, twin = MemoryLogStore(), Peer(), Peer("twin")
    accept(store, peer.grow(5))
    twin.grow(9)
    alarm = accept(store, twin.log.sign_checkpoint(SIGNER), twin.log.prove_consistency(5, new=9))
    assert isinstance(alarm, Alarm)
    assert (alarm.kind, alarm.proven) == (AlarmKind.FORK, False)


def test_a_smaller_head_without_proof_is_a_rollback() -> None:
    store, peer = MemoryLogStore(), Peer()
    early = peer.grow(3)
    accept(store, peer.grow(5))
    alarm = accept(store, early)
    assert isinstance(alarm, Alarm)
    assert alarm.kind is AlarmKind.ROLLBACK
    assert alarm.error().code == "log.rollback"
    assert held(store.witnessed(ORIGIN) or alarm).size == 8


def test_a_log_restored_from_a_backup_cannot_prove_its_smaller_head() -> None:
    store, peer, restored = MemoryLogStore(), Peer(), Peer()
    accept(store, peer.grow(8))
    restored.grow(3)
    restored.entropy = SeededEntropy("another life")
    note = restored.grow(2)
    pretended = ConsistencyProof(old=5, new=8, path=restored.log.prove_consistency(4, new=5).path)
    alarm = accept(store, note, pretended)
    assert isinstance(alarm, Alarm)
    assert alarm.kind is AlarmKind.ROLLBACK


def test_a_late_head_is_no_alarm() -> None:
    store, peer = MemoryLogStore(), Peer()
    early = peer.grow(3)
    accept(store, peer.grow(5))
    for proof in (peer.log.prove_consistency(3, new=8), peer.log.prove_consistency(2, new=3)):
        with pytest.raises(ConflictError) as caught:
            accept(store, early, proof)
        assert (caught.value.code, caught.value.where) == ("log.witness_stale", "8")
    assert store.alarms() == ()


def test_a_proof_from_another_size_is_stale() -> None:
    store, peer = MemoryLogStore(), Peer()
    accept(store, peer.grow(3))
    note = peer.grow(5)
    for proof in (None, peer.log.prove_consistency(2, new=8), peer.log.prove_consistency(3, new=7)):
        with pytest.raises(ConflictError) as caught:
            accept(store, note, proof)
        assert (caught.value.code, caught.value.where) == ("log.witness_stale", "3")
    assert held(accept(store, note, peer.log.prove_consistency(3, new=8))).size == 8


def test_what_is_not_signed_by_the_log_is_no_head() -> None:
    store, peer = MemoryLogStore(), Peer()
    accept(store, peer.grow(3))
    forged = sign_checkpoint(Checkpoint(origin=ORIGIN, size=3, root=b"x" * 32), signer=WITNESS)
    with pytest.raises(UntrustedError) as caught:
        accept(store, forged.encode())
    assert caught.value.code == "note.unsigned"
    assert store.alarms() == ()


def test_extension_lines_are_not_cosigned() -> None:
    note = sign_checkpoint(
        Checkpoint(origin=ORIGIN, size=1, root=b"x" * 32, extensions=("hidden",)), signer=SIGNER
    )
    with pytest.raises(UntrustedError) as caught:
        accept(MemoryLogStore(), note.encode())
    assert caught.value.code == "log.extension"


def test_at_first_contact_nothing_is_to_be_proved() -> None:
    peer = Peer()
    note = peer.grow(3)
    with pytest.raises(UntrustedError) as caught:
        accept(MemoryLogStore(), note, peer.log.prove_consistency(2, new=3))
    assert caught.value.code == "log.proof_surplus"


class Racing(MemoryLogStore):
    """A store in which another call is always faster."""

    def set_witnessed(self, origin: str, *, expected_size: int | None, state: Witnessed) -> bool:
        super().set_witnessed(origin, expected_size=expected_size, state=state)
        return super().set_witnessed(origin, expected_size=expected_size, state=state)


def test_two_calls_that_race_do_not_both_win() -> None:
    with pytest.raises(ConflictError) as caught:
        accept(Racing(), Peer().grow(3))
    assert caught.value.code == "log.witness_race"
