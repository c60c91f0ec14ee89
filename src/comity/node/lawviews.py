"""What is shown of two laws compared and of many side by side: values for every face, codes inside.

``result`` is what follows from what is known, drafts included; it proposes. ``stated`` is what somebody
answers for: a Party by a confirmed profile, or an officer here by name.
"""

from collections.abc import Mapping

import msgspec

from comity.law.dual import Compared, Comparison, Said, Side
from comity.law.elements import asked
from comity.law.gapviews import PenaltyView, penalty_view
from comity.law.ports import Kept
from comity.law.profiles import Profile, Row
from comity.law.sayers import SaidBy, confirmed_by, said_by
from comity.treaty.convention import article as article_of

Texts = Mapping[str, tuple[Kept, ...]]
Known = Mapping[str, Profile | None]


class ProfileHead(msgspec.Struct, frozen=True, kw_only=True):
    """What a profile says of itself; ``confirmed`` is None for a draft, for which nobody answers."""

    country: str
    status: str
    as_of: str
    holds_from: str
    language: str
    version: int
    confirmed: SaidBy | None


class SaidView(msgspec.Struct, frozen=True, kw_only=True):
    """An answer and why."""

    result: str
    reason: str
    facts: tuple[str, ...]


class TextView(msgspec.Struct, frozen=True, kw_only=True):
    """A text of a provision, as the library holds it."""

    language: str
    heading: str
    text: str
    since: str
    sha256: str


class ComparedProvision(msgspec.Struct, frozen=True, kw_only=True):
    """A provision that a profile cites."""

    reference: str
    instrument: str
    section: str
    rank: str
    most: PenaltyView | None
    aggravated: PenaltyView | None
    texts: tuple[TextView, ...]


class SideView(SaidView, frozen=True, kw_only=True):
    """One article in one law."""

    implements: str | None
    note: str
    said_by: SaidBy | None
    provisions: tuple[ComparedProvision, ...]


class ComparedView(msgspec.Struct, frozen=True, kw_only=True):
    """One article in both laws, by State."""

    article: int
    title: str
    sides: dict[str, SideView]


class ElementSide(SaidView, frozen=True, kw_only=True):
    """One element in one law."""

    provisions: tuple[str, ...]
    note: str


class ComparedElement(msgspec.Struct, frozen=True, kw_only=True):
    """One element in both laws, by State; ``result`` is the worse of the two."""

    article: int
    element: str
    role: str
    result: str
    sides: dict[str, ElementSide]


class PenaltiesView(msgspec.Struct, frozen=True, kw_only=True):
    """The longest penalties of the plain and of graver forms."""

    most: PenaltyView | None
    aggravated: PenaltyView | None


class StatedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody answers for: ``unclear`` for a State of which nobody does."""

    result: str
    offence_class: str | None
    sides: dict[str, SaidView]


class DualView(msgspec.Struct, frozen=True, kw_only=True):
    """Two laws compared.

    Attributes:
        result: What follows from what is known, drafts included: a proposal.
        certain: Whether both laws are told by confirmed profiles.
        stated: What somebody answers for.
        serious: Whether the plain offence reaches four years in both; None where that is not told.
        offence_class: The scope class that is proposed; ``stated`` has the one that is answered for.
    """

    result: str
    certain: bool
    stated: StatedAnswer
    between: tuple[str, str]
    on: str
    profiles: dict[str, ProfileHead | None]
    sides: dict[str, SaidView]
    articles: tuple[ComparedView, ...]
    elements: tuple[ComparedElement, ...]
    penalties: dict[str, PenaltiesView]
    serious: bool | None
    offence_class: str | None
    basis: str = "35(3)"


class HeldView(msgspec.Struct, frozen=True, kw_only=True):
    """How one State's law serves an article, and who says so; None for a draft."""

    implements: str
    status: str
    said_by: SaidBy | None


class TableRow(msgspec.Struct, frozen=True, kw_only=True):
    """One article in the laws of many States."""

    article: int
    title: str
    parties: dict[str, HeldView]


class TableView(msgspec.Struct, frozen=True, kw_only=True):
    """Which States' profiles serve which article; ``confirmed`` Parties published theirs, drafts are ours."""

    confirmed: tuple[str, ...]
    drafts: tuple[str, ...]
    profiles: dict[str, ProfileHead]
    articles: tuple[TableRow, ...]


