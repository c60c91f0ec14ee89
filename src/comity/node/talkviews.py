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
class AttestedView:
    """An act in a court file that its author signed at no node: which, of what kind, how it came."""

    act: str
    kind: str
    channel: str
