"""The line of a node: what a head allowed it to take, and which deliveries go first."""

from dataclasses import dataclass

from comity.cases.kinds import parse_body, request_of
from comity.cases.single import is_emergency
from comity.cases.wire import parse_signed_act
from comity.exchange.pacing import FREE, Allowance, LineTerms, dump_terms, parse_terms, require_terms
from comity.kernel.digests import sha256
from comity.kernel.ids import ActId, AuthorityId
from comity.node.access import Action, require_access
from comity.node.ports import Transaction
from comity.node.views import Actor
from comity.node.workplace import Workplace

_TERMS = "line/terms"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDesk:
    """What the line may take. It belongs to the node and not to one office; a head sets it."""

    place: Workplace

    def show(self, actor: Actor) -> LineTerms:
        """Return what was set; a line that nobody limited where nothing was."""
        require_access(actor, Action.PEER_LIST, realm=self.place.realm, owner=actor.authority)
        with self.place.store.snapshot() as tx:
            return terms_of(tx)

    def now(self) -> Allowance:
        """Return what is allowed at this moment."""
        with self.place.store.snapshot() as tx:
            return allowed(terms_of(tx), self.place)

    def set_terms(self, actor: Actor, *, terms: LineTerms) -> LineTerms:
        """Keep other terms in the place of those before; a running worker goes by them within seconds.

        Raises:
            DeniedError: ``access.role``: a head sets them.
            MalformedError: ``line.rate``; ``zone.unknown``.
        """
        require_access(actor, Action.OFFICE_CHANGE, realm=self.place.realm, owner=actor.authority)
        data = dump_terms(require_terms(terms))
        if terms.zone != "UTC":
            self.place.zones(terms.zone)
        with self.place.store.transaction() as tx:
            tx.node.put_setting(_TERMS, data)
            now = self.place.clock.now()
            self.place.journal.decision(tx, actor, action="line.set", about=sha256(data).hex(), at=now)
        return terms


def terms_of(tx: Transaction) -> LineTerms:
    """Return the terms that a head set; a free line where nobody did."""
    kept = tx.node.setting(_TERMS)
    return parse_terms(kept) if kept else FREE


def allowed(terms: LineTerms, place: Workplace) -> Allowance:
    """Return what the terms allow now."""
    offsets = place.zones(terms.zone) if terms.hours and terms.zone != "UTC" else ()
    return Allowance(rate=terms.rate_at(place.clock.now(), offsets=offsets), low=terms.low)


def is_urgent(tx: Transaction, authority: AuthorityId, act_id: ActId) -> bool:
    """Tell whether a delivery answers a request for emergency disclosure.

    Basis: 41(3)(e)
    """
    record = tx.acts.get(authority, act_id)
    if record is None:
        return False
    act = parse_signed_act(record.signed).act
    body = parse_body(act)
    request = tx.acts.get(authority, ActId(str(request_of(act, body)))) if body is not None else None
    return request is not None and is_emergency(parse_signed_act(request.signed).act)
