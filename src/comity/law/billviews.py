"""A bill beside the law in force as a value that every face gives alike."""

from collections.abc import Iterable

import msgspec

from comity.law.billeffects import (
    ArticleEffect,
    ElementEffect,
    Touched,
    changed_counts,
    effects_of,
    touched_by,
)
from comity.law.bills import read_bill
from comity.law.changes import Mark, Stretch
from comity.law.errors import no_law
from comity.law.gapviews import PenaltyView, ProfileView, penalty_view, profile_view
from comity.law.penalties import ReadPenalties
from comity.law.ports import Library
from comity.law.profiles import Profile
from comity.law.provisions import Provision
from comity.treaty.citing import address
from comity.treaty.convention import article as article_of

_AROUND = 160


class StretchView(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of text: ``same``, ``added`` or ``removed``; a long one that is the same is cut short."""

    mark: str
    text: str


class ReadPenaltiesView(msgspec.Struct, frozen=True, kw_only=True):
    """Penalties read from words: the first, and the longest; None where the words name none."""

    first: PenaltyView | None
    longest: PenaltyView | None


class TouchedView(msgspec.Struct, frozen=True, kw_only=True):
    """A provision that a bill touches.

    Attributes:
        reference: How the library names it.
        change: ``added``, ``changed`` or ``repealed``.
        heading: Its heading.
        language: BCP 47 tag.
        stretches: Heading and text, with what is new and what is gone marked.
        before: Penalties in the words as they stand.
        after: Penalties in the words as they shall stand.
        serves: Articles that the profile says it serves.
        may_serve: Articles for which it ranks among the first of the law; claimed by nobody.
        excess: The right that it reaches too far into, as it stands and as the profile says; else empty.
    """

    reference: str
    change: str
    heading: str
    language: str
    stretches: tuple[StretchView, ...]
    before: ReadPenaltiesView
    after: ReadPenaltiesView
    serves: tuple[int, ...]
    may_serve: tuple[int, ...]
    excess: str


class ElementEffectView(msgspec.Struct, frozen=True, kw_only=True):
    """An element before and after; ``why`` is ``profile``, ``repealed``, ``words_gone`` or ``words_came``."""

    element: str
    basis: str
    address: str
    before: str
    after: str
    why: str


class PenaltyEffectView(msgspec.Struct, frozen=True, kw_only=True):
    """Where the penalty of an article stands to the line of four years, before and after. Basis: 2(h)"""

    line_before: str
    line_after: str
    before: PenaltyView | None
    after: PenaltyView | None


class ArticleEffectView(msgspec.Struct, frozen=True, kw_only=True):
    """An article before and after; ``why`` is ``profile``, ``repealed``, ``changed`` or ``came``."""

    article: int
    title: str
    address: str
    before: str
    after: str
    why: str
    elements: tuple[ElementEffectView, ...]
    penalty: PenaltyEffectView | None
    provisions: tuple[str, ...]


class BillView(msgspec.Struct, frozen=True, kw_only=True):
    """A bill beside the law in force.

    Attributes:
        country: ISO 3166-1 alpha-3 code.
        counts: Provisions ``added``, ``changed``, ``repealed`` and ``same``.
        profile: On what the analysis before rests; None where nothing is known.
        profile_after: A profile of the law as it shall stand, where one was given.
        changes: Provision by provision.
        articles: What changes in the gap analysis.
    """

    country: str
    counts: dict[str, int]
    profile: ProfileView | None
    profile_after: ProfileView | None
    changes: tuple[TouchedView, ...]
    articles: tuple[ArticleEffectView, ...]


def bill_view(
    library: Library,
    country: str,
    provisions: Iterable[Provision],
    *,
    profile: Profile | None,
    after: Profile | None = None,
    is_whole: bool = False,
) -> BillView:
    """Return what a bill changes in the law of a State; nothing is taken in.

    Args:
        library: Where the law in force is kept.
        country: The State.
        provisions: The bill.
        profile: Profile of the law in force.
        after: Profile of the law as it shall stand, where somebody made one.
        is_whole: Whether the bill holds its instruments whole.

    Raises:
        NotFoundError: ``law.country`` where the library holds no law of the State.
        MalformedError: ``law.size``.
    """
    if not library.languages(country):
        raise no_law(country)
    bill = read_bill(country, library.standing(country), provisions, is_whole=is_whole)
    touched = touched_by(bill, profile)
    return BillView(
        country=country,
        counts=dict(changed_counts(bill)),
        profile=None if profile is None else profile_view(profile),
        profile_after=None if after is None else profile_view(after),
        changes=tuple(map(_touched, touched)),
        articles=tuple(map(_article, effects_of(touched, before=profile, after=after))),
    )


def shortened(stretches: Iterable[Stretch]) -> tuple[StretchView, ...]:
    """Return stretches for reading: what stays the same is cut to what stands beside a change."""
    found = list(stretches)
    kept = []
    for index, one in enumerate(found):
        text = one.text
        if one.mark is Mark.SAME and len(text) > 2 * _AROUND + 20:
            head = f"{text[:_AROUND]} " if index else ""
            tail = f" {text[-_AROUND:]}" if index + 1 < len(found) else ""
            text = f"{head}[…]{tail}"
        kept.append(StretchView(mark=one.mark.value, text=text))
    return tuple(kept)


def _touched(one: Touched) -> TouchedView:
    provision = one.changed.provision
    return TouchedView(
        reference=provision.reference,
        change=one.changed.change.value,
        heading=provision.heading,
        language=provision.language,
        stretches=shortened(one.changed.stretches()),
        before=_penalties(one.before),
        after=_penalties(one.after),
        serves=one.serves,
        may_serve=one.may_serve,
        excess=one.excess,
    )


def _penalties(read: ReadPenalties) -> ReadPenaltiesView:
    return ReadPenaltiesView(first=penalty_view(read.first), longest=penalty_view(read.longest))


def _article(one: ArticleEffect) -> ArticleEffectView:
    return ArticleEffectView(
        article=one.article,
        title=article_of(one.article).title,
        address=address(str(one.article)),
        before=one.before.value,
        after=one.after.value,
        why=one.why,
        elements=tuple(map(_element, one.elements)),
        penalty=None
        if one.penalty is None
        else PenaltyEffectView(
            line_before=one.penalty[0].value,
            line_after=one.penalty[1].value,
            before=penalty_view(one.most[0]),
            after=penalty_view(one.most[1]),
        ),
        provisions=one.provisions,
    )


def _element(one: ElementEffect) -> ElementEffectView:
    return ElementEffectView(
        element=one.element.name,
        basis=one.element.basis,
        address=address(one.element.basis),
        before=one.before.value,
        after=one.after.value,
        why=one.why,
    )
