"""Profiles and comparisons as lines for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.output import printable, table, wrap
from comity.law.elements import age_below

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from comity.cli.context import Context
    from comity.law.dual import Compared, Comparison, Said
    from comity.law.ports import Kept
    from comity.law.profiles import Penalty, Profile, Row

_PASSAGE = 160
_YEAR = 12


def dual_lines(
    context: Context,
    found: Comparison,
    profiles: Mapping[str, Profile | None],
    texts: Mapping[str, tuple[Kept, ...]],
) -> tuple[str, ...]:
    """Return a comparison: the answer, then each article with its elements, provisions and reasons."""
    lines = [context.say("line.law.dual", answer=_answer(context, found.answer), on=found.on.isoformat())]
    stated = _answer(context, found.stated_answer.value)
    lines += wrap(context.say("line.law.stated", answer=stated), indent=0)
    for country, profile in profiles.items():
        lines += _head(context, country, profile)
        lines += wrap(f"{country}: {_reason(context, found.by_country[country])}", indent=2)
    for one in found.articles:
        lines += _compared(context, one, texts)
    for country, (most, aggravated) in found.penalties.items():
        lines.append(
            context.say(
                "line.law.penalty",
                country=country,
                most=_penalty(context, most),
                aggravated=_penalty(context, aggravated),
            )
        )
    if not found.is_certain:
        lines += wrap(context.say("line.law.uncertain"), indent=0)
    return tuple(lines)


def harmony_lines(context: Context, profiles: tuple[Profile, ...]) -> tuple[str, ...]:
    """Return a table of articles and States; brackets mark what rests on a draft."""
    from comity.law.elements import asked

    head = ("", *(one.country for one in profiles))
    rows = ((str(number), *(_mark(context, one, number) for one in profiles)) for number in asked())
    return (*table((head, *rows)), *wrap(context.say("line.law.brackets"), indent=0))


def _mark(context: Context, profile: Profile, number: int) -> str:
    row = profile.rows.get(number)
    if row is None:
        return "·"
    said = context.words.label("law.implements", row.told.value)
    return said if profile.is_confirmed else f"[{said}]"


def _head(context: Context, country: str, profile: Profile | None) -> tuple[str, ...]:
    if profile is None:
        return wrap(context.say("line.law.no_profile", country=country), indent=0)
    said = profile.confirmation
    if said is None:
        return wrap(context.say("line.law.draft", country=country, as_of=profile.as_of.isoformat()), indent=0)
    return wrap(
        context.say(
            "line.law.confirmed",
            country=country,
            as_of=profile.as_of.isoformat(),
            person=printable(said.person),
            authority=printable(said.authority),
            on=said.on.isoformat(),
        ),
        indent=0,
    )


def _compared(context: Context, one: Compared, texts: Mapping[str, tuple[Kept, ...]]) -> list[str]:
    from comity.law.elements import asked

    lines = [f"{one.article}  {_title(context, one.article)}"]
    for side in one.sides:
        lines += wrap(f"{side.country}: {_reason(context, side.said)}", indent=2)
        lines += _provisions(side.country, side.row, texts)
    rows = []
    for element in asked()[one.article].elements:
        said = [side.elements.get(element.name, side.said) for side in one.sides]
        rows.append(
            (context.words.label("law.element", element.name), *(_answer(context, x.answer) for x in said))
        )
    lines += table([("", *(side.country for side in one.sides)), *rows], indent=2)
    for side in one.sides:
        for name, told in side.elements.items():
            if told.reason != "element.met" or told.facts:
                label = context.words.label("law.element", name)
                lines += wrap(f"{side.country}, {label}: {_reason(context, told)}", indent=2, hang=2)
    return lines


def _provisions(country: str, row: Row | None, texts: Mapping[str, tuple[Kept, ...]]) -> list[str]:
    lines: list[str] = []
    for cited in () if row is None else row.provisions:
        reference = f"{country}/{cited.instrument}/{cited.section}"
        if cited.is_primary:
            lines.append(f"    {printable(reference)}")
            for kept in texts.get(reference, ()):
                text = " ".join(kept.dated.provision.text.split())
                short = text if len(text) <= _PASSAGE else text[:_PASSAGE] + " …"
                lines += wrap(printable(short), indent=6)
    return lines


def _title(context: Context, article: int) -> str:
    return context.words.label("article", str(article))


def _answer(context: Context, answer: str) -> str:
    return context.words.label("law.answer", answer)


def _reason(context: Context, said: Said) -> str:
    sentence = context.words.label("law.reason", said.reason)
    told = f"{_answer(context, said.answer)}: {sentence}"
    return f"{told} ({_facts(context, said.facts)})" if said.facts else told


def _facts(context: Context, facts: Iterable[str]) -> str:
    return ", ".join(_fact(context, one) for one in facts)


def _fact(context: Context, fact: str) -> str:
    years = age_below(fact)
    if years is not None:
        return context.say("law.fact.under", age=years)
    return context.words.label("law.fact", fact)


def _penalty(context: Context, penalty: Penalty) -> str:
    if penalty.is_life:
        return context.say("line.law.life")
    if penalty.months is None:
        return context.say("line.law.untold")
    if penalty.months % _YEAR or penalty.months == _YEAR:
        return context.say("line.law.months", count=penalty.months)
    return context.say("line.law.years", count=penalty.months // _YEAR)
