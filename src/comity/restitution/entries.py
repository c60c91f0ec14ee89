"""What a ledger of restitution records, entry by entry. Victims stand in it by pseudonym alone."""

from enum import StrEnum
from typing import Annotated

import msgspec

from comity.cases.skeletons import Id, Item, Time
from comity.restitution.allotting import Method

Name = Item
"""Of an asset, a claim or a person: letters, digits, dots and dashes. A person's is a pseudonym."""
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
Some = Annotated[str, msgspec.Meta(max_length=400)]
Amount = Annotated[str, msgspec.Meta(pattern=r"\A[1-9][0-9]{0,59}\Z")]
"""In the smallest unit; a text, since I-JSON has no whole numbers of that size."""
Maybe = Annotated[str, msgspec.Meta(pattern=r"\A(0|[1-9][0-9]{0,59})\Z")]
Rate = Annotated[str, msgspec.Meta(pattern=r"\A(0|[1-9][0-9]*)(\.[0-9]+)?\Z", max_length=60)]
Code = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z][A-Z0-9]{1,11}(\.[a-z0-9]{1,16})?\Z")]
Decimals = Annotated[int, msgspec.Meta(ge=0, le=24)]
LineNumber = Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]
PartyOf = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{3}\Z")]


class Held(StrEnum):
    """In which state an asset is."""

    FROZEN = "frozen"
    CONFISCATED = "confiscated"


class Ruling(StrEnum):
    """What a court ordered of an asset; nothing is paid out before one of them. Basis: 31(1), 50(1)"""

    CONFISCATED = "confiscated"
    FOR_VICTIMS = "for_victims"


class ClaimKind(StrEnum):
    """Who claims. Basis: 31(9), 34(2), 52(2)"""

    VICTIM = "victim"
    THIRD_PARTY = "third_party"
    OWNER = "owner"


class Judged(StrEnum):
    """What became of a claim."""

    PROVEN = "proven"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Sent(StrEnum):
    """What became of a payment. Basis: PROTOCOL 27"""

    DONE = "done"
    UNCERTAIN = "uncertain"
    RETURNED = "returned"


class Weighed(StrEnum):
    """What was decided of a known victim before value goes elsewhere. Basis: 52(3)"""

    COMPENSATED = "compensated"
    PARTLY = "partly"
    ELSEWHERE = "elsewhere"
    DECLINED = "declined"
    UNREACHED = "unreached"
    REJECTED = "rejected"


class Receiver(StrEnum):
    """To whom value goes that is not paid to those who claim. Basis: 52(1), 52(3)"""

    STATE = "state"
    FUND = "fund"
    ORGANISATION = "organisation"
    TREASURY = "treasury"


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="entry"):
    """What every entry says: when it happened, as told by whoever recorded it."""

    at: Time


class Opened(Entry, frozen=True, kw_only=True, tag="asset.open"):
    """An asset of the case, in whose custody it is, and in what it is counted. Basis: 31(3)"""

    asset: Name
    unit: Code
    decimals: Decimals
    description: Words
    state: Held
    custodian: Words
    address: Some = ""
    reference: Some = ""


class Ruled(Entry, frozen=True, kw_only=True, tag="asset.ruling"):
    """A court's ruling on the asset, by reference and digest of the document."""

    asset: Name
    ruling: Ruling
    office: Words
    reference: Words
    digest: Id


class Received(Entry, frozen=True, kw_only=True, tag="money.in"):
    """Value came in."""

    asset: Name
    unit: Code
    amount: Amount
    source: Words
    reference: Words


class Cost(Entry, frozen=True, kw_only=True, tag="money.cost"):
    """Reasonable expenses were taken off. Basis: 52(4)"""

    asset: Name
    unit: Code
    amount: Amount
    what: Words
    provision: Words
    reference: Words


class Loss(Entry, frozen=True, kw_only=True, tag="money.loss"):
    """Value was lost: a fee of the chain, a fall, a theft."""

    asset: Name
    unit: Code
    amount: Amount
    reason: Words
    reference: Some = ""


class Converted(Entry, frozen=True, kw_only=True, tag="money.convert"):
    """One unit was sold for another, at a rate that somebody else published.

    Attributes:
        proceeds: What came in, before the fee.
        fee: What the seller kept of it.
        rate: Main units of ``into`` for one main unit of ``unit``.
        source: Who published the rate.
        dated: For when.

    Basis: 31(4)
    """

    asset: Name
    unit: Code
    amount: Amount
    into: Code
    decimals: Decimals
    proceeds: Amount
    fee: Maybe = "0"
    rate: Rate
    source: Words
    dated: Time
    reference: Words


class Claimed(Entry, frozen=True, kw_only=True, tag="claim.lodge"):
    """Somebody claims. ``who`` is a pseudonym; no asset means all of the case."""

    claim: Name
    who: Name
    kind: ClaimKind
    unit: Code
    decimals: Decimals
    amount: Amount
    basis: Words
    asset: Name | None = None


