"""Commands on sealing: go on with what was interrupted, look at what was sealed; and how far a sealing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.context import read_file
from comity.cli.output import Reply, printable, table, write_lines
from comity.cli.pages import exhibit_notes, exhibit_rows
from comity.cli.problems import UsageError
from comity.cli.values import exhibit_value, moment, seal_value, unfinished_value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comity.cli.context import Context
    from comity.cli.values import Value
    from comity.evidence.inspection import Inside, Inspection
    from comity.evidence.sealing import Sealing
    from comity.node.sealed import UnfinishedView
    from comity.node.views import SealView

_MIB, _GIB = 1 << 20, 1 << 30
_MOST_KEYS = 1 << 16


def resume(context: Context) -> Reply:
    """Go on with a sealing that was interrupted; tell which there are where several are meant."""
    prefix, drop = context.options.maybe("sealing") or "", context.options.flag("drop")
    if drop and not prefix:
        raise UsageError(
            "usage.missing", where="SEALING", missing="SEALING", command="comity evidence resume"
        )
    loose = context.toolbox.unfinished_loose(node=context.node)
    with context.seated() as (desks, actor):
        kept = desks.evidence.sealing.unfinished(actor)
        found = [one for one in (*loose, *kept) if one.name.startswith(prefix)]
        if len(found) != 1:
            return _unfinished(context, found, asked=prefix)
        (one,) = found
        if drop and one in kept:
            desks.evidence.sealing.drop(actor, name=one.name)
        elif drop:
            context.toolbox.resume_loose(one.name, node=context.node, drop=True)
        elif one in kept:
            return sealed_reply(
                context, desks.evidence.sealing.resume(actor, name=one.name, tell=teller(context))
            )
    if drop:
        return Reply(value={"dropped": one.name}, lines=(context.say("line.sealing_dropped", name=one.name),))
    whole = context.toolbox.resume_loose(one.name, node=context.node, tell=teller(context))
    assert whole is not None
    return sealed_reply(context, whole)


def _unfinished(context: Context, found: Sequence[UnfinishedView], *, asked: str) -> Reply:
    if asked and not found:
        from comity.kernel.errors import NotFoundError

        raise NotFoundError(
            "seal.none_unfinished",
            "there is no interrupted sealing of this name",
            hint="'comity evidence resume' without a name tells which there are",
            where=asked[:64],
        )
    rows = [
        (one.name, moment(one.began) or "", printable(", ".join(one.sources)), printable(one.out))
        for one in found
    ]
    return Reply(
        value={"unfinished": [unfinished_value(one) for one in found]},
        lines=table(rows) or (context.say("line.none"),),
    )


def inspect(context: Context) -> Reply:
    """Say what a sealed file is; with a key of a file or of the node, what is inside as well."""
    path, named = context.options.text("path"), context.options.text("identity")
    if named or context.node_named is None:
        texts = read_file(named, most=_MOST_KEYS).decode("utf-8", "replace").splitlines() if named else []
        lines = [line.strip() for line in texts]
        found = context.toolbox.inspect(
            path, identities=[line for line in lines if line and not line.startswith("#")]
        )
    else:
        with context.seated() as (desks, actor):
            found = desks.evidence.inspect(actor, path=path, purpose=context.purpose(desks))
    return Reply(value=_inspection_value(found), lines=tuple(_inspection_lines(context, path, found)))


def _inspection_value(found: Inspection) -> Value:
    from comity.evidence.inspection import kinds_counted

    return {
        "bytes": found.size,
        "suite": found.suite or None,
        "recipients": [{"type": kind, "count": count} for kind, count in kinds_counted(found.recipients)],
        "stock_copy": found.stock_copy,
        "header_bytes": found.header_length,
        "payload_length": found.payload_length,
        "pieces": found.pieces,
        "archive_bytes": found.plain_length,
        "inside": None if found.inside is None else _inside_value(found.inside),
    }


def _inside_value(inside: Inside) -> Value:
    from comity.node.sealed import exhibit_views

    label = inside.label
    return {
        "bag_root": inside.bag_root,
        "realm": label.realm.value,
        "case": label.case,
        "authority": label.authority,
        "sealed_at": moment(label.sealed_at),
        "handling": label.handling.value,
        "left_out": [{"path": one.display, "reason": one.reason} for one in label.left_out],
        "exhibits": [exhibit_value(exhibit) for exhibit in exhibit_views(inside.exhibits)],
    }


def _inspection_lines(context: Context, path: str, found: Inspection) -> list[str]:
    from comity.evidence.inspection import kinds_counted
    from comity.node.sealed import exhibit_views

    say = context.say
    kinds = ", ".join(f"{printable(kind)} × {count}" for kind, count in kinds_counted(found.recipients))
    lines = [
        say("line.sealed_file", path=printable(path), size=found.size),
        "  " + say("line.sealed_to", kinds=kinds, suite=found.suite or "–"),
        "  " + say("line.sealed_payload", length=found.payload_length, pieces=found.pieces),
    ]
    if found.stock_copy:
        lines.append("  " + say("line.stock_copy"))
    if found.plain_length is None:
        lines.append("  " + say("line.cut_off"))
    if found.inside is None:
        return [*lines, "  " + say("line.no_key")]
    label, views = found.inside.label, exhibit_views(found.inside.exhibits)
    about = {"case": label.case or "–", "authority": label.authority, "at": moment(label.sealed_at) or ""}
    return [
        *lines,
        "  " + say("line.package_label", realm=label.realm.value, handling=label.handling.value, **about),
        "  " + say("line.bag_root", root=found.inside.bag_root),
        *exhibit_rows(views, context.words),
        *exhibit_notes(views, context.words),
        *("  " + say("line.left_out", path=one.display, reason=one.reason) for one in label.left_out),
        "  " + say("line.not_verified"),
    ]


def sealed_reply(context: Context, sealed: SealView) -> Reply:
    """Return what was sealed: exhibits, what happened to their sources, the bag root."""
    lines = (
        context.say("line.sealed", path=printable(sealed.path)),
        *exhibit_rows(sealed.exhibits, context.words),
        *exhibit_notes(sealed.exhibits, context.words),
        "  " + context.say("line.bag_root", root=sealed.bag_root),
    )
    return Reply(value=seal_value(sealed), lines=lines)


def teller(context: Context) -> Callable[[Sealing], None] | None:
    """Return what tells people on stderr how far a sealing is: a line for each tenth, a GiB at least."""
    if context.wants_json:
        return None
    told = [0]

    def tell(sealing: Sealing) -> None:
        step = max(_GIB, sealing.total // 10)
        if sealing.done // step > told[0]:
            told[0] = sealing.done // step
            done, total = sealing.done // _MIB, max(sealing.done, sealing.total) // _MIB
            write_lines(context.stderr, [context.say("line.sealing", done=done, total=total)])

    return tell