def head_view(profile: Profile) -> ProfileHead:
    """Return what a profile says of itself."""
    return ProfileHead(
        country=profile.country,
        status=profile.status.value,
        as_of=profile.as_of.isoformat(),
        holds_from=profile.holds_from.isoformat(),
        language=profile.language,
        version=profile.version,
        confirmed=confirmed_by(profile),
    )


def dual_view(found: Comparison, profiles: Known, texts: Texts) -> DualView:
    """Return a comparison for a face."""
    proposed, stated = found.offence_class, found.stated_class
    return DualView(
        result=found.answer.value,
        certain=found.is_certain,
        stated=StatedAnswer(
            result=found.stated_answer.value,
            offence_class=None if stated is None else stated.value,
            sides={country: _said(one) for country, one in found.stated.items()},
        ),
        between=found.countries,
        on=found.on.isoformat(),
        profiles={country: None if one is None else head_view(one) for country, one in profiles.items()},
        sides={country: _said(one) for country, one in found.by_country.items()},
        articles=tuple(_compared(one, profiles, texts) for one in found.articles),
        elements=tuple(view for one in found.articles for view in _elements(one)),
        penalties={
            country: PenaltiesView(most=penalty_view(most), aggravated=penalty_view(worse))
            for country, (most, worse) in found.penalties.items()
        },
        serious=found.is_serious,
        offence_class=None if proposed is None else proposed.value,
    )


def table_view(profiles: tuple[Profile, ...]) -> TableView:
    """Return by article which States' profiles serve it, and who answers for each."""
    return TableView(
        confirmed=tuple(one.country for one in profiles if one.is_confirmed),
        drafts=tuple(one.country for one in profiles if not one.is_confirmed),
        profiles={one.country: head_view(one) for one in profiles},
        articles=tuple(
            TableRow(
                article=number,
                title=article_of(number).title,
                parties={
                    one.country: HeldView(
                        implements=row.told.value, status=one.status.value, said_by=said_by(one, row)
                    )
                    for one in profiles
                    if (row := one.rows.get(number)) is not None
                },
            )
            for number in asked()
        ),
    )


def _compared(compared: Compared, profiles: Known, texts: Texts) -> ComparedView:
    return ComparedView(
        article=compared.article,
        title=article_of(compared.article).title,
        sides={
            one.country: SideView(
                result=one.said.answer.value,
                reason=one.said.reason,
                facts=one.said.facts,
                implements=None if one.row is None else one.row.implements.value,
                note="" if one.row is None else one.row.note,
                said_by=said_by(profiles[one.country], one.row),
                provisions=_provisions(profiles[one.country], one.row, texts),
            )
            for one in compared.sides
        },
    )


def _provisions(profile: Profile | None, row: Row | None, texts: Texts) -> tuple[ComparedProvision, ...]:
    if profile is None or row is None:
        return ()
    return tuple(
        ComparedProvision(
            reference=(reference := profile.reference(one)),
            instrument=one.instrument,
            section=one.section,
            rank="primary" if one.is_primary else "secondary",
            most=penalty_view(one.most),
            aggravated=penalty_view(one.aggravated),
            texts=tuple(_text(kept) for kept in texts.get(reference, ())),
        )
        for one in row.provisions
    )


def _text(kept: Kept) -> TextView:
    one = kept.dated.provision
    return TextView(
        language=one.language,
        heading=one.heading,
        text=one.text,
        since=kept.dated.since.isoformat(),
        sha256=kept.digest.hex(),
    )


def _elements(compared: Compared) -> list[ComparedElement]:
    return [
        ComparedElement(
            article=compared.article,
            element=element.name,
            role=element.role,
            result=_worst(compared, element.name),
            sides={one.country: _element_side(one, element.name) for one in compared.sides},
        )
        for element in asked()[compared.article].elements
    ]


def _element_side(side: Side, name: str) -> ElementSide:
    said = side.elements.get(name, side.said)
    primary = () if side.row is None else tuple(one for one in side.row.provisions if one.is_primary)
    return ElementSide(
        result=said.answer.value,
        reason=said.reason,
        facts=said.facts,
        provisions=tuple(f"{side.country}/{one.instrument}/{one.section}" for one in primary),
        note="" if side.row is None else side.row.meeting(name).note,
    )


def _said(said: Said) -> SaidView:
    return SaidView(result=said.answer.value, reason=said.reason, facts=said.facts)


def _worst(compared: Compared, name: str) -> str:
    answers = {side.elements.get(name, side.said).answer.value for side in compared.sides}
    return next(one for one in ("not_met", "unclear", "met") if one in answers)
