"""Commands of rights and services of victims: what is known of a State, in the victim's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.context import read_file
from comity.cli.output import Reply, printable
from comity.cli.restitution import pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.cli.context import Context
    from comity.node.rights import RightView

_MOST = 8 << 20


def listing(context: Context) -> Reply:
    """List rights and services."""
    from msgspec import to_builtins

    options = context.options
    party = options.text("rights_party").upper()
    with context.seated() as (desks, actor):
        found = desks.rights.listed(
            actor, party=party, language=options.text("rights_language") or context.words.language
        )
    lines = tuple(line for one in found for line in _lines(context, one))
    return Reply(value=to_builtins(found), lines=lines or (context.say("line.rights_none"),))


def take(context: Context) -> Reply:
    """Take a file of records in."""
    data = read_file(context.options.text("rights_file"), most=_MOST)
    with context.seated() as (desks, actor):
        count = desks.rights.take(actor, data=data)
    return Reply(value={"taken": count}, lines=(context.say("line.rights_taken", count=count),))


def edit(context: Context) -> Reply:
    """Keep one record, its words in one language."""
    from msgspec import to_builtins

    values = dict(pairs(context.options.many("answers")))
    with context.seated() as (desks, actor):
        found = desks.rights.edit(actor, values=values)
    return Reply(value=to_builtins(found), lines=tuple(_lines(context, found)))


def drop(context: Context) -> Reply:
    """Take a record out."""
    party, code = context.options.text("rights_party").upper(), context.options.text("rights_code")
    with context.seated() as (desks, actor):
        desks.rights.drop(actor, party=party, code=code)
    line = context.say("line.rights_dropped", party=printable(party), code=printable(code))
    return Reply(value={"party": party, "code": code}, lines=(line,))


def _lines(context: Context, one: RightView) -> Iterator[str]:
    kind = context.words.label("victims.right", one.kind)
    yield f"{one.party}/{one.code}  {kind}: {printable(one.title)}"
    for text in (one.text, one.provision, one.reach):
        if text:
            yield f"  {printable(text)}"
    source = context.say("line.rights_source", source=printable(one.source), dated=one.dated)
    yield f"  {source} ({', '.join(one.languages)})"
