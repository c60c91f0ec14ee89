"""The national log: every read of case material and every decision, durable before it takes effect.

A leaf commits to a statement by a nonce; the statement itself stays in the node's own table and is shown
to the overseer. Reading first writes, and only then reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from comity.kernel.clock import HOUR, Instant
from comity.kernel.digests import sha256
from comity.kernel.entropy import Entropy
from comity.kernel.ids import AuthorityId, OfficerName
from comity.kernel.ijson import dump_ijson
from comity.kernel.realms import Realm
from comity.ledger.leaves import draw_leaf, head_leaves
from comity.ledger.origins import national_log_origin
from comity.ledger.ports import LogStore
from comity.ledger.service import Log
from comity.node.ports import NodeStore, ReadEntry
from comity.node.views import Actor

READ_TAG = "read"
DECISION_TAG = "decision"


class JournalTransaction(Protocol):
    """The part of a transaction that the journal writes to."""

    @property
    def logs(self) -> LogStore:
        """Merkle logs."""
        ...

    @property
    def node(self) -> NodeStore:
        """The table behind the leaves."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """Writes to the national log of an authority."""

    realm: Realm
    entropy: Entropy

    def read(
        self, tx: JournalTransaction, actor: Actor, *, action: str, about: str, purpose: str, at: Instant
    ) -> None:
        """Record that an officer is about to be shown something, and why.

        Basis: PROTOCOL 18
        """
        self._record(
            tx,
            actor.authority,
            actor.officer,
            tag=READ_TAG,
            action=action,
            about=about,
            purpose=purpose,
            at=at,
        )

    def decision(self, tx: JournalTransaction, actor: Actor, *, action: str, about: str, at: Instant) -> None:
        """Record that an officer decided something: drafted, decided, approved, issued, enrolled, pinned.

        Basis: PROTOCOL 17
        """
        self._record(
            tx,
            actor.authority,
            actor.officer,
            tag=DECISION_TAG,
            action=action,
            about=about,
            purpose="",
            at=at,
        )

    def commit_heads(
        self, tx: JournalTransaction, authority: AuthorityId, *, logs: Sequence[str], at: Instant
    ) -> bool:
        """Commit the national log to the signed heads of an authority's other logs, once in every hour.

        The leaves are padded to groups of sixteen and come whether or not a head has grown, so neither the
        number of peers nor their traffic can be told from the log. Tell whether it was time.

        Args:
            tx: The caller's transaction.
            authority: Whose logs.
            logs: Origins of the logs shared with peers.
            at: Now.

        Basis: PROTOCOL 17
        """
        name = f"journal/heads/{authority}"
        last = tx.node.setting(name)
        if last is not None and at // HOUR <= int(last) // HOUR:
            return False
        notes = [note for note in (tx.logs.checkpoint(log) for log in logs) if note is not None]
        origin = national_log_origin(self.realm, authority=authority)
        Log(store=tx.logs, origin=origin).append(head_leaves(notes, entropy=self.entropy), at=at)
        tx.node.put_setting(name, str(int(at)).encode("ascii"))
        return True

    def _record(
        self,
        tx: JournalTransaction,
        authority: AuthorityId,
        officer: OfficerName,
        *,
        tag: str,
        action: str,
        about: str,
        purpose: str,
        at: Instant,
    ) -> None:
        statement = dump_ijson(
            {
                "v": 1,
                "at": at,
                "authority": authority,
                "officer": officer,
                "action": action,
                "about": about,
                "purpose": purpose,
            }
        )
        leaf = draw_leaf(tag, digest=sha256(statement), entropy=self.entropy)
        log = Log(store=tx.logs, origin=national_log_origin(self.realm, authority=authority))
        index = log.append([leaf], at=at)
        tx.node.put_entry(
            ReadEntry(
                at=at,
                authority=authority,
                officer=officer,
                subject=tag,
                action=action,
                about=about,
                purpose=purpose,
                log_index=index,
                nonce=leaf.nonce,
                statement=statement,
            )
        )
