"""The desk of the freeze lane: from a trace or a bank's word to a request, and what becomes of the asset.

A tag is never enough. A book begins with a trace that reaches the addresses, or with what a bank or a
victim told, and with the reasons of a named person. What leaves is an act, which is approved like every act.

Basis: 31(2), 50(2), 50(8)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from comity.kernel.amounts import currency_decimals, is_currency
from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, DeniedError, MalformedError
from comity.node.access import Action, require_access
from comity.node.assetbooks import (
    asset_names,
    begin_book,
    read_asset,
    require_name,
)
from comity.node.casework import CasesDesk
from comity.node.freezeasking import AskingDesk
from comity.node.freezekeeping import AssetView, Keeper, parsed
from comity.node.freezeorders import OrderDesk
from comity.node.freezetags import tell_freezes
from comity.node.freezetimes import timed_assets
from comity.node.lanes import LaneDesk
from comity.node.lanetasks import require_words, tasks_of
from comity.node.tracing import Traced, TracingDesk
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.requests.lanes import Task
from comity.tracing.accounts import check_iban, coin_of, units_of
from comity.tracing.assets import (
    BY_HAND,
    MOST_SPOTS,
    AnyFact,
    MovedFact,
    Spot,
    TracedFact,
    parse_fact,
)
from comity.tracing.freezefigures import FreezeFigures, freeze_figures
from comity.tracing.frozen import Asset
from comity.tracing.questions import Asked, Question
from comity.tracing.secrets import require_no_secret
from comity.tracing.since import Since
from comity.tracing.taint import Method

_OF_CURRENCY = {"cost": ("amount",), "value": ("was", "now")}
"""Lines whose amounts are in a currency of their own, whatever the asset is counted in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankWord:
    """What a bank or a victim told of money in an account.

    Attributes:
        amount: Decimal number.
        paid_at: When it was paid; None where it is not known.
        reference: Of the payment or of the bank's word.
    """

    bank: str
    amount: str
    currency: str
    reference: str
    iban: str = ""
    account: str = ""
    holder: str = ""
    place: str = ""
    paid_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeDesk:
    """Assets of the officer's authority. Each step by a person is in the national log."""

    place: Workplace
    tracing: TracingDesk = field(repr=False)
    cases: CasesDesk = field(repr=False)

    @property
    def keeper(self) -> Keeper:
        """What keeps the books."""
        return Keeper(place=self.place)

    @property
    def orders(self) -> OrderDesk:
        """Orders to providers of one's own State."""
        return OrderDesk(place=self.place, keeper=self.keeper)

    @property
    def asking(self) -> AskingDesk:
        """Requests about assets."""
        return AskingDesk(place=self.place, cases=self.cases, keeper=self.keeper)

    def list(self, actor: Actor, *, purpose: str) -> tuple[Asset, ...]:
        """Return every asset of the office by name. The reading is in the log first."""
        self.keeper.read(actor, "freeze.list", "*", purpose)
        with self.place.store.snapshot() as tx:
            return tuple(read_asset(tx, actor.authority, name) for name in asset_names(tx, actor.authority))

    def figures(self, actor: Actor, *, purpose: str) -> FreezeFigures:
        """Return the figures of the office; small cells are hidden. The reading is in the log first."""
        self.keeper.read(actor, "freeze.figures", "*", purpose)
        with self.place.store.snapshot() as tx:
            return freeze_figures(timed_assets(tx, actor.authority))

    def show(self, actor: Actor, *, name: str, purpose: str) -> AssetView:
        """Return an asset with its book. The reading is in the log first.

        Raises:
            NotFoundError: ``freeze.unknown``.
        """
        self.keeper.read(actor, "freeze.read", require_name(name), purpose)
        with self.place.store.snapshot() as tx:
            return self.keeper.view(tx, actor, name)

    def open_traced(
        self,
        actor: Actor,
        *,
        name: str,
        ledger: str,
        question: Question | None,
        addresses: Sequence[str],
        words: str,
        purpose: str,
    ) -> AssetView:
        """Begin the book of coins that a trace found, and the lane for a wallet.

        Args:
            actor: The named person who decides that they are to be frozen.
            name: Of the asset.
            ledger: Name of the ledger that is asked.
            question: What was followed, by first-in-first-out or haircut; None where nothing was.
            addresses: Where the coins lie.
            words: Why they are to be frozen.
            purpose: Why the ledger is asked.

        Raises:
            DeniedError: ``freeze.tag_alone``: nothing was traced.
            MalformedError: ``freeze.secret``, ``freeze.name``, ``freeze.method``, ``duty.words``.
            ConflictError: ``freeze.nothing``: no traced value lies there; ``freeze.known``.

        Basis: 31(2), 50(2)
        """
        require_access(actor, Action.ACT_DECIDE, realm=self.place.realm, owner=actor.authority)
        seeds = question.seeds if question is not None else ()
        require_no_secret({"words": words, "address": list(addresses), "seeds": list(seeds)})
        said, _ = require_words(words), require_name(name)
        if question is None:
            raise DeniedError(
                "freeze.tag_alone",
                "a tag tells what somebody thinks of an address, and nothing is frozen on it",
                hint="name what was traced with --seed; a named person then says why it is to be frozen",
            )
        if question.method is Method.POISON:
            raise MalformedError(
                "freeze.method",
                "poison measures contact and no value",
                hint="use fifo or haircut",
                where="/by",
            )
        traced = self.tracing.taint(actor, ledger=ledger, question=question, purpose=purpose)
        named = frozenset(addresses)
        here = sum(one.taint for one in traced.trail.holdings if one.address in named)
        if not here:
            raise ConflictError(
                "freeze.nothing",
                "by this trace none of the value lies at these addresses now",
                hint="'comity trace taint' tells where it lies; a tag alone is no reason",
                where=addresses[0] if addresses else name,
            )
        fact = _traced_fact(
            traced, addresses, here=here, ledger=ledger, words=said, at=self.place.clock.now()
        )
        return self._begin(actor, name, fact, lane="wallet")

    def open_bank(self, actor: Actor, *, name: str, told: BankWord, words: str) -> AssetView:
        """Begin the book of money in an account, and the lane for a payment.

        Raises:
            MalformedError: ``freeze.iban``, ``freeze.amount``, ``freeze.account``, ``freeze.fact``,
                ``freeze.secret``, ``duty.words``.
            ConflictError: ``freeze.known``.

        Basis: 31(2), 50(2)
        """
        require_access(actor, Action.ACT_DECIDE, realm=self.place.realm, owner=actor.authority)
        said, named = require_words(words), require_name(name)
        said_there = (told.bank, told.account, told.holder, told.place, told.reference)
        require_no_secret({"words": said, "told": list(said_there)})
        if bool(told.iban) == bool(told.account):
            raise MalformedError(
                "freeze.account", "one account is named, by its IBAN or otherwise", where="/iban"
            )
        decimals = _decimals_of(told.currency)
        units = units_of(told.amount, decimals)
        if not units:
            raise MalformedError("freeze.amount", "an amount is more than nothing", where="/amount")
        fact = parse_fact(
            {
                "fact": "banked",
                "at": self.place.clock.now(),
                "account": check_iban(told.iban, primitives=self.tracing.primitives)
                if told.iban
                else told.account.strip(),
                "is_iban": bool(told.iban),
                "bank": told.bank.strip(),
                "holder": told.holder.strip(),
                "place": told.place.strip(),
                "unit": told.currency,
                "decimals": decimals,
                "amount": str(units),
                "paid_at": told.paid_at,
                "reference": told.reference.strip(),
                "words": said,
            }
        )
        return self._begin(actor, named, fact, lane="payment")

    def look_again(self, actor: Actor, *, name: str, purpose: str) -> AssetView:
        """Ask the ledger again, as it stands now, and record what has moved since.

        Raises:
            ConflictError: ``freeze.no_ledger``: money in an account is looked at by a statement of the bank.
        """
        require_access(
            actor, Action.TRACE_ASK, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )
        with self.place.store.snapshot() as tx:
            opening = read_asset(tx, actor.authority, name).opening
        if not isinstance(opening, TracedFact):
            raise ConflictError(
                "freeze.no_ledger",
                "no ledger tells what is in an account",
                hint="record the bank's statement with 'comity freeze moved NAME --remaining AMOUNT'",
                where=name,
            )
        asked = Asked(question=_question_of(opening), inputs=opening.inputs, trail=opening.answer)
        found = self.tracing.moved(actor, ledger=opening.ledger, trace=asked, purpose=purpose)
        with self.tracing.shelves.open(actor.authority) as shelf:
            tell_freezes(self.place, actor, shelf.gone_of, only=name)
        return self._add(actor, name, _moved_fact(found, opening.addresses, at=self.place.clock.now()))

    def record(self, actor: Actor, *, name: str, fact: Mapping[str, Any]) -> AssetView:
        """Add a line that an officer records by hand: what was frozen, costs, claims, rulings, custody …

        Args:
            actor: Who records it.
            name: Of the asset.
            fact: The line, its amounts as decimal numbers; without ``at`` it happened now.

        Raises:
            MalformedError: ``freeze.fact``, ``freeze.amount``, ``freeze.secret``, ``freeze.time``,
                ``freeze.address``.
            ConflictError: ``freeze.sum``, ``freeze.struck``.
            DeniedError: ``freeze.claim_open``, ``freeze.ruling``, ``freeze.no_act``; ``access.role``.
            NotFoundError: ``freeze.unknown``, ``freeze.no_line``.

        Basis: 31(3), 31(9), 50(8), 50(9)
        """
        require_access(actor, Action.ACT_DRAFT, realm=self.place.realm, owner=actor.authority)
        require_no_secret(dict(fact))
        if fact.get("fact") not in BY_HAND:
            raise MalformedError(
                "freeze.fact",
                f"{str(fact.get('fact'))[:40]!r} is no line that is recorded by hand",
                hint="lines are " + ", ".join(BY_HAND),
                where="/fact",
            )
        with self.place.store.snapshot() as tx:
            decimals = read_asset(tx, actor.authority, name).decimals
        made = {"at": self.place.clock.now(), **fact}
        if made["fact"] == "custody":
            made["address"] = self._address(actor, name, str(made.get("address", "")))
        for member in ("remaining",) if made["fact"] == "moved" else ("amount",):
            if made["fact"] != "cost" and isinstance(made.get(member), str):
                made[member] = str(units_of(made[member], decimals, where=f"/{member}"))
        for member in _OF_CURRENCY.get(str(made["fact"]), ()):
            if isinstance(made.get(member), str):
                units_of(made[member], _decimals_of(str(made.get("currency"))), where=f"/{member}")
        if made["fact"] == "moved":
            made["source"] = "statement"
        return self._add(actor, name, parse_fact(made))

    def tasks(self, actor: Actor, *, name: str) -> tuple[Task, ...]:
        """Return the open tasks of the lane of an asset, and of its orders."""
        with self.place.store.snapshot() as tx:
            lanes = {f"property-{name}", f"freeze-{name}"}
            lanes |= {one.request for one in read_asset(tx, actor.authority, name).asked}
            return tuple(one for one in tasks_of(tx, actor.authority) if one.lane in lanes and one.is_open)

    def _address(self, actor: Actor, name: str, address: str) -> str:
        """Return an address of the coins' own network in its usual spelling; refuse any other text."""
        with self.place.store.snapshot() as tx:
            opening = read_asset(tx, actor.authority, name).opening
        found = self.tracing.address(address)
        network = opening.network if isinstance(opening, TracedFact) else ""
        if not found.valid or network not in found.networks:
            raise MalformedError(
                "freeze.address",
                f"this is no address of {network or 'a coin'}: {found.reason or 'it is of another network'}",
                hint="read it again where it was written; 'comity address check' tells which letter is wrong",
                where="/address",
            )
        return found.address

    def _begin(self, actor: Actor, name: str, fact: AnyFact, *, lane: str) -> AssetView:
        with self.place.store.transaction() as tx:
            begin_book(tx, actor.authority, name, fact, officer=actor.officer, now=self.place.clock.now())
            self.keeper.decided(tx, actor, "freeze.open", name)
        LaneDesk(place=self.place).begin_property(actor, name=name, asset=lane)
        with self.place.store.snapshot() as tx:
            return self.keeper.view(tx, actor, name)

    def _add(self, actor: Actor, name: str, fact: AnyFact) -> AssetView:
        with self.place.store.transaction() as tx:
            self.keeper.keep(tx, actor, name, fact)
            return self.keeper.view(tx, actor, name)


