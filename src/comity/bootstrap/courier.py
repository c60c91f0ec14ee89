"""The carried disk, joined from the exchange, the deliveries and the folder transport."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from comity.exchange.deliveries import DeliveryDesk
from comity.exchange.envelope import End
from comity.exchange.service import ExchangeDesk
from comity.kernel.errors import ComityError, NotFoundError
from comity.kernel.ids import AuthorityId, Fingerprint
from comity.node.ports import Transaction
from comity.node.shipments import CourierView, ShipmentView
from comity.node.workplace import Workplace
from comity.transport.courier import Courier, CourierReport
from comity.transport.shipping import Shipment


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskCourier:
    """Fulfils the node's ``CourierFolder``."""

    place: Workplace
    exchange: ExchangeDesk[Transaction]
    deliveries: DeliveryDesk[Transaction]

    def export(
        self,
        authority: AuthorityId,
        *,
        folder: str,
        peer: Fingerprint | None,
        progress: Callable[[ShipmentView], None],
    ) -> CourierView:
        """Write what waits for one peer, or for all, into a folder; it is made where it is not there."""
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        courier = self._courier(progress)
        return _viewed([courier.export(authority, end, target) for end in self._ends(peer)])

    def take_in(
        self, authority: AuthorityId, *, folder: str, progress: Callable[[ShipmentView], None]
    ) -> CourierView:
        """Take in what the folder brings, and write the answers into it."""
        source = Path(folder)
        if not source.is_dir():
            raise NotFoundError("courier.absent", f"there is no folder {folder!r}", where=folder)
        return _viewed([self._courier(progress).import_(source)])

    def _courier(self, progress: Callable[[ShipmentView], None]) -> Courier[Transaction]:
        return Courier(
            desk=self.exchange, deliveries=self.deliveries, progress=lambda one: progress(_shipment(one))
        )

    def _ends(self, peer: Fingerprint | None) -> tuple[End, ...]:
        """Return the offices of the pinned peers, or of one of them."""
        now = self.place.clock.now()
        with self.place.store.snapshot() as tx:
            pins = [pin for pin in tx.exchange.pins() if not pin.ours and peer in (None, pin.fingerprint)]
            entries = [self.place.directory.party(tx.exchange, pin.fingerprint).in_force(now) for pin in pins]
        return tuple(
            End(authority=office.id, root=pin.fingerprint)
            for pin, entry in zip(pins, entries, strict=True)
            for office in (entry.authorities if entry is not None else ())
        )


def _viewed(reports: Sequence[CourierReport]) -> CourierView:
    return CourierView(
        calls=sum(one.calls for one in reports),
        messages=sum(one.messages for one in reports),
        answers=sum(one.answers for one in reports),
        deliveries=sum(one.deliveries for one in reports),
        shipments=tuple(_shipment(each) for one in reports for each in one.shipments),
        failures=tuple(_told(failure) for one in reports for failure in one.failures),
    )


def _shipment(shipment: Shipment) -> ShipmentView:
    return ShipmentView(
        delivery=shipment.act_id,
        outward=shipment.outward,
        pieces=shipment.pieces,
        moved=shipment.moved,
        there=shipment.there,
        over=shipment.over,
        bad=shipment.bad,
        lacking=shipment.lacking,
        done=shipment.done,
    )


def _told(failure: ComityError) -> str:
    where = f"{failure.where}: " if failure.where else ""
    return f"{where}{failure} [{failure.code}]" + (f"; {failure.hint}" if failure.hint else "")
