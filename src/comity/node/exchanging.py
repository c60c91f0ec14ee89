"""The exchange of this node, joined from its parts."""

from dataclasses import dataclass

from comity.cases.ports import Address
from comity.exchange.inbox import Inbox
from comity.exchange.office import Office
from comity.exchange.outbox import Outbox
from comity.exchange.protocol import Exchange
from comity.exchange.service import ExchangeDesk
from comity.kernel.ids import AuthorityId, CaseId
from comity.node.feedalerts import AlertSink, AlertSource
from comity.node.feedbook import ALERTS, INDICATORS, LIST
from comity.node.feedindicators import IndicatorSink, IndicatorSource
from comity.node.feeding import Feeder, Source
from comity.node.feedlists import ListSink, ListSource
from comity.node.feedmail import Mailroom
from comity.node.feedstops import TAKING, TakingSink, TakingSource, Withdrawer
from comity.node.feedtaking import FeedIntake, Sink
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


def feeder_of(place: Workplace) -> Feeder:
    """Return what feeds the peers of the node."""
    sources: dict[str, Source] = {}
    if not place.is_shelter:  # a shelter gives lists alone, each receiver under its own record
        own = place.party
        sources = {INDICATORS: IndicatorSource(own=own), ALERTS: AlertSource(), TAKING: TakingSource()}
    if place.make_vault is None:
        return Feeder(place=place, sources=sources)
    sources[LIST] = ListSource(place=place, make_vault=place.make_vault)
    return Feeder(place=place, sources=sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRound:
    """What is done for the feeds of an office from time to time."""

    place: Workplace

    def waits(self, authority: AuthorityId) -> bool:
        """Tell whether a feed has something to tell, or something of one that was stopped is in use still."""
        return feeder_of(self.place).waits(authority) or Withdrawer(place=self.place).waits(authority)

    def turn(self, authority: AuthorityId) -> int:
        """Withdraw what is to be, and queue what is due of every feed; return how many batches that were."""
        Withdrawer(place=self.place).turn(authority)
        return feeder_of(self.place).turn(authority)


def feed_intake(place: Workplace) -> FeedIntake:
    """Return what takes the feeds of peers."""
    sinks: dict[str, Sink] = {}
    if not place.is_shelter:
        own = place.party
        sinks = {INDICATORS: IndicatorSink(own=own), ALERTS: AlertSink(), TAKING: TakingSink()}
    if place.make_vault is not None:
        sinks[LIST] = ListSink(place=place, make_vault=place.make_vault)
    return FeedIntake(place=place, sinks=sinks)


def exchange_desk(place: Workplace) -> ExchangeDesk[Transaction]:
    """Return the exchange of the node that stands on this workplace."""
    mailbox = Mailroom(
        cases=NodeMailbox(
            realm=place.realm,
            directory=place.directory,
            entropy=place.entropy,
            clock=place.clock,
            check=place.check,
            closed=place.is_shelter,
        ),
        feeds=feed_intake(place),
        feeder=feeder_of(place),
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
