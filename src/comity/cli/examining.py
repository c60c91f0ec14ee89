"""Commands on examination: what lies inside exhibits, and searches in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from comity.cli.nodes import instant_of
from comity.cli.output import Reply, printable, table
from comity.cli.pages import short
from comity.cli.problems import UsageError
from comity.cli.values import moment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from comity.cli.context import Context
    from comity.cli.values import Value
    from comity.evidence.examination import Member, Row
    from comity.kernel.errors import ComityError
    from comity.node.examined import Examined, Hit, Surveyed
    from comity.node.knownfiles import KnownList

_TOLD_EVERY = 256 << 20


def examine(context: Context) -> Reply:
    """Examine a delivery, or a folder that is no exhibit yet."""
    options = context.options
    place = options.text("place")
    told = _told(context)
    if not Path(place).is_dir() and ("/" in place or Path(place).exists()):
        raise _no_folder(place)
    if Path(place).is_dir():
        with context.seated() as (desks, actor):
            found = desks.examination.survey(
                actor, folder=place, handling=options.text("handling") or "ordinary", told=told
            )
        return Reply(value=_surveyed_value(found), lines=_surveyed_lines(context, found))
    with context.seated() as (desks, actor):
        made = desks.examination.examine(
            actor,
            delivery=desks.cases.resolve(place),
            purpose=context.purpose(desks),
            told=told,
        )
    return Reply(value=_examined_value(made), lines=_examined_lines(context, made))


def _no_folder(place: str) -> ComityError:
    from comity.kernel.errors import NotFoundError

    return NotFoundError(
        "examine.folder",
        "there is no such folder",
        hint="a file is put into a folder of its own, and the folder is named"
        if Path(place).exists()
        else "",
        where=place,
    )


def search(context: Context) -> Reply:
    """Search in what was examined in a case."""
    from comity.evidence.triage import Query

    options = context.options
    with context.seated() as (desks, actor):
        page = desks.examination.search(
            actor,
            case=desks.cases.resolve(options.text("case")),
            purpose=context.purpose(desks),
            query=Query(
                text=options.text("text"),
                kind=options.text("kind"),
                note=options.text("note"),
                media_type=options.text("media"),
                digest=options.text("digest"),
                since=instant_of(options.text("since"), where="--since"),
                until=instant_of(options.text("until"), where="--until"),
                known=options.text("known"),
            ),
            after=options.text("after"),
        )
    lines = [line for hit in page.hits for line in _hit_lines(context, hit)] or [context.say("line.none")]
    lines += [context.say("line.examine.refused", root=short(root)) for root in page.refused]
    lines += [context.say("line.examine.unfinished", root=short(root)) for root in page.unfinished]
    if page.after:
        lines.append(context.say("line.examine.more", after=page.after))
    value: Value = {
        "hits": [_hit_value(hit) for hit in page.hits],
        "searched": list(page.searched),
        "refused": list(page.refused),
        "unfinished": list(page.unfinished),
        "after": page.after,
    }
    return Reply(value=value, lines=tuple(lines))


def known(context: Context) -> Reply:
    """List the lists of known files, take one in, or remove one."""
    options = context.options
    with context.seated() as (desks, actor):
        desk = desks.examination.known
        if name := options.text("drop"):
            desk.drop(actor, name=name)
        elif path := options.text("file"):
            missing = [flag for flag in ("name", "source", "dated") if not options.text(flag)]
            if missing:
                raise UsageError(
                    "usage.missing",
                    where=f"--{missing[0]}",
                    missing=f"--{missing[0]}",
                    command="comity evidence known",
                )
            desk.put(
                actor,
                name=options.text("name"),
                path=path,
                source=options.text("source"),
                dated=options.text("dated"),
            )
        lists = desk.lists_here(actor)
    rows = [(one.name, one.dated, str(one.count), printable(one.source)) for one in lists]
    return Reply(
        value={"lists": [_list_value(one) for one in lists]},
        lines=tuple(table(rows)) or (context.say("line.none"),),
    )


def _told(context: Context) -> Callable[[int], None]:
    """Return what tells on stderr how far an examination came, a line for each quarter of a GiB."""
    state = {"read": 0, "said": 0}

    def told(count: int) -> None:
        state["read"] += count
        if state["read"] - state["said"] >= _TOLD_EVERY:
            state["said"] = state["read"]
            context.stderr.write(context.say("line.examine.told", size=state["read"] >> 20) + "\n")
            context.stderr.flush()

    return told


def _examined_lines(context: Context, made: Examined) -> tuple[str, ...]:
    key = "line.examine.done" if made.complete else "line.examine.stopped"
    first = context.say(key, members=made.members, found=made.found, remarks=made.remarks, size=made.size)
    lines = [first, *_tables(context, made.types, made.kinds, made.notes)]
    if made.refused:
        numbers = ", ".join(str(number) for number in made.refused)
        lines.append(context.say("line.examine.left", numbers=numbers))
    lines.append(context.say("line.examine.confined", layers=", ".join(made.confined)))
    return tuple(lines)


def _surveyed_lines(context: Context, found: Surveyed) -> tuple[str, ...]:
    counts = found.counts
    first = context.say(
        "line.examine.done",
        members=counts.members,
        found=counts.found,
        remarks=counts.remarks,
        size=counts.size,
    )
    told = [line for row in found.rows if (line := _remark_line(context, row, found.rows))]
    return (first, *_tables(context, counts.types, counts.kinds, counts.notes), *told)


def _remark_line(context: Context, row: Row, rows: tuple[Row, ...]) -> str:
    from comity.evidence.examination import Member, Remark

    if not isinstance(row, Remark):
        return ""
    names = {(one.exhibit, one.number): one for one in rows if isinstance(one, Member)}
    member = names.get((row.exhibit, row.number))
    place = _path(member) if member is not None else f"{row.exhibit}/{row.number}"
    label = context.words.label("examine.note", row.code)
    return f"  {place}: {label}" + (f" ({printable(row.detail)})" if row.detail else "")


def _tables(
    context: Context, types: Mapping[str, int], kinds: Mapping[str, int], notes: Mapping[str, int]
) -> list[str]:
    by_count = [(name, types[name]) for name in sorted(types, key=lambda one: (-types[one], one))]
    rows = [(str(count), printable(name)) for name, count in by_count[:20]]
    rows += [(str(count), context.words.label("examine.kind", name)) for name, count in sorted(kinds.items())]
    rows += [(str(count), context.words.label("examine.note", name)) for name, count in sorted(notes.items())]
    return list(table(rows, indent=2))


def _hit_lines(context: Context, hit: Hit) -> tuple[str, ...]:
    from comity.evidence.examination import Found, Member

    row, member = hit.match.row, hit.match.member
    place = f"{short(hit.bag_root)}:{member.exhibit} {_path(member)}"
    if isinstance(row, Found):
        kind = context.words.label("examine.kind", row.kind)
        return (f"{kind}  {printable(row.value)}  {place}  @{row.offset}+{row.length}",)
    if isinstance(row, Member):
        lists = f"  [{', '.join(hit.match.known)}]" if hit.match.known else ""
        dated = moment_of(row)
        return (f"{place}  {row.size}  {row.media_type}  {dated}  {row.sha256[:16]}{lists}".rstrip(),)
    label = context.words.label("examine.note", row.code)
    return (f"{label}  {place}" + (f"  ({printable(row.detail)})" if row.detail else ""),)


def moment_of(member: Member) -> str:
    """Return the date that a member claims, as text; empty where it claims none that a calendar has."""
    from comity.kernel.clock import Instant

    try:
        return moment(Instant(member.dated)) or "" if member.dated is not None else ""
    except (ValueError, OverflowError):
        return ""


def _path(member: Member) -> str:
    return " › ".join(printable(name) for name in member.path) or f"#{member.number}"


def _hit_value(hit: Hit) -> Value:
    import msgspec

    row: dict[str, object] = msgspec.to_builtins(hit.match.row)
    member: dict[str, object] = msgspec.to_builtins(hit.match.member)
    return {
        "bag_root": hit.bag_root,
        "delivery": hit.delivery,
        "row": row,
        "member": member,
        "known": list(hit.match.known),
    }


def _examined_value(made: Examined) -> Value:
    import msgspec

    value: Value = msgspec.to_builtins(made)
    return {**value, "at": moment_value(made.at)}


def moment_value(at: int) -> str:
    """Return microseconds as text."""
    from comity.kernel.clock import Instant

    return moment(Instant(at)) or ""


def _surveyed_value(found: Surveyed) -> Value:
    import msgspec

    return {
        "folder": found.folder,
        "tools": dict(found.tools.versions),
        "confined": list(found.tools.confined),
        "members": found.counts.members,
        "found": found.counts.found,
        "remarks": found.counts.remarks,
        "size": found.counts.size,
        "types": dict(found.counts.types),
        "kinds": dict(found.counts.kinds),
        "notes": dict(found.counts.notes),
        "rows": [msgspec.to_builtins(row) for row in found.rows],
    }


def _list_value(one: KnownList) -> Value:
    return {
        "name": one.name,
        "source": one.source,
        "dated": one.dated,
        "count": one.count,
        "at": moment_value(one.at),
        "officer": one.officer,
    }
