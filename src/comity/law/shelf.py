"""Where profiles are: the drafts that ship, and the confirmed ones that somebody put into a folder."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Protocol

from comity.kernel.packaged import packaged_bytes
from comity.law.profiles import Profile, Row, Status
from comity.law.profilewire import read_profile

DRAFTS = ("CAN", "DEU", "ESP", "EST", "FRA", "KEN", "USA")
"""States of which a draft ships; no lawyer has signed one."""


class ProfileShelf(Protocol):
    """Confirmed profiles that were taken in, each verified when it is read."""

    def confirmed(self) -> Iterable[Profile]:
        """Yield them; UntrustedError where one does not hold any more."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows for which named officers answer, with the names of the instruments that they cite."""

    rows: Mapping[int, Row]
    instruments: Mapping[str, str]


NOTHING = Rows(rows={}, instruments={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """What is known of the laws of States.

    Attributes:
        confirmed: Confirmed profiles, by State.
        withdrawn: What Parties withdrew and did not state anew, by State.
        reviewed: Rows that officers here answer for by name, by State.
    """

    confirmed: Mapping[str, Profile]
    withdrawn: Mapping[str, Profile] = field(default_factory=dict)
    reviewed: Mapping[str, "Rows"] = field(default_factory=dict)

    def of(self, country: str) -> Profile | None:
        """Return the profile of a State: a confirmed one before a draft; None where there is neither.

        In the place of rows of a draft stand those that named officers answer for.
        """
        found = self.confirmed.get(country)
        return found if found is not None else _with_rows(country, self.reviewed.get(country, NOTHING))

    def all(self) -> tuple[Profile, ...]:
        """Return the profile of every State that has one, by its code."""
        known = sorted({*DRAFTS, *self.confirmed, *self.reviewed})
        return tuple(found for country in known if (found := self.of(country)) is not None)


def profiles_on(
    shelf: ProfileShelf,
    *,
    stated: Iterable[Profile] = (),
    reviewed: Mapping[str, Rows] | None = None,
) -> Profiles:
    """Return what is known: of two confirmed profiles of a State the later version, then day.

    Args:
        shelf: What somebody put there under a key of their own finding.
        stated: What Parties themselves state to this node. It goes before everything else: what a Party
            withdrew is not confirmed, whatever lies on the shelf.
        reviewed: Rows that officers here answer for by name, by State.
    """
    found: dict[str, Profile] = {}
    for one in shelf.confirmed():
        old = found.get(one.country)
        if not one.is_confirmed:
            continue
        if old is None or (old.version, _day(old)) <= (one.version, _day(one)):
            found[one.country] = one
    gone: dict[str, Profile] = {}
    for one in stated:
        found.pop(one.country, None)
        (found if one.is_confirmed else gone)[one.country] = one
    return Profiles(confirmed=found, withdrawn=gone, reviewed={} if reviewed is None else reviewed)


@cache
def draft_of(country: str) -> Profile | None:
    """Return the draft that ships for a State; None where none ships."""
    if country not in DRAFTS:
        return None
    name = f"data/profiles/{country}.json"
    return read_profile(packaged_bytes("comity.law", name), where=name)


def _with_rows(country: str, told: Rows) -> Profile | None:
    """Return the draft of a State with rows in the place of its own; of rows alone where none ships."""
    draft = draft_of(country)
    if not told.rows:
        return draft
    if draft is not None:
        rows = {**draft.rows, **told.rows}
        return replace(draft, rows=rows, instruments={**draft.instruments, **told.instruments})
    days = [row.said.on for row in told.rows.values() if row.said is not None]
    return Profile(
        country=country,
        language="en",
        status=Status.DRAFT,
        as_of=max(days),
        holds_from=min(days),
        instruments=told.instruments,
        rows=told.rows,
    )


def _day(profile: Profile) -> int:
    return 0 if profile.confirmation is None else profile.confirmation.on.toordinal()
