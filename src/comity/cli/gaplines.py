"""A gap analysis as lines for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.output import printable, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.cli.context import Context
    from comity.law.gapviews import GapsView, GapView, PenaltyView

_YEAR = 12


def gap_lines(context: Context, view: GapsView) -> tuple[str, ...]:
    """Return the gaps of a State, article by article; what is covered takes one line."""
    from comity.wording.gapreport import basis_said
    from comity.wording.reports import Speaker

    lines = [*wrap(printable(basis_said(view, Speaker(language=context.words.language))), indent=0)]
    for one in view.articles:
        lines += _article(context, one)
    if any(one.candidates for one in view.articles):
        lines += wrap(context.say("line.law.candidates"), indent=0)
    if view.excess:
        lines.append(context.say("line.law.excess"))
        for found in view.excess:
            right = context.words.label("law.right", found.right)
            lines += wrap(f"{printable(found.reference)}  {right}: {printable(found.note)}", indent=2)
    return tuple(lines)


def _article(context: Context, one: GapView) -> Iterator[str]:
    from comity.wording.lawlines import found_said

    filled = context.words.label("law.filled", one.result)
    yield f"{one.article:>2}  {context.words.label('article', str(one.article))}: {filled}"
    if cited := ", ".join(printable(c.reference) for c in one.provisions if c.rank == "primary"):
        yield from wrap(cited, indent=4)
    if one.penalty is not None and one.penalty.line != "unknown":
        line = context.words.label("law.line", one.penalty.line)
        yield f"    {penalty_said(context, one.penalty.most)} ({line})"
    unread: list[str] = []
    for told in one.lines:
        if told.code == "safeguard.unknown":
            unread.append(context.words.label("law.safeguard", told.subject))
        elif told.code != "article.unknown":
            weight = context.words.label("law.weight", told.weight)
            said = printable(found_said(told, language=context.words.language))
            note = f" {printable(told.note)}" if told.note else ""
            yield from wrap(f"{told.basis} [{weight}] {said}{note}", indent=4, hang=2)
    if unread:
        unknown = context.words.label("law.filled", "unknown")
        yield from wrap(f"24(2) {', '.join(unread)}: {unknown}", indent=4, hang=2)
    if one.said_by is not None:
        role = context.words.label("role", one.said_by.office)
        person = printable(one.said_by.person)
        yield from wrap(
            context.say("line.law.row_said", person=person, role=role, on=one.said_by.on), indent=4
        )
    if one.note:
        yield from wrap(printable(one.note), indent=4)
    yield from (f"    ? {printable(found.reference)}" for found in one.candidates)


def penalty_said(context: Context, told: PenaltyView | None) -> str:
    """Return a penalty in words."""
    if told is None:
        return context.say("line.law.untold")
    if told.life:
        return context.say("line.law.life")
    months = told.months or 0
    if months % _YEAR or months == _YEAR:
        return context.say("line.law.months", count=months)
    return context.say("line.law.years", count=months // _YEAR)
