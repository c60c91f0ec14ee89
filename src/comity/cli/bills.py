"""A bill beside the law in force, at the command line; nothing is taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.context import read_file
from comity.cli.gaplines import penalty_said
from comity.cli.output import Reply, printable, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.cli.context import Context
    from comity.law.billviews import ArticleEffectView, BillView, StretchView, TouchedView
    from comity.law.profiles import Profile
    from comity.law.provisions import Provision

_MARKS = {"same": ("", ""), "added": ("{+", "+}"), "removed": ("[-", "-]")}
_MOST_SHOWN = 800


def compare(context: Context) -> Reply:
    """Tell what a bill adds, changes and repeals, and what that does to the gap analysis."""
    import msgspec

    from comity.law.billviews import bill_view
    from comity.law.provisions import country_code

    options = context.options
    country = country_code(options.text("country"))
    profile = context.toolbox.open_profiles(context.node).of(country)
    with context.toolbox.open_corpus(context.node) as corpus:
        view = bill_view(
            corpus.library,
            country,
            _read(context, country),
            profile=profile,
            after=_after(context),
            is_whole=options.flag("whole"),
        )
    return Reply(value=msgspec.to_builtins(view), lines=tuple(_lines(context, view)))


def _read(context: Context, country: str) -> Iterator[Provision]:
    for path in context.options.many("file"):
        yield from context.toolbox.read_law(
            path,
            country=country,
            instrument=context.options.text("instrument"),
            language=context.options.text("tongue"),
        )


def _after(context: Context) -> Profile | None:
    from comity.law.profilewire import read_profile

    path = context.options.text("after")
    return read_profile(read_file(path), where=path) if path else None


def _lines(context: Context, view: BillView) -> Iterator[str]:
    yield context.say("line.law.bill", **{name: view.counts[name] for name in _COUNTED})
    for one in view.changes:
        yield from _touched(context, one)
    yield ""
    yield context.say("line.law.bill_effects" if view.articles else "line.law.bill_nothing")
    for effect in view.articles:
        yield from _effect(context, effect)
    if view.articles and view.profile_after is None:
        yield from wrap(context.say("line.law.bill_words"), indent=0)


_COUNTED = ("added", "changed", "repealed", "same")


def _touched(context: Context, one: TouchedView) -> Iterator[str]:
    change = context.words.label("law.change", one.change)
    yield f"{printable(one.reference)}  {printable(one.heading)}: {change}"
    yield from wrap(printable(_marked(one.stretches)), indent=4)
    if one.excess:
        right = context.words.label("law.right", one.excess)
        yield "    " + context.say("line.law.bill_excess", right=right)
    if one.before != one.after:
        before, after = penalty_said(context, one.before.longest), penalty_said(context, one.after.longest)
        yield "    " + context.say("line.law.bill_penalty", before=before, after=after)
    for key, articles in (
        ("line.law.bill_serves", one.serves),
        ("line.law.bill_may_serve", one.may_serve),
    ):
        if articles:
            yield "    " + context.say(key, articles=", ".join(map(str, articles)))


def _marked(stretches: tuple[StretchView, ...]) -> str:
    text = "".join(f"{_MARKS[one.mark][0]}{one.text}{_MARKS[one.mark][1]}" for one in stretches)
    text = " ".join(text.split())
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + " …"


def _effect(context: Context, one: ArticleEffectView) -> Iterator[str]:
    before, after = (context.words.label("law.filled", state) for state in (one.before, one.after))
    why = context.words.label("law.why", one.why)
    turn = before if before == after else f"{before} → {after}"
    yield f"{one.article:>2}  {context.words.label('article', str(one.article))}: {turn} ({why})"
    if one.provisions:
        yield from wrap(printable(", ".join(one.provisions)), indent=4)
    for element in one.elements:
        name = context.words.label("law.element", element.element)
        states = [context.words.label("law.filled", state) for state in (element.before, element.after)]
        why = context.words.label("law.why", element.why)
        turn = " → ".join(dict.fromkeys(states))
        yield from wrap(f"{element.basis} {name}: {turn} ({why})", indent=4, hang=2)
    if one.penalty is not None and one.penalty.before != one.penalty.after:
        lines = (one.penalty.line_before, one.penalty.line_after)
        told = [context.words.label("law.line", line) for line in lines]
        before, after = penalty_said(context, one.penalty.before), penalty_said(context, one.penalty.after)
        yield from wrap(f"2(h) {before} ({told[0]}) → {after} ({told[1]})", indent=4, hang=2)
