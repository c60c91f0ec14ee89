"""The questions that no form can answer: rights, sovereignty, persecution, personal data, use.

They are always open decisions of a named person, never computed.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from comity.kernel.findings import Finding
from comity.requests.codes import found
from comity.requests.kinds import Trait
from comity.requests.matter import Matter
from comity.requests.refusal import allowed_grounds, forbidden_grounds
from comity.treaty.instruments import CONVENTION

_REVIEWS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "37": ("5(1)", "37(8)", "37(15)"),
        "38": ("5(1)", "38", "6(2)"),
        "39": ("5(1)", "39(1)", "6(2)"),
        "40": ("40(21)(b)", "40(21)(c)", "40(22)"),
        "45": ("40(21)(b)", "45(2)", "40(22)"),
        "46": ("40(21)(b)", "46", "40(22)"),
        "47": ("5(1)", "47(1)", "6(2)"),
        "48": ("48", "48", "6(2)"),
        "51": ("5(1)", "51", "6(2)"),
        "52": ("5(1)", "52(1)", "6(2)"),
    }
)
"""The paragraphs of the three questions, by article of the kind; those of article 40 where none is named."""


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
    if matter.kind.has(Trait.PERSONAL):
        yield from _use(matter)


def _requested(matter: Matter) -> Iterator[Finding]:
    sovereignty, domestic_law, persecution = _REVIEWS.get(matter.kind.article, _REVIEWS["40"])
    yield found("sovereignty.review", basis=sovereignty)
    yield found("domestic_law.review", basis=domestic_law)
    yield found("persecution.review", basis=persecution)
    for ground in forbidden_grounds(matter.kind.code, instrument=matter.instrument):
        yield found("grounds.forbidden", basis=ground.basis, ground=ground.code)
    if matter.kind.has(Trait.ASSISTANCE):
        yield found("grounds.others", basis=_listed(matter), grounds=_codes(matter))
    if matter.kind.has(Trait.PERSONAL):
        yield found("personal_data.review", basis="36(1)")
    if matter.kind.has(Trait.TELLS):
        yield found("personal_data.received", basis="36(2)", field="/data_protection")


def _requesting(matter: Matter) -> Iterator[Finding]:
    yield found("grounds.expected", basis=_listed(matter), grounds=_codes(matter))
    if matter.kind.has(Trait.PERSONAL):
        yield found("personal_data.received", basis="36(2)", field="/data_protection")
    if matter.kind.has(Trait.TELLS):
        yield found("personal_data.review", basis="36(1)")
    if matter.kind.article == "44" and matter.reading.get("/preservation_reference") is None:
        yield found("preservation.missing", basis="44(1)", field="/preservation_reference")


def _use(matter: Matter) -> Iterator[Finding]:
    limited = matter.reading.get("/undertakings/use_limited")
    if limited is True:
        yield found("use.limited", basis="40(19)", field="/undertakings/use_limited")
    elif limited is False:
        yield found("use.not_limited", basis="40(19)", field="/undertakings/use_limited")
    if matter.reading.get("/undertakings/onward_only_authorized") is False:
        yield found("use.onward", basis="36(3)", field="/undertakings/onward_only_authorized")


def _listed(matter: Matter) -> str:
    """Return where the grounds of refusal stand, in the Convention or in the instrument relied on."""
    mechanism = matter.mechanism
    if matter.instrument == CONVENTION or mechanism is None or not mechanism.grounds:
        return matter.kind.refusal
    return f"{matter.instrument}:{mechanism.grounds}"


def _codes(matter: Matter) -> str:
    """Return the grounds open to the requested Party, those of reservations that it made among them."""
    return ", ".join(
        ground.code
        for ground in allowed_grounds(matter.kind.code, instrument=matter.instrument)
        if not ground.reservation or ground.reservation in matter.reservations
    )
