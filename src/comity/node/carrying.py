"""The desk for the carried disk: the same bytes as over the network, through a folder."""

from collections.abc import Callable
from dataclasses import dataclass

from comity.cases.gate import WayOut, require_way_out
from comity.kernel.clock import Instant
from comity.kernel.errors import NotFoundError
from comity.kernel.ids import Fingerprint, parse_party
from comity.node.access import Action, require_access
from comity.node.exchanging import feeder_of
from comity.node.feedbook import OUT, batch_of
from comity.node.halting import halts_of_act
from comity.node.lining import LineDesk
from comity.node.ports import CourierFolder
from comity.node.shipments import CourierView, ShipmentView, unwatched
from comity.node.views import Actor
from comity.node.workplace import Workplace

_END_OF_TIME = Instant(253_402_300_799_999_999)
_MOST_WAITING = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CourierDesk:
    """Takes out what waits for a peer and brings in what a peer sent. Only issued acts travel.

    Basis: PROTOCOL 11, 20
    """

    place: Workplace
    carrier: CourierFolder

    @property
    def line(self) -> LineDesk:
        """What the line may take: what it does not, a disk carries."""
        return LineDesk(place=self.place)

    def export(
        self,
        actor: Actor,
        *,
        folder: str,
        peer: str | None = None,
        progress: Callable[[ShipmentView], None] = unwatched,
    ) -> CourierView:
        """Write the calls that wait and the pieces that the peers lack into a folder, and feeds up to now.

        It may be stopped at any time, and goes on where it was when it is begun again.

        Args:
            actor: Who carries.
            folder: Path of the folder.
            peer: Code of one Party; None for all.
            progress: Told now and then how far the delivery in hand is.
        """
        self._require(actor, "courier.export", folder)
        root = self._root(peer)
        feeder_of(self.place).fill(actor.authority, peer=root)
        self._require_decided(actor)
        return self.carrier.export(actor.authority, folder=folder, peer=root, progress=progress)

    def import_(
        self, actor: Actor, *, folder: str, progress: Callable[[ShipmentView], None] = unwatched
    ) -> CourierView:
        """Take in the calls, answers and pieces that a folder brings, and write the answers into it."""
        self._require(actor, "courier.import", folder)
        return self.carrier.take_in(actor.authority, folder=folder, progress=progress)

    def _require(self, actor: Actor, action: str, folder: str) -> None:
        require_access(actor, Action.COURIER, realm=self.place.realm, owner=actor.authority)
        with self.place.store.transaction() as tx:
            now = self.place.clock.now()
            self.place.journal.decision(tx, actor, action=action, about=folder, at=now)

    def _require_decided(self, actor: Actor) -> None:
        """Hold every message that waits against the gate that let it out."""
        with self.place.store.snapshot() as tx:
            for peer, to in tx.exchange.peers_due(actor.authority, now=_END_OF_TIME):
                waiting = tx.exchange.due(actor.authority, peer, to=to, now=_END_OF_TIME, limit=_MOST_WAITING)
                for outgoing in waiting:
                    if batch_of(tx, actor.authority, OUT, outgoing.message_id) is not None:
                        continue  # a batch of a feed, on which an officer decided
                    gate = tx.acts.gate(actor.authority, outgoing.message_id)
                    case = gate.case if gate is not None else None
                    stops = halts_of_act(tx, self.place, actor.authority, outgoing.message_id)
                    require_way_out(WayOut.COURIER, realm=self.place.realm, case=case, gate=gate, halts=stops)

    def _root(self, peer: str | None) -> Fingerprint | None:
        if peer is None:
            return None
        wanted = parse_party(peer, where="--peer")
        with self.place.store.snapshot() as tx:
            for pin in tx.exchange.pins():
                if pin.party == wanted and not pin.ours:
                    return pin.fingerprint
        raise NotFoundError("peer.absent", f"{wanted} is no peer of this node yet")
