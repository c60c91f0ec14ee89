"""What a Party states of its own law in a signed profile, as far as a request is held against it."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from comity.law.dual import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedLaw:
    """What one Party states of one article.

    Attributes:
        party: Its code.
        answer: Whether its law makes the conduct of the article an offence.
        months: Longest deprivation of liberty of the plain offence; None where it is not told.
        person: Who answers for it.
        authority: For which authority.
        on: The day.
        profile: Id of the profile.
    """

    party: str
    answer: Answer
    months: int | None
    person: str
    authority: str
    on: date
    profile: str

    @property
    def signer(self) -> str:
        """Who signed what, the same in every language."""
        return f"{self.party}: {self.person}, {self.authority}, {self.on.isoformat()}, {self.profile[:16]}"


class Laws(Protocol):
    """Tells what Parties state of their own law."""

    def of(self, party: str, article: int, *, on: date) -> StatedLaw | None:
        """Return it; None where the Party states nothing that holds."""
        ...


class NoLaws:
    """No Party states anything."""

    def of(self, party: str, article: int, *, on: date) -> StatedLaw | None:
        """Return None."""
        return None
