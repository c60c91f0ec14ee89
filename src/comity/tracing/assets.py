"""The book of an asset: lines beside no case or one, from the trace that found it to where it went.

A line is no act and never leaves the node; it names its officer and holds the digest of the line before.
Amounts are whole numbers of the smallest unit, written as texts.
"""

from enum import StrEnum
from typing import Annotated, Any

import msgspec

from comity.cases.skeletons import Id, Item, Time
from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError
from comity.kernel.ids import AuthorityId, OfficerName
from comity.kernel.ijson import parse_ijson
from comity.kernel.lines import place_of

MOST_LINE = 64 * 1024
MOST_SPOTS = 64
MOST_KEYS = 256

Units = Annotated[str, msgspec.Meta(pattern=r"\A(0|[1-9][0-9]{0,38})\Z")]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
Short = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Some = Annotated[str, msgspec.Meta(max_length=200)]
Money = Annotated[str, msgspec.Meta(pattern=r"\A(0|[1-9][0-9]{0,17})(\.[0-9]{1,4})?\Z")]
Currency = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{3}\Z")]
Number = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Source = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class Carried(StrEnum):
    """What became of an order to a provider. Basis: PROTOCOL rule 27"""

    DONE = "done"
    UNCERTAIN = "uncertain"
    FAILED = "failed"


class Cost(StrEnum):
    """What keeping the asset cost."""

    STORAGE = "storage"
    CONVERSION = "conversion"
    INSURANCE = "insurance"
    EXPERT = "expert"
    FEE = "fee"
    OTHER = "other"


class Judged(StrEnum):
    """How a claim ended."""

    UPHELD = "upheld"
    PARTLY = "partly"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


class Receiver(StrEnum):
    """To whom a part of the asset went."""

    HOLDER = "holder"
    CLAIMANT = "claimant"
    VICTIMS = "victims"
    REQUESTING = "requesting"
    TREASURY = "treasury"


class Weighed(StrEnum):
    """What a person holds of a measure after a retraction; it ends by steps of its own."""

    STANDS = "stands"
    ENDS = "ends"


class AssetFact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="fact"):
    """What every line says: when it happened."""

    at: Time


class Spot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tainted units at an address."""

    address: Short
    units: Units


class TracedFact(AssetFact, frozen=True, kw_only=True, tag="traced"):
    """Opens the book of an asset that a trace found, and why a named person holds that it is to be frozen.

    Attributes:
        ledger: Name of the ledger that was asked.
        inputs: Digest of its inputs.
        answer: Digest of the answer.
        here: Tainted units at the addresses.
        created: Tainted units that the seeds brought in.
        tags: What is said of the addresses, with the confidence; never a reason by itself.
        words: The person's reasons.
    """

    network: Short
    asset: Some = ""
    unit: Short
    decimals: Annotated[int, msgspec.Meta(ge=0, le=38)]
    addresses: Annotated[tuple[Short, ...], msgspec.Meta(min_length=1, max_length=64)]
    ledger: Short
    method: Annotated[str, msgspec.Meta(pattern=r"\A(fifo|haircut)\Z")]
    seeds: Annotated[tuple[Short, ...], msgspec.Meta(min_length=1, max_length=200)]
    since: Time | None = None
    until: Time | None = None
    inputs: Id
    answer: Id
    here: Units
    created: Units
    tags: Annotated[tuple[Short, ...], msgspec.Meta(max_length=32)] = ()
    words: Words


class BankedFact(AssetFact, frozen=True, kw_only=True, tag="banked"):
    """Opens the book of money in an account, by what a bank or a victim told."""

    account: Short
    is_iban: bool
    bank: Short
    holder: Some = ""
    place: Some = ""
    unit: Currency
    decimals: Annotated[int, msgspec.Meta(ge=0, le=4)]
    amount: Units
    paid_at: Time | None = None
    reference: Short
    words: Words


class AskedFact(AssetFact, frozen=True, kw_only=True, tag="asked"):
    """Ties the book to an item of a request, sent or received."""

    case: Id
    request: Id
    item: Item


class OrderedFact(AssetFact, frozen=True, kw_only=True, tag="ordered"):
    """The intent to order a provider of one's own State; its key makes a second delivery harmless.

    Basis: 31(2); PROTOCOL rule 27
    """

    provider: Short
    office: Short
    reference: Short
    digest: Id
    until: Time
    key: Id


class CarriedFact(AssetFact, frozen=True, kw_only=True, tag="carried"):
    """What became of an order; what is uncertain a person finds out. Basis: PROTOCOL rule 27"""

    order: Number
    outcome: Carried
    amount: Units | None = None
    reference: Some = ""
    words: Some = ""

    def __post_init__(self) -> None:
        if (self.outcome is Carried.DONE) != (self.amount is not None):
            raise ValueError("what is done has an amount, and nothing else has")


class FrozenFact(AssetFact, frozen=True, kw_only=True, tag="frozen"):
    """So much was frozen or seized, as another State or a court told. Basis: 31(2), 50(2)"""

    amount: Units
    by: Short
    reference: Short
    until: Time | None = None


class MovedFact(AssetFact, frozen=True, kw_only=True, tag="moved"):
    """What lies there now: by the trace asked again, or by a statement of the bank.

    Attributes:
        remaining: Units at the addresses or in the account.
        went: Tainted units that left the addresses by payments since the opening; of a statement none.
        came: Tainted units that arrived.
        inputs: Digest of the inputs now.
        answer: Digest of both answers and all payments between them.
        elsewhere: Other places that hold more than then, with how much more, the largest first.
    """

    remaining: Units
    source: Annotated[str, msgspec.Meta(pattern=r"\A(ledger|statement)\Z")]
    inputs: Id | None = None
    answer: Id | None = None
    went: Units | None = None
    came: Units | None = None
    elsewhere: Annotated[tuple[Spot, ...], msgspec.Meta(max_length=MOST_SPOTS)] = ()
    reference: Some = ""


class CostFact(AssetFact, frozen=True, kw_only=True, tag="cost"):
    """What managing the asset cost. Basis: 31(3), 52(4)"""

    what: Cost
    amount: Money
    currency: Currency
    reference: Short


class ValueFact(AssetFact, frozen=True, kw_only=True, tag="value"):
    """What the asset was worth and is worth: the loss, or the gain, of value. Basis: 31(3)"""

    was: Money
    now: Money
    currency: Currency
    reference: Short


class ClaimFact(AssetFact, frozen=True, kw_only=True, tag="claim"):
    """A third party claims a right in good faith; meanwhile nothing is released. Basis: 31(9), 50(9)"""

    who: Short
    ground: Words
    amount: Units | None = None
    digest: Id | None = None


class JudgedFact(AssetFact, frozen=True, kw_only=True, tag="ruling"):
    """A court's ruling: on a claim by its line, or, with line 0, on the release or return itself."""

    claim: Source = 0
    outcome: Judged
    court: Short
    reference: Short
    digest: Id


