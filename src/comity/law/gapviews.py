"""A gap analysis as a value that every face gives alike: names here are stable, scripts read them."""

from collections import Counter
from collections.abc import Mapping

import msgspec

from comity.law.gaps import ElementGap, Gap
from comity.law.lacks import Lack, Lacks, cited, evidence_without_offence, lacks_of
from comity.law.profiles import Penalty, Profile
from comity.law.sayers import SaidBy, said_by
from comity.law.service import Finding
from comity.treaty.citing import address
from comity.treaty.convention import article as article_of
from comity.treaty.convention import exists, mark


class ConfirmedView(msgspec.Struct, frozen=True, kw_only=True):
    """Who confirmed a profile, and the name of the key that signed it."""

    person: str
    office: str
    authority: str
    on: str
    key: str


class ProfileView(msgspec.Struct, frozen=True, kw_only=True):
    """What a profile says of itself; ``confirmed`` is None for a draft, for which nobody answers."""

    country: str
    status: str
    as_of: str
    holds_from: str
    language: str
    confirmed: ConfirmedView | None


class PenaltyView(msgspec.Struct, frozen=True, kw_only=True):
    """The longest deprivation of liberty; ``serious`` where it reaches four years. Basis: 2(h)"""

    months: int | None
    life: bool
    serious: bool


class CitedView(msgspec.Struct, frozen=True, kw_only=True):
    """A national provision that serves an article; ``address`` is its page on a node."""

    reference: str
    address: str
    instrument: str
    section: str
    rank: str
    most: PenaltyView | None
    aggravated: PenaltyView | None


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    """A line: what is lacking, weak, too much, left open or not known.

    Attributes:
        code: What it is, e.g. ``element.narrowed``.
        weight: ``gap``, ``weak``, ``excess``, ``open`` or ``unknown``.
        article: Article that it belongs to.
        subject: Element, safeguard or right; empty for the whole article.
        basis: Place of the Convention.
        address: Its permalink.
        mark: Whether a source about this Convention states the place, or it was recalled.
        facts: What the law asks for besides, or leaves out.
        leaves: Places of the Convention that leave something open here.
        provisions: National provisions.
        note: What the profile says of it.
    """

    code: str
    weight: str
    article: int
    subject: str
    basis: str
    address: str
    mark: str
    facts: tuple[str, ...]
    leaves: tuple[str, ...]
    provisions: tuple[str, ...]
    note: str


class ElementView(msgspec.Struct, frozen=True, kw_only=True):
    """One element; ``allowed`` and ``beyond`` are facts that the law asks for besides or leaves out."""

    element: str
    role: str
    optional: bool
    basis: str
    address: str
    result: str
    allowed: tuple[str, ...]
    beyond: tuple[str, ...]
    provisions: tuple[str, ...]
    note: str


class PenaltyLineView(msgspec.Struct, frozen=True, kw_only=True):
    """Where the penalty stands to the line of four years. Basis: 2(h)"""

    line: str
    most: PenaltyView | None
    aggravated: PenaltyView | None


class SafeguardsView(msgspec.Struct, frozen=True, kw_only=True):
    """The conditions of article 24: each ``covered``, ``missing`` or ``unknown``. Basis: 24(2)"""

    orders: str
    review: str
    grounds: str
    limits: str
    remedy: str
    ordered_by: tuple[str, ...]
    note: str
    basis: str = "24(2)"


class CandidateView(msgspec.Struct, frozen=True, kw_only=True):
    """What ranking found where no profile speaks; nobody claims it."""

    reference: str
    score: int
    passage: str
    claimed_by: None = None


class GapView(msgspec.Struct, frozen=True, kw_only=True):
    """One article; ``said_by`` is who answers for what is said of it, None for a draft."""

    article: int
    title: str
    kind: str
    result: str
    sureness: str | None
    incomplete: bool
    note: str
    said_by: SaidBy | None
    address: str
    provisions: tuple[CitedView, ...]
    elements: tuple[ElementView, ...]
    penalty: PenaltyLineView | None
    safeguards: SafeguardsView | None
    lines: tuple[LineView, ...]
    candidates: tuple[CandidateView, ...]


class ExcessView(msgspec.Struct, frozen=True, kw_only=True):
    """A provision that reaches further than human rights may bear. Basis: 6(2)"""

    reference: str
    right: str
    note: str
    basis: str = "6(2)"


class WithoutOffenceView(msgspec.Struct, frozen=True, kw_only=True):
    """Whether evidence can be given for an offence that the State does not have. Basis: 23(2)(c), 40(8)"""

    assistance: str
    powers: str
    basis: tuple[str, ...] = ("40(8)", "23(2)(c)", "42(4)")