def _decimals_of(currency: str) -> int:
    """Return the decimals of a currency; raise MalformedError ``freeze.currency`` for what is none."""
    if not is_currency(currency):
        raise MalformedError(
            "freeze.currency",
            "this is no currency that is in use",
            hint="three letters of ISO 4217, such as EUR",
            where="/currency",
        )
    return currency_decimals(currency)


def _question_of(opening: TracedFact) -> Question:
    return Question(
        method=Method(opening.method),
        seeds=opening.seeds,
        since=None if opening.since is None else Instant(opening.since),
        until=None if opening.until is None else Instant(opening.until),
    )


def _moved_fact(found: Since, addresses: Sequence[str], *, at: Instant) -> AnyFact:
    """Return the line of what has moved: sums at the addresses, and where more lies than then."""
    named = frozenset(addresses)
    here = [one for one in found.standings if one.address in named]
    rows = [(one.then - one.now, one.address) for one in found.standings if one.address not in named]
    grown = sorted(row for row in rows if row[0] < 0)[:MOST_SPOTS]
    return parsed(
        MovedFact(
            at=at,
            remaining=str(sum(one.now for one in here)),
            source="ledger",
            inputs=found.now.ledger,
            answer=found.digest,
            went=str(sum(one.went for one in here)),
            came=str(sum(one.came for one in here)),
            elsewhere=tuple(Spot(address=address, units=str(-less)) for less, address in grown),
        )
    )


def _traced_fact(
    traced: Traced, addresses: Sequence[str], *, here: int, ledger: str, words: str, at: Instant
) -> AnyFact:
    contents, trail, question = traced.contents, traced.trail, traced.trail.question
    unit, decimals = coin_of(contents.network, contents.asset)
    named = frozenset(addresses)
    tags = [one.told for one in traced.tags if one.address in named]
    made = TracedFact(
        at=at,
        network=contents.network,
        asset=contents.asset,
        unit=unit,
        decimals=decimals,
        addresses=tuple(dict.fromkeys(addresses)),
        ledger=ledger,
        method=question.method.value,
        seeds=question.seeds,
        since=question.since,
        until=question.until,
        inputs=trail.ledger,
        answer=trail.digest,
        here=str(here),
        created=str(trail.created),
        tags=tuple(dict.fromkeys(tags))[:32],
        words=words,
    )
    return parsed(made)
