"""What a conversation and an attestation come to: values of the state of a case."""

from dataclasses import dataclass

from comity.cases.ports import Address
from comity.kernel.clock import Instant
from comity.kernel.ids import ActId

STANDING, CONFIRMED, DISPUTED, RECALLED = "standing", "confirmed", "disputed", "recalled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """Something that one side asked, or told, and that the other side, or itself, answers.

    Attributes:
        kind: Kind of the act that opened it.
        owner: Who owes the answer.
        items: What it is about.
        codes: What it names: conditions, assurances, a use, a risk.
        answer: The act that answers it; None while it is open.
        answered_by: Kind of that act; ``request.withdraw`` where the items went away.
        until: An end that the answer sets.

    Basis: 40(26), 40(28)
    """

    act: ActId
    kind: str
    by: Address
    owner: Address
    items: tuple[str, ...]
    codes: tuple[str, ...]
    asked_at: Instant
    answer: ActId | None = None
    answered_by: str = ""
    until: Instant | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether it still waits for its answer."""
        return not self.answered_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """A draft of a request that the two sides talk about; nothing is owed on it but an answer.

    Basis: 41(3)(a)
    """

    act: ActId
    by: Address
    to: Address
    mechanism: str
    asked_at: Instant
    answer: ActId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    """What one side attests that the other did outside any node.

    Attributes:
        kind: Of what the other side did.
        of: Who did it.
        by: Who attests it.
        channel: How it came.
        at: When it came.
        status: ``standing``, ``confirmed`` by its author or in writing, ``disputed`` by its author, or
            ``recalled`` by who attested it; the last two have no effect.
        confirms: The attestation that this one puts in writing.

    Basis: PROTOCOL rule 26
    """

    act: ActId
    kind: str
    of: Address
    by: Address
    channel: str
    at: Instant
    status: str
    confirms: ActId | None

    @property
    def has_effect(self) -> bool:
        """Tell whether the fold takes it as an act of the other side."""
        return self.confirms is None and self.status in (STANDING, CONFIRMED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unconveyed:
    """An act to an authority without a node, of which nothing says yet that it left."""

    act: ActId
    by: Address
    at: Instant
