"""A review between JSON and the type: what is kept of it, and what scripts read."""

import msgspec

from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.law.errors import bad_review
from comity.law.profiles import Penalty
from comity.law.reviews import Review, Reviewed, Verdict
from comity.law.rowwire import MeetingForm, RowForm, meeting_form, meeting_of, row_form, row_of

MOST_REVIEW = 1 << 18
"""Bytes of a review."""
_MOST_DEPTH = 8


class ReviewedForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A version that was looked at."""

    reference: str
    title: str
    language: str
    sha256: str
    start: int = 0
    end: int = 0


class ReviewForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A review as it is kept."""

    v: int
    number: int
    at: int
    authority: str
    officer: str
    role: str
    country: str
    article: int
    verdict: Verdict
    reason: str
    language: str
    element: str = ""
    found: ReviewedForm | None = None
    instead: ReviewedForm | None = None
    meeting: MeetingForm | None = None
    secondary: bool = False
    most_months: int | None = None
    life: bool = False
    aggravated_months: int | None = None
    aggravated_life: bool = False
    row: RowForm | None = None
    sources: tuple[ReviewedForm, ...] = ()


def review_form(review: Review) -> ReviewForm:
    """Return the form of a review."""
    return ReviewForm(
        v=1,
        number=review.number,
        at=review.at,
        authority=review.authority,
        officer=review.officer,
        role=review.role,
        country=review.country,
        article=review.article,
        verdict=review.verdict,
        reason=review.reason,
        language=review.language,
        element=review.element,
        found=_form(review.found),
        instead=_form(review.instead),
        meeting=None if review.meeting is None else meeting_form(review.meeting),
        secondary=not review.is_primary,
        most_months=review.most.months,
        life=review.most.is_life,
        aggravated_months=review.aggravated.months,
        aggravated_life=review.aggravated.is_life,
        row=None if review.row is None else row_form(review.row),
        sources=tuple(msgspec.convert(one, ReviewedForm, from_attributes=True) for one in review.sources),
    )


def review_bytes(review: Review) -> bytes:
    """Return a review as it is kept; :func:`read_review` reads it back as it was."""
    return dump_ijson(msgspec.to_builtins(review_form(review)))


def read_review(data: bytes, *, where: str = "") -> Review:
    """Return a review that was kept.

    Raises:
        MalformedError: ``law.review``.
    """
    try:
        value = parse_ijson(data, most_bytes=MOST_REVIEW, most_depth=_MOST_DEPTH, where=where)
        return review_of(msgspec.convert(value, ReviewForm))
    except (msgspec.ValidationError, MalformedError, ValueError) as exc:
        raise bad_review(str(exc), where=where) from exc


def review_of(form: ReviewForm) -> Review:
    """Return the review in a form; raise ValueError for one that cannot be."""
    return Review(
        number=form.number,
        at=Instant(form.at),
        authority=form.authority,
        officer=form.officer,
        role=form.role,
        country=form.country,
        article=form.article,
        element=form.element,
        verdict=form.verdict,
        found=_reviewed(form.found),
        instead=_reviewed(form.instead),
        meeting=None if form.meeting is None else meeting_of(form.meeting),
        is_primary=not form.secondary,
        most=Penalty(months=form.most_months, is_life=form.life),
        aggravated=Penalty(months=form.aggravated_months, is_life=form.aggravated_life),
        row=None if form.row is None else row_of(form.row),
        sources=tuple(one for each in form.sources if (one := _reviewed(each)) is not None),
        reason=form.reason,
        language=form.language,
    )


def _form(one: Reviewed | None) -> ReviewedForm | None:
    return None if one is None else msgspec.convert(one, ReviewedForm, from_attributes=True)


def _reviewed(form: ReviewedForm | None) -> Reviewed | None:
    return None if form is None else Reviewed(**msgspec.structs.asdict(form))
