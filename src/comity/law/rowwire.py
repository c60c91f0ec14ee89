"""Rows of a profile between JSON and types: how a State's law serves one article, element by element."""

from datetime import date
from typing import Literal

import msgspec

from comity.law.profiles import (
    Cited,
    Coverage,
    Implements,
    Meeting,
    Penalty,
    Row,
    Safeguards,
    Sayer,
)


class MeetingForm(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """How one element is met."""

    coverage: Coverage
    only_if: tuple[str, ...] = ()
    sure_if: tuple[str, ...] = ()
    not_if: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    wider: bool = False
    note: str = ""


class CitedForm(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A provision that serves an article."""

    instrument: str
    section: str
    rank: Literal["primary", "secondary"]
    most_months: int | None = None
    aggravated_months: int | None = None
    life: bool = False
    aggravated_life: bool = False


class SafeguardsForm(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What stands around a power."""

    orders: tuple[Literal["judge", "prosecutor", "police", "minister"], ...]
    review: Literal["prior", "later", "none", "unknown"]
    grounds: Literal["yes", "no", "unknown"]
    limits: Literal["yes", "no", "unknown"]
    remedy: Literal["yes", "no", "unknown"]
    note: str = ""


class SayerForm(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Who answers for a row."""

    person: str
    office: str
    on: date


class RowForm(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One article."""

    article: int
    implements: Implements
    sureness: Literal["high", "medium", "low"]
    provisions: list[CitedForm]
    elements: dict[str, Coverage | MeetingForm]
    incomplete: bool = False
    safeguards: SafeguardsForm | None = None
    said: SayerForm | None = None
    note: str = ""


def row_of(form: RowForm) -> Row:
    """Return the row in a form; raise ValueError for one that cannot be."""
    guards, said = form.safeguards, form.said
    return Row(
        article=form.article,
        implements=form.implements,
        sureness=form.sureness,
        is_incomplete=form.incomplete,
        provisions=tuple(_cited(one) for one in form.provisions),
        elements={name: meeting_of(one) for name, one in form.elements.items()},
        safeguards=None if guards is None else Safeguards(**msgspec.structs.asdict(guards)),
        said=None if said is None else Sayer(**msgspec.structs.asdict(said)),
        note=form.note,
    )


def row_form(row: Row) -> RowForm:
    """Return the form of a row."""
    guards, said = row.safeguards, row.said
    return msgspec.convert(
        {
            "article": row.article,
            "implements": row.implements,
            "sureness": row.sureness,
            "incomplete": row.is_incomplete,
            "provisions": [_cited_form(one) for one in row.provisions],
            "elements": {name: meeting_form(one) for name, one in row.elements.items()},
            "safeguards": guards,
            "said": said,
            "note": row.note,
        },
        RowForm,
        from_attributes=True,
    )


def meeting_of(form: Coverage | MeetingForm) -> Meeting:
    """Return how an element is met; raise ValueError for facts that no form of conduct knows."""
    if isinstance(form, Coverage):
        return Meeting(coverage=form)
    return Meeting(
        coverage=form.coverage,
        only_if=form.only_if,
        sure_if=form.sure_if,
        not_if=form.not_if,
        covers=form.covers,
        is_wider=form.wider,
        note=form.note,
    )


def meeting_form(meeting: Meeting) -> MeetingForm:
    """Return the form of a meeting."""
    return MeetingForm(
        coverage=meeting.coverage,
        only_if=meeting.only_if,
        sure_if=meeting.sure_if,
        not_if=meeting.not_if,
        covers=meeting.covers,
        wider=meeting.is_wider,
        note=meeting.note,
    )


def _cited(form: CitedForm) -> Cited:
    return Cited(
        instrument=form.instrument,
        section=form.section,
        is_primary=form.rank == "primary",
        most=Penalty(months=form.most_months, is_life=form.life),
        aggravated=Penalty(months=form.aggravated_months, is_life=form.aggravated_life),
    )


def _cited_form(one: Cited) -> CitedForm:
    return CitedForm(
        instrument=one.instrument,
        section=one.section,
        rank="primary" if one.is_primary else "secondary",
        most_months=one.most.months,
        life=one.most.is_life,
        aggravated_months=one.aggravated.months,
        aggravated_life=one.aggravated.is_life,
    )
