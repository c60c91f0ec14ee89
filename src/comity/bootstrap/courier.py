"""The carried disk, joined from the exchange, the deliveries and the folder transport."""

from dataclasses import dataclass
from pathlib import Path

from comity.exchange.deliveries import DeliveryDesk
from comity.exchange.envelope import End
from comity.exchange.service import ExchangeDesk
from comity.kernel.errors import NotFoundError
from comity.kernel.ids import AuthorityId, Fingerprint
from comity.node.ports import Transaction
from comity.node.views import CourierView
from comity.node.workplace import Workplace
from comity.transport.courier import Courier


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskCourier:
    """Fulfils the node's ``CourierFolder``."""

    place: Workplace
    exchange: ExchangeDesk[Transaction]
    deliveries: DeliveryDesk[Transaction]

    def export(self, authority: AuthorityId, *, folder: str, peer: Fingerprint | None) -> CourierView:
        """Write what waits for one peer, or for all, into a folder; it is made where it is not there."""
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        calls = messages = deliveries = 0
        for end in self._ends(peer):
            report = self._courier.export(authority, end, target)
            calls, messages = calls + report.calls, messages + report.messages
            deliveries += report.deliveries
        return CourierView(calls=calls, messages=messages, deliveries=deliveries)

    def take_in(self, authority: AuthorityId, *, folder: str) -> CourierView:
        """Take in what the folder brings, and write the answers into it."""
        source = Path(folder)
        if not source.is_dir():
            raise NotFoundError("courier.absent", f"there is no folder {folder!r}", where=folder)
        report = self._courier.import_(source)
        return CourierView(
            calls=report.calls,
            messages=report.messages,
            answers=report.answers,
            deliveries=report.deliveries,
            failures=tuple(str(failure) for failure in report.failures),
        )

    @property
    def _courier(self) -> Courier[Transaction]:
        return Courier(desk=self.exchange, deliveries=self.deliveries)

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
