"""The exchange of this node, joined from its parts."""

from dataclasses import dataclass

from comity.cases.ports import Address
from comity.exchange.inbox import Inbox
from comity.exchange.office import Office
from comity.exchange.outbox import Outbox
from comity.exchange.protocol import Exchange
from comity.exchange.service import ExchangeDesk
from comity.kernel.ids import AuthorityId, CaseId
from comity.node.founding import own_root
from comity.node.noticing import ProfileBoard
from comity.node.ports import Transaction
from comity.node.seams import NodeMailbox
from comity.node.workplace import Workplace


class _OwnActs:
    """Fulfils the exchange's ``OwnActs`` from the cases' store."""

    def last_own_seq(self, tx: Transaction, *, authority: AuthorityId, case: CaseId) -> int:
        """Return the highest ``seq`` that the authority has issued in the case."""
        return tx.acts.last_seq(authority, case, Address(authority=authority, root=own_root(tx)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Offices:
    """Our offices with the keys they have now: keys rotate, and offices are added."""

    place: Workplace

    def __call__(self) -> tuple[Office, ...]:
        """Return them, read afresh."""
        with self.place.store.snapshot() as tx:
            return tuple(self.place.office(tx, authority) for authority in self.place.authorities(tx))


def exchange_desk(place: Workplace) -> ExchangeDesk[Transaction]:
    """Return the exchange of the node that stands on this workplace."""
    mailbox = NodeMailbox(
        realm=place.realm,
        directory=place.directory,
        entropy=place.entropy,
        clock=place.clock,
        check=place.check,
    )
    return ExchangeDesk(
        store=place.store,
        exchange=Exchange(
            directory=place.directory,
            outbox=Outbox(directory=place.directory, entropy=place.entropy),
            inbox=Inbox(mailbox=mailbox, entropy=place.entropy),
            own_acts=_OwnActs(),
            entropy=place.entropy,
            check=place.check,
            board=ProfileBoard(place=place),
        ),
        offices=Offices(place=place),
        clock=place.clock,
    )
