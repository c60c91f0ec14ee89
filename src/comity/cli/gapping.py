"""The gap analysis at the command line: as lines, as JSON, and as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.context import write_file
from comity.cli.days import day_named
from comity.cli.gaplines import gap_lines
from comity.cli.output import Reply, printable
from comity.cli.problems import UsageError
from comity.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.law.gapviews import GapsView

_FORMS = ("pdf", "xlsx", "json", "notes")


def gaps(context: Context) -> Reply:
    """Tell what the law of a State lacks of what the Convention asks, or write it as a file."""
    import msgspec

    view = gaps_of_state(context)
    out = _out(context)
    if out is None:
        return Reply(value=msgspec.to_builtins(view), lines=gap_lines(context, view))
    path, form = out
    data = context.toolbox.gap_file(
        view, form=form, language=context.words.language, author=view.country, on=day_named("")
    )
    write_file(path, data)
    value = {"country": view.country, "file": path, "bytes": len(data)}
    return Reply(value=value, lines=(context.say("line.law.written", file=printable(path)),))


def gaps_of_state(context: Context) -> GapsView:
    """Return the gap analysis of the State that the options name."""
    from comity.law.gaps import gaps_of
    from comity.law.gapviews import gaps_view
    from comity.law.hints import hints
    from comity.law.provisions import country_code

    country = country_code(context.options.text("country"))
    profile = context.toolbox.open_profiles(context.node).of(country)
    found = gaps_of(profile)
    try:
        with context.toolbox.open_corpus(context.node) as corpus:
            candidates = hints(corpus, country, found, today=day_named(""))
    except NotFoundError:
        candidates = {}
    return gaps_view(country, profile, found, candidates)


def _out(context: Context) -> tuple[str, str] | None:
    """Return the file and its form; None where nothing is to be written."""
    path, form = context.options.text("out"), context.options.text("format")
    if not path and not form:
        return None
    if not path or form not in ("", *_FORMS):
        where = "--format" if path else "--out"
        raise UsageError("usage.one_of", where=where, options="pdf, xlsx, json, notes")
    ending = path.rpartition(".")[2].lower()
    form = form or (ending if ending in _FORMS else "")
    if not form:
        raise UsageError("usage.one_of", where="--format", options="pdf, xlsx, json, notes")
    return path, "notes-pdf" if form == "notes" and ending == "pdf" else form
