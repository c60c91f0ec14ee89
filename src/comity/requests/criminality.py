"""Dual criminality: where it may be asked, what the form says of it, and where it must not be asked."""

from collections.abc import Iterator

from comity.kernel.findings import Finding
from comity.requests.codes import found
from comity.requests.matter import Matter, Offence, offences_of
from comity.treaty.packs import DualCriminality, OffenceClass

RESERVATION = "42(5)"
_STATED = ("criminal_in_requested", "dual_criminality")


def check_criminality(matter: Matter) -> Iterator[Finding]:
    """Yield what must be decided on dual criminality.

    Never for preservation: a form that states it is told so, and only a reservation under 42(5), for an
    offence that the Convention does not establish, may bring it back as a question. Elsewhere it is a
    ground that the requested Party may use or leave.

    Basis: 35(3), 40(8), 42(4), 42(5)
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
            yield found("dual_criminality.forbidden", basis="42(4)", field=f"{one.pointer}/{name}")
    if RESERVATION in matter.reservations and one.offence_class is OffenceClass.SERIOUS:
        yield found("reservation.applies", basis=RESERVATION, field=one.pointer)


def _asked(matter: Matter, one: Offence, *, required: bool) -> Iterator[Finding]:
    place = f"{one.pointer}/criminal_in_requested"
    match one.criminal_in_requested:
        case "unknown":
            yield found("dual_criminality.unknown", basis="40(8)", field=place)
        case "no" if required:
            yield found("dual_criminality.required", basis="35(3)", field=place)
        case "no":
            yield found("dual_criminality.absent", basis="40(8)", field=place)
        case "yes" if matter.requested_side:
            yield found("dual_criminality.claimed", basis="35(3)", field=place)
