"""Commands on officers' roles and settings, on the published keys, and on alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.nodes import entry_passphrase
from comity.cli.output import Reply, printable, table
from comity.cli.problems import UsageError
from comity.cli.values import moment, officer_value
from comity.wording import LANGUAGES

if TYPE_CHECKING:
    from comity.cli.context import Context

BROWSER = "browser"


def change_roles(context: Context) -> Reply:
    """Publish other roles of an officer, who keeps the key."""
    options = context.options
    with context.seated() as (desks, actor):
        officer = desks.people.change_roles(
            actor,
            name=options.text("name"),
            roles=options.many("role"),
            entry_passphrase=entry_passphrase(context, desks),
        )
    roles = ", ".join(context.words.label("role", role) for role in officer.roles)
    line = context.say("line.officer_roles", officer=officer.name, roles=roles)
    return Reply(value=officer_value(officer), lines=(line,))


def choose_language(context: Context) -> Reply:
    """Keep the language of the acting officer's pages; ``browser`` leaves it to the browser."""
    asked = context.options.text("language")
    if asked not in (*LANGUAGES, BROWSER):
        known = ", ".join((*LANGUAGES, BROWSER))
        raise UsageError("usage.choice", where="LANGUAGE", value=asked[:40], choices=known)
    with context.seated() as (desks, actor):
        desks.people.choose_language(actor, language="" if asked == BROWSER else asked)
    line = context.say("line.language_kept", officer=actor.officer, language=asked)
    return Reply(value={"officer": actor.officer, "language": asked}, lines=(line,))


def keys(context: Context) -> Reply:
    """List the public keys of the offices; never a private one."""
    with context.seated() as (desks, actor):
        found = desks.people.keys(actor)
    values = [
        {
            "authority": key.authority,
            "usage": key.usage,
            "key": key.key,
            "not_before": moment(key.not_before),
            "not_after": moment(key.not_after),
        }
        for key in found
    ]
    rows = [
        (key.authority, key.usage, key.key[:16], moment(key.not_before) or "", moment(key.not_after) or "")
        for key in found
    ]
    return Reply(value={"keys": values}, lines=table(rows))


def rotate(context: Context) -> Reply:
    """Publish a new age key for an office, where its newest is a month old."""
    with context.seated() as (desks, actor):
        authority = context.options.text("authority") or actor.authority
        was_due = desks.people.rotate(
            actor, authority=authority, entry_passphrase=entry_passphrase(context, desks)
        )
    line = context.say("line.rotated" if was_due else "line.rotation_not_due", authority=authority)
    return Reply(value={"authority": authority, "rotated": was_due}, lines=(line,))


def alarms(context: Context) -> Reply:
    """List the alarms of the exchange, newest first."""
    with context.seated() as (desks, actor):
        found = desks.peers.alarms(actor)
    rows = [
        (moment(one.at) or "", one.party, context.words.label("alarm", one.code), printable(one.detail))
        for one in found
    ]
    values = [
        {"code": one.code, "at": moment(one.at), "party": one.party, "detail": one.detail} for one in found
    ]
    return Reply(value={"alarms": values}, lines=table(rows) or (context.say("line.none"),))
