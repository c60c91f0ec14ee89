"""The deposit kit at the command line: the plan, and the documents in a new folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from comity.cli.context import write_file
from comity.cli.days import day_named
from comity.cli.output import Reply, printable
from comity.cli.problems import UsageError
from comity.cli.treatystatus import beside_of, book_of, party_named

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.treaty.kit import Kit


def make(context: Context) -> Reply:
    """Tell the plan of a State that becomes bound, and write the documents where a folder is named."""
    import msgspec

    from comity.treaty.book import known_events
    from comity.treaty.kit import Route, kit

    options = context.options
    route = options.text("route")
    made = kit(
        party_named(options.text("party"), "--party"),
        on=day_named(options.text("on")),
        events=known_events(book_of(context), beside=beside_of(context)),
        route=Route(route) if route else None,
        chosen=options.many("choose"),
        told=dict(_told(text) for text in options.many("tell")),
    )
    files = _written(context, made)
    value = {**msgspec.to_builtins(made), "files": list(files)}
    return Reply(value=value, lines=(*_lines(context, made), *files))


def _told(text: str) -> tuple[str, str]:
    place, equals, said = text.partition("=")
    if not equals or not said.strip():
        raise UsageError("usage.tell", where="--tell", value=text[:40])
    return place, said.strip()


def _written(context: Context, made: Kit) -> tuple[str, ...]:
    """Write every document and return their paths; nothing is written where one of them cannot be made."""
    out = context.options.text("out")
    if not out:
        return ()
    suffix, room = f".{context.options.text('format') or 'docx'}", context.toolbox.treaty()
    languages = context.options.text("lang")
    papers = [
        (
            f"{number}-{paper.value.replace('_', '-')}{suffix}",
            room.paper(made, paper, suffix=suffix, languages=languages),
        )
        for number, paper in enumerate(made.papers, 1)
    ]
    folder = Path(out)
    folder.mkdir(exist_ok=True)
    for name, data in papers:
        write_file(str(folder / name), data)
    return tuple(printable(str(folder / name)) for name, _ in papers)


def _lines(context: Context, made: Kit) -> tuple[str, ...]:
    lines = [
        context.say("kit.head", party=made.party, act=context.words.label("treaty.event", made.route.value)),
        context.say("kit.counts", count=made.counted, needed=made.needed),
    ]
    for number, one in enumerate(made.steps, 1):
        place = f" ({one.place})" if one.place else ""
        until = "" if one.until is None else " · " + context.say("kit.until", day=one.until.isoformat())
        lines.append(f"{number:3}. {context.words.label('kit.step', one.code)}{place}{until}")
    return (*lines, "")
