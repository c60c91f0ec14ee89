"""Commands that make, staff, serve and migrate a node."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from comity.cli.context import passphrase_in
from comity.cli.output import Reply, table
from comity.cli.problems import UsageError
from comity.cli.toolbox import PagesWish, ShelterWish
from comity.cli.values import node_value, officer_value

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.cli.ports import Desks
    from comity.kernel.clock import Instant


def init(context: Context) -> Reply:
    """Make a node: Party root, entry, first authority, first officer."""
    options = context.options
    directory, practice = options.text("directory"), options.flag("practice")
    info = context.toolbox.init_node(
        directory,
        party=options.text("party"),
        name=options.text("name"),
        practice=practice,
        host=options.text("host") or "127.0.0.1",
        store=options.text("store"),
        exchange_port=options.port("exchange_port"),
        passphrase=_new_passphrase(context, path=options.text("passphrase_file"), practice=practice),
        shelter=_shelter(context),
    )
    role = "counsellor" if info.is_shelter else "duty-officer"
    lines = [
        context.say("line.node_made", party=info.party, name=info.name, directory=directory),
        *table(
            (
                (context.say("label.realm"), context.words.label("realm", info.realm.value)),
                (context.say("label.root"), info.root),
                (context.say("label.authorities"), ", ".join(info.authorities)),
                (context.say("label.endpoint"), info.endpoint),
            ),
            indent=2,
        ),
        context.say("next.init", command=f"comity --node {directory} officer add NAME --role {role}"),
    ]
    return Reply(value={"directory": directory, **node_value(info)}, lines=tuple(lines))


def _shelter(context: Context) -> ShelterWish | None:
    options = context.options
    if not options.flag("shelter"):
        return None
    return ShelterWish(
        hotline=options.text("hotline"),
        hotline_address=options.text("hotline_address"),
        contact=options.text("contact"),
    )


def serve(context: Context) -> Reply:
    """Serve a node until it is told to stop; one line says when both doors are open."""
    options = context.options
    context.toolbox.serve(
        options.text("directory"),
        port=options.port("port"),
        exchange_port=options.port("exchange_port"),
        host=options.maybe("host"),
        ready=partial(_ready, context),
        only=options.text("only"),
        with_worker=not options.flag("no_worker"),
        share_ports=options.flag("share_ports"),
        pages=PagesWish(
            host=options.text("pages_host"),
            certificate=options.text("pages_certificate"),
            key=options.text("pages_key"),
            behind_proxy=options.flag("behind_proxy"),
        ),
    )
    return Reply(value=None, told=True)


def work(context: Context) -> Reply:
    """Do the work of a node, without doors, until it is told to stop; one line says when it begins."""
    context.toolbox.work(context.options.text("directory"), ready=partial(_ready, context))
    return Reply(value=None, told=True)


def _ready(context: Context, line: str) -> None:
    context.answer(Reply(value={"ready": line}, lines=(line,)))


def migrate(context: Context) -> Reply:
    """Bring the tables of the node to the form that this version writes."""
    report = context.toolbox.migrate(context.node)
    before, after = report.version_before, report.version_after
    key = "line.migrated" if before != after else "line.migrated_already"
    return Reply(
        value={"version_before": before, "version_after": after},
        lines=(context.say(key, before=str(before), after=str(after)),),
    )


def add_authority(context: Context) -> Reply:
    """Add an authority of this Party."""
    options = context.options
    authority, roles = options.text("authority"), options.many("role")
    with context.seated() as (desks, actor):
        desks.people.add_authority(
            actor,
            authority=authority,
            name=options.text("name"),
            roles=roles,
            passphrase=entry_passphrase(context, desks),
        )
    return Reply(
        value={"authority": authority, "name": options.text("name"), "roles": list(roles)},
        lines=(context.say("line.authority_added", authority=authority),),
    )


def add_officer(context: Context) -> Reply:
    """Add an officer with a key of their own."""
    options = context.options
    with context.seated() as (desks, actor):
        practice = _is_practice(desks)
        officer = desks.people.add_officer(
            actor,
            authority=options.text("authority") or actor.authority,
            name=options.text("name"),
            roles=options.many("role"),
            passphrase=_new_passphrase(
                context, path=options.text("officer_passphrase_file"), practice=practice
            ),
            entry_passphrase=entry_passphrase(context, desks),
        )
    roles = ", ".join(context.words.label("role", role) for role in officer.roles)
    line = context.say("line.officer_added", officer=officer.name, authority=officer.authority, roles=roles)
    return Reply(value=officer_value(officer), lines=(line,))


def renew(context: Context) -> Reply:
    """Publish every office and officer for another term."""
    from comity.kernel.clock import format_instant

    with context.seated() as (desks, actor):
        end = desks.people.renew(actor, entry_passphrase=entry_passphrase(context, desks))
    until = format_instant(end)
    return Reply(value={"until": until}, lines=(context.say("line.renewed", until=until),))


def sign_in_code(context: Context) -> Reply:
    """Make the code with which an officer of a practice node signs in to the pages."""
    name = context.options.text("name")
    with context.seated() as (desks, actor):
        code = desks.signin.new_code(actor, name=name)
    return Reply(
        value={"officer": name, "code": code},
        lines=(context.say("line.sign_in_code", officer=name, code=code),),
    )


def revoke_officer(context: Context) -> Reply:
    """Take an officer out and revoke the key from a time on."""
    options = context.options
    name, since = options.text("name"), instant_of(options.text("since"), where="--since")
    with context.seated() as (desks, actor):
        desks.people.revoke_officer(
            actor, name=name, since=since, entry_passphrase=entry_passphrase(context, desks)
        )
    return Reply(value={"revoked": name}, lines=(context.say("line.officer_revoked", officer=name),))


def instant_of(text: str, *, where: str) -> Instant | None:
    """Return the instant that a date and time names, UTC where it names no other zone; None for none."""
    from comity.kernel.clock import read_instant
    from comity.kernel.errors import MalformedError

    if not text:
        return None
    try:
        return read_instant(text)
    except ValueError as exc:
        raise MalformedError(
            "time.form", f"{text[:40]!r} is no time", hint="e.g. 2026-11-20T08:00:00Z", where=where
        ) from exc


def list_officers(context: Context) -> Reply:
    """List the officers of the node."""
    with context.desks() as desks:
        officers = desks.people.officers()
    rows = [
        (o.name, o.authority, ", ".join(context.words.label("role", r) for r in o.roles)) for o in officers
    ]
    return Reply(value={"officers": [officer_value(o) for o in officers]}, lines=table(rows))


def _is_practice(desks: Desks) -> bool:
    return desks.info.realm.value == "practice"


def entry_passphrase(context: Context, desks: Desks) -> bytes | None:
    """Return what opens the key of the Party entry, which every change of offices signs."""
    return None if _is_practice(desks) else context.secret(f"{desks.info.party} entry")


def _new_passphrase(context: Context, *, path: str, practice: bool) -> bytes | None:
    """Return the passphrase of a new key: from a file, asked twice, or None on a practice node."""
    if path:
        return passphrase_in(path)
    if practice:
        return None
    if not context.stdin.isatty():
        raise UsageError("usage.new_passphrase", where="--passphrase-file")
    first = context.ask_secret(context.say("ask.new_passphrase"))
    if not first or first != context.ask_secret(context.say("ask.again")):
        raise UsageError("usage.passphrase_differs")
    return first
