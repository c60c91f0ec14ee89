"""What a statement on a ledger of restitution says."""

from dataclasses import dataclass

from comity.kernel.ids import CaseId, OfficerName


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount.

    Attributes:
        unit: Its code.
        smallest: Digits of the amount in the smallest unit.
        shown: The amount in the main unit with its code.
    """

    unit: str
    smallest: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What accounts of one kind of an asset hold together; ``whom`` is told to the court alone."""

    kind: str
    whom: str
    money: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetView:
    """An asset; custodian and address are told to the court alone."""

    asset: str
    description: str
    state: str
    custodian: str
    address: str
    ruling: str
    office: str
    reference: str
    digest: str
    balances: tuple[Balance, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """A claim as it stands; the outcome is empty while nobody decided it."""

    claim: str
    who: str
    kind: str
    basis: str
    asset: str
    outcome: str
    reason: str
    rank: int
    claimed: Money
    proven: Money
    elsewhere: Money
    allotted: tuple[Money, ...]
    under_way: tuple[Money, ...]
    paid: tuple[Money, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentView:
    """A payment; ``line`` names it, and the outcome is empty while nothing is known."""

    line: int
    claim: str
    money: Money
    outcome: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """A rule by which victims are paid."""

    line: int
    asset: str
    unit: str
    method: str
    decided_by: str
    reason: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenView:
    """Value that went to somebody who does not claim, and how many victims were considered before."""

    line: int
    kind: str
    to: str
    money: Money
    agreement: str
    considered: int
    search: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedView:
    """What was decided of known victims before value goes elsewhere; ``who`` is told to the court alone."""

    who: str
    outcome: str
    count: int
    reason: str
    decided_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """A line of the ledger, and the line by which it was booked back; zero where it stands."""

    line: int
    entry: str
    officer: OfficerName
    recorded_at: int
    happened_at: int
    corrects: int
    corrected_by: int
    moves: tuple[Balance, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement on a ledger.

    Attributes:
        digest: Of the last line, by which the whole ledger is fixed.
        at: When the last line was recorded; microseconds UTC.
        shares: For a victim: what was divided in all and what was owed in all, where enough took part.
        unconsidered: Known victims of whom nothing was decided; how many, and for the court who.
    """

    audience: str
    case: CaseId
    who: str
    lines: int
    digest: str
    at: int
    assets: tuple[AssetView, ...]
    claims: tuple[ClaimView, ...]
    rules: tuple[RuleView, ...]
    payments: tuple[PaymentView, ...]
    shares: tuple[Balance, ...]
    given: tuple[GivenView, ...]
    considered: tuple[WeighedView, ...]
    unconsidered: int
    waiting: tuple[str, ...]
    searches: tuple[str, ...]
    journal: tuple[LineView, ...]
