"""The desk for orders to providers of one's own State: meant, done, failed, or uncertain till a person knows.

An order is an effect outside the node, so it cannot be had exactly once. Its intent is durable before it is
handed over, its key makes a second delivery harmless, and a task rings until somebody says what came of it.

Basis: 31(2); PROTOCOL rule 27
"""

from dataclasses import dataclass

from comity.kernel.clock import Instant
from comity.kernel.digests import parse_digest, sha256
from comity.kernel.errors import MalformedError
from comity.node.access import Action, require_access
from comity.node.assetbooks import book_of, read_asset
from comity.node.freezekeeping import AssetView, Keeper, parsed
from comity.node.freezelane import end_finding_out, owe_finding_out
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.tracing.accounts import units_of
from comity.tracing.assets import Carried, CarriedFact, OrderedFact, parse_fact
from comity.tracing.secrets import require_no_secret


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDesk:
    """Orders about assets of the officer's authority."""

    place: Workplace
    keeper: Keeper

    def order(
        self, actor: Actor, *, name: str, provider: str, reference: str, digest: str, until: Instant
    ) -> AssetView:
        """Record the intent to order a provider of one's own State; nothing has left yet.

        Its key goes with the order, so that a provider who gets it twice carries it out once. Until somebody
        says what came of it a task rings.

        Args:
            actor: Who hands the order over.
            name: Of the asset.
            provider: Who is ordered.
            reference: Of the ruling that it rests on.
            digest: SHA-256 of the ruling.
            until: When the measure ends; a measure without an end is not recorded.

        Raises:
            MalformedError: ``freeze.time``: it ends before it begins.

        Basis: 31(2), 24(2); PROTOCOL rule 27
        """
        require_access(actor, Action.ACT_DECIDE, realm=self.place.realm, owner=actor.authority)
        require_no_secret({"provider": provider, "reference": reference})
        now = self.place.clock.now()
        if until <= now:
            raise MalformedError("freeze.time", "the measure ends before it begins", where="/until")
        with self.place.store.transaction() as tx:
            number = len(book_of(tx, actor.authority, name)) + 1
            fact = OrderedFact(
                at=now,
                provider=provider.strip(),
                office=str(actor.authority),
                reference=reference.strip(),
                digest=parse_digest(digest, where="/digest"),
                until=until,
                key=sha256(f"{actor.authority}/{name}/{number}/{provider.strip()}".encode()).hex(),
            )
            self.keeper.keep(tx, actor, name, parsed(fact))
            owe_finding_out(tx, actor.authority, name, number, at=now)
            return self.keeper.view(tx, actor, name)

    def carried(
        self,
        actor: Actor,
        *,
        name: str,
        order: int,
        outcome: str,
        amount: str = "",
        reference: str = "",
        words: str = "",
    ) -> AssetView:
        """Record what became of an order; ``uncertain`` rings until a person found it out.

        Raises:
            ConflictError: ``freeze.known``.
            NotFoundError: ``freeze.no_line``.

        Basis: PROTOCOL rule 27
        """
        require_access(actor, Action.ACT_DRAFT, realm=self.place.realm, owner=actor.authority)
        require_no_secret({"reference": reference, "words": words})
        with self.place.store.transaction() as tx:
            asset, now = read_asset(tx, actor.authority, name), self.place.clock.now()
            made = {"fact": "carried", "at": now, "order": order, "outcome": outcome}
            made |= {"reference": reference, "words": words}
            if amount:
                made["amount"] = str(units_of(amount, asset.decimals))
            fact = parse_fact(made)
            self.keeper.keep(tx, actor, name, fact)
            if isinstance(fact, CarriedFact) and fact.outcome is Carried.UNCERTAIN:
                owe_finding_out(tx, actor.authority, name, order, at=now)
            else:
                end_finding_out(
                    tx, actor.authority, name, order, by=actor.officer, at=now, words=reference or outcome
                )
            return self.keeper.view(tx, actor, name)
