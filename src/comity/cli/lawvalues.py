"""Profiles and comparisons as JSON values: names and forms here are stable, scripts read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.treaty.convention import article as article_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.cli.values import Value
    from comity.law.dual import Compared, Comparison, Said, Side
    from comity.law.ports import Kept
    from comity.law.profiles import Meeting, Penalty, Profile, Row


def profile_head(profile: Profile) -> Value:
    """Return what a profile says of itself."""
    said = profile.confirmation
    return {
        "country": profile.country,
        "status": profile.status.value,
        "as_of": profile.as_of.isoformat(),
        "holds_from": profile.holds_from.isoformat(),
        "language": profile.language,
        "confirmed": None
        if said is None
        else {
            "person": said.person,
            "office": said.office,
            "authority": said.authority,
            "on": said.on.isoformat(),
            "key": profile.signed_by,
        },
    }


def comparison_value(
    found: Comparison, profiles: Mapping[str, Profile | None], texts: Mapping[str, tuple[Kept, ...]]
) -> Value:
    """Return a comparison; ``result`` and ``elements`` are what most readers want."""
    scope = found.offence_class
    return {
        "result": found.answer.value,
        "certain": found.is_certain,
        "between": list(found.countries),
        "on": found.on.isoformat(),
        "profiles": {
            country: None if one is None else profile_head(one) for country, one in profiles.items()
        },
        "sides": {country: _said(one) for country, one in found.by_country.items()},
        "articles": [_compared(one, profiles, texts) for one in found.articles],
        "elements": [value for one in found.articles for value in _elements(one)],
        "penalties": {
            country: {"most": penalty_value(most), "aggravated": penalty_value(worse)}
            for country, (most, worse) in found.penalties.items()
        },
        "offence_class": None if scope is None else scope.value,
        "basis": "35(3)",
    }


def harmony_value(profiles: tuple[Profile, ...]) -> Value:
    """Return by article which States' profiles serve it, and which are confirmed."""
    from comity.law.elements import asked

    return {
        "confirmed": [one.country for one in profiles if one.is_confirmed],
        "drafts": [one.country for one in profiles if not one.is_confirmed],
        "articles": [
            {
                "article": number,
                "title": article_of(number).title,
                "parties": {
                    one.country: {"implements": row.told.value, "status": one.status.value}
                    for one in profiles
                    if (row := one.rows.get(number)) is not None
                },
            }
            for number in asked()
        ],
    }


def penalty_value(penalty: Penalty) -> Value | None:
    """Return a penalty, None where it is not told."""
    if not penalty.is_known:
        return None
    return {"months": penalty.months, "life": penalty.is_life, "serious": penalty.is_serious}


def _provisions(
    profile: Profile | None, row: Row | None, texts: Mapping[str, tuple[Kept, ...]] | None = None
) -> list[Value]:
    if profile is None or row is None:
        return []
    found: list[Value] = []
    for one in row.provisions:
        reference = profile.reference(one)
        value: Value = {
            "reference": reference,
            "instrument": one.instrument,
            "section": one.section,
            "rank": "primary" if one.is_primary else "secondary",
            "most": penalty_value(one.most),
            "aggravated": penalty_value(one.aggravated),
        }
        if texts is not None:
            value["texts"] = [
                {
                    "language": kept.dated.provision.language,
                    "heading": kept.dated.provision.heading,
                    "text": kept.dated.provision.text,
                    "since": kept.dated.since.isoformat(),
                    "sha256": kept.digest.hex(),
                }
                for kept in texts.get(reference, ())
            ]
        found.append(value)
    return found


def _compared(
    compared: Compared, profiles: Mapping[str, Profile | None], texts: Mapping[str, tuple[Kept, ...]]
) -> Value:
    return {
        "article": compared.article,
        "title": article_of(compared.article).title,
        "sides": {
            one.country: {
                **_said(one.said),
                "implements": None if one.row is None else one.row.implements.value,
                "note": "" if one.row is None else one.row.note,
                "provisions": _provisions(profiles[one.country], one.row, texts),
            }
            for one in compared.sides
        },
    }


def _elements(compared: Compared) -> list[Value]:
    from comity.law.elements import asked

    return [
        {
            "article": compared.article,
            "element": element.name,
            "role": element.role,
            "result": _worst(compared, element.name),
            "sides": {one.country: _element_side(one, element.name) for one in compared.sides},
        }
        for element in asked()[compared.article].elements
    ]


def _element_side(side: Side, name: str) -> Value:
    said = side.elements.get(name, side.said)
    meeting: Meeting | None = None if side.row is None else side.row.meeting(name)
    primary = () if side.row is None else tuple(one for one in side.row.provisions if one.is_primary)
    return {
        **_said(said),
        "provisions": [f"{side.country}/{one.instrument}/{one.section}" for one in primary],
        "note": "" if meeting is None else meeting.note,
    }


def _said(said: Said) -> Value:
    return {"result": said.answer.value, "reason": said.reason, "facts": list(said.facts)}


def _worst(compared: Compared, name: str) -> str:
    answers = {side.elements.get(name, side.said).answer.value for side in compared.sides}
    return next(one for one in ("not_met", "unclear", "met") if one in answers)
