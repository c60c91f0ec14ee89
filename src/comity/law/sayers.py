"""Who answers for what is said of a law: a Party by its profile, or an officer here by name."""

import msgspec

from comity.law.profiles import Profile, Row


class SaidBy(msgspec.Struct, frozen=True, kw_only=True):
    """Who answers for something: a person, in a role, for an authority, on a day.

    Attributes:
        key: Name of the key that signed the profile; empty for a review of an officer here.
        profile: Id of the profile; empty for a review.
    """

    person: str
    office: str
    authority: str
    on: str
    key: str = ""
    profile: str = ""


def said_by(profile: Profile | None, row: Row | None) -> SaidBy | None:
    """Return who answers for a row: the Party by its profile, or an officer here; None for a draft's."""
    if profile is None or row is None:
        return None
    if profile.confirmation is not None:
        return confirmed_by(profile)
    said = row.said
    if said is None:
        return None
    return SaidBy(person=said.person, office=said.office, authority="", on=said.on.isoformat())


def confirmed_by(profile: Profile) -> SaidBy | None:
    """Return who answers for a profile as a whole; None for a draft."""
    said = profile.confirmation
    if said is None:
        return None
    return SaidBy(
        person=said.person,
        office=said.office,
        authority=said.authority,
        on=said.on.isoformat(),
        key=profile.signed_by,
        profile=profile.id,
    )
