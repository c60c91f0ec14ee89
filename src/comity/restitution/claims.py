"""Claims as they stand: what is proven, what is owed in which unit, what was allotted."""

from dataclasses import dataclass, field

from comity.restitution.amounts import Unit
from comity.restitution.entries import Claimed, ClaimKind, Decided, Judged


@dataclass(slots=True, kw_only=True)
class Claim:
    """One claim.

    Attributes:
        lodged: What was claimed.
        line: Number of its line.
        decided: The decision that stands; None while there is none.
        valued: What is owed in other units, by their codes.
        allotted: What was set aside for it, by unit.
    """

    lodged: Claimed
    line: int
    decided: Decided | None = None
    valued: dict[str, int] = field(default_factory=dict)
    allotted: dict[str, int] = field(default_factory=dict)

    @property
    def unit(self) -> Unit:
        """In what it was lodged."""
        return Unit(code=self.lodged.unit, decimals=self.lodged.decimals)

    @property
    def kind(self) -> ClaimKind:
        """Who claims."""
        return self.lodged.kind

    @property
    def is_open(self) -> bool:
        """Whether nobody decided it yet."""
        return self.decided is None

    @property
    def is_proven(self) -> bool:
        """Whether something is owed on it, or was."""
        return self.decided is not None and self.decided.outcome is Judged.PROVEN

    @property
    def net(self) -> int:
        """What is proven and was not made good elsewhere, in its own unit."""
        return int(self.decided.amount) - int(self.decided.elsewhere) if self.decided is not None else 0

    def concerns(self, asset: str) -> bool:
        """Tell whether it reaches an asset."""
        return self.lodged.asset in (None, asset)

    def worth(self, unit: str) -> int | None:
        """Return what is owed in a unit in all, paid or not; None where nobody valued it in that unit."""
        return self.net if unit == self.lodged.unit else self.valued.get(unit)

    def owed(self, unit: str) -> int | None:
        """Return what is still to be set aside in a unit; None where nobody valued it in that unit."""
        found = self.worth(unit)
        return None if found is None else found - self.allotted.get(unit, 0)
