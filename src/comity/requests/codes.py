"""Every finding that this room can raise, with its weight: the one list that documents and catalogues follow.

A code has one severity wherever it is raised; what weighs differently has a different code.
"""

from collections.abc import Mapping
from types import MappingProxyType

from comity.kernel.findings import Finding, Severity

_BLOCKS, _DECIDE, _NOTE = Severity.BLOCKS, Severity.DECIDE, Severity.NOTE

SEVERITIES: Mapping[str, Severity] = MappingProxyType(
    {
        "confidentiality.absent": _NOTE,
        "confidentiality.long": _DECIDE,
        "confidentiality.past": _DECIDE,
        "domestic_law.review": _DECIDE,
        "dual_criminality.absent": _DECIDE,
        "dual_criminality.claimed": _NOTE,
        "dual_criminality.forbidden": _NOTE,
        "dual_criminality.required": _BLOCKS,
        "dual_criminality.unknown": _DECIDE,
        "field.missing": _BLOCKS,
        "field.too_long": _BLOCKS,
        "field.type": _BLOCKS,
        "field.unknown": _NOTE,
        "field.value": _BLOCKS,
        "grounds.expected": _NOTE,
        "grounds.forbidden": _NOTE,
        "grounds.others": _NOTE,
        "instrument.no_obligation": _BLOCKS,
        "instrument.none": _BLOCKS,
        "instrument.not_in_force": _BLOCKS,
        "instrument.other": _DECIDE,
        "instrument.reference": _BLOCKS,
        "intention.absent": _BLOCKS,
        "intention.late": _DECIDE,
        "items.content": _NOTE,
        "items.duplicate": _BLOCKS,
        "items.unidentified": _DECIDE,
        "kind.unknown": _BLOCKS,
        "language.not_accepted": _DECIDE,
        "language.text_not_accepted": _DECIDE,
        "order.long": _BLOCKS,
        "order.open": _BLOCKS,
        "order.reversed": _BLOCKS,
        "party.same": _BLOCKS,
        "party.unknown": _BLOCKS,
        "period.future": _DECIDE,
        "period.long": _DECIDE,
        "period.open": _NOTE,
        "period.past": _DECIDE,
        "period.order": _BLOCKS,
        "persecution.review": _DECIDE,
        "personal_data.received": _NOTE,
        "personal_data.review": _DECIDE,
        "postponement.not_allowed": _BLOCKS,
        "preservation.missing": _NOTE,
        "proportionality.review": _DECIDE,
        "realm.mixed": _BLOCKS,
        "refusal.consult_advised": _NOTE,
        "refusal.forbidden": _BLOCKS,
        "refusal.no_consultation": _BLOCKS,
        "refusal.no_ground": _BLOCKS,
        "refusal.no_reasons": _BLOCKS,
        "refusal.no_reservation": _BLOCKS,
        "refusal.not_allowed": _BLOCKS,
        "refusal.reservation_class": _BLOCKS,
        "reservation.applies": _DECIDE,
        "rights.review": _DECIDE,
        "scope.claimed": _DECIDE,
        "scope.none": _BLOCKS,
        "scope.other_side_below": _DECIDE,
        "scope.other_side_unknown": _DECIDE,
        "scope.part": _DECIDE,
        "skeleton.differs": _BLOCKS,
        "sovereignty.review": _DECIDE,
        "urgency.emergency": _DECIDE,
        "urgency.past": _DECIDE,
        "use.limited": _NOTE,
        "use.not_limited": _DECIDE,
        "use.onward": _DECIDE,
        "version.unknown": _BLOCKS,
    }
)


def found(code: str, *, basis: str, field: str = "", **parameters: str | int) -> Finding:
    """Return a finding with the severity that its code always has.

    Raises:
        KeyError: a code that is not in the list: a bug.
    """
    return Finding(
        code=code,
        severity=SEVERITIES[code],
        basis=basis,
        field=field,
        parameters=MappingProxyType(parameters),
    )
