"""What the book of an asset comes to: sums in whole units, what is open, and what may follow.

The state is recomputed from the lines each time. What may follow is in :mod:`comity.tracing.freezerules`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from comity.kernel.amounts import decimal_text
from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError
from comity.tracing.assets import (
    AskedFact,
    AssetFact,
    BankedFact,
    Carried,
    CarriedFact,
    ClaimFact,
    CostFact,
    CustodyFact,
    FrozenFact,
    Judged,
    JudgedFact,
    LiftedFact,
    Line,
    MovedFact,
    OpeningFact,
    OrderedFact,
    Receiver,
    ReleasedFact,
    Spot,
    StruckFact,
    TracedFact,
    UntaggedFact,
    ValueFact,
    Weighed,
    WeighedFact,
)

F = TypeVar("F", bound=AssetFact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What has moved since the asset was found, in whole units.

    Attributes:
        found: Units there when the book was opened.
        remaining: Units there when it was looked at last.
        went: Units that left by payments since; None where a bank's statement told, or nobody has looked.
        came: Units that arrived; likewise.
        elsewhere: Other places that hold more than then, with how much more.
        looked_at: When.
    """

    found: int
    remaining: int
    went: int | None
    came: int | None
    elsewhere: tuple[Spot, ...]
    looked_at: Instant

    @property
    def lost(self) -> int:
        """Units that are not there any more, net of what came."""
        return max(0, self.found - self.remaining)

    @property
    def gained(self) -> int:
        """Units that came, net of what left."""
        return max(0, self.remaining - self.found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A third party's claim and the ruling that ended it; None while it is open."""

    number: int
    who: str
    ground: str
    amount: int | None
    ruling: int | None
    outcome: Judged | None

    @property
    def is_open(self) -> bool:
        """Tell whether no court has ruled on it, and nobody withdrew it."""
        return self.ruling is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order to a provider, and what became of it; None while nobody knows."""

    number: int
    provider: str
    key: str
    until: Instant
    outcome: Carried | None
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a custodian holds at an address, by the line that brought it there."""

    number: int
    custodian: str
    address: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Untagged:
    """A retraction of tags that stood when the book was begun, and what a person held of it; None before.

    Attributes:
        number: Its line.
        at: When they were retracted.
        words: That person's reasons.
    """

    number: int
    at: Instant
    tags: tuple[str, ...]
    why: str
    by: str
    outcome: Weighed | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """An asset, as its book says.

    Attributes:
        name: Name of the book.
        opening: Its first line.
        asked: Requests that it is tied to.
        frozen: Units that were frozen or seized, ever.
        lifted: Units of these whose measure was lifted.
        released: Units of these that went to somebody.
        to_claimants: Units of those that went to claimants, by the line of the ruling.
        custody: Where what was seized lies.
        costs: What managing it cost, in hundredths of a hundredth of each currency.
        value: The last comparison of its value.
        releasing: Lines of rulings on the release itself.
        untagged: Retractions of tags that stood when the book was begun.
        head: Digest of the last line.
    """

    name: str
    opening: OpeningFact
    clock: Clock
    asked: tuple[AskedFact, ...]
    orders: tuple[Order, ...]
    claims: tuple[Claim, ...]
    custody: tuple[Held, ...]
    frozen: int
    lifted: int
    released: int
    to_claimants: tuple[tuple[int, int], ...]
    costs: tuple[tuple[str, int], ...]
    value: ValueFact | None
    releasing: tuple[int, ...]
    untagged: tuple[Untagged, ...]
    head: str
    lines: int

    @property
    def unit(self) -> str:
        """Name of the coin or the currency."""
        return self.opening.unit

    @property
    def decimals(self) -> int:
        """How many decimals its smallest unit has."""
        return self.opening.decimals

    @property
    def is_coin(self) -> bool:
        """Tell whether it lies on a chain."""
        return isinstance(self.opening, TracedFact)

    @property
    def held(self) -> int:
        """Units that are frozen now."""
        return self.frozen - self.lifted - self.released

    @property
    def in_custody(self) -> int:
        """Units that custodians hold."""
        return sum(one.amount for one in self.custody)

    @property
    def open_claims(self) -> tuple[Claim, ...]:
        """Claims that no court has ruled on."""
        return tuple(one for one in self.claims if one.is_open)

    @property
    def unweighed(self) -> tuple[Untagged, ...]:
        """Retractions of which no person has said whether the measure stands."""
        return tuple(one for one in self.untagged if one.outcome is None)

    @property
    def waiting(self) -> tuple[Order, ...]:
        """Orders of which nobody knows yet whether they were carried out."""
        return tuple(one for one in self.orders if one.outcome in (None, Carried.UNCERTAIN))

    def text(self, units: int) -> str:
        """Return units as people read them, with the name of the coin or the currency."""
        return f"{self.digits(units)} {self.unit}"

    def digits(self, units: int) -> str:
        """Return units as a decimal number; of a currency with all its decimals."""
        return decimal_text(units, self.decimals, whole=not self.is_coin)

    def went_to(self, claim: Claim) -> int:
        """Return the units that went to a claimant, by the ruling on the claim."""
        return dict(self.to_claimants).get(claim.ruling or 0, 0)

    def names(self, request: str) -> bool:
        """Tell whether it is tied to a request."""
        return any(one.request == request for one in self.asked)


COST_DECIMALS = 4


def asset_of(lines: Sequence[Line], *, head: str) -> Asset:
    """Return what a book says.

    Args:
        lines: All of it, in order.
        head: Digest of the last line.

    Raises:
        MalformedError: ``freeze.line``: it does not begin with what was found.
    """
    struck = {line.fact.line for line in lines if isinstance(line.fact, StruckFact)}
    standing = [line for line in lines if line.number not in struck]
    opening = standing[0].fact if standing else None
    if not isinstance(opening, (TracedFact, BankedFact)):
        raise MalformedError("freeze.line", "a book begins with what was found", where=lines[0].asset)
    orders = _orders(standing)
    frozen = sum(int(one.amount) for one in _all(standing, FrozenFact))
    values = tuple(_all(standing, ValueFact))
    return Asset(
        name=lines[0].asset,
        opening=opening,
        clock=_clock(opening, standing),
        asked=tuple(_all(standing, AskedFact)),
        orders=orders,
        claims=_claims(standing),
        to_claimants=_to_claimants(standing),
        custody=_custody(standing),
        frozen=frozen + sum(one.amount for one in orders),
        lifted=sum(int(one.amount) for one in _all(standing, LiftedFact)),
        released=sum(int(one.amount) for one in _all(standing, ReleasedFact)),
        costs=_costs(standing),
        value=values[-1] if values else None,
        releasing=tuple(
            line.number
            for line in standing
            if isinstance(line.fact, JudgedFact)
            and not line.fact.claim
            and line.fact.outcome in (Judged.UPHELD, Judged.PARTLY)
        ),
        untagged=_untagged(standing),
        head=head,
        lines=len(lines),
    )


def _all(lines: Iterable[Line], kind: type[F]) -> list[F]:
    return [line.fact for line in lines if isinstance(line.fact, kind)]


def _clock(opening: OpeningFact, lines: Sequence[Line]) -> Clock:
    found = int(opening.here if isinstance(opening, TracedFact) else opening.amount)
    looks = _all(lines, MovedFact)
    if not looks:
        at = Instant(opening.at)
        return Clock(found=found, remaining=found, went=None, came=None, elsewhere=(), looked_at=at)
    last = looks[-1]
    return Clock(
        found=found,
        remaining=int(last.remaining),
        went=None if last.went is None else int(last.went),
        came=None if last.came is None else int(last.came),
        elsewhere=last.elsewhere,
        looked_at=Instant(last.at),
    )


def _orders(lines: Sequence[Line]) -> tuple[Order, ...]:
    ended: dict[int, CarriedFact] = {one.order: one for one in _all(lines, CarriedFact)}
    return tuple(
        Order(
            number=line.number,
            provider=line.fact.provider,
            key=line.fact.key,
            until=Instant(line.fact.until),
            outcome=ended[line.number].outcome if line.number in ended else None,
            amount=int(ended[line.number].amount or 0) if line.number in ended else 0,
        )
        for line in lines
        if isinstance(line.fact, OrderedFact)
    )


def _claims(lines: Sequence[Line]) -> tuple[Claim, ...]:
    ruled = {line.fact.claim: line for line in lines if isinstance(line.fact, JudgedFact) and line.fact.claim}
    found = []
    for line in lines:
        if isinstance(line.fact, ClaimFact):
            ruling = ruled.get(line.number)
            fact = ruling.fact if ruling is not None else None
            found.append(
                Claim(
                    number=line.number,
                    who=line.fact.who,
                    ground=line.fact.ground,
                    amount=None if line.fact.amount is None else int(line.fact.amount),
                    ruling=None if ruling is None else ruling.number,
                    outcome=fact.outcome if isinstance(fact, JudgedFact) else None,
                )
            )
    return tuple(found)


def _untagged(lines: Sequence[Line]) -> tuple[Untagged, ...]:
    weighed = {one.line: one for one in _all(lines, WeighedFact)}
    return tuple(
        Untagged(
            number=line.number,
            at=Instant(line.fact.at),
            tags=line.fact.tags,
            why=line.fact.why,
            by=line.fact.by,
            outcome=weighed[line.number].outcome if line.number in weighed else None,
            words=weighed[line.number].words if line.number in weighed else "",
        )
        for line in lines
        if isinstance(line.fact, UntaggedFact)
    )


def _custody(lines: Sequence[Line]) -> tuple[Held, ...]:
    """Return what each custodian holds still: what came, less what went on from there."""
    gone: dict[int, int] = {}
    for fact in (line.fact for line in lines):
        if isinstance(fact, (CustodyFact, ReleasedFact, LiftedFact)):
            gone[fact.source] = gone.get(fact.source, 0) + int(fact.amount)
    rows = (
        Held(
            number=line.number,
            custodian=line.fact.custodian,
            address=line.fact.address,
            amount=int(line.fact.amount) - gone.get(line.number, 0),
        )
        for line in lines
        if isinstance(line.fact, CustodyFact)
    )
    return tuple(one for one in rows if one.amount)


def _to_claimants(lines: Sequence[Line]) -> tuple[tuple[int, int], ...]:
    sums: dict[int, int] = {}
    for one in _all(lines, ReleasedFact):
        if one.to is Receiver.CLAIMANT:
            sums[one.ruling or 0] = sums.get(one.ruling or 0, 0) + int(one.amount)
    return tuple(sorted(sums.items()))


def _costs(lines: Sequence[Line]) -> tuple[tuple[str, int], ...]:
    sums: dict[str, int] = {}
    for one in _all(lines, CostFact):
        whole, _, rest = one.amount.partition(".")
        units = int(whole) * 10**COST_DECIMALS + int(rest.ljust(COST_DECIMALS, "0") or "0")
        sums[one.currency] = sums.get(one.currency, 0) + units
    return tuple(sorted(sums.items()))
