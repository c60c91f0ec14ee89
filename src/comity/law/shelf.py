"""Where profiles are: the drafts that ship, and the confirmed ones that somebody put into a folder."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from comity.kernel.packaged import packaged_bytes
from comity.law.profiles import Profile
from comity.law.profilewire import read_profile

DRAFTS = ("CAN", "DEU", "ESP", "EST", "FRA", "KEN", "USA")
"""States of which a draft ships; no lawyer has signed one."""


class ProfileShelf(Protocol):
    """Confirmed profiles that were taken in, each verified when it is read."""

    def confirmed(self) -> Iterable[Profile]:
        """Yield them; UntrustedError where one does not hold any more."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """What is known of the laws of States.

    Attributes:
        confirmed: Confirmed profiles, by State.
    """

    confirmed: Mapping[str, Profile]

    def of(self, country: str) -> Profile | None:
        """Return the profile of a State: a confirmed one before a draft; None where there is neither."""
        found = self.confirmed.get(country)
        return found if found is not None else draft_of(country)

    def all(self) -> tuple[Profile, ...]:
        """Return the profile of every State that has one, by its code."""
        known = sorted({*DRAFTS, *self.confirmed})
        return tuple(found for country in known if (found := self.of(country)) is not None)


def profiles_on(shelf: ProfileShelf) -> Profiles:
    """Return what is known: of two confirmed profiles of a State the one confirmed later."""
    found: dict[str, Profile] = {}
    for one in shelf.confirmed():
        old = found.get(one.country)
        if old is None or _day(old) <= _day(one):
            found[one.country] = one
    return Profiles(confirmed=found)


@cache
def draft_of(country: str) -> Profile | None:
    """Return the draft that ships for a State; None where none ships."""
    if country not in DRAFTS:
        return None
    name = f"data/profiles/{country}.json"
    return read_profile(packaged_bytes("comity.law", name), where=name)


def _day(profile: Profile) -> int:
    return 0 if profile.confirmation is None else profile.confirmation.on.toordinal()
