"""Commands on indicators: what messages give away, what is kept of it, and what it joins."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from comity.cli.context import read_file
from comity.cli.indicatorvalues import (
    campaign_value,
    common_value,
    found_value,
    indicator_value,
    list_name,
    list_value,
    place_value,
    taken_value,
)
from comity.cli.output import Reply, printable, table
from comity.cli.problems import UsageError
from comity.cli.values import moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.cli.context import Context
    from comity.indicators.campaigns import Campaign
    from comity.indicators.families import Family
    from comity.indicators.observations import Found, Note, Observation
    from comity.indicators.statements import Indicator, Retraction
    from comity.node.indicators import Taken, Terms

_MOST_FILE = 128 << 20
_MOST_LINES = 200


def extract(context: Context) -> Reply:
    """Tell what messages and notes give away; needs no node and keeps nothing."""
    found = _extracted(context, _brands(context))
    seen = _observations(context, found)
    rows = [
        (one.kind.value, printable(one.value), one.role.value, str(one.confidence), printable(_place(one)))
        for one in seen
    ]
    lines = table(rows) or (context.say("line.none"),)
    return Reply(value=[found_value(one) for one in seen], lines=lines)


def keep(context: Context) -> Reply:
    """Take messages apart and keep what they give away, under marks and limits."""
    terms = _terms(context)
    with context.seated() as (desks, actor):
        desk = desks.indicators
        found = _extracted(context, desk.references.brands(actor))
        taken = desk.keep(actor, _observations(context, found), terms=terms)
    return _told(context, taken)


def import_(context: Context) -> Reply:
    """Take in files of exchange, each whole or not at all."""
    form = context.options.text("format")
    judge = context.toolbox.indicators().judge
    with context.seated() as (desks, actor):
        made = [
            desks.indicators.import_(
                actor,
                read_file(path, most=_MOST_FILE),
                form=form,
                where=path,
                judge=judge,
                supersede=context.options.text("supersede"),
            )
            for path in context.options.many("file")
        ]
    return _told(context, *made)


def export(context: Context) -> Reply:
    """Write statements as a file of exchange, or print it."""
    from comity.cli.context import write_file

    options = context.options
    with context.seated() as (desks, actor):
        made = desks.sharing.export(
            actor, form=options.text("format"), names=options.many("name"), kind=options.text("kind")
        )
    out = options.text("out")
    if not out and not context.wants_json:
        context.stdout.write(made.data.decode("utf-8") + "\n")
        return Reply(value=None, told=True)
    if out:
        write_file(out, made.data)
    value = {"path": out, "count": made.count, "kept_back": made.kept_back}
    if not out:
        value["data"] = made.data.decode("utf-8")
    line = context.say("line.indicators.exported", count=made.count, path=out, kept=made.kept_back)
    return Reply(value=value, lines=(line,))


def listing(context: Context) -> Reply:
    """List what is kept."""
    options = context.options
    with context.seated() as (desks, actor):
        page = desks.indicators.list(
            actor,
            kind=options.text("kind"),
            value=options.text("value"),
            after=_whole(options.text("after") or "0", "--after"),
        )
    rows = [_row(one) for one in page.indicators]
    lines = table(rows) or (context.say("line.none"),)
    if page.after:
        lines = (*lines, context.say("line.indicators.more", number=page.after))
    value = {"indicators": [indicator_value(one) for one in page.indicators], "after": page.after}
    return Reply(value=value, lines=lines)


def show(context: Context) -> Reply:
    """Show a statement with all its versions, sources and sightings."""
    with context.seated() as (desks, actor):
        versions, seen = desks.indicators.show(actor, name=context.options.text("name"))
    newest = versions[0]
    lines = [*table([_row(one) for one in versions])]
    if newest.retracted is not None:
        lines.append(_gone(context, newest.retracted))
    lines += [
        f"  {printable(one.name)} {one.digest[:16]} {printable(one.place)} {one.offset}"
        for one in newest.sources[:_MOST_LINES]
    ]
    value = {
        **indicator_value(newest, with_sources=True),
        "versions": [indicator_value(one) for one in versions],
        "sightings": [
            {"at": moment(one.at), "count": one.count, "harmless": one.harmless, "author": one.author}
            for one in seen
        ],
    }
    return Reply(value=value, lines=tuple(lines))


def sight(context: Context) -> Reply:
    """Record that an indicator was seen again, or was a false alarm."""
    options = context.options
    count = _whole(options.text("count") or "1", "--count")
    with context.seated() as (desks, actor):
        made = desks.indicators.sight(
            actor, name=options.text("name"), count=max(1, count), harmless=options.flag("harmless")
        )
    return Reply(
        value={"id": made.id, "indicator": made.indicator, "count": made.count},
        lines=(context.say("line.indicators.sighted", name=made.indicator),),
    )


def campaigns(context: Context) -> Reply:
    """List the campaigns that join messages, with the reasons; of one that is named, every message."""
    from comity.indicators.errors import no_indicator

    wanted = context.options.text("campaign")
    with context.seated() as (desks, actor):
        found = desks.indicators.campaigns(actor)
    if wanted:
        chosen = next((one for one in found.campaigns if one.id == wanted), None)
        if chosen is None:
            raise no_indicator(wanted)
        lines = [*_campaign_lines(context, chosen, 100), *(f"  {digest}" for digest in chosen.sources)]
        return Reply(value=campaign_value(chosen, most=len(chosen.sources)), lines=tuple(lines))
    lines = [line for one in found.campaigns for line in _campaign_lines(context, one, 5)]
    lines += [
        context.say(
            "line.indicators.common",
            type=one.kind.value,
            value=printable(one.value),
            count=one.count,
            groups=one.groups,
        )
        for one in found.common[:_MOST_LINES]
    ]
    value = {
        "campaigns": [campaign_value(one) for one in found.campaigns],
        "common": [common_value(one) for one in found.common],
    }
    return Reply(value=value, lines=tuple(lines) or (context.say("line.none"),))


def places(context: Context) -> Reply:
    """List the places of a value beyond those that its statement bears itself."""
    after = _whole(context.options.text("after") or "0", "--after")
    with context.seated() as (desks, actor):
        page = desks.indicators.places(actor, name=context.options.text("name"), after=after)
    lines = [
        f"{one.digest[:16]} {printable(one.name)} {printable(one.place)} {one.offset}" for one in page.places
    ]
    if page.after:
        lines.append(context.say("line.indicators.more", number=page.after))
    return Reply(
        value={"places": [place_value(one) for one in page.places], "after": page.after},
        lines=tuple(lines) or (context.say("line.none"),),
    )


def _campaign_lines(context: Context, one: Campaign, most: int) -> list[str]:
    return [
        context.say("line.indicators.campaign", name=one.id, count=len(one.sources)),
        *(
            f"  {reason.kind.value} {printable(reason.value)} × {reason.count}"
            for reason in one.reasons[:most]
        ),
    ]


def family(context: Context) -> Reply:
    """Tell which families of ransomware a name, an ending, a note or a hidden service means, or who acts."""
    from comity.kernel.errors import NotFoundError

    name = context.options.text("family")
    with context.seated() as (desks, actor):
        families = desks.indicators.references.families(actor)
        acting = desks.indicators.references.actors(actor).named(name)
    known = (
        families.named(name),
        *families.by_ending(name),
        *families.by_note(name),
        *families.by_site(name),
    )
    found = list({one.name: one for one in known if one is not None}.values())
    if not found and acting is None:
        raise NotFoundError(
            "indicators.family",
            f"no family is known as {name[:60]!r}",
            hint="take in a galaxy of families first: comity indicators learn FILE",
        )
    told = [*(("family", one) for one in found), *([("actor", acting)] if acting is not None else [])]
    value = [
        {
            "kind": kind,
            "name": one.name,
            "uuid": one.uuid,
            "synonyms": list(one.synonyms),
            "extensions": list(one.extensions),
            "notes": list(one.notes),
            "sites": list(one.sites),
        }
        for kind, one in told
    ]
    lines = [line for _, one in told for line in (one.name, *(f"  {text}" for text in _traits(one)))]
    return Reply(value=value, lines=tuple(printable(line) for line in lines))


def learn(context: Context) -> Reply:
    """Take in warning lists, families of ransomware, and lists of brands."""
    with context.seated() as (desks, actor):
        made = [
            desks.indicators.references.take(actor, read_file(path, most=_MOST_FILE), where=path)
            for path in context.options.many("file")
        ]
    rows = [(one.kind, printable(one.name), str(one.entries)) for one in made]
    lines = list(table(rows))
    for one in made:
        if one.known:
            lines.append(context.say("line.indicators.known", known=one.known, name=printable(one.name)))
            lines += [f"  {each.id}  {printable(each.value)}" for each in one.known_first]
    told = [
        list_value(one) | {"known": one.known, "known_first": [asdict(each) for each in one.known_first]}
        for one in made
    ]
    return Reply(value=told, lines=tuple(lines))


def lists(context: Context) -> Reply:
    """List what was taken in, and the lists that ship with the software."""
    with context.seated() as (desks, actor):
        found = desks.indicators.references.lists(actor)
    ships = context.say("line.indicators.ships")
    rows = [
        (one.kind, list_name(context, one.name), one.version, str(one.entries), moment(one.at) or ships)
        for one in found
    ]
    return Reply(value=[list_value(one) for one in found], lines=table(rows))


def _traits(one: Family) -> tuple[str, ...]:
    return (*one.synonyms, *one.extensions, *one.notes[:10], *one.sites[:10])


def _extracted(context: Context, brands: Sequence[str]) -> Sequence[Found]:
    files = [
        (path.rpartition("/")[2], read_file(path, most=_MOST_FILE)) for path in context.options.many("file")
    ]
    return context.toolbox.indicators().extract(files, brands=brands, region=region_of(context))


def region_of(context: Context) -> str:
    """Return the country whose telephone numbers are read without ``+``; empty where none was told."""
    region = context.options.text("country").upper()
    if region and not (len(region) == 2 and region.isascii() and region.isalpha()):
        raise UsageError("usage.country", where="--country", value=region)
    return region


def _brands(context: Context) -> Sequence[str]:
    path = context.options.text("brands")
    if not path:
        return ()
    from comity.indicators.lookalikes import read_brands

    return read_brands(read_file(path).decode("utf-8", "replace"))


def _observations(context: Context, found: Sequence[Found]) -> list[Observation]:
    from comity.indicators.observations import Note, Observation

    seen: list[Observation] = []
    for one in found:
        if isinstance(one, Observation):
            seen.append(one)
        elif isinstance(one, Note):
            _tell_note(context, one)
    return seen


def _tell_note(context: Context, note: Note) -> None:
    """Say on stderr what was left out; in JSON too, as a line of its own."""
    line = told_note(context, note)
    if not context.wants_json:
        context.stderr.write(line + "\n")


def told_note(context: Context, note: Note) -> str:
    """Return the sentence on something that was left out."""
    return context.say(
        "line.indicators.left_out", file=printable(note.file), code=note.code, detail=printable(note.detail)
    )


def _terms(context: Context) -> Terms:
    from comity.evidence.limits import Onward
    from comity.indicators.marks import UNMARKED, parse_pap, parse_tlp
    from comity.kernel.clock import read_instant
    from comity.node.indicators import Terms

    options = context.options
    until = options.text("until")
    try:
        retain = read_instant(until) if until else None
    except ValueError as exc:
        raise UsageError("usage.date", where="--until", value=until) from exc
    tlp, pap = options.text("tlp"), options.text("pap")
    return Terms(
        tlp=parse_tlp(tlp, where="--tlp") if tlp else UNMARKED,
        pap=parse_pap(pap, where="--pap") if pap else None,
        purpose=options.text("use"),
        basis=options.many("basis"),
        onward=Onward(options.text("onward") or Onward.CONSENT.value),
        retain_until=retain,
        case=options.text("case"),
        family=options.text("family"),
    )


def _told(context: Context, *made: Taken) -> Reply:
    line = context.say(
        "line.indicators.taken",
        added=sum(len(one.added) for one in made),
        renewed=sum(len(one.renewed) for one in made),
        same=sum(one.same for one in made),
        held=sum(one.held for one in made),
    )
    return Reply(value=taken_value(made), lines=(line,))


def _row(one: Indicator) -> tuple[str, ...]:
    state = "retracted" if one.retracted else "published" if one.published else ""
    return (one.id, one.kind.value, printable(one.value), str(one.confidence), one.tlp.label, state)


def _gone(context: Context, one: Retraction) -> str:
    """Return when and why a statement was retracted: the words of a person, or what a code says."""
    why = context.words.label("retraction_code", one.code) if one.code else ""
    told = (why, one.office, one.reason)
    return f"  {moment(one.at)} {' · '.join(printable(part) for part in told if part)}"


def _place(one: Observation) -> str:
    where = one.where
    message = f"#{where.message}" if where.message > 1 else ""
    at = f"@{where.offset}" if where.offset >= 0 else ""
    return f"{where.file}{message} {where.part}{at}"


def _whole(text: str, where: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise UsageError("usage.number", where=where, value=text)
    return int(text)
