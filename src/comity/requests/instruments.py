"""Is there a legal basis between the two Parties, and does the form name it?"""

from collections.abc import Iterator

from comity.kernel.findings import Finding
from comity.kernel.ids import is_practice
from comity.requests.codes import found
from comity.requests.forms import form_of
from comity.requests.matter import Matter, instrument_of, parties_of
from comity.treaty.articles import is_reference
from comity.treaty.instruments import CONVENTION, instrument
from comity.treaty.parties import is_known

OBLIGATION = "obligation"


def check_instrument(matter: Matter) -> Iterator[Finding]:
    """Yield what stands against the legal basis.

    1. Both Parties must be known, different and of one realm.
    2. Something must be in force between them.
    3. The form must name an instrument for the obligation, and every one named must be in force.
    4. The instrument of the obligation must have the mechanism, and the form must say what it asks beyond.
    5. What sets the two Parties apart is for a person.

    Basis: 40(7), 42(1), 44(2)
    """
    basis = {one.name: one.basis for one in form_of(matter.kind)}
    faults = list(_parties(matter, basis))
    yield from faults
    if not faults and matter.pack is None:
        yield from _nothing(matter, basis["basis"])
    yield from _named(matter, basis["basis"])
    if not faults and matter.pack is not None:
        yield from _opened(matter, basis["basis"])


def _nothing(matter: Matter, basis: str) -> Iterator[Finding]:
    """Yield that what the form relies on is not in force between the two."""
    requesting, requested = parties_of(matter.reading)
    if not requesting or not requested:
        return
    relied = instrument_of(matter.reading)
    if relied == CONVENTION:
        yield found(
            "instrument.none", basis=basis, field="/basis", requesting=requesting, requested=requested
        )
    for row in matter.reading.rows("/basis"):
        if relied != CONVENTION and matter.reading.get(f"{row}/instrument") == relied:
            yield found("instrument.not_in_force", basis=basis, field=f"{row}/instrument", instrument=relied)


def _opened(matter: Matter, basis: str) -> Iterator[Finding]:
    """Yield what the instrument of the obligation lacks, or wants beyond the form."""
    pack = matter.pack
    if pack is None:
        return
    if matter.mechanism is None:
        yield found("instrument.no_mechanism", basis=basis, field="/basis", instrument=pack.instrument)
    for code in pack.apart:
        yield found(
            "instrument.apart", basis=basis, field="/basis", instrument=pack.instrument, why=f"why.{code}"
        )
    fields = {one.name for one in form_of(matter.kind)}
    for statement, article in matter.mechanism.requires if matter.mechanism else ():
        if not _said(matter, statement):
            yield found(
                "instrument.requires",
                basis=basis,
                field=f"/{statement}" if statement in fields else "/basis_statements",
                instrument=pack.instrument,
                article=article,
                statement=f"choice.{statement}",
            )


def _said(matter: Matter, statement: str) -> bool:
    """Tell whether the form has a field of this name that says something, or says it beside its basis."""
    reading = matter.reading
    if reading.get(f"/{statement}") is not None:
        return True
    return any(
        reading.get(f"{row}/statement") == statement and reading.get(f"{row}/text/text") is not None
        for row in reading.rows("/basis_statements")
    )


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