class LiftedFact(AssetFact, frozen=True, kw_only=True, tag="lifted"):
    """The measure was lifted for an amount; where another State asked for it, by which act.

    Attributes:
        source: Line of the custody that it came out of; 0 where no custodian held it.

    Basis: 50(8)
    """

    amount: Units
    act: Id | None = None
    source: Source = 0
    words: Words


class ReleasedFact(AssetFact, frozen=True, kw_only=True, tag="released"):
    """A part went to somebody, on a ruling by its line.

    Attributes:
        source: Line of the custody that it came out of; 0 where no custodian held it.

    Basis: 31(9), 52(1)
    """

    amount: Units
    to: Receiver
    source: Source = 0
    ruling: Number | None = None
    reference: Short


class CustodyFact(AssetFact, frozen=True, kw_only=True, tag="custody"):
    """Coins were taken into custody: who holds them, at which address. No key is recorded anywhere.

    Attributes:
        source: Line of the custody that they came out of; 0 for what was seized.
    """

    custodian: Short
    address: Short
    amount: Units
    tx: Some = ""
    source: Source = 0


class StruckFact(AssetFact, frozen=True, kw_only=True, tag="struck"):
    """A line was recorded in error; it stays to be read."""

    line: Number
    words: Words


class UntaggedFact(AssetFact, frozen=True, kw_only=True, tag="untagged"):
    """Tags that stood when the book was begun were retracted; a person weighs it.

    Attributes:
        tags: What they said.
        keys: Which they were, each told in one line only.
        why: The reason of the retraction.
        by: Who retracted them.

    Basis: 24(1)
    """

    tags: Annotated[tuple[Short, ...], msgspec.Meta(min_length=1, max_length=32)]
    keys: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=MOST_KEYS)]
    why: Words
    by: Short


class WeighedFact(AssetFact, frozen=True, kw_only=True, tag="weighed"):
    """What a person holds of the measure after a retraction, by its line, and why. Basis: 24(1)"""

    line: Number
    outcome: Weighed
    words: Words


OpeningFact = TracedFact | BankedFact
AnyFact = (
    TracedFact
    | BankedFact
    | AskedFact
    | OrderedFact
    | CarriedFact
    | FrozenFact
    | MovedFact
    | CostFact
    | ValueFact
    | ClaimFact
    | JudgedFact
    | LiftedFact
    | ReleasedFact
    | CustodyFact
    | StruckFact
    | UntaggedFact
    | WeighedFact
)
FACTS: dict[str, type[AssetFact]] = {
    str(one.__struct_config__.tag): one
    for one in (
        TracedFact, BankedFact, AskedFact, OrderedFact, CarriedFact, FrozenFact, MovedFact, CostFact,
        ValueFact, ClaimFact, JudgedFact, LiftedFact, ReleasedFact, CustodyFact, StruckFact,
        UntaggedFact, WeighedFact,
    )
}  # fmt: skip
"""Every line by its name."""

BY_HAND = tuple("frozen moved cost value claim ruling lifted released custody weighed struck".split())
"""Lines that an officer records as such; the others have steps of their own."""


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of a book.

    Attributes:
        v: 1.
        number: From 1, without a gap.
        previous: Digest of the line before.
        recorded_at: When it was written down.
    """

    v: int
    asset: str
    number: Number
    previous: Id
    authority: AuthorityId
    officer: OfficerName
    recorded_at: Instant
    fact: AnyFact


def parse_line(data: bytes) -> Line:
    """Return a kept line; raise MalformedError ``freeze.line``."""
    try:
        return msgspec.convert(parse_ijson(data, most_bytes=MOST_LINE, where="the line"), Line)
    except msgspec.ValidationError as exc:
        raise MalformedError("freeze.line", "a line has not its form", where=str(exc)) from exc


def parse_fact(value: Any) -> AnyFact:
    """Return a line that was handed in; raise MalformedError ``freeze.fact`` with the place of the fault."""
    name = value.get("fact") if isinstance(value, dict) else None
    try:
        found: AnyFact = msgspec.convert(value, AnyFact)
    except msgspec.ValidationError as exc:
        raise MalformedError(
            "freeze.fact",
            f"this is no line of the kind {str(name)[:40]}: {_said(exc)}",
            hint="docs/spec/freezing.md has every line with its members",
            where=place_of(exc),
        ) from exc
    return found


def _said(exc: msgspec.ValidationError) -> str:
    return str(exc).partition(" - at")[0][:200]
