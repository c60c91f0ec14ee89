"""Commands on profiles: made from reviews, approved, signed, withdrawn; verified by anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.context import read_file, write_file
from comity.cli.output import Reply, printable, wrap
from comity.cli.problems import UsageError
from comity.kernel.clock import Instant, format_instant

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.node.profiling import StatedView

_MOST_PAPER = 8 << 20
_KEY = 32
_REFUSED = 7


def make(context: Context) -> Reply:
    """Make the next version of the own profile from the reviews of one's office."""
    options = context.options
    with context.seated() as (desks, actor):
        made = desks.profiles.make(
            actor, language=options.text("language") or "en", holds_from=options.text("holds_from")
        )
    return _told(context, made)


def withdraw(context: Context) -> Reply:
    """Make a version that withdraws the own profile."""
    with context.seated() as (desks, actor):
        made = desks.profiles.withdraw(actor)
    return _told(context, made)


def approve(context: Context) -> Reply:
    """Approve what waits."""
    with context.seated() as (desks, actor):
        made = desks.profiles.approve(actor, reason=context.options.text("reason"))
    return _told(context, made)


def publish(context: Context) -> Reply:
    """Sign what waits and is approved."""
    with context.seated() as (desks, actor):
        made = desks.profiles.publish(actor)
    return _told(context, made)


def drop(context: Context) -> Reply:
    """Forget what waits."""
    with context.seated() as (desks, actor):
        desks.profiles.drop(actor)
    return Reply(value={"dropped": True}, lines=(context.say("line.law.profile_dropped"),))


def listing(context: Context) -> Reply:
    """List what Parties state of their law, and what waits here."""
    with context.seated() as (desks, actor):
        waiting = desks.profiles.pending(actor)
        found = desks.profiles.stated(actor, history=context.options.flag("history"))
    shown = (*(() if waiting is None else (waiting,)), *found)
    lines = [line for one in shown for line in _lines(context, one)]
    return Reply(value=[_value(one) for one in shown], lines=tuple(lines) or (context.say("line.none"),))


def export(context: Context) -> Reply:
    """Write a signed profile to a file that anybody can check."""
    options = context.options
    version = options.text("version")
    if version and not (version.isascii() and version.isdigit() and len(version) < 7):
        raise UsageError("usage.count", where="--version", value=version[:20], most="999999")
    with context.seated() as (desks, actor):
        data = desks.profiles.paper(actor, party=options.text("party"), version=int(version or 0))
    out = options.text("file")
    write_file(out, data)
    return Reply(value={"file": out}, lines=(context.say("line.written", path=out),))


def verify(context: Context) -> Reply:
    """Verify a signed profile; exit 0 where everything holds and the root is trusted, else 7."""
    from comity.node.lawviews import head_view

    options = context.options
    path = options.text("file")
    profile, verdict, trusted = context.toolbox.law().verify(
        context.node_named, read_file(path, most=_MOST_PAPER), trust=options.text("trust") or None, where=path
    )
    import msgspec

    value = {
        "verdict": verdict,
        "trusted": trusted,
        "id": profile.id,
        "supersedes": profile.supersedes,
        "profile": msgspec.to_builtins(head_view(profile)),
    }
    said = profile.confirmation
    lines = [
        context.say("line.law.verified", verdict=verdict, country=profile.country, version=profile.version)
    ]
    if said is not None:
        lines += wrap(
            context.say(
                "line.law.confirmed",
                country=profile.country,
                as_of=profile.as_of.isoformat(),
                person=printable(said.person),
                authority=printable(said.authority),
                on=said.on.isoformat(),
            ),
            indent=0,
        )
    if not trusted:
        lines += wrap(context.say("line.law.untrusted_root"), indent=0)
    return Reply(value=value, lines=tuple(lines), exit_code=0 if trusted else _REFUSED)


def take(context: Context) -> Reply:
    """Take in a confirmed profile under a key that the reader names."""
    import msgspec

    from comity.node.lawviews import head_view

    options = context.options
    path = options.text("file")
    try:
        public = bytes.fromhex(options.text("key"))
    except ValueError:
        public = b""
    if len(public) != _KEY:
        raise UsageError("usage.public_key", where="--key", value=options.text("key")[:20])
    taken = context.toolbox.take_profile(context.node, read_file(path), public=public, where=path)
    said = taken.confirmation
    assert said is not None
    line = context.say(
        "line.law.profile_taken", country=taken.country, person=said.person, authority=said.authority
    )
    return Reply(value=msgspec.to_builtins(head_view(taken)), lines=(line,))


def _told(context: Context, view: StatedView) -> Reply:
    return Reply(value=_value(view), lines=tuple(_lines(context, view)))


def _value(view: StatedView) -> object:
    import msgspec

    told = msgspec.to_builtins(view)
    approved = [{"officer": name, "role": role} for name, role in view.approved_by]
    taken = format_instant(Instant(view.taken_at)) if view.taken_at else None
    return {**told, "approved_by": approved, "taken_at": taken}


def _lines(context: Context, view: StatedView) -> list[str]:
    words = context.words
    standing = words.label("law.standing", view.standing)
    status = words.label("law.status", view.status)
    lines = [f"{view.country} {view.version}  {status}  {standing}  {view.id[:16]}"]
    lines += wrap(
        context.say(
            "line.law.confirmed",
            country=view.country,
            as_of=view.as_of,
            person=printable(view.person),
            authority=printable(view.authority),
            on=view.on,
        ),
        indent=2,
    )
    if view.approved_by:
        given = ", ".join(
            f"{printable(name)} ({words.label('role', role)})" for name, role in view.approved_by
        )
        lines += wrap(context.say("line.law.approved_by", officers=given), indent=2)
    if view.roles_missing:
        missing = ", ".join(words.label("role", role) for role in view.roles_missing)
        lines += wrap(context.say("line.law.roles_missing", roles=missing), indent=2)
    if view.articles:
        lines += wrap(context.say("line.law.articles", articles=", ".join(map(str, view.articles))), indent=2)
    return lines
