"""Limits on what is furnished: what the request said it would be used for, and no more.

They follow from the request itself and travel with every exhibit that answers it; the sending State may
narrow them.
"""

from comity.evidence.limits import AtEnd, Limits, Onward
from comity.kernel.clock import DAY, Instant, start_of
from comity.requests.errors import incomplete
from comity.requests.kinds import Trait
from comity.requests.reading import Reading
from comity.requests.transfers import at_end_of, condition_words, conditions_of


def limits_of(reading: Reading, *, retain_until: Instant, at_end: AtEnd = AtEnd.RETURN) -> Limits:
    """Return the limits that a request under which data are furnished carries by itself.

    Args:
        reading: The request.
        retain_until: When the evidence must be returned or destroyed.
        at_end: Which of the two.

    Secrecy ends with the last instant of the day that the form names. Onward transfer needs consent,
    whatever the form undertakes: the paragraph does not depend on it. The conditions that the transfer of
    personal data rests on are limits too, and stand in words beside them.

    Raises:
        MalformedError: ``request.incomplete`` when nothing is furnished on its kind or a field does not hold.

    Basis: 40(15)(g), 40(19), 40(20), 36(1)(b), 36(3)
    """
    if reading.kind is None or not reading.kind.has(Trait.PERSONAL):
        raise incomplete("/kind", 1)
    if reading.faults:
        raise incomplete(reading.faults[0].field, len(reading.faults))
    reference = reading.get("/proceeding/reference")
    until = reading.day("/confidentiality/until")
    return Limits(
        basis=(reading.kind.mechanism, "40(19)"),
        purpose=str(reading.get("/purpose/text")),
        proceedings=(str(reference),) if reference else (),
        onward=Onward.NEVER if "no_onward" in conditions_of(reading) else Onward.CONSENT,
        confidential_until=Instant(start_of(until) + DAY) if until else None,
        retain_until=retain_until,
        at_end=at_end_of(reading, at_end),
        conditions=condition_words(reading),
    )
