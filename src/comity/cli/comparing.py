"""Commands on profiles: whether conduct is a crime in two States, and who confirmed what."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from comity.cli.context import read_file
from comity.cli.days import day_named
from comity.cli.lawlines import dual_lines, harmony_lines
from comity.cli.output import Reply
from comity.cli.problems import UsageError

if TYPE_CHECKING:
    from comity.cli.context import Context


def dual(context: Context) -> Reply:
    """Tell whether conduct is a crime in two States, element by element."""
    import msgspec

    from comity.law.conduct import read_conduct
    from comity.law.dual import compare
    from comity.node.comparing import texts_of
    from comity.node.lawviews import dual_view

    options = context.options
    first, second = _pair(options.text("between"))
    path, article = options.text("conduct"), options.text("article")
    if bool(path) == bool(article):
        raise UsageError("usage.one_of", where="--conduct", options="--conduct FILE, --article N")
    on = day_named(options.text("on"))
    profiles = context.toolbox.open_profiles(context.node)
    found = compare(
        (first, profiles.of(first)),
        (second, profiles.of(second)),
        on=on,
        article=_number(article) if article else None,
        conduct=read_conduct(read_file(path), where=path) if path else None,
    )
    known = {country: profiles.of(country) for country in (first, second)}
    texts = texts_of(
        partial(context.toolbox.open_corpus, context.node),
        known.values(),
        [one.article for one in found.articles],
        on=on,
    )
    return Reply(
        value=msgspec.to_builtins(dual_view(found, known, texts)),
        lines=dual_lines(context, found, known, texts),
    )


def harmony(context: Context) -> Reply:
    """List by article which States have a profile that serves it."""
    import msgspec

    from comity.node.lawviews import table_view

    found = context.toolbox.open_profiles(context.node).all()
    return Reply(value=msgspec.to_builtins(table_view(found)), lines=harmony_lines(context, found))


def _pair(text: str) -> tuple[str, str]:
    from comity.law.provisions import country_code

    parts = text.split(",")
    if len(parts) != 2 or parts[0] == parts[1]:
        raise UsageError("usage.between", where="--between", value=text[:20])
    return country_code(parts[0]), country_code(parts[1])


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise UsageError("usage.count", where="--article", value=text[:20], most="68")
    return int(text)
