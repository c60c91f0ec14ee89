"""What the desks show of conversations, of items and of what one side alone attests."""

from dataclasses import dataclass

from comity.kernel.clock import Instant
from comity.kernel.ids import ActId, AuthorityId


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestationView:
    """What an act attests that the other side did outside any node; the other side did not sign it.

    Attributes:
        status: ``standing``, ``confirmed``, ``disputed`` or ``recalled``.
        scan: SHA-256 of the scan that is kept.
    """

    kind: str
    of: AuthorityId
    channel: str
    at: Instant
    checked: str
    reference: str | None
    scan: str | None
    status: str
    confirms: ActId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """How one item of a request stands: what brought it there, on which ground, order and delivery."""

    id: str
    state: str
    act: ActId | None
    ground: str
    order: ActId | None
    delivery: ActId | None
    forwarded_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkView:
    """What one side asked or told the other about a request, who owes the answer, and the answer."""

    act: ActId
    kind: str
    by: AuthorityId
    owner: AuthorityId
    items: tuple[str, ...]
    codes: tuple[str, ...]
    asked_at: Instant
    answer: ActId | None
    answered_by: str
    until: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureView:
    """One Party's signature under the agreement of a joint team.

    Attributes:
        carried: Whether the other side carried it over.
        proven: Whether it was verified here; a signature in the case itself always was.
    """

    authority: str
    act: ActId
    carried: bool
    proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamView:
    """An agreement on a joint team: who signed, who is missing, who left, and whether it is in force.

    Attributes:
        agreement: SHA-256 of the agreement.
        until: The first moment at which the team no longer works.
        replaced_by: The agreement that took its place.

    Basis: 48
    """

    act: ActId
    agreement: str
    parties: tuple[str, ...]
    leader: str
    start: Instant
    until: Instant
    in_force: bool
    signatures: tuple[SignatureView, ...]
    missing: tuple[str, ...]
    left: tuple[str, ...]
    replaced_by: ActId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestedView:
    """An act in a court file that its author signed at no node: which, of what kind, how it came."""

    act: str
    kind: str
    channel: str
