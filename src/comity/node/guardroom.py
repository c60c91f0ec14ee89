"""What the desks of reports, looks and takedowns share: the sealed room of an office, and who works there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError
from comity.kernel.ids import AuthorityId
from comity.node.access import ALLOWED, Action, Role
from comity.node.founding import own_entry
from comity.node.ports import Transaction
from comity.node.protecting import HashDesk
from comity.protection.guard import Guarded
from comity.protection.looking import Cluster, Limits, Look

T = TypeVar("T", bound=msgspec.Struct)
REPORT, CLUSTER, LOOK, LIMITS, TAKEDOWN = "report", "cluster", "look", "limits", "takedown"
MOST_WHY = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardRoom:
    """Opens what an office keeps; the secret is that of its lists.

    Attributes:
        hashes: The desk of lists.
    """

    hashes: HashDesk

    def opened(self, tx: Transaction, authority: AuthorityId, *, make: bool = False) -> Guarded | None:
        """Return the room of an office; None where it keeps nothing yet and nothing is made."""
        if not make and tx.node.setting(f"protect/secret/{authority}") is None:
            return None
        lists = self.hashes.room(tx, authority, make=make)
        return Guarded(authority=authority, vault=lists.vault)

    def made(self, tx: Transaction, authority: AuthorityId) -> Guarded:
        """Return the room of an office, made where there is none."""
        lists = self.hashes.room(tx, authority, make=True)
        return Guarded(authority=authority, vault=lists.vault)


def limits_of(tx: Transaction, room: Guarded) -> Limits:
    """Return the limits that an office set, or the defaults."""
    return room.find(tx.guarded, LIMITS, "limits", Limits) or Limits()


def looks_of(tx: Transaction, room: Guarded, entitled: tuple[str, ...]) -> Mapping[str, list[Instant]]:
    """Return when each officer looked; those who are entitled and never did have an empty list."""
    found: dict[str, list[Instant]] = {name: [] for name in entitled}
    for one in room.all(tx.guarded, LOOK, Look):
        found.setdefault(one.officer, []).append(one.at)
    return found


def entitled(tx: Transaction, authority: AuthorityId, action: Action) -> tuple[str, ...]:
    """Return the officers of an office whose roles open an action."""
    office = own_entry(tx).authority(authority)
    known = {role.value for role in Role}
    return tuple(
        str(one.name)
        for one in (office.officers if office else ())
        if any(role in known and action in ALLOWED[Role(role)] for role in one.roles)
    )


def judged_clusters(tx: Transaction, room: Guarded) -> dict[int, str]:
    """Return what the clusters that somebody looked at were found to be, by number."""
    return {one.number: one.category for one in room.all(tx.guarded, CLUSTER, Cluster) if one.category}


def require_why(why: str) -> str:
    """Return a reason in words; raise MalformedError ``guard.why`` for none."""
    text = " ".join(why.split())
    if not text or len(text) > MOST_WHY:
        raise MalformedError(
            "guard.why",
            "a reason is given in words",
            hint=f"say why, in up to {MOST_WHY} characters",
            where="why",
        )
    return text