class GapsView(msgspec.Struct, frozen=True, kw_only=True):
    """The gap analysis of a State.

    Attributes:
        country: ISO 3166-1 alpha-3 code.
        profile: What it rests on; None where there is neither a confirmed profile nor a draft.
        counts: Articles by result.
        weights: Lines by weight.
        articles: Article by article.
        excess: What reaches too far.
        without_offence: Whether evidence can be given for an offence that the State does not have.
    """

    country: str
    profile: ProfileView | None
    counts: dict[str, int]
    weights: dict[str, int]
    articles: tuple[GapView, ...]
    excess: tuple[ExcessView, ...]
    without_offence: WithoutOffenceView


def gaps_view(
    country: str,
    profile: Profile | None,
    found: tuple[Gap, ...],
    candidates: Mapping[int, tuple[Finding, ...]],
) -> GapsView:
    """Return the gaps of a State as a value."""
    lacks = lacks_of(profile, found)
    assistance, powers = evidence_without_offence(found)
    return GapsView(
        country=country,
        profile=None if profile is None else profile_view(profile),
        counts=dict(sorted(Counter(one.filled.value for one in found).items())),
        weights=dict(sorted(Counter(one.weight.value for one in lacks.all).items())),
        articles=tuple(_gap(one, profile, lacks, candidates.get(one.asked.article, ())) for one in found),
        excess=()
        if profile is None
        else tuple(
            ExcessView(reference=profile.reference(one), right=one.right, note=one.note)
            for one in profile.excess
        ),
        without_offence=WithoutOffenceView(assistance=assistance.value, powers=powers.value),
    )


def profile_view(profile: Profile) -> ProfileView:
    """Return what a profile says of itself."""
    said = profile.confirmation
    return ProfileView(
        country=profile.country,
        status=profile.status.value,
        as_of=profile.as_of.isoformat(),
        holds_from=profile.holds_from.isoformat(),
        language=profile.language,
        confirmed=None
        if said is None
        else ConfirmedView(
            person=said.person,
            office=said.office,
            authority=said.authority,
            on=said.on.isoformat(),
            key=profile.signed_by,
        ),
    )


def penalty_view(penalty: Penalty) -> PenaltyView | None:
    """Return a penalty, None where it is not told."""
    if not penalty.is_known:
        return None
    return PenaltyView(months=penalty.months, life=penalty.is_life, serious=penalty.is_serious)


def line_view(lack: Lack) -> LineView:
    """Return a line with its permalink."""
    return LineView(
        code=lack.code,
        weight=lack.weight.value,
        article=lack.article,
        subject=lack.subject,
        basis=lack.basis,
        address=address(lack.basis),
        mark=mark(lack.basis).value if exists(lack.basis) else "recalled",
        facts=lack.facts,
        leaves=lack.leaves,
        provisions=lack.provisions,
        note=lack.note,
    )


def _gap(gap: Gap, profile: Profile | None, lacks: Lacks, candidates: tuple[Finding, ...]) -> GapView:
    row, number = gap.row, gap.asked.article
    primary = cited(profile, row)
    return GapView(
        article=number,
        title=article_of(number).title,
        kind=gap.asked.kind,
        result=gap.filled.value,
        sureness=None if row is None else row.sureness,
        incomplete=row is not None and row.is_incomplete,
        note="" if row is None else row.note,
        said_by=said_by(profile, row),
        address=address(str(number)),
        provisions=_provisions(profile, gap),
        elements=tuple(_element(one, primary) for one in gap.elements),
        penalty=None
        if gap.penalty is None
        else PenaltyLineView(
            line=gap.penalty.value,
            most=None if row is None else penalty_view(row.most),
            aggravated=None if row is None else penalty_view(row.aggravated),
        ),
        safeguards=_safeguards(gap),
        lines=tuple(map(line_view, lacks.by_article[number])),
        candidates=tuple(
            CandidateView(
                reference=one.kept.dated.provision.reference,
                score=one.score_hundredths,
                passage=one.passage,
            )
            for one in candidates
        ),
    )


def _provisions(profile: Profile | None, gap: Gap) -> tuple[CitedView, ...]:
    if profile is None or gap.row is None:
        return ()
    return tuple(
        CitedView(
            reference=profile.reference(one),
            address=f"/law/{profile.reference(one)}",
            instrument=one.instrument,
            section=one.section,
            rank="primary" if one.is_primary else "secondary",
            most=penalty_view(one.most),
            aggravated=penalty_view(one.aggravated),
        )
        for one in gap.row.provisions
    )


def _element(gap: ElementGap, provisions: tuple[str, ...]) -> ElementView:
    return ElementView(
        element=gap.element.name,
        role=gap.element.role,
        optional=gap.element.is_optional,
        basis=gap.element.basis,
        address=address(gap.element.basis),
        result=gap.filled.value,
        allowed=gap.allowed,
        beyond=gap.beyond,
        provisions=provisions,
        note=gap.meeting.note,
    )


def _safeguards(gap: Gap) -> SafeguardsView | None:
    if not gap.safeguards:
        return None
    told = None if gap.row is None else gap.row.safeguards
    return SafeguardsView(
        **{name: filled.value for name, filled in gap.safeguards.items()},
        ordered_by=() if told is None else told.orders,
        note="" if told is None else told.note,
    )
