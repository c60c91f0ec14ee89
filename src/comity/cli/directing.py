"""Commands of the directory: who is who, what is missing there, and which office takes a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.context import read_file
from comity.cli.mandating import rows as mandate_rows
from comity.cli.mandating import values as mandate_values
from comity.cli.nodes import entry_passphrase, instant_of
from comity.cli.output import Reply, printable, table, wrap
from comity.cli.pages import assessment_lines
from comity.cli.problems import UsageError
from comity.cli.values import assessment_value, moment

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.exchange.services import Service
    from comity.node.listed import PartyEntry
    from comity.node.wayfinding import RouteView


def show(context: Context) -> Reply:
    """Show what one Party publishes of its offices, or all of them."""
    code = context.options.text("party")
    with context.desks() as desks:
        found = (desks.directory.party(code),) if code else desks.directory.parties()
    lines: list[str] = []
    for one in found:
        lines += _party_lines(context, one)
    return Reply(value={"parties": [_party_value(one) for one in found]}, lines=tuple(lines))


def check(context: Context) -> Reply:
    """Tell what is missing in, or wrong with, what Parties publish; the answer is 0 whatever is found."""
    from comity.kernel.findings import Assessment

    with context.desks() as desks:
        found = Assessment.of(desks.directory.check(context.options.text("party")))
    lines = assessment_lines(found, context.words) if found.findings else (context.say("line.none"),)
    return Reply(value=assessment_value(found, context.words), lines=lines)


def route(context: Context) -> Reply:
    """Tell which office of a Party takes a request, and why, step by step."""
    options = context.options
    at = instant_of(options.text("on"), where="--on")
    with context.desks() as desks:
        found = desks.directory.route(
            requesting=options.text("requesting"),
            requested=options.text("requested"),
            kind=_kind(options.text("kind")),
            at=at,
            territory=options.text("territory"),
            instrument=options.text("instrument"),
            language=options.text("language"),
            urgent=options.flag("urgent"),
        )
    return Reply(value=_route_value(context, found), lines=_route_lines(context, found))


def publish(context: Context) -> Reply:
    """Publish what an office takes, from a file."""
    options = context.options
    data = read_file(options.text("file"))
    with context.seated() as (desks, actor):
        authority = options.text("authority") or actor.authority
        made = desks.directory.publish(
            actor,
            authority=authority,
            service=data,
            confirmed_by=options.many("confirmed_by"),
            entry_passphrase=entry_passphrase(context, desks),
        )
    line = context.say("line.service_published", authority=authority)
    return Reply(value={"authority": authority, "service": _service_value(made)}, lines=(line,))


def _party_value(one: PartyEntry) -> dict[str, object]:
    return {
        "party": one.party,
        "root": one.root,
        "version": one.version,
        "issued_at": moment(one.issued_at),
        "expires_at": moment(one.expires_at),
        "heard_at": moment(one.heard_at),
        "flagged_from": one.flagged_from.isoformat() if one.flagged_from else None,
        "blocked_from": one.blocked_from.isoformat() if one.blocked_from else None,
        "freshness": one.freshness,
        "offices": [
            {
                "authority": office.id,
                "names": dict(office.names),
                "types": list(office.types),
                "endpoint": office.endpoint,
                "service": _service_value(office.service),
            }
            for office in one.offices
        ],
        "mandates": None if one.mandates is None else mandate_values(one.mandates),
    }


def _service_value(service: Service | None) -> object:
    import msgspec

    return None if service is None else msgspec.to_builtins(service)


def _party_lines(context: Context, one: PartyEntry) -> list[str]:
    words = context.words
    lines = [
        context.say(
            "directory.party",
            party=one.party,
            version=one.version,
            freshness=words.label("freshness", one.freshness),
        )
    ]
    for office in one.offices:
        types = ", ".join(words.label("office_type", code) for code in office.types)
        name = printable(next((text for _, text in office.names), ""))
        lines += [f"  {office.id}  {name}", *wrap(types, indent=4)]
        if office.service is not None:
            told = [
                (context.say("label.languages"), ", ".join(office.service.languages)),
                (context.say("label.kinds"), ", ".join(office.service.kinds)),
                (context.say("label.channels"), ", ".join(office.service.channels)),
                *((contact.name, contact.telephone or contact.mail) for contact in office.service.contacts),
            ]
            lines += table([(printable(k), printable(v)) for k, v in told if v], indent=4)
    if one.mandates:
        lines += ["  " + line for line in mandate_rows(context, one.mandates)]
    return lines


def _route_value(context: Context, found: RouteView) -> dict[str, object]:
    import msgspec

    return {
        "requesting": found.requesting,
        "requested": found.requested,
        "kind": found.kind,
        "on": moment(found.at),
        "instrument": found.instrument,
        "authority": found.authority,
        "is_open": found.is_open,
        "why": [
            {
                "step": one.code,
                "left": list(one.left),
                "message": context.say(f"route.{one.code}", **one.parameters),
            }
            for one in found.steps
        ],
        "contacts": msgspec.to_builtins(found.contacts),
        "form": msgspec.to_builtins(found.form),
    }


def _route_lines(context: Context, found: RouteView) -> tuple[str, ...]:
    head = context.say("line.route", authority=found.authority) if found.authority else ""
    lines = [head or context.say("line.route_none", party=found.requested)]
    for one in found.steps:
        lines += wrap(context.say(f"route.{one.code}", **one.parameters), indent=2, hang=2)
        lines.append("    " + ", ".join(one.left))
    lines += table([(printable(c.name), printable(c.telephone or c.mail)) for c in found.contacts], indent=2)
    return tuple(lines)


def _kind(text: str) -> str:
    from comity.requests.kinds import all_kinds, find_kind

    if find_kind(text) is None:
        choices = ", ".join(kind.code for kind in all_kinds())
        raise UsageError("usage.choice", where="--kind", value=text[:40], choices=choices)
    return text
