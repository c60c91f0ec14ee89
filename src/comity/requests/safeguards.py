"""The questions that no form can answer: rights, sovereignty, persecution, personal data, use.

They are always open decisions of a named person, never computed.
"""

from collections.abc import Iterator

from comity.kernel.findings import Finding
from comity.requests.codes import found
from comity.requests.kinds import STORED_DATA
from comity.requests.matter import Matter
from comity.requests.refusal import allowed_grounds, forbidden_grounds


def check_safeguards(matter: Matter) -> Iterator[Finding]:
    """Yield the questions that a person must decide on this side, and what is worth knowing there.

    Basis: 6(2), 24(1), 24(4), 36, 40(19), 40(21), 40(22)
    """
    yield found("rights.review", basis="6(2)")
    yield found("proportionality.review", basis="24(4)" if matter.requested_side else "24(1)", field="/items")
    if matter.requested_side:
        yield from _requested(matter)
    else:
        yield from _requesting(matter)
    if matter.kind is STORED_DATA:
        yield from _use(matter)


def _requested(matter: Matter) -> Iterator[Finding]:
    yield found("sovereignty.review", basis="40(21)(b)")
    yield found("domestic_law.review", basis="40(21)(c)")
    yield found("persecution.review", basis="40(22)")
    for ground in forbidden_grounds(matter.kind.code):
        yield found("grounds.forbidden", basis=ground.basis, ground=ground.code)
    if matter.kind is STORED_DATA:
        yield found("grounds.others", basis="40(21)", grounds=_codes(matter))
        yield found("personal_data.review", basis="36(1)")


def _requesting(matter: Matter) -> Iterator[Finding]:
    basis = "40(21)" if matter.kind is STORED_DATA else "42(6)"
    yield found("grounds.expected", basis=basis, grounds=_codes(matter))
    if matter.kind is STORED_DATA:
        yield found("personal_data.received", basis="36(2)", field="/data_protection")
        if matter.reading.get("/preservation_reference") is None:
            yield found("preservation.missing", basis="44(1)", field="/preservation_reference")


def _use(matter: Matter) -> Iterator[Finding]:
    limited = matter.reading.get("/undertakings/use_limited")
    if limited is True:
        yield found("use.limited", basis="40(19)", field="/undertakings/use_limited")
    elif limited is False:
        yield found("use.not_limited", basis="40(19)", field="/undertakings/use_limited")
    if matter.reading.get("/undertakings/onward_only_authorized") is False:
        yield found("use.onward", basis="36(3)", field="/undertakings/onward_only_authorized")


def _codes(matter: Matter) -> str:
    """Return the grounds open to the requested Party, those of reservations that it made among them."""
    return ", ".join(
        ground.code
        for ground in allowed_grounds(matter.kind.code)
        if not ground.reservation or ground.reservation in matter.reservations
    )
