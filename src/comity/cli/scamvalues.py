"""Reports of scams as JSON values: names and forms here are stable, scripts read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.values import moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.cli.values import Value
    from comity.indicators.figures import Count, Figures
    from comity.indicators.reports import Report
    from comity.node.publicform import FormState
    from comity.node.reportdesk import OpenReport


def report_value(one: Report) -> Value:
    """Return a report without what it says."""
    victim = one.victim
    return {
        "id": one.id,
        "channel": one.channel.value,
        "state": one.state.value,
        "received": moment(one.received_at),
        "changed": moment(one.changed_at),
        "receipt": one.receipt,
        "sector": victim.sector.value if victim.sector else None,
        "criticality": victim.criticality.value if victim.criticality else None,
        "family": victim.family,
        "case": victim.case,
        "opened_by": one.opened_by,
        "reason": one.reason,
        "digests": list(one.digests),
    }


def open_value(found: OpenReport, warned: Sequence[Sequence[str]]) -> Value:
    """Return a report with what it says and the values in it, numbered as they are shown."""
    contents = found.contents
    return {
        **report_value(found.report),
        "words": contents.words,
        "contact": contents.contact,
        "notes": [{"code": one.code, "detail": one.detail} for one in contents.notes],
        "families": [
            {
                "family": one.family,
                "confidence": one.confidence,
                "clues": [
                    {"trait": clue.trait.value, "value": clue.value, "confidence": clue.confidence}
                    for clue in one.clues
                ],
            }
            for one in contents.families
        ],
        "values": [
            {
                "number": number,
                "type": one.first.kind.value,
                "value": one.first.value,
                "networks": list(one.first.networks),
                "confidence": one.first.confidence,
                "role": one.first.role.value,
                "part": one.first.where.part,
                "remarks": list(one.first.remarks),
                "places": one.places,
                "verdict": one.verdict.value if one.verdict else None,
                "warning_lists": list(lists),
            }
            for number, (one, lists) in enumerate(zip(found.values, warned, strict=True), start=1)
        ],
    }


def form_value(state: FormState) -> Value:
    """Return whether the public form is open."""
    return {
        "open": bool(state.authority),
        "authority": state.authority,
        "keep_days": state.keep_days,
        "notice": state.notice,
    }


def figures_value(found: Figures) -> Value:
    """Return figures; a count that is hidden is null."""
    return {
        "types": _counts(found.types),
        "families": _counts(found.families),
        "months": _counts(found.months),
        "campaigns": _counts(found.campaigns),
        "reports": _counts(found.reports),
        "sectors": _counts(found.sectors),
        "criticality": _counts(found.criticality),
        "published": found.published,
        "retracted": found.retracted,
        "median_seconds": found.median_seconds,
        "slow_seconds": found.slow_seconds,
    }


def _counts(counts: Sequence[Count]) -> Value:
    return {one.name: one.count for one in counts}
