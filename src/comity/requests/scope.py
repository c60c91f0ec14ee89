"""Is the offence within the Convention, and is what is asked for specific and limited?"""

from collections import Counter
from collections.abc import Iterator

from comity.kernel.findings import Finding
from comity.requests.codes import found
from comity.requests.forms import form_of
from comity.requests.kinds import STORED_DATA
from comity.requests.matter import LEAST_SERIOUS_MONTHS, Matter, Offence, offences_of
from comity.treaty.packs import OffenceClass, PenaltySide

LONG_PERIOD_DAYS = 366


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
    outside = [one for one in offences if classes[one.pointer] not in mechanism.classes]
    if len(outside) == len(offences):
        yield found("scope.none", basis="35(1)(c)", field="/offences", years=LEAST_SERIOUS_MONTHS // 12)
        return
    for one in outside:
        yield found("scope.part", basis="35(1)(c)", field=one.pointer, years=LEAST_SERIOUS_MONTHS // 12)
    for one in offences:
        if one not in outside:
            yield from _claims(matter, one, both=mechanism.penalty_side is PenaltySide.BOTH)


def _claims(matter: Matter, one: Offence, *, both: bool) -> Iterator[Finding]:
    """Yield what a person must look at in an offence that is in scope as stated."""
    years = LEAST_SERIOUS_MONTHS // 12
    if one.offence_class is OffenceClass.CONVENTION:
        if matter.requested_side and one.months is not None and one.months < LEAST_SERIOUS_MONTHS:
            place = f"{one.pointer}/convention_article"
            yield found("scope.claimed", basis="35(1)(b)", field=place, article=one.article or 0, years=years)
    elif both and one.months_requested is None:
        yield found("scope.other_side_unknown", basis="2(h)", field=f"{one.pointer}/penalty_requested")
    elif both and (one.months_requested or 0) < LEAST_SERIOUS_MONTHS:
        place = f"{one.pointer}/penalty_requested"
        yield found("scope.other_side_below", basis="2(h)", field=place, years=years)


def check_items(matter: Matter) -> Iterator[Finding]:
    """Yield what stands against the list of items: one name for two, nothing to find them by, content.

    Basis: 42(3)(c), 40(15)(e), 24(2)
    """
    reading = matter.reading
    rows = reading.rows("/items")
    items_basis = next(one.basis for one in form_of(matter.kind) if one.name == "items")
    ids = [reading.get(f"{row}/id") for row in rows]
    counts = Counter(i for i in ids if i is not None)
    for at, row in enumerate(rows):
        if ids[at] is not None and counts[ids[at]] > 1 and ids[at] in ids[:at]:
            yield found("items.duplicate", basis=items_basis, field=f"{row}/id", item=ids[at])
        if "content" in (reading.get(f"{row}/data") or ()):
            yield found("items.content", basis="24(2)", field=f"{row}/data")
        if (
            matter.kind is STORED_DATA
            and reading.get(row) is not None
            and not any(reading.get(f"{row}/{name}") for name in ("account", "custodian", "location"))
        ):
            yield found("items.unidentified", basis="40(15)(e)", field=row)


def check_periods(matter: Matter) -> Iterator[Finding]:
    """Yield what stands against the periods: none, reversed, longer than a year, not yet past.

    Data that do not exist yet are no stored data: they are for real-time collection.

    Basis: 24(2), 40(15)(f), 45(1)
    """
    reading = matter.reading
    basis = "40(15)(f)" if matter.kind is STORED_DATA else "24(2)"
    whole = reading.get("/period") is not None
    places = ["/period"] if matter.kind is STORED_DATA else []
    for row in reading.rows("/items"):
        if not whole and reading.sound(row) and reading.get(f"{row}/period") is None:
            yield found("period.open", basis="24(2)", field=row)
        places.append(f"{row}/period")
    for place in places:
        start, end = reading.day(f"{place}/from"), reading.day(f"{place}/to")
        if start is None or end is None:
            continue
        if end < start:
            yield found("period.order", basis=basis, field=place)
        elif (days := (end - start).days + 1) > LONG_PERIOD_DAYS:
            yield found("period.long", basis="24(2)", field=place, days=days)
        if end > matter.on:
            yield found("period.future", basis="45(1)", field=f"{place}/to", to=end.isoformat())
