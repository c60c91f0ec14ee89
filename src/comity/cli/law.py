"""Commands on national law. The library holds published texts: it needs no officer, and no node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.days import day_named
from comity.cli.output import Reply, printable, table, wrap
from comity.cli.problems import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from comity.cli.context import Context
    from comity.cli.values import Value
    from comity.law.intake import Intake
    from comity.law.ports import Kept
    from comity.law.provisions import Provision
    from comity.law.service import Finding
    from comity.node.reviewing import ReviewView

MOST = 100
_SHOWN = 5
_TOLD_EVERY = 10_000
_PASSAGE = 200


def import_(context: Context) -> Reply:
    """Take the law of a State into the library."""
    from comity.law.provisions import country_code

    options = context.options
    country = country_code(options.text("country"))
    today = day_named("")
    on = day_named(options.text("on"))
    if on > today:
        raise UsageError("usage.future", where="--on", value=on.isoformat())
    with context.toolbox.open_corpus(context.node, make=True) as corpus:
        intake = corpus.take_in(
            _read(context, options.many("file"), country),
            country=country,
            on=on,
            is_whole=not options.flag("partial"),
            told=_teller(context),
        )
        corpus.prepare(country, today=today)
    return Reply(value=_intake_value(country, intake), lines=_intake_lines(context, intake))


def listing(context: Context) -> Reply:
    """List what the library holds."""
    with context.toolbox.open_corpus(context.node) as corpus:
        found = corpus.library.holdings(context.options.text("country"))
    rows = [
        (
            one.country,
            one.instrument,
            one.language,
            str(one.provisions),
            one.since.isoformat(),
            printable(one.title),
        )
        for one in found
    ]
    value = [
        {
            "country": one.country,
            "instrument": one.instrument,
            "title": one.title,
            "language": one.language,
            "provisions": one.provisions,
            "versions": one.versions,
            "since": one.since.isoformat(),
        }
        for one in found
    ]
    return Reply(value=value, lines=table(rows) or (context.say("line.none"),))


def find(context: Context) -> Reply:
    """Rank the provisions that may serve an article."""
    options = context.options
    article = _whole(options.text("article"), "--article", most=999)
    on = options.text("on")
    with context.toolbox.open_corpus(context.node) as corpus:
        found = corpus.find(
            options.text("country"),
            article,
            most=_count(context),
            today=day_named(""),
            on=day_named(on) if on else None,
            language=options.text("language"),
        )
    said = context.toolbox.law().reviews(context.node, options.text("country"), article)
    return Reply(
        value=[{**_finding_value(one), "reviews": _said_value(one, said)} for one in found],
        lines=(*_finding_lines(context, found, said), *_unclaimed(context, found)),
    )


def search(context: Context) -> Reply:
    """Find provisions by words."""
    options = context.options
    with context.toolbox.open_corpus(context.node) as corpus:
        found = corpus.search(
            options.text("text"),
            country=options.text("country"),
            language=options.text("language"),
            most=_count(context),
        )
    return Reply(value=[_finding_value(one) for one in found], lines=_finding_lines(context, found))


def show(context: Context) -> Reply:
    """Show a provision, as it stands or stood on a day."""
    options = context.options
    on = options.text("on")
    with context.toolbox.open_corpus(context.node) as corpus:
        found = corpus.show(
            options.text("reference"), on=day_named(on) if on else None, language=options.text("language")
        )
    return Reply(
        value=[_kept_value(one) for one in found],
        lines=tuple(line for one in found for line in _kept_lines(context, one)),
    )


def index(context: Context) -> Reply:
    """Rank and index the law of a State anew."""
    country = context.options.text("country")
    with context.toolbox.open_corpus(context.node) as corpus:
        count = sum(one.provisions for one in corpus.library.holdings(country))
        corpus.prepare(country, today=day_named(""))
    return Reply(
        value={"country": country, "provisions": count}, lines=(context.say("line.law.indexed", count=count),)
    )


def _read(context: Context, paths: tuple[str, ...], country: str) -> Iterator[Provision]:
    for path in paths:
        yield from context.toolbox.read_law(
            path,
            country=country,
            instrument=context.options.text("instrument"),
            language=context.options.text("tongue"),
        )


def _teller(context: Context) -> Callable[[str, int], None]:
    def told(step: str, count: int) -> None:
        if step == "read" and count % _TOLD_EVERY == 0:
            context.stderr.write(context.say("line.law.told", count=count) + "\n")
            context.stderr.flush()

    return told


def _count(context: Context) -> int:
    text = context.options.text("count")
    return _whole(text, "-k", most=MOST) if text else _SHOWN


def _whole(text: str, where: str, *, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= most):
        raise UsageError("usage.count", where=where, value=text[:20], most=str(most))
    return int(text)


def _finding_value(found: Finding) -> Value:
    one = found.kept.dated.provision
    return {
        "instrument": one.instrument,
        "section": one.section,
        "score": found.score_hundredths,
        "passage": found.passage,
        "reference": one.reference,
        "language": one.language,
        "heading": one.heading,
        "title": one.title,
        "start": found.start,
        "end": found.end,
    }


def _said_value(found: Finding, said: Sequence[ReviewView]) -> list[object]:
    from comity.cli.reviewing import review_value

    return [review_value(one) for one in _said_of(found, said)]


def _said_of(found: Finding, said: Sequence[ReviewView]) -> Sequence[ReviewView]:
    """Return the reviews of a find that stand."""
    if not said:
        return ()
    from comity.node.reviewing import speaks_of

    reference = found.kept.dated.provision.reference
    return [one for one in said if one.standing and speaks_of(one, reference)]


def _finding_lines(
    context: Context, found: tuple[Finding, ...], said: Sequence[ReviewView] = ()
) -> tuple[str, ...]:
    from comity.cli.reviewing import review_lines

    lines: list[str] = []
    for place, one in enumerate(found, start=1):
        provision = one.kept.dated.provision
        heading = provision.heading or (provision.path[-1] if provision.path else provision.title)
        lines.append(f"{place}. {printable(provision.reference)}  {printable(heading)}")
        passage = one.passage
        short = passage if len(passage) <= _PASSAGE else passage[:_PASSAGE] + " …"
        lines += wrap(printable(" ".join(short.split())), indent=3)
        for review in _said_of(one, said):
            lines += review_lines(context, review, indent=3)
    return tuple(lines) or (context.say("line.none"),)


def _unclaimed(context: Context, found: tuple[Finding, ...]) -> tuple[str, ...]:
    return tuple(wrap(context.say("line.law.unclaimed"), indent=0)) if found else ()


def _kept_value(kept: Kept) -> Value:
    one, dated = kept.dated.provision, kept.dated
    return {
        "reference": one.reference,
        "country": one.country,
        "instrument": one.instrument,
        "section": one.section,
        "language": one.language,
        "title": one.title,
        "path": list(one.path),
        "heading": one.heading,
        "text": one.text,
        "source": one.source,
        "sha256": kept.digest.hex(),
        "since": dated.since.isoformat(),
        "until": dated.until.isoformat() if dated.until is not None else None,
    }


def _kept_lines(context: Context, kept: Kept) -> list[str]:
    one, dated = kept.dated.provision, kept.dated
    until = dated.until.isoformat() if dated.until is not None else context.say("line.law.today")
    lines = [f"{printable(one.reference)}  {one.language}  {dated.since.isoformat()} – {until}"]
    lines += [printable(part) for part in (one.title, *one.path, one.heading) if part]
    for paragraph in one.text.split("\n"):
        lines += wrap(printable(paragraph), indent=2) if paragraph.strip() else []
    if one.source:
        lines.append(printable(one.source))
    return lines


def _intake_value(country: str, intake: Intake) -> Value:
    return {
        "country": country,
        "read": intake.read,
        "added": intake.added,
        "changed": intake.changed,
        "ended": intake.ended,
        "same": intake.same,
        "instruments": list(intake.instruments),
        "without_terms": list(intake.without_terms),
    }


def _intake_lines(context: Context, intake: Intake) -> tuple[str, ...]:
    lines = [
        context.say(
            "line.law.taken",
            read=intake.read,
            added=intake.added,
            changed=intake.changed,
            ended=intake.ended,
            same=intake.same,
        ),
        *wrap(printable(", ".join(intake.instruments)), indent=2),
    ]
    if intake.without_terms:
        lines += wrap(
            context.say("line.law.without_terms", languages=", ".join(intake.without_terms)), indent=0
        )
    return tuple(lines)
