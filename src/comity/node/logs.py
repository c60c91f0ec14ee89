"""The desk for the logs: heads, who cosigned them, proofs, and the audit from the rows."""

from dataclasses import dataclass
from typing import Any

from comity.cases.wire import parse_signed_act
from comity.exchange.entries import Usage
from comity.kernel.errors import NotFoundError
from comity.kernel.findings import Assessment, Finding
from comity.kernel.ids import ActId, AuthorityId
from comity.ledger.audit import audit_store
from comity.ledger.checkpoint import log_key, parse_checkpoint
from comity.ledger.notes import VerifierKey, parse_note
from comity.ledger.origins import national_log_origin, peer_log_origin
from comity.ledger.service import Log
from comity.ledger.wire import logged_leaf_value
from comity.node.access import Action, require_access
from comity.node.founding import own_root
from comity.node.ports import Transaction
from comity.node.views import Actor, LogView
from comity.node.workplace import Workplace


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsDesk:
    """The logs of every office of this node. They show sizes and blinded roots, never what was logged."""

    place: Workplace

    def list(self, actor: Actor) -> tuple[LogView, ...]:
        """Return the logs that hold a leaf: size, root, signed head, cosigners."""
        self._require(actor)
        with self.place.store.snapshot() as tx:
            return tuple(self._view(tx, origin) for _, origin in self._origins(tx) if tx.logs.size(origin))

    def checkpoint(self, actor: Actor, *, origin: str) -> str:
        """Return the newest signed head of a log as a C2SP note, signed now where there is none yet.

        Raises:
            NotFoundError: ``log.absent``: no log of that name is kept here.
        """
        self._require(actor)
        with self.place.store.transaction() as tx:
            for authority, name in self._origins(tx):
                if name == origin and tx.logs.size(name):
                    signer = self.place.keys.signer(f"{authority}/log")
                    return Log(store=tx.logs, origin=name).sign_checkpoint(signer).decode("utf-8")
        raise NotFoundError("log.absent", f"no log is kept here under {origin[:120]!r}")

    def proof(self, actor: Actor, *, act: str, purpose: str) -> dict[str, Any]:
        """Return the proof that an act of the officer's office stands in the log shared with its peer.

        It opens the blinded leaf, so the reading is in the log first.

        Args:
            actor: Who asks.
            act: Full id.
            purpose: Why.

        Raises:
            NotFoundError: ``act.unknown``: no such act is in a case of this office; ``log.leaf``: no leaf of
                the act is here.

        Basis: RFC 9162; PROTOCOL 17, 18
        """
        place, authority, read = self.place, actor.authority, Action.CASE_READ
        require_access(actor, read, realm=place.realm, owner=authority, purpose=purpose)
        with place.store.transaction() as tx:
            record = tx.acts.get(authority, ActId(act))
            if record is None:
                raise NotFoundError("act.unknown", "no such act is in a case of this office", where=act[:64])
            now = place.clock.now()
            place.journal.read(tx, actor, action=read.value, about=act, purpose=purpose, at=now)
        with place.store.transaction() as tx:
            peer = record.to.root if record.own else record.author.root
            origin = peer_log_origin(place.realm, authority=authority, peer_root=peer)
            found = tx.logs.find(origin, parse_signed_act(record.signed).digest)
            if not found:
                raise NotFoundError("log.leaf", "no leaf of this act is in a log here", where=act)
            log = Log(store=tx.logs, origin=origin)
            note = log.sign_checkpoint(place.keys.signer(f"{authority}/log"))
            return {"act": act, "origin": origin, **logged_leaf_value(log.open_leaf(found[0], note=note))}

    def audit(self, actor: Actor) -> Assessment:
        """Recompute every log from its leaves and return what does not hold."""
        self._require(actor)
        findings: list[Finding] = []
        with self.place.store.snapshot() as tx:
            for authority, origin in self._origins(tx):
                findings += audit_store(tx.logs, origin=origin, keys=self._keys(tx, authority, origin))
        return Assessment.of(findings)

    def _require(self, actor: Actor) -> None:
        require_access(actor, Action.LOG_READ, realm=self.place.realm, owner=actor.authority)

    def _origins(self, tx: Transaction) -> tuple[tuple[AuthorityId, str], ...]:
        realm, ours = self.place.realm, own_root(tx)
        peers = [pin.fingerprint for pin in tx.exchange.pins() if pin.fingerprint != ours]
        found: list[tuple[AuthorityId, str]] = []
        for authority in self.place.authorities(tx):
            found.append((authority, national_log_origin(realm, authority=authority)))
            found += [
                (authority, peer_log_origin(realm, authority=authority, peer_root=peer)) for peer in peers
            ]
        return tuple(found)

    def _keys(self, tx: Transaction, authority: AuthorityId, origin: str) -> tuple[VerifierKey, ...]:
        published = {
            key.public: log_key(origin, public=key.public)
            for entry in self.place.own_party(tx).entries
            for office in entry.authorities
            if office.id == authority
            for key in office.keys
            if key.usage is Usage.LOG
        }
        return tuple(published.values())

    def _view(self, tx: Transaction, origin: str) -> LogView:
        head = Log(store=tx.logs, origin=origin).head()
        note = tx.logs.checkpoint(origin)
        signed_size = parse_checkpoint(parse_note(note).text).size if note is not None else 0
        cosigners = self._cosigners(tx, origin)
        return LogView(
            origin=origin,
            size=head.size,
            root=head.root.hex(),
            checkpoint=note.decode("utf-8") if note is not None and signed_size == head.size else "",
            cosigned_by=cosigners,
        )

    def _cosigners(self, tx: Transaction, origin: str) -> tuple[str, ...]:
        """Return who cosigned the newest head that anybody cosigned."""
        for _, note in reversed(tx.logs.checkpoints(origin)):
            names = [line.name for line in parse_note(note).signatures if line.name != origin]
            if names:
                return tuple(dict.fromkeys(names))
        return ()
