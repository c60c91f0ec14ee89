"""Is there a legal basis between the two Parties, and does the form name it?"""

from collections.abc import Iterator

from comity.kernel.findings import Finding
from comity.kernel.ids import is_practice
from comity.requests.codes import found
from comity.requests.forms import form_of
from comity.requests.matter import Matter, parties_of
from comity.treaty.articles import is_reference
from comity.treaty.instruments import CONVENTION, instrument
from comity.treaty.parties import is_known

OBLIGATION = "obligation"


def check_instrument(matter: Matter) -> Iterator[Finding]:
    """Yield what stands against the legal basis.

    1. Both Parties must be known, different and of one realm.
    2. Something must be in force between them.
    3. The form must name an instrument for the obligation, and every one named must be in force.

    Basis: 40(7), 42(1), 44(2)
    """
    basis = {one.name: one.basis for one in form_of(matter.kind)}
    faults = list(_parties(matter, basis))
    yield from faults
    if not faults and matter.pack is None:
        requesting, requested = parties_of(matter.reading)
        if requesting and requested:
            yield found(
                "instrument.none",
                basis=basis["basis"],
                field="/basis",
                requesting=requesting,
                requested=requested,
            )
    yield from _named(matter, basis["basis"])


def _parties(matter: Matter, basis: dict[str, str]) -> Iterator[Finding]:
    requesting, requested = parties_of(matter.reading)
    if requesting and not is_known(requesting):
        place = "/requesting_authority/id"
        yield found("party.unknown", basis=basis["requesting_authority"], field=place, party=requesting)
    if requested and not is_known(requested):
        place = "/requested_party"
        yield found("party.unknown", basis=basis["requested_party"], field=place, party=requested)
    if not requesting or not requested:
        return
    if requesting == requested:
        yield found("party.same", basis=basis["requested_party"], field="/requested_party", party=requested)
    elif is_practice(requesting) != is_practice(requested):
        yield found("realm.mixed", basis=basis["requested_party"], field="/requested_party", party=requested)


def _named(matter: Matter, basis: str) -> Iterator[Finding]:
    reading = matter.reading
    roles: set[str] = set()
    for pointer in reading.rows("/basis"):
        roles.add(reading.get(f"{pointer}/role"))
        code = reading.get(f"{pointer}/instrument")
        place = reading.get(f"{pointer}/reference")
        if code == CONVENTION and place is not None and not is_reference(place):
            yield found("instrument.reference", basis=basis, field=f"{pointer}/reference", given=place)
        if code is None or matter.pack is None:
            continue
        if code not in matter.pack.instruments:
            yield found(
                "instrument.not_in_force", basis=basis, field=f"{pointer}/instrument", instrument=code
            )
        elif not instrument(code).complete:
            yield found("instrument.other", basis=basis, field=f"{pointer}/instrument", instrument=code)
    if reading.sound("/basis") and OBLIGATION not in roles:
        yield found("instrument.no_obligation", basis=basis, field="/basis")
