"""Indicators as JSON values: names and forms here are stable, scripts read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.output import printable
from comity.cli.values import moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.cli.context import Context
    from comity.cli.values import Value
    from comity.indicators.campaigns import Campaign, Common
    from comity.indicators.observations import Observation
    from comity.indicators.ports import Receiver
    from comity.indicators.statements import Indicator, Retraction, Source
    from comity.node.indicators import Taken
    from comity.node.reference import ListView

MOST_LISTED = 100
"""Sources and indicators of a campaign that are told where it is one of many."""


def found_value(one: Observation) -> Value:
    """Return what a message gave away."""
    where = one.where
    return {
        "type": one.kind.value,
        "value": one.value,
        "where": {
            "file": where.file,
            "digest": where.digest,
            "message": where.message,
            "part": where.part,
            "offset": where.offset,
            "length": where.length,
            "written": where.written,
        },
        "confidence": one.confidence,
        "role": one.role.value,
        "networks": list(one.networks),
        "remarks": list(one.remarks),
    }


def indicator_value(one: Indicator, *, with_sources: bool = False) -> Value:
    """Return a statement."""
    from comity.indicators import useterms

    value: Value = {
        "id": one.id,
        "type": one.kind.value,
        "value": one.value,
        "networks": list(one.networks),
        "confidence": one.confidence,
        "tlp": one.tlp.label,
        "pap": one.pap.value if one.pap else None,
        "limits": useterms.told(one.limits) if one.limits else None,
        "author": one.author,
        "created": moment(one.created),
        "modified": moment(one.modified),
        "valid_from": moment(one.valid_from),
        "valid_until": moment(one.valid_until),
        "labels": list(one.labels),
        "family": one.family,
        "published": moment(one.published.at) if one.published else None,
        "retracted": retraction_value(one.retracted) if one.retracted else None,
    }
    if with_sources:
        value["sources"] = [place_value(source) for source in one.sources]
    return value


def taken_value(made: Sequence[Taken]) -> Value:
    """Return what an intake or import came to."""
    return {
        "added": [name for one in made for name in one.added],
        "renewed": [name for one in made for name in one.renewed],
        "same": sum(one.same for one in made),
        "held": sum(one.held for one in made),
    }


def campaign_value(one: Campaign, *, most: int = MOST_LISTED) -> Value:
    """Return a campaign with its first sources and indicators, and how many there are."""
    return {
        "id": one.id,
        "count": len(one.sources),
        "sources": list(one.sources[:most]),
        "indicator_count": len(one.indicators),
        "indicators": list(one.indicators[:most]),
        "families": list(one.families),
        "reason_count": one.reason_count,
        "reasons": [
            {
                "type": reason.kind.value,
                "value": reason.value,
                "count": reason.count,
                "sources": list(reason.sources),
            }
            for reason in one.reasons
        ],
    }


def common_value(one: Common) -> Value:
    """Return a value that too many hold to join them."""
    return {
        "type": one.kind.value,
        "value": one.value,
        "count": one.count,
        "groups": one.groups,
        "gathered": one.gathered,
    }


def retraction_value(one: Retraction) -> Value:
    """Return that a statement is retracted as JSON; ``code`` says why where no words of a person do."""
    return {
        "at": moment(one.at),
        "reason": one.reason,
        "code": one.code,
        "language": one.language,
        "office": one.office,
    }


def place_value(source: Source) -> Value:
    """Return where a value was found."""
    return {
        "case": source.case,
        "digest": source.digest,
        "name": source.name,
        "place": source.place,
        "offset": source.offset,
        "written": source.written,
    }


def list_name(context: Context, name: str) -> str:
    """Return the name of a warning list as it is printed: of one that ships, in the reader's language."""
    code = name.replace(" ", "_")
    said = context.words.label("warning_list", code)
    return printable(name) if said == code else said


def list_value(one: ListView) -> Value:
    """Return a list that was taken in."""
    return {
        "kind": one.kind,
        "name": one.name,
        "version": one.version,
        "entries": one.entries,
        "at": moment(one.at),
    }


def receiver_value(one: Receiver) -> Value:
    """Return a receiver; the key itself is known to nobody here."""
    return {
        "name": one.name,
        "tlp": one.most_tlp.label,
        "writes": one.writes,
        "made": moment(one.made_at),
        "revoked": moment(one.revoked_at),
    }
