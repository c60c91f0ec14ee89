"""Commands of the protection room. Fingerprints are made without a node; lists and matches are a node's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from comity.cli.context import read_file, write_file
from comity.cli.days import day_named
from comity.cli.output import Reply, printable, table
from comity.cli.problems import UsageError

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.node.hashviews import Grounds, ImportView, ListView
    from comity.protection.fingerprints import Hashed
    from comity.protection.matching import Answer, Question

_MOST_LIST = 1 << 30
_MOST_HASHES = 64 << 20


def hashed(context: Context) -> Reply:
    """Tell the fingerprints of pictures; nothing of a picture is kept."""
    found = tuple(context.toolbox.hash_files(context.options.many("picture")))
    value = [
        {
            "file": one.file,
            "pdq": one.prints.pdq.hex() or None,
            "quality": one.prints.quality or 0,
            "matchable": one.prints.matchable,
            "md5": one.prints.md5.hex(),
            "sha256": one.prints.sha256.hex(),
        }
        for one in found
    ]
    return Reply(value=value, lines=tuple(line for one in found for line in _hash_lines(context, one)))


def _hash_lines(context: Context, one: Hashed) -> tuple[str, ...]:
    prints = one.prints
    rows = [("md5", prints.md5.hex()), ("sha256", prints.sha256.hex())]
    if prints.pdq:
        rows.insert(0, ("pdq", f"{prints.pdq.hex()}  {prints.quality}/100"))
    notes = []
    if one.note:
        notes.append(context.words.label("hash_note", one.note))
    if prints.pdq and not prints.matchable:
        notes.append(context.say("line.not_matchable"))
    return (printable(one.file), *table(rows, indent=2), *(f"  {note}" for note in notes))


def match(context: Context) -> Reply:
    """Compare pictures and hashes with a list."""
    from comity.protection.matching import Question, is_hash, question_of

    options = context.options
    asked = [*options.many("asked"), *_listed(options.text("hashes"))]
    if not asked:
        raise UsageError("usage.asked", where="FILE|HASH")
    bare = {one for one in asked if is_hash(one) and not Path(one).exists()}
    files = [one for one in asked if one not in bare]
    made = iter(tuple(context.toolbox.hash_files(files)) if files else ())
    questions: list[Question] = []
    for one in asked:
        if one in bare:
            questions.append(question_of(one))
            continue
        found = next(made)
        questions.append(Question(name=one, prints=found.prints, turned=found.turned))
    with context.seated() as (desks, actor):
        answers = desks.hashes.match(actor, name=options.text("hash_list"), questions=questions)
    lines = tuple(line for one in answers for line in _answer_lines(context, one))
    return Reply(value=[_answer_value(one) for one in answers], lines=(*lines, context.say("line.lead_only")))


def _listed(path: str) -> list[str]:
    if not path:
        return []
    text = read_file(path, most=_MOST_HASHES).decode("utf-8", "replace")
    return [line.strip() for line in text.splitlines() if line.strip()]


def _answer_value(one: Answer) -> dict[str, object]:
    from msgspec import to_builtins

    value: dict[str, object] = to_builtins(one)
    return value


def _answer_lines(context: Context, one: Answer) -> tuple[str, ...]:
    if not one.matches:
        key = "line.no_match" if one.matchable else "line.no_match_unlike"
        return (printable(one.name), "  " + context.say(key))
    rows = [
        (
            match.on,
            context.say("line.bits", distance=match.distance, most=match.most)
            if match.on == "pdq"
            else context.say("line.same_bytes"),
            context.words.label("turn", match.turn.value),
            context.words.label("hash_category", match.category),
            printable(match.id),
            printable(match.member),
        )
        for match in one.matches
    ]
    more = (context.say("line.more_matches", count=one.more),) if one.more else ()
    barred = (context.say("line.hash_bar"),) if any(match.bar for match in one.matches) else ()
    return (printable(one.name), *table(rows, indent=2), *(f"  {line}" for line in (*more, *barred)))


def listing(context: Context) -> Reply:
    """List the lists, with the records of who holds and receives them."""
    from msgspec import to_builtins

    with context.seated() as (desks, actor):
        found = desks.hashes.lists(actor)
    lines = tuple(line for one in found for line in _list_lines(context, one))
    return Reply(value=[to_builtins(one) for one in found], lines=lines or (context.say("line.none"),))


def _list_lines(context: Context, one: ListView) -> tuple[str, ...]:
    head = context.say(
        "line.hash_list",
        name=one.name,
        subject=context.words.label("hash_subject", one.subject),
        source=printable(one.source),
        count=one.entries,
    )
    held = [(one.holding, "line.hash_held"), *((each, "line.hash_received") for each in one.receivers)]
    records = tuple(
        "  "
        + context.say(
            key,
            name=printable(each.name),
            ground=printable(each.ground),
            licence=printable(each.licence),
            onward=context.words.label("hash_onward", "yes" if each.onward else "no"),
        )
        for each, key in held
    )
    gone = ("  " + context.say("line.hash_retracted"),) if one.retracted is not None else ()
    return (head, *records, *gone)


def import_(context: Context) -> Reply:
    """Take files into a list."""
    from comity.node.hashviews import About

    options = context.options
    about = About(
        subject=options.text("hash_subject") or "child",
        source=options.text("hash_source"),
        dated=options.text("hash_dated"),
        category=options.text("hash_category"),
    )
    grounds = _grounds(context)
    files = [(path, read_file(path, most=_MOST_LIST)) for path in options.many("hash_file")]
    made = []
    with context.seated() as (desks, actor):
        for _, data in files:
            made.append(
                desks.hashes.take_in(
                    actor,
                    name=options.text("hash_list"),
                    data=data,
                    form=options.text("hash_form"),
                    about=about,
                    grounds=grounds,
                )
            )
            grounds = None
    value = [{"file": path, **_counts(one)} for (path, _), one in zip(files, made, strict=True)]
    return Reply(value=value, lines=tuple(_counts_line(context, one) for one in made))


def _grounds(context: Context) -> Grounds | None:
    from comity.kernel.clock import start_of
    from comity.node.hashviews import Grounds

    options = context.options
    told = [options.text(name) for name in ("hash_ground", "hash_licence", "hash_until")]
    if not any(told) and not options.flag("hash_onward"):
        return None
    return Grounds(
        ground=told[0],
        licence=told[1],
        onward=options.flag("hash_onward"),
        until=start_of(day_named(told[2])) if told[2] else None,
    )


def _counts(one: ImportView) -> dict[str, object]:
    from msgspec import to_builtins

    value: dict[str, object] = to_builtins(one)
    return value


def _counts_line(context: Context, one: ImportView) -> str:
    return context.say(
        "line.hash_taken",
        name=one.list,
        added=one.added,
        changed=one.changed,
        same=one.same,
        withdrawn=one.withdrawn,
        without=one.without,
    )


def export(context: Context) -> Reply:
    """Write a list to a file for somebody who may receive it."""
    options = context.options
    out, name, to = options.text("hash_out"), options.text("hash_list"), options.text("receiver")
    with context.seated() as (desks, actor):
        data = desks.hashes.give_out(actor, name=name, to=to, form=options.text("hash_form") or "csv")
    write_file(out, data)
    value = {"list": name, "to": to, "out": out, "size": len(data)}
    return Reply(value=value, lines=(context.say("line.hash_written", name=name, out=out),))


def share(context: Context) -> Reply:
    """Record that somebody may receive a list, or end that."""
    from comity.node.hashviews import Grounds

    options = context.options
    name, to = options.text("hash_list"), options.text("receiver")
    if "/" in to:  # an office of a peer's node, and no receiver at the doors
        return _share_with_node(context)
    with context.seated() as (desks, actor):
        if options.flag("hash_end"):
            desks.hashes.stop(actor, name=name, to=to)
            return Reply(
                value={"list": name, "receiver": to, "key": ""},
                lines=(context.say("line.hash_ended", name=name, to=to),),
            )
        grounds = _grounds(context) or Grounds(ground="", licence="")
        grounds = replace(grounds, submits=options.flag("hash_submits"))
        made = desks.hashes.share(actor, name=name, to=to, grounds=grounds)
    return Reply(
        value={"list": made.list, "receiver": made.receiver, "key": made.key},
        lines=(
            context.say("line.hash_shared", name=name, to=to),
            context.say("line.hash_key", key=made.key),
            context.say("line.hash_warning"),
        ),
    )


def accept(context: Context) -> Reply:
    """Record that this office may hold a list of a peer, and take it in when it comes."""
    from comity.node.hashviews import About

    options = context.options
    name, source = options.text("hash_list"), options.text("hash_from")
    about = About(subject=options.text("hash_subject") or About().subject, source=options.text("hash_source"))
    with context.seated() as (desks, actor):
        made = desks.hashes.feeds.accept(
            actor,
            source=source,
            name=name,
            local=options.text("hash_local"),
            grounds=_grounds(context),
            about=about,
        )
    value = {"list": made.name, "from": source, "as": name, "subject": made.subject.value}
    return Reply(value=value, lines=(context.say("line.hash_accepted", name=made.name, source=source),))


def _share_with_node(context: Context) -> Reply:
    """Record that an office of a peer may receive a list, or end that."""
    from comity.node.hashviews import Grounds

    options = context.options
    name, to = options.text("hash_list"), options.text("receiver")
    ends = options.flag("hash_end")
    with context.seated() as (desks, actor):
        if ends:
            desks.hashes.feeds.stop(actor, name=name, to=to)
        else:
            desks.hashes.feeds.share(
                actor,
                name=name,
                to=to,
                grounds=_grounds(context) or Grounds(ground="", licence=""),
                consent=options.flag("hash_consent"),
            )
    line = "line.hash_ended" if ends else "line.hash_shared"
    value = {"list": name, "receiver": to, "key": ""}
    lines = (context.say(line, name=name, to=to),)
    return Reply(value=value, lines=lines if ends else (*lines, context.say("line.hash_warning")))


def mark(context: Context) -> Reply:
    """Dispute entries, take them back, or let them count again."""
    options = context.options
    with context.seated() as (desks, actor):
        made = desks.hashes.set_state(
            actor,
            name=options.text("hash_list"),
            ids=options.many("hash_entry"),
            state=options.text("hash_state"),
        )
    return Reply(value=_counts(made), lines=(_counts_line(context, made),))
