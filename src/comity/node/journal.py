"""The national log: every read of case material and every decision, durable before it takes effect.

A leaf commits to a statement by a nonce; the statement itself stays in the node's own table and is shown
to the overseer. Reading first writes, and only then reads.
"""

from dataclasses import dataclass
from typing import Protocol

from comity.kernel.clock import Instant
from comity.kernel.digests import sha256
from comity.kernel.entropy import Entropy
from comity.kernel.ids import AuthorityId, OfficerName
from comity.kernel.ijson import dump_ijson
from comity.kernel.realms import Realm
from comity.ledger.leaves import draw_leaf
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
