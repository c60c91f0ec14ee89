"""Dual criminality: where it may be asked, what the form says of it, and where it must not be asked."""

from collections.abc import Iterator

from comity.kernel.findings import Finding
from comity.requests.codes import found
from comity.requests.matter import Matter, Offence, offences_of
from comity.requests.refusal import allowed_grounds
from comity.treaty.instruments import CONVENTION
from comity.treaty.packs import DualCriminality, OffenceClass

_STATED = ("criminal_in_requested", "dual_criminality")


def check_criminality(matter: Matter) -> Iterator[Finding]:
    """Yield what must be decided on dual criminality.

    Never for preservation: a form that states it is told so, and only a reservation under 42(5), for an
    offence that the Convention does not establish, may bring it back as a question. Elsewhere it is a
    ground that the requested Party may use or leave. Where it is required and the instrument lets the law
    of the requested Party do without it, a person decides whether that law does.

    Basis: 35(3), 37(2), 40(8), 42(4), 42(5)
    """
    mechanism = matter.mechanism
    if mechanism is None:
        return
    for one in offences_of(matter.reading):
        if mechanism.dual_criminality is DualCriminality.NEVER:
            yield from _never(matter, one)
        else:
            yield from _asked(matter, one, required=mechanism.dual_criminality is DualCriminality.REQUIRED)


def _never(matter: Matter, one: Offence) -> Iterator[Finding]:
    stated = matter.reading.get(one.pointer)
    for name in _STATED:
        if isinstance(stated, dict) and name in stated:
            place = f"{one.pointer}/{name}"
            yield found("dual_criminality.forbidden", basis=matter.place("42(4)"), field=place)
    if one.offence_class is OffenceClass.CONVENTION:
        return
    for ground in allowed_grounds(matter.kind.code, instrument=matter.instrument):
        if ground.reservation and ground.reservation in matter.reservations and _reserved(matter, one):
            yield found("reservation.applies", basis=ground.basis, field=one.pointer)


def _reserved(matter: Matter, one: Offence) -> bool:
    """Tell whether a reservation reaches the offence: under the Convention class B alone. Basis: 42(5)"""
    return matter.instrument != CONVENTION or one.offence_class is OffenceClass.SERIOUS


def _asked(matter: Matter, one: Offence, *, required: bool) -> Iterator[Finding]:
    place = f"{one.pointer}/criminal_in_requested"
    match one.criminal_in_requested:
        case "unknown":
            yield found("dual_criminality.unknown", basis=matter.place("40(8)"), field=place)
        case "no" if required and matter.mechanism is not None and matter.mechanism.waiver:
            yield found("dual_criminality.waivable", basis=matter.place(matter.mechanism.waiver), field=place)
        case "no" if required:
            yield found("dual_criminality.required", basis=matter.place("35(3)"), field=place)
        case "no":
            yield found("dual_criminality.absent", basis=matter.place("40(8)"), field=place)
        case "yes" if matter.requested_side:
            yield found("dual_criminality.claimed", basis=matter.place("35(3)"), field=place)
