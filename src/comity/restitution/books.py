"""The ledger of a case at a line: assets, claims, payments, decisions, and the balance of every account."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from comity.kernel.errors import ConflictError, NotFoundError
from comity.kernel.ids import OfficerName
from comity.restitution.accounts import Account, Kind, Posting
from comity.restitution.amounts import Unit, unit_of, worth
from comity.restitution.claims import Claim
from comity.restitution.entries import (
    Chosen,
    ClaimKind,
    Considered,
    Held,
    Opened,
    Paid,
    Returned,
    Ruled,
    Ruling,
    Searched,
    Sent,
    Shared,
)


@dataclass(slots=True, kw_only=True)
class Asset:
    """An asset as it stands."""

    opened: Opened
    ruled: Ruled | None = None

    @property
    def state(self) -> Held:
        """Frozen until a court confiscated it."""
        if self.ruled is not None and self.ruled.ruling is Ruling.CONFISCATED:
            return Held.CONFISCATED
        return self.opened.state


@dataclass(slots=True, kw_only=True)
class Payment:
    """A payment as it stands."""

    paid: Paid
    outcome: Sent | None = None


@dataclass(slots=True, kw_only=True)
class Books:
    """The ledger at a line; made by :func:`fold`, changed by nobody else.

    Attributes:
        balances: Of every account, in the smallest unit.
        moves: Postings of each line, by its number; of a counter-entry those that book back.
        struck: Lines that were booked back, each with the line that did.
        received: Amounts that came in, each with source and reference.
        set_aside_by: Officers by whose word money stands set aside for a claim.
        gone: Lines by which value went to somebody who does not claim, with what they prove.
    """

    units: dict[str, Unit] = field(default_factory=dict)
    assets: dict[str, Asset] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    rules: dict[int, Chosen] = field(default_factory=dict)
    payments: dict[int, Payment] = field(default_factory=dict)
    considered: dict[str, tuple[int, Considered]] = field(default_factory=dict)
    searches: dict[int, Searched] = field(default_factory=dict)
    received: set[tuple[str, ...]] = field(default_factory=set)
    set_aside_by: dict[str, set[OfficerName]] = field(default_factory=dict)
    gone: dict[int, Shared | Returned] = field(default_factory=dict)
    balances: dict[Account, int] = field(default_factory=dict)
    moves: dict[int, tuple[Posting, ...]] = field(default_factory=dict)
    struck: dict[int, int] = field(default_factory=dict)

    def put_unit(self, code: str, decimals: int) -> None:
        """Count in a unit from now on; raise ConflictError ``restitution.decimals`` where it is another."""
        unit = unit_of(code, decimals)
        if self.units.setdefault(code, unit) != unit:
            raise ConflictError(
                "restitution.decimals",
                f"{code} is counted with {self.units[code].decimals} decimals in this case",
                hint="name the chain after a point, such as USDT.tron",
                where="decimals",
            )

    def balance(self, asset: str, unit: str, kind: Kind, whom: str = "") -> int:
        """Return what an account holds."""
        return self.balances.get(Account(asset, unit, kind, whom), 0)

    def unit(self, code: str) -> Unit:
        """Return a unit of the case; raise NotFoundError ``restitution.unit``."""
        if code not in self.units:
            raise NotFoundError("restitution.unit", f"nothing of the case is counted in {code}", where="unit")
        return self.units[code]

    def claim(self, name: str) -> Claim:
        """Return a claim; raise NotFoundError ``restitution.claim``."""
        if name not in self.claims:
            raise NotFoundError("restitution.claim", f"there is no claim {name}", where="claim")
        return self.claims[name]

    def asset(self, name: str) -> Asset:
        """Return an asset; raise NotFoundError ``restitution.asset``."""
        if name not in self.assets:
            raise NotFoundError("restitution.asset", f"there is no asset {name}", where="asset")
        return self.assets[name]

    @property
    def victims(self) -> frozenset[str]:
        """Everybody whom the ledger knows as a victim, by pseudonym."""
        lodged = {one.lodged.who for one in self.claims.values() if one.kind is ClaimKind.VICTIM}
        return frozenset(lodged | self.considered.keys())

    def unconsidered(self, others: Iterable[str] = ()) -> tuple[str, ...]:
        """Return the known victims of whom nothing was decided since they last claimed.

        Args:
            others: Victims whom the ledger does not know, such as those at the victims' desk.

        Basis: 52(3)
        """
        known = self.victims | set(others)
        return tuple(sorted(who for who in known if who not in self.considered or self._claimed_since(who)))

    def _claimed_since(self, who: str) -> bool:
        line = self.considered[who][0]
        return any(
            one.lodged.who == who and one.kind is ClaimKind.VICTIM and one.line > line
            for one in self.claims.values()
        )


def require_worth(amount: int, told: int, rate: str, unit: Unit, into: Unit) -> None:
    """Raise unless a value is the product of amount and rate, rounded down or up to one smallest unit.

    Raises:
        ConflictError: ``restitution.rate``.
    """
    low, exact = worth(amount, rate=rate, unit=unit, into=into)
    if told != low and (exact or told != low + 1):
        raise ConflictError(
            "restitution.rate",
            f"at that rate it is {low} of the smallest unit of {into.code}, not {told}",
            hint="check the rate and its direction: main units received for one main unit given",
            where="rate",
        )
