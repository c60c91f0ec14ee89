"""The two logs of a channel: what we show of ours, and what we take of theirs.

Each side keeps one log for the other. A call and its answer carry the head of the writer's log with the
proof that it grew, what the writer holds of the reader's log, and the writer's cosignatures on that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from comity.exchange.directory import TrustedParty
from comity.exchange.entries import Usage
from comity.exchange.envelope import Cosignature, End, Growth, Heads, Sight
from comity.exchange.errors import untrusted
from comity.exchange.office import Office
from comity.exchange.ports import Alarm, ExchangeTransaction, PeerState
from comity.kernel.clock import Instant
from comity.kernel.errors import ComityError, ConflictError, MalformedError, NotFoundError, UntrustedError
from comity.kernel.ids import AuthorityId
from comity.ledger.checkpoint import (
    Checkpoint,
    log_key,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
    witness_key,
)
from comity.ledger.heads import Alarm as HeadAlarm
from comity.ledger.heads import Witnessed
from comity.ledger.merkle import NodeId, inclusions, root, verify_consistency
from comity.ledger.notes import VerifierKey, parse_note, parse_signature_line
from comity.ledger.origins import parse_origin, peer_log_origin, witness_name
from comity.ledger.proofs import ConsistencyProof, InclusionProof
from comity.ledger.service import Log
from comity.ledger.witness import accept_head, cosign_held

LOST_LEAVES = "own.lost_leaves"
LOG_FORKED = "own.log_forked"
CLAIMED_LEAVES = "own.claimed_leaves"
HALTING = frozenset({LOST_LEAVES, LOG_FORKED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One office of ours and one authority of a peer, in one transaction. Cheap: make one where needed."""

    tx: ExchangeTransaction
    office: Office
    party: TrustedParty
    peer: End

    @property
    def log(self) -> Log:
        """Our log for this peer."""
        return Log(store=self.tx.logs, origin=self.office.origin(self.peer.root))

    def show(self, *, known_size: int, older: tuple[int, ...] = (), cosigned: bool = True) -> Heads:
        """Return what we show of both logs; nothing is stored, and only durable heads are shown.

        Args:
            known_size: Size of our log that the peer is known to hold.
            older: Sizes of our log that the peer may hold besides: those that its receipts name, and the last
                that we signed, which an earlier answer on the same disk shows.
            cosigned: Whether the head we hold of their log is durable already, so that it may be cosigned.

        Raises:
            ConflictError: ``log.lost_leaves``: fewer leaves than we signed before.
        """
        note, size = self._own_head()
        held = self.witnessed()
        sizes = tuple(sorted({old for old in older if 0 < old < size and old != known_size}))
        return Heads(
            checkpoint=note,
            growth=self._growth(known_size, size) if 0 < known_size < size else None,
            older=tuple(self._growth(old, size) for old in sizes),
            sight=Sight() if held is None else Sight(size=held.size, note=held.note),
            cosignatures=() if held is None or not cosigned else (cosignature(self.office, held),),
        )

    def witnessed(self) -> Witnessed | None:
        """Return the head we hold of their log for us, in their newest incarnation that we know."""
        return self.tx.logs.witnessed(self.their_origin(max(self._state().incarnation, 1)))

    def their_origin(self, incarnation: int) -> str:
        """Return the name of their log for us."""
        return peer_log_origin(
            self.office.realm,
            authority=self.peer.authority,
            peer_root=self.office.root,
            incarnation=incarnation,
        )

    def take(self, heads: Heads, *, now: Instant, floor: int) -> Checkpoint | None:
        """Take what the peer shows of both logs; return its head if it was taken.

        A fork or rollback is stored as an alarm, and None comes back; so does a head that is merely late.

        Args:
            heads: What the peer shows.
            now: Now.
            floor: Size that their log surely had when they wrote this; a smaller head is a rollback.

        Raises:
            MalformedError: the note is no checkpoint.
            UntrustedError: the note is not theirs.
        """
        self._take_sight(heads.sight, now=now)
        self._take_cosignatures(heads.cosignatures, now=now)
        if not heads.checkpoint:
            return None
        offered = parse_checkpoint(parse_note(heads.checkpoint, where="checkpoint").text)
        origin = parse_origin(offered.origin, where="checkpoint")
        if offered.origin != self.their_origin(origin.incarnation):
            raise untrusted("log.origin", "the checkpoint is of another log than theirs for us")
        known = self._state().incarnation
        if origin.incarnation < known:
            self.raise_alarm("log.old_incarnation", now=now)
            return None
        taken = self._judge(heads, offered, now=now, floor=floor)
        if taken is not None and origin.incarnation > known:
            self.tx.exchange.put_peer_state(replace(self._state(), incarnation=origin.incarnation))
            if known:
                self.raise_alarm("log.new_incarnation", now=now)
        return taken

    def continues(self, size: int, log_root: bytes, *, taken: Checkpoint | None, heads: Heads) -> bool:
        """Tell whether a head that a receipt names is one that the taken head continues."""
        if taken is None or size > taken.size:
            return False
        if size == taken.size:
            return log_root == taken.root
        return any(
            verify_consistency(
                size, new=taken.size, proof=growth.path, old_root=log_root, new_root=taken.root
            )
            for growth in heads.proofs()
            if growth.old == size
        )

    def signed_size(self) -> int:
        """Return the size of the last head of our log for this peer that we signed; 0 before the first."""
        last = self.tx.logs.checkpoint(self.log.origin)
        return 0 if last is None else parse_checkpoint(parse_note(last).text).size

    def prove(self, first: int, count: int, *, size: int) -> tuple[InclusionProof, ...]:
        """Return the proofs of ``count`` leaves of our log from ``first`` on, reading their nodes at once."""
        paths = inclusions(first, count, size=size, fetch=self._nodes)
        return tuple(
            InclusionProof(index=place, size=size, path=path) for place, path in enumerate(paths, first)
        )

    def store_shown(self, note: bytes) -> None:
        """Keep a head of ours that we showed, so that cosignatures on it find it."""
        origin, last = self.log.origin, self.tx.logs.checkpoint(self.log.origin)
        size = parse_checkpoint(parse_note(note).text).size
        if last is None or parse_checkpoint(parse_note(last).text).size < size:
            self.tx.logs.put_checkpoint(origin, size, note)

    def raise_alarm(self, code: str, *, now: Instant, detail: bytes = b"{}") -> None:
        """Keep an alarm about this peer."""
        self.tx.exchange.alarm(
            Alarm(code=code, authority=self.office.authority, peer=self.peer.root, at=now, detail=detail)
        )

    def _state(self) -> PeerState:
        return self.tx.exchange.peer_state(self.office.authority, self.peer.root, to=self.peer.authority)

    def _own_head(self) -> tuple[bytes, int]:
        log = self.log
        now = log.head()
        last = self.tx.logs.checkpoint(log.origin)
        if last is not None:
            signed = parse_checkpoint(parse_note(last).text)
            if signed.size > now.size:
                raise ConflictError(
                    "log.lost_leaves",
                    f"the log has {now.size} leaves, and {signed.size} were signed before",
                    hint="stop signing: the node was restored or cloned; look for the newer copy",
                )
            if root(signed.size, fetch=self._nodes) != signed.root:
                raise untrusted(
                    "log.altered",
                    f"the first {signed.size} leaves are not those that were signed before",
                    hint="stop signing and run the audit of this log",
                )
            if signed.size == now.size:
                return last, now.size
        if now.size == 0:
            return b"", 0
        head = Checkpoint(origin=log.origin, size=now.size, root=now.root)
        return sign_checkpoint(head, signer=self.office.log).encode(), now.size

    def _growth(self, old: int, new: int) -> Growth:
        return Growth(old=old, path=self.log.prove_consistency(old, new=new).path)

    def _judge(self, heads: Heads, offered: Checkpoint, *, now: Instant, floor: int) -> Checkpoint | None:
        held = self.tx.logs.witnessed(offered.origin)
        if held is not None and floor <= offered.size < held.size:
            self._require_signed(heads.checkpoint, offered.origin, now)
            return None  # written before the head that is held
        proof = None
        if held is not None and held.size < offered.size:
            paths = (growth.path for growth in heads.proofs() if growth.old == held.size)
            path = next(paths, None)
            proof = None if path is None else ConsistencyProof(old=held.size, new=offered.size, path=path)
        keys = self._log_keys(offered.origin, now)
        try:
            verdict = accept_head(self.tx.logs, note=heads.checkpoint, keys=keys, proof=proof, at=now)
        except ConflictError:
            return None  # not proved from the head that is held; they prove it once they know which
        if isinstance(verdict, HeadAlarm):
            self.raise_alarm(verdict.kind.value, now=now)
            return None
        return offered

    def _require_signed(self, note: bytes, origin: str, now: Instant) -> None:
        for key in self._log_keys(origin, now):
            if parse_note(note).lines_of(key):
                open_checkpoint(note, key=key)
                return
        raise untrusted("log.key", "the checkpoint is not signed by a log key of the peer")

    def _log_keys(self, origin: str, now: Instant) -> list[VerifierKey]:
        keys = self.party.keys(self.peer.authority, Usage.LOG, at=now)
        return [log_key(origin, public=key.public) for key in keys]

    def _take_sight(self, sight: Sight, *, now: Instant) -> None:
        own = self.log.head().size
        if not sight.note:
            return
        try:
            seen = open_checkpoint(sight.note, key=self.office.log_key(self.peer.root)).checkpoint
        except ComityError:
            # NOTE: an older key or incarnation of ours, or a lie: it proves nothing either way.
            if sight.size > own:
                self.raise_alarm(CLAIMED_LEAVES, now=now)
            return
        if seen.size > own:
            self.raise_alarm(LOST_LEAVES, now=now, detail=b'{"held":%d,"signed":%d}' % (own, seen.size))
        elif root(seen.size, fetch=self._nodes) != seen.root:
            self.raise_alarm(LOG_FORKED, now=now)
        else:
            state = self._state()
            if state.log_seen != seen.size:
                self.tx.exchange.put_peer_state(replace(state, log_seen=seen.size))

    def _nodes(self, wanted: Sequence[NodeId]) -> Mapping[NodeId, bytes]:
        return self.tx.logs.nodes(self.log.origin, wanted)

    def _take_cosignatures(self, lines: Sequence[Cosignature], *, now: Instant) -> None:
        name = witness_name(self.office.realm, authority=self.peer.authority)
        published = self.party.keys(self.peer.authority, Usage.LOG, at=now)
        keys = [witness_key(name, public=key.public) for key in published]
        for item in lines:
            try:
                line = parse_signature_line(item.line, where="cosignatures")
                for key in keys:
                    if (line.name, line.key_hash) == (key.name, key.hash):
                        self.log.add_cosignature(line, size=item.size, key=key)
            except NotFoundError:
                continue  # of a head that we do not keep
            except (MalformedError, UntrustedError):
                self.raise_alarm("log.bad_cosignature", now=now)


def cosignature(office: Office, held: Witnessed) -> Cosignature:
    """Return our line on a head of theirs that is already durable as the largest we hold.

    Its time is when we accepted the head, so the line is the same whenever it is asked for.
    """
    line = cosign_held(held, name=office.witness, signer=office.log, at=held.at)
    return Cosignature(size=held.size, line=line.line)


def is_halted(tx: ExchangeTransaction, authority: AuthorityId) -> bool:
    """Tell whether it is proven that an office of ours signed what it no longer holds: then it signs nothing.

    Basis: PROTOCOL rule 15
    """
    return any(tx.exchange.is_alarmed(authority, code) for code in sorted(HALTING))
