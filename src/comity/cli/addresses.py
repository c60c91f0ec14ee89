"""``comity address check``: on which networks an address holds, or why a text is none. Needs no node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.output import Reply, printable, table

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.tracing.addresses.networks import AddressCheck


def check(context: Context) -> Reply:
    """Judge an address; that it is none is an answer."""
    import msgspec

    found = context.toolbox.check_address(context.options.text("address"))
    value = msgspec.to_builtins(found)
    value["said"] = "" if found.valid else _why(context, found)
    return Reply(value=value, lines=_fit(context, found) if found.valid else _fault(context, found))


def _fit(context: Context, found: AddressCheck) -> tuple[str, ...]:
    label = context.words.label
    rows = [
        (label("address", "networks"), ", ".join(found.networks)),
        (label("address", "kind"), found.kind),
        (label("address", "form"), found.form),
    ]
    lines = [found.address, *table(rows, indent=2)]
    if not found.checked:
        lines.append(context.say("line.address_unchecked"))
    if len(found.networks) > 1:
        lines.append(context.say("line.address_several"))
    return tuple(lines)


def _fault(context: Context, found: AddressCheck) -> tuple[str, ...]:
    lines = [printable(found.value)] if found.value else []
    lines.append(_why(context, found))
    lines.append(context.words.label("address.mend", found.reason))
    return tuple(lines)


def _why(context: Context, found: AddressCheck) -> str:
    said = context.words.label("address.reason", found.reason)
    return context.say("line.address_place", said=said, place=found.place) if found.place else said
