"""The assessment of a request form: every rule in its order, each a value with its paragraph."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from comity.kernel.findings import Assessment, Finding, Severity
from comity.requests.calendar import check_calendar
from comity.requests.cautions import check_cautions
from comity.requests.codes import found
from comity.requests.coherence import check_coherence
from comity.requests.contradictions import check_contradictions
from comity.requests.criminality import check_criminality
from comity.requests.deadlines import check_intention, check_urgency
from comity.requests.emergencies import check_emergencies
from comity.requests.formalities import check_formalities
from comity.requests.instruments import check_instrument
from comity.requests.items import check_items, check_periods
from comity.requests.kinds import Side
from comity.requests.mandates import check_mandates
from comity.requests.matter import Matter, best_class, parties_of
from comity.requests.mechanisms import check_mechanisms
from comity.requests.misuse import check_misuse
from comity.requests.naming import check_naming
from comity.requests.ownlaw import check_own_law
from comity.requests.persons import check_persons
from comity.requests.published import NOTHING_PUBLISHED, Published
from comity.requests.reading import Reading
from comity.requests.references import check_references
from comity.requests.relevance import check_relevance
from comity.requests.safeguards import check_safeguards
from comity.requests.scope import check_class
from comity.requests.secrecy import check_secrecy
from comity.requests.silence import check_silence
from comity.requests.statedlaw import check_stated_law
from comity.requests.substance import check_substance
from comity.requests.tongues import check_languages, check_translations
from comity.requests.transfers import check_transfer
from comity.treaty.packs import Pack

RULES: tuple[Callable[[Matter], Iterator[Finding]], ...] = (
    check_instrument,
    check_references,
    check_mandates,
    check_formalities,
    check_class,
    check_criminality,
    check_stated_law,
    check_items,
    check_periods,
    check_intention,
    check_secrecy,
    check_urgency,
    check_languages,
    check_translations,
    check_mechanisms,
    check_persons,
    check_coherence,
    check_contradictions,
    check_calendar,
    check_emergencies,
    check_substance,
    check_relevance,
    check_naming,
    check_misuse,
    check_cautions,
    check_silence,
    check_safeguards,
    check_transfer,
)
"""The rules that follow the fields, in the order of the specification."""


def assess(
    reading: Reading,
    *,
    side: Side,
    on: date,
    pack: Pack | None,
    own_reservations: frozenset[str] = frozenset(),
    published: Published = NOTHING_PUBLISHED,
) -> Assessment:
    """Return the assessment of a form.

    Args:
        reading: The form, read against its fields.
        side: Whether the asking or the asked Party assesses.
        on: The day of the assessment, UTC.
        pack: What is in force between the two Parties; None when nothing is known.
        own_reservations: Reservations of the assessing Party beyond the pack, e.g. ``42(5)``; they count
            only on the requested side.
        published: What the signed entries of the two Parties say.

    Basis: 35, 40, 42, 44
    """
    kind = reading.kind
    if kind is None:
        return Assessment.of(reading.findings)
    requested = parties_of(reading)[1]
    reservations = pack.reservations_of(requested) if pack and requested else frozenset[str]()
    if side is Side.REQUESTED:
        reservations |= own_reservations
    matter = Matter(
        reading=reading,
        kind=kind,
        side=side,
        on=on,
        pack=pack,
        reservations=reservations,
        published=published,
    )
    judged = [finding for rule in RULES for finding in rule(matter)]
    judged.extend(check_own_law(matter, judged))
    blocked_places = {f.field for f in judged if f.code == "dual_criminality.forbidden"}
    return Assessment.of((*(f for f in reading.findings if _stands(f, blocked_places)), *judged))


def check_skeleton(
    reading: Reading, *, offence_class: str, items: Sequence[str], confidential_until: date | None
) -> Assessment:
    """Return where the signed skeleton of a received act says something else than the form in its part.

    A peer signs both; clocks and grounds follow the skeleton, officers read the form, so they must agree.

    Args:
        reading: The form in the part.
        offence_class: Scope class in the skeleton, ``A``, ``B`` or ``C``.
        items: Item ids in the skeleton, in order.
        confidential_until: Last day of secrecy in the skeleton.

    Basis: PROTOCOL rule 3
    """
    if reading.kind is None or reading.faults:
        return Assessment()  # the faults of the form block already
    best = best_class(reading)
    ids = tuple(reading.get(f"{row}/id") for row in reading.rows("/items"))
    differs = {
        "class": best is None or best.value != offence_class,
        "items": ids != tuple(items),
        "confidentiality.until": reading.day("/confidentiality/until") != confidential_until,
    }
    return Assessment.of(
        found(
            "skeleton.differs",
            basis=reading.kind.fields_from,
            field="/" + name.replace(".", "/"),
            label=f"field.{name}",
        )
        for name, is_other in differs.items()
        if is_other
    )


def _stands(finding: Finding, told: set[str]) -> bool:
    """Tell whether a finding on the fields is not said better by a rule."""
    return finding.severity is not Severity.NOTE or finding.field not in told
