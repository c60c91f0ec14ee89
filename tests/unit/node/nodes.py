"""Two practice nodes in memory, with officers, that know each other; no socket, no file."""

from dataclasses import dataclass

from comity.engines.keystore import MemoryKeyStore
from comity.exchange.directory import Directory
from comity.exchange.envelope import End
from comity.kernel.clock import FixedClock
from comity.kernel.entropy import SeededEntropy
from comity.kernel.ids import AuthorityId, PartyCode
from comity.kernel.realms import Realm
from comity.node.casework import CasesDesk
from comity.node.exchanging import exchange_desk
from comity.node.founding import FIRST_OFFICER, Founder, own_root
from comity.node.listing import ListsDesk
from comity.node.people import PeersDesk, PeopleDesk
from comity.node.ports import Store
from comity.node.views import Actor, ActView, DraftView
from comity.node.workplace import Workplace
from comity.storage.memory.store import MemoryStore

AT = 1_793_000_000_000_000


@dataclass
class Side:
    """One node and its people: a duty officer and a head."""

    place: Workplace
    clock: FixedClock

    @property
    def desk(self) -> AuthorityId:
        return AuthorityId(f"{self.place.party}/contact-point")

    @property
    def cases(self) -> CasesDesk:
        return CasesDesk(place=self.place)

    @property
    def lists(self) -> ListsDesk:
        return ListsDesk(place=self.place, cases_desk=self.cases)

    @property
    def peers(self) -> PeersDesk:
        return PeersDesk(place=self.place)

    def officer(self) -> Actor:
        return self.place.actor("a.diallo")

    def head(self) -> Actor:
        return self.place.actor(FIRST_OFFICER)

    def officer_of(self, name: str, roles: list[str] | None = None) -> Actor:
        """Return an officer of a name and roles, enrolled when first asked for."""
        if roles is None:
            return self.officer()
        PeopleDesk(place=self.place).add_officer(self.head(), authority=self.desk, name=name, roles=roles)
        return self.place.actor(name)

    def end(self) -> End:
        with self.place.store.snapshot() as tx:
            return End(authority=self.desk, root=own_root(tx))

    def settle(self, draft: DraftView) -> ActView:
        """Decide everything that is open, approve with as many as it takes, and issue."""
        for key in draft.undecided:
            draft = self.cases.decide(
                self.officer(), act=draft.act, finding=key, outcome="proceed", inner="looked at it", outer=""
            )
        for actor in [self.head(), self.officer()][: draft.persons_needed]:
            draft = self.cases.approve(actor, act=draft.act, reason="lawful and needed")
        return self.cases.issue(self.officer(), act=draft.act)


def node(party: str, seed: int, *, store: Store | None = None, shelter: bool = False) -> Side:
    clock, entropy = FixedClock(AT), SeededEntropy(f"{party}{seed}")
    place = Workplace(
        party=PartyCode(party),
        realm=Realm.PRACTICE,
        endpoint="https://127.0.0.1:8443",
        store=store or MemoryStore(),
        keys=MemoryKeyStore(),
        clock=clock,
        entropy=entropy,
        directory=Directory(),
        is_shelter=shelter,
    )
    Founder(store=place.store, keys=place.keys, clock=clock, entropy=entropy).found(
        party=place.party,
        realm=place.realm,
        name=party,
        endpoint=place.endpoint,
        certificate=b"der",
        shelter=shelter,
    )
    side = Side(place=place, clock=clock)
    if shelter:
        return side
    PeopleDesk(place=place).add_officer(
        side.head(), authority=side.desk, name="a.diallo", roles=["duty-officer", "officer"]
    )
    return side


def pair(seed: int = 0, *, store: Store | None = None) -> tuple[Side, Side]:
    """Return two nodes that pinned each other; the first on a store if one is given."""
    one, other = node("XAA", seed, store=store), node("XAB", seed)
    for here, there in ((one, other), (other, one)):
        card = there.peers.card()
        here.peers.add(here.head(), card=card, words=" ".join(there.peers.words(here.peers.card())))
    return one, other


class Wire:
    """Carries a call to the other node in memory; who calls is proved as the transport would prove it."""

    def __init__(self, sender: Side, receiver: Side) -> None:
        self._sender, self._receiver = sender, receiver

    def call(self, call):  # type: ignore[no-untyped-def]
        from comity.exchange.calls import Caller

        return exchange_desk(self._receiver.place).receive(
            Caller(end=self._sender.end(), nonce=call.nonce), call.body
        )


def exchange(one: Side, other: Side) -> int:
    """Send what is due both ways until nothing is; return how many messages went."""
    total = 0
    for _ in range(10):
        sent = 0
        for here, there in ((one, other), (other, one)):
            here.clock.advance(10_000_000)
            report = exchange_desk(here.place).send(here.desk, there.end(), Wire(here, there))
            if report.failure is not None:
                raise report.failure
            sent += report.messages
        total += sent
        if not sent:
            return total
    raise AssertionError("the two nodes never came to rest")