class Decided(Entry, frozen=True, kw_only=True, tag="claim.decide"):
    """A claim was decided; a later decision takes the place of an earlier one.

    Attributes:
        amount: The loss that is proven; zero unless it is.
        elsewhere: What of it was made good elsewhere.
        rank: 1 is served first.
    """

    claim: Name
    outcome: Judged
    amount: Maybe = "0"
    elsewhere: Maybe = "0"
    rank: Annotated[int, msgspec.Meta(ge=1, le=9)] = 1
    reason: Words
    reference: Some = ""

    def __post_init__(self) -> None:
        if (self.outcome is Judged.PROVEN) != (self.amount != "0"):
            raise ValueError("a proven claim has an amount, and no other has")
        if int(self.elsewhere) > int(self.amount):
            raise ValueError("no more was made good elsewhere than is proven")


class Valued(Entry, frozen=True, kw_only=True, tag="claim.value"):
    """What is owed on a claim, in the unit in which it is paid."""

    claim: Name
    unit: Code
    decimals: Decimals
    amount: Amount
    rate: Rate
    source: Words
    dated: Time


class Chosen(Entry, frozen=True, kw_only=True, tag="rule.choose"):
    """How victims are paid out of an asset, chosen with a reason, and by whom. Basis: 34(2), 34(5)"""

    asset: Name
    unit: Code
    method: Method
    decided_by: Words
    reason: Words
    reference: Some = ""


class Distributed(Entry, frozen=True, kw_only=True, tag="money.distribute"):
    """An amount was divided among the victims; the shares are those that the rule gives. Basis: 34(2)"""

    asset: Name
    unit: Code
    amount: Amount
    rule: LineNumber
    shares: dict[Name, Amount]


class Settled(Entry, frozen=True, kw_only=True, tag="claim.settle"):
    """A claim of a third party or of a prior legitimate owner is to be paid. Basis: 31(9), 50(9), 52(2)"""

    claim: Name
    asset: Name
    unit: Code
    amount: Amount
    reference: Words


class Paid(Entry, frozen=True, kw_only=True, tag="pay.send"):
    """A payment was ordered; it counts as under way until its end is known."""

    claim: Name
    asset: Name
    unit: Code
    amount: Amount
    reference: Words


class Ended(Entry, frozen=True, kw_only=True, tag="pay.end"):
    """What became of a payment; ``payment`` is the number of its line."""

    payment: LineNumber
    outcome: Sent
    reference: Words


class Considered(Entry, frozen=True, kw_only=True, tag="victim.consider"):
    """What was decided of one known victim, by name and with a reason. Basis: 52(3)"""

    who: Name
    outcome: Weighed
    decided_by: Words
    reason: Words


class Searched(Entry, frozen=True, kw_only=True, tag="victim.search"):
    """Where victims were looked for, how, and that none is known. Basis: 52(3)"""

    where: Words
    how: Words
    decided_by: Words


class Shared(Entry, frozen=True, kw_only=True, tag="money.share"):
    """Value goes to another State, a fund, an organisation or the State's own treasury.

    Attributes:
        considered: For every known victim the line of the decision.
        search: The line of the search; zero where victims are known.

    Basis: 52(1), 52(3)
    """

    asset: Name
    unit: Code
    amount: Amount
    receiver: Receiver
    to: Words
    agreement: Words
    considered: dict[Name, LineNumber] = {}
    search: Annotated[int, msgspec.Meta(ge=0, le=10_000_000)] = 0


class Returned(Entry, frozen=True, kw_only=True, tag="money.return"):
    """Value goes back to the requesting State, for victims or for prior legitimate owners. Basis: 52(2)"""

    asset: Name
    unit: Code
    amount: Amount
    to: PartyOf
    meant_for: ClaimKind
    request: Id
    reference: Words

    def __post_init__(self) -> None:
        if self.meant_for is ClaimKind.THIRD_PARTY:
            raise ValueError("what is returned is meant for victims or prior owners")


class Corrected(Entry, frozen=True, kw_only=True, tag="correct"):
    """A counter-entry: an earlier line was recorded in error, and its amounts are booked back."""

    line: LineNumber
    reason: Words


AnyEntry = (
    Opened
    | Ruled
    | Received
    | Cost
    | Loss
    | Converted
    | Claimed
    | Decided
    | Valued
    | Chosen
    | Distributed
    | Settled
    | Paid
    | Ended
    | Considered
    | Searched
    | Shared
    | Returned
    | Corrected
)
_KINDS: tuple[type[AnyEntry], ...] = (
    Opened, Ruled, Received, Cost, Loss, Converted, Claimed, Decided, Valued, Chosen, Distributed, Settled,
    Paid, Ended, Considered, Searched, Shared, Returned, Corrected,
)  # fmt: skip
ENTRIES: dict[str, type[AnyEntry]] = {str(one.__struct_config__.tag): one for one in _KINDS}
"""Every entry by its name."""

DECISIONS = (
    Ruled, Cost, Loss, Converted, Decided, Chosen, Distributed, Settled, Considered, Searched, Shared,
    Returned, Corrected,
)  # fmt: skip
"""Entries by which somebody decides over what is whose, or takes from what is held; the rest report."""
