"""Where payloads lie, at the command line: on the node's disk or in an object store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.output import Reply, table

BROKEN = 7
"""Exit code where something did not hold, as that of ``verify``."""

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.cli.values import Value
    from comity.node.places import RoundView, Tell


def show(context: Context) -> Reply:
    """Tell where the payloads of the packages lie."""
    found = context.toolbox.places().show(context.node)
    store = found.store or context.say("line.blobs_none")
    lines = [
        *table(
            (
                (context.say("label.blobs_store"), store),
                (context.say("label.blobs_here"), _counted(context, found.here, found.here_bytes)),
                (context.say("label.blobs_away"), _counted(context, found.away, found.away_bytes)),
            )
        )
    ]
    if found.store and found.stay:
        lines.append(context.say("line.blobs_stay"))
    if found.going:
        lines.append(context.say("line.blobs_going", count=found.going))
    value: Value = {
        "store": found.store or None,
        "stay": found.stay,
        "here": {"packages": found.here, "bytes": found.here_bytes},
        "away": {"packages": found.away, "bytes": found.away_bytes},
        "to_remove": found.going,
    }
    return Reply(value=value, lines=tuple(lines))


def check(context: Context) -> Reply:
    """Look whether the object store can be used; with ``--read`` read every package where it lies."""
    read = context.options.flag("read_all")
    found = context.toolbox.places().check(
        context.node, read=read, tell=teller(context, "line.blobs_progress")
    )
    usable = "line.blobs_usable" if found.asked else "line.blobs_disk_only"
    line = context.say("line.blobs_read", count=found.done) if read else context.say(usable)
    return _reply(context, found, line)


def move(context: Context) -> Reply:
    """Move every payload to an object store, or back to the node's disk; given again it goes on."""
    to = context.options.text("payloads_to")
    found = context.toolbox.places().move(context.node, to=to, tell=teller(context, "line.blobs_progress"))
    return _reply(context, found, context.say("line.blobs_moved", count=found.done))


def _reply(context: Context, found: RoundView, line: str) -> Reply:
    faults = [(fault.name[:16], fault.code, fault.message) for fault in found.faults]
    lines = [line, *table(faults)]
    if faults:
        lines.append(context.say("line.blobs_faults", count=len(faults)))
    value: Value = {
        "done": found.done,
        "faults": [
            {"package": fault.name, "code": fault.code, "message": fault.message} for fault in found.faults
        ],
    }
    return Reply(value=value, lines=tuple(lines), exit_code=BROKEN if faults else 0)


def teller(context: Context, key: str) -> Tell:
    """Return what tells how far it is, on a terminal, in one line that is written over."""
    if not context.stderr.isatty():
        return lambda _done, _total: None

    def tell(done: int, total: int) -> None:
        context.stderr.write("\r" + context.say(key, done=done, total=total))
        context.stderr.write("\n" if done == total else "")
        context.stderr.flush()

    return tell


def _counted(context: Context, count: int, size: int) -> str:
    return context.say("line.blobs_counted", count=count, size=size)
