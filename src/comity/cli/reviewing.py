"""Commands on reviews: an officer confirms, refuses or corrects what may serve an article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.context import read_file
from comity.cli.output import Reply, printable, wrap
from comity.cli.problems import UsageError
from comity.kernel.clock import Instant, format_instant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.cli.context import Context
    from comity.law.reviewwire import ReviewedForm
    from comity.law.rowwire import MeetingForm
    from comity.node.reviewing import ReviewView, Said

_MOST_NUMBER = 1_000_000_000


def add(context: Context) -> Reply:
    """Say something of a find."""
    said = _said(context)
    with context.seated() as (desks, actor):
        made = desks.reviews.record(actor, said=said)
    return _told(context, (made,))


def adopt(context: Context) -> Reply:
    """Take a row as one's own."""
    options = context.options
    row = options.text("row")
    with context.seated() as (desks, actor):
        made = desks.reviews.adopt(
            actor,
            country=options.text("country"),
            article=_number(options.text("article"), "--article"),
            reason=options.text("reason"),
            language=options.text("reason_language") or "en",
            row=read_file(row) if row else b"",
        )
    return _told(context, (made,))


def listing(context: Context) -> Reply:
    """List what was said of the law of a State."""
    options = context.options
    article = options.text("article")
    with context.seated() as (desks, actor):
        found = desks.reviews.list(
            actor,
            country=options.text("country"),
            article=_number(article, "--article") if article else 0,
            history=options.flag("history"),
        )
    return _told(context, found, is_list=True)


def show(context: Context) -> Reply:
    """Show one review."""
    number = _number(context.options.text("number"), "NUMBER")
    with context.seated() as (desks, actor):
        found = desks.reviews.show(actor, number=number)
    return _told(context, (found,))


def review_value(view: ReviewView) -> object:
    """Return a review as a JSON value."""
    import msgspec

    said = msgspec.to_builtins(view.review)
    at = format_instant(Instant(view.review.at))
    return {
        **said,
        "at": at,
        "standing": view.standing,
        "superseded_by": view.superseded_by or None,
        "stale": view.stale,
    }


def review_lines(context: Context, view: ReviewView, *, indent: int = 0) -> list[str]:
    """Return a review as lines: who said what of which provision, and whether it is stale or superseded."""
    one = view.review
    verdict = context.words.label("law.verdict", one.verdict.value)
    who = context.say(
        "line.law.said_by",
        officer=printable(one.officer),
        role=context.words.label("role", one.role),
        authority=printable(one.authority),
        at=format_instant(Instant(one.at)),
    )
    lines = [" " * indent + f"{one.number}. {one.country} {one.article}  {verdict}  {who}"]
    if one.element:
        lines += wrap(context.words.label("law.element", one.element), indent=indent + 3)
    for key, seen in (("line.law.found", one.found), ("line.law.instead", one.instead)):
        if seen is not None:
            lines += wrap(f"{context.say(key)}: {_seen(seen)}", indent=indent + 3)
    if one.row is not None:
        held = context.words.label("law.implements", one.row.implements.value)
        lines += wrap(f"{context.say('line.law.row')}: {held}", indent=indent + 3)
    if one.meeting is not None:
        lines += wrap(_meeting(context, one.meeting), indent=indent + 3)
    lines += wrap(printable(one.reason), indent=indent + 3)
    if view.superseded_by:
        lines += wrap(context.say("line.law.superseded", number=view.superseded_by), indent=indent + 3)
    elif view.stale:
        lines += wrap(context.say("line.law.stale"), indent=indent + 3)
    return lines


def _said(context: Context) -> Said:
    from comity.law.reviews import Verdict
    from comity.node.reviewing import Said

    options = context.options
    reference = options.text("provision")
    country = options.text("country") or reference.partition("/")[0]
    if not country:
        raise UsageError("usage.one_of", where="--country", options="--country ISO3, --provision PROVISION")
    return Said(
        country=country,
        article=_number(options.text("article"), "--article"),
        verdict=Verdict(options.text("verdict")),
        reason=options.text("reason"),
        language=options.text("reason_language") or "en",
        element=options.text("element"),
        reference=reference,
        tongue=options.text("language"),
        passage=options.text("passage"),
        instead=options.text("instead"),
        meeting=_told_meeting(context),
        secondary=options.flag("secondary"),
        most_months=_months(context, "most_months"),
        life=options.flag("life"),
        aggravated_months=_months(context, "aggravated_months"),
        aggravated_life=options.flag("aggravated_life"),
    )


def _told_meeting(context: Context) -> MeetingForm | None:
    from comity.law.profiles import Coverage
    from comity.law.rowwire import MeetingForm

    options = context.options
    coverage = options.text("coverage")
    if not coverage:
        return None
    return MeetingForm(
        coverage=Coverage(coverage),
        only_if=options.many("only_if"),
        sure_if=options.many("sure_if"),
        not_if=options.many("not_if"),
        covers=options.many("covers"),
        wider=options.flag("wider"),
        note=options.text("note"),
    )


def _months(context: Context, name: str) -> int | None:
    text = context.options.text(name)
    return _number(text, f"--{name.replace('_', '-')}") if text else None


def _number(text: str, where: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_MOST_NUMBER))):
        raise UsageError("usage.count", where=where, value=text[:20], most=str(_MOST_NUMBER))
    return int(text)


def _seen(one: ReviewedForm) -> str:
    return f"{printable(one.reference)} ({one.language}, {one.sha256[:12]})"


def _meeting(context: Context, meeting: MeetingForm) -> str:
    told = context.words.label("law.coverage", meeting.coverage.value)
    facts = (*meeting.only_if, *meeting.sure_if, *meeting.not_if)
    return f"{told} ({', '.join(facts)})" if facts else told


def _told(context: Context, found: Sequence[ReviewView], *, is_list: bool = False) -> Reply:
    lines = [line for one in found for line in review_lines(context, one)]
    values = [review_value(one) for one in found]
    return Reply(value=values if is_list else values[0], lines=tuple(lines) or (context.say("line.none"),))
