"""Commands on time stamps: those that are kept, one as a file, one that somebody brings."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from comity.cli.context import require_file, write_file
from comity.cli.output import Reply, printable, table
from comity.cli.problems import UsageError
from comity.cli.values import moment

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.cli.values import Value
    from comity.ledger.stamps import Silence

_PORTION = 1 << 20


def listing(context: Context) -> Reply:
    """List the tokens that are kept, each judged now, and how the authority answers."""
    with context.seated() as (desks, actor):
        found = desks.stamps.shown(actor)
    holds = context.say("line.stamp_holds")
    rows = [(one.kind, one.name, moment(one.at) or "", one.fault or holds) for one in found.stamps]
    lines = list(table(rows)) or [context.say("line.none")]
    lines.append(context.say("line.stamps_waiting", count=found.waiting))
    if not found.configured:
        lines.append(context.say("line.stamps_off"))
    if found.silence is not None:
        silence = found.silence
        since, again = moment(silence.since) or "", moment(silence.next_at) or ""
        lines.append(context.say("line.stamps_silent", since=since, again=again, problem=silence.problem))
    stamps = [
        {"kind": one.kind, "name": one.name, "sha256": one.digest, "at": moment(one.at), "fault": one.fault}
        for one in found.stamps
    ]
    value = {
        "configured": found.configured,
        "stamps": stamps,
        "waiting": found.waiting,
        "silent": _silence_value(found.silence),
    }
    return Reply(value=value, lines=tuple(lines))


def _silence_value(silence: Silence | None) -> Value | None:
    if silence is None:
        return None
    return {
        "since": moment(silence.since),
        "next_at": moment(silence.next_at),
        "failures": silence.failures,
        "problem": silence.problem,
    }


def export(context: Context) -> Reply:
    """Write a token to a file, as openssl ts reads it."""
    out = context.options.text("out")
    with context.seated() as (desks, actor):
        stamp = desks.stamps.token(actor, name=context.options.text("subject"))
    write_file(out, stamp.token)
    subject = stamp.subject
    lines = [context.say("line.stamp_written", path=printable(out), at=moment(stamp.at) or "")]
    name = printable(subject.name)
    lines.append("  " + context.say("line.stamp_over", digest=subject.digest.hex(), name=name))
    value = {
        "path": out,
        "kind": subject.kind,
        "name": subject.name,
        "sha256": subject.digest.hex(),
        "at": moment(stamp.at),
        "text": subject.text or None,
    }
    return Reply(value=value, lines=tuple(lines))


def check(context: Context) -> Reply:
    """Check a token in a file against what it is said to be over."""
    options = context.options
    at = context.toolbox.check_stamp(
        options.text("token"), digest=_digest(context), certificates=options.text("certificates")
    )
    value = {"at": moment(at), "sha256": _digest(context).hex()}
    return Reply(value=value, lines=(context.say("line.stamp_checked", at=moment(at) or ""),))


def _digest(context: Context) -> bytes:
    data, digest = context.options.text("data"), context.options.text("digest")
    if bool(data) == bool(digest):
        raise UsageError(
            "usage.missing", where="--data", missing="--data FILE|--digest HEX", command="comity stamp check"
        )
    if digest:
        from comity.kernel.digests import parse_digest

        return bytes.fromhex(parse_digest(digest, where="--digest"))
    require_file(data)
    state = hashlib.sha256()
    with Path(data).open("rb") as stream:
        while portion := stream.read(_PORTION):
            state.update(portion)
    return state.digest()
