"""Is the offence within the Convention?"""

from collections.abc import Iterator

from comity.kernel.findings import Finding
from comity.requests.codes import found
from comity.requests.forms import basis_of
from comity.requests.matter import LEAST_SERIOUS_MONTHS, Matter, Offence, offences_of
from comity.treaty.instruments import CONVENTION
from comity.treaty.packs import Mechanism, OffenceClass, PenaltySide


def check_class(matter: Matter) -> Iterator[Finding]:
    """Yield what stands against the scope class of the offences.

    Class A is an offence established under the Convention, B another crime that carries at least four
    years; class B is tested by the requesting State's law, and for stored data the requested State's
    penalty is looked at as well, since dual criminality may be asked there and never under article 42.

    Basis: 35(1), 2(h), 42(4)
    """
    mechanism = matter.mechanism
    offences = offences_of(matter.reading)
    classes = {one.pointer: one.offence_class for one in offences}
    if mechanism is None or not offences or None in classes.values() or not matter.reading.sound("/offences"):
        return
    if matter.instrument != CONVENTION:
        yield from _other_test(matter, mechanism, offences)
        return
    outside = [one for one in offences if classes[one.pointer] not in mechanism.classes]
    if len(outside) == len(offences):
        if mechanism.classes == {OffenceClass.CONVENTION}:
            yield found("scope.convention_only", basis="35(1)(a)", field="/offences")
        else:
            yield found("scope.none", basis="35(1)(c)", field="/offences", years=LEAST_SERIOUS_MONTHS // 12)
        return
    for one in outside:
        yield found("scope.part", basis="35(1)(c)", field=one.pointer, years=LEAST_SERIOUS_MONTHS // 12)
    for one in offences:
        if one not in outside:
            yield from _claims(matter, one, both=mechanism.penalty_side is PenaltySide.BOTH)


def _other_test(matter: Matter, mechanism: Mechanism, offences: tuple[Offence, ...]) -> Iterator[Finding]:
    """Yield what stands against the class test of another instrument."""
    test: dict[str, str | int] = {
        "instrument": matter.instrument,
        "classes": ", ".join(sorted(one.value for one in mechanism.classes)),
        "months": mechanism.least_months,
    }
    basis = basis_of(matter.kind, "offences")
    outside = [one for one in offences if not _passes(mechanism, one)]
    if len(outside) == len(offences):
        yield found("instrument.class", basis=basis, field="/offences", **test)
        return
    for one in outside:
        yield found("instrument.class_open", basis=basis, field=one.pointer, **test)


def _passes(mechanism: Mechanism, one: Offence) -> bool:
    if one.offence_class not in mechanism.classes:
        return False
    if mechanism.least_months and (one.months is None or one.months < mechanism.least_months):
        return False
    return one.article is None or not mechanism.offences or one.article in mechanism.offences


def _claims(matter: Matter, one: Offence, *, both: bool) -> Iterator[Finding]:
    """Yield what a person must look at in an offence that is in scope as stated."""
    years = LEAST_SERIOUS_MONTHS // 12
    if one.offence_class is OffenceClass.CONVENTION:
        if matter.requested_side and one.months is not None and one.months < LEAST_SERIOUS_MONTHS:
            place = f"{one.pointer}/convention_article"
            yield found("scope.claimed", basis="35(1)(b)", field=place, article=one.article or 0, years=years)
    elif both and one.months_requested is None:
        if one.criminal_in_requested == "yes":
            return  # the conduct is the test, and the form answers it: 35(3)
        yield found("scope.other_side_unknown", basis="2(h)", field=f"{one.pointer}/penalty_requested")
    elif both and (one.months_requested or 0) < LEAST_SERIOUS_MONTHS:
        place = f"{one.pointer}/penalty_requested"
        yield found("scope.other_side_below", basis="2(h)", field=place, years=years)
