"""What a witness does with a new head of somebody else's log.

The rule: the new head is checked against the one held, the new one is stored by compare-and-set in the
caller's transaction, and only after that transaction is durable is a cosignature made from what is stored.
A fork or a rollback is a value with both notes in it, so that it is stored and shown, not lost with an error.
"""

from collections.abc import Sequence

from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, UntrustedError
from comity.kernel.signing import Signer
from comity.ledger.checkpoint import SignedCheckpoint, cosign, open_with_any
from comity.ledger.heads import Alarm, AlarmKind, Witnessed
from comity.ledger.notes import NoteSignature, VerifierKey, parse_note
from comity.ledger.ports import LogStore
from comity.ledger.proofs import ConsistencyProof


def judge_head(
    held: Witnessed | None, *, offered: SignedCheckpoint, proof: ConsistencyProof | None, at: Instant
) -> Witnessed | Alarm:
    """Return the head to hold from now on, or the alarm.

    Args:
        held: What is held of this log; None at first contact, where any size is taken.
        offered: The new head, its signature verified.
        proof: From the size held to the size offered; the other way round to show that a smaller
            head is merely late. None at first contact and for the same head again.
        at: Now.

    Raises:
        ConflictError: ``log.witness_stale``: the proof is about other sizes than the one held, or the
            head is an older one of the same log. The sender proves from the size that is named.
        UntrustedError: ``log.extension``: lines that nobody can audit; ``log.proof_surplus``: a proof where
            nothing is to be proved.

    Basis: C2SP tlog-witness
    """
    new = offered.checkpoint
    if new.extensions:
        raise UntrustedError("log.extension", "a witness signs no checkpoint with extension lines")
    state = Witnessed(origin=new.origin, size=new.size, root=new.root, note=offered.note.encode(), at=at)
    if held is None or held.size == 0:
        if proof is not None:
            raise UntrustedError("log.proof_surplus", "nothing is to be proved from the empty tree")
        return state
    if held.origin != new.origin:
        raise ValueError("heads of two different logs")
    if new.size == held.size:
        return held if new.root == held.root else _alarm(held, state, AlarmKind.FORK, proven=True)
    if new.size < held.size:
        return _judge_smaller(held, state, proof)
    if proof is None or (proof.old, proof.new) != (held.size, new.size):
        raise _stale(held)
    if not proof.holds(old_root=held.root, new_root=new.root):
        return _alarm(held, state, AlarmKind.FORK, proven=False)
    return state


def _judge_smaller(held: Witnessed, state: Witnessed, proof: ConsistencyProof | None) -> Alarm:
    if proof is not None:
        late = (proof.old, proof.new) == (state.size, held.size)
        if not late or proof.holds(old_root=state.root, new_root=held.root):
            raise _stale(held)
    return _alarm(held, state, AlarmKind.ROLLBACK, proven=False)


def _alarm(held: Witnessed, state: Witnessed, kind: AlarmKind, *, proven: bool) -> Alarm:
    return Alarm(
        kind=kind, origin=held.origin, held=held.note, offered=state.note, proven=proven, at=state.at
    )


def _stale(held: Witnessed) -> ConflictError:
    return ConflictError(
        "log.witness_stale",
        f"the witness holds size {held.size} of {held.origin}",
        hint=f"send a consistency proof from size {held.size}",
        where=str(held.size),
    )


def accept_head(
    store: LogStore, *, note: bytes, keys: Sequence[VerifierKey], proof: ConsistencyProof | None, at: Instant
) -> Witnessed | Alarm:
    """Check a head of another log and store the outcome in the caller's transaction.

    An alarm is stored too and comes back as a value: let the transaction commit, then raise
    ``alarm.error()`` if the call must fail. Make the cosignature after the commit, with
    :func:`cosign_held`.

    Args:
        store: The store, inside the caller's transaction.
        note: Untrusted bytes of the signed checkpoint.
        keys: Keys trusted for the log, all with the origin as their name; one that signed is enough.
        proof: See :func:`judge_head`.
        at: Now.

    Raises:
        MalformedError: not a checkpoint.
        UntrustedError: not signed by a trusted key, or see :func:`judge_head`.
        ConflictError: ``log.witness_stale``, or ``log.witness_race`` when another call was faster.
    """
    offered = open_with_any(note, keys=keys)
    held = store.witnessed(offered.checkpoint.origin)
    verdict = judge_head(held, offered=offered, proof=proof, at=at)
    if isinstance(verdict, Alarm):
        store.put_alarm(verdict)
    elif verdict is not held:
        expected = None if held is None else held.size
        if not store.set_witnessed(verdict.origin, expected_size=expected, state=verdict):
            raise ConflictError(
                "log.witness_race", "another call changed the head that is held", hint="try again"
            )
    return verdict


def cosign_held(held: Witnessed, *, name: str, signer: Signer, at: Instant) -> NoteSignature:
    """Return the cosignature line over a head that is already durable as the largest one held.

    Basis: C2SP tlog-cosignature
    """
    return cosign(parse_note(held.note), name=name, signer=signer, at=at)
